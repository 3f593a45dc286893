// What a buyer asks of a plan, and where each answer leads; controls that say what their words mean and set several alike; intervals on
// one scale. Over runs of the planner itself.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CONTROL, PLAN_NAMES, type ControlInput, type PlanReport } from '@weighbridge/protocol';
import { askedOf, planTitle, type AskedText } from '../../src/features/planner/asked.ts';
import { changesOf, choiceTexts, controlText } from '../../src/features/planner/controls.ts';
import { drawnBands } from '../../src/features/planner/figures.ts';
import { placeOf } from '../../src/features/planner/places.ts';
import { termsIn } from '../../src/features/planner/terms.ts';
import { planOf } from '../support/sample-plans.ts';
import { seed } from '../support/seed.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const report = (asked: ControlInput<'plan'>): PlanReport =>
  planOf(CONTROL.plan.input.parse({ draws: 100, ...asked })).first;
const answer = (asked: readonly AskedText[], asks: RegExp): string =>
  plain(asked.find((each) => asks.test(each.asks))?.says ?? '');

/** Every place that the page has for a report. */
const placesOf = ({ figures, tables, controls, choices, documents = [] }: PlanReport): ReadonlySet<string> =>
  new Set([
    ...figures.map(({ id }) => placeOf('figure', id)),
    ...tables.map(({ id }) => placeOf('table', id)),
    ...controls.map(({ id }) => placeOf('control', id)),
    ...choices.map(({ id }) => placeOf('choice', id)),
    ...documents.map(({ id }) => placeOf('document', id)),
    placeOf('part', 'swings'),
    placeOf('part', 'cautions'),
  ]);

describe('what a buyer asks', () => {
  for (const name of PLAN_NAMES)
    test(`of ${name} is answered in words and numbers, and leads to a place of the page`, () => {
      const told = report({ name });
      const asked = askedOf(told);
      assert.ok(asked.length >= 3);
      const places = placesOf(told);
      for (const { asks, says, place, about } of asked) {
        assert.match(says, /\d|On which power|Rows like it/, asks);
        assert.doesNotMatch(says, /NaN|undefined|not known|\(\)/, asks);
        assert.ok(places.has(place), `${asks}: ${place}`);
        if (about !== null)
          assert.ok(
            told.figures.some(({ id }) => id === about),
            about,
          );
      }
    });

  test('what to reserve is bought, saved, worth it from a use on, and owed if demand is low', () => {
    const asked = askedOf(report({ name: 'reserve-or-on-demand' }));
    assert.match(answer(asked, /bought now/), /^48 GSU for 12 months; the mix costs \$\d/);
    assert.match(answer(asked, /save/), /against all on demand, \d/);
    assert.match(answer(asked, /unit pay/), /^month \(chat\) 126 %; quarter \(chat\) 112 %; year \(chat\) 93\.7 %\.$/);
    assert.match(answer(asked, /demand is another/), /^With low growth \$\d/);
    const none = askedOf(report({ name: 'reserve-or-on-demand', choices: { terms: 'month' } }));
    assert.match(answer(none, /bought now/), /^Nothing: no term costs less/);
    assert.equal(planTitle('reserve', 'Chat'), 'What to reserve: Chat');
  });

  test('one gigawatt in chips of one kind is not the mix of the plan, and follows the meaning that is chosen', () => {
    const written = askedOf(report({ name: 'one-gigawatt' }));
    assert.match(
      answer(written, /How many/),
      /^\d+ k chips .* in the racks of this plan; \d+ k chips \(\d+ k to \d+ k\) if all of it is GB300 NVL72 and .* Vera Rubin NVL72\.$/,
    );
    const gb300 = (asked: readonly AskedText[]): number =>
      Number(/(\d+) k chips \([^)]*\) if all of it is GB300/.exec(answer(asked, /How many/))?.[1]);
    const meant = askedOf(report({ name: 'one-gigawatt', choices: { 'power.of': 'critical_it' } }));
    assert.ok(gb300(meant) > gb300(written) * 1.1, `${gb300(meant)} over ${gb300(written)}`);
    assert.match(answer(meant, /Which power/), /^Here: critical IT: .*GB300 NVL72 is \d+ k chips to \d+ k chips/);
  });

  test('tranches serve at worst by the later end, with what is promised beside it', () => {
    const told = report({ name: 'one-gigawatt' });
    const row = told.tables.find(({ id }) => id === 'tranches')!.rows[1]!;
    const late = /to (\d{4}-\d\d)\)/.exec(row[6]?.is === 'text' ? row[6].text : '')?.[1];
    assert.match(
      answer(askedOf(told), /at worst/),
      new RegExp(`second by ${late} \\(due 2029-06: in time in [\\d.]+ % of draws\\)`),
    );
  });

  test('exposure: the hardest and the dearest shock, the largest holders, what is stuck, and the way to an exit plan', () => {
    const asked = askedOf(report({ name: 'two-makers' }));
    assert.match(answer(asked, /hit hardest/), /^Model alpha-1 retired, .*: 62\.5 % of what matters/);
    assert.match(answer(asked, /cost most/), /^Developer alpha: 1\.5 times as dear: \$3,\d+\/month \(/);
    assert.match(
      answer(asked, /hangs on one/),
      /^Of what is spent: 70\.2 % on north among sellers, 70\.2 % on (?!north)/,
    );
    assert.match(answer(asked, /least easily/), /^minutes, with 40/);
    assert.match(answer(asked, /leaving a seller/), /^Exit plan: north, .*; 6 lines are still open/);
    const nobody = askedOf(report({ name: 'two-makers', choices: { exit: 'none' } })).at(-1)!;
    assert.equal(nobody.place, placeOf('choice', 'exit'));
    assert.match(nobody.says, /one seller at a time/);
  });

  test('a price is fair or not, with the margin, its doubt, and what that hangs on', () => {
    const asked = askedOf(report({ name: 'own-or-buy' }));
    assert.match(
      answer(asked, /fair/),
      /they ask \$0\.732\/Mtok, .* costs \$0\.1\d+\/Mtok \(.*\): above cost\. By class: input above cost, cached above cost and output above cost\.$/,
    );
    assert.match(
      answer(asked, /margin/),
      /^8[\d.]+ % \([\d.]+ % to [\d.]+ %\)\. It hangs most on output tokens .*, of low confidence\.$/,
    );
    assert.match(answer(asked, /own, rent/), /own chips from \d+ bn tokens\/month .* \(so in 9[\d.]+ % of draws\)/);
  });

  test('a kind without questions of its own is answered by its first figures', () => {
    const told = { ...report({ name: 'own-or-buy' }), kind: 'another' as PlanReport['kind'] };
    const asked = askedOf(told);
    assert.equal(asked.length, 4);
    assert.deepEqual(
      asked.map(({ place }) => place),
      told.figures.slice(0, 4).map(({ id }) => placeOf('figure', id)),
    );
    assert.equal(planTitle(told.kind, 'A title'), 'A title');
    assert.equal(planTitle('power', 'A title'), 'Chips in a gigawatt: A title');
  });
});

