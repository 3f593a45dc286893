// A Chat Completions request into the form. Null and absent mean the same in this dialect, and so do defaults; anything
// else that has no place in the form is reported by its name in the capability table.
import type { Losses } from '../capabilities.ts';
import { OPENAI_FIELDS } from '../features-openai.ts';
import { isRecord, listOf, numberOf, recordOf, stringOf, hasUnknown, type JsonRecord } from '../json-value.ts';
import type { FormRequest, FormTool, FormToolChoice, OpenaiOnly, Part, Turn } from './form.ts';
import { readContent } from './openai-parts.ts';
import { readHistory } from './anthropic-parts.ts';
import { givenOf, readSampling, sameFields } from './request-options.ts';
import { badField } from './source-error.ts';

export function readOpenaiRequest(body: JsonRecord, losses: Losses): FormRequest {
  if (hasGivenUnknown(body)) losses.add('unknown_fields');
  reportValues(body, losses);
  const tools = readTools(body, losses);
  const choice = readToolChoice(body, losses);
  const tier = stringOf(body['service_tier']);
  return {
    model: stringOf(body['model']) ?? '',
    stream: body['stream'] === true,
    turns: readTurns(body, losses),
    tools: choice.only === undefined ? tools : tools.filter((tool) => choice.only?.has(tool.name)),
    ...(body['parallel_tool_calls'] === false ? { parallelTools: false } : {}),
    sampling: readSampling(body),
    stop: readStop(body['stop']),
    openai: openaiOnly(body),
    ...givenOf({
      toolChoice: choice.choice,
      schema: readSchema(body, losses),
      thinking: recordOf(body['thinking']),
      effort: stringOf(body['reasoning_effort']),
      endUser: stringOf(body['safety_identifier']) ?? stringOf(body['user']),
      serviceTier: tier === 'auto' ? 'auto' : tier === 'default' ? 'standard' : undefined,
      cache: recordOf(body['cache_control']),
    }),
  };
}

function openaiOnly(body: JsonRecord): OpenaiOnly {
  const verbosity = stringOf(body['verbosity']);
  return {
    same: sameFields(body),
    jsonObject: recordOf(body['response_format'])?.['type'] === 'json_object',
    ...(verbosity === undefined ? {} : { verbosity }),
  };
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0);

const hasGivenUnknown = (body: JsonRecord): boolean =>
  Object.keys(body).some((name) => !OPENAI_FIELDS.has(name) && isGiven(body[name]));

/** What the neutral part of the form has no place for, because no other maker's dialect has it. */
function reportValues(body: JsonRecord, losses: Losses): void {
  const fields: readonly (readonly [string, string])[] = [
    ['logit_bias', 'logit_bias'],
    ['metadata', 'metadata'],
    ['moderation', 'moderation'],
    ['prediction', 'prediction'],
    ['prompt_cache_key', 'prompt_cache'],
    ['prompt_cache_options', 'prompt_cache'],
    ['prompt_cache_retention', 'prompt_cache'],
    ['seed', 'seed'],
    ['verbosity', 'verbosity'],
    ['audio', 'audio_output'],
    ['top_logprobs', 'logprobs'],
  ];
  for (const [field, feature] of fields) if (isGiven(body[field])) losses.beyond(feature);
  // An empty object of web_search_options already asks for the search.
  if (isRecord(body['web_search_options'])) losses.add('server_tools');
  if (body['logprobs'] === true) losses.add('logprobs');
  if ((numberOf(body['n']) ?? 0) > 1) losses.add('choices');
  if (body['store'] === true) losses.beyond('store');
  if ((listOf(body['modalities']) ?? []).includes('audio')) losses.add('audio_output');
  for (const name of ['frequency_penalty', 'presence_penalty']) {
    if (typeof body[name] === 'number' && body[name] !== 0) losses.add('penalties');
  }
  const tier = stringOf(body['service_tier']);
  if (tier !== undefined && tier !== 'auto' && tier !== 'default') losses.beyond('service_tier_special');
}

function readStop(stop: unknown): string[] {
  if (stop === undefined || stop === null) return [];
  if (typeof stop === 'string') return [stop];
  const list = listOf(stop);
  if (list === undefined || !list.every((item) => typeof item === 'string'))
    throw badField('stop', 'must be a string or a list of strings');
  return list as string[];
}

