// The request of the Messages API, from untrusted JSON to a `Prompt`, or to the refusal that the real API would send.
// Three variants of one body: Anthropic's own and Foundry's name the model in it; Bedrock's and Vertex's must not, and
// name their `anthropic_version` instead.
import type { LabModel } from '../model/catalogue.ts';
import { directivesOf, type CacheSegment, type Prompt, type ToolSpec } from '../model/prompt.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { Signer } from '../model/signature.ts';
import { TOOL_TOKENS, tokensOf } from '../model/tokenizer.ts';
import { breakpointOf, checkCacheControl } from './anthropic-blocks.ts';
import { checkMessages, checkSystem, type Conversation } from './anthropic-messages.ts';
import { type Fields, isFields, isText, isWhole, shown, unknownKey } from './fields.ts';

const COMMON = [
  'messages',
  'max_tokens',
  'system',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'tool_choice',
  'metadata',
  'thinking',
  'output_config',
  'output_format',
  'context_management',
  'cache_control',
];
const DIRECT = new Set([
  ...COMMON,
  'model',
  'stream',
  'service_tier',
  'container',
  'mcp_servers',
  'inference_geo',
  'speed',
  'fallbacks',
  'diagnostics',
]);
const CLOUD = new Set([...COMMON, 'anthropic_version', 'anthropic_beta']);
const CACHE_BREAKPOINTS = 4;
const THINKING_FLOOR = 1_024;
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const SERVER_TOOL =
  /^(web_search|web_fetch|code_execution|bash|text_editor|computer|memory|tool_search_tool|mcp_toolset|advisor)[a-z_]*(_\d{8})?$/;

export interface AnthropicContext {
  readonly variant: 'direct' | 'bedrock' | 'vertex';
  readonly model: LabModel;
  /** As the caller named it (path or body). */
  readonly asked: string;
  readonly stream: boolean;
  readonly signer: Signer;
  /** count_tokens: no `max_tokens`, nothing sampled. */
  readonly counting: boolean;
}

const invalid = (message: string): Refusal => refuse('invalid', message);

/** Parses and checks a body. `body` is parsed JSON of any shape. */
export function parseAnthropic(body: unknown, context: AnthropicContext): Prompt | Refusal {
  if (!isFields(body)) return invalid('The request body is not valid JSON object');
  const problem = checkTop(body, context) ?? checkLimits(body, context);
  if (problem !== null) return invalid(problem);
  const tools = readTools(body['tools']);
  if (isText(tools)) return invalid(tools);
  const choice = readToolChoice(body['tool_choice'], tools.specs);
  if (isText(choice)) return invalid(choice);
  const thinking = readThinking(body, context);
  if (isText(thinking)) return invalid(thinking);
  const system = checkSystem(body['system'], context.signer);
  if (isText(system)) return invalid(system);
  const conversation = checkMessages(body['messages'], context.signer, thinking !== null);
  if (isText(conversation)) return invalid(conversation);
  const segments = [...tools.segments, ...system.segments, ...conversation.segments];
  const automatic = applyAutomatic(segments, body['cache_control']);
  const cacheProblem = checkBreakpoints(automatic);
  if (cacheProblem !== null) return invalid(cacheProblem);
  return assemble(body, context, {
    tools: tools.specs,
    choice: choice.choice,
    thinking,
    conversation,
    segments: automatic,
  });
}

interface Parts {
  readonly tools: readonly ToolSpec[];
  readonly choice: Prompt['toolChoice'];
  readonly thinking: number | null;
  readonly conversation: Conversation;
  readonly segments: readonly CacheSegment[];
}

function assemble(body: Fields, context: AnthropicContext, parts: Parts): Prompt | Refusal {
  const inputTokens = parts.segments.reduce((sum, segment) => sum + segment.tokens, 0);
  if (inputTokens > context.model.context) {
    return invalid(`prompt is too long: ${inputTokens} tokens > ${context.model.context} maximum`);
  }
  const { conversation } = parts;
  const toolChoice = body['tool_choice'];
  const config = isFields(body['output_config']) ? body['output_config']['format'] : undefined;
  const format = body['output_format'] ?? config;
  return {
    dialect: 'anthropic-messages',
    model: context.asked,
    stream: context.stream,
    includeUsage: true,
    maxTokens: isWhole(body['max_tokens']) ? body['max_tokens'] : null,
    stop: Array.isArray(body['stop_sequences']) ? body['stop_sequences'].filter(isText) : [],
    lastUserText: conversation.lastUserText,
    tools: parts.tools,
    toolChoice: parts.choice,
    parallelTools: !(isFields(toolChoice) && toolChoice['disable_parallel_tool_use'] === true),
    toolResults: conversation.toolResults,
    thinking: parts.thinking,
    format: isFields(format) && format['type'] === 'json_schema' ? { schema: format['schema'] } : null,
    inputTokens,
    segments: parts.segments.some((segment) => segment.ttl !== null) ? parts.segments : [],
    choices: 1,
    logprobs: null,
    tier: isText(body['service_tier']) ? body['service_tier'] : null,
    inferenceGeo: isText(body['inference_geo']) ? body['inference_geo'] : null,
    directives: directivesOf(conversation.lastUserText),
  };
}

