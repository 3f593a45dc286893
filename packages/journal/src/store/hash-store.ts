// The tiles of the log: each tile level is one long array of 32-byte hashes, cut into files of 2^20. A tile, full or
// partial, is a slice of it, so that partial tiles need no files of their own and never go stale.
import { AppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { HASH_BYTES } from '../merkle/hash.ts';
import { TILE_HEIGHT, type ReadHashes } from '../merkle/proof.ts';
import { AppendFile, isMissing, readExactly } from './durable-file.ts';
import { HASH_FILE_HASHES, hashesPath } from './layout.ts';
import { hashesAt } from './tile-path.ts';

/** Levels that a log of 2^53 entries can have. */
const MAX_LEVEL = 6;

export class HashWriter {
  readonly #folder: string;
  /** Per level: the file being filled, and how many hashes precede it. */
  readonly #files: { file: AppendFile; part: number }[] = [];
  #full: AppendFile[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes a perfect subtree's hash; keeps those of every eighth height. */
  add(height: number, hash: Buffer): void {
    if (height % TILE_HEIGHT !== 0) return;
    const level = height / TILE_HEIGHT;
    let current = this.#files[level] ?? this.#open(level, 0);
    if (current.file.length === HASH_FILE_HASHES * HASH_BYTES) {
      this.#full.push(current.file);
      current = this.#open(level, current.part + 1);
    }
    current.file.append(hash);
  }

  flush(): void {
    for (const file of this.#all()) file.flush();
  }

  sync(): void {
    for (const file of this.#all()) file.sync();
    for (const file of this.#full) file.close();
    this.#full = [];
  }

  /** Cuts every level to a log of `size`. Throws JOURNAL_ROLLED_BACK when one of them is shorter than that. */
  truncate(size: number): void {
    for (let level = 0; level <= MAX_LEVEL; level += 1) {
      const hashes = hashesAt(level, size);
      const part = Math.max(0, Math.ceil(hashes / HASH_FILE_HASHES) - 1);
      if (hashes === 0 && level > 0 && !this.#exists(level)) continue;
      const { file } = this.#open(level, part);
      if (!file.truncate((hashes - part * HASH_FILE_HASHES) * HASH_BYTES)) {
        throw new AppError(
          'JOURNAL_ROLLED_BACK',
          `${file.path} is shorter than the signed log of ${size} entries needs`,
        );
      }
    }
  }

  close(): void {
    for (const file of this.#all()) file.close();
  }

  #all(): AppendFile[] {
    return [...this.#full, ...this.#files.filter((entry) => entry !== undefined).map((entry) => entry.file)];
  }

  #open(level: number, part: number): { file: AppendFile; part: number } {
    const opened = { file: new AppendFile(hashesPath(this.#folder, level, part)), part };
    this.#files[level] = opened;
    return opened;
  }

  #exists(level: number): boolean {
    try {
      disk.closeSync(disk.openSync(hashesPath(this.#folder, level, 0), 'r'));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

/** Reads slices of tile levels; keeps the last few files open. */
export class HashReader {
  readonly #folder: string;
  readonly #open = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws JOURNAL_CORRUPT when the hashes are not there. */
  readonly read: ReadHashes = (level, start, count) => {
    const part = Math.floor(start / HASH_FILE_HASHES);
    const within = start - part * HASH_FILE_HASHES;
    const path = hashesPath(this.#folder, level, part);
    return readExactly(this.#fd(path), within * HASH_BYTES, count * HASH_BYTES, path);
  };

  close(): void {
    for (const fd of this.#open.values()) disk.closeSync(fd);
    this.#open.clear();
  }

  #fd(path: string): number {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size >= 16) {
      disk.closeSync(oldest[1]);
      this.#open.delete(oldest[0]);
    }
    try {
      const fd = disk.openSync(path, 'r');
      this.#open.set(path, fd);
      return fd;
    } catch (error) {
      if (isMissing(error)) throw new AppError('JOURNAL_CORRUPT', `${path} is missing`);
      throw error;
    }
  }
}
