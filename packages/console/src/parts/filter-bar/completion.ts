// What to offer while a filter is typed: keys at the beginning of a word, values after a colon. A completion says what
// the whole text becomes and where the caret goes, so that the view only has to take it over.
import { exampleOf, quoteIfNeeded, wordsOf, type FilterKey } from '@weighbridge/protocol';

export interface Completion {
  /** What is shown: `team:` or `search`. */
  readonly label: string;
  readonly about: string;
  readonly text: string;
  readonly caret: number;
}

const MAX_OFFERED = 8;

export function completeFilter(text: string, caret: number, keys: readonly FilterKey[]): readonly Completion[] {
  const word = wordsOf(text).find(({ start, end }) => start <= caret && caret <= end);
  const start = word?.start ?? caret;
  const end = word?.end ?? caret;
  const typed = text.slice(start, caret);
  const minus = typed.startsWith('-') ? '-' : '';
  const body = typed.slice(minus.length);
  const colon = body.startsWith('"') ? -1 : body.indexOf(':');
  const splice = (replacement: string, space: boolean): { text: string; caret: number } => {
    const rest = text.slice(end);
    const gap = space && !rest.startsWith(' ') ? ' ' : '';
    const before = text.slice(0, start) + minus + replacement;
    return { text: before + gap + rest, caret: before.length + (space ? 1 : 0) };
  };
  if (colon < 0) {
    const name = body.toLowerCase();
    return ranked(keys, name, ({ key }) => key).map((key) => ({
      label: `${minus}${key.key}:`,
      about: key.about,
      ...splice(`${key.key}:`, false),
    }));
  }
  const key = keys.find((candidate) => candidate.key === body.slice(0, colon).toLowerCase());
  if (key === undefined) return [];
  return values(key, body.slice(colon + 1)).map(({ value, head }) => ({
    label: value,
    about: '',
    ...splice(`${key.key}:${head}${quoteIfNeeded(value)}`, true),
  }));
}

/** Values that fit what stands after the last comma; `head` is what stands before it. */
function values(key: FilterKey, typed: string): { value: string; head: string }[] {
  const comma = typed.lastIndexOf(',');
  const head = typed.slice(0, comma + 1);
  const begun = typed
    .slice(comma + 1)
    .replace(/^"/, '')
    .toLowerCase();
  const taken = new Set(head.split(',').map((value) => value.replaceAll('"', '')));
  const offered = key.values ?? (begun === '' ? [exampleOf(key).slice(key.key.length + 1)] : []);
  return ranked(
    offered.filter((value) => !taken.has(value)),
    begun,
    (value) => value,
  ).map((value) => ({ value, head }));
}

/** Those that begin with what was typed, then those that hold it; never more than can be read at a glance. */
function ranked<T>(items: readonly T[], typed: string, nameOf: (item: T) => string): T[] {
  const begins = items.filter((item) => nameOf(item).toLowerCase().startsWith(typed));
  const holds = items.filter((item) => !begins.includes(item) && nameOf(item).toLowerCase().includes(typed));
  return [...begins, ...holds].slice(0, MAX_OFFERED);
}
