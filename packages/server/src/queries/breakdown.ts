// A period split by one or two dimensions, dearest first (or by any other measure). What does not make the list is not
// left out in silence: it is the exact difference to the total, as `others`.
import {
  breakdownInput,
  type Breakdown,
  type Dimension,
  type DimensionFilter,
  type Member,
} from '@weighbridge/protocol';
import { textList, plainList } from '../store/columns.ts';
import type { Reader, Row } from '../store/database.ts';
import { dimensionConditions, isPersonal } from './conditions.ts';
import { isAmount, measureOf } from './measures.ts';
import { byGroup, totalsOf } from './overview.ts';
import type { Query } from './query.ts';
import { before, hoursOf, type Hours } from './ranges.ts';
import { isTrue, Sql, toCount } from './sql.ts';
import { ADDED, SUM_NAMES, TotalsSum } from './totals-sum.ts';

const CURRENCIES_MOST = 20;

interface Part {
  readonly members: readonly Member[];
  readonly sum: TotalsSum;
}

export const breakdown: Query<typeof breakdownInput, Breakdown> = {
  input: breakdownInput,
  answer: async ({ reader }, { by: asked, sort, most, compare, filters, ...period }) => {
    const by = [...new Set(asked)];
    const hours = hoursOf(period);
    const total = await totalsOf(reader, hours, filters);
    // Amounts of several currencies cannot be put in one order: that of most calls decides.
    const main = total.mainCurrency() ?? '';
    const { parts, count } = await topParts(reader, { hours, by, sort, most, filters, main });
    const earlier = before(hours);
    const past = compare ? await totalsOf(reader, earlier, filters) : null;
    const pastParts = compare ? await sameParts(reader, earlier, by, filters, parts) : [];
    const listed = parts.reduce((sum, part) => sum.plus(part.sum), new TotalsSum());
    const pastListed = pastParts.reduce((sum, part) => sum.plus(part), new TotalsSum());
    return {
      period: hours.period,
      by,
      rows: parts.map(({ members, sum }, index) => ({
        members: [...members],
        totals: sum.view(),
        before: compare ? (pastParts[index] ?? new TotalsSum()).view() : null,
      })),
      others:
        count <= parts.length
          ? null
          : {
              rows: count - parts.length,
              totals: total.minus(listed).view(),
              before: past === null ? null : past.minus(pastListed).view(),
            },
      total: total.view(),
      before: past === null ? null : { period: earlier.period, totals: past.view() },
    };
  },
};

interface Asked {
  readonly hours: Hours;
  readonly by: readonly Dimension[];
  readonly sort: string;
  readonly most: number;
  readonly filters: readonly DimensionFilter[];
  readonly main: string;
}

/** Whether the person was erased tells two kinds of null apart, where a dimension is personal. */
const keysOf = (by: readonly Dimension[]): readonly string[] => (by.some(isPersonal) ? [...by, 'erased'] : by);

async function topParts(reader: Reader, asked: Asked): Promise<{ parts: readonly Part[]; count: number }> {
  const sql = new Sql();
  const keys = keysOf(asked.by);
  const list = keys.join(', ');
  const where = dimensionConditions(sql, 'g', asked.filters);
  const only = isAmount(asked.sort) ? ` FILTER (WHERE currency = ${sql.value(asked.main, 'text')})` : '';
  const same = keys.map((name) => `split.${name} IS NOT DISTINCT FROM top.${name}`).join(' AND ');
  const rowsMost = asked.most * CURRENCIES_MOST;
  const text = `
WITH split AS (
  SELECT ${keys.map((name) => `g.${name}`).join(', ')}, g.currency, ${ADDED}
  FROM (${byGroup(asked.hours)}) AS r JOIN rollup_group AS g USING (grp) WHERE ${where}
  GROUP BY ${keys.map((name) => `g.${name}`).join(', ')}, g.currency
), ranked AS (
  SELECT ${list}, COALESCE(sum(${measureOf(asked.sort)})${only}, 0) AS weight, sum(calls) AS weight_calls, count(*) OVER () AS members
  FROM split GROUP BY ${list}
), top AS (
  SELECT *, row_number() OVER (ORDER BY weight DESC, weight_calls DESC, ${list}) AS place FROM ranked
  ORDER BY place LIMIT ${asked.most}
)
SELECT top.place::text AS place, top.members::text AS members, ${keys.map((name) => `split.${name}`).join(', ')}, split.currency,
  ${SUM_NAMES.split(', ')
    .map((name) => `split.${name}::text AS ${name}`)
    .join(', ')}
FROM top JOIN split ON ${same} ORDER BY top.place, split.currency LIMIT ${rowsMost}`;
  const rows = await reader.read(text, sql.params, rowsMost);
  const parts = new Map<string, Part>();
  for (const row of rows) {
    const place = row['place'] ?? '';
    const part = parts.get(place) ?? { members: membersOf(row, asked.by), sum: new TotalsSum() };
    part.sum.add(row);
    parts.set(place, part);
  }
  return { parts: [...parts.values()], count: toCount(rows[0]?.['members']) };
}

const membersOf = (row: Row, by: readonly Dimension[]): readonly Member[] =>
  by.map((name) => ({
    value: row[name] ?? null,
    erased: isPersonal(name) && isTrue(row['erased']),
  }));

/** What the same members came to in another period, in their order. */
async function sameParts(
  reader: Reader,
  hours: Hours,
  by: readonly Dimension[],
  filters: readonly DimensionFilter[],
  parts: readonly Part[],
): Promise<readonly TotalsSum[]> {
  const sums = parts.map(() => new TotalsSum());
  if (parts.length === 0 || hours.to <= hours.from) return sums;
  const sql = new Sql();
  const keys = keysOf(by);
  const lists = by.map((_, index) =>
    sql.value(textList(parts.map(({ members }) => members[index]?.value ?? null)), 'text[]'),
  );
  if (keys.includes('erased'))
    lists.push(
      sql.value(plainList(parts.map(({ members }) => String(members.some(({ erased }) => erased)))), 'boolean[]'),
    );
  const same = keys.map((name) => `g.${name} IS NOT DISTINCT FROM wanted.${name}`).join(' AND ');
  const rowsMost = parts.length * CURRENCIES_MOST;
  const text = `
SELECT wanted.place::text AS place, g.currency, ${SUM_NAMES.split(', ')
    .map((name) => `sum(r.${name})::text AS ${name}`)
    .join(', ')}
FROM (${byGroup(hours)}) AS r JOIN rollup_group AS g USING (grp)
JOIN unnest(${lists.join(', ')}) WITH ORDINALITY AS wanted (${keys.join(', ')}, place) ON ${same}
WHERE ${dimensionConditions(sql, 'g', filters)} GROUP BY wanted.place, g.currency LIMIT ${rowsMost}`;
  for (const row of await reader.read(text, sql.params, rowsMost)) sums[toCount(row['place']) - 1]?.add(row);
  return sums;
}
