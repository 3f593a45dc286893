// What sellers' records say, day by day, and what crossed in the same hours. Rows that a later import took the place of do not count.
import { AppError, LIMITS, moneyToDecimal } from '@weighbridge/kernel';
import {
  crossedInput,
  DAY_MS,
  HOUR_MS,
  observedInput,
  TOKEN_CLASSES,
  TOKEN_COUNTERS,
  type Crossed,
  type Observed,
  type ObservedSource,
} from '@weighbridge/protocol';
import type { Row } from '../store/database.ts';
import type { Query, Sources } from './query.ts';
import { HOURS_A_DAY, type Range } from './ranges.ts';
import { Sql, toCount, toNullableCount } from './sql.ts';

const TOLD_APART = 'day, source, scope, seller, model, owner, service, currency';
export const ROW_TOKENS = TOKEN_CLASSES.map((name) => `tokens_${name}`).join(' + ');
const SPANS_MOST = 5_000;
const SELLERS_MOST = 200;

export const observed: Query<typeof observedInput, Observed> = {
  input: observedInput,
  answer: async ({ reader }, { since, until }) => {
    const sql = new Sql();
    const [from, to] = [sql.value(since, 'bigint'), sql.value(until, 'bigint')];
    const [first, last] = [Math.floor(since / DAY_MS), Math.floor((until - 1) / DAY_MS)];
    const within = `state = 1 AND day >= ${first - 31} AND day <= ${last} AND since < ${to} AND until > ${from}`;
    const text = `
SELECT ${TOLD_APART}, count(*) AS rows, sum(requests)::text AS requests, sum(${ROW_TOKENS})::text AS tokens, sum(money)::text AS money,
  count(request) AS ids, count(crossed) AS matched, COALESCE(sum(requests) FILTER (WHERE crossed IS NOT NULL), 0)::text AS matched_requests,
  COALESCE(sum(${ROW_TOKENS}) FILTER (WHERE crossed IS NOT NULL), 0)::text AS matched_tokens
FROM observed_row WHERE ${within} GROUP BY ${TOLD_APART} ORDER BY ${TOLD_APART} LIMIT ${LIMITS.coverage_cells}`;
    const rows = await reader.read(text, sql.params, LIMITS.coverage_cells);
    refuseMore(rows.length);
    return {
      cells: rows.map((row) => cellOf(row)),
      spans: await spansOf(reader, since, until),
      users: await usersOf(reader, within, sql.params),
    };
  },
};

const cellOf = (row: Row): Observed['cells'][number] => ({
  day: toCount(row['day']),
  source: row['source'] as ObservedSource,
  scope: row['scope'] ?? '',
  seller: row['seller'] ?? '',
  model: row['model'] ?? null,
  owner: row['owner'] ?? null,
  service: row['service'] ?? null,
  rows: toCount(row['rows']),
  requests: decimalOf(row['requests']),
  tokens: toNullableCount(row['tokens']),
  money: decimalOf(row['money']),
  currency: row['currency'] ?? null,
  ids: toCount(row['ids']),
  matched: toCount(row['matched']),
  matched_requests: decimalOf(row['matched_requests']) ?? '0',
  matched_tokens: toCount(row['matched_tokens']),
});

/** Kept as whole 10⁻¹². */
const decimalOf = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : moneyToDecimal(BigInt(text.split('.')[0] ?? '0'));

async function spansOf(reader: Sources['reader'], since: number, until: number): Promise<Observed['spans']> {
  const text = `SELECT source, scope, seller, since::text AS since, until::text AS until FROM observed_span
WHERE until > $1::bigint AND since < $2::bigint ORDER BY entry, n LIMIT ${SPANS_MOST}`;
  const rows = await reader.read(text, [String(since), String(until)], SPANS_MOST);
  return rows.map((row) => ({
    source: row['source'] as ObservedSource,
    scope: row['scope'] ?? '',
    seller: row['seller'] ?? '',
    since: toCount(row['since']),
    until: toCount(row['until']),
  }));
}

