// A Chat stream as steps of the form. Chat has no marks for where a part begins or ends, so they are inferred; parallel
// calls may interleave, so a call is only streamed on while it is the first unfinished one, and the rest waits for it.
import {
  countOf,
  isRecord,
  listOf,
  parseRecord,
  recordOf,
  stringOf,
  hasUnknown,
  type JsonRecord,
} from '../json-value.ts';
import type { Losses } from '../capabilities.ts';
import type { SseEvent } from '../types.ts';
import { citationsOf } from './citations.ts';
import type { FormStop, OpenPart, Step } from './form.ts';
import { CHOICE_MEMBERS, contentText, isNativeRefusal, MESSAGE_MEMBERS } from './openai-answer.ts';
import { refusalStop, stopOfChat } from './stop-reasons.ts';
import { hidesCounts, usageOfChat } from './usage-fields.ts';

interface Call {
  readonly id: string;
  name: string;
  /** Input not yet handed on. */
  waiting: string;
  /** All input so far: tells whether the call is complete. */
  input: string;
}

export class OpenaiStreamReader {
  readonly #losses: Losses;
  readonly #callPrefix: string;
  #started = false;
  #ended = false;
  #open: OpenPart['kind'] | undefined;
  /** Calls by Chat's index, in order of appearance; the first of them is the open one. */
  #calls = new Map<number, Call>();
  #called = false;
  #refusal = '';
  #choice: JsonRecord = {};
  #finished = false;
  #usage: JsonRecord | undefined;
  #tier: string | undefined;

  /** `callPrefix`: for servers that give their calls no id. */
  constructor(losses: Losses, callPrefix: string) {
    this.#losses = losses;
    this.#callPrefix = callPrefix;
  }

  read(event: SseEvent): Step[] {
    const data = event.data;
    if (this.#ended) return [];
    if (data === '') return [{ step: 'ping' }];
    if (data.trim() === '[DONE]') return this.#done();
    const chunk = parseRecord(data);
    if (chunk === undefined) return this.#failed('the upstream sent an event that is not JSON');
    if (isRecord(chunk['error']) || typeof chunk['error'] === 'string') return this.#error(chunk['error']);
    return this.#chunk(chunk);
  }

  /** Servers that send no `[DONE]` end in order all the same, once they gave a finish reason. */
  end(): Step[] {
    return this.#ended || !this.#finished ? [] : this.#done();
  }

  #failed(message: string): Step[] {
    this.#ended = true;
    return [{ step: 'error', type: 'api_error', message }];
  }

