// The moment that a page is shown for: now, or the end of a day. Later than now it shows what runs out by then, with what is
// known today; earlier, what was known then.
import { formatDay } from '../parts/when/model.ts';

const DAY_MS = 86_400_000;

/** Start of a day in UTC; null for what is no day. */
export function readDay(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || formatDay(at) !== text ? null : at;
}

export interface MomentChoice {
  readonly title: string;
  /** '' is now. */
  readonly at: string;
}

/** `further`: days on which something changes, with what it is. */
export function momentChoices(now: number, further: readonly MomentChoice[] = []): readonly MomentChoice[] {
  const inDays = (days: number): string => formatDay(now + days * DAY_MS);
  return [
    { title: 'Now', at: '' },
    { title: 'In 30 days', at: inDays(30) },
    { title: 'In a year', at: inDays(365) },
    ...further,
  ];
}

/** What is to be known of a page that is not of now; null for now. */
export function momentNote(at: string, now: number): string | null {
  const day = readDay(at);
  if (day === null) return null;
  if (at === formatDay(now)) return `As it is at the end of today, ${at} UTC.`;
  return day > now
    ? `As it will be at the end of ${at} UTC by what is known now: what runs out by then has run out.`
    : `As it was at the end of ${at} UTC, by what was known then.`;
}
