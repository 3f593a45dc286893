// What every cloud that serves the Responses dialect shares. Streams report usage unasked. The one field that we set for
// policy's sake is `store`: this dialect keeps what was asked and answered at the seller unless told otherwise, so a
// deployment where nothing may be kept says so (`stored_content: refuse`), and a call that needs what is kept is refused.
import type { Splice } from '@weighbridge/dialects';
import { AppError } from '@weighbridge/kernel';
import type { CallContext } from './cloud.ts';
import { chatEdits } from './chat-api.ts';

/** What a request asks of the seller's memory, by its name in the capability table. */
const NEEDS_STORED = ['background', 'store', 'stored_state'] as const;

/** Model, tier and, where nothing may be kept, `store`. Throws FEATURE_UNSUPPORTED for a call that needs what is kept. */
function responsesEdits(call: CallContext): Splice {
  const { deployment, facts } = call;
  const { set, remove } = chatEdits(call, { tiers: true, usage: false });
  if (deployment.stored_content !== 'refuse') return { set, remove };
  const needs = NEEDS_STORED.filter((feature) => facts.features.includes(feature));
  if (needs.length > 0) throw notKept(deployment.id, needs);
  return { set: { ...set, store: 'false' }, remove };
}

/** Edits of the dialect in which the call goes out. */
export const openaiEdits = (call: CallContext): Splice =>
  call.facts.dialect === 'openai-responses' ? responsesEdits(call) : chatEdits(call, { tiers: true, usage: true });

/** Path below the version, by the dialect in which the call goes out. */
export const openaiPath = ({ facts }: CallContext): readonly string[] =>
  facts.dialect === 'openai-responses' ? ['responses'] : ['chat', 'completions'];

const notKept = (id: string, needs: readonly string[]): AppError =>
  new AppError(
    'FEATURE_UNSUPPORTED',
    `the request needs content to be kept at the seller (${needs.join(', ')}), which "${id}" does not allow`,
    {
      next: 'send the whole input each time, with `store: false` and without `previous_response_id`, `conversation`, item references or `background`',
      details: { features: needs },
    },
  );
