// A plan to reserve, read: what its form cannot see is checked where it stands in the file, so that what a seller leaves unsaid is told
// with what to ask or write in its place before anything is computed. Resolved, it holds the seller's unit and every number that it hangs
// on as a value with a source, which is what a control of a face moves.
import {
  checkDocument,
  readDocument,
  type CheckedDocument,
  type DocumentForm,
  type ProblemList,
} from '@weighbridge/document';
import { checkSources, withSources } from '../catalogue/catalogue.ts';
import { nearestEntry, type Catalogues } from '../catalogue/catalogues.ts';
import type { ReservedUnit } from '../catalogue/reserved-units.ts';
import type { Sourced } from '../catalogue/sourced.ts';
import type { Unit } from '../catalogue/units.ts';
import { growthFitted, growthTyped, type Growth } from '../demand/growth.ts';
import type { TokenLengths } from '../demand/lengths.ts';
import { demandTyped, FLAT_WEEK, weekOf, type TypedDemand } from '../demand/week.ts';
import { told } from '../numbers/told.ts';
import {
  ANY_TERM,
  RESERVE_FORM,
  type Amount,
  type DemandWords,
  type LengthWords,
  type OfferWords,
  type ReservePlan,
  type TypedWords,
  type WorkloadWords,
} from './plan-form.ts';

/** What the plan itself says, of what it says without a source. */
export const OF_THE_PLAN = 'the plan itself';

export interface ResolvedWorkload extends Pick<WorkloadWords, 'demand' | 'on_demand'> {
  /** Requests an hour where they are typed in; else how many times what was seen. */
  readonly level: Sourced;
  /** Only of what is typed in: what was seen says itself what was read from a cache. */
  readonly cached?: Sourced | undefined;
  readonly growth: Sourced;
  readonly scatter: number;
  readonly grown: Growth['how'];
}

export interface ResolvedOffer {
  readonly months: number;
  readonly price: Sourced;
  readonly most?: number | undefined;
}

export interface ResolvedReservePlan extends Omit<ReservePlan, 'workloads' | 'offers' | 'unit'> {
  readonly id: string;
  readonly unit: ReservedUnit;
  readonly workloads: Readonly<Record<string, ResolvedWorkload>>;
  /** Those that may be bought, and those that may not: a choice leaves them in sight. */
  readonly offers: Readonly<Record<string, ResolvedOffer>>;
}

/** Throws PLAN_INVALID with every fault, its line and what mends it. `file`: its name in messages. */
export const readReservePlan = (file: string, content: string, catalogues: Catalogues): ReservePlan =>
  readDocument(file, content, formFor(catalogues));

export const checkReserveFile = (content: string, catalogues: Catalogues): CheckedDocument<ReservePlan> =>
  checkDocument(content, formFor(catalogues));

/** Of a plan that was checked. */
export function resolveReservePlan(stated: ReservePlan, catalogues: Catalogues): ResolvedReservePlan {
  const plan = withSources(stated, stated.sources) as ReservePlan;
  const unit = catalogues['reserved-units'].get(plan.unit)!;
  const prices = unit.deployments[plan.deployment]?.prices ?? {};
  return {
    ...plan,
    id: plan.unit,
    unit,
    workloads: Object.fromEntries(Object.entries(plan.workloads).map(([name, held]) => [name, resolved(held)])),
    offers: Object.fromEntries(
      Object.entries(plan.offers).map(([name, { months, price, term, most }]) => [
        name,
        // Each its own, so that one is moved without the other.
        { months, most, price: { ...(price ?? (prices[term ?? ''] as Sourced)) } },
      ]),
    ),
  };
}

function resolved({ demand, on_demand, growth: said }: WorkloadWords): ResolvedWorkload {
  const { low, likely, high, scatter, how } = growthOf(said);
  const { typed } = demand;
  return {
    demand,
    on_demand,
    level: typed === undefined ? ownValue(1, 'times') : ownValue(typed.requests_per_hour, 'requests/hour'),
    ...(typed === undefined ? {} : { cached: ownValue(typed.cached, 'share') }),
    growth: ownValue({ low, likely, high }, 'share/month'),
    scatter,
    grown: how,
  };
}

