// Instants in UTC, said to be so, with a relative form beside. `now` is always given: the page's clock ticks in one place.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface WhenText {
  /** `2026-11-22 14:03:07 UTC`. */
  readonly absolute: string;
  /** `3 min ago`, `in 2 h`. */
  readonly relative: string;
  /** For the `datetime` attribute. */
  readonly iso: string;
}

export function prepareWhen(at: number | null, now: number): WhenText | null {
  if (at === null || !Number.isFinite(at)) return null;
  return { absolute: formatInstant(at), relative: formatRelative(at, now), iso: new Date(at).toISOString() };
}

export const formatInstant = (at: number): string => `${isoSeconds(at).replace('T', ' ')} UTC`;

/** `2026-11-22`. */
export const formatDay = (at: number): string => isoSeconds(at).slice(0, 10);

/** `2026-11-22 14:03`, without a zone: for the axis of a chart, which names the zone once. */
export const formatMinute = (at: number): string => isoSeconds(at).slice(0, 16).replace('T', ' ');

const isoSeconds = (at: number): string => new Date(at).toISOString().slice(0, 19);

export function formatRelative(at: number, now: number): string {
  const gap = Math.abs(now - at);
  if (gap < SECOND) return 'now';
  const [size, unit] =
    gap < MINUTE ? [SECOND, 's'] : gap < HOUR ? [MINUTE, 'min'] : gap < 2 * DAY ? [HOUR, 'h'] : [DAY, 'd'];
  const text = `${Math.floor(gap / size)}\u00a0${unit}`;
  return at <= now ? `${text} ago` : `in ${text}`;
}
