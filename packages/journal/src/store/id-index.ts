// Finds entries by id without reading the log. ULIDs rise with time, so each sealed part of 16,384 entries covers a
// narrow range of ids: a lookup compares ranges (kept in memory, 64 bytes a part) and searches the few parts whose range
// fits by bisection. The part being filled is a plain list. Everything here can be rebuilt from the leaves.
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { disk } from '../disk.ts';
import { AppendFile, isMissing, readExactly, replaceFile, withFile } from './durable-file.ts';
import type { IndexMarks, Mark } from './index-marks.ts';
import { idsFolder, PART_ENTRIES } from './layout.ts';

/** Id (26 ASCII), index (6 bytes), instant in milliseconds (6 bytes), 2 spare. */
const ROW_BYTES = 40;
const ID_BYTES = 26;
/** Least and greatest instant of the part (6 bytes each), CRC-32 of all else; then rows sorted by id and index. */
const HEADER_BYTES = 16;
const CHECKSUM_AT = 12;
const SORTED_BYTES = HEADER_BYTES + PART_ENTRIES * ROW_BYTES;
/** Sorted parts that are read whole when the index is opened (a million entries); of older ones only the size is seen. */
const PARTS_CHECKED = 64;

const openPath = (folder: string, part: number): string => join(idsFolder(folder), `${part}.open`);
const sortedPath = (folder: string, part: number): string => join(idsFolder(folder), `${part}.sorted`);

export class IdWriter {
  readonly #folder: string;
  #files: { readonly part: number; readonly file: AppendFile }[] = [];
  #count = 0;
  /** Parts before this one are sorted; null before the first look. */
  #sortedTo: number | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(id: string, at: number): void {
    const file = this.#at(Math.floor(this.#count / PART_ENTRIES));
    const row = file.reserve(ROW_BYTES);
    row.buffer.fill(0, row.at, row.at + ROW_BYTES);
    row.buffer.write(id, row.at, ID_BYTES, 'latin1');
    row.buffer.writeUIntBE(this.#count, row.at + ID_BYTES, 6);
    row.buffer.writeUIntBE(at, row.at + ID_BYTES + 6, 6);
    this.#count += 1;
  }

