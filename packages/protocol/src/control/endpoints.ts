// The control API, endpoint by endpoint: what each takes and gives, in the schemas that check both. The server's routes,
// the OpenAPI document and the types of the client are made from this table.
import type { ErrorCode } from '@weighbridge/kernel';
import type { z } from 'zod';
import { DEAL } from './deal-endpoints.ts';
import { changed, endpoint, lanes, table, written, type Endpoint } from './endpoint.ts';
import { pageInput } from '../queries/administration.ts';
import { behindInput, behindSchema, callsInput, callsSchema } from '../queries/calls.ts';
import { latencyInput, latencySchema } from '../queries/latency.ts';
import {
  breakdownInput,
  breakdownSchema,
  overviewInput,
  overviewSchema,
  seriesInput,
  seriesSchema,
} from '../queries/totals.ts';
import { coverageInput, coverageSchema, importedRecordSchema, importObservedInput, importsSchema } from './coverage.ts';
import { configurationHistoryInput, configurationHistorySchema, configurationSchema } from './configuration.ts';
import { cacheSchema, purgeCacheInput, purgedCacheSchema } from './cache.ts';
import { preparedExportSchema, prepareExportInput } from './exports.ts';
import { findInput, foundSchema } from './find.ts';
import { deploymentsSchema, foreseeInput, foreseenSchema, routesSchema } from './fleet.ts';
import { simulatedRouteSchema, simulateRouteInput } from './simulate-route.ts';
import { alertsToldSchema, channelsSchema, testChannelInput, testedChannelSchema } from './alerts.ts';
import { capacitySchema } from './capacity.ts';
import { limitMembersInput, limitMembersSchema, limitsSchema } from './limits.ts';
import { entriesInput, entriesSchema, journalInput, journalSchema } from './journal.ts';
import { createdKeySchema, createKeyInput, keyPageSchema, keysInput, keyViewSchema, revokeKeyInput } from './keys.ts';
import { callDetailInput, callDetailSchema } from './receipt.ts';
import { playgroundSchema } from './playground.ts';
import type { ControlName } from './routes.ts';
import { checkedPlanSchema, checkPlanInput, ownEstateSchema, planInput, planRunSchema, plansSchema } from './plan.ts';
import { makeSampleInput, sampleSchema } from './sample.ts';
import {
  checkedScenarioSchema,
  checkScenarioInput,
  scenarioInput,
  scenarioSchema,
  scenariosSchema,
} from './scenario.ts';
import {
  endedSchema,
  endSessionInput,
  linkSchema,
  nothing,
  openedSessionSchema,
  openSessionInput,
  sessionSchema,
  sessionsSchema,
} from './session.ts';
import { restartedLanesSchema } from './lanes.ts';
import { windowDetailSchema, windowInput, windowsSchema } from './windows.ts';
import { controlStatusSchema } from './status.ts';
import { removedViewSchema, removeViewInput, saveViewInput, viewSchema, viewsSchema } from './views.ts';

