// The sample organisation beside a running instance: made in its thread, open while somebody looks at it and going on
// meanwhile, removed when somebody says so, and not made again by itself after that. One thing at a time; calls and the
// instance's own log never hear of any of it.
import { systemClock, toAppError } from '@weighbridge/kernel';
import type { SampleState } from '@weighbridge/protocol';
import type { LogView, SamplePort } from '../api/ports.ts';
import type { Home } from '../home.ts';
import { openLogView } from '../view/log-view.ts';
import { startFlow, type SampleFlow } from './flow-host.ts';
import { flowsUntil } from './flow.ts';
import type { Made } from './make-sample.ts';
import { startSample, type SampleMaking } from './sample-host.ts';
import {
  declineSample,
  isDeclined,
  isOfAnother,
  readMark,
  refuseForeign,
  removeSample,
  wantSample,
} from './sample-home.ts';
import { readScenario } from './scenario.ts';
import type { DealSource } from './seeds.ts';
import type { Say } from '../logging/events.ts';

export interface SampleDeskOptions {
  readonly home: Home;
  /** Whether the start makes it, or shows the one that is there; else it waits to be asked. */
  readonly wanted: boolean;
  /** About so many calls; absent: a whole month of them. */
  readonly calls?: number;
  /** The scenario that seeds its deal, and what tells its seeds from those of another; absent: the alliance, or as it was made. */
  readonly deal?: DealSource & { readonly name: string; readonly digest: string };
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly say: Say;
  /** For tests. */
  readonly rests?: Rests;
}

interface Rests {
  /** Calls stop coming when nobody has looked for so long. */
  readonly flowMs: number;
  /** Its tables and its log are closed when nobody has asked for so long. */
  readonly openMs: number;
}

/** A page that is seen says so every 15 s. */
const RESTS: Rests = { flowMs: 60_000, openMs: 600_000 };
/** How often it is looked whether anybody looks. */
const WATCH_SHARE = 6;

export interface SampleDesk extends SamplePort {
  /** Does what the start wants. Resolves with what was made; null where nothing had to be, or could be. */
  begin(): Promise<Made | null>;
  close(): Promise<void>;
}

type Phase =
  | { readonly kind: 'absent' | 'waiting' | 'closed' | 'removing' }
  | { readonly kind: 'making'; readonly making: SampleMaking }
  | Open
  | { readonly kind: 'failed'; readonly problem: string };

interface Open {
  readonly kind: 'open';
  readonly view: LogView;
  readonly watch: NodeJS.Timeout;
  folded: boolean;
  /** Absent until somebody looks at what is there, and when nobody has for a while. */
  flow: SampleFlow | null;
  /** When somebody looked at it last, and when it was asked something last; monotonic. */
  looked: number;
  asked: number;
}

export const openSampleDesk = (options: SampleDeskOptions): SampleDesk => new Desk(options);