  #error(reported: unknown): Step[] {
    this.#ended = true;
    const error = recordOf(reported) ?? {};
    const message = stringOf(error['message']) ?? stringOf(reported) ?? 'the upstream failed';
    return [{ step: 'error', type: stringOf(error['type']) ?? 'server_error', message }];
  }

  #chunk(chunk: JsonRecord): Step[] {
    const steps: Step[] = [];
    this.#tier = stringOf(chunk['service_tier']) ?? this.#tier;
    if (typeof chunk['system_fingerprint'] === 'string') this.#losses.add('answer_fingerprint');
    const usage = recordOf(chunk['usage']);
    if (usage !== undefined) {
      this.#usage = usage;
      if (hidesCounts(usage)) this.#losses.add('answer_usage');
    }
    const choices = (listOf(chunk['choices']) ?? []).filter(isRecord);
    if (choices.some((choice) => (countOf(choice['index']) ?? 0) > 0)) this.#losses.add('answer_choices');
    const choice = choices.find((one) => (countOf(one['index']) ?? 0) === 0);
    if (choice === undefined) return steps;
    if (!this.#started) {
      this.#started = true;
      steps.push({
        step: 'start',
        id: stringOf(chunk['id']) ?? '',
        model: stringOf(chunk['model']) ?? '',
        created: countOf(chunk['created']) ?? null,
        usage: null,
      });
    }
    if (isRecord(choice['logprobs'])) this.#losses.add('answer_logprobs');
    if (hasUnknown(choice, CHOICE_MEMBERS)) this.#losses.add('answer_unknown_fields');
    const delta = recordOf(choice['delta']) ?? {};
    steps.push(...this.#delta(isNativeRefusal(choice) ? { ...delta, refusal: null } : delta));
    if (typeof choice['finish_reason'] === 'string') {
      this.#finished = true;
      this.#choice = choice;
    }
    return steps;
  }

  #delta(delta: JsonRecord): Step[] {
    const steps: Step[] = [];
    if (hasUnknown(delta, MESSAGE_MEMBERS)) this.#losses.add('answer_unknown_fields');
    const reasoning = stringOf(delta['reasoning_content']) ?? stringOf(delta['reasoning']) ?? '';
    if (reasoning !== '') steps.push(...this.#part('thinking'), { step: 'thinking', text: reasoning });
    steps.push(...this.#signature(delta));
    const text = contentText(delta['content'], this.#losses);
    if (text !== '') steps.push(...this.#part('text'), { step: 'text', text });
    const refusal = stringOf(delta['refusal']) ?? '';
    if (refusal !== '') {
      this.#refusal += refusal;
      this.#losses.add('answer_refusal');
      steps.push(...this.#part('text'), { step: 'text', text: refusal });
    }
    if (isRecord(delta['audio'])) this.#losses.add('answer_audio');
    const citations = citationsOf(delta['annotations'], '');
    if (citations.length > 0) {
      this.#losses.beyond('answer_citations');
      steps.push(...this.#part('text'), ...citations.map((citation) => ({ step: 'citation', citation }) as const));
    }
    for (const call of listOf(delta['tool_calls']) ?? []) if (isRecord(call)) steps.push(...this.#call(call));
    return steps;
  }

  /** Our own extension, coming back through another gateway: the signature of the thinking that is open. */
  #signature(delta: JsonRecord): Step[] {
    const last = recordOf((listOf(delta['thinking_blocks']) ?? []).at(-1));
    const signature = stringOf(last?.['signature']) ?? '';
    return this.#open === 'thinking' && signature !== '' ? [{ step: 'signature', signature }] : [];
  }

  /** Opens text or thinking unless it is open; whatever else was open is finished first. */
  #part(kind: 'text' | 'thinking'): Step[] {
    if (this.#open === kind) return [];
    const steps = this.#closeAll();
    if (kind === 'thinking') this.#losses.add('answer_thinking');
    this.#open = kind;
    return [...steps, { step: 'open', part: { kind } }];
  }

  #call(delta: JsonRecord): Step[] {
    const index = countOf(delta['index']) ?? this.#calls.size;
    const named = recordOf(delta['function']) ?? {};
    const json = stringOf(named['arguments']) ?? '';
    const steps: Step[] = this.#open === 'text' || this.#open === 'thinking' ? this.#closeAll() : [];
    let call = this.#calls.get(index);
    if (call === undefined) {
      this.#called = true;
      steps.push(...this.#closeComplete());
      call = {
        id: stringOf(delta['id']) ?? `${this.#callPrefix}_${index}`,
        name: stringOf(named['name']) ?? '',
        waiting: '',
        input: '',
      };
      this.#calls.set(index, call);
      if (this.#open === undefined) steps.push(...this.#openCall(call));
    }
    call.input += json;
    const isFirst = this.#calls.values().next().value === call;
    if (!isFirst) call.waiting += json;
    else if (json !== '') steps.push({ step: 'input', json });
    return steps;
  }

  #openCall(call: Call): Step[] {
    this.#open = 'tool_call';
    const steps: Step[] = [{ step: 'open', part: { kind: 'tool_call', id: call.id, name: call.name } }];
    if (call.waiting !== '') steps.push({ step: 'input', json: call.waiting });
    call.waiting = '';
    return steps;
  }

  /** When a further call begins, those before it are mostly over, and their JSON says so. */
  #closeComplete(): Step[] {
    if (this.#calls.size !== 1) return [];
    const [entry] = this.#calls.entries();
    if (entry === undefined || parseRecord(entry[1].input) === undefined) return [];
    this.#calls.delete(entry[0]);
    this.#open = undefined;
    return [{ step: 'close' }];
  }

  #closeAll(): Step[] {
    const steps: Step[] = [];
    let first = true;
    for (const call of this.#calls.values()) {
      if (!first) steps.push(...this.#openCall(call));
      first = false;
      steps.push({ step: 'close' });
    }
    if (this.#calls.size === 0 && this.#open !== undefined) steps.push({ step: 'close' });
    this.#calls.clear();
    this.#open = undefined;
    return steps;
  }

  #done(): Step[] {
    this.#ended = true;
    const stop: FormStop | null =
      this.#refusal === '' ? stopOfChat(this.#choice, this.#called) : refusalStop(this.#refusal);
    if (stop === null)
      return [
        ...this.#closeAll(),
        { step: 'error', type: 'api_error', message: 'the upstream ended without a finish reason' },
      ];
    const usage = this.#usage === undefined ? null : usageOfChat(this.#usage, this.#tier);
    return [...this.#closeAll(), { step: 'finish', stop, usage }, { step: 'end' }];
  }
}
