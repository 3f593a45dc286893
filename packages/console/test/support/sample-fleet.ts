// Deployments, routes, keys and configuration of the made-up organisation: one deployment out, one on half of its lanes.
import type { ControlAnswer, ControlAsked, DeploymentRow, LaneHealth } from '@weighbridge/protocol';
import { DEPLOYMENTS, NOW, type Deployment } from './sample-organisation.ts';

const DAY = 86_400_000;
const HEALTHY: Omit<LaneHealth, 'lane'> = {
  in_flight: 2,
  circuit: 'closed',
  failures: 0,
  reopens_ms: 0,
  last_fault: null,
  paused_ms: 0,
  reason: null,
};
const OPEN: Omit<LaneHealth, 'lane'> = {
  in_flight: 0,
  circuit: 'open',
  failures: 6,
  reopens_ms: 21_400,
  last_fault: 'region',
  paused_ms: 0,
  reason: 'circuit open: repeated faults of the region',
};

function lanesOf(name: string): LaneHealth[] {
  const first = name === 'sonnet-eu-central-1' || name === 'haiku-swedencentral' ? OPEN : HEALTHY;
  const second = name === 'sonnet-eu-central-1' ? OPEN : HEALTHY;
  return [first, second].map((health, i) => ({ lane: i + 1, ...health }));
}

function rowOf(deployment: Deployment): DeploymentRow {
  const lanes = lanesOf(deployment.name);
  const out = lanes.filter(({ reason }) => reason !== null).length;
  return {
    id: deployment.name,
    state: out === 0 ? 'up' : out === lanes.length ? 'down' : 'partly',
    cloud: deployment.cloud,
    model: deployment.model,
    region: deployment.region,
    region_set: deployment.region === 'global' ? null : [deployment.region],
    tier: 'standard',
    roles: { seller: deployment.seller, developer: deployment.model.startsWith('gpt') ? 'OpenAI' : 'Anthropic PBC' },
    credential: { name: deployment.cloud, ready: true },
    simulated: true,
    max_concurrency: deployment.route === 'opus' ? 20 : null,
    in_flight: lanes.reduce((sum, lane) => sum + lane.in_flight, 0),
    routes: [deployment.route],
    lanes,
  };
}

export const deploymentsOf = (): ControlAnswer<'deployments'> => ({ at: NOW, rows: DEPLOYMENTS.map(rowOf) });

export function routesOf(): ControlAnswer<'routes'> {
  const names = [...new Set(DEPLOYMENTS.map(({ route }) => route))];
  return {
    at: NOW,
    rows: names.map((id) => ({
      id,
      aliases: id === 'sonnet' ? ['claude-sonnet-4-5', 'default'] : [],
      strategy: id === 'gpt' ? 'weighted' : id === 'haiku' ? 'sticky' : 'priority',
      arms: id === 'sonnet' ? { canary: 5, control: 95 } : null,
      candidates: DEPLOYMENTS.filter(({ route }) => route === id).map((deployment, index, all) => {
        const { state, in_flight } = rowOf(deployment);
        const idle = state === 'down';
        return {
          deployment: deployment.name,
          weight: 1,
          arm: id === 'sonnet' ? (index === 0 ? 'control' : 'canary') : null,
          when: index > 0 ? ['it uses images', 'it has at most 200000 bytes'] : [],
          reserved: id === 'opus',
          batch: deployment.cloud === 'anthropic',
          state,
          in_flight,
          first: idle ? 0 : id === 'haiku' ? 1 / all.length : Number(index === 0),
          cache_share: id === 'haiku' ? 0.62 : null,
          first_token_ms: idle ? null : 412,
        };
      }),
      stored_content: id === 'sonnet' ? 'allow' : null,
      cache: id === 'haiku' ? { ttl: '1h', scope: 'team' } : null,
      queue: id === 'opus' ? { wait_ms: 5_000, depth: 256 } : null,
      hedge: id === 'sonnet' ? { after_ms: null, budget: 0.05 } : id === 'opus' ? { after_ms: 800, budget: 0.1 } : null,
      cascade:
        id === 'haiku'
          ? { finished: true, json: false, schema: true, min_chars: 40, lacks: ['I cannot help'], tool: null }
          : null,
      mirror:
        id === 'gpt'
          ? {
              deployment: 'haiku-swedencentral',
              state: 'partly',
              share: 0.1,
              cost_centre: 'evaluation',
              when: ['model is gpt-4.1'],
              at_once: 4,
            }
          : null,
      bypass: id === 'opus' ? { name: 'break-glass', deployments: ['opus-direct'], minutes: 30, calls: 5_000 } : null,
      attempts: 3,
      timers: { connect_ms: 2_000, first_token_ms: 30_000, idle_ms: 60_000 },
      fidelity: 'default',
      max_output_tokens: id === 'opus' ? 32_000 : null,
    })),
  };
}

