// Plans for the control API. A run of few draws has a thread of its own, so that what a moved control shows at once never waits behind
// a whole run; under its seed a question has one answer, which is remembered.
import { Worker } from 'node:worker_threads';
import { AppError, LIMITS } from '@weighbridge/kernel';
import { PLAN_DRAWS, type CheckedPlan, type PlanAsked, type PlanRun, type Plans } from '@weighbridge/protocol';
import { rememberAnswers } from '../scenario/remembered.ts';
import { createThreadQueue, type QueueBounds } from '../scenario/thread-queue.ts';

export interface PlanDesk {
  list(): Promise<Plans>;
  /** Reads a text of somebody's own. Rejects as `run` does. */
  check(text: string, signal: AbortSignal): Promise<CheckedPlan>;
  /**
   * Rejects with OVERLOADED, QUERY_TIMEOUT, CLIENT_GONE once nobody waits for it, PLAN_INVALID for a text or a change with a fault,
   * or BAD_REQUEST where a side is `own` and no text is there.
   */
  run(asked: PlanAsked, signal: AbortSignal): Promise<PlanRun>;
  close(): Promise<void>;
}

const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

const BOUNDS: QueueBounds = {
  waiting: LIMITS.scenario_queue,
  deadlineMs: LIMITS.scenario_ms,
  idleMs: LIMITS.scenario_idle_ms,
};

export function openPlanDesk(bounds: QueueBounds = BOUNDS): PlanDesk {
  const start = (): Worker => new Worker(new URL('./plan-thread.ts', import.meta.url), { resourceLimits: HEAP });
  const [quick, whole] = [createThreadQueue(start, bounds), createThreadQueue(start, bounds)];
  const answers = rememberAnswers<PlanRun>();
  let listed: Promise<Plans> | null = null;
  return {
    list: () => {
      listed ??= quick.ask<Plans>('list', null, new AbortController().signal);
      listed.catch(() => (listed = null));
      return listed;
    },
    check: (text, signal) => quick.ask<CheckedPlan>('check', text, signal),
    run: (asked, signal) => {
      if ([asked.name, asked.against?.name].includes('own') && asked.own === undefined)
        return Promise.reject(new AppError('BAD_REQUEST', 'a side is `own`, and the text in `own` is missing'));
      const queue = asked.draws <= PLAN_DRAWS.quick ? quick : whole;
      return answers(asked, signal, (unwanted) => queue.ask<PlanRun>('run', asked, unwanted));
    },
    close: async () => {
      await Promise.all([quick.close(), whole.close()]);
    },
  };
}
