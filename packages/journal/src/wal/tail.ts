// Follows the write-ahead files of all lanes. For each (lane, epoch) it knows which sequence number comes next, so that
// an entry is handed on exactly once however often its file is read; which intents have no call yet; and when a file is
// no longer needed by anybody. It polls: on the hot path nobody sends anybody a message.
import { basename, join } from 'node:path';
import { AppError, invariant } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import type { RawDraft } from '../record/record.ts';
import { syncFolder } from '../store/durable-file.ts';
import { walFolder } from '../store/layout.ts';
import { batchNumbers, decodeBatch, type SegmentHeader, type SequencedDraft } from './frame.ts';
import { keepContent } from './reserve.ts';
import { SegmentReader } from './segment-reader.ts';

const NAME = /^(\d+)-(\d+)-(\d+)\.(wal|kept)$/;

/** Lane, epoch, and the sequence number of the next entry that is not in the log yet. */
export type LanePosition = readonly [lane: number, epoch: number, next: number];

export interface TakenDrafts {
  readonly writer: SegmentHeader;
  readonly drafts: readonly SequencedDraft[];
}

interface Finished {
  readonly path: string;
  /** Everything in the file has a lower sequence number. */
  readonly end: number;
}

interface LaneEpoch {
  readonly lane: number;
  readonly epoch: number;
  next: number;
  /** Entries below this number were read from the files, in the log or not. */
  seen: number;
  /** In order; the first is being read. */
  readonly segments: SegmentReader[];
  readonly known: Set<string>;
  finished: Finished[];
  /** Intents without a call, of earlier looks. */
  readonly open: Map<string, OpenIntent>;
  /** Those whose drafts are still views of what was read last: most get their call at once. */
  begun: Map<string, OpenIntent>;
}

/** The draft, and the file it stands in. */
interface OpenIntent {
  readonly draft: RawDraft;
  readonly path: string;
}

export interface WalTailOptions {
  /** For recovery. */
  readonly acceptGaps?: boolean;
  /** `sync` makes the files survive a loss of power. */
  readonly durable?: boolean;
  /** See `ReaderOptions`; a recorder that opens its files again hands in the same. */
  readonly unsure?: Set<string>;
}

export class WalTail {
  readonly #folder: string;
  readonly #epoch: number;
  readonly #lanes = new Map<string, LaneEpoch>();
  readonly #positions: Map<string, number>;
  readonly #acceptGaps: boolean;
  readonly #durable: boolean;
  readonly #unsure: Set<string>;

  /** `epoch`: of this start; all earlier ones are dead. `positions`: what the log holds already. */
  constructor(
    folder: string,
    epoch: number,
    positions: readonly LanePosition[],
    { acceptGaps = false, durable = false, unsure = new Set() }: WalTailOptions = {},
  ) {
    this.#durable = durable;
    this.#unsure = unsure;
    this.#folder = folder;
    this.#acceptGaps = acceptGaps;
    this.#epoch = epoch;
    this.#positions = new Map(positions.map(([lane, laneEpoch, next]) => [`${lane}-${laneEpoch}`, next]));
    for (const name of disk.existsSync(walFolder(folder)) ? disk.readdirSync(walFolder(folder)) : []) {
      if (name.endsWith('.reserve')) keepContent(folder, Number.parseInt(name, 10), epoch);
      const opened = /^\d+-(\d+)\.opened$/.exec(name);
      if (opened !== null && Number(opened[1]) < epoch) disk.rmSync(join(walFolder(folder), name), { force: true });
    }
  }

