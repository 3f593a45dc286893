// A file of the simulated disk: what programs see of it, what a sync has made to stay, and the changes between the two.
// A loss of power keeps of those changes what chance keeps, sector by sector: each 512-byte sector is some state that it
// had since the last sync, never a mixture (disks write sectors whole), and its neighbour may be of another moment.
import type { Random } from '../random.ts';

export const SECTOR_BYTES = 512;

type Change = { readonly at: number; readonly bytes: Buffer } | { readonly cutTo: number };

/** How a loss of power treats what was not synced. */
export type Loss = 'all' | 'none' | 'prefix' | 'scattered';

export class FileNode {
  readonly ino: number;
  readonly mode: number;
  /** How often a sync has failed: every open descriptor is told once of each. */
  failures = 0;
  /** Grows on each change: what `mtime` is made of. */
  version: number;
  #live: Buffer = Buffer.alloc(0);
  #length = 0;
  /** As of the last sync; null while nothing was changed since. */
  #synced: Buffer | null = Buffer.alloc(0);
  #changes: Change[] = [];
  /** Changes that a failed sync has dropped from memory's list of things to write: no later sync writes them. */
  #forgotten: Change[] = [];

  constructor(ino: number, mode: number) {
    this.ino = ino;
    this.mode = mode;
    this.version = ino;
  }

  get size(): number {
    return this.#length;
  }

  /** A view: it holds until the next change. */
  content(): Buffer {
    return this.#live.subarray(0, this.#length);
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.#length - position));
    target.set(this.#live.subarray(position, position + count), offset);
    return count;
  }

  write(bytes: Uint8Array, at: number): void {
    this.#remember({ at, bytes: Buffer.from(bytes) });
    this.#apply(bytes, at);
  }

  cut(length: number): void {
    if (length === this.#length) return;
    this.#remember({ cutTo: length });
    if (length > this.#length) this.#extend(length);
    this.#length = length;
  }

  /** Makes what is seen stay. What an earlier failed sync dropped is on the disk by chance only. */
  sync(random: Random): void {
    if (this.#forgotten.length === 0) {
      this.#synced = null;
    } else {
      const kept = this.#forgotten.filter(() => random.chance(0.5));
      this.#synced = replay(this.#synced ?? Buffer.alloc(0), [...kept, ...this.#changes]);
      this.#forgotten = [];
    }
    this.#changes = [];
  }

  /** A sync that failed: the changes are seen still, and no later sync knows of them. */
  failSync(): void {
    this.failures += 1;
    this.#forgotten.push(...this.#changes);
    this.#changes = [];
  }

  /** What is left after the power failed. */
  losePower(random: Random, loss: Loss): void {
    const changes = [...this.#forgotten, ...this.#changes];
    const synced = this.#synced;
    this.#forgotten = [];
    this.#changes = [];
    this.#synced = null;
    if (synced === null || loss === 'all') return;
    const left = loss === 'scattered' ? scatter(synced, changes, random) : replay(synced, some(changes, random, loss));
    this.#live = left;
    this.#length = left.length;
    this.version += 1;
  }

  #remember(change: Change): void {
    // Nothing was changed since the last sync: what is seen is what was synced.
    this.#synced ??= Buffer.from(this.content());
    this.#changes.push(change);
    this.version += 1;
  }

  #apply(bytes: Uint8Array, at: number): void {
    this.#extend(at + bytes.length);
    this.#live.set(bytes, at);
    this.#length = Math.max(this.#length, at + bytes.length);
  }

  /** Room for `length` bytes; whatever lies beyond the present end is zero. */
  #extend(length: number): void {
    if (length > this.#live.length) {
      const larger = Buffer.alloc(Math.max(length, this.#live.length * 2, 1024));
      this.#live.copy(larger, 0, 0, this.#length);
      this.#live = larger;
    } else {
      this.#live.fill(0, this.#length, Math.max(length, this.#length));
    }
  }
}

const some = (changes: readonly Change[], random: Random, loss: 'none' | 'prefix'): readonly Change[] =>
  loss === 'none' ? [] : changes.slice(0, random.below(changes.length + 1));

const sizeAfter = (size: number, changes: readonly Change[]): number =>
  changes.reduce(
    (now, change) => ('cutTo' in change ? change.cutTo : Math.max(now, change.at + change.bytes.length)),
    size,
  );

/** The content after these changes. */
function replay(start: Buffer, changes: readonly Change[]): Buffer {
  const most = changes.reduce((now, change) => Math.max(now, sizeAfter(now, [change])), start.length);
  const content = Buffer.alloc(most);
  start.copy(content);
  let size = start.length;
  for (const change of changes) {
    if ('cutTo' in change) {
      if (change.cutTo < size) content.fill(0, change.cutTo, size);
      size = change.cutTo;
    } else {
      content.set(change.bytes, change.at);
      size = Math.max(size, change.at + change.bytes.length);
    }
  }
  return content.subarray(0, size);
}

/** Each sector, and the size, as of a moment of its own. */
function scatter(start: Buffer, changes: readonly Change[], random: Random): Buffer {
  const moments = [start];
  for (let count = 1; count <= changes.length; count += 1) moments.push(replay(start, changes.slice(0, count)));
  const size = random.pick(moments).length;
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; at += SECTOR_BYTES) {
    const moment = random.pick(moments);
    if (at < moment.length) moment.copy(content, at, at, Math.min(at + SECTOR_BYTES, size));
  }
  return content;
}
