// Entries with a star: there they stand for whatever model a caller asks for, here a deployment has one model. So each model that
// is used is named when importing, and becomes an entry of its own under the pattern that serves it there: the one that says
// most. What nobody names is not carried, since no file says which models are meant.
import { bagOf, isAlias, textOf } from '../values.ts';

export interface Expanded {
  /** Place in `model_list` of what it was made of. */
  readonly index: number;
  readonly entry: unknown;
}

export interface Expansion {
  readonly entries: readonly Expanded[];
  /** Names that no entry serves. */
  readonly unserved: readonly string[];
}

interface Pattern {
  readonly index: number;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly model: string;
}

/** `asked`: names by which callers ask. An entry with a star that serves none of them stays as it is. */
export function expandWildcards(entries: readonly unknown[], asked: readonly string[]): Expansion {
  const patterns = entries.flatMap((entry, index) => patternOf(entry, index) ?? []);
  const named = new Set(entries.map((entry) => textOf(bagOf(entry)?.['model_name'])));
  const made = new Map<number, unknown[]>();
  const unserved: string[] = [];
  for (const name of new Set(asked)) {
    if (named.has(name)) continue;
    const serving = patterns.filter((pattern) => starsIn(pattern.name, name) !== null);
    if (serving.length === 0) unserved.push(name);
    const most = Math.max(...serving.map(says));
    for (const pattern of serving.filter((one) => says(one) === most))
      made.set(pattern.index, [...(made.get(pattern.index) ?? []), written(pattern, name)]);
  }
  return {
    unserved,
    entries: entries.flatMap((entry, index) => (made.get(index) ?? [entry]).map((one) => ({ index, entry: one }))),
  };
}

function patternOf(entry: unknown, index: number): Pattern | null {
  const bag = bagOf(entry);
  const name = textOf(bag?.['model_name']);
  const model = textOf(bagOf(bag?.['litellm_params'])?.['model']);
  if (bag === null || name === undefined || model === undefined || !name.includes('*')) return null;
  // One with a model of its own is carried as it is, where our routes can have its name.
  return model.includes('*') || !isAlias(name) ? { index, entry: bag, name, model } : null;
}

const says = ({ name }: Pattern): number => name.replaceAll('*', '').length;

/** What each star of the pattern stands for; null where it does not serve the name. From left to right, the shortest first. */
function starsIn(pattern: string, name: string): readonly string[] | null {
  const [first = '', ...parts] = pattern.split('*');
  if (!name.startsWith(first)) return null;
  const stars: string[] = [];
  let at = first.length;
  for (const [index, part] of parts.entries()) {
    const end = index === parts.length - 1 ? name.length - part.length : name.indexOf(part, at);
    if (end < at || !name.startsWith(part, end)) return null;
    stars.push(name.slice(at, end));
    at = end + part.length;
  }
  return stars;
}

function written({ entry, name: pattern, model }: Pattern, name: string): unknown {
  const stars = starsIn(pattern, name) ?? [];
  let next = 0;
  const meant = model.replaceAll('*', () => stars[Math.min(next++, stars.length - 1)] ?? '');
  return { ...entry, model_name: name, litellm_params: { ...bagOf(entry['litellm_params']), model: meant } };
}
