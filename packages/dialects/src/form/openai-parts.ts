// Content parts of Chat Completions messages into parts of the form. Data URLs are taken apart, so that an image or a
// file is the same part whichever dialect it came from.
import { isRecord, listOf, recordOf, stringOf, hasUnknown, type JsonRecord } from '../json-value.ts';
import type { Losses } from '../capabilities.ts';
import type { MediaSource, Part } from './form.ts';
import { badField } from './source-error.ts';

const TEXT_MEMBERS = new Set(['type', 'text', 'cache_control', 'prompt_cache_breakpoint']);
const IMAGE_MEMBERS = new Set(['type', 'image_url', 'cache_control', 'prompt_cache_breakpoint']);
const FILE_MEMBERS = new Set(['type', 'file', 'cache_control', 'prompt_cache_breakpoint']);

const cacheOf = (from: JsonRecord): { cache?: JsonRecord } => {
  const cache = recordOf(from['cache_control']);
  return cache === undefined ? {} : { cache };
};

/** A message's `content`: a string, a list of parts, or nothing. `at` names the field for errors. */
export function readContent(content: unknown, at: string, losses: Losses): Part[] {
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
  if (recordOf(part['prompt_cache_breakpoint']) !== undefined) losses.add('prompt_cache_marks');
  switch (part['type']) {
    case 'text':
      if (hasUnknown(part, TEXT_MEMBERS)) losses.add('unknown_fields');
      return [{ kind: 'text', text: wanted(stringOf(part['text']), `${at}.text`, 'a string'), ...cacheOf(part) }];
    case 'image_url':
      if (hasUnknown(part, IMAGE_MEMBERS)) losses.add('unknown_fields');
      return [readImage(part, at)];
    case 'file':
      if (hasUnknown(part, FILE_MEMBERS)) losses.add('unknown_fields');
      return [readFile(part, at)];
    case 'input_audio':
      return [{ kind: 'audio' }];
    case 'refusal':
      return [{ kind: 'refusal', text: wanted(stringOf(part['refusal']), `${at}.refusal`, 'a string') }];
    default:
      losses.add('unknown_content');
      return [];
  }
}

function wanted<T>(value: T | undefined, at: string, what: string): T {
  if (value === undefined) throw badField(at, `must be ${what}`);
  return value;
}

function readImage(part: JsonRecord, at: string): Part {
  const image = recordOf(part['image_url']) ?? { url: part['image_url'] };
  const url = wanted(stringOf(image['url']), `${at}.image_url.url`, 'a URL or a data URL');
  const detail = stringOf(image['detail']);
  return {
    kind: 'image',
    source: sourceOf(url, `${at}.image_url.url`),
    ...(detail === undefined ? {} : { detail }),
    ...cacheOf(part),
  };
}

function readFile(part: JsonRecord, at: string): Part {
  const file = wanted(recordOf(part['file']), `${at}.file`, 'an object');
  const data = stringOf(file['file_data']);
  const id = stringOf(file['file_id']);
  const title = stringOf(file['filename']);
  if (data === undefined && id === undefined) throw badField(`${at}.file`, 'must have file_data or file_id');
  const source: MediaSource =
    data === undefined ? { from: 'file', id: id ?? '' } : fileSource(data, `${at}.file.file_data`);
  return { kind: 'document', source, ...(title === undefined ? {} : { title }), ...cacheOf(part) };
}

/** `file_data` is a data URL; some clients send bare base64, which is taken for a PDF as OpenAI does. */
export function fileSource(data: string, at: string): MediaSource {
  return data.startsWith('data:') ? sourceOf(data, at) : { from: 'data', mediaType: 'application/pdf', data };
}

export function sourceOf(url: string, at: string): MediaSource {
  if (!url.startsWith('data:')) return { from: 'url', url };
  const comma = url.indexOf(',');
  if (comma === -1) throw badField(at, 'is a data URL without a comma');
  const head = url.slice(5, comma);
  const mediaType = head.split(';')[0] ?? '';
  const body = url.slice(comma + 1);
  if (head.endsWith(';base64')) return { from: 'data', mediaType, data: body };
  return { from: 'data', mediaType, data: Buffer.from(decodePercent(body, at), 'latin1').toString('base64') };
}

/** Bytes of a percent-encoded data URL, as a latin-1 string. */
function decodePercent(text: string, at: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) throw badField(at, 'is a data URL with a broken percent escape');
  const utf8 = Buffer.from(text, 'utf8').toString('latin1');
  return utf8.replace(/%([0-9a-fA-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
