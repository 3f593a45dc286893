// Reads what an answer says while its bytes pass: text, tool calls, and why it stopped. For those few calls whose answer
// is checked before anybody gets it; all others are read by their tap alone, which keeps no text. Memory is bounded: what
// exceeds the bound is not read, and `whole` says so.
import type { DialectId } from '@weighbridge/protocol';
import { isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from './json-value.ts';
import type { SseEvent } from './types.ts';

export interface SaidAnswer {
  /** Of the first choice; thinking is no part of it. */
  readonly text: string;
  /** Names of the tools that it calls. */
  readonly tools: readonly string[];
  /** `end`: it was finished; `length`: a ceiling cut it; `tool`: it waits for a tool. */
  readonly stop: 'end' | 'length' | 'tool' | 'refusal' | 'other';
  /** False when it was longer than what is read. */
  readonly whole: boolean;
}

export interface AnswerReader {
  event(event: SseEvent): void;
  whole(body: Buffer): void;
  said(): SaidAnswer;
}

/** `most`: characters of text that are kept. */
export const createAnswerReader = (dialect: DialectId, most: number): AnswerReader =>
  new Reader(GRAMMARS[dialect], most);

interface Sink {
  text(piece: string | undefined): void;
  tool(name: string | undefined): void;
  stop(reason: string | undefined): void;
}

interface Grammar {
  event(payload: JsonRecord, sink: Sink): void;
  whole(body: JsonRecord, sink: Sink): void;
}

class Reader implements AnswerReader, Sink {
  readonly #grammar: Grammar;
  readonly #most: number;
  #text = '';
  #tools: string[] = [];
  #stop: SaidAnswer['stop'] = 'other';
  #whole = true;

  constructor(grammar: Grammar, most: number) {
    this.#grammar = grammar;
    this.#most = most;
  }

  event({ data }: SseEvent): void {
    const payload = parseRecord(data);
    if (payload !== undefined) this.#grammar.event(payload, this);
  }

  whole(body: Buffer): void {
    const parsed = parseRecord(body.toString('utf8'));
    if (parsed !== undefined) this.#grammar.whole(parsed, this);
  }

  said(): SaidAnswer {
    return { text: this.#text, tools: this.#tools, stop: this.#stop, whole: this.#whole };
  }

  text(piece: string | undefined): void {
    if (piece === undefined) return;
    if (this.#text.length + piece.length > this.#most) this.#whole = false;
    else this.#text += piece;
  }

  tool(name: string | undefined): void {
    if (name === undefined || name === '') return;
    if (this.#tools.length < TOOLS_MOST) this.#tools.push(name);
    else this.#whole = false;
  }

  stop(reason: string | undefined): void {
    if (reason !== undefined) this.#stop = STOPS[reason] ?? 'other';
  }
}

const TOOLS_MOST = 1_000;

const STOPS: Readonly<Record<string, SaidAnswer['stop']>> = {
  end_turn: 'end',
  stop_sequence: 'end',
  stop: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  length: 'length',
  tool_use: 'tool',
  tool_calls: 'tool',
  function_call: 'tool',
  max_output_tokens: 'length',
  completed: 'end',
  refusal: 'refusal',
  content_filter: 'refusal',
  content_filtered: 'refusal',
  guardrail_intervened: 'refusal',
};

const ANTHROPIC: Grammar = {
  event(payload, sink) {
    const delta = recordOf(payload['delta']) ?? {};
    const block = recordOf(payload['content_block']);
    if (block !== undefined) anthropicBlock(block, sink);
    if (delta['type'] === 'text_delta') sink.text(stringOf(delta['text']));
    sink.stop(stringOf(delta['stop_reason']));
  },
  whole(body, sink) {
    for (const block of listOf(body['content']) ?? []) if (isRecord(block)) anthropicBlock(block, sink);
    sink.stop(stringOf(body['stop_reason']));
  },
};

function anthropicBlock(block: JsonRecord, sink: Sink): void {
  if (block['type'] === 'text') sink.text(stringOf(block['text']));
  else if (block['type'] === 'tool_use') sink.tool(stringOf(block['name']));
}

const OPENAI: Grammar = {
  event: (payload, sink) => openaiChoice(payload, 'delta', sink),
  whole: (body, sink) => openaiChoice(body, 'message', sink),
};

/** A tool's name comes with the first piece of its call. */
function openaiChoice(payload: JsonRecord, member: 'delta' | 'message', sink: Sink): void {
  for (const choice of listOf(payload['choices']) ?? []) {
    if (!isRecord(choice) || (choice['index'] ?? 0) !== 0) continue;
    const said = recordOf(choice[member]) ?? {};
    sink.text(stringOf(said['content']));
    const refusal = stringOf(said['refusal']);
    for (const call of listOf(said['tool_calls']) ?? [])
      if (isRecord(call)) sink.tool(stringOf(recordOf(call['function'])?.['name']));
    sink.tool(stringOf(recordOf(said['function_call'])?.['name']));
    sink.stop(stringOf(choice['finish_reason']));
    if (refusal !== undefined && refusal !== '') sink.stop('refusal');
  }
}

/** Of OpenAI Responses: items and their pieces each have a type of their own, and an end says how the whole ended. */
const RESPONSES: Grammar = {
  event(payload, sink) {
    const type = stringOf(payload['type']) ?? '';
    if (type === 'response.output_text.delta') sink.text(stringOf(payload['delta']));
    else if (type === 'response.refusal.done') sink.stop('refusal');
    else if (type === 'response.output_item.done') responsesTool(recordOf(payload['item']) ?? {}, sink);
    else if (type === 'response.completed' || type === 'response.incomplete')
      responsesEnd(recordOf(payload['response']) ?? {}, sink);
  },
  whole(body, sink) {
    for (const item of listOf(body['output']) ?? []) {
      if (!isRecord(item)) continue;
      responsesTool(item, sink);
      for (const part of listOf(item['content']) ?? [])
        if (isRecord(part) && part['type'] === 'output_text') sink.text(stringOf(part['text']));
    }
    responsesEnd(body, sink);
  },
};

function responsesTool(item: JsonRecord, sink: Sink): void {
  if (item['type'] === 'function_call' || item['type'] === 'custom_tool_call') sink.tool(stringOf(item['name']));
}

function responsesEnd(body: JsonRecord, sink: Sink): void {
  sink.stop(stringOf(recordOf(body['incomplete_details'])?.['reason']) ?? stringOf(body['status']));
  for (const item of listOf(body['output']) ?? []) {
    const parts = isRecord(item) ? listOf(item['content']) : undefined;
    if (parts?.some((part) => isRecord(part) && part['type'] === 'refusal') === true) sink.stop('refusal');
  }
}

/** Of Converse: an event is told by its members. */
const CONVERSE: Grammar = {
  event(payload, sink) {
    sink.text(stringOf(recordOf(payload['delta'])?.['text']));
    sink.tool(stringOf(recordOf(recordOf(payload['start'])?.['toolUse'])?.['name']));
    sink.stop(stringOf(payload['stopReason']));
  },
  whole(body, sink) {
    for (const block of listOf(recordOf(recordOf(body['output'])?.['message'])?.['content']) ?? []) {
      if (!isRecord(block)) continue;
      sink.text(stringOf(block['text']));
      for (const one of listOf(recordOf(block['citationsContent'])?.['content']) ?? [])
        sink.text(stringOf(recordOf(one)?.['text']));
      sink.tool(stringOf(recordOf(block['toolUse'])?.['name']));
    }
    sink.stop(stringOf(body['stopReason']));
  },
};

const GRAMMARS: Readonly<Record<DialectId, Grammar>> = {
  'anthropic-messages': ANTHROPIC,
  'openai-chat': OPENAI,
  'openai-responses': RESPONSES,
  'bedrock-converse': CONVERSE,
};
