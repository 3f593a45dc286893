// The request of Responses, from untrusted JSON to a `Prompt`, or to the refusal that the real API would send. Functions are
// the only tools here: what the seller would run itself is refused as not simulated, in the lab's own words.
// https://platform.openai.com/docs/api-reference/responses/create
import type { LabModel } from '../model/catalogue.ts';
import type { KeptResponses } from '../model/kept-responses.ts';
import { directivesOf, type CacheSegment, type Prompt, type ToolSpec } from '../model/prompt.ts';
import type { Refusal } from '../model/refusal.ts';
import type { Signer } from '../model/signature.ts';
import { TOOL_TOKENS, tokensOf } from '../model/tokenizer.ts';
import { type Fields, isFields, isText, isWhole, shown, unknownKey } from './fields.ts';
import { asRefusal, badType, missing, tooLong, wrong, type Wrong } from './openai-wrong.ts';
import { checkItems } from './responses-items.ts';

const KNOWN = new Set([
  'background',
  'context_management',
  'conversation',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'model',
  'moderation',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
]);
const LEAST_OUTPUT = 16;
const FUNCTION_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

export interface ResponsesContext {
  readonly model: LabModel;
  readonly asked: string;
  readonly signer: Signer;
  readonly kept: KeptResponses;
}

export function parseResponses(body: unknown, context: ResponsesContext): Prompt | Refusal {
  if (!isFields(body)) return asRefusal(wrong('We could not parse the JSON body of your request.', null, null));
  const problem = checkTop(body, context);
  if (problem !== null) return asRefusal(problem);
  const before = previousOf(body, context.kept);
  if ('message' in before) return asRefusal(before);
  const tools = readTools(body);
  if ('message' in tools) return asRefusal(tools);
  const choice = readToolChoice(body, tools.specs);
  if ('message' in choice) return asRefusal(choice);
  const keeps = body['store'] !== false;
  const items = checkItems(body['input'], { signer: context.signer, keeps, pending: before.pending });
  if ('message' in items) return asRefusal(items);
  const format = readFormat(body);
  if (format !== null && 'message' in format) return asRefusal(format);
  const instructions = isText(body['instructions']) ? body['instructions'] : '';
  const system = instructions === '' ? [] : [segmentOf(instructions)];
  const segments = [...tools.segments, ...before.segments, ...system, ...items.segments];
  const inputTokens = segments.reduce((sum, segment) => sum + segment.tokens, 0);
  if (inputTokens > context.model.context) return asRefusal(tooLong(context.model.context, inputTokens, 'input'));
  const most = body['max_output_tokens'];
  const reasoning = isFields(body['reasoning']) ? body['reasoning'] : {};
  const include = Array.isArray(body['include']) ? body['include'] : [];
  return {
    dialect: 'openai-responses',
    model: context.asked,
    stream: body['stream'] === true,
    includeUsage: true,
    maxTokens: isWhole(most) ? most : null,
    stop: [],
    lastUserText: items.lastUserText,
    tools: tools.specs,
    toolChoice: choice.choice,
    parallelTools: body['parallel_tool_calls'] !== false,
    toolResults: items.toolResults,
    thinking: null,
    format,
    inputTokens,
    segments,
    choices: 1,
    logprobs: null,
    tier: isText(body['service_tier']) ? body['service_tier'] : null,
    inferenceGeo: null,
    directives: directivesOf(items.lastUserText),
    responses: {
      body,
      keep: keeps,
      encrypted: include.includes('reasoning.encrypted_content'),
      summary: isText(reasoning['summary']),
    },
  };
}

const segmentOf = (text: string): CacheSegment => ({ text, tokens: tokensOf(text), ttl: null });

