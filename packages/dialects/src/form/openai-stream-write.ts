// Steps of the form as a Chat stream. All chunks share one head, written once. Blocks are kept while they pass, because
// only at the end is it known whether Chat's own fields said it all; if not, they go out verbatim in one last delta.
import { AppError, LIMITS } from '@weighbridge/kernel';
import { stringOf, type JsonRecord } from '../json-value.ts';
import { encodeSse } from '../sse.ts';
import type { ClientFrame, EventMeaning } from '../types.ts';
import { annotationsOf } from './citations.ts';
import { chatErrorType } from './error-types.ts';
import type { OpenPart, Step } from './form.ts';
import { providerContent, refusalText, saysItAll } from './openai-answer.ts';
import { parseExact } from './exact-json.ts';
import { chatStop } from './stop-reasons.ts';
import { chatTier, chatUsage } from './usage-fields.ts';

/** A block as it grows. `text` gathers text, thinking or input, whichever it is made of. */
interface Growing {
  readonly open: OpenPart;
  text: string;
  signature: string;
  readonly citations: JsonRecord[];
  readonly deltas: JsonRecord[];
  /** Chat's index of a call. */
  readonly call: number;
}

export interface ChatStreamOptions {
  /** The client asked for a usage chunk. */
  readonly includeUsage: boolean;
  /** Seconds since the epoch, for a source that does not say. */
  readonly created: number;
}

export class OpenaiStreamWriter {
  readonly #options: ChatStreamOptions;
  readonly #blocks: JsonRecord[] = [];
  readonly #shape: { kind: string; citations?: readonly unknown[] }[] = [];
  readonly #thinking: JsonRecord[] = [];
  readonly #annotations: JsonRecord[] = [];
  #head = '';
  #tail = '';
  #part: Growing | undefined;
  #calls = 0;
  #textLength = 0;
  #keptBytes = 0;
  #finish: Extract<Step, { step: 'finish' }> | undefined;

  constructor(options: ChatStreamOptions) {
    this.#options = options;
  }

  write(step: Step): ClientFrame[] {
    switch (step.step) {
      case 'start':
        return this.#start(step);
      case 'open':
        return this.#openPart(step.part);
      case 'text':
        return this.#text(step.text);
      case 'thinking':
        return this.#grow(step.text, { reasoning_content: step.text });
      case 'input':
        return this.#input(step.json);
      case 'signature':
        if (this.#part !== undefined) this.#part.signature += step.signature;
        return [];
      case 'citation':
        this.#part?.citations.push(step.citation);
        return [];
      case 'foreign':
        this.#part?.deltas.push(step.delta);
        return [];
      case 'close':
        return this.#close();
      case 'finish':
        this.#finish = step;
        return [];
      case 'ping':
        return [{ bytes: Buffer.from(': ping\n\n'), meaning: 'ping' }];
      case 'error':
        return [this.#error(step.type, step.message)];
      case 'end':
        return this.#end();
    }
  }

  #start(step: Extract<Step, { step: 'start' }>): ClientFrame[] {
    const about = {
      id: step.id,
      object: 'chat.completion.chunk',
      created: step.created ?? this.#options.created,
      model: step.model,
      ...chatTier(step.usage),
    };
    this.#head = `${JSON.stringify(about).slice(0, -1)},"choices":[`;
    this.#tail = this.#options.includeUsage ? '],"usage":null}' : ']}';
    return [this.#delta({ role: 'assistant', content: '', refusal: null }, 'prelude')];
  }

  #delta(delta: JsonRecord, meaning: EventMeaning = 'content'): ClientFrame {
    const text = `${this.#head}{"index":0,"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":null}${this.#tail}`;
    return { bytes: encodeSse('', text), meaning };
  }

  #openPart(open: OpenPart): ClientFrame[] {
    this.#part = { open, text: '', signature: '', citations: [], deltas: [], call: this.#calls };
    if (open.kind !== 'tool_call') return [];
    this.#calls += 1;
    const call = {
      index: this.#part.call,
      id: open.id,
      type: 'function',
      function: { name: open.name, arguments: '' },
    };
    return [this.#delta({ tool_calls: [call] })];
  }

  #text(text: string): ClientFrame[] {
    this.#textLength += text.length;
    return this.#grow(text, { content: text });
  }

