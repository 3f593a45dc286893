// Reads the two data files of the comparison and runs it over the built-in price book.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRater, loadPriceBook } from '@weighbridge/ledger';
import { parse } from 'yaml';
import { compareAll, type Group, type Outcome } from './compare.ts';
import type { Explanation } from './table.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const DOCUMENT = here('../../docs/prices.md');

export function loadComparison(): {
  readonly explanations: readonly Explanation[];
  readonly outcomes: readonly Outcome[];
  readonly book: string;
} {
  const groups = parse(readFileSync(here('models.yaml'), 'utf8')) as Group[];
  const explanations = parse(readFileSync(here('explained.yaml'), 'utf8')) as Explanation[];
  const book = loadPriceBook();
  return { explanations, outcomes: compareAll(createRater(book), groups), book: book.id };
}
