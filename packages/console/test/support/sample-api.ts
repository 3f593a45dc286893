// Answers the console's questions over the made-up organisation: roll-ups are folded from its hourly cells, single calls
// come from a real journal. Written for tests and pictures, straight and slow; the product's answers come from elsewhere.
import { AppError, ERRORS, isAppError } from '@weighbridge/kernel';
import {
  CONTROL,
  controlRoute,
  CONTROL_BASE,
  CONTROL_ROUTES,
  GROUPS,
  type CallCommercial,
  type CallDetail,
  type CallPersonal,
  type CallPublic,
  type CallRow,
  type CallSearchFilter,
  type ControlAnswer,
  type ControlAsked,
  type ControlKey,
  type ControlName,
  type Decision,
} from '@weighbridge/protocol';
import type { TestLog } from './journal.ts';
import { briefOf } from './sample-brief.ts';
import { canonical, sampleCall, type CallKind } from './sample-calls.ts';
import { sampleDeal } from './sample-deal.ts';
import {
  configurationOf,
  deploymentsOf,
  foreseenOf,
  historyOf,
  keysOf,
  madeKeyOf,
  replayedOf,
  routesOf,
} from './sample-fleet.ts';
import { statusOf } from './sample-status.ts';
import { alertsOf, limitMembersOf, limitsOf } from './sample-limits.ts';
import { capacityOf, coverageOf } from './sample-capacity.ts';
import { windowOf, windowsOf } from './sample-windows.ts';
import { cells, DEPLOYMENTS, NOW } from './sample-organisation.ts';
import { playgroundOf, playOf } from './sample-play.ts';
import { checkedPlanOf, planOf, plansOf } from './sample-plans.ts';
import { checkedScenarioOf, scenarioOf, scenariosOf } from './sample-scenarios.ts';
import { breakdownOf, latencyOf, seriesOf, totalsOf, within } from './sample-rollups.ts';

export interface SampleApi {
  /** The calls in the log, newest first. */
  readonly rows: readonly CallRow[];
  /** Answers the control API; null: not for it. Question and answer are held against their schemas. */
  answer(path: string, body: string, method: string): Response | null;
}

/** Calls to find, at their place in the list of calls. */
export const SHOWN = { fallback: 3, elsewhere: 5, failed: 7 } as const;

const KINDS: Readonly<Record<number, CallKind>> = {
  [SHOWN.fallback]: { fallback: true, ...only('sonnet-direct') },
  [SHOWN.elsewhere]: { elsewhere: true, team: 'claims', ...only('sonnet-eu-central-1') },
  [SHOWN.failed]: { failed: true, ...only('sonnet-eu-central-1') },
};

function only(name: string): CallKind {
  const deployment = DEPLOYMENTS.find((one) => one.name === name);
  return deployment === undefined ? {} : { deployment };
}

