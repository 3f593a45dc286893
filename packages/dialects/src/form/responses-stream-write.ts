// Steps of the form as a Responses stream: every event numbered, every item opened, grown and closed, and the whole
// response once more at the end. Items are kept while they pass, because that last event repeats them.
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { Losses } from '../capabilities.ts';
import { stringOf, type JsonRecord } from '../json-value.ts';
import { encodeSse } from '../sse.ts';
import type { ClientFrame, EventMeaning } from '../types.ts';
import { chatErrorType } from './error-types.ts';
import type { OpenPart, Step } from './form.ts';
import type { ResponsesWriting } from './responses-answer.ts';
import {
  callItem,
  echoOf,
  flatAnnotations,
  incompleteReason,
  ItemIds,
  messageItem,
  outputText,
  reasoningItem,
  responseObject,
  type ResponseHead,
  summaryOf,
} from './responses-items-write.ts';

/** The item that grows. `text` gathers text, thinking or input, whichever it is made of. */
interface Growing {
  readonly open: OpenPart;
  readonly id: string;
  text: string;
  signature: string;
  readonly citations: JsonRecord[];
}

export class ResponsesStreamWriter {
  readonly #writing: ResponsesWriting;
  readonly #losses: Losses;
  readonly #ids: ItemIds;
  readonly #output: JsonRecord[] = [];
  readonly #echo: JsonRecord;
  #head: ResponseHead;
  #sequence = 0;
  #item: Growing | undefined;
  #keptBytes = 0;
  #finish: Extract<Step, { step: 'finish' }> | undefined;

  constructor(writing: ResponsesWriting, losses: Losses) {
    this.#writing = writing;
    this.#losses = losses;
    this.#ids = new ItemIds(writing.requestId);
    this.#echo = echoOf(writing.request);
    this.#head = { id: writing.requestId, model: '', created: writing.created };
  }

  /** Number that the next event would bear. */
  get nextSequence(): number {
    return this.#sequence;
  }

