// Whether anything of a call may be kept at its seller: a deployment says so (`stored_content: refuse`), or the policy of the key.
// A call that needs what is kept is refused then, in whichever dialect it asks: another one would be a way around.
import { AppError } from '@weighbridge/kernel';
import type { CallContext } from './cloud.ts';

/** What a request asks of the seller's memory, by its name in the capability table. */
const NEEDS_STORED = ['background', 'store', 'stored_state'] as const;

export const keepsNothing = ({ deployment, storesNothing }: CallContext): boolean =>
  deployment.stored_content === 'refuse' || storesNothing === true;

/** Throws FEATURE_UNSUPPORTED for a call that needs what is kept, where nothing may be. */
export function checkStored(call: CallContext): void {
  if (!keepsNothing(call)) return;
  const needs = NEEDS_STORED.filter((feature) => call.facts.features.includes(feature));
  if (needs.length === 0) return;
  const who = call.storesNothing === true ? 'the policy of the key' : `"${call.deployment.id}"`;
  throw new AppError(
    'FEATURE_UNSUPPORTED',
    `the request needs content to be kept at the seller (${needs.join(', ')}), which ${who} does not allow`,
    {
      next: 'send the whole input each time, with `store: false` and without `previous_response_id`, `conversation`, item references or `background`',
      details: { features: needs },
    },
  );
}
