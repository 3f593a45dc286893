// The form into a Chat Completions request. One turn may become several messages: each tool result is a message of its
// own, and what a tool message cannot hold (images, documents) follows in a user message that names the call.
import type { JsonRecord } from '../json-value.ts';
import type { Losses } from '../capabilities.ts';
import type { RequestFacts, TranslateOptions } from '../types.ts';
import type { FormRequest, FormTool, Part, ToolResultPart, Turn } from './form.ts';
import { plainText, writeContent, writeParts } from './openai-content.ts';

type Message = Record<string, unknown>;

export function writeOpenaiRequest(
  form: FormRequest,
  facts: RequestFacts,
  options: TranslateOptions,
  losses: Losses,
): Record<string, unknown> {
  if (form.turns.at(-1)?.role === 'assistant') losses.add('prefill');
  const most = facts.maxOutputTokens ?? options.maxOutputTokens;
  return {
    model: form.model,
    messages: form.turns.flatMap((turn) => writeTurn(turn, losses)),
    ...(most === undefined ? {} : { [options.ceilingField ?? 'max_completion_tokens']: most }),
    ...(form.tools.length === 0 ? {} : { tools: form.tools.map((tool) => writeTool(tool, losses)) }),
    ...toolChoice(form),
    ...sampling(form, losses),
    ...(form.stop.length === 0 ? {} : { stop: form.stop }),
    ...schema(form),
    ...reasoning(form, losses),
    ...endUser(form, losses),
    ...(form.serviceTier === undefined ? {} : { service_tier: form.serviceTier === 'auto' ? 'auto' : 'default' }),
    ...form.openai?.same,
    ...(form.openai?.verbosity === undefined ? {} : { verbosity: form.openai.verbosity }),
    ...cache(form, losses),
    ...(form.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

function cache(form: FormRequest, losses: Losses): Record<string, never> {
  if (form.cache !== undefined) losses.add('cache_control');
  return {};
}

function sampling(form: FormRequest, losses: Losses): Record<string, unknown> {
  const { temperature, topP, topK } = form.sampling;
  if (topK !== undefined) losses.add('top_k');
  return { ...(temperature === undefined ? {} : { temperature }), ...(topP === undefined ? {} : { top_p: topP }) };
}

/** The schema with a name, which both OpenAI dialects want; it is part of no prompt that a caller would miss. */
export const schemaName = ({
  name,
  description,
  schema: text,
  strict,
}: NonNullable<FormRequest['schema']>): JsonRecord => ({
  name: name ?? 'answer',
  ...(description === undefined ? {} : { description }),
  schema: text,
  strict: strict ?? true,
});

function schema(form: FormRequest): Record<string, unknown> {
  if (form.openai?.jsonObject === true) return { response_format: { type: 'json_object' } };
  if (form.schema === undefined) return {};
  return { response_format: { type: 'json_schema', json_schema: schemaName(form.schema) } };
}

/** Budgets in tokens to the nearest of three efforts; what is adaptive or switched off has no word of its own. */
const BUDGET_EFFORTS: readonly (readonly [number, string])[] = [
  [4096, 'low'],
  [16_384, 'medium'],
];

function reasoning(form: FormRequest, losses: Losses): Record<string, unknown> {
  const effort = effortOf(form, losses);
  return effort === undefined ? {} : { reasoning_effort: effort };
}

/** The effort that the caller named, else the one that a budget amounts to. */
export function effortOf(form: FormRequest, losses: Losses): string | undefined {
  if (form.thinking !== undefined) losses.add('thinking');
  if (form.effort !== undefined) return form.effort;
  const budget = form.thinking?.['budget_tokens'];
  if (form.thinking?.['type'] !== 'enabled' || typeof budget !== 'number') return undefined;
  return BUDGET_EFFORTS.find(([most]) => budget <= most)?.[1] ?? 'high';
}

/** OpenAI refuses longer ids. Cutting one could make two people one. */
const END_USER_LIMIT = 64;

function endUser(form: FormRequest, losses: Losses): Record<string, unknown> {
  const user = endUserOf(form, losses);
  return user === undefined ? {} : { user };
}

export function endUserOf({ endUser: user }: FormRequest, losses: Losses): string | undefined {
  if (user === undefined || user.length <= END_USER_LIMIT) return user;
  losses.add('end_user_long');
  return undefined;
}

function writeTool(tool: FormTool, losses: Losses): Record<string, unknown> {
  if (tool.cache !== undefined) losses.add('cache_control');
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description === undefined ? {} : { description: tool.description }),
      ...(tool.schema === undefined ? {} : { parameters: tool.schema }),
      ...(tool.strict === undefined ? {} : { strict: tool.strict }),
    },
  };
}

