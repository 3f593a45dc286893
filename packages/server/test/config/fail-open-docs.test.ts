// The bypass that docs/fail-open.md shows is read as it stands there, and its table says the defaults that hold.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configSchema } from '@weighbridge/protocol';
import { checkConfigText } from '@weighbridge/server';

const PAGE = readFileSync(new URL('../../../../docs/fail-open.md', import.meta.url), 'utf8');

test('docs/fail-open.md shows a bypass that can be written so, with the defaults that its table names', () => {
  const shown = /```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
  const deployments = ['sonnet-direct', 'sonnet-bedrock'].map(
    (name) => `  ${name}: { cloud: anthropic, model: claude-sonnet-4-5, credential: c, region: global }`,
  );
  const head = 'version: 1\ncredentials:\n  c: { kind: api_key, secret: { env: KEY } }\n';
  const text = `${head}deployments:\n${deployments.join('\n')}\n${shown}`;
  const { problems } = checkConfigText('weighbridge.yaml', text, '.', Date.UTC(2026, 10, 30));
  assert.deepEqual(problems, []);
  const { bypasses } = configSchema.parse({ version: 1, bypasses: { least: { owner: 'o', reason: 'r' } } });
  for (const name of ['longest_minutes', 'calls', 'bytes'] as const)
    assert.match(PAGE, new RegExp(`^\\| \`${name}\` \\|.*\\| ${bypasses['least']?.[name]} \\|$`, 'm'));
});
