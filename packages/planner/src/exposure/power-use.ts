// The power of a plan, month by month: what its contracts cost under a market so many times as dear, and what it emits against a budget. The
// three factors of a contract move all of its months together, so an interval is not narrowed by months that are really one uncertainty.
import type { Range } from '../catalogue/sourced.ts';
import { carbonBudget, energyCost, type CarbonAnswer, type EnergyCost, type EnergyMonth } from './energy.ts';
import type { ExposureFile, FileEnergy, FileMonth } from './plan-form.ts';

export const monthOf = ({ month, mwh, market, generated_mwh }: FileMonth): EnergyMonth => ({
  name: month,
  mwh,
  market,
  ...(generated_mwh === undefined ? {} : { generated_mwh }),
});

/** With so much used, and a market so many times as dear. */
export const powerCost = ({ contract, months }: FileEnergy, use: number, market: number): EnergyCost =>
  energyCost(
    contract,
    months.map(monthOf).map((month) => ({ ...month, mwh: month.mwh * use, market: month.market * market })),
  );

export const emittedKg = ({ months }: FileEnergy, use: number, carbon: number): number =>
  months.reduce((sum, { mwh, kg_per_mwh = 0 }) => sum + mwh * use * kg_per_mwh * carbon, 0);

/** Null where the plan sets no budget. `factor`: `use` or `carbon` of a contract, between its ends. */
export function carbonAnswer(
  { energy, carbon }: ExposureFile,
  factor: (contract: string, what: 'use' | 'carbon') => Range,
): CarbonAnswer | null {
  if (carbon === undefined) return null;
  const months = Object.entries(energy)
    .flatMap(([key, { months: held }]) =>
      held.map(({ month, mwh, kg_per_mwh = 0 }) => ({
        name: month,
        mwh: times(factor(key, 'use'), mwh),
        kg_per_mwh: times(factor(key, 'carbon'), kg_per_mwh),
      })),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return carbonBudget(carbon, months);
}

const times = ({ low, likely, high }: Range, amount: number): Range => ({
  low: low * amount,
  likely: likely * amount,
  high: high * amount,
});
