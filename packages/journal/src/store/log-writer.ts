// The one writer of a log's files: leaves, records, tiles, indexes. It appends in memory and on disk beyond the signed
// size as it likes; nothing beyond the last checkpoint has ever been shown to anybody, so opening cuts it away and the
// write-ahead files fill it in again. Durable means `sync`, sealed means that a checkpoint was signed after it.
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { Leaf } from '@weighbridge/protocol';
import { CompactRange } from '../merkle/compact-range.ts';
import { leafHash } from '../merkle/hash.ts';
import { TileTree } from '../merkle/proof.ts';
import { HashReader, HashWriter } from './hash-store.ts';
import { IdWriter } from './id-index.ts';
import { readMarks, writeMarks } from './index-marks.ts';
import { KindWriter } from './kind-index.ts';
import { BUNDLE_ENTRIES, entriesFolder, recordsFolder } from './layout.ts';
import { nextItem, PartWriter, readBundle } from './part-store.ts';

/** What the writer needs to know of an entry beside its bytes. */
export interface EntryMeta {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
}

const BUNDLES_AT_ONCE = 8;

export class LogWriter {
  readonly folder: string;
  readonly #leaves: PartWriter;
  readonly #records: PartWriter;
  readonly #hashes: HashWriter;
  readonly #ids: IdWriter;
  readonly #kinds: KindWriter;
  #tree: CompactRange = new CompactRange();

  /** Opens at `size` entries, cutting what lies beyond. Throws JOURNAL_ROLLED_BACK when there are fewer. */
  constructor(folder: string, size: number) {
    this.folder = folder;
    this.#leaves = new PartWriter(entriesFolder(folder), 2);
    this.#records = new PartWriter(recordsFolder(folder), 4);
    this.#hashes = new HashWriter(folder);
    this.#ids = new IdWriter(folder);
    this.#kinds = new KindWriter(folder);
    this.#leaves.truncate(size);
    this.#records.truncate(size);
    this.#hashes.truncate(size);
    const reader = new HashReader(folder);
    this.#tree = new CompactRange(size, new TileTree(size, reader.read).edge());
    reader.close();
    this.#openIndexes(size);
  }

  get size(): number {
    return this.#tree.size;
  }

  root(): Buffer {
    return this.#tree.root();
  }

  /** Adds an entry; returns its index. Throws LEAF_TOO_LARGE, with nothing added. */
  append(leaf: Uint8Array, record: Uint8Array, meta: EntryMeta): number {
    checkLeafSize(leaf.length);
    const index = this.#tree.size;
    this.#leaves.append(leaf);
    this.#records.append(record);
    this.#ids.add(meta.id, meta.at);
    this.#kinds.add(meta.kind, index);
    this.#tree.append(leafHash(leaf), (height, hash) => this.#hashes.add(height, hash));
    return index;
  }

  flush(): void {
    this.#leaves.flush();
    this.#records.flush();
    this.#hashes.flush();
    this.#ids.flush();
    this.#kinds.flush();
  }

  /** Makes every entry so far survive a loss of power. */
  sync(): void {
    this.flush();
    this.#leaves.sync();
    this.#records.sync();
    this.#hashes.sync();
    this.#syncIndexes(this.size);
  }

  /**
   * Compresses finished parts within the first `size` entries, which a checkpoint covers: some milliseconds of work, but never
   * less than what `grown` entries more come to in leaves and records. Infinity: all there is to do.
   */
  compact(size: number, grown = Infinity): void {
    const most = Math.max(BUNDLES_AT_ONCE, Math.ceil((4 * grown) / BUNDLE_ENTRIES));
    const left = this.#records.seal(size, this.#leaves.seal(size, most));
    if (left > 0) this.#ids.seal(size);
  }

  close(): void {
    this.#leaves.close();
    this.#records.close();
    this.#hashes.close();
    this.#ids.close();
    this.#kinds.close();
  }

  #syncIndexes(size: number): void {
    this.#ids.sync();
    this.#kinds.sync();
    writeMarks(this.folder, { size, kinds: this.#kinds.marks(), ids: this.#ids.marks() });
  }

  /** Takes the indexes as they are where they are what was marked, and goes on from there; else makes them anew. */
  #openIndexes(size: number): void {
    const marks = readMarks(this.folder);
    const sound = marks !== null && this.#ids.restore(marks, size) && this.#kinds.restore(marks, size);
    if (!sound) {
      this.#ids.clear();
      this.#kinds.clear();
    }
    const from = sound ? Math.min(marks.size, size) : 0;
    if (from < size) this.#index(from, size);
  }

  #index(from: number, size: number): void {
    for (let first = from - (from % BUNDLE_ENTRIES); first < size; first += BUNDLE_ENTRIES) {
      const bundle = readBundle(
        entriesFolder(this.folder),
        2,
        first / BUNDLE_ENTRIES,
        Math.min(BUNDLE_ENTRIES, size - first),
      );
      let index = first;
      for (let at = 0; at < bundle.length; index += 1) {
        const next = nextItem(bundle, 2, at);
        const leaf = JSON.parse(bundle.toString('utf8', at + 2, next)) as Leaf;
        if (index >= from) {
          this.#ids.add(leaf.id, leaf.at);
          this.#kinds.add(leaf.kind, index);
        }
        at = next;
      }
      this.#ids.flush();
      this.#ids.seal(first + BUNDLE_ENTRIES);
    }
    this.#syncIndexes(size);
  }
}

/** Throws LEAF_TOO_LARGE above 65,535 bytes: a tlog-tiles bundle gives a leaf a 16-bit length. */
export function checkLeafSize(bytes: number): void {
  if (bytes > LIMITS.leaf_bytes) {
    throw new AppError(
      'LEAF_TOO_LARGE',
      `the leaf has ${bytes} bytes, and a log entry holds at most ${LIMITS.leaf_bytes}`,
    );
  }
}
