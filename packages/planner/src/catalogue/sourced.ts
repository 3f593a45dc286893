// A value of a catalogue: what it is, between which ends it may lie, in which unit, who says so, when, and how sure that is.
// A number without all of it does not stand in a catalogue, so nothing computed from one can hide where it came from.
import { invariant } from '@weighbridge/kernel';
import { z } from 'zod';
import { unitRatio, type Unit } from './units.ts';

export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export interface Sourced {
  readonly value: number;
  /** The ends of what it may be; both or neither. Absent: taken as known. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly unit: Unit;
  /** In the file the name of one of its `sources`; once read, what that source says of itself. */
  readonly source: string;
  /** A year, month or day. In the file it may be left to the source. */
  readonly date: string;
  readonly confidence: Confidence;
  readonly note?: string | undefined;
}

/** Something said in words rather than in a number. */
export interface Stated {
  readonly value: string;
  readonly source: string;
  readonly date: string;
  readonly confidence: Confidence;
  readonly note?: string | undefined;
}

/** Between two ends, with what is most likely. */
export interface Range {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

const DATE_MEND = 'write a date as 2026, 2026-11 or 2026-11-18';
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
export const dateForm = z.string().regex(DATE, DATE_MEND);
const MOST = 1e15;

interface Bounds {
  /** 0 where nothing is said; what is less is refused. In the value's own unit. */
  readonly least?: number;
  readonly most?: number;
  /** Refuses the least itself as well. */
  readonly above?: boolean;
}

/** The form of a value in one of `units`. What it gives has a `date` only once the catalogue was read (catalogue.ts). */
export function sourced(units: readonly [Unit, ...Unit[]], bounds: Bounds = {}): z.ZodType<Sourced> {
  const { least = 0, most = MOST, above = false } = bounds;
  const form = z
    .strictObject({
      value: z.number(),
      low: z.number().optional(),
      high: z.number().optional(),
      unit: z.enum(units),
      source: z.string().min(1).max(60),
      date: dateForm.optional(),
      confidence: z.enum(CONFIDENCES),
      note: z.string().min(1).max(400).optional(),
    })
    .superRefine(({ value, low, high }, context) => {
      const fault = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
      for (const [name, each] of Object.entries({ value, low, high })) {
        if (each === undefined) continue;
        if (above ? each <= least : each < least)
          fault([name], above ? `write more than ${least}` : `write ${least} or more`);
        if (each > most) fault([name], `write ${most} or less`);
      }
      if ((low === undefined) !== (high === undefined))
        fault([], 'write `low` and `high` together, or neither where it is known');
      else if (low !== undefined && high !== undefined && !(low <= value && value <= high))
        fault([], 'put them in order: low, then value, then high');
    });
  return form as unknown as z.ZodType<Sourced>;
}

/** The form of something said in words, with its source. */
export const stated = z.strictObject({
  value: z.string().min(1).max(200),
  source: z.string().min(1).max(60),
  date: dateForm.optional(),
  confidence: z.enum(CONFIDENCES),
  note: z.string().min(1).max(400).optional(),
}) as unknown as z.ZodType<Stated>;

export const isSourced = (value: unknown): value is Sourced | Stated =>
  typeof value === 'object' && value !== null && 'value' in value && 'source' in value && 'confidence' in value;

/** A number of `held`'s unit as one of `unit`. */
export function valueIn(held: Sourced, unit: Unit): number {
  return held.value * factor(held, unit);
}

/** Where no ends are said, all three are the value. */
export function rangeIn(held: Sourced, unit: Unit): Range {
  const times = factor(held, unit);
  const { value, low = value, high = value } = held;
  return { low: low * times, likely: value * times, high: high * times };
}

function factor(held: Sourced, unit: Unit): number {
  const times = unitRatio(held.unit, unit);
  invariant(!Number.isNaN(times), `${held.unit} does not measure what ${unit} does: the form allows too much`);
  return times;
}
