// Chooses. From the candidates of the route it drops those that policy, features, health or capacity exclude, each with
// its reason; it orders the rest by the route's strategy. The decision is data, written down before anything is sent.
import { AppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Plan, Target } from '../routing/compiled.ts';
import { decisionOf, type Verdict } from '../routing/decision.ts';
import { wordsOf, type Reason } from '../routing/reason.ts';
import { guessOf } from './capacity.ts';
import { orderOf } from '../routing/ordering.ts';

/** What a decision is made from and goes into: a call, or one that is only foreseen. */
export type Routed = Pick<
  Call,
  | 'lane'
  | 'compiled'
  | 'key'
  | 'plan'
  | 'who'
  | 'parsed'
  | 'startedAt'
  | 'surface'
  | 'endpoint'
  | 'order'
  | 'firstChoice'
  | 'judged'
> & {
  readonly facts:
    | (Pick<NonNullable<Call['facts']>, 'features' | 'stream' | 'bodyBytes' | 'maxOutputTokens'> & {
        readonly choices?: number;
      })
    | null;
};

export function judge(call: Routed, plan: Plan): void {
  const now = call.lane.clock.monotonic();
  const reasons = plan.targets.map((target, index) => plan.denials[index] ?? unfit(call, target, now));
  const eligible: number[] = [];
  for (let i = 0; i < reasons.length; i += 1) if (reasons[i] === null) eligible.push(i);
  const plain = plan.strategy === null && plan.arms === null;
  const { order, scores, arm } = plain ? { order: eligible, ...PLAIN } : orderOf(call, plan, eligible, reasons);
  call.order = order;
  const verdicts = plan.targets.map((): Verdict => 'rejected');
  for (const index of order) verdicts[index] = 'eligible';
  const first = call.order[0];
  if (first !== undefined) verdicts[first] = 'chosen';
  call.firstChoice = first ?? -1;
  call.judged = { verdicts, reasons, scores, arm };
}

const PLAIN = { scores: null, arm: null } as const;

function unfit(call: Routed, target: Target, now: number): Reason | null {
  if (call.endpoint === 'count_tokens' && !counts(call, target)) return { kind: 'cannot_count' };
  if (target.condition !== null && call.facts !== null) {
    const { facts, who, parsed } = call;
    const rule = target.condition({ facts, who, parsed });
    if (rule !== null) return { kind: 'not_for', rule };
  }
  const lacks = target.deployment.lacks;
  if (lacks !== undefined && lacks.length > 0) {
    const missing = call.facts?.features.filter((feature) => lacks.includes(feature)) ?? [];
    if (missing.length > 0) return { kind: 'lacks', features: missing };
  }
  const reason = call.lane.health.reason(target.deployment, now);
  if (reason !== null || target.reservation === null || call.endpoint !== 'generate') return reason;
  return target.reservation.wait(guessOf(call, target), call.lane.clock.wall()) === 0
    ? null
    : { kind: 'reserved_full' };
}

const counts = ({ surface }: Pick<Call, 'surface'>, { cloud, deployment, dialect }: Target): boolean =>
  dialect === surface && cloud.counting?.can(deployment) === true;

/** Interns the call's decision as it stands now; called again when a fall-back changed it. */
export function decide(call: Call, plan: Plan): void {
  const { verdicts, reasons, scores, arm } = call.judged;
  const config = call.compiled.snapshot.digest;
  let key = arm === null ? plan.name : `${plan.name}/${arm}`;
  for (let i = 0; i < verdicts.length; i += 1) {
    const reason = reasons[i] ?? null;
    key += `|${verdicts[i] ?? ''}:${reason === null ? '' : wordsOf(reason)}`;
    if (scores !== null) key += `@${scores[i] ?? ''}`;
  }
  call.decision = call.lane.decisions.intern(key, () => decisionOf(config, plan, call.judged));
}

/** Why nothing is eligible. */
export function nothingLeft(call: Routed, plan: Plan): AppError {
  // Nothing is eligible, so every candidate has its reason.
  const reasons = call.judged.reasons.filter((reason) => reason !== null);
  const details = {
    candidates: reasons.map((reason, index) => `${plan.targets[index]?.deployment.id ?? ''}: ${wordsOf(reason)}`),
  };
  const listed = details.candidates.join('; ');
  const only = (...kinds: readonly Reason['kind'][]): boolean => reasons.every(({ kind }) => kinds.includes(kind));
  if (only('policy')) {
    return new AppError(
      'POLICY_DENIED',
      `the key "${call.key?.name ?? ''}" may use no deployment of the route "${plan.route.id}" (${reasons.map(wordsOf).join('; ')})`,
      { details },
    );
  }
  if (only('policy', 'lacks', 'not_for')) {
    return new AppError(
      'FEATURE_UNSUPPORTED',
      `no deployment of the route "${plan.route.id}" can serve this request (${listed})`,
      { details },
    );
  }
  if (only('policy', 'lacks', 'not_for', 'cannot_count')) {
    const others = countingModels(call);
    const instead = others.length === 0 ? 'no other that the key may use does' : `these do: ${others.join(', ')}`;
    const what = `no deployment of the route "${plan.route.id}" counts tokens (${listed}); ${instead}`;
    return new AppError('NOT_IMPLEMENTED', what, { details });
  }
  const now = call.lane.clock.monotonic();
  const pauses = plan.targets
    .map((target) => call.lane.health.pausedFor(target.deployment, now))
    .filter((ms) => ms > 0);
  const full = reasons.some(({ kind }) => kind === 'reserved_full');
  const waits = full ? [...pauses, ...roomAfter(call, plan)] : pauses;
  const wait = waits.length === 0 ? undefined : Math.min(...waits);
  return new AppError(
    full ? 'CAPACITY_FULL' : wait === undefined ? 'NO_CANDIDATE' : 'UPSTREAM_RATE_LIMITED',
    `no deployment of the route "${plan.route.id}" can take the call now (${listed})`,
    { details: wait === undefined ? details : { ...details, retryAfterMs: wait } },
  );
}

/** Milliseconds until each reservation that is full has room for the call. */
function roomAfter(call: Routed, plan: Plan): number[] {
  const now = call.lane.clock.wall();
  return plan.targets.flatMap((target, index) => {
    if (target.reservation === null || call.judged.reasons[index]?.kind !== 'reserved_full') return [];
    const wait = target.reservation.wait(guessOf(call, target), now);
    return wait === Infinity ? [] : [wait];
  });
}

/** Names that the key may ask for and that lead to a deployment which counts; a few of them. */
function countingModels(call: Pick<Routed, 'compiled' | 'key' | 'surface'>): readonly string[] {
  const { compiled, key } = call;
  if (key === null) return [];
  const named = compiled.models(key).filter((name) => {
    const found = compiled.routeFor(name);
    const plan = found === undefined ? null : compiled.plan(key, found);
    return plan !== null && plan.targets.some((target, index) => plan.denials[index] === null && counts(call, target));
  });
  return named.slice(0, NAMED_MODELS);
}

const NAMED_MODELS = 5;
