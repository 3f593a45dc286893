// Which rows of the capability table a Responses request uses. Only what is really asked for counts: a null or a default
// value is not a feature. `include: ["reasoning.encrypted_content"]` asks for what every translated answer gives anyway.
import { isAddress, isOtherFormat } from './features-openai.ts';
import { isRecord, listOf, numberOf, recordOf, stringOf, type JsonRecord } from './json-value.ts';

/** Fields whose presence alone is the feature. */
const FIELD_FEATURES: Readonly<Record<string, string>> = {
  context_management: 'context_management',
  conversation: 'stored_state',
  instructions: 'system',
  max_tool_calls: 'max_tool_calls',
  metadata: 'metadata',
  moderation: 'moderation',
  previous_response_id: 'stored_state',
  prompt: 'stored_prompt',
  prompt_cache_key: 'prompt_cache',
  prompt_cache_options: 'prompt_cache',
  prompt_cache_retention: 'prompt_cache',
  safety_identifier: 'end_user',
  temperature: 'temperature',
  tool_choice: 'tool_choice',
  top_logprobs: 'logprobs',
  top_p: 'top_p',
  user: 'end_user',
};
const FEATURE_OF: ReadonlyMap<string, string> = new Map(Object.entries(FIELD_FEATURES));

export const RESPONSES_FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(FIELD_FEATURES),
  'background',
  'include',
  'input',
  'max_output_tokens',
  'model',
  'parallel_tool_calls',
  'reasoning',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'text',
  'tools',
  'truncation',
]);

/** Not absent, not null, not an empty list or object. */
export const isGiven = (value: unknown): boolean => {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return true;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
};

/** Tools that the seller runs: uses of them are billed, and another seller cannot run them. */
const SERVER_TOOLS: Readonly<Record<string, string>> = {
  web_search: 'web_search',
  web_search_2025_08_26: 'web_search',
  web_search_preview: 'web_search',
  web_search_preview_2025_03_11: 'web_search',
  file_search: 'file_search',
  code_interpreter: 'code_execution',
  image_generation: 'image_generation',
  tool_search: 'tool_search',
};

/** What a tool that is no function of the caller's asks for. */
export function hostedTool(
  tool: JsonRecord,
): 'server_tools' | 'mcp_servers' | 'container' | 'custom_tools' | 'builtin_tools' {
  const type = stringOf(tool['type']) ?? '';
  if (type === 'mcp') return 'mcp_servers';
  if (type === 'custom') return 'custom_tools';
  if (type === 'code_interpreter') return 'container';
  const environment = stringOf(recordOf(tool['environment'])?.['type']) ?? '';
  if (environment.startsWith('container')) return 'container';
  return Object.hasOwn(SERVER_TOOLS, type) ? 'server_tools' : 'builtin_tools';
}

/** Uses that the request allows of each tool that the seller runs; null without a bound. */
export function responsesServerTools(body: JsonRecord): Record<string, number | null> {
  const most = Number.isSafeInteger(body['max_tool_calls']) ? (body['max_tool_calls'] as number) : null;
  const uses: Record<string, number | null> = {};
  for (const tool of listOf(body['tools']) ?? []) {
    const name = SERVER_TOOLS[stringOf(recordOf(tool)?.['type']) ?? ''];
    if (name !== undefined) uses[name] = most;
  }
  return uses;
}

/** Members of a function that no other dialect has. */
export const hasToolOptions = (tool: JsonRecord): boolean =>
  isGiven(tool['allowed_callers']) ||
  tool['defer_loading'] === true ||
  tool['async'] === true ||
  isGiven(tool['output_schema']);

export function responsesFeatures(body: JsonRecord): Set<string> {
  const found = new Set<string>();
  for (const field of Object.keys(body)) {
    if (!isGiven(body[field])) continue;
    const feature = FEATURE_OF.get(field);
    if (feature !== undefined) found.add(feature);
    else if (!RESPONSES_FIELDS.has(field)) found.add('unknown_fields');
  }
  valueFeatures(body, found);
  toolFeatures(body, found);
  const items = listOf(body['input']) ?? [];
  let begun = false;
  for (const item of items) {
    if (!isRecord(item)) continue;
    const role = stringOf(item['role']);
    if (role === 'system' || role === 'developer')
      found.add('system').add(begun ? 'system_mid_conversation' : 'system');
    else begun = true;
    itemFeatures(item, found);
  }
  const last = recordOf(items.at(-1));
  if (last?.['role'] === 'assistant' || last?.['type'] === 'function_call') found.add('prefill');
  return found;
}

