// `deal show`: what a contract obliges to, by date; what is only possible; when a shortfall bites; until when one can leave.
import { formatMoney, moneyToDecimal } from '@weighbridge/kernel';
import {
  dayText,
  dueDay,
  lastDayText,
  leavingNow,
  obligationsOf,
  readingOf,
  renewalOf,
  type Contract,
  type FeeRange,
  type Obligations,
} from '@weighbridge/ledger';
import { contractStatus, notBinding, OBLIGATION_WORDS, owesWord } from '@weighbridge/protocol';
import { text, type Run } from '../frame/command.ts';
import { alignMoney, pairs, textTable, type Column } from '../frame/text-table.ts';
import { asOf } from '../read/as-of.ts';
import { contractAt } from '../read/contract-file.ts';
import { parseInstant, startOfDay } from '../read/instants.ts';

const DAY_MS = 86_400_000;

export const run: Run = async (context) => {
  const now = Date.now();
  const given = text(context, 'at');
  const at = startOfDay(given === undefined ? now : parseInstant(given, now, 'at'));
  const { contract, held } = await contractAt(context, 0, given === undefined ? undefined : dayText(at));
  const found = obligationsOf(contract);
  const day = held && given !== undefined ? { at: dayText(at) } : {};
  context.out.data(plain(contract, at), () => asOf(day, describe(contract, found, at)));
};

function plain(contract: Contract, at: number) {
  const { id, title, status, term, at: day, obliges } = readingOf(contract, at);
  return { contract: id, title, status, term, at: day, ...obliges };
}

function describe(contract: Contract, found: Obligations, at: number): string {
  const { term } = contract;
  const parts = [
    pairs([
      ['Contract', `${contract.title} (${contract.id}, ${contractStatus(contract.status)})`],
      ['Term', `${dayText(term.from)} to ${lastDayText(term.until)}`],
      ['Renewal', renewalOf(contract)],
      [
        'Parties',
        Object.entries(contract.parties)
          .map(
            ([id, { roles, known_as: names }]) =>
              `${id} (${roles.join(', ')}${names === undefined ? '' : `; in receipts ${names.join(', ')}`})`,
          )
          .join('; '),
      ],
    ]),
    `Obligations, by date${contract.status === 'signed' ? '' : ` (${boundText(contract.status)})`}\n${obligations(found, contract.status)}`,
  ];
  if (found.possibilities.length > 0) parts.push(`Possible, and in no sum above: "up to"\n${possibilities(found)}`);
  if (found.credits.length > 0) parts.push(`Credits\n${credits(found)}`);
  if (found.shortfalls.length > 0) parts.push(`When a shortfall bites, and how much at most\n${shortfalls(found)}`);
  parts.push(`Leaving, as of ${dayText(at)}\n${exits(contract, found, at)}`);
  if (found.exits.some(({ schedule }) => schedule.length > 0))
    parts.push(`What leaving costs, by the day on which it takes effect\n${feeSteps(found)}`);
  return parts.join('\n\n');
}

/** Only where something is marked: what is reported or assumed is never shown as if it were agreed. */
const basisColumn = <Row extends { readonly grade: string | null }>(rows: readonly Row[]): readonly Column<Row>[] =>
  rows.some(({ grade }) => grade !== null) ? [{ title: 'BASIS', cell: ({ grade }) => grade ?? '' }] : [];

const boundText = (status: string): string =>
  `${contractStatus(status)}${notBinding(status) === 'once signed' ? ': owed once it is signed' : ''}`;

function obligations({ obligations: held, owed, unpriced, currency }: Obligations, status: string): string {
  if (held.length === 0) return '  none';
  const money = alignMoney(
    held.map(({ amount }) => moneyToDecimal(amount ?? 0n)),
    currency,
  );
  const without = ({ what }: Obligations['obligations'][number]): string => (what === 'capacity' ? '' : 'not stated');
  const rows = held.map((one, index) => ({ ...one, money: one.amount === null ? without(one) : (money[index] ?? '') }));
  const table = textTable(
    [
      { title: '  BY', cell: (row) => `  ${dueDay(row)}` },
      { title: 'WHO', cell: ({ by }) => by },
      { title: 'TO', cell: ({ to }) => to },
      {
        title: 'WHAT',
        cell: ({ what, part, instrument }) =>
          `${OBLIGATION_WORDS[what]} (${instrument}${what === 'spend' ? `, ${part}` : ''})`,
      },
      { title: 'AMOUNT', align: 'right', cell: (row) => row.money },
      {
        title: 'QUANTITY',
        align: 'right',
        cell: ({ quantity, unit }) => (quantity === null ? '' : `${moneyToDecimal(quantity)} ${unit ?? ''}`),
      },
      ...(held.some(({ reckoned }) => reckoned !== null)
        ? [{ title: 'COMES TO THAT BY', cell: ({ reckoned }: (typeof rows)[number]) => reckoned ?? '' }]
        : []),
      ...basisColumn(held),
    ],
    rows,
  );
  const doubt = (party: string): string => {
    const grades = new Set(
      held.flatMap(({ by, amount, grade }) => (by === party && amount !== null ? (grade ?? []) : [])),
    );
    const weak = ['assumed', 'reported'].filter((grade) => grades.has(grade as 'assumed' | 'reported'));
    return weak.length === 0 ? '' : `, in part or whole ${weak.join(' and ')}`;
  };
  const sums = Object.entries(owed).map(
    ([party, amount]) => `  ${party} ${owesWord(status)} ${formatMoney(amount, currency)} in all${doubt(party)}`,
  );
  const open = unpriced.map(
    ({ by, instrument, why }) => `  ${by} ${owesWord(status)} the price of ${instrument} too, in no sum: ${why}`,
  );
  return [table, ...sums, ...open].join('\n');
}

