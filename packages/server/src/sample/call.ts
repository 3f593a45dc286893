// One call of the sample, drawn: who asks for how much, what becomes of it on its way through the candidates, and how
// long that takes. Plain values; how they stand in an entry is another file's business (entry-groups.ts).
import { toMicros } from './micros.ts';
import type {
  AttemptRecord,
  Candidate,
  Decision,
  DialectId,
  Outcome,
  Served,
  Timing,
  Usage,
  Who,
} from '@weighbridge/protocol';
import type { Draw } from './draw.ts';
import { usageOf, type Size } from './usage.ts';
import { servedBy } from './served.ts';
import type { CallError, Market, Plan, Target } from './market.ts';
import type { Month } from './month.ts';
import type { Scenario, TeamDemand } from './scenario.ts';

/** What a call asks for, before anything has happened to it. */
export interface Request extends Size {
  readonly started: number;
  readonly team: TeamDemand;
  readonly route: string;
  readonly stream: boolean;
  readonly tools: boolean;
  readonly session?: string;
}

export interface SampleCall {
  readonly started: number;
  readonly who: Who;
  readonly surface: DialectId;
  readonly alias: string;
  readonly stream: boolean;
  readonly features: readonly string[];
  readonly maxOutput: number;
  readonly requestBytes: number;
  readonly attempts: readonly AttemptRecord[];
  /** What served it, and what that is rated as; null when nothing did. */
  readonly target: Target | null;
  readonly served: Served | null;
  readonly usage: Usage | null;
  readonly timing: Timing;
  readonly outcome: Outcome;
  readonly status: number;
  readonly stopReason: string | null;
  readonly error: CallError | null;
  readonly responseBytes: number;
  readonly decision: Decision;
}

export interface World {
  readonly scenario: Scenario;
  readonly month: Month;
  readonly market: Market;
}

const within = (at: number, span: { readonly from: number; readonly to: number }): boolean =>
  at >= span.from && at < span.to;

/** What has gone on when a deployment answers, or none did. */
interface Journey {
  readonly attempts: AttemptRecord[];
  readonly candidates: Candidate[];
  readonly target: Target | null;
  readonly fallback: boolean;
  readonly error: CallError | null;
  readonly status: number;
  /** Milliseconds after the start at which the last leg began, or all were over. */
  readonly elapsed: number;
}

export function makeCall(world: World, draw: Draw, request: Request): SampleCall {
  const { market, month, scenario } = world;
  const { team, started } = request;
  const who = whoOf(market, request);
  const trouble = troubleOf(scenario, draw);
  const key = market.keys.get(team.key);
  // Whoever may call in certain regions only tries the one route that has none of them.
  const refused = trouble === 'refused' && key?.anywhere === false && request.session === undefined;
  const plan = market.plan(team.key, refused ? scenario.forbidden_route : request.route);
  const journey = travel(world, draw, plan, started, request.session === undefined ? trouble : null);
  const { target } = journey;
  const decision = decisionOf(market, plan, journey);
  const surface = (target ?? plan.targets[0])?.dialect ?? 'openai-chat';
  const base = {
    started,
    who,
    surface,
    alias: plan.alias,
    stream: request.stream,
    features: featuresOf(request, surface),
    maxOutput: outputCap(request.answer),
    requestBytes: Math.round(180 + request.prompt * 4.1 + (request.tools ? 2_400 : 0)),
    attempts: journey.attempts,
    decision,
  };
  if (target === null) return { ...base, ...unserved(journey, started, draw) };
  const swapped = target.deployment.id === scenario.events.swap.deployment && within(started, month.swap);
  const behaviour = swapped ? { ...target.behaviour, ...pick(scenario.events.swap) } : target.behaviour;
  const ended = trouble === 'cut' || trouble === 'client_gone' ? trouble : 'completed';
  const broken = ended === 'cut' && request.stream ? 0.1 + draw.unit() * 0.8 : 1;
  const size = { ...request, answer: Math.max(1, Math.round(request.answer * broken)) };
  const usage = usageOf(size, { ...target, behaviour }, draw, broken < 1);
  const paced = pace(draw, behaviour, size, usage, request.stream, journey.elapsed, started);
  const outcome = broken < 1 ? 'cut' : ended === 'client_gone' && request.stream ? 'client_gone' : 'completed';
  const region =
    target.deployment.id === scenario.events.region.deployment && within(started, month.region)
      ? scenario.events.region.reports
      : behaviour.region;
  return {
    ...base,
    target,
    attempts: [...journey.attempts, answered(draw, target, plan, journey.elapsed, paced.ttfb)],
    served: servedBy(target.deployment, behaviour.reports, region, journey.fallback),
    usage,
    timing: paced.timing,
    outcome,
    status: 200,
    stopReason: outcome === 'completed' ? stopReason(surface, request, draw) : null,
    error: endError(outcome),
    responseBytes: Math.round((request.stream ? 900 : 420) + size.answer * (request.stream ? 96 : 4.3)),
  };
}

