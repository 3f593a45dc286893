// Parts of the form into Anthropic content blocks. Signatures, redacted data and foreign blocks go out byte for byte as
// they came in: Anthropic rejects thinking whose text or signature was touched.
import type { JsonRecord } from '../json-value.ts';
import type { Losses } from '../capabilities.ts';
import { parseExact } from './exact-json.ts';
import type { DocumentSource, MediaSource, Part } from './form.ts';

type Block = Record<string, unknown>;

/** Blocks of one turn. Empty text is left out where something else stands beside it: the API refuses it. */
export function writeBlocks(parts: readonly Part[], losses: Losses): Block[] {
  return parts.flatMap((part) => {
    if (part.kind === 'text' && part.text === '' && parts.length > 1) return [];
    const block = writeBlock(part, losses);
    return block === undefined ? [] : [block];
  });
}

function writeBlock(part: Part, losses: Losses): Block | undefined {
  switch (part.kind) {
    case 'text':
      return {
        type: 'text',
        text: part.text,
        ...(part.citations === undefined ? {} : { citations: part.citations }),
        ...cached(part.cache),
      };
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') losses.add('image_detail');
      return media('image', part.source, part.cache, losses);
    case 'document':
      return document(part, losses);
    case 'tool_call':
      return {
        type: 'tool_use',
        id: safeToolId(part.id),
        name: part.name,
        input: toolInput(part.input, () => losses.add('tool_arguments')),
        ...cached(part.cache),
      };
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: safeToolId(part.callId),
        content: resultContent(part.parts, losses),
        ...(part.isError ? { is_error: true } : {}),
        ...cached(part.cache),
      };
    case 'thinking':
      return { type: 'thinking', thinking: part.text, signature: part.signature ?? '' };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: part.data };
    case 'refusal':
      losses.add('refusal_history');
      return { type: 'text', text: part.text };
    case 'foreign':
      return { ...part.block };
    case 'audio':
      losses.add('audio_input');
      return undefined;
    case 'search_result':
      return {
        type: 'search_result',
        title: part.title,
        source: part.source,
        content: writeBlocks(part.parts, losses),
        ...(part.cite === true ? { citations: { enabled: true } } : {}),
        ...cached(part.cache),
      };
  }
}

const cached = (cache: JsonRecord | undefined): { cache_control?: JsonRecord } =>
  cache === undefined ? {} : { cache_control: cache };

function source(from: MediaSource): Block {
  if (from.from === 'data') return { type: 'base64', media_type: from.mediaType, data: from.data };
  return from.from === 'url' ? { type: 'url', url: from.url } : { type: 'file', file_id: from.id };
}

function media(
  type: 'image' | 'document',
  from: MediaSource,
  cache: JsonRecord | undefined,
  losses: Losses,
): Block | undefined {
  if (from.from === 'file') {
    losses.add('file_ids');
    return undefined;
  }
  return { type, source: source(from), ...cached(cache) };
}

function document(part: Extract<Part, { kind: 'document' }>, losses: Losses): Block | undefined {
  const from: DocumentSource = part.source;
  if (from.from === 'file') {
    losses.add('file_ids');
    return undefined;
  }
  return {
    type: 'document',
    source: documentSource(from, losses),
    ...(part.title === undefined ? {} : { title: part.title }),
    ...(part.context === undefined ? {} : { context: part.context }),
    ...(part.cite === true ? { citations: { enabled: true } } : {}),
    ...cached(part.cache),
  };
}

function documentSource(from: Exclude<DocumentSource, { from: 'file' }>, losses: Losses): Block {
  if (from.from === 'text') return { type: 'text', media_type: 'text/plain', data: from.text };
  if (from.from === 'parts') return { type: 'content', content: writeBlocks(from.parts, losses) };
  // A text file given as bytes is a text source here: base64 sources are PDFs only.
  if (from.from === 'data' && from.mediaType.startsWith('text/')) {
    return { type: 'text', media_type: 'text/plain', data: Buffer.from(from.data, 'base64').toString('utf8') };
  }
  return source(from);
}

/** A lone text stays the plain string that it was. */
function resultContent(parts: readonly Part[], losses: Losses): string | Block[] {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (parts.length === 0) return '';
  return only?.kind === 'text' && only.cache === undefined ? only.text : writeBlocks(parts, losses);
}

/**
 * Anthropic wants an object; OpenAI's models write text, which is empty for a call without arguments and may be cut off
 * by the token ceiling. What is no object goes along as Anthropic's own guide advises for broken tool input:
 * `{"INVALID_JSON": "…"}` (platform.claude.com/docs, fine-grained tool streaming).
 */
export function toolInput(text: string, broken: () => void): unknown {
  if (text.trim() === '') return {};
  try {
    const input = parseExact(text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Not JSON at all: the same answer as for JSON that is no object.
  }
  broken();
  return { INVALID_JSON: text };
}

/** Anthropic allows letters, digits, `_` and `-` in call ids; other characters become `_` and their hexadecimal code. */
export const safeToolId = (id: string): string =>
  id.replace(/[^a-zA-Z0-9_-]/g, (character) => `_${character.charCodeAt(0).toString(16)}`);
