// One projection on its way through the log: chunk by chunk into a fold, and the fold into the database once it is worth
// a transaction. What goes wrong is narrowed down to one entry before the track stops there, so that all before it is
// kept and the reason names the entry.
import { closedPartOf, type ClosedPart, type Journal } from '@weighbridge/journal';
import { AppError, invariant, isAppError, toAppError, type Clock } from '@weighbridge/kernel';
import type { ProjectionState } from '@weighbridge/protocol';
import type { Database, Statement } from '../store/database.ts';
import type { DecidedFact, Fact } from './facts.ts';
import type { Pacing } from './pacing.ts';
import {
  BEGINNING,
  beginAgain,
  keepDecisions,
  leafMark,
  moveOn,
  prunedWithin,
  readProgress,
  type Progress,
} from './progress.ts';
import type { Fold, Projection } from './projection.ts';
import type { Chunk, Source } from './source.ts';
import type { Say } from '../logging/events.ts';
import { stateOf, stopWords, type Stop } from './track-state.ts';

export interface TrackOptions {
  readonly projection: Projection;
  readonly journal: Journal;
  /** Of the log, as it was when the tables were opened. */
  readonly origin: string;
  readonly database: Database;
  readonly source: Source;
  readonly clock: Clock;
  readonly pacing: Pacing;
  readonly say: Say;
  readonly begin: Progress;
  /** Entries from this one on are not folded. */
  readonly end?: number;
  /** First wait after the database was away; each next one is twice as long. */
  readonly retryMs: number;
  readonly working?: (name: string | null) => void;
}

/** A batch is written when it holds so many rows, or entries. */
const BATCH_ROWS = 6_000;
const BATCH_ENTRIES = 131_072;
/** Folding without a pause for the others. */
const TURN_MS = 50;
/** The clock is looked at once for so many. */
const FACTS_A_LOOK = 16;
const RETRY_MS_MOST = 30_000;

interface OpenChunk {
  readonly chunk: Chunk;
  /** Facts of it that were taken. */
  taken: number;
}

export class Track {
  readonly #given: TrackOptions;
  #next: number;
  #carried: string;
  /** See `Progress`; of what is written. */
  #through: boolean;
  /** End of the last pruned part whose closing the open fold has taken, or that `#next` lies in, if it does. */
  #closedTo: number;
  /** Position up to which the open fold has taken facts; `#next` is what is written. */
  #at: number;
  #fold: Fold;
  #decided: DecidedFact[] = [];
  #chunk: OpenChunk | null = null;
  /** Entries from here on wait: the one at fault is being looked for. */
  #limit = Infinity;
  #stop: Stop | null = null;
  #trouble: AppError | null = null;
  #waitMs: number;
  /** A transaction whose answer was lost may have been carried out. */
  #unsure = false;
  readonly #end = new AbortController();
  #woken = Promise.withResolvers<void>();
  #moved = Promise.withResolvers<void>();
  #gate: Promise<void> | null = null;
  #ended: Promise<void> = Promise.resolve();
  #busy: Promise<void> = Promise.resolve();

  constructor(options: TrackOptions) {
    this.#given = options;
    this.#next = options.begin.next;
    this.#at = options.begin.next;
    this.#carried = options.begin.carried;
    this.#through = options.begin.through;
    this.#closedTo = this.#writtenTo();
    this.#waitMs = options.retryMs;
    this.#fold = options.projection.begin(this.#carried);
  }

  get name(): string {
    return this.#given.projection.name;
  }

  /** `stopped`: it is not to run, and why. */
  start(stopped?: AppError): void {
    if (stopped !== undefined) this.#stopAt(stopped, null);
    this.#ended = this.#run();
  }

  wake(): void {
    this.#woken.resolve();
  }

