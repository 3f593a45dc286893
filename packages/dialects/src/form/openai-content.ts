// Parts of the form into Chat content parts. A lone text stays a string: many OpenAI-compatible servers take lists of
// parts only for media.
import type { JsonRecord } from '../json-value.ts';
import type { Losses } from '../capabilities.ts';
import type { DocumentPart, MediaSource, Part } from './form.ts';

/** A string when that says it all, else the list of parts. */
export function writeContent(parts: readonly Part[], losses: Losses): string | JsonRecord[] {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.kind === 'text') {
    reportText(only, losses);
    return only.text;
  }
  const written = writeParts(parts, losses);
  return written.length === 0 ? '' : written;
}

export const writeParts = (parts: readonly Part[], losses: Losses): JsonRecord[] =>
  parts.flatMap((part) => writePart(part, losses));

function writePart(part: Part, losses: Losses): JsonRecord[] {
  if ('cache' in part && part.cache !== undefined) losses.add('cache_control');
  switch (part.kind) {
    case 'image':
      return writeImage(part.source, part.detail, losses);
    case 'document':
      return writeDocument(part, losses);
    case 'thinking':
    case 'redacted_thinking':
      losses.add('thinking_blocks');
      return [];
    case 'foreign':
      reportForeign(part.block, losses);
      return [];
    case 'refusal':
      return [{ type: 'refusal', refusal: part.text }];
    case 'audio':
    case 'tool_call':
    case 'tool_result':
      return [];
    case 'text':
    case 'search_result':
      return [{ type: 'text', text: plainText(part, losses) }];
  }
}

/** A container upload is a file by id; any other foreign block belongs to a server-run tool. */
export const reportForeign = (block: JsonRecord, losses: Losses): void =>
  losses.add(block['type'] === 'container_upload' ? 'file_ids' : 'provider_blocks');

function reportText(part: Extract<Part, { kind: 'text' }>, losses: Losses): void {
  if (part.cache !== undefined) losses.add('cache_control');
  if (part.citations !== undefined) losses.add('citations');
}

/** The words of a part that holds some. */
export function plainText(part: Part, losses: Losses): string {
  switch (part.kind) {
    case 'text':
      reportText(part, losses);
      return part.text;
    case 'search_result':
      losses.add('search_results');
      if (part.cite === true) losses.add('citations');
      if (part.cache !== undefined) losses.add('cache_control');
      return [`${part.title} (${part.source})`, ...part.parts.map((inner) => plainText(inner, losses))].join('\n');
    case 'document':
      return documentText(part, losses);
    case 'foreign':
      reportForeign(part.block, losses);
      return '';
    default:
      return '';
  }
}

function documentText(part: DocumentPart, losses: Losses): string {
  losses.add('document_text');
  const body =
    part.source.from === 'text'
      ? part.source.text
      : part.source.from === 'parts'
        ? part.source.parts.map((inner) => plainText(inner, losses)).join('\n')
        : '';
  return part.title === undefined ? body : `${part.title}\n${body}`;
}

const urlOf = (source: Exclude<MediaSource, { from: 'file' }>): string =>
  source.from === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;

function writeImage(source: MediaSource, detail: string | undefined, losses: Losses): JsonRecord[] {
  if (source.from === 'file') {
    losses.add('file_ids');
    return [];
  }
  return [{ type: 'image_url', image_url: { url: urlOf(source), ...(detail === undefined ? {} : { detail }) } }];
}

function writeDocument(part: DocumentPart, losses: Losses): JsonRecord[] {
  if (part.cite === true) losses.add('citations');
  const before: JsonRecord[] = [];
  if (part.context !== undefined) {
    losses.add('document_context');
    before.push({ type: 'text', text: part.context });
  }
  const source = part.source;
  switch (source.from) {
    case 'file':
      losses.add('file_ids');
      return before;
    case 'url':
      losses.add('document_url');
      return before;
    case 'data':
      return [...before, { type: 'file', file: { filename: part.title ?? 'document.pdf', file_data: urlOf(source) } }];
    default:
      return [...before, { type: 'text', text: documentText(part, losses) }, ...innerMedia(part, losses)];
  }
}

/** Images inside a document made of parts. */
function innerMedia(part: DocumentPart, losses: Losses): JsonRecord[] {
  if (part.source.from !== 'parts') return [];
  return writeParts(
    part.source.parts.filter((inner) => inner.kind === 'image'),
    losses,
  );
}