/** What the SDKs of version 1 and later send (platform.claude.com/docs/en/api/versioning, read November 2026). */
const NEWEST_VERSION = '2026-10-21';

/** On Bedrock the newest version is for Claude 4.7 and later (same page). */
const takesNewest = (model: string): boolean => {
  const [, major = '0', minor = '0'] = /-(\d+)(?:-(\d+))?$/.exec(model) ?? [];
  return Number(major) * 10 + Number(minor) >= 47;
};

function checkTop(body: Fields, { variant, counting, model }: AnthropicContext): string | null {
  if (variant !== 'direct') {
    const wanted = variant === 'bedrock' ? 'bedrock-2023-05-31' : 'vertex-2023-10-16';
    const version = body['anthropic_version'];
    if (version === undefined) return 'anthropic_version: Field required';
    const newest = version === NEWEST_VERSION && (variant === 'vertex' || takesNewest(model.id));
    if (version !== wanted && !newest) return `anthropic_version: Input should be '${wanted}'`;
  }
  const known = variant === 'direct' ? DIRECT : CLOUD;
  const extra = unknownKey(body, known);
  // Vertex's streamRawPredict takes (and its SDK sends) `stream`; the model belongs in the path on both clouds.
  if (extra !== null && !(variant === 'vertex' && extra === 'stream'))
    return `${extra}: Extra inputs are not permitted`;
  if (!counting && body['max_tokens'] === undefined) return 'max_tokens: Field required';
  if (body['messages'] === undefined) return 'messages: Field required';
  if (body['stream'] !== undefined && typeof body['stream'] !== 'boolean')
    return 'stream: Input should be a valid boolean';
  return null;
}

function checkLimits(body: Fields, { model, counting }: AnthropicContext): string | null {
  const { max_tokens: max, temperature, top_p: topP, top_k: topK, stop_sequences: stops, inference_geo: geo } = body;
  if (!counting) {
    if (!isWhole(max)) return 'max_tokens: Input should be a valid integer';
    if (max < 1) return 'max_tokens: Input should be greater than or equal to 1';
    if (max > model.maxOutput) {
      return `max_tokens: ${max} > ${model.maxOutput}, which is the maximum allowed number of output tokens for ${model.version}`;
    }
  }
  const between = (value: unknown, name: string, high: number): string | null => {
    if (value === undefined || value === null) return null;
    if (typeof value !== 'number') return `${name}: Input should be a valid number`;
    return value < 0 || value > high ? `${name}: range: 0..${high}` : null;
  };
  const range = between(temperature, 'temperature', 1) ?? between(topP, 'top_p', 1) ?? between(topK, 'top_k', 100_000);
  if (range !== null) return range;
  if (temperature !== undefined && topP !== undefined && temperature !== null && topP !== null) {
    return '`temperature` and `top_p` cannot both be specified for this model. Please use only one.';
  }
  if (stops !== undefined && stops !== null) {
    if (!Array.isArray(stops) || !stops.every(isText)) return 'stop_sequences: Input should be a valid list';
    if (stops.some((stop) => stop.trim() === ''))
      return 'stop_sequences: each stop sequence must contain non-whitespace';
  }
  if (geo !== undefined && geo !== null) {
    if (!model.geo) return `inference_geo: '${model.version}' does not support the 'inference_geo' parameter`;
    if (geo !== 'us' && geo !== 'global') return "inference_geo: Input should be 'us' or 'global'";
  }
  const tier = body['service_tier'];
  if (tier !== undefined && tier !== 'auto' && tier !== 'standard_only')
    return "service_tier: Input should be 'auto' or 'standard_only'";
  const metadata = body['metadata'];
  if (metadata !== undefined && (!isFields(metadata) || unknownKey(metadata, new Set(['user_id'])) !== null)) {
    return 'metadata: Extra inputs are not permitted';
  }
  return checkCacheControl(body['cache_control'], 'cache_control');
}

