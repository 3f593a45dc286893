// What would happen to a request now. It is asked of the same functions that decide about a real one, up to the point at
// which something would be sent; nothing is sent, counted or written. Money is not held: whether a hard budget covers a call
// depends on its body.
import { AppError, toAppError, type ErrorBody } from '@weighbridge/kernel';
import type { Decision } from '@weighbridge/protocol';
import type { Deployment, KeyRecord } from '../deployment.ts';
import type { LaneContext } from '../pipeline/lane-context.ts';
import type { Plan } from '../routing/compiled.ts';
import { decisionOf } from '../routing/decision.ts';
import { admitRoute, type Admitted } from './admit.ts';
import { journalUnavailable } from './intent.ts';
import { judge, nothingLeft, type Routed } from './route.ts';

export interface ForeseeAsked {
  /** Id of the key. */
  readonly key: string;
  /** Name of the model as a client would write it. */
  readonly model: string;
  readonly features: readonly string[];
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

export function foresee(lane: LaneContext, { key: id, model, features }: ForeseeAsked): Foreseen {
  const { compiled } = lane;
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
    envelope: null,
    facts: { features: [...features] },
    decision: null,
    plan: null,
    fidelity: 'default',
    order: [],
    firstChoice: -1,
    judged: { verdicts: [], reasons: [] },
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
  judge(call, plan);
  return judged(call, plan);
}

function judged(call: Routed, plan: Plan): Foreseen {
  const { verdicts } = call.judged;
  const open = verdicts.flatMap((verdict, index) => (verdict === 'rejected' ? [] : [index]));
  const drawn = plan.route.strategy === 'weighted' && open.length > 1;
  // Which one a weighted route draws is not known beforehand.
  if (drawn) for (const index of open) verdicts[index] = 'eligible';
  const decision = decisionOf(call.compiled.snapshot.digest, plan, call.judged);
  if (open.length === 0) return { ...nothing(nothingLeft(call, plan)), decision };
  const weights = open.map((index) => (drawn ? (plan.targets[index]?.weight ?? 0) : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const idOf = (index: number): string => plan.targets[index]?.deployment.id ?? '';
  return {
    decision,
    refusal: null,
    first: open.map((index, position) => ({
      deployment: idOf(index),
      // Without weights, the first that stands is the first that is tried.
      chance: total === 0 ? Number(position === 0) : (weights[position] ?? 0) / total,
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
  if (!lane.sealer.available) throw journalUnavailable();
  if (lane.inFlight.size >= lane.maxCalls)
    throw new AppError('OVERLOADED', `this lane already carries ${lane.maxCalls} calls`);
}

const nothing = (error: AppError): Foreseen => ({ decision: null, refusal: error.body(), first: [], doubts: [] });
