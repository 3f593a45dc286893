// The figures of a plan for serving over draws: hours of a chip, how fast it is beside its prediction, how high the peak is, and what
// follows for chips, for a million tokens by class, a call, a month and its energy. The way itself is the one at likely values.
import { valueIn } from '../catalogue/sourced.ts';
import { normalQuantile } from '../draws/distributions.ts';
import type { Model, Variable } from '../draws/study.ts';
import { createVariables } from '../draws/variables.ts';
import { HOUR_OUTPUTS, hourModel } from '../money/hour.ts';
import type { Interval } from '../performance/interval.ts';
import { callTokens, timeShares, tokenShares } from './classes.ts';
import { p95OfWeek, peakOver, weekIn } from './demand.ts';
import { SEARCHED, type ResolvedServingPlan } from './plan.ts';
import type { Way } from './way.ts';

const OUTPUTS = [
  ...HOUR_OUTPUTS,
  { name: 'per_chip', title: 'output tokens a second of a chip', unit: 'tokens/s' },
  { name: 'per_user', title: 'output tokens a second of a user', unit: 'tokens/s' },
  { name: 'token_time', title: 'time of an output token', unit: 'ms' },
  { name: 'chips', title: 'chips for the peak', unit: 'chips' },
  { name: 'class.input', title: 'cost of a million input tokens that are computed', unit: 'USD/Mtok' },
  { name: 'class.cached', title: 'cost of a million input tokens from the cache', unit: 'USD/Mtok' },
  { name: 'class.output', title: 'cost of a million output tokens, their input apart', unit: 'USD/Mtok' },
  { name: 'cost.output', title: 'cost of a million output tokens, their input included', unit: 'USD/Mtok' },
  { name: 'cost.all', title: 'cost of a million tokens, input and output together', unit: 'USD/Mtok' },
  { name: 'cost.call', title: 'cost of a call', unit: 'USD/call' },
  { name: 'cost.month', title: 'cost of a month of the chips for the peak', unit: 'USD/month' },
  {
    name: 'cost.demand',
    title: 'cost of a million output tokens at the mean demand, the chips for the peak paid',
    unit: 'USD/Mtok',
  },
  { name: 'energy', title: 'energy of a call', unit: 'Wh' },
] as const;
const LATER = { name: 'chips.later', title: 'chips for the peak after the growth', unit: 'chips' } as const;
export type ServingOutput = (typeof OUTPUTS)[number]['name'] | typeof LATER.name;

const HOURS_A_MONTH = 730;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3600;

/** Of demand and of its growth, as they are drawn. */
export function demandVariables({ peak, week, growth }: ResolvedServingPlan): readonly Variable[] {
  const { add, all } = createVariables();
  if (peak !== undefined) add('peak', 'demand at the peak ÷ mean', peak, 'ratio');
  if (week !== undefined) {
    add('night', 'quietest hour of a day ÷ its busiest', week.night, 'share');
    add('weekend', 'a day of the weekend ÷ a working day', week.weekend, 'share');
  }
  if (growth !== undefined) add('growth', 'growth of demand a month', growth.a_month, 'share');
  return all;
}

export interface ServingModel extends Model {
  /** Chips for the peak in a draw, so many months on. */
  readonly chipsAt: (values: Float64Array, months: number) => number;
}

