// Anthropic content blocks into parts of the form, for requests and answers alike. A block whose type is not known here
// is kept verbatim: only Anthropic understands it, and only Anthropic will get it back.
import type { Losses } from '../capabilities.ts';
import { isRecord, listOf, recordOf, stringOf, hasUnknown, type JsonRecord } from '../json-value.ts';
import type { DocumentSource, MediaSource, Part } from './form.ts';
import { badField } from './source-error.ts';

const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  text: new Set(['type', 'text', 'citations', 'cache_control']),
  image: new Set(['type', 'source', 'cache_control']),
  document: new Set(['type', 'source', 'title', 'context', 'citations', 'cache_control']),
  search_result: new Set(['type', 'source', 'title', 'content', 'citations', 'cache_control']),
  tool_use: new Set(['type', 'id', 'name', 'input', 'caller', 'cache_control']),
  tool_result: new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']),
  thinking: new Set(['type', 'thinking', 'signature']),
  redacted_thinking: new Set(['type', 'data']),
};

const cacheOf = (block: JsonRecord): { cache?: JsonRecord } => {
  const cache = recordOf(block['cache_control']);
  return cache === undefined ? {} : { cache };
};

/** What to do about a member of a known block that is not known: a request reports it, an answer reports its own row. */
export type ReportUnknown = () => void;

/** `content` or `system`: a string or a list of blocks. `at` names the field for errors. */
export function readBlocks(content: unknown, at: string, unknown: ReportUnknown): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  const list = listOf(content);
  if (list === undefined) throw badField(at, 'must be a string or a list of blocks');
  return list.map((block, index) => {
    if (!isRecord(block)) throw badField(`${at}[${index}]`, 'must be an object');
    return readBlock(block, `${at}[${index}]`, unknown);
  });
}

export function readBlock(block: JsonRecord, at: string, unknown: ReportUnknown): Part {
  const type = stringOf(block['type']) ?? '';
  const members = Object.hasOwn(MEMBERS, type) ? MEMBERS[type] : undefined;
  if (members === undefined) return { kind: 'foreign', block };
  if (hasUnknown(block, members)) unknown();
  switch (type) {
    case 'text':
      return readText(block, at);
    case 'image':
      return { kind: 'image', source: mediaOf(recordOf(block['source']) ?? {}, `${at}.source`), ...cacheOf(block) };
    case 'document':
      return readDocument(block, at, unknown);
    case 'search_result':
      return readSearchResult(block, at, unknown);
    case 'tool_use':
      return readToolUse(block, at);
    case 'tool_result':
      return {
        kind: 'tool_result',
        callId: stringOf(block['tool_use_id']) ?? '',
        parts: readBlocks(block['content'], `${at}.content`, unknown),
        isError: block['is_error'] === true,
        ...cacheOf(block),
      };
    case 'thinking':
      return { kind: 'thinking', text: stringOf(block['thinking']) ?? '', ...signatureOf(block) };
    default:
      return { kind: 'redacted_thinking', data: stringOf(block['data']) ?? '' };
  }
}

function signatureOf(block: JsonRecord): { signature?: string } {
  const signature = stringOf(block['signature']);
  return signature === undefined || signature === '' ? {} : { signature };
}

function readText(block: JsonRecord, at: string): Part {
  const text = stringOf(block['text']);
  if (text === undefined) throw badField(`${at}.text`, 'must be a string');
  const citations = listOf(block['citations']);
  return {
    kind: 'text',
    text,
    ...(citations === undefined || citations.length === 0 ? {} : { citations }),
    ...cacheOf(block),
  };
}

