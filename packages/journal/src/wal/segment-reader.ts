// Reads one write-ahead file from where it was left. The writer may be at work on it: what is not wholly there yet is
// looked at again later. Whether bytes that are no batch are a torn tail or damage is decided by what follows them.
import { disk } from '../disk.ts';
import { readExactly, writeAll } from '../store/durable-file.ts';
import { decodeSegmentHeader, laterBatches, lookAtBatch, type LaterBatches, type SegmentHeader } from './frame.ts';
import { RESERVE_CONTENT_AT } from './reserve.ts';

const CHUNK_BYTES = 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * `end`: nothing more for now. `torn`: bytes at the end that are no batch. `damaged`: such bytes before a sound batch, and
 * everything below entry `durable` was promised to stay.
 */
export type Taken =
  | { readonly state: 'batch'; readonly batch: Buffer }
  | { readonly state: 'end' | 'torn' }
  | { readonly state: 'damaged'; readonly durable: number };

export interface ReaderOptions {
  /** What was taken is to survive a loss of power, once `sync` returns. */
  readonly syncs: boolean;
  /**
   * Paths of files of which a sync has failed, or may have: what is seen of them may never be written, and no later sync
   * says so. It outlives the readers.
   */
  readonly unsure: Set<string>;
  /** Batches that were taken are about to be overwritten: what is still wanted of them has to be copied now. */
  readonly willRead?: () => void;
}

export class SegmentReader {
  readonly path: string;
  /** From the file's name; the header repeats them. */
  readonly lane: number;
  readonly epoch: number;
  /** Place in the order of its lane and epoch; what was kept in reserve comes last. */
  readonly order: number;
  header: SegmentHeader | null = null;
  readonly #fd: number;
  readonly #unsure: Set<string>;
  readonly #reserve: boolean;
  #offset = 0;
  /** What stands behind the damage that was met last. */
  #later: LaterBatches | null = null;
  /** Up to where the file was synced from here. */
  #synced = 0;
  #chunk: Buffer = NOTHING;
  /** What chunks are read into, one after the other: memory of their own for each would keep the collector at work. */
  #room: Buffer = NOTHING;
  readonly #willRead: () => void;

  constructor(
    path: string,
    name: { readonly lane: number; readonly epoch: number; readonly number: number; readonly reserve: boolean },
    { syncs, unsure, willRead = () => undefined }: ReaderOptions = { syncs: false, unsure: new Set() },
  ) {
    this.#willRead = willRead;
    this.#unsure = unsure;
    this.path = path;
    this.lane = name.lane;
    this.epoch = name.epoch;
    this.order = name.reserve ? Infinity : name.number;
    this.#reserve = name.reserve;
    // Some systems sync only what may be written.
    this.#fd = disk.openSync(path, syncs ? 'r+' : 'r');
  }

  /** The next batch, if it is wholly there. It holds until `willRead` is called. */
  take(): Taken {
    if (this.header === null && !this.#readHeader()) return { state: this.#left() > 0 ? 'torn' : 'end' };
    let look = lookAtBatch(this.#chunk);
    if (look.state === 'wait') {
      this.#read(Math.max(look.length, CHUNK_BYTES));
      look = lookAtBatch(this.#chunk);
      // A length that was out of sight before may ask for more.
      if (look.state === 'wait' && look.length > this.#chunk.length) this.#read(look.length);
      look = lookAtBatch(this.#chunk);
    }
    if (look.state === 'whole') {
      const batch = this.#chunk.subarray(0, look.length);
      this.#chunk = this.#chunk.subarray(look.length);
      this.#offset += look.length;
      return { state: 'batch', batch };
    }
    if (look.state === 'wait' && this.#chunk.length === 0) return { state: 'end' };
    return this.#judge();
  }

  /** Bytes in the file behind what was taken. */
  #left(): number {
    return disk.fstatSync(this.#fd).size - this.#offset;
  }

  /**
   * Judges on what the file holds by now: a writer at work may have completed the batch since it was looked at, and
   * added more behind it. What was read ahead is forgotten, so that the next look sees the file as it is then.
   */
  #judge(): Taken {
    const rest = readExactly(this.#fd, this.#offset, this.#left(), this.path);
    this.#chunk = NOTHING;
    const look = lookAtBatch(rest);
    if (look.state === 'whole') {
      this.#offset += look.length;
      return { state: 'batch', batch: rest.subarray(0, look.length) };
    }
    if (rest.every((byte) => byte === 0)) return { state: 'end' };
    this.#later = laterBatches(rest);
    return this.#later === null ? { state: 'torn' } : { state: 'damaged', durable: this.#later.durable };
  }

  /** Sequence number of its first entry; null while its header is not (wholly, soundly) there. */
  startsAt(): number | null {
    return this.header === null && !this.#readHeader() ? null : (this.header?.start ?? null);
  }

  /** Goes on with the first sound batch behind the damage that was met. */
  passDamage(): void {
    this.#offset += this.#later?.at ?? 0;
    this.#later = null;
  }

  /** Makes what was taken survive a loss of power, for a reader that was opened to do so. */
  sync(): void {
    if (this.#offset <= this.#synced) return;
    if (this.#unsure.has(this.path)) this.#writeBack();
    // Until it has succeeded nobody knows.
    this.#unsure.add(this.path);
    disk.fdatasyncSync(this.#fd);
    this.#unsure.delete(this.path);
    this.#synced = this.#offset;
  }

  /** The same bytes in their place, so that the next sync writes them: a file only grows, and a writer is beyond them. */
  #writeBack(): void {
    for (let at = 0; at < this.#offset; at += CHUNK_BYTES) {
      const bytes = readExactly(this.#fd, at, Math.min(CHUNK_BYTES, this.#offset - at), this.path);
      writeAll(this.#fd, bytes, at);
    }
  }

  close(): void {
    disk.closeSync(this.#fd);
  }

  #readHeader(): boolean {
    const bytes = readExactly(this.#fd, 0, Math.min(RESERVE_CONTENT_AT, disk.fstatSync(this.#fd).size), this.path);
    const decoded = decodeSegmentHeader(bytes);
    if (decoded === null) return false;
    this.header = decoded.header;
    this.#offset = this.#reserve ? RESERVE_CONTENT_AT : decoded.length;
    return true;
  }

  #read(bytes: number): void {
    const count = Math.min(bytes, this.#left());
    this.#chunk = NOTHING;
    if (count <= 0) return;
    this.#willRead();
    if (count > this.#room.length) this.#room = Buffer.allocUnsafeSlow(Math.max(count, CHUNK_BYTES));
    this.#chunk = readExactly(this.#fd, this.#offset, count, this.path, this.#room);
  }
}
