// Cells of a row as values: each reader takes the row, the column and what an empty cell means, and throws PLAN_INVALID in words that
// name the cell. A fault ends its row, never the table.
import { AppError } from '@weighbridge/kernel';

/** What is wrong with one row. */
export const rowFault = (reason: string): AppError => new AppError('PLAN_INVALID', reason);

type Values = Readonly<Record<string, string>>;

/** Empty and absent are one. */
export const cell = (values: Values, column: string): string => values[column] ?? '';

/** More than 0. Without `otherwise` an empty cell is a fault. */
export function positive(values: Values, column: string, otherwise?: number): number {
  const text = cell(values, column);
  if (text === '') {
    if (otherwise !== undefined) return otherwise;
    throw rowFault(`${column} is empty`);
  }
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw rowFault(`${column} "${text.slice(0, 40)}" is no number above 0`);
  return number;
}

/** A whole number above 0; one of 0 means `otherwise`, as some tables write what they do not know. */
export function whole(values: Values, column: string, otherwise: number): number {
  const text = cell(values, column);
  if (text === '' || Number(text) === 0) return otherwise;
  const number = positive(values, column);
  if (!Number.isInteger(number)) throw rowFault(`${column} "${text.slice(0, 40)}" is no whole number`);
  return number;
}
