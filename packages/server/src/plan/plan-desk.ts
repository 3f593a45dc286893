// Plans for the control API, and their reports as documents: both are made in the desk's threads, since a PDF takes as long as its run.
// A text with a fault, or a change that a plan cannot take, is refused with PLAN_INVALID.
import {
  PLAN_DRAWS,
  type CheckedPlan,
  type PAPER_FORMATS,
  type PlanAsked,
  type PlanRun,
  type Plans,
} from '@weighbridge/protocol';
import { openRunDesk, type RunDesk } from '../scenario/run-desk.ts';
import type { QueueBounds } from '../scenario/thread-queue.ts';

export type PaperFormat = (typeof PAPER_FORMATS)[number];
export type PlanPaper = string | Uint8Array<ArrayBuffer>;

export interface PlanDesk extends RunDesk<Plans, CheckedPlan, PlanAsked, PlanRun> {
  /** The report of a question as a file. Rejects as `run` does. */
  paper(asked: PlanAsked, format: PaperFormat, signal: AbortSignal): Promise<PlanPaper>;
}

export function openPlanDesk(bounds?: QueueBounds): PlanDesk {
  const desk = openRunDesk<Plans, CheckedPlan, PlanAsked, PlanRun>({
    thread: new URL('./plan-thread.ts', import.meta.url),
    isQuick: ({ draws }) => draws <= PLAN_DRAWS.quick,
    bounds,
  });
  return { ...desk, paper: (asked, format, signal) => desk.make(format, asked, signal) };
}
