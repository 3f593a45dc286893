// One random key per subject (a person, else a key, else an organisation). Personal content is sealed under it; to
// destroy it is to erase that content. Keys lie in 256 append-only files of 64-byte rows, so that lanes and recorder
// may create the same key at once: every thread appends, reads back, and the first row in the file is the key for all.
// A lookup that misses the bounded cache reads one of the 256 files.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { AppError, isAppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { Prf } from './prf.ts';
import { HANDLE_BYTES, parseSubject, subjectName, type SubjectRef } from './subject-name.ts';
import { isMissing, makeFolder, readExactly, syncFolder, withFile } from '../store/durable-file.ts';

const ROW_BYTES = 64;
const KEY_AT = 28;
const CRC_AT = 60;
const LIVE = 1;
const ERASED = 2;
const CACHED_KEYS = 10_000;
const OPENED_KEYS = 8_000;

export interface SubjectKey extends SubjectRef {
  readonly key: Prf;
  /** UTC milliseconds of the newest erasure; what is older must not be sealed readable. 0: never. */
  readonly erasedAt: number;
}

interface Row {
  readonly position: number;
  readonly handle: Buffer;
  readonly generation: number;
  readonly state: number;
  /** When it was made, or erased. */
  readonly at: number;
  readonly key: Buffer;
}

export class SubjectKeys {
  readonly #folder: string;
  readonly #salts: Prf;
  readonly #durable: boolean;
  readonly #cached: number;
  readonly #cache = new Map<string, SubjectKey>();
  /** Keys that opened something, by `subjectName`, for whoever reads one entry after another. */
  readonly #opened = new Map<string, { readonly key: Prf; readonly state: string; seen: number }>();
  readonly #unsynced = new Set<string>();
  #erasures = 0;
  #looks = 0;

  /** `durable`: a new key is synced before it is used. `cached`: keys kept in memory. */
  constructor(folder: string, salts: Prf, durable: boolean, cached = CACHED_KEYS) {
    this.#cached = cached;
    this.#folder = folder;
    this.#salts = salts;
    this.#durable = durable;
    makeFolder(folder);
    this.#erasures = this.#erasureCount();
  }

