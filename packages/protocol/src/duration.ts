// A length of time as people write it: a whole number and a unit. One reader for configuration and headers, so that `6h`
// means the same wherever it stands.
import { z } from 'zod';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^([1-9]\d{0,5})([smhd])$/;

/** Milliseconds of `90s`, `10m`, `24h`, `7d`; 0 for what is none of these. */
export function durationMs(text: string): number {
  const [, digits, unit] = DURATION.exec(text) ?? [];
  return digits === undefined ? 0 : Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** `most`: as it would be written. */
export const duration = (most: string, what: string): z.ZodString =>
  z
    .string()
    .regex(DURATION, 'write a duration such as 90s, 10m, 24h or 7d')
    .refine((text) => durationMs(text) <= durationMs(most), `${what} ${most} at most`);
