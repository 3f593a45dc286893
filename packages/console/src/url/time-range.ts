// A time range as people type it and as the URL carries it: `7d`, `last 7 days`, `yesterday`, `2026-11`,
// `2026-11-01..2026-11-15`. Always UTC. The canonical text reads back to the same range, and a range that moves
// (`7d`) stays one that moves. Ends given as a day, a month or a year are meant whole: `..2026-11-15` holds the 15th.

export interface TimeRange {
  /** Canonical text: what the URL carries. */
  readonly text: string;
  /** UTC milliseconds, inclusive. */
  readonly from: number;
  /** UTC milliseconds, exclusive. */
  readonly until: number;
  readonly label: string;
  /** Whether it ends at the present and moves with it. */
  readonly moving: boolean;
}

export type RangeReading =
  | { readonly ok: true; readonly range: TimeRange }
  | { readonly ok: false; readonly why: string; readonly next: string };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY } as const;
type UnitLetter = keyof typeof UNITS;
const UNIT_WORDS: Readonly<Record<UnitLetter, string>> = { m: 'minute', h: 'hour', d: 'day', w: 'week' };
const MAX_SPAN = 5 * 366 * DAY;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const EXAMPLES = 'write 7d, yesterday, 2026-11, or 2026-11-01..2026-11-15';

export const DEFAULT_RANGE = '7d';

/** Offered for a click; each text is canonical. */
export const PRESETS = ['1h', '24h', '7d', '30d', 'today', 'yesterday', 'this month', 'last month'] as const;

const refused = (why: string, next = EXAMPLES): RangeReading => ({ ok: false, why, next });

export function readTimeRange(text: string, now: number): RangeReading {
  const typed = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (typed === '') return refused('No time range was given.');
  if (typed.length > 60) return refused('That is longer than any time range.');
  return (
    readMoving(typed, now) ??
    readNamed(typed, now) ??
    readSpan(typed, now) ??
    refused(`"${text.trim()}" is not a time range.`)
  );
}

/** The range of a text that is known to be sound, or of the default. */
export function rangeOr(text: string, now: number): TimeRange {
  const reading = readTimeRange(text, now);
  if (reading.ok) return reading.range;
  const fallback = readTimeRange(DEFAULT_RANGE, now);
  return fallback.ok ? fallback.range : { text: '', from: now - DAY, until: now, label: 'Last day', moving: true };
}

const MOVING = /^(?:last |past )?(\d{1,4}) ?(m|min|minutes?|h|hours?|d|days?|w|weeks?)$/;
const ONE = /^(?:last|past) (minute|hour|day|week)$/;

function readMoving(typed: string, now: number): RangeReading | null {
  const match = MOVING.exec(typed);
  // "last week" is the calendar's; "past week" and "last hour" are the last so many.
  const one = ONE.exec(typed);
  const unit = (match?.[2] ?? (one === null || typed === 'last week' ? '' : one[1]))?.[0] as UnitLetter | undefined;
  if (unit === undefined) return null;
  const count = match === null ? 1 : Number(match[1]);
  if (count === 0) return refused('A range of nothing shows nothing.');
  const span = count * UNITS[unit];
  if (span > MAX_SPAN) return refused('A range holds five years at most.');
  // The roll-ups are by the hour: a long range begins on one, so that its first bucket is whole.
  const step = span >= 6 * HOUR ? HOUR : MINUTE;
  const from = Math.floor((now - span) / step) * step;
  const words = count === 1 ? `Last ${UNIT_WORDS[unit]}` : `Last ${count} ${UNIT_WORDS[unit]}s`;
  return { ok: true, range: { text: `${count}${unit}`, from, until: now, label: words, moving: true } };
}

const startOfDay = (at: number): number => Math.floor(at / DAY) * DAY;
const monthStart = (at: number, months = 0): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
};
/** Weeks begin on Monday. 1 January 1970 was a Thursday. */
const startOfWeek = (at: number): number => startOfDay(at) - ((Math.floor(at / DAY) + 3) % 7) * DAY;
const startOfYear = (at: number): number => Date.UTC(new Date(at).getUTCFullYear(), 0, 1);

function readNamed(typed: string, now: number): RangeReading | null {
  const today = startOfDay(now);
  const named: Readonly<Record<string, readonly [from: number, until: number]>> = {
    today: [today, now],
    yesterday: [today - DAY, today],
    'this week': [startOfWeek(now), now],
    'last week': [startOfWeek(now) - 7 * DAY, startOfWeek(now)],
    'this month': [monthStart(now), now],
    'last month': [monthStart(now, -1), monthStart(now)],
    'this year': [startOfYear(now), now],
  };
  // A text can be the name of what every object has.
  const found = Object.hasOwn(named, typed) ? named[typed] : undefined;
  if (found === undefined) return null;
  const [from, end] = found;
  const moving = end === now;
  const until = Math.max(end, from + MINUTE);
  return { ok: true, range: { text: typed, from, until, label: typed[0]?.toUpperCase() + typed.slice(1), moving } };
}

