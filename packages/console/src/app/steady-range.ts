// A moving range moves with every tick of the clock, and with it every question that is asked; so for questions it moves
// once a minute. What is shown as its label is the same.
import type { TimeRange } from '../url/time-range.ts';

const STEP_MS = 60_000;

export function steadyRange(range: TimeRange): TimeRange {
  return range.moving ? { ...range, until: Math.ceil(range.until / STEP_MS) * STEP_MS } : range;
}
