// A plan to reserve: one workload, one seller's unit by its id in the catalogue, what the same tokens cost on demand, the terms on which
// units are offered, and how demand grows. Every price names its source; what the seller leaves unsaid is told where it stands in the file,
// with what to ask or write in its place, before anything is computed.
import { readDocument, type DocumentForm, type ProblemList } from '@weighbridge/document';
import { z } from 'zod';
import { checkSources, sourcesForm, withSources, type Sources } from '../catalogue/catalogue.ts';
import { nearestEntry, type Catalogues } from '../catalogue/catalogues.ts';
import { TOKEN_CLASSES, type ReservedUnit, type TokenClass } from '../catalogue/reserved-units.ts';
import { sourced, type Sourced } from '../catalogue/sourced.ts';
import { growthFitted, growthTyped, type Growth } from '../demand/growth.ts';
import type { TokenLengths } from '../demand/lengths.ts';
import { demandTyped, FLAT_WEEK, weekOf, type TypedDemand, type WeekForm } from '../demand/week.ts';
import { told } from '../numbers/told.ts';
import { id, named } from '../system/names.ts';

/** The plan that ships, by its name. */
export const RESERVE_PLAN_NAME = 'reserve-or-on-demand';
export const RESERVE_PLAN_FILE = new URL('../../data/plans/reserve-or-on-demand.yaml', import.meta.url);

/** Every prompt or answer alike, or a lognormal cut at `most`. */
type LengthWords = number | { readonly median: number; readonly sigma: number; readonly most: number };

interface DemandWords {
  readonly typed?:
    | {
        readonly requests_per_hour: number;
        readonly week?: WeekForm | undefined;
        readonly input: LengthWords;
        readonly output: LengthWords;
        readonly cached: number;
      }
    | undefined;
  /** A recorded trace; `block_tokens`: of its blocks, where prompts that begin alike are to be read from a cache. */
  readonly trace?:
    | { readonly file: string; readonly window_s: number; readonly block_tokens?: number | undefined }
    | undefined;
  /** Hours of receipts, as CSV. */
  readonly receipts?: { readonly file: string } | undefined;
}

interface OfferWords {
  readonly months: number;
  /** Of a unit an hour; or what the catalogue says for `term`. */
  readonly price?: Sourced | undefined;
  readonly term?: string | undefined;
  readonly most?: number | undefined;
}

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
  readonly demand: DemandWords;
  readonly on_demand: Readonly<Partial<Record<TokenClass, Sourced>>>;
  readonly offers: Readonly<Record<string, OfferWords>>;
  readonly months: number;
  readonly growth: { readonly low: number; readonly likely: number; readonly high: number } | readonly number[];
  readonly blocks: number;
}

const MONTHS_MOST = 36;
const words = z.string().min(1).max(400);
const file = z.string().min(1).max(400);
const lengths = z.union([
  z.number().min(1).max(1e8),
  z.strictObject({ median: z.number().min(1), sigma: z.number().min(0).max(5), most: z.number().min(1).max(1e8) }),
]);

const schema = z.strictObject({
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
  demand: z.strictObject({
    typed: z
      .strictObject({
        requests_per_hour: z.number().positive().max(1e12),
        week: z.strictObject({ peak_hour: z.number(), night: z.number(), weekend: z.number() }).optional(),
        input: lengths,
        output: lengths,
        cached: z.number().min(0).max(1).default(0),
      })
      .optional(),
    trace: z
      .strictObject({
        file,
        window_s: z.number().min(1).max(86_400).default(60),
        block_tokens: z.int().min(1).max(1_000_000).optional(),
      })
      .optional(),
    receipts: z.strictObject({ file }).optional(),
  }),
  on_demand: z.partialRecord(z.enum(TOKEN_CLASSES), sourced(['USD/Mtok'], { most: 1e6 })),
  offers: named(
    z.strictObject({
      months: z.int().min(1).max(MONTHS_MOST),
      price: sourced(['USD/hour'], { above: true, most: 1e6 }).optional(),
      term: z.string().min(1).max(40).optional(),
      most: z.number().positive().max(1e9).optional(),
    }),
  ).refine((held) => Object.keys(held).length > 0, 'write one offer at least'),
  months: z.int().min(1).max(MONTHS_MOST),
  growth: z.union([
    z.strictObject({ low: z.number(), likely: z.number(), high: z.number() }),
    z.array(z.number()).max(240),
  ]),
  blocks: z.int().min(1).max(48).default(8),
}) as unknown as z.ZodType<ReservePlan>;

/** Throws PLAN_INVALID with every fault, its line and what mends it. `file`: its name in messages. */
export function readReservePlan(name: string, content: string, catalogues: Catalogues): ReservePlan {
  const plan = readDocument(name, content, formFor(catalogues));
  return withSources(plan, plan.sources) as ReservePlan;
}

