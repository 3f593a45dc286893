// One name for one model: sellers call it by an id with regions and dates, by a name for people, or by what a meter is called. What
// the price book knows gets the book's name; whatever else stays as it is written, and is said not to be known.
import { readId } from '../identity.ts';
import type { PriceBook } from '../book.ts';

export interface ModelName {
  readonly name: string;
  /** Whether the book, or whoever configured it, knows the model. */
  readonly known: boolean;
}

export type NameModel = (seller: string, model: string) => ModelName;

const spellings = (model: string): readonly string[] => {
  const lower = model.trim().toLowerCase();
  const dashed = lower.replaceAll(/[\s_]+/g, '-');
  return [...new Set([model, lower, dashed, dashed.replaceAll('.', '-')])];
};

/** `named`: what the configuration calls a seller's names. */
export function modelNames(book: PriceBook, named: Readonly<Record<string, string>> = {}): NameModel {
  const seen = new Map<string, ModelName>();
  const look = (seller: string, model: string): ModelName => {
    const told = Object.hasOwn(named, model) ? named[model] : undefined;
    if (told !== undefined) return { name: told, known: true };
    const lists = [...book.lists].toSorted((a, b) => Number(b.seller === seller) - Number(a.seller === seller));
    for (const word of spellings(model))
      for (const list of lists) {
        const found = readId(book, list, word).model;
        if (found !== null) return { name: found, known: true };
      }
    return { name: model, known: false };
  };
  return (seller, model) => {
    const key = `${seller}\n${model}`;
    const before = seen.get(key);
    if (before !== undefined) return before;
    const found = look(seller, model);
    if (seen.size >= NAMES_MOST) seen.clear();
    seen.set(key, found);
    return found;
  };
}

const NAMES_MOST = 10_000;
