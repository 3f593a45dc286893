// Whether a call that has waited may still take something of a seller: its key is looked up in the configuration of now, and
// not in the one under which it was admitted hours ago. A key that was revoked stops for calls that wait as for any other.
import type { LaneContext } from '../pipeline/lane-context.ts';
import { checkInForce } from '../stages/key-in-force.ts';

/** `key`: the id of the key that it came with. */
export function mayGoOn({ compiled, clock }: LaneContext, key: string): boolean {
  const found = compiled.keys.get(key);
  if (found === undefined || found.unlisted === true) return false;
  try {
    checkInForce(found, clock.wall());
    return true;
  } catch {
    return false; // It was revoked, or has run out: which of the two is told to who presents it.
  }
}
