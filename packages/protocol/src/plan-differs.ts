// In what two plans of one kind differ: choices that were made otherwise, and assumptions with another range. It is what a reader of two
// columns must know first, on the page as on paper; each formats the ranges itself.
import type { PlanChoice, PlanControl, PlanRange, PlanReport } from './control/plan.ts';

export type PlanDiffers =
  | { readonly is: 'choice'; readonly id: string; readonly title: string; readonly texts: readonly [string, string] }
  | {
      readonly is: 'range';
      readonly id: string;
      readonly title: string;
      readonly unit: string;
      /** Null: this side has no such assumption. */
      readonly ranges: readonly [PlanRange | null, PlanRange | null];
    };

/** Empty where the two say the same, or are of different kinds. */
export function planDiffers(first: PlanReport, second: PlanReport): PlanDiffers[] {
  if (first.kind !== second.kind) return [];
  const choices = first.choices.flatMap((choice): PlanDiffers[] => {
    const other = second.choices.find(({ id }) => id === choice.id);
    if (other === undefined || other.value === choice.value) return [];
    const { id, title } = choice;
    return [{ is: 'choice', id, title, texts: [named(choice), named(other)] }];
  });
  const ids = new Set([...first.controls, ...second.controls].map(({ id }) => id));
  const ranges = [...ids].flatMap((id): PlanDiffers[] => {
    const [one, other] = [controlIn(first, id), controlIn(second, id)];
    const told = one ?? other;
    if (told === undefined || (one !== undefined && other !== undefined && same(one.range, other.range))) return [];
    return [
      { is: 'range', id, title: told.title, unit: told.unit, ranges: [one?.range ?? null, other?.range ?? null] },
    ];
  });
  return [...choices, ...ranges];
}

const named = ({ value, options }: PlanChoice): string => options.find(({ id }) => id === value)?.title ?? value;

const controlIn = ({ controls }: PlanReport, id: string): PlanControl | undefined =>
  controls.find((control) => control.id === id);

const same = (a: PlanRange, b: PlanRange): boolean => a.low === b.low && a.likely === b.likely && a.high === b.high;
