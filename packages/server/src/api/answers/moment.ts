// The moment that a question is asked for, as the control API knows it: with what was in force then, and who was who in a deployment.
import type { Snapshot } from '@weighbridge/gateway';
import type { CommitmentPorts } from '../../deal/commitments.ts';
import { momentOf, type Ahead, type Moment } from '../../deal/moment.ts';
import type { ControlPorts } from '../ports.ts';

type MomentPorts = Pick<ControlPorts, 'deal' | 'clock' | 'administration'>;

export interface MomentInForce extends Moment {
  /** Read when it is first asked for; null where the log says of nothing that it was in force then. */
  readonly inForce: () => Snapshot | null;
  /** By the configuration in force then, else by the newest by then that named the deployment. */
  readonly rolesOf: CommitmentPorts['rolesOf'];
}

/** Throws DAY_BEFORE_LOG, and BAD_REQUEST for a day to come of which nothing can be foretold. */
export function momentIn(
  { deal, clock, administration }: MomentPorts,
  day: string | undefined,
  ahead?: Ahead,
): MomentInForce {
  const moment = momentOf(deal, day, clock.wall(), ahead);
  let then: Snapshot | null | undefined;
  const inForce = (): Snapshot | null =>
    moment.past ? (then = then === undefined ? deal.inForceAt(moment.at) : then) : administration.snapshot();
  return {
    ...moment,
    inForce,
    rolesOf: (deployment) =>
      inForce()?.deployments.find(({ id }) => id === deployment)?.roles ?? moment.known.rolesInHistory(deployment),
  };
}
