// The sample organisation beside a running instance: made in its thread, then opened for looking, removed when somebody says
// so, and not made again by itself after that. One thing at a time; calls and the instance's own log never hear of any of it.
import { toAppError } from '@weighbridge/kernel';
import type { SampleState } from '@weighbridge/protocol';
import type { LogView, SamplePort } from '../api/ports.ts';
import type { Home } from '../home.ts';
import { openLogView } from '../view/log-view.ts';
import type { Made } from './make-sample.ts';
import { startSample, type SampleMaking } from './sample-host.ts';
import { declineSample, isDeclined, readMark, refuseForeign, removeSample, wantSample } from './sample-home.ts';

export interface SampleDeskOptions {
  readonly home: Home;
  /** Whether the start makes it, or shows the one that is there; else it waits to be asked. */
  readonly wanted: boolean;
  /** About so many calls; absent: a whole month of them. */
  readonly calls?: number;
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly say: (message: string) => void;
}

export interface SampleDesk extends SamplePort {
  /** Does what the start wants. Resolves with what was made; null where nothing had to be, or could be. */
  begin(): Promise<Made | null>;
  close(): Promise<void>;
}

type Phase =
  | { readonly kind: 'absent' | 'waiting' | 'removing' }
  | { readonly kind: 'making'; readonly making: SampleMaking }
  | { readonly kind: 'open'; readonly view: LogView; folded: boolean }
  | { readonly kind: 'failed'; readonly problem: string };

export const openSampleDesk = (options: SampleDeskOptions): SampleDesk => new Desk(options);

class Desk implements SampleDesk {
  readonly #options: SampleDeskOptions;
  #phase: Phase;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: SampleDeskOptions) {
    this.#options = options;
    const { home, wanted } = options;
    this.#phase = { kind: wanted && (readMark(home)?.whole === true || !isDeclined(home)) ? 'waiting' : 'absent' };
  }

  readonly shown = (): boolean => this.#phase.kind !== 'absent' && this.#phase.kind !== 'failed';

  view(): LogView | null {
    return this.#phase.kind === 'open' ? this.#phase.view : null;
  }

  async state(): Promise<SampleState> {
    const phase = this.#phase;
    const end = phase.kind === 'absent' ? null : (readMark(this.#options.home)?.end ?? null);
    const base = { progress: null, end, problem: null };
    if (phase.kind === 'making') return { ...base, state: 'making', progress: phase.making.progress() };
    if (phase.kind === 'failed') return { ...base, state: 'failed', problem: phase.problem };
    if (phase.kind !== 'open') return { ...base, state: phase.kind };
    if (!phase.folded) {
      const progress = await foldedOf(phase.view);
      if (progress !== null) return { ...base, state: 'folding', progress };
      phase.folded = true;
    }
    return { ...base, state: 'ready' };
  }

  async begin(): Promise<Made | null> {
    const making = await this.#inTurn(() => {
      if (this.#phase.kind !== 'waiting') return null;
      const { home, calls } = this.#options;
      if (readMark(home)?.whole === true) return this.#openNow();
      return this.#start(calls);
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
    const { home, now, say } = this.#options;
    const making = startSample({ home, now: now(), ...(calls === undefined ? {} : { calls }), say });
    this.#phase = { kind: 'making', making };
    making.ended.then(
      () => this.#inTurn(() => void (this.#isMaking(making) && this.#openNow())),
      (error: unknown) => {
        if (this.#isMaking(making)) this.#phase = { kind: 'failed', problem: toAppError(error).message };
      },
    );
    return making;
  }

  readonly #isMaking = (making: SampleMaking): boolean =>
    this.#phase.kind === 'making' && this.#phase.making === making;

  #openNow(): null {
    const { home, say } = this.#options;
    if (this.#closed || readMark(home)?.whole !== true) return null;
    try {
      this.#phase = { kind: 'open', view: openLogView({ home, say }), folded: false };
    } catch (error) {
      const problem = toAppError(error).message;
      this.#phase = { kind: 'failed', problem };
      say(`the sample organisation cannot be shown: ${problem}`);
    }
    return null;
  }

  /** Ends what is done with it, in order; its log stays as it is. */
  async #leave(): Promise<void> {
    const phase = this.#phase;
    this.#phase = { kind: 'removing' };
    if (phase.kind === 'making') await phase.making.stop();
    if (phase.kind === 'open') await phase.view.close();
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

/** How far the first fold is; null once the tables hold every entry, or have ended: then they say themselves what is wrong. */
async function foldedOf({ ports: { projections, stores } }: LogView): Promise<SampleState['progress']> {
  const { state, projections: tables } = await projections.state();
  const total = stores.journal.checkpoint().size;
  if (state === 'failed') return null;
  const done = tables.length === 0 ? 0 : Math.min(...tables.map(({ next }) => next));
  return state === 'running' && done >= total ? null : { done, total };
}
