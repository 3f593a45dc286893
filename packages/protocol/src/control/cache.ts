// What the caches of routes hold and have saved since the instance started, and what of it is to be forgotten. Answers are in
// memory only: nothing here tells one.
import { z } from 'zod';
import { count, decimal, instant } from '../queries/period.ts';

const name = z.string().min(1).max(128);

const cacheRowSchema = z
  .strictObject({
    route: z.string(),
    /** Answers kept now, their bytes, and how many may be kept. Lanes share the bytes. */
    entries: count,
    bytes: count,
    max_bytes: count,
    /** Calls that got an answer which was there, and one that was under way to another call. */
    hits: count,
    joined: count,
    /** Calls that asked a cloud: because there was no answer, and because their caller wanted none from the cache. */
    misses: count,
    bypassed: count,
    /** Answers that were kept, and those that made room before their time. */
    kept: count,
    evicted: count,
    /** List price of what was not bought, by currency: never billed, and on the basis that each receipt states. */
    avoided: z.record(z.string(), decimal),
    /** Hits whose price is not known: not in `avoided`. */
    unpriced: count,
  })
  .meta({ id: 'CacheOfRoute' });
export type CacheRow = z.output<typeof cacheRowSchema>;

export const cacheSchema = z
  .strictObject({
    at: instant,
    /** Counts since then: they end with the process, receipts stay. */
    since: instant,
    simulated: z.boolean(),
    /** Of each route whose configuration has a cache, in its order. */
    rows: z.array(cacheRowSchema),
  })
  .meta({ id: 'Cache' });

/** Which answers go; all of them where nothing is named. */
export const purgeCacheInput = z.strictObject({ route: name.optional(), team: name.optional() });

export const purgedCacheSchema = z.strictObject({ entries: count, bytes: count }).meta({ id: 'PurgedCache' });
