// A plan for serving: which model in which precision on which racks, for calls of which lengths, under which limits, how many come and
// when. How the model is split over chips is searched where the plan does not give it.
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
import { lengthMoments, lengthQuantile, type TokenLengths } from '../demand/lengths.ts';
import { id } from '../system/names.ts';
import { checkCallLengths, lengthForm } from './call-lengths.ts';

export const SEARCHED = 'search';
/** A part of the way that is given, or left to the search. */
type Given = number | typeof SEARCHED;

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
  readonly work: {
    readonly input: TokenLengths;
    readonly output: TokenLengths;
    readonly calls: number;
    readonly tpot: number;
  };
  /** `alike`: every call has the mean of its lengths. */
  readonly lengths: 'drawn' | 'alike';
  /** Share of the input that a cache holds. */
  readonly prefix: number;
  /** Milliseconds to the first token, of 99 calls in a hundred. */
  readonly ttft: number;
  /** Tokens guessed in each step, and the chance that one is right. */
  readonly speculative: { readonly drafted: number; readonly accepted: number };
  /** `apart`: prompts are computed on chips of their own. */
  readonly prefill: 'together' | 'apart';
  /** Of the ways within the limits: the one with the most tokens of a chip, or with the fewest chips. */
  readonly pick: 'rate' | 'chips';
  readonly way: {
    readonly tensor: Given;
    readonly pipeline: Given;
    readonly attention: Given;
    readonly experts: 'whole' | 'sliced' | typeof SEARCHED;
    /** Calls in flight in one copy, and copies of the model. */
    readonly batch: Given;
    readonly copies: Given;
  };
  /** Demand of the hour that is sized for ÷ mean; or a week that it follows from. One of the two. */
  readonly peak?: Sourced | undefined;
  readonly week?: { readonly peak_hour: number; readonly night: Sourced; readonly weekend: Sourced } | undefined;
  readonly growth?: { readonly a_month: Sourced; readonly months: number } | undefined;
  /** A long context to be looked at, and gigabytes of the host's memory that each chip may keep a cache in. */
  readonly context: { readonly tokens: number; readonly host: number };
}

export interface ResolvedServingPlan extends Omit<ServingPlan, keyof SiteWords>, Site {
  /** Of a call, on average. */
  readonly mean: { readonly input: number; readonly output: number };
}

const words = z.string().min(1).max(400);
const given = (most: number) => z.union([z.literal(SEARCHED), z.int().min(1).max(most)]).default(SEARCHED);

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
    input: lengthForm,
    output: lengthForm,
    calls: z.number().positive().max(1e6),
    tpot: z.number().positive().max(1e5),
  }),
  lengths: z.enum(['drawn', 'alike']).default('drawn'),
  prefix: z.number().min(0).max(1).default(0),
  ttft: z.number().positive().max(1e7),
  speculative: z
    .strictObject({ drafted: z.int().min(0).max(16), accepted: z.number().min(0).max(1).default(0.7) })
    .default({ drafted: 0, accepted: 0.7 }),
  prefill: z.enum(['together', 'apart']).default('together'),
  pick: z.enum(['rate', 'chips']).default('rate'),
  way: z
    .strictObject({
      tensor: given(1024),
      pipeline: given(64),
      attention: given(1024),
      experts: z.enum([SEARCHED, 'whole', 'sliced']).default(SEARCHED),
      batch: given(100_000),
      copies: given(10_000),
    })
    .prefault({}),
  peak: sourced(['ratio'], { least: 1, most: 100 }).optional(),
  week: z
    .strictObject({
      peak_hour: z.int().min(0).max(23),
      night: sourced(['share'], { above: true, most: 1 }),
      weekend: sourced(['share'], { most: 1 }),
    })
    .optional(),
  growth: z.strictObject({ a_month: sourced(['share'], { most: 1 }), months: z.int().min(1).max(120) }).optional(),
  context: z
    .strictObject({ tokens: z.int().min(2).max(1e8).default(131_072), host: z.number().min(0).max(1e5).default(0) })
    .prefault({}),
}) as unknown as z.ZodType<ServingPlan>;

export const readServingFile = (file: string, content: string, catalogues: Catalogues): ServingPlan =>
  readDocument(file, content, formFor(catalogues));

export const checkServingPlan = (content: string, catalogues: Catalogues): CheckedDocument<ServingPlan> =>
  checkDocument(content, formFor(catalogues));

export function resolveServingPlan(plan: ServingPlan, catalogues: Catalogues): ResolvedServingPlan {
  const said = withSources(plan, plan.sources) as ServingPlan;
  const mean = { input: lengthMoments(said.work.input).mean, output: lengthMoments(said.work.output).mean };
  const fixed = (tokens: number): TokenLengths => ({ kind: 'fixed', tokens });
  const work =
    said.lengths === 'alike' ? { ...said.work, input: fixed(mean.input), output: fixed(mean.output) } : said.work;
  return { ...said, ...siteOf(said, [plan.rack], catalogues), work, mean };
}

/** Tokens of the longest call that the lengths allow. */
export const longestCall = ({ work }: Pick<ServingPlan, 'work'>): number =>
  lengthQuantile(work.input, 1) + lengthQuantile(work.output, 1);

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
  const { tensor, pipeline } = plan.way;
  const chips = (tensor === SEARCHED ? 1 : tensor) * (pipeline === SEARCHED ? 1 : pipeline);
  if (chips > plan.chips_most)
    problems.error(
      ['way'],
      `a copy on ${chips} chips cannot be: chips_most is ${plan.chips_most}`,
      `raise chips_most to ${chips}, or split over fewer`,
    );
}

const formFor = (catalogues: Catalogues): DocumentForm<ServingPlan> => ({
  what: 'the plan',
  code: 'PLAN_INVALID',
  schema,
  meaning: (plan, problems) => {
    checkServingNames(plan, catalogues, problems);
    for (const each of ['peak', 'week', 'growth'] as const)
      checkSources(plan[each], [each], Object.keys(plan.sources), problems);
    for (const side of ['input', 'output'] as const) checkCallLengths(side, plan.work[side], problems);
    if ((plan.peak === undefined) === (plan.week === undefined))
      problems.error(
        [plan.peak === undefined ? 'work' : 'peak'],
        plan.peak === undefined ? 'it is not said how demand comes' : 'demand has both a peak and a week',
        'write `week`, from which the peak follows, or `peak`: one of the two',
      );
  },
});
