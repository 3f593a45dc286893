// The Claude Code command line, unmodified, through the gateway to the lab: it asks, runs a tool on this machine, sends
// the result back, and prints the answer. Environment and home are its own; nothing it does leaves the loopback.
// Installed without scripts its `bin` is only a message, so the launcher that the package ships for that case is used.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { client, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';

const run = promisify(execFile);
const LAUNCHER = new URL('node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs', import.meta.url).pathname;
/** The route of that name has a candidate on each cloud; the key decides which may serve. */
const MODEL = 'claude-sonnet-4-5';
const skip = skipUnless(client('@anthropic-ai/claude-code'));

const stand = openStand();

interface Printed {
  readonly is_error: boolean;
  readonly num_turns: number;
  readonly result: string;
  readonly usage: { readonly output_tokens: number };
}

const claude = async (key: string, prompt: string, ...options: readonly string[]): Promise<Printed> => {
  const home = join(stand.lab.folder, 'home-of-claude');
  const work = join(stand.lab.folder, 'work-of-claude');
  for (const folder of [home, work]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(work, 'note.txt'), 'the truck weighs 42 tonnes\n');
  const args = [LAUNCHER, '-p', prompt, '--model', MODEL, '--output-format', 'json', '--max-turns', '4', ...options];
  const { stdout } = await run(process.execPath, args, {
    cwd: work,
    timeout: 90_000,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      ANTHROPIC_BASE_URL: stand.gateway.origin,
      ANTHROPIC_AUTH_TOKEN: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_AUTOUPDATER: '1',
    },
  });
  return JSON.parse(stdout) as Printed;
};

test('Claude Code answers a question through the gateway', { skip, timeout: 120_000 }, async () => {
  const printed = await claude(stand.gateway.key, 'Answer briefly. [lab say="forty-two tonnes"]', '--tools', '');
  assert.equal(printed.is_error, false, printed.result);
  assert.match(printed.result, /forty-two tonnes/);
  assert.ok(printed.usage.output_tokens > 0);
});

describe('Claude Code runs a tool and hears its result', { skip }, () => {
  const args = Buffer.from(JSON.stringify({ command: 'cat note.txt', description: 'Print the note' })).toString(
    'base64url',
  );
  for (const cloud of ['anthropic', 'foundry', 'bedrock', 'vertex'] as const) {
    test(`with Claude on ${cloud}`, { timeout: 120_000 }, async () => {
      const key = await stand.gateway.keyFor(cloud);
      const printed = await claude(
        key,
        `What does the note say? [lab call=Bash args=${args}]`,
        '--allowedTools',
        'Bash(cat:*)',
      );
      assert.equal(printed.is_error, false, printed.result);
      assert.equal(printed.num_turns, 2);
      assert.match(printed.result, /42 tonnes/);
    });
  }
});

test('every call of Claude Code has a sealed receipt', { skip, timeout: 60_000 }, async () => {
  const receipts = await stand.gateway.receipts(9);
  for (const { id, public: said } of receipts) assert.equal(said.outcome, 'completed', `${id} ${JSON.stringify(said)}`);
  assert.deepEqual(
    new Set(receipts.map((receipt) => receipt.public.served?.cloud)),
    new Set(['anthropic', 'foundry', 'bedrock', 'vertex']),
  );
});
