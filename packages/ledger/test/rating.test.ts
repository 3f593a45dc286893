// Rating, case by case: columns, bands, contracts, what is unpriced and why.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson, type Json } from '@weighbridge/kernel';
import { ACME, HEAD, at, bookOf, deployment, raterOf, reported } from './sheets.ts';
import { createRater, explainPrice, priceCoverage, rerate } from '../src/index.ts';

const NOW = at('2026-06-01');
const rater = raterOf(ACME);

test('charges are exact, name their row and book, and are canonical as they stand', () => {
  const rated = rater.rate(deployment(), reported({ input: 7, cache_read: 3, cache_write_1h: 2, output: 5 }), NOW);
  assert.deepEqual(
    rated.charges.map((each) => [each.token_class, each.quantity, each.unit_price, each.contracted, each.list]),
    [
      ['input', 7, '0.000002', '0.000014', '0.000014'],
      ['cache_read', 3, '0.0000002', '0.0000006', '0.0000006'],
      ['cache_write_1h', 2, '0.000004', '0.000008', '0.000008'],
      ['output', 5, '0.000008', '0.00004', '0.00004'],
    ],
  );
  assert.equal(rated.cost.billed, '0.0000626');
  assert.equal(rated.billed, 62_600_000n);
  assert.equal(rated.charges[0]?.price?.book, rater.book);
  assert.equal(rated.charges[0]?.price?.row, 'acme/one/global/standard/standard/input[0-1000]@2026-01-01~2026-01-02');
  assert.equal(JSON.stringify(rated.charges), canonicalJson(rated.charges as unknown as Json));
  assert.equal(JSON.stringify(rated.cost), canonicalJson(rated.cost as unknown as Json));
});

test('the context band is chosen by all prompt tokens, and prices the whole call', () => {
  const edge = rater.rate(deployment(), reported({ input: 600, cache_read: 400, output: 1 }), NOW);
  const over = rater.rate(deployment(), reported({ input: 600, cache_read: 401, output: 1 }), NOW);
  assert.equal(edge.cost.billed, '0.001288');
  assert.equal(over.cost.billed, '0.0025724');
});

test('output tokens do not choose the band', () => {
  const rated = rater.rate(deployment(), reported({ input: 1, output: 5_000 }), NOW);
  assert.equal(rated.cost.billed, '0.040002');
});

test('what the seller reports picks the column before what is configured', () => {
  const use = (rest: object) => rater.rate(deployment(), reported({ input: 1_000 }, rest), NOW).cost.billed;
  assert.equal(use({}), '0.002');
  assert.equal(use({ tier: 'default' }), '0.002');
  assert.equal(use({ tier: 'batch' }), '0.001');
  assert.equal(use({ inference_geo: 'us' }), '0.0022');
  assert.equal(use({ inference_geo: 'us', tier: 'batch' }), '0.0011');
  assert.equal(use({ inference_geo: 'world' }), '0.002');
});

test('an unknown tier, speed or geography is unpriced and says so, never priced as standard', () => {
  for (const rest of [{ tier: 'turbo' }, { speed: 'quick' }, { inference_geo: 'mars' }]) {
    const rated = rater.rate(deployment(), reported({ input: 1_000 }, rest), NOW);
    assert.equal(rated.cost.status, 'unpriced', JSON.stringify(rest));
    assert.equal(rated.billed, null);
    assert.equal(rated.notes.length, 1);
  }
  assert.match(
    rater.rate(deployment(), reported({ input: 1 }, { inference_geo: 'mars' }), NOW).notes[0] ?? '',
    /no geography "mars"/,
  );
});

test('one class without a price makes the whole cost unpriced and still shows the priced charges', () => {
  const rated = rater.rate(deployment(), reported({ input: 900, input_audio: 5 }), NOW);
  assert.deepEqual(
    rated.charges.map((each) => [each.token_class, each.contracted]),
    [
      ['input', '0.0018'],
      ['input_audio', null],
    ],
  );
  assert.deepEqual(rated.cost, { billed: null, contracted: null, currency: 'USD', list: null, status: 'unpriced' });
});

test('missing usage is null cost with the reason, and estimated usage is marked estimated', () => {
  const none = rater.rate(deployment(), null, NOW);
  const unknown = rater.rate(deployment(), reported({}, { source: 'unknown' }), NOW);
  assert.equal(none.cost.billed, null);
  assert.match(none.notes.at(-1) ?? '', /no usage/);
  assert.equal(unknown.cost.status, 'unpriced');
  const broken = rater.rate(deployment(), reported({ input: 10, output: 2 }, { source: 'estimated' }), NOW);
  assert.equal(broken.cost.status, 'estimated');
  assert.equal(broken.cost.billed, '0.000036');
});

test('no usage of a priced model costs nothing; no usage of an unknown model is unpriced', () => {
  assert.equal(rater.rate(deployment(), reported({}), NOW).cost.billed, '0');
  assert.equal(rater.rate(deployment({ model: 'nobody' }), reported({}), NOW).cost.billed, null);
});

