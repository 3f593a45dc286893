// How each figure of a plan to reserve is made, in words that a reader can follow with a pencil, and which assumptions it hangs on.
import type { ReservedUnit, TokenClass } from '../catalogue/reserved-units.ts';
import type { Sourced } from '../catalogue/sourced.ts';
import type { ResolvedReservePlan } from '../reserved/plan.ts';
import { offersOf } from '../reserved/reserve-model.ts';
import type { FigureWords } from './power-words.ts';

/** Where every class costs on demand in proportion to what it counts, lengths decide nothing of a break-even. */
function isInProportion(
  { weights }: ReservedUnit,
  on_demand: ResolvedReservePlan['workloads'][string]['on_demand'],
): boolean {
  const ratios = (Object.entries(on_demand) as [TokenClass, Sourced][]).map(([of, { value, low, high }]) => {
    const weight = weights[of];
    const known = weight !== undefined && weight !== 'unknown' && (low ?? value) === (high ?? value);
    return known ? value / weight.value : Number.NaN;
  });
  return ratios.every((ratio) => Math.abs(ratio - ratios[0]!) <= 1e-12 * ratio);
}

/** By the figure's id. */
export function reserveFigures(plan: ResolvedReservePlan): Readonly<Record<string, FigureWords>> {
  const workloads = Object.entries(plan.workloads).map(([name, { demand, on_demand }]) => {
    const lengths = demand.typed === undefined ? [] : [`${name}.input`, `${name}.output`];
    const level = demand.typed === undefined ? [`${name}.level`] : [`${name}.requests`];
    const cached = demand.typed === undefined ? [] : [`${name}.cached`];
    const prices = Object.keys(on_demand).map((of) => `${name}.on_demand.${of}`);
    const asked = [...lengths, ...cached];
    const even = [...(isInProportion(plan.unit, on_demand) ? [] : asked), ...prices];
    return { name, each: [...asked, ...prices], even, amount: [...level, `${name}.growth`] };
  });
  const months = Array.from({ length: plan.months }, (_, month) => `month.${month + 1}`);
  const demand = [...workloads.flatMap(({ each, amount }) => [...each, ...amount]), ...months];
  const offers = offersOf(plan).map(([name]) => `offers.${name}`);
  const all = [...demand, ...offers, 'throughput'];
  const evens = offersOf(plan).flatMap(([offer]) =>
    workloads.map(({ name, even }): [string, FigureWords] => [
      `break_even.${offer}.${name}`,
      {
        formula:
          'price of a unit an hour ÷ (what one carries an hour ÷ Σ tokens of a request × their weights × Σ tokens of a request × their prices on demand)',
        of: [`offers.${offer}`, 'throughput', ...even],
      },
    ]),
  );
  return { ...wholeFigures(all, demand), ...Object.fromEntries(evens) };
}

/** `all`: what a decision hangs on; `demand`: what paying as one goes does. */
const wholeFigures = (all: readonly string[], demand: readonly string[]): Readonly<Record<string, FigureWords>> => ({
  units: {
    formula:
      'what a mixed-integer program of all months, terms and sizes that are sold buys in the first month, at the likely value of every assumption; decided once, not by draw',
    of: all,
  },
  best: {
    formula:
      'of each draw: the units at which a unit more would cost more than what it would carry costs on demand (newsvendor: the quantile 1 − reserved price ÷ price on demand of all hours), brought to a size that is sold, on the offer that is cheapest so',
    of: all,
  },
  cost: {
    formula:
      'units bought × price an hour × 730.5 × months of their term + what of the demand they do not carry, at the price on demand + what is owed of a promised spend',
    of: all,
  },
  on_demand: {
    formula: 'Σ months, hours of a month: requests × (Σ tokens of a class × its price on demand), growing by the month',
    of: demand,
  },
  saving: { formula: 'all on demand − the mix, draw by draw', of: all },
  'saving.share': { formula: '1 − the mix ÷ all on demand, draw by draw', of: all },
  utilisation: {
    formula: 'Σ hours: the smaller of units reserved and units asked ÷ Σ hours: units reserved',
    of: all,
  },
  carried: { formula: '1 − what is paid on demand beside the units ÷ all on demand', of: all },
  idle: {
    formula: 'Σ months: price of the units reserved × the share of their hours in which they stand idle',
    of: all,
  },
  'low.idle': {
    formula: 'the same, with growth at its low end and everything else as drawn',
    of: all,
  },
  regret: {
    formula:
      'the mix − the cheapest of four decisions under the same draw: the plans for low, likely and high growth, and to reserve nothing',
    of: all,
  },
  owed: {
    formula: 'share owed × the greater of 0 and (promised − spent by the month of the promise, reserved and on demand)',
    of: all,
  },
  'low.owed': { formula: 'the same, with growth at its low end and everything else as drawn', of: all },
});
