// A whole Anthropic message to and from the form.
import { AppError } from '@weighbridge/kernel';
import type { Losses } from '../capabilities.ts';
import { isRecord, listOf, recordOf, stringOf, hasUnknown, type JsonRecord } from '../json-value.ts';
import { writeBlocks } from './anthropic-blocks.ts';
import { readBlock } from './anthropic-parts.ts';
import type { FormAnswer, FormStop } from './form.ts';
import { usageOrUnknown } from './usage-fields.ts';

const MEMBERS = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'stop_details',
  'usage',
  'container',
  'context_management',
  'amazon-bedrock-invocationMetrics',
]);

/** Throws `TRANSLATION_FAILED` when the body is not a message. */
export function readAnthropicAnswer(body: JsonRecord, losses: Losses): FormAnswer {
  const content = listOf(body['content']);
  if (content === undefined)
    throw new AppError('TRANSLATION_FAILED', 'the upstream answer is not an Anthropic message: it has no content');
  if (isRecord(body['container'])) losses.add('answer_container');
  if (hasUnknown(body, MEMBERS) || editedContext(body)) losses.add('answer_unknown_fields');
  const blocks = content.filter(isRecord);
  return {
    id: stringOf(body['id']) ?? '',
    model: stringOf(body['model']) ?? '',
    created: null,
    parts: blocks.map((block, index) => readBlock(block, `content[${index}]`, () => undefined)),
    blocks,
    stop: anthropicStop(body),
    usage: recordOf(body['usage']) ?? null,
  };
}

/** Context editing that did something; an empty list of edits says nothing. */
export function editedContext(from: JsonRecord): boolean {
  const edits = listOf(recordOf(from['context_management'])?.['applied_edits']) ?? [];
  return edits.length > 0;
}

/** Stop fields as a message and a `message_delta` carry them. */
export function anthropicStop(from: JsonRecord): FormStop | null {
  const reason = stringOf(from['stop_reason']);
  if (reason === undefined) return null;
  const details = recordOf(from['stop_details']);
  return { reason, sequence: stringOf(from['stop_sequence']) ?? null, ...(details === undefined ? {} : { details }) };
}

export function writeAnthropicAnswer(answer: FormAnswer, losses: Losses): JsonRecord {
  const stop = answer.stop;
  return {
    id: answer.id,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: answer.blocks ?? writeBlocks(answer.parts, losses),
    stop_reason: stop?.reason ?? null,
    stop_sequence: stop?.sequence ?? null,
    ...(stop?.details === undefined ? {} : { stop_details: stop.details }),
    usage: usageOrUnknown(answer.usage),
  };
}
