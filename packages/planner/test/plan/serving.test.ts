// A plan for serving: its front is one, the way chosen keeps both limits, it is simulated under a seed, the classes of tokens add up to the
// call, demand sizes by its peak and prices by its mean, what was not measured says so, and what cannot run is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import type { PlanReport } from '@weighbridge/protocol';
import { checkPlan, readPlan } from '../../src/plan/kinds.ts';
import { expectNear, expectRefused } from '../support/expect.ts';
import { catalogues, report, textOf } from './plans.ts';

const NAME = 'serve-open-model';
const written = report(NAME);
const figure = (id: string, of: PlanReport) => of.figures.find((each) => each.id === id)!;
const band = (id: string, of = written) => figure(id, of).band!;
const centre = (id: string, of = written): number => figure(id, of).centre!;
const textWith = (from: string, to: string): string => {
  assert.ok(textOf(NAME).includes(from), from);
  return textOf(NAME).replace(from, to);
};
const run = (from: string, to: string, draws = 100) =>
  readPlan('mine', textWith(from, to), catalogues).run({ seed: 1, draws, ranges: {}, choices: {} }).report;
const table = (id: string, of = written) => of.tables.find((each) => each.id === id)!;
/** By row; what is no number, or a range, as its likely value or NaN. */
const numbers = (id: string, of = written): number[][] =>
  table(id, of).rows.map((row) =>
    row.map((cell) =>
      cell.is === 'number' ? (cell.value ?? Number.NaN) : cell.is === 'range' ? cell.likely : Number.NaN,
    ),
  );
const fixed = (value: number) => ({ low: value, likely: value, high: value });

test('the front is one: who serves a user faster gets less from a chip', () => {
  const { axis, lines } = written.charts.find(({ id }) => id === 'front')!;
  assert.ok(axis.is === 'numbers' && axis.numbers.length > 5);
  assert.deepEqual(
    axis.numbers,
    axis.numbers.toSorted((a, b) => a - b),
  );
  const perChip = lines[0]!.bands.map((each) => each!.p50);
  assert.deepEqual(
    perChip,
    perChip.toSorted((a, b) => b - a),
  );
});

test('the way chosen keeps both limits by closed form, and the simulator agrees with the closed form', () => {
  assert.ok(centre('token_time') <= 40);
  const [formula = [], simulated = [], measured = []] = numbers('first-token');
  const [, mean = 0, p50 = 0, p90 = 0, p99 = 0] = formula;
  assert.ok(0 < p50 && p50 <= p90 && p90 <= p99 && p99 <= 4000 && mean > 0);
  for (const at of [1, 2, 3, 4]) expectNear(simulated[at]!, formula[at]!, 0.25);
  expectNear(simulated[5]!, formula[5]!, 0.1);
  expectNear(simulated[6]!, formula[6]!, 0.1);
  assert.deepEqual(measured.slice(1, 5), simulated.slice(1, 5));
  const [, first, last] = table('first-token').rows.map((row) => row[4]!);
  assert.ok(first?.is === 'range' && last?.is === 'range');
  assert.ok(last.low < first.low && last.high > first.high, 'measured times scatter more than a run');
  assert.match(JSON.stringify(table('first-token').rows[1]), /simulated: [\d,]+ calls, 2 of 4 copies, seed 1/);
});

test('a run is repeated by its seed; another seed is another run; a whole run looks at more of the front', () => {
  const cells = (of: PlanReport) => JSON.stringify(table('first-token', of).rows[1]);
  assert.equal(cells(report(NAME)), cells(written));
  assert.notEqual(cells(report(NAME, { seed: 2 })), cells(written));
  const looked = (of: PlanReport) =>
    table('front', of).rows.filter((row) => JSON.stringify(row[6]) !== '{"is":"text","text":"not simulated"}').length;
  assert.deepEqual([looked(written), looked(report(NAME, { draws: 1_000 }))], [1, 3]);
});

