// What a seller's own figures teach of one meter: how far they and our count differ, and so how much has to be left free; how much
// the meter really holds, where that is not published; what is taken for granted of an answer that nothing bounds. A figure is of
// one moment: of that at which the call was let in or of that at which it was answered, whichever our count differs less from.
import { LEARNT_FROM, standsAt, stoodAt, tell, type MeterAt, type Stood } from './meter.ts';

/** Where in the slice of a meter what stands. By how much the two counts differ, as ours stood when the call was let in, and as it stands when the answer is there. */
const APART = LEARNT_FROM;
const APART_LATE = LEARNT_FROM + 1;
/** Averages of what the seller said, of what our books said, and of how many answers nothing bounded. */
const MEAN_SAID = LEARNT_FROM + 2;
const MEAN_BOOK = LEARNT_FROM + 3;
const MEAN_OPEN = LEARNT_FROM + 4;
/** Sums over moves of the meter: of the seller's by ours, and of the seller's by itself. Their quotient is its size. */
const MOVES_BOOK = LEARNT_FROM + 5;
const MOVES_SAID = LEARNT_FROM + 6;
/** Weighted tokens that the seller holds for an answer without a bound. */
const GRANTED = LEARNT_FROM + 7;
export const METER_NUMBERS = LEARNT_FROM + 8;

/** Weight of the newest figure in an average, and part of a difference that is believed of one figure. */
const NEWEST = 0.1;
const BELIEVED = 0.2;
/** By how much two counts differ is remembered longer where they differ less again. */
const CALMER = 0.02;
/** So many times what the counts differ by is left free, and beyond it a difference is no chance. */
const CHANCES = 3;
const FREE_MOST = 0.25;
/** A meter that moved by less than this share of it says nothing of its size, and by more than that no more. */
const MOVED = 0.15;
const MOVED_MOST = 0.2;
/** What weight the configured size has at first, and for good. */
const CONFIGURED_FIRST = 0.1;
const CONFIGURED_LAST = 0.01;
const MOVES_KEPT = 0.95;
const SIZE_LEAST = 0.02;
/** In tokens: what is held for an answer without a bound, and what one figure changes of it. */
const GRANTED_MOST = 8_192;
const GRANTED_STEP = 200;

export function learnFirst({ rule, cells, from }: MeterAt): void {
  cells[from + MEAN_SAID] = NaN;
  cells[from + MOVES_SAID] = CONFIGURED_FIRST;
  cells[from + MOVES_BOOK] = CONFIGURED_FIRST * rule.size;
}

/** Weighted tokens up to which it fills, as far as is known. */
export const sizeOf = ({ rule, cells, from }: MeterAt): number =>
  bounded((cells[from + MOVES_BOOK] ?? 0) / (cells[from + MOVES_SAID] ?? 1), SIZE_LEAST * rule.size, rule.size);

/** What has to be left free for what two counts differ by. */
export const apart = (meter: MeterAt): number => Math.min(FREE_MOST * sizeOf(meter), CHANCES * least(meter));

const least = ({ cells, from }: MeterAt): number => Math.min(cells[from + APART] ?? 0, cells[from + APART_LATE] ?? 0);

export const grantedOf = ({ cells, from }: MeterAt): number => cells[from + GRANTED] ?? 0;

export interface Said {
  /** Share that was full, 0 to 1 and above. */
  readonly full: number;
  /** How our count stood at that moment, and how many answers without a bound were in it. */
  readonly stood: Stood;
  readonly open: number;
}

export function hear(meter: MeterAt, { full, stood, open }: Said, now: number): void {
  const { cells, from } = meter;
  const stands = standsAt(meter, now);
  const late = (cells[from + APART_LATE] ?? 0) < (cells[from + APART] ?? 0);
  const { book } = late ? stands : stood;
  const means = [full, book, open] as const;
  if (Number.isNaN(cells[from + MEAN_SAID])) cells.set(means, from + MEAN_SAID);
  learnSize(meter, full, book);
  const said = full * sizeOf(meter);
  const apartThen = said - stoodAt(meter, stood);
  const apartNow = said - stands.level;
  const difference = late ? apartNow : apartThen;
  learnGrant(meter, difference, open);
  for (const [index, value] of means.entries()) blend(cells, from + MEAN_SAID + index, value, NEWEST);
  const chance = apart(meter);
  differ(cells, from + APART, Math.abs(apartThen));
  differ(cells, from + APART_LATE, Math.abs(apartNow));
  tell(meter, difference > chance ? difference : BELIEVED * difference, now);
}

const differ = (cells: Float64Array, at: number, by: number): void =>
  blend(cells, at, by, by > (cells[at] ?? 0) ? BELIEVED : CALMER);

function blend(cells: Float64Array, at: number, value: number, weight: number): void {
  cells[at] = (1 - weight) * (cells[at] ?? 0) + weight * value;
}

/** By how much ours moves while the seller's does. One that moves without ours, or against it, is moved by somebody else. */
function learnSize({ rule, cells, from }: MeterAt, full: number, book: number): void {
  const moved = full - (cells[from + MEAN_SAID] ?? 0);
  const ours = book - (cells[from + MEAN_BOOK] ?? 0);
  if (Math.abs(moved) < MOVED || ours * moved <= 0) return;
  const weight = Math.min(1, MOVED_MOST / Math.abs(moved)) ** 2;
  const configured = (1 - MOVES_KEPT) * CONFIGURED_LAST;
  cells[from + MOVES_SAID] = MOVES_KEPT * (cells[from + MOVES_SAID] ?? 0) + configured + weight * moved * moved;
  cells[from + MOVES_BOOK] =
    MOVES_KEPT * (cells[from + MOVES_BOOK] ?? 0) + configured * rule.size + weight * moved * ours;
}

/** By how much the counts differ more the more answers are open that nothing bounds. */
function learnGrant(meter: MeterAt, difference: number, open: number): void {
  const { rule, cells, from } = meter;
  const weight = rule.weights.output ?? 0;
  const more = open - (cells[from + MEAN_OPEN] ?? 0);
  const most = GRANTED_STEP * weight;
  const step = bounded((BELIEVED * difference * more) / (1 + more * more), -most, most);
  cells[from + GRANTED] = bounded(grantedOf(meter) + step, 0, GRANTED_MOST * weight);
}

const bounded = (value: number, lowest: number, highest: number): number => Math.min(highest, Math.max(lowest, value));
