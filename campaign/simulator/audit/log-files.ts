// The auditor's own reading of a log's files: leaves and records behind their lengths, in the part that is being filled
// or in sealed ones. Written from docs/decisions/0008 and the formats, not from the product's code.
import { crc32, zstdDecompressSync } from 'node:zlib';

const PART_ENTRIES = 16_384;
const BUNDLES = 64;

export type Files = ReadonlyMap<string, Buffer>;

/** What a leaf says, as far as the auditor looks. */
export interface LeafText {
  readonly at: number;
  readonly by: {
    readonly build: string;
    readonly epoch: number;
    readonly lane: number;
    readonly node: string;
    readonly seq: number;
  };
  readonly groups: Readonly<Record<string, string>>;
  readonly id: string;
  readonly kind: string;
}

/** The first `count` items of a folder of parts. Fewer where there are fewer, or where they cannot be read. */
export function itemsOf(files: Files, folder: string, prefix: 2 | 4, count: number): Buffer[] {
  const items: Buffer[] = [];
  for (let part = 0; items.length < count; part += 1) {
    const before = items.length;
    const sealed = files.get(`${folder}/${part}.sealed`);
    const bytes = sealed === undefined ? files.get(`${folder}/${part}.open`) : unseal(sealed);
    if (bytes === undefined) break;
    take(bytes, prefix, items, Math.min(count, (part + 1) * PART_ENTRIES));
    if (items.length === before) break;
  }
  return items;
}

function take(bytes: Buffer, prefix: 2 | 4, items: Buffer[], most: number): void {
  for (let at = 0; items.length < most && at + prefix <= bytes.length;) {
    const end = at + prefix + bytes.readUIntBE(at, prefix);
    if (end > bytes.length) return;
    items.push(bytes.subarray(at + prefix, end));
    at = end;
  }
}

/** Magic, number of bundles, per bundle offset, length, length before compression and CRC-32; then the bundles. */
function unseal(sealed: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let bundle = 0; bundle < BUNDLES; bundle += 1) {
    const row = 8 + 16 * bundle;
    const start = sealed.readUInt32BE(row);
    const block = sealed.subarray(start, start + sealed.readUInt32BE(row + 4));
    if (crc32(block) !== sealed.readUInt32BE(row + 12)) break;
    blocks.push(zstdDecompressSync(block));
  }
  return Buffer.concat(blocks);
}

export const leavesOf = (files: Files, count: number): Buffer[] => itemsOf(files, '/journal/log/entries', 2, count);
export const recordsOf = (files: Files, count: number): Buffer[] => itemsOf(files, '/journal/records', 4, count);

export interface Head {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
}

/** What a checkpoint's text says; null when it is not one. */
export function headOf(note: string | undefined): Head | null {
  const [origin = '', size = '', root = ''] = (note ?? '').split('\n');
  return /^\d+$/.test(size) ? { origin, size: Number(size), root } : null;
}

/** Null when these bytes are no leaf. */
export function readLeaf(bytes: Buffer): LeafText | null {
  try {
    return JSON.parse(bytes.toString('utf8')) as LeafText;
  } catch {
    return null;
  }
}

/** `kind id` of every entry that this checkpoint covers. */
export function appendedIds(files: Files, note: string | undefined): Set<string> {
  const leaves = leavesOf(files, headOf(note)?.size ?? 0);
  return new Set(leaves.map(readLeaf).map((leaf) => `${leaf?.kind} ${leaf?.id}`));
}

/** A record: version, flags, then commercial, personal and public, as the flags say. */
export interface RecordGroups {
  readonly commercial?: { readonly salt: Buffer; readonly text: Buffer };
  readonly public?: { readonly salt: Buffer; readonly text: Buffer };
  readonly personal?: {
    readonly handle: Buffer;
    readonly generation: number;
    readonly tag: Buffer;
    readonly sealed: Buffer;
  };
}

export function groupsOf(record: Buffer): RecordGroups {
  const flags = record[1] ?? 0;
  let at = 2;
  const plain = (): { salt: Buffer; text: Buffer } => {
    const length = record.readUInt32BE(at);
    const salt = record.subarray(at + 4, at + 20);
    const text = record.subarray(at + 20, at + 20 + length);
    at += 20 + length;
    return { salt, text };
  };
  const commercial = (flags & 1) === 0 ? undefined : plain();
  let personal: RecordGroups['personal'];
  if ((flags & 2) !== 0) {
    const length = record.readUInt32BE(at + 36);
    personal = {
      handle: record.subarray(at, at + 16),
      generation: record.readUInt32BE(at + 16),
      tag: record.subarray(at + 20, at + 36),
      sealed: record.subarray(at + 40, at + 40 + length),
    };
    at += 40 + length;
  }
  const open = (flags & 4) === 0 ? undefined : plain();
  return {
    ...(commercial === undefined ? {} : { commercial }),
    ...(open === undefined ? {} : { public: open }),
    ...(personal === undefined ? {} : { personal }),
  };
}
