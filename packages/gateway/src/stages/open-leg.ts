// Makes one leg ready to go: policy and health once more with its concrete deployment, its request, what limits hold for
// it. What refuses a candidate here is no attempt: nothing was sent, and nothing of it is recorded but the reason.
import { AppError, invariant } from '@weighbridge/kernel';
import type { LegRole } from '@weighbridge/protocol';
import type { AttemptDraft, Held, Prepared } from '../pipeline/attempt.ts';
import type { Call } from '../pipeline/call.ts';
import type { Plan, Target } from '../routing/compiled.ts';
import { deploymentDenial } from '../routing/policy.ts';
import { wordsOf } from '../routing/reason.ts';
import { Leg, type LegOwner } from './leg.ts';
import { beforeSending, type LegFailure } from './leg-failure.ts';
import { prepareLeg } from './prepare.ts';
import { releaseAhead, reserveLeg } from './reserve.ts';

/** `position`: in the order of candidates. `role`: how the leg came to be, other than first or after a failure. */
export function openLeg(
  call: Call,
  plan: Plan,
  position: number,
  owner: LegOwner,
  now: number,
  role?: LegRole,
): Leg | LegFailure {
  const target = plan.targets[call.order[position] ?? 0];
  invariant(target !== undefined, 'the order names targets of the plan');
  const { ahead } = call;
  const draft: AttemptDraft = ahead?.draft ?? { deployment: target.deployment.id, edits: [], started_ms: 0 };
  draft.started_ms = call.since(now);
  if (role !== undefined) draft.role = role;
  let prepared: Prepared;
  let held: Held | null;
  try {
    admitLeg(call, plan, target, now);
    prepared = ahead?.prepared ?? prepareLeg(call, target, draft);
    held = ahead?.held ?? reserveLeg(call, target, prepared);
  } catch (error) {
    releaseAhead(call);
    return beforeSending(error);
  }
  call.ahead = null;
  const leg = new Leg(call, target, prepared, draft, position, held, owner, now);
  call.lane.health.began(target.deployment, now);
  call.attempts.push(draft);
  return leg;
}

function admitLeg(call: Call, plan: Plan, { deployment }: Target, now: number): void {
  const denial = deploymentDenial(plan.policy, deployment);
  if (denial !== null) throw new AppError('POLICY_DENIED', denial);
  if (call.attempts.length === 0) return;
  const reason = call.lane.health.reason(deployment, now);
  if (reason !== null)
    throw new AppError('NO_CANDIDATE', `"${deployment.id}" cannot take the call: ${wordsOf(reason)}`);
}
