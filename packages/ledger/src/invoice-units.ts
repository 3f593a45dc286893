// Some sellers invoice in a unit of their own (Claude Consumption Units of one cent). The number of units follows from
// the dollars exactly, so that an hour's invoice line can be told before it comes.
import { MONEY_SCALE, moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import type { Charge } from '@weighbridge/protocol';
import type { PriceBook } from './book.ts';
import { picoText } from './pico-text.ts';
import type { PriceList } from './price-row.ts';

export interface InvoiceUnits {
  /** Name of the unit, e.g. `CCU`. */
  readonly unit: string;
  /** Decimal string; how the seller rounds an hour is not published, so it is left exact. */
  readonly quantity: string;
}

/** Units that an amount ≥ 0 (one call's, or an hour's sum) comes to; null where the seller invoices in currency. */
export function invoiceUnits(list: PriceList, amount: Money): InvoiceUnits | null {
  const unit = list.invoiceUnit;
  if (unit === undefined) return null;
  const scaled = amount * MONEY_SCALE;
  return scaled % unit.price === 0n ? { unit: unit.name, quantity: picoText(scaled / unit.price) } : null;
}

export interface Invoiced extends InvoiceUnits {
  /** What one unit costs, decimal. */
  readonly unit_price: string;
  readonly currency: string;
}

/**
 * The same for a call that was rated before, by the list of the row that priced it. Null where the seller invoices in
 * currency, where the call has no cost, or where the book does not hold the row.
 */
export function invoicedAs(book: PriceBook, charges: readonly Charge[], billed: string | null): Invoiced | null {
  const row = book.row(charges.find((charge) => charge.price !== null)?.price?.row ?? '');
  const list = book.lists.find(({ seller }) => seller === row?.seller);
  if (billed === null || list?.invoiceUnit === undefined) return null;
  const units = invoiceUnits(list, moneyFromDecimal(billed));
  return units && { ...units, unit_price: moneyToDecimal(list.invoiceUnit.price), currency: list.currency };
}
