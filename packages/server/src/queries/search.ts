// Filters of a search over recent calls, as conditions. Text is compared without regard to case, `*` at its end matches a
// prefix, and a word is looked for in every name that a call has.
import { AppError, moneyFromDecimal } from '@weighbridge/kernel';
import type { CallSearchFilter } from '@weighbridge/protocol';
import { textList } from '../store/columns.ts';
import type { Sql } from './sql.ts';

type Text = Extract<CallSearchFilter, { kind: 'text' }>;
type Numeric = Extract<CallSearchFilter, { kind: 'number' }>;

/** Where a free word is looked for. */
const NAMES = ['id', 'asked', 'model', 'deployment', 'route', 'team', 'project', 'key', 'error', 'region', 'cloud'];

/** Columns that hold whole units below the one that is asked in. */
const MICROS: Readonly<Record<string, string>> = {
  total: 'total_us',
  ttft: 'ttft_us',
  tpot: 'tpot_us',
  gateway: 'gateway_us',
};

export function searchConditions(sql: Sql, filters: readonly CallSearchFilter[]): string {
  const conditions = filters.map((filter) => {
    switch (filter.kind) {
      case 'text':
        return negated(filter.not, textCondition(sql, filter));
      case 'number':
        return negated(filter.not, numberCondition(sql, filter));
      case 'truth':
        return `${filter.field} = ${filter.value}`;
      case 'word':
        return negated(filter.not, wordCondition(sql, filter.word));
    }
  });
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

const negated = (not: boolean, condition: string): string => (not ? `NOT (${condition})` : `(${condition})`);

/** Never null itself, so that it can be negated. */
function textCondition(sql: Sql, { field, values }: Text): string {
  const given = values.filter((value) => value !== null);
  const whole = given.filter((value) => !value.endsWith('*')).map((value) => value.toLowerCase());
  const parts = given
    .filter((value) => value.endsWith('*'))
    .map(
      (value) =>
        `COALESCE(starts_with(lower(${field}), ${sql.value(value.slice(0, -1).toLowerCase(), 'text')}), false)`,
    );
  if (whole.length > 0) parts.push(`COALESCE(lower(${field}) = ANY(${sql.value(textList(whole), 'text[]')}), false)`);
  if (given.length < values.length) parts.push(`${field} IS NULL`);
  return parts.join(' OR ');
}

function numberCondition(sql: Sql, { field, is, value }: Numeric): string {
  const sign = { equal: '=', above: '>', below: '<' }[is];
  const column = field === 'cost' ? 'billed' : (MICROS[field] ?? field);
  return `COALESCE(${column} ${sign} ${sql.value(unitsOf(field, value), 'numeric')}, false)`;
}

/** Milliseconds as microseconds, an amount as whole 10^-12; anything else as it stands. */
function unitsOf(field: string, value: string): string {
  if (field === 'cost') return moneyFromDecimal(value).toString();
  if (MICROS[field] === undefined) return value;
  const us = Number(value) * 1000;
  if (Number.isFinite(us)) return String(us);
  throw new AppError('BAD_REQUEST', `${value} is no duration in milliseconds`);
}

function wordCondition(sql: Sql, word: string): string {
  const sought = sql.value(word.toLowerCase(), 'text');
  return NAMES.map((name) => `COALESCE(strpos(lower(${name}), ${sought}) > 0, false)`).join(' OR ');
}
