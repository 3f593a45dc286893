// The columns of the table of spend: a row for each pair of members, with what it came to in the period before.
import type { SpendColumn } from '../../app/search-state.ts';
import type { Cell } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { decimalOf, picoOf } from '../../parts/money/decimal.ts';
import { changeOf } from '../../parts/time-chart/model.ts';
import { shareText } from '../../parts/unit/model.ts';
import { memberName, pricedIn, tokensOf } from '../totals.ts';
import { membersFilter, quotient, type SpendContext, type SpendRow } from './model.ts';

type SpendTableColumn = Column<SpendRow> & { readonly key: SpendColumn };

export function spendColumns(context: SpendContext): readonly SpendTableColumn[] {
  const { by, and, currency } = context;
  const names =
    and === null
      ? [nameColumn('name', by, 0, context)]
      : [nameColumn('name', by, 0, context), nameColumn('second', and, 1, context)];
  return [...names, ...moneyColumns(currency), ...USE_COLUMNS];
}

function nameColumn(key: 'name' | 'second', dimension: string, at: number, context: SpendContext): SpendTableColumn {
  return {
    key,
    title: dimension.charAt(0).toUpperCase() + dimension.slice(1),
    cell: ({ members }) => ({
      kind: 'text',
      text: memberName(members[at] ?? { value: null, erased: false }, dimension),
      href: context.callsHref(membersFilter(members, context)),
    }),
  };
}

function moneyColumns(currency: string): readonly SpendTableColumn[] {
  const before = ({ before: then }: SpendRow): string | null =>
    then === null ? null : then.calls === 0 ? '0' : pricedIn(then, currency);
  const money = (amount: string | null, unpriced: boolean): Cell => ({
    kind: 'money',
    value: { amount, currency, ...(unpriced && amount === null ? { status: 'unpriced' as const } : {}) },
  });
  const base = { unit: currency, align: 'right' } as const;
  return [
    { key: 'spend', title: 'Spend', ...base, cell: ({ totals }) => money(pricedIn(totals, currency), true) },
    { key: 'before', title: 'Before', ...base, cell: (row) => money(before(row), true) },
    {
      key: 'difference',
      title: 'Difference',
      ...base,
      cell: (row) => money(difference(pricedIn(row.totals, currency), before(row)), false),
    },
    {
      key: 'change',
      title: 'Change',
      align: 'right',
      cell: (row) => {
        const [now, then] = [pricedIn(row.totals, currency), before(row)];
        const change = changeOf(now, then);
        const share = change === null ? null : Number(now) / Number(then) - 1;
        const text = now === null || then === null ? '' : 'new';
        return { kind: 'share', share, text: change?.text ?? text, bare: true };
      },
    },
    {
      key: 'share',
      title: 'Share',
      align: 'right',
      cell: ({ share }) => ({ kind: 'share', share, text: share === null ? '' : shareText(share) }),
    },
    {
      key: 'list',
      title: 'At list',
      ...base,
      cell: ({ totals }) => money(totals.spend.find((spend) => spend.currency === currency)?.list ?? null, true),
    },
    {
      key: 'each',
      title: 'Per call',
      ...base,
      cell: ({ totals }) => {
        const amount = pricedIn(totals, currency);
        return money(amount === null ? null : quotient(amount, totals.calls - totals.unpriced), true);
      },
    },
  ];
}

function difference(now: string | null, before: string | null): string | null {
  const [one, other] = [picoOf(now ?? ''), picoOf(before ?? '')];
  return one === null || other === null ? null : decimalOf(one - other);
}

const USE_COLUMNS: readonly SpendTableColumn[] = [
  {
    key: 'unpriced',
    title: 'Unpriced',
    unit: 'calls',
    align: 'right',
    cell: ({ totals }) => ({ kind: 'count', value: totals.unpriced }),
  },
  { key: 'calls', title: 'Calls', align: 'right', cell: ({ totals }) => ({ kind: 'count', value: totals.calls }) },
  {
    key: 'tokens',
    title: 'Tokens',
    align: 'right',
    cell: ({ totals }) => ({ kind: 'count', value: tokensOf(totals) }),
  },
];
