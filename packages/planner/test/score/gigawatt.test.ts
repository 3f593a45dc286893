// The score of "a gigawatt is so many chips": figures by hand, words understood, tables that cannot be read refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { scoreGigawatt, type GigawattScore } from '../../src/score/gigawatt.ts';
import { statedNumber } from '../../src/score/stated-number.ts';
import { shipped } from '../catalogue/shipped.ts';

const catalogues = shipped();
const HEAD = 'claim,chips,power_mw,kw_per_chip,chips_per_gw,basis,source\n';
const score = (...rows: string[]): GigawattScore => scoreGigawatt('table.csv', HEAD + rows.join('\n'), catalogues);

/** Published claims in the form of the tables, each a fact with its source in data/anchors.yaml. */
const CLAIMS = [
  'ten gigawatts of GPUs,4000000-5000000,10000,2.0-2.5,400000-500000,facility/system (unspecified),a',
  'a GB200 rack at 5.9 m,427000,1000,2.34,427000,implied racks,b',
  'all-in GB200,476190,1000,2.10,476190,all-in provisioned utility power,c',
  'all-in H100,578035,1000,1.73,578035,all-in provisioned utility,c',
  'all-in B200,461000,1000,2.17,461000,all-in provisioned utility,c',
  'all-in MI355X,377000,1000,2.65,377000,all-in provisioned utility,c',
  'multipliers at peak on GB200,341000,1000,2.93,341000,peak facility capacity,d',
  'multipliers on GB300,292700,1000,3.42,292700,peak facility capacity,d',
  'a rack of 72 at 140 kW (Fairwater),72 per rack,0.14,1.94 (IT rack only),,rack-level IT,e',
  '100k H100 in 150 MW,100000,150,1.50,667000,critical IT,f',
  '"Ironwood pod, 9216 chips",9216,10,1.085,921600,IT,g',
  '"GB200, more than 350 MW",150k+,>350,2.33,429000,,h',
];

test('published claims are told within a twelfth in the middle, with most of them inside the interval', () => {
  const { overall, rows, skipped, by_rack } = score(...CLAIMS);
  assert.equal(overall.rows, CLAIMS.length);
  assert.deepEqual(skipped, []);
  assert.ok(overall.median! < 0.08, String(overall.median));
  assert.ok(overall.inside! >= 0.7, String(overall.inside));
  assert.ok(overall.spearman! > 0.85);
  assert.ok(Math.abs(overall.bias!) < 0.05);
  assert.equal(
    by_rack.reduce((sum, each) => sum + each.rows, 0),
    rows.length,
  );
  assert.deepEqual(score(...CLAIMS), score(...CLAIMS));
});

test('a row is predicted from its words: which chips, and power of what', () => {
  const said = score(...CLAIMS).rows.map(({ racks, definition, unsaid }) => [
    racks.join(' '),
    definition.of,
    definition.at,
    unsaid,
  ]);
  assert.deepEqual(said, [
    ['gb200-nvl72 gb300-nvl72', 'facility', 'design', true],
    ['gb200-nvl72', 'facility', 'design', true],
    ['gb200-nvl72', 'utility', 'design', false],
    ['hgx-h100', 'utility', 'design', false],
    ['hgx-b200', 'utility', 'design', false],
    ['mi355x-8', 'utility', 'design', false],
    ['gb200-nvl72', 'facility', 'peak', false],
    ['gb300-nvl72', 'facility', 'peak', false],
    ['gb300-nvl72', 'nameplate', 'design', false],
    ['hgx-h100', 'critical_it', 'design', false],
    ['ironwood-64', 'critical_it', 'design', false],
    ['gb200-nvl72', 'facility', 'design', true],
  ]);
  assert.deepEqual(score('a campus of GB200/300,400000,1200,,,site,x').rows[0]?.racks, ['gb200-nvl72', 'gb300-nvl72']);
});

test('its error and its interval, by hand', () => {
  // 1,000,000 ÷ (136 ÷ 72 × 1.12 × 1.18) = 400,584 GB300 a gigawatt, stated 400,000 to 401,168.
  const [row] = score('GB300,,,,400000-401168,facility,x').rows;
  assert.ok(Math.abs(row!.predicted.value - 400_584) < 1, String(row!.predicted.value));
  assert.ok(Math.abs(row!.judged.mid / row!.judged.actual - 1) < 1e-5);
  assert.ok(row!.predicted.low < 400_000 && row!.predicted.high > 401_168);
  const { overall } = score('GB300,,,,800000,facility,x');
  assert.ok(Math.abs(overall.median! - 0.49927) < 1e-4);
  assert.equal(overall.inside, 0);
});

