// The filter as people type it: `team:search cloud:a,b -outcome:completed cost:>0.5 "free text"`. Terms are joined by
// "and", values by "or". Reading never fails and never loses a character: what cannot be understood becomes a problem
// that points at its place, and is left out of the filter. Quotes hold spaces and commas; `\` escapes inside them. There is
// no other grammar: the console, the command line and whoever else takes a search read it here.
import { didYouMean } from '@weighbridge/kernel';

export type FilterKind = 'text' | 'choice' | 'money' | 'count' | 'duration';
export type Comparison = 'is' | 'gt' | 'gte' | 'lt' | 'lte';

export interface FilterKey {
  readonly key: string;
  readonly kind: FilterKind;
  /** One line, shown beside its completion. */
  readonly about: string;
  /** Values to offer; all there are, for a choice. */
  readonly values?: readonly string[];
}

export interface Term {
  readonly negated: boolean;
  /** Null: free text. */
  readonly key: string | null;
  readonly comparison: Comparison;
  readonly values: readonly string[];
}
export interface PlacedTerm extends Term {
  readonly start: number;
  readonly end: number;
}
export interface FilterProblem {
  readonly start: number;
  readonly end: number;
  readonly why: string;
  readonly next: string;
}
export interface FilterReading {
  readonly terms: readonly PlacedTerm[];
  readonly problems: readonly FilterProblem[];
}

export const MAX_FILTER_CHARS = 1_000;
const COMPARISONS: readonly (readonly [sign: string, comparison: Comparison])[] = [
  ['>=', 'gte'],
  ['<=', 'lte'],
  ['>', 'gt'],
  ['<', 'lt'],
];
const DECIMAL = /^\d{1,18}(?:\.\d{1,12})?$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** One run of characters without a space outside quotes. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Whether a quote was opened and not closed. */
  readonly open: boolean;
}

export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const start = at;
    let quoted = false;
    while (at < text.length && (quoted || !/\s/.test(text[at] ?? ''))) {
      if (quoted && text[at] === '\\') at += 1;
      else if (text[at] === '"') quoted = !quoted;
      at += 1;
    }
    at = Math.min(at, text.length);
    words.push({ start, end: at, text: text.slice(start, at), open: quoted });
  }
  return words;
}

export function parseFilter(text: string, keys: readonly FilterKey[]): FilterReading {
  const terms: PlacedTerm[] = [];
  const problems: FilterProblem[] = [];
  if (text.length > MAX_FILTER_CHARS) {
    const why = `A filter has at most ${MAX_FILTER_CHARS} characters.`;
    return { terms, problems: [{ start: 0, end: text.length, why, next: 'shorten it' }] };
  }
  for (const word of wordsOf(text)) {
    const read = readWord(word, keys);
    if ('why' in read) problems.push({ start: word.start, end: word.end, ...read });
    else terms.push({ ...read, start: word.start, end: word.end });
  }
  return { terms, problems };
}

type Refusal = { readonly why: string; readonly next: string };

function readWord(word: Word, keys: readonly FilterKey[]): Term | Refusal {
  if (word.open) return { why: 'A quote is not closed.', next: 'add " at the end of the value' };
  const negated = word.text.startsWith('-') && word.text.length > 1;
  const body = word.text.slice(negated ? 1 : 0);
  const colon = body.startsWith('"') ? -1 : body.indexOf(':');
  if (colon < 0) return { negated, key: null, comparison: 'is', values: [unquote(body)] };
  const name = body.slice(0, colon).toLowerCase();
  const key = keys.find((candidate) => candidate.key === name);
  if (key === undefined) {
    const begins = keys.find(
      (candidate) => name !== '' && (candidate.key.startsWith(name) || name.startsWith(candidate.key)),
    );
    const near =
      begins?.key ??
      didYouMean(
        name,
        keys.map((candidate) => candidate.key),
      );
    const known = keys.map((candidate) => candidate.key).join(', ');
    return {
      why: `There is no key "${name}".`,
      next: near === undefined ? `use one of ${known}` : `did you mean ${near}`,
    };
  }
  return readValues(body.slice(colon + 1), key, negated);
}

