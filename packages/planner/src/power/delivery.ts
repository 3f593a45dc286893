// When a tranche stands: its building, its connection, its switchgear, its transformers and its racks are waited for beside each
// other, so the last of them decides; then racks are put into service at the pace of the site.
import { GATES } from '../catalogue/facilities.ts';

export const GATE_NAMES = [...GATES, 'racks'] as const;
export type GateName = (typeof GATE_NAMES)[number];

/** Place of the gate that opens last; of two at once the earlier one in the list. */
export function lastGate(waits: ArrayLike<number>): number {
  let last = 0;
  for (let at = 1; at < waits.length; at += 1) if (waits[at]! > waits[last]!) last = at;
  return last;
}

export interface Arrival {
  /** Months from the plan's start: the first rack serves, and all do. */
  readonly first: number;
  readonly whole: number;
  readonly gate: number;
}

/** `perMonth`: racks put into service in a month. */
export function arrivalOf(begun: number, waits: ArrayLike<number>, racks: number, perMonth: number): Arrival {
  const gate = lastGate(waits);
  const first = begun + waits[gate]!;
  return { first, whole: first + racks / perMonth, gate };
}

/** How many of `racks` serve in `month`, which come evenly between the first and the last. */
export function servingAt(month: number, racks: number, first: number, whole: number): number {
  if (month <= first) return 0;
  // A rack that stands but for the last bit of a double stands.
  return month >= whole ? racks : Math.floor((racks * (month - first)) / (whole - first) + 1e-9);
}