export function foreseenOf({ model }: ControlAsked<'foresee'>): ControlAnswer<'foresee'> {
  const found = DEPLOYMENTS.filter(({ route, model: name }) => route === model || name === model);
  if (found.length === 0)
    return {
      at: NOW,
      answers: [
        {
          lanes: [1, 2],
          decision: null,
          refusal: {
            code: 'MODEL_UNKNOWN',
            message: `no route serves "${model}"`,
            next: 'ask for one of sonnet, haiku, opus, gpt',
          },
          first: [],
          doubts: [],
        },
      ],
    };
  const chosen = found.find(({ name }) => rowOf({ ...(found[0] as Deployment), name }).state !== 'down');
  return {
    at: NOW,
    answers: [
      {
        lanes: [1, 2],
        decision: {
          config: 'pYx8fQ0mTzQk1a9GZVbq3XyLJv0sS2cW4dEoR5tU6yI',
          route: model,
          strategy: 'priority',
          policy: { verdict: 'allow', rules: ['key search-app may use every route'] },
          candidates: found.map(({ name }) => ({
            deployment: name,
            ...(name === chosen?.name
              ? { verdict: 'chosen' as const }
              : { verdict: 'rejected' as const, reason: 'circuit open: repeated faults of the region' }),
          })),
        },
        refusal: null,
        first: chosen === undefined ? [] : [{ deployment: chosen.name, chance: 1 }],
        doubts: [],
      },
    ],
  };
}

const around = (value: number, low: number, high: number) => ({ value, low, high });

export const replayedOf = ({
  route,
  strategy,
}: Pick<ControlAsked<'simulateRoute'>, 'route' | 'strategy'>): ControlAnswer<'simulateRoute'> => ({
  simulated: true,
  lab: true,
  route,
  strategy,
  strategy_now: 'priority',
  since: NOW - 7 * DAY,
  until: NOW,
  calls: 1_200,
  sessions: 300,
  left_out: 12,
  cut: true,
  was: {
    cost: { value: '41.20', low: '40.10', high: '42.30' },
    currency: 'USD',
    unpriced: 0,
    cache_share: around(0.28, 0.26, 0.3),
    wait_ms: { mean: around(520, 500, 540), p50: around(410, 400, 420), p95: around(1_900, 1_700, 2_100) },
    wait_unknown: 0,
    spilled: around(0.02, 0.01, 0.03),
    shares: [
      { deployment: 'sonnet-direct', ...around(0.97, 0.96, 0.98) },
      { deployment: 'sonnet-eu-central-1', ...around(0.03, 0.02, 0.04) },
    ],
  },
  modelled_cache_share: around(0.29, 0.27, 0.31),
  would: {
    cost: { value: '29.75', low: '28.10', high: '31.40' },
    currency: 'USD',
    unpriced: 3,
    cache_share: around(0.61, 0.57, 0.64),
    wait_ms: { mean: around(540, 500, 580), p50: around(420, 400, 440), p95: around(2_000, 1_700, 2_300) },
    wait_unknown: 0,
    spilled: around(0.02, 0.01, 0.03),
    shares: [
      { deployment: 'sonnet-direct', ...around(0.52, 0.48, 0.56) },
      { deployment: 'sonnet-eu-central-1', ...around(0.48, 0.44, 0.52) },
    ],
  },
  unknown: [
    'A receipt holds no prompt: what a cache would have read follows from counts of tokens and from sessions.',
    '40 calls named no session or end user: each is taken for a session of its own, so their cache share is told too low where they hang together.',
  ],
});

