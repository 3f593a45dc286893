// A plan to reserve as a report: what to buy, what it costs and saves, and what it costs if demand is another. What is bought is decided
// once, at likely values; what the draws say is what that decision comes to.
import { AppError } from '@weighbridge/kernel';
import type { PlanControl, PlanReport } from '@weighbridge/protocol';
import type { Catalogues } from '../catalogue/catalogues.ts';
import { valueIn } from '../catalogue/sourced.ts';
import { withRanges, type Ranges } from '../draws/ranges.ts';
import { wantedOf, seriesOf, type DemandRows } from '../reserved/demand-rows.ts';
import { ANY_TERM, type LengthWords, type ReservePlan } from '../reserved/plan-form.ts';
import {
  checkReserveFile,
  checkReservePlan,
  readReservePlan,
  resolveReservePlan,
  type ResolvedReservePlan,
} from '../reserved/plan.ts';
import { offersOf, reserveVariables } from '../reserved/reserve-model.ts';
import { runReservePlan, type ReserveRun } from '../reserved/run.ts';
import { unknownOf } from '../reserved/sizes.ts';
import { said, saidBand } from './cells.ts';
import { choicesOf, optionsOf, withChoices, type Offered } from './choices.ts';
import { checkAbout, columnsOf, controlsOf, figuresOf, headOf, swingsOf } from './parts.ts';
import { type PlanBasis, type PlanKind, type PlanRunOptions, type RanPlan } from './report.ts';
import { chartsOf, tablesOf, wholeUnits } from './reserve-tables.ts';
import { reserveFigures } from './reserve-words.ts';

export const RESERVE_PLANS: PlanKind = {
  kind: 'reserve',
  check: checkReserveFile,
  read: (file, text, basis) => {
    const plan = readReservePlan(file, text, basis);
    return {
      head: plan,
      wants: wantedOf(plan),
      run: (options, rows = new Map()) => runReserve(plan, basis, options, rows),
    };
  },
};

function runReserve(
  stated: ReservePlan,
  basis: PlanBasis,
  options: PlanRunOptions,
  rows: ReadonlyMap<string, DemandRows>,
): RanPlan {
  const offered = offeredOf(stated, basis);
  const plan = withChoices(stated, options.choices, offered, (changed, problems) =>
    checkReservePlan(changed, basis, problems),
  );
  const resolved = resolveReservePlan(plan, basis);
  const before = reserveVariables(resolved, seriesOf(resolved, rows)).all;
  const moved = withLengths(withRanges(resolved, before, withoutLengths(options.ranges, resolved)), options.ranges);
  const words = reserveFigures(moved);
  const series = seriesOf(moved, rows);
  const run = runReservePlan(moved, series, basis.solver, options);
  const about = options.about ?? 'cost';
  const figures = figuresOf(
    run.model,
    run.study,
    words,
    lengthControls(moved, moved).map(({ id }) => id),
  );
  const known = figures.map(({ id }) => id);
  checkAbout(about, known, `ask about one of ${known.join(', ')}`);
  const windows = Math.min(...Object.values(series).map((each) => each.windows.length));
  const report: PlanReport = {
    ...headOf('reserve', plan, options),
    says: saysOf(moved, run, figures),
    figures,
    about,
    swings: swingsOf(run.model, run.study, about),
    charts: chartsOf(moved, run, windows),
    tables: tablesOf(moved, run),
    controls: [...controlsOf(before, run.model.variables), ...lengthControls(resolved, moved)],
    choices: choicesOf(stated, plan, offered),
    cautions: cautionsOf(moved, run, rows),
  };
  return { report, columns: columnsOf(run.model, run.study, figures) };
}

/** Units of the same model, which the prices on demand are of; how they are deployed; which offers may be bought. */
function offeredOf({ unit, offers }: ReservePlan, { 'reserved-units': units }: Catalogues): Offered[] {
  const { model, deployments } = units.get(unit)!;
  const alike = [...units].filter(
    ([, each]) =>
      each.model === model && each.closed === undefined && each.throughput !== 'unknown' && each.beside === undefined,
  );
  const plain = (names: readonly string[]) => names.map((name) => ({ id: name, title: name }));
  const all: Offered[] = [
    { id: 'unit', title: 'Unit', options: optionsOf(new Map(alike)) },
    { id: 'deployment', title: 'Deployment', options: plain(Object.keys(deployments)) },
    {
      id: 'terms',
      title: 'Terms that may be bought',
      options: [{ id: ANY_TERM, title: 'any' }, ...plain(Object.keys(offers))],
    },
  ];
  return all.filter(({ options }) => options.length > 1);
}

