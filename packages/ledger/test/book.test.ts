// The book: two times, versions, contradictions, and what a file must not say.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import {
  builtInPriceFiles,
  compileBook,
  createRater,
  expandFiles,
  loadPriceBook,
  loadPriceSheets,
  readPriceFile,
  type PricedDeployment,
} from '../src/index.ts';
import { ACME, HEAD, at, bookOf, deployment, raterOf, reported } from './sheets.ts';

const sheets = loadPriceSheets();
const claude = (model: string): PricedDeployment => ({
  cloud: 'anthropic',
  model,
  region: 'global',
  tier: 'standard',
  roles: { seller: 'anthropic' },
});

test('a price that moved under the same id: valid time and known time answer different questions', () => {
  const cost = (knownAt: string | undefined, day: string): string | null => {
    const book = compileBook(sheets, knownAt === undefined ? {} : { knownAt: at(knownAt) });
    return createRater(book).rate(claude('claude-sonnet-5-5'), reported({ cache_read: 1_000_000 }), at(day)).cost
      .billed;
  };
  assert.equal(cost(undefined, '2026-10-06'), '0.2');
  assert.equal(cost(undefined, '2026-10-07'), '0.1');
  assert.equal(cost('2026-10-01', '2026-10-20'), '0.2', 'on 1 October nobody knew of the cut');
  assert.equal(cost('2026-10-20', '2026-10-20'), '0.1');
  assert.equal(cost('2026-09-01', '2026-10-20'), null, 'before the launch there was no price to know');
});

test('a rise that was announced and called off is believed only while it was', () => {
  const cost = (knownAt: string): string | null =>
    createRater(compileBook(sheets, { knownAt: at(knownAt) })).rate(
      claude('claude-sonnet-5'),
      reported({ input: 1_000_000 }),
      at('2026-09-15'),
    ).cost.billed;
  assert.deepEqual([cost('2026-07-25'), cost('2026-08-25')], ['3', '2']);
});

test('the version of a book is the digest of its content: the same files give the same id, a changed price another', () => {
  assert.equal(loadPriceBook().id, loadPriceBook().id);
  assert.notEqual(bookOf(ACME).id, bookOf(ACME.replace('output: 8', 'output: 9')).id);
  assert.notEqual(
    bookOf(ACME).id,
    bookOf(ACME.replace('fast: priority', 'fast: standard')).id,
    'how tiers are read is part of the version',
  );
  assert.match(bookOf(ACME).id, /^[A-Za-z0-9_-]{43}$/);
  const early = compileBook(sheets, { knownAt: at('2026-10-01') });
  assert.notEqual(early.id, compileBook(sheets).id);
});

test('the order of files and rows of one layer does not change the version', () => {
  const shuffled = { lists: sheets.lists.toReversed(), rows: sheets.rows.toReversed() };
  assert.equal(compileBook(shuffled).id, compileBook(sheets).id);
});

