// SQL put together from fixed parts; whatever comes from outside becomes a parameter.
import { AppError } from '@weighbridge/kernel';

export class Sql {
  readonly params: (string | null)[] = [];

  /** The place of a value: `$3::text`. */
  value(value: string | number | null, type: string): string {
    this.params.push(value === null ? null : String(value));
    return `$${this.params.length}::${type}`;
  }
}

/** A count from the database. Throws INTERNAL beyond what a double holds exactly, instead of rounding it. */
export function toCount(text: string | null | undefined): number {
  const value = Number(text ?? '0');
  if (Number.isSafeInteger(value)) return value;
  throw new AppError('INTERNAL', `a count of ${text} is more than can be shown exactly`);
}

export const toNullableCount = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : toCount(text);

export const isTrue = (text: string | null | undefined): boolean => text === 't';
