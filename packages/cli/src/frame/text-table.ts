// Columns for people: words to the left, amounts and counts to the right, headings in capitals, nothing cut off.
// Money keeps every digit it has; instants say their zone.
import { formatMoney, moneyFromDecimal } from '@weighbridge/kernel';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

export function textTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  last?: readonly string[],
): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const all = [columns.map((column) => column.title), ...cells, ...(last === undefined ? [] : [last])];
  const widths = columns.map((_, index) => Math.max(...all.map((line) => width(line[index] ?? ''))));
  return all
    .map((line) =>
      line
        .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align, index === columns.length - 1))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const width = (text: string): number => Array.from(text).length;

function pad(text: string, size: number, align: 'left' | 'right' | undefined, isLast: boolean): string {
  const space = ' '.repeat(Math.max(0, size - width(text)));
  if (align === 'right') return space + text;
  return isLast ? text : text + space;
}

/** Pads the fractions of amounts, so that their decimal points stand one under the other in a right-aligned column. */
export function alignMoney(amounts: readonly (string | null)[], currency: string): readonly string[] {
  const texts = amounts.map((amount) =>
    amount === null ? 'unpriced' : formatMoney(moneyFromDecimal(amount), currency),
  );
  const places = (text: string): number => /\.(\d+) /.exec(text)?.[1]?.length ?? 0;
  const most = Math.max(0, ...texts.map(places));
  return texts.map((text) =>
    text.replace(/\.(\d+) /, (_, digits: string) => `.${digits}${' '.repeat(most - digits.length)} `),
  );
}

/** `2026-11-22 13:05:10 UTC`. */
export const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `12 ms`, `1.234 s`. */
export const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(3)} s`);

export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 call`, `1,234 calls`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Two columns: names, then what they are. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const size = Math.max(...rows.map(([name]) => width(name)));
  return rows.map(([name, value]) => `${name.padEnd(size)}  ${value}`).join('\n');
}
