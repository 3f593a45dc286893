// The request of Chat Completions, from untrusted JSON to a `Prompt`, or to the refusal that the real API would send.
// `compatible` is the vLLM-like server: it takes extra parameters of its own, ignores unknown ones and has no limits on
// stop sequences, but refuses what its chat template cannot say.
import type { LabModel } from '../model/catalogue.ts';
import { directivesOf, type CacheSegment, type Prompt, type ToolSpec } from '../model/prompt.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { TOOL_TOKENS, tokensOf } from '../model/tokenizer.ts';
import { type Fields, isFields, isText, isWhole, shown, unknownKey } from './fields.ts';
import { checkOpenAiMessages } from './openai-messages.ts';
import { asRefusal, badType, tooLong, wrong, type Wrong } from './openai-wrong.ts';

const KNOWN = new Set([
  'model',
  'messages',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'n',
  'stream',
  'stream_options',
  'stop',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'functions',
  'function_call',
  'response_format',
  'seed',
  'service_tier',
  'store',
  'metadata',
  'reasoning_effort',
  'verbosity',
  'modalities',
  'audio',
  'prediction',
  'web_search_options',
  'data_sources',
]);
const CHOICES = 128;
const STOPS = 4;
const TIERS = new Set(['auto', 'default', 'flex', 'priority', 'scale']);
const FUNCTION_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

export interface OpenAiContext {
  readonly flavour: 'openai' | 'azure' | 'compatible';
  readonly model: LabModel;
  readonly asked: string;
}

/** Parses and checks a body. */
export function parseOpenAi(body: unknown, context: OpenAiContext): Prompt | Refusal {
  if (!isFields(body)) {
    return refuse(
      'invalid',
      'We could not parse the JSON body of your request. The OpenAI API expects a JSON payload.',
    );
  }
  const problem = checkTop(body, context) ?? checkNumbers(body, context) ?? checkStreamOptions(body);
  if (problem !== null) return asRefusal(problem);
  const tools = readTools(body);
  if ('message' in tools) return asRefusal(tools);
  const choice = readToolChoice(body, tools.specs);
  if ('message' in choice) return asRefusal(choice);
  const messages = checkOpenAiMessages(body['messages']);
  if ('message' in messages) return asRefusal(messages);
  const format = readFormat(body, messages.segments, context);
  if (format !== null && 'message' in format) return asRefusal(format);
  const segments: readonly CacheSegment[] = [...tools.segments, ...messages.segments];
  const inputTokens = segments.reduce((sum, segment) => sum + segment.tokens, 0);
  if (inputTokens > context.model.context) {
    return asRefusal(tooLong(context.model.context, inputTokens, 'messages'));
  }
  const max = body['max_completion_tokens'] ?? body['max_tokens'];
  const options = body['stream_options'];
  const { stop } = body;
  return {
    dialect: 'openai-chat',
    model: context.asked,
    stream: body['stream'] === true,
    includeUsage: isFields(options) && options['include_usage'] === true,
    maxTokens: isWhole(max) ? max : null,
    stop: isText(stop) ? [stop] : Array.isArray(stop) ? stop.filter(isText) : [],
    lastUserText: messages.lastUserText,
    tools: tools.specs,
    toolChoice: choice.choice,
    parallelTools: body['parallel_tool_calls'] !== false,
    toolResults: messages.toolResults,
    thinking: null,
    format,
    inputTokens,
    segments,
    choices: isWhole(body['n']) ? body['n'] : 1,
    logprobs: body['logprobs'] === true ? (isWhole(body['top_logprobs']) ? body['top_logprobs'] : 0) : null,
    tier: isText(body['service_tier']) ? body['service_tier'] : null,
    inferenceGeo: null,
    directives: directivesOf(messages.lastUserText),
  };
}

