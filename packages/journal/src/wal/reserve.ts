// The reserve: a file of real zeros, written and synced while there was room, so that the receipts of calls in flight
// can still be kept when the disk is full. It is overwritten in place, which needs no new space. Its content is copied
// to a proper segment as soon as the disk takes one, or read by recovery.
import { join } from 'node:path';
import { disk } from '../disk.ts';
import { isMissing, syncFolder, writeAll } from '../store/durable-file.ts';
import { walFolder } from '../store/layout.ts';
import { decodeSegmentHeader, encodeSegmentHeader, type SegmentHeader } from './frame.ts';

const HEADER_SPACE = 4096;

export const reservePath = (folder: string, lane: number): string => join(walFolder(folder), `${lane}.reserve`);

interface TakenBatch {
  readonly firstSeq: number;
  readonly count: number;
  readonly durable: boolean;
}

export class Reserve {
  readonly #fd: number;
  readonly #bytes: number;
  readonly #header: Omit<SegmentHeader, 'start'>;
  #used = 0;
  #start = 0;
  /** Entries below this number precede what is taken next. */
  #next = 0;
  /** Takes nothing until `reset`: a batch did not fit, or a sync failed and nobody knows what of it reached the disk. */
  #shut = false;

  /** Lays out `bytes` of zeros; throws what the file system throws when there is no room. */
  constructor(folder: string, header: Omit<SegmentHeader, 'start'>, bytes: number) {
    keepContent(folder, header.lane);
    this.#fd = disk.openSync(reservePath(folder, header.lane), 'w+', 0o600);
    this.#bytes = bytes;
    this.#header = header;
    const zeros = Buffer.alloc(Math.min(bytes, 256 * 1024));
    for (let at = 0; at < bytes; at += zeros.length)
      writeAll(this.#fd, zeros.subarray(0, Math.min(zeros.length, bytes - at)), at);
    disk.fdatasyncSync(this.#fd);
    syncFolder(walFolder(folder));
  }

  get empty(): boolean {
    return this.#used === 0;
  }

  /**
   * Takes a finished batch; false, and nothing taken, when it does not fit, and from then on until `reset`; or when a later
   * one was taken before: whoever reads in order would pass over it. Throws what the file system throws; after a sync that
   * failed it takes nothing either: no later sync writes what that one dropped, and that may be the header.
   */
  take(batch: Buffer, { firstSeq, count, durable }: TakenBatch): boolean {
    if (this.#used > 0 && firstSeq < this.#next) return false;
    this.#shut ||= HEADER_SPACE + this.#used + batch.length > this.#bytes;
    if (this.#shut) return false;
    if (this.#used === 0) {
      this.#start = firstSeq;
      writeAll(this.#fd, batch, HEADER_SPACE);
      writeAll(this.#fd, headerBlock({ ...this.#header, start: firstSeq }), 0);
    } else {
      writeAll(this.#fd, batch, HEADER_SPACE + this.#used);
    }
    this.#used += batch.length;
    this.#next = firstSeq + count;
    if (durable) this.#sync();
    return true;
  }

  /** What it holds: sequence number of the first entry, and a way to read the batches. */
  content(): { readonly start: number; readonly bytes: number } {
    return { start: this.#start, bytes: this.#used };
  }

  get fd(): number {
    return this.#fd;
  }

  get contentStart(): number {
    return HEADER_SPACE;
  }

  /** Back to zeros, once the content lies in a segment: from then on it is content no more, also where this fails. */
  reset(): void {
    const end = HEADER_SPACE + this.#used;
    this.#used = 0;
    this.#shut = false;
    const zeros = Buffer.alloc(Math.min(end, 256 * 1024));
    for (let at = 0; at < end; at += zeros.length) {
      writeAll(this.#fd, zeros.subarray(0, Math.min(zeros.length, this.#bytes - at)), at);
    }
    disk.fdatasyncSync(this.#fd);
  }

  close(): void {
    disk.closeSync(this.#fd);
  }

  #sync(): void {
    try {
      disk.fdatasyncSync(this.#fd);
    } catch (error) {
      this.#shut = true;
      throw error;
    }
  }
}

/**
 * What an earlier process left in a lane's reserve is put aside for the recorder, not overwritten. With `before`, only
 * when it is of an earlier epoch than that.
 */
export function keepContent(folder: string, lane: number, before = Infinity): void {
  const path = reservePath(folder, lane);
  try {
    const decoded = decodeSegmentHeader(disk.readFileSync(path).subarray(0, HEADER_SPACE));
    if (decoded !== null && decoded.header.epoch >= before) return;
    if (decoded === null) return before === Infinity ? disk.rmSync(path) : undefined;
    disk.renameSync(path, keptPath(folder, decoded.header));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

const keptPath = (folder: string, header: SegmentHeader): string =>
  join(walFolder(folder), `${header.lane}-${header.epoch}-0.kept`);

/** The segment header, padded so that batches start at a fixed place. */
function headerBlock(header: SegmentHeader): Buffer {
  const block = Buffer.alloc(HEADER_SPACE);
  encodeSegmentHeader(header).copy(block);
  return block;
}

/** Offset of the first batch in a reserve file. */
export const RESERVE_CONTENT_AT: number = HEADER_SPACE;