function ownValue(amount: Amount, unit: Unit): Sourced {
  const { low, likely, high } = typeof amount === 'number' ? { low: amount, likely: amount, high: amount } : amount;
  return { value: likely, low, high, unit, source: OF_THE_PLAN, date: '', confidence: 'low' };
}

const growthOf = (growth: WorkloadWords['growth']): Growth =>
  'low' in growth ? growthTyped(growth.low, growth.likely, growth.high) : growthFitted(growth);

const likelyOf = (amount: Amount): number => (typeof amount === 'number' ? amount : amount.likely);

/** At the likely value of what has a range. */
function typedOf({ requests_per_hour, week, input, output, cached }: TypedWords): TypedDemand {
  const shape = week === undefined ? FLAT_WEEK : weekOf(week);
  return {
    requests_per_hour: likelyOf(requests_per_hour),
    week: shape,
    input: lengthsOf(input),
    output: lengthsOf(output),
    cached: likelyOf(cached),
  };
}

/** As it stands once assumptions were moved; undefined where demand is not typed in. */
export function typedIn({ demand, level, cached }: ResolvedWorkload): TypedDemand | undefined {
  if (demand.typed === undefined) return undefined;
  return { ...typedOf(demand.typed), requests_per_hour: level.value, cached: cached?.value ?? 0 };
}

const lengthsOf = (held: LengthWords): TokenLengths =>
  typeof held === 'number' ? { kind: 'fixed', tokens: held } : { kind: 'lognormal', ...held };

const formFor = (catalogues: Catalogues): DocumentForm<ReservePlan> => ({
  what: 'the plan',
  code: 'PLAN_INVALID',
  schema: RESERVE_FORM,
  meaning: (plan, problems) => checkReservePlan(plan, catalogues, problems),
});

/** Of a plan that was read, or changed after it was. */
export function checkReservePlan(plan: ReservePlan, catalogues: Catalogues, problems: ProblemList): void {
  for (const key of ['workloads', 'offers'] as const)
    checkSources(plan[key], [key], Object.keys(plan.sources), problems);
  for (const [name, workload] of Object.entries(plan.workloads)) checkWorkload(name, workload, problems);
  if (plan.terms !== ANY_TERM && !Object.hasOwn(plan.offers, plan.terms))
    problems.error(
      ['terms'],
      `"${plan.terms}" is not one of the offers`,
      nearestEntry(plan.terms, [ANY_TERM, ...Object.keys(plan.offers)]),
    );
  if (plan.promised !== undefined && plan.promised.by > plan.months)
    problems.error(
      ['promised', 'by'],
      `month ${plan.promised.by} lies behind the plan's ${plan.months}`,
      'give the plan more months, or the promise an earlier one',
    );
  checkUnit(plan, catalogues['reserved-units'], problems);
}

function checkWorkload(name: string, { demand, growth }: WorkloadWords, problems: ProblemList): void {
  const at = ['workloads', name];
  const said = Object.keys(demand);
  if (said.length !== 1)
    problems.error(
      [...at, 'demand'],
      said.length === 0 ? 'no demand is given' : `demand is given ${said.length} times (${said.join(', ')})`,
      'write one of `typed`, `trace` and `receipts`',
      'key',
    );
  checkTyped(at, demand, problems);
  told(problems, [...at, 'growth'], () => growthOf(growth));
}

function checkTyped(at: readonly string[], { typed }: DemandWords, problems: ProblemList): void {
  if (typed === undefined) return;
  const path = [...at, 'demand', 'typed'];
  for (const key of ['requests_per_hour', 'cached'] as const) {
    const held = typed[key];
    if (typeof held === 'number' || (held.low <= held.likely && held.likely <= held.high)) continue;
    problems.error([...path, key], 'its range is out of order', 'write low, then likely, then high');
  }
  told(problems, path, () => demandTyped(typedOf(typed)));
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
