// Members of dimensions: which columns tell them apart, how two are found to be the same, and which are the largest by
// some measure.
import type { Dimension, DimensionFilter, Member } from '@weighbridge/protocol';
import type { Reader, Row } from '../store/database.ts';
import { dimensionConditions, isPersonal } from './conditions.ts';
import { columnsOf, isAmount, measureOf } from './measures.ts';
import { byGroup } from './cover-sums.ts';
import type { Hours } from './ranges.ts';
import { isTrue, Sql, toCount } from './sql.ts';

const ERASED = 'erased';

/** Whether the person was erased tells two kinds of null apart, where a dimension is personal. */
export const keysOf = (by: readonly Dimension[]): readonly string[] => (by.some(isPersonal) ? [...by, ERASED] : by);

export const membersOf = (row: Row, by: readonly Dimension[]): readonly Member[] =>
  by.map((name) => ({ value: row[name] ?? null, erased: isPersonal(name) && isTrue(row[ERASED]) }));

/** Members as the columns that tell them apart. */
export const keyedBy = (members: readonly Member[], by: readonly Dimension[]): Row => ({
  ...Object.fromEntries(by.map((name, index) => [name, members[index]?.value ?? null])),
  [ERASED]: members.some(({ erased }) => erased) ? 't' : 'f',
});

/** The equality is there to be hashed: `IS NOT DISTINCT FROM` alone compares every row with every other. */
export const sameKeys = (keys: readonly string[], a: string, b: string): string =>
  keys
    .map((name) =>
      name === ERASED
        ? `${a}.${name} = ${b}.${name}`
        : `COALESCE(${a}.${name}, '') = COALESCE(${b}.${name}, '') AND ${a}.${name} IS NOT DISTINCT FROM ${b}.${name}`,
    )
    .join(' AND ');

/** Amounts of several currencies cannot be put in one order: that of most calls decides. Of `split`, sums by currency. */
export const MAIN_CURRENCY =
  '(SELECT currency FROM split WHERE currency IS NOT NULL GROUP BY currency ORDER BY sum(calls) DESC, currency LIMIT 1)';

export interface TopAsked {
  readonly hours: Hours;
  readonly by: Dimension;
  readonly measure: string;
  /** For an amount: only this currency counts. Undefined: that of most calls. */
  readonly currency: string | undefined;
  readonly most: number;
  readonly filters: readonly DimensionFilter[];
}

export interface TopMembers {
  readonly members: readonly Member[];
  /** How many more there are. */
  readonly others: number;
  /** The currency that counted; undefined where none did. */
  readonly currency: string | undefined;
}

/** The largest first. What decides between currencies is read with them. */
export async function topMembers(reader: Reader, asked: TopAsked): Promise<TopMembers> {
  const { hours, by, measure, currency, most, filters } = asked;
  const sql = new Sql();
  const where = dimensionConditions(sql, 'g', filters);
  const counted = !isAmount(measure) ? null : currency === undefined ? MAIN_CURRENCY : sql.value(currency, 'text');
  const only = counted === null ? '' : ` FILTER (WHERE currency = ${counted})`;
  const keys = keysOf([by]);
  const own = keys.map((name) => `g.${name}`).join(', ');
  const columns = [...new Set(['calls', ...columnsOf(measure).split(', ')])];
  const text = `
WITH split AS (
  SELECT ${own}, g.currency, ${columns.map((name) => `sum(r.${name}) AS ${name}`).join(', ')}
  FROM (${byGroup(hours, columns)}) AS r JOIN rollup_group AS g USING (grp) WHERE ${where} GROUP BY ${own}, g.currency
)
SELECT ${keys.join(', ')}, count(*) OVER ()::text AS members, ${counted ?? 'NULL::text'} AS counted
FROM split GROUP BY ${keys.join(', ')}
ORDER BY COALESCE(sum(${measureOf(measure)})${only}, 0) DESC, sum(calls) DESC, ${keys.join(', ')} LIMIT ${most}`;
  const rows = await reader.read(text, sql.params, most);
  const members = rows.flatMap((row) => membersOf(row, [by]));
  const [first] = rows;
  return { members, others: toCount(first?.['members']) - members.length, currency: first?.['counted'] ?? undefined };
}
