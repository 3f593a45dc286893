// The crossings of the capability table that begin or end at Amazon's Converse. What its clients ask is read by way of the
// Messages API, so from there on it fares as a request of Messages does. Facts: the API reference of Amazon Bedrock's
// runtime (Converse, ConverseStream and the types of their members), and the types of the official client.
import type { CapabilityRow, Cell, DialectPair, Survival } from './capability-row.ts';

type Said = readonly [Survival, string];
type Rows = Readonly<Record<string, CapabilityRow>>;

const kept = (why: string): Said => ['kept', why];
const lost = (why: string): Said => ['lost', why];
const near = (why: string): Said => ['approximated', why];
const cell = ([survival, why]: Said): Cell => ({ survival, why });

const NOT_OURS = lost('a tool run by one seller cannot move to another');
const UNKNOWN = lost('a field unknown to this version has no counterpart');
const NO_FIELD = lost('Converse has no such field');

/** Into Converse, from whichever dialect asks for it. */
const TO_CONVERSE: Readonly<Record<string, Said>> = {
  system: kept('becomes `system`'),
  system_mid_conversation: near('a system message after the first turn is moved to the end of `system`'),
  participant_name: lost('Converse has no name of a participant'),
  prefill: near('a last assistant message is continued by the models that allow it, and refused by others'),
  refusal_history: near('an earlier refusal is sent as the text that it said'),
  images: kept('images with data become image blocks'),
  image_url: lost('Converse fetches no image: send its data'),
  image_detail: lost('Converse has no level of detail for images'),
  documents: kept('files with data become document blocks'),
  document_url: lost('Converse fetches no document: send its data'),
  document_text: kept('a plain-text document becomes a text file'),
  document_context: kept('the context of a document is the same'),
  document_formats: lost('Converse takes pdf, csv, doc, docx, xls, xlsx, html, txt and md'),
  search_results: kept('a search result is the same'),
  file_ids: lost("a file id means nothing at another seller's"),
  audio_input: lost('audio is not carried to Converse'),
  audio_output: lost('Converse gives no audio'),
  unknown_content: lost('a content part of unknown type has no counterpart'),
  tools: kept('become tool specifications'),
  tool_strict: kept('`strict` is the same'),
  tool_choice: kept('auto, any and a named tool have their counterparts'),
  tool_choice_none: near('the tools are not sent; earlier calls of them are told as text'),
  tool_choice_allowed: near('only the allowed tools are sent, with the same mode'),
  parallel_tool_control: lost('Converse cannot hold a model to one tool call'),
  tool_history: kept('calls and results become blocks'),
  tool_arguments: near('arguments that are no JSON object are sent as {"INVALID_JSON": "…"}'),
  tool_result_media: kept('images and documents stay within the result'),
  tool_error: kept('becomes the status of the result'),
  tool_options: lost('Converse has no deferred loading, callers or input examples of a tool'),
  tool_streaming: lost('Converse has no switch for eager streaming of tool input'),
  custom_tools: lost('Converse has no free-form (grammar) tools'),
  legacy_functions: near('`functions` become tools, and calls come back as `tool_calls`'),
  builtin_tools: lost('the schema of a built-in tool is known to the models of its maker alone'),
  server_tools: NOT_OURS,
  mcp_servers: lost('Converse does not connect to MCP servers'),
  container: lost('Converse has no containers'),
  json_schema: kept('becomes `outputConfig.textFormat`'),
  json_object: lost('Converse has no free JSON mode; send a json_schema'),
  choices: lost('Converse gives one answer'),
  logprobs: lost('Converse gives no log probabilities'),
  stop_sequences: kept('the same'),
  verbosity: lost('Converse has no verbosity'),
  moderation: lost('Converse has no moderation option'),
  effort: near('said in the own field of Claude, Nova 2 and gpt-oss; left out for other models'),
  thinking: near('passed on to Claude; left out for other models'),
  thinking_blocks: kept('becomes reasoning content, signatures untouched'),
  unsigned_thinking: lost('a model takes back only reasoning that it signed'),
  provider_blocks: lost('Converse has no place for blocks of server-run tools'),
  provider_blocks_edited: lost('Converse has no place for blocks of server-run tools'),
  citations: near('documents are cited by the models that can; an earlier answer goes back without its citations'),
  temperature: kept('the same'),
  temperature_above_1: lost('Converse takes a temperature of at most 1; it is left out, not clamped'),
  top_p: kept('the same'),
  top_k: near('said in the own field of Claude and Nova; left out for other models'),
  penalties: lost('Converse has no penalties'),
  logit_bias: lost('Converse has no logit bias'),
  seed: lost('Converse has no seed'),
  prediction: lost('Converse has no predicted output'),
  cache_control: near('marks become cache points for Claude and Nova; left out for other models'),
  prompt_cache_marks: lost('marks of another kind are not carried'),
  prompt_cache: lost('Converse caches by cache points, not by key'),
  end_user: lost('Converse has no id of the end user; the receipt keeps it'),
  end_user_long: lost('Converse has no id of the end user; the receipt keeps it'),
  metadata: lost('metadata is kept in the receipt and not sent to the seller’s invocation log'),
  store: lost('Converse stores no answers'),
  service_tier: kept('the standard tier is the default tier'),
  service_tier_special: lost('the tier is the deployment’s'),
  inference_geo: lost('Converse cannot be told where to run; policy must choose the region'),
  speed: lost('Converse has no fast mode'),
  context_management: lost('Converse does not edit the context'),
  diagnostics: NO_FIELD,
  fallbacks: lost('Converse has no fall-back models; a route has'),
  unknown_fields: UNKNOWN,
  // --- of Responses alone
  stored_state: lost('the model behind this deployment keeps no conversation: send the whole input each time'),
  stored_prompt: lost('a prompt kept at one seller is unknown to others: send its text'),
  background: lost('an answer in the background is kept and fetched at its seller'),
  hosted_items: lost('items of tools that the seller or its models define have no counterpart'),
  reasoning_items: near('reasoning that Claude gave goes back as its block; that of another model is left out'),
  reasoning_summary: lost('reasoning is shown as the model gives it, not summarised on request'),
  include: lost('there is no such further output to include'),
  truncation: lost('input that is too long is refused, not shortened'),
  max_tool_calls: lost('it bounds tools that the seller runs, which are not carried'),
  phase: lost('a message has no phase'),
  // --- answers: the source is the cloud, the target is a client of Converse
  answer_thinking: near('becomes reasoning content; what no model signed has no signature'),
  answer_provider_blocks: lost('Converse has no place for blocks of server-run tools'),
  answer_citations: near('places in documents, search results and the web are the same; any other is left out'),
  answer_refusal: near('the refusal becomes text and `content_filtered`'),
  answer_stop: near('a pause ends the answer as `end_turn`'),
  answer_usage: near('audio and prediction counts have no field; the sums hold'),
  answer_logprobs: lost('Converse has no log probabilities'),
  answer_choices: lost('Converse has one answer; the first is given'),
  answer_audio: lost('Converse has no audio'),
  answer_fingerprint: lost('Converse has no system fingerprint; the receipt keeps it'),
  answer_container: lost('Converse has no containers; the receipt keeps the id'),
  answer_hosted_items: lost('items of tools that the seller ran have no counterpart'),
  answer_tool_arguments: near('arguments that are no JSON object are given as {"INVALID_JSON": "…"}'),
  answer_unknown_fields: UNKNOWN,
};