export const CONTROL = {
  status: endpoint('The instance in its own words', nothing, controlStatusSchema, lanes),
  overview: endpoint('Totals of a period, and of the period before', overviewInput, overviewSchema, table),
  series: endpoint('One measure over time, whole or split by a dimension', seriesInput, seriesSchema, table),
  breakdown: endpoint('A period split by one or two dimensions', breakdownInput, breakdownSchema, table),
  latency: endpoint('Quantiles of latency, and histograms', latencyInput, latencySchema, table),
  calls: endpoint('Calls that pass a filter, newest first, page by page', callsInput, callsSchema, table),
  behind: endpoint('The calls that a row of a roll-up was added up from', behindInput, behindSchema, table),
  receipt: endpoint('Everything about one call, and what proves it', callDetailInput, callDetailSchema, {
    errors: ['RECEIPT_UNKNOWN', 'JOURNAL_CORRUPT'],
  }),
  find: endpoint('What has this id, index, digest or name', findInput, foundSchema),
  deployments: endpoint('Deployments, with what each lane has learnt of them', nothing, deploymentsSchema, lanes),
  routes: endpoint('Routes and the state of their candidates', nothing, routesSchema, lanes),
  foresee: endpoint('What would happen to a request now; nothing is sent', foreseeInput, foreseenSchema, {
    errors: ['KEY_INVALID', 'READ_ONLY', 'LANE_BUSY'],
  }),
  simulateRoute: endpoint(
    'What the past calls of a route would have come to under another strategy; simulated',
    simulateRouteInput,
    simulatedRouteSchema,
    { errors: ['ROUTE_UNKNOWN', 'NO_CALLS', 'JOURNAL_CORRUPT'] },
  ),
  capacity: endpoint(
    'Reserved capacity: how full, used by minute, spilled, idle and what that costs',
    nothing,
    capacitySchema,
    lanes,
  ),
  limits: endpoint(
    'Where the limits stand: what is used, held and left, the fullest first, and when it runs out',
    nothing,
    limitsSchema,
    lanes,
  ),
  cache: endpoint('What the caches of routes hold, and have saved since the start', nothing, cacheSchema, lanes),
  purgeCache: endpoint('Forgets kept answers: of a route, of a team, or all', purgeCacheInput, purgedCacheSchema, {
    errors: ['READ_ONLY', 'LANE_BUSY'],
  }),
  coverage: endpoint(
    'What crossed, of all that sellers say was used: by seller, model, team and day, with its gaps',
    coverageInput,
    coverageSchema,
    table,
  ),
  windows: endpoint(
    "Windows in which calls went through a bypass, each beside what sellers' records say of its time",
    nothing,
    windowsSchema,
  ),
  window: endpoint('One of them, call by call', windowInput, windowDetailSchema, { errors: ['WINDOW_UNKNOWN'] }),
  restartLanes: endpoint(
    'Replaces the threads that take calls, one by one, while calls pass: none is refused and none is cut',
    nothing,
    restartedLanesSchema,
    { errors: ['LANE_BUSY', 'NOT_IMPLEMENTED', 'JOURNAL_UNAVAILABLE'], to: 'socket' },
  ),
  imports: endpoint("Imports of sellers' records, newest first", nothing, importsSchema),
  importObserved: endpoint(
    "Imports a seller's record from a file that the instance can read",
    importObservedInput,
    importedRecordSchema,
    { errors: [...written, 'OBSERVED_INVALID', 'OBSERVED_UNKNOWN'], to: 'socket', changes: true },
  ),
  limitMembers: endpoint(
    'The members of a limit, the fullest first, page by page',
    limitMembersInput,
    limitMembersSchema,
    {
      errors: ['LIMIT_UNKNOWN', 'LANE_BUSY'],
    },
  ),
  journal: endpoint('The log: size, checkpoint, witnesses, growth', journalInput, journalSchema),
  entries: endpoint('Entries of the log, newest first, page by page', entriesInput, entriesSchema),
  keys: endpoint('Keys, newest first, page by page', keysInput, keyPageSchema),
  createKey: endpoint('Makes a key', createKeyInput, createdKeySchema, {
    errors: [...changed, 'CONFIG_INVALID', 'FIELD_TOO_LARGE'],
    changes: true,
  }),
  revokeKey: endpoint('Revokes a key, on every lane, within a second', revokeKeyInput, keyViewSchema, {
    errors: [...changed, 'KEY_INVALID'],
    changes: true,
  }),
  configuration: endpoint('The configuration in force', nothing, configurationSchema),
  configurations: endpoint(
    'What was in force and what changed, newest first, page by page',
    configurationHistoryInput,
    configurationHistorySchema,
  ),
  alerts: endpoint('Alerts, newest first, page by page', pageInput, alertsToldSchema),
  channels: endpoint('Where alerts are sent, and whether they arrive', nothing, channelsSchema),
  testChannel: endpoint('Sends a test alert by one channel, once', testChannelInput, testedChannelSchema, {
    errors: ['CHANNEL_UNKNOWN', 'READ_ONLY'],
  }),
  playground: endpoint('Who a call of the playground may be made as, and its bounds', nothing, playgroundSchema, {
    errors: ['READ_ONLY'],
  }),
  views: endpoint('Saved views, by name', nothing, viewsSchema),
  saveView: endpoint('Saves a view, or changes one', saveViewInput, viewSchema, {
    errors: [...changed, 'VIEW_UNKNOWN'],
    changes: true,
  }),
  removeView: endpoint('Removes a view', removeViewInput, removedViewSchema, {
    errors: [...changed, 'VIEW_UNKNOWN'],
    changes: true,
  }),
  ...DEAL,
  prepareExport: endpoint('Prepares a file, to be fetched once', prepareExportInput, preparedExportSchema),
  openSession: endpoint('Opens a session with a one-time link', openSessionInput, openedSessionSchema, {
    errors: [...written, 'LINK_INVALID'],
    to: 'open',
    changes: true,
  }),
  session: endpoint('The session that asks', nothing, sessionSchema),
  closeSession: endpoint('Ends the session that asks', nothing, endedSchema, { errors: written, changes: true }),
  sessions: endpoint('All open sessions', nothing, sessionsSchema),
  endSession: endpoint('Ends a session', endSessionInput, endedSchema, { errors: written, changes: true }),
  createLink: endpoint('Makes a one-time link', nothing, linkSchema, { to: 'socket' }),
  sample: endpoint('The sample organisation: whether it is there, and how far', nothing, sampleSchema),
  openSample: endpoint(
    'Somebody looks at the sample organisation: it is opened where it is closed, and calls come in meanwhile',
    nothing,
    sampleSchema,
  ),
  makeSample: endpoint(
    'Makes the sample organisation anew, in its own log; resolves once that has begun',
    makeSampleInput,
    sampleSchema,
    {
      errors: ['SAMPLE_ABSENT', 'SAMPLE_FOREIGN', 'FOLDER_LOCKED'],
    },
  ),
  removeSample: endpoint('Removes the sample organisation: its log, its keys, its tables', nothing, sampleSchema, {
    errors: ['SAMPLE_ABSENT', 'SAMPLE_FOREIGN', 'FOLDER_LOCKED'],
  }),
  scenarios: endpoint(
    'The scenarios that ship, and the switches that may be thrown in them',
    nothing,
    scenariosSchema,
    {
      errors: ['QUERY_TIMEOUT'],
    },
  ),
  checkScenario: endpoint('Reads a scenario file without keeping it', checkScenarioInput, checkedScenarioSchema, {
    errors: ['QUERY_TIMEOUT'],
  }),
  scenario: endpoint(
    'Runs a scenario that ships or one of your own, alone or beside a second: everything in the answer is simulated',
    scenarioInput,
    scenarioSchema,
    { errors: ['QUERY_TIMEOUT', 'DEAL_INVALID'] },
  ),
  plans: endpoint('The plans that ship, each with its file', nothing, plansSchema, { errors: ['QUERY_TIMEOUT'] }),
  ownEstate: endpoint(
    'The estate that this instance knows, as a plan of exposure: deployments, prices, what crossed, who is tied to whom; what is not known is said so',
    nothing,
    ownEstateSchema,
    { errors: ['PLAN_INVALID', 'DATABASE_UNAVAILABLE', 'QUERY_TIMEOUT'] },
  ),
  checkPlan: endpoint('Reads a plan file without keeping it', checkPlanInput, checkedPlanSchema, {
    errors: ['QUERY_TIMEOUT'],
  }),
  plan: endpoint(
    'Runs a plan that ships or one of your own, with some of its assumptions moved, alone or beside a second: everything in the answer is an estimate',
    planInput,
    planRunSchema,
    { errors: ['QUERY_TIMEOUT', 'PLAN_INVALID'] },
  ),
} as const satisfies Readonly<Record<ControlName, Endpoint>>;

export type ControlInput<Name extends ControlName> = z.input<(typeof CONTROL)[Name]['input']>;
/** As it is once the schema has filled in what was left out. */
export type ControlAsked<Name extends ControlName> = z.output<(typeof CONTROL)[Name]['input']>;
export type ControlAnswer<Name extends ControlName> = z.output<(typeof CONTROL)[Name]['answer']>;

/** Any endpoint may give these. */
export const EVERYWHERE: readonly ErrorCode[] = [
  'BAD_REQUEST',
  'BODY_NOT_JSON',
  'BODY_TOO_LARGE',
  'HOST_NOT_ALLOWED',
  'ORIGIN_NOT_ALLOWED',
  'SESSION_MISSING',
  'OVERLOADED',
  'INTERNAL',
];