test('a computed row names its base and ratio, and is no surer than its base', () => {
  const rows = bookOf(ACME).rows.filter(
    (row) => row.model === 'one' && row.scope === 'regional' && row.tier === 'batch',
  );
  assert.ok(rows.length > 0);
  for (const row of rows) {
    assert.equal(row.derived?.factor, '1/2');
    assert.match(row.derived?.from ?? '', /\/regional\/standard\//);
  }
});

test('every built-in row has a source, a read date that is real, and a price that is not negative', () => {
  for (const row of sheets.rows) {
    assert.ok(row.source.page.length > 3, row.id);
    assert.ok(!Number.isNaN(Date.parse(row.source.read)), row.id);
    assert.ok(row.unit === null || row.unit >= 0n, row.id);
    assert.ok(row.unit !== 0n || row.cls === 'web_fetch', `${row.id} is free`);
  }
  assert.ok(builtInPriceFiles().length >= 7);
});

test('on the present book each Claude model has its price from each seller that has it', () => {
  const rater = createRater(compileBook(sheets));
  const priced = (where: Partial<PricedDeployment>): string | null =>
    rater.rate({ ...claude(''), ...where }, reported({ input: 1_000_000, output: 1_000_000 }), at('2026-10-20')).cost
      .billed;
  assert.equal(priced({ model: 'claude-haiku-4-5-20251001' }), '6');
  assert.equal(priced({ cloud: 'foundry', model: 'claude-haiku-4-5' }), '6');
  assert.equal(
    priced({ cloud: 'bedrock', model: 'global.anthropic.claude-haiku-4-5-20251001-v1:0', region: 'us-east-1' }),
    '6',
  );
  assert.equal(
    priced({ cloud: 'bedrock', model: 'anthropic.claude-haiku-4-5-20251001-v1:0', region: 'us-east-1' }),
    '6.6',
  );
  assert.equal(priced({ cloud: 'vertex', model: 'claude-haiku-4-5@20251001', region: 'europe-west1' }), '6.6');
  assert.equal(priced({ cloud: 'vertex', model: 'claude-haiku-4-5@20251001' }), '6');
  assert.equal(
    priced({ cloud: 'bedrock', model: 'us.anthropic.claude-opus-4-1-20250805-v1:0', region: 'us-east-1' }),
    '90',
  );
  assert.equal(priced({ cloud: 'bedrock', model: 'anthropic.claude-opus-5', region: 'us-gov-west-1' }), null);
  assert.equal(priced({ cloud: 'bedrock', model: 'meta.llama3-3-70b-instruct-v1:0', region: 'us-east-1' }), '1.44');
  assert.equal(priced({ cloud: 'bedrock', model: 'meta.llama3-3-70b-instruct-v1:0', region: 'eu-central-1' }), null);
  assert.equal(priced({ cloud: 'bedrock', model: 'deepseek.v3.2', region: 'ap-south-1' }), '2.96');
  assert.equal(priced({ model: 'claude-opus-4-1' }), '90', 'retired there, and still on the price page');
  assert.equal(priced({ model: 'claude-opus-3' }), null, 'retired, and gone from the page');
  assert.equal(
    priced({
      cloud: 'azure-openai',
      model: 'gpt-4.1',
      region: 'swedencentral',
      region_scope: 'regional',
      roles: { seller: 'microsoft' },
    }),
    '12.1',
  );
});

test('two prices for the same call are refused by name, in one layer and in no other case', () => {
  const twice = `${HEAD}prices:
  - { model: one, from: 2026-01-01, source: page, input: 1 }
  - { model: one, from: 2026-06-01, source: page, input: 2 }
`;
  assert.throws(
    () => bookOf(twice),
    (error: unknown) => {
      assert.ok(isAppError(error) && error.code === 'PRICE_BOOK_INVALID');
      assert.match(
        error.message,
        /one\/global\/standard\/standard\/input@2026-01-01.*and.*input@2026-06-01.* two prices/,
      );
      return true;
    },
  );
  assert.doesNotThrow(() => bookOf(twice.replace('from: 2026-01-01,', 'from: 2026-01-01, to: 2026-06-01,')));
  assert.doesNotThrow(() =>
    bookOf(
      twice
        .replace('from: 2026-01-01,', 'from: 2026-01-01, known_to: 2026-06-01,')
        .replace('from: 2026-06-01,', 'from: 2026-06-01, known_from: 2026-06-01,'),
    ),
  );
  const bands = twice
    .replace('2026-06-01, source: page', '2026-06-01, over: 100, source: page')
    .replace('2026-01-01, source: page', '2026-01-01, upto: 101, source: page');
  assert.throws(() => bookOf(bands), /two prices/);
  assert.doesNotThrow(() => bookOf(bands.replace('upto: 101', 'upto: 100')));
});

/** Each: what is done to a good file, and what the refusal must say. */
const corruptions: readonly (readonly [why: string, change: (text: string) => string, says: RegExp])[] = [
  ['a field nobody knows', (text) => text.replace('input: 2,', 'inputs: 2,'), /bad\.yaml:21: `inputs` is not a field/],
  [
    'a negative price',
    (text) => text.replace('input: 2,', 'input: -2,'),
    /bad\.yaml:21, `input`: "-2" is not a decimal price/,
  ],
  ['a price in words', (text) => text.replace('input: 2,', 'input: free,'), /"free" is not a decimal price/],
  ['scientific notation', (text) => text.replace('input: 2,', 'input: 2e-6,'), /"2e-6" is not a decimal price/],
  [
    'a price finer than money',
    (text) => text.replace('input: 2,', 'input: 0.0000001,'),
    /not a whole number of 10\^-12/,
  ],
  [
    'a missing source',
    (text) => text.replace('source: page, input: 2,', 'input: 2,'),
    /bad\.yaml:21: `source` is missing/,
  ],
  [
    'a source that is not listed',
    (text) => text.replace('source: page, input: 2,', 'source: gossip, input: 2,'),
    /source "gossip" is not among/,
  ],
  [
    'no first day',
    (text) => text.replace('from: 2026-01-01, upto: 1000', 'upto: 1000'),
    /bad\.yaml:21: `from` is missing/,
  ],
  [
    'a day that does not exist',
    (text) => text.replace('from: 2026-01-01, upto', 'from: 2026-02-30, upto'),
    /"2026-02-30" is not a date/,
  ],
  [
    'an end before the beginning',
    (text) => text.replace('from: 2026-01-01, upto', 'from: 2026-01-01, to: 2025-01-01, upto'),
    /`to` must be later than `from`/,
  ],
  [
    'known before it was read to have ended',
    (text) => text.replace('from: 2026-01-01, upto', 'from: 2026-01-01, known_to: 2026-01-01, upto'),
    /`known_to` must be later/,
  ],
  [
    'a band that is empty',
    (text) => text.replace('upto: 1000', 'over: 2000, upto: 1000'),
    /`upto` must be more than `over`/,
  ],
  [
    'a scope nobody sells',
    (text) => text.replace('model: two, scope: "*"', 'model: two, scope: lunar'),
    /"lunar" is none of global/,
  ],
  [
    'an unknown token class in a derivation',
    (text) => text.replace('factor: 11/10,', 'factor: 11/10, classes: [thoughts],'),
    /"thoughts" is none of input/,
  ],
  [
    'a factor as a float',
    (text) => text.replace('factor: 11/10', 'factor: 1.1'),
    /"1\.1" is not a ratio such as 11\/10/,
  ],
  [
    'a factor that does not come out whole',
    (text) => text.replace('factor: 1/2', 'factor: 1/7'),
    /1\/7 of a unit price/,
  ],
  [
    'a derivation from nothing',
    (text) => text.replace('models: [one]', 'models: [won]'),
    /bad\.yaml:26: derives from no row/,
  ],
  ['another format', (text) => text.replace('format: 1', 'format: 2'), /"2" is none of 1/],
  ['another currency', (text) => text.replace('currency: USD', 'currency: EUR'), /"EUR" is none of USD/],
  [
    'a broken regular expression',
    (text) => text.replace("match: '^us\\.'", "match: '^us(\\.'"),
    /is not a regular expression/,
  ],
  ['a key given twice', (text) => text.replace('title: Acme models', 'title: Acme models\ntitle: Acme'), /unique/i],
  ['broken YAML', (text) => text.replace('prices:', 'prices: ['), /bad\.yaml: /],
  [
    'a list without deployments',
    (text) => text.replace('sold_over: [{ cloud: acme-cloud }]', 'sold_over: []'),
    /must name at least one cloud/,
  ],
  ['an alias bomb', (text) => text.replace('title: Acme models', 'title: &a Acme\nnote: [*a, *a]'), /bad\.yaml/],
];

for (const [why, change, says] of corruptions) {
  test(`a price file with ${why} is refused with file, place and reason`, () => {
    const text = change(ACME);
    assert.notEqual(text, ACME, 'the corruption changes the file');
    assert.throws(
      () => compileBook(expandFiles([{ file: readPriceFile('bad.yaml', text), layer: 0 }])),
      (error: unknown) => {
        assert.ok(isAppError(error), String(error));
        assert.equal(error.code, 'PRICE_BOOK_INVALID');
        assert.match(error.message, says);
        return true;
      },
    );
  });
}

test('an empty file, and rows for a seller without a list, are refused', () => {
  assert.throws(() => readPriceFile('empty.yaml', ''), /empty\.yaml: must be a map/);
  assert.throws(
    () =>
      bookOf(
        'format: 1\nseller: nobody\nsources: { s: { page: x, read: 2026-01-01, confidence: published } }\nprices: [{ model: a, from: 2026-01-01, source: s, input: 1 }]\n',
      ),
    /seller "nobody" has no price list/,
  );
});

test('a price file of the operator is read from disk over the built-in book, and a missing one is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-prices-'));
  try {
    const path = join(folder, 'own.yaml');
    writeFileSync(
      path,
      'format: 1\nseller: self\nsources: { own: { page: own books, read: 2026-01-01, confidence: published } }\nprices: [{ model: my-llama, from: 2026-01-01, source: own, input: 0.11, output: 0.44 }]\n',
    );
    const own: PricedDeployment = {
      cloud: 'openai-compatible',
      model: 'my-llama',
      region: 'here',
      tier: 'standard',
      roles: { seller: 'self' },
    };
    const use = reported({ input: 1_000_000, output: 1_000_000 });
    assert.equal(createRater(loadPriceBook()).rate(own, use, at('2026-06-01')).cost.billed, null);
    assert.equal(createRater(loadPriceBook({ files: [path] })).rate(own, use, at('2026-06-01')).cost.billed, '0.55');
    assert.throws(() => loadPriceBook({ files: [join(folder, 'gone.yaml')] }), /gone\.yaml: cannot be read/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the bound is null when a price that may apply is missing, and counts the tools', () => {
  const rater = raterOf(ACME);
  const when = at('2026-06-01');
  const most = (serverTools: Record<string, number>) => ({ inputTokens: 100, outputTokens: 10, serverTools });
  assert.equal(
    rater.bound(deployment(), { ...most({}), tier: 'standard', inferenceGeo: 'world' }, when),
    100n * 4_000_000n + 10n * 8_000_000n,
  );
  assert.equal(
    rater.bound(deployment(), { ...most({ web_search: 2 }), tier: 'standard', inferenceGeo: 'world' }, when),
    480_000_000n + 20_000_000_000n,
  );
  assert.equal(
    rater.bound(deployment(), { ...most({}), inputTokens: 1_001, tier: 'standard', inferenceGeo: 'world' }, when),
    1_001n * 8_000_000n + 120_000_000n,
  );
  assert.equal(rater.bound(deployment(), most({ code_execution: 1 }), when), null);
  assert.equal(rater.bound(deployment(), most({ juggling: 1 }), when), null);
  assert.equal(rater.bound(deployment({ model: 'nobody' }), most({}), when), null);
  assert.equal(rater.bound(deployment(), { ...most({}), tier: 'reserved' }, when), null);
});

test('one cloud may be priced by two lists: Claude in Foundry by units, other models there by meters', () => {
  const rater = createRater(loadPriceBook());
  const foundry = (model: string, region = 'global'): PricedDeployment => ({
    cloud: 'foundry',
    model,
    region,
    tier: 'standard',
    roles: { seller: 'microsoft' },
  });
  const use = reported({ input: 1_000_000, output: 1_000_000 });
  assert.deepEqual(rater.rate(foundry('claude-haiku-4-5'), use, at('2026-10-20')).invoiced, {
    unit: 'CCU',
    quantity: '600',
  });
  assert.equal(rater.rate(foundry('gpt-4.1'), use, at('2026-10-20')).cost.billed, '10');
  assert.equal(rater.rate(foundry('DeepSeek-V3.2', 'datazone-eu'), use, at('2026-10-20')).cost.billed, '2.49');
  assert.equal(rater.rate(foundry('gpt-4.1'), use, at('2026-10-20')).invoiced, null);
});
