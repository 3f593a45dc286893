// A lane's own append-only file: what crosses is here before the client is told that it is done. One `write` per turn
// of the event loop (`process`), one `fdatasync` for all that wait (`disk`). When the disk refuses, the lane says so
// (`available`), finishes what is in flight from a reserve, and comes back by itself.
import { dirname, join } from 'node:path';
import { AppError, invariant, isUlid, LIMITS, systemClock, type Clock } from '@weighbridge/kernel';
import { ENTRY_KINDS, type EntryDraft } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import type { BodySealer, Sealer, WriteAheadOptions } from '../contract.ts';
import { recorderFailing } from '../signals.ts';
import { makeFolder, syncFolder, writeAll } from '../store/durable-file.ts';
import { walFolder } from '../store/layout.ts';
import { openVault, type Vault } from '../vault/vault.ts';
import { claimEpoch } from './claim-epoch.ts';
import { BATCH_BYTES, BATCH_HEADER_BYTES, draftBound, encodeDraft, encodeSegmentHeader, finishBatch } from './frame.ts';
import { Reserve } from './reserve.ts';

const COPY_BYTES = 256 * 1024;

/** What one turn of the event loop appended: one write, one promise. */
interface Batch {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
  readonly firstSeq: number;
  count: number;
  /** Entries below this number were kept before it; those from it to its own first were refused. */
  follows: number;
  /** Kept until synced (`disk` only), in case the sync fails. */
  bytes: Buffer | null;
  /** It lies in the reserve too. */
  secured: boolean;
}

interface Segment {
  readonly fd: number;
  readonly path: string;
  /** Sequence number of its first entry. */
  readonly start: number;
  readonly opened: number;
  length: number;
}

const KINDS: ReadonlySet<string> = new Set(ENTRY_KINDS);

export class WriteAhead implements Sealer {
  readonly #options: WriteAheadOptions;
  readonly #clock: Clock;
  readonly #vault: Vault;
  readonly #reserve: Reserve;
  readonly #timer: NodeJS.Timeout | undefined;
  #segment: Segment;
  #buffer: Buffer = Buffer.allocUnsafe(256 * 1024);
  #used = BATCH_HEADER_BYTES;
  #batch: Batch | null = null;
  #scheduled: NodeJS.Immediate | null = null;
  /** Written and waiting for the next sync; those of the sync under way belong to it. */
  #written: Batch[] = [];
  #covered: Batch[] = [];
  #syncing: Promise<void> | null = null;
  /** A sync of the segment failed that was not the one under way: the system has told of it, and tells the other nothing. */
  #refusedSync: Error | null = null;
  /** The first entry that was refused since a batch was kept that says so; null for none. */
  #refusedFrom: number | null = null;
  #seq = 0;
  /** Segments are numbered, so that a name is never used twice. */
  #number = 0;
  #waiting = 0;
  #trouble: Error | null = null;
  #closed = false;

