// What is told of a sample: bands in order, flows that add up to what was simulated, options in no sum, and comparisons that are
// path against path.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  applySwitches,
  compareSamples,
  readScenario,
  sampleScenario,
  SCENARIO_FILES,
  summarise,
  SWITCH_NAMES,
} from '@weighbridge/planner';
import { bandOf } from '../../src/system/bands.ts';
import { resolveInputs } from '../../src/system/resolve.ts';
import { pickCentre } from '../../src/system/draws.ts';
import { smallScenario } from './scenarios.ts';

const alliance = readScenario('alliance.yaml', readFileSync(SCENARIO_FILES['alliance']!, 'utf8'));
const sample = sampleScenario(alliance, { seed: 2, paths: 50 });
const summary = summarise(sample);

describe('bands', () => {
  test('are percentiles between neighbours, without what is no number', () => {
    // Of 0, 10, …, 100 the tenth per cent is 10; of two numbers it lies a tenth of the way.
    assert.deepEqual(bandOf([100, 0, 50, 10, 20, 30, 40, 60, 70, 80, 90]), { p10: 10, p50: 50, p90: 90 });
    assert.deepEqual(bandOf([0, Number.NaN, 10]), { p10: 1, p50: 5, p90: 9 });
    assert.deepEqual(bandOf([3, Infinity, Infinity]), { p10: Infinity, p50: Infinity, p90: Infinity });
    assert.equal(bandOf([Number.NaN]), null);
  });
});

describe('a summary of the alliance', () => {
  test('says that it is simulated, and every output its unit and method', () => {
    assert.equal(summary.simulated, true);
    for (const each of summary.outputs) {
      assert.ok(each.method.length > 20 && each.unit !== '' && !each.unit.includes('CUR'), each.name);
      for (const band of each.bands)
        if (band !== null) assert.ok(band.p10 <= band.p50 && band.p50 <= band.p90, each.name);
    }
  });
  test('shares lie between 0 and 1', () => {
    for (const name of ['circular_share', 'unserved_share', 'dependence', 'concentration'] as const)
      for (const each of sample.values[name]) assert.ok(Number.isNaN(each) || (each >= 0 && each <= 1 + 1e-12), name);
  });
  test('an option is followed and in no sum: what is drawn never exceeds the one commitment', () => {
    assert.deepEqual(
      summary.deliveries.filter(({ kind }) => kind === 'option').map(({ id, promised, unit }) => [id, promised, unit]),
      [['one-gigawatt', 1, 'GW']],
    );
    assert.ok(sample.values.drawn.every((each) => each <= 30e9));
    const last = alliance.months - 1;
    const drawn = summary.outputs.find(({ name }) => name === 'drawn')?.bands[last];
    const whole = summary.deliveries.find(({ id }) => id === 'azure-commitment')?.delivered;
    assert.ok(Math.abs(drawn!.p50 / 1e9 - whole!.p50) < 1e-6);
  });
  test('the flows of the years add up to what each account holds at the end', () => {
    const small = smallScenario();
    const inputs = resolveInputs(small, pickCentre);
    const { flows } = summarise(sampleScenario(small, { seed: 1, paths: 2 }));
    const net = (account: string): number =>
      flows.reduce(
        (sum, { from, to, amount }) => sum + (to === account ? amount : 0) - (from === account ? amount : 0),
        0,
      );
    const names = [...Object.keys(small.actors), 'customers', 'other business', 'lenders', 'other spending'];
    assert.deepEqual(inputs.accounts, names);
    assert.ok(Math.abs(names.reduce((sum, name) => sum + net(name), 0)) < 1e-6);
    // The maker: 4 racks × $1 m × (1 − 0.25).
    assert.equal(net('maker'), 3e6);
  });
});

describe('a comparison', () => {
  test('shows for every switch what it claims, and none comes against its claim in the alliance', () => {
    for (const name of SWITCH_NAMES) {
      const second = sampleScenario(applySwitches(alliance, [name]), { seed: 2, paths: 50 });
      const { moves, simulated } = compareSamples(sample, second, { first: 'a', second: 'b', switches: [name] });
      assert.equal(simulated, true);
      assert.ok(moves.length > 0);
      for (const move of moves) assert.equal(move.seen, 'as claimed', `${name}: ${move.output}`);
    }
  });
  test('without a difference there is none, in any month', () => {
    const { outputs } = compareSamples(sample, sampleScenario(alliance, { seed: 2, paths: 50 }), {
      first: 'a',
      second: 'a',
    });
    for (const { difference, by_month: byMonth } of outputs)
      for (const band of [difference, ...byMonth])
        if (band !== null) assert.deepEqual(band, { p10: 0, p50: 0, p90: 0 });
  });
  test('is refused between seeds, currencies and starts that differ', () => {
    const small = smallScenario();
    const of = (change: Partial<typeof small>, seed = 1) => sampleScenario({ ...small, ...change }, { seed, paths: 2 });
    const names = { first: 'a', second: 'b' };
    assert.throws(() => compareSamples(of({}), of({}, 2), names), { code: 'USAGE', message: /same seed/ });
    assert.throws(() => compareSamples(of({}), of({ currency: 'EUR' }), names), { code: 'USAGE', message: /EUR/ });
    assert.throws(() => compareSamples(of({}), of({ start: '2026-02' }), names), { code: 'USAGE', message: /2026-02/ });
  });
});