const KEYS = ['search-app', 'claims-desk', 'coding-agents', 'legal-review', 'nightly-batch'] as const;

export const keysOf = ({ all }: ControlAsked<'keys'>): ControlAnswer<'keys'> => ({
  next: null,
  rows: KEYS.map((name, i) => ({
    id: `wb_${String.fromCharCode(97 + i).repeat(10)}`,
    name,
    state: name === 'nightly-batch' ? ('revoked' as const) : ('in force' as const),
    who: { team: name.split('-')[0] ?? name, project: 'assistant', environment: 'production' },
    created: NOW - (40 - 7 * i) * DAY,
    expires: name === 'legal-review' ? NOW + 51 * DAY : null,
    revoked: name === 'nightly-batch' ? NOW - 3 * DAY : null,
    purpose: null,
    policy: { routes: name === 'coding-agents' ? ['opus', 'sonnet'] : [], clouds: [], regions: [] },
  })).filter(({ state }) => all || state === 'in force'),
});

/** Made up, as all of it. */
export const madeKeyOf = ({ name, who, aws }: ControlAsked<'createKey'>): ControlAnswer<'createKey'> => ({
  key: 'wb_zzzzzzzzzz_made_up_for_a_picture',
  state: {
    id: 'wb_zzzzzzzzzz',
    name,
    state: 'in force',
    who,
    created: NOW,
    expires: null,
    revoked: null,
    purpose: null,
    policy: { routes: [], clouds: [], regions: [] },
  },
  ...(aws ? { aws: { access_key_id: 'WBMADEUP0000', secret_access_key: 'made-up-as-well' } } : {}),
});

const DIGEST = 'pYx8fQ0mTzQk1a9GZVbq3XyLJv0sS2cW4dEoR5tU6yI';

export const configurationOf = (): ControlAnswer<'configuration'> => ({
  digest: DIGEST,
  source: 'weighbridge.yaml',
  since: NOW - 2 * DAY,
  config: {
    organisation: 'Acme Insurance',
    deployments: Object.fromEntries(
      DEPLOYMENTS.map(({ name, cloud, model, region }) => [name, { cloud, model, region, credential: cloud }]),
    ),
    routes: Object.fromEntries(routesOf().rows.map(({ id, strategy, candidates }) => [id, { strategy, candidates }])),
    keys: Object.fromEntries(KEYS.map((name) => [name, {}])),
  },
  warnings: [
    {
      path: 'deployments.sonnet-direct.region',
      line: 14,
      message: '"global" says nothing of where it is served.',
      mend: 'name a region_set, or say that any will do',
    },
  ],
});

export const historyOf = (): ControlAnswer<'configurations'> => ({
  next: null,
  rows: [
    {
      entry: 181_204,
      at: NOW - 2 * DAY,
      digest: DIGEST,
      previous: 'uW3kq0Jv5sYx8fTzQk1a9GZVbpXyLmQ2cW4dEoR5tU8',
      source: 'weighbridge.yaml',
      cause: 'file changed',
      by: { via: 'file' },
      changes: [
        { path: 'routes.sonnet.candidates.0.deployment', before: 'sonnet-direct', after: 'sonnet-eu-central-1' },
        { path: 'deployments.opus-europe-west1.max_concurrency', after: 20 },
        { path: 'keys.nightly-batch', before: { team: 'data platform', routes: ['haiku'] } },
      ],
      more: 0,
    },
    {
      entry: 12,
      at: NOW - 40 * DAY,
      digest: 'uW3kq0Jv5sYx8fTzQk1a9GZVbpXyLmQ2cW4dEoR5tU8',
      previous: null,
      source: 'weighbridge.yaml',
      cause: 'start',
      by: { via: 'instance' },
      changes: [],
      more: 0,
    },
  ],
});
