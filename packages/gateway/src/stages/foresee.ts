// What would happen to a request now. It is asked of the same functions that decide about a real one, up to the point at
// which something would be sent; nothing is sent, counted or written. Money is not held: whether a hard budget covers a call
// depends on its body.
import { AppError, toAppError, type ErrorBody } from '@weighbridge/kernel';
import type { Decision } from '@weighbridge/protocol';
import type { Deployment, KeyRecord } from '../deployment.ts';
import type { LaneContext } from '../pipeline/lane-context.ts';
import type { Plan } from '../routing/compiled.ts';
import { decisionOf, UNJUDGED } from '../routing/decision.ts';
import { chancesOf } from '../routing/ordering.ts';
import { admitRoute, type Admitted } from './admit.ts';
import { whoOf } from './identify.ts';
import { journalUnavailable } from './intent-draft.ts';
import { judge, nothingLeft, type Routed } from './route.ts';

export interface ForeseeAsked {
  /** Id of the key. */
  readonly key: string;
  /** Name of the model as a client would write it. */
  readonly model: string;
  readonly features: readonly string[];
  readonly stream?: boolean;
  readonly requestBytes?: number;
  readonly maxOutputTokens?: number;
  /** Of the caller: absent, nobody knows in which arm and on which deployment it would stay. */
  readonly session?: string;
  readonly endUser?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface Foreseen {
  /** Null when the request would not come as far as a decision about candidates. */
  readonly decision: Decision | null;
  /** What the client would be told instead of an answer; null when the call would be sent. */
  readonly refusal: ErrorBody | null;
  /** How often each candidate would be tried first, 0 to 1. */
  readonly first: readonly { readonly deployment: string; readonly chance: number }[];
  /** What may go wrong with a candidate that would be tried. */
  readonly doubts: readonly { readonly deployment: string; readonly doubt: string }[];
}

export function foresee(lane: LaneContext, asked: ForeseeAsked): Foreseen {
  const { compiled } = lane;
  const { key: id, model, features, stream = false, requestBytes = 0, maxOutputTokens, metadata } = asked;
  const key = compiled.keys.get(id);
  if (key === undefined) throw new AppError('KEY_INVALID', `there is no key ${id.slice(0, 64)}`);
  const call: Admitted & Routed = {
    lane,
    compiled,
    key,
    alias: model,
    // What is foreseen is an answer; whether tokens could be counted does not depend on the dialect then.
    endpoint: 'generate',
    surface: 'openai-chat',
    facts: {
      features: [...features],
      stream,
      bodyBytes: requestBytes,
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
    who: whoOf(key, { endUser: asked.endUser, session: asked.session, tags: asked.tags, trace: undefined }),
    parsed: metadata === undefined ? null : { metadata },
    startedAt: lane.clock.wall(),
    envelope: null,
    decision: null,
    plan: null,
    fidelity: 'default',
    order: [],
    firstChoice: -1,
    judged: UNJUDGED,
  };
  try {
    checkLane(lane, key);
    admitRoute(call);
  } catch (error) {
    const decision = call.decision as { readonly text: string } | null;
    return {
      ...nothing(toAppError(error)),
      decision: decision === null ? null : (JSON.parse(decision.text) as Decision),
    };
  }
  const { plan } = call;
  if (plan === null) throw new AppError('INTERNAL', 'invariant broken: a route that is admitted has a plan');
  if (!lane.sealer.available && plan.bypass === null) return nothing(journalUnavailable());
  judge(call, plan);
  return judged(call, plan, call.who?.session !== undefined || call.who?.end_user !== undefined);
}

/** `named`: it is known whom the call belongs to. */
function judged(call: Routed, plan: Plan, named: boolean): Foreseen {
  const { verdicts, reasons } = call.judged;
  const open = verdicts.flatMap((verdict, index) => (verdict === 'rejected' ? [] : [index]));
  const chances = chancesOf(call, plan, open, named);
  // Which one comes first where it is drawn, or where it hangs on who calls, is not known beforehand.
  if (!chances.includes(1)) {
    for (const index of open) {
      verdicts[index] = 'eligible';
      if (reasons[index]?.kind === 'kept' || reasons[index]?.kind === 'other_arm') reasons[index] = null;
    }
    call.judged = { ...call.judged, arm: null };
  }
  const decision = decisionOf(call.compiled.snapshot.digest, plan, call.judged);
  if (open.length === 0) return { ...nothing(nothingLeft(call, plan)), decision };
  const idOf = (index: number): string => plan.targets[index]?.deployment.id ?? '';
  return {
    decision,
    refusal: null,
    first: open.map((index, position) => ({
      deployment: idOf(index),
      chance: chances[position] ?? 0,
    })),
    doubts: open.flatMap((index) => {
      const deployment = plan.targets[index]?.deployment;
      const doubt = deployment === undefined ? null : doubtOf(call.lane, deployment);
      return doubt === null ? [] : [{ deployment: idOf(index), doubt }];
    }),
  };
}

/** Why a call to this deployment could not be authorised now; null when it could. */
export function doubtOf(lane: LaneContext, deployment: Deployment): string | null {
  try {
    lane.credentials.current(deployment.credential);
    return null;
  } catch (error) {
    return toAppError(error).message;
  }
}

function checkLane(lane: LaneContext, key: KeyRecord): void {
  if (key.revoked) throw new AppError('KEY_REVOKED', `the key "${key.name}" was revoked`);
  if (key.expires !== undefined && key.expires <= lane.clock.wall())
    throw new AppError('KEY_REVOKED', `the key "${key.name}" expired on ${new Date(key.expires).toISOString()}`);
  if (lane.draining) throw new AppError('DRAINING', 'this instance is shutting down and takes no new calls');
  if (lane.inFlight.size >= lane.maxCalls)
    throw new AppError('OVERLOADED', `this lane already carries ${lane.maxCalls} calls`);
}

const nothing = (error: AppError): Foreseen => ({ decision: null, refusal: error.body(), first: [], doubts: [] });

/** How a route stands now in one lane, for a call that every candidate of it may serve. */
export interface RouteStanding {
  readonly route: string;
  readonly candidates: readonly {
    readonly deployment: string;
    /** How often it would be tried first, 0 to 1. */
    readonly first: number;
    /** Share of prompt tokens that its cache read of late, on this route; null: nothing was learnt. */
    readonly cacheShare: number | null;
    /** Milliseconds to the first token of a stream, as expected now; null: nothing was learnt. */
    readonly firstTokenMs: number | null;
  }[];
}

export function standingsOf(lane: LaneContext): readonly RouteStanding[] {
  const now = lane.clock.monotonic();
  const call = { lane, who: null, parsed: null, startedAt: lane.clock.wall(), facts: null };
  return lane.compiled.snapshot.routes.map((route) => {
    const plan = lane.compiled.openPlan(route);
    const open = plan.targets.flatMap((target, index) =>
      lane.health.reason(target.deployment, now) === null ? [index] : [],
    );
    const chances = chancesOf(call, plan, open, false);
    return {
      route: route.id,
      candidates: plan.targets.map(({ deployment: { id } }, index) => ({
        deployment: id,
        first: chances[open.indexOf(index)] ?? 0,
        cacheShare: lane.learnt.cacheShare(route.id, id),
        firstTokenMs: lane.learnt.waitMs(id, true, now),
      })),
    };
  });
}
