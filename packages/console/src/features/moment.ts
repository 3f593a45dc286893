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

/** Whether a page can be shown for a day to come: what is foretold, or nothing. */
export type Ahead = 'foretold' | 'nothing';

/** `further`: days on which something changes, with what it is. */
export function momentChoices(
  now: number,
  further: readonly MomentChoice[] = [],
  ahead: Ahead = 'foretold',
): readonly MomentChoice[] {
  const inDays = (days: number): string => formatDay(now + days * DAY_MS);
  const toCome = [{ title: 'In 30 days', at: inDays(30) }, { title: 'In a year', at: inDays(365) }, ...further];
  return [
    { title: 'Now', at: '' },
    { title: 'Yesterday', at: inDays(-1) },
    { title: '30 days ago', at: inDays(-30) },
    ...(ahead === 'foretold' ? toCome : []),
  ];
}

/** What is wrong with what was typed; null: it is a day that can be shown, or nothing. */
export function dayFault(typed: string, now: number, ahead: Ahead): string | null {
  if (typed === '') return null;
  const day = readDay(typed);
  if (day === null) return 'Write a day: 2027-01-31.';
  return ahead === 'nothing' && day > now ? `${typed} has not come yet, and nothing of it is foretold here.` : null;
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
