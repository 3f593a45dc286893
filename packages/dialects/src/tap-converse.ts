// Reads an answer of Amazon's Converse in passing. Deltas, nine events in ten, are recognised by their bytes where they
// lie: nothing is decoded, parsed or kept of them. A stream is over when the reason to stop and the usage have both come.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
import type { Usage } from '@weighbridge/protocol';
import { converseTier, converseUsage } from './converse/usage.ts';
import { scannedBytes } from './json-string.ts';
import { isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from './json-value.ts';
import type { EventMeaning, EventStreamMessage, ResponseFacts, ResponseTap, SseEvent } from './types.ts';

/** One message of the stream as an event: its bytes are the message's own, its data is decoded only when asked for. */
export class ConverseEvent implements SseEvent {
  readonly raw: Buffer;
  readonly event: string;
  readonly payload: Buffer;
  #data: string | undefined;

  constructor({ raw, payload }: EventStreamMessage, type: string) {
    this.raw = raw;
    this.payload = payload;
    this.event = type;
  }

  get data(): string {
    this.#data ??= this.payload.toString('utf8');
    return this.#data;
  }
}

const HEAD = Buffer.from('{"contentBlockIndex":');
const BODY = Buffer.from(',"delta":{"');
/** What stands between the opening of a plain delta and its string, and the braces that close it. */
const OPENINGS = [
  [Buffer.from('text":"'), 1],
  [Buffer.from('toolUse":{"input":"'), 2],
  [Buffer.from('reasoningContent":{"text":"'), 2],
] as const;
const PADDING = Buffer.from(',"p":"');
const CLOSE = 125;
const QUOTE = 34;

/** Bytes of the delta's string when the payload is a plain content delta, laid out as the service does; else -1. */
function plainDeltaBytes(payload: Buffer): number {
  if (!standsIn(payload, HEAD, 0)) return -1;
  let at = HEAD.length;
  while (isDigit(payload[at] ?? 0)) at += 1;
  if (!standsIn(payload, BODY, at)) return -1;
  at += BODY.length;
  for (const [opening, braces] of OPENINGS) {
    if (!standsIn(payload, opening, at)) continue;
    return scannedBytes(payload, at + opening.length, closingQuote(payload, braces));
  }
  return -1;
}

/** Where the string must end, found from behind: what closes a payload is of few forms. -1 for another form. */
function closingQuote(payload: Buffer, braces: number): number {
  let at = payload.length - 1;
  if (payload[at] !== CLOSE) return -1;
  at -= 1;
  if (payload[at] === QUOTE) {
    at -= 1;
    while (isPadding(payload[at] ?? 0)) at -= 1;
    at -= PADDING.length - 1;
    if (at < 0 || !standsIn(payload, PADDING, at)) return -1;
    at -= 1;
  }
  for (let left = braces; left > 0; left -= 1) {
    if (payload[at] !== CLOSE) return -1;
    at -= 1;
  }
  return at;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isPadding = (byte: number): boolean => isDigit(byte) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

function standsIn(payload: Buffer, part: Buffer, at: number): boolean {
  if (at + part.length > payload.length) return false;
  for (let i = 0; i < part.length; i += 1) if (payload[at + i] !== part[i]) return false;
  return true;
}

export class ConverseTap implements ResponseTap {
  #stopReason: string | null = null;
  #usage: JsonRecord | undefined;
  #tier: string | undefined;
  #invoked: string | null = null;
  #stopped = false;
  #metered = false;
  #fields: Record<string, string> = {};
  #error: { type: string; message: string } | null = null;
  #contentBytes = 0;
  #contentEvents = 0;

  event(event: SseEvent): EventMeaning {
    if (event.event === 'contentBlockDelta' && event instanceof ConverseEvent) {
      const bytes = plainDeltaBytes(event.payload);
      if (bytes > 0) return this.#content(bytes);
    }
    const payload = parseRecord(event.data);
    if (payload === undefined) {
      this.#error = { type: 'malformed', message: 'the stream carries an event that is not a JSON object' };
      return 'error';
    }
    return this.#parsed(event.event, payload);
  }

  whole(body: Buffer): void {
    const answer = parseRecord(body.toString('utf8'));
    const content = listOf(recordOf(recordOf(answer?.['output'])?.['message'])?.['content']);
    if (answer === undefined || content === undefined) {
      this.#error = {
        type: 'malformed',
        message:
          answer === undefined ? 'the response body is not a JSON object' : 'the response holds no output message',
      };
      return;
    }
    for (const block of content) this.#contentBytes += blockBytes(recordOf(block) ?? {});
    this.#stopReason = stringOf(answer['stopReason']) ?? null;
    this.#metadata(answer);
  }

  facts(): ResponseFacts {
    return {
      id: null,
      model: this.#invoked,
      stopReason: this.#stopReason,
      refused: this.#stopReason === 'content_filtered' || this.#stopReason === 'guardrail_intervened',
      usage: this.#tokens(),
      fields: this.#fields,
      error: this.#error,
      contentBytes: this.#contentBytes,
      contentEvents: this.#contentEvents,
    };
  }

  #tokens(): Usage {
    if (this.#usage === undefined) return { tokens: {}, source: 'unknown', raw: null };
    return converseUsage(this.#usage, this.#tier, true);
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

  #parsed(type: string, payload: JsonRecord): EventMeaning {
    switch (type) {
      case 'messageStart':
      case 'contentBlockStop':
        return this.#structure();
      case 'contentBlockStart':
        return Object.keys(recordOf(payload['start']) ?? {}).length === 0 ? this.#structure() : this.#content(0);
      case 'contentBlockDelta': {
        const bytes = deltaBytes(recordOf(payload['delta']) ?? {});
        return bytes === 0 ? this.#structure() : this.#content(Math.max(0, bytes));
      }
      case 'messageStop':
        this.#stopReason = stringOf(payload['stopReason']) ?? this.#stopReason;
        this.#stopped = true;
        return this.#metered ? 'terminal' : 'tail';
      case 'metadata':
        this.#metadata(payload);
        this.#metered = true;
        return this.#stopped ? 'terminal' : 'tail';
      default:
        return this.#content(0);
    }
  }

  #metadata(payload: JsonRecord): void {
    this.#usage = recordOf(payload['usage']) ?? this.#usage;
    this.#tier = converseTier(payload) ?? this.#tier;
    if (this.#tier !== undefined) this.#fields['service_tier'] = this.#tier;
    const latency = stringOf(recordOf(payload['performanceConfig'])?.['latency']);
    if (latency !== undefined) this.#fields['performance_latency'] = latency;
    const ms = recordOf(payload['metrics'])?.['latencyMs'];
    if (typeof ms === 'number') this.#fields['latency_ms'] = String(ms);
    const trace = recordOf(payload['trace']) ?? {};
    this.#invoked = stringOf(recordOf(trace['promptRouter'])?.['invokedModelId']) ?? this.#invoked;
    if (isRecord(trace['guardrail'])) this.#fields['guardrail'] = 'traced';
  }
}

/** Bytes of a delta; 0 for an empty text, -1 for what has no text of its own (a signature, a citation). */
function deltaBytes(delta: JsonRecord): number {
  const text =
    stringOf(delta['text']) ??
    stringOf(recordOf(delta['toolUse'])?.['input']) ??
    stringOf(recordOf(delta['reasoningContent'])?.['text']);
  return text === undefined ? -1 : Buffer.byteLength(text, 'utf8');
}

function blockBytes(block: JsonRecord): number {
  const reasoning = recordOf(recordOf(block['reasoningContent'])?.['reasoningText']);
  const input = recordOf(block['toolUse'])?.['input'];
  const text = stringOf(block['text']) ?? stringOf(reasoning?.['text']);
  return Buffer.byteLength(text ?? (input === undefined ? '' : JSON.stringify(input)), 'utf8');
}
