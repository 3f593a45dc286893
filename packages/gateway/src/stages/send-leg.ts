// Puts a prepared leg on the wire: its credential, its signature, its bytes. What cannot be sent is reported as a failure
// of the leg, never thrown, since by now the leg is written down; a leg that ended meanwhile is not sent.
import type { Leg } from './leg.ts';
import { unsendable, type LegFailure } from './leg-failure.ts';

export interface LegSender {
  /** Whether the leg is still wanted. */
  awaits(leg: Leg): boolean;
  failed(leg: Leg, failure: LegFailure): void;
}

export function sendLeg(leg: Leg, sender: LegSender): void {
  if (!sender.awaits(leg)) return;
  const { call, target, prepared } = leg;
  const { lane } = call;
  try {
    const credential = lane.credentials.current(target.deployment.credential);
    const authorization = target.cloud.authorize(
      prepared.request,
      credential,
      target.deployment,
      new Date(lane.clock.wall()),
    );
    if (!(authorization instanceof Promise)) return leg.send(authorization);
    authorization.then(
      (headers) => sendAuthorized(leg, sender, headers),
      (error: unknown) => sender.failed(leg, unsendable(error)),
    );
  } catch (error) {
    sender.failed(leg, unsendable(error));
  }
}

function sendAuthorized(leg: Leg, sender: LegSender, headers: Readonly<Record<string, string>>): void {
  if (!sender.awaits(leg)) return;
  try {
    leg.send(headers);
  } catch (error) {
    sender.failed(leg, unsendable(error));
  }
}
