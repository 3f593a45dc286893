// System prompt and messages of Converse, checked as the service checks them: unions of one member, roles in turn, no
// blank text, every tool use answered in the next message, media that are what they say. Yields what caching sees.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
import type { BedrockTraits } from '../model/bedrock-models.ts';
import { imageBase64, pdfBase64, plainDocument, type Media } from '../model/media.ts';
import type { CacheSegment } from '../model/prompt.ts';
import type { Signer } from '../model/signature.ts';
import { MESSAGE_TOKENS, tokensOf } from '../model/tokenizer.ts';
import { type Fields, isFields, isText, shown, textOf } from './fields.ts';

export interface Conversation {
  readonly segments: readonly CacheSegment[];
  readonly lastUserText: string;
  readonly toolResults: readonly string[];
  readonly usesTools: boolean;
}

interface Reading {
  readonly traits: BedrockTraits;
  readonly signer: Signer;
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly segments: CacheSegment[];
  readonly texts: string[];
  readonly uses: string[];
  readonly answers: string[];
  readonly results: string[];
}

const FORMATS = ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'];
const DOCUMENT_NAME = /^(?!.*\s\s)[A-Za-z0-9\s\-()[\]]{1,200}$/;
const TOOL_USE_ID = /^[a-zA-Z0-9_-]{1,64}$/;

export function onlyMember(value: unknown, at: string): readonly [string, unknown] | string {
  const entries = isFields(value) ? Object.entries(value).filter(([, inner]) => inner !== null) : [];
  const [only] = entries;
  return only === undefined || entries.length !== 1
    ? `The value at ${at} must have exactly one member of the union.`
    : only;
}

export function cacheTtl(point: unknown): '5m' | '1h' | null {
  if (!isFields(point) || point['type'] !== 'default') return null;
  const ttl = point['ttl'] ?? '5m';
  return ttl === '5m' || ttl === '1h' ? ttl : null;
}

export function checkSystem(value: unknown): CacheSegment[] | string {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return 'system is not a list.';
  const segments: CacheSegment[] = [];
  for (const [index, block] of value.entries()) {
    const at = `system.${index}`;
    const member = onlyMember(block, at);
    if (isText(member)) return member;
    const [kind, inner] = member;
    if (kind === 'cachePoint') {
      const problem = mark(segments, inner, at);
      if (problem !== null) return problem;
    } else if (kind !== 'text' || !isText(inner) || inner.trim() === '') {
      return `The text field in the SystemContentBlock object at ${at} is blank. Add text to the text field, and try again.`;
    } else segments.push({ text: `system\n${inner}`, tokens: tokensOf(inner), ttl: null });
  }
  return segments;
}

function mark(segments: CacheSegment[], point: unknown, at: string): string | null {
  const ttl = cacheTtl(point);
  const last = segments.pop();
  if (ttl === null || last === undefined) return `The cache point at ${at} is not valid.`;
  segments.push({ ...last, ttl });
  return null;
}

export function checkConversation(value: unknown, reading: Reading): Conversation | string {
  if (!Array.isArray(value) || value.length === 0)
    return 'A conversation must start with a user message. Try again with a conversation that starts with a user message.';
  const turns: Turn[] = [];
  for (const [index, message] of value.entries()) {
    const turn = readTurn(message, `messages.${index}`, reading);
    if (isText(turn)) return turn;
    if (turn.role === turns.at(-1)?.role)
      return 'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.';
    turns.push(turn);
  }
  if (turns[0]?.role !== 'user')
    return 'A conversation must start with a user message. Try again with a conversation that starts with a user message.';
  const problem = checkPairs(turns);
  if (problem !== null) return problem;
  const last = turns.at(-1);
  return {
    segments: turns.flatMap(({ segments }) => segments),
    lastUserText: turns.findLast(({ role, texts }) => role === 'user' && texts.length > 0)?.texts.join('\n') ?? '',
    toolResults: last?.role === 'user' ? last.results : [],
    usesTools: turns.some(({ uses, answers }) => uses.length > 0 || answers.length > 0),
  };
}

function checkPairs(turns: readonly Turn[]): string | null {
  for (const [index, turn] of turns.entries()) {
    const before = turns[index - 1]?.uses ?? [];
    const open = before.filter((id) => !turn.answers.includes(id));
    if (open.length > 0)
      return `Expected toolResult blocks at messages.${index}.content for the following Ids: ${open.join(', ')}`;
    if (turn.answers.some((id) => !before.includes(id)))
      return `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`;
  }
  const left = turns.at(-1)?.uses ?? [];
  return left.length === 0
    ? null
    : `Expected toolResult blocks at messages.${turns.length}.content for the following Ids: ${left.join(', ')}`;
}

function readTurn(message: unknown, at: string, reading: Reading): Turn | string {
  const role = isFields(message) ? message['role'] : undefined;
  if (role !== 'user' && role !== 'assistant')
    return `1 validation error detected: Value '${shown(role)}' at '${at}.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`;
  const content = isFields(message) ? message['content'] : undefined;
  if (!Array.isArray(content) || content.length === 0)
    return `The content field in the Message object at ${at} is empty. Add a ContentBlock object to the content field and try again.`;
  const turn: Turn = { role, segments: [], texts: [], uses: [], answers: [], results: [] };
  for (const [index, block] of content.entries()) {
    const where = `${at}.content.${index}`;
    const member = onlyMember(block, where);
    if (isText(member)) return member;
    const [kind, inner] = member;
    const problem =
      kind === 'cachePoint' ? mark(turn.segments, inner, where) : readBlock(kind, inner, where, turn, reading);
    if (problem !== null) return problem;
  }
  return turn;
}

