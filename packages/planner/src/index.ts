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
export { bandsOf, studyModel } from './draws/study.ts';
export { powerModel } from './power/model.ts';
export { readPowerPlan } from './power/plan.ts';
export { runPowerPlan } from './power/run.ts';
export { PLAN_FILES } from './plan-files.ts';
export { said as saidNumber } from './plan/cells.ts';
export { checkPlan, readPlan } from './plan/kinds.ts';
export type { PlanBasis, ReadPlan } from './plan/report.ts';
export { checkedPlan, planList, runPlans, withRows, type RunnablePlan } from './plan/run.ts';
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
export { scoreTable } from './score/score.ts';
export { SCORE_KINDS, type Score, type ScoreKind } from './score/score-parts.ts';
export { erlangB, erlangC } from './queueing/erlang.ts';
export { fleetLatency, type Latency, type OfferedLoad, type RequestKind, type Saturated } from './queueing/latency.ts';
export {
  serversFor,
  UTILISATION_CAP,
  waiting,
  waitQuantile,
  type Queue,
  type SizingAim,
  type Waiting,
} from './queueing/waiting.ts';
export {
  linearStep,
  type FleetForm,
  type LinearStep,
  type SplitForm,
  type StepTime,
} from './queueing/simulator/fleet.ts';
export type { Interval as SimulatedInterval, Measured, Times } from './queueing/simulator/measure.ts';
export type { Arrival, Asked, Load } from './queueing/simulator/request.ts';
export { simulate, type Census, type Simulation } from './queueing/simulator/simulate.ts';
export { Chance } from './numbers/chance.ts';
export {
  scoreFirstToken,
  type FirstTokenRow,
  type FirstTokenRun,
  type FirstTokenScore,
} from './queueing/first-token-score.ts';
export { type ReservedUnit, type TokenClass } from './catalogue/reserved-units.ts';
export {
  sizeSold,
  sizeUnits,
  weightedTokens,
  type SizingLine,
  type UnitDemand,
  type UnitSizing,
} from './reserved/sizing.ts';
export { newsvendor, newsvendorUnits, type NewsvendorAnswer, type NewsvendorForm } from './reserved/newsvendor.ts';
export { bestMix, breakEvenUtilisation } from './reserved/mix.ts';
export type { Mix, MixBlock, MixMilestone, MixOffer, MixPeriod, MixProblem, Purchase } from './reserved/mix-form.ts';
export { loadSolver, type Solver } from './reserved/solver.ts';
export {
  checkLengths,
  drawLength,
  kindsOf,
  lengthBelow,
  lengthMoments,
  lengthQuantile,
  type LengthMoments,
  type TokenLengths,
} from './demand/lengths.ts';
export {
  cachedTokens,
  demandFromReceipts,
  demandFromTrace,
  replay,
  type DemandSeries,
  type DemandWindow,
  type ReceiptHour,
  type TokenCounts,
  type TraceReading,
  type TraceRow,
} from './demand/series.ts';
export {
  demandTyped,
  drawTyped,
  FLAT_WEEK,
  weekOf,
  weekSeen,
  type TypedDemand,
  type Week,
  type WeekForm,
} from './demand/week.ts';
export { durationBlocks, levelsOf, minuteQuantile, requestsOf, tokensOf, type DemandLevels } from './demand/levels.ts';
export { growthFitted, growthTyped, grown, type Growth } from './demand/growth.ts';
export {
  allConcentrations,
  EXPOSURE_AXES,
  EXPOSURE_MEASURES,
  exposureConcentration,
  type ExposureAxis,
  type ExposureConcentration,
  type ExposureMeasure,
  type ExposureRow,
  type Ties,
} from './exposure/concentration.ts';
export {
  carbonBudget,
  energyCost,
  energyShocked,
  type CarbonAnswer,
  type CarbonBudget,
  type EnergyContract,
  type EnergyCost,
  type EnergyMonth,
} from './exposure/energy.ts';
export { type Estate, type ModelProof, type PlanDeployment, type PlanWorkload } from './exposure/estate.ts';
export { type ExitContract, type ExitLine } from './exposure/exit-contract.ts';
export { exitPlan, exitPlanMarkdown, type ExitPlan } from './exposure/exit-plan.ts';
export { portability, PORTABILITY_POINTS, type Portability, type PortabilityPart } from './exposure/portability.ts';
export { shockText, type Selector, type Shock } from './exposure/shocks.ts';
export { stress, type Considered, type Outcome, type Stress, type StressedWorkload } from './exposure/stress.ts';
export {
  mixProblems,
  type OnDemandPrices,
  type PlannedMix,
  type PlannedOffer,
  type PlannedWorkload,
} from './reserved/from-demand.ts';
export { replicasFor, type LatencyAim, type Replicas } from './queueing/replicas.ts';
export { modelStep, type ModelStep } from './queueing/model-step.ts';
export { FIRST_TOKEN_SPREAD, readFirstTokens, scoreFirstTokens, type FirstTokenTable } from './score/first-token.ts';
export type { DemandRows, OwnHours, WantedRows } from './reserved/demand-rows.ts';
export { RECEIPT_FILTERS } from './reserved/plan-form.ts';
export { readReceiptHours, receiptHoursText } from './reserved/receipt-hours.ts';
export { EXPOSURE_PLAN_FILE, EXPOSURE_PLAN_NAME, readExposurePlan, type ExposurePlan } from './exposure/plan.ts';
export { runExit, runExposurePlan, type ExitRun, type ExposureRun } from './exposure/run.ts';
