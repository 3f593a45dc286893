// From the text of a search to the filters that questions about calls take. Whatever is not understood, or more than a
// question may hold, is said and filters nothing. `>=` is "not below", since a filter knows above, below and equal.
import type { CallSearchFilter } from '../queries/call-search.ts';
import { CALL_KEYS, NONE, type CallKey } from './call-keys.ts';
import { countNumber, durationNumber, parseFilter, type FilterProblem, type PlacedTerm, type Term } from './grammar.ts';

export interface CallSearch {
  readonly terms: readonly PlacedTerm[];
  readonly filters: readonly CallSearchFilter[];
  readonly problems: readonly FilterProblem[];
}

/** Of one question. */
const FILTERS_MOST = 30;
const VALUES_MOST = 50;
const VALUE_CHARS_MOST = 512;
const WORD_CHARS_MOST = 100;

export function parseCallSearch(text: string): CallSearch {
  const { terms, problems } = parseFilter(text, CALL_KEYS);
  const filters: CallSearchFilter[] = [];
  const refused: FilterProblem[] = [];
  for (const term of terms) {
    const filter = filters.length < FILTERS_MOST ? filterOf(term) : MANY;
    if ('why' in filter) refused.push({ start: term.start, end: term.end, ...filter });
    else filters.push(filter);
  }
  return { terms, filters, problems: [...problems, ...refused].toSorted((a, b) => a.start - b.start) };
}

interface Refusal {
  readonly why: string;
  readonly next: string;
}
const MANY: Refusal = { why: `A search has at most ${FILTERS_MOST} parts.`, next: 'take some out' };

function filterOf({ key, values, comparison, negated }: Term): CallSearchFilter | Refusal {
  const [first = ''] = values;
  const known = key === null ? undefined : CALL_KEYS.find((candidate) => candidate.key === key);
  if (known === undefined) return wordOf(first, negated);
  switch (known.as) {
    case 'truth':
      return { kind: 'truth', field: known.field, value: (first === 'yes') !== negated };
    case 'text':
      return textOf(known, values, negated);
    case 'number':
      return { kind: 'number', field: known.field, ...compared(comparison, negated), value: decimalOf(first, known) };
  }
}

function wordOf(word: string, not: boolean): CallSearchFilter | Refusal {
  if (word === '') return { why: 'A word of nothing finds everything.', next: 'write a word, or take the quotes out' };
  if (word.length > WORD_CHARS_MOST)
    return { why: `A word has at most ${WORD_CHARS_MOST} characters.`, next: 'write less of it' };
  return { kind: 'word', word, not };
}

function textOf(
  { field, key }: Extract<CallKey, { as: 'text' }>,
  values: readonly string[],
  not: boolean,
): CallSearchFilter | Refusal {
  if (values.length > VALUES_MOST) return { why: `${key} takes at most ${VALUES_MOST} values.`, next: 'take some out' };
  if (values.some((value) => value === '' || value.length > VALUE_CHARS_MOST))
    return {
      why: `A value of ${key} has 1 to ${VALUE_CHARS_MOST} characters.`,
      next: 'write its beginning and * after it',
    };
  return { kind: 'text', field, values: values.map((value) => (value === NONE ? null : value)), not };
}

type Compared = Pick<Extract<CallSearchFilter, { kind: 'number' }>, 'is' | 'not'>;

function compared(comparison: Term['comparison'], negated: boolean): Compared {
  switch (comparison) {
    case 'is':
      return { is: 'equal', not: negated };
    case 'gt':
      return { is: 'above', not: negated };
    case 'lt':
      return { is: 'below', not: negated };
    case 'gte':
      return { is: 'below', not: !negated };
    case 'lte':
      return { is: 'above', not: !negated };
  }
}

/** Money stays the text it is; counts and durations become plain numbers, to a microsecond. */
function decimalOf(value: string, { kind }: CallKey): string {
  if (kind === 'money') return value;
  const number = (kind === 'count' ? countNumber(value) : durationNumber(value)) ?? 0;
  return String(Math.round(number * 1000) / 1000);
}
