// Ways of serving: those on the front of a search, each with the copies that its queue needs at the peak to keep both limits, by closed
// forms. A way that cannot is told with its reason; of the others one is picked. The simulator looks at what was picked (simulated.ts).
import { AppError } from '@weighbridge/kernel';
import { kindsOf } from '../demand/lengths.ts';
import { predict, type PerformanceModel, type Prediction } from '../performance/predict.ts';
import { searchConfigurations, type Candidate, type SearchResult } from '../performance/search.ts';
import type { Request } from '../performance/request.ts';
import { fleetLatency, type Latency, type OfferedLoad } from '../queueing/latency.ts';
import { modelStep } from '../queueing/model-step.ts';
import { fleetWith, replicasFor } from '../queueing/replicas.ts';
import type { FleetForm } from '../queueing/simulator/fleet.ts';
import { UTILISATION_CAP } from '../queueing/waiting.ts';
import { FRONT_MS } from '../score/first-token.ts';
import { peakOver } from './demand.ts';
import { longestCall, SEARCHED, type ResolvedServingPlan } from './plan.ts';

export interface Way {
  readonly candidate: Candidate;
  readonly request: Request;
  readonly prediction: Prediction;
  /** Of `copies`. */
  readonly fleet: FleetForm;
  readonly load: OfferedLoad;
  /** Copies of the model at the peak, and copies that compute prompts alone. */
  readonly copies: number;
  readonly prompts: number;
  readonly chips: number;
  readonly latency: Latency;
  /** Both limits, and busy no more than planned: only copies that the plan gives may break them. */
  readonly keeps: boolean;
}

export interface RefusedWay {
  readonly candidate: Candidate;
  readonly why: string;
}

export interface Ways {
  readonly search: SearchResult;
  /** From the most that a chip gives. */
  readonly tried: readonly (Way | RefusedWay)[];
  readonly chosen: Way;
}

/** Ways of the front that a queue is reckoned for. */
const TRIED_MOST = 12;
/** Tokens of one prefill pass. */
const PASS_TOKENS = 8192;
const QUEUE_MOST = 1_000_000;
/** Copies that the proportion of prompts to decoding is told for. */
const PROPORTION = 100;
/** What chips for prompts reach of their rate beside those that decode. */
export const PREFILL_KEPT = 0.9;

/** Throws PLAN_INVALID where no way keeps the limits, PLAN_IMPOSSIBLE for what cannot run. */
export function waysOf(plan: ResolvedServingPlan, performance: PerformanceModel): Ways {
  checkContext(plan, performance);
  const search = searchOf(plan, performance);
  const tried = search.front
    .toReversed()
    .slice(0, TRIED_MOST)
    .map((candidate) => tryWay(plan, performance, candidate));
  const held = tried.filter((each): each is Way => 'latency' in each);
  const [first] = plan.pick === 'rate' ? held : held.toSorted((a, b) => a.chips - b.chips);
  if (first === undefined) {
    const [last] = tried.toReversed() as RefusedWay[];
    throw new AppError('PLAN_INVALID', `no way keeps the first token within ${plan.ttft} ms: ${last?.why ?? ''}`, {
      next: 'allow more time for the first token, or less time for each further one',
    });
  }
  return { search, tried, chosen: first };
}

function checkContext(plan: ResolvedServingPlan, performance: PerformanceModel): void {
  const { context } = performance.shapes.get(plan.model)!;
  const longest = Math.ceil(longestCall(plan));
  if (longest <= context) return;
  throw new AppError(
    'PLAN_IMPOSSIBLE',
    `${plan.model} takes ${context} tokens of context; the longest call has ${longest}`,
    {
      next: 'cut calls shorter (`most`), or choose a model with a longer context',
    },
  );
}

const givenOf = (value: number | typeof SEARCHED): number | undefined => (value === SEARCHED ? undefined : value);

const guessesOf = ({ speculative }: ResolvedServingPlan): Request['speculative'] =>
  speculative.drafted > 0 ? speculative : undefined;

function searchOf(plan: ResolvedServingPlan, performance: PerformanceModel): SearchResult {
  const { way, work, mean } = plan;
  const batch = givenOf(way.batch);
  const search = searchConfigurations(performance, {
    accelerators: [plan.racks.get(plan.rack)!.accelerator],
    model: plan.model,
    precisions: [plan.precision],
    ...mean,
    prefix: plan.prefix,
    speculative: guessesOf(plan),
    chipsMost: plan.chips_most,
    disaggregated: plan.prefill === 'apart' ? 'only' : false,
    fixed: {
      tensor: givenOf(way.tensor),
      pipeline: givenOf(way.pipeline),
      attention: givenOf(way.attention),
      experts: way.experts === SEARCHED ? undefined : way.experts === 'whole',
    },
    batches: batch === undefined ? undefined : [batch],
    limits: { tpot: work.tpot / 1000 },
  });
  if (search.front.length > 0) return search;
  const { impossible } = search.refused;
  if (impossible === search.tried)
    throw new AppError(
      'PLAN_IMPOSSIBLE',
      `no way of running ${plan.model} in ${plan.precision} on up to ${plan.chips_most} chips of ${plan.rack} can be, of ${search.tried} tried`,
      { next: 'use more chips a copy, a narrower precision, shorter calls, or leave more of the way to the search' },
    );
  throw new AppError(
    'PLAN_INVALID',
    `no way of running ${plan.model} on ${plan.rack} makes a token in ${work.tpot} ms`,
    {
      next: 'allow more time for a token, more chips for a copy, or a narrower precision',
    },
  );
}

