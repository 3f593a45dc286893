// Content blocks of the Messages API, checked as the real API checks them: which block may stand where, which fields it
// may have, whether its picture is a picture and its signature ours. Messages are the API's own wording and paths.
import { imageBase64, imageUrl, IMAGE_TYPES, pdfBase64, plainDocument, type Media } from '../model/media.ts';
import type { Signer } from '../model/signature.ts';
import { tokensOf } from '../model/tokenizer.ts';
import { type Fields, isFields, isText, shown, textOf, unknownKey } from './fields.ts';

const set = (...names: string[]): ReadonlySet<string> => new Set(names);

/** Fields by block type. A type that is absent here is unknown to the API. */
const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  text: set('type', 'text', 'cache_control', 'citations'),
  image: set('type', 'source', 'cache_control'),
  document: set('type', 'source', 'title', 'context', 'citations', 'cache_control'),
  search_result: set('type', 'source', 'title', 'content', 'citations', 'cache_control'),
  tool_use: set('type', 'id', 'name', 'input', 'cache_control', 'caller'),
  tool_result: set('type', 'tool_use_id', 'content', 'is_error', 'cache_control'),
  thinking: set('type', 'thinking', 'signature'),
  redacted_thinking: set('type', 'data'),
};
/** Blocks that the lab does not run but lets a conversation carry. */
const CARRIED = /^(server_tool_use|mcp_tool_use|mcp_tool_result|container_upload|compaction|[a-z_]+_tool_result)$/;
const USER_ONLY = set('image', 'document', 'search_result', 'tool_result');
const ASSISTANT_ONLY = set('tool_use', 'thinking', 'redacted_thinking');

export interface BlockFacts {
  tokens: number;
  readonly texts: string[];
  readonly toolResults: string[];
}

export interface BlockContext {
  readonly role: 'user' | 'assistant' | 'tool_result' | 'system';
  readonly signer: Signer;
}

/** Checks one block at `path` (say `messages.0.content.1`) and adds what it holds to `facts`. Null when it is fine. */
export function checkBlock(block: unknown, path: string, context: BlockContext, facts: BlockFacts): string | null {
  if (!isFields(block)) return `${path}: Input should be a valid dictionary or object to extract fields from`;
  const type = block['type'];
  if (!isText(type)) return `${path}.type: Field required`;
  const known = FIELDS[type];
  if (known === undefined) {
    if (CARRIED.test(type)) {
      facts.tokens += tokensOf(JSON.stringify(block));
      return null;
    }
    return `${path}: Input tag '${type}' found using 'type' does not match any of the expected tags: ${quoteTags(context)}`;
  }
  if (context.role === 'user' && ASSISTANT_ONLY.has(type)) return misplaced(path, type, 'user');
  if (context.role === 'assistant' && USER_ONLY.has(type)) return misplaced(path, type, 'assistant');
  if (context.role === 'system' && type !== 'text') return `${path}.type: Input should be 'text'`;
  const extra = unknownKey(block, known);
  if (extra !== null) return `${path}.${type}.${extra}: Extra inputs are not permitted`;
  return (
    checkTyped(block, type, `${path}.${type}`, context, facts) ??
    checkCacheControl(block['cache_control'], `${path}.cache_control`)
  );
}

const quoteTags = (context: BlockContext): string =>
  Object.keys(FIELDS)
    .filter((tag) => !(context.role === 'user' ? ASSISTANT_ONLY : USER_ONLY).has(tag))
    .map((tag) => `'${tag}'`)
    .join(', ');

const misplaced = (path: string, type: string, role: string): string =>
  type === 'tool_use' || type === 'tool_result'
    ? `${path}: \`${type}\` blocks can only be in \`${role === 'user' ? 'assistant' : 'user'}\` messages`
    : `${path}: ${type} blocks are not allowed in ${role} messages`;

function checkTyped(
  block: Fields,
  type: string,
  path: string,
  context: BlockContext,
  facts: BlockFacts,
): string | null {
  switch (type) {
    case 'text': {
      const text = block['text'];
      if (!isText(text))
        return `${path}.text: ${text === undefined ? 'Field required' : 'Input should be a valid string'}`;
      if (text === '') return 'messages: text content blocks must be non-empty';
      facts.tokens += tokensOf(text);
      facts.texts.push(text);
      return null;
    }
    case 'image':
    case 'document':
      return checkSource(block, type, path, facts);
    case 'thinking':
    case 'redacted_thinking':
      return checkThinking(block, type, path, context, facts);
    case 'tool_use':
      return checkToolUse(block, path, facts);
    case 'tool_result':
      return checkToolResult(block, path, context, facts);
    default:
      facts.tokens += tokensOf(JSON.stringify(block));
      return null;
  }
}

