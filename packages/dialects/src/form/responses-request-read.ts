// A Responses request into the form. Null and absent mean the same in this dialect, and so do defaults; anything else
// that has no place in the form is reported by its name in the capability table. What the seller keeps (a previous
// answer, a conversation, a prompt) is nothing that another seller has: it is reported, never guessed.
import type { Losses } from '../capabilities.ts';
import { hasToolOptions, hostedTool, includeFeatures, isGiven, RESPONSES_FIELDS } from '../features-responses.ts';
import { hasUnknown, listOf, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { FormRequest, FormTool, FormToolChoice, OpenaiOnly, Turn } from './form.ts';
import { givenOf, readSampling, sameFields } from './request-options.ts';
import { readItems } from './responses-items-read.ts';
import { badField } from './source-error.ts';

export function readResponsesRequest(body: JsonRecord, losses: Losses): FormRequest {
  if (Object.keys(body).some((name) => !RESPONSES_FIELDS.has(name) && isGiven(body[name])))
    losses.add('unknown_fields');
  reportValues(body, losses);
  const tools = readTools(body, losses);
  const choice = readToolChoice(body, losses);
  const tier = stringOf(body['service_tier']);
  const reasoning = recordOf(body['reasoning']);
  return {
    model: stringOf(body['model']) ?? '',
    stream: body['stream'] === true,
    turns: readTurns(body, losses),
    tools: choice.only === undefined ? tools : tools.filter((tool) => choice.only?.has(tool.name)),
    ...(body['parallel_tool_calls'] === false ? { parallelTools: false } : {}),
    sampling: readSampling({ temperature: body['temperature'], top_p: body['top_p'] }),
    stop: [],
    openai: openaiOnly(body),
    ...givenOf({
      toolChoice: choice.choice,
      schema: readSchema(body),
      thinking: undefined,
      effort: stringOf(reasoning?.['effort']),
      endUser: stringOf(body['safety_identifier']) ?? stringOf(body['user']),
      serviceTier: tier === 'auto' ? 'auto' : tier === 'default' ? 'standard' : undefined,
      cache: undefined,
    }),
  };
}

/** What only the other OpenAI dialect has a place for. */
function openaiOnly(body: JsonRecord): OpenaiOnly {
  const text = recordOf(body['text']);
  const verbosity = stringOf(text?.['verbosity']);
  return {
    same: sameFields(body),
    jsonObject: recordOf(text?.['format'])?.['type'] === 'json_object',
    ...(verbosity === undefined ? {} : { verbosity }),
  };
}

function reportValues(body: JsonRecord, losses: Losses): void {
  for (const name of ['previous_response_id', 'conversation'] as const)
    if (isGiven(body[name])) losses.add('stored_state');
  if (isGiven(body['prompt'])) losses.add('stored_prompt');
  if (body['background'] === true) losses.add('background');
  if (body['store'] === true) losses.beyond('store');
  if (isGiven(body['context_management'])) losses.add('context_management');
  if (isGiven(body['max_tool_calls'])) losses.add('max_tool_calls');
  if (isGiven(body['metadata'])) losses.beyond('metadata');
  if (isGiven(body['moderation'])) losses.beyond('moderation');
  for (const name of ['prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention'] as const) {
    if (isGiven(body[name])) losses.beyond('prompt_cache');
  }
  if (isGiven(body['top_logprobs'])) losses.add('logprobs');
  for (const feature of includeFeatures(body)) losses.add(feature);
  if (body['truncation'] === 'auto') losses.add('truncation');
  const tier = stringOf(body['service_tier']);
  if (tier !== undefined && tier !== 'auto' && tier !== 'default') losses.beyond('service_tier_special');
  const reasoning = recordOf(body['reasoning']);
  if (isGiven(reasoning?.['summary']) || isGiven(reasoning?.['generate_summary'])) losses.add('reasoning_summary');
  const text = recordOf(body['text']);
  if (isGiven(text?.['verbosity'])) losses.beyond('verbosity');
  if (recordOf(text?.['format'])?.['type'] === 'json_object') losses.beyond('json_object');
}

function readTurns(body: JsonRecord, losses: Losses): Turn[] {
  const instructions = stringOf(body['instructions']) ?? '';
  const turns = readItems(body['input'], losses);
  return instructions === '' ? turns : [{ role: 'system', parts: [{ kind: 'text', text: instructions }] }, ...turns];
}

function readSchema(body: JsonRecord): FormRequest['schema'] {
  const format = recordOf(recordOf(body['text'])?.['format']);
  if (format?.['type'] !== 'json_schema') return undefined;
  const name = stringOf(format['name']);
  const description = stringOf(format['description']);
  return {
    schema: format['schema'] ?? {},
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(typeof format['strict'] === 'boolean' ? { strict: format['strict'] } : {}),
  };
}

// --- tools

const TOOL_MEMBERS = new Set([
  'type',
  'name',
  'description',
  'parameters',
  'strict',
  'allowed_callers',
  'defer_loading',
  'async',
  'output_schema',
]);

function readTools(body: JsonRecord, losses: Losses): FormTool[] {
  const tools: FormTool[] = [];
  for (const [index, tool] of (listOf(body['tools']) ?? []).entries()) {
    const record = recordOf(tool);
    if (record === undefined) throw badField(`tools[${index}]`, 'must be an object');
    if (record['type'] !== 'function') {
      losses.add(hostedTool(record));
      continue;
    }
    if (hasUnknown(record, TOOL_MEMBERS)) losses.add('unknown_fields');
    if (hasToolOptions(record)) losses.add('tool_options');
    tools.push(readFunction(record, `tools[${index}]`));
  }
  return tools;
}

function readFunction(tool: JsonRecord, at: string): FormTool {
  const name = stringOf(tool['name']);
  if (name === undefined) throw badField(`${at}.name`, 'must be a string');
  const description = stringOf(tool['description']);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(isGiven(tool['parameters']) ? { schema: tool['parameters'] } : {}),
    ...(typeof tool['strict'] === 'boolean' ? { strict: tool['strict'] } : {}),
  };
}

function readToolChoice(body: JsonRecord, losses: Losses): { choice?: FormToolChoice; only?: ReadonlySet<string> } {
  const given = body['tool_choice'];
  if (given === undefined || given === null) return {};
  if (given === 'auto' || given === 'none') return { choice: { mode: given } };
  if (given === 'required') return { choice: { mode: 'any' } };
  const record = recordOf(given);
  const name = stringOf(record?.['name']);
  switch (record?.['type']) {
    case 'function':
      if (name === undefined) throw badField('tool_choice.name', 'must be a string');
      return { choice: { mode: 'tool', name } };
    case 'allowed_tools': {
      losses.add('tool_choice_allowed');
      const names = (listOf(record['tools']) ?? []).map((tool) => stringOf(recordOf(tool)?.['name']) ?? '');
      return { choice: { mode: record['mode'] === 'required' ? 'any' : 'auto' }, only: new Set(names) };
    }
    case undefined:
      throw badField('tool_choice', 'is none of the documented forms');
    default:
      // A choice of a tool that is reported itself.
      return {};
  }
}
