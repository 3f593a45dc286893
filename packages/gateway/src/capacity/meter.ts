// One meter of reserved capacity: how full it is, as a pure function of numbers that lie in memory shared by all lanes. Every
// function is called under the lock, with the time as a parameter; a clock that was set back counts where the meter stands:
// stricter, never looser. What a call may take is put in when it is let in, and corrected once it is known what it took.
import type { MeterRule } from './rule.ts';

/** Where in a slice of the memory what stands; what follows belongs to what is learnt of it. */
const LEVEL = 0;
/** UTC milliseconds up to which it has drained, or the number of its window. */
const AT = 1;
/** What was ever added and taken because the seller said so. */
const TOLD = 2;
/** Part of the rate at which it should drain that refusals have taken off. */
const SLOWER = 3;
/** What would be in it by our own books alone, had the seller never said anything. */
const BOOK = 4;
export const LEARNT_FROM = 5;

const SLOWER_STEP = 0.01;
const SLOWER_MOST = 0.5;

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
      cells[from + LEVEL] = cells[from + BOOK] = 0;
      cells[from + AT] = step;
    }
  } else if (now > at) {
    const drained = (now - at) * rateOf({ rule, cells, from });
    cells[from + LEVEL] = Math.max(0, (cells[from + LEVEL] ?? 0) - drained);
    cells[from + BOOK] = Math.max(0, (cells[from + BOOK] ?? 0) - drained);
    cells[from + AT] = now;
  }
  return cells[from + LEVEL] ?? 0;
}

const rateOf = ({ rule, cells, from }: MeterAt): number => rule.perMs * (1 - (cells[from + SLOWER] ?? 0));

/** `steps`: of how much slower it drains than was thought; below 0, of how much faster again. */
export function slow({ cells, from }: MeterAt, steps: number): void {
  cells[from + SLOWER] = Math.min(SLOWER_MOST, Math.max(0, (cells[from + SLOWER] ?? 0) + steps * SLOWER_STEP));
}

/** Milliseconds until there is room for `units`, where up to `size` may be in it; 0: now. Infinity: never. */
export function waitFor(meter: MeterAt, units: number, size: number, now: number): number {
  const { rule } = meter;
  const level = levelOf(meter, now);
  const over = rule.admits === 'below' ? level - size : level + units - size;
  if (rule.admits === 'below' ? over < 0 : over <= 0) return 0;
  if (rule.admits === 'fits' && units > size) return Infinity;
  if (rule.windowMs !== null) return rule.windowMs - (now % rule.windowMs);
  return Math.max(1, Math.ceil(over / rateOf(meter)));
}

/** How a meter stood with a call just put in: what the seller says of that moment is held against it. */
export interface Stood {
  readonly level: number;
  readonly book: number;
  readonly told: number;
  /** Which window it stands in; of one that drains steadily always the same. */
  readonly window: number;
}

export const standsAt = (meter: MeterAt, now: number): Stood => ({
  level: levelOf(meter, now),
  book: meter.cells[meter.from + BOOK] ?? 0,
  told: meter.cells[meter.from + TOLD] ?? 0,
  window: meter.rule.windowMs === null ? 0 : (meter.cells[meter.from + AT] ?? 0),
});

export function put(meter: MeterAt, units: number, now: number): Stood {
  meter.cells[meter.from + LEVEL] = levelOf(meter, now) + units;
  meter.cells[meter.from + BOOK] = (meter.cells[meter.from + BOOK] ?? 0) + units;
  return standsAt(meter, now);
}

/** Adds what a call took beyond what was put in for it, or takes the rest out again. */
export function correct(meter: MeterAt, window: number, units: number, now: number): void {
  const { rule, cells, from } = meter;
  const level = levelOf(meter, now);
  // What a window that is over was too full by is forgotten with it.
  if (rule.windowMs !== null && units < 0 && cells[from + AT] !== window) return;
  cells[from + LEVEL] = Math.max(0, level + units);
  cells[from + BOOK] = Math.max(0, (cells[from + BOOK] ?? 0) + units);
}

/** What the level of that moment would be by all that the seller has said since. */
export const stoodAt = ({ cells, from }: MeterAt, { level, told }: Stood): number =>
  level + (cells[from + TOLD] ?? 0) - told;

/** Moves the level towards what the seller says. */
export function tell(meter: MeterAt, amount: number, now: number): void {
  const { cells, from } = meter;
  const level = levelOf(meter, now);
  const next = Math.max(0, level + amount);
  cells[from + LEVEL] = next;
  cells[from + TOLD] = (cells[from + TOLD] ?? 0) + next - level;
}