function readSchema(body: JsonRecord, losses: Losses): FormRequest['schema'] {
  const format = recordOf(body['response_format']);
  if (format?.['type'] === 'json_object') losses.beyond('json_object');
  if (format?.['type'] !== 'json_schema') return undefined;
  const named = recordOf(format['json_schema']);
  if (named === undefined) throw badField('response_format.json_schema', 'must be an object');
  const name = stringOf(named['name']);
  const description = stringOf(named['description']);
  return {
    schema: named['schema'] ?? {},
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(typeof named['strict'] === 'boolean' ? { strict: named['strict'] } : {}),
  };
}

// --- tools

const TOOL_MEMBERS = new Set(['type', 'function', 'cache_control']);
const FUNCTION_MEMBERS = new Set(['name', 'description', 'parameters', 'strict', 'cache_control']);

function readTools(body: JsonRecord, losses: Losses): FormTool[] {
  const tools: FormTool[] = [];
  for (const [index, tool] of (listOf(body['tools']) ?? []).entries()) {
    const record = recordOf(tool);
    if (record?.['type'] === 'custom') {
      losses.add('custom_tools');
      continue;
    }
    const named = recordOf(record?.['function']);
    if (record === undefined || named === undefined) throw badField(`tools[${index}].function`, 'must be an object');
    if (hasUnknown(record, TOOL_MEMBERS) || hasUnknown(named, FUNCTION_MEMBERS)) {
      losses.add('unknown_fields');
    }
    tools.push(readFunction(named, record, `tools[${index}].function`));
  }
  for (const [index, named] of (listOf(body['functions']) ?? []).entries()) {
    losses.add('legacy_functions');
    tools.push(readFunction(recordOf(named) ?? {}, {}, `functions[${index}]`));
  }
  return tools;
}

function readFunction(named: JsonRecord, around: JsonRecord, at: string): FormTool {
  const name = stringOf(named['name']);
  if (name === undefined) throw badField(`${at}.name`, 'must be a string');
  const description = stringOf(named['description']);
  const cache = recordOf(around['cache_control']) ?? recordOf(named['cache_control']);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(isGiven(named['parameters']) ? { schema: named['parameters'] } : {}),
    ...(typeof named['strict'] === 'boolean' ? { strict: named['strict'] } : {}),
    ...(cache === undefined ? {} : { cache }),
  };
}

function readToolChoice(body: JsonRecord, losses: Losses): { choice?: FormToolChoice; only?: ReadonlySet<string> } {
  const given = body['tool_choice'] ?? body['function_call'];
  if (given === undefined || given === null) return {};
  const mode = modeOf(given);
  if (mode !== undefined) return { choice: mode };
  const record = recordOf(given);
  if (record?.['type'] === 'allowed_tools') {
    losses.add('tool_choice_allowed');
    return allowedTools(record);
  }
  if (record?.['type'] === 'custom') {
    losses.add('custom_tools');
    return {};
  }
  const name = stringOf(recordOf(record?.['function'])?.['name']) ?? stringOf(record?.['name']);
  if (name === undefined) throw badField('tool_choice', 'is none of the documented forms');
  return { choice: { mode: 'tool', name } };
}

function modeOf(choice: unknown): FormToolChoice | undefined {
  if (choice === 'auto' || choice === 'none') return { mode: choice };
  return choice === 'required' ? { mode: 'any' } : undefined;
}

function allowedTools(record: JsonRecord): { choice: FormToolChoice; only: ReadonlySet<string> } {
  const allowed = recordOf(record['allowed_tools']) ?? {};
  const names = (listOf(allowed['tools']) ?? []).map(
    (tool) => stringOf(recordOf(recordOf(tool)?.['function'])?.['name']) ?? '',
  );
  return { choice: allowed['mode'] === 'required' ? { mode: 'any' } : { mode: 'auto' }, only: new Set(names) };
}

// --- messages

const MESSAGE_MEMBERS = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'tool_calls',
  'tool_call_id',
  'function_call',
  'audio',
  'annotations',
  'cache_control',
  'reasoning_content',
  'reasoning',
  'thinking_blocks',
  'provider_content',
]);

