// The planner in words and pictures, over runs of the planner itself: figures with their doubt and what they hang on, moves that survive
// the address, charts by powers of ten, and two plans side by side.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  CONTROL,
  PLAN_DRAWS,
  type ControlInput,
  type PlanChart,
  type PlanRange,
  type PlanRun,
} from '@weighbridge/protocol';
import { plannerSearch } from '../../src/app/search-state.ts';
import { chartOf } from '../../src/features/planner/charts.ts';
import { bandText, cellText, figureText, rangeText, UNKNOWN } from '../../src/features/planner/figures.ts';
import { statusOf, toldOf, type PlanTold } from '../../src/features/planner/model.ts';
import {
  changed,
  movedTo,
  picksIn,
  picksText,
  rangesIn,
  rangesText as movesText,
} from '../../src/features/planner/moves.ts';
import { estateText } from '../../src/features/planner/own-estate.ts';
import { placeOf } from '../../src/features/planner/places.ts';
import { ownPlanText, PLAN_BOUNDS } from '../../src/features/planner/own-plan.ts';
import { tooLong } from '../../src/features/own-file.ts';
import { formatQuery, parseQuery } from '../../src/url/search.ts';
import { checkedPlanOf, planOf, planText } from '../support/sample-plans.ts';
import { seed } from '../support/seed.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const run = (asked: ControlInput<'plan'>): PlanRun => planOf(CONTROL.plan.input.parse({ draws: 100, ...asked }));
const told = (answer: PlanRun, more: Partial<Parameters<typeof toldOf>[1]> = {}): PlanTold =>
  toldOf(answer, { name: answer.first.plan, ranges: {}, picks: {}, seed: '1', beside: null, ...more });
const power = run({ name: 'one-gigawatt' });
const cost = run({ name: 'own-or-buy' });
const dearer = { power_price: { low: 0.1, likely: 0.2, high: 0.3 } };
const beside = run({ name: 'own-or-buy', ranges: dearer, against: { name: 'own-or-buy' } });

describe('figures', () => {
  test('have three digits in the size that fits, their unit, and a real minus', () => {
    for (const [text, expected] of [
      [figureText(3.7412, 'USD/chip-hour'), '$3.74/chip-hour'],
      [figureText(326_808, 'chips'), '327 k chips'],
      [figureText(39.85, 'USD bn'), '$39.9 bn'],
      [figureText(10.36, 'USD bn/year'), '$10.4 bn/year'],
      [figureText(0.6248, 'share'), '62.5 %'],
      [figureText(-0.5, 'share'), '−50 %'],
      [figureText(0.08, 'share/year'), '8 %/year'],
      [bandText({ p10: 0.07, p50: 0.08, p90: 0.1 }, 'share/year'), '8 %/year (7 % to 10 %)'],
      [figureText(-3_200_000, 'USD'), '−$3.2 m'],
      [figureText(1.25, 'ratio'), '1.25'],
      [figureText(4_539, 'racks'), '4,540 racks'],
      [figureText(5, 'USD/Mtok', true), '$5'],
      [figureText(1e8, 'Mtok/month'), '100 tn tokens/month'],
      [figureText(null, 'chips'), UNKNOWN],
      [figureText(Number.NaN, 'chips'), UNKNOWN],
      [bandText({ p10: 313_000, p50: 327_000, p90: 342_000 }, 'chips'), '327 k chips (313 k to 342 k)'],
      [bandText({ p10: 2, p50: 2, p90: 2 }, 'months'), '2 months'],
      [bandText(null, 'chips'), UNKNOWN],
      [rangeText({ low: 1.1, likely: 1.2, high: 1.4 }, 'ratio'), '1.2 (1.1 to 1.4)'],
      [cellText({ is: 'number', value: null, unit: 'racks' }), UNKNOWN],
      [cellText({ is: 'text', text: 'up to' }), 'up to'],
    ] as const)
      assert.equal(plain(text), expected);
  });
});

