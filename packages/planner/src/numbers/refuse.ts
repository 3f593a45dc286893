// What is asked of a model and makes no sense is refused before anything is computed: with the name of the value, what it is, and
// what it may be. Nothing is clamped and nothing is defaulted here, so no answer hides that the question was wrong.
import { AppError } from '@weighbridge/kernel';

/** Throws PLAN_INVALID. `next`: what to change. */
export function refuse(message: string, next: string): never {
  throw new AppError('PLAN_INVALID', message, { next });
}

export interface Bounds {
  readonly least?: number;
  readonly most?: number;
  /** Refuses the least itself as well. */
  readonly above?: boolean;
  readonly whole?: boolean;
}

const MOST = 1e15;

/** `value` itself, when it lies within its bounds: 0 to 10^15 where nothing is said. Throws PLAN_INVALID. */
export function within(name: string, value: number, bounds: Bounds = {}): number {
  const { least = 0, most = MOST, above = false, whole = false } = bounds;
  const fits =
    Number.isFinite(value) &&
    (above ? value > least : value >= least) &&
    value <= most &&
    (!whole || Number.isInteger(value));
  if (fits) return value;
  const kind = whole ? 'a whole number' : 'a number';
  const from = above ? `above ${least}` : `from ${least}`;
  return refuse(
    `${name} is ${value}, and must be ${kind} ${from} to ${most}`,
    `write ${name} as ${kind} ${from} to ${most}`,
  );
}

export const positive = (name: string, value: number, most = MOST): number =>
  within(name, value, { above: true, most });

export const share = (name: string, value: number): number => within(name, value, { most: 1 });

export const whole = (name: string, value: number, least: number, most: number): number =>
  within(name, value, { least, most, whole: true });
