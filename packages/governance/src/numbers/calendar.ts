// Days as people write them in a register: a day, a month or a year, since reporting is often no sharper than that. A span is
// compared by its ends, so nothing is called reversed or overdue that may still be in order. Days are UTC.
import { z } from 'zod';

const WRITTEN = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

export const writtenDate = z
  .string()
  .refine(
    (text) => firstDay(text) !== undefined,
    'write a day, a month or a year that exists: 2026-12-31, 2026-12 or 2026',
  );
export const writtenDay = z
  .string()
  .refine((text) => DAY.test(text) && firstDay(text) !== undefined, 'write a day that exists: 2026-12-31');

/** The first day that a written date may mean, or undefined when the calendar has none. */
export function firstDay(text: string): string | undefined {
  const match = WRITTEN.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '01', day = '01'] = match;
  const date = `${year}-${month}-${day}`;
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date ? undefined : date;
}

/** The last day that a written date may mean. The text is one that `firstDay` takes. */
export function lastDay(text: string): string {
  const first = firstDay(text) ?? text;
  const parts = text.split('-').length;
  if (parts === 3) return first;
  const [year, month] = first.split('-').map(Number) as [number, number];
  const next = parts === 2 ? Date.UTC(year, month, 1) : Date.UTC(year + 1, 0, 1);
  return new Date(next - DAY_MS).toISOString().slice(0, 10);
}

/** Surely the wrong way round: every day that `until` may mean lies before every day of `from`. */
export const reversed = (from: string, until: string): boolean => lastDay(until) < (firstDay(from) ?? from);

export const startOf = (day: string): number => Date.parse(`${firstDay(day) ?? day}T00:00:00Z`);
/** The first moment after the day, month or year. */
export const endOf = (day: string): number => Date.parse(`${lastDay(day)}T00:00:00Z`) + DAY_MS;
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
