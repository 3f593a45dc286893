// The part of a route's configuration that keeps answers: how long, in how much memory, and who may share them. Nothing is
// kept unless a route says so, and nothing is ever shared beyond an organisation or a data class.
import { z } from 'zod';

/** Who shares answers, from the widest to the narrowest. */
export const CACHE_SCOPES = ['organisation', 'team', 'project', 'key', 'end_user'] as const;
export type CacheScope = (typeof CACHE_SCOPES)[number];

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const TTL = /^([1-9]\d{0,5})([smhd])$/;
const TTL_MOST_MS = 30 * UNIT_MS.d;

/** Milliseconds of `90s`, `10m`, `24h`, `7d`; 0 for what is none of these. */
export function ttlMs(text: string): number {
  const [, digits, unit] = TTL.exec(text) ?? [];
  return digits === undefined ? 0 : Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

export const cacheSettings = z.strictObject({
  /** An answer is given again for so long: seconds, minutes, hours or days. */
  ttl: z
    .string()
    .regex(TTL, 'write a duration such as 90s, 10m, 24h or 7d')
    .refine((text) => ttlMs(text) <= TTL_MOST_MS, 'an answer is kept for 30d at most'),
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