const pick = ({ reports, tpot }: Scenario['events']['swap']) => ({ reports, tpot });

function whoOf(market: Market, { team, session }: Request): Who {
  const who = market.keys.get(team.key)?.who ?? { organisation: market.config.organisation };
  return session === undefined ? who : { ...who, session };
}

type Trouble = keyof Scenario['troubles'];

function troubleOf({ troubles }: Scenario, draw: Draw): Trouble | null {
  let mark = draw.unit();
  for (const name of TROUBLES) {
    mark -= troubles[name];
    if (mark < 0) return name;
  }
  return null;
}

const TROUBLES: readonly Trouble[] = ['rate_limited', 'refused', 'bad_request', 'cut', 'client_gone'];

/** Through the candidates in their order, until one answers. */
function travel(world: World, draw: Draw, plan: Plan, started: number, trouble: Trouble | null): Journey {
  const { outage } = world.scenario.events;
  const attempts: AttemptRecord[] = [];
  const candidates: Candidate[] = [];
  let elapsed = toMicros(draw.logNormal(0.55, 0.35));
  let target: Target | null = null;
  let error: CallError | null = null;
  let status = 200;
  for (const [index, each] of plan.targets.entries()) {
    const { id } = each.deployment;
    const denial = plan.denials[index] ?? null;
    if (denial !== null) {
      candidates.push({ deployment: id, reason: denial, verdict: 'rejected' });
      continue;
    }
    if (target !== null || (error !== null && status === 400)) {
      candidates.push({ deployment: id, verdict: 'eligible' });
      continue;
    }
    const down = id === outage.deployment && within(started, world.month.outage);
    const failure = down ? downFailure(draw) : attempts.length === 0 ? failureOf(trouble) : null;
    if (failure === null) {
      target = each;
      candidates.push({ deployment: id, verdict: 'chosen' });
      continue;
    }
    const took = toMicros(draw.logNormal(failure.ms, 0.3));
    attempts.push(failed(draw, each, plan, elapsed, took, failure));
    candidates.push({ deployment: id, reason: failure.code, verdict: 'tried' });
    error = { code: failure.code, message: failure.message };
    status = failure.answer;
    elapsed = toMicros(elapsed + took);
  }
  if (target === null && error === null) {
    error = { code: 'POLICY_DENIED', message: `the key may use no deployment of the route "${plan.route}"` };
    status = 403;
  }
  const fallback = target !== null && attempts.length > 0;
  return { attempts, candidates, target, fallback, error: target === null ? error : null, status, elapsed };
}

interface Failure {
  readonly code: CallError['code'];
  readonly message: string;
  readonly fault: NonNullable<AttemptRecord['fault']>;
  /** Status of the cloud, absent when none arrived, and the one that the client gets. */
  readonly status?: number;
  readonly answer: number;
  /** Median milliseconds that it took. */
  readonly ms: number;
}

const OVERLOADED: Failure = {
  code: 'UPSTREAM_ERROR',
  message: 'the cloud answered 529: Overloaded',
  fault: 'deployment',
  status: 529,
  answer: 502,
  ms: 210,
};
const UNREACHABLE: Failure = {
  code: 'UPSTREAM_UNREACHABLE',
  message: 'the cloud does not take connections',
  fault: 'network',
  answer: 502,
  ms: 4_900,
};
const LIMITED: Failure = {
  code: 'UPSTREAM_RATE_LIMITED',
  message: 'the cloud answered 429: too many tokens a minute',
  fault: 'rate_limit',
  status: 429,
  answer: 429,
  ms: 95,
};
const BAD: Failure = {
  code: 'UPSTREAM_ERROR',
  message: 'the cloud answered 400: the request is larger than the model takes',
  fault: 'client',
  status: 400,
  answer: 400,
  ms: 130,
};

const downFailure = (draw: Draw): Failure => (draw.chance(0.8) ? OVERLOADED : UNREACHABLE);
const failureOf = (trouble: Trouble | null): Failure | null =>
  trouble === 'rate_limited' ? LIMITED : trouble === 'bad_request' ? BAD : null;

function failed(
  draw: Draw,
  target: Target,
  plan: Plan,
  elapsed: number,
  took: number,
  failure: Failure,
): AttemptRecord {
  const { status } = failure;
  return {
    deployment: target.deployment.id,
    edits: editsOf(target, plan),
    error: failure.code,
    fault: failure.fault,
    started_ms: elapsed,
    ...(status === undefined ? {} : { status, ttfb_ms: took, vendor_request_id: `req_${draw.text(16)}` }),
  };
}

