// Whether a call that can wait goes into a batch, and which deployment's. It waits at the first of its candidates that
// takes batches; content that may not be stored at a seller never does, and whoever cannot wait long enough is not kept.
import { durationMs, type BatchWhy } from '@weighbridge/protocol';
import type { Call } from '../pipeline/call.ts';
import type { Plan, Target } from '../routing/compiled.ts';
import type { Deferral } from './deadline.ts';
import { marginOf } from './margin.ts';

/** Sets where the call waits, and puts that candidate first; or says why it does not wait. */
export function defer(call: Call, plan: Plan, deferral: Deferral): void {
  if (call.endpoint !== 'generate') return;
  const found = placeOf(call, plan, deferral.until);
  if (typeof found === 'string') {
    deferral.why = found;
    return;
  }
  const { index, target, leaveAt } = found;
  deferral.target = target;
  deferral.leaveAt = leaveAt;
  deferral.as = 'batch';
  deferral.why = null;
  deferral.order = call.order;
  putFirst(call, index);
}

/** The order as it was routed: the call goes by itself now. True where another candidate comes first by that. */
export function undefer(call: Call, { order }: Deferral): boolean {
  const moved = order.length > 0 && order[0] !== call.order[0];
  if (moved) chooseFirst(call, [...order]);
  return moved;
}

/** The target of this index is tried first, whatever the order says. */
export const putFirst = (call: Call, index: number): void =>
  chooseFirst(call, [index, ...call.order.filter((other) => other !== index)]);

function chooseFirst(call: Call, order: number[]): void {
  const { verdicts } = call.judged;
  for (const other of order) verdicts[other] = 'eligible';
  const [first = -1] = order;
  if (first >= 0) verdicts[first] = 'chosen';
  call.order = order;
  call.firstChoice = first;
}

interface Place {
  readonly index: number;
  readonly target: Target;
  readonly leaveAt: number;
}

/** Of several reasons the one that the call came furthest with. */
function placeOf(call: Call, plan: Plan, until: number): Place | BatchWhy {
  const takers = call.order.flatMap((index) => {
    const target = plan.targets[index];
    return target?.deployment.batch === undefined || target.cloud.batches === undefined ? [] : [{ index, target }];
  });
  if (takers.length === 0) return 'not_configured';
  // What cannot be written down now does not leave for hours.
  if (!call.lane.sealer.available) return 'not_taken';
  if (plan.route.stored_content !== 'allow' || plan.policy.stored_content === 'refuse') return 'policy';
  const storing = takers.filter(({ target }) => target.deployment.stored_content !== 'refuse');
  if (storing.length === 0) return 'policy';
  const fitting = storing.filter(({ target }) => fits(call, plan, target));
  if (fitting.length === 0) return 'request';
  const now = call.lane.clock.wall();
  const patient = fitting.flatMap(({ index, target }) => {
    const { batches } = target.cloud;
    if (batches === undefined) return [];
    const { gather = '', look = '' } = target.deployment.batch ?? {};
    const leaveAt = until - marginOf(target.deployment.batch, batches);
    return leaveAt - now <= durationMs(gather) + durationMs(look) ? [] : [{ index, target, leaveAt }];
  });
  if (patient.length === 0) return 'too_near';
  return (
    patient.find(({ target }) => call.lane.batches.hasRoom(target.deployment, call.body.length, call.lane.maxCalls)) ??
    'full'
  );
}

/** A cloud's own path, an answer that is checked, and a stream that cannot be made of a whole answer do not. */
function fits(call: Call, plan: Plan, { cloud, deployment, dialect }: Target): boolean {
  const { facts, envelope } = call;
  if (facts === null || envelope !== null || plan.route.cascade !== undefined) return false;
  if (facts.stream && dialect === 'openai-responses') return false;
  return cloud.batches?.unfit(deployment, facts) === null;
}