describe('a plan told', () => {
  for (const [name, answer] of [
    ['one-gigawatt', power],
    ['own-or-buy', cost],
  ] as const)
    test(`${name}: every figure opens its formula, its assumptions with their sources, and its doubt`, () => {
      const { figures, headline, controls, tables, charts, swings } = told(answer);
      assert.equal(headline.first, answer.first.says);
      assert.ok(figures.length > 8 && tables.length > 2 && charts.length > 0 && swings.length > 3);
      for (const { key, texts, explain, difference } of figures) {
        assert.equal(texts.length, 1);
        assert.match(texts[0]?.middle ?? '', /\d/, key);
        assert.doesNotMatch(`${texts[0]?.middle} ${texts[0]?.range}`, /NaN|undefined/);
        assert.ok((explain.formula ?? '').length > 5 && explain.parts.length > 0, key);
        assert.match(explain.caveats.join(' '), /100 draws, seed 1/);
        assert.equal(difference, null);
      }
      assert.ok(
        figures.some(({ explain }) =>
          explain.parts.some(({ source }) => /^.+, \d{4}-\d{2}.*, (low|medium|high) confidence$/.test(source ?? '')),
        ),
      );
      for (const { slide, control, moved, source } of controls) {
        assert.ok(slide.from <= control.range.likely && control.range.likely <= slide.to && slide.step > 0, control.id);
        assert.ok(slide.from >= control.least && (control.most === null || slide.to <= control.most), control.id);
        assert.equal(moved, false);
        assert.ok(source.length > 5);
      }
      for (const { left, width, middle } of swings)
        for (const at of [left, left + width, middle]) assert.ok(at >= 0 && at <= 1 + 1e-9);
    });

  test('side by side: both, the difference draw by draw, and a difference of nothing is no gap', () => {
    const two = told(beside, { ranges: dearer, beside: 'itself as written' });
    assert.deepEqual(two.sides, ['1st', '2nd']);
    assert.deepEqual([two.beside?.title, two.beside?.says], ['itself as written', beside.second?.says]);
    assert.deepEqual(
      two.beside?.differs?.map(({ key, texts }) => [key, ...texts.map(plain)]),
      [['power_price', '$0.2/kWh ($0.1 to $0.3)', '$0.08/kWh ($0.047 to $0.148)']],
    );
    const mix = two.figures.find(({ key }) => key === 'cost.mix')!;
    assert.equal(mix.texts.length, 2);
    assert.match(plain(mix.difference?.middle ?? ''), /^−\$0\.\d+\/Mtok$/);
    for (const { key, difference } of two.figures) assert.match(difference?.middle ?? '', /\d/, key);
    assert.equal(two.charts[0]?.series.filter(({ dashed }) => dashed).length, (two.charts[0]?.series.length ?? 0) / 2);
    assert.deepEqual(
      two.controls.filter(({ moved }) => moved).map(({ key }) => key),
      ['power_price'],
    );
  });

  test('two kinds are told in words, and their figures do not stand side by side', () => {
    const two = told(run({ name: 'own-or-buy', against: { name: 'one-gigawatt' } }), { beside: 'Up to one gigawatt' });
    assert.deepEqual([two.beside?.title, two.beside?.differs], ['Up to one gigawatt', null]);
    assert.equal(two.figures[0]?.texts.length, 1);
  });

  test('the command says the same as the page', () => {
    assert.equal(told(power).command, 'weighbridge plan run one-gigawatt');
    assert.equal(
      told(cost, { ranges: { ...dearer, peak: { low: 2, likely: 2, high: 2 } }, picks: { grid: 'france' }, seed: '7' })
        .command,
      'weighbridge plan run own-or-buy --seed 7 --set power_price=0.1,0.2,0.3 --set peak=2 --choose grid=france',
    );
  });

  test('what is drawn so far is said', () => {
    assert.match(statusOf(null, PLAN_DRAWS.whole, true), /first draws/);
    assert.equal(statusOf(power, PLAN_DRAWS.whole, true), '100 of 4,000 draws so far');
    assert.equal(statusOf(power, 100, true), 'What you changed is drawn.');
    assert.equal(statusOf(power, 100, false), '100 draws, seed 1');
  });
});

test('two plans whose charts run over other places are drawn one after the other, over the same in one', () => {
  const run = (ranges: object) =>
    planOf(
      CONTROL.plan.input.parse({
        name: 'reserve-or-on-demand',
        draws: 50,
        against: { name: 'reserve-or-on-demand', ranges },
      }),
    );
  const keys = (answer: PlanRun): readonly string[] => told(answer).charts.map(({ key }) => key);
  assert.deepEqual(keys(run({})), ['hours', 'cost']);
  const five = { low: 300_000, likely: 300_000, high: 300_000 };
  assert.deepEqual(keys(run({ 'chat.requests': five })), ['hours', 'cost', 'cost.second']);
});

