// Variable-length items in parts of 16,384: leaves (bundles of the log) and records (what lies beside them). The part
// being filled is a plain file with a list of end offsets; a finished and sealed one is compressed bundle by bundle
// behind a table with checksums, and never changes again.
import { join } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { AppendFile, isMissing, readExactly, withFile } from './durable-file.ts';
import { BUNDLE_ENTRIES, PART_ENTRIES } from './layout.ts';
import { BUNDLES, openSealed, readSealed, SealedForm, sealedPath, type SealedPart } from './sealed-part.ts';

const OFFSET_BYTES = 8;

const openPath = (folder: string, part: number): string => join(folder, `${part}.open`);
const endsPath = (folder: string, part: number): string => join(folder, `${part}.ends`);

/** Bytes before each item that hold its length, big-endian: 2 as in tlog-tiles, or 4. */
export type PrefixBytes = 2 | 4;

interface OpenPart {
  readonly part: number;
  readonly data: AppendFile;
  readonly ends: AppendFile;
}

export class PartWriter {
  readonly #folder: string;
  readonly #prefix: PrefixBytes;
  #current: OpenPart | null = null;
  #earlier: OpenPart[] = [];
  #count = 0;
  /** A finished part that is being compressed. */
  #sealing: Sealing | null = null;
  /** Parts before this one are sealed; null before the first look. */
  #sealedTo: number | null = null;

