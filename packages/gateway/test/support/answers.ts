// Answers of the two dialects as clouds give them, and scripts that send them.
import type { ServerResponse } from 'node:http';
import type { Script } from './fixture.ts';

export const ANTHROPIC_WHOLE = JSON.stringify({
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: {
    input_tokens: 10,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 5,
    service_tier: 'standard',
  },
});

const sse = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export const ANTHROPIC_START = sse('message_start', {
  type: 'message_start',
  message: {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5-20250929',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
  },
});
export const ANTHROPIC_BLOCK = sse('content_block_start', {
  type: 'content_block_start',
  index: 0,
  content_block: { type: 'text', text: '' },
});
export const ANTHROPIC_PING = sse('ping', { type: 'ping' });
export const anthropicDelta = (text: string): string =>
  sse('content_block_delta', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
export const ANTHROPIC_ENDING = [
  sse('content_block_stop', { type: 'content_block_stop', index: 0 }),
  sse('message_delta', {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 5 },
  }),
  sse('message_stop', { type: 'message_stop' }),
];
export const ANTHROPIC_EVENTS = [
  ANTHROPIC_START,
  ANTHROPIC_BLOCK,
  ANTHROPIC_PING,
  anthropicDelta('Hel'),
  anthropicDelta('lo'),
  ...ANTHROPIC_ENDING,
];
export const ANTHROPIC_STREAM = ANTHROPIC_EVENTS.join('');

export const OPENAI_WHOLE = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4.1-2025-04-14',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  system_fingerprint: 'fp_1',
});

const chunk = (value: object): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4.1-2025-04-14', ...value })}\n\n`;

export const OPENAI_START = chunk({
  choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
});
export const openaiDelta = (content: string): string =>
  chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
export const OPENAI_STOP = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
export const OPENAI_USAGE = chunk({
  choices: [],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
});
export const OPENAI_DONE = 'data: [DONE]\n\n';
export const OPENAI_EVENTS = [
  OPENAI_START,
  openaiDelta('Hel'),
  openaiDelta('lo'),
  OPENAI_STOP,
  OPENAI_USAGE,
  OPENAI_DONE,
];
export const OPENAI_STREAM = OPENAI_EVENTS.join('');

// --- scripts

export const whole =
  (body: string, headers: Record<string, string> = {}): Script =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'request-id': 'req_vendor_1', ...headers });
    response.end(body);
  };

export const failing =
  (status: number, body: string, headers: Record<string, string> = {}): Script =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_vendor_e', ...headers });
    response.end(body);
  };

export const startSse = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'req_vendor_1' });

/** Sends all events in one write each, then ends. */
export const stream =
  (...events: readonly string[]): Script =>
  (_request, response) => {
    startSse(response);
    for (const event of events) response.write(event);
    response.end();
  };

/** Sends the events, then breaks the connection. */
export const cutAfter =
  (...events: readonly string[]): Script =>
  (_request, response) => {
    startSse(response);
    response.write(events.join(''), () => response.socket?.destroy());
  };

export const reset: Script = (request) => {
  request.socket.destroy();
};

export const anthropicError = (type: string, message: string): string =>
  JSON.stringify({ type: 'error', error: { type, message } });
/** The same failure in OpenAI's words: type and code as its reference pairs them. */
export function openaiError(type: string, message: string): string {
  const [kind, code] = OPENAI_WORDS[type] ?? [type, null];
  return JSON.stringify({ error: { message, type: kind, param: null, code } });
}

const OPENAI_WORDS: Readonly<Record<string, readonly [string, string | null]>> = {
  rate_limit_error: ['requests', 'rate_limit_exceeded'],
  overloaded_error: ['server_error', null],
  authentication_error: ['invalid_request_error', 'invalid_api_key'],
};
