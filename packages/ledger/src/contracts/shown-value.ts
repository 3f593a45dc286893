// A value of a contract as its file would have it: amounts with their currency, days as days, parts as decimals. By the name of
// its field, because a compiled contract holds amounts, parts and quantities all as whole numbers of 10^-12.
import { formatMoney, moneyToDecimal } from '@weighbridge/kernel';
import { contractField } from '@weighbridge/protocol';
import { DAY_MS, dayText, lastDayText } from './fields.ts';

export type ValueKind = 'money' | 'part' | 'quantity' | 'day' | 'month' | 'number' | 'text';

const PARTS = new Set(['fraction', 'of_remaining', 'target', 'tolerance', 'percentile']);
const DAYS = new Set(['from', 'until', 'signed', 'created', 'by', 'due', 'as_of']);

export function kindOf(field: string, value: unknown): ValueKind {
  if (typeof value === 'bigint') return PARTS.has(field) ? 'part' : field === 'quantity' ? 'quantity' : 'money';
  if (typeof value !== 'number') return 'text';
  return DAYS.has(field) ? 'day' : field === 'month' ? 'month' : 'number';
}

export function shownValue(field: string, value: unknown, currency: string): string {
  if (typeof value === 'bigint')
    return kindOf(field, value) === 'money' ? formatMoney(value, currency) : moneyToDecimal(value);
  if (typeof value === 'number') {
    const kind = kindOf(field, value);
    if (kind === 'day') return field === 'until' ? lastDayText(value) : dayText(value);
    return kind === 'month' ? dayText(value).slice(0, 7) : String(value);
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((one) => shownValue(field, one, currency)).join('; ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .map(([name, held]) => partText(name, held, currency))
    .join(', ');
}

/** What has parts of its own stands in brackets, each row of a list in its own: where it ends can be seen. */
function partText(name: string, held: unknown, currency: string): string {
  const rows: readonly unknown[] = Array.isArray(held) ? held : [held];
  const nested = rows.some((row) => typeof row === 'object' && row !== null);
  const texts = rows.map((row) => shownValue(name, row, currency));
  return `${contractField(name)} ${texts.map((text) => (nested ? `(${text})` : text)).join('; ')}`;
}

/** What has changed between two values, with its sign; null where there is nothing to subtract. */
export function differenceOf(field: string, before: unknown, after: unknown, currency: string): string | null {
  if (typeof before === 'bigint' && typeof after === 'bigint') {
    const difference = after - before;
    const text = kindOf(field, after) === 'money' ? formatMoney(difference, currency) : moneyToDecimal(difference);
    return difference > 0n ? `+${text}` : text;
  }
  if (typeof before !== 'number' || typeof after !== 'number') return null;
  if (kindOf(field, after) !== 'day' && kindOf(field, after) !== 'month')
    return `${after > before ? '+' : ''}${after - before}`;
  const days = Math.abs(after - before) / DAY_MS;
  return `${days} ${days === 1 ? 'day' : 'days'} ${after > before ? 'later' : 'earlier'}`;
}
