// The crossings of the capability table that begin or end at Responses, beside those of `capability-rows.ts`. Facts:
// platform.openai.com/docs/api-reference/responses, .../guides/migrate-to-responses, and the types of the official SDK.
import type { CapabilityRow, Cell, DialectPair, Survival } from './capability-row.ts';

type Said = readonly [Survival, string];

const kept = (why: string): Said => ['kept', why];
const lost = (why: string): Said => ['lost', why];
const near = (why: string): Said => ['approximated', why];
const SAME = kept('the same');

/** By crossing: into Messages, into Chat, and from Chat, from Messages. */
interface Crossings {
  readonly toMessages?: Said;
  readonly toChat?: Said;
  readonly fromChat?: Said;
  readonly fromMessages?: Said;
}
const PAIRS: Readonly<Record<keyof Crossings, DialectPair>> = {
  toMessages: 'openai-responses>anthropic-messages',
  toChat: 'openai-responses>openai-chat',
  fromChat: 'openai-chat>openai-responses',
  fromMessages: 'anthropic-messages>openai-responses',
};

export function cellsOf(crossings: Crossings): CapabilityRow['cells'] {
  const cells: Partial<Record<DialectPair, Cell>> = {};
  for (const [name, pair] of Object.entries(PAIRS) as [keyof Crossings, DialectPair][]) {
    const said = crossings[name];
    if (said !== undefined) cells[pair] = { survival: said[0], why: said[1] };
  }
  return cells;
}

const all = (said: Said): Crossings => ({ toMessages: said, toChat: said, fromChat: said, fromMessages: said });
/** What no block of Messages can be. */
const fromOpenai = (said: Said): Crossings => ({ toMessages: said, toChat: said, fromChat: said });
const notFromChat = (said: Said): Crossings => ({ toMessages: said, toChat: said, fromMessages: said });
const out = (said: Said): Crossings => ({ toMessages: said, toChat: said });

const RUN_BY_SELLER = lost('a tool run by the seller cannot move to another seller or dialect');
const UNKNOWN = lost('a field unknown to this version has no counterpart');

