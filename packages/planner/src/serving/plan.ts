// A plan for serving: which model in which precision on which racks, for calls of which length, under which limits, and how many calls
// come. How the model is split over chips is searched, not stated.
import {
  checkDocument,
  readDocument,
  type CheckedDocument,
  type DocumentForm,
  type ProblemList,
} from '@weighbridge/document';
import { z } from 'zod';
import { checkSources, withSources } from '../catalogue/catalogue.ts';
import type { Catalogues } from '../catalogue/catalogues.ts';
import { PRECISIONS, type Precision } from '../catalogue/models.ts';
import { checkName, checkSite, siteKeys, siteOf, type Site, type SiteWords } from '../catalogue/site.ts';
import { sourced, type Sourced } from '../catalogue/sourced.ts';
import { id } from '../system/names.ts';

/** Stated as one number; a control sets the number itself. */
export const WORK = ['input', 'output', 'calls', 'tpot'] as const;
export type Work = Readonly<Record<(typeof WORK)[number], number>>;

export interface ServingPlan extends SiteWords {
  readonly version: 1;
  readonly plan: 'serving';
  readonly name: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly rack: string;
  readonly model: string;
  readonly precision: Precision;
  /** Chips that one copy of the model may take. */
  readonly chips_most: number;
  /** Tokens of a call, calls a second on average, and milliseconds that a token may take. */
  readonly work: Work;
  /** Share of the input that a cache holds. */
  readonly prefix: number;
  /** Milliseconds to the first token, of 99 calls in a hundred. */
  readonly ttft: number;
  /** Demand of the hour that is sized for ÷ mean. */
  readonly peak: Sourced;
}

export interface ResolvedServingPlan extends Omit<ServingPlan, keyof SiteWords>, Site {}

const words = z.string().min(1).max(400);

const schema = z.strictObject({
  version: z.literal(1),
  plan: z.literal('serving'),
  name: id,
  title: words,
  note: z.string().min(1).max(2000).optional(),
  ...siteKeys,
  rack: z.string(),
  model: z.string(),
  precision: z.enum(PRECISIONS),
  chips_most: z.int().min(1).max(1024),
  work: z.strictObject({
    input: z.number().min(1).max(1e7),
    output: z.number().min(1).max(1e7),
    calls: z.number().positive().max(1e6),
    tpot: z.number().positive().max(1e5),
  }),
  prefix: z.number().min(0).max(1).default(0),
  ttft: z.number().positive().max(1e7),
  peak: sourced(['ratio'], { least: 1, most: 100 }),
}) as unknown as z.ZodType<ServingPlan>;

export const readServingFile = (file: string, content: string, catalogues: Catalogues): ServingPlan =>
  readDocument(file, content, formFor(catalogues));

export const checkServingPlan = (content: string, catalogues: Catalogues): CheckedDocument<ServingPlan> =>
  checkDocument(content, formFor(catalogues));

export function resolveServingPlan(plan: ServingPlan, catalogues: Catalogues): ResolvedServingPlan {
  const said = withSources(plan, plan.sources) as ServingPlan;
  return { ...said, ...siteOf(said, [plan.rack], catalogues) };
}

const NEEDED = ['pue_design', 'it_overhead', 'utility', 'shell'] as const;

/** Of a plan that was changed after it was read: what the change left wrong. */
export function checkServingNames(plan: ServingPlan, catalogues: Catalogues, problems: ProblemList): void {
  checkSite(plan, catalogues, problems, NEEDED);
  checkName(['rack'], plan.rack, 'racks', catalogues, problems);
  checkName(['model'], plan.model, 'models', catalogues, problems);
  const rack = { ...catalogues.racks.get(plan.rack), ...plan.assumptions.racks[plan.rack] };
  if (rack.price === undefined && catalogues.racks.has(plan.rack))
    problems.error(
      ['rack'],
      `"${plan.rack}" has no price: none with a source is known`,
      `state \`price\` under assumptions.racks.${plan.rack}`,
    );
}

const formFor = (catalogues: Catalogues): DocumentForm<ServingPlan> => ({
  what: 'the plan',
  code: 'PLAN_INVALID',
  schema,
  meaning: (plan, problems) => {
    checkServingNames(plan, catalogues, problems);
    checkSources(plan.peak, ['peak'], Object.keys(plan.sources), problems);
  },
});