const possibilities = ({ possibilities: held, currency }: Obligations): string =>
  textTable(
    [
      { title: '  WHAT', cell: ({ what, instrument }) => `  ${what} (${instrument})` },
      { title: 'WHO DECIDES', cell: ({ holder }) => holder },
      { title: 'OTHER SIDE', cell: ({ other }) => other },
      {
        title: 'UP TO',
        align: 'right',
        cell: ({ up_to: { amount, quantity, unit } }) =>
          amount === null ? `${moneyToDecimal(quantity ?? 0n)} ${unit ?? ''}` : formatMoney(amount, currency),
      },
      {
        title: 'WINDOW',
        cell: ({ from, until }) =>
          from === null || until === null ? 'not stated' : `${dayText(from)} to ${lastDayText(until)}`,
      },
      ...basisColumn(held),
      { title: 'CONDITIONS', cell: ({ conditions }) => conditions.join('; ') },
    ],
    held,
  );

const credits = ({ credits: held, currency }: Obligations): string =>
  textTable(
    [
      { title: '  CREDIT', cell: ({ instrument }) => `  ${instrument}` },
      { title: 'HOLDER', cell: ({ holder }) => holder },
      { title: 'AMOUNT', align: 'right', cell: ({ amount }) => formatMoney(amount, currency) },
      { title: 'LAST DAY', cell: ({ lapses }) => lastDayText(lapses) },
      { title: 'PREPAID', cell: ({ prepaid }) => (prepaid ? 'yes: what lapses is lost' : 'no') },
    ],
    held,
  );

const shortfalls = ({ shortfalls: held, currency }: Obligations): string =>
  textTable(
    [
      { title: '  AFTER', cell: ({ at }) => `  ${lastDayText(at)}` },
      { title: 'MILESTONE', cell: ({ instrument, milestone }) => `${instrument}, ${milestone}` },
      { title: 'RULE', cell: ({ rule }) => rule },
      {
        title: 'AUTOMATIC',
        cell: ({ automatic }) => (automatic === 'unstated' ? 'unstated' : automatic ? 'yes' : 'no'),
      },
      { title: 'AT MOST', align: 'right', cell: ({ at_most: most }) => formatMoney(most, currency) },
    ],
    held,
  );

const range = ({ least, most }: FeeRange, currency: string): string =>
  least === most ? formatMoney(most, currency) : `${formatMoney(least, currency)} to ${formatMoney(most, currency)}`;

function nowText(contract: Contract, instrument: string, at: number): string {
  const now = leavingNow(contract, instrument, at);
  if (now === null) return 'too late';
  const fee = now.fee === null ? 'fee unstated' : range(now.fee, contract.currency);
  return `leaves on ${dayText(now.takes_effect)}: ${fee}`;
}

const feeSteps = ({ exits: held, currency }: Obligations): string =>
  textTable(
    [
      { title: '  RIGHT', cell: ({ instrument }) => `  ${instrument}` },
      { title: 'FROM', cell: ({ from }) => dayText(from) },
      { title: 'UNTIL', cell: ({ until }) => lastDayText(until) },
      { title: 'ON THE FIRST DAY', align: 'right', cell: ({ first }) => range(first, currency) },
      { title: 'ON THE LAST DAY', align: 'right', cell: ({ last }) => range(last, currency) },
      { title: 'RECKONED AS', cell: ({ says }) => says },
    ],
    held.flatMap(({ instrument, schedule }) => schedule.map((step) => ({ ...step, instrument }))),
  );

function exits(contract: Contract, { exits: held, currency }: Obligations, at: number): string {
  if (held.length === 0) return '  no right to leave is written down';
  return textTable(
    [
      { title: '  RIGHT', cell: ({ instrument }) => `  ${instrument}` },
      {
        title: 'LAST SAFE DAY FOR NOTICE',
        cell: ({ last_safe: last }) => `${dayText(last)}, ${leftText((last - at) / DAY_MS)}`,
      },
      { title: 'TAKES EFFECT', cell: ({ opens, closes }) => `${dayText(opens)} to ${dayText(closes)}` },
      {
        title: 'FEE THEN',
        align: 'right',
        cell: ({ fee_at_last: fee }) => (fee === null ? 'unstated' : range(fee, currency)),
      },
      { title: 'IF NOTICE IS GIVEN THAT DAY', cell: ({ instrument }) => nowText(contract, instrument, at) },
      { title: 'ONLY IF', cell: ({ triggers }) => triggers.join('; ') },
    ],
    held,
  );
}

const leftText = (days: number): string =>
  days < 0 ? 'passed' : days === 0 ? 'today' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