test('figures are taken from the most direct column, and a claim with one end is held to that end', () => {
  const of = (row: string) => score(row).rows[0]!;
  assert.deepEqual(of('GB300,500000,1000,,,facility,x').actual, { low: 500_000, high: 500_000, bound: null });
  assert.deepEqual(of('GB300,,,2.0-2.5,,facility,x').actual, { low: 400_000, high: 500_000, bound: null });
  const tpus = of('up to 1M TPUs,≤ 1M,>1000,,,facility,x');
  assert.deepEqual(tpus.actual, { low: 1e6, high: 1e6, bound: 'at_most' });
  assert.equal(tpus.judged.actual, tpus.judged.mid);
  const dies = of('GB200,,,<= 2.0,,nameplate,x');
  assert.deepEqual([dies.actual.bound, dies.judged.actual], ['at_least', dies.judged.mid]);
  // More chips than said, at more power than said: nothing is bounded.
  assert.equal(of('GB200,150k+,>350,,,facility,x').actual.bound, null);
});

test('rows that state no chips for a power are told apart, and a table of nothing else is refused', () => {
  const { rows, skipped } = score(CLAIMS[0]!, 'capital of a gigawatt,,1000,,,capex,x');
  assert.equal(rows.length, 1);
  assert.match(skipped[0]?.why ?? '', /^it states capital, not chips: `plan run one-gigawatt`/);
  assert.deepEqual([skipped.length, skipped[0]?.line], [1, 3]);
  // A row that cannot be read is told with its line, and does not stop the others.
  assert.deepEqual(score(CLAIMS[0]!, 'GB300,,1000').skipped, [
    { line: 3, claim: '', why: 'it has 3 fields, the first line has 7' },
  ]);
  assert.throws(
    () => scoreGigawatt('table.csv', 'clam,basis\nx,y', catalogues),
    (error) => isAppError(error) && error.code === 'PLAN_INVALID' && /lacks the column claim/.test(error.message),
  );
  assert.throws(
    () => score('capital of a gigawatt,,1000,,,capex,x'),
    (error) => isAppError(error) && error.code === 'PLAN_INVALID' && /fill chips_per_gw/.test(error.next),
  );
});

test('what lies outside the interval has a reason with a name, or is said to have none', () => {
  const of = (row: string) => score(row).rows[0]!;
  assert.equal(of('GB300,,,,400000,facility,x').explained, null);
  const epoch = of('multipliers on GB300,292700,1000,3.42,292700,peak facility capacity,d');
  assert.deepEqual([epoch.inside, epoch.explained?.includes('154 kW')], [false, true]);
  assert.match(
    of('GB200,,,,490000,utility,x').explained ?? '',
    /the ends of all our ranges at once, 342,000 to 496,000/,
  );
  assert.match(of('GB300,,,,525000,utility,x').explained ?? '', /^it lies inside as power of the racks alone/);
  assert.deepEqual(
    [of('GB300,,,,900000,facility,x').inside, of('GB300,,,,900000,facility,x').explained],
    [false, null],
  );
});

test('a chip that no rack of ours holds is left out, and one that is not named is marked', () => {
  const { rows, skipped } = score(
    'ten gigawatts of chips,,,,400000,facility,x',
    'GB300,,,,400000,facility,x',
    'A100 cluster,16000,10,,,critical IT,x',
    'H20,1000,1,,,IT,x',
  );
  assert.deepEqual(
    rows.map(({ taken }) => taken),
    [true, false],
  );
  assert.deepEqual(
    skipped.map(({ line, why }) => [line, why]),
    [
      [4, 'no rack of ours holds A100'],
      [5, 'no rack of ours holds H20'],
    ],
  );
});

test('power in gigawatts is power in gigawatts, whatever the column is called', () => {
  assert.deepEqual(score('GB300,400k,1 GW,,,facility,x').rows[0]?.actual, { low: 4e5, high: 4e5, bound: null });
});

test('numbers as people write them', () => {
  for (const [text, low, high, bound] of [
    ['400,000', 400_000, 400_000, null],
    ['2.0-2.5', 2, 2.5, null],
    ['400-500k', 400_000, 500_000, null],
    ['4-5M', 4e6, 5e6, null],
    ['1.94 (IT rack only)', 1.94, 1.94, null],
    ['≥ 1.0', 1, 1, 'at_least'],
    ['>350', 350, 350, 'at_least'],
    ['150k+', 150_000, 150_000, 'at_least'],
    ['≤ 1M', 1e6, 1e6, 'at_most'],
    ['<= 2.0', 2, 2, 'at_most'],
    ['4e5', 400_000, 400_000, null],
  ] as const)
    assert.deepEqual(statedNumber(text), { low, high, bound }, text);
  for (const text of ['', 'unknown', '0', '-', '-5', '-5 MW', '1e309', 'NaN', '1e'])
    assert.equal(statedNumber(text), null, text);
});
