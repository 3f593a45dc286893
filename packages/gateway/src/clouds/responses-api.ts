// What every cloud that serves the Responses dialect shares. Streams report usage unasked. The one field that we set for
// policy's sake is `store`: this dialect keeps what was asked and answered at the seller unless told otherwise (and so does Chat
// for new accounts, https://platform.openai.com/docs/guides/migrate-to-responses), so where nothing may be kept it is told.
import type { Splice } from '@weighbridge/dialects';
import type { CallContext } from './cloud.ts';
import { chatEdits } from './chat-api.ts';
import { keepsNothing } from './stored-content.ts';

/** Edits of the dialect in which the call goes out. Throws FEATURE_UNSUPPORTED for a call that needs what may not be kept. */
export function openaiEdits(call: CallContext): Splice {
  const { set, remove } = chatEdits(call, { tiers: true, usage: call.facts.dialect !== 'openai-responses' });
  return { set: keepsNothing(call) ? { ...set, store: 'false' } : set, remove };
}

/** Path below the version, by the dialect in which the call goes out. */
export const openaiPath = ({ facts }: CallContext): readonly string[] =>
  facts.dialect === 'openai-responses' ? ['responses'] : ['chat', 'completions'];
