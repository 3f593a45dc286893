// What charges have drawn of the contracts that stand, and what is to be expected: the ledger's draw-down over the roll-ups'
// days, as a function of plain data, so that it can be reckoned in a thread of its own.
import { AppError, moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import {
  dayText,
  drawDown,
  obligationsView,
  positions,
  project,
  statedPart,
  type Contract,
  type DrawDown,
} from '@weighbridge/ledger';
import {
  DAY_MS,
  type Commitment,
  type Commitments,
  type ControlAsked,
  type DailySpendRow,
  type Drawn,
  type Period,
  type Roles,
  type UnreadableContract,
} from '@weighbridge/protocol';
import { callsBehind, chargesOf, type DayCharge } from './charges.ts';
import { commitmentOf, groupsOf, isDrawn, leftOf, poolName } from './commitment-view.ts';

/** All that is reckoned with. */
export interface Gathered {
  /** UTC milliseconds: nothing later counts. */
  readonly at: number;
  readonly held: readonly Contract[];
  /** Those that stand and cannot be read. */
  readonly unreadable: readonly UnreadableContract[];
  readonly rows: readonly DailySpendRow[];
  /** By deployment; of one that no configuration names, nothing is known. */
  readonly roles: ReadonlyMap<string, Roles>;
  readonly period: Period | null;
  /** UTC midnight of the first day that was metered; null: nothing is known of charges. */
  readonly meteredSince: number | null;
  /** Why there are no rows. */
  readonly unknown: string | null;
  readonly earlier: Commitments['charges']['earlier'];
}

const PATHS = 400;
const ROWS_MOST = 2_000;

const chargesIn = ({ rows, roles }: Gathered): readonly DayCharge[] =>
  chargesOf(rows, (deployment) => roles.get(deployment));

export type Plan = Pick<ControlAsked<'commitments'>, 'growth' | 'seed'>;

export function reckonCommitments(gathered: Gathered, { growth, seed }: Plan): Commitments {
  const { at, held, unreadable, period, meteredSince, unknown, earlier } = gathered;
  const charges = chargesIn(gathered);
  const state = drawDown(held.filter(isDrawn), charges, at, meteredSince);
  const others = drawDown(
    held.filter((contract) => !isDrawn(contract)),
    [],
    at,
  );
  const plan = { growth: { monthly: moneyFromDecimal(growth) }, seed, paths: PATHS };
  const rowsOf = (reckoned: DrawDown): Commitment[] => {
    const all = positions(reckoned);
    const forecasts = Map.groupBy(project(reckoned, plan), poolName);
    const left = new Map([...Map.groupBy(all, ({ contract }) => contract)].map(([id, own]) => [id, leftOf(own, id)]));
    return groupsOf(all).flatMap((own) => {
      const [first] = own;
      const contract = held.find(({ id }) => id === first?.contract);
      if (first === undefined || contract === undefined) return [];
      const foretold = forecasts.get(poolName(first)) ?? [];
      return [commitmentOf(contract, own, foretold, reckoned, at, left.get(contract.id) ?? new Map())];
    });
  };
  return {
    at,
    growth,
    rows: [...rowsOf(state), ...rowsOf(others)],
    unreadable: [...unreadable],
    possibilities: held.flatMap((contract) =>
      obligationsView(contract, at).possibilities.map((possibility) => ({
        ...possibility,
        contract: contract.id,
        status: contract.status,
        currency: contract.currency,
      })),
    ),
    charges: {
      period,
      metered_since: meteredSince === null ? null : dayText(meteredSince),
      days: new Set(charges.map(({ row }) => row.day)).size,
      count: charges.length,
      money: moneyOf(charges, state),
      unpriced: charges.reduce((sum, { row }) => sum + row.unpriced, 0),
      unknown,
      earlier,
    },
  };
}

export type TrancheName = Pick<Drawn, 'contract' | 'instrument' | 'tranche'>;

/** Throws CONTRACT_UNKNOWN. */
export function reckonDrawn(gathered: Gathered, { contract, instrument, tranche }: TrancheName): Drawn {
  const { at, held, meteredSince } = gathered;
  const charges = chargesIn(gathered);
  const signed = positions(drawDown(held.filter(isDrawn), charges, at, meteredSince));
  const position = signed.find(
    (one) => one.contract === contract && one.instrument === instrument && one.tranche === tranche,
  );
  if (position === undefined)
    throw new AppError('CONTRACT_UNKNOWN', `no signed contract ${contract} has a tranche ${instrument}, ${tranche}`);
  const byId = new Map(charges.map((charge) => [charge.id, charge]));
  const newest = position.drawn_by.toSorted((a, b) => (a.charge < b.charge ? 1 : -1));
  return {
    contract,
    instrument,
    tranche,
    currency: position.currency,
    drawn: moneyToDecimal(position.drawn),
    stated: moneyToDecimal(position.stated),
    rows: newest.slice(0, ROWS_MOST).flatMap(({ charge: id, amount }) => {
      const charge = byId.get(id);
      if (charge === undefined) return [];
      const { model, deployment, cloud, region, tier, day, billed } = charge.row;
      const { seller = null, biller = null } = charge.attributes;
      return [
        {
          day: dayText(day * DAY_MS),
          deployment,
          model,
          cloud,
          region,
          tier,
          seller,
          biller,
          charge: billed,
          drawn: moneyToDecimal(amount),
          ...callsBehind(charge.row),
        },
      ];
    }),
    older: Math.max(0, newest.length - ROWS_MOST),
  };
}

function moneyOf(charges: readonly DayCharge[], state: DrawDown): Commitments['charges']['money'] {
  const sums = new Map<string, { total: Money; drawn: Money; stated: Money }>();
  for (const charge of charges) {
    const { id, currency, amount } = charge;
    const sum = sums.get(currency) ?? { total: 0n, drawn: 0n, stated: 0n };
    const drawn = (state.standing.get(id)?.draws ?? []).reduce((all, draw) => all + draw.amount, 0n);
    sum.total += amount;
    sum.drawn += drawn;
    const counted = statedPart(state, charge);
    sum.stated += counted < amount - drawn ? counted : amount - drawn;
    sums.set(currency, sum);
  }
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, sum]) => ({
      currency,
      total: moneyToDecimal(sum.total),
      drawn: moneyToDecimal(sum.drawn),
      not_drawn: moneyToDecimal(sum.total - sum.drawn),
      in_statements: moneyToDecimal(sum.stated),
    }));
}
