// Parts of an answer as items of Responses, and the response object around them. Whole answers and streams are made of
// the same items, so that what a client has gathered from a stream equals what it would have been given whole.
import type { Losses } from '../capabilities.ts';
import { stringOf, type JsonRecord } from '../json-value.ts';
import type { FormStop, Part, RedactedThinkingPart, ThinkingPart } from './form.ts';
import { sealedThinking } from './reasoning-seal.ts';
import { chatTier, responsesUsage } from './usage-fields.ts';

/** `completed` while nothing is known to the contrary; `in_progress` in a stream's first words. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export const outputText = (text: string, annotations: readonly JsonRecord[]): JsonRecord => ({
  type: 'output_text',
  text,
  annotations,
  logprobs: [],
});

export const messageItem = (id: string, content: readonly JsonRecord[], status: ItemStatus): JsonRecord => ({
  id,
  type: 'message',
  status,
  role: 'assistant',
  content,
});

export const callItem = (
  id: string,
  call: { readonly id: string; readonly name: string },
  input: string,
  status: ItemStatus,
): JsonRecord => ({ id, type: 'function_call', status, arguments: input, call_id: call.id, name: call.name });

export const summaryOf = (text: string): JsonRecord[] => (text === '' ? [] : [{ type: 'summary_text', text }]);

export function reasoningItem(id: string, part: ThinkingPart | RedactedThinkingPart): JsonRecord {
  const encrypted = sealedThinking(part);
  return {
    id,
    type: 'reasoning',
    summary: summaryOf(part.kind === 'thinking' ? part.text : ''),
    ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
  };
}

/** Web citations of a text, which stand in Responses as flat annotations; what cites no address is reported. */
export function flatAnnotations(citations: readonly unknown[], length: number, losses: Losses): JsonRecord[] {
  return citations.flatMap((citation) => {
    const cited = citation as JsonRecord;
    const url = stringOf(cited['url']);
    if (url === undefined) {
      losses.beyond('answer_citations');
      return [];
    }
    return [{ type: 'url_citation', url, title: stringOf(cited['title']) ?? '', start_index: 0, end_index: length }];
  });
}

export class ItemIds {
  readonly #base: string;
  #count = 0;

  constructor(requestId: string) {
    this.#base = requestId
      .replace(/[^a-zA-Z0-9]/g, '')
      .toLowerCase()
      .slice(0, 40);
  }

  /** `msg`, `fc` and `rs`, as the maker names them; unique within the answer. */
  next(kind: 'msg' | 'fc' | 'rs'): string {
    this.#count += 1;
    return `${kind}_${this.#base}${String(this.#count).padStart(3, '0')}`;
  }
}

/** All parts as items, in their order. */
export function writeOutput(parts: readonly Part[], ids: ItemIds, losses: Losses): JsonRecord[] {
  return parts.flatMap((part): JsonRecord[] => {
    switch (part.kind) {
      case 'text': {
        const annotations = flatAnnotations(part.citations ?? [], part.text.length, losses);
        return [messageItem(ids.next('msg'), [outputText(part.text, annotations)], 'completed')];
      }
      case 'tool_call':
        return [callItem(ids.next('fc'), part, part.input === '' ? '{}' : part.input, 'completed')];
      case 'thinking':
      case 'redacted_thinking':
        return [reasoningItem(ids.next('rs'), part)];
      case 'foreign':
        losses.add('answer_provider_blocks');
        return [];
      default:
        return [];
    }
  });
}

// --- the response

const INCOMPLETE: Readonly<Record<string, string>> = {
  max_tokens: 'max_output_tokens',
  model_context_window_exceeded: 'max_output_tokens',
  refusal: 'content_filter',
};
const WORDLESS = new Set(['stop_sequence', 'pause_turn']);

/** Why an answer is not complete, in Responses' words; null when it is. */
export function incompleteReason(stop: FormStop | null, losses: Losses): string | null {
  if (stop !== null && WORDLESS.has(stop.reason)) losses.beyond('answer_stop');
  return stop === null ? null : (INCOMPLETE[stop.reason] ?? null);
}

export interface ResponseHead {
  readonly id: string;
  readonly model: string;
  readonly created: number;
}

export const responseId = (id: string): string => (id.startsWith('resp_') ? id : `resp_${id}`);

/** What the request said and a response repeats; the maker's own defaults where it said nothing. */
export function echoOf(request: JsonRecord): JsonRecord {
  const said = (name: string, otherwise: unknown): unknown => request[name] ?? otherwise;
  return {
    background: false,
    instructions: said('instructions', null),
    max_output_tokens: said('max_output_tokens', null),
    max_tool_calls: said('max_tool_calls', null),
    metadata: said('metadata', {}),
    parallel_tool_calls: said('parallel_tool_calls', true),
    previous_response_id: null,
    prompt_cache_key: said('prompt_cache_key', null),
    reasoning: said('reasoning', { effort: null, summary: null }),
    safety_identifier: said('safety_identifier', null),
    store: false,
    temperature: said('temperature', null),
    text: said('text', { format: { type: 'text' } }),
    tool_choice: said('tool_choice', 'auto'),
    tools: said('tools', []),
    top_logprobs: 0,
    top_p: said('top_p', null),
    truncation: said('truncation', 'disabled'),
    user: said('user', null),
  };
}

export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete';
  readonly incomplete: string | null;
  readonly output: readonly JsonRecord[];
  readonly usage: JsonRecord | null;
}

export const responseObject = (head: ResponseHead, echo: JsonRecord, state: ResponseState): JsonRecord => ({
  id: responseId(head.id),
  object: 'response',
  created_at: head.created,
  status: state.status,
  error: null,
  incomplete_details: state.incomplete === null ? null : { reason: state.incomplete },
  model: head.model,
  output: state.output,
  ...echo,
  ...chatTier(state.usage),
  usage: responsesUsage(state.usage),
});
