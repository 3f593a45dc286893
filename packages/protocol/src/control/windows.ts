// Windows of bypasses as the control API tells them: those that are open, those that the log tells of, and each reconciled
// with what sellers' records say of its time, to the call where they name requests.
import { z } from 'zod';
import { BYPASS_ENDS } from '../bypass.ts';
import { OBSERVED_SOURCES } from '../observed.ts';
import { count, instant } from '../queries/period.ts';

const text = z.string();
const name = text.nullable();
const source = z.enum(OBSERVED_SOURCES);

/** `found`: a record names its request. `missing`: a record of that time names requests, and not this one. */
export const RECORD_STATES = ['found', 'missing', 'unknown', 'unsent'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/**
 * `reconciled`: every call is in a record or never left, and records name as many further requests as were lost. `differs`:
 * they do not. `unknown`: no record tells. `open`: it is not closed yet.
 */
export const WINDOW_VERDICTS = ['reconciled', 'differs', 'unknown', 'open'] as const;
export type WindowVerdict = (typeof WINDOW_VERDICTS)[number];

const sumSchema = z.strictObject({
  seller: text,
  source,
  title: text,
  /** What both sides are about: whole stretches of the record, which may reach beyond the window. */
  since: instant,
  until: instant,
  /** Tokens that the record counts, and that crossed to the seller in the same time, late receipts among them. */
  theirs: count,
  ours: count,
  difference: z.int(),
});

const reconciledSchema = z.strictObject({
  verdict: z.enum(WINDOW_VERDICTS),
  found: count,
  missing: count,
  unknown: count,
  unsent: count,
  /** Requests that records name within the window, and that no receipt bears. */
  unaccounted: count,
  sums: z.array(sumSchema),
});
export type Reconciled = z.output<typeof reconciledSchema>;

const windowSchema = z.strictObject({
  bypass: text,
  opened: instant,
  /** Null: calls go through it now. */
  closed: instant.nullable(),
  /** Null while it is open, or being closed. */
  ended: z.enum(BYPASS_ENDS).nullable(),
  owner: text,
  reason: text,
  /** Let through, and what became of them. */
  calls: count,
  in_flight: count,
  waiting: count,
  sealed: count,
  lost: count,
  refused: count,
  /** A mark or a note that could not be written: after a kill less would be known. */
  trouble: name,
  /** Null: the tables cannot be asked. */
  reconciled: reconciledSchema.nullable(),
});
export type WindowRow = z.output<typeof windowSchema>;

/** One that is not in the log as a whole yet, from memory. */
export const openWindowSchema = z
  .strictObject({
    bypass: text,
    opened: instant,
    /** Null: calls go through it now; else what went through is being sealed. */
    closed: instant.nullable(),
    owner: text,
    calls: count,
    waiting: count,
  })
  .meta({ id: 'OpenBypass' });
export type OpenBypass = z.output<typeof openWindowSchema>;

export const windowsSchema = z
  .strictObject({
    at: instant,
    simulated: z.boolean(),
    rows: z.array(windowSchema),
    /** Older ones that are not shown. */
    more: count,
    notes: z.array(text),
  })
  .meta({ id: 'BypassWindows' });
export type Windows = z.output<typeof windowsSchema>;

export const windowInput = z.strictObject({ bypass: z.string().min(1).max(63), opened: instant });
export const windowDetailSchema = z
  .strictObject({
    at: instant,
    simulated: z.boolean(),
    window: windowSchema,
    /** Late receipts, in the order of the log. */
    calls: z.array(
      z.strictObject({
        id: text,
        entry: count,
        at: instant,
        deployment: name,
        seller: name,
        /** The seller's id of its last request. */
        request: name,
        outcome: text,
        tokens: count.nullable(),
        record: z.enum(RECORD_STATES),
      }),
    ),
    more_calls: count,
    /** Requests within the window that no receipt bears. */
    unaccounted: z.array(
      z.strictObject({ seller: text, source, title: text, at: instant, model: name, tokens: count.nullable() }),
    ),
    more_unaccounted: count,
    notes: z.array(text),
  })
  .meta({ id: 'BypassWindow' });
export type WindowDetail = z.output<typeof windowDetailSchema>;