export function requestOf(plan: ResolvedServingPlan, candidate: Candidate): Request {
  const { tensor, pipeline, attention, experts, disaggregated, accelerator, concurrency } = candidate;
  return {
    accelerator,
    model: plan.model,
    precision: plan.precision,
    parallel: { tensor, pipeline, attention, experts },
    ...plan.mean,
    prefix: plan.prefix,
    speculative: guessesOf(plan),
    disaggregated,
    concurrency,
  };
}

function tryWay(plan: ResolvedServingPlan, performance: PerformanceModel, candidate: Candidate): Way | RefusedWay {
  try {
    return withQueue(plan, performance, candidate);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'PLAN_INVALID') throw error;
    return { candidate, why: error.message };
  }
}

function withQueue(plan: ResolvedServingPlan, performance: PerformanceModel, candidate: Candidate): Way {
  const request = requestOf(plan, candidate);
  const prediction = predict(performance, request);
  const one = fleetOf(plan, performance, request, prediction);
  const load = loadOf(plan);
  const aim = { ttft_p99_ms: plan.ttft, tpot_ms: plan.work.tpot };
  const { instances, latency } =
    plan.way.copies === SEARCHED ? replicasFor(one, load, aim) : givenCopies(one, load, plan.way.copies);
  const fleet = fleetWith(one, instances);
  const prompts = fleet.split?.instances ?? 0;
  return {
    candidate,
    request,
    prediction,
    fleet,
    load,
    copies: instances,
    prompts,
    chips: (instances + prompts) * candidate.chips,
    latency,
    keeps:
      latency.ttft_ms.p99 <= plan.ttft && latency.tpot_ms <= plan.work.tpot && latency.utilisation <= UTILISATION_CAP,
  };
}

function givenCopies(
  one: FleetForm,
  load: OfferedLoad,
  instances: number,
): { readonly instances: number; readonly latency: Latency } {
  const latency = fleetLatency(fleetWith(one, instances), load);
  if (!latency.saturated) return { instances, latency };
  throw new AppError(
    'PLAN_INVALID',
    `${instances} ${instances === 1 ? 'copy' : 'copies'} cannot carry the peak, for want of ${latency.short_of}`,
    {
      next: 'give more copies, or leave them to the search',
    },
  );
}

export const loadOf = (plan: ResolvedServingPlan): OfferedLoad => ({
  arrivals_per_s: plan.work.calls * peakOver(plan),
  kinds: kindsOf(plan.work.input, plan.work.output, plan.prefix),
});

function fleetOf(
  plan: ResolvedServingPlan,
  performance: PerformanceModel,
  request: Request,
  prediction: Prediction,
): FleetForm {
  const slots = request.concurrency as number;
  const { step, kv_tokens } = modelStep(performance, request, slots);
  const longest = Math.ceil(longestCall(plan));
  if (longest > kv_tokens)
    throw new AppError('PLAN_INVALID', `the longest call has ${longest} tokens, and a copy has room for ${kv_tokens}`, {
      next: 'use more chips a copy, or cut calls shorter',
    });
  const { chips, shapes } = performance;
  const fleet: FleetForm = {
    instances: 1,
    slots,
    kv_tokens,
    prefill: { kind: 'chunked', tokens: PASS_TOKENS },
    queue_most: QUEUE_MOST,
    front_ms: shapes.get(plan.model)!.experts > 0 ? FRONT_MS.mixture : FRONT_MS.dense,
    routing: 'least_loaded',
    step,
  };
  if (request.disaggregated !== true) return fleet;
  // Prompts that one decoding copy has computed for it, over what a copy can compute: the memory of each then crosses the link.
  const share = promptShare(prediction, plan.mean.output);
  const link = chips.get(request.accelerator)!.link;
  return {
    ...fleet,
    instances: PROPORTION,
    split: {
      instances: Math.max(1, Math.ceil((PROPORTION * share) / (1 - share))),
      slots,
      kv_tokens,
      transfer_ms: (tokens) => ((tokens * prediction.memory.perToken) / link) * 1000,
    },
  };
}

/** Of all chips where prompts are apart, those that compute prompts. */
export const promptShare = ({ perChip, prefill, chips }: Prediction, output: number): number =>
  Math.min(0.99, (perChip.mid * prefill * chips) / (output * PREFILL_KEPT));
