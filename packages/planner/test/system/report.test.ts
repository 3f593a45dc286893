// A run as the control API answers it: in its schema, the same to the last character under a seed, exact where it is money,
// and each switch's claims beside what came against the same scenario without that one switch.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  applySwitches,
  readScenario,
  runScenario,
  sampleScenario,
  scenarioList,
  SCENARIO_FILES,
  SWITCH_NAMES,
  type LoadScenario,
} from '@weighbridge/planner';
import { CONTROL, SCENARIO_NAMES, SCENARIO_SWITCHES, type ControlInput, type ScenarioRun } from '@weighbridge/protocol';
import { bandOf } from '../../src/system/bands.ts';
import { bandTexts, valueIn } from '../../src/system/figures.ts';

const load: LoadScenario = (name) => readScenario(name, readFileSync(SCENARIO_FILES[name]!, 'utf8'));
const alliance = load('alliance');

/** Question and answer pass the schemas of the API. */
function run(asked: ControlInput<'scenario'>): ScenarioRun {
  const { input, answer } = CONTROL.scenario;
  return answer.parse(runScenario(input.parse(asked), load));
}

test('the names that pages know are those of the simulator', () => {
  assert.deepEqual([...SCENARIO_SWITCHES], [...SWITCH_NAMES]);
  assert.deepEqual([...SCENARIO_NAMES], Object.keys(SCENARIO_FILES));
});

describe('figures', () => {
  test('money is decimal text without idle zeros, other numbers keep seven digits, never is null', () => {
    assert.equal(valueIn('money', 1_234.5), '1234.5');
    assert.equal(valueIn('money', 30e9), '30000000000');
    assert.equal(valueIn('money', -0.001), '0');
    assert.equal(valueIn('money/Mtok', 2.3058604), '2.30586');
    assert.equal(valueIn('MW', 671.123456789), 671.1235);
    assert.deepEqual(bandTexts('months', { p10: 8, p50: 9, p90: Infinity }), { p10: 8, p50: 9, p90: null });
    assert.equal(bandTexts('MW', null), null);
  });
});

describe('the list', () => {
  const list = CONTROL.scenarios.answer.parse(scenarioList(load));
  test('holds every scenario with what it is about and how well its values are known', () => {
    assert.deepEqual(
      list.rows.map(({ id }) => id),
      [...SCENARIO_NAMES],
    );
    for (const { about, tags } of list.rows) {
      assert.ok(about.length > 40);
      assert.ok(tags.reported > 0 && tags.assumed > 0);
      assert.equal(tags.verified, 0, 'nothing in the files that ship is verified');
    }
  });
  test('holds every switch with what it moves and why', () => {
    assert.equal(list.switches.length, 10);
    for (const { moves } of list.switches)
      for (const { title, because } of moves) assert.ok(title.length > 3 && because.length > 10);
  });
});

