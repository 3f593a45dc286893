// The form as a request of Amazon's Converse. What the service has a field for is said there; what only one maker's models
// know goes into their own fields, as the model's id tells whose it is, and is left out for all others.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import type { Losses } from '../capabilities.ts';
import { mergeTurns, splitSystem } from '../form/anthropic-request-write.ts';
import { sayEffort } from '../form/effort.ts';
import type { FormRequest, FormTool, Part, Turn } from '../form/form.ts';
import type { JsonRecord } from '../json-value.ts';
import type { TranslateOptions } from '../types.ts';
import { cachePoint, writeConverseBlocks, type BlockWriting } from './blocks-write.ts';

export function writeConverseRequest(
  form: FormRequest,
  asked: { readonly maxOutputTokens?: number },
  options: TranslateOptions,
  losses: Losses,
): Record<string, unknown> {
  const maxTokens = asked.maxOutputTokens ?? options.maxOutputTokens;
  const maker = makerOf(options.model ?? form.model);
  const writing: BlockWriting = { losses, caches: maker === 'claude' || maker === 'nova', documents: 0 };
  const { system, rest } = splitSystem(form.turns, losses);
  if (rest.at(-1)?.role === 'assistant') losses.add('prefill');
  if (form.endUser !== undefined) losses.add('end_user');
  const additional = additionalOf(form, maker, options, maxTokens, losses);
  return {
    model: form.model,
    ...(system.length === 0 ? {} : { system: writeConverseBlocks(system, writing) }),
    messages: writeMessages(form.toolChoice?.mode === 'none' ? withoutCalls(rest) : rest, form, writing),
    ...inference(form, maxTokens, losses),
    ...toolConfig(form, writing),
    ...outputConfig(form),
    ...(form.serviceTier === 'standard' ? { serviceTier: { type: 'default' } } : {}),
    ...(Object.keys(additional).length === 0 ? {} : { additionalModelRequestFields: additional }),
    ...(form.stream ? { stream: true } : {}),
  };
}

type Maker = 'claude' | 'nova' | 'gpt-oss' | 'other';

const makerOf = (model: string): Maker => {
  if (/claude|anthropic\./.test(model)) return 'claude';
  if (/amazon\.nova/.test(model)) return 'nova';
  return /openai\.gpt-oss/.test(model) ? 'gpt-oss' : 'other';
};

function writeMessages(turns: readonly Turn[], form: FormRequest, writing: BlockWriting): JsonRecord[] {
  const messages = mergeTurns(turns).map(({ role, parts }) => ({ role, content: writeConverseBlocks(parts, writing) }));
  if (form.cache !== undefined) messages.at(-1)?.content.push(...cachePoint(form.cache, writing));
  return messages;
}

function inference(form: FormRequest, maxTokens: number | undefined, losses: Losses): JsonRecord {
  const { temperature, topP } = form.sampling;
  if (temperature !== undefined && temperature > 1) losses.add('temperature_above_1');
  const config = {
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(temperature === undefined || temperature > 1 ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(form.stop.length === 0 ? {} : { stopSequences: form.stop }),
  };
  return Object.keys(config).length === 0 ? {} : { inferenceConfig: config };
}

function toolConfig(form: FormRequest, writing: BlockWriting): JsonRecord {
  const { tools, toolChoice, parallelTools } = form;
  const { losses } = writing;
  if (parallelTools === false) losses.add('parallel_tool_control');
  if (toolChoice?.mode === 'none') {
    // Without its tools a model calls none; what it has called before is told by `withoutCalls`.
    losses.add('tool_choice_none');
    return {};
  }
  if (tools.length === 0) return {};
  const choice =
    toolChoice === undefined
      ? {}
      : { toolChoice: toolChoice.mode === 'tool' ? { tool: { name: toolChoice.name } } : { [toolChoice.mode]: {} } };
  return { toolConfig: { tools: tools.flatMap((tool) => writeTool(tool, writing)), ...choice } };
}

/**
 * Converse takes no calls of tools without their definitions, and knows no way to forbid a tool that is defined: where tools are
 * forbidden, earlier calls and what came of them are told in words.
 */
const withoutCalls = (turns: readonly Turn[]): Turn[] =>
  turns.map((turn) => ({ ...turn, parts: turn.parts.flatMap(inWords) }));

function inWords(part: Part): Part[] {
  switch (part.kind) {
    case 'tool_call':
      return [{ kind: 'text', text: `[called the tool ${part.name} with ${part.input === '' ? '{}' : part.input}]` }];
    case 'tool_result':
      return [{ kind: 'text', text: part.isError ? '[the tool failed:]' : '[the tool answered:]' }, ...part.parts];
    default:
      return [part];
  }
}

function writeTool(tool: FormTool, writing: BlockWriting): JsonRecord[] {
  const toolSpec = {
    name: tool.name,
    ...(tool.description === undefined || tool.description === '' ? {} : { description: tool.description }),
    // A function without parameters takes none: that is this schema.
    inputSchema: { json: tool.schema ?? { type: 'object', properties: {} } },
    ...(tool.strict === true ? { strict: true } : {}),
  };
  return [{ toolSpec }, ...cachePoint(tool.cache, writing)];
}

function outputConfig({ schema }: FormRequest): JsonRecord {
  if (schema === undefined) return {};
  const jsonSchema = {
    schema: JSON.stringify(schema.schema),
    ...(schema.name === undefined ? {} : { name: schema.name }),
    ...(schema.description === undefined ? {} : { description: schema.description }),
  };
  return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
}

/** What goes into the model's own fields. Each is told as approximated: whether it is said hangs on the model. */
function additionalOf(
  form: FormRequest,
  maker: Maker,
  options: TranslateOptions,
  maxTokens: number | undefined,
  losses: Losses,
): JsonRecord {
  const { effort, thinking } = form;
  const { topK } = form.sampling;
  if (topK !== undefined) losses.add('top_k');
  if (thinking !== undefined) losses.add('thinking');
  if (effort !== undefined) losses.add('effort');
  return {
    ...(topK === undefined ? {} : sayTopK(topK, maker)),
    ...(effort === undefined ? {} : sayTo(maker, effort, options.model, maxTokens)),
    ...(thinking !== undefined && maker === 'claude' ? { thinking } : {}),
  };
}

function sayTopK(topK: number, maker: Maker): JsonRecord {
  if (maker === 'claude') return { top_k: topK };
  return maker === 'nova' ? { inferenceConfig: { topK } } : {};
}

const THREE_EFFORTS: Readonly<Record<string, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};

function sayTo(maker: Maker, effort: string, model: string | undefined, maxTokens: number | undefined): JsonRecord {
  const said = THREE_EFFORTS[effort];
  switch (maker) {
    case 'claude':
      return sayEffort(effort, model, maxTokens ?? 0);
    case 'gpt-oss':
      return said === undefined ? {} : { reasoning_effort: said };
    case 'nova':
      // The first Nova models do not reason.
      if (said === undefined || model === undefined || !/nova-2/.test(model)) return {};
      return { reasoningConfig: { type: 'enabled', maxReasoningEffort: said } };
    case 'other':
      return {};
  }
}
