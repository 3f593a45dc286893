// The demand of one draw: what an hour of every block of every month would cost on demand, workload by workload. What is bought is laid against it in
// closed form, what is worth most being carried first, so that a draw takes microseconds where a program would take tens of milliseconds.
import type { WorkloadModel } from './workload-model.ts';

/** Hours of a mean month. */
export const MONTH_HOURS = 730.5;

/** Which growth a demand has: as drawn, or at an end of its range. */
export type Came = 'low' | 'likely' | 'high';

export interface DrawnDemand {
  /** For the values of a draw; what is asked after it is of them. */
  readonly draw: (values: Float64Array, came: Came) => void;
  /** Paid on demand in a month beside so many units. */
  readonly spilled: (month: number, units: number) => number;
  /** Units of it in use, on average over the month. */
  readonly used: (month: number, units: number) => number;
  /** Units that a block would take. */
  readonly asked: (month: number, block: number) => number;
  /** Units that the busiest block would take. */
  readonly peak: (month: number) => number;
  /** What an hour of a unit is worth in a workload. */
  readonly worth: (workload: number) => number;
}

interface Parts {
  readonly workloads: readonly WorkloadModel[];
  readonly months: number;
  readonly blocks: number;
  /** By workload, its growth at both ends. */
  readonly ends: readonly { readonly low: number; readonly high: number }[];
  /** By month the place of how far it lies off its line; none where growth is typed. */
  readonly off: readonly number[];
}

export function drawnDemand({ workloads, months, blocks, ends, off }: Parts): DrawnDemand {
  const base = workloads.map(() => new Float64Array(blocks));
  const factors = workloads.map(() => new Float64Array(months));
  const worth = new Float64Array(workloads.length);
  let order = workloads.map((_, at) => at);
  const hours = MONTH_HOURS / blocks;
  return {
    draw: (values, came) => {
      workloads.forEach((workload, at) => {
        worth[at] = workload.demand(values, base[at]!);
        const rate = came === 'likely' ? values[workload.growth]! : ends[at]![came];
        const held = factors[at]!;
        for (let month = 0; month < months; month += 1) {
          const place = off[month];
          const beside = came !== 'likely' || place === undefined ? 1 : Math.exp(workload.scatter * values[place]!);
          held[month] = beside * (1 + rate) ** month;
        }
      });
      if (workloads.length > 1) order = order.toSorted((a, b) => worth[b]! - worth[a]!);
    },
    spilled: (month, units) => {
      let paid = 0;
      for (let block = 0; block < blocks; block += 1) {
        let left = units;
        for (const at of order) {
          const asked = base[at]![block]! * factors[at]![month]!;
          const worthOfAll = left * worth[at]!;
          if (worthOfAll < asked) paid += asked - worthOfAll;
          left = worthOfAll < asked ? 0 : left - asked / worth[at]!;
        }
      }
      return paid * hours;
    },
    used: (month, units) => {
      let used = 0;
      for (let block = 0; block < blocks; block += 1) used += Math.min(units, askedIn(month, block));
      return used / blocks;
    },
    asked: askedIn,
    peak: (month) => {
      let peak = 0;
      for (let block = 0; block < blocks; block += 1) peak = Math.max(peak, askedIn(month, block));
      return peak;
    },
    worth: (workload) => worth[workload]!,
  };

  function askedIn(month: number, block: number): number {
    let asked = 0;
    for (let at = 0; at < base.length; at += 1) asked += (base[at]![block]! * factors[at]![month]!) / worth[at]!;
    return asked;
  }
}
