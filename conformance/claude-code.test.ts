// The Claude Code command line, unmodified, through the gateway to the lab: it asks, runs a tool on this machine, sends
// the result back, and prints the answer. Environment and home are its own; nothing it does leaves the loopback.
// Installed without scripts its `bin` is only a message, so the launcher that the package ships for that case is used.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openGateway, type TestGateway } from './support/gateway.ts';
import { openLab, type TestLab } from './support/lab.ts';
import { client, skipUnless } from './support/prerequisites.ts';

const run = promisify(execFile);
const LAUNCHER = new URL('node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs', import.meta.url).pathname;
const skip = skipUnless(client('@anthropic-ai/claude-code'));

let lab: TestLab;
let gateway: TestGateway;
before(async () => {
  lab = await openLab();
  gateway = await openGateway(lab);
});
after(async () => {
  await gateway.stop();
  await lab.stop();
});

interface Printed {
  readonly is_error: boolean;
  readonly num_turns: number;
  readonly result: string;
  readonly usage: { readonly output_tokens: number };
}

const claude = async (model: string, prompt: string, ...options: readonly string[]): Promise<Printed> => {
  const home = join(lab.folder, 'home-of-claude');
  const work = join(lab.folder, 'work-of-claude');
  for (const folder of [home, work]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(work, 'note.txt'), 'the truck weighs 42 tonnes\n');
  const args = [LAUNCHER, '-p', prompt, '--model', model, '--output-format', 'json', '--max-turns', '4', ...options];
  const { stdout } = await run(process.execPath, args, {
    cwd: work,
    timeout: 90_000,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      ANTHROPIC_BASE_URL: gateway.origin,
      ANTHROPIC_AUTH_TOKEN: gateway.key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_AUTOUPDATER: '1',
    },
  });
  return JSON.parse(stdout) as Printed;
};

const sealed = async (count: number): Promise<number> => {
  const receipts = await gateway.receipts(count);
  for (const { id, public: said } of receipts) assert.equal(said.outcome, 'completed', id);
  return receipts.length;
};

test('Claude Code answers a question through the gateway', { skip, timeout: 120_000 }, async () => {
  const printed = await claude('claude-sonnet-4-5', 'Answer briefly. [lab say="forty-two tonnes"]', '--tools', '');
  assert.equal(printed.is_error, false, printed.result);
  assert.match(printed.result, /forty-two tonnes/);
  assert.ok(printed.usage.output_tokens > 0);
  assert.ok((await sealed(1)) >= 1);
});

test(
  'Claude Code runs a tool and hears its result, on each cloud that serves Claude',
  { skip, timeout: 240_000 },
  async (t) => {
    const call = Buffer.from(JSON.stringify({ command: 'cat note.txt', description: 'Print the note' })).toString(
      'base64url',
    );
    for (const route of ['sonnet-on-anthropic', 'sonnet-on-foundry', 'sonnet-on-bedrock', 'sonnet-on-vertex']) {
      await t.test(route, async () => {
        const printed = await claude(
          route,
          `What does the note say? [lab call=Bash input64=${call}]`,
          '--allowedTools',
          'Bash(cat:*)',
        );
        assert.equal(printed.is_error, false, printed.result);
        assert.equal(printed.num_turns, 2);
        assert.match(printed.result, /42 tonnes/);
      });
    }
    assert.ok((await sealed(8)) >= 8);
  },
);
