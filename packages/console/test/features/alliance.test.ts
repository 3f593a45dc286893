// The alliance in words and pictures, over runs of the simulator itself: what the headline says, figures with their intervals,
// switches that are explained, two sides, and nothing that is unknown shown as zero.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CONTROL,
  SCENARIO_SWITCHES,
  type ControlInput,
  type ScenarioRun,
  type ScenarioSide,
} from '@weighbridge/protocol';
import { allianceSearch } from '../../src/app/search-state.ts';
import { timelineOf } from '../../src/features/alliance/charts.ts';
import {
  axisOf,
  bandParts,
  bandText,
  changeText,
  digits,
  figureText,
  monthName,
} from '../../src/features/alliance/figures.ts';
import { flowsOf } from '../../src/features/alliance/flows.ts';
import {
  commandOf,
  deliveryTexts,
  headlineOf,
  inputFacts,
  layersOf,
  linkedText,
  organisationOf,
  shortfallText,
  statusOf,
  tagsText,
  tiesOf,
} from '../../src/features/alliance/model.ts';
import { ownText, SCENARIO_BOUNDS } from '../../src/features/alliance/own-file.ts';
import { ownProblem, tooLong } from '../../src/features/own-file.ts';
import { shownYear, sidesOf, yearsOf } from '../../src/features/alliance/sides.ts';
import { differenceTexts, switchTexts, thrownTexts, toggled } from '../../src/features/alliance/switches.ts';
import { scenarioOf, scenariosOf } from '../support/sample-scenarios.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const run = (asked: ControlInput<'scenario'>): ScenarioRun => scenarioOf(CONTROL.scenario.input.parse(asked));
const PATHS = 60;
const written = run({ name: 'alliance', paths: PATHS });
const delayed = run({ name: 'alliance', switches: ['grid-delay'], paths: PATHS, against: { name: 'alliance' } });
const small = run({ name: 'mid-size', paths: PATHS });

describe('figures', () => {
  test('have three digits and the size that fits, with a real minus', () => {
    const cases = [
      [figureText('money', '22456789012.34', 'USD'), '$22.5 bn'],
      [figureText('money', '-735000000', 'USD'), '−$735 m'],
      [figureText('money', '950', 'EUR'), '€950'],
      [figureText('money/Mtok', '1.194514', 'USD'), '$1.19'],
      [figureText('MW', 671.4, 'USD'), '671 MW'],
      [figureText('MW', 1030.2, 'USD'), '1.03 GW'],
      [figureText('GW', 0.25, 'USD'), '250 MW'],
      [figureText('Mtok/month', 6.19e9, 'USD'), '6,190 tn tokens'],
      [figureText('Mtok/month', 5_000, 'USD'), '5 bn tokens'],
      [figureText('share', 0.0948, 'USD'), '9.5 %'],
      [figureText('HHI', 0.5644, 'USD'), '0.564'],
      [figureText('months', null, 'USD'), 'never'],
      [changeText('share', 0.0246, 'USD'), '+2.46 points'],
      [changeText('MW', -99.3, 'USD'), '−99.3 MW'],
      [changeText('money', '1200000000', 'USD'), '+$1.2 bn'],
    ] as const;
    for (const [text, expected] of cases) assert.equal(plain(text), expected);
    assert.equal(digits(-0.0001234), '−0.000123');
    assert.equal(monthName('2029-12'), 'December 2029');
  });
  test('never stand without their interval, all in one size; never is a word and no spread is said', () => {
    const band = (p10: number | string | null, p50: number | string | null, p90: number | string | null) => ({
      p10,
      p50,
      p90,
    });
    assert.equal(plain(bandText('MW', band(916, 1030, 1080), 'USD')), '1.03 GW (0.916 to 1.08)');
    assert.equal(
      plain(bandText('money', band('-3400000000', '-134000000', '1260000000'), 'USD')),
      '−$0.134 bn (−3.4 to 1.26)',
    );
    assert.equal(plain(bandText('months', band(8, 9, null), 'USD')), '9 months (8 to never)');
    assert.equal(plain(bandText('share', band(1, 1, 1), 'USD')), '100 %');
    assert.equal(bandText('share', null, 'USD'), '–');
    assert.equal(plain(bandText('money/Mtok', band('0.004', '0.02', '0.06'), 'USD')), '$0.02 (0.00 to 0.06)');
    assert.deepEqual(bandParts('racks', band(3, 3, 3), 'USD').spread, 'no spread');
    assert.equal(axisOf('Mtok/month', 2e9, 'USD').tick(1e9), '1,000');
    assert.equal(plain(axisOf('money', 3e10, 'USD').tick(1e10)), '$10 bn');
  });
});

