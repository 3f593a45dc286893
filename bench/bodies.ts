// Requests and answers of the bench, in both dialects. What the upstream shall do stands in the model's name
// (`bench-<milliseconds>-<bytes>`), so one upstream serves every cell and any proxy that passes the model passes the
// order. Each streamed delta carries its number and the time it was written, `@<n>:<microseconds>@`.
export type Dialect = 'openai-chat' | 'anthropic-messages';

export const SMALL = 200;
export const LARGE = 100_000;

export interface Order {
  /** Wait before an answer, or between the deltas of a stream. */
  readonly delayMs: number;
  /** Size of the text in a whole answer. */
  readonly bytes: number;
}

export const modelName = (order: Order): string => `bench-${order.delayMs}-${order.bytes}`;

export const readOrder = (model: string): Order | null => {
  const match = /^bench-(\d+)-(\d+)$/.exec(model);
  return match === null ? null : { delayMs: Number(match[1]), bytes: Number(match[2]) };
};

export const pathOf = (dialect: Dialect): string =>
  dialect === 'openai-chat' ? '/v1/chat/completions' : '/v1/messages';

const WORDS = 'the scale stands on the road and everything that passes is weighed, ticketed and sealed; ';

/** Plain text of exactly `bytes` bytes. */
export const textOf = (bytes: number): string => WORDS.repeat(Math.ceil(bytes / WORDS.length)).slice(0, bytes);

/** A request whose prompt has `bytes` bytes. Model and stream stand first: the upstream reads only the beginning. */
export const requestBody = (dialect: Dialect, model: string, bytes: number, stream: boolean): string => {
  const messages = [{ role: 'user', content: textOf(bytes) }];
  if (dialect === 'openai-chat') return JSON.stringify({ model, stream, max_completion_tokens: 256, messages });
  return JSON.stringify({ model, stream, max_tokens: 256, messages });
};

const tokens = (bytes: number): number => Math.ceil(bytes / 4);

export const wholeAnswer = (dialect: Dialect, model: string, bytes: number): string => {
  const text = textOf(bytes);
  if (dialect === 'openai-chat') {
    return JSON.stringify({
      id: 'chatcmpl-bench',
      object: 'chat.completion',
      created: 1_700_000_000,
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: chatUsage(tokens(bytes)),
      service_tier: 'default',
    });
  }
  return JSON.stringify({
    id: 'msg_bench',
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: messagesUsage(tokens(bytes)),
  });
};

const chatUsage = (output: number) => ({
  prompt_tokens: 50,
  completion_tokens: output,
  total_tokens: 50 + output,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
});

const messagesUsage = (output: number) => ({
  input_tokens: 50,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: output,
  service_tier: 'standard',
});

export interface StreamFrames {
  /** Frames before the first delta. */
  readonly open: string;
  delta(index: number, stampMicros: number): string;
  /** Frames after the last delta, the terminal event included. */
  close(deltas: number): string;
}

const sse = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Frames of one stream as that vendor writes them. `includeUsage`: OpenAI's usage chunk, sent only when asked for. */
export const streamFrames = (dialect: Dialect, model: string, includeUsage: boolean): StreamFrames =>
  dialect === 'openai-chat' ? chatFrames(model, includeUsage) : messagesFrames(model);

const chatFrames = (model: string, includeUsage: boolean): StreamFrames => {
  const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_700_000_000, model };
  const chunk = (delta: unknown, finish: string | null): string =>
    `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
  const [before = '', after = ''] = chunk({ content: '\u0000' }, null).split('\\u0000');
  return {
    open: chunk({ role: 'assistant', content: '' }, null),
    delta: (index, stamp) => `${before}@${index}:${stamp}@ token${after}`,
    close: (deltas) => {
      const usage = `data: ${JSON.stringify({ ...head, choices: [], usage: chatUsage(deltas) })}\n\n`;
      return `${chunk({}, 'stop')}${includeUsage ? usage : ''}data: [DONE]\n\n`;
    },
  };
};

const messagesFrames = (model: string): StreamFrames => {
  const message = {
    id: 'msg_bench',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: messagesUsage(1),
  };
  const deltaFrame = sse('content_block_delta', {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: '\u0000' },
  });
  const [before = '', after = ''] = deltaFrame.split('\\u0000');
  return {
    open:
      sse('message_start', { type: 'message_start', message }) +
      sse('content_block_start', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    delta: (index, stamp) => `${before}@${index}:${stamp}@ token${after}`,
    close: (deltas) =>
      sse('content_block_stop', { type: 'content_block_stop', index: 0 }) +
      sse('message_delta', {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: deltas },
      }) +
      sse('message_stop', { type: 'message_stop' }),
  };
};
