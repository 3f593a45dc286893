// Reads an OpenAI Chat Completions answer in passing. All chunks of a stream open with the same bytes (id, model,
// fingerprint); once one has been parsed, a chunk that opens alike and carries plain text is recognised without
// parsing. Usage is taken wherever it stands: several servers send it with choices, not in a chunk of its own.
import type { Usage } from '@weighbridge/protocol';
import { isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from './json-value.ts';
import { scanString, standsAt } from './json-string.ts';
import { frameOf, type SseFrame } from './sse.ts';
import type { EventMeaning, ResponseFacts, ResponseTap, SseEvent } from './types.ts';
import { openaiUsage } from './usage-openai.ts';

const CONTENT_HEAD = '"choices":[{"index":0,"delta":{"content":"';
/** What may follow the text of a chunk that ends nothing and counts nothing. */
const QUIET_TAIL =
  /\}(?:,"logprobs":null)?(?:,"finish_reason":null)?(?:,"logprobs":null)?\}\](?:,"usage":null)?(?:,"obfuscation":"[\w+/=-]*")?\}\n\n/y;
/** Fields of a delta that carry text of the answer. */
const TEXT_FIELDS = ['content', 'refusal', 'reasoning_content', 'reasoning'] as const;
const EVIDENCE_FIELDS = ['service_tier', 'system_fingerprint'] as const;

const hasError = (payload: JsonRecord): boolean => isRecord(payload['error']) || typeof payload['error'] === 'string';

/** One piece of memory, cheap to compare, that does not keep the chunk it was cut from. */
const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

export class OpenaiTap implements ResponseTap {
  #id: string | null = null;
  #model: string | null = null;
  #stopReason: string | null = null;
  #refused = false;
  #usage: JsonRecord | undefined;
  #fields: Record<string, string> = {};
  #error: { type: string; message: string } | null = null;
  #contentBytes = 0;
  #contentEvents = 0;
  /** Everything before the text in a plain chunk of this stream, `data: ` included. */
  #head: string | undefined;

  event(event: SseEvent): EventMeaning {
    if (this.#head !== undefined) {
      const bytes = this.#plainBytes(frameOf(event), this.#head);
      if (bytes > 0) return this.#content(bytes);
    }
    const data = event.data;
    if (data === '') return 'ping';
    if (data.charCodeAt(0) === 91 && data.trim() === '[DONE]') return 'terminal';
    const chunk = parseRecord(data);
    if (chunk === undefined) {
      this.#error = { type: 'malformed', message: 'the stream carries an event that is not a JSON object' };
      return 'error';
    }
    if (hasError(chunk)) return this.#failed(chunk['error']);
    this.#learn(event, chunk);
    return this.#chunk(chunk);
  }

  whole(body: Buffer): void {
    const completion = parseRecord(body.toString('utf8'));
    if (completion === undefined) {
      this.#error = { type: 'malformed', message: 'the response body is not a JSON object' };
      return;
    }
    if (hasError(completion)) {
      this.#failed(completion['error']);
      return;
    }
    this.#about(completion);
    for (const choice of listOf(completion['choices']) ?? []) {
      if (isRecord(choice)) this.#choice(choice, recordOf(choice['message']) ?? {});
    }
  }

  facts(): ResponseFacts {
    const usage: Usage =
      this.#usage === undefined
        ? { tokens: {}, source: 'unknown', ...this.#tier(), raw: null }
        : openaiUsage(this.#usage, this.#fields['service_tier']);
    return {
      id: this.#id,
      model: this.#model,
      stopReason: this.#stopReason,
      refused: this.#refused || this.#stopReason === 'content_filter',
      usage,
      fields: this.#fields,
      error: this.#error,
      contentBytes: this.#contentBytes,
      contentEvents: this.#contentEvents,
    };
  }

  #tier(): { tier?: string } {
    const tier = this.#fields['service_tier'];
    return tier === undefined ? {} : { tier };
  }

  /** Bytes of text when the event is a plain text chunk of this stream; -1 when it must be parsed. */
  #plainBytes({ text, from, to }: SseFrame, head: string): number {
    if (!standsAt(text, head, from)) return -1;
    const value = from + head.length;
    const { end, bytes } = scanString(text, value);
    if (end === -1) return -1;
    QUIET_TAIL.lastIndex = end + 1;
    return QUIET_TAIL.test(text) && QUIET_TAIL.lastIndex === to ? bytes : -1;
  }