  flush(): void {
    for (const { file } of this.#files) file.flush();
  }

  sync(): void {
    for (const { file } of this.#files) file.sync();
  }

  marks(): Mark<number>[] {
    return this.#files.map(({ part, file }) => [part, file.length / ROW_BYTES, file.checksum()]);
  }

  /** Back to what was marked, less entries from `count` on; false when a part is not what it was. */
  restore(marks: IndexMarks, count: number): boolean {
    this.close();
    this.#sortedTo = null;
    this.#count = Math.min(marks.size, count);
    const last = Math.floor(this.#count / PART_ENTRIES);
    for (const part of partsOf(this.#folder)) {
      if (part > last) disk.rmSync(openPath(this.#folder, part), { force: true });
    }
    const marked = new Map(marks.ids.map(([part, rows, checksum]) => [part, { rows, checksum }]));
    for (let part = 0; part <= last; part += 1) {
      if (part < last && isSorted(this.#folder, part, part >= last - PARTS_CHECKED)) continue;
      const { rows, checksum } = marked.get(part) ?? { rows: 0, checksum: 0 };
      const file = this.#at(part);
      if (!file.truncate(rows * ROW_BYTES) || file.checksum() !== checksum) return false;
      const wanted = part < last ? PART_ENTRIES : this.#count % PART_ENTRIES;
      if (!file.truncate(wanted * ROW_BYTES)) return false;
    }
    return true;
  }

  /** Sorts every finished part within the first `count` entries. */
  seal(count: number): void {
    const finished = Math.floor(count / PART_ENTRIES);
    if (this.#sortedTo === finished) return;
    for (const part of partsOf(this.#folder)) {
      if (part >= finished) continue;
      for (const { file } of this.#files.filter((entry) => entry.part === part)) file.close();
      this.#files = this.#files.filter((entry) => entry.part !== part);
      sortPart(this.#folder, part);
    }
    this.#sortedTo = finished;
  }

  clear(): void {
    this.close();
    this.#sortedTo = null;
    disk.rmSync(idsFolder(this.#folder), { recursive: true, force: true });
    this.#count = 0;
  }

  close(): void {
    for (const { file } of this.#files) file.close();
    this.#files = [];
  }

  #at(part: number): AppendFile {
    const last = this.#files.at(-1);
    if (last?.part === part) return last.file;
    const file = new AppendFile(openPath(this.#folder, part));
    this.#files.push({ part, file });
    return file;
  }
}

function partsOf(folder: string): number[] {
  if (!disk.existsSync(idsFolder(folder))) return [];
  return disk
    .readdirSync(idsFolder(folder))
    .filter((name) => name.endsWith('.open'))
    .map((name) => Number.parseInt(name, 10));
}

/** Whether the part lies there sorted, and whole. `read`: look at its content too. */
function isSorted(folder: string, part: number, read: boolean): boolean {
  const path = sortedPath(folder, part);
  if (disk.statSync(path, { throwIfNoEntry: false })?.size !== SORTED_BYTES) return false;
  if (!read) return true;
  const bytes = disk.readFileSync(path);
  return bytes.readUInt32BE(CHECKSUM_AT) === checksumOf(bytes);
}

/** Of a sorted part: all of it but the place where the checksum itself stands. */
const checksumOf = (bytes: Buffer): number =>
  crc32(bytes.subarray(CHECKSUM_AT + 4), crc32(bytes.subarray(0, CHECKSUM_AT)));

const indexOf = (row: Buffer): number => row.readUIntBE(ID_BYTES, 6);

function sortPart(folder: string, part: number): void {
  const bytes = withFile(openPath(folder, part), (fd) =>
    readExactly(fd, 0, PART_ENTRIES * ROW_BYTES, openPath(folder, part)),
  );
  // A string per row, which the engine compares by itself: its first 32 characters are id and index, byte for byte.
  const text = bytes.toString('latin1');
  const rows: string[] = [];
  let [earliest, latest] = [Infinity, 0];
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    rows.push(text.slice(at, at + ROW_BYTES));
    const instant = bytes.readUIntBE(at + ID_BYTES + 6, 6);
    earliest = Math.min(earliest, instant);
    latest = Math.max(latest, instant);
  }
  rows.sort();
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUIntBE(earliest, 0, 6);
  header.writeUIntBE(latest, 6, 6);
  const sorted = Buffer.concat([header, Buffer.from(rows.join(''), 'latin1')]);
  sorted.writeUInt32BE(checksumOf(sorted), CHECKSUM_AT);
  replaceFile(sortedPath(folder, part), sorted);
  disk.rmSync(openPath(folder, part));
}

interface PartRange {
  readonly firstId: string;
  readonly lastId: string;
  readonly earliest: number;
  readonly latest: number;
}

export class IdReader {
  readonly #folder: string;
  readonly #ranges = new Map<number, PartRange>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Indexes below `size` of the entries with this id, ascending. */
  find(id: string, size: number): number[] {
    const found: number[] = [];
    for (let part = 0; part * PART_ENTRIES < size; part += 1) {
      const range = this.#range(part);
      if (range === null) found.push(...this.#scan(part, id));
      else if (range.firstId <= id && id <= range.lastId) found.push(...this.#bisect(part, id));
    }
    return found.filter((index) => index < size).sort((a, b) => a - b);
  }

  /** Least and greatest instant of the entries of a part; null while the part is being filled. */
  instants(part: number): { readonly earliest: number; readonly latest: number } | null {
    return this.#range(part);
  }

  #range(part: number): PartRange | null {
    const known = this.#ranges.get(part);
    if (known !== undefined) return known;
    const path = sortedPath(this.#folder, part);
    try {
      const range = withFile(path, (fd) => {
        const head = readExactly(fd, 0, HEADER_BYTES + ID_BYTES, path);
        const lastRow = HEADER_BYTES + (PART_ENTRIES - 1) * ROW_BYTES;
        return {
          firstId: head.toString('latin1', HEADER_BYTES),
          lastId: readExactly(fd, lastRow, ID_BYTES, path).toString('latin1'),
          earliest: head.readUIntBE(0, 6),
          latest: head.readUIntBE(6, 6),
        };
      });
      this.#ranges.set(part, range);
      return range;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  #scan(part: number, id: string): number[] {
    const path = openPath(this.#folder, part);
    try {
      const bytes = withFile(path, (fd) => readWhole(fd, path));
      const found: number[] = [];
      for (let at = bytes.indexOf(id, 0, 'latin1'); at >= 0; at = bytes.indexOf(id, at + 1, 'latin1')) {
        if (at % ROW_BYTES === 0) found.push(indexOf(bytes.subarray(at, at + ROW_BYTES)));
      }
      return found;
    } catch (error) {
      // It was sorted between the look and the reading.
      if (isMissing(error) && this.#range(part) !== null) return this.#bisect(part, id);
      if (isMissing(error)) return [];
      throw error;
    }
  }

  #bisect(part: number, id: string): number[] {
    const path = sortedPath(this.#folder, part);
    return withFile(path, (fd) => {
      const row = (i: number): Buffer => readExactly(fd, HEADER_BYTES + i * ROW_BYTES, ROW_BYTES, path);
      let [lo, hi] = [0, PART_ENTRIES];
      while (lo < hi) {
        const middle = Math.floor((lo + hi) / 2);
        if (row(middle).toString('latin1', 0, ID_BYTES) < id) lo = middle + 1;
        else hi = middle;
      }
      const found: number[] = [];
      for (; lo < PART_ENTRIES; lo += 1) {
        const candidate = row(lo);
        if (candidate.toString('latin1', 0, ID_BYTES) !== id) break;
        found.push(indexOf(candidate));
      }
      return found;
    });
  }
}

function readWhole(fd: number, path: string): Buffer {
  return readExactly(fd, 0, Math.min(disk.fstatSync(fd).size, PART_ENTRIES * ROW_BYTES), path);
}