interface Point {
  readonly start: number;
  /** End of what the text names: the next day, month or year; the start itself for an instant. */
  readonly end: number;
  readonly text: string;
}

const POINT = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[t ](\d{2}):(\d{2})z?)?)?)?$/;

function readPoint(text: string): Point | null {
  const match = POINT.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (year === undefined || year < 2000 || year > 2100) return null;
  if (month === undefined) return { start: Date.UTC(year, 0), end: Date.UTC(year + 1, 0), text };
  if (month < 1 || month > 12) return null;
  if (day === undefined) return { start: Date.UTC(year, month - 1), end: Date.UTC(year, month), text };
  const start = Date.UTC(year, month - 1, day);
  if (new Date(start).getUTCDate() !== day || new Date(start).getUTCMonth() !== month - 1) return null;
  if (hour === undefined || minute === undefined) return { start, end: start + DAY, text };
  if (hour > 23 || minute > 59) return null;
  const at = start + hour * HOUR + minute * MINUTE;
  return { start: at, end: at, text: text.replace(' ', 't').replace('t', 'T').replace('z', '') };
}

function readSpan(typed: string, now: number): RangeReading | null {
  const [first = '', second, ...more] = typed.split(/ ?\.\. ?| to | – /);
  const start = readPoint(first);
  if (start === null || more.length > 0) return null;
  if (second === undefined) {
    if (start.end === start.start)
      return refused(`"${typed}" is an instant, not a range.`, `write ${start.text}.. for all since`);
    return checked(start, start, start.text, now, false);
  }
  if (second === '') return checked(start, { start: now, end: now, text: '' }, `${start.text}..`, now, true);
  const end = readPoint(second);
  return end === null ? null : checked(start, end, `${start.text}..${end.text}`, now, false);
}

function checked(start: Point, end: Point, text: string, now: number, moving: boolean): RangeReading {
  if (end.end <= start.start) return refused('The range ends before it begins.');
  if (end.end - start.start > MAX_SPAN) return refused('A range holds five years at most.');
  if (start.start > now + DAY) return refused('The range begins in the future.');
  const label = labelOf(start, end, moving);
  return { ok: true, range: { text, from: start.start, until: end.end, label, moving } };
}

function labelOf(start: Point, end: Point, moving: boolean): string {
  if (moving) return `Since ${pointLabel(start)}`;
  if (start.text === end.text) return pointLabel(start);
  return `${pointLabel(start)} – ${pointLabel(end)}`;
}

function pointLabel({ text, start }: Point): string {
  const date = new Date(start);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  const year = date.getUTCFullYear();
  if (text.length <= 4) return String(year);
  if (text.length <= 7) return `${month} ${year}`;
  const day = `${date.getUTCDate()} ${month} ${year}`;
  return text.length <= 10 ? day : `${day}, ${text.slice(11)}`;
}

/** As it stands in a sentence: `in the last 7 days`, `yesterday`, `in Nov 2026`, `from 1 Nov 2026 to 15 Nov 2026`. */
export function phraseOf({ label, text }: TimeRange): string {
  if (/^\d+[mhdw]$/.test(text)) return `in the ${label.charAt(0).toLowerCase()}${label.slice(1)}`;
  if (/^[a-z]/.test(text) || label.startsWith('Since ')) return label.charAt(0).toLowerCase() + label.slice(1);
  const [from = '', to] = label.split(' – ');
  if (to !== undefined) return `from ${from} to ${to}`;
  return `${text.length === 10 ? 'on' : 'in'} ${label}`;
}

/** A bucket of a chart as a text that reads back to it. */
export const spanText = ({ from, until }: { readonly from: number; readonly until: number }): string =>
  `${new Date(from).toISOString().slice(0, 16)}..${new Date(until).toISOString().slice(0, 16)}`;

/** The range of the same length right before: what "compared with the period before" means. */
export const periodBefore = ({ from, until }: TimeRange): { readonly from: number; readonly until: number } => ({
  from: from - (until - from),
  until: from,
});

const BUCKETS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, DAY, 7 * DAY] as const;
const MAX_BUCKETS = 180;

/** Width of a chart's buckets: the finest of which at most 180 fill the range. */
export function bucketOf({ from, until }: TimeRange): number {
  return BUCKETS.find((width) => (until - from) / width <= MAX_BUCKETS) ?? 7 * DAY;
}
