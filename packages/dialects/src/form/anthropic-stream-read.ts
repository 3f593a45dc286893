// An Anthropic stream as steps of the form. Blocks arrive one after another, so a step speaks of the block that is open.
import { isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { Losses } from '../capabilities.ts';
import type { SseEvent } from '../types.ts';
import { mergeUsage } from '../usage-anthropic.ts';
import { anthropicStop, editedContext } from './anthropic-answer.ts';
import type { Step } from './form.ts';

export class AnthropicStreamReader {
  readonly #losses: Losses;
  #usage: JsonRecord | undefined;
  #started = false;
  #begun = false;
  #open = false;
  #ended = false;

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  read(event: SseEvent): Step[] {
    const data = event.data;
    if (data === '' || this.#ended) return [];
    const payload = parseRecord(data);
    if (payload === undefined) return this.#failed('api_error', 'the upstream sent an event that is not JSON');
    const steps = this.#payload(payload, stringOf(payload['type']) ?? event.event);
    return this.#started || !steps.some(needsStart) ? steps : [...this.#start({}), ...steps];
  }

  /** An Anthropic stream is over with `message_stop` alone. */
  end(): Step[] {
    return [];
  }

  #payload(payload: JsonRecord, type: string): Step[] {
    switch (type) {
      case 'ping':
        return [{ step: 'ping' }];
      case 'message_start':
        return this.#start(recordOf(payload['message']) ?? {});
      case 'content_block_start':
        return this.#blockStart(recordOf(payload['content_block']) ?? {});
      case 'content_block_delta':
        return this.#delta(recordOf(payload['delta']) ?? {});
      case 'content_block_stop':
        return this.#close();
      case 'message_delta':
        return this.#messageDelta(payload);
      case 'message_stop':
        this.#ended = true;
        return [...this.#close(), { step: 'end' }];
      default:
        return this.#other(payload);
    }
  }

  #other(payload: JsonRecord): Step[] {
    const error = recordOf(payload['error']);
    if (error === undefined) {
      this.#losses.add('answer_unknown_fields');
      return [];
    }
    return this.#failed(stringOf(error['type']) ?? 'api_error', stringOf(error['message']) ?? 'the upstream failed');
  }

  #failed(type: string, message: string): Step[] {
    this.#ended = true;
    return [{ step: 'error', type, message }];
  }

  /** A repeated start before any content is a repetition; after content the answer began anew, which cannot be unsaid. */
  #start(message: JsonRecord): Step[] {
    this.#usage = recordOf(message['usage']) ?? this.#usage;
    if (this.#started && this.#begun) {
      return this.#failed('api_error', 'the upstream began its answer anew after a part of it had been sent');
    }
    if (this.#started) return [];
    this.#started = true;
    const steps: Step[] = [
      {
        step: 'start',
        id: stringOf(message['id']) ?? '',
        model: stringOf(message['model']) ?? '',
        created: null,
        usage: this.#usage ?? null,
      },
    ];
    for (const block of listOf(message['content']) ?? []) {
      if (isRecord(block)) steps.push(...this.#blockStart(block), ...this.#close());
    }
    const stop = anthropicStop(message);
    if (stop !== null) steps.push({ step: 'finish', stop, usage: this.#usage ?? null });
    return steps;
  }

  #blockStart(block: JsonRecord): Step[] {
    const steps = this.#close();
    this.#open = true;
    this.#begun = true;
    switch (block['type']) {
      case 'text':
        return [
          ...steps,
          { step: 'open', part: { kind: 'text' } },
          ...said('text', block['text']),
          ...cited(block['citations']),
        ];
      case 'thinking':
        return [
          ...steps,
          { step: 'open', part: { kind: 'thinking' } },
          ...said('thinking', block['thinking']),
          ...signed(block['signature']),
        ];
      case 'tool_use':
        return [...steps, ...toolUse(block)];
      default:
        return [...steps, { step: 'open', part: { kind: 'block', block } }];
    }
  }

  #delta(delta: JsonRecord): Step[] {
    switch (delta['type']) {
      case 'text_delta':
        return said('text', delta['text']);
      case 'thinking_delta':
        return said('thinking', delta['thinking']);
      case 'signature_delta':
        return signed(delta['signature']);
      case 'input_json_delta': {
        const json = stringOf(delta['partial_json']) ?? '';
        return json === '' ? [] : [{ step: 'input', json }];
      }
      case 'citations_delta': {
        const citation = recordOf(delta['citation']);
        return citation === undefined ? [] : [{ step: 'citation', citation }];
      }
      default:
        return [{ step: 'foreign', delta }];
    }
  }

  #close(): Step[] {
    if (!this.#open) return [];
    this.#open = false;
    return [{ step: 'close' }];
  }

  #messageDelta(payload: JsonRecord): Step[] {
    const usage = recordOf(payload['usage']);
    if (usage !== undefined) this.#usage = mergeUsage(this.#usage, usage);
    const delta = recordOf(payload['delta']) ?? {};
    if (isRecord(delta['container'])) this.#losses.add('answer_container');
    if (editedContext(payload)) this.#losses.add('answer_unknown_fields');
    const stop = anthropicStop(delta);
    return stop === null ? [] : [...this.#close(), { step: 'finish', stop, usage: this.#usage ?? null }];
  }
}

/** A stream that never said who answers still gets its start: the client's dialect has no content without one. */
const needsStart = ({ step }: Step): boolean => step !== 'ping' && step !== 'error' && step !== 'start';

const said = (step: 'text' | 'thinking', text: unknown): Step[] =>
  typeof text === 'string' && text !== '' ? [{ step, text }] : [];

const signed = (signature: unknown): Step[] =>
  typeof signature === 'string' && signature !== '' ? [{ step: 'signature', signature }] : [];

const cited = (citations: unknown): Step[] =>
  (listOf(citations) ?? []).filter(isRecord).map((citation) => ({ step: 'citation', citation }));

/** A call made from inside a server-run tool is that tool's business; see `readBlock`. */
function toolUse(block: JsonRecord): Step[] {
  const caller = stringOf(recordOf(block['caller'])?.['type']) ?? 'direct';
  if (caller !== 'direct') return [{ step: 'open', part: { kind: 'block', block } }];
  const open: Step = {
    step: 'open',
    part: { kind: 'tool_call', id: stringOf(block['id']) ?? '', name: stringOf(block['name']) ?? '' },
  };
  const input = recordOf(block['input']) ?? {};
  return Object.keys(input).length === 0 ? [open] : [open, { step: 'input', json: JSON.stringify(input) }];
}
