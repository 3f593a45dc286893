// The data plane: one endpoint in front of every model on every cloud.
export { isReserved } from './deployment.ts';
export type { Deployment, KeyRecord, Route, Snapshot } from './deployment.ts';
export type {
  AnswerLink,
  BodyHasher,
  CredentialStore,
  EnergyOf,
  FallbackHandler,
  KeyDigest,
  Rated,
  Rater,
  Sealer,
} from './ports.ts';
export type { BypassBook, BypassNote, NamedBypass } from './bypass/bypass.ts';
export { BypassMeter, bypassMemory, type BypassMemory, type BypassState } from './bypass/memory.ts';
export type { CacheStats, PurgeAsked, Purged } from './cache/answer-cache.ts';
export type { KeptAnswer } from './cache/answer.ts';
export type { EnergyEnds, EnergyFactors } from './stages/energy.ts';
export type { Credential } from './credentials/credential.ts';
export type { Classified, Cloud, CloudEvidence } from './clouds/cloud.ts';
export { createLane, type DeploymentHealth, type Lane, type LaneOptions, type LaneStats } from './lane.ts';
export type { Stranger } from './pipeline/lane-context.ts';
export { Tally, type Tallied } from './pipeline/tally.ts';
export { ownTraceId, spanIdOf } from './pipeline/trace-context.ts';
export type { ForeseeAsked, Foreseen, RouteStanding } from './stages/foresee.ts';
export { mintKey } from './stages/api-key.ts';
export { pairOf, type AwsPair } from './stages/aws-pair.ts';
export {
  Limits,
  budgetRule,
  budgetUsed,
  limitMemory,
  LOOKED_AT_ONCE,
  type Amounts,
  type LimitMemory,
  type Listed,
} from './limits/limits.ts';
export type { CallFacts, Over, Ruled } from './limits/applied.ts';
export { quantity as limitQuantity, windowWords as limitWindowWords } from './limits/refusal.ts';
export { rollingPartMs, windowBegin } from './limits/window.ts';
export { capacityMemory, reservationsOf, type CapacityMemory } from './capacity/memory.ts';
export type { MinuteRow } from './capacity/ring.ts';
export type { Reservation, ReservationView } from './capacity/reservation.ts';
export { capacityProblem } from './capacity/rule.ts';
export type { PastCall } from './replay/past-call.ts';
export { replay, type Replayed } from './replay/replay.ts';
export type { Measures, Ranged } from './replay/measures.ts';
export type { Market } from './replay/simulate.ts';
export { conditionRules } from './routing/condition.ts';
export { unreadableIn } from './routing/schema-check.ts';
export { mirrorRouteId } from './routing/mirror-route.ts';
export { modelNames, routesByName } from './routing/compiled.ts';
export { identityOf, type LimitRule, type LimitWindow } from './limits/rule.ts';
export { betasWithinWindow } from './clouds/betas.ts';
export { allClouds, cloudOf } from './clouds/index.ts';
export type { BatchView } from './deadline/batch-desk.ts';
export type { LaterAnswer, LookedUp, WaitingRecord, WaitingStore } from './deadline/waiting-store.ts';
export { deploymentDenial, policyRules } from './routing/policy.ts';
export { defaultRoles, DEVELOPER_NAMES, rolesOf, SELLER_NAMES } from './clouds/roles.ts';
export {
  createCredentialStore,
  type CredentialReport,
  type RefreshingStore,
  type Schedule,
  type StoreOptions,
} from './credentials/store.ts';
export { createSecretReader, SECRET_BYTES_MOST } from './credentials/secret.ts';
export type { ReadSecret, SecretName } from './credentials/credential-source.ts';