  /** Looks for new files. What was listed before a file was read to its end cannot grow behind our back. */
  list(): void {
    const folder = walFolder(this.#folder);
    for (const name of disk.existsSync(folder) ? disk.readdirSync(folder) : []) {
      const match = NAME.exec(name);
      if (match === null) continue;
      const [lane = 0, epoch = 0, number = 0] = match.slice(1, 4).map(Number);
      const entry = this.#lane(lane, epoch);
      if (entry.known.has(name)) continue;
      const named = { lane, epoch, number, reserve: match[4] === 'kept' };
      const path = join(folder, name);
      // Whether its syncs succeeded, only its writer knew.
      if (epoch < this.#epoch) this.#unsure.add(path);
      const willRead = (): void => settle(entry);
      entry.segments.push(new SegmentReader(path, named, { syncs: this.#durable, unsure: this.#unsure, willRead }));
      entry.known.add(name);
      entry.segments.sort((a, b) => a.order - b.order);
    }
  }

  /**
   * The next drafts that the log does not hold, of any lane; null when there is none for now. Their groups hold until the
   * next call. Throws JOURNAL_CORRUPT when entries are missing or damaged in the middle of a file.
   */
  take(): TakenDrafts | null {
    for (const lane of this.#lanes.values()) {
      const taken = this.#takeFrom(lane);
      if (taken === null) continue;
      // Round robin: the lane that gave goes to the end.
      const key = `${lane.lane}-${lane.epoch}`;
      this.#lanes.delete(key);
      this.#lanes.set(key, lane);
      return taken;
    }
    return null;
  }

  /**
   * What was taken stays in its file, whatever the writer has synced by now: an intent that is in the log and not in its
   * file would never be closed.
   */
  sync(): void {
    if (!this.#durable) return;
    for (const lane of this.#lanes.values()) for (const segment of lane.segments) segment.sync();
  }

  positions(): LanePosition[] {
    return [...this.#lanes.values()].map(({ lane, epoch, next }) => [lane, epoch, next]);
  }

  /** Intents of dead writers whose files are read to the end: nobody will ever complete them. */
  takeOrphans(): RawDraft[] {
    const orphans: RawDraft[] = [];
    for (const lane of this.#lanes.values()) {
      if (!this.#isDead(lane) || lane.segments.length > 0) continue;
      settle(lane);
      orphans.push(...[...lane.open.values()].map(({ draft }) => draft));
      lane.open.clear();
    }
    return orphans;
  }

  /**
   * Deletes files whose entries are all sealed (below `sealed`) and in which no intent is open. A lane is forgotten only
   * once its files are gone for good: one that a loss of power brings back would be taken in as new.
   */
  release(sealed: readonly LanePosition[]): void {
    let deleted = false;
    for (const [laneNumber, epoch, next] of sealed) {
      const key = `${laneNumber}-${epoch}`;
      const lane = this.#lanes.get(key);
      if (lane === undefined) continue;
      settle(lane);
      const needed = new Set([...lane.open.values()].map(({ path }) => path));
      const gone = lane.finished.filter(({ path, end }) => end <= next && !needed.has(path));
      for (const { path } of gone) disk.rmSync(path, { force: true });
      deleted ||= gone.length > 0;
      lane.finished = lane.finished.filter((file) => !gone.includes(file));
    }
    if (deleted) syncFolder(walFolder(this.#folder));
    for (const [laneNumber, epoch] of sealed) {
      const key = `${laneNumber}-${epoch}`;
      const lane = this.#lanes.get(key);
      if (lane === undefined || !this.#isDead(lane)) continue;
      if (lane.segments.length + lane.finished.length === 0) this.#lanes.delete(key);
    }
  }

  get openIntents(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.open.size + lane.begun.size, 0);
  }

  close(): void {
    for (const lane of this.#lanes.values()) for (const segment of lane.segments) segment.close();
    this.#lanes.clear();
  }

  #lane(lane: number, epoch: number): LaneEpoch {
    const key = `${lane}-${epoch}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const next = this.#positions.get(key) ?? 0;
    const made: LaneEpoch = {
      lane,
      epoch,
      next,
      seen: 0,
      segments: [],
      known: new Set(),
      finished: [],
      open: new Map(),
      begun: new Map(),
    };
    this.#lanes.set(key, made);
    return made;
  }

  #isDead({ lane, epoch }: LaneEpoch): boolean {
    if (epoch < this.#epoch) return true;
    return [...this.#lanes.values()].some((other) => other.lane === lane && other.epoch > epoch);
  }

  #takeFrom(lane: LaneEpoch): TakenDrafts | null {
    for (;;) {
      const [segment] = lane.segments;
      if (segment === undefined) return null;
      const taken = segment.take();
      const leaps =
        taken.state === 'damaged' || (taken.state === 'batch' && batchNumbers(taken.batch).firstSeq > lane.next);
      if (leaps && goesOnIn(lane.segments.slice(1), lane.next)) {
        this.#finish(lane, segment);
        continue;
      }
      if (taken.state === 'batch') {
        const fresh = this.#freshDrafts(lane, segment, taken.batch);
        if (fresh.length === 0) continue;
        invariant(segment.header !== null, 'a batch stands behind a header');
        return { writer: segment.header, drafts: fresh };
      }
      if (taken.state === 'damaged' && taken.durable <= lane.next) {
        // What was not synced may be gone in the middle and there behind it, after a loss of power: nothing was promised.
        segment.passDamage();
        continue;
      }
      if (taken.state === 'damaged') {
        throw new AppError(
          'JOURNAL_CORRUPT',
          `${segment.path} is damaged in the middle: what follows is sound, so this is no torn tail`,
          {
            details: { file: basename(segment.path) },
          },
        );
      }
      // The writer moves on only when it has written all it will: a later file, or its death, ends this one.
      if (lane.segments.length === 1 && !this.#isDead(lane)) return null;
      this.#finish(lane, segment);
    }
  }

  #finish(lane: LaneEpoch, segment: SegmentReader): void {
    if (this.#durable) segment.sync();
    segment.close();
    lane.segments.shift();
    lane.finished.push({ path: segment.path, end: lane.next });
  }

  #freshDrafts(lane: LaneEpoch, segment: SegmentReader, batch: Buffer): SequencedDraft[] {
    const { count, firstSeq, durable } = batchNumbers(batch);
    if (durable > lane.next && !this.#acceptGaps) {
      throw new AppError(
        'JOURNAL_CORRUPT',
        `${segment.path} continues at entry ${firstSeq}, but entry ${lane.next} was never seen`,
        {
          details: { file: basename(segment.path) },
        },
      );
    }
    const drafts = decodeBatch(batch);
    for (const draft of drafts) {
      // What stands in a segment and in the reserve it was copied from is met twice, its call perhaps only once.
      if (draft.seq < lane.seen) continue;
      if (draft.kind === 'intent') {
        // A further leg renews the intent of its call: the newer one says all that the older did.
        lane.open.delete(draft.id);
        lane.begun.set(draft.id, { draft, path: segment.path });
      }
      if (draft.kind === 'call' && !lane.begun.delete(draft.id)) lane.open.delete(draft.id);
    }
    const fresh = firstSeq >= lane.next ? drafts : drafts.filter((draft) => draft.seq >= lane.next);
    lane.seen = Math.max(lane.seen, firstSeq + count);
    lane.next = Math.max(lane.next, lane.seen);
    return fresh;
  }
}

/**
 * Whether a later file takes over at this entry or before it. One does where a sync of this one failed: whatever waited for
 * that sync was copied there, and a file between the two may have been made and never used. What this file still shows behind
 * a hole is then no reason to leap over what the later one holds.
 */
const goesOnIn = (later: readonly SegmentReader[], entry: number): boolean =>
  later.some((segment) => (segment.startsAt() ?? Infinity) <= entry);

/** Intents that are open still get a copy of their own. A new map each time: one with much coming and going holds on. */
function settle(lane: LaneEpoch): void {
  for (const [id, { draft, path }] of lane.begun) lane.open.set(id, { draft: ownCopy(draft), path });
  lane.begun = new Map();
}

/** A draft that does not hold on to the chunk it was read in. */
const ownCopy = (draft: RawDraft): RawDraft => ({
  ...draft,
  public: draft.public === null ? null : Buffer.from(draft.public),
  commercial: draft.commercial === null ? null : Buffer.from(draft.commercial),
  personal: draft.personal === null ? null : Buffer.from(draft.personal),
});