test('server tools are billed by the use and are not halved in a batch', () => {
  const rated = rater.rate(
    deployment(),
    reported({ input: 1_000 }, { server_tools: { web_search: 2 }, tier: 'batch' }),
    NOW,
  );
  assert.equal(rated.cost.billed, '0.021');
});

test('a tool billed by time leaves the call unpriced, with its note', () => {
  const rated = rater.rate(deployment(), reported({ input: 1 }, { server_tools: { code_execution: 1 } }), NOW);
  assert.equal(rated.cost.status, 'unpriced');
  assert.equal(rated.charges[1]?.note, 'by the hour');
});

test('a third-party price is used and flagged', () => {
  const rated = rater.rate(deployment({ model: 'two' }), reported({ input: 1_000 }), NOW);
  assert.equal(rated.cost.billed, '0.001');
  assert.equal(rated.charges[0]?.note, 'third-party price of 2026-01-03');
});

test('pre-paid capacity has no per-call price, and its tier is not overruled by the word of the response', () => {
  const rated = rater.rate(deployment({ tier: 'reserved' }), reported({ input: 1_000 }, { tier: 'default' }), NOW);
  assert.equal(rated.cost.status, 'unpriced');
  assert.match(rated.notes[0] ?? '', /paid ahead by the month/);
});

test('ids are read by prefix, suffix and alias; the scope of a prefix picks the column', () => {
  const seen = (model: string, over = {}) => {
    const { model: name, scope, notes } = rater.identify(deployment({ model, ...over }));
    return [name, scope, notes.length];
  };
  assert.deepEqual(seen('one-20260101'), ['one', 'global', 0]);
  assert.deepEqual(seen('acme.one-20260101-v2'), [null, 'global', 1]);
  assert.deepEqual(seen('acme.one-v2'), ['one', 'global', 0]);
  assert.deepEqual(seen('us.acme.one-v1'), ['one', 'multi_region', 0]);
  assert.deepEqual(seen('old-one'), ['one', 'global', 0]);
  assert.deepEqual(seen('one', { region: 'eu-west' }), ['one', 'regional', 0]);
  assert.deepEqual(seen('one-nightly'), [null, 'global', 1]);
  assert.deepEqual(seen('whatever', { priced_as: 'one' }), ['one', 'global', 0]);
  assert.deepEqual(seen('one', { priced_as: 'gone' }), [null, 'global', 1]);
  assert.deepEqual(seen('*'), [null, 'global', 1]);
});

test('a configured scope wins over the id, and the contradiction is noted on the rating', () => {
  const rated = rater.rate(
    deployment({ model: 'us.acme.one', region_scope: 'global' }),
    reported({ input: 1_000 }),
    NOW,
  );
  assert.equal(rated.cost.billed, '0.002');
  assert.match(rated.notes[0] ?? '', /configured as global, but the model id us\.acme\.one is of scope multi_region/);
  assert.equal(
    rater.rate(deployment({ model: 'us.acme.one', region_scope: 'n/a' }), reported({ input: 1_000 }), NOW).cost.billed,
    '0.0022',
  );
});

test('naming a column that has the very same prices is no contradiction', () => {
  assert.deepEqual(rater.identify(deployment({ model: 'us.acme.one', region_scope: 'regional' })).notes, []);
});

test('a place with prices of its own is narrower than its column', () => {
  const north = `${HEAD}prices:
  - { model: one, scope: regional, from: 2026-01-01, source: page, input: 2, output: 8 }
  - { model: one, scope: "regional:north", from: 2026-01-01, source: page, input: 3 }
  - { model: one, scope: "regional:eu-south", from: 2026-01-01, source: page, input: 5 }
`;
  const here = raterOf(north);
  const price = (region: string) =>
    here.rate(deployment({ region }), reported({ input: 1_000, output: 1_000 }), NOW).cost.billed;
  assert.deepEqual([price('eu-west'), price('eu-north-1'), price('eu-south')], ['0.01', '0.011', '0.013']);
});

test('a region with rates that the book does not hold is unpriced with the reason', () => {
  const rated = rater.rate(deployment({ region: 'moon-1' }), reported({ input: 1 }), NOW);
  assert.equal(rated.billed, null);
  assert.equal(rated.notes[0], 'region moon-1: the moon has rates of its own');
});

test('a seller without a list is unpriced and told what to add', () => {
  const rated = rater.rate(deployment({ cloud: 'elsewhere' }), reported({ input: 1 }), NOW);
  assert.match(rated.notes[0] ?? '', /no price list for elsewhere sold by acme: add rows/);
});