const LENGTHS = ['input', 'output'] as const;
const TOKENS_MOST = 1e8;

interface Length {
  readonly id: string;
  readonly workload: string;
  readonly of: (typeof LENGTHS)[number];
}

const lengthsOf = ({ workloads }: ResolvedReservePlan): Length[] =>
  Object.entries(workloads).flatMap(([workload, { demand }]) =>
    demand.typed === undefined ? [] : LENGTHS.map((of) => ({ id: `${workload}.${of}`, workload, of })),
  );

const middle = (held: LengthWords): number => (typeof held === 'number' ? held : held.median);

const withoutLengths = (ranges: Ranges, plan: ResolvedReservePlan): Ranges =>
  Object.fromEntries(Object.entries(ranges).filter(([name]) => !lengthsOf(plan).some(({ id }) => id === name)));

/** Numbers without a range: a control sets the number itself. */
function withLengths(plan: ResolvedReservePlan, ranges: Ranges): ResolvedReservePlan {
  const workloads = { ...plan.workloads };
  for (const { id, workload, of } of lengthsOf(plan)) {
    const range = Object.hasOwn(ranges, id) ? ranges[id] : undefined;
    if (range === undefined) continue;
    const { likely } = range;
    const held = workloads[workload]!;
    const typed = held.demand.typed!;
    const words = typed[of];
    const most = typeof words === 'number' ? TOKENS_MOST : words.most;
    if (!(likely >= 1 && likely <= most))
      throw new AppError('PLAN_INVALID', `${likely} tokens cannot be "${id}"`, {
        next: `write 1 to ${most}`,
      });
    const set = typeof words === 'number' ? likely : { ...words, median: likely };
    workloads[workload] = { ...held, demand: { typed: { ...typed, [of]: set } } };
  }
  return { ...plan, workloads };
}

const lengthControls = (stated: ResolvedReservePlan, moved: ResolvedReservePlan): PlanControl[] =>
  lengthsOf(moved).map(({ id, workload, of }) => {
    const fixed = (plan: ResolvedReservePlan) => {
      const value = middle(plan.workloads[workload]!.demand.typed![of]);
      return { low: value, likely: value, high: value };
    };
    const words = moved.workloads[workload]!.demand.typed![of];
    return {
      id,
      title: `${of} tokens of a request of ${workload}${typeof words === 'number' ? '' : ', the median'}`,
      unit: 'tokens',
      range: fixed(moved),
      stated: fixed(stated),
      shape: 'fixed',
      least: 1,
      most: typeof words === 'number' ? TOKENS_MOST : words.most,
      source: null,
    };
  });

function saysOf(plan: ResolvedReservePlan, run: ReserveRun, figures: PlanReport['figures']): string {
  const band = (id: string, times = 1): string => {
    const held = figures.find((figure) => figure.id === id)?.band ?? null;
    if (held === null) return 'not known';
    return saidBand({ p10: held.p10 * times, p50: held.p50 * times, p90: held.p90 * times });
  };
  const { purchases } = run.decisions.likely;
  const now = purchases.filter(({ starts }) => starts === 0);
  const { unit } = plan.unit;
  const bought = now.map(
    ({ offer, units }) => `${wholeUnits(units)} ${unit} for ${monthWords(plan.offers[offer]!.months)}`,
  );
  const later = purchases.length - now.length;
  const what = bought.length === 0 ? `Buy no ${unit} now` : `Buy ${bought.join(' and ')} now`;
  const then = later === 0 ? '' : `, and more later (${later} ${later === 1 ? 'purchase' : 'purchases'})`;
  const saved =
    purchases.length === 0
      ? 'no term costs less than paying as one goes'
      : `${band('saving.share', 100)} % less than all on demand`;
  return `${what}${then}: ${monthWords(plan.months)} cost $${band('cost')}, ${saved}. To carry the busy minutes whole would take ${wholeUnits(run.sizes.p95.units)}.`;
}

