// A sample of the campaign of reserved capacity: seeded, bursty loads of very different lengths against a seller that answers 429 at
// its true limit. By a simulated clock, the same each time; and once over real sockets, through the product. The campaign goes on
// from there (npm run campaign -- capacity).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawLoad } from '../campaign/capacity/load.ts';
import { SCENES, sceneOf, simulate, SIMULATED_MS } from '../campaign/capacity/simulate.ts';
import { overSockets } from '../campaign/capacity/sockets.ts';

const load = (seed: number): ReturnType<typeof drawLoad> => drawLoad(sceneOf(seed));

describe('provisioned capacity whose seller answers 429 at its true limit', () => {
  for (const seed of [1, 2, 3]) {
    test(`seed ${seed}: at least 97 % of it is used, and at most 0.5 % of calls meet the 429`, (t) => {
      const judged = simulate(SCENES.plain, load(seed), SIMULATED_MS);
      t.diagnostic(JSON.stringify(judged));
      assert.ok(judged.busyShare >= 0.97 && judged.usedShare >= 0.97, JSON.stringify(judged));
      assert.ok(judged.refusedShare <= 0.005, JSON.stringify(judged));
      assert.ok(judged.spilled > 500, 'there was more to do than it holds');
    });
  }

  test('the check can fail: who only reacts to refusals meets one in four calls', () => {
    const judged = simulate({ ...SCENES.plain, reactive: true }, load(1), SIMULATED_MS);
    assert.ok(judged.refusedShare > 0.2, JSON.stringify(judged));
  });

  test('a bucket a sixth of what is configured, a rate that is wrong, a neighbour who takes a sixth: it is learnt', () => {
    for (const name of ['a smaller bucket', 'a rate too high', 'a weight too low', 'a neighbour'] as const) {
      const judged = simulate(SCENES[name], load(2), SIMULATED_MS);
      assert.ok(judged.refusedShare <= 0.01, `${name}: ${JSON.stringify(judged)}`);
      const reactive = simulate({ ...SCENES[name], reactive: true }, load(2), SIMULATED_MS);
      assert.ok(judged.usedShare >= reactive.usedShare * 0.9, `${name}: ${JSON.stringify([judged, reactive])}`);
    }
  });

  test('the same seed is the same run', () => {
    assert.deepEqual(simulate(SCENES.plain, load(4), SIMULATED_MS), simulate(SCENES.plain, load(4), SIMULATED_MS));
  });
});

test('over real sockets a spilled call is priced on demand and says so, and hardly one meets a 429', async (t) => {
  const judged = await overSockets({
    seed: 1,
    ms: 4_000,
    warmUpMs: 2_000,
    callsPerSecond: 50,
    bought: { units: 100, input_tpm_per_unit: 3_000, output_weight: 4, burst_seconds: 2, margin: 0.05 },
  });
  t.diagnostic(JSON.stringify(judged));
  assert.deepEqual(judged.wrong, []);
  assert.equal(judged.reserved + judged.spilled, judged.calls);
  assert.ok(judged.refusedShare <= 0.02, JSON.stringify(judged));
  assert.ok(judged.usedShare >= 0.85 && judged.spilled > 20, JSON.stringify(judged));
});
