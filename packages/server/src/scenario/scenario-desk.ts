// Scenarios for the control API. Runs of few paths have a thread of their own, so that what a page shows at once never waits
// behind a whole run; under its seed a question has one answer, which is remembered.
import { Worker } from 'node:worker_threads';
import { AppError, LIMITS } from '@weighbridge/kernel';
import {
  SCENARIO_PATHS,
  type CheckedScenario,
  type ScenarioAsked,
  type ScenarioRun,
  type Scenarios,
} from '@weighbridge/protocol';
import { rememberAnswers } from './remembered.ts';
import { createThreadQueue, type QueueBounds } from './thread-queue.ts';

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
  const answers = rememberAnswers<ScenarioRun>();
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
      return answers(asked, signal, (unwanted) => queue.ask<ScenarioRun>('run', asked, unwanted));
    },
    close: async () => {
      await Promise.all([quick.close(), whole.close()]);
    },
  };
}
