// Where a call is sent: the decision is made and written down before anything is, and a call for which everything is full waits its
// turn where its route has a line.
import { AppError, toAppError } from '@weighbridge/kernel';
import { defer } from '../deadline/defer.ts';
import type { Stage } from '../pipeline/stage.ts';
import { decide, judge, nothingLeft } from './route.ts';
import { comesAfter, mayWait, waitFor } from './wait.ts';

export const choose: Stage = (next) => (call, reply) => {
  const { plan } = call;
  if (plan === null) throw new AppError('INTERNAL', 'invariant broken: a route is chosen after it is admitted');
  judge(call, plan);
  const { deferral } = call;
  if (deferral !== null) defer(call, plan, deferral);
  // Who waits for a batch waits for no room.
  const batched = deferral !== null && deferral.target !== null;
  const queued = plan.route.queue !== undefined && call.endpoint === 'generate' && !batched;
  if (queued && (call.order.length === 0 ? mayWait(call) : comesAfter(call, plan))) {
    // Whoever lets it go stands in no call: what is thrown here has nobody else to catch it.
    const go = (): void => {
      try {
        decide(call, plan);
        next(call, reply);
      } catch (error) {
        reply.fail(toAppError(error));
      }
    };
    return waitFor(call, plan, go, (error) => reply.fail(error));
  }
  decide(call, plan);
  if (call.order.length === 0) return reply.fail(nothingLeft(call, plan));
  return next(call, reply);
};