describe('what a call costs by class of token', () => {
  const tokens = ({ prefix = 0.3, of = written } = {}) => {
    const get = (id: string): number => of.controls.find((each) => each.id === id)!.range.likely;
    return {
      computed: get('work.input') * (1 - prefix),
      cached: get('work.input') * prefix,
      output: get('work.output'),
    };
  };
  const sum = (of: PlanReport, { computed, cached, output }: ReturnType<typeof tokens>): number =>
    (computed * centre('class.input', of) + cached * centre('class.cached', of) + output * centre('class.output', of)) /
    1e6;
  test('the classes add up to it, whatever is cached, together and apart', () => {
    for (const prefix of [0, 0.3, 0.9])
      for (const prefill of ['together', 'apart']) {
        const of = report(NAME, { ranges: { prefix: fixed(prefix) }, choices: { lengths: 'alike', prefill } });
        // Means are told in whole tokens.
        expectNear(sum(of, tokens({ prefix, of })), centre('cost.call', of), 2e-3);
      }
  });
  test('a cached token is far cheaper than a computed one, and that than a written one', () => {
    assert.ok(centre('class.cached') * 3 < centre('class.input'));
    assert.ok(centre('class.input') < centre('class.output'));
    for (const id of ['class.input', 'class.cached', 'class.output']) {
      const { p10, p50, p90 } = band(id);
      assert.ok(p10 < p50 && p50 < p90, id);
    }
  });
  test('sums of money come of the same hour and the same chips', () => {
    expectNear(band('cost.call').p50 / band('cost.output').p50, centre('cost.call') / centre('cost.output'), 1e-9);
    const [, copy = 0, copies = 0] = numbers('way')[0]!;
    assert.equal(centre('chips'), copy * copies);
    expectNear(centre('cost.month'), centre('chips') * centre('clock') * 730, 1e-9);
  });
});

describe('demand', () => {
  test('sizes by the 95th percentile of its week, and is priced on its mean', () => {
    const flat = report(NAME, { ranges: { night: fixed(1), weekend: fixed(1) } });
    assert.ok(centre('chips', flat) < centre('chips'));
    assert.ok(centre('cost.demand', flat) < centre('cost.demand'));
    assert.equal(centre('cost.output', flat), centre('cost.output'), 'a chip that works costs what it does');
    const week = written.charts.find(({ id }) => id === 'week')!;
    assert.ok(week.axis.is === 'numbers' && week.axis.numbers.length === 168);
    const calls = week.lines[0]!.bands.map((each) => each!.p50);
    expectNear(calls.reduce((total, each) => total + each, 0) / 168, 50, 0.02);
    assert.ok(calls.filter((each) => each > week.lines[1]!.bands[0]!.p50).length <= 12);
  });
  test('may be a peak in the place of a week; both or neither is told with what to write', () => {
    const week = /week:\n(?: .*\n)+/.exec(textOf(NAME))![0];
    const peak = 'peak: { value: 2.5, low: 1.8, high: 4, unit: ratio, source: ours, confidence: low }\n';
    const stated = run(week, peak);
    assert.ok(stated.controls.some(({ id }) => id === 'peak') && !stated.controls.some(({ id }) => id === 'night'));
    assert.ok(!stated.charts.some(({ id }) => id === 'week'));
    assert.match(JSON.stringify(checkPlan(textWith(week, ''), catalogues).problems), /not said how demand comes/);
    assert.match(JSON.stringify(checkPlan(textWith(week, week + peak), catalogues).problems), /both a peak and a week/);
  });
  test('grows: more chips by the month, and none grows where no growth is stated', () => {
    assert.ok(centre('chips.later') > centre('chips'));
    const none = run(/growth:\n(?: .*\n)+/.exec(textOf(NAME))![0], '');
    assert.ok(!none.figures.some(({ id }) => id === 'chips.later') && !none.charts.some(({ id }) => id === 'growth'));
  });
  test('of several lengths waits longer than calls that are all alike; a mixture is a form too', () => {
    const alike = report(NAME, { choices: { lengths: 'alike' } });
    for (const row of [0, 1])
      assert.ok(numbers('first-token', alike)[row]![4]! < numbers('first-token')[row]![4]!, `row ${row}`);
    const mixed = run(
      'input: { kind: lognormal, median: 900, sigma: 1, most: 32000 }',
      'input: { kind: mixture, parts: [{ share: 0.9, of: 500 }, { share: 0.1, of: { kind: lognormal, median: 8000, sigma: 0.5, most: 30000 } }] }',
    );
    assert.ok(mixed.controls.find(({ id }) => id === 'work.input')!.range.likely > 1200);
    assert.match(
      JSON.stringify(
        checkPlan(textWith('median: 900, sigma: 1, most: 32000', 'median: 900, sigma: 1, most: 3'), catalogues)
          .problems,
      ),
      /input\.most/,
    );
  });
});