function readValues(text: string, key: FilterKey, negated: boolean): Term | Refusal {
  const sign = COMPARISONS.find(([mark]) => text.startsWith(mark));
  const values = splitValues(text.slice(sign?.[0].length ?? 0));
  if (values.length === 0)
    return { why: `${key.key}: has no value.`, next: `write one after the colon: ${exampleOf(key)}` };
  const worded = key.kind === 'text' || key.kind === 'choice';
  if (sign !== undefined && worded) {
    return { why: `${key.key} has no order, so ${sign[0]} says nothing.`, next: `write ${exampleOf(key)}` };
  }
  if (!worded && values.length > 1) return { why: `${key.key} takes one value.`, next: `write ${exampleOf(key)}` };
  const unfit = values.find((value) => !fits(value, key));
  if (unfit !== undefined) return { why: `"${unfit}" is not a value of ${key.key}.`, next: `write ${exampleOf(key)}` };
  return { negated, key: key.key, comparison: sign?.[1] ?? 'is', values };
}

function fits(value: string, key: FilterKey): boolean {
  if (key.kind === 'money') return DECIMAL.test(value);
  if (key.kind === 'count') return countNumber(value) !== null;
  if (key.kind === 'duration') return durationNumber(value) !== null;
  return key.kind === 'text' || key.values === undefined || key.values.includes(value);
}

/** `10k`, `1.5M`, `300`. */
export function countNumber(text: string): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)([kMG]?)$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * { '': 1, k: 1e3, M: 1e6, G: 1e9 }[match[2] as '' | 'k' | 'M' | 'G'];
}

/** `300ms`, `2s`, `1.5min`; a bare number is milliseconds. */
export function durationNumber(text: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|min|h)?$/.exec(text);
  return match === null ? null : Number(match[1]) * (UNIT_MS[match[2] ?? 'ms'] ?? 1);
}

export function exampleOf(key: FilterKey): string {
  if (key.kind === 'money') return `${key.key}:>0.50`;
  if (key.kind === 'count') return `${key.key}:>=10k`;
  if (key.kind === 'duration') return `${key.key}:>2s`;
  return `${key.key}:${quoteIfNeeded(key.values?.[0] ?? 'value')}`;
}

/** Splits at commas outside quotes and takes the quotes off; empty values between commas are dropped. */
function splitValues(text: string): string[] {
  const values: string[] = [];
  let value = '';
  let any = false;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quoted && character === '\\') {
      at += 1;
      value += text[at] ?? '';
    } else if (character === '"') {
      quoted = !quoted;
      any = true;
    } else if (character === ',' && !quoted) {
      if (any || value !== '') values.push(value);
      value = '';
      any = false;
    } else value += character;
  }
  if (any || value !== '') values.push(value);
  return values;
}

function unquote(text: string): string {
  let value = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quoted && character === '\\') {
      at += 1;
      value += text[at] ?? '';
    } else if (character === '"') quoted = !quoted;
    else value += character;
  }
  return value;
}

const quote = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;

/** Bare where it can be: without spaces, quotes, commas, and not beginning like a comparison. */
export const quoteIfNeeded = (value: string): string => (/^[^\s",<>\\][^\s",\\]*$/.test(value) ? value : quote(value));

function formatTerm({ negated, key, comparison, values }: Term): string {
  const sign = COMPARISONS.find(([, name]) => name === comparison)?.[0] ?? '';
  const minus = negated ? '-' : '';
  if (key === null) {
    const text = values[0] ?? '';
    return minus + (/^[^\s",:\\-][^\s",:\\]*$/.test(text) ? text : quote(text));
  }
  return `${minus}${key}:${sign}${values.map(quoteIfNeeded).join(',')}`;
}

/** The canonical text of terms; reading it gives the same terms. */
export const formatFilter = (terms: readonly Term[]): string => terms.map(formatTerm).join(' ');

const sameButNegation = (term: Term, key: string, value: string): boolean =>
  term.key === key && term.comparison === 'is' && term.values.length === 1 && term.values[0] === value;

/** Adds `key:value`, or takes it out when it stands there already: what a click on a value or a series does. */
export function toggleTerm(
  text: string,
  keys: readonly FilterKey[],
  key: string,
  value: string,
  negated = false,
): string {
  const { terms } = parseFilter(text, keys);
  const there = terms.some((term) => sameButNegation(term, key, value) && term.negated === negated);
  const others = terms.filter((term) => !sameButNegation(term, key, value));
  if (there) return formatFilter(others);
  return formatFilter([...others, { negated, key, comparison: 'is', values: [value] }]);
}

/** The text without its `index`-th term: what the cross on a chip does. Words that were not understood stay. */
export function withoutTerm(text: string, term: { readonly start: number; readonly end: number }): string {
  return `${text.slice(0, term.start)}${text.slice(term.end)}`.replace(/\s+/g, ' ').trim();
}
