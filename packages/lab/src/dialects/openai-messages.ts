// Messages of Chat Completions: roles, content parts, and the rule that every tool call is answered by a `tool` message
// right after it. Messages of refusal are the API's own wording.
import { imageAnyUrl, pdfBase64 } from '../model/media.ts';
import type { CacheSegment } from '../model/prompt.ts';
import { MESSAGE_TOKENS, tokensOf } from '../model/tokenizer.ts';
import { type Fields, isFields, isText, shown } from './fields.ts';
import type { Wrong } from './openai-wrong.ts';

export interface OpenAiConversation {
  readonly segments: readonly CacheSegment[];
  readonly lastUserText: string;
  readonly toolResults: readonly string[];
}

const ROLES = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

interface Part {
  readonly text: string;
  readonly tokens: number;
}

export function checkOpenAiMessages(value: unknown): OpenAiConversation | Wrong {
  if (!Array.isArray(value)) {
    return {
      message: "Invalid type for 'messages': expected an array of objects.",
      param: 'messages',
      code: 'invalid_type',
    };
  }
  if (value.length === 0) {
    return {
      message:
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      param: 'messages',
      code: 'empty_array',
    };
  }
  const segments: CacheSegment[] = [];
  let lastUserText = '';
  let toolResults: string[] = [];
  const pending = new Set<unknown>();
  for (const [index, message] of value.entries()) {
    const path = `messages[${index}]`;
    const read = isFields(message) ? readMessage(message, path) : badRole(path, undefined);
    if ('message' in read) return read;
    const order = checkOrder(message as Fields, path, pending);
    if (order !== null) return order;
    segments.push({ text: `${read.role}\n${read.text}`, tokens: read.tokens, ttl: null });
    if (read.role === 'tool') toolResults.push(read.text);
    else toolResults = [];
    if (read.role === 'user') lastUserText = read.text;
  }
  if (pending.size > 0) return unanswered(pending, 'messages');
  return { segments, lastUserText, toolResults };
}

const badRole = (path: string, role: unknown): Wrong => ({
  message: `Invalid value: '${shown(role)}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
  param: `${path}.role`,
  code: 'invalid_value',
});

function readMessage(message: Fields, path: string): (Part & { role: string }) | Wrong {
  const { role, content } = message;
  if (!isText(role) || !ROLES.has(role)) return badRole(path, role);
  const calls = message['tool_calls'];
  if (content === undefined || content === null) {
    const mayBeEmpty =
      role === 'assistant' &&
      (calls !== undefined || message['refusal'] !== undefined || message['audio'] !== undefined);
    if (!mayBeEmpty) {
      return {
        message: `Invalid value for 'content': expected a string, got null.`,
        param: `${path}.content`,
        code: null,
      };
    }
  }
  const body = readContent(content, `${path}.content`);
  if ('message' in body) return body;
  const callTokens = Array.isArray(calls) ? tokensOf(JSON.stringify(calls)) : 0;
  return { role, text: body.text, tokens: body.tokens + callTokens + MESSAGE_TOKENS };
}

function readContent(content: unknown, path: string): Part | Wrong {
  if (content === undefined || content === null) return { text: '', tokens: 0 };
  if (isText(content)) return { text: content, tokens: tokensOf(content) };
  if (!Array.isArray(content)) {
    return {
      message: `Invalid type for '${path}': expected one of a string or array of objects.`,
      param: path,
      code: 'invalid_type',
    };
  }
  const texts: string[] = [];
  let tokens = 0;
  for (const [index, part] of content.entries()) {
    const read = isFields(part) ? readPart(part, `${path}[${index}]`) : badPart(`${path}[${index}]`, undefined);
    if ('message' in read) return read;
    if (read.text !== '') texts.push(read.text);
    tokens += read.tokens;
  }
  return { text: texts.join('\n'), tokens };
}

const badPart = (path: string, type: unknown): Wrong => ({
  message: `Invalid value: '${shown(type)}'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'.`,
  param: `${path}.type`,
  code: 'invalid_value',
});

function readPart(part: Fields, path: string): Part | Wrong {
  switch (part['type']) {
    case 'text':
    case 'refusal': {
      const text = part[part['type']];
      if (isText(text)) return { text, tokens: tokensOf(text) };
      return {
        message: `Missing required parameter: '${path}.text'.`,
        param: `${path}.text`,
        code: 'missing_required_parameter',
      };
    }
    case 'image_url': {
      const made = part['image_url'];
      const url = isFields(made) ? made['url'] : undefined;
      if (!isText(url)) {
        return {
          message: `Missing required parameter: '${path}.image_url.url'.`,
          param: `${path}.image_url`,
          code: 'missing_required_parameter',
        };
      }
      const media = imageAnyUrl(url);
      return 'problem' in media
        ? { message: `You uploaded an unsupported image. ${media.problem}`, param: null, code: 'invalid_image_format' }
        : { text: '', tokens: media.tokens };
    }
    case 'file': {
      const made = part['file'];
      const data = isFields(made) ? made['file_data'] : undefined;
      if (isFields(made) && isText(made['file_id'])) return { text: '', tokens: 500 };
      const media = isText(data)
        ? pdfBase64(data.replace(/^data:application\/pdf;base64,/, ''))
        : { problem: 'file_data is missing' };
      return 'problem' in media
        ? {
            message: `Invalid file data: '${path}.file.file_data'. ${media.problem}`,
            param: path,
            code: 'invalid_value',
          }
        : { text: '', tokens: media.tokens };
    }
    case 'input_audio':
    case 'audio':
      return { text: '', tokens: 100 };
    default:
      return badPart(path, part['type']);
  }
}

const unanswered = (pending: ReadonlySet<unknown>, param: string): Wrong => ({
  message: `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...pending].join(', ')}`,
  param,
  code: null,
});

/** Keeps the set of calls that wait for an answer. */
function checkOrder(message: Fields, path: string, pending: Set<unknown>): Wrong | null {
  if (message['role'] === 'tool') {
    const id = message['tool_call_id'];
    if (!isText(id))
      return {
        message: `Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.`,
        param: `${path}.tool_call_id`,
        code: null,
      };
    if (pending.delete(id)) return null;
    return {
      message:
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      param: `${path}.role`,
      code: null,
    };
  }
  if (pending.size > 0) return unanswered(pending, path);
  const calls = message['tool_calls'];
  if (message['role'] !== 'assistant' || !Array.isArray(calls)) return null;
  for (const [index, call] of calls.entries()) {
    const id = isFields(call) ? call['id'] : undefined;
    if (!isText(id))
      return {
        message: `Missing required parameter: '${path}.tool_calls[${index}].id'.`,
        param: `${path}.tool_calls[${index}].id`,
        code: 'missing_required_parameter',
      };
    pending.add(id);
  }
  return null;
}
