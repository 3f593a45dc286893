// `deal draw`: what charges have drawn of the commitments and credits that stand, and what is to be expected.
import { AppError, formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import { contractStatus, type Commitment, type Commitments, type Forecast, type Tranche } from '@weighbridge/protocol';
import { text, type Run } from '../frame/command.ts';
import { counted, instant, textTable } from '../frame/text-table.ts';
import { asked, asOf } from '../read/as-of.ts';
import { typed } from '../read/command-form.ts';
import { instanceClient } from '../read/deal-desk.ts';

export const run: Run = async (context) => {
  const instance = instanceClient(context);
  if (instance === undefined)
    throw new AppError('SERVER_NOT_RUNNING', 'no instance runs: what was drawn is added up from its tables');
  const day = asked(context);
  const growth = text(context, 'growth');
  const found = await instance.ask('commitments', {
    ...day,
    ...(growth === undefined ? {} : { growth }),
  });
  const status = text(context, 'status');
  const ofStatus = <Row extends { readonly status: string }>(rows: readonly Row[]): Row[] =>
    rows.filter((row) => status === undefined || row.status === status);
  const shown = { ...found, rows: ofStatus(found.rows), possibilities: ofStatus(found.possibilities) };
  for (const { id, why, next } of found.unreadable)
    context.out.warn(`contract ${id} cannot be read: what it commits to is in no row and no sum: ${why}; ${next}`);
  context.out.data(shown, () =>
    found.rows.length === 0 && found.possibilities.length === 0
      ? asOf(
          day,
          `No commitment stands in the log. Enter a contract: ${typed(context, 'weighbridge deal import FILE')}`,
        )
      : asOf(day, describe(shown)),
  );
};

function describe(found: Commitments): string {
  const parts = found.rows.map((row) => commitment(row, found.charges));
  if (found.possibilities.length > 0) {
    const lines = found.possibilities.map(({ contract, status, instrument, holder, up_to: most, currency }) => {
      const size = most.amount === null ? `${most.quantity ?? ''} ${most.unit ?? ''}` : money(most.amount, currency);
      return `  ${contract} (${contractStatus(status)}), ${instrument}: up to ${size}; ${holder} decides`;
    });
    parts.push(`Possible, and in no sum above: "up to"\n${lines.join('\n')}`);
  }
  parts.push(charges(found));
  return parts.join('\n\n');
}

const money = (amount: string, currency: string): string => formatMoney(moneyFromDecimal(amount), currency);

function commitment(row: Commitment, { unknown, metered_since: since }: Commitments['charges']) {
  const { title, contract, instrument, kind, status, currency, committed, tranches, exits, rule } = row;
  const whole = money(committed, currency);
  const drawn =
    status === 'signed' || status === 'ended'
      ? `${drawnText(row, unknown)} of ${whole} drawn`
      : `${whole}, not drawn since it is not signed`;
  const head = `${title} (${contract}, ${instrument}, ${contractStatus(status)}): ${drawn}${kind === 'credit' ? ', a credit' : `; shortfall: ${rule}`}`;
  const leave = exits.map(
    ({ instrument: right, last_safe: last, days_left: days }) =>
      `  leave by ${right}: notice by ${last}, ${days < 0 ? 'passed' : `in ${counted(days, 'day')}`}`,
  );
  return [head, ...knownOf(row, unknown === null ? since : null), trancheTable(tranches, currency), ...leave].join(
    '\n',
  );
}

/** The least it can be is said as such; what nobody knows is no zero. */
function drawnText({ drawn, currency, tranches }: Commitment, unknown: string | null): string {
  const known = unknown === null && tranches.every(({ unknown: days }) => days === null);
  if (known) return money(drawn, currency);
  return moneyFromDecimal(drawn) === 0n ? 'an unknown part' : `at least ${money(drawn, currency)}`;
}

/** What is stated and not metered, and of which days nothing is known. */
function knownOf({ stated, tranches, currency }: Commitment, since: string | null): readonly string[] {
  const days = tranches.find(({ unknown }) => unknown !== null)?.unknown ?? null;
  return [
    ...(stated === null
      ? []
      : [`  ${money(stated.amount, currency)} of it stated, not metered: until ${stated.until}, by ${stated.source}`]),
    ...(days === null
      ? []
      : [
          `  ${since === null ? '' : `metered since ${since}; `}what was drawn from ${days.from} to ${days.until} is not known: state it as \`drawn_before\` in the contract`,
        ]),
  ];
}

const trancheTable = (tranches: readonly Tranche[], currency: string): string =>
  textTable(
    [
      { title: '  TRANCHE', cell: ({ tranche }) => `  ${tranche}` },
      { title: 'UNTIL', cell: ({ until }) => until },
      { title: 'STATE', cell: ({ state }) => state },
      { title: 'COMMITTED', align: 'right', cell: ({ committed }) => money(committed, currency) },
      { title: 'DRAWN', align: 'right', cell: ({ drawn, unknown }) => bounded(drawn, currency, unknown, '≥') },
      { title: 'LEFT', align: 'right', cell: ({ remaining, unknown }) => bounded(remaining, currency, unknown, '≤') },
      { title: 'LAPSED', align: 'right', cell: ({ expired, unknown }) => bounded(expired, currency, unknown, '≤') },
      {
        title: 'OWED FOR IT',
        align: 'right',
        cell: ({ shortfall, unknown }) =>
          shortfall === null ? (unknown === null ? 'unstated' : 'not known') : money(shortfall, currency),
      },
      { title: 'MISSING BY ITS END (P10 P50 P90)', cell: ({ forecast }) => expected(forecast, currency) },
    ],
    tranches,
  );

/** Of days of which nothing is known one end of an amount stays open. */
function bounded(amount: string, currency: string, unknown: Tranche['unknown'], mark: '≥' | '≤'): string {
  if (unknown === null) return money(amount, currency);
  const none = moneyFromDecimal(amount) === 0n;
  if (none && mark === '≤') return money(amount, currency);
  return none ? 'not known' : `${mark} ${money(amount, currency)}`;
}

function expected({ verdict, projected, days }: Forecast, currency: string): string {
  if (projected === null)
    return verdict === 'ended'
      ? '-'
      : verdict === 'not known'
        ? verdict
        : `${verdict} (${counted(days, 'day')} of usage)`;
  const { p10, p50, p90 } = projected.missing;
  return [p10, p50, p90].map((amount) => money(amount, currency)).join(' · ');
}

function charges({ charges: { count, days, money: sums, unpriced, unknown, earlier } }: Commitments): string {
  const before =
    earlier === null
      ? []
      : [
          `This log succeeded ${earlier.origin} at ${instant(earlier.until)}: what was spent before is in that log, and drew nothing here. What is left, and owed for a shortfall, is the most it can be.`,
        ];
  return [spentText({ count, days, money: sums, unpriced, unknown }), ...before].join('\n');
}

function spentText({
  count,
  days,
  money: sums,
  unpriced,
  unknown,
}: Pick<Commitments['charges'], 'count' | 'days' | 'money' | 'unpriced' | 'unknown'>): string {
  if (unknown !== null) return `What was spent is not known now: ${unknown}`;
  if (count === 0) return 'Nothing was spent within the terms yet.';
  const lines = sums.map(
    ({ currency, total, drawn, not_drawn: rest, in_statements: counts }) =>
      `${money(total, currency)} spent on ${counted(days, 'day')}: ${money(drawn, currency)} drew, ${money(rest, currency)} drew nothing${moneyFromDecimal(counts) === 0n ? '' : `, ${money(counts, currency)} of which a statement counts already`}`,
  );
  return [...lines, ...(unpriced > 0 ? [`${counted(unpriced, 'call')} without a price: in no sum`] : [])].join('\n');
}