describe('the headline', () => {
  test('answers in words and figures, and says what it stands on', () => {
    const { first, second } = headlineOf(sidesOf(written))!;
    assert.match(
      plain(first),
      /^In [\d.]+ % of the simulated paths one gigawatt is energised by December 2029; what stands adds up to [\d.]+ GW-years \([\d.]+ to [\d.]+\) by December 2035\.$/,
    );
    assert.match(
      plain(second),
      /^Of the \$30 bn that Anthropic commits to Microsoft, \$[\d.]+ bn \([\d.]+ to [\d.]+\) is drawn by then\. Simulated from 42 reported and \d+ assumed values; none is verified\.$/,
    );
  });
  test('says what it is beside a second, and does without a commitment', () => {
    assert.match(
      plain(headlineOf(sidesOf(delayed))!.first),
      /^In none of the simulated paths \([\d.]+ % in alliance as written\)/,
    );
    const { first, second } = headlineOf(sidesOf(small))!;
    assert.match(
      plain(first),
      /the large cloud's second hall serves by the end of 2026; what stands adds up to [\d.]+ MW-years/,
    );
    assert.match(second, /^Nothing is committed in this scenario\./);
    assert.equal(headlineOf([]), null);
  });
  test('a first answer says that the whole is on its way', () => {
    assert.match(statusOf(null, 1000, true), /first paths/);
    assert.equal(statusOf({ ...written, paths: 100 }, 1000, true), '100 of 1,000 paths so far');
    assert.equal(statusOf({ ...written, paths: 1000, seed: 7 }, 1000, false), '1,000 paths, seed 7');
  });
});

describe('the timeline', () => {
  test('shows what stands against the option and the promises, and what is drawn against the milestones', () => {
    const [power, drawn, capacity, price] = timelineOf(sidesOf(written));
    assert.deepEqual(
      [power?.unit, drawn?.unit, capacity?.unit, price?.unit],
      ['GW', 'cumulative', 'tn tokens a month', 'per million tokens'],
    );
    assert.deepEqual(
      power?.ceilings.map(({ text }) => plain(text)),
      ['option: 1 GW'],
    );
    assert.equal(power?.dues.length, 2);
    assert.equal(drawn?.dues.length, 4);
    assert.match(
      plain(drawn?.summary ?? ''),
      /of \$30 bn by December 2035\. The last milestone, \$30 bn by December 2033/,
    );
    for (const chart of [power, drawn, capacity, price]) {
      assert.equal(chart?.months.length, 120);
      assert.equal(chart?.table?.rows.length, 120);
    }
  });
  test('of two sides the second is dashed, the longer one stands for both, and what only one has is a gap', () => {
    const both = run({ name: 'mid-size', paths: 20, against: { name: 'alliance' } });
    const [power] = timelineOf(sidesOf(both));
    assert.deepEqual(
      power?.series.map(({ label, dashed }) => [label, dashed]),
      [
        ['1st', false],
        ['2nd', true],
      ],
    );
    assert.equal(power?.months.length, 120);
    assert.equal(power?.series[0]?.texts[100], '–');
    assert.notEqual(power?.series[1]?.texts[100], '–');
    assert.equal(power?.months[power.last], '2030-12', 'what both have is shown where nothing is pointed at');
  });
  test('without a commitment it shows what is not served instead', () => {
    assert.equal(timelineOf(sidesOf(small))[1]?.title, 'How much is not served?');
  });
});