describe('a run', () => {
  const answer = run({ name: 'alliance', paths: 40, seed: 7, switches: ['grid-delay'] });
  const { first } = answer;

  test('says that it is simulated, and is the same to the last character under its seed', () => {
    assert.equal(answer.simulated, true);
    const asked = { name: 'alliance', paths: 40, seed: 7, switches: ['grid-delay'] } as const;
    assert.equal(JSON.stringify(run(asked as never)), JSON.stringify(answer));
    assert.notEqual(JSON.stringify(run({ ...asked, seed: 8 } as never).first.lines), JSON.stringify(first.lines));
  });
  test('gigawatt-years are the sum of the months of each path', () => {
    const { values, paths } = sampleScenario(applySwitches(alliance, ['grid-delay']), { seed: 7, paths: 40 });
    const sums = Array.from({ length: paths }, (_, path) => {
      let sum = 0;
      for (let month = 0; month < alliance.months; month += 1) sum += values.energised_mw[month * paths + path]!;
      return sum / 12 / 1000;
    });
    const { p50 } = bandOf(sums)!;
    assert.ok(Math.abs(Number(first.gigawatt_years?.p50) - p50) < 1e-5);
  });
  test('amounts stand whole, and not in billions; options are kept apart', () => {
    const commitment = first.deliveries.find(({ kind }) => kind === 'commitment');
    assert.deepEqual([commitment?.promised, commitment?.unit], ['30000000000', 'money']);
    assert.match(commitment?.source ?? '', /claim 1/);
    assert.match(String(commitment?.delivered?.p50), /^\d+(\.\d{1,2})?$/);
    const options = first.deliveries.filter(({ kind }) => kind === 'option');
    assert.deepEqual(
      options.map(({ promised, unit, dated }) => [promised, unit, dated]),
      [[1, 'GW', false]],
    );
  });
  test('counts how well its inputs are known, those of the switches too', () => {
    const { tags } = scenarioList(load).rows[0]!;
    const shocked = run({ name: 'alliance', paths: 1, switches: ['energy-shock'] }).first;
    assert.deepEqual(shocked.tags, { ...tags, assumed: tags.assumed + 2 });
    const sum = shocked.inputs.reduce((total, part) => total + part.tags.reported + part.tags.assumed, 0);
    assert.equal(sum, tags.reported + tags.assumed + 2);
  });
  test('names the linked group, and every party that money flows between', () => {
    assert.deepEqual(first.linked, ['Anthropic', 'Microsoft', 'NVIDIA']);
    const known = new Set(first.actors.map(({ id }) => id));
    assert.ok(first.flows.length > 100);
    for (const { from, to } of first.flows) assert.ok(known.has(from) && known.has(to), `${from} → ${to}`);
    assert.equal(first.actors.filter(({ kind }) => kind === 'outside').length, 4);
  });
});

describe('switches that are thrown', () => {
  test('each moves as claimed, whatever the others do', () => {
    const { thrown } = run({ name: 'alliance', paths: 60, switches: ['grid-delay', 'price-war', 'party-exits'] }).first;
    // In the order of the table, however they were asked for.
    assert.deepEqual(
      thrown.map(({ name, paths }) => [name, paths]),
      [
        ['price-war', 25],
        ['grid-delay', 25],
        ['party-exits', 25],
      ],
    );
    for (const { name, moves } of thrown)
      for (const { seen, title, direction, mean } of moves) {
        assert.equal(seen, 'as claimed', `${name}: ${title}`);
        assert.equal(Number(mean) > 0, direction === 'up', `${name}: ${title}`);
      }
  });
  test('one alone is measured over all paths up to 250; twice thrown is thrown once', () => {
    const { thrown, switches } = run({ name: 'mid-size', paths: 80, switches: ['price-war', 'price-war'] }).first;
    assert.deepEqual([switches.length, thrown.length, thrown[0]?.paths], [1, 1, 80]);
  });
});

describe('two side by side', () => {
  test('with and without a switch: the difference is path by path, and without one it is nothing', () => {
    const side = { name: 'alliance', switches: [] } as const;
    const same = run({ name: 'alliance', paths: 20, against: { name: 'alliance' } });
    for (const { difference } of same.differences)
      if (difference !== null) assert.deepEqual([Number(difference.p10), Number(difference.p90)], [0, 0]);
    const late = run({
      ...side,
      switches: [...side.switches],
      paths: 20,
      against: { name: 'alliance', switches: ['grid-delay'] },
    });
    const power = late.differences.find(({ output }) => output === 'energised_mw');
    assert.ok(Number(power?.difference?.p90) < 0);
    assert.deepEqual(late.second?.switches, ['grid-delay']);
  });
  test('two scenarios of different length are each shown whole', () => {
    const { first, second } = run({ name: 'alliance', paths: 5, against: { name: 'mid-size' } });
    assert.deepEqual([first.months.length, second?.months.length], [120, 60]);
    assert.deepEqual(second?.linked, []);
  });
});