export async function openSampleApi(log: TestLog, calls = 600): Promise<SampleApi> {
  // The newest comes last in a log.
  const made = Array.from({ length: calls }, (_, i) => sampleCall(i, KINDS[i])).toReversed();
  const ids = await log.seal(
    made.map((call) => ({
      kind: 'call',
      at: call.at,
      public: canonical(call.public),
      commercial: canonical(call.commercial),
      personal: canonical(call.personal),
      subject: 'key/one',
    })),
  );
  const entries = new Map(ids.map((id) => [id, log.journal.find(id)[0]?.index ?? 0]));
  const decisions = new Map(ids.map((id, i) => [id, made[i]?.decision]));
  const rows = ids
    .map((id, i): CallRow => rowOf(id, entries.get(id) ?? 0, made[i] as NonNullable<(typeof made)[number]>))
    .toReversed();
  const all = cells();
  const detailOf = (id: string): CallDetail | null => receiptOf(log, id, entries.get(id), decisions.get(id) ?? null);
  const playedOf = (model: string): CallDetail | null => {
    const name = routesOf().rows.find((route) => route.id === model || route.aliases.includes(model))?.id;
    const row = rows.find((one) => one.route === name && one.outcome === 'completed');
    return row === undefined ? null : detailOf(row.id);
  };
  const answers: Answers = {
    ...FIXED,
    status: () => statusOf(log),
    overview: ({ since, until, filters }) => {
      const past = { since: 2 * since - until, until: since };
      const sum = (period: typeof past) => ({ period, totals: totalsOf(within(all, period, filters)) });
      return { ...sum({ since, until }), before: sum(past) };
    },
    series: (input) => seriesOf(all, input),
    breakdown: (input) => breakdownOf(all, input),
    latency: (input) => latencyOf(all, input),
    calls: ({ filters, limit, before }) => {
      const passing = rows.filter((row) => filters.every((filter) => passes(row, filter)));
      const shown = passing.filter(({ entry }) => before === undefined || entry < before);
      return {
        rows: shown.slice(0, limit),
        next: shown.length > limit ? (shown[limit - 1]?.entry ?? null) : null,
        scanned: Math.min(limit, shown.length),
        kept: { calls: rows.length, oldest: rows.at(-1)?.at ?? null, all: true },
      };
    },
    journal: ({ since }) => journalOf(log, since),
    entries: ({ before, limit }) => entriesOf(log, before, limit),
    find: ({ text }) => ({
      rows: entries.has(text)
        ? [{ kind: 'call', id: text, label: `call, entry ${entries.get(text) ?? 0}` }]
        : DEPLOYMENTS.filter(({ name }) => name.includes(text)).map(({ name, model, cloud }) => ({
            kind: 'deployment',
            id: name,
            label: `${model} at ${cloud}`,
          })),
    }),
    receipt: ({ id }) => detailOf(id),
  };
  return {
    rows,
    answer: (path, body, method) => {
      for (const name of Object.keys(CONTROL_ROUTES) as ControlName[]) {
        const given = inPath(name, method, path);
        if (given !== null) return answerWith(answers, name, { ...given, ...(body === '' ? {} : JSON.parse(body)) });
      }
      return method === 'POST' ? playOf(path, body, playedOf) : null;
    },
  };
}

type Answers = { readonly [N in ControlName]?: (input: ControlAsked<N>) => ControlAnswer<N> | null };

const SESSION = { id: '01KB3V8Y2QH9N6W4T0XZJ5RCEM', opened: NOW - 60_000, idle_until: NOW + 3_600_000 } as const;

const revoked = new Set<string>();
const asRevoked = (key: ControlKey): ControlKey =>
  revoked.has(key.id) ? { ...key, state: 'revoked', revoked: NOW } : key;

const FIXED: Answers = {
  ...sampleDeal,
  sample: () => ({ state: 'off', progress: null, end: null, until: null, problem: null }),
  brief: briefOf,
  deployments: deploymentsOf,
  routes: routesOf,
  playground: playgroundOf,
  limits: limitsOf,
  capacity: capacityOf,
  coverage: coverageOf,
  windows: windowsOf,
  window: windowOf,
  limitMembers: limitMembersOf,
  alerts: alertsOf,
  foresee: foreseenOf,
  simulateRoute: replayedOf,
  scenarios: scenariosOf,
  scenario: scenarioOf,
  checkScenario: checkedScenarioOf,
  plans: plansOf,
  plan: planOf,
  checkPlan: checkedPlanOf,
  keys: (input) => ({ ...keysOf(input), rows: keysOf(input).rows.map(asRevoked) }),
  createKey: madeKeyOf,
  revokeKey: ({ id }) => {
    revoked.add(id);
    return (
      keysOf({ all: true, limit: 100 })
        .rows.map(asRevoked)
        .find((key) => key.id === id) ?? null
    );
  },
  configuration: configurationOf,
  configurations: historyOf,
  views: () => ({
    rows: [
      {
        id: '01KB3V8Y2QH9N6W4T0XZJ5RCEN',
        name: 'Failed today',
        path: '/calls',
        query: 't=today&q=outcome:error,cut',
        saved: NOW - 86_400_000,
        by: { via: 'console', session: SESSION.id },
      },
    ],
  }),
  session: () => ({ ...SESSION, expires: NOW + 86_400_000, own: true }),
  sessions: () => ({ rows: [{ ...SESSION, expires: NOW + 86_400_000, own: true }] }),
};

