// The heart of the verifier: fed with a log's bundles in order, it rebuilds the whole tree and compares everything the
// log claims with it: every tile, the signed root, and the root that the verifier remembers. It trusts one public key
// and nothing else, holds O(log n) hashes, and knows neither files nor network.
import { AppError } from '@weighbridge/kernel';
import type { Leaf } from '@weighbridge/protocol';
import type { Checkpoint, VerifyOptions } from '../contract.ts';
import { CompactRange } from '../merkle/compact-range.ts';
import { EMPTY_ROOT, HASH_BYTES, leafHashInto } from '../merkle/hash.ts';
import { buildRows, TILE_HEIGHT, TILE_WIDTH } from '../merkle/proof.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import { introducedKeys, parseHandovers, type Handover } from '../note/handover.ts';
import type { NoteVerifier } from '../note/note-key.ts';
import { formatTilePath } from '../store/tile-path.ts';
import { KeyChanges } from './key-changes.ts';

/** A tile as recomputed from the leaves. */
export interface ExpectedTile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  readonly hashes: Buffer;
}

/** As each leaf of that kind holds it, whatever stands around it; within a text its quotes would be escaped. */
const KEY_CHANGE = Buffer.from('"kind":"log_key"');

const bad = (why: string): AppError => new AppError('PROOF_INVALID', why);

export class LogCheck {
  readonly checkpoint: Checkpoint;
  readonly last: Checkpoint | null;
  /** Those that are believed: the key given, and where handovers lead from it. */
  readonly keys: readonly NoteVerifier[];
  readonly #tree = new CompactRange();
  /** Per level above the leaves' own: the tile being filled. */
  readonly #filling: { hashes: Buffer; width: number; index: number }[] = [];
  #expected: ExpectedTile[] = [];
  /** By size: the handovers of the log's key that this checkpoint covers. */
  readonly #handovers: ReadonlyMap<number, Handover>;
  readonly #keyChanges = new KeyChanges();

  /** Throws PROOF_INVALID when a signature is wrong, or the log is shorter than what is remembered or was handed over. */
  constructor(note: string, { vkey, last, handovers = '' }: VerifyOptions) {
    const handed = parseHandovers(handovers);
    const keys = introducedKeys([vkey], handed);
    this.keys = keys;
    this.#handovers = new Map(handed.map((handover) => [handover.size, handover]));
    this.checkpoint = openCheckpoint(note, keys);
    this.last = last === undefined ? null : openCheckpoint(last, keys);
    if (this.last !== null && this.last.origin !== this.checkpoint.origin)
      throw bad('the remembered checkpoint is of another log');
    if (this.last !== null && this.last.size > this.checkpoint.size) {
      throw bad(
        `the log shows ${this.checkpoint.size} entries, but ${this.last.size} were signed: entries were dropped, or an old checkpoint is replayed`,
      );
    }
    const longest = handed.at(-1)?.size ?? 0;
    if (keys.length > 1 && longest > this.checkpoint.size)
      throw bad(
        `the log shows ${this.checkpoint.size} entries, but its key was handed over at ${longest}: entries were dropped, or an old checkpoint is replayed`,
      );
    this.#compareLast();
  }

  /** Indexes of the entries so far that change the log's key. */
  get keyChanges(): readonly number[] {
    return this.#keyChanges.indexes;
  }

  /** Entries hashed so far. */
  get leaves(): number {
    return this.#tree.size;
  }

