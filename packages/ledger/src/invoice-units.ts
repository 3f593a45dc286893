// Some sellers invoice in a unit of their own (Claude Consumption Units of one cent). The number of units follows from
// the dollars exactly, so that an hour's invoice line can be told before it comes.
import { MONEY_SCALE, type Money } from '@weighbridge/kernel';
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
