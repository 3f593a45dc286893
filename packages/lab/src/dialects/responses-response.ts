// Answers in the form of Responses, whole and as stream payloads. Field order and presence follow recorded responses
// (late 2025 and 2026): numbered events, an `obfuscation` on deltas, the whole response once more at the end.
import { tokensOfBlock } from '../model/compose.ts';
import type { Answer, Block, Counts, Prompt, ResponsesAsked } from '../model/prompt.ts';
import type { Signer } from '../model/signature.ts';
import { fnv1a } from '../model/random.ts';
import { chunks, spread } from './anthropic-response.ts';
import { pieces, type Claims, type Payload } from './payload.ts';

type Fields = Record<string, unknown>;

const WORDS_PER_DELTA = 1;
const JSON_CHARS_PER_DELTA = 8;
const REFUSED = 'Simulated refusal: I cannot help with that.';

export interface ResponsesShape {
  readonly asked: ResponsesAsked;
  readonly signer: Signer;
}

export const responsesShape = (prompt: Prompt, signer: Signer): ResponsesShape => ({
  asked: prompt.responses ?? { body: {}, keep: false, encrypted: false, summary: false },
  signer,
});

const usageOf = (counts: Counts): Fields => {
  const input = counts.input + counts.cacheRead + counts.cacheWrite5m + counts.cacheWrite1h;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: counts.cacheRead },
    output_tokens: counts.output,
    output_tokens_details: { reasoning_tokens: counts.reasoning },
    total_tokens: input + counts.output,
  };
};

/** Ids of items, which the API makes from those of the response. */
const itemId = (prefix: string, response: string, index: number): string => {
  const digits = Array.from({ length: 6 }, (_, part) =>
    fnv1a(`${response} ${index} ${part}`).toString(16).padStart(8, '0'),
  );
  return `${prefix}_${digits.join('')}00`;
};

function responseOf(claims: Claims, shape: ResponsesShape, state: Fields): Fields {
  const { body } = shape.asked;
  const said = (name: string, otherwise: unknown): unknown => body[name] ?? otherwise;
  return {
    id: claims.id,
    object: 'response',
    created_at: claims.created,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: said('instructions', null),
    max_output_tokens: said('max_output_tokens', null),
    max_tool_calls: said('max_tool_calls', null),
    model: claims.model,
    output: [],
    parallel_tool_calls: said('parallel_tool_calls', true),
    previous_response_id: said('previous_response_id', null),
    prompt_cache_key: said('prompt_cache_key', null),
    reasoning: said('reasoning', { effort: null, summary: null }),
    safety_identifier: said('safety_identifier', null),
    service_tier: claims.tier ?? 'default',
    store: shape.asked.keep,
    temperature: said('temperature', 1),
    text: said('text', { format: { type: 'text' }, verbosity: 'medium' }),
    tool_choice: said('tool_choice', 'auto'),
    tools: said('tools', []),
    top_logprobs: 0,
    top_p: said('top_p', 1),
    truncation: said('truncation', 'disabled'),
    usage: null,
    user: said('user', null),
    metadata: said('metadata', {}),
    ...state,
  };
}

/** One item of the answer with what it grows from. */
interface Planned {
  readonly item: Fields;
  readonly block: Block | null;
  readonly tokens: number;
}

/** Hidden reasoning first, then what is shown. */
function plan(answer: Answer, claims: Claims, shape: ResponsesShape): Planned[] {
  const out: Planned[] = [];
  const id = (prefix: string): string => itemId(prefix, claims.id, out.length);
  if (answer.thought !== null) {
    const summary = shape.asked.summary ? [{ type: 'summary_text', text: answer.thought }] : [];
    const encrypted = shape.asked.encrypted ? { encrypted_content: shape.signer.redact(answer.thought) } : {};
    out.push({
      item: { id: id('rs'), type: 'reasoning', ...encrypted, summary },
      block: null,
      tokens: answer.reasoning,
    });
  }
  if (answer.stop === 'refusal') {
    const content = [{ type: 'refusal', refusal: REFUSED }];
    out.push({ item: message(id('msg'), content), block: null, tokens: answer.output });
  }
  for (const block of answer.blocks) {
    const tokens = tokensOfBlock(block);
    if (block.type === 'text') {
      const content = [{ type: 'output_text', annotations: [], logprobs: [], text: block.text }];
      out.push({ item: message(id('msg'), content), block, tokens });
    } else if (block.type === 'tool') {
      const call = { id: id('fc'), type: 'function_call', status: 'completed', arguments: block.json };
      out.push({ item: { ...call, call_id: block.id, name: block.name }, block, tokens });
    }
  }
  return out;
}