  write(step: Step): ClientFrame[] {
    switch (step.step) {
      case 'start':
        return this.#start(step);
      case 'open':
        return this.#openPart(step.part);
      case 'text':
        return this.#grow(step.text, 'response.output_text.delta', { content_index: 0, logprobs: [] });
      case 'thinking':
        return this.#thinking(step.text);
      case 'input':
        return this.#item?.open.kind === 'tool_call'
          ? this.#grow(step.json, 'response.function_call_arguments.delta', {})
          : [];
      case 'signature':
        if (this.#item !== undefined) this.#item.signature += step.signature;
        return [];
      case 'citation':
        this.#item?.citations.push(step.citation);
        return [];
      case 'foreign':
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

  #event(type: string, members: JsonRecord, meaning: EventMeaning): ClientFrame {
    const payload = { type, sequence_number: this.#sequence, ...members };
    this.#sequence += 1;
    return { bytes: encodeSse(type, JSON.stringify(payload)), meaning };
  }

  #start(step: Extract<Step, { step: 'start' }>): ClientFrame[] {
    this.#head = { id: step.id, model: step.model, created: step.created ?? this.#writing.created };
    const response = responseObject(this.#head, this.#echo, {
      status: 'in_progress',
      incomplete: null,
      output: [],
      usage: null,
    });
    return [
      this.#event('response.created', { response }, 'prelude'),
      this.#event('response.in_progress', { response }, 'prelude'),
    ];
  }

  /** Where the open item stands. */
  #at(): JsonRecord {
    return { item_id: this.#item?.id ?? '', output_index: this.#output.length };
  }

  #openPart(part: OpenPart): ClientFrame[] {
    if (part.kind === 'block' && part.block['type'] !== 'redacted_thinking') {
      this.#losses.add('answer_provider_blocks');
      this.#item = undefined;
      return [];
    }
    const prefix = part.kind === 'text' ? 'msg' : part.kind === 'tool_call' ? 'fc' : 'rs';
    const id = this.#ids.next(prefix);
    this.#item = { open: part, id, text: '', signature: '', citations: [] };
    const added = (item: JsonRecord, meaning: EventMeaning): ClientFrame =>
      this.#event('response.output_item.added', { output_index: this.#output.length, item }, meaning);
    if (part.kind === 'tool_call') return [added(callItem(id, part, '', 'in_progress'), 'content')];
    if (part.kind !== 'text') return [added({ id, type: 'reasoning', summary: [] }, 'prelude')];
    const item = messageItem(id, [], 'in_progress');
    const opened = { ...this.#at(), content_index: 0, part: outputText('', []) };
    return [added(item, 'prelude'), this.#event('response.content_part.added', opened, 'prelude')];
  }

  #grow(delta: string, type: string, members: JsonRecord): ClientFrame[] {
    if (this.#item === undefined) return [];
    this.#keptBytes += delta.length;
    if (this.#keptBytes > LIMITS.response_bytes) {
      throw new AppError(
        'UPSTREAM_MALFORMED',
        `the upstream answer is longer than ${LIMITS.response_bytes} characters`,
      );
    }
    this.#item.text += delta;
    return [this.#event(type, { ...this.#at(), ...members, delta }, 'content')];
  }

  /** A summary has a part only when there are words in it. */
  #thinking(text: string): ClientFrame[] {
    const first = this.#item?.text === '';
    const part = { type: 'summary_text', text: '' };
    const opened = first
      ? [this.#event('response.reasoning_summary_part.added', { ...this.#at(), summary_index: 0, part }, 'content')]
      : [];
    return [...opened, ...this.#grow(text, 'response.reasoning_summary_text.delta', { summary_index: 0 })];
  }

  #close(): ClientFrame[] {
    const growing = this.#item;
    if (growing === undefined) return [];
    const { item, frames } = this.#closing(growing);
    frames.push(this.#event('response.output_item.done', { output_index: this.#output.length, item }, 'tail'));
    this.#output.push(item);
    this.#item = undefined;
    return frames;
  }

  #closing(growing: Growing): { item: JsonRecord; frames: ClientFrame[] } {
    const { open, id, text, signature } = growing;
    switch (open.kind) {
      case 'text':
        return this.#closeText(growing);
      case 'tool_call': {
        const input = text === '' ? '{}' : text;
        const done = { ...this.#at(), name: open.name, arguments: input };
        const delta = text === '' ? this.#grow(input, 'response.function_call_arguments.delta', {}) : [];
        const frames = [...delta, this.#event('response.function_call_arguments.done', done, 'tail')];
        return { item: callItem(id, open, input, 'completed'), frames };
      }
      case 'thinking': {
        const part = { kind: 'thinking', text, ...(signature === '' ? {} : { signature }) } as const;
        return { item: reasoningItem(id, part), frames: text === '' ? [] : this.#closeSummary(text) };
      }
      case 'block':
        return {
          item: reasoningItem(id, { kind: 'redacted_thinking', data: stringOf(open.block['data']) ?? '' }),
          frames: [],
        };
    }
  }

  #closeText({ id, text, citations }: Growing): { item: JsonRecord; frames: ClientFrame[] } {
    const annotations = flatAnnotations(citations, text.length, this.#losses);
    const at = { ...this.#at(), content_index: 0 };
    const part = outputText(text, annotations);
    const frames = annotations.map((annotation, index) =>
      this.#event('response.output_text.annotation.added', { ...at, annotation_index: index, annotation }, 'tail'),
    );
    frames.push(this.#event('response.output_text.done', { ...at, text, logprobs: [] }, 'tail'));
    frames.push(this.#event('response.content_part.done', { ...at, part }, 'tail'));
    return { item: messageItem(id, [part], 'completed'), frames };
  }

  #closeSummary(text: string): ClientFrame[] {
    const at = { ...this.#at(), summary_index: 0 };
    const [part] = summaryOf(text);
    return [
      this.#event('response.reasoning_summary_text.done', { ...at, text }, 'tail'),
      this.#event('response.reasoning_summary_part.done', { ...at, part }, 'tail'),
    ];
  }

  #end(): ClientFrame[] {
    const { stop = null, usage = null } = this.#finish ?? {};
    const incomplete = incompleteReason(stop, this.#losses);
    const status = incomplete === null ? 'completed' : 'incomplete';
    const response = responseObject(this.#head, this.#echo, { status, incomplete, output: this.#output, usage });
    return [this.#event(`response.${status}`, { response }, 'terminal')];
  }

  #error(type: string, message: string): ClientFrame {
    const failed = { code: chatErrorType(type), message, param: null };
    return { ...this.#event('error', failed, 'error'), message };
  }
}
