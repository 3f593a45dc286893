// The rows of the capability table. Facts: platform.claude.com/docs/en/api/messages, .../openai-sdk (what Anthropic's own
// compatibility layer ignores), platform.openai.com/docs/api-reference/chat, and the types of both official SDKs.
import type { CapabilityRow, Cell, Survival } from './capability-row.ts';

type Said = readonly [Survival, string];

/** A row by its two crossings: a Chat client at a Claude deployment, and a Messages client at a Chat deployment. */
function row(weight: CapabilityRow['weight'], chatToMessages: Said | null, messagesToChat: Said | null): CapabilityRow {
  const cell = ([survival, why]: Said): Cell => ({ survival, why });
  return {
    weight,
    cells: {
      ...(chatToMessages === null ? {} : { 'openai-chat>anthropic-messages': cell(chatToMessages) }),
      ...(messagesToChat === null ? {} : { 'anthropic-messages>openai-chat': cell(messagesToChat) }),
    },
  };
}

const kept = (why: string): Said => ['kept', why];
const lost = (why: string): Said => ['lost', why];
const near = (why: string): Said => ['approximated', why];

/** What a request can ask for. */
export const REQUEST_ROWS: Readonly<Record<string, CapabilityRow>> = {
  // --- conversation
  system: row(
    'plain',
    kept('leading system and developer messages become `system`'),
    kept('`system` becomes a system message'),
  ),
  system_mid_conversation: row(
    'plain',
    near('a system message after the first turn is moved to the end of `system`, which every Claude model accepts'),
    kept('stays a system message in its place'),
  ),
  participant_name: row('plain', lost('Messages has no name of a participant'), null),
  prefill: row(
    'plain',
    near('a last assistant message is continued, not answered, by the models that allow it'),
    near('a last assistant message is answered, not continued'),
  ),
  refusal_history: row('plain', near('an earlier refusal is sent as the text that it said'), null),
  // --- media
  images: row('strict', kept('data URLs and URLs become image blocks'), kept('image blocks become data URLs or URLs')),
  image_url: row('strict', kept('the same'), kept('the same')),
  image_detail: row('plain', lost('Messages has no level of detail for images'), null),
  documents: row(
    'strict',
    kept('files with data become document blocks'),
    kept('PDF documents become files with data'),
  ),
  document_url: row('strict', null, lost('Chat takes no document by URL')),
  document_text: row('plain', null, near('a plain-text document is sent as text under its title')),
  document_formats: row(
    'strict',
    kept('a file is passed on with its type, for the model to judge'),
    kept('a document is passed on with its type, for the model to judge'),
  ),
  document_context: row('plain', null, near('the context of a document is sent as text before it')),
  search_results: row('plain', null, near('a search result is sent as text with its title and source')),
  file_ids: row(
    'strict',
    lost("a file id means nothing at another seller's"),
    lost("a file id means nothing at another seller's"),
  ),
  audio_input: row('strict', lost('Messages takes no audio'), null),
  audio_output: row('strict', lost('Messages gives no audio'), null),
  unknown_content: row('strict', lost('a content part of unknown type has no counterpart'), null),
  // --- tools
  tools: row('strict', kept('functions become tools'), kept('tools become functions')),
  tool_strict: row('strict', kept('`strict` is the same'), kept('`strict` is the same')),
  tool_choice: row('strict', kept('each form has its counterpart'), kept('each form has its counterpart')),
  tool_choice_allowed: row('strict', near('only the allowed tools are sent, with the same mode'), null),
  tool_choice_none: row('strict', kept('`none` is the same'), kept('`none` is the same')),
  parallel_tool_control: row(
    'strict',
    kept('becomes `disable_parallel_tool_use`'),
    kept('becomes `parallel_tool_calls: false`'),
  ),
  tool_history: row('strict', kept('calls and results become blocks'), kept('blocks become calls and tool messages')),
  tool_arguments: row(
    'plain',
    near('arguments that are no JSON object are sent as {"INVALID_JSON": "…"}, as Anthropic advises'),
    null,
  ),
  tool_result_media: row(
    'strict',
    null,
    near('media of a tool result follow the tool messages in a user message that names the call'),
  ),
  tool_error: row('plain', null, near('an error result is sent as text that begins with "[tool error] "')),
  tool_options: row('strict', null, lost('Chat has no deferred loading, callers or input examples of a tool')),
  tool_streaming: row('plain', null, lost('Chat has no switch for eager streaming of tool input')),
  custom_tools: row('strict', lost('Messages has no free-form (grammar) tools'), null),
  legacy_functions: row('plain', near('`functions` become tools, and calls come back as `tool_calls`'), null),
  builtin_tools: row('strict', null, lost('the schema of a built-in Anthropic tool is known to Claude alone')),
  server_tools: row(
    'strict',
    lost('a tool run by the seller cannot move to another seller'),
    lost('a tool run by the seller cannot move to another seller'),
  ),
  mcp_servers: row('strict', null, lost('Chat does not connect to MCP servers')),
  container: row('strict', null, lost('Chat has no containers or skills')),
  // --- form of the answer
  json_schema: row(
    'strict',
    kept('becomes `output_config.format`; name and description have no place there'),
    kept('becomes `response_format`, named "answer", strict'),
  ),
  json_object: row('strict', lost('Messages has no free JSON mode; send a json_schema'), null),
  choices: row('plain', lost('Messages gives one answer'), null),
  logprobs: row('plain', lost('Messages gives no log probabilities'), null),
  stop_sequences: row('plain', kept('the same'), kept('the same; Chat allows four')),
  verbosity: row('plain', lost('Messages has no verbosity'), null),
  moderation: row('plain', lost('Messages has no moderation option'), null),
  // --- thinking
  effort: row(
    'plain',
    near(
      'becomes `output_config.effort` (`minimal` as `low`) with adaptive thinking, or a thinking budget for models before 4.6; `none` switches thinking off',
    ),
    kept('becomes `reasoning_effort`'),
  ),
  thinking: row(
    'plain',
    kept('the `thinking` extension is passed on'),
    near('a thinking budget becomes a `reasoning_effort`'),
  ),
  thinking_blocks: row(
    'plain',
    kept('the `thinking_blocks` extension becomes blocks, signatures untouched'),
    lost('Chat models take no thinking of another model'),
  ),
  unsigned_thinking: row('plain', lost('Claude takes back only thinking that it signed'), null),
  provider_blocks: row(
    'plain',
    kept('the `provider_content` extension becomes the very blocks'),
    lost('Chat has no place for blocks of server-run tools'),
  ),
  provider_blocks_edited: row(
    'plain',
    near('an earlier answer that the client changed goes back without the blocks that its words no longer match'),
    null,
  ),
  citations: row(
    'plain',
    lost('an earlier answer goes back without its annotations'),
    lost('Chat neither cites documents nor takes citations back'),
  ),
  // --- sampling
  temperature: row('plain', kept('the same'), kept('the same')),
  temperature_above_1: row(
    'plain',
    lost('Messages takes a temperature of at most 1; it is left out, not clamped'),
    null,
  ),
  top_p: row('plain', kept('the same'), kept('the same')),
  top_k: row('plain', kept('the `top_k` extension is passed on'), lost('Chat has no top_k')),
  penalties: row('plain', lost('Messages has no penalties'), null),
  logit_bias: row('plain', lost('Messages has no logit bias'), null),
  seed: row('plain', lost('Messages has no seed'), null),
  prediction: row('plain', lost('Messages has no predicted output'), null),
  // --- caching
  cache_control: row(
    'plain',
    kept('the `cache_control` extension is passed on'),
    lost('Chat caches by itself, without marks'),
  ),
  prompt_cache_marks: row('plain', lost('Messages has marks of another kind, on blocks'), null),
  prompt_cache: row('plain', lost('Messages caches by marks on blocks, not by key'), null),
  // --- who, where, how
  end_user: row('plain', kept('becomes `metadata.user_id`'), kept('becomes `user`')),
  end_user_long: row('plain', null, lost('`user` has at most 64 characters; a longer id is left out, not cut')),
  metadata: row('plain', lost('Messages has no metadata but the user id'), null),
  store: row('plain', lost('Messages stores no answers'), null),
  service_tier: row(
    'plain',
    kept('auto is auto, default is standard_only'),
    kept('auto is auto, standard_only is default'),
  ),
  service_tier_special: row('plain', lost('Messages has no flex, scale or priority tier to ask for'), null),
  inference_geo: row('strict', null, lost('Chat cannot be told where to run; policy must choose the region')),
  speed: row('plain', null, lost('Chat has no fast mode')),
  context_management: row('plain', null, lost('Chat does not edit the context')),
  diagnostics: row('plain', null, lost('Chat has no cache diagnostics')),
  fallbacks: row('plain', null, lost('Chat has no fall-back models; a route has')),
  unknown_fields: row(
    'plain',
    lost('a field unknown to this version has no counterpart'),
    lost('a field unknown to this version has no counterpart'),
  ),
};