test('a stricter limit of a token costs chips; one that nothing keeps is refused', () => {
  const strict = run('tpot: 40', 'tpot: 12');
  assert.ok(centre('chips', strict) > centre('chips'));
  assert.ok(band('per_user', strict).p50 > band('per_user').p50);
  expectRefused(() => run('tpot: 40', 'tpot: 0.5'), /makes a token in 0\.5 ms/);
  expectRefused(() => run('ttft: 4000', 'ttft: 1'), /no way keeps the first token within 1 ms/);
});

describe('a way that is given', () => {
  const way = (choices: Record<string, string>) => report(NAME, { choices });
  test('is taken as it is, and the rest is searched', () => {
    const given = way({ 'way.tensor': '16', 'way.batch': '256' });
    assert.deepEqual([numbers('way', given)[0]![1], numbers('way', given)[0]![4]], [16, 256]);
    assert.deepEqual(
      given.choices.filter(({ value, stated }) => value !== stated).map(({ id, value }) => [id, value]),
      [
        ['way.tensor', '16'],
        ['way.batch', '256'],
      ],
    );
  });
  test('with copies of its own says where they do not keep the limits, and is refused where they cannot carry the load', () => {
    const many = way({ 'way.copies': '8' });
    assert.deepEqual([centre('chips', many), band('chips', many).p10, band('chips', many).p90], [64, 64, 64]);
    assert.ok(numbers('first-token', many)[1]![5]! < numbers('first-token')[1]![5]!, 'fewer calls a copy, faster');
    const few = way({ 'way.copies': '3' });
    assert.ok(few.cautions.some((each) => /copies that the plan gives do not keep/.test(each)));
    expectRefused(() => way({ 'way.copies': '1' }), /1 copy cannot carry the peak/);
  });
  test('that cannot be is refused with what to change', () => {
    expectRefused(() => run('tensor: search, pipeline: search', 'tensor: 16, pipeline: 4'), /chips_most is 16/);
    assert.throws(
      () => way({ 'way.tensor': '1', 'way.pipeline': '1' }),
      /no way of running deepseek-r1 in fp4 .* can be/,
    );
    expectRefused(() => way({ 'way.tensor': '3' }), /way\.tensor cannot be "3"/);
  });
  test('of fewest chips takes no more of them than that of most tokens', () => {
    assert.ok(centre('chips', way({ pick: 'chips' })) <= centre('chips'));
  });
});

test('guessed tokens give more of a chip, prompts apart take chips of their own, and both say that they were not measured', () => {
  const guessed = report(NAME, { choices: { 'speculative.drafted': '2' } });
  assert.ok(centre('per_chip', guessed) > centre('per_chip'));
  const sure = report(NAME, {
    choices: { 'speculative.drafted': '2' },
    ranges: { 'speculative.accepted': fixed(0.9) },
  });
  assert.ok(centre('per_chip', sure) > centre('per_chip', guessed));
  assert.match(guessed.says, /guessed tokens/);
  const apart = report(NAME, { choices: { prefill: 'apart' } });
  const [, copy = 0, copies = 0, prompts = 0] = numbers('way', apart)[0]!;
  assert.ok(prompts >= 1 && centre('chips', apart) === copy * (copies + prompts));
  assert.match(apart.says, /prompts on chips of their own/);
  for (const each of [guessed, apart])
    expectNear(numbers('first-token', each)[1]![5]!, numbers('first-token', each)[0]![5]!, 0.15);
});

test('steps of co-design and long contexts stand beside the way; what cannot be has its reason', () => {
  const steps = table('steps').rows.map((row) => (row[0]?.is === 'text' ? row[0].text : ''));
  assert.ok(
    ['FP4 for FP8', 'linked chips', 'attention 20 % faster'].every((word) => steps.some((each) => each.includes(word))),
  );
  for (const [, chip = 0, user = 0, saved = 0] of numbers('steps')) assert.ok(chip >= 1 && user >= 1 && saved >= 0);
  const contexts = numbers('context');
  assert.deepEqual(
    contexts.map(([tokens]) => tokens),
    [32_768, 131_072, 160_000],
  );
  for (const [, fits = 0, , , within = 0, , host = 0, slower = 0] of contexts)
    assert.ok(fits > within && within > 0 && host > fits && slower >= 1);
  assert.ok(contexts[0]![1]! > contexts[1]![1]!, 'fewer of the longer fit');
  const beyond = report(NAME, { ranges: { 'context.tokens': fixed(1e6) } });
  assert.match(JSON.stringify(table('context', beyond).rows.at(-1)), /cannot be: deepseek-r1 takes 163840 tokens/);
  const none = report(NAME, { ranges: { 'context.host': fixed(0) } });
  assert.equal(numbers('context', none)[0]![7], 1, 'nothing to fetch from');
});

