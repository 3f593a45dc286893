// Where headlines about one deal do not fit together. A check says what it compared and what follows; it never picks the reading
// that it likes, and never changes the state of a claim: that takes evidence.
import { AppError } from '@weighbridge/kernel';
import { divide, intervalFrom, intervalText } from '../numbers/interval.ts';
import { compare, fromDecimal } from '../numbers/rational.ts';
import type { Register } from '../register/register.ts';
import type { Claim } from './claim.ts';
import { gigawattYears, type GigawattAnswer } from './gigawatt-years.ts';
import { obligationsApart, type Apart, type NamedAmount } from './obligations.ts';

export interface Conflict {
  readonly check: 'readings-differ' | 'values-differ';
  readonly claim: string;
  readonly why: string;
  /** The readings that cannot all hold, each with its source. */
  readonly between: readonly { readonly says: string; readonly source: string }[];
  /** What to ask, and whom it would bind. */
  readonly ask: string;
}

/** Claims whose readings cannot all hold, in the order of the register. */
export const conflicts = ({ claims }: Pick<Register, 'claims'>): readonly Conflict[] =>
  Object.entries(claims).flatMap(([id, claim]) => [...relationConflict(id, claim), ...valueConflict(id, claim)]);

function relationConflict(id: string, claim: Claim): readonly Conflict[] {
  const told = claim.readings.filter(({ relation }) => relation !== undefined);
  if (new Set(told.map(({ relation }) => relation)).size < 2) return [];
  return [
    {
      check: 'readings-differ',
      claim: id,
      why: `"${claim.text}" is told in ${new Set(told.map(({ relation }) => relation)).size} ways that do not say the same`,
      between: told.map(({ says, source }) => ({ says, source })),
      ask: 'ask which of them the contract says, and have the clause quoted',
    },
  ];
}

/** Outlets that give other figures; one that is known to differ without its figure being known counts. */
function valueConflict(id: string, claim: Claim): readonly Conflict[] {
  const others = claim.readings.filter(
    ({ relation, value }) =>
      relation === undefined &&
      (value === undefined || claim.value === undefined || compare(fromDecimal(value), fromDecimal(claim.value)) !== 0),
  );
  if (others.length === 0) return [];
  return [
    {
      check: 'values-differ',
      claim: id,
      why: `"${claim.text}" is not what all outlets say`,
      between: [{ says: claim.text, source: claim.source }, ...others.map(({ says, source }) => ({ says, source }))],
      ask: 'do not show it as a fact; ask for a filing or an audited statement',
    },
  ];
}

/** Every claim of money or quantity that somebody would owe, firm and optional apart. A valuation is owed by nobody. */
export function claimedObligations({ claims }: Pick<Register, 'claims'>): Apart {
  const owed = new Set<Claim['kind']>(['commitment', 'option', 'investment']);
  const amounts = Object.entries(claims).flatMap(([id, claim]): readonly NamedAmount[] =>
    claim.value === undefined || !owed.has(claim.kind) ? [] : [{ id, amount: amountOf(claim, claim.value) }],
  );
  return obligationsApart(amounts);
}

const amountOf = (claim: Claim, value: string): NamedAmount['amount'] => ({
  value,
  ...(claim.currency === undefined ? {} : { currency: claim.currency }),
  ...(claim.unit === undefined ? {} : { unit: claim.unit }),
  // An option is one even where the headline dropped its "up to".
  bound: claim.up_to || claim.kind === 'option' ? 'up_to' : 'firm',
  approximate: claim.approximate,
});

export interface TermReading {
  readonly years: number;
  /** Gigawatts that the commitment pays for in each year of such a term. */
  readonly gigawatts: string;
}

export interface CommitmentCheck extends GigawattAnswer {
  readonly commitment: string;
  readonly ceiling: string;
  /** The term is undisclosed, so it is asked the other way round: what a term of so many years would keep running. */
  readonly terms: readonly TermReading[];
  readonly says: string;
}

/** The commitment in money against the ceiling in gigawatts, with figures of the register by their ids. */
export function commitmentAgainstCeiling(
  register: Pick<Register, 'claims' | 'figures'>,
  ids: {
    readonly commitment: string;
    readonly ceiling: string;
    readonly gigawatt: string;
    readonly power: string;
    readonly rate: string;
    readonly hours: string;
  },
  terms: readonly number[] = [3, 5, 7, 10],
): CommitmentCheck {
  const claim = pick(register.claims, ids.commitment);
  const ceiling = pick(register.claims, ids.ceiling);
  const value = known(claim.value, ids.commitment);
  const answer = gigawattYears({
    commitment: {
      what: claim.text,
      low: claim.range?.low ?? value,
      high: claim.range?.high ?? value,
      unit: known(claim.currency, ids.commitment),
      source: claim.source,
      confidence: 'medium',
    },
    gigawatt: pick(register.figures, ids.gigawatt),
    power: pick(register.figures, ids.power),
    rate: pick(register.figures, ids.rate),
    hours: pick(register.figures, ids.hours),
  });
  if (ceiling.unit !== 'GW')
    throw new AppError(
      'BAD_REQUEST',
      `"${ids.ceiling}" is in ${ceiling.unit ?? 'no unit'}, and the arithmetic needs GW`,
    );
  const over = (divisor: string): string => intervalText(divide(answer.years, intervalFrom(divisor)), 2);
  const atCeiling = over(known(ceiling.value, ids.ceiling));
  return {
    ...answer,
    commitment: ids.commitment,
    ceiling: ids.ceiling,
    terms: terms.map((years) => ({ years, gigawatts: over(String(years)) })),
    says: `"${claim.text}" keeps ${ceiling.value} GW running for ${atCeiling} years, if all of it buys compute at this price around the clock; it does not show that so much is built`,
  };
}

function pick<Value>(section: Readonly<Record<string, Value>>, id: string): Value {
  const found = Object.hasOwn(section, id) ? section[id] : undefined;
  if (found === undefined) throw new AppError('BAD_REQUEST', `the register has no claim or figure "${id}"`);
  return found;
}

function known(value: string | undefined, id: string): string {
  if (value === undefined) throw new AppError('BAD_REQUEST', `"${id}" has no figure to work with`);
  return value;
}
