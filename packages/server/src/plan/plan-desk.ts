// Plans for the control API. A text with a fault, or a change that a plan cannot take, is refused with PLAN_INVALID.
import { PLAN_DRAWS, type CheckedPlan, type PlanAsked, type PlanRun, type Plans } from '@weighbridge/protocol';
import { openRunDesk, type RunDesk } from '../scenario/run-desk.ts';
import type { QueueBounds } from '../scenario/thread-queue.ts';

export type PlanDesk = RunDesk<Plans, CheckedPlan, PlanAsked, PlanRun>;

export const openPlanDesk = (bounds?: QueueBounds): PlanDesk =>
  openRunDesk({
    thread: new URL('./plan-thread.ts', import.meta.url),
    isQuick: ({ draws }) => draws <= PLAN_DRAWS.quick,
    bounds,
  });
