// The totals of a period, beside those of the period before.
import { overviewInput, type Overview } from '@weighbridge/protocol';
import type { DimensionFilter } from '@weighbridge/protocol';
import { dimensionConditions } from './conditions.ts';
import type { Query, Sources } from './query.ts';
import { groupSums, mainCurrencyOf, sumOf } from './group-sums.ts';
import { byGroup } from './cover-sums.ts';
import { before, hoursOf, type Hours } from './ranges.ts';
import { Sql } from './sql.ts';
import { SUMMED, TotalsSum } from './totals-sum.ts';

/** More currencies than there are. */
const CURRENCIES_MOST = 200;

export const overview: Query<typeof overviewInput, Overview> = {
  input: overviewInput,
  answer: async ({ reader }, { filters, ...period }) => {
    const hours = hoursOf(period);
    const earlier = before(hours);
    const [totals, past] = await Promise.all([totalsOf(reader, hours, filters), totalsOf(reader, earlier, filters)]);
    return {
      period: hours.period,
      totals: totals.view(),
      before: { period: earlier.period, totals: past.view() },
    };
  },
};

export async function totalsOf(
  reader: Sources['reader'],
  hours: Hours,
  filters: readonly DimensionFilter[],
): Promise<TotalsSum> {
  const rows = await groupSums(reader, hours, filters);
  if (rows !== null) return sumOf(rows);
  const sum = new TotalsSum();
  const sql = new Sql();
  const text = `
SELECT g.currency, ${SUMMED} FROM (${byGroup(hours)}) AS r JOIN rollup_group AS g USING (grp)
WHERE ${dimensionConditions(sql, 'g', filters)} GROUP BY g.currency LIMIT ${CURRENCIES_MOST}`;
  for (const row of await reader.read(text, sql.params, CURRENCIES_MOST)) sum.add(row);
  return sum;
}

/** The currency of most calls of the period; undefined when it has none. */
export async function mainCurrency(
  reader: Sources['reader'],
  hours: Hours,
  filters: readonly DimensionFilter[],
): Promise<string | undefined> {
  const rows = await groupSums(reader, hours, filters);
  if (rows !== null) return mainCurrencyOf(rows);
  const sql = new Sql();
  const text = `
SELECT g.currency FROM (${byGroup(hours, ['calls'])}) AS r JOIN rollup_group AS g USING (grp)
WHERE g.currency IS NOT NULL AND ${dimensionConditions(sql, 'g', filters)}
GROUP BY g.currency ORDER BY sum(r.calls) DESC, g.currency LIMIT 1`;
  return (await reader.read(text, sql.params, 1))[0]?.['currency'] ?? undefined;
}