const answered = (draw: Draw, target: Target, plan: Plan, elapsed: number, ttfb: number): AttemptRecord => ({
  deployment: target.deployment.id,
  edits: editsOf(target, plan),
  started_ms: elapsed,
  status: 200,
  ttfb_ms: ttfb,
  vendor_request_id: `req_${draw.text(16)}`,
});

const NO_EDITS: readonly string[] = [];
const MODEL_EDIT: readonly string[] = ['model'];
const editsOf = (target: Target, plan: Plan): readonly string[] =>
  target.deployment.model === plan.alias ? NO_EDITS : MODEL_EDIT;

function decisionOf(market: Market, plan: Plan, { candidates }: Journey): Decision {
  const denied = plan.denials.every((denial) => denial !== null);
  return {
    candidates,
    config: market.digest,
    policy: { rules: plan.rules, verdict: denied ? 'deny' : 'allow' },
    route: plan.route,
    strategy: plan.strategy,
  };
}

type Ended = Pick<
  SampleCall,
  'target' | 'served' | 'usage' | 'timing' | 'outcome' | 'status' | 'stopReason' | 'error' | 'responseBytes'
>;

function unserved({ attempts, error, status, elapsed }: Journey, started: number, draw: Draw): Ended {
  const ended = started + Math.ceil(elapsed) + 1;
  return {
    target: null,
    served: null,
    usage: null,
    timing: { ended, gateway_ms: toMicros(draw.logNormal(0.7, 0.3)), started },
    outcome: attempts.length === 0 ? 'refused' : 'error',
    status,
    stopReason: null,
    error,
    responseBytes: 120 + (error?.message.length ?? 0),
  };
}

/** When which byte came. A prompt that is not cached makes the first token later; a whole answer comes at once. */
function pace(
  draw: Draw,
  behaviour: Target['behaviour'],
  size: Size,
  usage: Usage,
  stream: boolean,
  elapsed: number,
  started: number,
): { readonly timing: Timing; readonly ttfb: number } {
  const { tokens } = usage;
  const fresh = (tokens.input ?? 0) + (tokens.cache_write_5m ?? 0);
  const put = (tokens.output ?? 0) + (tokens.reasoning ?? 0);
  const tpot = draw.logNormal(behaviour.tpot, 0.16);
  const thinking = (tokens.reasoning ?? 0) * tpot * 0.35;
  const ttft = draw.logNormal(behaviour.ttft, behaviour.spread) + fresh / 90 + thinking;
  const body = Math.max(1, size.answer) * tpot;
  const gateway_ms = toMicros(draw.logNormal(0.95, 0.3));
  const first = started + elapsed + ttft;
  const last = first + body;
  const ended = Math.ceil(last + gateway_ms);
  if (!stream) {
    const whole = Math.round(last);
    return { timing: { ended, first_byte: whole, gateway_ms, started }, ttfb: toMicros(ttft + body) };
  }
  const chunks = Math.max(2, Math.round(put / (1.5 + draw.unit())));
  return {
    ttfb: toMicros(ttft * 0.96),
    timing: {
      chunks,
      ended,
      first_byte: Math.round(started + elapsed + ttft * 0.96),
      first_token: Math.round(first),
      gap_max_ms: toMicros(tpot * (2 + draw.logNormal(6, 0.6))),
      gateway_ms,
      last_token: Math.round(last),
      started,
      ...(put > 1 ? { tpot_ms: toMicros(body / (put - 1)) } : {}),
      ttft_ms: toMicros(elapsed + ttft),
    },
  };
}

function featuresOf({ tools, searches, prompt }: Request, surface: DialectId): readonly string[] {
  const features = ['system'];
  if (tools) features.push('tools');
  if (searches > 0) features.push('server_tools');
  if (surface === 'anthropic-messages' && prompt > 1_500) features.push('cache_control');
  return features;
}

const CAPS = [256, 1024, 4096, 8192, 16_384, 64_000];
const outputCap = (answer: number): number => CAPS.find((cap) => cap >= answer * 1.25) ?? 64_000;

function stopReason(surface: DialectId, { tools }: Request, draw: Draw): string {
  const called = tools && draw.chance(0.6);
  if (surface === 'anthropic-messages') return called ? 'tool_use' : 'end_turn';
  return called ? 'tool_calls' : 'stop';
}

function endError(outcome: Outcome): CallError | null {
  if (outcome === 'cut') return { code: 'UPSTREAM_CUT', message: 'the answer broke off before its end' };
  if (outcome === 'client_gone') return { code: 'CLIENT_GONE', message: 'the client closed the connection' };
  return null;
}