function checkSource(block: Fields, type: string, path: string, facts: BlockFacts): string | null {
  const source = block['source'];
  if (!isFields(source)) return `${path}.source: Field required`;
  const kind = source['type'];
  const media = source['media_type'];
  const at = `${path}.source.${shown(kind)}`;
  let found: Media;
  if (kind === 'url') found = imageUrl(textOf(source['url']));
  else if (kind === 'file') found = isText(source['file_id']) ? { tokens: 500 } : { problem: 'Field required' };
  else if (kind === 'text' && type === 'document') found = plainDocument(textOf(source['data']));
  else if (kind === 'content' && type === 'document') found = plainDocument(JSON.stringify(source['content']));
  else if (kind !== 'base64')
    return `${path}.source: Input tag '${shown(kind)}' found using 'type' does not match any of the expected tags`;
  else if (!isText(source['data'])) return `${at}.data: Field required`;
  else if (type === 'document') {
    if (media !== 'application/pdf') return `${at}.media_type: Input should be 'application/pdf'`;
    found = pdfBase64(source['data']);
  } else if (!isText(media) || !(IMAGE_TYPES as readonly string[]).includes(media)) {
    return `${at}.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`;
  } else found = imageBase64(media, source['data']);
  if ('problem' in found) return `${at}.data: ${found.problem}`;
  facts.tokens += found.tokens;
  return null;
}

function checkThinking(
  block: Fields,
  type: string,
  path: string,
  context: BlockContext,
  facts: BlockFacts,
): string | null {
  if (type === 'redacted_thinking') {
    if (!isText(block['data'])) return `${path}.data: Field required`;
    if (!context.signer.verifyRedacted(block['data']))
      return `${stripTag(path)}: Invalid \`data\` in \`redacted_thinking\` block`;
    facts.tokens += tokensOf(block['data']);
    return null;
  }
  const { thinking, signature } = block;
  if (!isText(thinking)) return `${path}.thinking: Field required`;
  if (!isText(signature)) return `${path}.signature: Field required`;
  if (!context.signer.verify(thinking, signature))
    return `${stripTag(path)}: Invalid \`signature\` in \`thinking\` block`;
  facts.tokens += tokensOf(thinking);
  return null;
}

const stripTag = (path: string): string => path.slice(0, path.lastIndexOf('.'));

function checkToolUse(block: Fields, path: string, facts: BlockFacts): string | null {
  const { id, name, input } = block;
  if (!isText(id)) return `${path}.id: Field required`;
  if (!/^[a-zA-Z0-9_-]+$/.test(id)) return `${path}.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
  if (!isText(name)) return `${path}.name: Field required`;
  if (!isFields(input)) return `${path}.input: Input should be a valid dictionary`;
  facts.tokens += tokensOf(name) + tokensOf(JSON.stringify(input));
  return null;
}

function checkToolResult(block: Fields, path: string, context: BlockContext, facts: BlockFacts): string | null {
  if (!isText(block['tool_use_id'])) return `${path}.tool_use_id: Field required`;
  const content = block['content'] ?? '';
  const inner: BlockFacts = { tokens: 0, texts: [], toolResults: [] };
  if (isText(content)) {
    inner.tokens = tokensOf(content);
    inner.texts.push(content);
  } else if (Array.isArray(content)) {
    for (const [index, part] of content.entries()) {
      const problem = checkBlock(part, `${path}.content.${index}`, { ...context, role: 'tool_result' }, inner);
      if (problem !== null) return problem;
    }
  } else return `${path}.content: Input should be a valid string or list`;
  facts.tokens += inner.tokens;
  facts.toolResults.push(inner.texts.join(' '));
  return null;
}

export function checkCacheControl(value: unknown, path: string): string | null {
  if (value === undefined || value === null) return null;
  if (!isFields(value)) return `${path}: Input should be a valid dictionary or object to extract fields from`;
  if (value['type'] !== 'ephemeral') return `${path}.type: Input should be 'ephemeral'`;
  const { ttl } = value;
  if (ttl !== undefined && ttl !== null && ttl !== '5m' && ttl !== '1h')
    return `${path}.ttl: Input should be '5m' or '1h'`;
  const extra = unknownKey(value, new Set(['type', 'ttl', 'scope']));
  return extra === null ? null : `${path}.ephemeral.${extra}: Extra inputs are not permitted`;
}

/** Lifetime of the breakpoint that a block carries, or null. */
export function breakpointOf(block: unknown): '5m' | '1h' | null {
  if (!isFields(block) || !isFields(block['cache_control'])) return null;
  return block['cache_control']['ttl'] === '1h' ? '1h' : '5m';
}
