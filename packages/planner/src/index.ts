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
export { bandsOf, studyModel, type OutputBand } from './draws/study.ts';
export { readCostPlan } from './money/plan.ts';
export { runCostPlan, type CostRun } from './money/run.ts';
export { PLAN_FILES, planKindOf } from './plan-files.ts';
export { powerModel } from './power/model.ts';
export { readPowerPlan } from './power/plan.ts';
export { runPowerPlan, type PowerRun } from './power/run.ts';
export { scoreGigawatt, type GigawattScore } from './score/gigawatt.ts';
export { PRECISIONS, type Precision } from './catalogue/models.ts';
export { CALIBRATION_FILE, calibrationText, readCalibration, type Calibration } from './performance/calibration.ts';
export { changeWorth, type Change, type Delta } from './performance/deltas.ts';
export type { Interval } from './performance/interval.ts';
export { longContext, type HostMemory, type LongContext } from './performance/long-context.ts';
export { performanceModel } from './performance/model.ts';
export { predict, type PerformanceModel, type Prediction } from './performance/predict.ts';
export type { Request as PerformanceRequest } from './performance/request.ts';
export { searchConfigurations, type Candidate, type SearchAsk, type SearchResult } from './performance/search.ts';
export { estimateTraining, type TrainingAsk, type TrainingEstimate } from './performance/training.ts';
export { benchOf, type Bench } from './score/bench.ts';
export { calibrateFolder, TABLE_FILES, type CalibrationReport, type TableTexts } from './score/calibrate-folder.ts';
export type { Measures } from './score/measures.ts';
export { scoreTable, SCORE_KINDS, type Score, type ScoreKind } from './score/score.ts';
