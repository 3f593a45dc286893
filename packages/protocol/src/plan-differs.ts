// In what two plans of one kind differ: choices that were made otherwise, and assumptions of both with another range. An assumption that
// one alone has follows from a choice, which is told. It is what a reader of two columns must know first, on the page as on paper; each
// formats the ranges itself.
import type { PlanChoice, PlanRange, PlanReport } from './control/plan.ts';

export type PlanDiffers =
  | { readonly is: 'choice'; readonly id: string; readonly title: string; readonly texts: readonly [string, string] }
  | {
      readonly is: 'range';
      readonly id: string;
      readonly title: string;
      readonly unit: string;
      readonly ranges: readonly [PlanRange, PlanRange];
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
  const ranges = first.controls.flatMap(({ id, title, unit, range }): PlanDiffers[] => {
    const other = second.controls.find((control) => control.id === id);
    if (other === undefined || same(range, other.range)) return [];
    return [{ is: 'range', id, title, unit, ranges: [range, other.range] }];
  });
  return [...choices, ...ranges];
}

const named = ({ value, options }: PlanChoice): string => options.find(({ id }) => id === value)?.title ?? value;

const same = (a: PlanRange, b: PlanRange): boolean => a.low === b.low && a.likely === b.likely && a.high === b.high;
