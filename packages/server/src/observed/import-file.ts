// One import: a file is read whole before anything is written, held against what stands, and what is new goes into the log in parts,
// each small enough to need no blob, and then one entry that closes it. An import that breaks off leaves parts that count for nothing.
// Users are named by a keyed digest from here on: whom a seller names never reaches the log.
import { createHash } from 'node:crypto';
import { createReadStream, openSync, readSync, closeSync } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError, LIMITS, systemClock } from '@weighbridge/kernel';
import {
  planBuckets,
  planRows,
  readObserved,
  type Planned,
  type ReadRow,
  type SourceReader,
} from '@weighbridge/ledger';
import type {
  Actor,
  ImportedRecord,
  ObservedChange,
  ObservedRow,
  ObservedSource,
  ObservedSpan,
} from '@weighbridge/protocol';
import { canonical } from '../admin/entries.ts';
import type { Stores } from '../admin/stores.ts';
import { standingOf, type WrittenChange } from './standing.ts';

export interface ImportAsked {
  /** Absolute. */
  readonly path: string;
  readonly source?: ObservedSource | undefined;
  readonly seller?: string | undefined;
  readonly scope?: string | undefined;
  /** What the record is about, where rows alone do not say: of a log, from when to when it was kept. */
  readonly span?: ObservedSpan | undefined;
}

export type ImportStores = Pick<Stores, 'nextId'> & {
  readonly admin: Pick<Stores['admin'], 'append'>;
  readonly vault: Pick<Stores['vault'], 'keyDigest'>;
};

/** What was written before, and who is told of what is written now: a journal shows an entry once a checkpoint covers it. */
export interface WrittenChanges {
  all(): Iterable<WrittenChange>;
  wrote(change: WrittenChange): void;
}

/**
 * One at a time, by whoever holds the stores. Throws OBSERVED_INVALID, OBSERVED_UNKNOWN, JOURNAL_UNAVAILABLE, and BAD_REQUEST where
 * the file cannot be read or no seller is told.
 */
export async function importObserved(
  stores: ImportStores,
  written: WrittenChanges,
  asked: ImportAsked,
  by: Actor,
): Promise<ImportedRecord> {
  const file = openFile(asked.path);
  const { source, rows, buckets } = await readObserved(file.text(), asked.source);
  const seller = sellerOf(source, asked);
  const scope = asked.scope ?? 'default';
  const named = rows.map((row) => withoutUser(stores, source.id, row));
  const standing = standingOf(written.all(), source.id, scope);
  const plan =
    source.kind === 'buckets'
      ? planBuckets(standing.buckets, named, buckets)
      : planRows(standing.known, named, asked.span);
  const facts = { source: source.id, scope, seller };
  const { name, bytes, sha256 } = file.facts();
  const importer = `${source.id}/${source.version}`;
  const changed = plan.write.length > 0 || plan.superseded > 0 || isNew(plan, standing.buckets.told);
  const id = changed
    ? await write(stores, written, facts, plan, { by, file: { name, bytes, sha256 }, importer })
    : null;
  return {
    import: id,
    changed,
    source: source.id,
    title: source.title,
    seller,
    scope,
    importer,
    file: { name, bytes, sha256 },
    rows: plan.write.length,
    unchanged: plan.unchanged,
    superseded: plan.superseded,
    skipped: [...plan.skipped],
    spans: [...plan.spans],
  };
}

/** Whether it tells of a time of which nothing was told. */
const isNew = ({ spans }: Planned, told: readonly ObservedSpan[]): boolean =>
  spans.some((span) => !told.some(({ from, to }) => from <= span.from && span.to <= to));

function sellerOf({ seller, title }: SourceReader, asked: ImportAsked): string {
  const found = asked.seller ?? seller;
  if (found !== null) return found;
  throw new AppError('BAD_REQUEST', `a ${title} does not say who sold what it tells of`, {
    next: 'name the seller: `--seller NAME`, as `roles.seller` of a deployment names it',
  });
}

