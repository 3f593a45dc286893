// Answers of Amazon's Converse into the form, whole and as a stream. A stream is over when both of its last events have
// come, the reason to stop and the usage, in whichever order. It names neither an id nor a model: both are the call's.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
import { AppError } from '@weighbridge/kernel';
import type { Losses } from '../capabilities.ts';
import { parseExact } from '../form/exact-json.ts';
import type { FormAnswer, FormStop, OpenPart, Part, Step } from '../form/form.ts';
import { readBlock } from '../form/anthropic-parts.ts';
import { hasUnknown, isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { SseEvent } from '../types.ts';
import { blocksOf } from './blocks.ts';
import { citationOfConverse } from './citations.ts';
import { usageOfConverse } from './usage.ts';

/** Whose answer it is, where the answer itself does not say. */
export interface Named {
  readonly id: string;
  readonly model: string;
}

const MEMBERS = new Set(['output', 'stopReason', 'usage', 'metrics', 'trace', 'performanceConfig', 'serviceTier']);

/** Throws `TRANSLATION_FAILED` when the body holds no message. */
export function readConverseAnswer(body: JsonRecord, { id, model }: Named, losses: Losses): FormAnswer {
  const content = listOf(recordOf(recordOf(body['output'])?.['message'])?.['content']);
  if (content === undefined)
    throw new AppError('TRANSLATION_FAILED', 'the upstream answer is not one of Converse: it has no output message');
  if (isRecord(body['trace'])) losses.add('answer_trace');
  if (hasUnknown(body, MEMBERS)) losses.add('answer_unknown_fields');
  return {
    id,
    model,
    created: null,
    parts: content.flatMap((block, index) => partsOf(block, `output.message.content.${index}`, losses)),
    stop: stopOfConverse(body),
    usage: isRecord(body['usage']) ? usageOfConverse(body['usage']) : null,
  };
}

function partsOf(block: unknown, at: string, losses: Losses): Part[] {
  const cited = recordOf(recordOf(block)?.['citationsContent']);
  if (cited !== undefined) return [citedText(cited, losses)];
  const missing = (): void => losses.add('answer_provider_blocks');
  return blocksOf([block], at, missing).map((one) => readBlock(one, at, () => undefined));
}

function citedText({ content, citations }: JsonRecord, losses: Losses): Part {
  const text = (listOf(content) ?? []).map((one) => stringOf(recordOf(one)?.['text']) ?? '').join('');
  const list = listOf(citations) ?? [];
  const known = list.flatMap((one) => citationOfConverse(one) ?? []);
  if (known.length > 0) losses.beyond('answer_citations');
  if (known.length < list.length) losses.add('answer_unknown_fields');
  return { kind: 'text', text, ...(known.length === 0 ? {} : { citations: known }) };
}

const STOPS: Readonly<Record<string, FormStop>> = {
  content_filtered: { reason: 'refusal', sequence: null },
  guardrail_intervened: {
    reason: 'refusal',
    sequence: null,
    details: { type: 'refusal', category: 'guardrail', explanation: null },
  },
};

function stopOfConverse(from: JsonRecord): FormStop | null {
  const reason = stringOf(from['stopReason']);
  if (reason === undefined) return null;
  return (Object.hasOwn(STOPS, reason) ? STOPS[reason] : undefined) ?? { reason, sequence: null };
}

export class ConverseStreamReader {
  readonly #named: Named;
  readonly #losses: Losses;
  #started = false;
  #ended = false;
  /** Index of the open block; -1: none. */
  #open = -1;
  #kind: OpenPart['kind'] | 'skipped' = 'text';
  #stop: FormStop | null = null;
  #usage: JsonRecord | null = null;

  constructor(named: Named, losses: Losses) {
    this.#named = named;
    this.#losses = losses;
  }

  read(event: SseEvent): Step[] {
    if (this.#ended) return [];
    const payload = parseExactRecord(event.data);
    if (payload === undefined) return this.#failed('the upstream sent an event that is not JSON');
    const steps = this.#event(event.event, payload);
    if (this.#started || steps.length === 0) return steps;
    return [...this.#start(), ...steps];
  }

  /** Nothing is owed: an answer without its last events is not whole. */
  end(): Step[] {
    return [];
  }

  #event(type: string, payload: JsonRecord): Step[] {
    switch (type) {
      case 'messageStart':
        return this.#start();
      case 'contentBlockStart':
        return this.#blockStart(payload);
      case 'contentBlockDelta':
        return this.#delta(indexOf(payload), recordOf(payload['delta']) ?? {});
      case 'contentBlockStop':
        return this.#close();
      case 'messageStop':
        if (isRecord(payload['additionalModelResponseFields'])) this.#losses.add('answer_unknown_fields');
        this.#stop = stopOfConverse(payload) ?? { reason: 'end_turn', sequence: null };
        return [...this.#close(), ...this.#finished()];
      case 'metadata':
        if (isRecord(payload['trace'])) this.#losses.add('answer_trace');
        this.#usage = usageOfConverse(recordOf(payload['usage']) ?? {});
        return this.#finished();
      default:
        this.#losses.add('answer_unknown_fields');
        return [];
    }
  }

  #failed(message: string): Step[] {
    this.#ended = true;
    return [{ step: 'error', type: 'api_error', message }];
  }

  #start(): Step[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ step: 'start', ...this.#named, created: null, usage: null }];
  }

  #blockStart(payload: JsonRecord): Step[] {
    const start = recordOf(payload['start']) ?? {};
    const call = recordOf(start['toolUse']);
    // A start of nothing announces nothing.
    if (Object.keys(start).length === 0) return this.#close();
    if (call === undefined) return this.#skip(indexOf(payload));
    if (call['type'] !== undefined && call['type'] !== null) return this.#skip(indexOf(payload));
    const part = {
      kind: 'tool_call',
      id: stringOf(call['toolUseId']) ?? '',
      name: stringOf(call['name']) ?? '',
    } as const;
    return this.#opened(indexOf(payload), part);
  }

  /** A block of a tool that the seller ran has no place in the form. */
  #skip(index: number): Step[] {
    this.#losses.add('answer_provider_blocks');
    const steps = this.#close();
    this.#open = index;
    this.#kind = 'skipped';
    return steps;
  }

  #opened(index: number, part: OpenPart): Step[] {
    const steps = this.#close();
    this.#open = index;
    this.#kind = part.kind;
    return [...steps, { step: 'open', part }];
  }

  /** Only a tool call is announced: other blocks open with their first delta. */
  #within(index: number, kind: 'text' | 'thinking', step: Step): Step[] {
    if (this.#open === index && this.#kind === 'skipped') return [];
    return this.#open === index && this.#kind === kind ? [step] : [...this.#opened(index, { kind }), step];
  }

  #delta(index: number, delta: JsonRecord): Step[] {
    const text = stringOf(delta['text']);
    if (text !== undefined) return text === '' ? [] : this.#within(index, 'text', { step: 'text', text });
    const input = stringOf(recordOf(delta['toolUse'])?.['input']);
    if (input !== undefined) {
      return input === '' || this.#kind === 'skipped' ? [] : [{ step: 'input', json: input }];
    }
    const reasoning = recordOf(delta['reasoningContent']);
    if (reasoning !== undefined) return this.#reasoning(index, reasoning);
    const cited = recordOf(delta['citation']);
    if (cited !== undefined) return this.#cited(index, cited);
    if (this.#kind !== 'skipped') this.#losses.add('answer_provider_blocks');
    return [];
  }

  #reasoning(index: number, { text, signature, redactedContent }: JsonRecord): Step[] {
    if (typeof redactedContent === 'string') {
      const data = Buffer.from(redactedContent, 'base64').toString('utf8');
      return this.#opened(index, { kind: 'block', block: { type: 'redacted_thinking', data } });
    }
    if (typeof text === 'string') return text === '' ? [] : this.#within(index, 'thinking', { step: 'thinking', text });
    return typeof signature === 'string' && signature !== ''
      ? this.#within(index, 'thinking', { step: 'signature', signature })
      : [];
  }

  #cited(index: number, cited: JsonRecord): Step[] {
    const citation = citationOfConverse(cited);
    if (citation === undefined) {
      this.#losses.add('answer_unknown_fields');
      return [];
    }
    this.#losses.beyond('answer_citations');
    return this.#within(index, 'text', { step: 'citation', citation });
  }

  #close(): Step[] {
    const closes = this.#open !== -1 && this.#kind !== 'skipped';
    this.#open = -1;
    return closes ? [{ step: 'close' }] : [];
  }

  #finished(): Step[] {
    if (this.#stop === null || this.#usage === null) return [];
    this.#ended = true;
    return [{ step: 'finish', stop: this.#stop, usage: this.#usage }, { step: 'end' }];
  }
}

const indexOf = (payload: JsonRecord): number => {
  const index = payload['contentBlockIndex'];
  return typeof index === 'number' ? index : 0;
};

function parseExactRecord(text: string): JsonRecord | undefined {
  try {
    return recordOf(parseExact(text));
  } catch {
    return parseRecord(text);
  }
}
