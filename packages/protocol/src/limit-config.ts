// The part of the configuration that sets limits. What a schema cannot see (names that lead nowhere, a time zone that
// does not exist, an amount that does not fit its measure) is checked where the configuration's meaning is.
import { z } from 'zod';
import {
  LIMIT_AMOUNT_MOST,
  LIMIT_CALENDAR,
  LIMIT_DIMENSIONS,
  LIMIT_HOLDS,
  LIMIT_KINDS,
  LIMIT_MEASURES,
} from './limit-names.ts';

/** Members of one rule that have a counter of their own at a time, at most. */
const MEMBERS_MOST = 200_000;

export const limitRule = z.strictObject({
  measure: z.enum(LIMIT_MEASURES),
  /** Money as a quoted decimal of dollars; anything else as a whole number. */
  amount: z.union([
    z.string().regex(/^\d{1,9}(\.\d{1,9})?$/, 'write money as a quoted decimal, for example "25.00"'),
    z.int().min(0).max(LIMIT_AMOUNT_MOST),
  ]),
  /** A calendar window, or any so many seconds, minutes, hours or days: `90s`, `5m`, `24h`, `30d`. */
  window: z
    .union([
      z.enum(LIMIT_CALENDAR),
      z.string().regex(/^[1-9]\d{0,6}[smhd]$/, 'write minute, hour, day, week or month, or a duration such as 90s'),
    ])
    .optional(),
  /** IANA time zone of a calendar window; UTC by default. */
  zone: z.string().min(1).max(64).optional(),
  /** A counter for each of these; by default one for all. */
  per: z.array(z.enum(LIMIT_DIMENSIONS)).max(LIMIT_DIMENSIONS.length).default([]),
  /** Only calls with one of these values. */
  where: z.partialRecord(z.enum(LIMIT_DIMENSIONS), z.array(z.string().max(512)).min(1).max(256)).default({}),
  /** Hard: what could overrun it is refused before it is sent. Soft: nothing is refused; it is counted and told of. */
  kind: z.enum(LIMIT_KINDS).default('hard'),
  /** Per cent of the amount at which an alert is made, once in a window for each member; a soft one: 80 and 100. */
  alert_at: z.array(z.int().min(1).max(1_000)).max(8).optional(),
  /** What a soft one holds for a call in flight: the most it could take, or what so many per cent of calls took at most. */
  hold: z.enum(LIMIT_HOLDS).optional(),
  /** Members with a counter of their own at a time; those beyond share one. */
  members: z.int().min(1).max(MEMBERS_MOST).default(10_000),
});

export type LimitConfig = z.output<typeof limitRule>;