function readTools(value: unknown): { specs: ToolSpec[]; segments: CacheSegment[] } | string {
  const out = { specs: [] as ToolSpec[], segments: [] as CacheSegment[] };
  if (value === undefined || value === null) return out;
  if (!Array.isArray(value)) return 'tools: Input should be a valid list';
  const names = new Set<string>();
  for (const [index, tool] of value.entries()) {
    const path = `tools.${index}`;
    if (!isFields(tool)) return `${path}: Input should be a valid dictionary or object to extract fields from`;
    const { type, name } = tool;
    const custom = type === undefined || type === null || type === 'custom';
    if (!custom && !(isText(type) && SERVER_TOOL.test(type))) {
      return `${path}: Input tag '${shown(type)}' found using 'type' does not match any of the expected tags`;
    }
    if (custom) {
      if (!isText(name)) return `${path}.custom.name: Field required`;
      if (!TOOL_NAME.test(name)) return `${path}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
      const schema = tool['input_schema'];
      if (!isFields(schema)) return `${path}.custom.input_schema: Field required`;
      if (schema['type'] !== 'object') return `${path}.custom.input_schema.type: Input should be 'object'`;
      if (tool['description'] !== undefined && !isText(tool['description']))
        return `${path}.custom.description: Input should be a valid string`;
      out.specs.push({ name, schema });
    }
    if (isText(name)) {
      if (names.has(name)) return 'tools: Tool names must be unique.';
      names.add(name);
    }
    const problem = checkCacheControl(tool['cache_control'], `${path}.cache_control`);
    if (problem !== null) return problem;
    const text = JSON.stringify({ ...tool, cache_control: undefined });
    out.segments.push({ text, tokens: tokensOf(text) + TOOL_TOKENS, ttl: breakpointOf(tool) });
  }
  return out;
}

function readToolChoice(value: unknown, tools: readonly ToolSpec[]): { choice: Prompt['toolChoice'] } | string {
  if (value === undefined || value === null) return { choice: 'auto' };
  return isFields(value) ? toolChoiceOf(value, tools) : 'tool_choice: Input should be a valid dictionary';
}

function toolChoiceOf(value: Fields, tools: readonly ToolSpec[]): { choice: Prompt['toolChoice'] } | string {
  const { type, name } = value;
  if (type === 'auto' || type === 'none') return { choice: type };
  if (type === 'any') {
    return tools.length > 0 ? { choice: 'any' } : 'tool_choice may only be specified while providing `tools`.';
  }
  if (type !== 'tool') {
    return `tool_choice: Input tag '${shown(type)}' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'`;
  }
  if (!isText(name)) return 'tool_choice.tool.name: Field required';
  const found = tools.some((tool) => tool.name === name);
  return found ? { choice: { name } } : `Tool '${name}' not found in provided tools`;
}

function readThinking(body: Fields, { model, counting }: AnthropicContext): number | null | string {
  const thinking = body['thinking'];
  if (thinking === undefined || thinking === null) return null;
  if (!isFields(thinking)) return 'thinking: Input should be a valid dictionary or object to extract fields from';
  if (thinking['type'] === 'disabled') return null;
  const max = isWhole(body['max_tokens']) ? body['max_tokens'] : model.maxOutput;
  if (thinking['type'] === 'adaptive') {
    if (!model.adaptive) return 'adaptive thinking is not supported on this model';
    return Math.max(1, Math.floor(max / 2));
  }
  if (thinking['type'] !== 'enabled') {
    return `thinking: Input tag '${shown(thinking['type'])}' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'`;
  }
  const budget = thinking['budget_tokens'];
  if (budget === undefined) return 'thinking.enabled.budget_tokens: Field required';
  if (!isWhole(budget)) return 'thinking.enabled.budget_tokens: Input should be a valid integer';
  if (budget < THINKING_FLOOR)
    return `thinking.enabled.budget_tokens: Input should be greater than or equal to ${THINKING_FLOOR}`;
  if (!counting && budget >= max) {
    return '`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size';
  }
  const { temperature, tool_choice: choice } = body;
  if (temperature !== undefined && temperature !== 1) {
    return '`temperature` may only be set to 1 when thinking is enabled. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking';
  }
  if (isFields(choice) && (choice['type'] === 'any' || choice['type'] === 'tool')) {
    return 'Thinking may not be enabled when tool_choice forces tool use.';
  }
  return budget;
}

/** Top-level `cache_control` puts a breakpoint after the last segment, unless one is there. */
function applyAutomatic(segments: readonly CacheSegment[], value: unknown): readonly CacheSegment[] {
  const ttl = breakpointOf({ cache_control: value });
  const last = segments.at(-1);
  if (ttl === null || last === undefined || last.ttl !== null) return segments;
  return [...segments.slice(0, -1), { ...last, ttl }];
}

function checkBreakpoints(segments: readonly CacheSegment[]): string | null {
  const points = segments.filter((segment) => segment.ttl !== null);
  if (points.length > CACHE_BREAKPOINTS) {
    return `A maximum of ${CACHE_BREAKPOINTS} blocks with cache_control may be provided. Found ${points.length}.`;
  }
  const firstShort = points.findIndex((point) => point.ttl === '5m');
  if (firstShort >= 0 && points.slice(firstShort).some((point) => point.ttl === '1h')) {
    return "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.";
  }
  return null;
}
