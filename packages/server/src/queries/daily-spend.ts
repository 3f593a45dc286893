// What each deployment came to, day by day, from the day roll-up; as many whole days as one answer holds.
import { AppError, LIMITS, moneyToDecimal } from '@weighbridge/kernel';
import { DAY_MS, dailySpendInput, type DailySpend } from '@weighbridge/protocol';
import type { Query } from './query.ts';
import { hoursOf, HOURS_A_DAY } from './ranges.ts';
import { toCount } from './sql.ts';

const TOLD_APART = ['model', 'deployment', 'cloud', 'region', 'tier', 'currency'] as const;

export const dailySpend: Query<typeof dailySpendInput, DailySpend> = {
  input: dailySpendInput,
  answer: async ({ reader }, period) => {
    const hours = hoursOf(period);
    const [from, to] = [Math.floor(hours.from / HOURS_A_DAY), Math.ceil(hours.to / HOURS_A_DAY)];
    const columns = TOLD_APART.map((name) => `g.${name}`).join(', ');
    const text = `
SELECT r.day::text AS day, ${columns}, sum(r.billed)::text AS billed, sum(r.calls)::text AS calls, sum(r.unpriced)::text AS unpriced
FROM rollup_day AS r JOIN rollup_group AS g USING (grp) WHERE r.day >= ${from} AND r.day < ${to} AND g.currency IS NOT NULL
GROUP BY r.day, ${columns} ORDER BY r.day, ${columns} LIMIT ${LIMITS.query_rows}`;
    const found = await reader.read(text, [], LIMITS.query_rows);
    const rows = found.map((row) => ({
      day: toCount(row['day']),
      model: row['model'] ?? null,
      deployment: row['deployment'] ?? null,
      cloud: row['cloud'] ?? null,
      region: row['region'] ?? null,
      tier: row['tier'] ?? null,
      currency: row['currency'] ?? '',
      billed: moneyToDecimal(BigInt(row['billed'] ?? '0')),
      calls: toCount(row['calls']),
      unpriced: toCount(row['unpriced']),
    }));
    if (rows.length < LIMITS.query_rows) return { rows, next: null };
    const last = rows.at(-1)?.day ?? from;
    const whole = rows.filter(({ day }) => day < last);
    if (whole.length > 0) return { rows: whole, next: last };
    throw new AppError(
      'BAD_REQUEST',
      `on ${new Date(last * DAY_MS).toISOString().slice(0, 10)} there are more than ${LIMITS.query_rows} deployments, models and regions to tell apart`,
    );
  },
};
