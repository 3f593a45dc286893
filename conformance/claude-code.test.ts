// Claude Code through the gateway to the lab by its plain base URL: it asks, runs a tool on this machine, sends the result
// back, and prints the answer, with Claude on each cloud.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ALLOW_NOTE, askForNote, runClaude, type Printed } from './support/claude-code.ts';
import { client, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';

const skip = skipUnless(client('@anthropic-ai/claude-code'));

const stand = openStand();

/** The route of the model has a candidate on each cloud; the key decides which may serve. */
const claude = (key: string, prompt: string, ...options: readonly string[]): Promise<Printed> =>
  runClaude({
    folder: stand.lab.folder,
    prompt,
    options,
    settings: { ANTHROPIC_BASE_URL: stand.gateway.origin, ANTHROPIC_AUTH_TOKEN: key },
  });

test('Claude Code answers a question through the gateway', { skip, timeout: 120_000 }, async () => {
  const printed = await claude(stand.gateway.key, 'Answer briefly. [lab say="forty-two tonnes"]', '--tools', '');
  assert.equal(printed.is_error, false, printed.result);
  assert.match(printed.result, /forty-two tonnes/);
  assert.ok(printed.usage.output_tokens > 0);
});

describe('Claude Code runs a tool and hears its result', { skip }, () => {
  for (const cloud of ['anthropic', 'foundry', 'bedrock', 'vertex'] as const) {
    test(`with Claude on ${cloud}`, { timeout: 120_000 }, async () => {
      const key = await stand.gateway.keyFor(cloud);
      const printed = await claude(key, askForNote(), ...ALLOW_NOTE);
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
