// The auditor of charges, written apart from the rater and sharing no arithmetic with it: given a receipt's charges and
// the book that they name, says what does not add up. `verify` uses it to re-rate without the configuration.
import { moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import type { RatedCall, RatedCharge } from '@weighbridge/protocol';
import type { PriceBook } from './book.ts';
import type { PriceRow } from './price-row.ts';

/** Sentences, one for each thing that is wrong; empty when every charge follows from its row and the cost from them. */
export function auditCharges(book: PriceBook, receipt: RatedCall['commercial'], at: number): readonly string[] {
  const { charges, cost } = receipt;
  const problems: string[] = [];
  const total: Total = { contracted: 0n, list: 0n };
  let open = false;
  for (const charge of charges) {
    if (charge.price === null) {
      open = true;
      auditUnpriced(charge, problems);
    } else auditCharge(book, charge, at, total, problems);
  }
  if (cost.status === 'unpriced') {
    if (cost.billed !== null || cost.contracted !== null || cost.list !== null)
      problems.push('the cost is unpriced and still has an amount');
    return problems;
  }
  if (open) return [...problems, `the cost is ${cost.status}, but a charge has no price`];
  const contracted = decimal(total.contracted);
  const list = total.list === total.contracted ? contracted : decimal(total.list);
  if (cost.contracted !== contracted)
    problems.push(`the cost says contracted ${cost.contracted}, its charges sum to ${contracted}`);
  if (cost.billed !== contracted)
    problems.push(`the cost says billed ${cost.billed}, its charges sum to ${contracted}`);
  if (cost.list !== list) problems.push(`the cost says list ${cost.list}, its charges sum to ${list}`);
  return problems;
}

/** What the charges say, summed; null once one of them says nothing. */
interface Total {
  contracted: Money | null;
  list: Money | null;
}

function auditUnpriced(charge: RatedCharge, problems: string[]): void {
  if (charge.contracted !== null || charge.list !== null || charge.unit_price !== null)
    problems.push(`${charge.token_class} names no price and still has an amount`);
}

function auditCharge(book: PriceBook, charge: RatedCharge, at: number, total: Total, problems: string[]): void {
  const { token_class: name, quantity, price: reference, contracted, list } = charge;
  if (reference === null) return;
  const row = reference.book === book.id ? book.row(reference.row) : undefined;
  if (row === undefined || row.unit === null) {
    problems.push(
      reference.book === book.id
        ? `${name} names row ${reference.row}, which the book does not price`
        : `${name} is priced by book ${reference.book}, not by ${book.id}`,
    );
    total.contracted = plus(total.contracted, contracted);
    total.list = plus(total.list, list);
    return;
  }
  if (row.cls !== name) problems.push(`${name} is priced by a row for ${row.cls}`);
  if (at < row.validFrom || (row.validTo !== null && at >= row.validTo))
    problems.push(`${name} is priced by a row that did not apply then`);
  if (charge.unit_price !== unitText(row))
    problems.push(`${name} says ${charge.unit_price} a unit, its row ${unitText(row)}`);
  const due = times(quantity, row.unit);
  const dueText = decimal(due);
  if (contracted !== dueText) problems.push(differs(`${name} contracted`, contracted, dueText));
  const listRow = reference.list_row === undefined ? undefined : book.row(reference.list_row);
  if (reference.list_row !== undefined && listRow === undefined)
    problems.push(`${name} names list row ${reference.list_row}, which the book lacks`);
  const listUnit = row.kind === 'list' ? row.unit : (listRow?.unit ?? null);
  const listDue = listUnit === row.unit ? due : listUnit === null ? null : times(quantity, listUnit);
  const listText = listDue === due ? dueText : decimal(listDue);
  if (list !== listText) problems.push(differs(`${name} list`, list, listText));
  total.contracted = plus(total.contracted, contracted, due, dueText);
  total.list = plus(total.list, list, listDue, listText);
}

/** A row's unit price as text; rows are few, and asked for with every charge. */
const unitTexts = new WeakMap<PriceRow, string | null>();

function unitText(row: PriceRow): string | null {
  let text = unitTexts.get(row);
  if (text === undefined) {
    text = decimal(row.unit);
    unitTexts.set(row, text);
  }
  return text;
}

const decimal = (amount: Money | null): string | null => (amount === null ? null : moneyToDecimal(amount));

const times = (quantity: number, unit: Money): Money | null =>
  Number.isSafeInteger(quantity) ? BigInt(quantity) * unit : null;

const differs = (what: string, said: string | null, due: string | null): string =>
  `${what} is ${said}, but quantity times price is ${due}`;

/** The sum with what a charge says; where that is what is due, the amount is there already. */
function plus(sum: Money | null, said: string | null, due: Money | null = null, dueText?: string | null): Money | null {
  if (sum === null || said === null) return null;
  return sum + (due !== null && said === dueText ? due : moneyFromDecimal(said));
}