const monthWords = (months: number): string => (months === 1 ? 'a month' : `${months} months`);

function cautionsOf(plan: ResolvedReservePlan, run: ReserveRun, rows: ReadonlyMap<string, DemandRows>): string[] {
  const unknown = unknownOf(plan.unit, plan.deployment);
  const { purchases } = run.decisions.likely;
  const past = purchases.filter(({ offer, starts }) => starts + plan.offers[offer]!.months > plan.months);
  return [
    'What is bought is decided once, at the likely value of every assumption; the draws say what that costs, not what each of them would buy.',
    ...(unknown.length === 0 ? [] : [`The seller does not say in public: ${unknown.join(', ')}.`]),
    ...unsure(plan),
    ...steepGrowth(plan),
    ...run.sizes.levels.flatMap((level) => demandCautions(plan, level, rows.get(level.workload))),
    ...(run.sizes.levels.length > 1
      ? [
          'Busy hours of one workload are taken as busy hours of the others: the least favourable case for sharing units.',
        ]
      : []),
    ...longPrompts(plan),
    ...(past.length === 0
      ? []
      : [
          `${past.map(({ offer, starts }) => `${offer} from month ${starts + 1}`).join(', ')} runs past the end of the plan and is paid to its end.`,
        ]),
  ];
}

function unsure(plan: ResolvedReservePlan): string[] {
  const low = [
    ...offersOf(plan).flatMap(([name, { price }]) => (price.confidence === 'low' ? [`offer ${name}`] : [])),
    ...Object.entries(plan.workloads).flatMap(([name, { on_demand }]) =>
      Object.entries(on_demand).flatMap(([of, price]) =>
        price.confidence === 'low' ? [`${of.replaceAll('_', ' ')} of ${name} on demand`] : [],
      ),
    ),
  ];
  return low.length === 0
    ? []
    : [`Prices of low confidence: ${low.join(', ')}. Put your own offer in their place before you buy.`];
}

const STEEP_SHARE = 0.5;

/** Allowed, for demand may do so in its first months; far more often 5 was written for 5 %. */
const steepGrowth = ({ workloads }: ResolvedReservePlan): string[] =>
  Object.entries(workloads).flatMap(
    ([
      name,
      {
        growth: { value, high = value },
      },
    ]) =>
      high > STEEP_SHARE
        ? [`${name} may grow by ${said(high * 100)} % a month, every month: growth of 5 % is written 0.05.`]
        : [],
  );

const WEEK_S = 7 * 86_400;

function demandCautions(
  plan: ResolvedReservePlan,
  { workload, source, windows, window_s }: ReserveRun['sizes']['levels'][number],
  rows: DemandRows | undefined,
): string[] {
  if (source === 'typed') return [];
  const seen = windows * window_s;
  const own = rows !== undefined && 'own' in rows ? rows.own : undefined;
  return [
    ...(own?.simulated === true ? [`The receipts of ${workload} are of calls to simulated clouds.`] : []),
    ...(own !== undefined && own.left_out > 0
      ? [
          `${own.left_out.toLocaleString('en')} tokens of ${workload} are of classes that no seller’s unit counts; they are left out.`,
        ]
      : []),
    `${said(seen / 86_400)} days of ${workload} were seen, and ${plan.months} months are planned: what lies beyond is growth as assumed.`,
    ...(seen < WEEK_S ? [`That of ${workload} is less than a week: whether weekends are quiet is not known.`] : []),
    window_s > 60
      ? `Of ${workload} mean lengths are known, not how they spread: hours stand for their minutes, which are busier.`
      : `Windows of ${said(window_s)} s of ${workload} stand for minutes.`,
  ];
}

/** Whether a prompt counts as long hangs on its own length, and only the mean decides here. */
function longPrompts({ unit, workloads }: ResolvedReservePlan): string[] {
  const from = unit.long_context === undefined ? Infinity : valueIn(unit.long_context.from, 'tokens');
  const some = Object.entries(workloads).flatMap(([name, { demand }]) => {
    const input = demand.typed?.input;
    return input !== undefined && typeof input !== 'number' && input.most >= from ? [name] : [];
  });
  return some.length === 0
    ? []
    : [
        `Prompts of ${said(from)} tokens and more count by other weights; some of ${some.join(', ')} may be as long, and the mean prompt decides for all.`,
      ];
}
