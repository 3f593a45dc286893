// Charges draw commitments and credits. A charge goes through the pools that are open when it was used, in their order, and draws
// of each what is eligible, what there is room for and what no earlier one has taken. A correction takes back what its charge
// drew, where it drew it; what remains is drawn there again, and only what it has grown by goes through the pools as they stand
// now. The whole is a fold over the postings in an order that does not depend on when they arrived.
import { invariant, MONEY_SCALE, type Money } from '@weighbridge/kernel';
import type { Contract } from '../contract.ts';
import { eligibleFraction } from '../eligibility.ts';
import { PoolBalance } from './balance.ts';
import { inOrder, type Charge, type Posting, type Step } from './charge.ts';
import { isStated, poolsOf, turnsOf, type Pool, type Turn } from './pool.ts';

interface Draw {
  readonly pool: Pool;
  readonly tranche: number;
  readonly amount: Money;
}

/** A charge as it stands after its corrections. */
export interface Standing {
  readonly charge: Charge;
  readonly amount: Money;
  /** Index of its entry and of the corrections'. */
  readonly entries: readonly number[];
  /** In the order in which they were made. */
  readonly draws: readonly Draw[];
}

export interface DrawDown {
  /** Until when postings were counted, UTC milliseconds. */
  readonly at: number;
  /** From when on charges are known, UTC midnight; null: there are none to be known. Undefined: all are. */
  readonly meteredSince: number | null | undefined;
  readonly pools: readonly Pool[];
  readonly balances: ReadonlyMap<Pool, PoolBalance>;
  /** By id of the charge. */
  readonly standing: ReadonlyMap<string, Standing>;
  readonly doubled: readonly string[];
  readonly conflicting: readonly string[];
  readonly waiting: readonly string[];
}

/** What the postings up to `at` (and at it) have drawn of the contracts' instruments, beside what is stated of the time before. */
export function drawDown(
  contracts: readonly Contract[],
  postings: readonly Posting[],
  at: number,
  meteredSince?: number | null,
): DrawDown {
  const pools = poolsOf(contracts, at);
  const balances = new Map(pools.map((pool) => [pool, new PoolBalance(pool)]));
  const standing = new Map<string, Standing>();
  const turns = turnsOf(pools);
  const { steps, ...odd } = inOrder(postings);
  for (const step of steps) {
    if (step.at > at) break;
    const { id } = step.charge;
    standing.set(id, apply(step, standing.get(id), turns, balances));
  }
  return { at, meteredSince, pools, balances, standing, ...odd };
}

type Balances = ReadonlyMap<Pool, PoolBalance>;
type Turns = (at: number) => readonly Turn[];

function apply(step: Step, before: Standing | undefined, turns: Turns, balances: Balances): Standing {
  const { charge, correction } = step;
  if (correction === undefined) {
    const { amount } = charge;
    const draws = drawFresh(charge, amount, amount, [], turns, balances);
    return { charge, amount, entries: [charge.entry], draws };
  }
  invariant(before !== undefined, 'a correction takes its turn behind its charge');
  const { amount } = correction;
  for (const draw of before.draws) balances.get(draw.pool)?.take(draw.tranche, charge.id, -draw.amount);
  const kept = drawAgain(charge, amount, before.draws, balances);
  const left = amount - sum(kept);
  const grown = amount > before.amount ? least(left, amount - before.amount) : 0n;
  const draws = [...kept, ...drawFresh(charge, amount, grown, kept, turns, balances)];
  return { charge, amount, entries: [...before.entries, correction.entry], draws };
}

/** What the corrected amount still draws where the charge stood, in the order in which it drew there. */
function drawAgain(charge: Charge, amount: Money, before: readonly Draw[], balances: Balances): readonly Draw[] {
  const kept: Draw[] = [];
  for (const draw of before) {
    const most = least(amount - sum(kept), eligible(draw.pool, charge, amount) - sum(kept, draw.pool));
    take(kept, draw.pool, draw.tranche, least(draw.amount, most), charge, balances);
  }
  return kept;
}

/** Draws at most `left` of a charge of `amount`, of which `held` is drawn already. */
function drawFresh(
  charge: Charge,
  amount: Money,
  left: Money,
  held: readonly Draw[],
  turns: Turns,
  balances: Balances,
): readonly Draw[] {
  const draws: Draw[] = [];
  if (left <= 0n) return draws;
  for (const { pool, tranche } of turns(charge.at)) {
    if (isStated(pool, charge.at)) continue;
    let wanted = least(eligible(pool, charge, amount) - sum(held, pool), left - sum(draws));
    for (const at of reachOf({ pool, tranche })) {
      const taken = least(wanted, balances.get(pool)?.room(at) ?? 0n);
      take(draws, pool, at, taken, charge, balances);
      if (taken > 0n) wanted -= taken;
    }
  }
  return draws;
}

/** The tranches that a charge may draw: the one that it falls in and, where the contract carries over, those after it. */
const reachOf = ({ pool, tranche }: Turn): readonly number[] =>
  pool.rollForward ? Array.from({ length: pool.tranches.length - tranche }, (_, index) => tranche + index) : [tranche];

function take(draws: Draw[], pool: Pool, tranche: number, amount: Money, charge: Charge, balances: Balances): void {
  if (amount <= 0n) return;
  draws.push({ pool, tranche, amount });
  balances.get(pool)?.take(tranche, charge.id, amount);
}

/** The part of an amount that the pool counts, whole units only: what is less than a unit does not count. */
export function eligible(pool: Pool, charge: Charge, amount: Money): Money {
  if (pool.currency !== charge.currency) return 0n;
  return (amount * eligibleFraction(pool.eligibility, charge.attributes)) / MONEY_SCALE;
}

/** What of a charge statements count already: the part that it had of each, all together. */
export const statedPart = ({ pools }: Pick<DrawDown, 'pools'>, charge: Charge): Money =>
  pools.reduce(
    (sum, pool) =>
      isStated(pool, charge.at) && pool.tranches.some(({ from, until }) => from <= charge.at && charge.at < until)
        ? sum + eligible(pool, charge, charge.amount)
        : sum,
    0n,
  );

export const least = (a: Money, b: Money): Money => (a < b ? a : b);

const sum = (draws: readonly Draw[], pool?: Pool): Money =>
  draws.reduce((total, draw) => (pool === undefined || draw.pool === pool ? total + draw.amount : total), 0n);