/** What an answer can hold; the source is the cloud, the target is the client. */
export const ANSWER_ROWS: Readonly<Record<string, CapabilityRow>> = {
  answer_thinking: row(
    'plain',
    near('`reasoning_content` becomes a thinking block without a signature'),
    kept('`reasoning_content`, and whole in the `thinking_blocks` extension'),
  ),
  answer_provider_blocks: row('plain', null, kept('verbatim in the `provider_content` extension')),
  answer_citations: row(
    'plain',
    near('URL annotations become citations of the text block'),
    kept('web citations become annotations; all are verbatim in `provider_content`'),
  ),
  answer_refusal: row(
    'plain',
    near('the refusal becomes text, `stop_reason: refusal` and its explanation'),
    near('`finish_reason: content_filter`, the explanation in `refusal`'),
  ),
  answer_stop: row(
    'plain',
    kept('each reason has its counterpart'),
    kept('what Chat has no word for is in `native_finish_reason`'),
  ),
  answer_usage: row(
    'plain',
    near('audio and prediction counts have no field; the sums hold'),
    kept('every field has a place, Anthropic names beside'),
  ),
  answer_logprobs: row('plain', lost('Messages has no log probabilities'), null),
  answer_choices: row('plain', lost('Messages has one answer; the first is given'), null),
  answer_tool_arguments: row(
    'plain',
    near('arguments that are no JSON object are given as {"INVALID_JSON": "…"}'),
    kept('the text is passed on as the model wrote it'),
  ),
  answer_audio: row('plain', lost('Messages has no audio'), null),
  answer_fingerprint: row('plain', lost('Messages has no system fingerprint; the receipt keeps it'), null),
  answer_container: row('plain', null, lost('Chat has no containers; the receipt keeps the id')),
  answer_unknown_fields: row(
    'plain',
    lost('a field unknown to this version has no counterpart'),
    lost('a field unknown to this version has no counterpart'),
  ),
};