describe('switches', () => {
  const all = switchTexts(scenariosOf());
  test('are thrown and taken back in the order of the table', () => {
    assert.deepEqual(toggled(all, ['party-exits'], 'price-war'), ['price-war', 'party-exits']);
    assert.deepEqual(toggled(all, ['price-war', 'party-exits'], 'price-war'), ['party-exits']);
  });
  test('live in the address with everything else', () => {
    const written_ = allianceSearch.write({
      with: ['grid-delay'],
      vs: 'mid-size',
      vswith: ['price-war'],
      year: '2031',
      seed: '7',
    });
    assert.deepEqual(written_, { with: 'grid-delay', vs: 'mid-size', vswith: 'price-war', seed: '7', year: '2031' });
    const { value, ignored } = allianceSearch.read({ ...written_, seed: 'x', year: '31' });
    assert.deepEqual(
      [value.with, value.vs, value.seed, value.year, ignored],
      [['grid-delay'], 'mid-size', '1', '', ['seed', 'year']],
    );
    assert.deepEqual(allianceSearch.read({ with: SCENARIO_SWITCHES.join(',') }).value.with, [...SCENARIO_SWITCHES]);
  });
  test('each says what theory claims, why, and what came', () => {
    const [thrown, ...more] = thrownTexts(sidesOf(delayed));
    assert.equal(more.length, 0);
    assert.equal(thrown?.title, 'Grid delay');
    assert.match(
      thrown?.where ?? '',
      /^alliance with: grid delay, against the same without it, the mean over 60 paths/,
    );
    const power = thrown?.moves.find(({ key }) => key === 'energised_mw');
    assert.deepEqual([power?.theory, power?.verdict, power?.tone], ['falls', 'as claimed', 'good']);
    assert.match(plain(power?.came ?? ''), /^−[\d.]+ MW, from [\d.]+ MW$/);
    assert.ok((power?.because.length ?? 0) > 20);
  });
  test('what moved against the claim, or not at all, is said', () => {
    const [side] = sidesOf(delayed);
    const moves = side!.side.thrown[0]!.moves.map((move, i) => ({
      ...move,
      seen: i === 0 ? ('no change' as const) : ('against the claim' as const),
    }));
    const changed: ScenarioSide = { ...side!.side, thrown: [{ ...side!.side.thrown[0]!, moves }] };
    const [thrown] = thrownTexts([{ ...side!, side: changed }]);
    assert.deepEqual([thrown?.moves[0]?.came, thrown?.moves[1]?.tone], ['does not move', 'warn']);
  });
});

describe('side by side', () => {
  test('the difference is of the first less the second, with its sign; nothing is said as none', () => {
    const rows = differenceTexts(delayed.differences, 'USD');
    const of = (key: string) => plain(rows.find((row) => row.key === key)?.difference ?? '');
    assert.match(of('energised_mw'), /^−[\d.]+ MW \(−[\d.]+ to −[\d.]+\)$/);
    assert.match(of('unserved_share'), /^\+[\d.]+ points/);
    assert.equal(of('installed_racks'), 'none');
  });
});

describe('layers and flows of a year', () => {
  test('the year shown is that of the main promise, unless another of the scenario is asked for', () => {
    assert.equal(shownYear(written.first, ''), '2029');
    assert.equal(shownYear(written.first, '2031'), '2031');
    assert.equal(shownYear(written.first, '1999'), '2029');
    assert.deepEqual([yearsOf(written.first).length, yearsOf(small.first).length], [10, 5]);
  });
  test('each layer has its figure, its interval and how it comes about, for each side', () => {
    const layers = layersOf(sidesOf(delayed), '2029');
    assert.deepEqual(
      layers.map(({ title }) => title),
      [
        'Investments paid in',
        'Racks installed',
        'Energised',
        'Capacity a month',
        'Consumed a month',
        'Drawn of commitments',
      ],
    );
    for (const { values, explain } of [...layers, ...tiesOf(sidesOf(delayed), '2029')]) {
      assert.equal(values.length, 2);
      assert.ok(explain.formula.length > 20 && explain.caveats[0]?.startsWith('Simulated'));
    }
    assert.match(linkedText(written.first), /: Anthropic, Microsoft, NVIDIA\.$/);
    assert.match(linkedText(small.first), /^No party is tied/);
  });
  test('what is invested is marked, its sender stands again at the left, and what is left out is said', () => {
    const [side] = sidesOf(written);
    const flow = flowsOf(side!, '2026', true);
    assert.equal(flow.title, 'Who pays whom in 2026?');
    assert.match(plain(flow.summary), /Left out: \$[\d.]+ bn from other business/);
    const marked = flow.ribbons.filter((ribbon) => ribbon.marked).map(({ text }) => plain(text));
    assert.ok(
      marked.some((text) => text.startsWith('NVIDIA to Anthropic, investment: $')),
      marked.join('\n'),
    );
    assert.ok(flow.boxes.filter(({ label }) => label === 'NVIDIA').length === 2);
    assert.equal(flowsOf(side!, '1999', true).state, 'empty');
  });
});

