// The form of a plan to reserve: workloads that share one seller's unit by its id in the catalogue, what the same tokens cost on demand,
// the terms on which units are offered, and how demand grows. Every price names its source. What the form cannot see is in plan.ts.
import { z } from 'zod';
import { sourcesForm, type Sources } from '../catalogue/catalogue.ts';
import { TOKEN_CLASSES, type TokenClass } from '../catalogue/reserved-units.ts';
import { sourced, type Range, type Sourced } from '../catalogue/sourced.ts';
import type { WeekForm } from '../demand/week.ts';
import { id, named } from '../system/names.ts';

/** Every prompt or answer alike, or a lognormal cut at `most`. */
export type LengthWords = number | { readonly median: number; readonly sigma: number; readonly most: number };

/** Known, or between two ends. */
export type Amount = number | Range;

export interface TypedWords {
  /** Mean over the week. */
  readonly requests_per_hour: Amount;
  readonly week?: WeekForm | undefined;
  readonly input: LengthWords;
  readonly output: LengthWords;
  /** Share of prompt tokens that are read from a cache. */
  readonly cached: Amount;
}

/** A recorded trace; `block_tokens`: of its blocks, where prompts that begin alike are to be read from a cache. */
export interface TraceWords {
  readonly file: string;
  readonly window_s: number;
  readonly block_tokens?: number | undefined;
}

export const RECEIPT_FILTERS = ['route', 'model', 'deployment', 'team', 'project'] as const;

/** The last days of an instance's own receipts, all or those of one route, model and so on. */
export type OwnWords = { readonly days: number } & {
  readonly [Name in (typeof RECEIPT_FILTERS)[number]]?: string | undefined;
};

export interface DemandWords {
  readonly typed?: TypedWords | undefined;
  readonly trace?: TraceWords | undefined;
  /** Hours of receipts: a table of them, or an instance's own. */
  readonly receipts?: { readonly file: string } | OwnWords | undefined;
}

export interface WorkloadWords {
  readonly demand: DemandWords;
  readonly on_demand: Readonly<Partial<Record<TokenClass, Sourced>>>;
  /** Of a month over the one before; or the totals of months, which it is then fitted to. */
  readonly growth: Range | readonly number[];
}

export interface OfferWords {
  readonly months: number;
  /** Of a unit an hour; or what the catalogue says for `term`. */
  readonly price?: Sourced | undefined;
  readonly term?: string | undefined;
  readonly most?: number | undefined;
}

/** Any of the offers may be bought. */
export const ANY_TERM = 'any';

export interface ReservePlan {
  readonly version: 1;
  readonly plan: 'reserve';
  readonly name: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly sources: Sources;
  readonly unit: string;
  readonly deployment: string;
  /** Sizes of one's own contract, where the seller says none. */
  readonly sold: { readonly minimum?: number | undefined; readonly increment?: number | undefined };
  readonly workloads: Readonly<Record<string, WorkloadWords>>;
  readonly offers: Readonly<Record<string, OfferWords>>;
  /** Which of the offers may be bought. */
  readonly terms: string;
  /** What was promised to be spent by the end of a month, and which share of what is missing then is owed. */
  readonly promised?: { readonly spend: number; readonly by: number; readonly owed: number } | undefined;
  readonly months: number;
  /** Parts that a month's hours are sorted into, from the quietest to the busiest. */
  readonly blocks: number;
}

const MONTHS_MOST = 36;
const WORKLOADS_MOST = 8;
const OFFERS_MOST = 12;
const DAYS_MOST = 184;
const words = z.string().min(1).max(400);
const file = z.string().min(1).max(400);
const value = z.string().min(1).max(200);
const lengths = z.union([
  z.number().min(1).max(1e8),
  z.strictObject({ median: z.number().min(1), sigma: z.number().min(0).max(5), most: z.number().min(1).max(1e8) }),
]);
const amount = (number: z.ZodNumber) =>
  z.union([number, z.strictObject({ low: number, likely: number, high: number })]);

const demand = z.strictObject({
  typed: z
    .strictObject({
      requests_per_hour: amount(z.number().positive().max(1e12)),
      week: z.strictObject({ peak_hour: z.number(), night: z.number(), weekend: z.number() }).optional(),
      input: lengths,
      output: lengths,
      cached: amount(z.number().min(0).max(1)).default(0),
    })
    .optional(),
  trace: z
    .strictObject({
      file,
      window_s: z.number().min(1).max(86_400).default(60),
      block_tokens: z.int().min(1).max(1_000_000).optional(),
    })
    .optional(),
  receipts: z
    .union([
      z.strictObject({ file }),
      z.strictObject({
        days: z.int().min(1).max(DAYS_MOST),
        ...Object.fromEntries(RECEIPT_FILTERS.map((name) => [name, value.optional()])),
      }),
    ])
    .optional(),
});

export const RESERVE_FORM = z.strictObject({
  version: z.literal(1),
  plan: z.literal('reserve'),
  name: id,
  title: words,
  note: z.string().min(1).max(2000).optional(),
  sources: sourcesForm.default({}),
  unit: z.string().min(1).max(60),
  deployment: z.string().min(1).max(40),
  sold: z
    .strictObject({
      minimum: z.number().positive().max(1e6).optional(),
      increment: z.number().positive().max(1e6).optional(),
    })
    .default({}),
  workloads: named(
    z.strictObject({
      demand,
      on_demand: z.partialRecord(z.enum(TOKEN_CLASSES), sourced(['USD/Mtok'], { most: 1e6 })),
      growth: z.union([
        z.strictObject({ low: z.number(), likely: z.number(), high: z.number() }),
        z.array(z.number()).max(240),
      ]),
    }),
  ).refine(
    (held) => Object.keys(held).length > 0 && Object.keys(held).length <= WORKLOADS_MOST,
    `write 1 to ${WORKLOADS_MOST} workloads`,
  ),
  offers: named(
    z.strictObject({
      months: z.int().min(1).max(MONTHS_MOST),
      price: sourced(['USD/hour'], { above: true, most: 1e6 }).optional(),
      term: z.string().min(1).max(40).optional(),
      most: z.number().positive().max(1e9).optional(),
    }),
  ).refine(
    (held) => Object.keys(held).length > 0 && Object.keys(held).length <= OFFERS_MOST,
    `write 1 to ${OFFERS_MOST} offers`,
  ),
  terms: z.string().min(1).max(40).default(ANY_TERM),
  promised: z
    .strictObject({
      spend: z.number().positive().max(1e12),
      by: z.int().min(1).max(MONTHS_MOST),
      owed: z.number().min(0).max(1).default(1),
    })
    .optional(),
  months: z.int().min(1).max(MONTHS_MOST),
  blocks: z.int().min(1).max(48).default(8),
}) as unknown as z.ZodType<ReservePlan>;
