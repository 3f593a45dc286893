// The recorder is the one writer of the log. It follows the lanes' write-ahead files, expands each draft into leaf and
// record, appends, makes all of it durable, and only then signs. Anything it loses by crashing was never shown and is
// still in the write-ahead files; anything signed is on disk.
import { AppError, canonicalJson, createUlid, isAppError, systemClock, type Clock } from '@weighbridge/kernel';
import type { By, EntryDraft } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import type { Checkpoint, RecorderOptions, StepReport } from '../contract.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import { expandDraft, type RawDraft } from '../record/record.ts';
import { sealText } from '../record/sealed-text.ts';
import { finishPruning, prune, type PruneOrder, type Pruned } from '../retention/prune.ts';
import { beatRecorder, setRecorderFailing } from '../signals.ts';
import { makeFolder, replaceFile, syncFolders } from '../store/durable-file.ts';
import { checkFormat, stateFormat } from '../store/format.ts';
import { IdReader } from '../store/id-index.ts';
import { checkpointPath, entriesFolder, logFolder, vkeyPath } from '../store/layout.ts';
import { LogWriter } from '../store/log-writer.ts';
import { readItem } from '../store/part-store.ts';
import { openVault, type KeyChange, type Vault } from '../vault/vault.ts';
import { WalTail, type LanePosition } from '../wal/tail.ts';
import { interruptedCall, toEntryDraft, toRawDraft } from './close-intent.ts';
import { hasCall, mayHaveCall, waitingIn } from './orphans.ts';
import { planRetirement, planRotation, publishHandovers, type KeyChanged, type LogState } from './key-change.ts';
import { readPositions, writePositions, type Generation } from './positions.ts';
import { readSealedState } from './sealed-state.ts';
import { mustNotBeSucceeding, type Succession } from './succession.ts';

/** Lane number under which the recorder's own entries (genesis, interrupted calls) stand. */
export const RECORDER_LANE = 65_535;
/** Entries taken by one step at most, so that a checkpoint is never far away. */
const STEP_ENTRIES = 50_000;
const CHECKPOINT_MS = 1_000;
const POLL_MS = 200;

interface State {
  readonly writer: LogWriter;
  readonly tail: WalTail;
  sealed: Generation;
  /** Sequence number of the recorder's own next entry. */
  seq: number;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #clock: Clock;
  readonly #vault: Vault;
  readonly #ulid: () => string;
  readonly #succession: Succession | undefined;
  /** Write-ahead files of which a sync has failed here. */
  readonly #unsure = new Set<string>();
  #state: State | null;
  #lastSeal: number;
  #timer: NodeJS.Timeout | undefined;
  #onEnd: ((error: AppError | null) => void) | null = null;

