// A whole answer as the stream that its seller would have sent of it: for a client that asked for a stream where only a
// whole answer could be had. Nothing is added or left out: what a stream says in pieces is said in one piece each, and
// what the dialect knows no pieces of stands in the event that begins it.
import type { DialectId } from '@weighbridge/protocol';
import { parseExact } from './form/exact-json.ts';

type Bag = Readonly<Record<string, unknown>>;

/** Null for a dialect whose streams are not made here, and for a body that is no answer. */
export function replayWhole(dialect: DialectId, body: Buffer): Buffer | null {
  const answer = bagOf(parseExact(body.toString('utf8')));
  if (dialect === 'anthropic-messages' && answer['type'] === 'message') return Buffer.from(messageStream(answer));
  if (dialect === 'openai-chat' && Array.isArray(answer['choices'])) return Buffer.from(chatStream(answer));
  return null;
}

const bagOf = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

// --- Messages

const named = (type: string, fields: Bag): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** https://platform.claude.com/docs/en/build-with-claude/streaming */
function messageStream(message: Bag): string {
  const { content, stop_reason, stop_sequence, usage, ...rest } = message;
  const begun = {
    ...rest,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...bagOf(usage), output_tokens: 0 },
  };
  const blocks = listOf(content).map((block, index) => blockEvents(bagOf(block), index));
  const delta = { stop_reason: stop_reason ?? null, stop_sequence: stop_sequence ?? null };
  return (
    named('message_start', { message: begun }) +
    blocks.join('') +
    named('message_delta', { delta, usage: bagOf(usage) }) +
    named('message_stop', {})
  );
}

function blockEvents(block: Bag, index: number): string {
  const { begun, deltas } = inPieces(block);
  return (
    named('content_block_start', { index, content_block: begun }) +
    deltas.map((delta) => named('content_block_delta', { index, delta })).join('') +
    named('content_block_stop', { index })
  );
}

function inPieces(block: Bag): { readonly begun: Bag; readonly deltas: readonly Bag[] } {
  switch (block['type']) {
    case 'text': {
      const { citations, ...plain } = block;
      const cited = listOf(citations).map((citation) => ({ type: 'citations_delta', citation }));
      const begun = { ...plain, text: '', ...(citations === undefined ? {} : { citations: [] }) };
      return { begun, deltas: [{ type: 'text_delta', text: block['text'] ?? '' }, ...cited] };
    }
    case 'thinking':
      return {
        begun: { ...block, thinking: '', signature: '' },
        deltas: [
          { type: 'thinking_delta', thinking: block['thinking'] ?? '' },
          { type: 'signature_delta', signature: block['signature'] ?? '' },
        ],
      };
    case 'tool_use':
    case 'server_tool_use':
      return {
        begun: { ...block, input: {} },
        deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(block['input'] ?? {}) }],
      };
    default:
      return { begun: block, deltas: [] };
  }
}

// --- Chat Completions

/** https://platform.openai.com/docs/api-reference/chat-streaming. Usage comes last, apart, as where it was asked for. */
function chatStream(completion: Bag): string {
  const { choices, usage, object: _object, ...rest } = completion;
  const chunk = (fields: Bag): string =>
    `data: ${JSON.stringify({ ...rest, object: 'chat.completion.chunk', ...fields })}\n\n`;
  const events = listOf(choices).map((choice) => choiceEvents(bagOf(choice), chunk));
  const last = usage === undefined || usage === null ? '' : chunk({ choices: [], usage });
  return `${events.join('')}${last}data: [DONE]\n\n`;
}

function choiceEvents(choice: Bag, chunk: (fields: Bag) => string): string {
  const { index = 0, message, finish_reason: finish = null, logprobs = null } = choice;
  const { tool_calls: calls, role = 'assistant', ...said } = bagOf(message);
  const tools = listOf(calls).map((call, at) => ({ index: at, ...bagOf(call) }));
  const delta = { role, ...said, ...(tools.length === 0 ? {} : { tool_calls: tools }) };
  const told = logprobs === null ? {} : { logprobs };
  return (
    chunk({ choices: [{ index, delta, ...told, finish_reason: null }] }) +
    chunk({ choices: [{ index, delta: {}, finish_reason: finish }] })
  );
}