test('a contract price is billed, the list price stays beside it, and both rows are named', () => {
  const contract = `format: 1
seller: acme
sources: { deal: { page: contract 7, read: 2026-03-01, confidence: published } }
prices:
  - { model: one, kind: contract, from: 2026-03-01, upto: 1000, source: deal, input: 1.5 }
derive:
  - { kind: contract, factor: 9/10, models: [one], classes: [output], take: { scope: global, tier: standard }, from: 2026-03-01, source: deal }
`;
  const here = raterOf(ACME, contract);
  const before = here.rate(deployment(), reported({ input: 1_000, output: 1_000 }), at('2026-02-01'));
  const after = here.rate(deployment(), reported({ input: 1_000, output: 1_000 }), NOW);
  assert.deepEqual([before.cost.list, before.cost.billed], ['0.01', '0.01']);
  assert.deepEqual([after.cost.list, after.cost.contracted, after.cost.billed], ['0.01', '0.0087', '0.0087']);
  assert.match(after.charges[0]?.price?.row ?? '', /!contract\+1$/);
  assert.match(after.charges[0]?.price?.list_row ?? '', /input\[0-1000\]@2026-01-01/);
});

test('a later list file wins over an earlier one', () => {
  const own = `format: 1
seller: acme
sources: { own: { page: own books, read: 2026-03-01, confidence: published } }
prices: [{ model: two, scope: "*", from: 2026-01-01, source: own, input: 7 }]
`;
  assert.equal(
    raterOf(ACME, own).rate(deployment({ model: 'two' }), reported({ input: 1_000, output: 1_000 }), NOW).cost.billed,
    '0.01',
  );
});

test('a price that only a contract gives has no list price', () => {
  const only = `format: 1
seller: acme
sources: { deal: { page: contract 8, read: 2026-03-01, confidence: published } }
prices: [{ model: three, kind: contract, from: 2026-03-01, source: deal, input: 1, output: 2 }]
`;
  const rated = raterOf(ACME, only).rate(deployment({ model: 'three' }), reported({ input: 1_000 }), NOW);
  assert.deepEqual([rated.cost.list, rated.cost.billed, rated.cost.status], [null, '0.001', 'exact']);
});

test('re-rating with the same book changes nothing; with another it says by how much', () => {
  const dearer = bookOf(ACME.replaceAll('input: 2,', 'input: 3,'));
  const use = reported({ input: 1_000 });
  assert.equal(rerate(use, deployment(), NOW, { from: bookOf(ACME), to: bookOf(ACME) }).difference, 0n);
  assert.equal(rerate(use, deployment(), NOW, { from: bookOf(ACME), to: dearer }).difference, 1_000_000_000n);
  assert.equal(rerate(null, deployment(), NOW, { from: bookOf(ACME), to: dearer }).difference, null);
});

test('alternatives are listed cheapest first after the served one, unpriced last, with the difference', () => {
  const served = { id: 'a', ...deployment() };
  const others = [
    { id: 'x', ...deployment({ model: 'nobody' }) },
    { id: 'c', ...deployment({ model: 'us.acme.one' }) },
    { id: 'b', ...deployment({ model: 'two' }) },
    served,
  ];
  const options = explainPrice(rater, reported({ input: 1_000 }, { tier: 'default' }), NOW, served, others);
  assert.deepEqual(
    options.map((each) => [each.deployment, each.rated.cost.billed, each.difference]),
    [
      ['a', '0.002', '0'],
      ['b', '0.001', '-0.001'],
      ['c', '0.0022', '0.0002'],
      ['x', null, null],
    ],
  );
});

test('coverage names what is unpriced, what is flagged, and why', () => {
  const rows = priceCoverage(
    bookOf(ACME),
    [
      { id: 'fine', ...deployment() },
      { id: 'doubtful', ...deployment({ model: 'two' }) },
      { id: 'gone', ...deployment({ model: 'nobody' }) },
      { id: 'prepaid', ...deployment({ tier: 'reserved' }) },
      { id: 'odd', ...deployment({ model: 'us.acme.one', region_scope: 'global' }) },
    ],
    NOW,
  );
  assert.deepEqual(
    rows.map((row) => [row.deployment, row.status]),
    [
      ['fine', 'priced'],
      ['doubtful', 'flagged'],
      ['gone', 'unpriced'],
      ['prepaid', 'unpriced'],
      ['odd', 'flagged'],
    ],
  );
  assert.match(rows[3]?.notes[0] ?? '', /paid ahead/);
});

test('rating before a price applies, or after it ended, is unpriced', () => {
  const short = createRater(
    bookOf(`${HEAD}prices: [{ model: one, from: 2026-02-01, to: 2026-03-01, source: page, input: 1, output: 1 }]\n`),
  );
  const price = (when: string) => short.rate(deployment(), reported({ input: 1_000_000 }), at(when)).cost.billed;
  assert.deepEqual(
    [price('2026-01-31T23:59:59Z'), price('2026-02-01'), price('2026-02-28T23:59:59Z'), price('2026-03-01')],
    [null, '1', '1', null],
  );
});

test('a count that is no count is unpriced, not an exception', () => {
  for (const odd of [1.5, -1, Number.NaN, 2 ** 60]) {
    const rated = rater.rate(deployment(), reported({ input: odd }), NOW);
    assert.equal(rated.cost.status, 'unpriced', String(odd));
    assert.match(rated.charges[0]?.note ?? '', /is not a count/);
  }
});
