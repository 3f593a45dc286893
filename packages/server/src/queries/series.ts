// One measure over time, whole or split by a dimension: the largest members by name, all others as one series.
import { AppError, moneyToDecimal } from '@weighbridge/kernel';
import { DAY_MS, HOUR_MS, seriesInput, type Member, type Series } from '@weighbridge/protocol';
import { plainList, textList } from '../store/columns.ts';
import type { Row } from '../store/database.ts';
import { dimensionConditions, isPersonal } from './conditions.ts';
import { columnsOf, isAmount, measureOf } from './measures.ts';
import { emptyLine, groupLines, linesCover, linesOf, type Buckets, type Line } from './group-lines.ts';
import { mainCurrencyOf, topMembersOf } from './group-sums.ts';
import { topMembers } from './members.ts';
import { mainCurrency } from './overview.ts';
import type { Query, Sources } from './query.ts';
import { HOURS_A_DAY, hoursOf, type Hours } from './ranges.ts';
import { Sql, toCount } from './sql.ts';

const BUCKETS_MOST = 1_000;

type Asked = ReturnType<(typeof seriesInput)['parse']>;

export const series: Query<typeof seriesInput, Series> = {
  input: seriesInput,
  answer: async (sources, asked) => {
    const hours = hoursOf(asked);
    const buckets = bucketsOf(hours, asked.every);
    const { first, count } = buckets;
    if (count > BUCKETS_MOST)
      throw new AppError('BAD_REQUEST', `a series has at most ${BUCKETS_MOST} points, and this one has ${count}`);
    const { members, others, currency, lines } = await drawn(sources, asked, hours, buckets);
    const shown =
      asked.by === undefined ? [{ member: null, others: null }] : members.map((member) => ({ member, others: null }));
    return {
      period: hours.period,
      every: asked.every,
      measure: asked.measure,
      currency,
      starts: Array.from({ length: count }, (_, i) => (first + i) * (asked.every === 'hour' ? HOUR_MS : DAY_MS)),
      series: [...shown, ...(others === 0 ? [] : [{ member: null, others }])].map((one, index) => ({
        ...one,
        points: (lines[index]?.values ?? []).map((value) =>
          currency === null ? toCount(String(value)) : moneyToDecimal(value),
        ),
        unpriced: lines[index]?.unpriced ?? [],
      })),
    };
  },
};

export function bucketsOf(hours: Hours, every: Buckets['every']): Buckets {
  const step = every === 'hour' ? 1 : HOURS_A_DAY;
  const first = Math.floor(hours.from / step);
  return { every, first, count: Math.ceil(hours.to / step) - first };
}

interface Leaders {
  readonly members: readonly Member[];
  readonly others: number;
  /** Of an amount: which currency; '' when there is none. */
  readonly currency: string | null;
}

/** Leaders, and a line for each, and one for all others; a single one where nothing is split. */
interface Drawn extends Leaders {
  readonly lines: readonly Line[];
}

async function drawn(sources: Sources, asked: Asked, hours: Hours, buckets: Buckets): Promise<Drawn> {
  const rows = await groupLines(sources.reader, hours, buckets, asked);
  if (rows !== null) return drawnOf(rows, asked, buckets.count);
  const leaders = await leadersOf(sources, asked, hours);
  return { ...leaders, lines: await readLines(sources, asked, hours, buckets, leaders) };
}

export function drawnOf(rows: readonly Row[], asked: Asked, count: number): Drawn {
  const { by } = asked;
  const top =
    by === undefined
      ? { members: [], others: 0, currency: mainCurrencyOf(rows) }
      : topMembersOf(rows, { ...asked, by, currency: asked.currency });
  const currency = counted(asked, top.currency);
  const own = currency === null ? rows : rows.filter((row) => row['currency'] === currency);
  const { members, others } = top;
  return { members, others, currency, lines: linesOf(own, by === undefined ? [] : [by], members, count) };
}

const counted = ({ measure, currency }: Asked, found: string | undefined): string | null =>
  isAmount(measure) ? (currency ?? found ?? '') : null;

export async function leadersOf({ reader }: Sources, asked: Asked, hours: Hours): Promise<Leaders> {
  const { by, measure, currency, filters } = asked;
  if (by !== undefined) {
    const top = await topMembers(reader, { ...asked, currency, by, hours });
    return { ...top, currency: counted(asked, top.currency) };
  }
  const found = isAmount(measure) && currency === undefined ? await mainCurrency(reader, hours, filters) : undefined;
  return { members: [], others: 0, currency: counted(asked, found) };
}

export async function readLines(
  { reader }: Sources,
  { measure, by, filters }: Asked,
  hours: Hours,
  buckets: Buckets,
  { currency, members }: Leaders,
): Promise<readonly Line[]> {
  const sql = new Sql();
  const conditions = [dimensionConditions(sql, 'g', filters)];
  if (currency !== null) conditions.push(`g.currency = ${sql.value(currency, 'text')}`);
  const values = sql.value(textList(members.map(({ value }) => value)), 'text[]');
  const erased = sql.value(plainList(members.map((member) => String(member.erased))), 'boolean[]');
  const same =
    by === undefined
      ? 'false'
      : `g.${by} IS NOT DISTINCT FROM wanted.value${isPersonal(by) ? ' AND g.erased = wanted.erased' : ''}`;
  const rowsMost = BUCKETS_MOST * (members.length + 1);
  const text = `
SELECT r.slot, COALESCE(placed.place, ${members.length + 1})::text AS place,
  sum(${measureOf(measure)})::text AS value, sum(unpriced)::text AS unpriced
FROM (${linesCover(hours, buckets, columnsOf(measure))}) AS r JOIN (
  SELECT g.grp, wanted.place FROM rollup_group AS g
  LEFT JOIN unnest(${values}, ${erased}) WITH ORDINALITY AS wanted (value, erased, place) ON ${same}
  WHERE ${conditions.join(' AND ')}
) AS placed USING (grp) GROUP BY r.slot, placed.place LIMIT ${rowsMost}`;
  const lines = Array.from({ length: members.length + 1 }, () => emptyLine(buckets.count));
  for (const row of await reader.read(text, sql.params, rowsMost)) {
    const line = lines[toCount(row['place']) - 1];
    const at = toCount(row['slot']) - buckets.first;
    if (line === undefined) continue;
    line.values[at] = BigInt(row['value'] ?? '0');
    line.unpriced[at] = toCount(row['unpriced']);
  }
  return lines;
}
