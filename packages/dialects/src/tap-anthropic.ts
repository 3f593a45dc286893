// Reads an Anthropic Messages answer in passing. Deltas of text, thinking and tool arguments, nine events in ten, are
// recognised by their bytes and never parsed; everything that names the model, counts tokens or ends the answer is.
// What does not have the expected bytes is parsed, so an unusual layout costs time, not truth.
import type { Usage } from '@weighbridge/protocol';
import { isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from './json-value.ts';
import { afterSpaces, scanString, standsAt } from './json-string.ts';
import { frameOf, type SseFrame } from './sse.ts';
import type { EventMeaning, InnerUsage, ResponseFacts, ResponseTap, SseEvent } from './types.ts';
import { anthropicUsage, bedrockMetricsUsage, mergeUsage } from './usage-anthropic.ts';

const CLOSE = 125;
const DELTA_HEAD = 'event: content_block_delta\ndata: {"type":"content_block_delta","index":';
const DELTA_BODY = ',"delta":{"type":"';
/** What stands between the type of a plain delta and its string. */
const STRING_OPENINGS = [
  'text_delta","text":"',
  'input_json_delta","partial_json":"',
  'thinking_delta","thinking":"',
] as const;
/** Bedrock's own counts, in the last event of a stream. */
const METRICS = 'amazon-bedrock-invocationMetrics';
/** Blocks that open empty and mean nothing until a delta fills them. */
const EMPTY_AT_START = new Set(['text', 'thinking']);

/** Bytes of the delta's string when the event is a plain content delta, laid out as Anthropic does; else -1. */
function plainDeltaBytes({ text, from, to }: SseFrame): number {
  if (!standsAt(text, DELTA_HEAD, from)) return -1;
  let body = from + DELTA_HEAD.length;
  while (isDigit(text.charCodeAt(body))) body += 1;
  if (!standsAt(text, DELTA_BODY, body)) return -1;
  const kind = body + DELTA_BODY.length;
  const opening = STRING_OPENINGS.find((one) => standsAt(text, one, kind));
  if (opening === undefined) return -1;
  const value = kind + opening.length;
  const { end, bytes } = scanString(text, value);
  if (end === -1 || text.charCodeAt(end + 1) !== CLOSE) return -1;
  // Anthropic pads the payload with spaces before its last brace, against traffic analysis.
  const close = afterSpaces(text, end + 2);
  return text.charCodeAt(close) === CLOSE && afterSpaces(text, close + 1) + 2 === to ? bytes : -1;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export class AnthropicTap implements ResponseTap {
  #id: string | null = null;
  #model: string | null = null;
  #stopReason: string | null = null;
  #usage: JsonRecord | undefined;
  #metrics: JsonRecord | undefined;
  #final = false;
  #fields: Record<string, string> = {};
  #error: { type: string; message: string } | null = null;
  #contentBytes = 0;
  #contentEvents = 0;

  event(event: SseEvent): EventMeaning {
    const bytes = plainDeltaBytes(frameOf(event));
    if (bytes > 0) return this.#content(bytes);
    const data = event.data;
    if (data === '') return 'ping';
    const payload = parseRecord(data);
    if (payload === undefined) {
      this.#error = { type: 'malformed', message: 'the stream carries an event that is not a JSON object' };
      return 'error';
    }
    return this.#parsed(payload, stringOf(payload['type']) ?? event.event);
  }

  whole(body: Buffer): void {
    const message = parseRecord(body.toString('utf8'));
    if (message === undefined) {
      this.#error = { type: 'malformed', message: 'the response body is not a JSON object' };
      return;
    }
    if (message['type'] === 'error' || isRecord(message['error'])) {
      this.#failed(message);
      return;
    }
    this.#message(message);
    this.#metricsOf(message);
    this.#final = true;
  }

  facts(): ResponseFacts {
    const { usage, inner } = this.#usageFacts();
    return {
      id: this.#id,
      model: this.#model,
      stopReason: this.#stopReason,
      refused: this.#stopReason === 'refusal',
      usage,
      fields: this.#fields,
      error: this.#error,
      contentBytes: this.#contentBytes,
      contentEvents: this.#contentEvents,
      ...(inner.length === 0 ? {} : { inner }),
    };
  }

  #usageFacts(): { usage: Usage; inner: readonly InnerUsage[] } {
    const own = this.#usage === undefined ? undefined : anthropicUsage(this.#usage, this.#model, this.#final);
    if (own?.usage.source === 'reported') return own;
    if (this.#metrics !== undefined) return { usage: bedrockMetricsUsage(this.#metrics), inner: own?.inner ?? [] };
    return own ?? { usage: { tokens: {}, source: 'unknown', raw: null }, inner: [] };
  }

  #content(bytes: number): EventMeaning {
    this.#contentBytes += bytes;
    this.#contentEvents += 1;
    return 'content';
  }

  /** Structure around content: before the first content nobody would miss it, afterwards it may not be repeated. */
  #structure(): EventMeaning {
    return this.#contentEvents === 0 ? 'prelude' : 'tail';
  }

  #parsed(payload: JsonRecord, type: string): EventMeaning {
    switch (type) {
      case 'ping':
        return 'ping';
      case 'message_start':
        return this.#message(recordOf(payload['message']) ?? {}) ? this.#content(0) : this.#structure();
      case 'content_block_start':
        return this.#blockStart(recordOf(payload['content_block']) ?? {});
      case 'content_block_delta':
        return this.#delta(recordOf(payload['delta']) ?? {});
      case 'content_block_stop':
        return this.#structure();
      case 'message_delta':
        this.#messageDelta(payload);
        return 'tail';
      case 'message_stop':
        this.#metricsOf(payload);
        return 'terminal';
      case 'error':
        return this.#failed(payload);
      default:
        return isRecord(payload['error']) ? this.#failed(payload) : this.#content(0);
    }
  }

  /** `message_start`, or a whole message. A second start replaces the first: the answer began anew. */
  #message(message: JsonRecord): boolean {
    this.#id = stringOf(message['id']) ?? this.#id;
    this.#model = stringOf(message['model']) ?? this.#model;
    this.#usage = recordOf(message['usage']) ?? this.#usage;
    this.#stopped(message);
    // A start that already says why it stopped is the whole of it (results of programmatic tool calls).
    this.#final = this.#stopReason !== null;
    this.#note(recordOf(message['usage']) ?? {});
    const blocks = listOf(message['content']) ?? [];
    for (const block of blocks) if (isRecord(block)) this.#block(block);
    return blocks.length > 0;
  }

  #blockStart(block: JsonRecord): EventMeaning {
    const type = stringOf(block['type']) ?? '';
    const bytes = this.#block(block);
    if (EMPTY_AT_START.has(type) && bytes === 0) return this.#structure();
    this.#contentEvents += 1;
    return 'content';
  }

  /** Notes what a block says about itself and adds its bytes; returns them. */
  #block(block: JsonRecord): number {
    if (block['type'] === 'fallback') this.#fellBack(block);
    const text = stringOf(block['text']) ?? stringOf(block['thinking']) ?? stringOf(block['data']);
    const input =
      isRecord(block['input']) && Object.keys(block['input']).length > 0 ? JSON.stringify(block['input']) : '';
    const bytes = Buffer.byteLength(text ?? input, 'utf8');
    this.#contentBytes += bytes;
    return bytes;
  }

  /** The model that answers from here on is another one than the start named. */
  #fellBack(block: JsonRecord): void {
    const to = stringOf(recordOf(block['to'])?.['model']);
    const from = stringOf(recordOf(block['from'])?.['model']);
    if (from !== undefined) this.#fields['fallback_from'] = from;
    if (to !== undefined) this.#model = to;
  }

  #delta(delta: JsonRecord): EventMeaning {
    const text = stringOf(delta['text']) ?? stringOf(delta['thinking']) ?? stringOf(delta['partial_json']);
    if (text === '') return this.#structure();
    return this.#content(text === undefined ? 0 : Buffer.byteLength(text, 'utf8'));
  }

  #messageDelta(payload: JsonRecord): void {
    const delta = recordOf(payload['delta']) ?? {};
    this.#stopped(delta);
    const usage = recordOf(payload['usage']);
    if (usage === undefined) return;
    this.#usage = mergeUsage(this.#usage, usage);
    this.#note(usage);
    if (typeof usage['output_tokens'] === 'number') this.#final = true;
  }

  #stopped(from: JsonRecord): void {
    this.#stopReason = stringOf(from['stop_reason']) ?? this.#stopReason;
    const details = recordOf(from['stop_details']);
    if (details !== undefined) this.#fields['stop_details'] = JSON.stringify(details);
    const container = stringOf(recordOf(from['container'])?.['id']);
    if (container !== undefined) this.#fields['container'] = container;
  }

  #note(usage: JsonRecord): void {
    for (const name of ['service_tier', 'inference_geo', 'speed']) {
      const value = stringOf(usage[name]);
      if (value !== undefined) this.#fields[name] = value;
    }
  }

  #metricsOf(payload: JsonRecord): void {
    const metrics = recordOf(payload[METRICS]);
    if (metrics === undefined) return;
    this.#metrics = metrics;
    this.#fields[METRICS] = JSON.stringify(metrics);
  }

  #failed(payload: JsonRecord): EventMeaning {
    const error = recordOf(payload['error']) ?? payload;
    const requestId = stringOf(payload['request_id']);
    if (requestId !== undefined) this.#fields['request_id'] = requestId;
    this.#error = {
      type: stringOf(error['type']) ?? 'error',
      message: stringOf(error['message']) ?? 'the cloud reported an error without a message',
    };
    return 'error';
  }
}
