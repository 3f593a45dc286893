// Which rows of the capability table an OpenAI Chat Completions request uses. Only what is really asked for counts: a
// null or a default value is not a feature. `cache_control`, `thinking`, `thinking_blocks`, `top_k` and
// `provider_content` are not OpenAI's own: they are how a Chat client says what only Anthropic has (README).
import { isRecord, listOf, numberOf, recordOf, stringOf, type JsonRecord } from './json-value.ts';

/** Fields whose presence alone is the feature. */
const FIELD_FEATURES: Readonly<Record<string, string>> = {
  cache_control: 'cache_control',
  function_call: 'tool_choice',
  metadata: 'metadata',
  moderation: 'moderation',
  prediction: 'prediction',
  prompt_cache_key: 'prompt_cache',
  prompt_cache_options: 'prompt_cache',
  prompt_cache_retention: 'prompt_cache',
  reasoning_effort: 'effort',
  safety_identifier: 'end_user',
  seed: 'seed',
  stop: 'stop_sequences',
  temperature: 'temperature',
  thinking: 'thinking',
  tool_choice: 'tool_choice',
  top_k: 'top_k',
  top_p: 'top_p',
  user: 'end_user',
  verbosity: 'verbosity',
};

const FEATURE_OF: ReadonlyMap<string, string> = new Map(Object.entries(FIELD_FEATURES));

export const OPENAI_FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(FIELD_FEATURES),
  'audio',
  'frequency_penalty',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'modalities',
  'model',
  'n',
  'parallel_tool_calls',
  'presence_penalty',
  'response_format',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'tools',
  'top_logprobs',
  'web_search_options',
]);

export function openaiFeatures(body: JsonRecord): Set<string> {
  const found = new Set<string>();
  for (const field of Object.keys(body)) {
    if (!given(body[field])) continue;
    const feature = FEATURE_OF.get(field);
    if (feature !== undefined) found.add(feature);
    else if (!OPENAI_FIELDS.has(field)) found.add('unknown_fields');
  }
  valueFeatures(body, found);
  toolFeatures(body, found);
  const messages = listOf(body['messages']) ?? [];
  let begun = false;
  for (const message of messages) {
    if (!isRecord(message)) continue;
    const role = stringOf(message['role']);
    if (role === 'system' || role === 'developer')
      found.add('system').add(begun ? 'system_mid_conversation' : 'system');
    else begun = true;
    messageFeatures(message, found);
  }
  if (recordOf(messages.at(-1))?.['role'] === 'assistant') found.add('prefill');
  return found;
}

/** Not absent, not null, not an empty list or object. */
const given = (value: unknown): boolean => {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return true;
  // A list's keys would all be written out as texts.
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
};

/** Features that depend on the value. */
function valueFeatures(body: JsonRecord, found: Set<string>): void {
  if ((numberOf(body['temperature']) ?? 0) > 1) found.add('temperature_above_1');
  if (nonZero(body['frequency_penalty']) || nonZero(body['presence_penalty'])) found.add('penalties');
  if (given(body['logit_bias'])) found.add('logit_bias');
  if (body['logprobs'] === true || given(body['top_logprobs'])) found.add('logprobs');
  if (typeof body['n'] === 'number' && body['n'] > 1) found.add('choices');
  if (body['store'] === true) found.add('store');
  // An empty object already asks for the search.
  if (isRecord(body['web_search_options'])) found.add('server_tools');
  if (given(body['audio']) || (listOf(body['modalities']) ?? []).includes('audio')) found.add('audio_output');
  if (body['parallel_tool_calls'] === false) found.add('parallel_tool_control');
  const tier = stringOf(body['service_tier']);
  if (tier === 'auto' || tier === 'default') found.add('service_tier');
  else if (tier !== undefined) found.add('service_tier_special');
  const format = stringOf(recordOf(body['response_format'])?.['type']);
  if (format === 'json_schema') found.add('json_schema');
  if (format === 'json_object') found.add('json_object');
}

const nonZero = (value: unknown): boolean => typeof value === 'number' && value !== 0;

function toolFeatures(body: JsonRecord, found: Set<string>): void {
  if (given(body['functions'])) found.add('tools').add('legacy_functions');
  for (const tool of listOf(body['tools']) ?? []) {
    if (!isRecord(tool)) continue;
    found.add('tools');
    if (tool['type'] === 'custom') found.add('custom_tools');
    if (recordOf(tool['function'])?.['strict'] === true) found.add('tool_strict');
    if (given(tool['cache_control'])) found.add('cache_control');
  }
  if (body['tool_choice'] === 'none' || body['function_call'] === 'none') found.add('tool_choice_none');
  const choice = recordOf(body['tool_choice']);
  if (choice?.['type'] === 'allowed_tools') found.add('tool_choice_allowed');
}

const PART_FEATURES: Readonly<Record<string, string>> = {
  image_url: 'images',
  input_audio: 'audio_input',
  file: 'documents',
};
const PLAIN_PARTS = new Set(['text', 'refusal']);

function messageFeatures(message: JsonRecord, found: Set<string>): void {
  if (given(message['name']) && message['role'] !== 'function') found.add('participant_name');
  if (given(message['cache_control'])) found.add('cache_control');
  if (given(message['thinking_blocks'])) found.add('thinking_blocks');
  else if (given(message['reasoning_content']) || given(message['reasoning'])) found.add('unsigned_thinking');
  if (given(message['annotations']) && !given(message['provider_content'])) found.add('citations');
  if (given(message['provider_content'])) found.add('provider_blocks');
  if (given(message['audio'])) found.add('audio_input');
  if (given(message['tool_calls']) || message['role'] === 'tool') found.add('tool_history');
  if (given(message['function_call']) || message['role'] === 'function')
    found.add('tool_history').add('legacy_functions');
  if (given(message['refusal'])) found.add('refusal_history');
  for (const call of listOf(message['tool_calls']) ?? [])
    if (recordOf(call)?.['type'] === 'custom') found.add('custom_tools');
  for (const part of listOf(message['content']) ?? []) if (isRecord(part)) partFeatures(part, found);
}

function partFeatures(part: JsonRecord, found: Set<string>): void {
  const type = stringOf(part['type']) ?? '';
  const feature = PART_FEATURES[type];
  if (feature !== undefined) found.add(feature);
  else if (!PLAIN_PARTS.has(type)) found.add('unknown_content');
  if (type === 'refusal') found.add('refusal_history');
  if (given(part['cache_control'])) found.add('cache_control');
  if (given(part['prompt_cache_breakpoint'])) found.add('prompt_cache_marks');
  if (given(recordOf(part['file'])?.['file_id'])) found.add('file_ids');
  const image = recordOf(part['image_url']);
  if (image !== undefined && isAddress(image['url'])) found.add('image_url');
  if (isOtherFormat(stringOf(recordOf(part['file'])?.['file_data']))) found.add('document_formats');
  const detail = stringOf(image?.['detail']);
  if (detail !== undefined && detail !== 'auto') found.add('image_detail');
}

/** An address to fetch from, and not the data itself. */
export const isAddress = (url: unknown): boolean => typeof url === 'string' && !url.startsWith('data:');

/** Data of a file that is neither PDF nor text. */
export const isOtherFormat = (data: string | undefined): boolean =>
  data !== undefined && /^data:(?!application\/pdf|text\/)/.test(data);
