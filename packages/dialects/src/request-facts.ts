// The facts the gateway must know about a request, read once from its parsed body. Only what the gateway itself acts
// on is checked; everything else, unknown fields included, is the cloud's to judge.
import { AppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import { additionalFields, converseFeatures, converseServerTools } from './converse/request.ts';
import { anthropicFeatures, isServerTool } from './features-anthropic.ts';
import { openaiFeatures } from './features-openai.ts';
import { responsesFeatures, responsesServerTools } from './features-responses.ts';
import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from './json-value.ts';
import type { RequestFacts } from './types.ts';

/**
 * Reads the facts. Throws `BODY_NOT_JSON` when the body is not an object and `BAD_REQUEST`, naming the field, when
 * `model`, `stream`, a token ceiling, `n`, `messages` or `input` is not of its type.
 */
export function readRequest(dialect: DialectId, parsed: unknown, bodyBytes: number): RequestFacts {
  if (!isRecord(parsed))
    throw new AppError('BODY_NOT_JSON', `the request body is ${nameOf(parsed)}, not a JSON object`);
  const model = parsed['model'];
  if (typeof model !== 'string' || model === '') {
    throw new AppError('BAD_REQUEST', `the field "model" must name a model; it is ${nameOf(model)}`, {
      details: { param: 'model' },
    });
  }
  const stream = booleanField(parsed, 'stream');
  if (dialect === 'openai-responses') return responsesFacts(parsed, model, stream, bodyBytes);
  if (!Array.isArray(parsed['messages'])) throw wrong('messages', 'a list', parsed['messages']);
  if (dialect === 'bedrock-converse') return converseFacts(parsed, model, stream, bodyBytes);
  return dialect === 'anthropic-messages'
    ? anthropicFacts(parsed, model, stream, bodyBytes)
    : openaiFacts(parsed, model, stream, bodyBytes);
}

function anthropicFacts(body: JsonRecord, model: string, stream: boolean, bodyBytes: number): RequestFacts {
  const most = countField(body, 'max_tokens', 0);
  const endUser = stringOf(recordOf(body['metadata'])?.['user_id']);
  const facts: Written<RequestFacts> = {
    dialect: 'anthropic-messages',
    model,
    stream,
    includeUsage: true,
    features: inOrder(anthropicFeatures(body)),
    serverTools: anthropicServerTools(body),
    choices: 1,
    bodyBytes,
  };
  if (most !== undefined) facts.maxOutputTokens = most;
  if (endUser !== undefined) facts.endUser = endUser;
  return facts;
}

function openaiFacts(body: JsonRecord, model: string, stream: boolean, bodyBytes: number): RequestFacts {
  const most = countField(body, 'max_completion_tokens', 1) ?? countField(body, 'max_tokens', 1);
  const endUser = stringOf(body['safety_identifier']) ?? stringOf(body['user']);
  const search = isRecord(body['web_search_options']);
  const streamOptions = recordOf(body['stream_options']);
  const facts: Written<RequestFacts> = {
    dialect: 'openai-chat',
    model,
    stream,
    includeUsage: streamOptions?.['include_usage'] === true,
    features: inOrder(openaiFeatures(body)),
    serverTools: search ? { web_search: null } : {},
    choices: countField(body, 'n', 1) ?? 1,
    bodyBytes,
  };
  if (most !== undefined) facts.maxOutputTokens = most;
  if (streamOptions !== undefined) facts.streamOptions = JSON.stringify(streamOptions);
  if (endUser !== undefined) facts.endUser = endUser;
  return facts;
}

function responsesFacts(body: JsonRecord, model: string, stream: boolean, bodyBytes: number): RequestFacts {
  const { input } = body;
  if (input !== undefined && input !== null && typeof input !== 'string' && !Array.isArray(input))
    throw wrong('input', 'a string or a list', input);
  const most = countField(body, 'max_output_tokens', 1);
  const endUser = stringOf(body['safety_identifier']) ?? stringOf(body['user']);
  const facts: Written<RequestFacts> = {
    dialect: 'openai-responses',
    model,
    stream,
    includeUsage: true,
    features: inOrder(responsesFeatures(body)),
    serverTools: responsesServerTools(body),
    choices: 1,
    bodyBytes,
  };
  if (most !== undefined) facts.maxOutputTokens = most;
  if (endUser !== undefined) facts.endUser = endUser;
  return facts;
}

/** The model and the stream are the path's, and stand in the body only within the gateway. */
function converseFacts(body: JsonRecord, model: string, stream: boolean, bodyBytes: number): RequestFacts {
  const inferenceConfig = recordOf(body['inferenceConfig']);
  const most =
    inferenceConfig === undefined ? undefined : countField(inferenceConfig, 'maxTokens', 1, 'inferenceConfig.');
  const additionalModelRequestFields = additionalFields(body['additionalModelRequestFields']);
  const facts: Written<RequestFacts> = {
    dialect: 'bedrock-converse',
    model,
    stream,
    includeUsage: true,
    members: {
      ...(inferenceConfig === undefined ? {} : { inferenceConfig }),
      ...(Object.keys(additionalModelRequestFields).length === 0 ? {} : { additionalModelRequestFields }),
    },
    features: inOrder(converseFeatures(body)),
    serverTools: converseServerTools(body),
    choices: 1,
    bodyBytes,
  };
  if (most !== undefined) facts.maxOutputTokens = most;
  return facts;
}

type Written<T> = { -readonly [K in keyof T]: T[K] };

const inOrder = (features: ReadonlySet<string>): readonly string[] =>
  features.size === 0 ? NO_FEATURES : [...features].sort();

const NO_FEATURES: readonly string[] = Object.freeze([]);

/** `web_search_20250305` with `max_uses: 3` → `{ web_search: 3 }`; the same tool twice adds up, unbounded wins. */
function anthropicServerTools(body: JsonRecord): Record<string, number | null> {
  const uses: Record<string, number | null> = {};
  for (const tool of listOf(body['tools']) ?? []) {
    if (!isRecord(tool)) continue;
    const type = stringOf(tool['type']) ?? '';
    if (!isServerTool(type)) continue;
    const name = type.replace(/_\d{8}$/, '').replace(/^tool_search_tool_(bm25|regex)$/, 'tool_search');
    const bound = Number.isSafeInteger(tool['max_uses']) ? (tool['max_uses'] as number) : null;
    const before = uses[name];
    uses[name] = before === undefined ? bound : before === null || bound === null ? null : before + bound;
  }
  return uses;
}

function booleanField(body: JsonRecord, name: string): boolean {
  const value = body[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw wrong(name, 'true or false', value);
  return value;
}

function countField(body: JsonRecord, name: string, least: number, within = ''): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw wrong(`${within}${name}`, `a whole number of at least ${least}`, value);
  return value as number;
}

const wrong = (name: string, wanted: string, value: unknown): AppError =>
  new AppError('BAD_REQUEST', `the field "${name}" must be ${wanted}; it is ${nameOf(value)}`, {
    details: { param: name },
  });

/** What a value is, for a sentence; never its contents beyond a number or a boolean. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}
