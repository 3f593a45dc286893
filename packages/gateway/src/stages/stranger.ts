// A request that nobody could be found for: counted for `stats`, and told apart by why, by the id of the key that it named and by
// where it came from. Nothing else of what was presented is kept. Only such a request pays for it.
import type { AppError } from '@weighbridge/kernel';
import type { LaneContext } from '../pipeline/lane-context.ts';
import { keyIdOf } from './aws-pair.ts';

interface Asking {
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** `presented`: the key, or the header of a signature; it is read for the id alone. */
export function noteStranger(lane: LaneContext, request: Asking, presented: string, { code }: AppError): void {
  lane.counters.unauthenticated += 1;
  const signed = /\bCredential=([0-9A-Za-z]{1,64})\//.exec(presented)?.[1];
  const key = /^wb_([0-9A-Za-z]{1,32})_/.exec(presented)?.[1] ?? (signed === undefined ? null : keyIdOf(signed));
  const address = request.socket.remoteAddress ?? '';
  lane.strangers.add(`${code} ${key ?? ''} ${address}`, { code, key, address }, lane.clock.wall());
}
