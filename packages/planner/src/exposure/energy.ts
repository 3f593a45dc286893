// What power costs under a contract when its price moves, and how far a carbon target reaches. A contract is fixed, indexed (a part follows
// the market, between a floor and a cap) or a purchase agreement (what the plant generates at a price, the rest at the market's).
import { refuse, share, within } from '../numbers/refuse.ts';

export type EnergyContract =
  | { readonly kind: 'fixed'; readonly price: number }
  /** base + follows × market, kept between floor and cap. */
  | {
      readonly kind: 'indexed';
      readonly base: number;
      readonly follows: number;
      readonly floor?: number;
      readonly cap?: number;
    }
  /** What is generated beyond what is used is sold back at the market's price × `sold_back`. */
  | { readonly kind: 'ppa'; readonly price: number; readonly sold_back: number };

/** Prices are of one MWh, in one currency: the caller's. */
export interface EnergyMonth {
  readonly name: string;
  readonly mwh: number;
  /** Below zero on some markets at some times. */
  readonly market: number;
  /** By the plant of a purchase agreement. */
  readonly generated_mwh?: number;
}

export interface EnergyCost {
  readonly months: readonly { readonly name: string; readonly cost: number; readonly per_mwh: number }[];
  readonly cost: number;
  readonly mwh: number;
  /** Of a market 1 % dearer all along, the cost's own per cent: 0 fixed, 1 all of it follows. */
  readonly moves: number;
}

const PRICE_MOST = 100_000;

/** Throws PLAN_INVALID. */
export function energyCost(contract: EnergyContract, months: readonly EnergyMonth[]): EnergyCost {
  checkContract(contract);
  if (months.length === 0) refuse('there is no month to cost', 'give a month at least');
  const told = months.map((month) => {
    const cost = costOf(contract, checkMonth(contract, month));
    return { name: month.name, cost, per_mwh: month.mwh === 0 ? Number.NaN : cost / month.mwh };
  });
  const cost = told.reduce((sum, month) => sum + month.cost, 0);
  const dearer = months.reduce((sum, month) => sum + costOf(contract, { ...month, market: month.market * 1.01 }), 0);
  return {
    months: told,
    cost,
    mwh: months.reduce((sum, { mwh }) => sum + mwh, 0),
    moves: cost === 0 ? 0 : (dearer / cost - 1) * 100,
  };
}

/** The same months with the market so many times as dear. */
export const energyShocked = (months: readonly EnergyMonth[], times: number): readonly EnergyMonth[] =>
  months.map((month) => ({ ...month, market: month.market * within('times', times, { most: 1000 }) }));

function checkContract(contract: EnergyContract): void {
  if (contract.kind === 'indexed') {
    within('base', contract.base, { least: -PRICE_MOST, most: PRICE_MOST });
    within('follows', contract.follows, { most: 10 });
    const { floor = -PRICE_MOST, cap = PRICE_MOST } = contract;
    if (!(floor <= cap)) refuse(`the floor of ${floor} is above the cap of ${cap}`, 'give a floor below the cap');
    return;
  }
  within('price', contract.price, { most: PRICE_MOST });
  if (contract.kind === 'ppa') share('sold_back', contract.sold_back);
}

function checkMonth(contract: EnergyContract, month: EnergyMonth): EnergyMonth {
  within(`mwh of ${month.name}`, month.mwh);
  within(`market of ${month.name}`, month.market, { least: -PRICE_MOST, most: PRICE_MOST });
  if (contract.kind === 'ppa' && month.generated_mwh === undefined)
    refuse(`${month.name} does not say what the plant generates`, 'give `generated_mwh` for each month');
  within(`generated_mwh of ${month.name}`, month.generated_mwh ?? 0);
  return month;
}

function costOf(contract: EnergyContract, { mwh, market, generated_mwh = 0 }: EnergyMonth): number {
  switch (contract.kind) {
    case 'fixed':
      return mwh * contract.price;
    case 'indexed': {
      const { base, follows, floor = -PRICE_MOST, cap = PRICE_MOST } = contract;
      return mwh * Math.min(cap, Math.max(floor, base + follows * market));
    }
    case 'ppa': {
      const [short, over] = [Math.max(0, mwh - generated_mwh), Math.max(0, generated_mwh - mwh)];
      return generated_mwh * contract.price + short * market - over * market * contract.sold_back;
    }
  }
}

export interface Between {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

export interface CarbonBudget {
  /** For all the months together. */
  readonly kg: number;
  readonly set_by: string;
}

export interface CarbonAnswer {
  readonly emitted_kg: Between;
  readonly budget: CarbonBudget;
  readonly answer: 'within' | 'exceeded' | 'cannot tell';
  /** The first month by whose end the likely course has used it up; null where it never does. */
  readonly used_up_in: string | null;
  readonly left_kg: number;
}

/** A carbon target as a budget: what months emit, between ends, against what may be emitted. */
export function carbonBudget(
  budget: CarbonBudget,
  months: readonly { readonly name: string; readonly mwh: Between; readonly kg_per_mwh: Between }[],
): CarbonAnswer {
  within('kg of the budget', budget.kg);
  let [low, likely, high] = [0, 0, 0];
  let used_up_in: string | null = null;
  for (const { name, mwh, kg_per_mwh } of months) {
    for (const [what, { low: a, likely: b, high: c }] of Object.entries({ mwh, kg_per_mwh }))
      if (!(within(`${what} of ${name}`, a) <= b && b <= c))
        refuse(`${what} of ${name} is ${a}, ${b}, ${c}`, 'give it low, then likely, then high');
    [low, likely, high] = [
      low + mwh.low * kg_per_mwh.low,
      likely + mwh.likely * kg_per_mwh.likely,
      high + mwh.high * kg_per_mwh.high,
    ];
    if (likely > budget.kg) used_up_in ??= name;
  }
  return {
    emitted_kg: { low, likely, high },
    budget,
    answer: high <= budget.kg ? 'within' : low > budget.kg ? 'exceeded' : 'cannot tell',
    used_up_in,
    left_kg: budget.kg - likely,
  };
}