/** A call made from inside a server-run tool (`caller`) belongs to that run; only Anthropic can carry on with it. */
function readToolUse(block: JsonRecord, at: string): Part {
  const caller = stringOf(recordOf(block['caller'])?.['type']) ?? 'direct';
  if (caller !== 'direct') return { kind: 'foreign', block };
  const id = stringOf(block['id']);
  const name = stringOf(block['name']);
  if (id === undefined || name === undefined) throw badField(at, 'must have an id and a name');
  return { kind: 'tool_call', id, name, input: JSON.stringify(block['input'] ?? {}), ...cacheOf(block) };
}

function mediaOf(source: JsonRecord, at: string): MediaSource {
  switch (source['type']) {
    case 'base64':
      return { from: 'data', mediaType: stringOf(source['media_type']) ?? '', data: stringOf(source['data']) ?? '' };
    case 'url':
      return { from: 'url', url: stringOf(source['url']) ?? '' };
    case 'file':
      return { from: 'file', id: stringOf(source['file_id']) ?? '' };
    default:
      throw badField(`${at}.type`, 'must be base64, url or file');
  }
}

function readDocument(block: JsonRecord, at: string, unknown: ReportUnknown): Part {
  const title = stringOf(block['title']);
  const context = stringOf(block['context']);
  const cite = recordOf(block['citations'])?.['enabled'] === true;
  return {
    kind: 'document',
    source: documentSource(recordOf(block['source']) ?? {}, `${at}.source`, unknown),
    ...(title === undefined ? {} : { title }),
    ...(context === undefined ? {} : { context }),
    ...(cite ? { cite } : {}),
    ...cacheOf(block),
  };
}

function documentSource(source: JsonRecord, at: string, unknown: ReportUnknown): DocumentSource {
  if (source['type'] === 'text') return { from: 'text', text: stringOf(source['data']) ?? '' };
  if (source['type'] === 'content')
    return { from: 'parts', parts: readBlocks(source['content'], `${at}.content`, unknown) };
  return mediaOf(source, at);
}

function readSearchResult(block: JsonRecord, at: string, unknown: ReportUnknown): Part {
  const cite = recordOf(block['citations'])?.['enabled'] === true;
  return {
    kind: 'search_result',
    title: stringOf(block['title']) ?? '',
    source: stringOf(block['source']) ?? '',
    parts: readBlocks(block['content'], `${at}.content`, unknown),
    ...(cite ? { cite } : {}),
    ...cacheOf(block),
  };
}

/** What a Chat client sent back of an Anthropic answer. */
export interface History {
  /** All parts, when `provider_content` holds them; to compare with what the client says now. */
  readonly whole?: readonly Part[];
  /** The same as the very blocks. */
  readonly verbatim: readonly Part[];
  /** Thinking that its model signed. */
  readonly thinking: readonly Part[];
}

/**
 * `provider_content` (every block, verbatim, where Chat could not say it all) or `thinking_blocks`. `reasoning_content`
 * alone has no signature and cannot go back.
 */
export function readHistory(message: JsonRecord, losses: Losses): History {
  const ignore: ReportUnknown = () => losses.add('unknown_fields');
  const blocks = listOf(message['thinking_blocks']) ?? [];
  const thinking = readBlocks(blocks, 'thinking_blocks', ignore).filter(
    (part) => part.kind === 'thinking' || part.kind === 'redacted_thinking',
  );
  const signed = thinking.filter((part) => part.kind !== 'thinking' || part.signature !== undefined);
  const provider = recordOf(message['provider_content']);
  if (provider?.['dialect'] === 'anthropic-messages') {
    const own = (listOf(provider['blocks']) ?? []).filter(isRecord);
    const verbatim = own.map((block): Part => ({ kind: 'foreign', block }));
    return { whole: readBlocks(own, 'provider_content.blocks', () => undefined), verbatim, thinking: signed };
  }
  const reasoning = stringOf(message['reasoning_content']) ?? stringOf(message['reasoning']) ?? '';
  const unsigned = blocks.length === 0 && reasoning !== '';
  if (unsigned || signed.length < thinking.length) losses.add('unsigned_thinking');
  return { verbatim: [], thinking: signed };
}
