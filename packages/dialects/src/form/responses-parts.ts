// Content parts of Responses messages and tool outputs into parts of the form, and back.
import type { Losses } from '../capabilities.ts';
import { hasUnknown, isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { DocumentSource, MediaSource, Part } from './form.ts';
import { plainText, reportForeign } from './openai-content.ts';
import { fileSource, sourceOf } from './openai-parts.ts';
import { badField } from './source-error.ts';

const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  input_text: new Set(['type', 'text', 'prompt_cache_breakpoint']),
  output_text: new Set(['type', 'text', 'annotations', 'logprobs']),
  text: new Set(['type', 'text']),
  refusal: new Set(['type', 'refusal']),
  input_image: new Set(['type', 'image_url', 'file_id', 'detail', 'prompt_cache_breakpoint']),
  input_file: new Set(['type', 'file_data', 'file_id', 'file_url', 'filename', 'detail', 'prompt_cache_breakpoint']),
};

/** `content` or `output`: a string or a list of parts. `at` names the field for errors. */
export function readResponsesContent(content: unknown, at: string, losses: Losses): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  const list = listOf(content);
  if (list === undefined) throw badField(at, 'must be a string or a list of parts');
  return list.flatMap((part, index) => {
    if (!isRecord(part)) throw badField(`${at}[${index}]`, 'must be an object');
    return readPart(part, `${at}[${index}]`, losses);
  });
}

function readPart(part: JsonRecord, at: string, losses: Losses): Part[] {
  const type = stringOf(part['type']) ?? '';
  const members = Object.hasOwn(MEMBERS, type) ? MEMBERS[type] : undefined;
  if (members === undefined) {
    losses.add(type === 'input_audio' ? 'audio_input' : 'unknown_content');
    return [];
  }
  if (hasUnknown(part, members)) losses.add('unknown_fields');
  if (recordOf(part['prompt_cache_breakpoint']) !== undefined) losses.add('prompt_cache_marks');
  if ((listOf(part['annotations']) ?? []).length > 0) losses.add('citations');
  switch (type) {
    case 'refusal':
      return [{ kind: 'refusal', text: wanted(part['refusal'], `${at}.refusal`) }];
    case 'input_image':
      return [readImage(part, at)];
    case 'input_file':
      return [readFile(part, at)];
    default:
      return [{ kind: 'text', text: wanted(part['text'], `${at}.text`) }];
  }
}

function wanted(value: unknown, at: string): string {
  const text = stringOf(value);
  if (text === undefined) throw badField(at, 'must be a string');
  return text;
}

function readImage(part: JsonRecord, at: string): Part {
  const url = stringOf(part['image_url']);
  const id = stringOf(part['file_id']);
  if (url === undefined && id === undefined) throw badField(at, 'must have image_url or file_id');
  const source: MediaSource = url === undefined ? { from: 'file', id: id ?? '' } : sourceOf(url, `${at}.image_url`);
  const detail = stringOf(part['detail']);
  return { kind: 'image', source, ...(detail === undefined || detail === 'auto' ? {} : { detail }) };
}

function readFile(part: JsonRecord, at: string): Part {
  const title = stringOf(part['filename']);
  return { kind: 'document', source: readSource(part, at), ...(title === undefined ? {} : { title }) };
}

function readSource(part: JsonRecord, at: string): DocumentSource {
  const data = stringOf(part['file_data']);
  if (data !== undefined) return fileSource(data, `${at}.file_data`);
  const url = stringOf(part['file_url']);
  if (url !== undefined) return { from: 'url', url };
  const id = stringOf(part['file_id']);
  if (id === undefined) throw badField(at, 'must have file_data, file_url or file_id');
  return { from: 'file', id };
}

// --- form → Responses

/** What a user, a system or a tool says. */
export const writeInputParts = (parts: readonly Part[], losses: Losses): JsonRecord[] =>
  parts.flatMap((part) => writeInput(part, losses));

function writeInput(part: Part, losses: Losses): JsonRecord[] {
  switch (part.kind) {
    case 'image':
      if (part.cache !== undefined) losses.add('cache_control');
      return writeImage(part.source, part.detail, losses);
    case 'document':
      return writeDocument(part, losses);
    case 'text':
    case 'search_result':
      return [{ type: 'input_text', text: plainText(part, losses) }];
    case 'refusal':
      return [{ type: 'input_text', text: part.text }];
    case 'audio':
      losses.add('audio_input');
      return [];
    case 'foreign':
      reportForeign(part.block, losses);
      return [];
    case 'thinking':
    case 'redacted_thinking':
    case 'tool_call':
    case 'tool_result':
      return [];
  }
}

const urlOf = (source: Exclude<MediaSource, { from: 'file' }>): string =>
  source.from === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;

function writeImage(source: MediaSource, detail: string | undefined, losses: Losses): JsonRecord[] {
  if (source.from === 'file') {
    losses.add('file_ids');
    return [];
  }
  return [{ type: 'input_image', image_url: urlOf(source), detail: detail ?? 'auto' }];
}

function writeDocument(part: Extract<Part, { kind: 'document' }>, losses: Losses): JsonRecord[] {
  const { source, context, title } = part;
  if (part.cache !== undefined) losses.add('cache_control');
  if (part.cite === true) losses.add('citations');
  if (context !== undefined) losses.add('document_context');
  const before = context === undefined ? [] : [{ type: 'input_text', text: context }];
  switch (source.from) {
    case 'file':
      losses.add('file_ids');
      return before;
    case 'url':
      return [...before, { type: 'input_file', file_url: source.url }];
    case 'data':
      return [...before, { type: 'input_file', filename: title ?? 'document.pdf', file_data: urlOf(source) }];
    case 'text':
      return [...before, { type: 'input_text', text: plainText(part, losses) }];
    case 'parts': {
      const images = source.parts.filter((inner) => inner.kind === 'image');
      const text = { type: 'input_text', text: plainText(part, losses) };
      return [...before, text, ...writeInputParts(images, losses)];
    }
  }
}