  /** The next bundle: how many leaves it must hold; 0 when all are checked. */
  get nextWidth(): number {
    return Math.min(TILE_WIDTH, this.checkpoint.size - this.#tree.size);
  }

  /** Takes the next bundle of `nextWidth` leaves, each behind its 16-bit length. Throws PROOF_INVALID. */
  addBundle(bundle: Buffer): void {
    const width = this.nextWidth;
    const first = this.#tree.size;
    const hashes = Buffer.allocUnsafe(width * HASH_BYTES);
    /** Leaves at which the log's key is said to be handed over. */
    const handed = new Map<number, string>();
    const changesKey = bundle.includes(KEY_CHANGE);
    let at = 0;
    for (let i = 0; i < width; i += 1) {
      const end = at + 2 <= bundle.length ? at + 2 + bundle.readUInt16BE(at) : Infinity;
      if (end > bundle.length) throw bad(`the bundle of entry ${first} ends within entry ${first + i}`);
      const shown = this.#handovers.has(first + i);
      if (shown) handed.set(first + i, bundle.toString('utf8', at + 2, end));
      if (changesKey && kindOf(bundle.toString('utf8', at + 2, end)) === 'log_key')
        this.#keyChanges.take(first + i, shown);
      leafHashInto(bundle, at + 2, end, hashes, i * HASH_BYTES);
      at = end;
    }
    if (at !== bundle.length) throw bad(`the bundle of entry ${first} holds more than ${width} entries`);
    this.#expected.push({ level: 0, index: first / TILE_WIDTH, width, hashes });
    this.#grow(hashes, width, handed);
    if (this.nextWidth === 0) this.#finishTiles();
  }

  /** A whole tile as one subtree, unless the remembered checkpoint or a handover ends within it: then leaf by leaf. */
  #grow(hashes: Buffer, width: number, handed: ReadonlyMap<number, string>): void {
    const { size } = this.#tree;
    const within = this.last !== null && this.last.size > size && this.last.size < size + TILE_WIDTH;
    if (width === TILE_WIDTH && !within && handed.size === 0) {
      this.#tree.append(buildRows(hashes)[TILE_HEIGHT] ?? EMPTY_ROOT, this.#keep, TILE_HEIGHT);
      this.#compareLast();
      return;
    }
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      const leaf = handed.get(this.#tree.size);
      if (leaf !== undefined) this.#checkHandover(this.#tree.size, leaf);
      this.#tree.append(hashes.subarray(at, at + HASH_BYTES), this.#keep);
      this.#compareLast();
    }
  }

  /** Tiles that are complete since the last call, to be compared with the log's own. */
  takeTiles(): ExpectedTile[] {
    const tiles = this.#expected;
    this.#expected = [];
    return tiles;
  }

  compareTile(expected: ExpectedTile, served: Buffer): void {
    if (served.equals(expected.hashes)) return;
    throw bad(`${formatTilePath(expected)} is not what the entries below it hash to`);
  }

  /** Throws PROOF_INVALID unless all leaves together have the signed root, and no handover that they tell of is missing. */
  finish(): void {
    if (!this.#tree.root().equals(this.checkpoint.root)) {
      throw bad(`the ${this.checkpoint.size} entries do not have the signed root: at least one was changed`);
    }
    this.#keyChanges.finish();
  }

  /** Of the leaves' hashes each bundle has made a tile already. */
  readonly #keep = (height: number, hash: Buffer): void => {
    if (height === 0 || height % TILE_HEIGHT !== 0) return;
    const level = height / TILE_HEIGHT;
    const tile = (this.#filling[level] ??= { hashes: Buffer.allocUnsafe(TILE_WIDTH * HASH_BYTES), width: 0, index: 0 });
    tile.hashes.set(hash, tile.width * HASH_BYTES);
    tile.width += 1;
    if (tile.width < TILE_WIDTH) return;
    this.#expected.push({ level, index: tile.index, width: TILE_WIDTH, hashes: tile.hashes });
    this.#filling[level] = { hashes: Buffer.allocUnsafe(TILE_WIDTH * HASH_BYTES), width: 0, index: tile.index + 1 };
  };

  #finishTiles(): void {
    // Goes over no level that has no tile.
    this.#filling.forEach(({ hashes, width, index }, level) => {
      if (width > 0) this.#expected.push({ level, index, width, hashes: hashes.subarray(0, width * HASH_BYTES) });
    });
  }

  /** The log that was handed over is this one, and its next entry says so. */
  #checkHandover(size: number, leaf: string): void {
    const root = this.#handovers.get(size)?.root;
    if (root !== undefined && !this.#tree.root().equals(root))
      throw bad(`the log's first ${size} entries are not those of the log whose key was handed over there`);
    const kind = kindOf(leaf);
    if (kind !== 'log_key')
      throw bad(`the log's key is said to be handed over by entry ${size}, and that is ${kind ?? 'no entry of ours'}`);
  }

  #compareLast(): void {
    if (this.last === null || this.last.size !== this.#tree.size) return;
    if (!this.#tree.root().equals(this.last.root)) {
      throw bad(
        `the log's first ${this.last.size} entries are not those of the remembered checkpoint: it was forked or rewritten`,
      );
    }
  }
}

function kindOf(leaf: string): string | undefined {
  try {
    return (JSON.parse(leaf) as Partial<Leaf> | null)?.kind;
  } catch {
    return undefined; // Not JSON: the caller says what that means.
  }
}
