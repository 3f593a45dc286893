// Of a report: what was promised against what came, and what it means for the organisation.
import type { ScenarioDelivery, ScenarioMeaning, ScenarioSide, ScenarioUnit } from '@weighbridge/protocol';
import { bandTexts, valueIn } from './figures.ts';
import { currencyOf } from './quantity.ts';
import type { Sample } from './sample.ts';
import type { Meaning, Summary } from './summary.ts';
import type { Target } from './targets.ts';

const CENTS = 100;
const MEGAWATT = 1e6;

export function deliveriesOf({ targets, scenario }: Sample, { deliveries }: Summary): ScenarioDelivery[] {
  return deliveries.flatMap((delivery, index) => {
    const { promised, delivered, met, source, ...held } = delivery;
    const target = targets[index];
    if (target === undefined) return [];
    const { unit, scale } = shownIn(target);
    return {
      ...held,
      measure: target.condition.measure,
      promised: valueIn(unit, promised * scale),
      unit,
      source: scenario.sources[source] ?? source,
      delivered: bandTexts(unit, delivered, scale),
      met: { ...met },
    };
  });
}

/** Amounts whole, and not in billions; power in megawatts or gigawatts. */
function shownIn({ unit, scale }: Target): { readonly unit: ScenarioUnit; readonly scale: number } {
  if (currencyOf(unit) !== undefined) return { unit: 'money', scale: scale / CENTS };
  if (unit === 'racks' || unit === 'GW' || unit === 'MW') return { unit, scale: 1 };
  return { unit: 'MW', scale: scale / MEGAWATT };
}

export function organisationOf({ organisation }: Summary): ScenarioSide['organisation'] {
  const { name, price, lead_time: lead, exit_cost: exit, capacity_risk: risk, years } = organisation;
  return {
    name,
    price: meaning(price, 'money/Mtok'),
    capacity_risk: { ...risk },
    lead_time: meaning(lead, 'months'),
    exit_cost: meaning(exit, 'money'),
    years: years.map(({ year, price: paid, capacity_risk: missed, exit_cost: leaving }) => ({
      year,
      price: bandTexts('money/Mtok', paid),
      capacity_risk: missed,
      exit_cost: bandTexts('money', leaving),
    })),
  };
}

const meaning = ({ title, method, band }: Meaning, unit: ScenarioUnit): ScenarioMeaning => ({
  title,
  method,
  unit,
  band: bandTexts(unit, band),
});
