// The composition root of the product, and what the command line needs of it.
export { checkFigures } from './closing/closing.ts';
export { openLog, type Log, type LogAsked } from './logging/open-log.ts';
export { causeWords, crashFacts, type CrashFacts } from './logging/cause.ts';
export type { LogEvent, LogFacts, Say } from './logging/events.ts';
export { startServer, type RunningServer, type ServerOptions } from './start.ts';
export { countSeen } from './admin/limits-seen.ts';
export { simulateAtRest } from './replay/simulate-route.ts';
export { limitMembersView, limitsAtRest, limitsView } from './admin/limits-view.ts';
export { openStores, type Stores, type StoresOptions } from './admin/stores.ts';
export { checkNewKey, openKeyStore, viewOf, type KeyStore, type KeyView, type NewKey } from './admin/key-store.ts';
export { readBooks, readConfigs, readKeys, type BookRecord, type Change, type ConfigRecord } from './admin/entries.ts';
export { CARRIED_KINDS, NO_LOG } from './admin/entry-fold.ts';
export { openObservedDesk } from './observed/observed-desk.ts';
export { openDealDesk, type DealDesk } from './deal/deal-desk.ts';
export { enterAnswers } from './deal/answers-as-claims.ts';
export { checkedRegister, registerExample, savedRegister } from './deal/register.ts';
export { dealAtRest } from './deal/at-rest.ts';
export { savedOf, type LogName } from './deal/contracts.ts';
export { namesAtRest } from './deal/receipts-known.ts';
export { briefAtRest } from './deal/brief/at-rest.ts';
export { briefHtml } from './deal/brief/html.ts';
export { briefPdf } from './deal/brief/pdf.ts';
export { hoursAtRest, lastDays, ownHoursFrom, type HourFilters } from './plan/own-hours.ts';
export { documentHtml, planHtml } from './plan/report/html.ts';
export { documentPdf, planPdf } from './plan/report/pdf.ts';
export { ownEstateAtRest } from './plan/estate/own-estate.ts';
export { readAnswersFile, readEvidenceFile } from './deal/files.ts';
export { alertsAtRest } from './alerts/told.ts';
export { recentAlerts, type AlertView } from './admin/alerts.ts';
export { isReference, openBlobs, type Blobs } from './admin/blobs.ts';
export {
  changeLogKey,
  eraseSubject,
  type Activated,
  type Administration,
  type Erased,
} from './admin/administration.ts';
export { orderOf, pruneRecords, type PrunedAnswer } from './admin/retention.ts';
export { compileDeployment, compileSnapshot, effectiveBudget } from './config/compile.ts';
export {
  DEFAULT_BUDGET,
  findCredentials,
  liveConfiguration,
  processEnvironment,
  type Environment,
  type FoundCredential,
} from './config/environment.ts';
export { checkKeyEntries, linesToAdd, requireListed } from './config/key-entries.ts';
export { configSchemaText } from './config/json-schema.ts';
export { checkConfigFile, checkConfigText, checkConfigValue, requireConfig, type LoadedConfig } from './config/load.ts';
export { openPrices, type Prices } from './config/prices.ts';
export { askControl, controlSocket } from './control/control-client.ts';
export { openApiText } from './api/openapi.ts';
export type { Status } from './control/operations.ts';
export type { ProbeResult } from './control/probe.ts';
export { importConfig, type Imported, type MovingFrom } from './moving/import-config.ts';
export { openHome, readInstance, type Home, type Instance } from './home.ts';
export { foldKeys, type KeyEntry, type KeyState, type KeyWho } from './keys/fold.ts';
export { warmLanes, type WarmLanes } from './lanes/lane-pool.ts';
export { type Projections } from './projector/projector-host.ts';
export { checkTables, readTables, rebuildTables, type FoldOptions } from './projector/rebuild.ts';
export { differences, digestTables, type Digests, type TableDigest } from './projector/digests.ts';
export { type QueryAnswer, type QueryInput, type QueryName } from './queries/index.ts';
export { storeSettings, type StoreSettings } from './store/settings.ts';
/** The projector in parts, for the bench and the fault simulator: product code starts it through `startServer`. */
export { openProjector, type Projector } from './projector/projector.ts';
export { type Pacing } from './projector/pacing.ts';
export { Source } from './projector/source.ts';
export type { Fact } from './projector/facts.ts';
export type { Projection } from './projector/projection.ts';
export { projectionsOf } from './projections/index.ts';
export type { Database, Row, Statement } from './store/database.ts';
export { checkAffected, databaseFailure } from './store/failure.ts';
export { openStore, type Store } from './store/open-store.ts';
export { makeSample, type Made, type MakeOptions } from './sample/make-sample.ts';
export { checkSeeds, seedsOf, type DealSource } from './sample/seeds.ts';
export { readScenario, type Scenario } from './sample/scenario.ts';
export { startSample, type SampleMaking } from './sample/sample-host.ts';
export { type SampleDesk } from './sample/sample-desk.ts';
export {
  declineSample,
  openSampleHome,
  readMark,
  removeSample,
  wantSample,
  type SampleMark,
} from './sample/sample-home.ts';
export { probePort } from './lanes/probe-port.ts';
export { checkCredentials } from './config/credentials.ts';
export { VERSION } from './version.ts';
