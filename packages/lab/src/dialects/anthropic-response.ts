// Answers in the Messages API's form, whole and as stream payloads. Field order and presence follow recorded responses
// of Claude 4.5 (November 2025 and later), `cache_creation`, `service_tier` and `inference_geo` included.
import { tokensOfBlock } from '../model/compose.ts';
import type { Answer, Block, Counts } from '../model/prompt.ts';
import { tokensOfBytes } from '../model/tokenizer.ts';
import { pieces, type Claims, type Payload } from './payload.ts';

const WORDS_PER_DELTA = 3;
const JSON_CHARS_PER_DELTA = 16;
const THINKING_WORDS_PER_DELTA = 6;

const STOPS = {
  end: 'end_turn',
  length: 'max_tokens',
  tool: 'tool_use',
  stop_sequence: 'stop_sequence',
  refusal: 'refusal',
} as const;

/** The usage object. `counts` null: the fault "missing usage". */
export function anthropicUsage(counts: Counts, claims: Claims, output: number): Record<string, unknown> {
  return {
    input_tokens: counts.input,
    cache_creation_input_tokens: counts.cacheWrite5m + counts.cacheWrite1h,
    cache_read_input_tokens: counts.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: counts.cacheWrite5m,
      ephemeral_1h_input_tokens: counts.cacheWrite1h,
    },
    output_tokens: output,
    ...(counts.reasoning > 0 && output > 1 ? { output_tokens_details: { thinking_tokens: counts.reasoning } } : {}),
    ...(claims.tier === null ? {} : { service_tier: claims.tier }),
    ...(claims.geo === null ? {} : { inference_geo: claims.geo }),
  };
}

const contentOf = (block: Block): Record<string, unknown> => {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: block.text, signature: block.signature };
    case 'redacted':
      return { type: 'redacted_thinking', data: block.data };
    case 'tool':
      return { type: 'tool_use', id: block.id, name: block.name, input: JSON.parse(block.json) as unknown };
    case 'text':
      return { type: 'text', text: block.text };
  }
};

/** A whole message. */
export function anthropicMessage(answer: Answer, counts: Counts | null, claims: Claims): string {
  return JSON.stringify({
    model: claims.model,
    id: claims.id,
    type: 'message',
    role: 'assistant',
    content: answer.blocks.map(contentOf),
    stop_reason: STOPS[answer.stop],
    stop_sequence: answer.stopSequence,
    ...(counts === null ? {} : { usage: anthropicUsage(counts, claims, counts.output) }),
  });
}

const payload = (kind: Payload['kind'], output: number, body: { type: string } & Record<string, unknown>): Payload => ({
  event: body.type,
  json: JSON.stringify(body),
  kind,
  output,
});

/** A message as stream payloads. `counts` null: usage is left out wherever it would stand. */
export function anthropicStream(answer: Answer, counts: Counts | null, claims: Claims): Payload[] {
  const message = {
    model: claims.model,
    id: claims.id,
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(counts === null ? {} : { usage: anthropicUsage(counts, claims, 1) }),
  };
  const out: Payload[] = [payload('start', 0, { type: 'message_start', message })];
  let sent = 0;
  for (const [index, block] of answer.blocks.entries()) {
    out.push(...streamBlock(block, index, sent));
    if (index === 0) out.splice(2, 0, payload('ping', 0, { type: 'ping' }));
    sent += tokensOfBlock(block);
  }
  const delta = { stop_reason: STOPS[answer.stop], stop_sequence: answer.stopSequence };
  out.push(
    payload('usage', answer.output, {
      type: 'message_delta',
      delta,
      ...(counts === null ? {} : { usage: finalUsage(counts) }),
    }),
    payload('end', answer.output, { type: 'message_stop' }),
  );
  return out;
}

const finalUsage = (counts: Counts): Record<string, unknown> => ({
  input_tokens: counts.input,
  cache_creation_input_tokens: counts.cacheWrite5m + counts.cacheWrite1h,
  cache_read_input_tokens: counts.cacheRead,
  output_tokens: counts.output,
  ...(counts.reasoning > 0 ? { output_tokens_details: { thinking_tokens: counts.reasoning } } : {}),
});

function streamBlock(block: Block, index: number, before: number): Payload[] {
  const end = before + tokensOfBlock(block);
  const out: Payload[] = [];
  const delta = (output: number, body: Record<string, unknown>): void => {
    out.push(payload('content', output, { type: 'content_block_delta', index, delta: body }));
  };
  const open = (start: Record<string, unknown>, kind: Payload['kind'] = 'open'): void => {
    out.push(
      payload(kind, kind === 'content' ? end : before, { type: 'content_block_start', index, content_block: start }),
    );
  };
  switch (block.type) {
    case 'text':
      open({ type: 'text', text: '' });
      spread(pieces(block.text, WORDS_PER_DELTA), before, end, (text, output) =>
        delta(output, { type: 'text_delta', text }),
      );
      break;
    case 'thinking':
      open({ type: 'thinking', thinking: '', signature: '' });
      spread(pieces(block.text, THINKING_WORDS_PER_DELTA), before, end, (thinking, output) =>
        delta(output, { type: 'thinking_delta', thinking }),
      );
      delta(end, { type: 'signature_delta', signature: block.signature });
      break;
    case 'redacted':
      open({ type: 'redacted_thinking', data: block.data }, 'content');
      break;
    case 'tool':
      open({ type: 'tool_use', id: block.id, name: block.name, input: {} });
      spread(['', ...chunks(block.json, JSON_CHARS_PER_DELTA)], before, end, (partial, output) =>
        delta(output, { type: 'input_json_delta', partial_json: partial }),
      );
      break;
  }
  out.push(payload('close', end, { type: 'content_block_stop', index }));
  return out;
}

/** Cuts text every `size` UTF-16 units, never inside a surrogate pair. */
export function chunks(text: string, size: number): string[] {
  const out: string[] = [];
  let at = 0;
  while (at < text.length) {
    let end = Math.min(text.length, at + size);
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end += 1;
    out.push(text.slice(at, end));
    at = end;
  }
  return out;
}

/** Calls `emit` for each part with the running token count; the last one reaches `end` exactly. */
export function spread(
  parts: readonly string[],
  before: number,
  end: number,
  emit: (part: string, output: number) => void,
): void {
  let bytes = 0;
  for (const [index, part] of parts.entries()) {
    bytes += Buffer.byteLength(part);
    emit(part, index === parts.length - 1 ? end : Math.min(end, before + tokensOfBytes(bytes)));
  }
}
