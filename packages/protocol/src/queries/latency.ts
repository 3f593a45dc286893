// Latency, read from merged histograms: see `latency-buckets.ts` for how exact a quantile is.
import { z } from 'zod';
import { LATENCY_DIMENSIONS, LATENCY_METRICS } from '../dimensions.ts';
import { count, dimensionValue, instant, latencyFilterSchema, periodSchema } from './period.ts';

export const latencyInput = periodSchema.extend({
  metrics: z
    .array(z.enum(LATENCY_METRICS))
    .min(1)
    .max(LATENCY_METRICS.length)
    .default([...LATENCY_METRICS]),
  by: z.enum(LATENCY_DIMENSIONS).optional(),
  /** One row for each hour or day, instead of one for the period. */
  every: z.enum(['hour', 'day']).optional(),
  /** Shares of the calls, 0 to 1. */
  quantiles: z.array(z.number().min(0).max(1)).min(1).max(10).default([0.5, 0.9, 0.95, 0.99]),
  /** Adds the histogram itself. */
  buckets: z.boolean().default(false),
  filters: z.array(latencyFilterSchema).max(20).default([]),
});
export type LatencyInput = z.input<typeof latencyInput>;

export const latencySchema = z.strictObject({
  period: periodSchema,
  quantiles: z.array(z.number()),
  /** Most that a quantile is off, as a share of the true value. */
  relative_error: z.number(),
  rows: z.array(
    z.strictObject({
      metric: z.enum(LATENCY_METRICS),
      /** Of the dimension asked for; null where the call has none, and where none was asked for. */
      value: dimensionValue,
      /** Beginning of the hour or day; null when the row is of the whole period. */
      start: instant.nullable(),
      /** Completed calls that have the figure. */
      calls: count,
      /** Milliseconds, in the order of `quantiles`. */
      ms: z.array(z.number().nullable()),
      /** In order; `from_ms` is in it, `to_ms` is not. Empty unless asked for. */
      buckets: z.array(z.strictObject({ from_ms: z.number(), to_ms: z.number(), calls: count })),
    }),
  ),
});
export type Latency = z.output<typeof latencySchema>;
