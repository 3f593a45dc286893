// The contracts that stand, prepared: what is owed, what bites next, until when notice can be given. A draft or an offer obliges
// nobody yet, and what was only reported is nobody's word: each is summed apart and said as what it is.
import { contractStatus, type ContractRow, type Contracts, type UnreadableContract } from '@weighbridge/protocol';
import type { ContractColumn } from '../../app/deal-search.ts';
import type { Cell } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { decimalOf, sumOf } from '../../parts/money/decimal.ts';
import { betweenText, briefMoney, counted, daysFrom, daysText, statusTag } from './words.ts';
import type { Headline } from '../headline.ts';

type Binding = 'signed' | 'reported' | 'unsigned';
const BINDINGS: readonly (readonly [Binding, (amounts: string) => string])[] = [
  ['signed', (amounts) => `${amounts} owed in all`],
  ['unsigned', (amounts) => `${amounts} would be owed if the drafts and offers are signed`],
  ['reported', (amounts) => `${amounts} only reported as owed`],
];

/** Null: it has ended, and obliges to nothing. */
function bindingOf(status: string): Binding | null {
  if (status === 'ended') return null;
  return status === 'signed' || status === 'reported' ? status : 'unsigned';
}

/** A contract that stands, of which nothing can be said but this. */
export interface UnreadableText {
  readonly key: string;
  readonly text: string;
  readonly next: string;
}

export const unreadableTexts = (unreadable: readonly UnreadableContract[]): readonly UnreadableText[] =>
  unreadable.map(({ id, title, why, next }) => ({
    key: id,
    text: `${title} (${id}) stands in the log, cannot be read, and is in no sum: ${why}.`,
    next: `Next: ${next}.`,
  }));

/** `day`: the one that is asked about; '' is now. */
export function contractsHeadline({ rows, at, unreadable }: Contracts, day = ''): Headline {
  if (rows.length === 0 && unreadable.length === 0 && day !== '')
    return { first: `No contract stands in this log as of the end of ${day}.`, second: '' };
  if (rows.length === 0 && unreadable.length > 0)
    return {
      first: `${counted(unreadable.length, 'contract stands', 'contracts stand')}, and none of them can be read.`,
      second: 'What they oblige to is not known here until their texts are back.',
    };
  if (rows.length === 0)
    return {
      first: 'No contract stands in this log.',
      second:
        'Enter one to see what is missing in it, what it obliges to, when a shortfall bites and when to leave. No call has to be made for that.',
    };
  const sums = BINDINGS.flatMap(([binding, says]) => {
    const amounts = owedText(rows.filter(({ status }) => bindingOf(status) === binding));
    return amounts === '' ? [] : [says(amounts)];
  });
  const unpriced = unpricedText(rows);
  const all = unpriced === '' ? sums : [...sums, unpriced];
  const unread =
    unreadable.length === 0 ? '' : `, and ${counted(unreadable.length, 'more', 'more')} that cannot be read`;
  const stand = `${counted(rows.length, 'contract stands', 'contracts stand')}${unread}`;
  return {
    first: `${stand}: ${all.length === 0 ? 'none of them obliges to money' : listed(all)}.`,
    second: [biteText(rows, at), noticeText(rows), gapsText(rows)].join(' '),
  };
}

const listed = (parts: readonly string[]): string => parts.join('; ');

/** `€2,100,000 and $30,000,000,000`; options and investments are in no sum. */
function owedText(rows: readonly ContractRow[]): string {
  const currencies = [...new Set(rows.map(({ currency }) => currency))].toSorted();
  return currencies
    .flatMap((currency) => {
      const own = rows.filter((row) => row.currency === currency).flatMap(({ owed }) => Object.values(owed));
      const { sum } = sumOf(own);
      return sum === 0n ? [] : [briefMoney(decimalOf(sum), currency)];
    })
    .join(' and ');
}

const living = (rows: readonly ContractRow[]): readonly ContractRow[] =>
  rows.filter(({ status }) => bindingOf(status) !== null);

/** What is signed comes before what binds nobody, then the day. */
const bindingFirst = <Found extends { readonly row: ContractRow }>(
  found: readonly Found[],
  dayOf: (one: Found) => string,
): readonly Found[] =>
  found.toSorted(
    (a, b) => Number(b.row.status === 'signed') - Number(a.row.status === 'signed') || (dayOf(a) < dayOf(b) ? -1 : 1),
  );

/** Behind the name of one that binds nobody. */
const markOf = ({ status }: ContractRow): string => (status === 'signed' ? '' : ` (${contractStatus(status)})`);