class Desk implements SampleDesk {
  readonly #options: SampleDeskOptions;
  readonly #rests: Rests;
  readonly #days = readScenario().days;
  #phase: Phase;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: SampleDeskOptions) {
    this.#options = options;
    const { home, wanted } = options;
    this.#rests = options.rests ?? RESTS;
    this.#phase = { kind: wanted && (readMark(home)?.whole === true || !isDeclined(home)) ? 'waiting' : 'absent' };
  }

  readonly shown = (): boolean => this.#phase.kind !== 'absent' && this.#phase.kind !== 'failed';

  view(): LogView | null {
    if (this.#phase.kind !== 'open') return null;
    this.#phase.asked = systemClock.monotonic();
    return this.#phase.view;
  }

  async look(): Promise<SampleState> {
    await this.#inTurn(() => void (this.#phase.kind === 'closed' && this.#openNow()));
    const state = await this.state();
    const phase = this.#phase;
    if (phase.kind !== 'open') return state;
    phase.looked = phase.asked = systemClock.monotonic();
    // In turn: one that is being stopped has the folder's lock until it has ended.
    if (state.state === 'ready' && phase.flow === null) await this.#inTurn(() => this.#flowOn(phase));
    return state;
  }

  #flowOn(phase: Open): void {
    if (this.#closed || this.#phase !== phase) return;
    const { home, say } = this.#options;
    phase.flow ??= startFlow({ home, say });
  }

  async state(): Promise<SampleState> {
    const phase = this.#phase;
    const end = phase.kind === 'absent' ? null : (readMark(this.#options.home)?.end ?? null);
    const base = { progress: null, end, until: end === null ? null : flowsUntil(end, this.#days), problem: null };
    if (phase.kind === 'making') return { ...base, state: 'making', progress: phase.making.progress() };
    if (phase.kind === 'failed') return { ...base, state: 'failed', problem: phase.problem };
    if (phase.kind !== 'open') return { ...base, state: phase.kind };
    if (!phase.folded) {
      const { folded, progress } = await foldedOf(phase.view);
      if (!folded) return { ...base, state: 'folding', progress };
      phase.folded = true;
    }
    return { ...base, state: 'ready' };
  }

  async begin(): Promise<Made | null> {
    const making = await this.#inTurn(() => {
      if (this.#phase.kind !== 'waiting') return null;
      const { home, calls, deal, say } = this.#options;
      const mark = readMark(home);
      const other = mark !== undefined && deal !== undefined && isOfAnother(mark, deal);
      if (other)
        say(
          `the sample organisation is made anew: its contracts, claims and playbook are those of ${deal.name}`,
          'sample.made_anew',
        );
      if (mark?.whole !== true || other) return this.#start(calls ?? (other ? mark?.calls : undefined));
      this.#phase = { kind: 'closed' };
      return null;
    });
    return making === null ? null : making.ended.catch(() => null); // Said by `startSample`, and told by the state.
  }

  make(calls?: number): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#phase.kind === 'making') return;
      refuseForeign(this.#options.home);
      await this.#clear();
      wantSample(this.#options.home);
      this.#start(calls);
    });
  }

  remove(): Promise<void> {
    return this.#inTurn(async () => {
      refuseForeign(this.#options.home);
      await this.#clear();
      declineSample(this.#options.home);
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#inTurn(() => this.#leave());
  }

  #inTurn<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    const run = this.#tail.then(work);
    this.#tail = run.catch(() => undefined);
    return run;
  }

  #start(calls: number | undefined): SampleMaking {
    const { home, now, say, deal } = this.#options;
    const making = startSample({
      home,
      now: now(),
      ...(calls === undefined ? {} : { calls }),
      ...(deal === undefined ? {} : { deal: { file: deal.file, text: deal.text } }),
      say,
    });
    this.#phase = { kind: 'making', making };
    making.ended.then(
      // Added up at once: somebody waits for it, or soon will.
      () => this.#inTurn(() => void (this.#isMaking(making) && this.#openNow())),
      (error: unknown) => {
        if (this.#isMaking(making)) this.#phase = { kind: 'failed', problem: toAppError(error).message };
      },
    );
    return making;
  }

  readonly #isMaking = (making: SampleMaking): boolean =>
    this.#phase.kind === 'making' && this.#phase.making === making;

  #openNow(): void {
    const { home, say } = this.#options;
    if (this.#closed || readMark(home)?.whole !== true) return;
    try {
      const view = openLogView({ home, say });
      const watch = setInterval(() => this.#rest(), this.#rests.flowMs / WATCH_SHARE).unref();
      const now = systemClock.monotonic();
      this.#phase = { kind: 'open', view, watch, folded: false, flow: null, looked: now, asked: now };
    } catch (error) {
      const problem = toAppError(error).message;
      this.#phase = { kind: 'failed', problem };
      say(`the sample organisation cannot be shown: ${problem}`, 'sample.failed');
    }
  }

  /** What nobody looks at costs nothing; tables that are still being filled are filled first. */
  #rest(): void {
    const phase = this.#phase;
    if (phase.kind !== 'open') return;
    const now = systemClock.monotonic();
    if (now - phase.looked >= this.#rests.flowMs && phase.flow !== null) {
      const { flow } = phase;
      phase.flow = null;
      void this.#inTurn(() => flow.stop());
    }
    if (now - phase.asked < this.#rests.openMs) return;
    void this.#inTurn(async () => {
      const { state } = await this.state();
      if (this.#phase !== phase || state !== 'ready' || phase.asked > now) return;
      this.#phase = { kind: 'closed' };
      await closeOpen(phase);
    });
  }

  /** Ends what is done with it, in order; its log stays as it is. */
  async #leave(): Promise<void> {
    const phase = this.#phase;
    this.#phase = { kind: 'removing' };
    if (phase.kind === 'making') await phase.making.stop();
    if (phase.kind === 'open') await closeOpen(phase);
    this.#phase = { kind: 'absent' };
  }

  async #clear(): Promise<void> {
    await this.#leave();
    try {
      removeSample(this.#options.home);
    } catch (error) {
      this.#phase = { kind: 'failed', problem: toAppError(error).message };
      throw error;
    }
  }
}

async function closeOpen({ view, watch, flow }: Open): Promise<void> {
  clearInterval(watch);
  await flow?.stop();
  await view.close();
}

interface Folded {
  readonly folded: boolean;
  /** Null while the tables are still opened. */
  readonly progress: SampleState['progress'];
}

/** How far the tables are. Those that have ended count as folded: they say themselves what is wrong. */
async function foldedOf({ ports: { projections, stores } }: LogView): Promise<Folded> {
  const { state, projections: tables } = await projections.state();
  if (state === 'failed') return { folded: true, progress: null };
  if (state !== 'running' || tables.length === 0) return { folded: false, progress: null };
  const total = stores.journal.checkpoint().size;
  const done = Math.min(...tables.map(({ next }) => next));
  return { folded: done >= total, progress: { done, total } };
}
