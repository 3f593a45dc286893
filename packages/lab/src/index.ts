// The lab: simulated clouds that speak the real wire protocols and check them, with switchable faults and workload
// generators. No product package imports it; the gateway reaches it over a socket.
export {
  LAB_SITES,
  SITE_FACTS,
  type LabCredentials,
  type LabEndpoints,
  type LabLatency,
  type LabOptions,
  type LabSite,
} from './endpoints.ts';
export { startLab, type RunningLab } from './start.ts';
export { labConfiguration } from './configuration.ts';
export { marketConfiguration } from './market/configuration.ts';
export type { LabMarket } from './market/market.ts';
export { Provisioned } from './market/provisioned.ts';
export { marketProblems } from './market/offers.ts';
export { labControl, type LabBatchSeen, type LabControl } from './control.ts';
export {
  FAULT_NAMES,
  faultNamed,
  LAB_FAULTS,
  type FaultName,
  type FaultRow,
  type FaultSettings,
} from './faults/table.ts';
export type { ActiveFault, FaultRule } from './faults/registry.ts';
export type { ServedOutcome, ServedRow, ServedTotals } from './ledger.ts';
export type { TapeInfo } from './tapes.ts';
export type { CapturedRequest } from './lab.ts';
export { parseTrace, readTrace, type TraceForm, type TraceRow } from './workload/trace.ts';
export { requestsOfTrace, type TraceTarget, type WorkloadRequest } from './workload/request.ts';
export { requestsOfMix, type Mix, type MixModel, type MixTeam } from './workload/mix.ts';
export type { WorkloadOutcome, WorkloadRow } from './workload/row.ts';
export { runWorkload, type WorkloadOptions } from './workload/run.ts';
export { percentilesOf, type Percentiles, type WorkloadSummary } from './workload/summary.ts';