/** What a client of Converse can ask, and an answer of it hold, that Messages has as well. */
const FROM_CONVERSE = [
  'system',
  'prefill',
  'images',
  'documents',
  'document_text',
  'document_context',
  'document_formats',
  'search_results',
  'file_ids',
  'audio_input',
  'unknown_content',
  'tools',
  'tool_strict',
  'tool_choice',
  'tool_history',
  'tool_result_media',
  'tool_error',
  'tool_options',
  'builtin_tools',
  'server_tools',
  'mcp_servers',
  'container',
  'json_schema',
  'stop_sequences',
  'effort',
  'thinking',
  'thinking_blocks',
  'provider_blocks',
  'citations',
  'temperature',
  'top_p',
  'top_k',
  'cache_control',
  'end_user',
  'end_user_long',
  'metadata',
  'service_tier',
  'service_tier_special',
  'inference_geo',
  'speed',
  'context_management',
  'diagnostics',
  'fallbacks',
  'stored_prompt',
  'unknown_fields',
  'answer_thinking',
  'answer_provider_blocks',
  'answer_citations',
  'answer_refusal',
  'answer_stop',
  'answer_usage',
  'answer_unknown_fields',
] as const;

/** Towards Messages all of it is the same but for these. */
const TO_MESSAGES: Readonly<Record<string, Said>> = {
  audio_input: lost('Messages takes no audio'),
  builtin_tools: lost('the schema of a built-in tool is known to the models of its maker alone'),
  document_formats: lost('Messages takes PDF and text'),
  citations: near('documents are cited; an earlier answer goes back as the text that it said'),
  file_ids: lost('media at an address of one seller mean nothing to another'),
  metadata: lost('it is meant for the invocation log of Amazon, which does not see this call'),
  provider_blocks: lost('blocks of tools that Amazon ran have no place in Messages'),
  server_tools: NOT_OURS,
  service_tier_special: lost('the tier is the deployment’s'),
  stored_prompt: lost('a prompt kept at one seller is unknown to others: send its text'),
  tool_options: lost('a schema of a tool that is no JSON has no counterpart'),
  unknown_content: lost('a content block of unknown type has no counterpart'),
  unknown_fields: near('fields of the model go on as they came; a field of Converse that is unknown here is left out'),
  answer_provider_blocks: lost('blocks of tools that Amazon ran have no place in Messages'),
  answer_unknown_fields: UNKNOWN,
};
/** Where it is not as from Messages. */
const ELSEWHERE: Readonly<Record<string, Said>> = {
  audio_input: lost('audio is not carried between these dialects'),
  document_formats: lost('only PDF and text are carried'),
  metadata: lost('it is meant for the invocation log of Amazon, which does not see this call'),
  service_tier_special: lost('the tier is the deployment’s'),
  stored_prompt: lost('a prompt kept at one seller is unknown to others: send its text'),
  unknown_content: lost('a content block of unknown type has no counterpart'),
  answer_provider_blocks: lost('blocks of tools that Amazon ran have no counterpart'),
  answer_usage: kept('the sums and their parts hold'),
  answer_refusal: near('a filtered answer ends as one that the model refused'),
};

