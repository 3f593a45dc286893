// Single calls: the newest as rows of a table, older ones and everything else about a call from its receipt.
import { z } from 'zod';
import { OUTCOMES } from '../receipt.ts';
import { callFilterSchema } from './call-search.ts';
import { count, decimal, filtersSchema, instant, periodSchema } from './period.ts';

const name = z.string().nullable();
const ms = z.number().nullable();

/** A call as lists show it. Durations are milliseconds, sizes bytes, money exact decimal text. */
export const callRowSchema = z
  .strictObject({
    /** Index of its entry in the log: the order of lists, and the mark to go on from. */
    entry: count,
    id: z.string(),
    /** When its receipt was written. */
    at: instant,
    /** True where the person was erased: who asked is then unknown for good. */
    erased: z.boolean(),
    organisation: name,
    project: name,
    team: name,
    cost_centre: name,
    environment: name,
    key: name,
    route: name,
    /** Model name as the client wrote it. */
    asked: z.string(),
    surface: z.string(),
    stream: z.boolean(),
    model: name,
    deployment: name,
    cloud: name,
    seller: name,
    region: name,
    /** What the response said of its region, verbatim. */
    region_reported: name,
    tier: name,
    fallback: z.boolean(),
    outcome: z.enum(OUTCOMES),
    status: z.int(),
    error: name,
    attempts: count,
    /** Null where usage is not known. */
    input_tokens: count.nullable(),
    /** Read from a cache; part of `input_tokens`. */
    cached_tokens: count.nullable(),
    output_tokens: count.nullable(),
    total_ms: z.number(),
    ttft_ms: ms,
    tpot_ms: ms,
    gateway_ms: z.number(),
    request_bytes: count,
    response_bytes: count.nullable(),
    /** Null when unpriced. */
    billed: decimal.nullable(),
    currency: z.string(),
    cost_status: z.enum(['exact', 'unpriced', 'estimated']),
    simulated: z.boolean(),
  })
  .meta({ id: 'CallRow' });
export type CallRow = z.output<typeof callRowSchema>;

export const callsInput = z.strictObject({
  filters: z.array(callFilterSchema).max(30).default([]),
  since: instant.optional(),
  until: instant.optional(),
  /** Only calls with a smaller entry index: `next` of the page before. */
  before: count.optional(),
  limit: z.int().min(1).max(500).default(50),
});
export type CallsInput = z.input<typeof callsInput>;

export const callsSchema = z.strictObject({
  /** Newest first. */
  rows: z.array(callRowSchema),
  /** Where to go on; null when all that is kept was looked through. A page may be short, or empty, and yet not the last. */
  next: count.nullable(),
  /** Calls that this page looked through. */
  scanned: count,
  /** Calls that are kept as rows, the oldest of them, and whether they are all there are: else older ones are in the journal. */
  kept: z.strictObject({ calls: count, oldest: instant.nullable(), all: z.boolean() }),
});
export type Calls = z.output<typeof callsSchema>;

/** The calls behind a row of a roll-up: its period and dimensions. */
export const behindInput = periodSchema.extend({
  filters: filtersSchema,
  before: count.optional(),
  limit: z.int().min(1).max(500).default(50),
});
export type BehindInput = z.input<typeof behindInput>;
export const behindSchema = z.strictObject({
  period: periodSchema,
  /** Newest first. */
  rows: z.array(callRowSchema),
  next: count.nullable(),
});
export type Behind = z.output<typeof behindSchema>;

const group = z.record(z.string(), z.unknown()).nullable();

export const receiptInput = z.strictObject({ id: z.string().max(26) });
export type ReceiptInput = z.input<typeof receiptInput>;
export const receiptSchema = z.strictObject({
  id: z.string(),
  entry: count,
  at: instant,
  /** The exact text that the log commits to. */
  leaf: z.string(),
  public: group,
  commercial: group,
  /** Null once erased. */
  personal: group,
  erased: z.boolean(),
  /** What was decided and why; null when the log does not hold it. */
  decision: group,
});
export type Receipt = z.output<typeof receiptSchema>;
