// A plan for serving run: the front of what the chips can give under the limit on a token, of it the way that needs the fewest chips and
// keeps the first token too, how many chips the peak takes, and what a million tokens and a call cost and draw.
import { AppError } from '@weighbridge/kernel';
import { rangeIn, valueIn } from '../catalogue/sourced.ts';
import { studyModel, type Model, type Study, type Variable } from '../draws/study.ts';
import { createVariables } from '../draws/variables.ts';
import { HOUR_OUTPUTS, hourModel } from '../money/hour.ts';
import { normalQuantile } from '../draws/distributions.ts';
import type { Interval } from '../performance/interval.ts';
import { predict, type PerformanceModel, type Prediction } from '../performance/predict.ts';
import { searchConfigurations, type Candidate, type SearchResult } from '../performance/search.ts';
import type { Request } from '../performance/request.ts';
import type { Latency } from '../queueing/latency.ts';
import { modelStep } from '../queueing/model-step.ts';
import { replicasFor } from '../queueing/replicas.ts';
import type { ResolvedServingPlan } from './plan.ts';

export interface Chosen {
  readonly candidate: Candidate;
  readonly prediction: Prediction;
  /** Copies of the model at the peak, and how long calls wait then. */
  readonly copies: number;
  readonly latency: Latency;
}

export interface ServingRun {
  readonly search: SearchResult;
  readonly chosen: Chosen;
  readonly model: Model;
  readonly study: Study;
}

/** Ways of the front that a queue is reckoned for, from the most that a chip gives. */
const TRIED_MOST = 12;
/** Tokens of one prefill pass. */
const PASS_TOKENS = 8192;
const QUEUE_MOST = 1_000_000;

/** Throws PLAN_INVALID, and PLAN_IMPOSSIBLE for what the chips cannot run. */
export function runServingPlan(
  plan: ResolvedServingPlan,
  performance: PerformanceModel,
  options: { readonly seed: number; readonly draws: number },
): ServingRun {
  const accelerator = plan.racks.get(plan.rack)!.accelerator;
  const { input, output, tpot } = plan.work;
  const search = searchConfigurations(performance, {
    accelerators: [accelerator],
    model: plan.model,
    precisions: [plan.precision],
    input,
    output,
    prefix: plan.prefix,
    chipsMost: plan.chips_most,
    limits: { tpot: tpot / 1000 },
  });
  if (search.front.length === 0)
    throw new AppError('PLAN_INVALID', `no way of running ${plan.model} on ${plan.rack} makes a token in ${tpot} ms`, {
      next: 'allow more time for a token, more chips for a copy, or a narrower precision',
    });
  const chosen = chosenOf(plan, performance, search.front.toReversed().slice(0, TRIED_MOST));
  const model = servingModel(plan, chosen);
  return { search, chosen, model, study: studyModel(model, { seed: options.seed, count: options.draws }) };
}

function requestOf(plan: ResolvedServingPlan, { tensor, pipeline, attention, experts, ...way }: Candidate): Request {
  return {
    accelerator: way.accelerator,
    model: plan.model,
    precision: plan.precision,
    parallel: { tensor, pipeline, attention, experts },
    input: plan.work.input,
    output: plan.work.output,
    prefix: plan.prefix,
    concurrency: way.concurrency,
  };
}

/** The first that keeps both limits with its queue. */
function chosenOf(plan: ResolvedServingPlan, performance: PerformanceModel, ways: readonly Candidate[]): Chosen {
  let refused: AppError | undefined;
  for (const candidate of ways)
    try {
      return withQueue(plan, performance, candidate);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'PLAN_INVALID') throw error;
      refused = error;
    }
  throw new AppError('PLAN_INVALID', `no way keeps the first token within ${plan.ttft} ms: ${refused?.message ?? ''}`, {
    next: 'allow more time for the first token, or less time for each further one',
  });
}

