// Where each tranche stands at an instant: what is drawn, what is left, what has lapsed, what has moved on, and what the shortfall
// comes to. What was committed, with what came in, is to the last unit what was drawn, is left, has lapsed or has moved on.
import { invariant, type Money } from '@weighbridge/kernel';
import type { SHORTFALL_RULES } from '../money-instruments.ts';
import type { PoolBalance } from './balance.ts';
import { byText } from './charge.ts';
import type { DrawDown } from './draw-down.ts';
import { rollsOver, type Pool, type Tranche } from './pool.ts';

export interface DrawnBy {
  readonly charge: string;
  readonly amount: Money;
  /** Of the charge and its corrections: opens the entries that made the amount. */
  readonly entries: readonly number[];
}

export interface TranchePosition {
  readonly contract: string;
  readonly instrument: string;
  readonly kind: Pool['kind'];
  readonly currency: string;
  readonly tranche: string;
  readonly from: number;
  readonly until: number;
  readonly state: 'ahead' | 'open' | 'ended';
  readonly committed: Money;
  /** Came in from the tranche before, which ended with a rest. */
  readonly rolled_in: Money;
  /** Metered, and what is stated of the time before. */
  readonly drawn: Money;
  /** The part of it that a statement says and no charge shows. */
  readonly stated: Money;
  /**
   * Days of which nothing is known: neither metered nor stated. What is drawn is then the least it can be, and what is left, lapsed and
   * owed the most. Null: all is known, or nothing is left to draw.
   */
  readonly unknown: { readonly from: number; readonly until: number } | null;
  readonly remaining: Money;
  readonly expired: Money;
  readonly rolled_out: Money;
  readonly rule: (typeof SHORTFALL_RULES)[number] | 'unstated';
  readonly automatic: boolean | 'unstated';
  /** Owed because of what has lapsed; null: the contract does not say, or it is not known what was drawn. */
  readonly shortfall: Money | null;
  /** The most that can still be owed, if nothing more is drawn; behind the last tranche with what may still move into it. */
  readonly shortfall_at_most: Money;
  /** Paid before and lapsed. */
  readonly lost: Money;
  readonly drawn_by: readonly DrawnBy[];
}

export const positions = (state: DrawDown): readonly TranchePosition[] =>
  state.pools.flatMap((pool) => {
    const balance = state.balances.get(pool);
    invariant(balance !== undefined, 'every pool has a balance');
    return positionsOf(pool, balance, state);
  });

function positionsOf(pool: Pool, balance: PoolBalance, state: DrawDown): readonly TranchePosition[] {
  const found: TranchePosition[] = [];
  let rolledIn = 0n;
  /** Of tranches before it: what can still move into the last one. */
  let mayMoveOn = 0n;
  /** Of tranches before it, where a rest or an excess moves on. */
  let unknownBefore: TranchePosition['unknown'] = null;
  for (const [index, tranche] of pool.tranches.entries()) {
    const drawn = balance.drawn[index] ?? 0n;
    const left = tranche.amount + rolledIn - drawn;
    invariant(left >= 0n, `${pool.instrument} ${tranche.id} is drawn no further than it goes`);
    const ended = tranche.until <= state.at;
    const movesOn = ended && rollsOver(pool) && index < pool.tranches.length - 1;
    const expired = ended && !movesOn ? left : 0n;
    const rolledOut = movesOn ? left : 0n;
    const isLast = index === pool.tranches.length - 1;
    const remaining = ended ? 0n : left;
    const own = unknownSpan(pool, tranche, state);
    const unknown = left === 0n ? null : (own ?? unknownBefore);
    if (rollsOver(pool) || pool.rollForward) unknownBefore ??= own;
    found.push({
      contract: pool.contract,
      instrument: pool.instrument,
      kind: pool.kind,
      currency: pool.currency,
      tranche: tranche.id,
      from: tranche.from,
      until: tranche.until,
      state: stateOf(tranche, state.at),
      committed: tranche.amount,
      rolled_in: rolledIn,
      drawn,
      stated: pool.opening?.amounts[index] ?? 0n,
      unknown,
      remaining,
      expired,
      rolled_out: rolledOut,
      ...shortfallOf(pool, isLast, expired, isLast ? remaining + mayMoveOn : remaining, unknown !== null),
      lost: pool.prepaid && unknown === null ? expired : 0n,
      drawn_by: drawnBy(balance, index, state),
    });
    rolledIn = rolledOut;
    if (rollsOver(pool)) mayMoveOn += remaining;
  }
  return found;
}

/** From its first day, or from where the statement ends, until charges are metered; null: there is no such day. */
function unknownSpan({ opening }: Pool, tranche: Tranche, { at, meteredSince }: DrawDown): TranchePosition['unknown'] {
  if (meteredSince === undefined) return null;
  const from = Math.max(tranche.from, opening?.until ?? 0);
  const until = Math.min(tranche.until, at, meteredSince ?? at);
  return from < until ? { from, until } : null;
}

const stateOf = ({ from, until }: Tranche, at: number): TranchePosition['state'] =>
  until <= at ? 'ended' : from <= at ? 'open' : 'ahead';

/** Whether a rest of the tranche is owed in money. A rest that could move on, behind which there is no tranche, is owed. */
export function owesRest(pool: Pick<Pool, 'shortfall'>, isLast: boolean): boolean | 'unstated' {
  if (pool.shortfall === undefined) return 'unstated';
  const { rule } = pool.shortfall;
  return rule === 'invoice-difference' || (rule === 'rollover' && isLast);
}

function shortfallOf(
  pool: Pool,
  isLast: boolean,
  expired: Money,
  open: Money,
  isUnknown: boolean,
): Pick<TranchePosition, 'rule' | 'automatic' | 'shortfall' | 'shortfall_at_most'> {
  const owes = owesRest(pool, isLast);
  return {
    rule: pool.shortfall?.rule ?? 'unstated',
    automatic: pool.shortfall?.automatic ?? 'unstated',
    shortfall: owes === 'unstated' || (owes && isUnknown) ? (expired === 0n ? 0n : null) : owes ? expired : 0n,
    shortfall_at_most: owes === false ? 0n : open + (owes === 'unstated' || isUnknown ? expired : 0n),
  };
}

const drawnBy = (balance: PoolBalance, tranche: number, state: DrawDown): readonly DrawnBy[] =>
  [...(balance.rows[tranche] ?? [])]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([charge, amount]) => ({ charge, amount, entries: state.standing.get(charge)?.entries ?? [] }));
