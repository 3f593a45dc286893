// A plan for serving run: ways on the front within the limit on a token, of them one that keeps the first token too, that one simulated,
// and the figures over draws. In a whole run further ways of the front are simulated as well.
import { studyModel, type Study } from '../draws/study.ts';
import type { PerformanceModel } from '../performance/predict.ts';
import { servingModel, type ServingModel } from './model.ts';
import type { ResolvedServingPlan } from './plan.ts';
import { simulateWay, type Simulated } from './simulated.ts';
import { waysOf, type Way, type Ways } from './way.ts';

export interface ServingRun extends Ways {
  readonly simulated: ReadonlyMap<Way, Simulated>;
  readonly model: ServingModel;
  readonly study: Study;
}

/** Ways beside the chosen one that are simulated, and the draws from which on they are. */
const BESIDE = 2;
const WHOLE_DRAWS = 1_000;

/** Throws PLAN_INVALID, and PLAN_IMPOSSIBLE for what the chips cannot run. */
export function runServingPlan(
  plan: ResolvedServingPlan,
  performance: PerformanceModel,
  options: { readonly seed: number; readonly draws: number },
): ServingRun {
  const ways = waysOf(plan, performance);
  const model = servingModel(plan, ways.chosen);
  const study = studyModel(model, { seed: options.seed, count: options.draws });
  const others = ways.tried.filter((each): each is Way => 'latency' in each && each !== ways.chosen);
  const looked = [ways.chosen, ...(options.draws >= WHOLE_DRAWS ? others.slice(0, BESIDE) : [])];
  const simulated = new Map(looked.map((way) => [way, simulateWay(plan, way, options.seed)] as const));
  return { ...ways, simulated, model, study };
}
