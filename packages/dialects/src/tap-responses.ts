// Reads a Responses answer in passing. Deltas, nine events in ten, are recognised by their bytes and never parsed; the
// last event repeats the whole response and is where usage, stop and evidence are read. A stream is over with it:
// this dialect has no `[DONE]`.
import type { Usage } from '@weighbridge/protocol';
import { scanString } from './json-string.ts';
import { isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from './json-value.ts';
import { frameOf, type SseFrame } from './sse.ts';
import type { EventMeaning, ResponseFacts, ResponseTap, SseEvent } from './types.ts';
import { responsesTokens } from './usage-responses.ts';

/** A delta laid out as OpenAI does, up to its text. */
const DELTA_HEAD =
  /event: response\.(output_text|function_call_arguments|reasoning_summary_text|reasoning_text)\.delta\ndata: \{"type":"response\.\1\.delta"(?:,"(?:sequence_number|output_index|content_index|summary_index)":\d+|,"item_id":"[\w-]*")*,"delta":"/y;
/** What may follow it. */
const DELTA_TAIL =
  /"(?:,"(?:sequence_number|output_index|content_index|summary_index)":\d+|,"item_id":"[\w-]*"|,"logprobs":\[\]|,"obfuscation":"[\w+/=-]*")*\}\n\n/y;
/** Events that open something empty. */
const PRELUDE = new Set(['response.created', 'response.in_progress', 'response.queued', 'response.content_part.added']);
/** Items that open empty and mean nothing until a delta fills them. */
const EMPTY_ITEMS = new Set(['message', 'reasoning']);
const EVIDENCE_FIELDS = ['service_tier', 'system_fingerprint'] as const;
const SEQUENCE = /"sequence_number":(\d{1,15})/;

/** Bytes of the delta's string when the event is a plain one; else -1. */
function plainDeltaBytes({ text, from, to }: SseFrame): number {
  DELTA_HEAD.lastIndex = from;
  if (!DELTA_HEAD.test(text)) return -1;
  const { end, bytes } = scanString(text, DELTA_HEAD.lastIndex);
  if (end === -1) return -1;
  DELTA_TAIL.lastIndex = end;
  return DELTA_TAIL.test(text) && DELTA_TAIL.lastIndex === to ? bytes : -1;
}

export class ResponsesTap implements ResponseTap {
  #id: string | null = null;
  #model: string | null = null;
  #stopReason: string | null = null;
  #refused = false;
  #usage: JsonRecord | undefined;
  #output: unknown;
  #fields: Record<string, string> = {};
  #error: { type: string; message: string } | null = null;
  #contentBytes = 0;
  #contentEvents = 0;
  #last: SseEvent | null = null;

  event(event: SseEvent): EventMeaning {
    this.#last = event;
    const bytes = plainDeltaBytes(frameOf(event));
    if (bytes > 0) return this.#content(bytes);
    const data = event.data;
    if (data === '') return 'ping';
    if (data.trim() === '[DONE]') return 'tail';
    const payload = parseRecord(data);
    if (payload === undefined) {
      this.#error = { type: 'malformed', message: 'the stream carries an event that is not a JSON object' };
      return 'error';
    }
    return this.#payload(payload, stringOf(payload['type']) ?? event.event);
  }

  whole(body: Buffer): void {
    const response = parseRecord(body.toString('utf8'));
    if (response === undefined) {
      this.#error = { type: 'malformed', message: 'the response body is not a JSON object' };
      return;
    }
    this.#about(response);
    if (isRecord(response['error'])) this.#failed(response['error']);
    for (const item of listOf(this.#output) ?? []) if (isRecord(item)) this.#weigh(item);
  }

  facts(): ResponseFacts {
    const tier = this.#fields['service_tier'];
    const usage: Usage =
      this.#usage === undefined
        ? { tokens: {}, source: 'unknown', ...(tier === undefined ? {} : { tier }), raw: null }
        : responsesTokens(this.#usage, tier, this.#output);
    const sequence = this.#last === null ? null : SEQUENCE.exec(this.#last.data);
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
      ...(sequence === null ? {} : { nextSequence: Number(sequence[1]) + 1 }),
    };
  }

  #payload(payload: JsonRecord, type: string): EventMeaning {
    if (PRELUDE.has(type)) {
      const response = recordOf(payload['response']);
      if (response !== undefined) this.#about(response);
      return this.#contentEvents === 0 ? 'prelude' : 'tail';
    }
    switch (type) {
      case 'response.completed':
      case 'response.incomplete':
        this.#about(recordOf(payload['response']) ?? {});
        return 'terminal';
      case 'response.failed': {
        const response = recordOf(payload['response']) ?? {};
        this.#about(response);
        return this.#failed(recordOf(response['error']) ?? {});
      }
      case 'error':
        return this.#failed(recordOf(payload['error']) ?? payload);
      case 'keepalive':
        return 'ping';
      case 'response.output_item.added':
        return this.#added(recordOf(payload['item']) ?? {});
      default:
        return this.#other(payload, type);
    }
  }

  /** An item of a tool that is called, or that the seller runs, is work that must not be repeated. */
  #added(item: JsonRecord): EventMeaning {
    if (EMPTY_ITEMS.has(stringOf(item['type']) ?? '')) return this.#contentEvents === 0 ? 'prelude' : 'tail';
    return this.#content(0);
  }

  #other(payload: JsonRecord, type: string): EventMeaning {
    const delta = stringOf(payload['delta']);
    if (delta !== undefined && type.endsWith('.delta')) {
      if (type === 'response.refusal.delta' && delta !== '') this.#refused = true;
      return this.#content(Buffer.byteLength(delta, 'utf8'));
    }
    if (isRecord(payload['error'])) return this.#failed(payload['error']);
    return this.#contentEvents === 0 && type === 'response.reasoning_summary_part.added' ? 'prelude' : 'tail';
  }

  #content(bytes: number): EventMeaning {
    this.#contentBytes += bytes;
    this.#contentEvents += 1;
    return 'content';
  }

  #about(response: JsonRecord): void {
    this.#id = stringOf(response['id']) ?? this.#id;
    this.#model = stringOf(response['model']) ?? this.#model;
    for (const name of EVIDENCE_FIELDS) {
      const value = stringOf(response[name]);
      if (value !== undefined) this.#fields[name] = value;
    }
    this.#usage = recordOf(response['usage']) ?? this.#usage;
    this.#output = response['output'] ?? this.#output;
    const status = stringOf(response['status']);
    if (status === undefined || status === 'in_progress' || status === 'queued') return;
    this.#stopReason = stringOf(recordOf(response['incomplete_details'])?.['reason']) ?? status;
    if ((listOf(this.#output) ?? []).some(holdsRefusal)) this.#refused = true;
  }

  /** Bytes of a whole item, as the deltas of a stream would have counted them. */
  #weigh(item: JsonRecord): void {
    const parts = [...(listOf(item['content']) ?? []), ...(listOf(item['summary']) ?? [])];
    const texts = parts.flatMap((part) => {
      const record = recordOf(part);
      return stringOf(record?.['text']) ?? stringOf(record?.['refusal']) ?? [];
    });
    for (const text of [...texts, stringOf(item['arguments']) ?? '', stringOf(item['input']) ?? '']) {
      this.#contentBytes += Buffer.byteLength(text, 'utf8');
    }
  }

  #failed(error: JsonRecord): EventMeaning {
    const type = stringOf(error['type']);
    this.#error = {
      type: (type === 'error' ? undefined : type) ?? stringOf(error['code']) ?? 'error',
      message: stringOf(error['message']) ?? 'the cloud reported an error without a message',
    };
    return 'error';
  }
}

/**
 * An error as the Responses dialect tells it (an `error` event, flat or not; a failed response), as the object that the
 * other failures of its maker have: `{"error": {…}}`. What holds none comes back as it was.
 */
export function responsesErrorText(text: string): string {
  const root = parseRecord(text);
  const { type, sequence_number: _number, ...flat } = root ?? {};
  const told = recordOf(recordOf(root?.['response'])?.['error']) ?? recordOf(root?.['error']);
  const error = told ?? (type === 'error' ? flat : undefined);
  return error === undefined ? text : JSON.stringify({ error });
}

const holdsRefusal = (item: unknown): boolean =>
  (listOf(recordOf(item)?.['content']) ?? []).some((part) => recordOf(part)?.['type'] === 'refusal');
