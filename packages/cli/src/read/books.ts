// The price books that receipts name: the one of this build, or the one whose text the journal keeps. Each is read once.
import type { Journal } from '@weighbridge/journal';
import { compileBook, invoicedAs, readBookText, type Invoiced, type PriceBook } from '@weighbridge/ledger';
import { openBlobs, openPrices, readBooks, type Home } from '@weighbridge/server';
import type { CallRecord } from './call-record.ts';

export interface Books {
  /** Undefined when neither this build nor the journal has it. */
  get(id: string): PriceBook | undefined;
  /** What the call comes to on the seller's invoice; null where that is in currency, or cannot be told. */
  invoiced(call: CallRecord): Invoiced | null;
}

export function openBooks(journal: Journal, home: Home): Books {
  const read = new Map<string, PriceBook | undefined>();
  const get = (id: string): PriceBook | undefined => {
    if (!read.has(id)) read.set(id, bookOf(journal, home, id));
    return read.get(id);
  };
  return {
    get,
    invoiced: ({ commercial: { charges, cost } }) => {
      const id = charges.find(({ price }) => price !== null)?.price?.book;
      const book = id === undefined ? undefined : get(id);
      return book === undefined ? null : invoicedAs(book, charges, cost.billed);
    },
  };
}

function bookOf(journal: Journal, home: Home, id: string): PriceBook | undefined {
  const current = openPrices([]).book;
  if (current.id === id) return current;
  for (const record of readBooks(journal)) {
    if (record.book === id) return compileBook(readBookText(openBlobs(home.blobs).text(record.text), id), { id });
  }
  return undefined;
}

/** `62.5 CCU (1 CCU = 0.01 USD)`: the amount in the unit of the invoice, not a further charge. */
export const invoicedText = ({ quantity, unit, unit_price: price, currency }: Invoiced): string =>
  `${quantity} ${unit} (1 ${unit} = ${price} ${currency})`;