function checkTop(body: Fields, { model }: ResponsesContext): Wrong | null {
  const extra = unknownKey(body, KNOWN);
  if (extra !== null) return wrong(`Unknown parameter: '${extra}'.`, extra, 'unknown_parameter');
  for (const name of ['conversation', 'prompt', 'background'] as const) {
    if (body[name] !== undefined && body[name] !== null && body[name] !== false)
      return wrong(`Simulated: the lab has no '${name}'.`, name);
  }
  if (body['input'] === undefined && body['previous_response_id'] === undefined) return missing('input');
  const { stream, temperature, max_output_tokens: most } = body;
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean')
    return badType('stream', 'a boolean', stream);
  if (model.reasons && temperature !== undefined && temperature !== null && temperature !== 1)
    return wrong("Unsupported parameter: 'temperature' is not supported with this model.", 'temperature', null);
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 2))
    return wrong(
      `Invalid 'temperature': decimal out of range. Expected a value between 0 and 2, but got ${temperature} instead.`,
      'temperature',
      'decimal_above_max_value',
    );
  if (most !== undefined && most !== null && !isWhole(most)) return badType('max_output_tokens', 'an integer', most);
  if (isWhole(most) && most < LEAST_OUTPUT) {
    return wrong(
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${LEAST_OUTPUT}, but got ${most} instead.`,
      'max_output_tokens',
      'integer_below_min_value',
    );
  }
  if (!model.reasons && Array.isArray(body['include']) && body['include'].includes('reasoning.encrypted_content'))
    return wrong('Encrypted content is not supported with this model.', 'include', null);
  return null;
}

function previousOf(
  body: Fields,
  kept: KeptResponses,
): { segments: readonly CacheSegment[]; pending: readonly string[] } | Wrong {
  const id = body['previous_response_id'];
  if (id === undefined || id === null) return { segments: [], pending: [] };
  const found = isText(id) ? kept.get(id) : null;
  return (
    found ??
    wrong(`Previous response with id '${shown(id)}' not found.`, 'previous_response_id', 'previous_response_not_found')
  );
}

function readTools(body: Fields): { specs: ToolSpec[]; segments: CacheSegment[] } | Wrong {
  const out = { specs: [] as ToolSpec[], segments: [] as CacheSegment[] };
  const value = body['tools'];
  if (value === undefined || value === null) return out;
  if (!Array.isArray(value)) return badType('tools', 'an array of objects', value);
  for (const [index, tool] of value.entries()) {
    const path = `tools[${index}]`;
    if (!isFields(tool) || tool['type'] === undefined) return missing(`${path}.type`);
    if (tool['type'] !== 'function')
      return wrong(`Simulated: the lab does not run '${shown(tool['type'])}'.`, `${path}.type`);
    const { name, parameters } = tool;
    if (!isText(name)) return missing(`${path}.name`);
    if (!FUNCTION_NAME.test(name)) {
      return wrong(
        `Invalid '${path}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        `${path}.name`,
      );
    }
    if (
      isFields(parameters) &&
      tool['strict'] !== false &&
      parameters['additionalProperties'] !== false &&
      tool['strict'] === true
    ) {
      return wrong(
        `Invalid schema for function '${name}': In context=(), 'additionalProperties' is required to be supplied and to be false.`,
        `${path}.parameters`,
        'invalid_function_parameters',
      );
    }
    out.specs.push({ name, schema: parameters ?? { type: 'object', properties: {} } });
    const text = JSON.stringify(tool);
    out.segments.push({ text, tokens: tokensOf(text) + TOOL_TOKENS, ttl: null });
  }
  return out;
}

function readToolChoice(body: Fields, specs: readonly ToolSpec[]): { choice: Prompt['toolChoice'] } | Wrong {
  const value = body['tool_choice'];
  if (value === undefined || value === null || value === 'auto') return { choice: 'auto' };
  if (value === 'none') return { choice: 'none' };
  if (value === 'required') return { choice: 'any' };
  const name = isFields(value) && value['type'] === 'function' ? value['name'] : undefined;
  if (!isText(name))
    return wrong(
      `Invalid value: '${shown(value)}'. Supported values are: 'none', 'auto', and 'required'.`,
      'tool_choice',
    );
  return specs.some((spec) => spec.name === name)
    ? { choice: { name } }
    : wrong(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice', null);
}

function readFormat(body: Fields): Prompt['format'] | Wrong {
  const text = body['text'];
  const value = isFields(text) ? text['format'] : undefined;
  if (!isFields(value) || value['type'] === 'text') return null;
  if (value['type'] === 'json_object') return { schema: null };
  if (value['type'] !== 'json_schema')
    return wrong(
      `Invalid value: '${shown(value['type'])}'. Supported values are: 'json_object', 'json_schema', and 'text'.`,
      'text.format.type',
    );
  if (!isText(value['name'])) return missing('text.format.name');
  const { schema } = value;
  if (
    value['strict'] === true &&
    isFields(schema) &&
    schema['type'] === 'object' &&
    schema['additionalProperties'] !== false
  ) {
    return wrong(
      `Invalid schema for response_format '${value['name']}': In context=(), 'additionalProperties' is required to be supplied and to be false.`,
      'text.format.schema',
      'invalid_json_schema',
    );
  }
  return { schema: schema ?? {} };
}
