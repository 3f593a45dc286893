// Of the sheet, what is owed from its day on, and what is only possible: two lists, and no sum of both. What is owed without a sum, and
// what cannot be read, is named, so that nobody takes it for nothing.
import type { Brief } from './brief.ts';
import {
  amountText,
  clipped,
  column,
  first,
  NONE,
  noneText,
  quantityText,
  worth,
  type SheetSection,
} from './sheet-words.ts';

const UNREAD_MOST = 150;

/** Those that are in no figure, and why: the first one, since the sheet has one page. */
function unreadNotes({ unreadable }: Pick<Brief, 'unreadable'>): readonly string[] {
  const { shown, more } = first(unreadable, 1);
  const text = ({ id, why }: Brief['unreadable'][number]): string =>
    `In no figure here: ${[id, ...more].join(' ')}, which cannot be read: ${why}`;
  // What else is left out has to have room beside it.
  return shown.map((one) => clipped(text(one), UNREAD_MOST));
}

const NO_CONTRACT = 'No contract stands in the log: enter one with `weighbridge deal import FILE`.';

export function owed({ money, unpriced, capacity, contracts, unreadable }: Brief, most: number): SheetSection {
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
  const { shown, more } = first([...rows, ...unknown, ...units], most);
  const short = money.flatMap(({ currency, shortfalls }) =>
    shortfalls.map(({ standing, at_most: all }) => `${amountText(all, currency)} (${standing})`),
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
      column('Standing', 9),
      column('By → to', 45),
      column('Still ahead', 19, true),
      column('This year', 15, true),
      column('Next due', 12, true),
    ],
    rows: shown,
    pages: [],
    flow: false,
    lines: 1,
    notes: [
      ...more,
      ...unreadNotes({ unreadable }),
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

export function possible({ possible: all, contracts, unreadable }: Brief, most: number): SheetSection {
  const { shown, more } = first(all, most);
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
      column('Standing', 10),
      column('What', 12),
      column('Who decides → for whom', 46),
      column('Up to', 20, true),
      column('Until', 12, true),
    ],
    rows: shown.map(({ standing, what, holder, other, up_to: upTo, unit, is_money: isMoney, until }) => [
      standing,
      what,
      `${holder} → ${other}`,
      worth(upTo, unit, isMoney),
      until ?? 'not stated',
    ]),
    pages: [],
    flow: false,
    lines: 1,
    notes: more,
  };
}
