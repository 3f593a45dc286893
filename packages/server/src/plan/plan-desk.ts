// Plans for the control API, and their reports as documents: both are made in the desk's threads, since a PDF takes as long as its run.
// A text with a fault, or a change that a plan cannot take, is refused with PLAN_INVALID. Where a plan takes its demand from the receipts
// of the log that it is asked over, the thread says what it wants, and the hours go with the question anew.
import { invariant } from '@weighbridge/kernel';
import type { OwnHours, WantedRows } from '@weighbridge/planner';
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

export type OwnWanted = Extract<WantedRows, { is: 'own' }>;

/** Hours of the receipts of one log. */
export type OwnReceipts = (wanted: OwnWanted, signal: AbortSignal) => Promise<OwnHours>;

/** By the name of a side, of each workload. */
export type Wants = Readonly<Record<string, readonly (readonly [workload: string, wanted: OwnWanted])[]>>;
type Given = Readonly<Record<string, readonly (readonly [workload: string, hours: OwnHours])[]>>;

export interface PlanQuestion extends PlanAsked {
  readonly given?: Given | undefined;
}

/** What the thread answers a question with whose demand it has not got. */
export interface Wanting {
  readonly wants: Wants;
}

export interface PlanDesk extends Pick<RunDesk<Plans, CheckedPlan, PlanAsked, PlanRun>, 'list' | 'check' | 'close'> {
  /** As any desk's; and what `receipts` throws. */
  run(asked: PlanAsked, signal: AbortSignal, receipts: OwnReceipts): Promise<PlanRun>;
  /** The report of a question as a file. Rejects as `run` does. */
  paper(asked: PlanAsked, format: PaperFormat, signal: AbortSignal, receipts: OwnReceipts): Promise<PlanPaper>;
}

export function openPlanDesk(bounds?: QueueBounds): PlanDesk {
  const desk = openRunDesk<Plans, CheckedPlan, PlanQuestion, PlanRun | Wanting>({
    thread: new URL('./plan-thread.ts', import.meta.url),
    isQuick: ({ draws }) => draws <= PLAN_DRAWS.quick,
    bounds,
  });
  return {
    list: () => desk.list(),
    check: (text, signal) => desk.check(text, signal),
    close: () => desk.close(),
    run: (asked, signal, receipts) =>
      withDemand<PlanRun>(
        asked,
        (question) => desk.run(question, signal),
        (wanted) => receipts(wanted, signal),
      ),
    paper: (asked, format, signal, receipts) =>
      withDemand<PlanPaper>(
        asked,
        (question) => desk.make(format, question, signal),
        (wanted) => receipts(wanted, signal),
      ),
  };
}

/** Asks; and where demand is wanting, once more with it. */
async function withDemand<Made extends PlanRun | PlanPaper>(
  asked: PlanAsked,
  ask: (question: PlanQuestion) => Promise<Made | Wanting>,
  hoursOf: (wanted: OwnWanted) => Promise<OwnHours>,
): Promise<Made> {
  const first = await ask(asked);
  if (!isWanting(first)) return first;
  const given: Record<string, [string, OwnHours][]> = {};
  for (const [side, wanted] of Object.entries(first.wants)) {
    const held: [string, OwnHours][] = [];
    // One after another: the tables answer one question at a time.
    for (const [workload, own] of wanted) held.push([workload, await hoursOf(own)]);
    given[side] = held;
  }
  const second = await ask({ ...asked, given });
  invariant(!isWanting(second), 'what was given is not wanted again');
  return second;
}

const isWanting = (reply: PlanRun | PlanPaper | Wanting): reply is Wanting =>
  typeof reply === 'object' && 'wants' in reply;
