// The part of a route's configuration that keeps answers: how long, in how much memory, and who may share them. Nothing is
// kept unless a route says so, and nothing is ever shared beyond an organisation or a data class.
import { z } from 'zod';
import { duration } from './duration.ts';

/** Who shares answers, from the widest to the narrowest. */
export const CACHE_SCOPES = ['organisation', 'team', 'project', 'key', 'end_user'] as const;
export type CacheScope = (typeof CACHE_SCOPES)[number];

export const cacheSettings = z.strictObject({
  /** An answer is given again for so long: seconds, minutes, hours or days. */
  ttl: duration('30d', 'an answer is kept for'),
  /** Memory of one node for the answers of this route; what is oldest makes room. */
  max_bytes: z
    .int()
    .min(64 * 1024)
    .max(1024 ** 3)
    .default(64 * 1024 ** 2),
  /** Who may get an answer that another asked for. A caller that lacks what is named here shares with nobody. */
  scope: z.enum(CACHE_SCOPES).default('team'),
});

export type CacheSettings = z.output<typeof cacheSettings>;