function withQueue(plan: ResolvedServingPlan, performance: PerformanceModel, candidate: Candidate): Chosen {
  const request = requestOf(plan, candidate);
  const { step, kv_tokens } = modelStep(performance, request, candidate.concurrency);
  const { input, output, calls, tpot } = plan.work;
  const { instances, latency } = replicasFor(
    {
      instances: 1,
      slots: candidate.concurrency,
      kv_tokens,
      prefill: { kind: 'chunked', tokens: PASS_TOKENS },
      queue_most: QUEUE_MOST,
      routing: 'least_loaded',
      step,
    },
    {
      arrivals_per_s: calls * valueIn(plan.peak, 'ratio'),
      kinds: [{ share: 1, input, output, cached: input * plan.prefix }],
    },
    { ttft_p99_ms: plan.ttft, tpot_ms: tpot },
  );
  return { candidate, prediction: predict(performance, request), copies: instances, latency };
}

export const SERVING_OUTPUTS = [
  ...HOUR_OUTPUTS,
  { name: 'per_chip', title: 'output tokens a second of a chip', unit: 'tokens/s' },
  { name: 'per_user', title: 'output tokens a second of a user', unit: 'tokens/s' },
  { name: 'token_time', title: 'time of an output token', unit: 'ms' },
  { name: 'chips', title: 'chips for the peak', unit: 'chips' },
  { name: 'cost.output', title: 'cost of a million output tokens, their input included', unit: 'USD/Mtok' },
  { name: 'cost.all', title: 'cost of a million tokens, input and output together', unit: 'USD/Mtok' },
  { name: 'cost.call', title: 'cost of a call', unit: 'USD/call' },
  { name: 'cost.month', title: 'cost of a month of the chips for the peak', unit: 'USD/month' },
  { name: 'energy', title: 'energy of a call', unit: 'Wh' },
] as const;
export type ServingOutput = (typeof SERVING_OUTPUTS)[number]['name'];

const HOURS_A_MONTH = 730;

function servingModel(plan: ResolvedServingPlan, { candidate, copies }: Chosen): Model {
  const rack = plan.racks.get(plan.rack)!;
  const hour = hourModel(rack, plan.facility, plan.owner, plan.grid);
  const peaks = createVariables();
  peaks.add('peak', 'demand at the peak ÷ mean', plan.peak, 'ratio');
  const place = (name: string): number => hour.variables.findIndex((each) => each.name === name);
  const at = {
    nominal: place('nominal'),
    overhead: place('it_overhead'),
    load: place('load'),
    pue: place('pue_year'),
    availability: place('availability'),
    utilisation: place('utilisation'),
    goodput: place('goodput'),
    speed: hour.variables.length,
    peak: hour.variables.length + 1,
  };
  const chips = valueIn(rack.chips, 'chips');
  const { input, output } = plan.work;
  const sized = rangeIn(plan.peak, 'ratio').likely;
  const hours = new Float64Array(hour.outputs.length);
  return {
    variables: [...hour.variables, speedOf(candidate.perChip), ...peaks.all],
    outputs: SERVING_OUTPUTS,
    evaluate: (values, results) => {
      hour.evaluate(values, hours);
      const [clock = 0, open = 0, useful = 0] = hours;
      const speed = values[at.speed]!;
      const perChip = candidate.perChip.mid * speed;
      const used = values[at.availability]! * values[at.utilisation]! * values[at.goodput]!;
      const kilowatts = (values[at.nominal]! / chips) * values[at.overhead]! * values[at.load]! * values[at.pue]!;
      const perOutput = (useful / (perChip * 3600)) * 1e6;
      const needed = Math.ceil((copies * values[at.peak]!) / sized / speed) * candidate.chips;
      const found: Readonly<Record<ServingOutput, number>> = {
        clock,
        open,
        useful,
        per_chip: perChip,
        per_user: candidate.perUser.mid * speed,
        token_time: 1000 / (candidate.perUser.mid * speed),
        chips: needed,
        'cost.output': perOutput,
        'cost.all': (perOutput * output) / (input + output),
        'cost.call': (perOutput * output) / 1e6,
        'cost.month': needed * clock * HOURS_A_MONTH,
        energy: (kilowatts * 1000 * output) / (perChip * 3600 * used),
      };
      for (let place = 0; place < SERVING_OUTPUTS.length; place += 1)
        results[place] = found[SERVING_OUTPUTS[place]!.name];
    },
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
