// How well the values of a scenario are known: how many are reported, assumed, verified, in all and by what they describe.
import { GRADES, isQuantity, type Grade } from './quantity.ts';
import type { Scenario } from './scenario.ts';

export type GradeCounts = Readonly<Record<Grade, number>>;

export interface GradedPart {
  /** A key of the scenario file: `actors`, `sites`. */
  readonly of: string;
  readonly tags: GradeCounts;
}

/** Parts without a value are left out. */
export function gradedParts(scenario: Scenario): GradedPart[] {
  return Object.entries(modelled(scenario))
    .map(([of, part]) => ({ of: of.replaceAll('_', ' '), tags: countIn(part) }))
    .filter(({ tags }) => GRADES.some((grade) => tags[grade] > 0));
}

export const gradeCounts = (scenario: Scenario): GradeCounts => countIn(modelled(scenario));

/** What the sample organisation knows holds no value of the model. */
const modelled = (scenario: Scenario): Omit<Scenario, 'sample'> => {
  const { sample: _, ...parts } = scenario;
  return parts;
};

function countIn(value: unknown): GradeCounts {
  const counts: Record<Grade, number> = { reported: 0, assumed: 0, verified: 0 };
  count(value, counts);
  return counts;
}

function count(value: unknown, counts: Record<Grade, number>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isQuantity(value)) counts[value.grade] += 1;
  else for (const each of Object.values(value)) count(each, counts);
}
