// A whole chat completion to and from the form. What Chat has no field for goes along in extension members (README):
// `reasoning_content`, `thinking_blocks`, `provider_content`, `native_finish_reason`.
import { AppError } from '@weighbridge/kernel';
import type { Losses } from '../capabilities.ts';
import { countOf, isRecord, listOf, recordOf, stringOf, hasUnknown, type JsonRecord } from '../json-value.ts';
import { readBlock } from './anthropic-parts.ts';
import { annotationsOf, citationsOf } from './citations.ts';
import type { FormAnswer, Part } from './form.ts';
import { chatStop, refusalStop, stopOfChat } from './stop-reasons.ts';
import { chatTier, chatUsage, hidesCounts, usageOfChat } from './usage-fields.ts';

// --- form → chat completion

/** `created`: seconds since the epoch, for a source that does not say. */
export function writeOpenaiAnswer(answer: FormAnswer, created: number): JsonRecord {
  return {
    id: answer.id,
    object: 'chat.completion',
    created: answer.created ?? created,
    model: answer.model,
    choices: [{ index: 0, message: writeMessage(answer), logprobs: null, ...chatStop(answer.stop) }],
    ...(answer.usage === null ? {} : { usage: chatUsage(answer.usage) }),
    ...chatTier(answer.usage),
  };
}

function writeMessage(answer: FormAnswer): JsonRecord {
  const calls: JsonRecord[] = [];
  const annotations: JsonRecord[] = [];
  const thinking: JsonRecord[] = [];
  let text: string | null = null;
  let reasoning = '';
  for (const part of answer.parts) {
    if (part.kind === 'text') {
      const start = text?.length ?? 0;
      text = (text ?? '') + part.text;
      annotations.push(...annotationsOf(part.citations ?? [], start, text.length));
    } else if (part.kind === 'tool_call') calls.push(callOf(part));
    else if (part.kind === 'thinking') {
      reasoning += part.text;
      thinking.push({ type: 'thinking', thinking: part.text, signature: part.signature ?? '' });
    } else if (part.kind === 'redacted_thinking') thinking.push({ type: 'redacted_thinking', data: part.data });
  }
  return {
    role: 'assistant',
    content: text,
    refusal: refusalText(answer.stop?.reason, answer.stop?.details),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(thinking.length === 0 ? {} : { thinking_blocks: thinking }),
    ...(answer.blocks === undefined || saysItAll(answer.parts) ? {} : providerContent(answer.blocks)),
  };
}

const callOf = (part: Extract<Part, { kind: 'tool_call' }>): JsonRecord => ({
  id: part.id,
  type: 'function',
  function: { name: part.name, arguments: part.input },
});

export const providerContent = (blocks: readonly JsonRecord[]): JsonRecord => ({
  provider_content: { dialect: 'anthropic-messages', blocks },
});

/** The explanation Anthropic gave, if it refused and gave one. */
export function refusalText(reason: string | undefined, details: JsonRecord | undefined): string | null {
  return reason === 'refusal' ? (stringOf(details?.['explanation']) ?? null) : null;
}

/**
 * Whether Chat's own fields, read back, give these very parts: thinking, then at most one text without citations, then
 * calls. Anything else (server tools, interleaved thinking, several texts) also goes along verbatim.
 */
export function saysItAll(
  parts: readonly { readonly kind: string; readonly citations?: readonly unknown[] }[],
): boolean {
  const order = ['thinking', 'redacted_thinking', 'text', 'tool_call'];
  let last = 0;
  let texts = 0;
  for (const part of parts) {
    const rank = order.indexOf(part.kind);
    if (rank === -1 || (part.citations?.length ?? 0) > 0) return false;
    if (part.kind === 'text') texts += 1;
    const level = rank <= 1 ? 0 : rank;
    if (level < last) return false;
    last = level;
  }
  return texts <= 1;
}

// --- chat completion → form

const MEMBERS = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'system_fingerprint',
  'provider',
]);
/** Members of a choice, whole or streamed. */
export const CHOICE_MEMBERS: ReadonlySet<string> = new Set([
  'index',
  'message',
  'delta',
  'logprobs',
  'finish_reason',
  'native_finish_reason',
  'stop_sequence',
  'stop_details',
]);
/** Members of a message, and of a delta. */
export const MESSAGE_MEMBERS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'refusal',
  'annotations',
  'audio',
  'function_call',
  'tool_calls',
  'reasoning_content',
  'reasoning',
  'thinking_blocks',
  'provider_content',
]);