/** Crossings of rows that Chat and Messages have as well. */
export const RESPONSES_CELLS: Readonly<Record<string, Crossings>> = {
  system: {
    toMessages: kept('instructions and system items become `system`'),
    toChat: kept('instructions and system items become system messages'),
    fromChat: kept('system messages become system items'),
    fromMessages: kept('`system` becomes a system item'),
  },
  system_mid_conversation: {
    ...all(kept('stays a system item or message in its place')),
    toMessages: near('a system item after the first turn is moved to the end of `system`'),
  },
  participant_name: { fromChat: lost('Responses has no name of a participant') },
  prefill: {
    ...all(near('a last assistant message is answered, not continued')),
    toMessages: near('a last assistant message is continued, not answered, by the models that allow it'),
  },
  refusal_history: {
    toMessages: near('an earlier refusal is sent as the text that it said'),
    toChat: SAME,
    fromChat: SAME,
  },
  images: all(kept('data URLs and URLs of images are carried')),
  image_url: all(kept('an image by URL is carried')),
  image_detail: { toMessages: lost('Messages has no level of detail for images'), toChat: SAME, fromChat: SAME },
  documents: all(kept('files with data are carried')),
  document_url: {
    toMessages: kept('a file by URL becomes a document by URL'),
    toChat: lost('Chat takes no document by URL'),
    fromMessages: kept('a document by URL becomes a file by URL'),
  },
  document_text: { fromMessages: near('a plain-text document is sent as text under its title') },
  document_formats: all(kept('a file is passed on with its type, for the model to judge')),
  document_context: { fromMessages: near('the context of a document is sent as text before it') },
  search_results: { fromMessages: near('a search result is sent as text with its title and source') },
  file_ids: all(lost('a file id means nothing at another deployment')),
  audio_input: fromOpenai(lost('audio is not carried between these dialects')),
  audio_output: { fromChat: lost('Responses gives no audio') },
  unknown_content: fromOpenai(lost('a content part of unknown type has no counterpart')),
  tools: all(kept('functions are carried')),
  tool_strict: all(SAME),
  tool_choice: all(kept('each form has its counterpart')),
  tool_choice_none: all(kept('`none` is the same')),
  tool_choice_allowed: {
    ...out(near('only the allowed tools are sent, with the same mode')),
    fromChat: near('only the allowed tools are sent, with the same mode'),
  },
  parallel_tool_control: all(kept('one call at a time is asked for in the words of each dialect')),
  tool_history: all(kept('calls and results are carried')),
  tool_arguments: {
    toMessages: near('arguments that are no JSON object are sent as {"INVALID_JSON": "…"}, as Anthropic advises'),
    toChat: SAME,
    fromChat: SAME,
  },
  tool_result_media: {
    toMessages: kept('media of a result are blocks of it'),
    toChat: near('media of a tool result follow the tool messages in a user message that names the call'),
    fromMessages: kept('media of a result are parts of the output'),
  },
  tool_error: { fromMessages: near('an error result is sent as text that begins with "[tool error] "') },
  tool_options: {
    ...out(lost('deferred loading, callers and output schemas of a function stay in Responses')),
    fromMessages: lost('callers, deferred loading and input examples of a tool are not carried'),
  },
  tool_streaming: { fromMessages: lost('Responses has no switch for eager streaming of tool input') },
  custom_tools: {
    ...out(lost('free-form (grammar) tools are not carried')),
    fromChat: lost('free-form (grammar) tools are not carried'),
  },
  legacy_functions: { fromChat: near('`functions` become tools, and calls come back as `tool_calls`') },
  builtin_tools: notFromChat(lost('the schema of a built-in tool is known to the models of its maker alone')),
  server_tools: all(RUN_BY_SELLER),
  mcp_servers: notFromChat(lost('the connection of a seller to MCP servers is not carried')),
  container: notFromChat(lost('a container belongs to the seller that runs it')),
  json_schema: all(kept('the schema is carried')),
  json_object: {
    toMessages: lost('Messages has no free JSON mode; send a json_schema'),
    toChat: SAME,
    fromChat: SAME,
  },
  choices: { fromChat: lost('Responses gives one answer') },
  logprobs: {
    ...out(lost('log probabilities are not carried')),
    fromChat: lost('log probabilities are not carried'),
  },
  stop_sequences: {
    fromChat: lost('Responses has no stop sequences'),
    fromMessages: lost('Responses has no stop sequences'),
  },
  verbosity: { toMessages: lost('Messages has no verbosity'), toChat: SAME, fromChat: SAME },
  moderation: { toMessages: lost('Messages has no moderation option'), toChat: SAME, fromChat: SAME },
  effort: {
    toMessages: near(
      'becomes `output_config.effort` (`minimal` as `low`) with adaptive thinking, or a thinking budget for models before 4.6; `none` switches thinking off',
    ),
    toChat: kept('becomes `reasoning_effort`'),
    fromChat: kept('becomes `reasoning.effort`'),
    fromMessages: kept('becomes `reasoning.effort`'),
  },
  thinking: {
    fromChat: near('a thinking budget becomes an effort'),
    fromMessages: near('a thinking budget becomes an effort'),
  },
  thinking_blocks: {
    fromChat: near('reasoning of a Responses model goes back to it; thinking of another model is left out'),
    fromMessages: near('reasoning of a Responses model goes back to it; thinking of another model is left out'),
  },
  unsigned_thinking: { fromChat: lost('a model takes back only reasoning that it gave') },
  provider_blocks: {
    fromChat: lost('blocks of another maker have no place in Responses'),
    fromMessages: lost('Responses has no place for blocks of server-run tools'),
  },
  provider_blocks_edited: { fromChat: lost('blocks of another maker have no place in Responses') },
  citations: all(lost('an earlier answer goes back without its citations')),
  temperature: all(SAME),
  temperature_above_1: {
    toMessages: lost('Messages takes a temperature of at most 1; it is left out, not clamped'),
    toChat: SAME,
    fromChat: SAME,
  },
  top_p: all(SAME),
  top_k: { fromChat: lost('Responses has no top_k'), fromMessages: lost('Responses has no top_k') },
  penalties: { fromChat: lost('Responses has no penalties') },
  logit_bias: { fromChat: lost('Responses has no logit bias') },
  seed: { fromChat: lost('Responses has no seed') },
  prediction: { fromChat: lost('Responses has no predicted output') },
  cache_control: {
    fromChat: lost('Responses caches by itself, without these marks'),
    fromMessages: lost('Responses caches by itself, without these marks'),
  },
  prompt_cache_marks: {
    ...out(lost('marks of the prompt cache on parts are not carried')),
    fromChat: lost('marks of the prompt cache on parts are not carried'),
  },
  prompt_cache: { toMessages: lost('Messages caches by marks on blocks, not by key'), toChat: SAME, fromChat: SAME },
  end_user: all(kept('the id of the end user is carried')),
  end_user_long: { fromMessages: lost('the id has at most 64 characters; a longer one is left out, not cut') },
  metadata: { toMessages: lost('Messages has no metadata but the user id'), toChat: SAME, fromChat: SAME },
  store: { toMessages: lost('Messages stores no answers'), toChat: SAME, fromChat: SAME },
  service_tier: all(kept('auto is auto, the standard tier is the standard tier')),
  service_tier_special: {
    toMessages: lost('Messages has no flex, scale or priority tier to ask for'),
    toChat: SAME,
    fromChat: SAME,
  },
  inference_geo: { fromMessages: lost('Responses cannot be told where to run; policy must choose the region') },
  speed: { fromMessages: lost('Responses has no fast mode') },
  context_management: notFromChat(lost('editing of the context is each maker’s own')),
  diagnostics: { fromMessages: lost('Responses has no such cache diagnostics') },
  fallbacks: { fromMessages: lost('Responses has no fall-back models; a route has') },
  unknown_fields: all(UNKNOWN),
  // --- answers: the source is the cloud, the target is the client
  answer_thinking: {
    toMessages: near('a summary of reasoning becomes thinking, its encrypted form the signature'),
    toChat: kept('`reasoning_content`, and whole in the `thinking_blocks` extension'),
    fromChat: near('`reasoning_content` becomes a reasoning item without encrypted content'),
    fromMessages: kept('becomes a reasoning item whose `encrypted_content` holds the block'),
  },
  answer_provider_blocks: { fromMessages: lost('Responses has no place for blocks of server-run tools') },
  answer_citations: {
    toMessages: near('URL annotations become citations of the text block'),
    toChat: kept('URL annotations are carried'),
    fromChat: kept('URL annotations are carried'),
    fromMessages: near('web citations become annotations; those of documents are left out'),
  },
  answer_refusal: all(near('the refusal becomes text, and the stop reason says that it is one')),
  answer_stop: {
    ...all(kept('each reason has its counterpart')),
    fromMessages: near('a stop sequence or a pause ends the answer as completed'),
  },
  answer_usage: {
    ...all(kept('the sums and their parts hold')),
    fromChat: near('audio and prediction counts have no field; the sums hold'),
  },
  answer_logprobs: {
    ...out(lost('log probabilities are not carried')),
    fromChat: lost('log probabilities are not carried'),
  },
  answer_choices: { fromChat: lost('Responses has one answer; the first is given') },
  answer_tool_arguments: {
    ...all(kept('the text is passed on as the model wrote it')),
    toMessages: near('arguments that are no JSON object are given as {"INVALID_JSON": "…"}'),
  },
  answer_audio: { fromChat: lost('Responses has no audio') },
  answer_fingerprint: { fromChat: lost('Responses has no system fingerprint; the receipt keeps it') },
  answer_container: { fromMessages: lost('containers are not carried; the receipt keeps the id') },
  answer_unknown_fields: all(UNKNOWN),
};

