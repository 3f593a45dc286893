// A sample of the campaign of reserved capacity: seeded, bursty loads of very different lengths against a seller that answers 429 at
// its true limit. By a simulated clock, the same each time; and once over real sockets, through the product. The campaign goes on
// from there (npm run campaign -- capacity).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawLoad } from '../campaign/capacity/load.ts';
import { SCENES, sceneOf, simulate, SIMULATED_MS } from '../campaign/capacity/simulate.ts';
import { overSockets } from '../campaign/capacity/sockets.ts';

const load = (seed: number): ReturnType<typeof drawLoad> => drawLoad(sceneOf(seed));

/** What is wrong with it, as the campaign judges: the issue asks for 97 % and 0.5 %. Null: nothing. */
const wrongIn = (name: keyof typeof SCENES, seed: number): string | null => {
  const judged = simulate(SCENES[name], load(seed), SIMULATED_MS);
  // Without calls that had to go elsewhere nothing would be shown.
  const good = judged.usedShare >= 0.98 && judged.refusedShare <= 0.003 && judged.spilled > 500;
  return good ? null : `${name}: ${JSON.stringify(judged)}`;
};

describe('provisioned capacity whose seller answers 429 at its true limit', () => {
  for (const seed of [1, 2, 3]) {
    test(`seed ${seed}: at least 98 % of it is used, and at most 0.3 % of calls meet the 429`, () => {
      assert.equal(wrongIn('plain', seed), null);
    });

    test(`seed ${seed}: and where the true limit is a twentieth below what is configured`, () => {
      assert.equal(wrongIn('a twentieth less than configured', seed), null);
    });
  }

  test('the check can fail: who only reacts to refusals meets one in four calls', () => {
    const judged = simulate({ ...SCENES.plain, reactive: true }, load(1), SIMULATED_MS);
    assert.ok(judged.refusedShare > 0.2, JSON.stringify(judged));
  });

  test('a rate or a weight that is wrong, a neighbour who takes a sixth, a seller that tells late or never: it is learnt', () => {
    for (const name of [
      'a rate a tenth too high',
      'a weight a quarter too low',
      'a neighbour who takes a sixth',
      'told when the answer ends',
      'never told',
      'never told, a twentieth less',
    ] as const)
      assert.equal(wrongIn(name, 2), null);
  });

  test('a bucket a sixth of what is configured is learnt: what it can take is taken, and hardly a call is refused', () => {
    const name = 'a burst of ten seconds, configured as sixty';
    const judged = simulate(SCENES[name], load(2), SIMULATED_MS);
    const reactive = simulate({ ...SCENES[name], reactive: true }, load(2), SIMULATED_MS);
    assert.ok(judged.refusedShare <= 0.003, JSON.stringify(judged));
    assert.ok(judged.usedShare >= reactive.usedShare * 0.9, JSON.stringify([judged, reactive]));
  });

  test('the same seed is the same run', () => {
    assert.deepEqual(simulate(SCENES.plain, load(4), SIMULATED_MS), simulate(SCENES.plain, load(4), SIMULATED_MS));
  });
});

describe('capacity whose seller serves what is beyond on demand', () => {
  test('tokens a minute in and out: hardly a call is more than was bought, also where it is a twentieth less', () => {
    for (const name of ['tokens a minute', 'tokens a minute, a twentieth less'] as const) {
      const judged = simulate(SCENES[name], load(1), SIMULATED_MS);
      assert.ok(judged.refusedShare <= 0.003 && judged.usedShare >= 0.94, `${name}: ${JSON.stringify(judged)}`);
    }
  });

  test('scale units by the window: as much is used as by sending everything there, wherever its windows begin', () => {
    for (const name of ['scale units by the window', 'scale units, windows that begin elsewhere'] as const) {
      const judged = simulate(SCENES[name], load(1), SIMULATED_MS);
      const reactive = simulate({ ...SCENES[name], reactive: true }, load(1), SIMULATED_MS);
      assert.ok(judged.usedShare >= reactive.usedShare * 0.97, `${name}: ${JSON.stringify([judged, reactive])}`);
      assert.ok(judged.refusedShare <= reactive.refusedShare * 1.02, `${name}: ${JSON.stringify([judged, reactive])}`);
    }
  });
});

test('over real sockets a spilled call is priced on demand and says so, and hardly one meets a 429', async (t) => {
  const judged = await overSockets({
    seed: 1,
    ms: 4_000,
    warmUpMs: 2_000,
    callsPerSecond: 50,
    lanes: 2,
    bought: { units: 100, input_tpm_per_unit: 3_000, output_weight: 4, burst_seconds: 2 },
  });
  t.diagnostic(JSON.stringify(judged));
  assert.deepEqual(judged.wrong, []);
  assert.equal(judged.reserved + judged.spilled, judged.calls);
  assert.ok(judged.refusedShare <= 0.05, JSON.stringify(judged));
  assert.ok(judged.usedShare >= 0.85 && judged.spilled > 20, JSON.stringify(judged));
});
