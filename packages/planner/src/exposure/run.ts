// A plan of exposure, run: how much hangs on few, each shock played through, and how easily each workload could go elsewhere. What is
// played through is simulated, and says so.
import { allConcentrations, type ExposureConcentration, type ExposureRow } from './concentration.ts';
import { monthlyCost } from './estate.ts';
import { exitPlan, exitPlanMarkdown, type ExitPlan } from './exit-plan.ts';
import type { ExposurePlan } from './plan.ts';
import { portability, type Portability } from './portability.ts';
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
  return {
    simulated: true,
    plan: plan.name,
    title: plan.title,
    as_of: plan.as_of,
    currency: plan.currency,
    concentration: allConcentrations(rowsOf(plan), plan.ties),
    shocks: Object.entries(plan.shocks).map(([name, shock]) => ({ name, ...stress(plan, shock) })),
    portability: Object.keys(plan.workloads).map((name) => portability(plan, name)),
  };
}

/** Of leaving a seller. Throws PLAN_INVALID for one that sells nothing here. */
export function runExit(plan: ExposurePlan, seller: string): ExitRun {
  const contract = Object.hasOwn(plan.contracts, seller) ? plan.contracts[seller] : undefined;
  const exit = exitPlan(plan, seller, contract ?? { source: 'no contract is given in the plan' }, plan.as_of);
  return { simulated: true, exit, markdown: exitPlanMarkdown(exit) };
}

/** Each workload where it goes now. */
function rowsOf({ workloads, deployments }: ExposurePlan): ExposureRow[] {
  return Object.values(workloads).flatMap((workload): ExposureRow[] => {
    const home = deployments[workload.route[0]];
    if (home === undefined) return [];
    const { input, cached, output } = workload.tokens_per_month;
    return [
      {
        contracting_entity: home.seller,
        model_family: home.family,
        cloud: home.cloud,
        region: home.region,
        ...(home.accelerator === undefined ? {} : { accelerator: home.accelerator }),
        measures: {
          spend: monthlyCost(workload, home),
          tokens: input + cached + output,
          criticality: workload.criticality,
        },
      },
    ];
  });
}
