// Pure models: what a megawatt, a rack or a price comes to, and the alliance behind it as a system that runs. Everything they give
// is an estimate or simulated, and says so.
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
export type { CatalogueText } from './catalogue/catalogue.ts';
export {
  CATALOGUE_FILES,
  CATALOGUE_NAMES,
  readCatalogues,
  type CatalogueName,
  type Catalogues,
} from './catalogue/catalogues.ts';
export { isSourced, type Sourced, type Stated } from './catalogue/sourced.ts';
export {
  energyRowOf,
  energyTable,
  ENERGY_TABLE_FILE,
  type EnergyEnds,
  type EnergyRow,
  type EnergyTable,
} from './energy/table.ts';
export { PLAN_FILES } from './plan-files.ts';
export { checkPlan, readPlan } from './plan/kinds.ts';
export type { ReadPlan } from './plan/report.ts';
export { checkedPlan, planList, runPlans } from './plan/run.ts';
export { scoreGigawatt, type GigawattScore } from './score/gigawatt.ts';
