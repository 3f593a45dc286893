// Choices of a plan: something that it names, and what else could be named there. A choice that is made changes a copy of the file as
// it was read, which is then checked like a file.
import { createProblemList, refuseErrors, type ProblemList } from '@weighbridge/document';
import { AppError } from '@weighbridge/kernel';
import type { PlanChoice } from '@weighbridge/protocol';
import type { Catalogues } from '../catalogue/catalogues.ts';
import type { PlanHead } from './report.ts';

/** What may be named at a place of the file, the path of which is its id. */
export interface Offered extends Pick<PlanChoice, 'id' | 'title' | 'options'> {
  /** Options in digits stand for numbers in the file. */
  readonly numbers?: true;
}

export const optionsOf = (entries: ReadonlyMap<string, { readonly name: string }>): PlanChoice['options'] =>
  [...entries].map(([id, { name }]) => ({ id, title: name }));

/** Where every kind of plan stands. */
export const siteChoices = (catalogues: Catalogues): Offered[] => [
  {
    id: 'facility',
    title: 'Kind of site',
    options: optionsOf(new Map([...catalogues.facilities].filter(([, { gates }]) => gates !== undefined))),
  },
  { id: 'grid', title: 'Grid', options: optionsOf(catalogues.grids) },
  { id: 'owner', title: 'Who pays for it', options: optionsOf(catalogues.capex) },
];

export const choicesOf = (stated: PlanHead, plan: PlanHead, offered: readonly Offered[]): PlanChoice[] =>
  offered.map(({ id, title, options }) => ({
    id,
    title,
    options,
    value: valueAt(plan, id),
    stated: valueAt(stated, id),
  }));

/** Throws PLAN_INVALID for a choice or a value that there is none of, and for what `check` finds afterwards. */
export function withChoices<Plan extends PlanHead>(
  plan: Plan,
  choices: Readonly<Record<string, string>>,
  offered: readonly Offered[],
  check: (plan: Plan, problems: ProblemList) => void,
): Plan {
  if (Object.keys(choices).length === 0) return plan;
  const changed = structuredClone(plan);
  for (const [id, value] of Object.entries(choices)) {
    const known = offered.find((each) => each.id === id);
    if (known === undefined)
      throw new AppError('PLAN_INVALID', `the plan has no choice "${id.slice(0, 60)}"`, {
        next: `use one of ${offered.map((each) => each.id).join(', ')}`,
      });
    if (!known.options.some((option) => option.id === value))
      throw new AppError('PLAN_INVALID', `${id} cannot be "${value.slice(0, 60)}"`, {
        next: `use one of ${known.options.map((option) => option.id).join(', ')}`,
      });
    const path = id.split('.');
    const last = path.pop()!;
    const holder = path.reduce<Record<string, unknown>>(
      (held, part) => held[part] as Record<string, unknown>,
      changed as unknown as Record<string, unknown>,
    );
    holder[last] = known.numbers === true && /^\d+$/.test(value) ? Number(value) : value;
  }
  const problems = createProblemList(() => ({ line: 0, column: 0 }), 'PLAN_INVALID');
  check(changed, problems);
  refuseErrors({ what: 'the plan', code: 'PLAN_INVALID' }, plan.name, problems.all);
  return changed;
}

const valueAt = (plan: PlanHead, id: string): string =>
  String(id.split('.').reduce<unknown>((held, part) => (held as Record<string, unknown>)[part], plan));
