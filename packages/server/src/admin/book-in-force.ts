// The prices that are in force, as the log keeps the text of their book: the same whether an instance runs or not.
import type { Journal } from '@weighbridge/journal';
import { compileBook, createRater, readBookText, type PriceRater } from '@weighbridge/ledger';
import { openPrices } from '../config/prices.ts';
import type { Blobs } from './blobs.ts';
import { readBooks } from './entries.ts';

/** Of a log that names no book: the built-in prices. */
export function raterInForce(journal: Journal, blobs: Blobs): PriceRater {
  for (const { book, text } of readBooks(journal))
    return createRater(compileBook(readBookText(blobs.text(text), book), { id: book }));
  return openPrices([]).rater;
}