const message = (id: string, content: unknown[]): Fields => ({
  id,
  type: 'message',
  status: 'completed',
  content,
  role: 'assistant',
});

function lastState(answer: Answer, items: readonly Planned[], counts: Counts | null): Fields {
  const cut = answer.stop === 'length';
  return {
    status: cut ? 'incomplete' : 'completed',
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output: items.map(({ item }) => item),
    usage: counts === null ? null : usageOf(counts),
  };
}

export function responsesWhole(answer: Answer, counts: Counts | null, claims: Claims, shape: ResponsesShape): string {
  return JSON.stringify(responseOf(claims, shape, lastState(answer, plan(answer, claims, shape), counts)));
}

/** A response as stream payloads. */
export function responsesStream(
  answer: Answer,
  counts: Counts | null,
  claims: Claims,
  shape: ResponsesShape,
): Payload[] {
  const out: Payload[] = [];
  const push = (kind: Payload['kind'], output: number, type: string, members: Fields): void => {
    out.push({ event: type, json: JSON.stringify({ type, sequence_number: out.length, ...members }), kind, output });
  };
  const begun = { response: responseOf(claims, shape, {}) };
  push('start', 0, 'response.created', begun);
  push('start', 0, 'response.in_progress', begun);
  const items = plan(answer, claims, shape);
  let sent = 0;
  for (const [index, planned] of items.entries()) {
    streamItem(planned, index, sent, push);
    sent += planned.tokens;
  }
  const state = lastState(answer, items, counts);
  push('end', answer.output, `response.${String(state['status'])}`, { response: responseOf(claims, shape, state) });
  return out;
}

type Push = (kind: Payload['kind'], output: number, type: string, members: Fields) => void;

const padding = (text: string): string => 'simulatedpadding'.slice(0, (text.length % 13) + 2);

function streamItem({ item, block, tokens }: Planned, index: number, before: number, push: Push): void {
  const at = { output_index: index };
  const end = before + tokens;
  const own = { item_id: item['id'], output_index: index };
  if (block?.type === 'tool') {
    push('open', before, 'response.output_item.added', {
      ...at,
      item: { ...item, status: 'in_progress', arguments: '' },
    });
    spread(chunks(block.json, JSON_CHARS_PER_DELTA), before, end, (delta, output) =>
      push('content', output, 'response.function_call_arguments.delta', { ...own, delta, obfuscation: padding(delta) }),
    );
    push('close', end, 'response.function_call_arguments.done', { ...own, arguments: block.json });
  } else if (item['type'] === 'reasoning') {
    push('open', before, 'response.output_item.added', { ...at, item: { ...item, summary: [] } });
    streamSummary(item, own, [before, end], push);
  } else {
    push('open', before, 'response.output_item.added', {
      ...at,
      item: { ...item, status: 'in_progress', content: [] },
    });
    streamContent(item, own, [before, end], push);
  }
  push('close', end, 'response.output_item.done', { ...at, item });
}

function streamSummary(item: Fields, own: Fields, [before, end]: readonly [number, number], push: Push): void {
  for (const [index, part] of (item['summary'] as { readonly text: string }[]).entries()) {
    const at = { ...own, summary_index: index };
    push('open', before, 'response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } });
    spread(pieces(part.text, WORDS_PER_DELTA), before, end, (delta, output) =>
      push('content', output, 'response.reasoning_summary_text.delta', { ...at, delta, obfuscation: padding(delta) }),
    );
    push('close', end, 'response.reasoning_summary_text.done', { ...at, text: part.text });
    push('close', end, 'response.reasoning_summary_part.done', { ...at, part });
  }
}

function streamContent(item: Fields, own: Fields, [before, end]: readonly [number, number], push: Push): void {
  const [part] = item['content'] as [{ readonly type: string; readonly text?: string; readonly refusal?: string }];
  const at = { ...own, content_index: 0 };
  const { text } = part;
  if (text === undefined) {
    const { refusal = '' } = part;
    push('open', before, 'response.content_part.added', { ...at, part: { type: 'refusal', refusal: '' } });
    push('content', end, 'response.refusal.delta', { ...at, delta: refusal });
    push('close', end, 'response.refusal.done', { ...at, refusal });
  } else {
    const empty = { type: 'output_text', annotations: [], logprobs: [], text: '' };
    push('open', before, 'response.content_part.added', { ...at, part: empty });
    spread(pieces(text, WORDS_PER_DELTA), before, end, (delta, output) =>
      push('content', output, 'response.output_text.delta', {
        ...at,
        delta,
        logprobs: [],
        obfuscation: padding(delta),
      }),
    );
    push('close', end, 'response.output_text.done', { ...at, text, logprobs: [] });
  }
  push('close', end, 'response.content_part.done', { ...at, part });
}
