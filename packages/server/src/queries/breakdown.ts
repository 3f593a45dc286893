// A period split by one or two dimensions, dearest first (or by any other measure). What does not make the list is not
// left out in silence: it is the exact difference to the total, as `others`. Each period is read once, its total with its
// parts.
import {
  breakdownInput,
  type Breakdown,
  type Dimension,
  type DimensionFilter,
  type Member,
} from '@weighbridge/protocol';
import { textList, plainList } from '../store/columns.ts';
import type { Reader, Row } from '../store/database.ts';
import { dimensionConditions } from './conditions.ts';
import { isAmount, measureOf } from './measures.ts';
import { keyedBy, keysOf, MAIN_CURRENCY, membersOf, sameKeys } from './members.ts';
import { byGroup } from './cover-sums.ts';
import { groupSums, mainCurrencyOf, partsOf, placeOf, sumOf } from './group-sums.ts';
import type { Query } from './query.ts';
import { before, hoursOf, type Hours } from './ranges.ts';
import { Sql, toCount } from './sql.ts';
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
    const { parts, count, total } = await partsIn(reader, { hours, by, sort, most, filters });
    const earlier = before(hours);
    const past = compare ? await partsBefore(reader, earlier, by, filters, parts) : null;
    const listed = parts.reduce((sum, part) => sum.plus(part.sum), new TotalsSum());
    return {
      period: hours.period,
      by,
      rows: parts.map(({ members, sum }, index) => ({
        members: [...members],
        totals: sum.view(),
        before: past === null ? null : (past.parts[index] ?? new TotalsSum()).view(),
      })),
      others:
        count <= parts.length
          ? null
          : {
              rows: count - parts.length,
              totals: total.minus(listed).view(),
              before: past === null ? null : past.rest.view(),
            },
      total: total.view(),
      before:
        past === null
          ? null
          : { period: earlier.period, totals: past.parts.reduce((sum, part) => sum.plus(part), past.rest).view() },
    };
  },
};

interface Asked {
  readonly hours: Hours;
  readonly by: readonly Dimension[];
  readonly sort: string;
  readonly most: number;
  readonly filters: readonly DimensionFilter[];
}

interface Parts {
  readonly parts: readonly Part[];
  /** Of all members, listed or not. */
  readonly count: number;
  readonly total: TotalsSum;
}

/** What the same members came to in another period, in their order, and what all others did. */
interface PartsBefore {
  readonly parts: readonly TotalsSum[];
  readonly rest: TotalsSum;
}

async function partsIn(reader: Reader, asked: Asked): Promise<Parts> {
  const { hours, by, sort, most, filters } = asked;
  const rows = await groupSums(reader, hours, filters);
  return rows === null ? topParts(reader, asked) : topPartsOf(rows, { by, sort, most });
}

async function partsBefore(
  reader: Reader,
  hours: Hours,
  by: readonly Dimension[],
  filters: readonly DimensionFilter[],
  parts: readonly Part[],
): Promise<PartsBefore> {
  const rows = await groupSums(reader, hours, filters);
  return rows === null ? sameParts(reader, hours, by, filters, parts) : samePartsOf(rows, by, parts);
}

export function topPartsOf(rows: readonly Row[], { by, sort, most }: Pick<Asked, 'by' | 'sort' | 'most'>): Parts {
  const all = partsOf(rows, by, sort, mainCurrencyOf(rows));
  const parts = all.slice(0, most).map(({ members, rows: own }) => ({ members, sum: sumOf(own) }));
  return { parts, count: all.length, total: sumOf(rows) };
}

export function samePartsOf(rows: readonly Row[], by: readonly Dimension[], parts: readonly Part[]): PartsBefore {
  const same = parts.map(() => new TotalsSum());
  const places = new Map(parts.map(({ members }, index) => [placeOf(keyedBy(members, by), by), same[index]]));
  const rest = new TotalsSum();
  for (const row of rows) (places.get(placeOf(row, by)) ?? rest).add(row);
  return { parts: same, rest };
}

export async function topParts(reader: Reader, asked: Asked): Promise<Parts> {
  const sql = new Sql();
  const keys = keysOf(asked.by);
  const list = keys.join(', ');
  const where = dimensionConditions(sql, 'g', asked.filters);
  const only = isAmount(asked.sort) ? ` FILTER (WHERE currency = ${MAIN_CURRENCY})` : '';
  const rowsMost = (asked.most + 1) * CURRENCIES_MOST;
  const names = SUM_NAMES.split(', ');
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
), listed AS (
  SELECT top.place, top.members, ${keys.map((name) => `split.${name}`).join(', ')}, split.currency, ${names.map((name) => `split.${name}`).join(', ')}
  FROM top JOIN split ON ${sameKeys(keys, 'split', 'top')}
  UNION ALL
  SELECT 0, 0, ${keys.map((name) => (name === 'erased' ? 'false' : 'NULL')).join(', ')}, currency, ${ADDED} FROM split GROUP BY currency
)
SELECT place::text AS place, members::text AS members, ${list}, currency, ${names.map((name) => `${name}::text AS ${name}`).join(', ')}
FROM listed ORDER BY listed.place, listed.currency LIMIT ${rowsMost}`;
  const total = new TotalsSum();
  const parts = new Map<string, Part>();
  let count = 0;
  for (const row of await reader.read(text, sql.params, rowsMost)) {
    const place = row['place'] ?? '';
    if (place === '0') {
      total.add(row);
      continue;
    }
    const part = parts.get(place) ?? { members: membersOf(row, asked.by), sum: new TotalsSum() };
    part.sum.add(row);
    parts.set(place, part);
    count = toCount(row['members']);
  }
  return { parts: [...parts.values()], count, total };
}

export async function sameParts(
  reader: Reader,
  hours: Hours,
  by: readonly Dimension[],
  filters: readonly DimensionFilter[],
  parts: readonly Part[],
): Promise<PartsBefore> {
  const sums = [undefined, ...parts].map(() => new TotalsSum());
  const [rest = new TotalsSum(), ...same] = sums;
  if (hours.to <= hours.from) return { parts: same, rest };
  const sql = new Sql();
  const keys = keysOf(by);
  const lists = by.map((_, index) =>
    sql.value(textList(parts.map(({ members }) => members[index]?.value ?? null)), 'text[]'),
  );
  if (keys.includes('erased'))
    lists.push(
      sql.value(plainList(parts.map(({ members }) => String(members.some(({ erased }) => erased)))), 'boolean[]'),
    );
  const rowsMost = sums.length * CURRENCIES_MOST;
  const text = `
SELECT COALESCE(wanted.place, 0)::text AS place, g.currency, ${SUM_NAMES.split(', ')
    .map((name) => `sum(r.${name})::text AS ${name}`)
    .join(', ')}
FROM (${byGroup(hours)}) AS r JOIN rollup_group AS g USING (grp)
LEFT JOIN unnest(${lists.join(', ')}) WITH ORDINALITY AS wanted (${keys.join(', ')}, place) ON ${sameKeys(keys, 'g', 'wanted')}
WHERE ${dimensionConditions(sql, 'g', filters)} GROUP BY wanted.place, g.currency LIMIT ${rowsMost}`;
  for (const row of await reader.read(text, sql.params, rowsMost)) sums[toCount(row['place'])]?.add(row);
  return { parts: same, rest };
}
