// System prompt and messages of the Messages API: order, emptiness, and the rule that every `tool_use` is answered in
// the very next message. Yields the segments that caching sees and what the model needs to know of the conversation.
import type { CacheSegment } from '../model/prompt.ts';
import type { Signer } from '../model/signature.ts';
import { MESSAGE_TOKENS, tokensOf } from '../model/tokenizer.ts';
import { breakpointOf, checkBlock, type BlockFacts } from './anthropic-blocks.ts';
import { type Fields, isFields, isText, shown, unknownKey } from './fields.ts';

export interface Conversation {
  readonly segments: readonly CacheSegment[];
  readonly lastUserText: string;
  readonly toolResults: readonly string[];
}

const MESSAGE_FIELDS = new Set(['role', 'content']);

export function checkSystem(value: unknown, signer: Signer): { segments: CacheSegment[] } | string {
  if (value === undefined || value === null || value === '') return { segments: [] };
  if (isText(value)) return { segments: [{ text: value, tokens: tokensOf(value), ttl: null }] };
  if (!Array.isArray(value)) return 'system: Input should be a valid string or list';
  const segments: CacheSegment[] = [];
  for (const [index, block] of value.entries()) {
    const facts: BlockFacts = { tokens: 0, texts: [], toolResults: [] };
    const problem = checkBlock(block, `system.${index}`, { role: 'system', signer }, facts);
    if (problem !== null) return problem.replace(/^messages: text/, 'system: text');
    segments.push({ text: facts.texts.join(''), tokens: facts.tokens, ttl: breakpointOf(block) });
  }
  return { segments };
}

/** Checks all messages. `thinking`: the last assistant turn before tool results must then begin with its thinking. */
export function checkMessages(value: unknown, signer: Signer, thinking: boolean): Conversation | string {
  if (!Array.isArray(value)) return 'messages: Input should be a valid list';
  if (value.length === 0) return 'messages: at least one message is required';
  const segments: CacheSegment[] = [];
  let lastUserText = '';
  let toolResults: string[] = [];
  let system = false;
  for (const [index, message] of value.entries()) {
    const path = `messages.${index}`;
    if (!isFields(message)) return `${path}: Input should be a valid dictionary or object to extract fields from`;
    const { role } = message;
    if (role === 'system' && index > 0) system = true;
    else if (role !== 'user' && role !== 'assistant') {
      return role === 'system'
        ? 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.'
        : `${path}.role: Input should be 'user' or 'assistant'`;
    }
    const extra = unknownKey(message, MESSAGE_FIELDS);
    if (extra !== null) return `${path}.${extra}: Extra inputs are not permitted`;
    const read = readContent(
      message,
      path,
      role === 'assistant' ? 'assistant' : 'user',
      signer,
      index === value.length - 1,
    );
    if (isText(read)) return read;
    segments.push(...read.segments);
    if (role !== 'user') continue;
    toolResults = index === value.length - 1 ? read.toolResults : [];
    if (read.text !== '') lastUserText = read.text;
  }
  const messages = value as readonly Fields[];
  if (messages[0]?.['role'] !== 'user') return 'messages: first message must use the "user" role';
  const problem = system ? null : (checkToolPairs(messages) ?? (thinking ? checkThinkingKept(messages) : null));
  return problem ?? { segments, lastUserText, toolResults };
}

interface Read {
  readonly segments: CacheSegment[];
  readonly text: string;
  readonly toolResults: string[];
}

function readContent(
  message: Fields,
  path: string,
  role: 'user' | 'assistant',
  signer: Signer,
  last: boolean,
): Read | string {
  const { content } = message;
  if (content === undefined) return `${path}.content: Field required`;
  if (isText(content)) {
    if (content === '' && !(last && role === 'assistant')) {
      return `${path}: all messages must have non-empty content except for the optional final assistant message`;
    }
    const segment = { text: `${role}\n${content}`, tokens: tokensOf(content) + MESSAGE_TOKENS, ttl: null };
    return { segments: [segment], text: content, toolResults: [] };
  }
  if (!Array.isArray(content)) return `${path}.content: Input should be a valid string or list`;
  if (content.length === 0 && !(last && role === 'assistant')) {
    return `${path}: all messages must have non-empty content except for the optional final assistant message`;
  }
  const segments: CacheSegment[] = [];
  const all: BlockFacts = { tokens: 0, texts: [], toolResults: [] };
  for (const [index, block] of content.entries()) {
    const before = all.tokens;
    const problem = checkBlock(block, `${path}.content.${index}`, { role, signer }, all);
    if (problem !== null) return problem;
    const tokens = all.tokens - before + (index === 0 ? MESSAGE_TOKENS : 0);
    const ttl = breakpointOf(block);
    const text = `${role}\n${JSON.stringify({ ...(block as Fields), cache_control: undefined })}`;
    segments.push({ text, tokens, ttl });
  }
  return { segments, text: all.texts.join('\n'), toolResults: all.toolResults };
}

const blocksOf = (message: Fields | undefined): readonly Fields[] =>
  Array.isArray(message?.['content']) ? message['content'].filter(isFields) : [];

/** Every tool use is answered in the next message, every result answers a use of the message before. */
function checkToolPairs(messages: readonly Fields[]): string | null {
  for (const [index, message] of messages.entries()) {
    const blocks = blocksOf(message);
    const results = blocks.filter((block) => block['type'] === 'tool_result').map((block) => block['tool_use_id']);
    const uses = new Set(
      blocksOf(messages[index - 1])
        .filter((block) => block['type'] === 'tool_use')
        .map((block) => block['id']),
    );
    const stray = results.findIndex((id) => !uses.has(id));
    if (stray >= 0) {
      const at = blocks.findIndex((block) => block['tool_use_id'] === results[stray]);
      return `messages.${index}.content.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${shown(results[stray])}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    if (new Set(results).size !== results.length) {
      return `messages.${index}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${shown(results[0])}`;
    }
    const missing = [...uses].filter((id) => !results.includes(id));
    if (missing.length > 0) {
      return `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    }
  }
  const last = messages.at(-1);
  const open = last?.['role'] === 'assistant' && blocksOf(last).some((block) => block['type'] === 'tool_use');
  return open
    ? `messages.${messages.length - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${blocksOf(
        last,
      )
        .filter((block) => block['type'] === 'tool_use')
        .map((block) => shown(block['id']))
        .join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
    : null;
}

/** With thinking on, a tool loop must bring the turn's thinking back. */
function checkThinkingKept(messages: readonly Fields[]): string | null {
  const last = messages.length - 1;
  if (!blocksOf(messages[last]).some((block) => block['type'] === 'tool_result')) return null;
  const first = blocksOf(messages[last - 1])[0]?.['type'];
  if (first === 'thinking' || first === 'redacted_thinking') return null;
  return `messages.${last - 1}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${shown(first)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`.`;
}
