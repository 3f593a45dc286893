// Members of dimensions: which columns tell them apart, how two are found to be the same, and which are the largest by
// some measure.
import type { Dimension, DimensionFilter, Member } from '@weighbridge/protocol';
import type { Reader, Row } from '../store/database.ts';
import { dimensionConditions, isPersonal } from './conditions.ts';
import { columnsOf, isAmount, measureOf } from './measures.ts';
import { byGroup } from './overview.ts';
import type { Hours } from './ranges.ts';
import { isTrue, Sql, toCount } from './sql.ts';

const ERASED = 'erased';

/** Whether the person was erased tells two kinds of null apart, where a dimension is personal. */
export const keysOf = (by: readonly Dimension[]): readonly string[] => (by.some(isPersonal) ? [...by, ERASED] : by);

export const membersOf = (row: Row, by: readonly Dimension[]): readonly Member[] =>
  by.map((name) => ({ value: row[name] ?? null, erased: isPersonal(name) && isTrue(row[ERASED]) }));

/** The equality is there to be hashed: `IS NOT DISTINCT FROM` alone compares every row with every other. */
export const sameKeys = (keys: readonly string[], a: string, b: string): string =>
  keys
    .map((name) =>
      name === ERASED
        ? `${a}.${name} = ${b}.${name}`
        : `COALESCE(${a}.${name}, '') = COALESCE(${b}.${name}, '') AND ${a}.${name} IS NOT DISTINCT FROM ${b}.${name}`,
    )
    .join(' AND ');

export interface TopAsked {
  readonly hours: Hours;
  readonly by: Dimension;
  readonly measure: string;
  /** For an amount: only this currency counts. */
  readonly currency: string | null;
  readonly most: number;
  readonly filters: readonly DimensionFilter[];
}

/** The largest first, and how many more there are. */
export async function topMembers(
  reader: Reader,
  asked: TopAsked,
): Promise<{ readonly members: readonly Member[]; readonly others: number }> {
  const { hours, by, measure, currency, most, filters } = asked;
  const sql = new Sql();
  const where = dimensionConditions(sql, 'g', filters);
  const only = isAmount(measure) ? ` FILTER (WHERE g.currency = ${sql.value(currency ?? '', 'text')})` : '';
  const keys = keysOf([by]).map((name) => `g.${name}`);
  const columns = [...new Set(['calls', ...columnsOf(measure).split(', ')])];
  const text = `
SELECT ${keys.join(', ')}, count(*) OVER ()::text AS members
FROM (${byGroup(hours, columns)}) AS r JOIN rollup_group AS g USING (grp) WHERE ${where} GROUP BY ${keys.join(', ')}
ORDER BY COALESCE(sum(${measureOf(measure)})${only}, 0) DESC, sum(r.calls) DESC, ${keys.join(', ')} LIMIT ${most}`;
  const rows = await reader.read(text, sql.params, most);
  const members = rows.flatMap((row) => membersOf(row, [by]));
  return { members, others: toCount(rows[0]?.['members']) - members.length };
}
