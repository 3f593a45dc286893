// Filters as conditions in SQL. A value is compared as the value that it is; `null` matches what has none.
import { AppError } from '@weighbridge/kernel';
import { PERSONAL_DIMENSIONS, type DimensionFilter, type LatencyFilter } from '@weighbridge/protocol';
import { textList } from '../store/columns.ts';
import type { Sql } from './sql.ts';

export const isPersonal = (dimension: string): boolean =>
  (PERSONAL_DIMENSIONS as readonly string[]).includes(dimension);

/** A condition on `alias`, a table of dimensions; `true` when nothing is asked. */
export function dimensionConditions(
  sql: Sql,
  alias: string,
  filters: readonly (DimensionFilter | LatencyFilter)[],
): string {
  const conditions = filters.map(({ dimension, values, not, erased }) => {
    const column = `${alias}.${dimension}`;
    const some = anyOf(sql, column, values);
    const told = erased === undefined ? some : `${some} AND ${erasedIs(alias, dimension, erased)}`;
    return not ? `NOT (${told})` : `(${told})`;
  });
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

function erasedIs(alias: string, dimension: string, erased: boolean): string {
  if (isPersonal(dimension)) return `${alias}.erased = ${erased}`;
  throw new AppError('BAD_REQUEST', `${dimension} says nothing of a person and cannot be erased`);
}

/**
 * Never null itself, so that it can be negated; and made of nothing but what the planner has statistics of: a condition that
 * it cannot see through counts as half of the table, and a period is then read group by group.
 */
export function anyOf(sql: Sql, column: string, values: readonly (string | null)[]): string {
  const given = values.filter((value) => value !== null);
  const parts: string[] = [];
  if (given.length > 0)
    parts.push(`(${column} IS NOT NULL AND ${column} = ANY(${sql.value(textList(given), 'text[]')}))`);
  if (given.length < values.length) parts.push(`${column} IS NULL`);
  return parts.length === 1 ? (parts[0] ?? 'false') : `(${parts.join(' OR ')})`;
}