/** Throws `TRANSLATION_FAILED` when the body is not a chat completion. */
export function readOpenaiAnswer(body: JsonRecord, losses: Losses): FormAnswer {
  const choices = listOf(body['choices']) ?? [];
  const choice = recordOf(choices[0]);
  const message = recordOf(choice?.['message']);
  if (choice === undefined || message === undefined) {
    throw new AppError(
      'TRANSLATION_FAILED',
      'the upstream answer is not a chat completion: it has no choice with a message',
    );
  }
  reportAnswer(body, choice, message, losses);
  const usage = recordOf(body['usage']);
  const refusal = isNativeRefusal(choice) ? '' : (stringOf(message['refusal']) ?? '');
  const parts = readMessage(message, refusal, losses);
  const called = parts.some((part) => part.kind === 'tool_call');
  const stop = refusal === '' ? stopOfChat(choice, called) : refusalStop(refusal);
  const whole = wholeBlocks(message);
  return {
    id: stringOf(body['id']) ?? '',
    model: stringOf(body['model']) ?? '',
    created: countOf(body['created']) ?? null,
    parts:
      whole === undefined
        ? parts
        : whole.map((block, index) => readBlock(block, `provider_content.blocks[${index}]`, () => undefined)),
    ...(whole === undefined ? {} : { blocks: whole }),
    stop,
    usage: usage === undefined ? null : usageOfChat(usage, stringOf(body['service_tier'])),
  };
}

function reportAnswer(body: JsonRecord, choice: JsonRecord, message: JsonRecord, losses: Losses): void {
  if ((listOf(body['choices']) ?? []).length > 1) losses.add('answer_choices');
  if (isRecord(choice['logprobs'])) losses.add('answer_logprobs');
  if (isRecord(message['audio'])) losses.add('answer_audio');
  if (typeof body['system_fingerprint'] === 'string') losses.add('answer_fingerprint');
  if (hidesCounts(recordOf(body['usage']) ?? {})) losses.add('answer_usage');
  if (hasUnknown(body, MEMBERS) || hasUnknown(choice, CHOICE_MEMBERS) || hasUnknown(message, MESSAGE_MEMBERS)) {
    losses.add('answer_unknown_fields');
  }
}

function wholeBlocks(message: JsonRecord): readonly JsonRecord[] | undefined {
  const provider = recordOf(message['provider_content']);
  return provider?.['dialect'] === 'anthropic-messages'
    ? (listOf(provider['blocks']) ?? []).filter(isRecord)
    : undefined;
}

/** Text of `content`. Some servers answer with a list of parts; parts that are no text are reported. */
export function contentText(content: unknown, losses: Losses): string {
  const parts = listOf(content);
  if (parts === undefined) return stringOf(content) ?? '';
  const texts = parts.map((part) => stringOf(recordOf(part)?.['text']));
  if (texts.includes(undefined)) losses.add('answer_unknown_fields');
  return texts.join('');
}

/** A refusal that came from Anthropic: its explanation stands in `stop_details`, and was never text of the answer. */
export const isNativeRefusal = (choice: JsonRecord): boolean => choice['native_finish_reason'] === 'refusal';

function readMessage(message: JsonRecord, refusal: string, losses: Losses): Part[] {
  const parts: Part[] = readThinking(message, losses);
  const text = contentText(message['content'], losses);
  const citations = citationsOf(message['annotations'], text);
  if (citations.length > 0) losses.beyond('answer_citations');
  if (text !== '') parts.push({ kind: 'text', text, ...(citations.length === 0 ? {} : { citations }) });
  if (refusal !== '') {
    losses.add('answer_refusal');
    parts.push({ kind: 'text', text: refusal });
  }
  for (const [index, call] of (listOf(message['tool_calls']) ?? []).entries()) {
    const record = recordOf(call) ?? {};
    const named = recordOf(record['function']) ?? {};
    parts.push({
      kind: 'tool_call',
      id: stringOf(record['id']) ?? `call_${index}`,
      name: stringOf(named['name']) ?? '',
      input: stringOf(named['arguments']) ?? '',
    });
  }
  return parts;
}

function readThinking(message: JsonRecord, losses: Losses): Part[] {
  const blocks = (listOf(message['thinking_blocks']) ?? []).filter(isRecord);
  if (blocks.length > 0)
    return blocks.map((block, index) => readBlock(block, `thinking_blocks[${index}]`, () => undefined));
  const reasoning = stringOf(message['reasoning_content']) ?? stringOf(message['reasoning']) ?? '';
  if (reasoning === '') return [];
  losses.add('answer_thinking');
  return [{ kind: 'thinking', text: reasoning }];
}
