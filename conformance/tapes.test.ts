// Every recording plays through the gateway, from every cloud that serves its dialect, with payloads byte-identical (a
// Bedrock answer is re-framed, its payloads are not touched), and the sealed receipt holds the recorded usage.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpus, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';
import { askForTape, framesOf } from './support/raw.ts';
import { recordedUsage, sealedUsage, tapes, type Tape } from './support/tapes.ts';

const ROUTES = {
  'openai-chat': ['gpt-on-openai', 'gpt-on-azure', 'gpt-on-foundry', 'llama-on-self'],
  'anthropic-messages': ['sonnet-on-anthropic', 'sonnet-on-foundry', 'sonnet-on-bedrock', 'sonnet-on-vertex'],
} as const;

const skip = skipUnless(corpus);
const stand = openStand();

interface Played {
  readonly tape: Tape;
  readonly route: string;
  readonly receipt: string;
}
const played: Played[] = [];

const assertPayloads = (tape: Tape, body: Buffer): void => {
  if (!tape.stream) {
    assert.equal(body.toString('utf8'), tape.payloads[0]);
    return;
  }
  const frames = framesOf(body);
  const data = frames.map((frame) => frame.data);
  if (tape.dialect === 'openai-chat') assert.equal(data.pop(), '[DONE]');
  else {
    const types = tape.payloads.map((payload) => (JSON.parse(payload) as { readonly type: string }).type);
    assert.deepEqual(
      frames.map((frame) => frame.event),
      types,
    );
  }
  assert.deepEqual(data, tape.payloads);
};

describe('a tape plays through byte for byte', { skip }, () => {
  for (const tape of tapes()) {
    test(`${tape.name}, ${tape.stream ? 'streamed' : 'whole'}`, { timeout: 60_000 }, async () => {
      for (const route of ROUTES[tape.dialect]) {
        const { dialect, stream } = tape;
        const ask = { dialect, model: route, tape: tape.name, stream };
        const answer = await askForTape(stand.gateway.origin, stand.gateway.key, ask);
        assert.equal(answer.status, 200, `${route}: ${answer.body.toString('utf8').slice(0, 500)}`);
        assertPayloads(tape, answer.body);
        played.push({ tape, route, receipt: answer.receipt });
      }
    });
  }
});

test('each receipt holds the usage that the recording reports', { skip, timeout: 60_000 }, async () => {
  const sealed = new Map((await stand.gateway.receipts(played.length)).map((receipt) => [receipt.id, receipt.public]));
  assert.ok(played.length > 0, 'something was played');
  for (const { tape, route, receipt } of played) {
    const said = sealed.get(receipt);
    assert.ok(said?.usage, `${tape.name} by ${route} has a receipt with usage`);
    const recorded = recordedUsage(tape);
    if (recorded === null) {
      assert.notEqual(said.usage.source, 'reported', `${tape.name} by ${route} reports nothing`);
      continue;
    }
    assert.equal(said.usage.source, 'reported', `${tape.name} by ${route}`);
    assert.deepEqual(sealedUsage(said.usage), recorded, `${tape.name} by ${route}`);
  }
});
