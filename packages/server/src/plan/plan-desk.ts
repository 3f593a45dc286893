// Plans for the control API. A text with a fault, or a change that a plan cannot take, is refused with PLAN_INVALID. Where a plan takes its
// demand from the receipts of the log that it is asked over, the thread says what it wants, and the hours go with the question anew.
import type { OwnHours, WantedRows } from '@weighbridge/planner';
import { PLAN_DRAWS, type CheckedPlan, type PlanAsked, type PlanRun, type Plans } from '@weighbridge/protocol';
import { openRunDesk, type RunDesk } from '../scenario/run-desk.ts';
import type { QueueBounds } from '../scenario/thread-queue.ts';

export type OwnWanted = Extract<WantedRows, { is: 'own' }>;

/** Hours of the receipts of one log. */
export type OwnReceipts = (wanted: OwnWanted, signal: AbortSignal) => Promise<OwnHours>;

/** By the name of a side, of each workload. */
export type Wants = Readonly<Record<string, readonly (readonly [workload: string, wanted: OwnWanted])[]>>;
export type Given = Readonly<Record<string, readonly (readonly [workload: string, hours: OwnHours])[]>>;

export interface PlanQuestion extends PlanAsked {
  readonly given?: Given | undefined;
}
export type PlanReply = PlanRun | { readonly wants: Wants };

export interface PlanDesk extends Omit<RunDesk<Plans, CheckedPlan, PlanAsked, PlanRun>, 'run'> {
  /** As any desk's; and what `receipts` throws. */
  run(asked: PlanAsked, signal: AbortSignal, receipts: OwnReceipts): Promise<PlanRun>;
}

export function openPlanDesk(bounds?: QueueBounds): PlanDesk {
  const desk = openRunDesk<Plans, CheckedPlan, PlanQuestion, PlanReply>({
    thread: new URL('./plan-thread.ts', import.meta.url),
    isQuick: ({ draws }) => draws <= PLAN_DRAWS.quick,
    bounds,
  });
  return {
    list: () => desk.list(),
    check: (text, signal) => desk.check(text, signal),
    close: () => desk.close(),
    run: async (asked, signal, receipts) => {
      const first = await desk.run(asked, signal);
      if (!('wants' in first)) return first;
      const given = await givenFor(first.wants, (wanted) => receipts(wanted, signal));
      return (await desk.run({ ...asked, given }, signal)) as PlanRun;
    },
  };
}

async function givenFor(wants: Wants, hoursOf: (wanted: OwnWanted) => Promise<OwnHours>): Promise<Given> {
  const sides: Record<string, [string, OwnHours][]> = {};
  for (const [side, wanted] of Object.entries(wants)) {
    const held: [string, OwnHours][] = [];
    // One after another: the tables answer one question at a time.
    for (const [workload, own] of wanted) held.push([workload, await hoursOf(own)]);
    sides[side] = held;
  }
  return sides;
}
