// Instants as people type them: a day, an instant, or how long ago. Everything is UTC.
import { AppError } from '@weighbridge/kernel';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DAY_MS = 86_400_000;

/** UTC milliseconds of `2026-11-22`, `2026-11-22T12:00:00Z`, or `90m`, `6h`, `7d` before `now`. Throws USAGE. */
export function parseInstant(text: string, now: number, option: string): number {
  const ago = /^(\d{1,6})([smhdw])$/.exec(text);
  if (ago !== null) return now - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0);
  if (/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(text)) {
    const at = Date.parse(text);
    if (!Number.isNaN(at)) return at;
  }
  throw new AppError('USAGE', `--${option} "${text.slice(0, 40)}" is no time`, {
    next: 'write 2026-11-22, 2026-11-22T12:00:00Z, or 90m, 6h, 7d ago (UTC)',
  });
}

/** Milliseconds of `90m`, `6h`, `7d`. Throws USAGE. */
export function parseSpan(text: string, option: string): number {
  const span = /^(\d{1,6})([smhdw])$/.exec(text);
  if (span !== null) return Number(span[1]) * (UNITS[span[2] ?? ''] ?? 0);
  throw new AppError('USAGE', `--${option} "${text.slice(0, 40)}" is no span of time`, {
    next: 'write 90s, 10m, 6h or 7d',
  });
}

export const startOfDay = (now: number): number => Math.floor(now / DAY_MS) * DAY_MS;

export function parseCount(text: string | undefined, option: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
  throw new AppError('USAGE', `--${option} "${text.slice(0, 40)}" is no number from ${least} to ${most}`, {
    next: `for example --${option} ${Math.min(most, Math.max(least, 20))}`,
  });
}

/** The last millisecond of a day, UTC. Throws USAGE for what is no day. */
export function lastMomentOf(day: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(day)) return at + DAY_MS - 1;
  throw new AppError('USAGE', `--at "${day.slice(0, 40)}" is no day`, { next: 'write 2026-11-22 (UTC)' });
}
