// The form into a Responses request. A translated call keeps nothing at the seller (`store: false`) unless its own caller
// asked to: the client's dialect has no way back to what is kept. Reasoning then has to travel in the request, so a model
// that reasons is asked for it in the form that can be given back.
import type { Losses } from '../capabilities.ts';
import type { JsonRecord } from '../json-value.ts';
import type { RequestFacts, TranslateOptions } from '../types.ts';
import type { FormRequest, FormTool, Part, ToolResultPart, Turn } from './form.ts';
import { plainText } from './openai-content.ts';
import { effortOf, endUserOf, schemaName } from './openai-request-write.ts';
import { unsealedItem } from './reasoning-seal.ts';
import { writeInputParts } from './responses-parts.ts';

type Item = Record<string, unknown>;

export function writeResponsesRequest(
  form: FormRequest,
  facts: RequestFacts,
  options: TranslateOptions,
  losses: Losses,
): Record<string, unknown> {
  if (form.turns.at(-1)?.role === 'assistant') losses.add('prefill');
  if (form.stop.length > 0) losses.add('stop_sequences');
  if (form.sampling.topK !== undefined) losses.add('top_k');
  if (form.cache !== undefined) losses.add('cache_control');
  const { temperature, topP } = form.sampling;
  const most = facts.maxOutputTokens ?? options.maxOutputTokens;
  const user = endUserOf(form, losses);
  return {
    model: form.model,
    input: form.turns.flatMap((turn) => writeTurn(turn, losses)),
    ...(most === undefined ? {} : { max_output_tokens: most }),
    ...(form.tools.length === 0 ? {} : { tools: form.tools.map((tool) => writeTool(tool, losses)) }),
    ...toolChoice(form),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...text(form),
    ...reasoning(form, options, losses),
    ...(user === undefined ? {} : { safety_identifier: user }),
    ...(form.serviceTier === undefined ? {} : { service_tier: form.serviceTier === 'auto' ? 'auto' : 'default' }),
    store: false,
    ...form.openai?.same,
    ...(form.stream ? { stream: true } : {}),
  };
}

function text(form: FormRequest): JsonRecord {
  const verbosity = form.openai?.verbosity;
  const format = formatOf(form);
  if (format === undefined && verbosity === undefined) return {};
  return { text: { ...(format === undefined ? {} : { format }), ...(verbosity === undefined ? {} : { verbosity }) } };
}

function formatOf(form: FormRequest): JsonRecord | undefined {
  if (form.openai?.jsonObject === true) return { type: 'json_object' };
  return form.schema === undefined ? undefined : { type: 'json_schema', ...schemaName(form.schema) };
}

/** Models that reason, in the names of OpenAI and of deployments that are named after them. */
const REASONS = /(?:^|[/.-])(?:o[134](?:-|$)|gpt-(?:[5-9]|[1-9]\d)|gpt-oss|codex)/i;

function reasoning(form: FormRequest, options: TranslateOptions, losses: Losses): JsonRecord {
  const effort = effortOf(form, losses);
  const reasons = REASONS.test(options.model ?? '') || effort !== undefined;
  return {
    ...(effort === undefined
      ? {}
      : { reasoning: { effort, ...(form.thinking === undefined ? {} : { summary: 'auto' }) } }),
    ...(reasons ? { include: ['reasoning.encrypted_content'] } : {}),
  };
}

/** A function without a word on strictness is not strict in Chat and Messages; here it would be. */
function writeTool(tool: FormTool, losses: Losses): JsonRecord {
  if (tool.cache !== undefined) losses.add('cache_control');
  return {
    type: 'function',
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    parameters: tool.schema ?? { type: 'object', properties: {} },
    strict: tool.strict ?? false,
  };
}

function toolChoice(form: FormRequest): JsonRecord {
  const single = form.parallelTools === false && form.tools.length > 0 ? { parallel_tool_calls: false } : {};
  const choice = form.toolChoice;
  if (choice === undefined) return single;
  if (choice.mode === 'tool') return { tool_choice: { type: 'function', name: choice.name }, ...single };
  return { tool_choice: choice.mode === 'any' ? 'required' : choice.mode, ...single };
}

// --- items

function writeTurn(turn: Turn, losses: Losses): Item[] {
  if (turn.role === 'assistant') return writeAssistant(turn.parts, losses);
  if (turn.role === 'system') return writeSaid('system', turn.parts, losses);
  const results = turn.parts.filter((part) => part.kind === 'tool_result');
  const rest = turn.parts.filter((part) => part.kind !== 'tool_result');
  const said = rest.length === 0 && results.length > 0 ? [] : writeSaid('user', rest, losses);
  return [...results.map((result) => writeResult(result, losses)), ...said];
}

const writeSaid = (role: 'system' | 'user', parts: readonly Part[], losses: Losses): Item[] => [
  { type: 'message', role, content: writeInputParts(parts, losses) },
];

/** Items in the order of the parts; texts that stand together are one message. */
function writeAssistant(parts: readonly Part[], losses: Losses): Item[] {
  const items: Item[] = [];
  let open: JsonRecord[] | undefined;
  for (const part of parts) {
    const content = saidPart(part, losses);
    if (content !== undefined) {
      if (open === undefined) items.push({ type: 'message', role: 'assistant', content: (open = []) });
      open.push(content);
      continue;
    }
    const item = ownItem(part, losses);
    if (item === undefined) continue;
    open = undefined;
    items.push(item);
  }
  return items;
}

function saidPart(part: Part, losses: Losses): JsonRecord | undefined {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text };
  if (part.kind !== 'text' && part.kind !== 'search_result' && part.kind !== 'document') return undefined;
  const words = plainText(part, losses);
  return words === '' ? undefined : { type: 'output_text', text: words, annotations: [] };
}

function ownItem(part: Part, losses: Losses): Item | undefined {
  switch (part.kind) {
    case 'tool_call':
      if (part.cache !== undefined) losses.add('cache_control');
      return { type: 'function_call', call_id: part.id, name: part.name, arguments: part.input };
    case 'thinking': {
      const item = unsealedItem(part.signature);
      if (item === undefined) losses.add('thinking_blocks');
      return item === undefined ? undefined : { ...item };
    }
    case 'redacted_thinking':
      losses.add('thinking_blocks');
      return undefined;
    case 'foreign':
    case 'image':
      // No model of Responses gives an image as a part of its answer.
      losses.add('provider_blocks');
      return undefined;
    default:
      return undefined;
  }
}

/** A lone text stays a string, as most callers send it. */
function writeResult(result: ToolResultPart, losses: Losses): Item {
  if (result.cache !== undefined) losses.add('cache_control');
  if (result.isError) losses.add('tool_error');
  const parts = writeInputParts(result.parts, losses);
  const words = parts.every((part) => part['type'] === 'input_text');
  const marked = result.isError ? [{ type: 'input_text', text: '[tool error]' }, ...parts] : parts;
  const said = marked.map((part) => part['text']).join(result.isError ? ' ' : '\n');
  return { type: 'function_call_output', call_id: result.callId, output: words ? said : marked };
}
