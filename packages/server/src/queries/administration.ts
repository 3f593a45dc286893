// Keys, activations, alerts and the growth of the log, newest first, page by page.
import {
  HOUR_MS,
  logInput,
  pageInput,
  type Alerts,
  type Configurations,
  type Keys,
  type Log,
  type PageInput,
} from '@weighbridge/protocol';
import type { Reader, Row } from '../store/database.ts';
import type { Query } from './query.ts';
import { hoursOf } from './ranges.ts';
import { Sql, toCount, toNullableCount } from './sql.ts';

const text = (row: Row, name: string): string | null => row[name] ?? null;

/** Rows of a table by falling entry, and where to go on. */
async function pageOf<Shown>(
  reader: Reader,
  table: string,
  { before, limit = 50 }: PageInput,
  show: (row: Row) => Shown,
): Promise<{ rows: Shown[]; next: number | null }> {
  const sql = new Sql();
  const below = before === undefined ? 'true' : `entry < ${sql.value(before, 'bigint')}`;
  const found = await reader.read(
    `SELECT * FROM ${table} WHERE ${below} ORDER BY entry DESC LIMIT ${limit + 1}`,
    sql.params,
    limit + 1,
  );
  const rows = found.slice(0, limit);
  return { rows: rows.map(show), next: found.length > limit ? toCount(rows.at(-1)?.['entry']) : null };
}

export const keys: Query<typeof pageInput, Keys> = {
  input: pageInput,
  answer: ({ reader }, page) =>
    pageOf(reader, 'admin_key', page, (row) => ({
      entry: toCount(row['entry']),
      id: row['id'] ?? '',
      name: row['name'] ?? '',
      purpose: text(row, 'purpose'),
      team: text(row, 'team'),
      project: text(row, 'project'),
      cost_centre: text(row, 'cost_centre'),
      environment: text(row, 'environment'),
      created: toCount(row['created']),
      expires: toNullableCount(row['expires']),
      revoked: toNullableCount(row['revoked']),
      reason: text(row, 'reason'),
    })),
};

export const configurations: Query<typeof pageInput, Configurations> = {
  input: pageInput,
  answer: ({ reader }, page) =>
    pageOf(reader, 'admin_configuration', page, (row) => ({
      entry: toCount(row['entry']),
      at: toCount(row['at']),
      digest: row['digest'] ?? '',
      previous: text(row, 'previous'),
      source: row['source'] ?? '',
      cause: row['cause'] ?? '',
      diff: row['diff'] ?? '',
    })),
};

export const alerts: Query<typeof pageInput, Alerts> = {
  input: pageInput,
  answer: ({ reader }, page) =>
    pageOf(reader, 'admin_alert', page, (row) => ({
      entry: toCount(row['entry']),
      at: toCount(row['at']),
      alert: row['alert'] ?? '',
      about: row['about'] ?? '',
      message: row['message'] ?? '',
    })),
};

/** A month of every kind of entry. */
const LOG_ROWS_MOST = 10_000;

export const log: Query<typeof logInput, Log> = {
  input: logInput,
  answer: async ({ reader, journal }, period) => {
    const { from, to } = hoursOf(period);
    const sql = `SELECT * FROM admin_log WHERE hour >= ${from} AND hour < ${to} ORDER BY hour DESC, kind LIMIT ${LOG_ROWS_MOST}`;
    const rows = await reader.read(sql, [], LOG_ROWS_MOST);
    const { size, text: checkpoint } = journal.checkpoint();
    return {
      size,
      checkpoint,
      hours: rows.map((row) => ({
        hour: toCount(row['hour']) * HOUR_MS,
        kind: row['kind'] ?? '',
        entries: toCount(row['entries']),
        leaf_bytes: toCount(row['leaf_bytes']),
        first: toCount(row['first_entry']),
        last: toCount(row['last_entry']),
      })),
    };
  },
};