function journalOf(log: TestLog, since: number): ControlAnswer<'journal'> {
  const { origin, size, root, text } = log.journal.checkpoint();
  const hours = Array.from({ length: Math.ceil((NOW - since) / 3_600_000) }, (_, i) => ({
    hour: Math.floor(since / 3_600_000 + i) * 3_600_000,
    kind: 'call',
    entries: 300 + ((i * 97) % 140),
    leaf_bytes: 90_000,
    first: 0,
    last: 1,
  }));
  return {
    origin,
    vkey: log.vkey,
    size,
    root: root.toString('base64'),
    checkpoint: text,
    newest: NOW - 2_000,
    witnesses: [
      { name: 'auditor.example/w1', url: 'https://witness.auditor.example', state: 'cosigning', size, at: NOW - 3_000 },
      {
        name: 'seller.example/w1',
        url: 'https://witness.seller.example',
        state: 'unreachable',
        problem: 'does not answer',
        size: size - 40,
        at: NOW - 900_000,
      },
    ],
    hours,
    projections: {
      state: 'running',
      store: 'embedded',
      memory_bytes: 380_000_000,
      problem: null,
      projections: ['hours', 'latency', 'recent', 'administration'].map((name) => ({
        name,
        version: 1,
        state: 'following' as const,
        next: size,
        lag_entries: 0,
        lag_seconds: 0,
        problem: null,
      })),
    },
  };
}

function entriesOf(log: TestLog, before: number | undefined, limit: number): ControlAnswer<'entries'> {
  const end = Math.min(before ?? Infinity, log.journal.checkpoint().size);
  const indexes = Array.from({ length: Math.min(limit, end) }, (_, i) => end - 1 - i);
  return {
    next: end > limit ? end - limit : null,
    rows: indexes.map((index) => {
      const { leaf, text } = log.journal.entry(index);
      const groups = GROUPS.filter((name) => leaf.groups[name] !== undefined);
      return { entry: index, id: leaf.id, kind: leaf.kind, at: leaf.at, by: { ...leaf.by }, groups, leaf: text };
    }),
  };
}

/** Members that stand in the path; null when it is another endpoint's. */
function inPath(name: ControlName, method: string, path: string): Record<string, string> | null {
  const route = controlRoute(name);
  if (route.method !== method) return null;
  const pattern = `${CONTROL_BASE}${route.path}`.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const match = new RegExp(`^${pattern}$`).exec(path);
  return match === null ? null : { ...match.groups };
}

function answerWith(answers: Answers, name: ControlName, given: unknown): Response | null {
  const answer = answers[name] as ((input: unknown) => unknown) | undefined;
  if (answer === undefined) return null;
  const found = answered(() => answer(CONTROL[name].input.parse(given)));
  if (found instanceof AppError) {
    const { code, message, next } = found;
    return Response.json({ error: { code, message, next, request_id: SESSION.id } }, { status: ERRORS[code].status });
  }
  if (found !== null) return Response.json(CONTROL[name].answer.parse(found));
  const error = {
    code: 'RECEIPT_UNKNOWN',
    message: 'No receipt has this id in this log.',
    next: 'check the id, or look in the list of calls',
    request_id: SESSION.id,
  };
  return Response.json({ error }, { status: 404 });
}

/** A refusal is an answer. */
function answered(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    if (isAppError(thrown)) return thrown;
    throw thrown;
  }
}

