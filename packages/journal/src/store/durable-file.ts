// Files that must survive: append-only ones that know their length, and small ones replaced whole. Writing is
// synchronous, because each writer has a thread of its own; what is synced, and when, is the caller's decision.
import { dirname, join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { AppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';

/** Reads up to this size are not checked against the file's before memory is taken for them. */
const SMALL_BYTES = 1024 * 1024;

/** What an append-only file holds in memory before it hands it on by itself. */
const BUFFER_BYTES = 512 * 1024;

/** Makes names in a folder durable (a no-op where folders cannot be synced, as on Windows). */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = disk.openSync(folder, 'r');
  try {
    disk.fsyncSync(fd);
  } finally {
    disk.closeSync(fd);
  }
}

/** Makes a folder, with those above it, and makes their names durable. */
export function makeFolder(path: string): void {
  const whole = resolve(path);
  const first = disk.mkdirSync(whole, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = whole; ; made = dirname(made)) {
    syncFolder(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

/**
 * Makes every name in and below a folder durable, and its own. Whoever finds files at a start does not know whether the
 * process that made them lived to sync their names.
 */
export function syncFolders(path: string): void {
  syncFolder(dirname(resolve(path)));
  syncBelow(path);
}

function syncBelow(path: string): void {
  syncFolder(path);
  for (const name of disk.readdirSync(path)) {
    const below = join(path, name);
    if (disk.lstatSync(below, { throwIfNoEntry: false })?.isDirectory() === true) syncBelow(below);
  }
}

/** Replaces a file so that after a crash either the old or the new content is there, whole and durable. */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = `${path}.new`;
  const fd = disk.openSync(temporary, 'w', mode);
  try {
    writeAll(fd, typeof content === 'string' ? Buffer.from(content) : content);
    disk.fsyncSync(fd);
  } finally {
    disk.closeSync(fd);
  }
  disk.renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Writes all of it; `writeSync` may stop short on a disk that is filling up. */
export function writeAll(fd: number, bytes: Uint8Array, position: number | null = null): void {
  let done = 0;
  while (done < bytes.length) {
    done += disk.writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
  }
}

/** Reads exactly this range, into `room` where there is some. Throws JOURNAL_CORRUPT when the file ends before. */
export function readExactly(fd: number, start: number, length: number, what: string, room?: Buffer): Buffer {
  // A damaged length must not become an allocation.
  const sane = length >= 0 && (length < SMALL_BYTES || start + length <= disk.fstatSync(fd).size);
  if (!sane)
    throw new AppError('JOURNAL_CORRUPT', `${what} does not hold ${length} bytes from ${start}: it ends too early`);
  const bytes = room?.subarray(0, length) ?? Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const count = disk.readSync(fd, bytes, done, length - done, start + done);
    if (count === 0) throw new AppError('JOURNAL_CORRUPT', `${what} ends ${length - done} bytes too early`);
    done += count;
  }
  return bytes;
}

export function withFile<T>(path: string, use: (fd: number) => T): T {
  const fd = disk.openSync(path, 'r');
  try {
    return use(fd);
  } finally {
    disk.closeSync(fd);
  }
}

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';

/** An append-only file with a write buffer. Nothing is on disk before `flush`, nothing durable before `sync`. */
export class AppendFile {
  readonly path: string;
  readonly #fd: number;
  readonly #created: boolean;
  #pending: Buffer = Buffer.allocUnsafe(4096);
  #waiting = 0;
  #length: number;
  #dirty = false;
  #named = false;
  /** CRC-32 of what is flushed; null while nobody asked for it. */
  #checksum: number | null = null;

  constructor(path: string) {
    this.path = path;
    makeFolder(dirname(path));
    this.#created = !disk.existsSync(path);
    this.#fd = disk.openSync(path, this.#created ? 'wx+' : 'r+', 0o600);
    this.#length = disk.fstatSync(this.#fd).size;
  }

  /** Bytes appended, flushed or not. */
  get length(): number {
    return this.#length + this.#waiting;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Room for `bytes` at the end: write into the returned buffer at `at`, all of it, before anything else happens. */
  reserve(bytes: number): { readonly buffer: Buffer; readonly at: number } {
    if (this.#waiting + bytes > BUFFER_BYTES) this.flush();
    const at = this.#waiting;
    if (at + bytes > this.#pending.length) {
      const larger = Buffer.allocUnsafe(Math.max(at + bytes, this.#pending.length * 2));
      this.#pending.copy(larger, 0, 0, at);
      this.#pending = larger;
    }
    this.#waiting += bytes;
    return { buffer: this.#pending, at };
  }

  append(bytes: Uint8Array): void {
    const { buffer, at } = this.reserve(bytes.length);
    buffer.set(bytes, at);
  }

  flush(): void {
    if (this.#waiting === 0) return;
    const bytes = this.#pending.subarray(0, this.#waiting);
    writeAll(this.#fd, bytes, this.#length);
    if (this.#checksum !== null) this.#checksum = crc32(bytes, this.#checksum);
    this.#length += this.#waiting;
    this.#waiting = 0;
    this.#dirty = true;
  }

  sync(): void {
    this.flush();
    if (this.#dirty) disk.fdatasyncSync(this.#fd);
    this.#dirty = false;
    if (this.#created && !this.#named) syncFolder(dirname(this.path));
    this.#named = true;
  }

  /** Cuts what lies beyond `length`; false when the file is shorter than that. */
  truncate(length: number): boolean {
    this.#waiting = 0;
    if (this.#length < length) return false;
    if (this.#length > length) {
      disk.ftruncateSync(this.#fd, length);
      this.#length = length;
      this.#dirty = true;
      this.#checksum = null;
    }
    return true;
  }

  /** CRC-32 of the whole file; from the first time on kept up with what is appended. */
  checksum(): number {
    this.flush();
    this.#checksum ??= crc32(readExactly(this.#fd, 0, this.#length, this.path));
    return this.#checksum;
  }

  read(start: number, length: number): Buffer {
    this.flush();
    return readExactly(this.#fd, start, length, this.path);
  }

  close(): void {
    disk.closeSync(this.#fd);
  }
}
