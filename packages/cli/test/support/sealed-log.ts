// Logs for tests of `verify`: sealed by the journal itself, with receipts that the ledger has priced and the book beside
// them, so that whatever a test makes wrong is the one thing wrong.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { canonicalJson, createUlid, type Json } from '@weighbridge/kernel';
import { nextEpoch, openJournal, openRecorder, openVault, openWriteAhead } from '@weighbridge/journal';
import { bookText, createRater, loadPriceBook, type PriceBook } from '@weighbridge/ledger';
import type { CallCommercial, CallPublic, EntryDraft, Usage } from '@weighbridge/protocol';
import { openBlobs } from '@weighbridge/server';

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
export const usage: Usage = { tokens: { input: 1_000, cache_read: 0, output: 50 }, source: 'reported', raw: null };
export const book = loadPriceBook({ files: [] });
export const rated = createRater(book).rate(
  { cloud: 'anthropic', model: 'claude-haiku-4-5', region: 'global', region_scope: 'global', tier: 'standard', roles },
  usage,
  AT,
);

export const said: CallPublic = {
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
export const commercial: CallCommercial = { decided: DIGEST, charges: rated.charges, cost: rated.cost };

const nextId = createUlid(
  () => AT,
  (bytes) => crypto.getRandomValues(bytes),
);
const canonical = (value: unknown): string => canonicalJson(value as Json);

export const callDraft = (own: { readonly public?: unknown; readonly commercial?: unknown } = {}): EntryDraft => ({
  kind: 'call',
  id: nextId(),
  at: AT,
  public: canonical(own.public ?? said),
  commercial: canonical(own.commercial ?? commercial),
  personal: canonical({ who: { organisation: 'acme' } }),
  subject: 'acme',
});

/** The entry that seals a book; its text is kept as a blob beside the journal. */
export const bookDraft = (home: string, sealed: PriceBook = book): EntryDraft => {
  const record = {
    book: sealed.id,
    rows: sealed.rows.length,
    text: openBlobs(join(home, 'blobs')).keep(bookText(sealed)),
  };
  return { kind: 'price_book', id: nextId(), at: AT, commercial: canonical(record) };
};

export interface SealedLog {
  readonly home: string;
  readonly folder: string;
  readonly vkey: string;
}

/** A log of these entries, behind its genesis. */
export async function sealLog(t: TestContext, drafts: (home: string) => readonly EntryDraft[]): Promise<SealedLog> {
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-verify-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const paths = { folder: join(home, 'journal'), vault: join(home, 'vault') };
  const who = { node: 'node-1', build: 'test' };
  openVault(paths.vault, { origin: 'verify.example/lab/node-1' });
  const epoch = nextEpoch(paths.folder);
  const lane = openWriteAhead({ ...paths, ...who, lane: 0, epoch, durability: 'process', tickMs: 0 });
  await Promise.all(drafts(home).map((draft) => lane.append(draft)));
  await lane.close();
  const recorder = openRecorder({ ...paths, ...who, epoch: nextEpoch(paths.folder), log: 'lab' });
  recorder.close();
  const journal = openJournal(paths.folder);
  const { vkey } = journal;
  journal.close();
  return { home, folder: paths.folder, vkey };
}