function receiptOf(log: TestLog, id: string, entry: number | undefined, decision: Decision | null): CallDetail | null {
  if (entry === undefined) return null;
  const groups = log.journal.groups(entry, ['public', 'commercial', 'personal']);
  const parsed = (text: string | undefined): unknown => (text === undefined ? null : JSON.parse(text));
  return {
    id,
    entry,
    at: log.journal.entry(entry).leaf.at,
    public: parsed(groups.public?.text) as CallPublic | null,
    commercial: parsed(groups.commercial?.text) as CallCommercial | null,
    personal: parsed(groups.personal?.text) as CallPersonal | null,
    erased: false,
    decision,
    proof: proofOf(log, entry),
    disclosure: { ...groups },
  };
}

function proofOf(log: TestLog, entry: number): CallDetail['proof'] {
  const text = log.journal.proofFor(entry);
  const [lines = '', checkpoint = ''] = text.split(/\n\n(.*)/s);
  return {
    leaf: log.journal.entry(entry).text,
    size: Number(checkpoint.split('\n')[1]),
    inclusion: lines.split('\n').slice(2),
    checkpoint,
    tlog_proof: text,
  };
}

function rowOf(id: string, entry: number, call: ReturnType<typeof sampleCall>): CallRow {
  const { served, usage, timing, asked, outcome, status, error, attempts } = call.public;
  const { who } = call.personal;
  return {
    entry,
    id,
    at: call.at,
    erased: false,
    organisation: who.organisation,
    project: who.project ?? null,
    cost_centre: who.cost_centre ?? null,
    environment: who.environment ?? null,
    team: who.team ?? null,
    key: who.key ?? null,
    route: asked.alias,
    asked: asked.alias,
    surface: asked.surface,
    tier: served?.tier ?? null,
    tpot_ms: served === null ? null : (timing.tpot_ms ?? null),
    gateway_ms: timing.gateway_ms,
    request_bytes: asked.request_bytes,
    response_bytes: call.public.response_bytes ?? null,
    stream: asked.stream,
    model: served?.model_reported ?? null,
    deployment: served?.deployment ?? attempts.at(-1)?.deployment ?? null,
    cloud: served?.cloud ?? null,
    seller: served?.seller ?? null,
    region: served?.region.configured ?? null,
    region_reported: served?.region.reported ?? null,
    fallback: served?.fallback ?? false,
    outcome,
    status,
    error: error?.code ?? null,
    attempts: attempts.length,
    input_tokens: usage === null ? null : (usage.tokens.input ?? 0) + (usage.tokens.cache_read ?? 0),
    cached_tokens: usage?.tokens.cache_read ?? null,
    output_tokens: usage?.tokens.output ?? null,
    total_ms: timing.ended - timing.started,
    ttft_ms: served === null ? null : (timing.ttft_ms ?? null),
    billed: call.commercial.cost.billed,
    currency: 'USD',
    cost_status: call.commercial.cost.status,
    simulated: true,
  };
}

function passes(row: CallRow, filter: CallSearchFilter): boolean {
  const fields = row as unknown as Readonly<Record<string, string | number | boolean | null>>;
  if (filter.kind === 'word') return JSON.stringify(row).includes(filter.word) !== filter.not;
  if (filter.kind === 'truth') return fields[filter.field] === filter.value;
  if (filter.kind === 'text') {
    const own = fields[filter.field] ?? null;
    return (
      filter.values.some((value) =>
        value?.endsWith('*') === true ? String(own).startsWith(value.slice(0, -1)) : value === own,
      ) !== filter.not
    );
  }
  const names: Readonly<Record<string, string>> = { cost: 'billed', ttft: 'ttft_ms', total: 'total_ms' };
  const own = Number(fields[names[filter.field] ?? filter.field] ?? Number.NaN);
  const wanted = Number(filter.value);
  return (filter.is === 'above' ? own > wanted : filter.is === 'below' ? own < wanted : own === wanted) !== filter.not;
}