  constructor(folder: string, prefix: PrefixBytes) {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  append(item: Uint8Array): void {
    const part = Math.floor(this.#count / PART_ENTRIES);
    if (this.#current?.part !== part) this.#roll(part);
    const { data, ends } = this.#current as OpenPart;
    const { buffer, at } = data.reserve(this.#prefix + item.length);
    buffer.writeUIntBE(item.length, at, this.#prefix);
    buffer.set(item, at + this.#prefix);
    const end = ends.reserve(OFFSET_BYTES);
    end.buffer.writeUInt16BE(0, end.at);
    end.buffer.writeUIntBE(data.length, end.at + 2, 6);
    this.#count += 1;
  }

  flush(): void {
    for (const { data, ends } of this.#all()) {
      data.flush();
      ends.flush();
    }
  }

  sync(): void {
    for (const { data, ends } of this.#all()) {
      data.sync();
      ends.sync();
    }
    for (const part of this.#earlier) closePart(part);
    this.#earlier = [];
  }

  /** Cuts everything beyond the first `count` items. Throws JOURNAL_ROLLED_BACK when there are fewer. */
  truncate(count: number): void {
    for (const part of this.#all()) closePart(part);
    this.#earlier = [];
    this.#current = null;
    this.#sealing = null;
    this.#sealedTo = null;
    this.#count = count;
    const last = Math.floor(count / PART_ENTRIES);
    for (const part of openParts(this.#folder)) {
      if (part > last) dropOpen(this.#folder, part);
    }
    const within = count % PART_ENTRIES;
    if (within === 0) {
      dropOpen(this.#folder, last);
      return this.#check(last - 1);
    }
    this.#roll(last);
    const { data, ends } = this.#all()[0] as OpenPart;
    const fits =
      ends.truncate(within * OFFSET_BYTES) &&
      data.truncate(endOf(ends.read((within - 1) * OFFSET_BYTES, OFFSET_BYTES)));
    if (!fits)
      throw new AppError(
        'JOURNAL_ROLLED_BACK',
        `${this.#folder} holds fewer than the ${count} entries that were signed`,
      );
  }

  /**
   * Compresses finished parts that lie wholly within the first `count` items (which are durable), `most` bundles of them at
   * most; returns how many more it could have.
   */
  seal(count: number, most = Infinity): number {
    const finished = Math.floor(count / PART_ENTRIES);
    if (this.#current !== null && this.#current.part < finished) {
      closePart(this.#current);
      this.#current = null;
    }
    // Nothing is looked up where nothing has come to its end since.
    if (this.#sealing === null && this.#sealedTo === finished) return most;
    let left = most;
    for (const part of openParts(this.#folder).filter((open) => open < finished)) {
      this.#sealing = this.#sealing?.part === part ? this.#sealing : new Sealing(this.#folder, part);
      left -= this.#sealing.go(left);
      if (!this.#sealing.done) return 0;
      this.#sealing = null;
    }
    this.#sealedTo = finished;
    return left;
  }

  close(): void {
    for (const part of this.#all()) closePart(part);
    this.#current = null;
    this.#earlier = [];
  }

  #check(part: number): void {
    if (part < 0 || disk.existsSync(sealedPath(this.#folder, part))) return;
    const whole =
      disk.existsSync(endsPath(this.#folder, part)) &&
      (disk.statSync(endsPath(this.#folder, part), { throwIfNoEntry: false })?.size ?? 0) >=
        PART_ENTRIES * OFFSET_BYTES;
    if (!whole)
      throw new AppError('JOURNAL_ROLLED_BACK', `${openPath(this.#folder, part)} is shorter than the signed log needs`);
  }

  #roll(part: number): void {
    if (this.#current !== null) this.#earlier.push(this.#current);
    const data = new AppendFile(openPath(this.#folder, part));
    this.#current = { part, data, ends: new AppendFile(endsPath(this.#folder, part)) };
  }

  #all(): OpenPart[] {
    return this.#current === null ? this.#earlier : [...this.#earlier, this.#current];
  }
}

const closePart = ({ data, ends }: OpenPart): void => {
  data.close();
  ends.close();
};

const endOf = (bytes: Buffer): number => bytes.readUIntBE(2, 6);

function openParts(folder: string): number[] {
  if (!disk.existsSync(folder)) return [];
  return disk
    .readdirSync(folder)
    .filter((name) => name.endsWith('.open'))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
}

function dropOpen(folder: string, part: number): void {
  disk.rmSync(openPath(folder, part), { force: true });
  disk.rmSync(endsPath(folder, part), { force: true });
}

/** Seals a finished part bundle by bundle: all at once would keep its writer for as long as a second or two. */
class Sealing {
  readonly part: number;
  done = false;
  readonly #folder: string;
  readonly #form = new SealedForm({ emptied: false });

  constructor(folder: string, part: number) {
    this.#folder = folder;
    this.part = part;
  }

  /** Compresses `most` bundles at most, and puts the part in its place with the last; returns how many. */
  go(most: number): number {
    const from = this.#form.bundles;
    while (this.#form.bundles < BUNDLES && this.#form.bundles - from < most)
      this.#form.add(readOpen(this.#folder, this.part, this.#form.bundles * BUNDLE_ENTRIES, BUNDLE_ENTRIES));
    if (this.#form.bundles === BUNDLES) {
      this.#form.write(this.#folder, this.part);
      dropOpen(this.#folder, this.part);
      this.done = true;
    }
    return this.#form.bundles - from;
  }
}

/** Writes a sealed part of records anew, with those emptied whose leaf is chosen; the rest stays byte for byte. */
export function emptyItems(records: string, leaves: string, part: number, chosen: (leaf: Buffer) => boolean): void {
  const form = new SealedForm({ emptied: true });
  for (let bundle = part * BUNDLES; bundle < (part + 1) * BUNDLES; bundle += 1) {
    const beside = readBundle(leaves, 2, bundle, BUNDLE_ENTRIES);
    const bytes = readBundle(records, 4, bundle, BUNDLE_ENTRIES);
    const kept: Buffer[] = [];
    for (let at = 0, leafAt = 0; at < bytes.length;) {
      const next = nextItem(bytes, 4, at);
      const leafNext = nextItem(beside, 2, leafAt);
      kept.push(chosen(beside.subarray(leafAt + 2, leafNext)) ? Buffer.alloc(4) : bytes.subarray(at, next));
      at = next;
      leafAt = leafNext;
    }
    form.add(Buffer.concat(kept));
  }
  form.write(records, part);
}

/** The list of ends that belongs to a bundle of a part that is being filled, and begins at byte `start` of it. */
export function endsOf(bundle: Buffer, prefix: PrefixBytes, start: number): Buffer {
  const ends: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    at = nextItem(bundle, prefix, at);
    const end = Buffer.alloc(OFFSET_BYTES);
    end.writeUIntBE(start + at, 2, 6);
    ends.push(end);
  }
  return Buffer.concat(ends);
}

/** Items [first, first + count) of a part that is being filled, with their length prefixes. */
function readOpen(folder: string, part: number, first: number, count: number): Buffer {
  const path = endsPath(folder, part);
  const ends = withFile(path, (fd) => {
    const from = Math.max(0, first - 1);
    return readExactly(fd, from * OFFSET_BYTES, (first + count - from) * OFFSET_BYTES, path);
  });
  const start = first === 0 ? 0 : endOf(ends);
  const end = endOf(ends.subarray(ends.length - OFFSET_BYTES));
  return withFile(openPath(folder, part), (fd) => readExactly(fd, start, end - start, openPath(folder, part)));
}

/** Reads bundle after bundle: the sealed part that was read last stays open, since it never changes. */
export class BundleReader {
  readonly #folder: string;
  readonly #prefix: PrefixBytes;
  #open: SealedPart | null = null;

  constructor(folder: string, prefix: PrefixBytes) {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  /** As `readBundle`. */
  read(bundle: number, width: number): Buffer {
    const part = Math.floor(bundle / BUNDLES);
    if (this.#open?.part !== part) {
      this.close();
      if (disk.existsSync(sealedPath(this.#folder, part))) this.#open = openSealed(this.#folder, part);
    }
    if (this.#open === null) return readBundle(this.#folder, this.#prefix, bundle, width);
    return firstItems(readSealed(this.#open, bundle % BUNDLES), this.#prefix, width);
  }

  close(): void {
    if (this.#open !== null) disk.closeSync(this.#open.fd);
    this.#open = null;
  }
}

/**
 * The first `width` items of a bundle of 256, with their length prefixes. Throws JOURNAL_CORRUPT when they are not
 * there or not as sealed. The caller asks only within the sealed size.
 */
export function readBundle(folder: string, prefix: PrefixBytes, bundle: number, width: number): Buffer {
  const part = Math.floor(bundle / BUNDLES);
  const within = bundle % BUNDLES;
  for (const attempt of ['sealed', 'open', 'sealed again']) {
    try {
      if (attempt === 'open') return readOpen(folder, part, within * BUNDLE_ENTRIES, width);
      const sealed = openSealed(folder, part);
      try {
        return firstItems(readSealed(sealed, within), prefix, width);
      } finally {
        disk.closeSync(sealed.fd);
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new AppError('JOURNAL_CORRUPT', `part ${part} of ${folder} is missing`);
}

/**
 * Throws JOURNAL_CORRUPT unless the list of ends agrees with the lengths within the bundle, where there is such a list
 * (a sealed part has none).
 */
export function checkEnds(folder: string, prefix: PrefixBytes, bundle: number, bytes: Buffer): void {
  const part = Math.floor(bundle / BUNDLES);
  const first = (bundle % BUNDLES) * BUNDLE_ENTRIES;
  const path = endsPath(folder, part);
  if (!disk.existsSync(path)) return;
  const rows = Math.min(
    first + BUNDLE_ENTRIES,
    Math.floor((disk.statSync(path, { throwIfNoEntry: false })?.size ?? 0) / OFFSET_BYTES),
  );
  const ends = withFile(path, (fd) => readExactly(fd, 0, rows * OFFSET_BYTES, path));
  const start = first === 0 ? 0n : ends.readBigUInt64BE((first - 1) * OFFSET_BYTES);
  for (let at = 0, item = first; at < bytes.length; item += 1) {
    at = nextItem(bytes, prefix, at);
    if (ends.readBigUInt64BE(item * OFFSET_BYTES) !== start + BigInt(at)) {
      throw new AppError('JOURNAL_CORRUPT', `${path} was changed at item ${item}`);
    }
  }
}

/** One item, without its prefix. */
export function readItem(folder: string, prefix: PrefixBytes, index: number): Buffer {
  const part = Math.floor(index / PART_ENTRIES);
  try {
    return readOpen(folder, part, index % PART_ENTRIES, 1).subarray(prefix);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const bundle = readBundle(folder, prefix, Math.floor(index / BUNDLE_ENTRIES), BUNDLE_ENTRIES);
  const start = endOfItem(bundle, prefix, index % BUNDLE_ENTRIES);
  return bundle.subarray(start + prefix, endOfItem(bundle, prefix, (index % BUNDLE_ENTRIES) + 1));
}

const firstItems = (bundle: Buffer, prefix: PrefixBytes, width: number): Buffer =>
  width === BUNDLE_ENTRIES ? bundle : bundle.subarray(0, endOfItem(bundle, prefix, width));

/** Offset after the first `count` items. */
function endOfItem(bundle: Buffer, prefix: PrefixBytes, count: number): number {
  let at = 0;
  for (let i = 0; i < count; i += 1) at = nextItem(bundle, prefix, at);
  return at;
}

/** Offset of the item after the one at `at`. Throws JOURNAL_CORRUPT when it would lie beyond the end. */
export function nextItem(bundle: Buffer, prefix: PrefixBytes, at: number): number {
  const next = at + prefix <= bundle.length ? at + prefix + bundle.readUIntBE(at, prefix) : Infinity;
  if (next > bundle.length) throw new AppError('JOURNAL_CORRUPT', 'an entry runs beyond the end of its bundle');
  return next;
}
