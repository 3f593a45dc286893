// A Responses stream as steps of the form. Items arrive one after another as a rule; an event of a later item that comes
// while an earlier one is still open waits for it, since a step speaks of the part that is open.
import type { Losses } from '../capabilities.ts';
import { countOf, isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { SseEvent } from '../types.ts';
import type { OpenPart, Step } from './form.ts';
import { callIdOf, citationsOfFlat, reportResponse, stopOfResponse, thinkingOf } from './responses-answer.ts';
import { usageOfResponses } from './usage-fields.ts';

/** Events that may wait for an earlier item. */
const WAITING_MOST = 10_000;

export class ResponsesStreamReader {
  readonly #losses: Losses;
  #started = false;
  #ended = false;
  #refusal = '';
  #called = false;
  /** Index of the item whose events are handed on; those of later items wait in order. */
  #current = -1;
  readonly #waiting: { readonly index: number; readonly payload: JsonRecord }[] = [];
  #open: OpenPart['kind'] | undefined;
  /** Text of the open part, for citations; and whether anything of a call or of thinking has been handed on. */
  #text = '';
  #grown = false;

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  read(event: SseEvent): Step[] {
    const data = event.data;
    if (this.#ended) return [];
    if (data === '') return [{ step: 'ping' }];
    if (data.trim() === '[DONE]') return [];
    const payload = parseRecord(data);
    if (payload === undefined) return this.#failed('api_error', 'the upstream sent an event that is not JSON');
    return this.#payload(payload, stringOf(payload['type']) ?? event.event);
  }

  /** A Responses stream is over with its last response alone. */
  end(): Step[] {
    return [];
  }

  #failed(type: string, message: string): Step[] {
    this.#ended = true;
    return [{ step: 'error', type, message }];
  }

  #payload(payload: JsonRecord, type: string): Step[] {
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        return this.#start(recordOf(payload['response']) ?? {});
      case 'response.completed':
      case 'response.incomplete':
        return this.#done(recordOf(payload['response']) ?? {});
      case 'response.failed':
        return this.#reported(recordOf(recordOf(payload['response'])?.['error']) ?? {});
      case 'error':
        return this.#reported(recordOf(payload['error']) ?? payload);
      case 'keepalive':
        return [{ step: 'ping' }];
      default:
        return this.#ofItem(payload, type);
    }
  }

  #reported(error: JsonRecord): Step[] {
    const code = stringOf(error['code']);
    const type = stringOf(error['type']);
    const message = stringOf(error['message']) ?? 'the upstream failed';
    return this.#failed((type === 'error' ? undefined : type) ?? code ?? 'server_error', message);
  }

  #start(response: JsonRecord): Step[] {
    if (this.#started) return [];
    this.#started = true;
    reportResponse(response, this.#losses);
    return [
      {
        step: 'start',
        id: stringOf(response['id']) ?? '',
        model: stringOf(response['model']) ?? '',
        created: countOf(response['created_at']) ?? null,
        usage: null,
      },
    ];
  }

  #ofItem(payload: JsonRecord, type: string): Step[] {
    const index = countOf(payload['output_index']);
    if (index === undefined) {
      this.#losses.add('answer_unknown_fields');
      return [];
    }
    if (this.#current !== -1 && index !== this.#current) {
      this.#waiting.push({ index, payload });
      if (this.#waiting.length <= WAITING_MOST) return [];
      return this.#failed('api_error', 'the upstream holds one item of its answer open while it sends others');
    }
    const steps = this.#started ? [] : this.#start({});
    this.#current = index;
    steps.push(...this.#step(payload, type));
    if (type !== 'response.output_item.done') return steps;
    this.#current = -1;
    return [...steps, ...this.#released()];
  }

  /** What waited for the item that is now closed: the next item's events, as far as they have come. */
  #released(): Step[] {
    const steps: Step[] = [];
    const waiting = this.#waiting.splice(0);
    for (const { payload } of waiting) steps.push(...this.#ofItem(payload, stringOf(payload['type']) ?? ''));
    return steps;
  }

  #step(payload: JsonRecord, type: string): Step[] {
    switch (type) {
      case 'response.output_item.added':
        return this.#added(recordOf(payload['item']) ?? {});
      case 'response.content_part.added':
        return this.#contentAdded(recordOf(payload['part']) ?? {});
      case 'response.output_text.delta':
        return this.#said(stringOf(payload['delta']) ?? '');
      case 'response.refusal.delta':
        return this.#refused(stringOf(payload['delta']) ?? '');
      case 'response.output_text.annotation.added':
        return this.#cited(payload['annotation']);
      case 'response.content_part.done':
        return this.#close();
      case 'response.reasoning_summary_part.added':
        return this.#grown ? [{ step: 'thinking', text: '\n\n' }] : [];
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return this.#grow('thinking', stringOf(payload['delta']) ?? '');
      case 'response.function_call_arguments.delta':
        return this.#grow('input', stringOf(payload['delta']) ?? '');
      case 'response.output_item.done':
        return this.#itemDone(recordOf(payload['item']) ?? {});
      default:
        // `…done` repeats what was said; steps of hosted tools are reported with their item.
        return [];
    }
  }

  #added(item: JsonRecord): Step[] {
    this.#grown = false;
    switch (item['type']) {
      case 'function_call':
        this.#called = true;
        return this.#opened({ kind: 'tool_call', id: callIdOf(item), name: stringOf(item['name']) ?? '' });
      case 'message':
      case 'reasoning':
        return [];
      default:
        this.#losses.add('answer_hosted_items');
        return [];
    }
  }

  #opened(part: OpenPart): Step[] {
    const closed = this.#close();
    this.#open = part.kind;
    this.#text = '';
    return [...closed, { step: 'open', part }];
  }

  #contentAdded(part: JsonRecord): Step[] {
    if (part['type'] !== 'output_text' && part['type'] !== 'refusal') return [];
    return this.#opened({ kind: 'text' });
  }

  #said(text: string): Step[] {
    if (text === '') return [];
    const opened = this.#open === 'text' ? [] : this.#opened({ kind: 'text' });
    this.#text += text;
    return [...opened, { step: 'text', text }];
  }

  #refused(text: string): Step[] {
    if (text === '') return [];
    this.#refusal += text;
    this.#losses.add('answer_refusal');
    return this.#said(text);
  }

  #cited(annotation: unknown): Step[] {
    const citations = citationsOfFlat([annotation], this.#text, this.#losses);
    return this.#open === 'text' ? citations.map((citation) => ({ step: 'citation', citation })) : [];
  }

  #grow(step: 'thinking' | 'input', text: string): Step[] {
    if (text === '') return [];
    this.#grown = true;
    if (step === 'input') return this.#open === 'tool_call' ? [{ step, json: text }] : [];
    const opened = this.#open === 'thinking' ? [] : this.#opened({ kind: 'thinking' });
    this.#losses.beyond('answer_thinking');
    return [...opened, { step, text }];
  }

  #itemDone(item: JsonRecord): Step[] {
    switch (item['type']) {
      case 'function_call': {
        const whole = stringOf(item['arguments']) ?? '';
        const late: Step[] = this.#grown || whole === '' ? [] : [{ step: 'input', json: whole }];
        return [...late, ...this.#close()];
      }
      case 'reasoning':
        return [...this.#reasoned(item), ...this.#close()];
      default:
        return this.#close();
    }
  }

  /** What of the reasoning the stream has not said: all of it where it was not streamed, and what gives it back. */
  #reasoned(item: JsonRecord): Step[] {
    const part = thinkingOf(item);
    if (part === undefined) return [];
    this.#losses.beyond('answer_thinking');
    if (part.kind === 'redacted_thinking')
      return this.#opened({ kind: 'block', block: { type: 'redacted_thinking', data: part.data } });
    if (part.kind !== 'thinking') return [];
    const opened = this.#open === 'thinking' ? [] : this.#opened({ kind: 'thinking' });
    const late: Step[] = this.#grown || part.text === '' ? [] : [{ step: 'thinking', text: part.text }];
    const signed: Step[] = part.signature === undefined ? [] : [{ step: 'signature', signature: part.signature }];
    return [...opened, ...late, ...signed];
  }

  #close(): Step[] {
    if (this.#open === undefined) return [];
    this.#open = undefined;
    return [{ step: 'close' }];
  }

  #done(response: JsonRecord): Step[] {
    // An item that was never closed ends with the answer; what waited for it is told all the same.
    const steps = this.#started ? this.#close() : this.#start(response);
    while (this.#waiting.length > 0) {
      this.#current = -1;
      steps.push(...this.#released(), ...this.#close());
    }
    this.#ended = true;
    reportResponse(response, this.#losses);
    if (hasLogprobs(response)) this.#losses.add('answer_logprobs');
    const usage = recordOf(response['usage']);
    const stop = stopOfResponse(response, { refusal: this.#refusal, called: this.#called });
    const counted = usage === undefined ? null : usageOfResponses(usage, stringOf(response['service_tier']));
    return [...steps, { step: 'finish', stop, usage: counted }, { step: 'end' }];
  }
}

const hasLogprobs = (response: JsonRecord): boolean =>
  (listOf(response['output']) ?? []).some((item) =>
    (listOf(recordOf(item)?.['content']) ?? []).some(
      (part) => isRecord(part) && (listOf(part['logprobs']) ?? []).length > 0,
    ),
  );