function toolChoice(form: FormRequest): Record<string, unknown> {
  const single = form.parallelTools === false && form.tools.length > 0 ? { parallel_tool_calls: false } : {};
  const choice = form.toolChoice;
  if (choice === undefined) return single;
  if (choice.mode === 'tool') return { tool_choice: { type: 'function', function: { name: choice.name } }, ...single };
  return { tool_choice: choice.mode === 'any' ? 'required' : choice.mode, ...single };
}

// --- messages

function writeTurn(turn: Turn, losses: Losses): Message[] {
  if (turn.role === 'system') return [{ role: 'system', content: writeContent(turn.parts, losses) }];
  return turn.role === 'assistant' ? [writeAssistant(turn.parts, losses)] : writeUser(turn.parts, losses);
}

function writeAssistant(parts: readonly Part[], losses: Losses): Message {
  const calls: JsonRecord[] = [];
  const said: Part[] = [];
  let refusal: string | undefined;
  for (const part of parts) {
    if (part.kind === 'tool_call') {
      if (part.cache !== undefined) losses.add('cache_control');
      calls.push({ id: part.id, type: 'function', function: { name: part.name, arguments: part.input } });
    } else if (part.kind === 'thinking' || part.kind === 'redacted_thinking') losses.add('thinking_blocks');
    else if (part.kind === 'foreign') losses.add('provider_blocks');
    else if (part.kind === 'refusal') refusal = part.text;
    else said.push(part);
  }
  return {
    role: 'assistant',
    content: said.length === 0 ? null : assistantContent(said, losses),
    ...(refusal === undefined ? {} : { refusal }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** Assistant messages hold text alone; several blocks become several parts, so that none runs into the next. */
const assistantContent = (parts: readonly Part[], losses: Losses): unknown => writeContent(parts, losses);

/** Tool results first, each a message of its own; then what the user said. */
function writeUser(parts: readonly Part[], losses: Losses): Message[] {
  const results = parts.filter((part) => part.kind === 'tool_result');
  const rest = parts.filter((part) => part.kind !== 'tool_result');
  const followUp = results.flatMap((result) => mediaOf(result, losses));
  const user = [...followUp, ...writeParts(rest, losses)];
  const messages: Message[] = results.map((result) => writeResult(result, losses));
  if (followUp.length > 0) messages.push({ role: 'user', content: user });
  else if (rest.length > 0 || results.length === 0)
    messages.push({ role: 'user', content: writeContent(rest, losses) });
  return messages;
}

/** The text of a result as the tool message. */
function writeResult(result: ToolResultPart, losses: Losses): Message {
  if (result.cache !== undefined) losses.add('cache_control');
  if (result.isError) losses.add('tool_error');
  const texts = result.parts.filter((part) => !isMedia(part)).map((part) => plainText(part, losses));
  const text = texts.filter((one) => one !== '').join('\n');
  return { role: 'tool', tool_call_id: result.callId, content: result.isError ? `[tool error] ${text}` : text };
}

const isMedia = (part: Part): boolean =>
  part.kind === 'image' || (part.kind === 'document' && part.source.from !== 'text' && part.source.from !== 'parts');

function mediaOf(result: ToolResultPart, losses: Losses): JsonRecord[] {
  if (result.parts.some((part) => isMedia(part) || part.kind === 'document' || part.kind === 'search_result'))
    losses.add('tool_result_media');
  const media = result.parts.filter(isMedia);
  if (media.length === 0) return [];
  return [{ type: 'text', text: `Result of tool call ${result.callId}:` }, ...writeParts(media, losses)];
}
