// Steps of the form as an Anthropic stream. Counts come last in Chat, so `message_start` opens with zeros and
// `message_delta`, whose counts are cumulative by contract, carries the true ones.
import type { JsonRecord } from '../json-value.ts';
import { encodeSse } from '../sse.ts';
import type { ClientFrame, EventMeaning } from '../types.ts';
import { safeToolId } from './anthropic-blocks.ts';
import { anthropicErrorType } from './error-types.ts';
import type { OpenPart, Step } from './form.ts';
import { NO_USAGE_YET, usageOrUnknown } from './usage-fields.ts';

export class AnthropicStreamWriter {
  #index = -1;
  #finish: Extract<Step, { step: 'finish' }> | undefined;

  write(step: Step): ClientFrame[] {
    switch (step.step) {
      case 'start':
        return [frame({ type: 'message_start', message: startOf(step) }, 'prelude')];
      case 'open':
        this.#index += 1;
        return [this.#openPart(step.part)];
      case 'text':
        return [this.#delta({ type: 'text_delta', text: step.text })];
      case 'thinking':
        return [this.#delta({ type: 'thinking_delta', thinking: step.text })];
      case 'signature':
        return [this.#delta({ type: 'signature_delta', signature: step.signature })];
      case 'input':
        return [this.#delta({ type: 'input_json_delta', partial_json: step.json })];
      case 'citation':
        return [this.#delta({ type: 'citations_delta', citation: step.citation })];
      case 'foreign':
        return [this.#delta(step.delta)];
      case 'close':
        return [frame({ type: 'content_block_stop', index: this.#index }, 'tail')];
      case 'finish':
        this.#finish = step;
        return [];
      case 'ping':
        return [frame({ type: 'ping' }, 'ping')];
      case 'error':
        return [this.#error(step.type, step.message)];
      case 'end':
        return this.#end();
    }
  }

  #error(type: string, message: string): ClientFrame {
    return { ...frame({ type: 'error', error: { type: anthropicErrorType(type), message } }, 'error'), message };
  }

  #openPart(part: OpenPart): ClientFrame {
    const block = blockOf(part);
    const empty = part.kind === 'text' || part.kind === 'thinking';
    return frame(
      { type: 'content_block_start', index: this.#index, content_block: block },
      empty ? 'prelude' : 'content',
    );
  }

  #delta(delta: JsonRecord): ClientFrame {
    return frame({ type: 'content_block_delta', index: this.#index, delta }, 'content');
  }

  #end(): ClientFrame[] {
    const stop = this.#finish?.stop;
    const delta = {
      stop_reason: stop?.reason ?? null,
      stop_sequence: stop?.sequence ?? null,
      ...(stop?.details === undefined ? {} : { stop_details: stop.details }),
    };
    const usage = usageOrUnknown(this.#finish?.usage ?? null);
    return [frame({ type: 'message_delta', delta, usage }, 'tail'), frame({ type: 'message_stop' }, 'terminal')];
  }
}

function frame(payload: JsonRecord & { readonly type: string }, meaning: EventMeaning): ClientFrame {
  return { bytes: encodeSse(payload.type, JSON.stringify(payload)), meaning };
}

const startOf = (step: Extract<Step, { step: 'start' }>): JsonRecord => ({
  id: step.id,
  type: 'message',
  role: 'assistant',
  model: step.model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: step.usage ?? NO_USAGE_YET,
});

function blockOf(part: OpenPart): JsonRecord {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: '' };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'tool_call':
      return { type: 'tool_use', id: safeToolId(part.id), name: part.name, input: {} };
    case 'block':
      return part.block;
  }
}
