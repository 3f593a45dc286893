// The commands that give on the command line what a page shows; null where the command line has no word for what was filtered.
import type { CallSearchFilter } from '@weighbridge/protocol';
import { ON_SAMPLE } from '../url/mount.ts';
import type { EmptyText } from '../parts/data-table/model.ts';
import type { TimeRange } from '../url/time-range.ts';

interface Span {
  readonly since: number;
  readonly until?: number;
}

const spanOptions = ({ since, until }: Span): string =>
  `--since ${new Date(since).toISOString()}${until === undefined ? '' : ` --until ${new Date(until).toISOString()}`}`;

/** `day`: as of its end; '' for now. */
export const asOfDay = (command: string, day: string): string => (day === '' ? command : `${command} --at ${day}`);

/** `filter`: the text of the page's; `spend` takes none. */
export const spendCommand = (by: readonly string[], filter: string, { from, until }: TimeRange): string | null =>
  filter.trim() === '' ? `weighbridge spend --by ${by.join(',')} ${spanOptions({ since: from, until })}` : null;

export const coverageCommand = ({ from, until }: TimeRange): string =>
  `weighbridge coverage ${spanOptions({ since: from, until })}`;

const CALL_OPTIONS: ReadonlySet<string> = new Set(['team', 'key', 'cloud', 'deployment', 'outcome']);

/** As many as the page loads at first. */
export function callsCommand(filters: readonly CallSearchFilter[], span: Span, limit: number): string | null {
  const options: string[] = [];
  for (const filter of filters) {
    const [value, ...others] = filter.kind === 'text' && !filter.not ? filter.values : [null];
    if (filter.kind !== 'text' || !CALL_OPTIONS.has(filter.field) || others.length > 0) return null;
    if (typeof value !== 'string' || !/^[\w.:-]+$/.test(value)) return null;
    options.push(`--${filter.field} ${value} `);
  }
  return `weighbridge calls ${options.join('')}${spanOptions(span)} --limit ${limit}`;
}

/** What fills an empty page; nothing can be sent to a log that is only looked at. */
export const NO_CALLS: EmptyText = {
  what: 'No call crossed the scale in this range.',
  command: ON_SAMPLE ? null : 'weighbridge lab load --requests 100',
};