describe('charts', () => {
  const axis = {
    is: 'numbers',
    title: 'demand',
    unit: 'Mtok/month',
    log: true,
    numbers: [1, 10, 100, 1000, 10_000],
  } as const;
  const at = (p50: number) => ({ p10: p50 / 2, p50, p90: p50 * 2 });
  const chart = (values: readonly (number | null)[]): PlanChart => ({
    id: 'c',
    title: 'What it costs',
    unit: 'USD/month',
    axis: { ...axis, numbers: [...axis.numbers] },
    lines: [{ id: 'buy', title: 'own chips', bands: values.map((value) => (value === null ? null : at(value))) }],
  });
  const drawn = (values: readonly (number | null)[]) =>
    chartOf([{ chart: chart(values), label: '1st', second: false }]);

  test('over more than two powers of ten the axis counts powers, says so, and its marks are dollars', () => {
    const prepared = drawn([10, 100, 1_000, 10_000, 100_000]);
    assert.match(prepared.unit, /by powers of ten/);
    assert.deepEqual(
      prepared.ticks
        .slice(0, 3)
        .map(({ text }) => plain(text))
        .every((text) => text.startsWith('$')),
      true,
    );
    assert.equal(plain(prepared.series[0]?.texts[4] ?? ''), '$100 k/month ($50 k to $200 k)');
  });
  test('within them it counts dollars; what holds nought is never counted by powers', () => {
    assert.doesNotMatch(drawn([10, 20, 30, 40, 50]).unit, /powers/);
    assert.doesNotMatch(drawn([0, 20, 30, 40, 50_000]).unit, /powers/);
  });
  test('what is not there is a gap', () => {
    const prepared = drawn([10, null, 1_000, null, 100_000]);
    assert.equal(prepared.series[0]?.texts[1], '–');
    assert.ok((prepared.series[0]?.line.match(/M/g) ?? []).length > 1);
  });
  test('at most a handful of places are named on the axis, the first among them', () => {
    const { years, months } = told(cost).charts[0]!;
    assert.ok(years.length >= 4 && years.length <= 6, String(years.length));
    assert.match(months[0] ?? '', new RegExp(`^${years[0]?.text ?? '-'}`));
    assert.match(told(cost).charts[0]!.unit, /across: demand, tokens\/month$/);
  });
});

// As plans have them: nothing that a double can barely hold.
const number = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9, noNaN: true, noDefaultInfinity: true }));
const range: fc.Arbitrary<PlanRange> = fc
  .tuple(number, number, number)
  .map((three) => three.toSorted((a, b) => a - b) as [number, number, number])
  .map(([low, likely, high]) => ({ low, likely, high }));
/** As files may name things: any words, and what parts names in the address. */
const name = fc
  .oneof(
    fc.stringMatching(/^[a-z][a-z0-9_.-]{0,30}$/),
    fc.string({
      unit: fc.constantFrom('a', ' ', ':', ';', '%', '3', 'B', ',', '+', '&', '=', 'é', '本'),
      minLength: 1,
      maxLength: 12,
    }),
  )
  .filter((each) => !(each in {}));

describe('what was moved', () => {
  test('survives the address', () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, range, { maxKeys: 30 }),
        fc.dictionary(name, name, { maxKeys: 8 }),
        (ranges, picks) => {
          const search = { ...plannerSearch.initial, set: movesText(ranges), pick: picksText(picks) };
          const { value, ignored } = plannerSearch.read(parseQuery(formatQuery(plannerSearch.write(search))));
          assert.deepEqual(ignored, []);
          assert.deepEqual(rangesIn(value.set), { ...ranges });
          assert.deepEqual(picksIn(value.pick), { ...picks });
        },
      ),
      { seed, numRuns: 300 },
    );
  });
  test('a seller named with a space stands in the address, and in quotes in the command', () => {
    const picks = { exit: 'north wind; of 20 %', grid: "the sea's" };
    const search = { ...plannerSearch.initial, pick: picksText(picks), about: 'north gone.without' };
    const { value, ignored } = plannerSearch.read(parseQuery(formatQuery(plannerSearch.write(search))));
    assert.deepEqual([ignored, picksIn(value.pick), value.about], [[], picks, 'north gone.without']);
    assert.match(told(cost, { picks }).command, / --choose 'exit=north wind; of 20 %' --choose 'grid=the sea'\\''s'$/);
  });
  test('and what cannot be read counts as not moved', () => {
    for (const text of [
      '',
      ';;',
      'pue',
      'pue:',
      'pue:1,2',
      'pue:a',
      'pue:1,,3',
      ':1',
      'pue:1e999',
      `${'p'.repeat(81)}:1`,
    ])
      assert.deepEqual(rangesIn(text), {}, text);
    assert.deepEqual(rangesIn('pue:1.2;load:x'), { pue: { low: 1.2, likely: 1.2, high: 1.2 } });
    assert.equal(Object.keys(rangesIn(Array.from({ length: 500 }, (_, i) => `a${i}:1`).join(';'))).length, 120);
  });
  test('a slider takes the ends along, keeps their order and stays within what may be', () => {
    fc.assert(
      fc.property(range, number, fc.constantFrom(0, 0.1, 1), (held, likely, least) => {
        const { low, likely: to, high } = movedTo(held, likely, least, null);
        assert.ok(low <= to && to <= high, JSON.stringify([low, to, high]));
        assert.ok(low >= Math.min(least, held.low));
      }),
      { seed, numRuns: 500 },
    );
    assert.deepEqual(movedTo({ low: 1.1, likely: 1.2, high: 1.4 }, 2.4, 1, null), { low: 2.2, likely: 2.4, high: 2.8 });
    assert.deepEqual(movedTo({ low: 0.7, likely: 0.8, high: 0.9 }, 1.2, 0, 1), { low: 0.875, likely: 1, high: 1 });
    assert.deepEqual(movedTo({ low: 2, likely: 2, high: 2 }, 3, 0, null), { low: 3, likely: 3, high: 3 });
  });
  test('is set, and gone where there is nothing to set', () => {
    assert.deepEqual(changed({ a: 1 }, 'b', 2), { a: 1, b: 2 });
    assert.deepEqual(changed({ a: 1, b: 2 }, 'a', null), { b: 2 });
  });
});