describe('promised against delivered', () => {
  test('an option is not owed, a chance stands for each side, and what has no date says so', () => {
    const rows = deliveryTexts(sidesOf(delayed));
    const option = rows.find(({ key }) => key === 'one-gigawatt');
    assert.deepEqual(
      [option?.kind, plain(option?.promised ?? ''), option?.chances.length],
      ['option, not owed; reported', '1 GW', 2],
    );
    assert.match(option?.by ?? '', /no date said$/);
    const promise = rows.find(({ key }) => key === 'one-gigawatt-stands');
    assert.equal(promise?.says, 'One gigawatt is energised');
    assert.match(promise?.met ?? '', /^\d{4}-\d{2} \(\d{4}-\d{2} to (never|\d{4}-\d{2})\)$/);
    assert.match(plain(shortfallText(written.first)), /^Due for shortfalls at milestones: \$/);
    assert.match(shortfallText(small.first), /^Options are ceilings/);
  });
  test('what only one of two scenarios promises has a gap in the other', () => {
    const both = run({ name: 'alliance', paths: 5, against: { name: 'mid-size' } });
    assert.equal(deliveryTexts(sidesOf(both))[0]?.chances[1], '–');
  });
});

describe('what it means, and what it stands on', () => {
  test('price, capacity risk, lead time and exit cost, each with how it comes about, and by year', () => {
    const told = organisationOf(sidesOf(written))!;
    assert.deepEqual(
      told.figures.map(({ key }) => key),
      ['price', 'risk', 'lead_time', 'exit_cost'],
    );
    for (const { explain } of told.figures) assert.match(explain.caveats.join(), /observer/);
    assert.equal(told.years.length, 10);
    assert.equal(organisationOf([]), null);
  });
  test('inputs are counted by how well they are known, part by part', () => {
    const facts = inputFacts(sidesOf(written)[0]!);
    assert.deepEqual(facts.find(({ name }) => name === 'Sites')?.value, '24 reported, 45 assumed');
    assert.equal(tagsText({ reported: 1, assumed: 2, verified: 3 }), '1 reported and 2 assumed values, 3 verified');
  });
  test('the same run can be had on the command line', () => {
    const [side] = sidesOf(delayed);
    assert.equal(commandOf(side!, '7'), 'weighbridge deal scenario run alliance --with grid-delay --seed 7');
    assert.equal(commandOf(sidesOf(written)[0]!, '1'), 'weighbridge deal scenario run alliance');
  });
});

describe('a scenario of ones own', () => {
  const file = { name: 'mine.yaml', text: 'version: 1' };
  const reading = {
    id: 'mine',
    title: 'A market of ours',
    about: '',
    currency: 'USD',
    start: '2026-01',
    months: 60,
    tags: { reported: 2, assumed: 40, verified: 0 },
    market: true,
    sample: null,
  } as const;
  const problem = {
    severity: 'error',
    path: 'sites.hall',
    line: 12,
    column: 3,
    message: 'it has no power',
    mend: 'add it',
  } as const;
  test('that is sound says what it is, one with a fault says line, reason and mend', () => {
    const sound = ownText({ state: 'read', file, checked: { problems: [], reading } });
    assert.match(sound.says, /^mine\.yaml: A market of ours\. 60 months, 2 reported and 40 assumed values/);
    assert.deepEqual([sound.tone, sound.faults], ['quiet', []]);
    const broken = ownText({ state: 'read', file, checked: { problems: [problem], reading: null } });
    assert.equal(broken.says, 'mine.yaml is not run: one thing is to be mended.');
    assert.deepEqual(
      broken.faults.map(({ where, what, mend }) => [where, what, mend]),
      [['line 12', 'It has no power.', 'add it']],
    );
  });
  test('that is too large is not sent, and the command line is named', () => {
    assert.equal(ownProblem({ name: 'mine.yaml', size: 56_000 }, SCENARIO_BOUNDS), '');
    assert.match(ownProblem({ name: 'mine.yaml', size: 300_000 }, SCENARIO_BOUNDS), /too large to be posted/);
    assert.equal(tooLong({ ...file, text: 'x'.repeat(56_000) }, SCENARIO_BOUNDS), '');
    assert.match(
      tooLong({ ...file, text: 'x'.repeat(56_001) }, SCENARIO_BOUNDS),
      /has 56,001 characters, and 56,000 can be posted/,
    );
  });
  test('is named in the command by its file, where that can be typed', () => {
    const [side] = sidesOf(small);
    assert.ok(side !== undefined);
    const own = { ...side, side: { ...side.side, scenario: 'own' as const } };
    assert.equal(commandOf(own, '1', 'mine.yaml'), 'weighbridge deal scenario run mine.yaml');
    assert.equal(commandOf(own, '1', 'my own.yaml'), 'weighbridge deal scenario run FILE');
  });
});
