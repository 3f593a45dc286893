// Whether a row passes a filter, for lists that are already in the page; long ones are filtered by the server, by the
// same terms. What a row does not know matches nothing, and so passes a negated term.
import { picoOf } from '../money/decimal.ts';
import { countNumber, durationNumber, type FilterKey, type Term } from '@weighbridge/protocol';

/** A row's value by key: text, a decimal string for money, a number for counts and durations; null is unknown. */
export type ValueOf = (key: string) => string | number | null;

export function matchesFilter(
  terms: readonly Term[],
  keys: readonly FilterKey[],
  valueOf: ValueOf,
  freeText: readonly string[],
): boolean {
  return terms.every((term) => {
    const key = keys.find((candidate) => candidate.key === term.key);
    const hit =
      key === undefined ? holdsText(term, freeText) : term.values.some((value) => meets(value, term, key, valueOf));
    return hit !== term.negated;
  });
}

const holdsText = ({ values: [wanted = ''] }: Term, texts: readonly string[]): boolean =>
  texts.some((text) => text.toLowerCase().includes(wanted.toLowerCase()));

function meets(wanted: string, { comparison }: Term, { key, kind }: FilterKey, valueOf: ValueOf): boolean {
  const value = valueOf(key);
  if (value === null) return false;
  const order = kind === 'money' ? compareMoney(String(value), wanted) : compareNumber(value, numberOf(wanted, kind));
  if (kind === 'text' || kind === 'choice') return String(value).toLowerCase() === wanted.toLowerCase();
  if (order === null) return false;
  switch (comparison) {
    case 'is':
      return order === 0;
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
  }
}

const numberOf = (text: string, kind: FilterKey['kind']): number | null =>
  kind === 'count' ? countNumber(text) : durationNumber(text);

const compareNumber = (value: string | number, wanted: number | null): number | null =>
  wanted === null ? null : Number(value) - wanted;

function compareMoney(value: string, wanted: string): number | null {
  const one = picoOf(value);
  const other = picoOf(wanted);
  if (one === null || other === null) return null;
  return one < other ? -1 : one > other ? 1 : 0;
}
