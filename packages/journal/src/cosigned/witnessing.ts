// The log's side of witnessing, beside the traffic and never in its way: new checkpoints are seen by looking at the file,
// each witness is asked at its own pace, and what it says is kept in one more file. Nobody waits for any of it: a witness
// that is dead, slow or lying costs its cosignature, and is shown.
import { isAppError, systemClock, type Clock } from '@weighbridge/kernel';
import type { Checkpoint, Journal } from '../contract.ts';
import { openJournal } from '../journal.ts';
import { TileCache, TileTree } from '../merkle/proof.ts';
import { HashReader } from '../store/hash-store.ts';
import { parseCosignerKey } from '../witness/cosignature.ts';
import type { Fetch } from '../witness/exchange.ts';
import { Chooser, type Progress } from './chooser.ts';
import { readCosignedFile, writeCosignedFile } from './cosigned-file.ts';
import { GatheredCosignatures } from './gathered.ts';
import { submit, witnessUrl, type AskedWitness, type Submitted } from './submit.ts';

const LOOK_MS = 200;
const BACKOFF_MS = 1_000;
const BACKOFF_MOST_MS = 300_000;

export interface WitnessState {
  readonly name: string;
  readonly url: string;
  /** `waiting`: not asked yet. */
  readonly state: 'waiting' | 'cosigning' | Exclude<Submitted['outcome'], 'cosigned'>;
  /** Entries of the newest checkpoint it has cosigned; null for none. */
  readonly size: number | null;
  /** When it did, UTC milliseconds. */
  readonly at: number | null;
  readonly problem?: string;
  /** Since when there is that problem, UTC milliseconds. */
  readonly since?: number;
}

export interface WitnessingOptions {
  /** The journal's folder. */
  readonly folder: string;
  readonly witnesses: readonly { readonly url: string; readonly vkey: string }[];
  readonly fetch?: Fetch;
  readonly clock?: Clock;
  /** Time between two looks at the log. Default 200; 0: only when `look()` is called. */
  readonly lookMs?: number;
  /** Told when a witness's state changes to, or from, a problem. */
  readonly onChange?: (state: WitnessState) => void;
}

export interface Witnessing {
  /** Asks each witness that may be asked now. It is called by itself; by whoever drives it, with `lookMs: 0`. */
  look(): void;
  states(): readonly WitnessState[];
  /** Ends it; submissions under way are given up. */
  stop(): Promise<void>;
}

interface Asked extends AskedWitness {
  readonly vkey: string;
  busy: boolean;
  /** What the witness is thought to have. */
  old: number;
  tookMs: number;
  failures: number;
  /** Monotonic; not asked before. */
  notBefore: number;
  trouble: { readonly outcome: WitnessState['state']; readonly problem: string; readonly since: number } | null;
}

