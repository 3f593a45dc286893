// A request of Converse, from untrusted JSON to a `Prompt`, or to the refusal that the service would send. Written from
// the API reference, apart from the product's own reader and writer, which it tests.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import type { BedrockTraits } from '../model/bedrock-models.ts';
import type { LabModel } from '../model/catalogue.ts';
import { directivesOf, type CacheSegment, type Prompt, type ToolSpec } from '../model/prompt.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { Signer } from '../model/signature.ts';
import { TOOL_TOKENS, tokensOf } from '../model/tokenizer.ts';
import { cacheTtl, checkConversation, checkSystem, onlyMember, type Conversation } from './converse-messages.ts';
import { type Fields, isFields, isText, isWhole, shown, unknownKey } from './fields.ts';

const KNOWN = new Set([
  'additionalModelRequestFields',
  'additionalModelResponseFieldPaths',
  'guardrailConfig',
  'inferenceConfig',
  'messages',
  'outputConfig',
  'performanceConfig',
  'promptVariables',
  'requestMetadata',
  'serviceTier',
  'system',
  'toolConfig',
]);
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const TIERS = ['default', 'priority', 'flex', 'reserved'];
const THINKING_LEAST = 1_024;
const CACHE_POINTS = 4;

export interface ConverseContext {
  readonly model: LabModel;
  readonly traits: BedrockTraits;
  /** As the caller named it in the path. */
  readonly asked: string;
  readonly stream: boolean;
  readonly signer: Signer;
}

export function parseConverse(body: unknown, context: ConverseContext): Prompt | Refusal {
  if (!isFields(body)) return refuse('invalid', 'Malformed input request, please reformat your input and try again.');
  const problem = checkTop(body) ?? checkInference(body, context.model) ?? checkAdditional(body, context);
  if (problem !== null) return refuse('invalid', problem);
  const tools = readTools(body['toolConfig']);
  if (isText(tools)) return refuse('invalid', tools);
  const system = checkSystem(body['system']);
  if (isText(system)) return refuse('invalid', system);
  const conversation = checkConversation(body['messages'], context);
  if (isText(conversation)) return refuse('invalid', conversation);
  if (conversation.usesTools && tools.specs.length === 0) {
    return refuse('invalid', 'The toolConfig field must be defined when using toolUse and toolResult content blocks.');
  }
  const segments = [...tools.segments, ...system, ...conversation.segments];
  const points = segments.filter(({ ttl }) => ttl !== null).length;
  if (points > 0 && !context.traits.caches)
    return refuse(
      'forbidden',
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
    );
  if (points > CACHE_POINTS) return refuse('invalid', `A maximum of ${CACHE_POINTS} cache points may be provided.`);
  const format = readFormat(body['outputConfig']);
  if (isText(format)) return refuse('invalid', format);
  return assemble(body, context, { tools, conversation, segments, format });
}

interface Tools {
  readonly specs: ToolSpec[];
  readonly segments: CacheSegment[];
  choice: Prompt['toolChoice'];
}

interface Parts {
  readonly tools: Tools;
  readonly conversation: Conversation;
  readonly segments: readonly CacheSegment[];
  readonly format: Prompt['format'];
}

function assemble(body: Fields, { model, traits, asked, stream }: ConverseContext, parts: Parts): Prompt | Refusal {
  const { conversation, tools, segments } = parts;
  const inputTokens = segments.reduce((sum, { tokens }) => sum + tokens, 0);
  if (inputTokens > model.context) return refuse('invalid', 'Input is too long for requested model.');
  const inference = isFields(body['inferenceConfig']) ? body['inferenceConfig'] : {};
  const guardrail = isFields(body['guardrailConfig']) ? body['guardrailConfig'] : null;
  const tier = isFields(body['serviceTier']) ? body['serviceTier']['type'] : null;
  return {
    dialect: 'bedrock-converse',
    model: asked,
    stream,
    includeUsage: true,
    maxTokens: isWhole(inference['maxTokens']) ? inference['maxTokens'] : model.maxOutput,
    stop: Array.isArray(inference['stopSequences']) ? inference['stopSequences'].filter(isText) : [],
    lastUserText: conversation.lastUserText,
    tools: tools.specs,
    toolChoice: tools.choice,
    parallelTools: true,
    toolResults: conversation.toolResults,
    thinking: thinkingOf(body, traits),
    format: parts.format,
    inputTokens,
    segments,
    choices: 1,
    logprobs: null,
    tier: isText(tier) ? tier : null,
    inferenceGeo: null,
    directives: directivesOf(conversation.lastUserText),
    converse: {
      signs: traits.signs,
      guardrail: guardrail !== null,
      trace: guardrail !== null && String(guardrail['trace']).startsWith('enabled'),
    },
  };
}

function thinkingOf(body: Fields, { signs }: BedrockTraits): number | null {
  const fields = body['additionalModelRequestFields'];
  if (!isFields(fields) || !signs || !isFields(fields['thinking'])) return null;
  const { type, budget_tokens: budget } = fields['thinking'];
  if (type === 'adaptive') return THINKING_LEAST;
  return type === 'enabled' && isWhole(budget) ? budget : null;
}

function checkTop(body: Fields): string | null {
  // The service ignores what it does not know; the lab says so, since a gateway should not send it.
  const strange = unknownKey(body, KNOWN);
  if (strange !== null) return `The lab knows no member "${strange}" of this request.`;
  const tier = body['serviceTier'];
  if (tier !== undefined && !(isFields(tier) && TIERS.includes(String(tier['type']))))
    return `1 validation error detected: Value at 'serviceTier.type' failed to satisfy constraint: Member must satisfy enum value set: [${TIERS.join(', ')}]`;
  const guardrail = body['guardrailConfig'];
  if (
    guardrail !== undefined &&
    !(isFields(guardrail) && isText(guardrail['guardrailIdentifier']) && isText(guardrail['guardrailVersion']))
  )
    return 'The guardrail identifier and version must both be provided.';
  return null;
}

