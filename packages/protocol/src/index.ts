// The public contracts: what a journal entry holds, what the configuration may say, what the parts call each other by.
// Browser-safe; grows by addition only.
export {
  SERVER_TOOLS,
  TOKEN_CLASSES,
  usageTotals,
  type ServerTool,
  type TokenClass,
  type Usage,
  type UsageSource,
} from './usage.ts';
export {
  CLOUDS,
  DIALECTS,
  REGION_GRADES,
  ROLE_NAMES,
  TIERS,
  type CloudId,
  type DialectId,
  type RegionGrade,
  type Roles,
} from './market.ts';
export {
  BUDGET_RULE,
  LIMIT_AMOUNT_MOST,
  LIMIT_CALENDAR,
  LIMIT_DIMENSIONS,
  LIMIT_MEASURES,
  PERSON_DIMENSIONS,
  SOFT_ALERT_AT,
  type LimitCalendar,
  type LimitDimension,
  type LimitMeasure,
} from './limit-names.ts';
export { LOG_FORMATS, LOG_LEVELS, loggingConfig, type LoggingConfig, type LogLevel } from './logging-config.ts';
export type { SecurityDestinationConfig } from './security-config.ts';
export { SECURITY_EVENT_NAMES, type SecurityEventName, type SecurityState } from './security-names.ts';
export type { CacheScope, CacheSettings } from './cache-config.ts';
export { durationMs } from './duration.ts';
export {
  OBSERVED_SOURCES,
  type ObservedChange,
  type ObservedHead,
  type ObservedPart,
  type ObservedRow,
  type ObservedSource,
  type ObservedSpan,
} from './observed.ts';
export {
  crossedInput,
  crossedSchema,
  observedInput,
  observedSchema,
  type Crossed,
  type Observed,
} from './queries/observed.ts';
export {
  type CoverageRowView,
  type CoverageSide,
  type CoverageView,
  type ImportedRecord,
  type Imports,
} from './control/coverage.ts';
export type { AlertChannelConfig } from './alert-config.ts';
export type { BypassConfig } from './bypass-config.ts';
export * from './bypass.ts';
export {
  RECORD_STATES,
  WINDOW_VERDICTS,
  type OpenBypass,
  type Reconciled,
  type RecordState,
  type WindowDetail,
  type WindowRow,
  type Windows,
  type WindowVerdict,
} from './control/windows.ts';
export * from './control/window-words.ts';
export { windowRecordsInput, windowRecordsSchema, type WindowRecords } from './queries/window-records.ts';
export type { TelemetryConfig } from './telemetry-config.ts';
export type { AlertTold, ChannelState } from './control/alerts.ts';
export { deadlineWords, legOrigin, legResult } from './leg-words.ts';
export type { CascadeConfig, HedgeConfig } from './legs-config.ts';
export type { LimitConfig } from './limit-config.ts';
export type { CandidateWhen } from './candidate-when.ts';
export { STRATEGIES, type StrategyName } from './strategy-names.ts';
export type { Page } from './page.ts';
export {
  entryProblems,
  leafProblems,
  scanGroup,
  scanLeaf,
  type RatedCall,
  type RatedCharge,
  type RatedUsage,
} from './receipt-shape.ts';
export * from './receipt.ts';
export {
  ENTRY_KINDS,
  GROUPS,
  type By,
  type CarriedFrom,
  type EntryDraft,
  type EntryKind,
  type Group,
  type Leaf,
  type LogKind,
} from './entry.ts';
export {
  configSchema,
  configJsonSchema,
  type Config,
  type CredentialConfig,
  type DeploymentConfig,
  type KeyPolicyConfig,
  type RouteConfig,
} from './config.ts';
export {
  AMOUNTS,
  COUNTERS,
  DIMENSIONS,
  LATENCY_DIMENSIONS,
  LATENCY_METRICS,
  PERSONAL_DIMENSIONS,
  SERVED_DIMENSIONS,
  TOKEN_COUNTERS,
  type Amount,
  type Counter,
  type Dimension,
  type LatencyDimension,
  type LatencyMetric,
  type TokenCounter,
} from './dimensions.ts';
export { bucketBounds, bucketOf, LATENCY_RELATIVE_ERROR, quantileOf, type BucketCount } from './latency-buckets.ts';
export {
  DAY_MS,
  HOUR_MS,
  dimensionFilterSchema,
  latencyFilterSchema,
  memberSchema,
  periodSchema,
  type DimensionFilter,
  type LatencyFilter,
  type Member,
  type Period,
} from './queries/period.ts';
export {
  breakdownInput,
  breakdownSchema,
  MEASURES,
  overviewInput,
  overviewSchema,
  seriesInput,
  seriesSchema,
  spendSchema,
  totalsSchema,
  type Breakdown,
  type BreakdownInput,
  type Measure,
  type Overview,
  type OverviewInput,
  type Series,
  type SeriesInput,
  type Spend,
  type Totals,
} from './queries/totals.ts';
export { dailySpendInput, dailySpendSchema, type DailySpend, type DailySpendRow } from './queries/daily-spend.ts';
export {
  CONTRACT_STATUSES,
  contractStatus,
  notBinding,
  owesWord,
  STANDINGS,
  type ContractStatus,
  type Standing,
} from './deal/contract-status.ts';
export { contractField, contractPath, OBLIGATION_WORDS } from './deal/contract-words.ts';
export { wholeSpan, type DaySpan } from './deal/day-span.ts';
export { CONTRACT_TEXT_MOST, REGISTER_TEXT_MOST, SCENARIO_TEXT_MOST } from './deal/text-bounds.ts';
export {
  type CheckedContract,
  type ContractDetail,
  type ContractExamples,
  type ContractFinding,
  type FeeRange,
  type ContractReading,
  type ContractRow,
  type Contracts,
  type ExitRow,
  type FileProblem,
  type ObligationRow,
  type ObligationsView,
  type PossibilityRow,
  type QuestionnaireView,
  type SavedContract,
  type ShortfallRow,
  type UnreadableContract,
} from './deal/contracts.ts';
export { type Commitment, type Commitments, type Drawn, type Forecast, type Tranche } from './deal/commitments.ts';
export { CLAIM_STATE_NAMES, type ClaimRow, type Claims, type EvidenceRow } from './deal/claims.ts';
export { FAILURE_NAMES, INCIDENT_STEPS, type Duties, type DutyRow, type IncidentView } from './deal/duties.ts';
export type { CheckedRegister, LinkRow, PartyRow, RegisterView, SavedRegister } from './deal/register.ts';
export { PLAYBOOK_GROUPS, type PlaybookView } from './deal/playbook.ts';
export { DECISION_KINDS, type Brief, type BriefDecision } from './deal/brief.ts';
export { briefSheet, type Sheet, type SheetSection } from './deal/brief-sheet.ts';
export {
  A4,
  heightOf as sheetHeight,
  LINES as SHEET_LINES,
  noteLines,
  noteOf,
  ROOM as SHEET_ROOM,
  rowHeight,
  TYPE as SHEET_TYPE,
  type SheetLayout,
} from './deal/sheet-page.ts';
export { latencyInput, latencySchema, type Latency, type LatencyInput } from './queries/latency.ts';
export {
  behindInput,
  behindSchema,
  callRowSchema,
  callsInput,
  callsSchema,
  receiptInput,
  receiptSchema,
  type Behind,
  type BehindInput,
  type CallRow,
  type Calls,
  type CallsInput,
  type Receipt,
  type ReceiptInput,
} from './queries/calls.ts';
export {
  callFilterSchema,
  NUMBER_FIELDS,
  TEXT_FIELDS,
  TRUTH_FIELDS,
  type CallSearchFilter,
} from './queries/call-search.ts';
export { parseCallSearch, type CallSearch } from './filter/call-filters.ts';
export { CALL_KEYS, NONE, type CallKey } from './filter/call-keys.ts';
export {
  countNumber,
  durationNumber,
  exampleOf,
  formatFilter,
  MAX_FILTER_CHARS,
  parseFilter,
  quoteIfNeeded,
  toggleTerm,
  withoutTerm,
  wordsOf,
  type FilterKey,
  type FilterProblem,
  type FilterReading,
  type PlacedTerm,
  type Term,
} from './filter/grammar.ts';
export {
  alertsSchema,
  configurationsSchema,
  keysSchema,
  logInput,
  logSchema,
  pageInput,
  type AlertRow,
  type Alerts,
  type ConfigurationRow,
  type Configurations,
  type KeyRow,
  type Keys,
  type Log,
  type LogHour,
  type LogInput,
  type PageInput,
} from './queries/administration.ts';
export {
  PROJECTION_STATES,
  projectionsStateSchema,
  type ProjectionsState,
  type ProjectionState,
} from './queries/freshness.ts';
export { CONTROL, EVERYWHERE, type ControlAnswer, type ControlAsked, type ControlInput } from './control/endpoints.ts';
export type { Endpoint } from './control/endpoint.ts';
export { CONTENT_SECURITY_POLICY } from './control/content-policy.ts';
export {
  CONTROL_BASE,
  CONTROL_ROUTES,
  controlRoute,
  EXPORT_PATH,
  LIVE_PATH,
  OPENAPI_PATH,
  PLAY_PATH,
  SAMPLE_MOUNT,
  TOKEN_HEADER,
  type ControlName,
} from './control/routes.ts';
export {
  controlClient,
  requestFor,
  type ControlClient,
  type ControlRequest,
  type ControlTransport,
} from './control/client.ts';
export {
  pageSession,
  type LiveAsked,
  type LiveEvent,
  type PageParts,
  type PageSession,
  type PlayCall,
} from './control/browser.ts';
export { problemSchema, type ControlProblem } from './control/problem.ts';
export { actorSchema, type Actor, type ConfigurationHistory, type ConfigurationView } from './control/configuration.ts';
export type { CacheRow } from './control/cache.ts';
export { PRIORITIES, type Priority } from './priority-names.ts';
export { LIMIT_COUNTERS_MOST, type LimitCounter, type LimitForecast, type LimitRow } from './control/limits.ts';
export type { CapacityRow } from './control/capacity.ts';
export type { CapacityConfig } from './capacity-config.ts';
export { type DeploymentRow, type LaneHealth, type RouteRow } from './control/fleet.ts';
export { type ControlEntry, type ControlJournal, type WitnessView } from './control/journal.ts';
export { type ControlKey, type CreatedKey } from './control/keys.ts';
export { PLAY_COLUMNS_MOST, PLAY_EVENTS, playInput } from './control/playground.ts';
export type { PlayAs, PlayAsked, PlayEvent } from './control/playground.ts';
export { LIVE_EVENTS, liveInput, type LiveGap, type LiveState } from './control/live.ts';
export { type CallDetail } from './control/receipt.ts';
export { type ConsoleLink, type ControlSession, type OpenedSession } from './control/session.ts';
export { PLAIN_FORM, shellWord, typedAs, type CommandForm } from './control/command-form.ts';
export {
  type CheckedScenario,
  type ScenarioAsked,
  type ScenarioBand,
  type ScenarioDelivery,
  type ScenarioDifference,
  type ScenarioFlow,
  type ScenarioLine,
  type ScenarioMeaning,
  type ScenarioRun,
  type Scenarios,
  type ScenarioSide,
  type ScenarioTags,
  type ScenarioThrown,
  type ScenarioUnit,
} from './control/scenario.ts';
export {
  SCENARIO_LINES,
  SCENARIO_NAMES,
  SCENARIO_SIDES,
  SCENARIO_PATHS,
  SCENARIO_SWITCHES,
  type ScenarioLineName,
  type ScenarioName,
  type ScenarioSideName,
  type ScenarioSwitch,
} from './scenario-names.ts';
export {
  type CheckedPlan,
  type PlanAsked,
  type PlanBand,
  type PlanCell,
  type PlanChart,
  type PlanChoice,
  type PlanControl,
  type OwnEstate,
  type PlanDocument,
  type PlanDifference,
  type PlanFigure,
  type PlanRange,
  type PlanReport,
  type PlanRun,
  type Plans,
  type PlanSwing,
  type PlanTable,
} from './control/plan.ts';
export {
  PLAN_CHANGES_MOST,
  PLAN_DRAWS,
  PLAN_KINDS,
  PLAN_NAMES,
  PLAN_SEED_MOST,
  PLAN_SIDES,
  PLAN_TEXT_MOST,
  type PlanKindName,
  type PlanName,
  type PlanSideName,
} from './plan-names.ts';
export { planDiffers, type PlanDiffers } from './plan-differs.ts';
export { SAMPLE_CALLS, type SampleState } from './control/sample.ts';
export { type ControlStatus } from './control/status.ts';
export { type SavedView } from './control/views.ts';
export { EXPORT_FORMATS, type PAPER_FORMATS, type PreparedExport, type PrepareExport } from './control/exports.ts';
export { type Found } from './control/find.ts';
export * from './client-tools/index.ts';