function checkTop(body: Fields, { flavour, model }: OpenAiContext): Wrong | null {
  if (body['messages'] === undefined)
    return wrong("Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter');
  if (flavour !== 'compatible') {
    const extra = unknownKey(body, KNOWN);
    if (extra !== null) return wrong(`Unknown parameter: '${extra}'.`, extra, 'unknown_parameter');
    if (model.reasons && body['max_tokens'] !== undefined && body['max_tokens'] !== null) {
      return wrong(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        'max_tokens',
        'unsupported_parameter',
      );
    }
    if (
      model.reasons &&
      body['temperature'] !== undefined &&
      body['temperature'] !== null &&
      body['temperature'] !== 1
    ) {
      return wrong(
        `Unsupported value: 'temperature' does not support ${shown(body['temperature'])} with this model. Only the default (1) value is supported.`,
        'temperature',
        'unsupported_value',
      );
    }
  }
  const { stream, stop, service_tier: tier } = body;
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean')
    return badType('stream', 'a boolean', stream);
  if (Array.isArray(stop) && stop.length > STOPS && flavour !== 'compatible') {
    return wrong(
      `Invalid 'stop': array too long. Expected an array with maximum length ${STOPS}, but got an array with length ${stop.length} instead.`,
      'stop',
      'array_above_max_length',
    );
  }
  if (flavour === 'openai' && tier !== undefined && tier !== null && !TIERS.has(shown(tier))) {
    return wrong(
      `Invalid value: '${shown(tier)}'. Supported values are: 'auto', 'default', 'flex', and 'priority'.`,
      'service_tier',
    );
  }
  return null;
}

function checkNumbers(body: Fields, { model, flavour }: OpenAiContext): Wrong | null {
  const range = (name: string, low: number, high: number, whole: boolean): Wrong | null => {
    const value = body[name];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'number' || (whole && !Number.isInteger(value))) {
      return badType(name, whole ? 'an integer' : 'a decimal', value);
    }
    const kind = whole ? 'integer' : 'decimal';
    if (value < low) {
      return wrong(
        `Invalid '${name}': ${kind} below minimum value. Expected a value >= ${low}, but got ${value} instead.`,
        name,
        `${kind}_below_min_value`,
      );
    }
    if (value > high) {
      return wrong(
        `Invalid '${name}': ${kind} above maximum value. Expected a value <= ${high}, but got ${value} instead.`,
        name,
        `${kind}_above_max_value`,
      );
    }
    return null;
  };
  for (const name of ['max_tokens', 'max_completion_tokens'] as const) {
    const value = body[name];
    if (isWhole(value) && value > model.maxOutput && flavour !== 'compatible') {
      return wrong(
        `max_tokens is too large: ${value}. This model supports at most ${model.maxOutput} completion tokens, whereas you provided ${value}.`,
        name,
        null,
      );
    }
  }
  return (
    range('max_tokens', 1, Number.MAX_SAFE_INTEGER, true) ??
    range('max_completion_tokens', 1, Number.MAX_SAFE_INTEGER, true) ??
    range('temperature', 0, 2, false) ??
    range('top_p', 0, 1, false) ??
    range('presence_penalty', -2, 2, false) ??
    range('frequency_penalty', -2, 2, false) ??
    range('n', 1, CHOICES, true) ??
    range('top_logprobs', 0, 20, true)
  );
}

