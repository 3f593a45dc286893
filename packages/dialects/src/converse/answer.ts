// An answer of the Messages API as Amazon's Converse gives it, whole and as a stream of its events. The last event holds
// the usage, so it is the one that ends the stream. What an answer cannot hold there fails, it is never left out.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
import { AppError } from '@weighbridge/kernel';
import { encodeEventStreamMessage } from '../event-stream.ts';
import { countOf, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from '../json-value.ts';

const STOPS: Readonly<Record<string, string>> = { refusal: 'content_filtered', pause_turn: 'end_turn' };
const stopOf = (reason: unknown): string => STOPS[String(reason)] ?? stringOf(reason) ?? 'end_turn';

/** `ms`: how long it took. Throws TRANSLATION_FAILED. */
export function converseOfMessage(body: Buffer, ms: number): Buffer {
  const message = parseRecord(body.toString('utf8')) ?? {};
  const content = (listOf(message['content']) ?? []).map((block) => blockOf(recordOf(block) ?? {}));
  return Buffer.from(
    JSON.stringify({
      output: { message: { role: 'assistant', content } },
      stopReason: stopOf(message['stop_reason']),
      usage: usageOf(recordOf(message['usage']) ?? {}),
      metrics: { latencyMs: Math.round(ms) },
    }),
  );
}

function blockOf(block: JsonRecord): JsonRecord {
  switch (block['type']) {
    case 'text':
      return { text: block['text'] };
    case 'tool_use':
      return { toolUse: { toolUseId: block['id'], name: block['name'], input: block['input'] } };
    case 'thinking':
      return { reasoningContent: { reasoningText: { text: block['thinking'], signature: block['signature'] } } };
    case 'redacted_thinking':
      return { reasoningContent: { redactedContent: base64(block['data']) } };
    default:
      throw failed(`a block of type ${String(block['type'])}`);
  }
}

const base64 = (data: unknown): string => Buffer.from(stringOf(data) ?? '').toString('base64');
const failed = (what: string): AppError => new AppError('TRANSLATION_FAILED', `${what} has no place in Converse`);

function usageOf(usage: JsonRecord): JsonRecord {
  const [input, output] = [countOf(usage['input_tokens']) ?? 0, countOf(usage['output_tokens']) ?? 0];
  const read = countOf(usage['cache_read_input_tokens']) ?? 0;
  const written = countOf(usage['cache_creation_input_tokens']) ?? 0;
  const cached = { cacheReadInputTokens: read, cacheWriteInputTokens: written };
  return { inputTokens: input, outputTokens: output, totalTokens: input + output + read + written, ...cached };
}

/** One per stream: takes server-sent events of the Messages API one by one, and gives what Converse makes of each. */
export class ConverseStream {
  readonly #ms: () => number;
  #usage: JsonRecord = {};

  constructor(ms: () => number) {
    this.#ms = ms;
  }

  /** `data` of one event; empty for an event that Converse does not have. Throws TRANSLATION_FAILED. */
  event(data: string): Buffer {
    const event = parseRecord(data);
    switch (event?.['type']) {
      case 'message_start':
        this.#count(recordOf(recordOf(event['message'])?.['usage']));
        return framed('messageStart', { role: 'assistant' });
      case 'content_block_start':
        return startOf(event);
      case 'content_block_delta':
        return deltaOf(event);
      case 'content_block_stop':
        return framed('contentBlockStop', { contentBlockIndex: event['index'] });
      case 'message_delta':
        this.#count(recordOf(event['usage']));
        return framed('messageStop', { stopReason: stopOf(recordOf(event['delta'])?.['stop_reason']) });
      case 'message_stop':
        return framed('metadata', { usage: usageOf(this.#usage), metrics: { latencyMs: Math.round(this.#ms()) } });
      default:
        return NOTHING;
    }
  }

  #count(usage: JsonRecord | undefined): void {
    if (usage !== undefined) this.#usage = { ...this.#usage, ...usage };
  }
}

const NOTHING = Buffer.alloc(0);

/** Only a tool call is announced; what else a block begins with is its first delta. */
function startOf({ index, content_block: block }: JsonRecord): Buffer {
  const opened = recordOf(block) ?? {};
  const at = { contentBlockIndex: index };
  switch (opened['type']) {
    case 'tool_use':
      return framed('contentBlockStart', {
        ...at,
        start: { toolUse: { toolUseId: opened['id'], name: opened['name'] } },
      });
    case 'text':
      return opened['text'] === '' ? NOTHING : framed('contentBlockDelta', { ...at, delta: { text: opened['text'] } });
    case 'thinking':
      return NOTHING;
    case 'redacted_thinking':
      return framed('contentBlockDelta', {
        ...at,
        delta: { reasoningContent: { redactedContent: base64(opened['data']) } },
      });
    default:
      throw failed(`a block of type ${String(opened['type'])}`);
  }
}

function deltaOf({ index, delta }: JsonRecord): Buffer {
  const said = recordOf(delta) ?? {};
  return framed('contentBlockDelta', { contentBlockIndex: index, delta: partOf(said) });
}

function partOf(said: JsonRecord): JsonRecord {
  switch (said['type']) {
    case 'text_delta':
      return { text: said['text'] };
    case 'input_json_delta':
      return { toolUse: { input: said['partial_json'] } };
    case 'thinking_delta':
      return { reasoningContent: { text: said['thinking'] } };
    case 'signature_delta':
      return { reasoningContent: { signature: said['signature'] } };
    default:
      throw failed(`a delta of type ${String(said['type'])}`);
  }
}

function framed(type: string, payload: JsonRecord): Buffer {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return encodeEventStreamMessage(headers, Buffer.from(JSON.stringify(payload)));
}
