// The brief as a sheet: the words and figures of each section, in their order, and how many rows of each have room on one page. The
// page of the console, the file to print and the command line all draw this one, so that they say the same. What has no room is
// counted ("and 4 more"), what nobody knows is said in words.
import type { Brief } from './brief.ts';
import { STANDINGS } from './contract-status.ts';
import { claims, questions } from './sheet-asked.ts';
import { drawDown, promises } from './sheet-drawn.ts';
import { owed, possible } from './sheet-owed.ts';
import { fitted, type SheetLayout, type SheetPart } from './sheet-page.ts';
import { concentration, sellers } from './sheet-sellers.ts';
import { clipped, column, dayOf, percent, type SheetSection } from './sheet-words.ts';

export type { SheetSection } from './sheet-words.ts';

export interface Sheet {
  readonly title: string;
  /** What to know first. */
  readonly headline: string;
  /** Who, when, from which log. */
  readonly about: string;
  /** Stands where nothing on the sheet is real. */
  readonly mark: string | null;
  readonly sections: readonly SheetSection[];
  readonly layout: SheetLayout;
  readonly foot: string;
}

/** In their order, with the rows that each has at least, commonly, and at most: what comes first is first to have another. */
const PARTS: readonly (readonly [(brief: Brief, most: number) => SheetSection, SheetPart['rows']])[] = [
  [decisions, [1, 3, 3]],
  [owed, [1, 3, 8]],
  [possible, [1, 2, 6]],
  [drawDown, [1, 2, 8]],
  [sellers, [1, 3, 8]],
  [questions, [1, 2, 6]],
  [claims, [1, 2, 10]],
  [concentration, [1, 2, 6]],
  [promises, [1, 2, 6]],
];

export function briefSheet(brief: Brief): Sheet {
  return {
    title: `Brief: ${brief.organisation ?? 'organisation not known, since no instance runs'}`,
    about: `as of ${stamp(brief.at)} · ${logText(brief)} · ${contractsText(brief)} · spend since ${dayOf(brief.period.since)}`,
    headline: headlineOf(brief),
    mark: brief.simulated ? 'simulated' : null,
    ...fitted(PARTS.map(([make, rows]) => ({ make: (most) => bounded(make(brief, most)), rows }))),
    foot: `${playbookText(brief)} "Up to" is in no sum of what is owed. ≈: told to the hundredth. P10 to P90: an interval, no promise.`,
  };
}

function headlineOf({ decisions: { rows, more }, contracts, unreadable, claims: { open } }: Brief): string {
  const [next] = rows;
  const due = rows.length + more;
  const first =
    next === undefined
      ? 'No decision is due'
      : `${due} ${due === 1 ? 'decision is' : 'decisions are'} due, the next ${next.days_left < 0 ? `since ${next.on}` : `by ${next.on}`} (${daysText(next.days_left)})`;
  const read =
    contracts.length === 0 ? 'no contract' : `${contracts.length} ${contracts.length === 1 ? 'contract' : 'contracts'}`;
  const bound =
    unreadable.length === 0
      ? read
      : `${contracts.length === 0 ? 'no contract' : read} that can be read, and ${unreadable.length} that cannot`;
  return `${first}; ${bound}; ${open.length} ${open.length === 1 ? 'claim' : 'claims'} not shown to be true.`;
}

const CELL_MOST = 160;
const LEAD_MOST = 115;
const NOTE_MOST = 180;

const bounded = (section: SheetSection): SheetSection => ({
  ...section,
  lead: clipped(section.lead, LEAD_MOST),
  rows: section.rows.map((row) => row.map((cell) => clipped(cell, CELL_MOST))),
  notes: section.notes.map((note) => clipped(note, NOTE_MOST)),
});

const stamp = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const logText = ({ log }: Brief): string => (log === null ? 'there is no log yet' : `${log} log`);

function contractsText({ contracts, unreadable }: Brief): string {
  if (contracts.length + unreadable.length === 0) return 'no contract stands in the log';
  const parts = STANDINGS.flatMap((standing) => {
    const count = contracts.filter((one) => one.standing === standing).length;
    return count === 0 ? [] : [`${count} ${standing}`];
  });
  if (unreadable.length > 0) parts.push(`${unreadable.length} that cannot be read`);
  return `contracts: ${parts.join(', ')}`;
}

// --- what is due

/** A space at which no line ends. */
const FIRM = '\u00a0';

function daysText(days: number): string {
  if (days < 0) return `${-days}${FIRM}${days === -1 ? 'day' : 'days'}${FIRM}late`;
  return days === 0 ? 'today' : `in${FIRM}${days}${FIRM}${days === 1 ? 'day' : 'days'}`;
}

function decisions({ decisions: { rows: all, more: later } }: Brief, most: number): SheetSection {
  const rows = all.slice(0, most);
  const more = later + all.length - rows.length;
  return {
    id: 'decisions',
    title: 'Decisions due next',
    lead: rows.length === 0 ? 'Nothing is due: no contract, incident, review or evidence has a day ahead.' : '',
    page: rows[0]?.page ?? '/contracts',
    columns: [column('By', 13), column('What', 37), column('Why', 34), column('Who', 16)],
    rows: rows.map(({ on, days_left: days, what, why, who }) => [`${on} ${daysText(days)}`, what, why, who]),
    pages: rows.map(({ page }) => page),
    flow: true,
    lines: 2,
    notes: more > 0 ? [`and ${more} more, later`] : [],
  };
}

function playbookText({ playbook: { total, done, cannot_tell: unknown, done_permille: share } }: Brief): string {
  if (share === null) return 'The playbook has no items.';
  const most = share.low === share.high ? '' : `, at most ${percent(share.high)}`;
  return `Playbook: ${done} of ${total} done (${percent(share.low)} shown${most}); of ${unknown} nobody can tell.`;
}