test('a plan of ones own is told by its kind, and its faults by line', () => {
  const file = { name: 'mine.yaml', text: planText('own-or-buy') };
  const sound = ownPlanText({ state: 'read', file, checked: checkedPlanOf({ text: file.text }) });
  assert.match(sound.says, /^mine\.yaml: .*A plan for tokens\.$/);
  const bad = { ...file, text: file.text.replace('grid: us', 'grid: uss') };
  const faulty = ownPlanText({ state: 'read', file: bad, checked: checkedPlanOf({ text: bad.text }) });
  assert.deepEqual([faulty.tone, faulty.faults.length], ['bad', 1]);
  assert.match(tooLong({ name: 'long.yaml', text: 'x'.repeat(PLAN_BOUNDS.most + 1) }, PLAN_BOUNDS), /plan run/);
});

describe('the papers of a plan', () => {
  const exit = (seller: string): PlanTold => told(run({ name: 'two-makers', choices: { exit: seller } }));

  test('an exit plan stands line by line with reason and source, and is saved as the very text of the report', () => {
    const answer = run({ name: 'two-makers', choices: { exit: 'south' } });
    const [document] = answer.first.documents ?? [];
    const [paper, ...others] = told(answer).papers?.papers ?? [];
    assert.ok(paper !== undefined && document !== undefined);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [paper.title, paper.file],
      [document.title, { name: 'two-makers-exit-south.md', text: document.text }],
    );
    assert.match(paper.says, /^As of \d{4}-\d\d-\d\d\. .*simulated/);
    assert.deepEqual(
      paper.sections.flatMap(({ rows }) => rows.map(({ cells }) => cells)),
      document.sections.flatMap(({ lines }) => lines.map(({ text, why, source }) => [text, why, source])),
    );
  });
  test('of nobody there is none, and the way to it is the choice; a kind that makes none says nothing', () => {
    assert.deepEqual(exit('none').papers, { papers: [], choice: placeOf('choice', 'exit') });
    assert.equal(told(cost).papers, null);
  });
});

describe('the estate of the instance', () => {
  const problem = { code: 'DATABASE_UNAVAILABLE', what: 'it starts', next: 'wait', requestId: null, retryable: true };

  test('is told with what is not known; tables that are away are told as such', () => {
    const value = { title: 'The estate of Northwind', text: 'x', simulated: true, unknown: ['how much it carries'] };
    assert.deepEqual(estateText({ state: 'done', value }), {
      says: 'The estate of Northwind. It stands on simulated calls.',
      problem: null,
      unknown: ['how much it carries'],
    });
    assert.match(
      estateText({ state: 'problem', problem }).problem?.what ?? '',
      /^The tables of this instance are away.*it starts$/,
    );
    assert.equal(estateText({ state: 'problem', problem: { ...problem, code: 'TIMEOUT' } }).problem?.what, 'it starts');
    assert.match(estateText({ state: 'ready' }).says, /what crossed in thirty days/);
    assert.notEqual(estateText({ state: 'working' }).says, '');
  });
});
