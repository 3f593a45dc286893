// Why a model stopped, between the two vocabularies. Anthropic's is richer; what Chat has no word for travels beside it
// as `native_finish_reason` (a name that OpenRouter made common), so that the way back is exact.
import { recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { FormStop } from './form.ts';

const TO_CHAT: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  max_tokens: 'length',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  pause_turn: 'stop',
  refusal: 'content_filter',
  model_context_window_exceeded: 'length',
};
const FROM_CHAT: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
};

/** Members of a Chat choice that tell the stop: `finish_reason`, and the native word where Chat's says less. */
export function chatStop(stop: FormStop | null): JsonRecord {
  if (stop === null) return { finish_reason: null };
  // A reason that Anthropic may yet invent ends the answer like any other.
  const finish = TO_CHAT[stop.reason] ?? 'stop';
  const exact = FROM_CHAT[finish] === stop.reason && stop.details === undefined;
  return {
    finish_reason: finish,
    ...(exact ? {} : { native_finish_reason: stop.reason }),
    ...(stop.sequence === null ? {} : { stop_sequence: stop.sequence }),
    ...(stop.details === undefined ? {} : { stop_details: stop.details }),
  };
}

/** What Chat's choice says, in Anthropic's words. A forced function call ends with "stop" there, hence `calledTools`. */
export function stopOfChat(choice: JsonRecord, calledTools: boolean): FormStop | null {
  const finish = stringOf(choice['finish_reason']);
  if (finish === undefined) return null;
  const native = stringOf(choice['native_finish_reason']);
  const known = native !== undefined && Object.hasOwn(TO_CHAT, native) ? native : undefined;
  const plain = finish === 'stop' && calledTools ? 'tool_use' : (FROM_CHAT[finish] ?? 'end_turn');
  const details = recordOf(choice['stop_details']);
  return {
    reason: known ?? plain,
    sequence: stringOf(choice['stop_sequence']) ?? null,
    ...(details === undefined ? {} : { details }),
  };
}

/** `stop_details` for a refusal that Chat put in words. */
export const refusalStop = (explanation: string): FormStop => ({
  reason: 'refusal',
  sequence: null,
  details: { type: 'refusal', category: null, explanation },
});
