// What most questions to the projections have in common: a period, and which calls of it. Instants are UTC milliseconds.
import { z } from 'zod';
import { DIMENSIONS, LATENCY_DIMENSIONS } from '../dimensions.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const instant = z.int().min(0).max(8_640_000_000_000_000);

/**
 * From `since` on, up to `until`, which is not in it. Roll-ups know hours: a question is answered for the whole hours that
 * the period touches, and the answer says which.
 */
export const periodSchema = z.strictObject({ since: instant, until: instant });
export type Period = z.output<typeof periodSchema>;

/** A value of a dimension: null where there is none. */
export const dimensionValue = z.string().max(512).nullable();

/** Calls whose dimension has one of these values; with `not`: none of them. */
export const dimensionFilterSchema = z.strictObject({
  dimension: z.enum(DIMENSIONS),
  values: z.array(dimensionValue).min(1).max(100),
  not: z.boolean().default(false),
  /** Null stands for no value, and for one that was erased with the person. This tells the two apart. */
  erased: z.boolean().optional(),
});
export type DimensionFilter = z.output<typeof dimensionFilterSchema>;

export const latencyFilterSchema = dimensionFilterSchema.extend({ dimension: z.enum(LATENCY_DIMENSIONS) });
export type LatencyFilter = z.output<typeof latencyFilterSchema>;

export const filtersSchema = z.array(dimensionFilterSchema).max(20).default([]);

/** Of which a dimension has one: a value, none (`value` null), or one that was erased with the person. */
export const memberSchema = z.strictObject({ value: dimensionValue, erased: z.boolean() });
export type Member = z.output<typeof memberSchema>;

export const count = z.int().min(0);
/** Exact decimal text. */
export const decimal = z.string().regex(/^-?\d{1,28}(\.\d{1,12})?$/);