function readBlock(kind: string, inner: unknown, at: string, turn: Turn, reading: Reading): string | null {
  const add = (tokens: number): null => {
    const first = turn.segments.length === 0 ? MESSAGE_TOKENS : 0;
    turn.segments.push({ text: `${turn.role}\n${kind}\n${JSON.stringify(inner)}`, tokens: tokens + first, ttl: null });
    return null;
  };
  switch (kind) {
    case 'text':
      if (!isText(inner) || inner.trim() === '')
        return `The text field in the ContentBlock object at ${at} is blank. Add text to the text field, and try again.`;
      turn.texts.push(inner);
      return add(tokensOf(inner));
    case 'image':
    case 'document': {
      const media = readMedia(kind, inner, at, reading.traits);
      return 'problem' in media ? media.problem : add(media.tokens);
    }
    case 'searchResult':
      return turn.role === 'user' && isFields(inner) && isText(inner['title']) && Array.isArray(inner['content'])
        ? add(tokensOf(JSON.stringify(inner['content'])))
        : `The search result at ${at} is not valid.`;
    case 'toolUse':
      return readToolUse(inner, at, turn) ?? add(tokensOf(JSON.stringify(isFields(inner) ? inner['input'] : '')));
    case 'toolResult':
      return readToolResult(inner, at, turn, reading, add);
    case 'reasoningContent':
      return readReasoning(inner, at, turn, reading) ?? add(tokensOf(JSON.stringify(inner)));
    default:
      return `The lab does not take "${kind}" at ${at}.`;
  }
}

function readMedia(kind: 'image' | 'document', inner: unknown, at: string, traits: BedrockTraits): Media {
  if (!traits.media)
    return {
      problem: `This model doesn't support the ${kind} content block that you provided. Update the content block and try again.`,
    };
  const source = isFields(inner) ? inner['source'] : undefined;
  if (!isFields(inner) || !isFields(source)) return { problem: `The ${kind} at ${at} has no source.` };
  const { format } = inner;
  if (kind === 'image') return imageBase64(`image/${String(format)}`, textOf(source['bytes']));
  if (!isText(inner['name']) || !DOCUMENT_NAME.test(inner['name']))
    return {
      problem: `The document file name at ${at} can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.`,
    };
  if (Array.isArray(source['content'])) return plainDocument(JSON.stringify(source['content']));
  if (!FORMATS.includes(String(format)))
    return {
      problem: `1 validation error detected: Value '${shown(format)}' at '${at}.document.format' failed to satisfy constraint: Member must satisfy enum value set: [${FORMATS.join(', ')}]`,
    };
  if (isText(source['text'])) return plainDocument(source['text']);
  if (!isText(source['bytes'])) return { problem: `The lab reads no document at ${at} but from bytes.` };
  return format === 'pdf'
    ? pdfBase64(source['bytes'])
    : plainDocument(Buffer.from(source['bytes'], 'base64').toString('utf8'));
}

function readToolUse(inner: unknown, at: string, turn: Turn): string | null {
  if (turn.role !== 'assistant') return `The toolUse block at ${at} is not allowed in a user message.`;
  if (!isFields(inner) || !isText(inner['toolUseId']) || !TOOL_USE_ID.test(inner['toolUseId']))
    return `Value at '${at}.toolUse.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`;
  if (!isText(inner['name'])) return `${at}.toolUse.name is missing.`;
  if (!isFields(inner['input']))
    return `The format of the value at ${at}.toolUse.input is invalid. Provide a json object for the field and try again.`;
  turn.uses.push(inner['toolUseId']);
  return null;
}

function readToolResult(
  inner: unknown,
  at: string,
  turn: Turn,
  reading: Reading,
  add: (tokens: number) => null,
): string | null {
  if (turn.role !== 'user') return `The toolResult block at ${at} is not allowed in an assistant message.`;
  if (!isFields(inner) || !isText(inner['toolUseId']) || !Array.isArray(inner['content']))
    return `The toolResult at ${at} is not valid.`;
  let tokens = 0;
  const texts: string[] = [];
  for (const [index, block] of (inner['content'] as readonly unknown[]).entries()) {
    const where = `${at}.toolResult.content.${index}`;
    const member = onlyMember(block, where);
    if (isText(member)) return member;
    const [kind, value] = member;
    if (kind === 'image' || kind === 'document') {
      const media = readMedia(kind, value, where, reading.traits);
      if ('problem' in media) return media.problem;
      tokens += media.tokens;
      continue;
    }
    if (kind !== 'text' && kind !== 'json') return `The lab does not take "${kind}" at ${where}.`;
    const text = isText(value) ? value : JSON.stringify(value);
    texts.push(text);
    tokens += tokensOf(text);
  }
  turn.answers.push(inner['toolUseId']);
  turn.results.push(texts.join(' '));
  return add(tokens);
}

function readReasoning(inner: unknown, at: string, turn: Turn, { traits, signer }: Reading): string | null {
  if (turn.role !== 'assistant') return `The reasoningContent block at ${at} is not allowed in a user message.`;
  if (!traits.signs) return `This model doesn't support the reasoningContent content block at ${at}.`;
  const member = onlyMember(inner, at);
  if (isText(member)) return member;
  const [kind, value] = member;
  if (kind === 'redactedContent')
    return isText(value) && signer.verifyRedacted(Buffer.from(value, 'base64').toString('utf8'))
      ? null
      : `The redactedContent at ${at} is not valid.`;
  const { text, signature } = isFields(value) ? value : ({} as Fields);
  return isText(text) && isText(signature) && signer.verify(text, signature)
    ? null
    : `The model returned the following errors: ${at}: Invalid \`signature\` in \`thinking\` block`;
}
