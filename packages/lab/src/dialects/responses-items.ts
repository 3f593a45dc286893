// Items of a Responses request: roles, content parts, the rule that every function call is answered, and that reasoning is
// given back as it was given. Messages of refusal are the API's own wording.
import { imageAnyUrl, pdfBase64 } from '../model/media.ts';
import type { CacheSegment } from '../model/prompt.ts';
import type { Signer } from '../model/signature.ts';
import { MESSAGE_TOKENS, tokensOf } from '../model/tokenizer.ts';
import { type Fields, isFields, isText, shown, textOf } from './fields.ts';
import { badType, missing, wrong, type Wrong } from './openai-wrong.ts';

export interface Items {
  readonly segments: readonly CacheSegment[];
  readonly lastUserText: string;
  readonly toolResults: readonly string[];
}

export interface ItemsContext {
  readonly signer: Signer;
  /** Items that were kept may be referred to. */
  readonly keeps: boolean;
  /** Calls of a previous response that wait for their output. */
  readonly pending: readonly string[];
}

const ROLES = new Set(['system', 'developer', 'user', 'assistant']);
const TYPES = ['message', 'function_call', 'function_call_output', 'reasoning', 'item_reference'];

interface State {
  readonly segments: CacheSegment[];
  readonly pending: Set<string>;
  lastUserText: string;
  toolResults: string[];
}

export function checkItems(input: unknown, context: ItemsContext): Items | Wrong {
  const list = isText(input) ? [{ role: 'user', content: input }] : (input ?? []);
  if (!Array.isArray(list)) return badType('input', 'one of a string or array of objects', input);
  const state: State = { segments: [], pending: new Set(context.pending), lastUserText: '', toolResults: [] };
  for (const [index, item] of list.entries()) {
    const path = `input[${index}]`;
    const problem = isFields(item) ? readItem(item, path, state, context) : badType(path, 'an object', item);
    if (problem !== null) return problem;
  }
  const [unanswered] = state.pending;
  if (unanswered !== undefined) return wrong(`No tool output found for function call ${unanswered}.`, 'input', null);
  return state;
}

function readItem(item: Fields, path: string, state: State, context: ItemsContext): Wrong | null {
  const type = isText(item['type']) ? item['type'] : 'message';
  switch (type) {
    case 'message':
      return readMessage(item, path, state);
    case 'function_call':
      return readCall(item, path, state);
    case 'function_call_output':
      return readOutput(item, path, state);
    case 'reasoning':
      return readReasoning(item, state, context);
    case 'item_reference':
      return context.keeps ? null : notPersisted(shown(item['id']));
    default:
      return wrong(`Invalid value: '${shown(type)}'. Supported values are: '${TYPES.join("', '")}'.`, `${path}.type`);
  }
}

const notPersisted = (id: string): Wrong =>
  wrong(
    `Item '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
    'input',
    null,
  );

function readMessage(item: Fields, path: string, state: State): Wrong | null {
  const { role } = item;
  if (!isText(role) || !ROLES.has(role))
    return wrong(
      `Invalid value: '${shown(role)}'. Supported values are: '${[...ROLES].join("', '")}'.`,
      `${path}.role`,
    );
  const body = readContent(item['content'], `${path}.content`, role === 'assistant');
  if ('message' in body) return body;
  state.segments.push({ text: `${role}\n${body.text}`, tokens: body.tokens + MESSAGE_TOKENS, ttl: null });
  state.toolResults = [];
  if (role === 'user') state.lastUserText = body.text;
  return null;
}

function readCall(item: Fields, path: string, state: State): Wrong | null {
  for (const name of ['call_id', 'name', 'arguments'] as const)
    if (!isText(item[name])) return missing(`${path}.${name}`);
  const text = `${textOf(item['name'])}(${textOf(item['arguments'])})`;
  state.segments.push({ text, tokens: tokensOf(text), ttl: null });
  state.pending.add(textOf(item['call_id']));
  return null;
}

function readOutput(item: Fields, path: string, state: State): Wrong | null {
  const id = item['call_id'];
  if (!isText(id)) return missing(`${path}.call_id`);
  if (!state.pending.delete(id))
    return wrong(`No tool call found for function call output with call_id ${id}.`, 'input', null);
  const body = readContent(item['output'], `${path}.output`, false);
  if ('message' in body) return body;
  state.segments.push({ text: `tool\n${body.text}`, tokens: body.tokens + MESSAGE_TOKENS, ttl: null });
  state.toolResults.push(body.text);
  return null;
}

/** Encrypted content must be the API's own; without it, the item must be one that is kept. */
function readReasoning(item: Fields, state: State, { signer, keeps }: ItemsContext): Wrong | null {
  const encrypted = item['encrypted_content'];
  const id = shown(item['id']);
  if (!isText(encrypted)) return keeps ? null : notPersisted(id);
  if (!signer.verifyRedacted(encrypted)) {
    return wrong(
      `The encrypted content for item ${id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
      null,
      'invalid_encrypted_content',
    );
  }
  state.segments.push({ text: `reasoning\n${encrypted}`, tokens: tokensOf(encrypted), ttl: null });
  return null;
}

interface Part {
  readonly text: string;
  readonly tokens: number;
}

function readContent(content: unknown, path: string, said: boolean): Part | Wrong {
  if (isText(content)) return { text: content, tokens: tokensOf(content) };
  if (!Array.isArray(content)) return badType(path, 'one of a string or array of objects', content);
  const texts: string[] = [];
  let tokens = 0;
  for (const [index, part] of content.entries()) {
    const at = `${path}[${index}]`;
    const read = isFields(part) ? readPart(part, at, said) : badType(at, 'an object', part);
    if ('message' in read) return read;
    if (read.text !== '') texts.push(read.text);
    tokens += read.tokens;
  }
  return { text: texts.join('\n'), tokens };
}

const SAID = ['output_text', 'refusal'];
const HEARD = ['input_text', 'input_image', 'input_file'];

function readPart(part: Fields, path: string, said: boolean): Part | Wrong {
  const type = shown(part['type']);
  const may = said ? SAID : HEARD;
  if (!may.includes(type))
    return wrong(`Invalid value: '${type}'. Supported values are: '${may.join("' and '")}'.`, `${path}.type`);
  if (type === 'input_image') return readImage(part, path);
  if (type === 'input_file') return readFile(part, path);
  const text = part[type === 'refusal' ? 'refusal' : 'text'];
  return isText(text) ? { text, tokens: tokensOf(text) } : missing(`${path}.text`);
}

function readImage(part: Fields, path: string): Part | Wrong {
  if (isText(part['file_id'])) return { text: '', tokens: 500 };
  const url = part['image_url'];
  if (!isText(url)) return missing(`${path}.image_url`);
  const media = imageAnyUrl(url);
  return 'problem' in media
    ? wrong(`The image data you provided does not represent a valid image. ${media.problem}`, `${path}.image_url`)
    : { text: '', tokens: media.tokens };
}

function readFile(part: Fields, path: string): Part | Wrong {
  if (isText(part['file_id']) || isText(part['file_url'])) return { text: '', tokens: 500 };
  const data = part['file_data'];
  const media = isText(data)
    ? pdfBase64(data.replace(/^data:application\/pdf;base64,/, ''))
    : { problem: 'file_data is missing' };
  return 'problem' in media
    ? wrong(`Invalid file data: '${path}.file_data'. ${media.problem}`, path)
    : { text: '', tokens: media.tokens };
}
