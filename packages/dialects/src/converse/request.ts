// A request of Amazon's Converse as one of the Messages API. It is carried whole or refused: guardrails, stored prompts
// and what else Amazon does around the model is not done here, and a request that counts on it must not be served without.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import { isRecord, listOf, recordOf, type JsonRecord } from '../json-value.ts';
import { blocksOf, markLast, memberOf, unsupported, wrong } from './blocks.ts';

const FIELDS = new Set([
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'additionalModelRequestFields',
  'performanceConfig',
]);
/** What a request says itself, and its additional fields may not say over. */
const OWN = new Set(['messages', 'system', 'model', 'stream', 'max_tokens', 'tools', 'tool_choice']);

/** Throws BAD_REQUEST and FEATURE_UNSUPPORTED, naming the field. */
export function messagesOfConverse(body: unknown): JsonRecord {
  if (!isRecord(body)) throw wrong('body', 'an object');
  const strange = Object.keys(body).find((name) => !FIELDS.has(name) && body[name] !== null);
  if (strange !== undefined) throw unsupported(strange);
  const latency = recordOf(body['performanceConfig'])?.['latency'];
  if (latency !== undefined && latency !== 'standard') throw unsupported('performanceConfig.latency');
  const messages = listOf(body['messages']);
  if (messages === undefined) throw wrong('messages', 'a list');
  return {
    ...additional(body['additionalModelRequestFields']),
    messages: messages.map((message, index) => ({
      role: recordOf(message)?.['role'],
      content: blocksOf(recordOf(message)?.['content'], `messages.${index}.content`),
    })),
    ...(body['system'] === undefined ? {} : { system: blocksOf(body['system'], 'system') }),
    ...inference(body['inferenceConfig']),
    ...tools(body['toolConfig']),
  };
}

function additional(value: unknown): JsonRecord {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw wrong('additionalModelRequestFields', 'an object');
  const own = Object.keys(value).find((name) => OWN.has(name));
  if (own !== undefined) throw unsupported(`additionalModelRequestFields.${own}`);
  return value;
}

function inference(value: unknown): JsonRecord {
  const { maxTokens, temperature, topP, stopSequences } = recordOf(value) ?? {};
  const fields = { max_tokens: maxTokens, temperature, top_p: topP, stop_sequences: stopSequences };
  return Object.fromEntries(Object.entries(fields).filter(([, one]) => one !== undefined && one !== null));
}

function tools(value: unknown): JsonRecord {
  const config = recordOf(value);
  if (config === undefined) return {};
  const made: JsonRecord[] = [];
  for (const [index, one] of (listOf(config['tools']) ?? []).entries()) {
    const at = `toolConfig.tools.${index}`;
    const [kind, inner] = memberOf(one, at);
    if (kind === 'cachePoint') markLast(made, inner, at);
    else if (kind === 'toolSpec') made.push(toolOf(recordOf(inner) ?? {}, at));
    else throw unsupported(`${at}.${kind}`);
  }
  const choice = config['toolChoice'];
  return { tools: made, ...(choice === undefined || choice === null ? {} : { tool_choice: choiceOf(choice) }) };
}

function toolOf({ name, description, inputSchema, strict }: JsonRecord, at: string): JsonRecord {
  const [kind, schema] = memberOf(inputSchema, `${at}.toolSpec.inputSchema`);
  if (kind !== 'json') throw unsupported(`${at}.toolSpec.inputSchema.${kind}`);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    input_schema: schema,
    ...(strict === undefined ? {} : { strict }),
  };
}

function choiceOf(choice: unknown): JsonRecord {
  const [kind, inner] = memberOf(choice, 'toolConfig.toolChoice');
  if (kind === 'tool') return { type: 'tool', name: recordOf(inner)?.['name'] };
  if (kind !== 'auto' && kind !== 'any') throw unsupported(`toolConfig.toolChoice.${kind}`);
  return { type: kind };
}