const row = (weight: CapabilityRow['weight'], crossings: Crossings): CapabilityRow => ({
  weight,
  cells: cellsOf(crossings),
});

const STATEFUL =
  'the model behind this deployment keeps no conversation: send the whole input each time, with `store: false`';

/** Rows that only Responses has. */
export const RESPONSES_ROWS: Readonly<Record<string, CapabilityRow>> = {
  /** `previous_response_id`, `conversation`, an item by reference. */
  stored_state: row('strict', out(lost(STATEFUL))),
  stored_prompt: row('strict', out(lost('a prompt kept at one seller is unknown to others: send its text'))),
  background: row('strict', out(lost('an answer in the background is kept and fetched at its seller'))),
  hosted_items: row('strict', out(lost('items of tools that the seller or its models define have no counterpart'))),
  reasoning_items: row('plain', {
    toMessages: near('reasoning that Claude gave goes back as its block; that of another model is left out'),
    toChat: lost('Chat models take no reasoning back'),
  }),
  reasoning_summary: row('plain', {
    toMessages: near('thinking is shown as the model gives it, not summarised on request'),
    toChat: lost('Chat has no summary of reasoning to ask for'),
  }),
  include: row('plain', out(lost('there is no such further output to include'))),
  truncation: row('plain', out(lost('input that is too long is refused, not shortened'))),
  max_tool_calls: row('plain', out(lost('it bounds tools that the seller runs, which are not carried'))),
  phase: row('plain', out(lost('a message has no phase'))),
  answer_hosted_items: row('plain', out(lost('items of tools that the seller ran have no counterpart'))),
};
