// Inclusion and consistency proofs (RFC 6962 §2.1.1 and §2.1.2) made from tiles. A tile keeps every eighth level of the
// tree; what lies between is hashed when asked for and remembered in a bounded cache, so that a proof in a log of ten
// million entries reads a few kilobytes.
import { AppError, invariant } from '@weighbridge/kernel';
import { edgeSizes } from './compact-range.ts';
import { EMPTY_ROOT, HASH_BYTES, hashPairInto, nodeHash } from './hash.ts';

export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;
/** 16 kB each with all that lies between its hashes. */
const CACHED_TILES = 1024;
const CACHED_EDGES = 512;

/** Hashes [start, start + count) of a tile level: level L holds the perfect subtrees of height 8·L. */
export type ReadHashes = (level: number, start: number, count: number) => Buffer;

/** Row k: the hashes of the perfect subtrees of height k within a tile, one behind the other. */
type TileRows = readonly Buffer[];

/** Full tiles with what lies between their hashes. They never change, so that trees of every later size share them. */
export class TileCache {
  readonly #tiles = new Map<string, TileRows>();

  get(key: string): TileRows | undefined {
    const known = this.#tiles.get(key);
    if (known === undefined) return undefined;
    // The tile used last goes to the end; the one unused for longest stands first.
    this.#tiles.delete(key);
    this.#tiles.set(key, known);
    return known;
  }

  set(key: string, rows: TileRows): void {
    if (this.#tiles.size >= CACHED_TILES) this.#tiles.delete(this.#tiles.keys().next().value ?? '');
    this.#tiles.set(key, rows);
  }
}

/** The tree as of one size, over stored tiles. */
export class TileTree {
  readonly size: number;
  readonly #read: ReadHashes;
  readonly #full: TileCache;
  /** The last tile of each level, as of this size. */
  readonly #partial = new Map<string, TileRows>();
  readonly #edges = new Map<string, Buffer>();

  constructor(size: number, read: ReadHashes, tiles = new TileCache()) {
    this.size = size;
    this.#read = read;
    this.#full = tiles;
  }

  root(): Buffer {
    return this.size === 0 ? EMPTY_ROOT : this.#range(0, this.size);
  }

  /** Root of the first `size` leaves. */
  rootAt(size: number): Buffer {
    invariant(size <= this.size, 'a root is asked for within the tree');
    return size === 0 ? EMPTY_ROOT : this.#range(0, size);
  }

  /** Root of the subtree over leaves `[from, to)`: a power of two of them, and `from` a multiple of it. */
  subtree(from: number, to: number): Buffer {
    const width = to - from;
    invariant(
      to <= this.size && Number.isInteger(Math.log2(width)) && from % width === 0,
      'a subtree is a perfect one',
    );
    return this.#perfect(Math.log2(width), from / width);
  }

  /** Hashes of the perfect subtrees at the right edge, largest first: what a `CompactRange` continues from. */
  edge(): Buffer[] {
    let start = 0;
    return edgeSizes(this.size).map((width) => {
      const hash = this.#range(start, start + width);
      start += width;
      return hash;
    });
  }

  inclusion(index: number): Buffer[] {
    if (index < 0 || index >= this.size) {
      throw new AppError('RECEIPT_UNKNOWN', `entry ${index} is not within the ${this.size} sealed entries`);
    }
    const path: Buffer[] = [];
    let [lo, hi] = [0, this.size];
    while (hi - lo > 1) {
      const middle = lo + splitPoint(hi - lo);
      if (index < middle) {
        path.push(this.#range(middle, hi));
        hi = middle;
      } else {
        path.push(this.#range(lo, middle));
        lo = middle;
      }
    }
    return path.reverse();
  }

  /** Proof that this tree extends its first `size` leaves. */
  consistency(size: number): Buffer[] {
    invariant(size > 0 && size <= this.size, 'a consistency proof starts from 1 to all of the leaves');
    const path: Buffer[] = [];
    let [lo, hi] = [0, this.size];
    let whole = true;
    while (size !== hi) {
      const middle = lo + splitPoint(hi - lo);
      if (size <= middle) {
        path.push(this.#range(middle, hi));
        hi = middle;
      } else {
        path.push(this.#range(lo, middle));
        lo = middle;
        whole = false;
      }
    }
    if (!whole) path.push(this.#range(lo, hi));
    return path.reverse();
  }

  /** MTH(D[lo:hi]), where lo is a multiple of the largest power of two below hi − lo (as the recursion has it). */
  #range(lo: number, hi: number): Buffer {
    const width = hi - lo;
    const split = splitPoint(width);
    if (width === 1 || split * 2 === width) return this.#perfect(Math.log2(width), lo / width);
    const key = `${lo}-${hi}`;
    const known = this.#edges.get(key);
    if (known !== undefined) return known;
    const hash = nodeHash(this.#range(lo, lo + split), this.#range(lo + split, hi));
    if (this.#edges.size < CACHED_EDGES) this.#edges.set(key, hash);
    return hash;
  }

  /** Hash of the perfect subtree of this height, counted from the left. */
  #perfect(height: number, index: number): Buffer {
    const level = Math.floor(height / TILE_HEIGHT);
    const within = height % TILE_HEIGHT;
    const perTile = TILE_WIDTH / 2 ** within;
    const tile = Math.floor(index / perTile);
    const row = this.#tile(level, tile)[within];
    const at = (index - tile * perTile) * HASH_BYTES;
    invariant(
      row !== undefined && at + HASH_BYTES <= row.length,
      `the subtree of height ${height} at ${index} lies within the log`,
    );
    return row.subarray(at, at + HASH_BYTES);
  }

  #tile(level: number, tile: number): TileRows {
    const key = `${level}/${tile}`;
    const known = this.#full.get(key) ?? this.#partial.get(key);
    if (known !== undefined) return known;
    const stored = Math.floor(this.size / TILE_WIDTH ** level);
    const start = tile * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, stored - start);
    const rows = buildRows(this.#read(level, start, width));
    if (width === TILE_WIDTH) this.#full.set(key, rows);
    else this.#partial.set(key, rows);
    return rows;
  }
}

/** All perfect subtrees within a tile: row k has those of height k, side by side. */
export function buildRows(hashes: Buffer): Buffer[] {
  let row = hashes;
  const rows = [row];
  while (row.length >= 2 * HASH_BYTES) {
    const next = Buffer.allocUnsafe(Math.floor(row.length / (2 * HASH_BYTES)) * HASH_BYTES);
    for (let at = 0; at < next.length; at += HASH_BYTES) hashPairInto(row, 2 * at, next, at);
    rows.push(next);
    row = next;
  }
  return rows;
}

/** The largest power of two smaller than `width` (RFC 6962's k); 0 for a width of 1. */
function splitPoint(width: number): number {
  let split = 1;
  while (split * 2 < width) split *= 2;
  return width === 1 ? 0 : split;
}
