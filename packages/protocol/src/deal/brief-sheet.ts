// The brief as a sheet: the words and figures of each section, in their order, and how many rows of each have room on one page. The
// page of the console, the file to print and the command line all draw this one, so that they say the same. What has no room is
// counted ("and 4 more"), what nobody knows is said in words.
import type { Brief } from './brief.ts';
import { STANDINGS } from './contract-status.ts';
import { drawDown, promises } from './sheet-drawn.ts';
import {
  amountText,
  column,
  dayOf,
  first,
  NONE,
  noneText,
  quantityText,
  worth,
  type SheetSection,
} from './sheet-words.ts';

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
  readonly foot: string;
}

export function briefSheet(brief: Brief): Sheet {
  return {
    title: `Brief: ${brief.organisation ?? 'organisation not known, since no instance runs'}`,
    about: `as of ${stamp(brief.at)} · ${logText(brief)} · ${contractsText(brief)} · spend measured ${dayOf(brief.period.since)} to ${dayOf(brief.period.until)}`,
    headline: headlineOf(brief),
    mark: brief.simulated ? 'simulated' : null,
    sections: [
      decisions(brief),
      owed(brief),
      possible(brief),
      drawDown(brief),
      claims(brief),
      concentration(brief),
      promises(brief),
    ].map(bounded),
    foot: `${playbookText(brief)} Options and investments ("up to") are in no sum of what is owed. An amount is exact, or to the hundredth where ≈ stands before it. P10 to P90 is an interval, not a promise.`,
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
    contracts.length === 0
      ? 'no contract stands in the log'
      : `${contracts.length} ${contracts.length === 1 ? 'contract' : 'contracts'}`;
  const bound =
    unreadable.length === 0
      ? read
      : `${contracts.length === 0 ? 'no contract' : read} that can be read, and ${unreadable.length} that cannot`;
  return `${first}; ${bound}; ${open.length} ${open.length === 1 ? 'claim' : 'claims'} not shown to be true.`;
}

const CELL_MOST = 160;
const LEAD_MOST = 115;
const NOTE_MOST = 180;
const UNREAD_MOST = 150;

/** Shorter than what it says, and says so. */
const clipped = (text: string, most: number): string => {
  const letters = Array.from(text.replaceAll(/[ \t\r\n]+/g, ' ').trim());
  return letters.length <= most
    ? letters.join('')
    : `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
};

const bounded = (section: SheetSection): SheetSection => ({
  ...section,
  lead: clipped(section.lead, LEAD_MOST),
  rows: section.rows.map((row) => row.map((cell) => clipped(cell, CELL_MOST))),
  notes: section.notes.map((note) => clipped(note, NOTE_MOST)),
});

const stamp = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const logText = ({ log }: Brief): string => (log === null ? 'there is no log yet' : `from the ${log} log`);

function contractsText({ contracts, unreadable }: Brief): string {
  if (contracts.length + unreadable.length === 0) return 'no contract stands in the log';
  const parts = STANDINGS.flatMap((standing) => {
    const count = contracts.filter((one) => one.standing === standing).length;
    return count === 0 ? [] : [`${count} ${standing}`];
  });
  if (unreadable.length > 0) parts.push(`${unreadable.length} that cannot be read`);
  return `contracts: ${parts.join(', ')}`;
}

/** Those that are in no figure, and why: the first one, since the sheet has one page. */
function unreadNotes({ unreadable }: Pick<Brief, 'unreadable'>): readonly string[] {
  const { shown, more } = first(unreadable, 1);
  const text = ({ id, why }: Brief['unreadable'][number]): string =>
    `In no figure here: ${[id, ...more].join(' ')}, which cannot be read: ${why}`;
  // What else is left out has to have room beside it.
  return shown.map((one) => clipped(text(one), UNREAD_MOST));
}

const NO_CONTRACT = 'No contract stands in the log: enter one with `weighbridge deal import FILE`.';

// --- what is due

/** A space at which no line ends. */
const FIRM = '\u00a0';

function daysText(days: number): string {
  if (days < 0) return `${-days}${FIRM}${days === -1 ? 'day' : 'days'}${FIRM}late`;
  return days === 0 ? 'today' : `in${FIRM}${days}${FIRM}${days === 1 ? 'day' : 'days'}`;
}

function decisions({ decisions: { rows, more } }: Brief): SheetSection {
  return {
    id: 'decisions',
    title: 'Decisions due next',
    lead: rows.length === 0 ? 'Nothing is due: no contract, incident, review or evidence has a day ahead.' : '',
    page: rows[0]?.page ?? '/contracts',
    columns: [column('By', 12), column('What', 37), column('Why', 35), column('Who', 16)],
    rows: rows.map(({ on, days_left: days, what, why, who }) => [`${on} ${daysText(days)}`, what, why, who]),
    pages: rows.map(({ page }) => page),
    lines: 2,
    notes: more > 0 ? [`and ${more} more, later`] : [],
  };
}

// --- what is owed, and what is only possible

function owed({ money, unpriced, capacity, contracts, unreadable }: Brief): SheetSection {
  const rows = money.flatMap(({ currency, owed: all }) =>
    all.map(({ standing, by, to, ahead, this_year: year, next_due: due }) => [
      standing,
      `${by} → ${to}`,
      amountText(ahead, currency),
      amountText(year, currency),
      due,
    ]),
  );
  const units = capacity.map(({ standing, by, to, quantity, unit, from }) => [
    standing,
    `${by} → ${to}`,
    quantityText(quantity, unit),
    'no money',
    from,
  ]);
  const unknown = unpriced.map(({ standing, by, to, until }) => [
    standing,
    `${by} → ${to}`,
    'no sum stated',
    'no sum stated',
    until,
  ]);
  // What cannot be read takes the place of a row.
  const { shown, more } = first([...rows, ...unknown, ...units], unreadable.length === 0 ? 4 : 3);
  const short = money.flatMap(({ currency, shortfalls }) =>
    shortfalls.map(({ standing, at_most: most }) => `${amountText(most, currency)} (${standing})`),
  );
  return {
    id: 'owed',
    title: 'Obligations still ahead',
    lead:
      contracts.length === 0
        ? noneText({ unreadable }, NO_CONTRACT)
        : short.length === 0
          ? 'No spend commitment: no shortfall can bite.'
          : `Shortfall at most: ${first(short, 3).shown.join(', ')}${first(short, 3)
              .more.map((text) => `, ${text}`)
              .join('')}`,
    page: '/contracts',
    columns: [
      column('Standing', 12),
      column('By → to', 40),
      column('Still ahead', 20, true),
      column('This year', 16, true),
      column('Next due', 12, true),
    ],
    rows: shown,
    pages: [],
    lines: 1,
    notes: [
      ...unreadNotes({ unreadable }),
      ...more,
      ...(unpriced.length > 0 ? [unpricedText(unpriced)] : []),
      ...(contracts.length > 0 && rows.length + unknown.length + units.length === 0
        ? ['Nothing is owed from this day on.']
        : []),
    ],
  };
}

/** An obligation without a sum is named, so that nobody takes it for nothing. */
function unpricedText(unpriced: Brief['unpriced']): string {
  const { shown, more } = first(unpriced, 2);
  return `Owed without a sum, in none above: ${[...shown.map(({ contract, instrument, why }) => `${instrument} of ${contract} (${why})`), ...more].join(', ')}`;
}

function possible({ possible: all, contracts, unreadable }: Brief): SheetSection {
  const { shown, more } = first(all, 3);
  return {
    id: 'possible',
    title: 'Only possible: "up to"',
    lead:
      all.length === 0
        ? contracts.length === 0
          ? noneText({ unreadable }, NONE)
          : 'No option and no investment is open.'
        : 'No obligation, and in no sum above.',
    page: '/commitments',
    columns: [
      column('Standing', 12),
      column('What', 12),
      column('Who decides → for whom', 44),
      column('Up to', 20, true),
      column('Until', 12, true),
    ],
    rows: shown.map(({ standing, what, holder, other, up_to: most, unit, is_money: isMoney, until }) => [
      standing,
      what,
      `${holder} → ${other}`,
      worth(most, unit, isMoney),
      until ?? 'not stated',
    ]),
    pages: [],
    lines: 1,
    notes: more,
  };
}

// --- what is claimed

function claims({ claims: { total, states, conflicts, open } }: Brief): SheetSection {
  const { shown, more } = first(open, 3);
  const counted = states.flatMap(({ state, count }) => (count === 0 ? [] : [`${count} ${state}`]));
  return {
    id: 'claims',
    title: 'Claims',
    lead:
      total === 0
        ? 'Nobody has claimed anything.'
        : `${counted.join(', ')}; ${conflicts === 0 ? 'no headlines contradict each other' : `${conflicts} ${conflicts === 1 ? 'pair of headlines cannot both hold' : 'sets of headlines cannot all hold'}`}`,
    page: '/claims',
    columns: [column('State', 14), column('Word for word', 50), column('Why', 36)],
    rows: shown.map(({ state, text, why, materiality }) => [`${state}, ${materiality}`, `“${text}”`, why]),
    pages: [],
    lines: 2,
    notes: [
      ...more.map((text) => `${text} that are not shown to be true`),
      ...(total > 0 && open.length === 0 ? ['Every claim is verified.'] : []),
    ],
  };
}

// --- on whom it hangs

const percent = (permille: number): string => `${(permille / 10).toFixed(1)} %`;
const span = ({ low, high }: { readonly low: string; readonly high: string }): string =>
  low === high ? low : `${low} to ${high}`;
const AXIS_NAMES = { ultimate_parent: 'by parent', linked_group: 'by linked group' } as const;

function concentration({ concentration: { unknown, unpriced, rows, bands } }: Brief): SheetSection {
  const all = rows.flatMap(({ currency, axes }) =>
    axes.map(({ axis, shares, unplaced_permille: unplaced, hhi, n_eff: equals, bands: touched }) => [
      `${AXIS_NAMES[axis]}, ${currency}`,
      shares.length === 0
        ? 'no seller is found in the register'
        : first(
            shares.map(({ name, permille }) => `${name} ${percent(permille)}`),
            3,
          ).shown.join(', '),
      percent(unplaced),
      `${span(hhi)} (${touched.join(' or ')})`,
      equals === null ? 'not known' : span(equals),
    ]),
  );
  const { shown, more } = first(all, 4);
  return {
    id: 'concentration',
    title: 'Concentration of spend',
    lead: `${unknown ?? 'by what deployments cost, and their sellers'}${unpriced === null || unpriced === 0 ? '' : `; ${unpriced} calls have no price`}`,
    page: '/spend',
    columns: [
      column('Seller', 19),
      column('Largest', 37),
      column('Unplaced', 10, true),
      column('HHI', 22, true),
      column('As many equals', 12, true),
    ],
    rows: shown,
    pages: [],
    lines: 1,
    notes: [
      ...more,
      `Bands at ${bands.moderate_above} and ${bands.high_above} are an indicator, no verdict (${bands.source})`,
    ],
  };
}

function playbookText({ playbook: { total, done, cannot_tell: unknown, done_permille: share } }: Brief): string {
  if (share === null) return 'The playbook has no items.';
  const most = share.low === share.high ? '' : `, at most ${percent(share.high)}`;
  return `Playbook: ${done} of ${total} done (${percent(share.low)} shown${most}); of ${unknown} nobody can tell.`;
}
