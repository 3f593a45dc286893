// A plan to reserve as a model that is drawn: what is bought is decided once, at the likely value of every assumption, by the program of
// the mix; each draw then says what that decision costs, beside the decisions for low and high growth and beside reserving nothing.
import { normalQuantile } from '../draws/distributions.ts';
import type { Model, Output, Variable } from '../draws/study.ts';
import { createVariables } from '../draws/variables.ts';
import type { DemandSeries } from '../demand/series.ts';
import { drawnDemand, MONTH_HOURS, type Came, type DrawnDemand } from './drawn-demand.ts';
import type { Mix, Purchase } from './mix-form.ts';
import type { ResolvedReservePlan } from './plan.ts';
import { bestConstant, type Constant } from './constant.ts';
import { workloadModel, type WorkloadModel } from './workload-model.ts';

export const CAME = ['low', 'likely', 'high'] as const satisfies readonly Came[];
/** What a decision was made for; the last: nothing is reserved. */
export const MADE_FOR = [...CAME, 'on demand'] as const;
export type MadeFor = (typeof MADE_FOR)[number];

export type Decisions = Readonly<Record<Came, Mix>>;

export const cell = (of: 'cost' | 'regret', made: MadeFor, came: Came): string => `${of}:${made}:${came}`;

export interface ReserveModel extends Model {
  readonly workloads: readonly WorkloadModel[];
  /** Another demand of as many blocks, for a chart; drawn by itself. */
  readonly demandIn: (blocks: number) => DrawnDemand;
  /** Offers as they may be held all along, at the prices of a draw. */
  readonly constants: (values: Float64Array) => readonly Constant[];
}

/** Variables alone: what can be moved is known before anything is decided. */
export function reserveVariables(plan: ResolvedReservePlan, series: Readonly<Record<string, DemandSeries>>) {
  const variables = createVariables();
  const throughput = variables.add(
    'throughput',
    `tokens a minute that one ${plan.unit.unit} carries`,
    plan.unit.throughput as Exclude<typeof plan.unit.throughput, 'unknown'>,
    'tokens/min',
  );
  const workloadsIn = (blocks: number): WorkloadModel[] =>
    Object.keys(plan.workloads).map((name) => workloadModel(plan, name, series[name]!, variables, throughput, blocks));
  const workloads = workloadsIn(plan.blocks);
  const prices = Object.fromEntries(
    Object.entries(plan.offers).map(([name, { price }]) => [
      name,
      variables.add(`offers.${name}`, `price of a ${plan.unit.unit} an hour, offer ${name}`, price, 'USD/hour'),
    ]),
  );
  const scattered = workloads.some(({ scatter }) => scatter > 0);
  const months = scattered ? Array.from({ length: plan.months }, (_, month) => offVariable(month)) : [];
  return {
    all: [...variables.all, ...months] as readonly Variable[],
    workloads,
    workloadsIn,
    prices,
    off: months.map((_, month) => variables.all.length + month),
  };
}

const QUANTILES = 401;
const DECILE = 1.2815515655446004;

/** How far a month lies off its line, in standard deviations: a bad month is one for every workload. */
const offVariable = (month: number): Variable => ({
  name: `month.${month + 1}`,
  title: `how far month ${month + 1} lies off its line`,
  unit: 'standard deviations',
  range: { low: -DECILE, likely: 0, high: DECILE },
  shape: { seen: Array.from({ length: QUANTILES }, (_, at) => normalQuantile((at + 0.5) / QUANTILES)) },
});

export function reserveModel(
  plan: ResolvedReservePlan,
  parts: ReturnType<typeof reserveVariables>,
  decisions: Decisions,
): ReserveModel {
  const { workloads, workloadsIn, prices, off, all } = parts;
  const ends = Object.values(plan.workloads).map(({ growth: { value, low = value, high = value } }) => ({ low, high }));
  const demandIn = (blocks: number): DrawnDemand =>
    drawnDemand({ workloads: workloadsIn(blocks), months: plan.months, blocks, ends, off });
  const demand = drawnDemand({ workloads, months: plan.months, blocks: plan.blocks, ends, off });
  const outputs = outputsOf(plan);
  const bought = MADE_FOR.map((made) => (made === 'on demand' ? [] : decisions[made].purchases));
  const constants = (values: Float64Array): Constant[] =>
    offersOf(plan).map(([name, { months, most }]) => ({
      offer: name,
      // A term that runs past the end is paid to its end.
      price: values[prices[name]!]! * MONTH_HOURS * Math.ceil(plan.months / months) * months,
      most: most ?? Number.POSITIVE_INFINITY,
      ...soldOf(plan),
    }));
  const place = new Map(outputs.map(({ name }, at) => [name, at] as const));
  return {
    variables: all,
    outputs,
    workloads,
    demandIn,
    constants,
    evaluate: (values, results) => {
      const write = (name: string, value: number): void => {
        const at = place.get(name);
        if (at !== undefined) results[at] = value;
      };
      for (const came of CAME) {
        demand.draw(values, came);
        const told = bought.map((purchases) => costOf(plan, purchases, prices, values, demand));
        const least = Math.min(...told.map(({ cost }) => cost));
        told.forEach(({ cost }, at) => {
          write(cell('cost', MADE_FOR[at]!, came), cost);
          write(cell('regret', MADE_FOR[at]!, came), cost - least);
        });
        const [own, nothing] = [told[1]!, told[3]!];
        if (came === 'low') {
          write('low.idle', own.idle);
          write('low.owed', own.owed);
        }
        if (came !== 'likely') continue;
        writeOwn(write, own, nothing.cost, least);
        write(
          'units',
          bought[1]!.reduce((sum, { starts, units }) => sum + (starts === 0 ? units : 0), 0),
        );
        write('best', bestConstant(demand, plan.months, constants(values)).units);
        for (const [offer] of offersOf(plan))
          workloads.forEach(({ name }, at) =>
            write(`break_even.${offer}.${name}`, values[prices[offer]!]! / demand.worth(at)),
          );
      }
    },
  };
}

