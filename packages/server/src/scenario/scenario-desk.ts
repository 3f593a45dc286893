// Scenarios for the control API. Runs of few paths have a thread of their own, so that what a page shows at once never waits
// behind a whole run. A question that is asked again, or by several at once, is answered by the run that was made for it: under
// its seed it has one answer.
import { Worker } from 'node:worker_threads';
import { AppError, LIMITS } from '@weighbridge/kernel';
import {
  SCENARIO_PATHS,
  type CheckedScenario,
  type ScenarioAsked,
  type ScenarioRun,
  type Scenarios,
} from '@weighbridge/protocol';
import { createThreadQueue, type QueueBounds, type ThreadQueue } from './thread-queue.ts';

export interface ScenarioDesk {
  list(): Promise<Scenarios>;
  /** Reads a text of somebody's own. Rejects as `run` does. */
  check(text: string, signal: AbortSignal): Promise<CheckedScenario>;
  /**
   * Rejects with OVERLOADED, QUERY_TIMEOUT, CLIENT_GONE once nobody waits for it, DEAL_INVALID for a text with a fault, or
   * BAD_REQUEST where a side is `own` and no text is there.
   */
  run(asked: ScenarioAsked, signal: AbortSignal): Promise<ScenarioRun>;
  close(): Promise<void>;
}

/** Of a thread's heap; what a run of a thousand paths holds lies beside it, and is given back after it. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

const BOUNDS: QueueBounds = {
  waiting: LIMITS.scenario_queue,
  deadlineMs: LIMITS.scenario_ms,
  idleMs: LIMITS.scenario_idle_ms,
};

export function openScenarioDesk(bounds: QueueBounds = BOUNDS): ScenarioDesk {
  const start = (): Worker => new Worker(new URL('./scenario-thread.ts', import.meta.url), { resourceLimits: HEAP });
  const [quick, whole] = [createThreadQueue(start, bounds), createThreadQueue(start, bounds)];
  const answers = new Answers();
  let listed: Promise<Scenarios> | null = null;
  return {
    list: () => {
      listed ??= quick.ask<Scenarios>('list', null, new AbortController().signal);
      listed.catch(() => (listed = null));
      return listed;
    },
    check: (text, signal) => quick.ask<CheckedScenario>('check', text, signal),
    run: (asked, signal) => {
      const sides = [asked.name, asked.against?.name];
      if (sides.includes('own') && asked.own === undefined)
        return Promise.reject(new AppError('BAD_REQUEST', 'a side is `own`, and the text in `own` is missing'));
      const queue = asked.paths <= SCENARIO_PATHS.quick ? quick : whole;
      return answers.of(asked, signal, queue);
    },
    close: async () => {
      await Promise.all([quick.close(), whole.close()]);
    },
  };
}

interface Held {
  readonly answer: Promise<ScenarioRun>;
  readonly unwanted: AbortController;
  wanted: number;
}

/** Those asked for last, made or being made. */
class Answers {
  readonly #held = new Map<string, Held>();

  of(asked: ScenarioAsked, signal: AbortSignal, queue: ThreadQueue): Promise<ScenarioRun> {
    const question = JSON.stringify(asked);
    const held = this.#held.get(question) ?? this.#begin(question, asked, queue);
    this.#keep(question, held);
    held.wanted += 1;
    const leave = (): void => {
      held.wanted -= 1;
      if (held.wanted === 0) held.unwanted.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    return held.answer;
  }

  #begin(question: string, asked: ScenarioAsked, queue: ThreadQueue): Held {
    const unwanted = new AbortController();
    const held = { answer: queue.ask<ScenarioRun>('run', asked, unwanted.signal), unwanted, wanted: 0 };
    held.answer.catch(() => {
      if (this.#held.get(question) === held) this.#held.delete(question);
    });
    return held;
  }

  /** The newest stands last. */
  #keep(question: string, held: Held): void {
    this.#held.delete(question);
    this.#held.set(question, held);
    const [oldest] = this.#held.keys();
    if (this.#held.size > LIMITS.scenario_answers && oldest !== undefined) this.#held.delete(oldest);
  }
}
