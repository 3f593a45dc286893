// Part `journal`: what sealing costs, on one thread, from real receipts. Append is measured three ways (the log itself,
// a lane's write-ahead file, the recorder between them) beside the disk's own rate for the same bytes; then proofs in a
// log of ten million, and verification without and with the records and their prices.
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  LogWriter,
  nextEpoch,
  openJournal,
  openRecorder,
  openVault,
  openWriteAhead,
  verifyFolder,
  type Journal,
} from '@weighbridge/journal';
import { canonicalJson, createUlid, systemClock, type Json } from '@weighbridge/kernel';
import { bookText, loadPriceBook } from '@weighbridge/ledger';
import { auditReceipts } from '@weighbridge/cli';
import type { EntryDraft } from '@weighbridge/protocol';
import { openBlobs } from '@weighbridge/server';
import type { Dialect } from './bodies.ts';
import { sampleDrafts } from './journal-sample.ts';
import { measureProofs, type ProofResult } from './journal-tree.ts';

export interface Rate {
  readonly perSecond: number;
  readonly method: string;
}

export interface JournalResult {
  /** Leaves into the log from prepared leaves and records. */
  readonly append: Rate;
  readonly disk: Rate;
  /** Entries into a lane's write-ahead file, durable when counted. */
  readonly writeAhead: Rate;
  /** Entries from write-ahead files to signed checkpoint. */
  readonly recorder: Rate;
  readonly proof: ProofResult | null;
  readonly verify: Rate | null;
  readonly verifyFull: Rate | null;
}

export interface JournalPlan {
  readonly dialect: Dialect;
  readonly folder: string;
  /** Entries of the log that is appended to and verified. */
  readonly entries: number;
  readonly treeSize: number;
}

const BATCH = 2_000;
const ORIGIN = 'bench/live/node-1';
const node = { node: 'node-1', build: 'bench' } as const;

/** Genesis and price book. */
const OTHER_ENTRIES = 2;

const rateOf = (count: number, from: number): number => (count * 1000) / (performance.now() - from);

interface Prepared {
  readonly leaf: Buffer;
  readonly record: Buffer;
  readonly kind: string;
  readonly id: string;
  readonly at: number;
}

/** Leaves and records as they lie in a log already, read through the product's own reader. */
const prepare = (journal: Journal, drafts: readonly EntryDraft[], entries: number): readonly Prepared[] => {
  const nextId = createUlid(
    () => systemClock.wall(),
    (bytes) => randomFillSync(bytes),
  );
  const texts = [...journal.entries({ to: drafts.length })].filter(
    ({ leaf }) => leaf.kind === 'call' || leaf.kind === 'intent',
  );
  return Array.from({ length: entries }, (_, index): Prepared => {
    const { leaf, text } = texts[index % texts.length] ?? assert.fail('the log is empty');
    const id = nextId();
    const draft = drafts[index % drafts.length] ?? assert.fail('there are no drafts');
    const record = Buffer.from(`${draft.public ?? ''}${draft.commercial ?? ''}${draft.personal ?? ''}`);
    return { leaf: Buffer.from(text.replace(leaf.id, id)), record, kind: leaf.kind, id, at: leaf.at };
  });
};

const measureAppend = (folder: string, prepared: readonly Prepared[]): { append: Rate; bytes: number } => {
  const log = new LogWriter(join(folder, 'append'), 0);
  let bytes = 0;
  const from = performance.now();
  for (const [index, { leaf, record, ...meta }] of prepared.entries()) {
    log.append(leaf, record, meta);
    bytes += leaf.length + record.length + 6;
    if (index % BATCH === BATCH - 1) log.sync();
  }
  log.sync();
  const perSecond = rateOf(prepared.length, from);
  log.close();
  const method = `prepared leaves and records into hashes, tiles, bundles and indexes, fdatasync every ${BATCH} entries, ${Math.round(bytes / prepared.length)} bytes an entry`;
  return { append: { perSecond, method }, bytes };
};

/** The same bytes in the same batches, written and synced, and nothing else. */
const measureDisk = (folder: string, entries: number, bytes: number): Rate => {
  const fd = openSync(join(folder, 'disk'), 'w');
  const batch = Buffer.alloc(Math.ceil((bytes / entries) * BATCH), 0x61);
  const from = performance.now();
  for (let done = 0; done < entries; done += BATCH) {
    writeSync(fd, batch);
    fdatasyncSync(fd);
  }
  const perSecond = rateOf(entries, from);
  closeSync(fd);
  return { perSecond, method: `one file, the same bytes, fdatasync every ${BATCH} entries` };
};

/** The book that priced the drafts, as the server seals it. */
const bookDraft = (folder: string, id: string): EntryDraft => {
  const book = loadPriceBook({ files: [] });
  const text = openBlobs(join(folder, 'blobs')).keep(bookText(book));
  const record = { book: book.id, rows: book.rows.length, text };
  return { kind: 'price_book', id, at: systemClock.wall(), commercial: canonicalJson(record as unknown as Json) };
};