function readTurns(body: JsonRecord, losses: Losses): Turn[] {
  return (listOf(body['messages']) ?? []).map((message, index) => {
    const at = `messages[${index}]`;
    if (!isRecord(message)) throw badField(at, 'must be an object');
    if (hasUnknown(message, MESSAGE_MEMBERS)) losses.add('unknown_fields');
    // With the verbatim blocks the citations go back as well.
    if (isGiven(message['annotations']) && !isGiven(message['provider_content'])) losses.add('citations');
    if (isGiven(message['name']) && message['role'] !== 'function') losses.add('participant_name');
    const parts = lastCached(readMessage(message, at, losses), recordOf(message['cache_control']));
    return { role: roleOf(message['role'], at), parts };
  });
}

function roleOf(role: unknown, at: string): Turn['role'] {
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'assistant') return 'assistant';
  if (role === 'user' || role === 'tool' || role === 'function') return 'user';
  throw badField(`${at}.role`, 'must be system, developer, user, assistant, tool or function');
}

function readMessage(message: JsonRecord, at: string, losses: Losses): Part[] {
  const parts = readContent(message['content'], `${at}.content`, losses);
  switch (message['role']) {
    case 'tool':
      return [{ kind: 'tool_result', callId: stringOf(message['tool_call_id']) ?? '', parts, isError: false }];
    case 'function':
      losses.add('legacy_functions');
      return [{ kind: 'tool_result', callId: legacyCallId(message['name']), parts, isError: false }];
    case 'assistant':
      return readAssistant(message, parts, at, losses);
    default:
      return parts;
  }
}

/** Functions of old had no call ids: the name stands in on both sides. */
const legacyCallId = (name: unknown): string => `call_${stringOf(name) ?? 'function'}`;

function readAssistant(message: JsonRecord, parts: readonly Part[], at: string, losses: Losses): Part[] {
  if (isRecord(message['audio'])) losses.add('audio_input');
  const calls = readCalls(message, at, losses);
  const refusal = stringOf(message['refusal']);
  const said: Part[] = [
    ...parts,
    ...(refusal === undefined || refusal === '' ? [] : [{ kind: 'refusal' as const, text: refusal }]),
  ];
  const history = readHistory(message, losses);
  if (history.whole !== undefined && losses.to !== 'anthropic-messages') losses.add('provider_blocks');
  else if (history.whole !== undefined) {
    if (agrees(history.whole, said, calls)) return [...history.verbatim];
    losses.add('provider_blocks_edited');
  }
  return [...history.thinking, ...said, ...calls];
}

/** The client may have edited what it sends back; its own words then win over the verbatim blocks. */
function agrees(whole: readonly Part[], said: readonly Part[], calls: readonly Part[]): boolean {
  const textOf = (parts: readonly Part[]): string =>
    parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  const callsOf = (parts: readonly Part[]): string =>
    JSON.stringify(parts.flatMap((part) => (part.kind === 'tool_call' ? [part.id, part.name] : [])));
  return textOf(whole) === textOf(said) && callsOf(whole) === callsOf(calls);
}

function readCalls(message: JsonRecord, at: string, losses: Losses): Part[] {
  const calls: Part[] = [];
  for (const [index, call] of (listOf(message['tool_calls']) ?? []).entries()) {
    const record = recordOf(call);
    if (record?.['type'] === 'custom') {
      losses.add('custom_tools');
      continue;
    }
    const named = recordOf(record?.['function']);
    const id = stringOf(record?.['id']);
    const name = stringOf(named?.['name']);
    if (id === undefined || name === undefined)
      throw badField(`${at}.tool_calls[${index}]`, 'must have an id and a function name');
    const cache = recordOf(record?.['cache_control']);
    calls.push({
      kind: 'tool_call',
      id,
      name,
      input: stringOf(named?.['arguments']) ?? '',
      ...(cache === undefined ? {} : { cache }),
    });
  }
  const legacy = recordOf(message['function_call']);
  if (legacy !== undefined) {
    losses.add('legacy_functions');
    const name = stringOf(legacy['name']) ?? '';
    calls.push({ kind: 'tool_call', id: legacyCallId(name), name, input: stringOf(legacy['arguments']) ?? '' });
  }
  return calls;
}

/** `cache_control` on a message marks its last part. */
function lastCached(parts: readonly Part[], cache: JsonRecord | undefined): readonly Part[] {
  const last = parts.at(-1);
  if (cache === undefined || last === undefined || last.kind === 'thinking' || last.kind === 'redacted_thinking')
    return parts;
  return [...parts.slice(0, -1), { ...last, cache } as Part];
}
