// A sample of the limits' campaign: some lives of a node held against the model, and each deliberate fault seen. The same
// seeds each time; the campaign goes on from there (npm run campaign -- limits).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SABOTAGES, World, type Lived, type Sabotage } from '../campaign/limits/world.ts';

const SEEDS = 12;
const STEPS = 400;
/** A deliberate fault shows within so many seeds. */
const SABOTAGE_SEEDS = 30;

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-limits-'));
after(() => rmSync(folder, { recursive: true }));

let lives = 0;
const live = (seed: number, sabotage?: Sabotage): Lived =>
  new World(seed, join(folder, `${(lives += 1)}.json`), sabotage).run(STEPS);

describe('limits against a model of them', () => {
  test(`in ${SEEDS} lives nothing overruns a limit, and nothing is refused that fits`, () => {
    const seen = { admitted: 0, refused: 0, restarts: 0 };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const lived = live(seed);
      assert.deepEqual(lived.problems, [], `seed ${seed}`);
      for (const name of ['admitted', 'refused', 'restarts'] as const) seen[name] += lived[name];
    }
    assert.ok(seen.admitted > 1_000 && seen.refused > 500 && seen.restarts > 40, JSON.stringify(seen));
  });

  test('the same seed lives the same life', () => {
    assert.deepEqual(live(7), live(7));
  });

  for (const sabotage of SABOTAGES) {
    test(`it is seen when ${sabotage}`, (t) => {
      for (let seed = 1; seed <= SABOTAGE_SEEDS; seed += 1) {
        const [problem] = live(seed, sabotage).problems;
        if (problem === undefined) continue;
        t.diagnostic(`seed ${seed}, ${problem}`);
        assert.match(problem, /was admitted against|counts|was refused though/);
        return;
      }
      assert.fail(`not within ${SABOTAGE_SEEDS} seeds`);
    });
  }
});