const measureWriteAhead = async (folder: string, drafts: readonly EntryDraft[], entries: number): Promise<Rate> => {
  const paths = { folder: join(folder, 'journal'), vault: join(folder, 'vault') };
  openVault(paths.vault, { origin: ORIGIN });
  const epoch = nextEpoch(paths.folder);
  const lane = openWriteAhead({ ...paths, ...node, lane: 1, epoch, durability: 'disk', tickMs: 0 });
  const nextId = createUlid(
    () => systemClock.wall(),
    (bytes) => randomFillSync(bytes),
  );
  await lane.append(bookDraft(folder, nextId()));
  const from = performance.now();
  // An intent and its receipt share an id, as in the gateway; each round through the drafts has ids of its own.
  let ids = new Map<string, string>();
  for (let done = 0; done < entries; done += BATCH) {
    const batch: Promise<void>[] = [];
    for (let index = done; index < done + BATCH && index < entries; index += 1) {
      const draft = drafts[index % drafts.length] ?? assert.fail('there are no drafts');
      if (index % drafts.length === 0) ids = new Map();
      const id = ids.get(draft.id) ?? nextId();
      ids.set(draft.id, id);
      batch.push(lane.append({ ...draft, id }));
    }
    await Promise.all(batch);
  }
  const perSecond = rateOf(entries, from);
  await lane.close();
  return {
    perSecond,
    method: `drafts of real calls, durability disk, ${BATCH} entries in flight, each counted once it is on disk`,
  };
};

const measureRecorder = (folder: string, entries: number): Rate => {
  const paths = { folder: join(folder, 'journal'), vault: join(folder, 'vault') };
  const from = performance.now();
  const recorder = openRecorder({ ...paths, ...node, epoch: nextEpoch(paths.folder), log: 'live' });
  while (recorder.step({ seal: true }).integrated > 0);
  const perSecond = rateOf(entries, from);
  assert.ok(recorder.size >= entries, `the recorder sealed ${recorder.size} of ${entries} entries`);
  recorder.close();
  return {
    perSecond,
    method: 'write-ahead file to salts, sealed groups, tree, sync and signed checkpoint, one thread',
  };
};

const measureVerify = (folder: string, vkey: string): Rate => {
  const options = { vkey, leavesOnly: true };
  const check = (): number => {
    const { outcome, leaves, problem } = verifyFolder(folder, options);
    assert.equal(outcome, 'TRUNCATION_NOT_EXCLUDED', problem ?? '');
    return leaves;
  };
  check();
  const from = performance.now();
  const leaves = check();
  return {
    perSecond: rateOf(leaves, from),
    method: `verifyFolder over ${leaves.toLocaleString('en-US')} leaves, second pass`,
  };
};

/** As an auditor who has folder and price book, but not the vault: all that `weighbridge verify` checks, in one pass. */
const measureFullVerify = (folder: string, vkey: string): Rate => {
  const check = (): { readonly leaves: number; readonly calls: number } => {
    const audit = auditReceipts(folder, join(folder, '..', 'blobs'));
    const { outcome, leaves, problem } = verifyFolder(folder, { vkey, onEntry: audit.onEntry });
    assert.equal(outcome, 'TRUNCATION_NOT_EXCLUDED', problem ?? '');
    const { contract, prices } = audit.finish();
    assert.equal(prices.not_rerated, 0, 'every call is computed again');
    assert.ok(contract.checked >= leaves - OTHER_ENTRIES, 'every entry is held against its contract');
    return { leaves, calls: prices.rerated };
  };
  check();
  const from = performance.now();
  const { leaves, calls } = check();
  const method =
    `what weighbridge verify does with a folder, second pass: leaves, tree and tiles, public and commercial groups held ` +
    `against their leaves and contracts, charges of ${calls} calls among ${leaves} entries computed again from the book`;
  return { perSecond: rateOf(leaves, from), method };
};

export const runJournalPart = async (plan: JournalPlan, say: (line: string) => void): Promise<JournalResult> => {
  const { folder, dialect } = plan;
  const drafts = await sampleDrafts(folder, dialect);
  // Whole rounds, so that every intent has its receipt.
  const entries = Math.ceil(plan.entries / drafts.length) * drafts.length;
  say(`journal · ${drafts.length} prepared drafts of real calls`);
  const writeAhead = await measureWriteAhead(folder, drafts, entries);
  say(`journal · write-ahead ${Math.round(writeAhead.perSecond)}/s`);
  const recorder = measureRecorder(folder, entries);
  say(`journal · recorder ${Math.round(recorder.perSecond)}/s`);
  const sealed = join(folder, 'journal');
  const journal = openJournal(sealed);
  const { append, bytes } = measureAppend(folder, prepare(journal, drafts, entries));
  const disk = measureDisk(folder, entries, bytes);
  say(`journal · append ${Math.round(append.perSecond)}/s, disk ${Math.round(disk.perSecond)}/s`);
  const { vkey } = journal;
  journal.close();
  const verify = measureVerify(sealed, vkey);
  say(`journal · verify ${Math.round(verify.perSecond)}/s`);
  const verifyFull = measureFullVerify(sealed, vkey);
  say(`journal · verify with records and prices ${Math.round(verifyFull.perSecond)}/s`);
  const tree = join(folder, 'tree');
  const proof = measureProofs(tree, plan.treeSize, 2_000);
  rmSync(tree, { recursive: true, force: true });
  say(`journal · proof p50 ${proof.latency.p50} p99 ${proof.latency.p99} ms`);
  return { append, disk, writeAhead, recorder, proof, verify, verifyFull };
};
