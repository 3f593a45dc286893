// What sellers' records say of the time of a window, and which entries they name. Only rows that stand count.
import { LIMITS } from '@weighbridge/kernel';
import { windowRecordsInput, type ObservedSource, type WindowRecords } from '@weighbridge/protocol';
import type { Row } from '../store/database.ts';
import { ROW_TOKENS } from './observed.ts';
import type { Query } from './query.ts';
import { toCount, toNullableCount } from './sql.ts';

const NAMED_MOST = 200_000;
const STRANGE_MOST = LIMITS.coverage_cells;
const SPANS_MOST = 1_000;

export const windowRecords: Query<typeof windowRecordsInput, WindowRecords> = {
  input: windowRecordsInput,
  answer: async ({ reader }, { since, until, from, to }) => {
    const named = await reader.read(
      `SELECT DISTINCT k.entry FROM crossed_request AS k JOIN observed_row AS o ON o.request = k.request AND o.state = 1
WHERE k.entry >= $1::bigint AND k.entry < $2::bigint ORDER BY k.entry LIMIT ${NAMED_MOST}`,
      [String(from), String(to)],
      NAMED_MOST,
    );
    const period = [String(since), String(until)];
    const strange = await reader.read(
      `SELECT source, seller, since, model, (${ROW_TOKENS})::text AS tokens, requests::text AS requests FROM observed_row
WHERE state = 1 AND request IS NOT NULL AND crossed IS NULL AND since >= $1::bigint AND since < $2::bigint
ORDER BY since, entry, n LIMIT ${STRANGE_MOST}`,
      period,
      STRANGE_MOST,
    );
    const sums = await reader.read(
      `SELECT source, seller, min(since)::text AS since, max(until)::text AS until, sum(${ROW_TOKENS})::text AS tokens, count(*) AS rows
FROM observed_row WHERE state = 1 AND request IS NULL AND since < $2::bigint AND until > $1::bigint GROUP BY source, seller ORDER BY seller, source LIMIT ${SPANS_MOST}`,
      period,
      SPANS_MOST,
    );
    const spans = await reader.read(
      `SELECT DISTINCT source, seller, since::text AS since, until::text AS until FROM observed_span
WHERE since < $2::bigint AND until > $1::bigint ORDER BY seller, source LIMIT ${SPANS_MOST}`,
      period,
      SPANS_MOST,
    );
    return {
      named: named.map((row) => toCount(row['entry'])),
      strange: strange.map((row) => ({
        ...ofSeller(row),
        at: toCount(row['since']),
        model: row['model'] ?? null,
        tokens: toNullableCount(row['tokens']),
        requests: row['requests'] ?? null,
      })),
      sums: sums.map((row) => ({
        ...ofSeller(row),
        ...within(row),
        tokens: toNullableCount(row['tokens']),
        rows: toCount(row['rows']),
      })),
      spans: spans.map((row) => ({ ...ofSeller(row), ...within(row) })),
    };
  },
};

const ofSeller = (row: Row) => ({ source: row['source'] as ObservedSource, seller: row['seller'] ?? '' });
const within = (row: Row) => ({ since: toCount(row['since']), until: toCount(row['until']) });
