// `verify` beyond hashes: a log whose proofs are all right, and which says something that cannot be, is not good. Each
// log here is sealed by the journal itself, with receipts priced by the ledger, and one of them made wrong beforehand.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { canonicalJson, createUlid, type Json } from '@weighbridge/kernel';
import { nextEpoch, openJournal, openRecorder, openVault, openWriteAhead } from '@weighbridge/journal';
import { bookText, createRater, loadPriceBook } from '@weighbridge/ledger';
import type { CallCommercial, CallPublic, EntryDraft, Usage } from '@weighbridge/protocol';
import { openBlobs } from '@weighbridge/server';
import { run, type Ran } from './support/shell.ts';

const AT = Date.UTC(2026, 0, 5, 12);
const DIGEST = 'A'.repeat(43);
const roles = {
  developer: 'anthropic',
  seller: 'anthropic',
  biller: 'anthropic',
  operator: 'anthropic',
  host: 'anthropic',
  processor: 'anthropic',
  sla_provider: 'anthropic',
} as const;
const usage: Usage = { tokens: { input: 1_000, cache_read: 0, output: 50 }, source: 'reported', raw: null };
const book = loadPriceBook({ files: [] });
const rated = createRater(book).rate(
  { cloud: 'anthropic', model: 'claude-haiku-4-5', region: 'global', region_scope: 'global', tier: 'standard', roles },
  usage,
  AT,
);

const said: CallPublic = {
  asked: {
    surface: 'anthropic-messages',
    alias: 'haiku',
    stream: false,
    features: [],
    request_bytes: 300,
    request_digest: DIGEST,
  },
  attempts: [{ deployment: 'haiku', edits: [], started_ms: 1, status: 200 }],
  served: {
    ...roles,
    cloud: 'anthropic',
    deployment: 'haiku',
    model_requested: 'claude-haiku-4-5',
    model_reported: null,
    region: { configured: 'global', reported: null, grade: 0 },
    tier: 'standard',
    capacity: 'on_demand',
    fallback: false,
    evidence: {},
  },
  usage,
  timing: { started: AT, ended: AT + 5, gateway_ms: 0.5 },
  outcome: 'completed',
  status: 200,
  simulated: false,
};
const commercial: CallCommercial = { decided: DIGEST, charges: rated.charges, cost: rated.cost };

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
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-verify-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const paths = { folder: join(home, 'journal'), vault: join(home, 'vault') };
  const who = { node: 'node-1', build: 'test' };
  openVault(paths.vault, { origin: 'verify.example/lab/node-1' });
  const epoch = nextEpoch(paths.folder);
  const lane = openWriteAhead({ ...paths, ...who, lane: 0, epoch, durability: 'process', tickMs: 0 });
  const nextId = createUlid(
    () => AT,
    (bytes) => crypto.getRandomValues(bytes),
  );
  const canonical = (value: unknown): string => canonicalJson(value as Json);
  const call = (own: Content): EntryDraft => ({
    kind: 'call',
    id: nextId(),
    at: AT,
    public: canonical(own.public ?? said),
    commercial: canonical(own.commercial ?? commercial),
    personal: canonical({ who: { organisation: 'acme' } }),
    subject: 'acme',
  });
  const record = { book: book.id, rows: book.rows.length, text: openBlobs(join(home, 'blobs')).keep(bookText(book)) };
  const bookEntry: EntryDraft = { kind: 'price_book', id: nextId(), at: AT, commercial: canonical(record) };
  if ((content.book ?? 'before') === 'before') await lane.append(bookEntry);
  await lane.append(call({}));
  await lane.append(call(content));
  if (content.book === 'behind') await lane.append(bookEntry);
  await lane.close();
  const recorder = openRecorder({ ...paths, ...who, epoch: nextEpoch(paths.folder), log: 'lab' });
  recorder.close();
  const { vkey } = openJournal(paths.folder);
  return {
    home,
    verify: async (...more) => {
      const ran = await run(['verify', paths.folder, '--key', vkey, '--json', ...more], { folder: home });
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
