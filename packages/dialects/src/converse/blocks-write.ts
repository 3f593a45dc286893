// Parts of the form as content of Amazon's Converse. Media go as bytes: the service fetches nothing from an address. A
// cache mark becomes a cache point after its block, for the models that have them.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
import type { Losses } from '../capabilities.ts';
import { safeToolId, toolInput } from '../form/anthropic-blocks.ts';
import type { DocumentPart, ImagePart, Part, ToolResultPart } from '../form/form.ts';
import { reportForeign } from '../form/openai-content.ts';
import { stringOf, type JsonRecord } from '../json-value.ts';

export interface BlockWriting {
  readonly losses: Losses;
  /** The model has cache points. */
  readonly caches: boolean;
  /** Documents so far: each needs a name of its own. */
  documents: number;
}

/** Blocks of one turn. Empty text is left out where something else stands beside it: the service refuses it. */
export function writeConverseBlocks(parts: readonly Part[], writing: BlockWriting): JsonRecord[] {
  return parts.flatMap((part) => {
    if (part.kind === 'text' && part.text === '' && parts.length > 1) return [];
    const block = blockOf(part, writing);
    if (block === undefined) return [];
    return [block, ...('cache' in part ? cachePoint(part.cache, writing) : [])];
  });
}

export function cachePoint(cache: JsonRecord | undefined, { losses, caches }: BlockWriting): JsonRecord[] {
  if (cache === undefined) return [];
  losses.add('cache_control');
  if (!caches) return [];
  const ttl = stringOf(cache['ttl']);
  return [{ cachePoint: { type: 'default', ...(ttl === undefined ? {} : { ttl }) } }];
}

function blockOf(part: Part, writing: BlockWriting): JsonRecord | undefined {
  const { losses } = writing;
  switch (part.kind) {
    case 'text':
      if (part.citations !== undefined) losses.add('citations');
      return { text: part.text };
    case 'image':
      return image(part, losses);
    case 'document':
      return document(part, writing);
    case 'search_result':
      return {
        searchResult: {
          source: part.source,
          title: part.title,
          content: part.parts.flatMap((one) => (one.kind === 'text' ? [{ text: one.text }] : [])),
          ...(part.cite === true ? { citations: { enabled: true } } : {}),
        },
      };
    case 'tool_call': {
      const input = toolInput(part.input, () => losses.add('tool_arguments'));
      return { toolUse: { toolUseId: safeToolId(part.id), name: part.name, input } };
    }
    case 'tool_result':
      return toolResult(part, writing);
    case 'thinking': {
      const signature = part.signature === undefined ? {} : { signature: part.signature };
      return { reasoningContent: { reasoningText: { text: part.text, ...signature } } };
    }
    case 'redacted_thinking':
      return { reasoningContent: { redactedContent: Buffer.from(part.data).toString('base64') } };
    case 'refusal':
      losses.add('refusal_history');
      return { text: part.text };
    case 'audio':
      losses.add('audio_input');
      return undefined;
    case 'foreign':
      reportForeign(part.block, losses);
      return undefined;
  }
}

function toolResult(part: ToolResultPart, writing: BlockWriting): JsonRecord {
  // Marks within a result have no place; the result's own has.
  const content = writeConverseBlocks(part.parts, writing).filter((block) => !Object.hasOwn(block, 'cachePoint'));
  return {
    toolResult: {
      toolUseId: safeToolId(part.callId),
      content,
      ...(part.isError ? { status: 'error' } : {}),
    },
  };
}

const IMAGE_FORMATS: Readonly<Record<string, string>> = {
  'image/gif': 'gif',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
};

function image({ source, detail }: ImagePart, losses: Losses): JsonRecord | undefined {
  if (detail !== undefined && detail !== 'auto') losses.add('image_detail');
  const format = source.from === 'data' ? IMAGE_FORMATS[source.mediaType.toLowerCase()] : undefined;
  if (source.from === 'data' && format !== undefined) return { image: { format, source: { bytes: source.data } } };
  losses.add(source.from === 'file' ? 'file_ids' : 'image_url');
  return undefined;
}

const DOCUMENT_FORMATS: Readonly<Record<string, string>> = {
  'application/msword': 'doc',
  'application/pdf': 'pdf',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'text/plain': 'txt',
};

function document(part: DocumentPart, writing: BlockWriting): JsonRecord | undefined {
  const { losses } = writing;
  const { source } = part;
  if (source.from === 'file' || source.from === 'url') {
    losses.add(source.from === 'file' ? 'file_ids' : 'document_url');
    return undefined;
  }
  writing.documents += 1;
  const rest = {
    name: nameOf(part.title, writing.documents),
    ...(part.context === undefined ? {} : { context: part.context }),
    ...(part.cite === true ? { citations: { enabled: true } } : {}),
  };
  if (source.from === 'text') {
    const bytes = Buffer.from(source.text).toString('base64');
    return { document: { format: 'txt', source: { bytes }, ...rest } };
  }
  if (source.from === 'parts') {
    const content = source.parts.flatMap((one) => (one.kind === 'text' ? [{ text: one.text }] : []));
    if (content.length < source.parts.length) losses.add('document_formats');
    return { document: { source: { content }, ...rest } };
  }
  const format = DOCUMENT_FORMATS[source.mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''];
  if (format !== undefined) return { document: { format, source: { bytes: source.data }, ...rest } };
  losses.add('document_formats');
  return undefined;
}

/** The service takes letters, digits, single spaces, hyphens and brackets, and no name twice. */
function nameOf(title: string | undefined, number: number): string {
  const plain = (title ?? '')
    .replace(/[^A-Za-z0-9\-()[\]]+/g, ' ')
    .trim()
    .slice(0, 180);
  return plain === '' ? `document ${number}` : number === 1 ? plain : `${plain} (${number})`;
}
