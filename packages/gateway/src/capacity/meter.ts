// One meter of reserved capacity: how full it is, as a pure function of numbers that lie in memory shared by all lanes. Every
// function is called under the lock, with the time as a parameter; a clock that was set back counts where the meter stands:
// stricter, never looser. What a call may take is put in when it is let in, and corrected once it is known what it took.
import type { MeterRule } from './rule.ts';

/** Where in a slice of the memory what stands. */
export const METER_NUMBERS = 3;
const LEVEL = 0;
/** UTC milliseconds up to which it has drained, or the number of its window. */
const AT = 1;
/** Everything ever put in: what was put in after a given call is the difference. */
const PUT = 2;

export interface MeterAt {
  readonly rule: MeterRule;
  readonly cells: Float64Array;
  readonly from: number;
}

/** What is in it now. */
export function levelOf({ rule, cells, from }: MeterAt, now: number): number {
  const at = cells[from + AT] ?? 0;
  if (rule.windowMs !== null) {
    const step = Math.floor(now / rule.windowMs);
    if (step > at) {
      cells[from + LEVEL] = 0;
      cells[from + AT] = step;
    }
  } else if (now > at) {
    cells[from + LEVEL] = Math.max(0, (cells[from + LEVEL] ?? 0) - (now - at) * rule.perMs);
    cells[from + AT] = now;
  }
  return cells[from + LEVEL] ?? 0;
}

/** Milliseconds until there is room for `units`, where up to `size` may be in it; 0: now. Infinity: never. */
export function waitFor(meter: MeterAt, units: number, size: number, now: number): number {
  const { rule } = meter;
  const level = levelOf(meter, now);
  const over = rule.admits === 'below' ? level - size : level + units - size;
  if (rule.admits === 'below' ? over < 0 : over <= 0) return 0;
  if (rule.admits === 'fits' && units > size) return Infinity;
  if (rule.windowMs !== null) return rule.windowMs - (now % rule.windowMs);
  return Math.max(1, Math.ceil(over / rule.perMs));
}

/** Which window it stands in; of one that drains steadily always the same. Told to `correct`. */
export function put({ rule, cells, from }: MeterAt, units: number): number {
  cells[from + LEVEL] = (cells[from + LEVEL] ?? 0) + units;
  cells[from + PUT] = (cells[from + PUT] ?? 0) + units;
  return rule.windowMs === null ? 0 : (cells[from + AT] ?? 0);
}

/** Adds what a call took beyond what was put in for it, or takes the rest out again. */
export function correct(meter: MeterAt, window: number, units: number, now: number): void {
  const { rule, cells, from } = meter;
  const level = levelOf(meter, now);
  // What a window that is over was too full by is forgotten with it.
  if (rule.windowMs !== null && units < 0 && cells[from + AT] !== window) return;
  cells[from + LEVEL] = Math.max(0, level + units);
}

export const putSoFar = ({ cells, from }: MeterAt): number => cells[from + PUT] ?? 0;

/** A part of what the seller's figure is below ours is believed at once; what it is above, whole. */
const BELIEVED = 0.2;

/**
 * The seller says how full it was after a call: `after` is all that had ever been put in then. What others put in who do not
 * cross here, and what our figures are off by, shows as a difference: it is told, above 0 where the seller counts more.
 */
export function heard(meter: MeterAt, said: number, after: number, slack: number, now: number): number {
  const { cells, from } = meter;
  const level = levelOf(meter, now);
  const difference = said - (level - (putSoFar(meter) - after));
  if (difference > 0) cells[from + LEVEL] = level + difference;
  else if (difference < -slack) cells[from + LEVEL] = Math.max(0, level + BELIEVED * (difference + slack));
  return difference;
}
