// What crossed, route by route: calls, tokens, and the busiest minute. Read from the rows of recent calls, since roll-ups know no minutes; so it
// reaches back as far as those are kept, and says from when it counts.
import { z } from 'zod';
import type { RouteTraffic } from '../plan/estate/traffic.ts';
import type { Query } from './query.ts';
import { Sql, toCount, toNullableCount } from './sql.ts';

const ROUTES_MOST = 500;

const trafficInput = z.strictObject({ since: z.int().min(0), until: z.int().min(0) });

export interface CrossedTraffic {
  /** UTC milliseconds of the oldest call that was counted; null: none was. */
  readonly from: number | null;
  /** Busiest first. */
  readonly routes: readonly RouteTraffic[];
}

export const traffic: Query<typeof trafficInput, CrossedTraffic> = {
  input: trafficInput,
  answer: async ({ reader }, { since, until }) => {
    const sql = new Sql();
    const within = `at >= ${sql.value(since, 'bigint')} AND at < ${sql.value(until, 'bigint')} AND route IS NOT NULL AND deployment IS NOT NULL`;
    // Numeric sums: a month of tokens may be more than a bigint of anything but tokens, and the answer is text either way.
    const text = `
SELECT route, min(first) AS first, sum(calls)::text AS calls, sum(unknown)::text AS unknown, sum(input)::text AS input,
  sum(cached)::text AS cached, sum(output)::text AS output, max(input + output)::text AS peak
FROM (
  SELECT route, at / 60000 AS minute, min(at) AS first, count(*) AS calls, count(*) FILTER (WHERE input_tokens IS NULL) AS unknown,
    COALESCE(sum(input_tokens), 0) AS input, COALESCE(sum(cached_tokens), 0) AS cached, COALESCE(sum(output_tokens), 0) AS output
  FROM recent_call WHERE ${within} GROUP BY route, at / 60000
) AS minutes
GROUP BY route ORDER BY sum(input + output) DESC, route LIMIT ${ROUTES_MOST}`;
    const rows = await reader.read(text, sql.params, ROUTES_MOST);
    const firsts = rows.flatMap((row) => toNullableCount(row['first']) ?? []);
    return {
      from: firsts.length === 0 ? null : Math.min(...firsts),
      routes: rows.map((row) => {
        const [prompt, cached] = [toCount(row['input']), toCount(row['cached'])];
        return {
          route: row['route'] ?? '',
          calls: toCount(row['calls']),
          unknown: toCount(row['unknown']),
          // A prompt is told with its cached part; classes of a plan do not overlap.
          tokens: { input: prompt - cached, cached, output: toCount(row['output']) },
          peak: toCount(row['peak']),
        };
      }),
    };
  },
};
