// Charges draw commitments and credits. A charge goes through the pools that are open when it was used, in their order, and draws
// of each what is eligible, what there is room for and what no earlier one has taken. A correction takes back what its charge
// drew, where it drew it; what remains is drawn there again, and only what it has grown by goes through the pools as they stand
// now. The whole is a fold over the postings in an order that does not depend on when they arrived.
import { invariant, MONEY_SCALE, type Money } from '@weighbridge/kernel';
import type { Contract } from '../contract.ts';
import { eligibleFraction } from '../eligibility.ts';
import { PoolBalance } from './balance.ts';
import { inOrder, type Charge, type Posting, type Step } from './charge.ts';
import { poolsOf, type Pool } from './pool.ts';
import { counted, turnsOf, type Turns } from './turns.ts';

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
  /** Which pools a charge goes through, in their order. */
  readonly turns: Turns;
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
  const books: Books = { turns, balances, opened: 0 };
  const { steps, ...odd } = inOrder(postings);
  for (const step of steps) {
    if (step.at > at) break;
    const { id } = step.charge;
    standing.set(id, apply(step, standing.get(id), books));
  }
  return { at, meteredSince, pools, balances, turns, standing, ...odd };
}

interface Books {
  readonly turns: Turns;
  readonly balances: ReadonlyMap<Pool, PoolBalance>;
  /** How often a correction has given something back: what was passed over as empty is looked at again. */
  opened: number;
}

function apply(step: Step, before: Standing | undefined, books: Books): Standing {
  const { charge, correction } = step;
  if (correction === undefined) {
    const { amount } = charge;
    const draws = drawFresh(charge, amount, amount, [], books);
    return { charge, amount, entries: [charge.entry], draws };
  }
  invariant(before !== undefined, 'a correction takes its turn behind its charge');
  const { amount } = correction;
  for (const draw of before.draws) take(books, draw, charge, -draw.amount);
  const kept = drawAgain(charge, amount, before.draws, books);
  if (sum(kept) < sum(before.draws)) books.opened += 1;
  const left = amount - sum(kept);
  const grown = amount > before.amount ? least(left, amount - before.amount) : 0n;
  const draws = [...kept, ...drawFresh(charge, amount, grown, kept, books)];
  return { charge, amount, entries: [...before.entries, correction.entry], draws };
}

/** What the corrected amount still draws where the charge stood, in the order in which it drew there. */
function drawAgain(charge: Charge, amount: Money, before: readonly Draw[], books: Books): readonly Draw[] {
  const kept: Draw[] = [];
  let left = amount;
  const byPool = new Map<Pool, Money>();
  for (const { pool, tranche, amount: was } of before) {
    const held = byPool.get(pool) ?? 0n;
    const again = least(was, least(left, eligible(pool, charge, amount) - held));
    if (again <= 0n) continue;
    kept.push(take(books, { pool, tranche }, charge, again));
    byPool.set(pool, held + again);
    left -= again;
  }
  return kept;
}

/** Draws at most `left` of a charge of `amount`, of which `held` is drawn already. */
function drawFresh(charge: Charge, amount: Money, left: Money, held: readonly Draw[], books: Books): readonly Draw[] {
  const draws: Draw[] = [];
  if (left <= 0n) return draws;
  const list = books.turns(charge);
  let open = left;
  for (let place = list.from(0, books.opened); open > 0n; place = list.from(place + 1, books.opened)) {
    const turn = list.turns[place];
    if (turn === undefined) break;
    const { pool, tranche } = turn;
    const balance = books.balances.get(pool);
    invariant(balance !== undefined, 'every pool has a balance');
    let wanted = least(counted(turn, amount) - sum(held, pool), open);
    // Its own tranche and, where the contract carries over, those after it.
    const last = pool.rollForward ? pool.tranches.length - 1 : tranche;
    for (let at = balance.openFrom(tranche); wanted > 0n && at <= last; at = balance.openFrom(at + 1)) {
      const taken = least(wanted, balance.room(at));
      draws.push(take(books, { pool, tranche: at }, charge, taken));
      wanted -= taken;
      open -= taken;
    }
    if (balance.openFrom(tranche) > last) list.pass(place);
  }
  return draws;
}

function take({ balances }: Books, { pool, tranche }: Omit<Draw, 'amount'>, charge: Charge, amount: Money): Draw {
  balances.get(pool)?.take(tranche, charge.id, amount);
  return { pool, tranche, amount };
}

/** The part of an amount that the pool counts, whole units only: what is less than a unit does not count. */
function eligible(pool: Pool, charge: Charge, amount: Money): Money {
  if (pool.currency !== charge.currency) return 0n;
  return (amount * eligibleFraction(pool.eligibility, charge.attributes)) / MONEY_SCALE;
}

/** What of a charge statements count already: the part that it had of each, all together. */
export const statedPart = ({ turns }: Pick<DrawDown, 'turns'>, charge: Charge): Money =>
  turns(charge).turns.reduce((sum, turn) => (turn.stated ? sum + counted(turn, charge.amount) : sum), 0n);

export const least = (a: Money, b: Money): Money => (a < b ? a : b);

const sum = (draws: readonly Draw[], pool?: Pool): Money =>
  draws.reduce((total, draw) => (pool === undefined || draw.pool === pool ? total + draw.amount : total), 0n);
