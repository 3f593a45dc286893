// One measure over time, whole or split by a dimension: the largest members by name, all others as one series.
import { AppError, moneyToDecimal } from '@weighbridge/kernel';
import { DAY_MS, HOUR_MS, seriesInput, type Member, type Series } from '@weighbridge/protocol';
import { plainList, textList } from '../store/columns.ts';
import { dimensionConditions, isPersonal } from './conditions.ts';
import { columnsOf, isAmount, measureOf } from './measures.ts';
import { groupSums, topMembersOf } from './group-sums.ts';
import { topMembers } from './members.ts';
import { ROLLUP } from './cover-sums.ts';
import { mainCurrency } from './overview.ts';
import type { Query, Sources } from './query.ts';
import { coverOf, HOURS_A_DAY, hoursOf, selectCover, type Hours } from './ranges.ts';
import { Sql, toCount } from './sql.ts';

const BUCKETS_MOST = 1_000;

type Asked = ReturnType<(typeof seriesInput)['parse']>;

export const series: Query<typeof seriesInput, Series> = {
  input: seriesInput,
  answer: async (sources, asked) => {
    const hours = hoursOf(asked);
    const step = asked.every === 'hour' ? 1 : HOURS_A_DAY;
    const first = Math.floor(hours.from / step);
    const count = Math.ceil(hours.to / step) - first;
    if (count > BUCKETS_MOST)
      throw new AppError('BAD_REQUEST', `a series has at most ${BUCKETS_MOST} points, and this one has ${count}`);
    const top = await leadersOf(sources, asked, hours);
    const { currency } = top;
    const lines = await readLines(sources, asked, hours, { first, count, currency, members: top.members });
    const shown =
      asked.by === undefined
        ? [{ member: null, others: null }]
        : top.members.map((member) => ({ member, others: null }));
    return {
      period: hours.period,
      every: asked.every,
      measure: asked.measure,
      currency,
      starts: Array.from({ length: count }, (_, i) => (first + i) * (asked.every === 'hour' ? HOUR_MS : DAY_MS)),
      series: [...shown, ...(top.others === 0 ? [] : [{ member: null, others: top.others }])].map((one, index) => ({
        ...one,
        points: (lines[index]?.values ?? []).map((value) =>
          currency === null ? toCount(String(value)) : moneyToDecimal(value),
        ),
        unpriced: lines[index]?.unpriced ?? [],
      })),
    };
  },
};

interface Leaders {
  readonly members: readonly Member[];
  readonly others: number;
  /** Of an amount: which currency; '' when there is none. */
  readonly currency: string | null;
}

async function leadersOf({ reader }: Sources, { by, ...asked }: Asked, hours: Hours): Promise<Leaders> {
  const { measure, currency, filters } = asked;
  const named = (found: string | undefined): string | null => (isAmount(measure) ? (currency ?? found ?? '') : null);
  if (by !== undefined) {
    const rows = await groupSums(reader, hours, filters);
    const top =
      rows === null
        ? await topMembers(reader, { ...asked, currency, by, hours })
        : topMembersOf(rows, { ...asked, currency, by });
    return { ...top, currency: named(top.currency) };
  }
  const found = isAmount(measure) && currency === undefined ? await mainCurrency(reader, hours, filters) : undefined;
  return { members: [], others: 0, currency: named(found) };
}

interface Buckets {
  readonly first: number;
  readonly count: number;
  readonly currency: string | null;
  readonly members: readonly Member[];
}

interface Line {
  readonly values: bigint[];
  readonly unpriced: number[];
}

/** One line for each member, and one for all others; a single one where nothing is split. */
async function readLines({ reader }: Sources, asked: Asked, hours: Hours, buckets: Buckets): Promise<readonly Line[]> {
  const { every, measure, by, filters } = asked;
  const { first, count, currency, members } = buckets;
  const sql = new Sql();
  const conditions = [dimensionConditions(sql, 'g', filters)];
  if (currency !== null) conditions.push(`g.currency = ${sql.value(currency, 'text')}`);
  const values = sql.value(textList(members.map(({ value }) => value)), 'text[]');
  const erased = sql.value(plainList(members.map((member) => String(member.erased))), 'boolean[]');
  const same =
    by === undefined
      ? 'false'
      : `g.${by} IS NOT DISTINCT FROM wanted.value${isPersonal(by) ? ' AND g.erased = wanted.erased' : ''}`;
  // A series by the hour reads hours only: a day's row does not say which hour.
  const cover = every === 'hour' ? { hours: [hours], days: null } : coverOf(hours);
  const rowsMost = BUCKETS_MOST * (members.length + 1);
  const text = `
SELECT r.slot, COALESCE(placed.place, ${members.length + 1})::text AS place,
  sum(${measureOf(measure)})::text AS value, sum(unpriced)::text AS unpriced
FROM (${selectCover(ROLLUP, cover, `grp, ${columnsOf(measure)}`, every)}) AS r JOIN (
  SELECT g.grp, wanted.place FROM rollup_group AS g
  LEFT JOIN unnest(${values}, ${erased}) WITH ORDINALITY AS wanted (value, erased, place) ON ${same}
  WHERE ${conditions.join(' AND ')}
) AS placed USING (grp) GROUP BY r.slot, placed.place LIMIT ${rowsMost}`;
  const lines = Array.from({ length: members.length + 1 }, (): Line => ({
    values: Array.from({ length: count }, () => 0n),
    unpriced: Array.from({ length: count }, () => 0),
  }));
  for (const row of await reader.read(text, sql.params, rowsMost)) {
    const line = lines[toCount(row['place']) - 1];
    const at = toCount(row['slot']) - first;
    if (line === undefined) continue;
    line.values[at] = BigInt(row['value'] ?? '0');
    line.unpriced[at] = toCount(row['unpriced']);
  }
  return lines;
}
