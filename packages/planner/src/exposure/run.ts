// A plan of exposure, run: how much hangs on few, each shock played through, and how easily each workload could go elsewhere. What is
// played through is simulated, and says so.
import { allConcentrations, type ExposureConcentration } from './concentration.ts';
import { exitPlan, exitPlanMarkdown, type ExitPlan } from './exit-plan.ts';
import { amountsOf, rulesOf } from './placing.ts';
import type { ExposurePlan } from './plan.ts';
import { portability, type Portability } from './portability.ts';
import { rowsOf } from './rows.ts';
import { stress, type Stress } from './stress.ts';

export interface ExposureRun {
  readonly simulated: true;
  readonly plan: string;
  readonly title: string;
  readonly as_of: string;
  readonly currency: string;
  readonly concentration: readonly ExposureConcentration[];
  readonly shocks: readonly (Stress & { readonly name: string })[];
  readonly portability: readonly Portability[];
}

export interface ExitRun {
  readonly simulated: true;
  readonly exit: ExitPlan;
  readonly markdown: string;
}

/** Throws PLAN_INVALID. */
export function runExposurePlan(plan: ExposurePlan): ExposureRun {
  const rules = rulesOf(plan);
  return {
    simulated: true,
    plan: plan.name,
    title: plan.title,
    as_of: plan.as_of,
    currency: plan.currency,
    concentration: allConcentrations(rowsOf(rules, amountsOf(rules)), plan.ties),
    shocks: Object.entries(plan.shocks).map(([name, shock]) => ({ name, ...stress(plan, shock) })),
    portability: Object.keys(plan.workloads).map((name) => portability(plan, name)),
  };
}

/** Of leaving a seller. Throws PLAN_INVALID for one that sells nothing here. */
export function runExit(plan: ExposurePlan, seller: string): ExitRun {
  const exit = exitOf(plan, seller);
  return { simulated: true, exit, markdown: exitPlanMarkdown(exit) };
}

/** Throws PLAN_INVALID for a seller that sells nothing here. */
export function exitOf(plan: ExposurePlan, seller: string): ExitPlan {
  const contract = Object.hasOwn(plan.contracts, seller) ? plan.contracts[seller] : undefined;
  return exitPlan(plan, seller, contract ?? { source: 'no contract is given in the plan' }, plan.as_of);
}