  /** Remembers how plain chunks of this stream begin. Only after its facts have been read from a parsed one. */
  #learn(event: SseEvent, chunk: JsonRecord): void {
    if (this.#head !== undefined || !isRecord(chunk['choices'] && listOf(chunk['choices'])?.[0])) return;
    const { text: chunkText, from, to } = frameOf(event);
    const text = chunkText.slice(from, to);
    const at = text.indexOf('"choices":[');
    if (at !== -1 && text.startsWith('data: {')) this.#head = flat(text.slice(0, at) + CONTENT_HEAD);
  }

  #content(bytes: number): EventMeaning {
    this.#contentBytes += bytes;
    this.#contentEvents += 1;
    return 'content';
  }

  #chunk(chunk: JsonRecord): EventMeaning {
    this.#about(chunk);
    const choices = listOf(chunk['choices']) ?? [];
    if (choices.length === 0) {
      if (isRecord(chunk['usage'])) return 'usage_only';
      return this.#contentEvents === 0 ? 'prelude' : 'tail';
    }
    let content = false;
    let finished = false;
    for (const choice of choices) {
      if (!isRecord(choice)) continue;
      if (this.#choice(choice, recordOf(choice['delta']) ?? {})) content = true;
      if (typeof choice['finish_reason'] === 'string') finished = true;
    }
    if (content) return this.#content(0);
    return finished || this.#contentEvents > 0 ? 'tail' : 'prelude';
  }

  #about(from: JsonRecord): void {
    this.#id = stringOf(from['id']) ?? this.#id;
    const model = stringOf(from['model']);
    // Azure's first chunk (content filter results of the prompt) names no model.
    if (model !== undefined && model !== '') this.#model = model;
    for (const name of EVIDENCE_FIELDS) {
      const value = stringOf(from[name]);
      if (value !== undefined) this.#fields[name] = value;
    }
    this.#usage = recordOf(from['usage']) ?? this.#usage;
  }

  /** Adds the bytes of a delta or a message; true when there was content in it. */
  #choice(choice: JsonRecord, said: JsonRecord): boolean {
    if (this.#stopReason === null) this.#stopReason = stringOf(choice['finish_reason']) ?? null;
    let content = false;
    for (const name of TEXT_FIELDS) {
      const text = stringOf(said[name]);
      if (text === undefined || text === '') continue;
      if (name === 'refusal') this.#refused = true;
      this.#contentBytes += Buffer.byteLength(text, 'utf8');
      content = true;
    }
    const calls =
      listOf(said['tool_calls']) ?? (isRecord(said['function_call']) ? [{ function: said['function_call'] }] : []);
    for (const call of calls) {
      if (!isRecord(call)) continue;
      const text =
        stringOf(recordOf(call['function'])?.['arguments']) ?? stringOf(recordOf(call['custom'])?.['input']) ?? '';
      this.#contentBytes += Buffer.byteLength(text, 'utf8');
      content = true;
    }
    // Some servers send content as a list of parts.
    const parts = listOf(said['content']) ?? [];
    if (parts.length > 0) this.#contentBytes += Buffer.byteLength(JSON.stringify(parts), 'utf8');
    return content || parts.length > 0 || isRecord(said['audio']);
  }

  /** `{"error": {…}}`, or a bare sentence as some servers send. */
  #failed(reported: unknown): EventMeaning {
    const error = recordOf(reported) ?? {};
    this.#error = {
      type: stringOf(error['type']) ?? stringOf(error['code']) ?? 'error',
      message: stringOf(error['message']) ?? stringOf(reported) ?? 'the cloud reported an error without a message',
    };
    return 'error';
  }
}
