// A part in its final form: bundles compressed one by one, behind a table with a checksum for each and one of itself. It is
// put in its place whole, and never changes; only pruning writes one anew, with items emptied.
import { join } from 'node:path';
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { AppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { readExactly, replaceFile, withFile } from './durable-file.ts';
import { BUNDLE_ENTRIES, PART_ENTRIES } from './layout.ts';

export const BUNDLES = PART_ENTRIES / BUNDLE_ENTRIES;
const MAGIC = 0x57427031; // "WBp1"
/** Of a part of records some of which were pruned: their items are empty. */
const MAGIC_EMPTIED = 0x57427032; // "WBp2"
const ROW_BYTES = 16;
const TABLE_BYTES = 8 + BUNDLES * ROW_BYTES + 4;
/** A bundle is decompressed in one piece where that is not much: a buffer a little larger than what it holds. */
const OUTPUT_CHUNK_MOST = 4 * 1024 * 1024;
const OUTPUT_SPARE = 64;

export const sealedPath = (folder: string, part: number): string => join(folder, `${part}.sealed`);

/** A part on its way to its final form, as far as it got; nothing of it is on disk before all of it is. */
export class SealedForm {
  readonly #table = Buffer.alloc(TABLE_BYTES);
  readonly #blocks: Buffer[] = [];
  #offset = TABLE_BYTES;

  /** `emptied`: some of its items are. */
  constructor({ emptied }: { readonly emptied: boolean }) {
    this.#table.writeUInt32BE(emptied ? MAGIC_EMPTIED : MAGIC, 0);
    this.#table.writeUInt32BE(BUNDLES, 4);
  }

  get bundles(): number {
    return this.#blocks.length;
  }

  /** The next bundle. */
  add(raw: Buffer): void {
    const block = zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    const row = 8 + this.#blocks.length * ROW_BYTES;
    this.#table.writeUInt32BE(this.#offset, row);
    this.#table.writeUInt32BE(block.length, row + 4);
    this.#table.writeUInt32BE(raw.length, row + 8);
    this.#table.writeUInt32BE(crc32(block), row + 12);
    this.#offset += block.length;
    this.#blocks.push(block);
  }

  write(folder: string, part: number): void {
    this.#table.writeUInt32BE(crc32(this.#table.subarray(0, TABLE_BYTES - 4)), TABLE_BYTES - 4);
    replaceFile(sealedPath(folder, part), Buffer.concat([this.#table, ...this.#blocks]));
  }
}

/** Whether a sealed part was written by `emptyItems`. */
export const isEmptied = (folder: string, part: number): boolean =>
  withFile(sealedPath(folder, part), (fd) => readExactly(fd, 0, 4, sealedPath(folder, part))).readUInt32BE(0) ===
  MAGIC_EMPTIED;

/** The file of a part that is sealed, which never changes any more; null while it is not. */
export function sealedFile(folder: string, part: number): string | null {
  const path = sealedPath(folder, part);
  return disk.existsSync(path) ? path : null;
}

export interface SealedPart {
  readonly part: number;
  readonly path: string;
  readonly fd: number;
  readonly table: Buffer;
}

/** The caller closes its file. Throws JOURNAL_CORRUPT. */
export function openSealed(folder: string, part: number): SealedPart {
  const path = sealedPath(folder, part);
  const fd = disk.openSync(path, 'r');
  try {
    const table = readExactly(fd, 0, TABLE_BYTES, path);
    const sound =
      [MAGIC, MAGIC_EMPTIED].includes(table.readUInt32BE(0)) &&
      table.readUInt32BE(TABLE_BYTES - 4) === crc32(table.subarray(0, TABLE_BYTES - 4));
    if (!sound) throw new AppError('JOURNAL_CORRUPT', `the table of ${path} was changed`);
    return { part, path, fd, table };
  } catch (error) {
    disk.closeSync(fd);
    throw error;
  }
}

export function readSealed({ path, fd, table }: SealedPart, bundle: number): Buffer {
  const row = 8 + bundle * ROW_BYTES;
  const block = readExactly(fd, table.readUInt32BE(row), table.readUInt32BE(row + 4), path);
  if (crc32(block) !== table.readUInt32BE(row + 12))
    throw new AppError('JOURNAL_CORRUPT', `bundle ${bundle} of ${path} was changed`);
  const length = table.readUInt32BE(row + 8);
  const chunkSize = Math.min(length + OUTPUT_SPARE, OUTPUT_CHUNK_MOST);
  const raw = zstdDecompressSync(block, { maxOutputLength: length, chunkSize });
  if (raw.length !== length)
    throw new AppError('JOURNAL_CORRUPT', `bundle ${bundle} of ${path} has another length than it was sealed with`);
  return raw;
}
