// The auditor of charges, written apart from the rater and sharing no arithmetic with it: given a receipt's charges and
// the book that they name, says what does not add up. `verify` uses it to re-rate without the configuration.
import { moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import type { Charge, Cost } from '@weighbridge/protocol';
import type { PriceBook } from './book.ts';

/** Sentences, one for each thing that is wrong; empty when every charge follows from its row and the cost from them. */
export function auditCharges(
  book: PriceBook,
  receipt: { readonly charges: readonly Charge[]; readonly cost: Cost },
  at: number,
): readonly string[] {
  const { charges, cost } = receipt;
  const problems = charges.flatMap((charge) =>
    charge.price === null ? auditUnpriced(charge) : auditCharge(book, charge, at),
  );
  const open = charges.some((charge) => charge.price === null);
  if (cost.status === 'unpriced') {
    if (cost.billed !== null || cost.contracted !== null || cost.list !== null)
      problems.push('the cost is unpriced and still has an amount');
    return problems;
  }
  if (open) return [...problems, `the cost is ${cost.status}, but a charge has no price`];
  const contracted = sum(charges.map((charge) => charge.contracted));
  const list = sum(charges.map((charge) => charge.list));
  if (cost.contracted !== contracted)
    problems.push(`the cost says contracted ${cost.contracted}, its charges sum to ${contracted}`);
  if (cost.billed !== contracted)
    problems.push(`the cost says billed ${cost.billed}, its charges sum to ${contracted}`);
  if (cost.list !== list) problems.push(`the cost says list ${cost.list}, its charges sum to ${list}`);
  return problems;
}

function auditUnpriced(charge: Charge): string[] {
  const amounts = [charge.contracted, charge.list, charge.unit_price];
  return amounts.some((amount) => amount !== null)
    ? [`${charge.token_class} names no price and still has an amount`]
    : [];
}

function auditCharge(book: PriceBook, charge: Charge, at: number): string[] {
  const name = charge.token_class;
  const reference = charge.price;
  if (reference === null) return [];
  if (reference.book !== book.id) return [`${name} is priced by book ${reference.book}, not by ${book.id}`];
  const row = book.row(reference.row);
  if (row === undefined || row.unit === null)
    return [`${name} names row ${reference.row}, which the book does not price`];
  const problems: string[] = [];
  if (row.cls !== name) problems.push(`${name} is priced by a row for ${row.cls}`);
  if (at < row.validFrom || (row.validTo !== null && at >= row.validTo))
    problems.push(`${name} is priced by a row that did not apply then`);
  if (charge.unit_price !== moneyToDecimal(row.unit))
    problems.push(`${name} says ${charge.unit_price} a unit, its row ${moneyToDecimal(row.unit)}`);
  problems.push(...differs(`${name} contracted`, charge.contracted, times(charge.quantity, row.unit)));
  const listRow = reference.list_row === undefined ? undefined : book.row(reference.list_row);
  if (reference.list_row !== undefined && listRow === undefined)
    problems.push(`${name} names list row ${reference.list_row}, which the book lacks`);
  const listUnit = row.kind === 'list' ? row.unit : (listRow?.unit ?? null);
  problems.push(...differs(`${name} list`, charge.list, listUnit === null ? null : times(charge.quantity, listUnit)));
  return problems;
}

const times = (quantity: number, unit: Money): string | null =>
  Number.isSafeInteger(quantity) ? moneyToDecimal(BigInt(quantity) * unit) : null;

const differs = (what: string, said: string | null, due: string | null): string[] =>
  said === due ? [] : [`${what} is ${said}, but quantity times price is ${due}`];

/** Sum of decimal amounts; null when one is missing. */
function sum(amounts: readonly (string | null)[]): string | null {
  let total = 0n;
  for (const amount of amounts) {
    if (amount === null) return null;
    total += moneyFromDecimal(amount);
  }
  return moneyToDecimal(total);
}