function checkInference(body: Fields, model: LabModel): string | null {
  const config = body['inferenceConfig'];
  if (config === undefined) return null;
  if (!isFields(config)) return 'inferenceConfig is not an object.';
  const { maxTokens, temperature, topP, stopSequences } = config;
  if (maxTokens !== undefined && (!isWhole(maxTokens) || maxTokens < 1))
    return `1 validation error detected: Value '${shown(maxTokens)}' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1`;
  if (isWhole(maxTokens) && maxTokens > model.maxOutput)
    return `The maximum tokens you requested exceeds the model limit of ${model.maxOutput}. Try again with a maximum tokens value that is lower than ${model.maxOutput}.`;
  for (const [name, value] of [
    ['temperature', temperature],
    ['topP', topP],
  ] as const) {
    if (value !== undefined && (typeof value !== 'number' || value < 0 || value > 1))
      return `1 validation error detected: Value '${shown(value)}' at 'inferenceConfig.${name}' failed to satisfy constraint: Member must have value less than or equal to 1`;
  }
  if (
    stopSequences !== undefined &&
    !(Array.isArray(stopSequences) && stopSequences.every((one) => isText(one) && one !== ''))
  )
    return `Value at 'inferenceConfig.stopSequences' failed to satisfy constraint: Member must have length greater than or equal to 1`;
  return null;
}

function checkAdditional(body: Fields, { traits }: ConverseContext): string | null {
  const fields = body['additionalModelRequestFields'];
  if (fields === undefined) return null;
  if (!isFields(fields)) return 'additionalModelRequestFields is not an object.';
  const extra = Object.keys(fields).find((name) => !traits.fields.includes(name));
  if (extra !== undefined)
    return `The model returned the following errors: Malformed input request: #: extraneous key [${extra}] is not permitted, please reformat your input and try again.`;
  const thinking = fields['thinking'];
  if (
    isFields(thinking) &&
    thinking['type'] === 'enabled' &&
    !(isWhole(thinking['budget_tokens']) && thinking['budget_tokens'] >= THINKING_LEAST)
  )
    return `The model returned the following errors: thinking.enabled.budget_tokens: Input should be greater than or equal to ${THINKING_LEAST}`;
  return null;
}

function readTools(value: unknown): Tools | string {
  const out: Tools = { specs: [], segments: [], choice: 'auto' };
  if (value === undefined) return out;
  if (!isFields(value) || !Array.isArray(value['tools']) || value['tools'].length === 0)
    return `1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1`;
  for (const [index, tool] of value['tools'].entries()) {
    const at = `toolConfig.tools.${index}`;
    const member = onlyMember(tool, at);
    if (isText(member)) return member;
    const [kind, inner] = member;
    if (kind === 'cachePoint') {
      const ttl = cacheTtl(inner);
      const last = out.segments.pop();
      if (ttl === null || last === undefined) return `${at}.cachePoint is not valid.`;
      out.segments.push({ ...last, ttl });
      continue;
    }
    const problem = kind === 'toolSpec' ? readTool(inner, at, out) : `The lab does not run "${kind}".`;
    if (problem !== null) return problem;
  }
  return readChoice(value['toolChoice'], out);
}

function readTool(spec: unknown, at: string, out: Tools): string | null {
  if (!isFields(spec) || !isText(spec['name']) || !TOOL_NAME.test(spec['name']))
    return `Value '${shown(isFields(spec) ? spec['name'] : spec)}' at '${at}.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`;
  if (out.specs.some(({ name }) => name === spec['name'])) return `The tool ${spec['name']} is defined more than once.`;
  if (spec['description'] === '') return `${at}.toolSpec.description must have length greater than or equal to 1`;
  const schema = isFields(spec['inputSchema']) ? spec['inputSchema']['json'] : undefined;
  if (!isFields(schema) || schema['type'] !== 'object')
    return `The value at ${at}.toolSpec.inputSchema.json.type must be one of the following: object.`;
  out.specs.push({ name: spec['name'], schema });
  const text = JSON.stringify(spec);
  out.segments.push({ text, tokens: tokensOf(text) + TOOL_TOKENS, ttl: null });
  return null;
}

function readChoice(choice: unknown, out: Tools): Tools | string {
  if (choice === undefined) return out;
  const member = onlyMember(choice, 'toolConfig.toolChoice');
  if (isText(member)) return member;
  const [kind, inner] = member;
  if (kind === 'auto' || kind === 'any') out.choice = kind;
  else if (kind === 'tool' && isFields(inner) && out.specs.some(({ name }) => name === inner['name']))
    out.choice = { name: String(inner['name']) };
  else return 'The tool of toolConfig.toolChoice is not among toolConfig.tools.';
  return out;
}

/** The schema is text that holds JSON. */
function readFormat(config: unknown): Prompt['format'] | string {
  const format = isFields(config) ? config['textFormat'] : undefined;
  if (format === undefined) return null;
  const structure = isFields(format) && format['type'] === 'json_schema' ? format['structure'] : undefined;
  const definition = isFields(structure) ? structure['jsonSchema'] : undefined;
  const text = isFields(definition) ? definition['schema'] : undefined;
  if (!isText(text)) return 'The value at outputConfig.textFormat.structure.jsonSchema.schema is not a text.';
  try {
    return { schema: JSON.parse(text) as unknown };
  } catch {
    return 'The value at outputConfig.textFormat.structure.jsonSchema.schema is not valid JSON.';
  }
}