function biteText(rows: readonly ContractRow[], at: string): string {
  const [next] = bindingFirst(
    living(rows).flatMap((row) => (row.next_shortfall === null ? [] : [{ row, milestone: row.next_shortfall }])),
    ({ milestone }) => milestone.on,
  );
  if (next === undefined) return 'No shortfall is ahead.';
  const { row, milestone } = next;
  const most = briefMoney(milestone.at_most, row.currency);
  return `Bites next: ${milestone.milestone} of ${row.id}${markOf(row)}, after ${milestone.on} (${daysText(daysFrom(at, milestone.on))}), ${most} at most.`;
}

function noticeText(rows: readonly ContractRow[]): string {
  const [next] = bindingFirst(
    living(rows).flatMap((row) => (row.next_exit === null ? [] : [{ row, exit: row.next_exit }])),
    ({ exit }) => exit.on,
  );
  if (next === undefined) return 'No right to leave is ahead.';
  return `Next day of notice: ${next.exit.on} (${daysText(next.exit.days_left)}), ${next.exit.instrument} of ${next.row.id}${markOf(next.row)}.`;
}

function gapsText(rows: readonly ContractRow[]): string {
  const serious = living(rows).reduce((sum, row) => sum + row.serious, 0);
  return serious === 0 ? 'No serious gap.' : `${counted(serious, 'serious gap')}.`;
}

/** Owed, and in no sum: prices that the contracts do not state. */
function unpricedText(rows: readonly ContractRow[]): string {
  const countOf = (own: readonly ContractRow[]): number => own.reduce((sum, row) => sum + row.unpriced, 0);
  const signed = countOf(living(rows).filter(({ status }) => status === 'signed'));
  const others = countOf(living(rows)) - signed;
  return [
    ...(signed === 0 ? [] : [`${counted(signed, 'obligation')} without a stated price, in no sum`]),
    ...(others === 0
      ? []
      : [`${counted(others, 'obligation')} without a stated price in what is not signed, in no sum`]),
  ].join('; ');
}

/** What one row owes in all, its parties together; null: no money. */
function owedOf({ owed }: ContractRow): string | null {
  const amounts = Object.values(owed);
  return amounts.length === 0 ? null : decimalOf(sumOf(amounts).sum);
}

function owedCell(row: ContractRow): Cell {
  const owed = owedOf(row);
  return owed === null && row.unpriced > 0
    ? { kind: 'text', text: 'price not stated' }
    : { kind: 'money', value: { amount: owed ?? '0', currency: row.currency } };
}

type ContractsColumn = Column<ContractRow> & { readonly key: ContractColumn };

export function contractColumns(at: string, hrefOf: (id: string) => string): readonly ContractsColumn[] {
  const text = (value: string): Cell => ({ kind: 'text', text: value });
  return [
    {
      key: 'title',
      title: 'Contract',
      cell: ({ id, title }) => ({ kind: 'text', text: title, href: hrefOf(id) }),
    },
    {
      key: 'status',
      title: 'Status',
      cell: ({ status }) => ({ kind: 'badge', ...statusTag(status) }),
    },
    { key: 'parties', title: 'Who buys of whom', cell: ({ parties }) => text(betweenText(parties)) },
    {
      key: 'owed',
      title: 'Owed in all',
      align: 'right',
      cell: (row) => (row.status === 'signed' ? owedCell(row) : text('')),
    },
    {
      key: 'unbound',
      title: 'If signed, or as reported',
      align: 'right',
      cell: (row) => (row.status === 'signed' || row.status === 'ended' ? text('') : owedCell(row)),
    },
    { key: 'currency', title: 'Currency', cell: ({ currency }) => text(currency) },
    { key: 'until', title: 'Until', cell: ({ term }) => text(term.until) },
    {
      key: 'milestone',
      title: 'Bites next',
      cell: ({ next_shortfall: next }) =>
        text(next === null ? 'none ahead' : `${next.on}, ${daysText(daysFrom(at, next.on))}`),
    },
    {
      key: 'notice',
      title: 'Notice by',
      cell: ({ next_exit: next }) => text(next === null ? 'none ahead' : `${next.on}, ${daysText(next.days_left)}`),
    },
    { key: 'gaps', title: 'Serious gaps', align: 'right', cell: ({ serious }) => ({ kind: 'count', value: serious }) },
    { key: 'weak', title: 'Weak points', align: 'right', cell: ({ weak }) => ({ kind: 'count', value: weak }) },
    {
      key: 'possible',
      title: 'Up to',
      align: 'right',
      cell: ({ possibilities }) => ({ kind: 'count', value: possibilities }),
    },
    {
      key: 'versions',
      title: 'Versions',
      align: 'right',
      cell: ({ versions }) => ({ kind: 'count', value: versions }),
    },
    { key: 'entered', title: 'Entered', unit: 'UTC', cell: ({ entered }) => ({ kind: 'when', at: entered }) },
  ];
}