export function servingModel(plan: ResolvedServingPlan, way: Way): ServingModel {
  const rack = plan.racks.get(plan.rack)!;
  const hour = hourModel(rack, plan.facility, plan.owner, plan.grid);
  const variables = [...hour.variables, speedOf(way.prediction.perChip), SPLIT, ...demandVariables(plan)];
  const place = (name: string): number => variables.findIndex((each) => each.name === name);
  const at = {
    nominal: place('nominal'),
    overhead: place('it_overhead'),
    load: place('load'),
    pue: place('pue_year'),
    availability: place('availability'),
    utilisation: place('utilisation'),
    goodput: place('goodput'),
    speed: place('speed'),
    split: place('split'),
  };
  const chipsAt = chipsOver(plan, way, place);
  const chips = valueIn(rack.chips, 'chips');
  const { input, output } = plan.mean;
  const tokens = callTokens(plan.mean, plan.prefix);
  const shares = timeShares(way.prediction, output, way.candidate.disaggregated);
  const outputs = plan.growth === undefined ? OUTPUTS : [...OUTPUTS, LATER];
  const hours = new Float64Array(hour.outputs.length);
  return {
    variables,
    outputs,
    chipsAt,
    evaluate: (values, results) => {
      hour.evaluate(values, hours);
      const [clock = 0, open = 0, useful = 0] = hours;
      const speed = values[at.speed]!;
      const perChip = way.candidate.perChip.mid * speed;
      const used = values[at.availability]! * values[at.utilisation]! * values[at.goodput]!;
      const kilowatts = (values[at.nominal]! / chips) * values[at.overhead]! * values[at.load]! * values[at.pue]!;
      const perOutput = (useful / (perChip * 3600)) * 1e6;
      const needed = chipsAt(values, 0);
      const month = needed * clock * HOURS_A_MONTH;
      const each = tokenShares(shares, tokens, values[at.split]);
      const found: Readonly<Record<ServingOutput, number>> = {
        clock,
        open,
        useful,
        per_chip: perChip,
        per_user: way.candidate.perUser.mid * speed,
        token_time: 1000 / (way.candidate.perUser.mid * speed),
        chips: needed,
        'class.input': perOutput * output * each.input,
        'class.cached': perOutput * output * each.cached,
        'class.output': perOutput * output * each.output,
        'cost.output': perOutput,
        'cost.all': (perOutput * output) / (input + output),
        'cost.call': (perOutput * output) / 1e6,
        'cost.month': month,
        'cost.demand': (month / (plan.work.calls * output * SECONDS_A_MONTH)) * 1e6,
        energy: (kilowatts * 1000 * output) / (perChip * 3600 * used),
        'chips.later': chipsAt(values, plan.growth?.months ?? 0),
      };
      for (const [place, { name }] of outputs.entries()) results[place] = found[name];
    },
  };
}

/** Whole copies for the peak of a draw, at the speed of that draw; copies that the plan gives stay as they are. */
function chipsOver(plan: ResolvedServingPlan, way: Way, place: (name: string) => number): ServingModel['chipsAt'] {
  const [peak, night, weekend, speed, growth] = ['peak', 'night', 'weekend', 'speed', 'growth'].map(place) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const sized = peakOver(plan);
  return (values, months) => {
    if (plan.way.copies !== SEARCHED) return way.chips;
    const week = weekIn(plan, values[night], values[weekend]);
    const high = week === undefined ? values[peak]! : p95OfWeek(week);
    const grown = growth < 0 ? 1 : (1 + values[growth]!) ** months;
    const times = (high * grown) / sized / values[speed]!;
    // What rounding leaves of a whole copy is none.
    const whole = (copies: number): number => Math.ceil(copies * times - 1e-9);
    return (whole(way.copies) + whole(way.prompts)) * way.candidate.chips;
  };
}

const QUANTILES = 401;
const DECILE = 1.2815515655446004;

/** How fast it is ÷ how fast the model says: four in five lie within its interval, to either side as far as that side goes. */
function speedOf({ low, mid, high }: Interval): Variable {
  const [under, over] = [Math.log(mid / low) / DECILE, Math.log(high / mid) / DECILE];
  const seen = Array.from({ length: QUANTILES }, (_, index) => {
    const normal = normalQuantile((index + 0.5) / QUANTILES);
    return Math.exp(normal * (normal < 0 ? under : over));
  });
  return {
    name: 'speed',
    title: 'measured speed ÷ predicted speed',
    unit: 'ratio',
    range: { low: low / mid, likely: 1, high: high / mid },
    shape: { seen },
  };
}

/** No row measures a prompt's share of the time apart: half as much again or two thirds, as for a kernel's share. Our assumption. */
const SPLIT: Variable = {
  name: 'split',
  title: 'time of a prompt ÷ predicted, at the same total',
  unit: 'ratio',
  range: { low: 2 / 3, likely: 1, high: 1.5 },
  shape: 'lognormal',
};
