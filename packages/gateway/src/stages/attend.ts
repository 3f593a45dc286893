// A call counts as in flight, and hears when its client leaves, from when somebody attends to it until they leave it.
import type { Call } from '../pipeline/call.ts';
import type { CallResponse } from '../pipeline/call-exchange.ts';

export function attend(call: Call): void {
  const { lane, response } = call;
  lane.inFlight.add(call);
  response.call = call;
  response.on('close', clientClosed);
}

/** For whoever attends to it only for a while. */
export function leave(call: Call): void {
  const { lane, response } = call;
  lane.inFlight.delete(call);
  response.call = null;
  response.off('close', clientClosed);
}

/** Its client has been answered for now; the call itself goes on. */
export function detach(call: Call): void {
  const { response } = call;
  call.told = true;
  response.call = null;
  response.off('close', clientClosed);
}

/** One listener serves all calls; the response knows its own. */
function clientClosed(this: CallResponse): void {
  const { call } = this;
  this.call = null;
  if (call === null || call.outcome !== null || call.gone) return;
  call.gone = true;
  call.holder?.clientGone();
}
