// The columns of the overview's table. Each row leads to the calls behind it.
import type { Column } from '../../parts/data-table/model.ts';
import { changeOf } from '../../parts/time-chart/model.ts';
import { shareText } from '../../parts/unit/model.ts';
import type { Grouping } from '../../app/search-state.ts';
import { memberFilter } from '../dimension-filters.ts';
import { memberName, pricedIn, spendIn, tokensOf } from '../totals.ts';
import { GROUPING_WORDS, type OverviewRow } from './model.ts';

export function overviewColumns(
  by: Grouping,
  currency: string,
  filter: string,
  callsHref: (filter: string) => string,
): readonly Column<OverviewRow>[] {
  return [nameColumn(by, filter, callsHref), spendColumn(currency), changeColumn(currency), ...USE_COLUMNS];
}

function nameColumn(by: Grouping, filter: string, callsHref: (filter: string) => string): Column<OverviewRow> {
  const word = GROUPING_WORDS[by];
  return {
    key: 'name',
    title: word.charAt(0).toUpperCase() + word.slice(1),
    cell: ({ members }) => {
      const member = members[0] ?? { value: null, erased: false };
      return { kind: 'text', text: memberName(member, word), href: callsHref(memberFilter(by, member.value, filter)) };
    },
  };
}

/** Calls of which none has a price are unpriced, not free. */
const spendColumn = (currency: string): Column<OverviewRow> => ({
  key: 'spend',
  title: 'Spend',
  unit: currency,
  align: 'right',
  cell: ({ totals }) => {
    const amount = pricedIn(totals, currency);
    return { kind: 'money', value: { amount, currency, ...(amount === null ? { status: 'unpriced' } : {}) } };
  },
});

const changeColumn = (currency: string): Column<OverviewRow> => ({
  key: 'change',
  title: 'Change',
  align: 'right',
  cell: ({ totals, before }) => {
    const [now, then] = [spendIn(totals, currency), spendIn(before, currency)];
    const change = changeOf(now, then);
    const share = change === null ? null : Number(now) / Number(then) - 1;
    return { kind: 'share', share, text: change === null ? 'new' : change.text, bare: true };
  },
});

const USE_COLUMNS: readonly Column<OverviewRow>[] = [
  {
    key: 'share',
    title: 'Share',
    align: 'right',
    cell: ({ share }) => ({ kind: 'share', share, text: share === null ? '' : shareText(share) }),
  },
  { key: 'calls', title: 'Calls', align: 'right', cell: ({ totals }) => ({ kind: 'count', value: totals.calls }) },
  {
    key: 'errors',
    title: 'Failed',
    align: 'right',
    cell: ({ totals }) => {
      const share = totals.calls === 0 ? null : totals.errors / totals.calls;
      return { kind: 'share', share, text: share === null ? '' : shareText(share), bare: true };
    },
  },
  {
    key: 'tokens',
    title: 'Tokens',
    align: 'right',
    cell: ({ totals }) => ({ kind: 'count', value: tokensOf(totals) }),
  },
  {
    key: 'ttft',
    title: 'TTFT, mean',
    align: 'right',
    cell: ({ totals }) => ({ kind: 'duration', ms: totals.mean_ms.ttft }),
  },
];
