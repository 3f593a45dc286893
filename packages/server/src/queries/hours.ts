// Calls and tokens by class, hour by hour: what a plan takes its demand from. What was refused or failed asked for no capacity that could
// be planned, so it is no request here; what its legs used is counted all the same.
import { AppError } from '@weighbridge/kernel';
import { HOUR_MS, overviewInput, TOKEN_CLASSES, type TokenClass } from '@weighbridge/protocol';
import { dimensionConditions } from './conditions.ts';
import type { Query } from './query.ts';
import { hoursOf } from './ranges.ts';
import { Sql, toCount } from './sql.ts';

/** Half a year. */
export const HOURS_MOST = 184 * 24;
/** Asked for nothing that capacity is planned for. */
export const NO_REQUEST = ['error', 'refused'] as const;

export interface HourRow {
  /** Its beginning. */
  readonly at: number;
  readonly requests: number;
  readonly tokens: Readonly<Partial<Record<TokenClass, number>>>;
}

/** Hours without a call are left out; those of the whole period that it touches. */
export const hours: Query<typeof overviewInput, { readonly rows: readonly HourRow[] }> = {
  input: overviewInput,
  answer: async ({ reader }, { filters, ...period }) => {
    const { from, to } = hoursOf(period);
    if (to - from > HOURS_MOST)
      throw new AppError('BAD_REQUEST', `${to - from} hours are asked for, and ${HOURS_MOST} are the most`);
    const sql = new Sql();
    const refused = NO_REQUEST.map((name) => `'${name}'`).join(', ');
    const text = `
SELECT r.hour::text AS hour, COALESCE(sum(r.calls) FILTER (WHERE g.outcome IS NULL OR g.outcome NOT IN (${refused})), 0)::text AS requests,
  ${TOKEN_CLASSES.map((name) => `sum(r.tokens_${name})::text AS ${name}`).join(', ')}
FROM rollup_hour AS r JOIN rollup_group AS g USING (grp)
WHERE r.hour >= ${from} AND r.hour < ${to} AND ${dimensionConditions(sql, 'g', filters)}
GROUP BY r.hour ORDER BY r.hour LIMIT ${HOURS_MOST}`;
    const rows = await reader.read(text, sql.params, HOURS_MOST);
    return {
      rows: rows.map((row) => ({
        at: toCount(row['hour']) * HOUR_MS,
        requests: toCount(row['requests']),
        tokens: Object.fromEntries(
          TOKEN_CLASSES.flatMap((name) => {
            const count = toCount(row[name]);
            return count === 0 ? [] : [[name, count]];
          }),
        ),
      })),
    };
  },
};
