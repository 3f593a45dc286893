// Where each endpoint of the control API stands: plain data, so that a page which only asks does not load the schemas.
// A question is a POST that changes nothing (its input is structured, and no address bar or log should hold it); a
// change is journalled with who asked. `{name}` in a path is a member of the input; all others go into the body.

export const CONTROL_BASE = '/control/v1';

export const CONTROL_ROUTES = {
  status: 'GET /status',
  overview: 'POST /overview',
  series: 'POST /series',
  breakdown: 'POST /breakdown',
  latency: 'POST /latency',
  calls: 'POST /calls',
  behind: 'POST /calls/behind',
  receipt: 'GET /calls/{id}',
  find: 'POST /find',
  deployments: 'GET /deployments',
  routes: 'GET /routes',
  foresee: 'POST /routes/foresee',
  simulateRoute: 'POST /routes/simulate',
  capacity: 'GET /capacity',
  limits: 'GET /limits',
  cache: 'GET /cache',
  purgeCache: 'POST /cache/purge',
  coverage: 'POST /coverage',
  imports: 'GET /coverage/imports',
  restartLanes: 'POST /lanes/restart',
  windows: 'GET /windows',
  window: 'POST /windows',
  importObserved: 'POST /coverage/imports',
  limitMembers: 'POST /limits/members',
  journal: 'POST /journal',
  entries: 'POST /journal/entries',
  keys: 'POST /keys/list',
  createKey: 'POST /keys',
  revokeKey: 'POST /keys/{id}/revoke',
  configuration: 'GET /configuration',
  configurations: 'POST /configuration/history',
  alerts: 'POST /alerts',
  channels: 'GET /alerts/channels',
  testChannel: 'POST /alerts/channels/{name}/test',
  playground: 'GET /playground',
  views: 'GET /views',
  saveView: 'POST /views',
  removeView: 'DELETE /views/{id}',
  contracts: 'POST /contracts/list',
  contract: 'POST /contracts/show',
  contractExamples: 'GET /contracts/examples',
  checkContract: 'POST /contracts/check',
  saveContract: 'POST /contracts',
  removeContract: 'DELETE /contracts/{id}',
  questionnaire: 'POST /contracts/questionnaire',
  commitments: 'POST /commitments',
  drawn: 'POST /commitments/drawn',
  claims: 'POST /claims/list',
  addEvidence: 'POST /claims/evidence',
  enterAnswers: 'POST /claims/answers',
  stateClaims: 'POST /claims/statements',
  duties: 'POST /duties',
  openIncident: 'POST /incidents',
  stepIncident: 'POST /incidents/{id}/steps',
  playbook: 'POST /playbook',
  attest: 'POST /playbook/facts',
  register: 'POST /register/show',
  checkRegister: 'POST /register/check',
  saveRegister: 'POST /register',
  removeRegister: 'DELETE /register',
  brief: 'POST /brief',
  prepareExport: 'POST /exports',
  openSession: 'POST /session',
  session: 'GET /session',
  closeSession: 'DELETE /session',
  sessions: 'GET /sessions',
  endSession: 'DELETE /sessions/{id}',
  createLink: 'POST /links',
  sample: 'GET /sample',
  openSample: 'POST /sample/open',
  makeSample: 'POST /sample',
  removeSample: 'DELETE /sample',
  scenarios: 'GET /scenarios',
  checkScenario: 'POST /scenarios/check',
  scenario: 'POST /scenarios/run',
  plans: 'GET /plans',
  ownEstate: 'GET /plans/own-estate',
  checkPlan: 'POST /plans/check',
  plan: 'POST /plans/run',
} as const;
export type ControlName = keyof typeof CONTROL_ROUTES;

/** Not JSON: two streams of events, and a file. */
export const LIVE_PATH = `${CONTROL_BASE}/live`;
export const EXPORT_PATH = `${CONTROL_BASE}/exports`;
export const PLAY_PATH = `${CONTROL_BASE}/playground/calls`;
export const OPENAPI_PATH = '/control/openapi.json';

/** Below it the log of the sample organisation is asked: the same paths, and nothing can be changed. */
export const SAMPLE_MOUNT = '/sample';

/** Second half of a session, beside the cookie; a page of another port of this host has only the cookie. */
export const TOKEN_HEADER = 'weighbridge-token';

export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `CONTROL_BASE`. */
  readonly path: string;
  /** Members of the input that stand in the path. */
  readonly inPath: readonly string[];
}

export function controlRoute(name: ControlName): ControlRoute {
  const [method = 'GET', path = '/'] = CONTROL_ROUTES[name].split(' ');
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, member = '']) => member);
  return { method: method as ControlRoute['method'], path, inPath };
}
