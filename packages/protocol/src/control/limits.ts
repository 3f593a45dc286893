// Where the limits of an instance stand: of each what it allows, and of its members the fullest with what is used, held and
// left, when it would run out, and what was told of it. Amounts are exact decimals: dollars for money, else counts. Members
// may be people: it is asked with a session.
import { z } from 'zod';
import { LIMIT_CALENDAR, LIMIT_DIMENSIONS, LIMIT_KINDS, LIMIT_MEASURES } from '../limit-names.ts';
import { count, decimal, instant } from '../queries/period.ts';

/** Counters of one limit that are told, the fullest first; the rest page by page. */
export const LIMIT_COUNTERS_MOST = 20;
/** Counters of one page. */
const MEMBERS_PAGE_MOST = 200;

const dimension = z.enum(LIMIT_DIMENSIONS);

/**
 * When it would run out if calls went on as they did of late. `window`: at the pace since the window began; `recent`: at the
 * pace of the last `over_ms`.
 */
const forecastSchema = z.strictObject({
  basis: z.enum(['recent', 'window']),
  over_ms: count,
  /** Spent in an hour at that pace. */
  per_hour: decimal,
  /** Null: at that pace it lasts, until the window turns or for good. */
  runs_out: instant.nullable(),
});
export type LimitForecast = z.output<typeof forecastSchema>;

const counterSchema = z.strictObject({
  /**
   * `all`: the one counter of a limit that counts for none apart. `shared`: of members for whom there was no counter of their
   * own any more. `member`: of whoever `names` tells.
   */
  of: z.enum(['all', 'shared', 'member']),
  /** In the order of `per`, '' where a call said nothing of it; a long one, or one of several, may be cut with `…`. */
  names: z.array(z.string()),
  /** Spent, and held for calls in flight. */
  used: decimal,
  /** Of `used`: for calls in flight, at what they take at most. */
  held: decimal,
  left: decimal,
  /** While nothing is left: from when on there is room again if nothing else comes; null where waiting does not help. */
  room_at: instant.nullable(),
  /** Null where it is full already, or too little was seen to say. */
  forecast: forecastSchema.nullable(),
  /** Per cent of the amount that were told of in this window; null where nobody runs who would know. */
  alerted: z.array(count).nullable(),
});
export type LimitCounter = z.output<typeof counterSchema>;

export const limitRowSchema = z
  .strictObject({
    id: z.string(),
    measure: z.enum(LIMIT_MEASURES),
    amount: decimal,
    /** Soft: nothing is refused. */
    kind: z.enum(LIMIT_KINDS),
    /** Per cent of the amount at which it is told of; empty: never. */
    alert_at: z.array(count),
    /** Of a calendar, with its zone, or any so many seconds; null for concurrency. */
    window: z
      .union([
        z.strictObject({ calendar: z.enum(LIMIT_CALENDAR), zone: z.string() }),
        z.strictObject({ seconds: count }),
      ])
      .nullable(),
    /** When the window of a calendar ends and all of it is there again; null where it does not turn at once. */
    turns_at: instant.nullable(),
    per: z.array(dimension),
    where: z.partialRecord(dimension, z.array(z.string())),
    /** Calls at simulated deployments do not count. */
    real_only: z.boolean(),
    counters: z.array(counterSchema).max(LIMIT_COUNTERS_MOST),
    /** Counters that hold something and are not told here. */
    more: count,
  })
  .meta({ id: 'Limit' });
export type LimitRow = z.output<typeof limitRowSchema>;

export const limitsSchema = z
  .strictObject({
    at: instant,
    /** `running`: the counters by which calls are admitted now. `log`: nobody runs; counted from what the log has sealed. */
    source: z.enum(['running', 'log']),
    /** Nothing real is called: true for the logs `lab` and `sample`. */
    simulated: z.boolean(),
    currency: z.string(),
    /** By name. */
    rows: z.array(limitRowSchema),
  })
  .meta({ id: 'Limits' });

/** Members of one limit, the fullest first, page by page: where they move meanwhile one may stand on two pages, or on none. */
export const limitMembersInput = z.strictObject({
  id: z.string().min(1).max(64),
  /** So many of the fullest are left out: `next` of the page before. */
  skip: count.default(0),
  limit: z.int().min(1).max(MEMBERS_PAGE_MOST).default(50),
});

export const limitMembersSchema = z
  .strictObject({
    at: instant,
    source: z.enum(['running', 'log']),
    simulated: z.boolean(),
    currency: z.string(),
    /** With the counters of this page. */
    row: limitRowSchema.extend({ counters: z.array(counterSchema).max(MEMBERS_PAGE_MOST) }),
    /** Counters that hold something. */
    members: count,
    next: count.nullable(),
  })
  .meta({ id: 'LimitMembers' });