function writeOwn(write: (name: string, value: number) => void, own: Told, onDemand: number, least: number): void {
  write('cost', own.cost);
  write('on_demand', onDemand);
  write('saving', onDemand - own.cost);
  write('saving.share', 1 - own.cost / onDemand);
  write('regret', own.cost - least);
  write('utilisation', own.utilisation);
  write('carried', 1 - own.spilled / onDemand);
  write('idle', own.idle);
  write('owed', own.owed);
}

interface Told {
  readonly cost: number;
  readonly spilled: number;
  /** Paid for units while they stand idle. */
  readonly idle: number;
  readonly owed: number;
  /** NaN where nothing is reserved. */
  readonly utilisation: number;
}

/** What a decision comes to under a demand. */
function costOf(
  plan: ResolvedReservePlan,
  purchases: readonly Purchase[],
  prices: Readonly<Record<string, number>>,
  values: Float64Array,
  demand: DrawnDemand,
): Told {
  const { months, promised } = plan;
  let [reserved, spilled, idle, held, used, spent] = [0, 0, 0, 0, 0, 0];
  for (const { offer, units } of purchases)
    reserved += units * values[prices[offer]!]! * MONTH_HOURS * plan.offers[offer]!.months;
  for (let month = 0; month < months; month += 1) {
    let [units, paid] = [0, 0];
    for (const { offer, starts, units: bought } of purchases) {
      if (month < starts || month >= starts + plan.offers[offer]!.months) continue;
      units += bought;
      paid += bought * values[prices[offer]!]! * MONTH_HOURS;
    }
    const beside = demand.spilled(month, units);
    spilled += beside;
    if (promised !== undefined && month < promised.by) spent += paid + beside;
    if (units === 0) continue;
    const use = demand.used(month, units);
    [held, used] = [held + units, used + use];
    idle += paid * (1 - use / units);
  }
  const owed = promised === undefined ? 0 : promised.owed * Math.max(0, promised.spend - spent);
  return { cost: reserved + spilled + owed, spilled, idle, owed, utilisation: held === 0 ? Number.NaN : used / held };
}

/** Those that may be bought. */
export const offersOf = ({ offers, terms }: ResolvedReservePlan) =>
  Object.entries(offers).filter(([name]) => terms === 'any' || terms === name);

/** In which sizes units are sold: the contract's where it says any. */
export function soldOf({ unit, deployment, sold }: ResolvedReservePlan): Pick<Constant, 'minimum' | 'increment'> {
  const form = unit.deployments[deployment]!;
  const known = (own: number | undefined, held: (typeof form)['minimum']): number =>
    own ?? (held === 'unknown' ? Number.NaN : held.value);
  return { minimum: known(sold.minimum, form.minimum), increment: known(sold.increment, form.increment) };
}

function outputsOf(plan: ResolvedReservePlan): readonly Output[] {
  const { unit, months, workloads, promised } = plan;
  const several = Object.keys(workloads).length > 1;
  const term = `over ${months} months`;
  const evens = offersOf(plan).flatMap(([offer]) =>
    Object.keys(workloads).map((workload) => ({
      name: `break_even.${offer}.${workload}`,
      title: `use above which a ${unit.unit} of offer ${offer} pays${several ? `, carrying ${workload}` : ''}`,
      unit: 'share',
    })),
  );
  return [
    { name: 'units', title: `${unit.unit} to buy now`, unit: unit.unit },
    { name: 'best', title: `${unit.unit} that would be best all along, were demand and prices known`, unit: unit.unit },
    { name: 'cost', title: `cost of the mix ${term}`, unit: 'USD' },
    { name: 'on_demand', title: `cost of all on demand ${term}`, unit: 'USD' },
    { name: 'saving', title: 'saved against all on demand', unit: 'USD' },
    { name: 'saving.share', title: 'share saved against all on demand', unit: 'share' },
    { name: 'utilisation', title: `use of the ${unit.unit} that are reserved`, unit: 'share' },
    { name: 'carried', title: 'share of the work that reserved units carry', unit: 'share' },
    { name: 'idle', title: 'paid for what stands idle', unit: 'USD' },
    { name: 'low.idle', title: 'owed for what stands idle, if growth is low', unit: 'USD' },
    { name: 'regret', title: 'paid more than the best of the decisions would have', unit: 'USD' },
    ...(promised === undefined
      ? []
      : [
          { name: 'owed', title: 'owed of the promised spend', unit: 'USD' },
          { name: 'low.owed', title: 'owed of the promised spend, if growth is low', unit: 'USD' },
        ]),
    ...evens,
    ...CAME.flatMap((came) =>
      MADE_FOR.flatMap((made) =>
        (['cost', 'regret'] as const).map((of) => ({
          name: cell(of, made, came),
          title: `${of}, planned for ${made}, came ${came}`,
          unit: 'USD',
        })),
      ),
    ),
  ];
}