function checkStreamOptions(body: Fields): Wrong | null {
  const options = body['stream_options'];
  if (options !== undefined && options !== null) {
    if (body['stream'] !== true) {
      return wrong("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options', null);
    }
    if (!isFields(options)) return badType('stream_options', 'an object', options);
  }
  if (body['top_logprobs'] !== undefined && body['top_logprobs'] !== null && body['logprobs'] !== true) {
    return wrong("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", 'top_logprobs', null);
  }
  return null;
}

function readTools(body: Fields): { specs: ToolSpec[]; segments: CacheSegment[] } | Wrong {
  const out = { specs: [] as ToolSpec[], segments: [] as CacheSegment[] };
  const value = body['tools'];
  if (value === undefined || value === null) return out;
  if (!Array.isArray(value)) return badType('tools', 'an array of objects', value);
  if (value.length === 0) {
    return wrong(
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'tools',
      'empty_array',
    );
  }
  for (const [index, tool] of value.entries()) {
    const path = `tools[${index}]`;
    if (!isFields(tool) || tool['type'] === undefined) {
      return wrong(`Missing required parameter: '${path}.type'.`, `${path}.type`, 'missing_required_parameter');
    }
    const made = tool['type'] === 'function' ? tool['function'] : tool['type'] === 'custom' ? tool['custom'] : null;
    if (made === null) {
      return wrong(
        `Invalid value: '${shown(tool['type'])}'. Supported values are: 'function' and 'custom'.`,
        `${path}.type`,
      );
    }
    const name = isFields(made) ? made['name'] : undefined;
    if (!isText(name)) {
      return wrong(
        `Missing required parameter: '${path}.function.name'.`,
        `${path}.function.name`,
        'missing_required_parameter',
      );
    }
    if (!FUNCTION_NAME.test(name)) {
      return wrong(
        `Invalid '${path}.function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        `${path}.function.name`,
      );
    }
    const schema = isFields(made) ? made['parameters'] : undefined;
    if (isFields(schema) && schema['type'] !== 'object' && schema['type'] !== undefined) {
      return wrong(
        `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"', got 'type: "${shown(schema['type'])}"'.`,
        `${path}.function.parameters`,
        'invalid_function_parameters',
      );
    }
    if (tool['type'] === 'function') out.specs.push({ name, schema: schema ?? { type: 'object', properties: {} } });
    const text = JSON.stringify(tool);
    out.segments.push({ text, tokens: tokensOf(text) + TOOL_TOKENS, ttl: null });
  }
  return out;
}

function readToolChoice(body: Fields, specs: readonly ToolSpec[]): { choice: Prompt['toolChoice'] } | Wrong {
  const value = body['tool_choice'];
  if (value === undefined || value === null) return { choice: 'auto' };
  if (specs.length === 0 && body['tools'] === undefined) {
    return wrong(
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      'tool_choice',
      null,
    );
  }
  if (value === 'auto' || value === 'none') return { choice: value };
  if (value === 'required') return { choice: 'any' };
  const made = isFields(value) ? value['function'] : undefined;
  const name = isFields(made) ? made['name'] : undefined;
  if (!isText(name))
    return wrong(
      `Invalid value: '${shown(value)}'. Supported values are: 'none', 'auto', and 'required'.`,
      'tool_choice',
    );
  return specs.some((spec) => spec.name === name)
    ? { choice: { name } }
    : wrong(
        `Invalid value for 'tool_choice': no function named '${name}' was specified in the 'tools' parameter.`,
        'tool_choice',
        null,
      );
}

function readFormat(
  body: Fields,
  segments: readonly CacheSegment[],
  { flavour }: OpenAiContext,
): Prompt['format'] | Wrong {
  const value = body['response_format'];
  if (!isFields(value) || value['type'] === 'text') return null;
  if (value['type'] === 'json_object') {
    if (flavour === 'compatible' || segments.some((segment) => /json/i.test(segment.text))) return { schema: null };
    return wrong(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages',
      null,
    );
  }
  if (value['type'] !== 'json_schema') {
    return wrong(
      `Invalid value: '${shown(value['type'])}'. Supported values are: 'json_object', 'json_schema', and 'text'.`,
      'response_format.type',
    );
  }
  const made = value['json_schema'];
  if (!isFields(made)) {
    return wrong(
      "Missing required parameter: 'response_format.json_schema'.",
      'response_format.json_schema',
      'missing_required_parameter',
    );
  }
  if (!isText(made['name'])) {
    return wrong(
      "Missing required parameter: 'response_format.json_schema.name'.",
      'response_format.json_schema.name',
      'missing_required_parameter',
    );
  }
  const { schema } = made;
  if (
    made['strict'] === true &&
    isFields(schema) &&
    schema['type'] === 'object' &&
    schema['additionalProperties'] !== false
  ) {
    return wrong(
      `Invalid schema for response_format '${made['name']}': In context=(), 'additionalProperties' is required to be supplied and to be false.`,
      'response_format',
      null,
    );
  }
  return { schema: schema ?? {} };
}
