// A request of Amazon's Converse as one of the Messages API: the way by which it reaches every other dialect. What has no
// place there (guardrails, stored prompts, what else Amazon does around the model) is reported by its name in the
// capability table; a request that counts on it is refused unless its caller said otherwise.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import { AppError } from '@weighbridge/kernel';
import { anthropicFeatures } from '../features-anthropic.ts';
import { isRecord, listOf, parseRecord, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import { blocksOf, markLast, memberOf, wrong, type Missing } from './blocks.ts';

/** Members that are read here; `model` and `stream` are what the path says. */
const FIELDS = new Set([
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'additionalModelRequestFields',
  'performanceConfig',
  'serviceTier',
  'outputConfig',
  'model',
  'stream',
]);
/** Members that other dialects do not have, by their row. */
const STRANGE: Readonly<Record<string, string>> = {
  additionalModelResponseFieldPaths: 'response_fields',
  guardrailConfig: 'guardrail',
  promptVariables: 'stored_prompt',
  requestMetadata: 'metadata',
};

/** What a request says itself, its additional fields may not say over: a ceiling among them would be no ceiling. */
const OWN = new Set([
  'messages',
  'system',
  'model',
  'stream',
  'tools',
  'tool_choice',
  'max_tokens',
  'max_completion_tokens',
  'max_new_tokens',
  'max_gen_len',
  'maxTokenCount',
  'maxTokens',
  'n',
  'num_generations',
  'best_of',
]);

/** Throws BAD_REQUEST, naming the field. What cannot be carried is told to `missing`; without one it is refused. */
export function messagesOfConverse(body: unknown, missing: Missing = refuse): JsonRecord {
  if (!isRecord(body)) throw wrong('body', 'an object');
  for (const name of Object.keys(body)) {
    if (FIELDS.has(name) || !isGiven(body[name])) continue;
    missing(Object.hasOwn(STRANGE, name) ? (STRANGE[name] ?? '') : 'unknown_fields', name);
  }
  if ((recordOf(body['performanceConfig'])?.['latency'] ?? 'standard') !== 'standard')
    missing('performance', 'performanceConfig.latency');
  const tier = recordOf(body['serviceTier'])?.['type'] ?? 'default';
  if (tier !== 'default') missing('service_tier_special', 'serviceTier');
  const messages = listOf(body['messages']);
  if (messages === undefined) throw wrong('messages', 'a list');
  return {
    ...additionalFields(body['additionalModelRequestFields']),
    ...(stringOf(body['model']) === undefined ? {} : { model: body['model'] }),
    messages: messages.map((message, index) => ({
      role: recordOf(message)?.['role'],
      content: blocksOf(recordOf(message)?.['content'], `messages.${index}.content`, missing),
    })),
    ...(isGiven(body['system']) ? { system: blocksOf(body['system'], 'system', missing) } : {}),
    ...inference(body['inferenceConfig']),
    ...tools(body['toolConfig'], missing),
    ...output(body, missing),
    ...(body['stream'] === true ? { stream: true } : {}),
  };
}

/** What the request uses, by its rows in the capability table. */
export function converseFeatures(body: JsonRecord): Set<string> {
  const found = new Set<string>();
  const messages = messagesOfConverse(body, (feature) => found.add(feature));
  for (const feature of anthropicFeatures(messages)) found.add(feature);
  return found;
}

/** Uses of tools that Amazon runs and bills apart; it names no bound on any. */
export function converseServerTools(body: JsonRecord): Record<string, number | null> {
  const uses: Record<string, number | null> = {};
  for (const tool of listOf(recordOf(body['toolConfig'])?.['tools']) ?? []) {
    const name = stringOf(recordOf(recordOf(tool)?.['systemTool'])?.['name']);
    if (name !== undefined) uses[name.slice(0, 64)] = null;
  }
  return uses;
}

const refuse: Missing = (feature, at) => {
  throw new AppError('FEATURE_UNSUPPORTED', `${at} of Converse cannot be carried here`, {
    details: { param: at, features: [feature] },
  });
};

const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isRecord(value) && Object.keys(value).length === 0);

