// The form into an Anthropic Messages request. Anthropic demands a ceiling on the answer: it is the caller's or a
// configured one, never a number made up here.
import { recordOf, type JsonRecord } from '../json-value.ts';
import type { Losses } from '../capabilities.ts';
import type { TranslateOptions } from '../types.ts';
import { AppError } from '@weighbridge/kernel';
import { writeBlocks } from './anthropic-blocks.ts';
import { sayEffort } from './effort.ts';
import type { FormRequest, FormTool, Part, Turn } from './form.ts';

export interface AnthropicCeiling {
  /** What the caller named. */
  readonly maxOutputTokens?: number;
}

export function writeAnthropicRequest(
  form: FormRequest,
  ceiling: AnthropicCeiling,
  options: TranslateOptions,
  losses: Losses,
): Record<string, unknown> {
  const maxTokens = ceiling.maxOutputTokens ?? options.maxOutputTokens;
  if (maxTokens === undefined) throw noCeiling();
  const { system, rest } = splitSystem(form.turns, losses);
  if (rest.at(-1)?.role === 'assistant') losses.add('prefill');
  const temperature = form.sampling.temperature;
  if (temperature !== undefined && temperature > 1) losses.add('temperature_above_1');
  return {
    model: form.model,
    max_tokens: maxTokens,
    ...(system.length === 0 ? {} : { system: writeBlocks(system, losses) }),
    messages: writeMessages(rest, losses),
    ...(form.tools.length === 0 ? {} : { tools: form.tools.map(writeTool) }),
    ...toolChoice(form),
    ...(temperature === undefined || temperature > 1 ? {} : { temperature }),
    ...(form.sampling.topP === undefined ? {} : { top_p: form.sampling.topP }),
    ...(form.sampling.topK === undefined ? {} : { top_k: form.sampling.topK }),
    ...(form.stop.length === 0 ? {} : { stop_sequences: form.stop }),
    ...thinking(form, maxTokens, options, losses),
    ...(form.endUser === undefined ? {} : { metadata: { user_id: form.endUser } }),
    ...(form.serviceTier === undefined ? {} : { service_tier: form.serviceTier === 'auto' ? 'auto' : 'standard_only' }),
    ...(form.cache === undefined ? {} : { cache_control: form.cache }),
    ...(form.stream ? { stream: true } : {}),
  };
}

const noCeiling = (): AppError =>
  new AppError('BAD_REQUEST', 'the model behind this route needs a ceiling on its answer, and the request names none', {
    next: 'set `max_completion_tokens` (or `max_tokens`), or give the route a `max_output_tokens` ceiling',
    details: { param: 'max_completion_tokens' },
  });

/** Leading system turns, and those that came later, moved behind them. */
export function splitSystem(turns: readonly Turn[], losses: Losses): { system: Part[]; rest: Turn[] } {
  const system: Part[] = [];
  const rest: Turn[] = [];
  for (const turn of turns) {
    if (turn.role !== 'system') {
      rest.push(turn);
      continue;
    }
    if (rest.length > 0) losses.add('system_mid_conversation');
    system.push(...turn.parts);
  }
  return { system, rest };
}

/**
 * Messages in turn. Neighbours of the same role become one message, so that the results of parallel calls stand
 * together at the head of the user's turn, as the API demands.
 */
const writeMessages = (turns: readonly Turn[], losses: Losses): Record<string, unknown>[] =>
  mergeTurns(turns).map(({ role, parts }) => ({ role, content: content(parts, losses) }));

export function mergeTurns(turns: readonly Turn[]): { role: Turn['role']; parts: Part[] }[] {
  const merged: { role: Turn['role']; parts: Part[] }[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last?.role === turn.role) last.parts.push(...turn.parts);
    else merged.push({ role: turn.role, parts: [...turn.parts] });
  }
  return merged;
}

/** A lone text without marks stays a string. */
function content(parts: readonly Part[], losses: Losses): string | Record<string, unknown>[] {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.kind === 'text' && only.cache === undefined && only.citations === undefined) return only.text;
  return writeBlocks(parts, losses);
}

const writeTool = (tool: FormTool): Record<string, unknown> => ({
  name: tool.name,
  ...(tool.description === undefined ? {} : { description: tool.description }),
  // A function without parameters takes none: that is this schema.
  input_schema: tool.schema ?? { type: 'object', properties: {} },
  ...(tool.strict === true ? { strict: true } : {}),
  ...(tool.cache === undefined ? {} : { cache_control: tool.cache }),
});

function toolChoice(form: FormRequest): { tool_choice?: JsonRecord } {
  const choice = form.toolChoice;
  const single = form.parallelTools === false && form.tools.length > 0 ? { disable_parallel_tool_use: true } : {};
  if (choice === undefined)
    return 'disable_parallel_tool_use' in single ? { tool_choice: { type: 'auto', ...single } } : {};
  if (choice.mode === 'none') return { tool_choice: { type: 'none' } };
  return {
    tool_choice:
      choice.mode === 'tool' ? { type: 'tool', name: choice.name, ...single } : { type: choice.mode, ...single },
  };
}

/** Thinking as the caller configured it, else from an effort; and the schema of the answer, which shares a field. */
function thinking(form: FormRequest, maxTokens: number, options: TranslateOptions, losses: Losses): JsonRecord {
  if (form.effort !== undefined) losses.add('effort');
  const effort = form.effort === undefined ? {} : sayEffort(form.effort, options.model, maxTokens);
  const output = {
    ...recordOf(effort['output_config']),
    ...(form.schema === undefined ? {} : { format: { type: 'json_schema', schema: form.schema.schema } }),
  };
  const config = form.thinking ?? effort['thinking'];
  return {
    ...(config === undefined ? {} : { thinking: config }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
  };
}