export const growthOf = ({ growth }: ReservePlan): Growth =>
  'low' in growth ? growthTyped(growth.low, growth.likely, growth.high) : growthFitted(growth);

export function typedOf({
  requests_per_hour,
  week,
  input,
  output,
  cached,
}: NonNullable<DemandWords['typed']>): TypedDemand {
  const shape = week === undefined ? FLAT_WEEK : weekOf(week);
  return { requests_per_hour, week: shape, input: lengthsOf(input), output: lengthsOf(output), cached };
}

const lengthsOf = (held: LengthWords): TokenLengths =>
  typeof held === 'number' ? { kind: 'fixed', tokens: held } : { kind: 'lognormal', ...held };

const formFor = (catalogues: Catalogues): DocumentForm<ReservePlan> => ({
  what: 'the plan',
  code: 'PLAN_INVALID',
  schema,
  meaning: (plan, problems) => {
    for (const key of ['on_demand', 'offers'] as const)
      checkSources(plan[key], [key], Object.keys(plan.sources), problems);
    checkDemand(plan, problems);
    told(problems, ['growth'], () => growthOf(plan));
    checkUnit(plan, catalogues['reserved-units'], problems);
  },
});

function checkDemand({ demand }: ReservePlan, problems: ProblemList): void {
  const said = Object.keys(demand);
  if (said.length !== 1)
    problems.error(
      ['demand'],
      said.length === 0 ? 'no demand is given' : `demand is given ${said.length} times (${said.join(', ')})`,
      'write one of `typed`, `trace` and `receipts`',
      'key',
    );
  const { typed } = demand;
  if (typed !== undefined) told(problems, ['demand', 'typed'], () => demandTyped(typedOf(typed)));
}

function checkUnit(plan: ReservePlan, units: Catalogues['reserved-units'], problems: ProblemList): void {
  const unit = units.get(plan.unit);
  if (unit === undefined)
    return problems.error(
      ['unit'],
      `"${plan.unit}" is not in the catalogue of reserved-units`,
      `${nearestUnit(plan.unit, [...units.keys()])}, or give a file of your own with --catalogue`,
    );
  const ask = 'ask the seller, and give the entry with its answer in a file of your own (--catalogue)';
  if (unit.closed !== undefined)
    problems.error(['unit'], `${plan.unit} is closed: ${unit.closed}`, 'name another unit');
  if (unit.throughput === 'unknown')
    problems.error(['unit'], `of ${plan.unit} the seller does not say what one unit carries in public`, ask);
  if (unit.beside !== undefined && unit.beside.length > 0)
    problems.error(
      ['unit'],
      `${plan.unit} is only bought with ${unit.beside.join(', ')}, and a plan decides on one unit`,
      'name another unit',
    );
  const form = Object.hasOwn(unit.deployments, plan.deployment) ? unit.deployments[plan.deployment] : undefined;
  if (form === undefined)
    return problems.error(
      ['deployment'],
      `${plan.unit} is not sold as "${plan.deployment}"`,
      nearestEntry(plan.deployment, Object.keys(unit.deployments)),
    );
  for (const size of ['minimum', 'increment'] as const)
    if (form[size] === 'unknown' && plan.sold[size] === undefined)
      problems.error(
        ['deployment'],
        `of ${plan.unit} the seller does not say its ${size} in public`,
        `write your contract's under \`sold: { ${size}: … }\``,
      );
  for (const [name, offer] of Object.entries(plan.offers)) checkOffer(plan.unit, form, name, offer, problems);
}

const nearestUnit = (name: string, known: readonly string[]): string =>
  nearestEntry(name, known).startsWith('did you mean')
    ? nearestEntry(name, known)
    : 'see `weighbridge plan catalogue list reserved-units`';

function checkOffer(
  unit: string,
  { prices = {} }: ReservedUnit['deployments'][string],
  name: string,
  { price, term }: OfferWords,
  problems: ProblemList,
): void {
  const at = ['offers', name];
  if ((price === undefined) === (term === undefined))
    return problems.error(
      at,
      price === undefined ? 'the offer has no price' : 'the offer has a price of its own and a term of the catalogue',
      'write `price`, of a unit an hour, or `term` in the words of the catalogue',
      'key',
    );
  if (term === undefined || (prices[term] ?? 'unknown') !== 'unknown') return;
  const known = Object.keys(prices).filter((each) => prices[each] !== 'unknown');
  problems.error(
    [...at, 'term'],
    `nobody says what a unit of ${unit} costs for the term "${term}"`,
    `write \`price\` in its place, from your own offer${known.length > 0 ? `, or a term whose price is known: ${known.join(', ')}` : ''}`,
  );
}