function withoutUser(stores: Pick<ImportStores, 'vault'>, source: ObservedSource, row: ReadRow): ReadRow {
  if (row.user === undefined) return row;
  // Of the first pepper always: who it was stays one name when the pepper is changed.
  const digest = (of: string, text: string): string => stores.vault.keyDigest(`observed ${of}\n${source}\n${text}`, 1);
  // A row may be known by who it is of.
  const id = row.id?.includes(row.user) === true ? { id: `r_${digest('row', row.id).slice(0, 22)}` } : {};
  return { ...row, ...id, user: `u_${digest('user', row.user).slice(0, 16)}` };
}

interface Facts {
  readonly source: ObservedSource;
  readonly scope: string;
  readonly seller: string;
}
interface Closing {
  readonly by: Actor;
  readonly file: { readonly name: string; readonly bytes: number; readonly sha256: string };
  readonly importer: string;
}

const TOGETHER = 256;

async function write(
  stores: ImportStores,
  written: WrittenChanges,
  facts: Facts,
  plan: Planned,
  closing: Closing,
): Promise<string> {
  const id = stores.nextId();
  const at = systemClock.wall();
  const append = async (own: string, change: ObservedChange): Promise<void> => {
    await stores.admin.append({ kind: 'observed', id: own, at, commercial: canonical(change) });
    written.wrote({ id: own, index: null, at, change });
  };
  const parts = partsOf(plan.write);
  for (let from = 0; from < parts.length; from += TOGETHER)
    await Promise.all(
      parts
        .slice(from, from + TOGETHER)
        .map((rows) => append(stores.nextId(), { action: 'rows', import: id, ...facts, rows })),
    );
  const { superseded, unchanged, skipped, replaces, spans } = plan;
  const counts = { rows: plan.write.length, unchanged, superseded };
  await append(id, { action: 'import', grade: 'observed', ...facts, ...closing, ...counts, skipped, replaces, spans });
  return id;
}

/** What a part holds beside its rows is less than this. */
const HEAD_BYTES = 1_024;

function partsOf(rows: readonly ReadRow[]): ObservedRow[][] {
  const parts: ObservedRow[][] = [];
  let size = Infinity;
  for (const row of rows) {
    const bytes = Buffer.byteLength(JSON.stringify(row)) + 1;
    if (size + bytes > LIMITS.inline_bytes - HEAD_BYTES) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(row);
    size += bytes;
  }
  return parts;
}

interface ReadableFile {
  /** Once. */
  text(): AsyncIterable<string>;
  /** After it was read to its end. */
  facts(): Closing['file'];
}

/** A file as text, unpacked where it is packed, with the digest of its bytes as they lie. */
function openFile(path: string): ReadableFile {
  const packed = isPacked(path);
  const hash = createHash('sha256');
  let bytes = 0;
  async function* raw(): AsyncGenerator<Buffer> {
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  async function* text(): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let unpacked = 0;
    try {
      for await (const piece of packed ? unpack(raw()) : raw()) {
        unpacked += piece.length;
        if (unpacked > LIMITS.observed_bytes) throw tooLarge(path);
        yield decoder.decode(piece, { stream: true });
      }
      yield decoder.decode();
    } catch (error) {
      throw unreadable(path, error);
    }
  }
  return { text, facts: () => ({ name: basename(path).slice(-200), bytes, sha256: hash.digest('hex') }) };
}

async function* unpack(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const fed = (async () => {
    for await (const piece of pieces)
      if (!gunzip.write(piece)) await new Promise<void>((resolve) => void gunzip.once('drain', resolve));
    gunzip.end();
  })();
  fed.catch((error: Error) => gunzip.destroy(error));
  yield* gunzip as AsyncIterable<Buffer>;
  await fed;
}

function isPacked(path: string): boolean {
  try {
    const head = Buffer.alloc(2);
    const file = openSync(path, 'r');
    try {
      readSync(file, head, 0, 2, 0);
    } finally {
      closeSync(file);
    }
    return head[0] === 0x1f && head[1] === 0x8b;
  } catch (error) {
    throw unreadable(path, error);
  }
}

const tooLarge = (path: string): AppError =>
  new AppError('OBSERVED_INVALID', `${basename(path)} holds more than ${LIMITS.observed_bytes} bytes`, {
    next: 'cut it by days, and import the parts one after the other',
  });

function unreadable(path: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('BAD_REQUEST', `${path.slice(-200)} cannot be read: ${reason}`, {
    next: 'name a file of text (JSON, JSON lines or CSV) that this instance may read, packed with gzip or not',
    cause,
  });
}
