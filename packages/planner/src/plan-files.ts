// The plans that ship, by name, and what kind of plan a text is.
import { AppError } from '@weighbridge/kernel';
import { nearestEntry } from './catalogue/catalogues.ts';

export const PLAN_FILES: Readonly<Record<string, URL>> = {
  'one-gigawatt': new URL('../data/plans/one-gigawatt.yaml', import.meta.url),
  'own-or-buy': new URL('../data/plans/own-or-buy.yaml', import.meta.url),
};

export const PLAN_KINDS = ['power', 'cost'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** As the file says under `plan`. Throws PLAN_INVALID. */
export function planKindOf(file: string, text: string): PlanKind {
  const said = /^plan:[ \t]*["']?([\w-]*)/m.exec(text)?.[1] ?? '';
  const known: readonly string[] = PLAN_KINDS;
  if (known.includes(said)) return said as PlanKind;
  throw new AppError('PLAN_INVALID', `${file} does not say what kind of plan it is ("plan: ${said}")`, {
    next: said === '' ? `write \`plan:\` with one of ${known.join(', ')}` : nearestEntry(said, known),
  });
}