async function usersOf(reader: Sources['reader'], within: string, params: Sql['params']): Promise<Observed['users']> {
  const text = `SELECT seller, count(DISTINCT person) AS users FROM observed_row WHERE ${within} AND person IS NOT NULL GROUP BY seller ORDER BY seller LIMIT ${SELLERS_MOST}`;
  const rows = await reader.read(text, params, SELLERS_MOST);
  return rows.map((row) => ({ seller: row['seller'] ?? '', users: toCount(row['users']) }));
}

const refuseMore = (rows: number): void => {
  if (rows >= LIMITS.coverage_cells)
    throw new AppError('BAD_REQUEST', `the period has more than ${LIMITS.coverage_cells} lines to set side by side`, {
      next: 'ask for a shorter period',
    });
};

/** How calls end that a seller counts; of one that failed, its billed legs count their tokens. */
const ANSWERED = `('completed', 'cut', 'client_gone')`;
const CALL_TOKENS = TOKEN_COUNTERS.map((name) => `r.${name}`).join(' + ');

export const crossed: Query<typeof crossedInput, Crossed> = {
  input: crossedInput,
  answer: async ({ reader }, { ranges }) => {
    const hours = ranges.map(({ from, to }) => `(r.hour >= ${from} AND r.hour < ${to})`).join(' OR ');
    const edges = [...new Set(ranges.flatMap(({ from, to }) => [from, to - 1]))].join(', ');
    const calls = `CASE WHEN g.outcome IN ${ANSWERED} THEN r.calls ELSE 0 END`;
    const text = `
SELECT r.hour / ${HOURS_A_DAY} AS day, g.deployment, g.model, g.team, sum(${calls})::text AS calls, sum(${CALL_TOKENS})::text AS tokens,
  COALESCE(sum(${calls}) FILTER (WHERE r.hour IN (${edges})), 0)::text AS edge_calls,
  COALESCE(sum(${CALL_TOKENS}) FILTER (WHERE r.hour IN (${edges})), 0)::text AS edge_tokens
FROM rollup_hour AS r JOIN rollup_group AS g USING (grp) WHERE (${hours}) AND g.deployment IS NOT NULL
GROUP BY 1, g.deployment, g.model, g.team ORDER BY 1, g.deployment, g.model, g.team LIMIT ${LIMITS.coverage_cells}`;
    const rows = await reader.read(text, [], LIMITS.coverage_cells);
    refuseMore(rows.length);
    return {
      cells: rows.map((row) => ({
        day: toCount(row['day']),
        deployment: row['deployment'] ?? null,
        model: row['model'] ?? null,
        team: row['team'] ?? null,
        calls: toCount(row['calls']),
        tokens: toCount(row['tokens']),
        edge_calls: toCount(row['edge_calls']),
        edge_tokens: toCount(row['edge_tokens']),
      })),
      ids: await idsOf(reader, ranges),
    };
  },
};

const DEPLOYMENT_DAYS_MOST = 50_000;

async function idsOf(reader: Sources['reader'], ranges: readonly Range[]): Promise<Crossed['ids']> {
  const within = ranges.map(({ from, to }) => `(c.at >= ${from * HOUR_MS} AND c.at < ${to * HOUR_MS})`).join(' OR ');
  const text = `
SELECT c.at / ${DAY_MS} AS day, c.deployment, count(*) AS held,
  count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM observed_row AS o WHERE o.request = c.request AND o.state = 1)) AS unnamed
FROM crossed_request AS c WHERE (${within}) GROUP BY 1, c.deployment ORDER BY 1, c.deployment LIMIT ${DEPLOYMENT_DAYS_MOST}`;
  const rows = await reader.read(text, [], DEPLOYMENT_DAYS_MOST);
  return rows.map((row) => ({
    day: toCount(row['day']),
    deployment: row['deployment'] ?? '',
    held: toCount(row['held']),
    unnamed: toCount(row['unnamed']),
  }));
}