/** Throws BAD_REQUEST when they say what the request says itself. */
export function additionalFields(value: unknown): JsonRecord {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw wrong('additionalModelRequestFields', 'an object');
  const nested = recordOf(value['inferenceConfig']) ?? {};
  const own = Object.keys(value).find((name) => OWN.has(name)) ?? Object.keys(nested).find((name) => OWN.has(name));
  if (own !== undefined)
    throw wrong(`additionalModelRequestFields.${own}`, 'left out: the request has a field of its own for it');
  return value;
}

function inference(value: unknown): JsonRecord {
  const { maxTokens, temperature, topP, stopSequences } = recordOf(value) ?? {};
  const fields = { max_tokens: maxTokens, temperature, top_p: topP, stop_sequences: stopSequences };
  return Object.fromEntries(Object.entries(fields).filter(([, one]) => one !== undefined && one !== null));
}

/** A schema is text there and an object here. Effort is the same word. */
function output(body: JsonRecord, missing: Missing): JsonRecord {
  const config = recordOf(body['outputConfig']);
  if (config === undefined) return {};
  const { textFormat, effort } = config;
  const said: Record<string, unknown> = {
    ...recordOf(recordOf(body['additionalModelRequestFields'])?.['output_config']),
  };
  if (effort !== undefined && effort !== null) said['effort'] = effort;
  if (textFormat !== undefined && textFormat !== null) {
    const definition = recordOf(recordOf(recordOf(textFormat)?.['structure'])?.['jsonSchema']);
    const schema = parseRecord(stringOf(definition?.['schema']) ?? '');
    if (schema === undefined)
      throw wrong('outputConfig.textFormat.structure.jsonSchema.schema', 'the text of a JSON schema');
    said['format'] = { type: 'json_schema', schema };
  }
  if (Object.keys(config).some((name) => name !== 'textFormat' && name !== 'effort'))
    missing('unknown_fields', 'outputConfig');
  return Object.keys(said).length === 0 ? {} : { output_config: said };
}

function tools(value: unknown, missing: Missing): JsonRecord {
  const config = recordOf(value);
  if (config === undefined) return {};
  const made: JsonRecord[] = [];
  for (const [index, one] of (listOf(config['tools']) ?? []).entries()) {
    const at = `toolConfig.tools.${index}`;
    const [kind, inner] = memberOf(one, at);
    if (kind === 'cachePoint') markLast(made, inner, at);
    else if (kind === 'toolSpec') made.push(toolOf(recordOf(inner) ?? {}, at, missing));
    else missing(kind === 'systemTool' ? 'server_tools' : 'builtin_tools', `${at}.${kind}`);
  }
  const choice = config['toolChoice'];
  return {
    ...(made.length === 0 ? {} : { tools: made }),
    ...(choice === undefined || choice === null ? {} : { tool_choice: choiceOf(choice) }),
  };
}

function toolOf({ name, description, inputSchema, strict }: JsonRecord, at: string, missing: Missing): JsonRecord {
  const [kind, schema] = memberOf(inputSchema, `${at}.toolSpec.inputSchema`);
  if (kind !== 'json') missing('tool_options', `${at}.toolSpec.inputSchema.${kind}`);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    input_schema: kind === 'json' ? schema : { type: 'object' },
    ...(strict === undefined ? {} : { strict }),
  };
}

function choiceOf(choice: unknown): JsonRecord {
  const [kind, inner] = memberOf(choice, 'toolConfig.toolChoice');
  if (kind === 'tool') return { type: 'tool', name: recordOf(inner)?.['name'] };
  if (kind !== 'auto' && kind !== 'any') throw wrong('toolConfig.toolChoice', 'auto, any or tool');
  return { type: kind };
}