  constructor(options: WriteAheadOptions) {
    for (const name of ['node', 'build'] as const) {
      if (Buffer.byteLength(options[name]) > LIMITS.field_bytes)
        throw new AppError('FIELD_TOO_LARGE', `the name of the ${name} is too long`);
    }
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#vault = openVault(options.vault, { durable: options.durability === 'disk' });
    try {
      makeFolder(walFolder(options.folder));
      claimEpoch(options);
      this.#reserve = new Reserve(options.folder, this.#author(), options.reserveBytes ?? LIMITS.reserve_bytes);
      this.#segment = showSegment(this.#openSegment(0), options.durability);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('JOURNAL_UNAVAILABLE', `the write-ahead file cannot be made: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const tickMs = options.tickMs ?? 1_000;
    this.#timer = tickMs === 0 ? undefined : setInterval(() => this.tick(), tickMs).unref();
  }

  get available(): boolean {
    return (
      this.#trouble === null &&
      !this.#closed &&
      !(this.#options.signals !== undefined && recorderFailing(this.#options.signals))
    );
  }

  /** Why the disk is refusing, while it does. */
  get trouble(): string | null {
    return this.#trouble?.message ?? null;
  }

  append(draft: EntryDraft): Promise<void> {
    try {
      return this.#append(draft);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  bodies(subject: string, id: string): BodySealer {
    return this.#vault.bodies(subject, id, this.#clock.wall());
  }

  /** Takes up erasures, tries a disk that refused, closes a segment that has grown old. */
  tick(): void {
    if (this.#closed) return;
    this.#vault.subjects.refresh();
    if (this.#trouble !== null) this.#probe();
    const age = this.#clock.monotonic() - this.#segment.opened;
    const written = this.#seq > this.#segment.start;
    if (this.#trouble === null && written && age >= (this.#options.segmentMs ?? 60_000)) this.#rotate();
  }

  /** Writes what waits, syncs it if so configured, and closes. */
  async close(): Promise<void> {
    if (this.#closed) return;
    clearInterval(this.#timer);
    this.#flush();
    while (this.#syncing !== null) await this.#syncing;
    this.#closed = true;
    disk.closeSync(this.#segment.fd);
    this.#reserve.close();
  }

  #append(draft: EntryDraft): Promise<void> {
    if (this.#closed || this.#waiting >= LIMITS.pending_entries) {
      const why = this.#closed
        ? 'this write-ahead file is closed'
        : `${this.#waiting} entries already wait for the disk`;
      throw new AppError('JOURNAL_UNAVAILABLE', why);
    }
    invariant(KINDS.has(draft.kind), `"${draft.kind}" is a kind of entry`);
    invariant(isUlid(draft.id), 'the id of an entry is a ULID');
    invariant(
      Number.isSafeInteger(draft.at) && draft.at >= 0 && draft.at < 2 ** 48,
      'the instant of an entry is whole milliseconds',
    );
    invariant(draft.personal === undefined || (draft.subject ?? '') !== '', 'a personal group names its subject');
    this.#makeRoom(draftBound(draft));
    this.#used = encodeDraft(draft, this.#buffer, this.#used);
    const batch = (this.#batch ??= this.#newBatch());
    batch.count += 1;
    this.#seq += 1;
    this.#waiting += 1;
    if (this.#used >= BATCH_BYTES) this.#flush();
    else this.#scheduled ??= setImmediate(() => this.#flush());
    return batch.promise;
  }

  #newBatch(): Batch {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever appended sees the rejection; one that nobody awaits must not end the process.
    promise.catch(() => undefined);
    return { promise, resolve, reject, firstSeq: this.#seq, follows: this.#seq, count: 0, bytes: null, secured: false };
  }

  #makeRoom(bytes: number): void {
    const needed = this.#used + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }

  #flush(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#used = BATCH_HEADER_BYTES;
    this.#finish(batch, bytes);
    if (this.#trouble === null) {
      try {
        writeAll(this.#segment.fd, bytes, this.#segment.length);
      } catch (error) {
        this.#trouble = error as Error;
      }
    }
    if (this.#trouble !== null) {
      this.#secure();
      if (this.#toReserve(batch, bytes)) this.#refusedFrom = null;
      return;
    }
    this.#segment.length += bytes.length;
    this.#refusedFrom = null;
    if (this.#options.durability === 'disk') {
      batch.bytes = Buffer.from(bytes);
      this.#written.push(batch);
      this.#sync();
    } else {
      this.#settle(batch);
    }
    if (this.#segment.length >= (this.#options.segmentBytes ?? LIMITS.wal_segment_bytes)) this.#rotate();
  }

  /** What of the entries before it may be missing when this batch is read, it says itself. */
  #finish(batch: Batch, bytes: Buffer): void {
    const { count, firstSeq } = batch;
    batch.follows = Math.min(this.#refusedFrom ?? firstSeq, firstSeq);
    const unsettled = this.#covered[0] ?? this.#written[0] ?? batch;
    finishBatch(bytes, { count, firstSeq, refused: firstSeq - batch.follows, unsynced: firstSeq - unsettled.follows });
  }

  #settle(batch: Batch, error?: AppError): void {
    this.#waiting -= batch.count;
    if (error === undefined) batch.resolve();
    else batch.reject(error);
  }

  /** One sync at a time; whatever was written before it began is settled by it. */
  #sync(): void {
    if (this.#syncing !== null || this.#written.length === 0) return;
    const { fd } = this.#segment;
    this.#covered = this.#written;
    this.#written = [];
    this.#syncing = new Promise((resolve) => {
      disk.fdatasync(fd, (error) => {
        const covered = this.#covered;
        this.#syncing = null;
        this.#covered = [];
        if (fd !== this.#segment.fd) disk.closeSync(fd);
        const failed = error ?? this.#refusedSync;
        if (failed === null) for (const batch of covered) this.#settle(batch);
        else this.#syncFailed(failed, covered);
        this.#sync();
        resolve();
      });
    });
  }

  /** After a failed sync nobody knows what reached the disk: everything not settled goes to the reserve. */
  #syncFailed(error: Error, covered: readonly Batch[]): void {
    this.#trouble = error;
    for (const batch of [...covered, ...this.#written.splice(0)]) {
      if (batch.secured) this.#settle(batch);
      else this.#toReserve(batch, batch.bytes ?? Buffer.alloc(0));
    }
  }

  /** What waits for a sync that may fail goes to the reserve before anything later does: it is read in its order. */
  #secure(): void {
    for (const batch of [...this.#covered, ...this.#written]) {
      if (!batch.secured && batch.bytes !== null) batch.secured = this.#reserves(batch, batch.bytes);
    }
  }

  /** Whether the reserve took it. */
  #toReserve(batch: Batch, bytes: Buffer): boolean {
    const taken = this.#reserves(batch, bytes);
    if (!taken) this.#refusedFrom = Math.min(this.#refusedFrom ?? batch.firstSeq, batch.firstSeq);
    const error = new AppError(
      'JOURNAL_UNAVAILABLE',
      `the entry was not kept: ${this.#trouble?.message ?? 'the reserve is full'}`,
    );
    this.#settle(batch, taken ? undefined : error);
    return taken;
  }

  #reserves({ firstSeq, count }: Batch, bytes: Buffer): boolean {
    try {
      return this.#reserve.take(bytes, { firstSeq, count, durable: this.#options.durability === 'disk' });
    } catch (error) {
      this.#trouble = error as Error;
      return false;
    }
  }

  /** A new segment takes over; the old one stays as it is for the recorder. */
  #rotate(): void {
    const old = this.#segment;
    try {
      const next = this.#openSegment(this.#seq - (this.#batch?.count ?? 0));
      orDrop(next, () => {
        showSegment(next, this.#options.durability);
        if (this.#options.durability === 'disk') this.#syncNow(old);
      });
      // A sync is under way where something waits for one, and the system may tell that one alone of what it could not write.
      this.#covered.push(...this.#written.splice(0));
      this.#segment = next;
    } catch (error) {
      this.#trouble = error as Error;
      return;
    }
    if (this.#syncing === null) disk.closeSync(old.fd);
  }

  #syncNow({ fd }: Segment): void {
    try {
      disk.fdatasyncSync(fd);
    } catch (error) {
      this.#refusedSync = error as Error;
      throw error;
    }
  }

  /** Comes back when the disk has room for the reserve's content and as much again. */
  #probe(): void {
    if (this.#syncing !== null) return;
    const { start, bytes } = this.#reserve.content();
    const unsent = this.#batch?.count ?? 0;
    const first = bytes === 0 ? this.#seq - unsent : start;
    try {
      const { bavail, bsize } = disk.statfsSync(walFolder(this.#options.folder));
      if (bavail * bsize < (this.#options.reserveBytes ?? LIMITS.reserve_bytes)) return;
      const segment = this.#openSegment(first);
      orDrop(segment, () => {
        this.#copyReserve(segment, bytes);
        disk.fdatasyncSync(segment.fd);
        showSegment(segment, this.#options.durability);
        disk.closeSync(this.#segment.fd);
      });
      this.#segment = segment;
      this.#refusedSync = null;
      this.#reserve.reset();
      this.#trouble = null;
    } catch (error) {
      this.#trouble = error as Error;
    }
  }

  #copyReserve(segment: Segment, bytes: number): void {
    const chunk = Buffer.allocUnsafe(Math.min(COPY_BYTES, Math.max(1, bytes)));
    for (let done = 0; done < bytes;) {
      const count = disk.readSync(
        this.#reserve.fd,
        chunk,
        0,
        Math.min(chunk.length, bytes - done),
        this.#reserve.contentStart + done,
      );
      writeAll(segment.fd, chunk.subarray(0, count), segment.length);
      segment.length += count;
      done += count;
    }
  }

  #author(): { node: string; lane: number; epoch: number; build: string } {
    const { node, lane, epoch, build } = this.#options;
    return { node, lane, epoch, build };
  }

  /** A segment under a name that the recorder does not look at, until `showSegment`. */
  #openSegment(start: number): Segment {
    const { folder, lane, epoch } = this.#options;
    const path = join(walFolder(folder), `${lane}-${epoch}-${this.#number}.wal`);
    this.#number += 1;
    const fd = disk.openSync(`${path}.new`, 'w', 0o600);
    const segment = { fd, path, start, opened: this.#clock.monotonic(), length: 0 };
    orDrop(segment, () => {
      const header = encodeSegmentHeader({ ...this.#author(), start });
      writeAll(fd, header, 0);
      segment.length = header.length;
    });
    return segment;
  }
}

function showSegment(segment: Segment, durability: WriteAheadOptions['durability']): Segment {
  disk.renameSync(`${segment.path}.new`, segment.path);
  if (durability === 'disk') syncFolder(dirname(segment.path));
  return segment;
}

/** What was made is let go of where it cannot be taken into use; a disk that refuses that as well has said enough. */
function orDrop(segment: Segment, work: () => void): void {
  try {
    work();
  } catch (error) {
    disk.closeSync(segment.fd);
    disk.rmSync(`${segment.path}.new`, { force: true });
    throw error;
  }
}

export const openWriteAhead = (options: WriteAheadOptions): WriteAhead => new WriteAhead(options);
