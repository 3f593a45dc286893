// A plan for tokens: chips of one kind at a site, how many tokens a second one makes, what the seller asks for the same tokens, what a
// call of one's own is made of, and how much is wanted. Out come should-cost, the four ways on one chart, and energy.
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
import { checkName, checkSite, siteKeys, siteOf, type Site, type SiteWords } from '../catalogue/site.ts';
import { sourced, type Sourced } from '../catalogue/sourced.ts';
import { id } from '../system/names.ts';
import { TOKEN_CLASSES, type TokenClass } from './tokens.ts';

export interface CostPlan extends SiteWords {
  readonly version: 1;
  readonly plan: 'cost';
  readonly name: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly rack: string;
  /** Tokens a second of one chip while it works, by class. */
  readonly throughput: Readonly<Record<TokenClass, Sourced>>;
  /** The seller's, of a million tokens. */
  readonly prices: Readonly<Record<TokenClass, Sourced>>;
  /** Tokens of a call of one's own. */
  readonly call: Readonly<Record<TokenClass, number>>;
  /** Million tokens a month. */
  readonly demand: { readonly from: number; readonly to: number; readonly peak: Sourced; readonly headroom: Sourced };
  readonly reserve?:
    | {
        readonly unit: string;
        readonly hour: Sourced;
        readonly capacity: Sourced;
        readonly least: number;
        readonly step: number;
      }
    | undefined;
}

const words = z.string().min(1).max(400);
const byClass = <Form extends z.ZodType>(form: Form) => z.strictObject({ input: form, cached: form, output: form });

const schema = z.strictObject({
  version: z.literal(1),
  plan: z.literal('cost'),
  name: id,
  title: words,
  note: z.string().min(1).max(2000).optional(),
  ...siteKeys,
  rack: z.string(),
  throughput: byClass(sourced(['tokens/s', 'tokens/min'], { above: true, most: 1e9 })),
  prices: byClass(sourced(['USD/Mtok'], { most: 1e6 })),
  call: byClass(z.number().min(0).max(1e9)),
  demand: z.strictObject({
    from: z.number().positive().max(1e12),
    to: z.number().positive().max(1e12),
    peak: sourced(['ratio'], { least: 1, most: 100 }),
    headroom: sourced(['share'], { above: true, most: 1 }),
  }),
  reserve: z
    .strictObject({
      unit: words,
      hour: sourced(['USD/hour'], { above: true }),
      capacity: sourced(['tokens/min', 'tokens/s'], { above: true }),
      least: z.int().min(1).max(1e6),
      step: z.int().min(1).max(1e6),
    })
    .optional(),
}) as unknown as z.ZodType<CostPlan>;

export interface ResolvedCostPlan extends Omit<CostPlan, keyof SiteWords>, Site {}

/** Throws PLAN_INVALID with every fault, its line and what mends it. `file`: its name in messages. */
export function readCostPlan(file: string, content: string, catalogues: Catalogues): ResolvedCostPlan {
  return resolveCostPlan(readCostFile(file, content, catalogues), catalogues);
}

/** As `readCostPlan`, with nothing looked up yet. */
export const readCostFile = (file: string, content: string, catalogues: Catalogues): CostPlan =>
  readDocument(file, content, formFor(catalogues));

export const checkCostPlan = (content: string, catalogues: Catalogues): CheckedDocument<CostPlan> =>
  checkDocument(content, formFor(catalogues));

/** What a plan names looked up, and its own assumptions in their place. */
export function resolveCostPlan(plan: CostPlan, catalogues: Catalogues): ResolvedCostPlan {
  const said = withSources(plan, plan.sources) as CostPlan;
  return { ...said, ...siteOf(said, [plan.rack], catalogues) };
}

/** Of a plan that was changed after it was read: what the change left wrong. */
export function checkCostNames(plan: CostPlan, catalogues: Catalogues, problems: ProblemList): void {
  checkSite(plan, catalogues, problems, NEEDED);
  checkName(['rack'], plan.rack, 'racks', catalogues, problems);
  checkPrice(plan, catalogues, problems);
}

const NEEDED = ['pue_design', 'it_overhead', 'utility', 'shell'] as const;

const formFor = (catalogues: Catalogues): DocumentForm<CostPlan> => ({
  what: 'the plan',
  code: 'PLAN_INVALID',
  schema,
  meaning: (plan, problems) => {
    checkCostNames(plan, catalogues, problems);
    for (const key of ['throughput', 'prices', 'demand', 'reserve'] as const)
      checkSources(plan[key], [key], Object.keys(plan.sources), problems);
    if (plan.demand.to <= plan.demand.from)
      problems.error(['demand', 'to'], 'the chart ends before it begins', 'write more than `from`');
    if (TOKEN_CLASSES.every((each) => plan.call[each] === 0))
      problems.error(['call'], 'a call has no token', 'say how many of each class it has', 'key');
  },
});

function checkPrice(plan: CostPlan, catalogues: Catalogues, problems: ProblemList): void {
  const rack = { ...catalogues.racks.get(plan.rack), ...plan.assumptions.racks[plan.rack] };
  if (rack.price === undefined && catalogues.racks.has(plan.rack))
    problems.error(
      ['rack'],
      `"${plan.rack}" has no price: none with a source is known`,
      `state \`price\` under assumptions.racks.${plan.rack}`,
    );
}
