// What stands beside the way chosen: what one step of co-design would change, and what long contexts ask of it. Both are the performance
// model's, for the way as it is; what cannot be is told with its reason, never left out.
import { isAppError } from '@weighbridge/kernel';
import { changeWorth, type Change, type Delta } from '../performance/deltas.ts';
import { longContext, type LongContext } from '../performance/long-context.ts';
import { predict, type PerformanceModel } from '../performance/predict.ts';
import type { Request } from '../performance/request.ts';
import type { ResolvedServingPlan } from './plan.ts';
import type { Way } from './way.ts';

export interface Step {
  readonly title: string;
  /** What it is worth, or why it cannot be. */
  readonly worth: Delta | string;
  /** The way has it: its worth is over what the way would be without. */
  readonly taken: boolean;
}

/** A kernel that is so much faster, memory and links alike. */
const FASTER = 1.2;

export function stepsOf(plan: ResolvedServingPlan, performance: PerformanceModel, way: Way): readonly Step[] {
  const { request, candidate } = way;
  const mixed = performance.shapes.get(plan.model)!.experts > 0;
  const held = (title: string, change: Change, from: Request = request, taken = false): Step => ({
    title: taken ? `${title} (the plan has it)` : title,
    worth: told(() => changeWorth(performance, from, change)),
    taken,
  });
  return [
    plan.precision === 'bf16'
      ? held('FP8 for BF16', { kind: 'precision', to: 'fp8' })
      : held(
          'FP4 for FP8',
          { kind: 'precision', to: 'fp4' },
          { ...request, precision: 'fp8' },
          plan.precision === 'fp4',
        ),
    held(`a copy over ${candidate.tensor * 2} linked chips, not ${candidate.tensor}`, {
      kind: 'domain',
      chips: candidate.tensor * 2,
    }),
    mixed
      ? held('kernels of experts 20 % faster', { kind: 'kernel', part: 'experts', times: FASTER })
      : held('kernels of dense layers 20 % faster', { kind: 'kernel', part: 'dense', times: FASTER }),
    held('kernels of attention 20 % faster', { kind: 'kernel', part: 'attention', times: FASTER }),
    held('exchange between chips 20 % faster', { kind: 'kernel', part: 'network', times: FASTER }),
    held('memory with 20 % more bandwidth', { kind: 'bandwidth', times: FASTER }),
    held('links twice as fast', { kind: 'link', times: 2 }),
  ];
}

export interface Reach {
  readonly tokens: number;
  readonly held: (LongContext & Together) | string;
}

interface Together {
  /** Calls with the host's memory, as many as the way has in flight at the most. */
  readonly together: number;
  /** As many as keep the limit of a token in memory alone; 0 where not even one does. */
  readonly within: { readonly calls: number; readonly tpot: number };
}

const LENGTHS = [32_768, 131_072];

/** Of the way chosen: contexts of some lengths and of the plan's own, with as many calls in flight as memory and host hold. */
export function reachesOf(plan: ResolvedServingPlan, performance: PerformanceModel, way: Way): readonly Reach[] {
  const { context } = performance.shapes.get(plan.model)!;
  const lengths = [...new Set([...LENGTHS.filter((each) => each <= context), plan.context.tokens])];
  return lengths
    .toSorted((a, b) => a - b)
    .map((tokens) => ({ tokens, held: told(() => reach(plan, performance, way, tokens)) }));
}

function reach(
  plan: ResolvedServingPlan,
  performance: PerformanceModel,
  { request, candidate }: Way,
  tokens: number,
): LongContext & Together {
  const output = Math.min(plan.mean.output, tokens / 2);
  const asked = { ...request, input: tokens - output, output };
  const host = { bytes: plan.context.host * 1e9 };
  const most = longContext(performance, asked, host, 1).offload.fits;
  const together = Math.min(candidate.concurrency, most);
  const held = longContext(performance, asked, host, together);
  return {
    ...held,
    together,
    within: withinLimit(plan, performance, asked, Math.min(candidate.concurrency, held.fits)),
  };
}

/** By halving: a token takes longer the more calls there are. */
function withinLimit(
  plan: ResolvedServingPlan,
  performance: PerformanceModel,
  request: Request,
  most: number,
): Together['within'] {
  const limit = plan.work.tpot / 1000;
  const at = (concurrency: number): number => predict(performance, { ...request, concurrency }).tpot.mid;
  if (most < 1 || at(1) > limit) return { calls: 0, tpot: 0 };
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (at(middle) <= limit) low = middle;
    else high = middle - 1;
  }
  return { calls: low, tpot: at(low) };
}

function told<Value>(of: () => Value): Value | string {
  try {
    return of();
  } catch (error) {
    if (!isAppError(error) || error.code !== 'PLAN_IMPOSSIBLE') throw error;
    return error.message;
  }
}
