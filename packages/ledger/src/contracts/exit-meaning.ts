// What leaving costs, checked: each step says when and what, steps do not overlap, and what a part is taken of is something that money
// is still committed to.
import { didYouMean } from '@weighbridge/kernel';
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import { checkPart, tooSmall } from './amount-meaning.ts';
import { instrumentsOf, type Contract, type InstrumentOf } from './contract.ts';
import { basesOf, spanOf, type FeeRow } from './exit-fees.ts';
import { rateOf } from './fees.ts';
import { dayText } from './fields.ts';
import { checkOrder, periodText, type Period } from './period-meaning.ts';

type Exit = InstrumentOf<'exit'>;

export function checkExitFees(contract: Contract, problems: ProblemList): void {
  for (const [index, held] of contract.instruments.entries()) {
    if (held.kind !== 'exit') continue;
    const path = ['instruments', index, 'fees'];
    for (const [at, row] of (held.fees ?? []).entries()) {
      checkWhen(row, [...path, at], problems);
      checkWhat(row, [...path, at], problems);
      if (row.of_remaining !== undefined) checkBases(contract, held, row, [...path, at], problems);
    }
    checkSteps(contract, held, path, problems);
  }
}

function checkWhen({ from, until, months }: FeeRow, path: DocumentPath, problems: ProblemList): void {
  const byDays = from !== undefined || until !== undefined;
  if (months !== undefined && byDays)
    problems.error(path, 'the step has days and months: which of them holds?', 'leave out the days, or `months`');
  else if (months === undefined && (from === undefined || until === undefined))
    problems.error(
      path,
      `the step does not say ${byDays ? (from === undefined ? 'from when' : 'until when') : 'when'} it holds`,
      'write `from` and `until`, both days, or `months: { first: 1, last: 12 }` of the term',
    );
  if (months?.last !== undefined && months.last < months.first)
    problems.error(
      [...path, 'months', 'last'],
      `its last month, ${months.last}, comes before its first, ${months.first}`,
      'exchange the two, or correct one of them',
    );
}

function checkWhat(row: FeeRow, path: DocumentPath, problems: ProblemList): void {
  const { amount, of_remaining: part, at_least: least, at_most: most } = row;
  if (amount === undefined && part === undefined)
    problems.error(path, 'the step does not say what it costs', 'write an `amount`, `of_remaining`, or both');
  if (part !== undefined) checkPart(part, [...path, 'of_remaining'], problems);
  else
    for (const name of ['of', 'counted', 'at_least', 'at_most'] as const)
      if (row[name] !== undefined)
        problems.error(
          [...path, name],
          `\`${name}\` belongs to a part of what is left, and the step has none`,
          `leave it out, or write \`of_remaining\``,
        );
  const named = [
    ['amount', 'a fee', amount],
    ['at_least', 'the least fee', least],
    ['at_most', 'the most fee', most],
  ] as const;
  for (const [name, what, value] of named)
    if (value !== undefined && value < 0n) tooSmall(value, what, [...path, name], problems);
  if (least !== undefined && most !== undefined && most < least)
    problems.error([...path, 'at_most'], 'the most is less than the least', 'exchange the two, or correct one of them');
}

/** Only money that is still to be spent, or a price that can be reckoned, leaves a rest. */
function checkBases(contract: Contract, held: Exit, row: FeeRow, path: DocumentPath, problems: ProblemList): void {
  if (row.of === undefined) {
    if (basesOf(contract, held, row).length > 0) return;
    problems.error(
      [...path, 'of_remaining'],
      `${held.holder} has no spend commitment with ${held.from}, so nothing is left that it could be a part of`,
      'name what it is a part of: `of: [id of a spend commitment or of capacity]`',
    );
    return;
  }
  const spends = instrumentsOf(contract, 'spend').map(({ id }) => id);
  const capacity = instrumentsOf(contract, 'capacity');
  const fit = [...spends, ...capacity.map(({ id }) => id)];
  for (const [at, name] of row.of.entries()) {
    const priced = capacity.find(({ id }) => id === name);
    if (!fit.includes(name)) {
      const near = didYouMean(name, fit);
      const mend =
        near === undefined ? `name one of ${fit.join(', ') || 'the instruments of the file'}` : `did you mean ${near}?`;
      problems.error([...path, 'of', at], `"${name}" is no spend commitment and no capacity of this contract`, mend);
    } else if (priced !== undefined && rateOf(priced) === null)
      problems.error(
        [...path, 'of', at],
        `${name} has no price that could be reckoned, so nobody can tell what is left of it`,
        `state its price, such as \`price: { amount: "0.70", per: ${priced.unit} and hour }\`, or leave it out`,
      );
  }
}

/** In order of time, each behind the one before it, and none backwards. */
function checkSteps(contract: Contract, held: Exit, path: DocumentPath, problems: ProblemList): void {
  let before: Period | null = null;
  for (const [index, row] of (held.fees ?? []).entries()) {
    const span = spanOf(row, contract, held);
    if (span === null) continue;
    if (row.months === undefined) checkOrder(span, [...path, index], problems);
    if (before !== null && span.from < before.until && span.until > span.from)
      problems.error(
        [...path, index, row.months === undefined ? 'from' : 'months'],
        `this fee (${periodText(span)}) begins before the one above it has ended (${periodText(before)})`,
        `let it begin on ${dayText(before.until)} or later, and keep them in order of time`,
      );
    before = span;
  }
}