describe('controls', () => {
  test('racks of every tranche can be chosen at once, and say where they differ', () => {
    const written = choiceTexts(report({ name: 'one-gigawatt' }).choices);
    const all = written.find(({ title }) => title === 'Racks of all')!;
    assert.deepEqual([all.ids.length, all.value, all.moved], [4, '', false]);
    const choices = Object.fromEntries(all.ids.map((id) => [id, 'gb300-nvl72']));
    const alike = choiceTexts(report({ name: 'one-gigawatt', choices }).choices).find(({ key }) => key === all.key)!;
    assert.deepEqual([alike.value, alike.moved], ['gb300-nvl72', true]);
    assert.equal(choiceTexts(report({ name: 'own-or-buy' }).choices).filter(({ ids }) => ids.length > 1).length, 0);
  });

  test('what was changed is told beside what is written', () => {
    const changes = changesOf(
      report({
        name: 'own-or-buy',
        choices: { grid: 'france' },
        ranges: { utilisation: { low: 0.5, likely: 0.6, high: 0.7 } },
      }),
    );
    assert.deepEqual(
      changes.map(({ title, now }) => [title, plain(now)]),
      [
        ['Grid', 'France'],
        ['Utilisation: part of that time in which it works', '60 % (50 % to 70 %)'],
      ],
    );
    assert.deepEqual(changesOf(report({ name: 'own-or-buy' })), []);
  });

  test('words of the trade are said in plain ones, and not twice where the title does', () => {
    const controls = report({ name: 'one-gigawatt' }).controls.map(controlText);
    const meaning = (key: string): string => controls.find((control) => control.key === key)?.meaning ?? '';
    assert.match(meaning('pue'), /^PUE: power of the whole site ÷ power of its IT/);
    assert.equal(meaning('utilisation'), '');
    assert.match(meaning('gates.switchgear'), /Switchgear: /);
    for (const word of ['PUE', 'CRF(rate, life)', 'goodput', 'market-based', 'USD/Mtok'])
      assert.equal(termsIn(word).length > 0, true, word);
    assert.deepEqual(termsIn('racks × chips of a rack'), []);
  });
});

test('intervals stand on one scale that holds nought, in order and within the drawing', () => {
  const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  const band = fc
    .tuple(number, number, number)
    .map((three) => three.toSorted((a, b) => a - b) as [number, number, number])
    .map(([p10, p50, p90]) => ({ p10, p50, p90 }));
  fc.assert(
    fc.property(fc.array(fc.option(band), { minLength: 1, maxLength: 2 }), (bands) => {
      drawnBands(bands).forEach((drawn, at) => {
        assert.equal(drawn === null, bands[at] === null);
        if (drawn === null) return;
        const { left, width, middle } = drawn;
        assert.ok(left >= 0 && width >= 0 && left + width <= 1 + 1e-9);
        assert.ok(middle >= left - 1e-9 && middle <= left + width + 1e-9);
      });
    }),
    { seed, numRuns: 500 },
  );
  assert.deepEqual(
    drawnBands([
      { p10: 5, p50: 10, p90: 20 },
      { p10: 10, p50: 10, p90: 10 },
    ]),
    [
      { left: 0.25, width: 0.75, middle: 0.5 },
      { left: 0.5, width: 0, middle: 0.5 },
    ],
  );
});