  /** Resolves when so many entries are written, or the track has stopped. */
  async reach(asked: number): Promise<void> {
    const size = Math.min(asked, this.#given.end ?? Infinity);
    while (this.#next < size && this.#stop === null && !this.#end.signal.aborted) await this.#moved.promise;
  }

  /** Between two turns of the track. */
  async erase(): Promise<void> {
    const go = await this.hold();
    try {
      await this.#sweep();
    } finally {
      go();
    }
  }

  /** Waits for the transaction under way, and lets none begin until the returned function is called. */
  async hold(): Promise<() => void> {
    invariant(this.#gate === null, 'a track is held once at a time');
    const gate = Promise.withResolvers<void>();
    this.#gate = gate.promise;
    await this.#busy;
    return () => {
      this.#gate = null;
      gate.resolve();
      this.wake();
    };
  }

  async stop(): Promise<void> {
    this.#end.abort();
    this.wake();
    await this.#ended;
    this.#moved.resolve();
  }

  state(size: number): ProjectionState {
    return stateOf({ ...this.#given, next: this.#next, stop: this.#stop, trouble: this.#trouble }, size);
  }

  async #run(): Promise<void> {
    let swept = false;
    while (!this.#end.signal.aborted && this.#stop === null) {
      while (this.#gate !== null) await this.#gate;
      const rest = await this.#alone(() => (swept ? this.#turn() : this.#sweep()));
      swept ||= rest !== 'failed';
      if (rest === 'idle') await this.#rest();
      else if (rest === 'failed') await this.#pause();
      else await this.#given.pacing.turn();
    }
    this.#moved.resolve();
  }

  /** Whoever holds the track waits until this is over. */
  async #alone<Value>(work: () => Promise<Value>): Promise<Value | 'failed'> {
    const done = Promise.withResolvers<void>();
    this.#busy = done.promise;
    try {
      return await this.#guarded(work);
    } finally {
      done.resolve();
    }
  }

  async #rest(): Promise<void> {
    await this.#woken.promise;
    this.#woken = Promise.withResolvers();
  }

  /** Before the next try; the end does not wait for it. */
  async #pause(): Promise<void> {
    if (this.#stop !== null) return;
    const wait = this.#waitMs;
    this.#waitMs = Math.min(wait * 2, RETRY_MS_MOST);
    await this.#given.pacing.pause(wait, this.#end.signal);
  }

  /** A database that is away is waited for, and a disk that refuses; anything else that was not expected stops the track. */
  async #guarded<Value>(work: () => Promise<Value>): Promise<Value | 'failed'> {
    try {
      const value = await work();
      this.#trouble = null;
      this.#waitMs = this.#given.retryMs;
      return value;
    } catch (error) {
      this.#rewind(Infinity);
      const failure = toAppError(error);
      if (passes(error)) {
        if (this.#trouble === null) this.#given.say(`"${this.name}" waits: ${failure.message}`, 'tables.waiting');
        this.#trouble = failure;
        this.#unsure = true;
      } else this.#stopAt(failure, null);
      return 'failed';
    }
  }

  async #turn(): Promise<'more' | 'idle'> {
    if (this.#unsure) await this.#readProgress();
    const { source, projection, working, end: last = Infinity } = this.#given;
    const open = await this.#open(last);
    if (open === null) return 'idle';
    const { closed, from } = open.chunk;
    if (closed !== null && from > closed.from && this.#closedTo !== closed.to) return this.#beginAgain(closed);
    working?.(projection.name);
    const end = Math.min(open.chunk.to, this.#limit, last);
    const left = this.#takeAll(open, end);
    working?.(null);
    if (left === 'refolded' || left === 'interrupted') return 'more';
    if (left !== null) return this.#erase(left);
    this.#at = end;
    const full = this.#fold.rows >= BATCH_ROWS || this.#at - this.#next >= BATCH_ENTRIES;
    if (full || this.#at >= Math.min(this.#limit, last, source.size())) await this.#write(this.#at);
    return 'more';
  }

  /** The chunk that facts are taken from; null when nothing more is sealed. */
  async #open(last: number): Promise<OpenChunk | null> {
    if (this.#chunk !== null && this.#at < this.#chunk.chunk.to) return this.#chunk;
    const chunk = this.#at < last ? await this.#given.source.chunk(this.#at) : null;
    this.#chunk = chunk === null ? null : { chunk, taken: 0 };
    return this.#chunk;
  }

  async #readProgress(): Promise<void> {
    this.#goTo(await readProgress(this.#given.database, this.name));
  }

  #goTo({ next, carried, through }: Progress): void {
    this.#next = next;
    this.#carried = carried;
    this.#through = through;
    this.#unsure = false;
    this.#rewind(Infinity);
    this.#tell();
  }

  /** Calls of this part were folded in one by one, and the others are gone: what all came to cannot be added to that. */
  async #beginAgain(part: ClosedPart): Promise<'more'> {
    const { database, projection, origin, say } = this.#given;
    say(`the tables of "${projection.name}" are folded again: ${prunedWithin(part)}`, 'tables.folded_again');
    await beginAgain(database, projection, origin);
    this.#goTo(BEGINNING);
    return 'more';
  }

  #written(): Progress {
    return { next: this.#next, carried: this.#carried, through: this.#through };
  }

  #writtenTo(): number {
    return this.#through ? (closedPartOf(this.#next, this.#given.journal.pruned())?.to ?? 0) : 0;
  }

  /**
   * Null when all are folded in; else the erasure or pruning that stands in between, which has to wait for what is before it. A fold
   * that takes its time is interrupted, so that others get their turn.
   */
  #takeAll(open: OpenChunk, end: number): Fact | 'refolded' | 'interrupted' | null {
    const { clock } = this.#given;
    const until = clock.monotonic() + TURN_MS;
    const { facts } = open.chunk;
    for (; open.taken < facts.length; open.taken += 1) {
      const fact = facts[open.taken] as Fact;
      if (fact.entry >= end) return null;
      if (fact.kind === 'erasure' || fact.kind === 'pruned') return fact;
      // Nothing may be written up to its entry that holds it already.
      if (fact.kind === 'closed' && fact.entry > this.#next) return fact;
      if (open.taken % FACTS_A_LOOK === 0 && clock.monotonic() > until) return 'interrupted';
      if (!this.#take(fact)) return 'refolded';
    }
    return null;
  }

  /** False when it cannot be taken: then everything before it is folded once more, up to it and no further. */
  #take(fact: Fact): boolean {
    const { projection } = this.#given;
    if (fact.kind === 'decided') this.#decided.push(fact);
    try {
      if (fact.kind === 'closed') this.#closedTo = fact.to;
      if (fact.kind !== 'broken') this.#fold.add(fact);
      else if (projection.kinds.includes(fact.of))
        throw new AppError('PROJECTION_STOPPED', `the ${fact.of} entry cannot be read: ${fact.reason}`);
      return true;
    } catch (error) {
      this.#rewind(fact.entry);
      if (fact.entry === this.#next) this.#stopAt(toAppError(error), fact.entry);
      return false;
    }
  }

  async #erase(fact: Fact): Promise<'more'> {
    if (fact.entry > this.#next) {
      await this.#write(fact.entry);
      return 'more';
    }
    const statements = await this.#erasures();
    if (!this.#take(fact)) return 'more';
    this.#at = fact.entry + 1;
    await this.#write(fact.entry + 1, statements);
    return 'more';
  }

  /**
   * At the start: an erasure that was done, and whose entry was never written, is done here too; and what the log states as
   * pruned is left out of tables that are not as far yet.
   */
  async #sweep(): Promise<'more'> {
    if (this.#unsure) await this.#readProgress();
    const statements = await this.#erasures();
    if (statements.length > 0) await this.#commit(this.#written(), statements);
    return 'more';
  }

  async #erasures() {
    const { projection, database, journal } = this.#given;
    const pruned = journal.pruned();
    const left = pruned.length === 0 ? [] : (projection.prune?.(pruned) ?? []);
    return [...left, ...((await projection.erase?.(database, (subjects) => journal.erasedAmong(subjects))) ?? [])];
  }

  async #write(to: number, first: readonly Statement[] = []): Promise<void> {
    const { statements, carried } = this.#fold.finish();
    const moved: Progress = { next: to, carried, through: to < this.#closedTo };
    try {
      await this.#commit(moved, [...first, ...keepDecisions(this.#decided), ...statements]);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'PROJECTION_STOPPED') throw error;
      return this.#narrow(to, error);
    }
    this.#goTo(moved);
    await this.#given.database.tidy();
  }

  /**
   * In one transaction with the place. Throws DATABASE_UNAVAILABLE when that is not where this track left it: a server may
   * carry out what an earlier process asked for after this one has begun. What is there now holds, once it is read again.
   */
  async #commit({ next: to, carried, through }: Progress, statements: readonly Statement[]): Promise<void> {
    const { database, journal, origin } = this.#given;
    const mark = leafMark(journal, to, through);
    const move = moveOn({ name: this.name, origin, from: this.#next, to, mark, carried });
    try {
      await database.run([move, ...statements]);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'PROJECTION_STOPPED') throw error;
      const { next } = await readProgress(database, this.name);
      if (next === this.#next) throw error;
      throw new AppError('DATABASE_UNAVAILABLE', `another program has moved its place from ${this.#next} to ${next}`);
    }
  }

  /** Whoever waits for the track to reach some place looks again. */
  #tell(): void {
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }

  /** The database refused a batch: half of it next, until one entry is left. */
  #narrow(to: number, error: AppError): void {
    const count = to - this.#next;
    if (count <= 1) this.#stopAt(error, this.#next);
    this.#rewind(this.#next + Math.max(1, Math.floor(count / 2)));
  }

  /** Forgets what is not written yet. */
  #rewind(limit: number): void {
    this.#at = this.#next;
    this.#closedTo = this.#writtenTo();
    this.#limit = limit;
    this.#decided = [];
    this.#chunk = null;
    this.#fold = this.#given.projection.begin(this.#carried);
  }

  #stopAt(error: AppError, entry: number | null): void {
    this.#stop = { error, entry };
    this.#given.say(stopWords(this.name, this.#next, this.#stop), 'tables.stopped');
    this.#moved.resolve();
  }
}

const PASSING: ReadonlySet<string> = new Set(['DATABASE_UNAVAILABLE', 'JOURNAL_UNAVAILABLE', 'PROOF_INVALID']);

/**
 * A database that cannot be reached, or an error of the operating system: the log that could not be read is still there. One that
 * was changed is not folded as it is: the table waits until what was sealed is there again.
 */
function passes(error: unknown): boolean {
  if (isAppError(error)) return PASSING.has(error.code);
  return typeof (error as NodeJS.ErrnoException).errno === 'number';
}