test('the sentence speaks of the mean of a week and of its peak, and of the first token within a time', () => {
  assert.match(written.says, /^50 calls a second of DeepSeek-R1, on average, take .* at their peak;/);
  assert.match(written.says, /comes within \d+ ms \(simulated\), no more than the 4,000 ms that it may take/);
});

test('what was not measured says so, and in what: in the answer, in the cautions, in the chart and beside each way', () => {
  assert.match(
    written.says,
    /Extrapolated: not measured were calls in flight \(1024; 2 to 512 were\), chip \(gb200\), split \(8 chips a layer with attention in groups\)/,
  );
  assert.ok(written.cautions.some((each) => each.startsWith('Extrapolated: of calls in flight')));
  for (const id of ['way', 'steps'])
    for (const row of table(id).rows) assert.match(JSON.stringify(row.at(-1)), /extrapolated: .*chip/, id);
  for (const row of table('front').rows) assert.match(JSON.stringify(row.at(-1)), /extrapolated in \d/);
  assert.match(written.charts[0]!.title, /\d+ of \d+ ways extrapolated/);
  const measured = readPlan(
    'mine',
    textWith(
      'rack: gb200-nvl72',
      'rack: hgx-h200\nassumptions: { racks: { hgx-h200: { price: { value: 300000, unit: USD, source: ours, confidence: low } } } }',
    )
      .replace('deepseek-r1', 'llama-3.1-70b')
      .replace('fp4', 'fp8')
      .replace('prefix: 0.3', 'prefix: 0')
      .replace('batch: search', 'batch: 64')
      .replace('tensor: search, pipeline: search, attention: search', 'tensor: 4, pipeline: 1, attention: 1'),
    catalogues,
  ).run({ seed: 1, draws: 100, ranges: {}, choices: {} }).report;
  assert.match(measured.says, /Llama/);
  assert.doesNotMatch(measured.says, /chip \(|cached input/);
});

test('what cannot run is refused with what to change', () => {
  const impossible = (from: string, to: string): void =>
    assert.throws(
      () => run(from, to),
      (thrown) => isAppError(thrown) && thrown.code.startsWith('PLAN_') && thrown.next.length > 10,
      to,
    );
  impossible('rack: gb200-nvl72', 'rack: tpu-v7-pod');
  impossible('chips_most: 16', 'chips_most: 1');
  impossible('{ kind: lognormal, median: 900, sigma: 1, most: 32000 }', '9000000');
  impossible('most: 32000', 'most: 9000000');
  impossible('model: deepseek-r1', 'model: deepseek-r9');
  impossible('precision: fp4', 'precision: int4');
  impossible('calls: 50', 'calls: 1000000');
  impossible('drafted: 0', 'drafted: 99');
  for (const [id, value] of [
    ['prefix', 1.2],
    ['work.calls', 0],
    ['ttft', -1],
    ['context.tokens', 1],
  ] as const)
    expectRefused(() => report(NAME, { ranges: { [id]: fixed(value) } }), new RegExp(`${value}.* cannot be`));
  expectRefused(() => report(NAME, { ranges: { prefix: { low: 0.1, likely: 0.2, high: 0.3 } } }), /one number/);
});

test('at the ends of what may be asked every figure is a number, and the run stays bounded', () => {
  const held = (ranges: Record<string, number>, choices: Record<string, string> = {}): PlanReport =>
    report(NAME, {
      draws: 20,
      choices,
      ranges: Object.fromEntries(Object.entries(ranges).map(([id, value]) => [id, fixed(value)])),
    });
  const alike = { lengths: 'alike' };
  for (const each of [
    held({ prefix: 1 }),
    held({ prefix: 0 }, { prefill: 'apart' }),
    held({ 'work.calls': 1e-6 }),
    held({ 'work.calls': 0.01, 'work.output': 60_000 }, alike),
    held({ 'work.input': 1, 'work.output': 1 }, alike),
    held({ 'speculative.accepted': 1 }, { 'speculative.drafted': '5' }),
    held({ 'work.calls': 20_000 }),
  ])
    for (const { id, centre: value, band: width } of each.figures)
      assert.ok(value !== null && value > 0 && width !== null && Number.isFinite(width.p90), `${id}: ${value}`);
});
