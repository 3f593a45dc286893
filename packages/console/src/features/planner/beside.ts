// Two plans side by side: the sentence of the second, in what the two differ, and what lies between their figures.
import { planDiffers, type PlanReport, type PlanRun } from '@weighbridge/protocol';
import { bandParts, capital, rangeText, type BandParts } from './figures.ts';

export interface DifferText {
  readonly key: string;
  readonly title: string;
  readonly texts: readonly [string, string];
}

export interface BesideText {
  /** What stands beside it, in words. */
  readonly title: string;
  readonly says: string;
  /** Those first that a reader chose; null where the two are of different kinds. */
  readonly differs: readonly DifferText[] | null;
}

export function besideOf({ first, second }: PlanRun, title: string | null): BesideText | null {
  if (second === null) return null;
  return {
    title: title ?? second.title,
    says: second.says,
    differs: second.kind === first.kind ? planDiffers(first, second).map(differText) : null,
  };
}

const differText = (each: ReturnType<typeof planDiffers>[number]): DifferText => {
  const { id: key, title } = each;
  if (each.is === 'choice') return { key, title, texts: each.texts };
  const [one, other] = each.ranges;
  return { key, title: capital(title), texts: [rangeText(one, each.unit), rangeText(other, each.unit)] };
};

/** Of one figure, draw by draw; a dash where the second has none such. */
export function differenceIn(differences: PlanRun['differences'], id: string, unit: string): BandParts {
  const band = differences.find(({ figure }) => figure === id)?.difference ?? null;
  if (band === null) return { middle: '–', range: '' };
  const { middle, range } = bandParts(band, unit);
  return { middle: `${band.p50 > 0 ? '+' : ''}${middle}`, range };
}

export const sameKind = ({ first, second }: PlanRun): PlanReport | null =>
  second !== null && second.kind === first.kind ? second : null;
