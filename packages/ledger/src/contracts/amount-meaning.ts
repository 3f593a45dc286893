// Amounts: what is promised is more than nothing, parts of a whole lie between 0 and 1, a cap holds what it caps, and one file
// speaks of one currency, so that no sum is ever made of two.
import { formatMoney, MONEY_SCALE, moneyToDecimal } from '@weighbridge/kernel';
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import type { Contract, Instrument } from './contract.ts';

export function checkAmounts(contract: Contract, problems: ProblemList): void {
  for (const [index, price] of contract.prices.entries()) {
    const path = ['prices', index];
    if (price.kind === 'discount' || price.kind === 'rise') checkPart(price.fraction, [...path, 'fraction'], problems);
    else if (price.kind !== 'most-favoured') {
      checkCurrency(price.currency, contract, path, problems);
      if (price.amount < 0n) tooSmall(price.amount, 'a price', [...path, 'amount'], problems);
    }
  }
  const { liability } = contract.terms;
  if (liability?.cap !== undefined) checkPositive(liability.cap, 'a cap', ['terms', 'liability', 'cap'], problems);
  for (const [index, instrument] of contract.instruments.entries()) {
    const path = ['instruments', index];
    if ('currency' in instrument) checkCurrency(instrument.currency, contract, path, problems);
    checkInstrument(instrument, contract.currency, path, problems);
  }
}

function checkInstrument(instrument: Instrument, currency: string, path: DocumentPath, problems: ProblemList): void {
  switch (instrument.kind) {
    case 'spend':
      for (const [at, { amount }] of instrument.milestones.entries())
        checkPositive(amount, 'a milestone', [...path, 'milestones', at, 'amount'], problems);
      checkParts(instrument.eligibility, [...path, 'eligibility'], problems);
      break;
    case 'credit':
      checkPositive(instrument.amount, 'a credit', [...path, 'amount'], problems);
      for (const [at, { amount }] of (instrument.payments ?? []).entries())
        checkPositive(amount, 'a payment', [...path, 'payments', at, 'amount'], problems);
      if (instrument.payments !== undefined && !instrument.prepaid)
        problems.error(
          [...path, 'payments'],
          'payments of a credit that is not prepaid',
          'set `prepaid: true`, or leave the payments out',
        );
      checkParts(instrument.eligibility, [...path, 'eligibility'], problems);
      break;
    case 'option':
      if ('amount' in instrument.cap)
        checkPositive(instrument.cap.amount, 'a cap', [...path, 'cap', 'amount'], problems);
      else checkPositive(instrument.cap.quantity, 'a cap', [...path, 'cap', 'quantity'], problems);
      break;
    case 'investment':
      checkInvestment(instrument, currency, path, problems);
      break;
    case 'capacity':
      for (const [at, { quantity }] of instrument.ramp.entries())
        if (quantity < 0n) tooSmall(quantity, 'a quantity', [...path, 'ramp', at, 'quantity'], problems);
      if (instrument.price !== undefined && instrument.price.amount < 0n)
        tooSmall(instrument.price.amount, 'a price', [...path, 'price', 'amount'], problems);
      break;
    case 'audit':
      checkPart(instrument.tolerance, [...path, 'tolerance'], problems);
      break;
    case 'sla':
      for (const [at, clause] of instrument.clauses.entries()) checkClause(clause, [...path, 'clauses', at], problems);
      break;
    case 'exit': // its fees have a meaning of their own
    case 'residency':
    case 'security':
      break;
  }
}

function checkInvestment(
  { cap, tranches = [] }: Extract<Instrument, { kind: 'investment' }>,
  currency: string,
  path: DocumentPath,
  problems: ProblemList,
): void {
  checkPositive(cap, 'a cap', [...path, 'cap'], problems);
  for (const [at, { amount }] of tranches.entries())
    checkPositive(amount, 'a tranche', [...path, 'tranches', at, 'amount'], problems);
  const sum = tranches.reduce((total, { amount }) => total + amount, 0n);
  if (sum > cap)
    problems.error(
      [...path, 'cap'],
      `the tranches come to ${formatMoney(sum, currency)}, more than the cap of ${formatMoney(cap, currency)}`,
      'raise the cap or lower the tranches',
    );
}

function checkClause(
  clause: Extract<Instrument, { kind: 'sla' }>['clauses'][number],
  path: DocumentPath,
  problems: ProblemList,
): void {
  if (clause.kind === 'availability' || clause.kind === 'capacity')
    checkPart(clause.target, [...path, 'target'], problems);
  if (clause.kind === 'latency') checkPart(clause.percentile, [...path, 'percentile'], problems);
  if ('credit' in clause)
    for (const [at, { fraction }] of (clause.credit ?? []).entries())
      checkPart(fraction, [...path, 'credit', at, 'fraction'], problems);
}

function checkParts(rows: readonly { readonly fraction: bigint }[], path: DocumentPath, problems: ProblemList): void {
  for (const [at, { fraction }] of rows.entries()) checkPart(fraction, [...path, at, 'fraction'], problems);
}

export function checkPart(part: bigint, path: DocumentPath, problems: ProblemList): void {
  if (part >= 0n && part <= MONEY_SCALE) return;
  problems.error(
    path,
    `${moneyToDecimal(part)} is no part of a whole`,
    'write a number from 0 to 1: "0.25" for a quarter',
  );
}

function checkPositive(value: bigint, what: string, path: DocumentPath, problems: ProblemList): void {
  if (value <= 0n) tooSmall(value, what, path, problems);
}

export const tooSmall = (value: bigint, what: string, path: DocumentPath, problems: ProblemList): void =>
  problems.error(path, `${what} is ${moneyToDecimal(value)}`, 'write a number above 0, or leave the part out');

function checkCurrency(
  currency: string | undefined,
  contract: Contract,
  path: DocumentPath,
  problems: ProblemList,
): void {
  if (currency === undefined || currency === contract.currency) return;
  problems.error(
    [...path, 'currency'],
    `it is in ${currency}, and the contract in ${contract.currency}: the two cannot be added`,
    'leave the currency out, or make a contract of its own for the other one',
  );
}
