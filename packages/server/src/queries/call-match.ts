// Whether a call passes a filter, without a database: what `search.ts` says in SQL, said again for calls that are read from
// the journal. A test holds the two against each other.
import { moneyFromDecimal } from '@weighbridge/kernel';
import type { CallRow, CallSearchFilter } from '@weighbridge/protocol';

type Text = Extract<CallSearchFilter, { kind: 'text' }>;
type Numeric = Extract<CallSearchFilter, { kind: 'number' }>;

const NAMES = [
  'id',
  'asked',
  'model',
  'deployment',
  'route',
  'team',
  'project',
  'key',
  'error',
  'region',
  'cloud',
] as const;

export const callMatches = (row: CallRow, filters: readonly CallSearchFilter[]): boolean =>
  filters.every((filter) => {
    switch (filter.kind) {
      case 'text':
        return textMatches(row, filter) !== filter.not;
      case 'number':
        return numberMatches(row, filter) !== filter.not;
      case 'truth':
        return row[filter.field] === filter.value;
      case 'word':
        return wordMatches(row, filter.word) !== filter.not;
    }
  });

function textMatches(row: CallRow, { field, values }: Text): boolean {
  const held = row[field]?.toLowerCase() ?? null;
  return values.some((value) => {
    if (value === null || held === null) return value === held;
    const sought = value.toLowerCase();
    return sought.endsWith('*') ? held.startsWith(sought.slice(0, -1)) : held === sought;
  });
}

/** Compared in whole units: 10^-12 of a currency, microseconds, pieces. */
function numberMatches(row: CallRow, { field, is, value }: Numeric): boolean {
  const held = heldUnits(row, field);
  if (held === null) return false;
  const asked = askedUnits(field, value);
  return is === 'equal' ? held === asked : is === 'above' ? held > asked : held < asked;
}

const MICROS = { total: 'total_ms', ttft: 'ttft_ms', tpot: 'tpot_ms', gateway: 'gateway_ms' } as const;
const isTime = (field: string): field is keyof typeof MICROS => field in MICROS;

function heldUnits(row: CallRow, field: Numeric['field']): bigint | number | null {
  if (field === 'cost') return row.billed === null ? null : moneyFromDecimal(row.billed);
  if (!isTime(field)) return row[field];
  const ms = row[MICROS[field]];
  return ms === null ? null : Math.round(ms * 1000);
}

const askedUnits = (field: Numeric['field'], value: string): bigint | number =>
  field === 'cost' ? moneyFromDecimal(value) : isTime(field) ? Number(value) * 1000 : Number(value);

function wordMatches(row: CallRow, word: string): boolean {
  const sought = word.toLowerCase();
  return NAMES.some((name) => row[name]?.toLowerCase().includes(sought) === true);
}
