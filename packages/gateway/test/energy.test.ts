// What an answer took: multiplied by hand, told on the receipt, and not told where nobody knows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Usage } from '@weighbridge/protocol';
import { estimateEnergy, type EnergyFactors } from '../src/stages/energy.ts';
import { ANTHROPIC_STREAM, ANTHROPIC_WHOLE, stream, whole } from './support/answers.ts';
import { deployment, route, startLane, startUpstream, type Upstream } from './support/fixture.ts';

const FACTORS: EnergyFactors = {
  method: 'weighbridge-energy/1 a-class',
  input: [20, 200, 1500],
  cached: [2, 20, 150],
  output: [100, 650, 4000],
};
const usage = (tokens: Usage['tokens'], source: Usage['source'] = 'reported'): Usage => ({ tokens, source, raw: null });

test('each class is multiplied by its own, and the ends go together', () => {
  assert.deepEqual(estimateEnergy(FACTORS, usage({ input: 1000, cache_read: 2000, output: 400, reasoning: 100 })), {
    wh: (1000 * 200 + 2000 * 20 + 500 * 650) / 1e6,
    low: (1000 * 20 + 2000 * 2 + 500 * 100) / 1e6,
    high: (1000 * 1500 + 2000 * 150 + 500 * 4000) / 1e6,
    method: 'weighbridge-energy/1 a-class',
  });
  const written = estimateEnergy(FACTORS, usage({ cache_write_5m: 10, cache_write_1h: 20 }));
  assert.equal(written?.wh, (30 * 200) / 1e6);
  assert.equal(estimateEnergy(FACTORS, usage({ input: 1000 }, 'estimated'))?.wh, 0.2);
});

test('what nobody knows is null: unknown usage, pictures and speech that were made', () => {
  assert.equal(estimateEnergy(FACTORS, usage({}, 'unknown')), null);
  assert.equal(estimateEnergy(FACTORS, usage({ input: 5, output_image: 1 })), null);
  assert.equal(estimateEnergy(FACTORS, usage({ output_audio: 1 })), null);
  assert.equal(estimateEnergy(FACTORS, usage({ input: 5, output_image: 0 }))?.wh, 0.001);
});

let upstream: Upstream;
before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
});
after(() => upstream.close());

/** The receipt of one call of a lane that has factors for the deployment `known`. */
async function receiptOf(model: string, streamed: boolean) {
  upstream.script(streamed ? stream(ANTHROPIC_STREAM) : whole(ANTHROPIC_WHOLE));
  const lane = await startLane(
    {
      deployments: [deployment('known', upstream.port), deployment('other', upstream.port)],
      routes: [route('known', ['known']), route('other', ['other'])],
    },
    { energyOf: ({ id }) => (id === 'known' ? FACTORS : undefined) },
  );
  try {
    const answer = await fetch(`${lane.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': lane.key.key, 'content-type': 'application/json' },
      body: JSON.stringify({ model, max_tokens: 100, stream: streamed, messages: [{ role: 'user', content: 'hi' }] }),
    });
    await answer.text();
    assert.equal(answer.status, 200);
    return lane.sealer.receipt();
  } finally {
    await lane.close();
  }
}

for (const streamed of [false, true])
  test(`a receipt says what its answer took, with ends and method (${streamed ? 'streamed' : 'whole'})`, async () => {
    const receipt = await receiptOf('known', streamed);
    assert.ok(receipt.usage !== null && (receipt.usage.tokens.output ?? 0) > 0);
    assert.deepEqual(receipt.energy, estimateEnergy(FACTORS, receipt.usage));
    assert.ok(receipt.energy!.low < receipt.energy!.wh && receipt.energy!.wh < receipt.energy!.high);
  });

test('a deployment without factors says nothing of energy', async () => {
  assert.equal('energy' in (await receiptOf('other', false)), false);
});
