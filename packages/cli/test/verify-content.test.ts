// `verify` beyond hashes: a log whose proofs are all right, and which says something that cannot be, is not good. Each
// log here is sealed by the journal itself, with receipts priced by the ledger, and one of them made wrong beforehand.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { book, bookDraft, callDraft, commercial, rated, said, sealLog, usage } from './support/sealed-log.ts';
import { run, type Ran } from './support/shell.ts';

interface Sealed {
  readonly home: string;
  verify(...more: readonly string[]): Promise<Ran & { readonly answer: Record<string, unknown> }>;
}

interface Content {
  readonly public?: unknown;
  readonly commercial?: unknown;
  /** Whether the book is sealed: before the call, behind it, or not at all. */
  readonly book?: 'before' | 'behind' | 'never';
}

/** A sealed log of one good call and one that holds what is given; its text, and the blobs beside it. */
async function sealed(t: TestContext, content: Content = {}): Promise<Sealed> {
  const { home, folder, vkey } = await sealLog(t, (at) => {
    const entry = bookDraft(at);
    return [
      ...((content.book ?? 'before') === 'before' ? [entry] : []),
      callDraft(),
      callDraft(content),
      ...(content.book === 'behind' ? [entry] : []),
    ];
  });
  return {
    home,
    verify: async (...more) => {
      const ran = await run(['verify', folder, '--key', vkey, '--json', ...more], { folder: home });
      return { ...ran, answer: JSON.parse(ran.stdout) as Record<string, unknown> };
    },
  };
}

describe('verify computes charges again', () => {
  test('of every call, with the book that the log seals', async (t) => {
    const { answer, code } = await (await sealed(t)).verify();
    assert.equal(code, 6, 'all is well but for truncation, which takes a remembered checkpoint');
    assert.deepEqual(answer['prices'], { rerated: 2, not_rerated: 0 });
    assert.deepEqual(answer['contract'], { checked: 2 });
  });

  test('also where the book stands behind the call it prices, since lanes have no common order', async (t) => {
    const { answer } = await (await sealed(t, { book: 'behind' })).verify();
    assert.deepEqual(answer['prices'], { rerated: 2, not_rerated: 0 });
  });

  test('and opens the personal groups with the vault', async (t) => {
    const log = await sealed(t);
    assert.equal(((await log.verify()).answer['groups'] as { unchecked: number }).unchecked, 2);
    const { answer, code } = await log.verify('--vault', 'vault');
    assert.deepEqual([code, (answer['groups'] as { unchecked: number }).unchecked], [6, 0]);
  });

  test('and says so where the texts of the books are not there', async (t) => {
    const log = await sealed(t);
    const { answer, code } = await log.verify('--blobs', 'nowhere');
    const prices = answer['prices'] as { rerated: number; not_rerated: number; why: string };
    assert.deepEqual([code, prices.rerated, prices.not_rerated], [6, 0, 2]);
    assert.match(prices.why, /nowhere does not exist/);
  });
});

const [first] = rated.charges;
const dearer = { ...first, contracted: '99' };
const wrong: readonly (readonly [string, Content, RegExp])[] = [
  [
    'a charge that its row does not give',
    { commercial: { ...commercial, charges: [dearer, ...rated.charges.slice(1)] } },
    /entry 3 \(call \w{26}\) .*contracted is 99, but quantity times price is/,
  ],
  [
    'a cost that its charges do not sum to',
    { commercial: { ...commercial, cost: { ...rated.cost, billed: '0.5' } } },
    /entry 3 .*billed 0\.5/,
  ],
  [
    'usage that nobody was charged for',
    { public: { ...said, usage: { ...usage, tokens: { input: 1_000, output: 50_000 } } } },
    /entry 3 .*50000 of output, and no charge bears them/,
  ],
  [
    'a price of a row that the book does not have',
    { commercial: { ...commercial, charges: [{ ...first, price: { book: book.id, row: 'made/up' } }] } },
    /entry 3 .*made\/up/,
  ],
  [
    'a receipt that lacks what a receipt has',
    { public: { ...said, served: { ...said.served, region: undefined } } },
    /entry 3 .*public\.served\.region: is missing/,
  ],
  ['a book that prices calls and was never sealed', { book: 'never' }, /priced by book .*, which the log never sealed/],
];

describe('verify refuses, with exit code 3 and the entry named,', () => {
  for (const [what, content, pattern] of wrong) {
    test(what, async (t) => {
      const { answer, code } = await (await sealed(t, content)).verify();
      assert.equal(code, 3);
      assert.equal(answer['outcome'], 'PROOF_INVALID');
      assert.match(String(answer['problem']), pattern);
    });
  }

  test('a book whose text was changed since', async (t) => {
    const log = await sealed(t);
    const [blob = ''] = readdirSync(join(log.home, 'blobs'));
    const path = join(log.home, 'blobs', blob);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"unit":"0.000001"', '"unit":"0.000002"'));
    const { answer, code } = await log.verify();
    assert.equal(code, 3);
    assert.match(String(answer['problem']), /not what the log sealed/);
  });
});
