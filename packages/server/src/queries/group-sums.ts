// Where groups are few, the sums of a period are read once by group, and totals, splits and their largest members are added
// up from that here. Whoever asks a page's questions one after the other, or the same period by another dimension, makes
// the database read that period once: the statement is the same each time, and is remembered until something is written.
// Where groups are many, the database adds up by itself (`breakdown.ts`, `members.ts`); both come to the same.
import { DIMENSIONS, TOKEN_COUNTERS, type Dimension, type DimensionFilter, type Member } from '@weighbridge/protocol';
import type { Reader, Row } from '../store/database.ts';
import { dimensionConditions } from './conditions.ts';
import { byGroup } from './cover-sums.ts';
import { isAmount } from './measures.ts';
import { keysOf, membersOf, type TopAsked, type TopMembers } from './members.ts';
import type { Hours } from './ranges.ts';
import { Sql, toCount } from './sql.ts';
import { SUM_NAMES, TotalsSum } from './totals-sum.ts';

/** Beyond this, what would have to be handed over takes longer than adding it up where it lies. */
export const GROUPS_MOST = 1_000;

/** Of all periods. */
export async function countGroups(reader: Reader): Promise<number> {
  const rows = await reader.read('SELECT count(*)::text AS groups FROM rollup_group LIMIT 1', [], 1);
  return toCount(rows[0]?.['groups']);
}

/** One row for each group that the period has calls of: dimensions, `erased`, currency, sums. Null: they are too many. */
export async function groupSums(
  reader: Reader,
  hours: Hours,
  filters: readonly DimensionFilter[],
  most = GROUPS_MOST,
): Promise<readonly Row[] | null> {
  if (hours.to <= hours.from) return [];
  if ((await countGroups(reader)) > most) return null;
  const sql = new Sql();
  const dimensions = DIMENSIONS.map((name) => `g.${name}`).join(', ');
  const sums = SUM_NAMES.split(', ')
    .map((name) => `r.${name}::text AS ${name}`)
    .join(', ');
  const text = `
SELECT ${dimensions}, g.erased, g.currency, ${sums}
FROM (${byGroup(hours)}) AS r JOIN rollup_group AS g USING (grp)
WHERE ${dimensionConditions(sql, 'g', filters)} LIMIT ${most}`;
  return reader.read(text, sql.params, most);
}

/** Amounts of several currencies cannot be put in one order: that of most calls decides. */
export function mainCurrencyOf(rows: readonly Row[]): string | undefined {
  const calls = new Map<string, bigint>();
  for (const { currency, calls: count } of rows)
    if (typeof currency === 'string') calls.set(currency, (calls.get(currency) ?? 0n) + BigInt(count ?? '0'));
  return [...calls].toSorted(([a, one], [b, other]) => descending(one, other) || (a < b ? -1 : 1))[0]?.[0];
}

export interface GroupPart {
  readonly members: readonly Member[];
  readonly rows: readonly Row[];
}

/** What tells the parts of a split apart, of one row. */
export const placeOf = (row: Row, by: readonly Dimension[]): string =>
  JSON.stringify(keysOf(by).map((name) => row[name] ?? null));

/** The largest first. `currency`: of an amount, the one that counts. */
export function partsOf(
  rows: readonly Row[],
  by: readonly Dimension[],
  measure: string,
  currency: string | undefined,
): readonly GroupPart[] {
  const keys = keysOf(by);
  const weighed = [...Map.groupBy(rows, (row) => placeOf(row, by)).values()].map((own) => ({
    rows: own,
    first: own[0] ?? {},
    weight: own.reduce((sum, row) => sum + weightOf(row, measure, currency), 0n),
    calls: own.reduce((sum, row) => sum + BigInt(row['calls'] ?? '0'), 0n),
  }));
  const sorted = weighed.toSorted(
    (a, b) => descending(a.weight, b.weight) || descending(a.calls, b.calls) || inOrder(a.first, b.first, keys),
  );
  return sorted.map(({ rows: own, first }) => ({ members: membersOf(first, by), rows: own }));
}

/** As `topMembers` has the database do it. */
export function topMembersOf(
  rows: readonly Row[],
  { by, measure, currency, most }: Pick<TopAsked, 'by' | 'measure' | 'currency' | 'most'>,
): TopMembers {
  const counted = isAmount(measure) ? (currency ?? mainCurrencyOf(rows)) : undefined;
  const parts = partsOf(rows, [by], measure, counted);
  const members = parts.slice(0, most).flatMap((part) => part.members);
  return { members, others: parts.length - members.length, currency: counted };
}

export function sumOf(rows: readonly Row[]): TotalsSum {
  const sum = new TotalsSum();
  for (const row of rows) sum.add(row);
  return sum;
}

function weightOf(row: Row, measure: string, currency: string | undefined): bigint {
  if (isAmount(measure) && row['currency'] !== currency) return 0n;
  if (measure !== 'tokens' || measure in row) return BigInt(row[measure] ?? '0');
  return TOKEN_COUNTERS.reduce((sum, name) => sum + BigInt(row[name] ?? '0'), 0n);
}

const descending = (a: bigint, b: bigint): number => (a === b ? 0 : a > b ? -1 : 1);

/** As the database puts equals in order: by their keys, what has none last. */
function inOrder(a: Row, b: Row, keys: readonly string[]): number {
  for (const key of keys) {
    const [one, other] = [a[key] ?? null, b[key] ?? null];
    if (one === other) continue;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -1 : 1;
  }
  return 0;
}