/** The rows of the other dialects with their crossings from and to Converse. */
export function withConverse(rows: Rows): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([feature, row]) => [
      feature,
      { ...row, cells: { ...row.cells, ...crossings(feature, row) } },
    ]),
  );
}

function crossings(feature: string, { cells }: CapabilityRow): CapabilityRow['cells'] {
  const made: Partial<Record<DialectPair, Cell>> = {};
  const said = TO_CONVERSE[feature];
  for (const from of ['openai-chat', 'anthropic-messages', 'openai-responses'] as const) {
    const asks = Object.keys(cells).some((pair) => pair.startsWith(`${from}>`));
    if (asks && said !== undefined) made[`${from}>bedrock-converse`] = cell(said);
  }
  if (!FROM.has(feature)) return made;
  made['bedrock-converse>anthropic-messages'] = cell(TO_MESSAGES[feature] ?? kept('the same in other words'));
  for (const to of ['openai-chat', 'openai-responses'] as const) {
    const other = ELSEWHERE[feature];
    const asMessages = cells[`anthropic-messages>${to}`] ?? cell(kept('the same in other words'));
    made[`bedrock-converse>${to}`] = other === undefined ? asMessages : cell(other);
  }
  return made;
}

const FROM: ReadonlySet<string> = new Set(FROM_CONVERSE);

const out = (said: Said): CapabilityRow['cells'] => ({
  'bedrock-converse>anthropic-messages': cell(said),
  'bedrock-converse>openai-chat': cell(said),
  'bedrock-converse>openai-responses': cell(said),
});

const strict = (said: Said): CapabilityRow => ({ weight: 'strict', cells: out(said) });
const plain = (said: Said): CapabilityRow => ({ weight: 'plain', cells: out(said) });

/** Rows that only Converse has. */
export const CONVERSE_ROWS: Rows = {
  guardrail: strict(lost('a guardrail of Amazon is applied by Amazon alone: a route has its own')),
  performance: plain(lost('there is no faster lane to ask for here')),
  response_fields: plain(lost('fields of one maker’s answer cannot be asked of another')),
  video: strict(lost('video is not carried')),
  answer_trace: plain(
    lost('the trace of a guardrail or router has no counterpart; the receipt says that there was one'),
  ),
};
