// Pure models of what stands behind the models: the alliance as a system that runs. Everything they give is simulated.
export type { Band } from './system/bands.ts';
export { compareSamples, type Comparison, type MoveSeen, type OutputDifference } from './system/compare.ts';
export { capitalRecovery, gpuHourCost, type GpuHourCost } from './money/levelised.ts';
export { checkedScenario } from './system/checked.ts';
export { runScenario, scenarioList, type LoadScenario } from './system/report.ts';
export type { Seeds } from './system/seeds.ts';
export {
  marketPlan,
  PRICE_NAMES,
  REACH_PATHS,
  type DeploymentPlan,
  type MarketPlan,
  type OfferPlan,
} from './system/market-plan.ts';
export { checkScenario, readScenario, SCENARIO_FILES, type Further } from './system/read.ts';
export { PATHS_MOST, sampleScenario, type Sample } from './system/sample.ts';
export type { Scenario } from './system/scenario.ts';
export { summarise, type Delivery, type OutputBands, type Summary } from './system/summary.ts';
export { applySwitches, SWITCH_NAMES, SWITCHES, type Move, type Switch, type SwitchName } from './system/switches.ts';
export { CATALOGUE_FILES, readCatalogues, type Catalogues } from './catalogue/catalogues.ts';
export { readPlan, checkPlan } from './plan/kinds.ts';
export type { ReadPlan } from './plan/report.ts';
export { checkedPlan, planList, runPlans } from './plan/run.ts';
export { PLAN_FILES } from './plan-files.ts';
