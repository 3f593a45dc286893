// The page of a tool, the command line and the data say the same; what the data claims of our tests is so.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { ANY_PLACE, CLIENT_TOOLS, filledTool, toolPage } from '@weighbridge/protocol';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = join(ROOT, 'docs/clients');

describe('tools that can be pointed at the gateway', () => {
  for (const tool of CLIENT_TOOLS) {
    test(`docs/clients/${tool.id}.md is what the command prints`, () => {
      const page = readFileSync(join(PAGES, `${tool.id}.md`), 'utf8');
      if (tool.ownPage === true) {
        for (const { text } of filledTool(tool, ANY_PLACE).settings) assert.ok(page.includes(`\n${text}\n`), text);
        return;
      }
      const how = `run: weighbridge clients ${tool.id} --markdown > docs/clients/${tool.id}.md`;
      assert.equal(page, toolPage(tool), how);
    });

    test(`${tool.name}: every place is filled in, and the test that is named runs it`, () => {
      const place = { origin: 'https://gateway.example', model: 'my-route', key: '<secret of ada>' };
      const filled = filledTool(tool, place);
      for (const { text } of filled.settings) {
        assert.doesNotMatch(text, /\{(?:origin|model|key)\}/);
        assert.match(text, /gateway\.example/);
      }
      if (tool.test === null) return;
      const used =
        readFileSync(join(ROOT, tool.test), 'utf8') + readFileSync(join(ROOT, SUPPORT[tool.test] ?? ''), 'utf8');
      assert.ok(used.includes(PACKAGES[tool.id] ?? 'nothing'), `${tool.test} imports ${PACKAGES[tool.id] ?? tool.id}`);
    });
  }

  test('every page is of a tool, but the list', () => {
    const pages = readdirSync(PAGES).map((name) => name.replace(/\.md$/, ''));
    const known = new Set([...CLIENT_TOOLS.map(({ id }) => id), 'README']);
    assert.deepEqual(
      pages.filter((name) => !known.has(name)),
      [],
    );
    const list = readFileSync(join(PAGES, 'README.md'), 'utf8');
    for (const { id } of CLIENT_TOOLS) assert.ok(list.includes(`](${id}.md)`), `the list names ${id}`);
  });

  test('a tool that calls from elsewhere is not promised a loopback address', () => {
    const remote = CLIENT_TOOLS.filter((tool) => tool.remote);
    assert.ok(remote.length > 0);
    for (const tool of remote) {
      assert.match(filledTool(tool, ANY_PLACE).notes.at(-1) ?? '', /this machine alone/);
      const reached = filledTool(tool, { ...ANY_PLACE, origin: 'https://gateway.example' });
      assert.deepEqual(reached.notes, tool.notes);
    }
  });
});

/** Where the clients of a test are made. */
const SUPPORT: Readonly<Record<string, string>> = {
  'conformance/responses-clients.test.ts': 'conformance/support/responses-clients.ts',
  'conformance/through-gateway.test.ts': 'conformance/support/clients.ts',
  'conformance/claude-code.test.ts': 'conformance/support/claude-code.ts',
};
const PACKAGES: Readonly<Record<string, string>> = {
  openai: "import('openai')",
  anthropic: "import('@anthropic-ai/sdk')",
  'vercel-ai': "import('@ai-sdk/openai')",
  'langchain-js': "import('@langchain/openai')",
  'openai-agents': "'@openai/agents'",
  'claude-code': '@anthropic-ai/claude-code/cli-wrapper.cjs',
};
