// Where groups are few, one measure over time is read once by group, each group's points as one list, and lines by any
// dimension are added up from that here: whoever looks at the same period by another dimension makes the database read
// nothing. A list costs the database no more than adding up by one dimension would.
import { DIMENSIONS, type Dimension, type DimensionFilter, type Member } from '@weighbridge/protocol';
import type { Reader, Row } from '../store/database.ts';
import { dimensionConditions } from './conditions.ts';
import { ROLLUP } from './cover-sums.ts';
import { countGroups, GROUPS_MOST, placeOf } from './group-sums.ts';
import { keyedBy } from './members.ts';
import { columnsOf, measureOf } from './measures.ts';
import { coverOf, selectCover, type Hours } from './ranges.ts';
import { Sql, toCount } from './sql.ts';

/** Groups times points: beyond this the lists take longer to hand over than their sums. */
const CELLS_MOST = 100_000;

export interface Buckets {
  readonly every: 'hour' | 'day';
  /** Number of the first hour or day since 1970. */
  readonly first: number;
  readonly count: number;
}

/** Of one member, or of all that is left. */
export interface Line {
  readonly values: bigint[];
  readonly unpriced: number[];
}

export const emptyLine = (count: number): Line => ({
  values: Array.from({ length: count }, () => 0n),
  unpriced: Array.from({ length: count }, () => 0),
});

/** The rows that cover a series. By the hour these are hours only: a day's row does not say which hour. */
export const linesCover = (hours: Hours, { every }: Buckets, columns: string): string =>
  selectCover(ROLLUP, every === 'hour' ? { hours: [hours], days: null } : coverOf(hours), `grp, ${columns}`, every);

/**
 * One row for each group that the period has calls of: dimensions, `erased`, currency, the sums `calls` and that of the
 * measure, and its points as `linesOf` reads them. Null: they are too many.
 */
export async function groupLines(
  reader: Reader,
  hours: Hours,
  buckets: Buckets,
  { measure, filters }: { readonly measure: string; readonly filters: readonly DimensionFilter[] },
  most = GROUPS_MOST,
): Promise<readonly Row[] | null> {
  const groups = await countGroups(reader);
  if (groups > most || groups * buckets.count > CELLS_MOST) return null;
  const sql = new Sql();
  const columns = [...new Set(['calls', ...columnsOf(measure).split(', ')])].join(', ');
  const sums = [...new Set(['calls', measure])];
  const only =
    filters.length === 0
      ? ''
      : `JOIN (SELECT g.grp FROM rollup_group AS g WHERE ${dimensionConditions(sql, 'g', filters)}) AS asked USING (grp)`;
  const text = `
SELECT ${DIMENSIONS.map((name) => `g.${name}`).join(', ')}, g.erased, g.currency, ${sums.map((name) => `r.${name}`).join(', ')}, r.slots, r.points, r.unpriced_at
FROM (
  SELECT grp, ${sums.map((name) => `sum(${measureOf(name)})::text AS ${name}`).join(', ')},
    string_agg((slot - ${buckets.first})::text, ',') AS slots, string_agg(${measureOf(measure)}::text, ',') AS points,
    string_agg((slot - ${buckets.first})::text || ' ' || unpriced::text, ',') FILTER (WHERE unpriced <> 0) AS unpriced_at
  FROM (${linesCover(hours, buckets, columns)}) AS rows ${only} GROUP BY grp
) AS r JOIN rollup_group AS g USING (grp) LIMIT ${most}`;
  return reader.read(text, sql.params, most);
}

/** A line for each member, and one for all others. Of an amount, rows of its currency alone are to be given. */
export function linesOf(
  rows: readonly Row[],
  by: readonly Dimension[],
  members: readonly Member[],
  count: number,
): readonly Line[] {
  const lines = [...members.map(() => emptyLine(count)), emptyLine(count)];
  const places = new Map(members.map((member, index) => [placeOf(keyedBy([member], by), by), lines[index]]));
  const rest = lines[members.length];
  for (const row of rows) {
    const line = places.get(placeOf(row, by)) ?? rest;
    if (line !== undefined) addPoints(line, row);
  }
  return lines;
}

/** Hours at the ends of a period by days are several of one slot. */
function addPoints({ values, unpriced }: Line, row: Row): void {
  const points = listOf(row['points']);
  for (const [index, slot] of listOf(row['slots']).entries()) {
    const at = Number(slot);
    values[at] = (values[at] ?? 0n) + BigInt(points[index] ?? '0');
  }
  for (const pair of listOf(row['unpriced_at'])) {
    const [slot, calls] = pair.split(' ');
    const at = Number(slot);
    unpriced[at] = (unpriced[at] ?? 0) + toCount(calls);
  }
}

const listOf = (text: string | null | undefined): readonly string[] => (text ? text.split(',') : []);