  /** The subject's key now; made when there is none, or when the last was erased. */
  get(subject: string, now: number): SubjectKey {
    const known = this.#cache.get(subject);
    if (known !== undefined) return known;
    const handle = this.handle(subject);
    this.#unsynced.add(this.#path(handle));
    const rows = this.#rows(handle);
    const found = newestKey(handle, rows) ?? this.#create(handle, rows, now);
    if (this.#cache.size >= this.#cached) this.#cache.delete(this.#cache.keys().next().value ?? '');
    this.#cache.set(subject, found);
    return found;
  }

  /** Makes the key that a subject has by now, if any, survive what `sync` is called for: digests were made under it. */
  keep(subject: string): void {
    // One that is at hand was marked when it was taken.
    if (!this.#cache.has(subject)) this.#unsynced.add(this.#path(this.handle(subject)));
  }

  /**
   * The key that sealed something. Throws SUBJECT_ERASED when it was destroyed. `look`: whoever opens many in a row hands
   * in one `look()` for all of them, and then a key that was good at its first use since stays good until the next.
   */
  find(ref: SubjectRef, look = this.look()): Prf {
    return this.#findNamed(subjectName(ref.handle, 0, ref.generation), () => ref, look);
  }

  /** As `find`, by `subjectName`; null when its key was destroyed. */
  findNamed(name: string, look: number): Prf | null {
    try {
      return this.#findNamed(name, () => parseSubject(name), look);
    } catch (error) {
      if (isAppError(error) && error.code === 'SUBJECT_ERASED') return null;
      throw error;
    }
  }

  #findNamed(name: string, refOf: () => SubjectRef, look: number): Prf {
    const known = this.#opened.get(name);
    if (known?.seen === look) return known.key;
    const ref = refOf();
    const state = this.#stateOf(this.#path(ref.handle));
    // A key is erased in its file, and a notice given: one that is at hand is good while both stand as they stood.
    if (known !== undefined && known.state === state) {
      known.seen = look;
      return known.key;
    }
    this.#opened.delete(name);
    const key = this.#find(ref);
    if (this.#opened.size >= OPENED_KEYS) this.#opened.delete(this.#opened.keys().next().value ?? '');
    this.#opened.set(name, { key, state, seen: look });
    return key;
  }

  /** A number for a moment: see `find`. */
  look(): number {
    this.#looks += 1;
    return this.#looks;
  }

  /** Whether the key was destroyed. */
  isErased(ref: SubjectRef): boolean {
    try {
      this.find(ref);
      return false;
    } catch (error) {
      if (isAppError(error) && error.code === 'SUBJECT_ERASED') return true;
      throw error;
    }
  }

  #find(ref: SubjectRef): Prf {
    const row = this.#rows(ref.handle).find((candidate) => candidate.generation === ref.generation);
    if (row === undefined) {
      throw new AppError('VAULT_UNREADABLE', 'the vault does not hold the key of this personal content', {
        next: 'restore the vault that belongs to this journal',
      });
    }
    if (row.state === ERASED) {
      throw new AppError('SUBJECT_ERASED', `the personal part was erased on ${new Date(row.at).toISOString()}`);
    }
    return new Prf(row.key);
  }

  /** Destroys every key the subject has had. Returns how many were live. */
  erase(subject: string, at: number): number {
    const handle = this.handle(subject);
    const path = this.#path(handle);
    const rows = this.#rows(handle);
    const live = rows.filter((row) => row.state === LIVE).length;
    if (live === 0)
      appendRow(
        path,
        encodeRow({ handle, generation: newestGeneration(rows) + 1, state: ERASED, at, key: Buffer.alloc(32) }),
      );
    const fd = disk.openSync(path, 'r+');
    try {
      for (const row of rows.filter((candidate) => candidate.state === LIVE)) {
        disk.writeSync(fd, encodeRow({ ...row, state: ERASED, at, key: Buffer.alloc(32) }), 0, ROW_BYTES, row.position);
      }
      disk.fdatasyncSync(fd);
    } finally {
      disk.closeSync(fd);
    }
    appendRow(this.#noticePath(), Buffer.concat([handle, Buffer.alloc(ROW_BYTES - HANDLE_BYTES)]));
    // Of a subject without a key the row is the first in its file.
    syncFolder(this.#folder);
    this.refresh();
    return live;
  }

  /** UTC milliseconds of the subject's newest erasure, by any thread or process; 0: never. Makes no key. */
  erasedAt(subject: string): number {
    this.refresh();
    return this.#cache.get(subject)?.erasedAt ?? lastErasure(this.#rows(this.handle(subject)));
  }

  /** Forgets cached keys when any thread or process has erased one since. Cheap: one `stat`. */
  refresh(): void {
    const count = this.#erasureCount();
    if (count === this.#erasures) return;
    this.#erasures = count;
    this.#cache.clear();
  }

  /** Makes every key seen since the last call survive a loss of power. */
  sync(): void {
    for (const path of this.#unsynced) if (disk.existsSync(path)) syncFile(path);
    if (this.#unsynced.size > 0) syncFolder(this.#folder);
    this.#unsynced.clear();
  }

  /**
   * Cuts rows that a loss of power left half written, and makes those stay that a killed process wrote and did not live to
   * sync: they are read, and used, like any other. Only at start, before any other thread opens the vault.
   */
  repair(): void {
    for (const name of disk.readdirSync(this.#folder)) {
      const fd = disk.openSync(join(this.#folder, name), 'r+');
      const { size } = disk.fstatSync(fd);
      if (size % ROW_BYTES !== 0) disk.ftruncateSync(fd, size - (size % ROW_BYTES));
      disk.fdatasyncSync(fd);
      disk.closeSync(fd);
    }
  }

  handle(subject: string): Buffer {
    return this.#salts.expand(`subject\n${subject}`).subarray(0, HANDLE_BYTES);
  }

  /** `seen`: the rows that had no live key; whoever else saw them now makes a key of the same generation. */
  #create(handle: Buffer, seen: readonly Row[], now: number): SubjectKey {
    const path = this.#path(handle);
    const isNew = !disk.existsSync(path);
    appendRow(
      path,
      encodeRow({ handle, generation: newestGeneration(seen) + 1, state: LIVE, at: now, key: randomBytes(32) }),
    );
    if (this.#durable) syncFile(path);
    if (this.#durable && isNew) syncFolder(this.#folder);
    const settled = newestKey(handle, this.#rows(handle));
    if (settled === null) throw new AppError('VAULT_UNREADABLE', `a key written to ${path} cannot be read back`);
    return settled;
  }

  #stateOf(path: string): string {
    const file = disk.statSync(path, { throwIfNoEntry: false });
    return `${file?.ino} ${file?.size} ${file?.mtimeMs} ${this.#erasureCount()}`;
  }

  /** Rows of a handle; of several with one generation the first alone counts. */
  #rows(handle: Buffer): Row[] {
    const rows: Row[] = [];
    for (const row of readRows(this.#path(handle))) {
      if (row.handle.equals(handle) && !rows.some((earlier) => earlier.generation === row.generation)) rows.push(row);
    }
    return rows;
  }

  #path(handle: Buffer): string {
    return join(this.#folder, handle.toString('hex', 0, 1));
  }

  #noticePath(): string {
    return join(this.#folder, 'erasures');
  }

  #erasureCount(): number {
    return disk.statSync(this.#noticePath(), { throwIfNoEntry: false })?.size ?? 0;
  }
}

const newestGeneration = (rows: readonly Row[]): number =>
  rows.reduce((most, row) => Math.max(most, row.generation), 0);

/** Null when there is none, or the newest was erased. */
function newestKey(handle: Buffer, rows: readonly Row[]): SubjectKey | null {
  const generation = newestGeneration(rows);
  const newest = rows.find((row) => row.generation === generation);
  if (newest === undefined || newest.state === ERASED) return null;
  return { handle, generation, key: new Prf(newest.key), erasedAt: lastErasure(rows) };
}

const lastErasure = (rows: readonly Row[]): number =>
  rows.reduce((latest, row) => (row.state === ERASED ? Math.max(latest, row.at) : latest), 0);

function encodeRow(row: Omit<Row, 'position'>): Buffer {
  const bytes = Buffer.alloc(ROW_BYTES);
  row.handle.copy(bytes, 0);
  bytes.writeUInt32BE(row.generation, 16);
  bytes.writeUInt8(row.state, 20);
  bytes.writeUIntBE(row.at, 21, 6);
  row.key.copy(bytes, KEY_AT);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  return bytes;
}

function readRows(path: string): Row[] {
  let bytes: Buffer;
  try {
    bytes = withFile(path, (fd) =>
      readExactly(fd, 0, Math.floor(disk.fstatSync(fd).size / ROW_BYTES) * ROW_BYTES, path),
    );
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const rows: Row[] = [];
  for (let position = 0; position < bytes.length; position += ROW_BYTES) {
    const row = bytes.subarray(position, position + ROW_BYTES);
    if (row.readUInt32BE(CRC_AT) !== crc32(row.subarray(0, CRC_AT))) continue;
    rows.push({
      position,
      handle: row.subarray(0, HANDLE_BYTES),
      generation: row.readUInt32BE(16),
      state: row.readUInt8(20),
      at: row.readUIntBE(21, 6),
      key: row.subarray(KEY_AT, KEY_AT + 32),
    });
  }
  return rows;
}

/** Whole rows of a file of keys or of erasures, and whether each is what its checksum says. */
export function soundRows(file: Buffer): { readonly bytes: Buffer; readonly sound: boolean } {
  const bytes = file.subarray(0, file.length - (file.length % ROW_BYTES));
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    const row = bytes.subarray(at, at + ROW_BYTES);
    // The row of an erasure is a handle and zeros, without a checksum.
    const bare = row.subarray(HANDLE_BYTES).every((byte) => byte === 0);
    if (!bare && row.readUInt32BE(CRC_AT) !== crc32(row.subarray(0, CRC_AT))) return { bytes, sound: false };
  }
  return { bytes, sound: true };
}

function syncFile(path: string): void {
  const fd = disk.openSync(path, 'r+');
  try {
    disk.fdatasyncSync(fd);
  } finally {
    disk.closeSync(fd);
  }
}

/** One `write` on a file opened for appending: the kernel gives concurrent writers an order. */
function appendRow(path: string, row: Buffer): void {
  const fd = disk.openSync(path, 'a', 0o600);
  try {
    disk.writeSync(fd, row, 0, row.length, null);
  } finally {
    disk.closeSync(fd);
  }
}