class Run implements Witnessing {
  readonly #journal: Journal;
  readonly #hashes: HashReader;
  readonly #tiles = new TileCache();
  readonly #gathered: GatheredCosignatures;
  readonly #chooser: Chooser;
  readonly #witnesses: readonly Asked[];
  readonly #options: WitnessingOptions;
  readonly #clock: Clock;
  /** Of the submissions under way. */
  readonly #aborts = new Set<AbortController>();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: WitnessingOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#chooser = new Chooser(this.#clock);
    this.#journal = openJournal(options.folder);
    this.#hashes = new HashReader(options.folder);
    const parsed = options.witnesses.map(({ url, vkey }) => ({
      url: witnessUrl(url),
      key: parseCosignerKey(vkey),
      vkey,
    }));
    this.#gathered = new GatheredCosignatures(parsed.map(({ key }) => key));
    this.#restore();
    this.#witnesses = parsed.map((witness) => ({
      ...witness,
      busy: false,
      old: this.#gathered.newestOf(witness.key)?.size ?? 0,
      tookMs: 0,
      failures: 0,
      notBefore: 0,
      trouble: null,
    }));
    if (parsed.length === 0) return;
    const { lookMs = LOOK_MS } = options;
    if (lookMs > 0) this.#timer = setInterval(() => this.look(), lookMs);
    this.look();
  }

  states(): readonly WitnessState[] {
    return this.#witnesses.map((witness) => this.#stateOf(witness));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const abort of this.#aborts) abort.abort();
    await Promise.all(this.#underWay);
    this.#hashes.close();
    this.#journal.close();
  }

  /** What is kept is only a cache: what cannot be read of it is gathered anew. */
  #restore(): void {
    try {
      for (const checkpoint of readCosignedFile(this.#options.folder)) this.#gathered.restore(checkpoint);
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
  }

  look(): void {
    const now = this.#clock.monotonic();
    const idle = this.#witnesses.filter(({ busy, notBefore }) => !busy && notBefore <= now);
    if (idle.length === 0) return;
    const newest = this.#newest(idle);
    if (newest === null) return;
    for (const witness of idle) {
      const all = this.#witnesses.map((each) => this.#progressOf(each));
      const target = this.#chooser.next(this.#progressOf(witness), all, newest);
      if (target === null) continue;
      const work = this.#ask(witness, target).finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }
  }

  /** A checkpoint that cannot be read is for the recorder to cry about; here it only means that nothing can be asked. */
  #newest(idle: readonly Asked[]): Checkpoint | null {
    try {
      return this.#journal.checkpoint();
    } catch (error) {
      for (const witness of idle)
        this.#fail(witness, 'waiting', `the log's own checkpoint cannot be read: ${(error as Error).message}`);
      return null;
    }
  }

  #progressOf({ key, trouble, tookMs }: Asked): Progress {
    const { size = 0, at = 0 } = this.#gathered.newestOf(key) ?? {};
    return { size, at, tookMs, live: trouble === null };
  }

  async #ask(witness: Asked, checkpoint: Checkpoint): Promise<void> {
    witness.busy = true;
    const began = this.#clock.monotonic();
    const abort = new AbortController();
    this.#aborts.add(abort);
    try {
      const submitted = await submit({
        witness,
        checkpoint,
        tree: new TileTree(checkpoint.size, this.#hashes.read, this.#tiles),
        old: witness.old,
        cosigned: this.#gathered.newestOf(witness.key)?.size ?? 0,
        fetch: this.#options.fetch ?? fetch,
        signal: abort.signal,
      });
      if (abort.signal.aborted) return;
      if (submitted.outcome === 'cosigned') this.#take(witness, checkpoint, submitted);
      else this.#fail(witness, submitted.outcome, submitted.problem);
    } catch (error) {
      // Tiles that cannot be read, a full disk: the traffic has its own eyes for that; here a cosignature is missing.
      this.#fail(witness, 'unreachable', `its cosignature could not be had or kept: ${(error as Error).message}`);
    } finally {
      this.#aborts.delete(abort);
      witness.tookMs = this.#clock.monotonic() - began;
      witness.busy = false;
    }
  }

  #take(witness: Asked, checkpoint: Checkpoint, { line, at }: Extract<Submitted, { outcome: 'cosigned' }>): void {
    witness.old = checkpoint.size;
    this.#gathered.add(checkpoint, witness.key, line, at);
    writeCosignedFile(this.#options.folder, this.#gathered.keep(this.#chooser.anchorSize));
    witness.failures = 0;
    witness.notBefore = 0;
    if (witness.trouble === null) return;
    witness.trouble = null;
    this.#options.onChange?.(this.#stateOf(witness));
  }

  #fail(witness: Asked, outcome: WitnessState['state'], problem: string): void {
    const backoff = Math.min(BACKOFF_MS * 2 ** witness.failures, BACKOFF_MOST_MS);
    witness.failures += 1;
    witness.notBefore = this.#clock.monotonic() + backoff;
    const before = witness.trouble;
    const since = before?.outcome === outcome ? before.since : this.#clock.wall();
    witness.trouble = { outcome, problem, since };
    if (before?.outcome !== outcome) this.#options.onChange?.(this.#stateOf(witness));
  }

  #stateOf({ key, url, trouble }: Asked): WitnessState {
    const newest = this.#gathered.newestOf(key);
    const { size = null, at = null } = newest ?? {};
    const base = { name: key.name, url, size, at };
    if (trouble === null) return { ...base, state: newest === null ? 'waiting' : 'cosigning' };
    return { ...base, state: trouble.outcome, problem: trouble.problem, since: trouble.since };
  }
}

/**
 * Begins to have the checkpoints of this journal cosigned. There has to be a signed log. Throws CONFIG_INVALID or
 * PROOF_INVALID for an address or a key that is none.
 */
export const startWitnessing = (options: WitnessingOptions): Witnessing => new Run(options);