/** What `include` asks for that has a row of its own. */
export function includeFeatures(body: JsonRecord): readonly ('logprobs' | 'include')[] {
  return (listOf(body['include']) ?? []).flatMap((name) => {
    if (name === 'reasoning.encrypted_content') return [];
    return [name === 'message.output_text.logprobs' ? 'logprobs' : 'include'];
  });
}

/** Features that depend on the value. */
function valueFeatures(body: JsonRecord, found: Set<string>): void {
  if ((numberOf(body['temperature']) ?? 0) > 1) found.add('temperature_above_1');
  if (body['store'] === true) found.add('store');
  if (body['background'] === true) found.add('background');
  if (body['parallel_tool_calls'] === false) found.add('parallel_tool_control');
  if (body['truncation'] === 'auto') found.add('truncation');
  for (const feature of includeFeatures(body)) found.add(feature);
  const tier = stringOf(body['service_tier']);
  if (tier === 'auto' || tier === 'default') found.add('service_tier');
  else if (tier !== undefined) found.add('service_tier_special');
  const reasoning = recordOf(body['reasoning']);
  if (isGiven(reasoning?.['effort'])) found.add('effort');
  if (isGiven(reasoning?.['summary']) || isGiven(reasoning?.['generate_summary'])) found.add('reasoning_summary');
  const text = recordOf(body['text']);
  if (isGiven(text?.['verbosity'])) found.add('verbosity');
  const format = stringOf(recordOf(text?.['format'])?.['type']);
  if (format === 'json_schema' || format === 'json_object') found.add(format);
}

function toolFeatures(body: JsonRecord, found: Set<string>): void {
  for (const tool of listOf(body['tools']) ?? []) {
    if (!isRecord(tool)) continue;
    found.add('tools');
    if (tool['type'] !== 'function') found.add(hostedTool(tool));
    else if (tool['strict'] === true) found.add('tool_strict');
    if (tool['type'] === 'function' && hasToolOptions(tool)) found.add('tool_options');
  }
  if (body['tool_choice'] === 'none') found.add('tool_choice_none');
  if (recordOf(body['tool_choice'])?.['type'] === 'allowed_tools') found.add('tool_choice_allowed');
}

const PART_FEATURES: Readonly<Record<string, string | null>> = {
  input_text: null,
  output_text: null,
  text: null,
  input_image: 'images',
  input_file: 'documents',
  input_audio: 'audio_input',
  refusal: 'refusal_history',
};

function itemFeatures(item: JsonRecord, found: Set<string>): void {
  switch (stringOf(item['type']) ?? 'message') {
    case 'message':
      if (typeof item['phase'] === 'string') found.add('phase');
      return partsFeatures(item['content'], found);
    case 'function_call':
      found.add('tool_history');
      return;
    case 'function_call_output':
      found.add('tool_history');
      if (hasMedia(item['output'])) found.add('tool_result_media');
      return partsFeatures(item['output'], found);
    case 'reasoning':
      found.add('reasoning_items');
      return;
    case 'item_reference':
      found.add('stored_state');
      return;
    default:
      found.add('hosted_items');
  }
}

const hasMedia = (output: unknown): boolean =>
  (listOf(output) ?? []).some((part) =>
    ['input_image', 'input_file'].includes(stringOf(recordOf(part)?.['type']) ?? ''),
  );

function partsFeatures(content: unknown, found: Set<string>): void {
  for (const part of listOf(content) ?? []) {
    if (!isRecord(part)) continue;
    const type = stringOf(part['type']) ?? '';
    const feature = Object.hasOwn(PART_FEATURES, type) ? PART_FEATURES[type] : 'unknown_content';
    if (typeof feature === 'string') found.add(feature);
    if (isGiven(part['prompt_cache_breakpoint'])) found.add('prompt_cache_marks');
    if (isGiven(part['annotations'])) found.add('citations');
    if (isGiven(part['file_id'])) found.add('file_ids');
    if (isGiven(part['file_url'])) found.add('document_url');
    if (isAddress(part['image_url'])) found.add('image_url');
    if (isOtherFormat(stringOf(part['file_data']))) found.add('document_formats');
    const detail = stringOf(part['detail']);
    if (type === 'input_image' && detail !== undefined && detail !== 'auto') found.add('image_detail');
  }
}
