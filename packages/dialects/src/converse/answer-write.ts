// The form as an answer of Amazon's Converse, whole and as a stream of its events. The last event holds the usage, so it
// is the one that ends the stream. Blocks that have no place there are left out and told as lost.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
import type { Losses } from '../capabilities.ts';
import { encodeEventStreamMessage } from '../event-stream.ts';
import { safeToolId, toolInput } from '../form/anthropic-blocks.ts';
import type { FormAnswer, FormStop, OpenPart, Part, Step } from '../form/form.ts';
import { stringOf, type JsonRecord } from '../json-value.ts';
import type { ClientFrame, EventMeaning } from '../types.ts';
import { converseCitation } from './citations.ts';
import { converseUsageOf } from './usage.ts';

const STOPS: Readonly<Record<string, string>> = { refusal: 'content_filtered', pause_turn: 'end_turn' };

function stopOf(stop: FormStop | null): string {
  if (stop === null) return 'end_turn';
  if (stop.details?.['category'] === 'guardrail') return 'guardrail_intervened';
  return STOPS[stop.reason] ?? stop.reason;
}

/** How long the call has taken, for the figure that every answer of Converse has. */
export type Elapsed = () => number;

export function writeConverseAnswer(answer: FormAnswer, elapsed: Elapsed, losses: Losses): JsonRecord {
  return {
    output: { message: { role: 'assistant', content: answer.parts.flatMap((part) => blockOf(part, losses)) } },
    stopReason: stopOf(answer.stop),
    usage: converseUsageOf(answer.usage),
    metrics: { latencyMs: Math.round(elapsed()) },
  };
}

function blockOf(part: Part, losses: Losses): JsonRecord[] {
  switch (part.kind) {
    case 'text':
      return [textBlock(part.text, part.citations ?? [], losses)];
    case 'tool_call': {
      const input = toolInput(part.input, () => losses.add('answer_tool_arguments'));
      return [{ toolUse: { toolUseId: safeToolId(part.id), name: part.name, input } }];
    }
    case 'thinking': {
      const signature = part.signature === undefined ? {} : { signature: part.signature };
      return [{ reasoningContent: { reasoningText: { text: part.text, ...signature } } }];
    }
    case 'redacted_thinking':
      return [{ reasoningContent: { redactedContent: base64(part.data) } }];
    case 'refusal':
      return [{ text: part.text }];
    default:
      losses.add('answer_provider_blocks');
      return [];
  }
}

function textBlock(text: string, citations: readonly unknown[], losses: Losses): JsonRecord {
  const known = citations.flatMap((one) => converseCitation(one) ?? []);
  if (known.length < citations.length) losses.add('answer_citations');
  return known.length === 0 ? { text } : { citationsContent: { content: [{ text }], citations: known } };
}

const base64 = (data: unknown): string => Buffer.from(stringOf(data) ?? '').toString('base64');

export class ConverseStreamWriter {
  readonly #elapsed: Elapsed;
  readonly #losses: Losses;
  #index = -1;
  /** The open block has no place here. */
  #skipped = false;
  #usage: JsonRecord | null = null;

  constructor(elapsed: Elapsed, losses: Losses) {
    this.#elapsed = elapsed;
    this.#losses = losses;
  }

  write(step: Step): ClientFrame[] {
    switch (step.step) {
      case 'start':
        return [framed('messageStart', { role: 'assistant' }, 'prelude')];
      case 'open':
        return this.#opened(step.part);
      case 'text':
        return this.#delta({ text: step.text });
      case 'thinking':
        return this.#delta({ reasoningContent: { text: step.text } });
      case 'signature':
        return this.#delta({ reasoningContent: { signature: step.signature } });
      case 'input':
        return this.#delta({ toolUse: { input: step.json } });
      case 'citation':
        return this.#citation(step.citation);
      case 'foreign':
        if (!this.#skipped) this.#losses.add('answer_provider_blocks');
        return [];
      case 'close':
        return this.#closed();
      case 'finish':
        this.#usage = step.usage;
        return [framed('messageStop', { stopReason: stopOf(step.stop) }, 'tail')];
      case 'ping':
        return [];
      case 'error':
        return [{ bytes: NOTHING, meaning: 'error', message: step.message }];
      case 'end':
        return [this.#metadata()];
    }
  }

  /** Only a tool call is announced; what else a block begins with is its first delta. */
  #opened(part: OpenPart): ClientFrame[] {
    this.#skipped = part.kind === 'block' && part.block['type'] !== 'redacted_thinking';
    if (this.#skipped) {
      this.#losses.add('answer_provider_blocks');
      return [];
    }
    this.#index += 1;
    if (part.kind === 'tool_call') {
      const start = { toolUse: { toolUseId: safeToolId(part.id), name: part.name } };
      return [framed('contentBlockStart', { contentBlockIndex: this.#index, start }, 'content')];
    }
    if (part.kind === 'block')
      return this.#delta({ reasoningContent: { redactedContent: base64(part.block['data']) } });
    return [];
  }

  #delta(delta: JsonRecord): ClientFrame[] {
    if (this.#skipped) return [];
    return [framed('contentBlockDelta', { contentBlockIndex: this.#index, delta }, 'content')];
  }

  #citation(said: JsonRecord): ClientFrame[] {
    const citation = converseCitation(said);
    if (citation !== undefined) return this.#delta({ citation });
    this.#losses.add('answer_citations');
    return [];
  }

  #closed(): ClientFrame[] {
    const skipped = this.#skipped;
    this.#skipped = false;
    return skipped ? [] : [framed('contentBlockStop', { contentBlockIndex: this.#index }, 'tail')];
  }

  #metadata(): ClientFrame {
    const metrics = { latencyMs: Math.round(this.#elapsed()) };
    return framed('metadata', { usage: converseUsageOf(this.#usage), metrics }, 'terminal');
  }
}

const NOTHING = Buffer.alloc(0);

function framed(type: string, payload: JsonRecord, meaning: EventMeaning): ClientFrame {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return { bytes: encodeEventStreamMessage(headers, Buffer.from(JSON.stringify(payload))), meaning };
}
