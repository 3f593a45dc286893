// What is done to an instance that has settled, and when: more calls than it carries, clouds whose streams stall and break,
// clients that leave in the middle of an answer. The soak's own load goes on all the while.
import { setTimeout } from 'node:timers/promises';
import type { FaultRule, LabControl } from '@weighbridge/lab';

export type PhaseName = 'overload' | 'broken streams' | 'clients that leave';

export interface Plan {
  readonly name: PhaseName;
  /** Seconds since the soak began. */
  readonly from: number;
  readonly seconds: number;
}

/** As it came about: from its first call or fault to the last. */
export interface Phase {
  readonly name: PhaseName;
  readonly from: number;
  readonly to: number;
}

const NAMES = ['overload', 'broken streams', 'clients that leave'] as const;
/** Where in the soak each begins, as shares of its length. */
const BEGINS = [0.5, 0.66, 0.82] as const;
const LENGTH_SHARE = 1 / 24;

export const plansOf = (seconds: number): readonly Plan[] =>
  NAMES.map((name, index) => ({
    name,
    from: seconds * (BEGINS[index] ?? 0),
    seconds: Math.max(1, Math.round(seconds * LENGTH_SHARE)),
  }));

/** Calls beside those of the soak, as multiples of its rate: with them it is six times what it was, twice what it has room for. */
export const OVERLOAD = 5;
export const LEAVING = 0.5;
export const LEAVE_AFTER_MS = 60;

/** One stream in five falls silent for longer than is waited for, and one in ten breaks. */
const FAULTS: readonly FaultRule[] = [
  { fault: 'stall', stream: true, probability: 0.2, ms: 6_000 },
  { fault: 'cut_stream', stream: true, probability: 0.1 },
];

export async function breakStreams(lab: LabControl, seconds: number): Promise<void> {
  for (const rule of FAULTS) await lab.fault(rule);
  try {
    await setTimeout(seconds * 1000);
  } finally {
    await lab.clearFaults();
  }
}
