// What can be drawn: each spend commitment and each credit as a pool of tranches in order of time. In which order a charge goes through
// the pools, turns.ts says.
import type { Money } from '@weighbridge/kernel';
import type { Contract, InstrumentOf } from '../contract.ts';
import type { Eligibility } from '../eligibility.ts';
import { DAY_MS } from '../fields.ts';
import { openingOf, type Opening } from '../opening.ts';
import { resolvedEligibility } from '../receipt-names.ts';
import { byText } from './charge.ts';

export interface Tranche {
  /** The milestone's name; `credit` of a credit. */
  readonly id: string;
  readonly from: number;
  readonly until: number;
  readonly amount: Money;
}

export interface Pool {
  readonly contract: string;
  readonly instrument: string;
  readonly kind: 'spend' | 'credit';
  readonly currency: string;
  readonly eligibility: Eligibility;
  /** By time, none over another. */
  readonly tranches: readonly Tranche[];
  /** What is drawn beyond a tranche draws the next ones. */
  readonly rollForward: boolean;
  /** Undefined: the contract does not say. */
  readonly shortfall: InstrumentOf<'spend'>['shortfall'];
  readonly prepaid: boolean;
  /** What a statement says was drawn, where it was known by then; charges up to its last day are in it. */
  readonly opening: Opening | undefined;
  readonly priority: number;
  readonly created: number;
  /** Its place among those that are alike in all else. */
  readonly sequence: number;
}

/**
 * The pools of these contracts; for the same contracts the same, in whatever order they are given. `at`: a statement of a later
 * day says nothing of then.
 */
export function poolsOf(contracts: readonly Contract[], at: number): readonly Pool[] {
  const pools: Pool[] = [];
  for (const contract of contracts.toSorted((a, b) => byText(a.id, b.id))) {
    for (const held of contract.instruments) {
      if (held.kind === 'spend') pools.push(spendPool(contract, held, pools.length, at));
      if (held.kind === 'credit') pools.push(creditPool(contract, held, pools.length, at));
    }
  }
  return pools;
}

const createdOf = (contract: Contract, created: number | undefined): number =>
  created ?? contract.signed ?? contract.term.from;

/** A statement that counts the day that has begun is one of that day. */
function openingBy(held: InstrumentOf<'spend'> | InstrumentOf<'credit'>, at: number): Opening | undefined {
  const opening = openingOf(held);
  return opening !== undefined && opening.until - DAY_MS < at ? opening : undefined;
}

const spendPool = (contract: Contract, held: InstrumentOf<'spend'>, sequence: number, at: number): Pool => ({
  contract: contract.id,
  instrument: held.id,
  kind: 'spend',
  currency: contract.currency,
  eligibility: resolvedEligibility(contract, held.eligibility),
  tranches: held.milestones.map(({ id, from, until, amount }) => ({ id, from, until, amount })),
  rollForward: held.carry_over === 'roll-forward',
  shortfall: held.shortfall,
  prepaid: false,
  opening: openingBy(held, at),
  priority: held.priority,
  created: createdOf(contract, held.created),
  sequence,
});

const creditPool = (contract: Contract, held: InstrumentOf<'credit'>, sequence: number, at: number): Pool => ({
  contract: contract.id,
  instrument: held.id,
  kind: 'credit',
  currency: contract.currency,
  eligibility: resolvedEligibility(contract, held.eligibility),
  tranches: [{ id: 'credit', from: held.from, until: held.until, amount: held.amount }],
  rollForward: false,
  shortfall: { rule: 'forfeit' },
  prepaid: held.prepaid,
  opening: openingBy(held, at),
  priority: held.priority,
  created: createdOf(contract, held.created),
  sequence,
});

/** Whether a statement counts what was used at the instant: what it drew of the pool is in it. */
export const isStated = ({ opening }: Pool, at: number): boolean => opening !== undefined && at < opening.until;

export const rollsOver = (pool: Pool): boolean => pool.shortfall?.rule === 'rollover';
