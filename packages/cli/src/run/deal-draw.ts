// `deal draw`: what charges have drawn of the commitments and credits that stand, and what is to be expected.
import { AppError, formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import type { Commitment, Commitments, Forecast, Tranche } from '@weighbridge/protocol';
import { text, type Run } from '../frame/command.ts';
import { counted, textTable } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { instanceClient } from '../read/deal-desk.ts';

export const run: Run = async (context) => {
  const instance = instanceClient(context);
  if (instance === undefined)
    throw new AppError('SERVER_NOT_RUNNING', 'no instance runs: what was drawn is added up from its tables');
  const [at, growth] = [text(context, 'at'), text(context, 'growth')];
  const found = await instance.ask('commitments', {
    ...(at === undefined ? {} : { at }),
    ...(growth === undefined ? {} : { growth }),
  });
  context.out.data(found, () =>
    found.rows.length === 0 && found.possibilities.length === 0
      ? `No commitment stands in the log. Enter a contract: ${typed(context, 'weighbridge deal import FILE')}`
      : describe(found),
  );
};

function describe(found: Commitments): string {
  const parts = found.rows.map(commitment);
  if (found.possibilities.length > 0) {
    const lines = found.possibilities.map(({ contract, instrument, holder, up_to: most, currency }) => {
      const size = most.amount === null ? `${most.quantity ?? ''} ${most.unit ?? ''}` : money(most.amount, currency);
      return `  ${contract}, ${instrument}: up to ${size}; ${holder} decides`;
    });
    parts.push(`Possible, and in no sum above: "up to"\n${lines.join('\n')}`);
  }
  parts.push(charges(found));
  return parts.join('\n\n');
}

const money = (amount: string, currency: string): string => formatMoney(moneyFromDecimal(amount), currency);

function commitment({
  title,
  contract,
  instrument,
  kind,
  currency,
  committed,
  drawn,
  tranches,
  exits,
  rule,
}: Commitment) {
  const head = `${title} (${contract}, ${instrument}): ${money(drawn, currency)} of ${money(committed, currency)} drawn${kind === 'credit' ? ', a credit' : `; shortfall: ${rule}`}`;
  const leave = exits.map(
    ({ instrument: right, last_safe: last, days_left: days }) =>
      `  leave by ${right}: notice by ${last}, ${days < 0 ? 'passed' : `in ${counted(days, 'day')}`}`,
  );
  return [head, trancheTable(tranches, currency), ...leave].join('\n');
}

const trancheTable = (tranches: readonly Tranche[], currency: string): string =>
  textTable(
    [
      { title: '  TRANCHE', cell: ({ tranche }) => `  ${tranche}` },
      { title: 'UNTIL', cell: ({ until }) => until },
      { title: 'STATE', cell: ({ state }) => state },
      { title: 'COMMITTED', align: 'right', cell: ({ committed }) => money(committed, currency) },
      { title: 'DRAWN', align: 'right', cell: ({ drawn }) => money(drawn, currency) },
      { title: 'LEFT', align: 'right', cell: ({ remaining }) => money(remaining, currency) },
      { title: 'LAPSED', align: 'right', cell: ({ expired }) => money(expired, currency) },
      {
        title: 'OWED FOR IT',
        align: 'right',
        cell: ({ shortfall }) => (shortfall === null ? 'unstated' : money(shortfall, currency)),
      },
      { title: 'MISSING BY ITS END (P10 P50 P90)', cell: ({ forecast }) => expected(forecast, currency) },
    ],
    tranches,
  );

function expected({ verdict, projected, days }: Forecast, currency: string): string {
  if (projected === null) return verdict === 'ended' ? '-' : `${verdict} (${counted(days, 'day')} of usage)`;
  const { p10, p50, p90 } = projected.missing;
  return [p10, p50, p90].map((amount) => money(amount, currency)).join(' · ');
}

function charges({ charges: { count, days, money: sums, unpriced, unknown } }: Commitments): string {
  if (unknown !== null) return `What was spent is not known now: ${unknown}`;
  if (count === 0) return 'Nothing was spent within the terms yet.';
  const lines = sums.map(
    ({ currency, total, drawn, not_drawn: rest }) =>
      `${money(total, currency)} spent on ${counted(days, 'day')}: ${money(drawn, currency)} drew, ${money(rest, currency)} drew nothing`,
  );
  return [...lines, ...(unpriced > 0 ? [`${counted(unpriced, 'call')} without a price: in no sum`] : [])].join('\n');
}