  #grow(text: string, delta: JsonRecord): ClientFrame[] {
    this.#keptBytes += text.length;
    if (this.#keptBytes > LIMITS.response_bytes) {
      throw new AppError(
        'UPSTREAM_MALFORMED',
        `the upstream answer is longer than ${LIMITS.response_bytes} characters`,
      );
    }
    if (this.#part !== undefined) this.#part.text += text;
    return [this.#delta(delta)];
  }

  #input(json: string): ClientFrame[] {
    const part = this.#part;
    const frames = this.#grow(json, { tool_calls: [{ index: part?.call ?? 0, function: { arguments: json } }] });
    return part?.open.kind === 'tool_call' ? frames : [];
  }

  #close(): ClientFrame[] {
    const part = this.#part;
    this.#part = undefined;
    if (part === undefined) return [];
    const block = blockOf(part);
    this.#blocks.push(block);
    this.#shape.push({
      kind: part.open.kind === 'block' ? (stringOf(block['type']) ?? '') : part.open.kind,
      citations: part.citations,
    });
    return this.#closing(part, block);
  }

  /** What a Chat client learns only when a part is whole. */
  #closing(part: Growing, block: JsonRecord): ClientFrame[] {
    if (part.open.kind === 'tool_call' && part.text === '') {
      // A call without arguments: "{}" is what Chat models write, and clients parse it.
      return [this.#delta({ tool_calls: [{ index: part.call, function: { arguments: '{}' } }] })];
    }
    if (part.open.kind === 'thinking' || block['type'] === 'redacted_thinking') {
      this.#thinking.push(block);
      // All of them each time: official SDKs replace members that they do not know.
      return [this.#delta({ thinking_blocks: this.#thinking })];
    }
    this.#annotations.push(...annotationsOf(part.citations, this.#textLength - part.text.length, this.#textLength));
    return [];
  }

  #end(): ClientFrame[] {
    const finish = this.#finish;
    const frames: ClientFrame[] = [];
    if (this.#annotations.length > 0) frames.push(this.#delta({ annotations: this.#annotations }, 'tail'));
    if (!saysItAll(this.#shape)) frames.push(this.#delta(providerContent(this.#blocks), 'tail'));
    const refusal = refusalText(finish?.stop.reason, finish?.stop.details);
    const choice = {
      index: 0,
      delta: refusal === null ? {} : { refusal },
      logprobs: null,
      ...chatStop(finish?.stop ?? null),
    };
    frames.push({ bytes: encodeSse('', `${this.#head}${JSON.stringify(choice)}${this.#tail}`), meaning: 'tail' });
    if (this.#options.includeUsage && finish?.usage !== null && finish?.usage !== undefined) {
      const usage = JSON.stringify(chatUsage(finish.usage));
      frames.push({ bytes: encodeSse('', `${this.#head}],"usage":${usage}}`), meaning: 'usage_only' });
    }
    frames.push({ bytes: encodeSse('', '[DONE]'), meaning: 'terminal' });
    return frames;
  }

  #error(type: string, message: string): ClientFrame {
    const error = { message, type: chatErrorType(type), param: null, code: type };
    return { bytes: encodeSse('', JSON.stringify({ error })), meaning: 'error', message };
  }
}

/** The Anthropic block that the part amounts to, as a whole answer would have held it. */
function blockOf(part: Growing): JsonRecord {
  const open = part.open;
  switch (open.kind) {
    case 'text':
      return { type: 'text', text: part.text, ...(part.citations.length === 0 ? {} : { citations: part.citations }) };
    case 'thinking':
      return { type: 'thinking', thinking: part.text, signature: part.signature };
    case 'tool_call':
      return { type: 'tool_use', id: open.id, name: open.name, input: inputOf(part.text) };
    case 'block':
      return { ...open.block, ...(part.text === '' ? {} : { input: inputOf(part.text) }), ...merged(part.deltas) };
  }
}

/** Deltas of foreign blocks hold whole members (`compaction_delta`: `content`); the last one rules. */
function merged(deltas: readonly JsonRecord[]): JsonRecord {
  const all: Record<string, unknown> = {};
  for (const delta of deltas) Object.assign(all, delta);
  delete all['type'];
  return all;
}

function inputOf(text: string): unknown {
  if (text === '') return {};
  try {
    return parseExact(text);
  } catch {
    return { INVALID_JSON: text };
  }
}