  constructor(options: RecorderOptions, succession?: Succession) {
    this.#options = options;
    this.#succession = succession;
    this.#clock = options.clock ?? systemClock;
    this.#vault = openVault(options.vault, { durable: true });
    this.#ulid = createUlid(
      () => this.#clock.wall(),
      (bytes) => crypto.getRandomValues(bytes),
    );
    this.#lastSeal = this.#clock.monotonic();
    try {
      this.#vault.subjects.repair();
      syncFolders(options.vault);
      this.#state = this.#reopen();
    } catch (error) {
      if (isAppError(error)) throw error;
      throw new AppError('JOURNAL_UNAVAILABLE', `the journal cannot be opened: ${(error as Error).message}`, {
        cause: error,
      });
    }
    while (this.step({ seal: true }).integrated > 0);
    if (this.size > 0) publishHandovers(options.folder);
    if (this.size > 0) finishPruning(options.folder);
  }

  /** Entries that the last signed checkpoint covers. */
  get size(): number {
    return this.#state?.sealed.size ?? 0;
  }

  /**
   * One look at the write-ahead files; a checkpoint when one is due, or at once with `seal`. A disk that refuses is
   * reported and tried again by the next step; JOURNAL_CORRUPT and its like are thrown.
   */
  step(options: { readonly seal?: boolean } = {}): StepReport {
    this.#beat();
    try {
      const state = (this.#state ??= this.#reopen());
      this.#vault.subjects.refresh();
      const integrated = this.#integrate(state);
      const due = this.#clock.monotonic() - this.#lastSeal >= (this.#options.checkpointMs ?? CHECKPOINT_MS);
      const sealed = (due || options.seal === true) && this.#seal(state);
      state.writer.compact(state.sealed.size, options.seal === true ? Infinity : integrated);
      this.#setTrouble(null);
      return { integrated, sealed, size: state.sealed.size };
    } catch (error) {
      if (isAppError(error)) throw error;
      // What was appended and not signed is cut away and read again: reopening is recovery.
      this.#drop();
      this.#setTrouble(error as Error);
      return { integrated: 0, sealed: false, size: this.size, failing: (error as Error).message };
    }
  }

  /** Steps by itself, in this thread, until `close`. `onEnd` hears of an error that ends it. */
  run(onEnd: (error: AppError | null) => void): void {
    this.#onEnd = onEnd;
    const turn = (): void => {
      try {
        const report = this.step();
        this.#timer = setTimeout(turn, report.integrated >= STEP_ENTRIES ? 0 : this.#restMs(report.size));
      } catch (error) {
        this.#setTrouble(error as Error);
        this.#onEnd?.(error as AppError);
      }
    };
    this.#timer = setTimeout(turn, 0);
  }

  /** Until the next look: each one stands in the way of a call on a busy machine. A checkpoint that is due is not late. */
  #restMs(sealed: number): number {
    const poll = this.#options.pollMs ?? POLL_MS;
    if ((this.#state?.writer.size ?? 0) === sealed) return poll;
    const due = this.#lastSeal + (this.#options.checkpointMs ?? CHECKPOINT_MS) - this.#clock.monotonic();
    return Math.max(0, Math.min(poll, due));
  }

  /** Takes in and seals all that the lanes had written before the call; returns the size. Throws JOURNAL_UNAVAILABLE. */
  sealAll(): number {
    for (;;) {
      const { integrated, failing } = this.step({ seal: true });
      if (failing !== undefined) throw unavailable(failing);
      // Less than a step takes at most: every file was read to its end.
      if (integrated < STEP_ENTRIES) return this.size;
    }
  }

  /**
   * Seals entries of the recorder's own at once, side by side and under one checkpoint: all of them or none. Returns the
   * index of the first.
   */
  record(entries: readonly Pick<EntryDraft, 'kind' | 'public' | 'commercial'>[]): number {
    this.sealAll();
    const state = this.#state;
    if (state === null) throw unavailable('it is closed');
    const index = state.writer.size;
    try {
      for (const entry of entries) this.#appendOwn(state, { ...entry, id: this.#ulid(), at: this.#clock.wall() });
      this.#seal(state);
    } catch (error) {
      this.#drop();
      if (isAppError(error)) throw error;
      this.#setTrouble(error as Error);
      throw unavailable((error as Error).message, error);
    }
    return index;
  }

  /**
   * Deletes records of calls that are old enough, and seals before that what they come to and that they go; first those that
   * a disk kept from going when it was said. Throws JOURNAL_UNAVAILABLE, JOURNAL_CORRUPT.
   */
  prune(order: PruneOrder): Pruned {
    const { closing, folder } = this.#options;
    const seal = (subject: string, text: string): string => sealText(this.#vault, subject, text);
    const record = (entries: Parameters<Recorder['record']>[0]): number => this.record(entries);
    const books = closing === undefined ? {} : { closing, seal };
    try {
      finishPruning(folder);
      return prune(order, { folder, vault: this.#vault.folder, record, ...books });
    } catch (error) {
      if (isAppError(error) || typeof (error as NodeJS.ErrnoException).code !== 'string') throw error;
      throw unavailable((error as Error).message, error);
    }
  }

  /** Takes in what the lanes have written, seals it, and closes. */
  close(): void {
    clearTimeout(this.#timer);
    while (this.step({ seal: true }).integrated > 0);
    this.#drop();
    this.#onEnd?.(null);
  }

  /**
   * Hands the log over to a fresh key: the entry that says so is signed by both, and both sign checkpoints until the old
   * one is retired. Throws JOURNAL_UNAVAILABLE when the disk refuses; what was begun is then finished once it does not.
   */
  rotateKey(reason?: string): KeyChanged {
    const before = [this.#vault.signer.verifier.vkey];
    return this.#changeKeys((state) => planRotation(this.#vault, state, reason), before);
  }

  /** Ends the signing of every key but the current one; does nothing when there is no other. */
  retireKeys(reason?: string): KeyChanged {
    const before = this.#vault.signers.slice(1).map(({ verifier }) => verifier.vkey);
    return this.#changeKeys((state) => planRetirement(this.#vault, state, reason), before);
  }

  #changeKeys(plan: (log: LogState) => KeyChange | null, before: readonly string[]): KeyChanged {
    const { failing } = this.step({ seal: true });
    const state = this.#state;
    if (state === null) throw unavailable(failing ?? 'it is closed');
    const log = { size: state.sealed.size, root: state.writer.root(), at: this.#clock.wall(), id: this.#ulid() };
    const change = plan(log);
    if (change === null) return { action: 'retire', index: null, vkey: this.#vault.signer.verifier.vkey, before };
    try {
      this.#vault.beginKeyChange(change);
      this.#finishKeyChange(state);
    } catch (error) {
      this.#drop();
      if (isAppError(error)) throw error;
      this.#setTrouble(error as Error);
      throw unavailable((error as Error).message, error);
    }
    return { action: change.action, index: change.size, vkey: this.#vault.signer.verifier.vkey, before };
  }

  /** Whatever is left of a change of keys, from wherever it was interrupted. Each step may have been done before. */
  #finishKeyChange(state: State): void {
    const change = this.#vault.keyChange();
    if (change === null) return;
    const { folder } = this.#options;
    if (state.sealed.size === change.size) {
      if (change.action === 'rotate') this.#vault.replaceSigners(change.skeys);
      publishHandovers(folder, change);
      this.#appendOwn(state, { kind: 'log_key', id: change.id, at: change.at, public: change.public });
      this.#seal(state);
    } else if (!readItem(entriesFolder(folder), 2, change.size).includes(`"id":"${change.id}"`)) {
      throw new AppError('JOURNAL_CORRUPT', `entry ${change.size} is not the change of keys that was begun there`);
    }
    if (change.action === 'retire') this.#vault.replaceSigners(change.skeys);
    publishHandovers(folder);
    replaceFile(vkeyPath(folder), `${this.#vault.signer.verifier.vkey}\n`, 0o644);
    this.#vault.dropKeyChange();
  }

  #reopen(): State {
    const state = this.#open();
    try {
      // Until its first entry is signed, a log begins anew with each opening.
      if (state.writer.size === 0) this.#begin(state);
      this.#finishKeyChange(state);
      return state;
    } catch (error) {
      state.tail.close();
      state.writer.close();
      throw error;
    }
  }

  #drop(): void {
    const state = this.#state;
    this.#state = null;
    state?.tail.close();
    state?.writer.close();
  }

  #setTrouble(trouble: Error | null): void {
    if (this.#options.signals !== undefined) setRecorderFailing(this.#options.signals, trouble !== null);
  }

  #beat(): void {
    if (this.#options.signals !== undefined) beatRecorder(this.#options.signals);
  }

  #open(): State {
    const { folder, epoch } = this.#options;
    checkFormat(folder);
    if (this.#succession === undefined) mustNotBeSucceeding(folder);
    makeFolder(logFolder(folder));
    stateFormat(folder);
    syncFolders(folder);
    const checkpoint = readSealedState(folder, this.#vault);
    const size = checkpoint?.size ?? 0;
    const writer = new LogWriter(folder, size);
    if (checkpoint !== null && !writer.root().equals(checkpoint.root)) {
      throw new AppError('JOURNAL_CORRUPT', `the tiles do not lead to the signed root of ${size} entries`);
    }
    const { vkey } = this.#vault.signer.verifier;
    if (!disk.existsSync(vkeyPath(folder)) || disk.readFileSync(vkeyPath(folder), 'utf8') !== `${vkey}\n`) {
      replaceFile(vkeyPath(folder), `${vkey}\n`);
    }
    if (checkpoint !== null) this.#publish(checkpoint);
    const sealed = readPositions(folder, size);
    const own = sealed.lanes.find(([lane, laneEpoch]) => lane === RECORDER_LANE && laneEpoch === epoch);
    const tail = new WalTail(folder, epoch, sealed.lanes, {
      acceptGaps: this.#succession?.acceptGaps ?? false,
      durable: this.#options.durability === 'disk',
      unsure: this.#unsure,
    });
    // What is sealed from here on states how far each lane got, also before its files are read.
    tail.list();
    return { writer, tail, sealed, seq: own?.[2] ?? 0 };
  }

  #begin(state: State): void {
    const { verifier } = this.#vault.signer;
    const text = canonicalJson({ log: this.#options.log, origin: verifier.name, v: 1, vkey: verifier.vkey });
    const entries = this.#succession?.entries ?? [{ kind: 'genesis', public: text } as const];
    for (const entry of entries) this.#appendOwn(state, { id: this.#ulid(), at: this.#clock.wall(), ...entry });
  }

  #appendOwn(state: State, draft: Parameters<typeof toRawDraft>[0], givenAt?: number): void {
    const { node, epoch, build } = this.#options;
    this.#append(state, toRawDraft(draft), { node, epoch, build, lane: RECORDER_LANE, seq: state.seq }, givenAt);
    state.seq += 1;
  }

  #append({ writer }: State, draft: RawDraft, by: By, givenAt?: number): void {
    const { leaf, record } = expandDraft(draft, by, this.#vault, givenAt);
    if (draft.kind === 'intent' && draft.subject !== '') this.#vault.subjects.keep(draft.subject);
    writer.append(leaf, record, draft);
  }

  #integrate(state: State): number {
    let count = 0;
    state.tail.list();
    while (count < STEP_ENTRIES) {
      const taken = state.tail.take();
      if (taken === null) break;
      this.#beat();
      const { node, build, epoch, lane } = taken.writer;
      for (const draft of taken.drafts) this.#append(state, draft, { node, build, epoch, lane, seq: draft.seq });
      count += taken.drafts.length;
    }
    return count + this.#closeOrphans(state);
  }

  /** An intent whose writer died without a call becomes an interrupted call, unless an earlier recovery did it already. */
  #closeOrphans(state: State): number {
    const orphans = state.tail.takeOrphans();
    if (orphans.length === 0) return 0;
    const own = { folder: this.#options.folder, size: state.sealed.size };
    const before = this.#succession?.predecessor;
    const ids = new IdReader(own.folder);
    const idsBefore = before === undefined ? null : new IdReader(before.folder);
    const close = this.#options.closeIntent ?? interruptedCall;
    const waiting = waitingIn(this.#options.waiting);
    let count = 0;
    for (const intent of orphans) {
      if (waiting.has(intent.id) || hasCall(own, ids, intent.id)) continue;
      if (before !== undefined && idsBefore !== null && mayHaveCall(before, idsBefore, intent.id)) continue;
      this.#appendOwn(state, close(toEntryDraft(intent), this.#clock.wall()), intent.at);
      count += 1;
    }
    return count;
  }

  /** Sync, then positions, then the vault's memory, then the checkpoint for all to see. */
  #seal(state: State): boolean {
    const { writer, tail } = state;
    if (writer.size === state.sealed.size) {
      tail.release(tail.positions());
      return false;
    }
    const { folder } = this.#options;
    this.#vault.subjects.sync();
    tail.sync();
    writer.sync();
    const { size } = writer;
    const lanes: LanePosition[] = [...tail.positions(), [RECORDER_LANE, this.#options.epoch, state.seq]];
    const generation = { size, lanes };
    writePositions(folder, [state.sealed, generation]);
    const checkpoint = signCheckpoint(
      { origin: this.#vault.signer.name, size, root: writer.root() },
      this.#vault.signers,
    );
    this.#vault.rememberCheckpoint(checkpoint.text);
    this.#publish(checkpoint);
    state.sealed = generation;
    this.#lastSeal = this.#clock.monotonic();
    tail.release(lanes);
    return true;
  }

  #publish(checkpoint: Checkpoint): void {
    replaceFile(checkpointPath(this.#options.folder), checkpoint.text, 0o644);
  }
}

/**
 * In this thread. Makes the log when there is none; takes in what earlier starts left in write-ahead files, and closes
 * their open intents. Open it before the lanes. Throws JOURNAL_ROLLED_BACK, JOURNAL_CORRUPT, VAULT_UNREADABLE,
 * JOURNAL_UNAVAILABLE.
 */
export const openRecorder = (options: RecorderOptions): Recorder => new Recorder(options);

const unavailable = (why: string, cause?: unknown): AppError =>
  new AppError(
    'JOURNAL_UNAVAILABLE',
    `the log cannot be written while its disk refuses: ${why}`,
    cause === undefined ? {} : { cause },
  );
