// Which rows of the capability table an Anthropic Messages request uses. Only what is really asked for counts: a null
// or a default value is not a feature. Unknown fields are named as such, never judged.
import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from './json-value.ts';

/** Top-level fields that translation understands, or that have a row of their own. */
const FIELD_FEATURES: Readonly<Record<string, string>> = {
  cache_control: 'cache_control',
  container: 'container',
  context_management: 'context_management',
  diagnostics: 'diagnostics',
  fallbacks: 'fallbacks',
  inference_geo: 'inference_geo',
  mcp_servers: 'mcp_servers',
  stop_sequences: 'stop_sequences',
  temperature: 'temperature',
  thinking: 'thinking',
  tool_choice: 'tool_choice',
  top_k: 'top_k',
  top_p: 'top_p',
};

const FEATURE_OF: ReadonlyMap<string, string> = new Map(Object.entries(FIELD_FEATURES));

export const ANTHROPIC_FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(FIELD_FEATURES),
  'max_tokens',
  'messages',
  'metadata',
  'model',
  'output_config',
  'output_format',
  'service_tier',
  'speed',
  'stream',
  'system',
  'tools',
  // Carried in the body by Bedrock and Vertex; not the caller's wish.
  'anthropic_version',
  'anthropic_beta',
]);

const BLOCK_FEATURES: Readonly<Record<string, string>> = {
  image: 'images',
  search_result: 'search_results',
  thinking: 'thinking_blocks',
  redacted_thinking: 'thinking_blocks',
  container_upload: 'file_ids',
};
const PLAIN_BLOCKS = new Set(['text', 'document', 'tool_use', 'tool_result']);

/** Tool options beyond name, description, schema and `strict`. */
export const ANTHROPIC_TOOL_OPTIONS = ['allowed_callers', 'defer_loading', 'input_examples'] as const;

export function anthropicFeatures(body: JsonRecord): Set<string> {
  const found = new Set<string>();
  for (const field of Object.keys(body)) {
    if (!given(body[field])) continue;
    const feature = FEATURE_OF.get(field);
    if (feature !== undefined) found.add(feature);
    else if (!ANTHROPIC_FIELDS.has(field)) found.add('unknown_fields');
  }
  topLevel(body, found);
  for (const tool of listOf(body['tools']) ?? []) if (isRecord(tool)) toolFeatures(tool, found);
  blocks(body['system'], found);
  const messages = listOf(body['messages']) ?? [];
  for (const message of messages) {
    if (!isRecord(message)) continue;
    if (message['role'] === 'system') found.add('system').add('system_mid_conversation');
    blocks(message['content'], found);
  }
  if (recordOf(messages.at(-1))?.['role'] === 'assistant') found.add('prefill');
  return found;
}

/** Not absent, not null, not an empty list. */
const given = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

function topLevel(body: JsonRecord, found: Set<string>): void {
  if (given(body['system']) && body['system'] !== '') found.add('system');
  if (given(body['output_format'])) found.add('json_schema');
  const output = recordOf(body['output_config']) ?? {};
  if (given(output['format'])) found.add('json_schema');
  if (given(output['effort'])) found.add('effort');
  if (Object.keys(output).some((name) => name !== 'format' && name !== 'effort' && given(output[name]))) {
    found.add('unknown_fields');
  }
  if (body['speed'] === 'fast') found.add('speed');
  if (stringOf(recordOf(body['metadata'])?.['user_id']) !== undefined) found.add('end_user');
  const tier = body['service_tier'];
  if (given(tier)) found.add(tier === 'auto' || tier === 'standard_only' ? 'service_tier' : 'unknown_fields');
  if (Object.keys(recordOf(body['metadata']) ?? {}).some((name) => name !== 'user_id')) found.add('unknown_fields');
  if (recordOf(body['tool_choice'])?.['type'] === 'none') found.add('tool_choice_none');
  if (recordOf(body['tool_choice'])?.['disable_parallel_tool_use'] === true) found.add('parallel_tool_control');
}

function toolFeatures(tool: JsonRecord, found: Set<string>): void {
  found.add('tools');
  const type = stringOf(tool['type']) ?? 'custom';
  if (type !== 'custom') found.add(isServerTool(type) ? 'server_tools' : 'builtin_tools');
  if (tool['strict'] === true) found.add('tool_strict');
  if (given(tool['cache_control'])) found.add('cache_control');
  if (tool['eager_input_streaming'] === true) found.add('tool_streaming');
  if (ANTHROPIC_TOOL_OPTIONS.some((name) => isToolOption(name, tool[name]))) found.add('tool_options');
}

/** Defaults (`["direct"]`, false) are not options. */
export const isToolOption = (name: string, value: unknown): boolean =>
  given(value) && value !== false && !(name === 'allowed_callers' && JSON.stringify(value) === '["direct"]');

/** Tools that the seller runs, by the stem of their versioned type. */
const SERVER_TOOL_STEMS =
  /^(web_search|web_fetch|code_execution|tool_search_tool_(?:bm25|regex)|advisor|mcp_toolset)(?:_\d{8})?$/;
export const isServerTool = (type: string): boolean => SERVER_TOOL_STEMS.test(type);

function blocks(content: unknown, found: Set<string>): void {
  for (const block of listOf(content) ?? []) {
    if (!isRecord(block)) continue;
    const type = stringOf(block['type']) ?? '';
    const feature = BLOCK_FEATURES[type];
    if (feature !== undefined) found.add(feature);
    else if (!PLAIN_BLOCKS.has(type)) found.add('provider_blocks');
    if (given(block['cache_control'])) found.add('cache_control');
    if (type === 'image') imageFeatures(recordOf(block['source']) ?? {}, found);
    if (type === 'text' && given(block['citations'])) found.add('citations');
    if (type === 'document') documentFeatures(block, found);
    if (type === 'tool_use') found.add('tool_history');
    if (type === 'tool_result') toolResult(block, found);
  }
}

function imageFeatures({ type }: JsonRecord, found: Set<string>): void {
  if (type === 'file') found.add('file_ids');
  if (type === 'url') found.add('image_url');
}

function documentFeatures(block: JsonRecord, found: Set<string>): void {
  found.add('documents');
  const source = stringOf(recordOf(block['source'])?.['type']);
  if (source === 'file') found.add('file_ids');
  if (source === 'url') found.add('document_url');
  const media = stringOf(recordOf(block['source'])?.['media_type']) ?? '';
  if (source === 'base64' && !/^(?:application\/pdf$|text\/)/.test(media)) found.add('document_formats');
  if (source === 'text' || source === 'content') found.add('document_text');
  if (given(block['context'])) found.add('document_context');
  if (recordOf(block['citations'])?.['enabled'] === true) found.add('citations');
}

function toolResult(block: JsonRecord, found: Set<string>): void {
  found.add('tool_history');
  if (block['is_error'] === true) found.add('tool_error');
  const inner = new Set<string>();
  blocks(block['content'], inner);
  for (const name of ['images', 'documents', 'search_results']) if (inner.has(name)) found.add('tool_result_media');
  for (const name of inner) found.add(name);
}
