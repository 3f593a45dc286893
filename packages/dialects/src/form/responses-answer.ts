// A whole response to and from the form.
import { AppError } from '@weighbridge/kernel';
import type { Losses } from '../capabilities.ts';
import { countOf, hasUnknown, isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { FormAnswer, FormStop, Part } from './form.ts';
import { sealedItem, unsealedThinking } from './reasoning-seal.ts';
import { echoOf, incompleteReason, ItemIds, responseObject, writeOutput } from './responses-items-write.ts';
import { refusalStop } from './stop-reasons.ts';
import { usageOfResponses } from './usage-fields.ts';

// --- form → response

export interface ResponsesWriting {
  /** Seconds since the epoch, for a source that does not say. */
  readonly created: number;
  readonly requestId: string;
  /** The client's own request, whose fields a response repeats. */
  readonly request: JsonRecord;
}

export function writeResponsesAnswer(answer: FormAnswer, writing: ResponsesWriting, losses: Losses): JsonRecord {
  const incomplete = incompleteReason(answer.stop, losses);
  const { id, model, usage } = answer;
  const head = { id, model, created: answer.created ?? writing.created };
  const output = writeOutput(answer.parts, new ItemIds(writing.requestId), losses);
  const status = incomplete === null ? 'completed' : 'incomplete';
  return responseObject(head, echoOf(writing.request), { status, incomplete, output, usage });
}

// --- response → form

const MEMBERS = new Set([
  ...Object.keys(echoOf({})),
  'access_programs',
  'billing',
  'completed_at',
  'content_filters',
  'conversation',
  'created_at',
  'error',
  'frequency_penalty',
  'id',
  'image',
  'incomplete_details',
  'input_transformations',
  'model',
  'moderation',
  'object',
  'output',
  'output_text',
  'presence_penalty',
  'prompt',
  'prompt_cache_diagnostics',
  'prompt_cache_options',
  'prompt_cache_retention',
  'service_tier',
  'status',
  'tool_usage',
  'usage',
]);

/** Throws `TRANSLATION_FAILED` when the body is not a response. */
export function readResponsesAnswer(body: JsonRecord, losses: Losses): FormAnswer {
  const output = listOf(body['output']);
  if (output === undefined)
    throw new AppError('TRANSLATION_FAILED', 'the upstream answer is not a response: it has no output');
  reportResponse(body, losses);
  const gathered: Gathered = { parts: [], refusal: '', called: false };
  for (const item of output) if (isRecord(item)) readItem(item, gathered, losses);
  const usage = recordOf(body['usage']);
  return {
    id: stringOf(body['id']) ?? '',
    model: stringOf(body['model']) ?? '',
    created: countOf(body['created_at']) ?? null,
    parts: gathered.parts,
    stop: stopOfResponse(body, gathered),
    usage: usage === undefined ? null : usageOfResponses(usage, stringOf(body['service_tier'])),
  };
}

export function reportResponse(body: JsonRecord, losses: Losses): void {
  if (hasUnknown(body, MEMBERS)) losses.add('answer_unknown_fields');
}

interface Gathered {
  parts: Part[];
  refusal: string;
  called: boolean;
}

/** Why it stopped, in Anthropic's words. */
export function stopOfResponse(body: JsonRecord, { refusal, called }: Pick<Gathered, 'refusal' | 'called'>): FormStop {
  if (refusal !== '') return refusalStop(refusal);
  const reason = stringOf(recordOf(body['incomplete_details'])?.['reason']);
  if (reason === 'content_filter') return { reason: 'refusal', sequence: null };
  if (reason !== undefined || body['status'] === 'incomplete') return { reason: 'max_tokens', sequence: null };
  return { reason: called ? 'tool_use' : 'end_turn', sequence: null };
}

function readItem(item: JsonRecord, gathered: Gathered, losses: Losses): void {
  switch (item['type']) {
    case 'message':
      for (const part of listOf(item['content']) ?? []) if (isRecord(part)) readContent(part, gathered, losses);
      return;
    case 'function_call':
      gathered.called = true;
      gathered.parts.push({
        kind: 'tool_call',
        id: callIdOf(item),
        name: stringOf(item['name']) ?? '',
        input: stringOf(item['arguments']) ?? '',
      });
      return;
    case 'reasoning':
      return readReasoning(item, gathered, losses);
    default:
      losses.add('answer_hosted_items');
  }
}

export const callIdOf = (item: JsonRecord): string => stringOf(item['call_id']) ?? stringOf(item['id']) ?? '';

function readContent(part: JsonRecord, gathered: Gathered, losses: Losses): void {
  if ((listOf(part['logprobs']) ?? []).length > 0) losses.add('answer_logprobs');
  const refusal = stringOf(part['refusal']);
  if (refusal !== undefined && refusal !== '') {
    losses.add('answer_refusal');
    gathered.refusal += refusal;
    gathered.parts.push({ kind: 'text', text: refusal });
  }
  const text = stringOf(part['text']);
  if (text === undefined || text === '') return;
  const citations = citationsOfFlat(part['annotations'], text, losses);
  gathered.parts.push({ kind: 'text', text, ...(citations.length === 0 ? {} : { citations }) });
}

/** Flat URL annotations as web citations; those of files point at what only the seller has. */
export function citationsOfFlat(annotations: unknown, text: string, losses: Losses): JsonRecord[] {
  return (listOf(annotations) ?? []).flatMap((annotation) => {
    const cited = recordOf(annotation);
    const url = stringOf(cited?.['url']);
    losses.beyond('answer_citations');
    if (cited === undefined || url === undefined) return [];
    const start = countOf(cited['start_index']) ?? 0;
    const end = countOf(cited['end_index']) ?? text.length;
    const title = stringOf(cited['title']) ?? null;
    const words = text.slice(start, end);
    return [{ type: 'web_search_result_location', url, title, cited_text: words, encrypted_index: '' }];
  });
}

/** What was thought, as far as it is shown; undefined when nothing of it could be shown or given back. */
export function thinkingOf(item: JsonRecord): Part | undefined {
  const own = unsealedThinking(stringOf(item['encrypted_content']) ?? '');
  if (own !== undefined) return own;
  const shown = [...(listOf(item['summary']) ?? []), ...(listOf(item['content']) ?? [])];
  const text = shown.flatMap((part) => stringOf(recordOf(part)?.['text']) ?? []).join('\n\n');
  const signature = sealedItem(item);
  if (text === '' && signature === '') return undefined;
  return { kind: 'thinking', text, ...(signature === '' ? {} : { signature }) };
}

function readReasoning(item: JsonRecord, gathered: Gathered, losses: Losses): void {
  const part = thinkingOf(item);
  if (part === undefined) return;
  losses.beyond('answer_thinking');
  gathered.parts.push(part);
}
