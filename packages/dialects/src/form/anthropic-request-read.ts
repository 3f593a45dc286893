// An Anthropic Messages request into the form. What the form has no place for is reported by its name in the
// capability table; unknown fields are reported, never refused.
import type { Losses } from '../capabilities.ts';
import { ANTHROPIC_FIELDS, ANTHROPIC_TOOL_OPTIONS, isServerTool, isToolOption } from '../features-anthropic.ts';
import { isRecord, listOf, recordOf, stringOf, hasUnknown, type JsonRecord } from '../json-value.ts';
import { readBlocks } from './anthropic-parts.ts';
import type { FormRequest, FormTool, FormToolChoice, Turn } from './form.ts';
import { givenOf, readSampling } from './request-options.ts';
import { badField } from './source-error.ts';

/** Fields that only Anthropic understands; each is a row of the table under its own name. */
const LOST_FIELDS = [
  'container',
  'context_management',
  'diagnostics',
  'fallbacks',
  'inference_geo',
  'mcp_servers',
] as const;

export function readAnthropicRequest(body: JsonRecord, losses: Losses): FormRequest {
  report(body, losses);
  const tools = readTools(body, losses);
  const output = recordOf(body['output_config']) ?? {};
  const format = recordOf(output['format']) ?? recordOf(body['output_format']);
  const tier = stringOf(body['service_tier']);
  const single = recordOf(body['tool_choice'])?.['disable_parallel_tool_use'] === true;
  return {
    model: stringOf(body['model']) ?? '',
    stream: body['stream'] === true,
    turns: readTurns(body, losses),
    tools,
    ...(single ? { parallelTools: false } : {}),
    sampling: readSampling(body),
    stop: readStop(body),
    ...givenOf({
      toolChoice: readToolChoice(body),
      schema: format?.['type'] === 'json_schema' ? { schema: format['schema'] ?? {} } : undefined,
      thinking: recordOf(body['thinking']),
      effort: stringOf(output['effort']),
      endUser: stringOf(recordOf(body['metadata'])?.['user_id']),
      serviceTier: tier === 'auto' ? 'auto' : tier === 'standard_only' ? 'standard' : undefined,
      cache: recordOf(body['cache_control']),
    }),
  };
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

function report(body: JsonRecord, losses: Losses): void {
  for (const name of LOST_FIELDS) if (isGiven(body[name])) losses.add(name);
  if (body['speed'] === 'fast') losses.add('speed');
  const unknownTop = Object.keys(body).some((name) => isGiven(body[name]) && !ANTHROPIC_FIELDS.has(name));
  const metadata = recordOf(body['metadata']) ?? {};
  const output = recordOf(body['output_config']) ?? {};
  const tier = body['service_tier'];
  const strangers =
    unknownTop ||
    (isGiven(tier) && tier !== 'auto' && tier !== 'standard_only') ||
    Object.keys(metadata).some((name) => name !== 'user_id' && isGiven(metadata[name])) ||
    Object.keys(output).some((name) => name !== 'effort' && name !== 'format' && isGiven(output[name]));
  if (strangers) losses.add('unknown_fields');
}

function readStop(body: JsonRecord): string[] {
  const list = listOf(body['stop_sequences']) ?? [];
  if (!list.every((item) => typeof item === 'string')) throw badField('stop_sequences', 'must be a list of strings');
  return list as string[];
}

const TOOL_MEMBERS = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'strict',
  'cache_control',
  'eager_input_streaming',
  ...ANTHROPIC_TOOL_OPTIONS,
]);

function readTools(body: JsonRecord, losses: Losses): FormTool[] {
  const tools: FormTool[] = [];
  for (const [index, tool] of (listOf(body['tools']) ?? []).entries()) {
    if (!isRecord(tool)) throw badField(`tools[${index}]`, 'must be an object');
    const type = stringOf(tool['type']) ?? 'custom';
    if (type !== 'custom') {
      losses.add(isServerTool(type) ? 'server_tools' : 'builtin_tools');
      continue;
    }
    const name = stringOf(tool['name']);
    if (name === undefined) throw badField(`tools[${index}].name`, 'must be a string');
    if (tool['eager_input_streaming'] === true) losses.add('tool_streaming');
    if (ANTHROPIC_TOOL_OPTIONS.some((option) => isToolOption(option, tool[option]))) losses.add('tool_options');
    if (hasUnknown(tool, TOOL_MEMBERS)) losses.add('unknown_fields');
    const description = stringOf(tool['description']);
    const cache = recordOf(tool['cache_control']);
    tools.push({
      name,
      ...(description === undefined ? {} : { description }),
      schema: tool['input_schema'] ?? { type: 'object', properties: {} },
      ...(tool['strict'] === true ? { strict: true } : {}),
      ...(cache === undefined ? {} : { cache }),
    });
  }
  return tools;
}

function readToolChoice(body: JsonRecord): FormToolChoice | undefined {
  const choice = recordOf(body['tool_choice']);
  switch (choice?.['type']) {
    case undefined:
      return undefined;
    case 'auto':
    case 'none':
    case 'any':
      return { mode: choice['type'] };
    case 'tool':
      return { mode: 'tool', name: stringOf(choice['name']) ?? '' };
    default:
      throw badField('tool_choice.type', 'must be auto, any, tool or none');
  }
}

function readTurns(body: JsonRecord, losses: Losses): Turn[] {
  const unknown = (): void => losses.add('unknown_fields');
  const turns: Turn[] = [];
  const system = readBlocks(body['system'], 'system', unknown);
  if (system.length > 0) turns.push({ role: 'system', parts: system });
  for (const [index, message] of (listOf(body['messages']) ?? []).entries()) {
    if (!isRecord(message)) throw badField(`messages[${index}]`, 'must be an object');
    const role = message['role'];
    if (role !== 'user' && role !== 'assistant' && role !== 'system') {
      throw badField(`messages[${index}].role`, 'must be user, assistant or system');
    }
    turns.push({ role, parts: readBlocks(message['content'], `messages[${index}].content`, unknown) });
  }
  return turns;
}
