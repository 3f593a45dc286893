// Whole answers from each dialect into the other, and what a translator refuses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError, type ErrorCode } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import { createTranslator, readRequest } from '@weighbridge/dialects';

type Body = Record<string, unknown>;
function translate(
  from: DialectId,
  body: Body | string,
  requestId = 'r',
): { out: Body; lost: readonly string[]; text: string } {
  const to = from === 'openai-chat' ? 'anthropic-messages' : 'openai-chat';
  const facts = readRequest(to, { model: 'm', max_tokens: 5, messages: [] }, 1);
  const translator = createTranslator(from, to, { facts, requestId });
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const before = Buffer.from(bytes);
  const text = translator.whole(bytes).toString();
  assert.ok(bytes.equals(before), 'the original is untouched');
  return { out: JSON.parse(text) as Body, lost: translator.lost, text };
}
const message = (more: Body): Body => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 4 },
  ...more,
});
const completion = (said: Body, more: Body = {}, choice: Body = {}): Body => ({
  id: 'c1',
  object: 'chat.completion',
  created: 5,
  model: 'gpt',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: null, refusal: null, ...said },
      logprobs: null,
      finish_reason: 'stop',
      ...choice,
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  ...more,
});
const code = (wanted: ErrorCode) => (error: unknown) => isAppError(error) && error.code === wanted;
const said = (out: Body): Body => (out['choices'] as { message: Body }[])[0]?.message ?? {};

test('a message becomes a completion', () => {
  const { out, lost } = translate('anthropic-messages', message({ content: [{ type: 'text', text: 'Hi' }] }));
  assert.deepEqual(out, {
    id: 'msg_1',
    object: 'chat.completion',
    created: 0,
    model: 'claude',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  });
  assert.deepEqual(lost, []);
});

test('when the source does not say when it answered, the request id does', () => {
  // The example of the ULID specification: 1,469,922,850,259 ms.
  assert.equal(
    translate('anthropic-messages', message({}), '01ARZ3NDEKTSV4RRFFQ69G5FAV').out['created'],
    1_469_922_850,
  );
});

test('tool calls keep numbers that a double would change', () => {
  const { text } = translate(
    'anthropic-messages',
    '{"type":"message","content":[{"type":"tool_use","id":"t","name":"f","input":{"id":12345678901234567890}}],"stop_reason":"tool_use"}',
  );
  assert.ok(text.includes(String.raw`"arguments":"{\"id\":12345678901234567890}"`), text);
  const back = translate('openai-chat', text).text;
  assert.ok(back.includes('"input":{"id":12345678901234567890}'), back);
});

test('a message without usage has no usage, for Chat clients take zeros at their word', () => {
  assert.ok(!('usage' in translate('anthropic-messages', message({ usage: undefined })).out));
});

test('thinking is given as text and as blocks', () => {
  const blocks = [
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'redacted_thinking', data: 'd' },
  ];
  const out = said(translate('anthropic-messages', message({ content: [...blocks, { type: 'text', text: 'x' }] })).out);
  assert.equal(out['reasoning_content'], 'hm');
  assert.deepEqual(out['thinking_blocks'], blocks);
  assert.ok(!('provider_content' in out), 'Chat’s own fields and the thinking blocks say it all');
});

test('interleaved thinking goes along whole, for its order matters', () => {
  const content = [
    { type: 'thinking', thinking: 'a', signature: '1' },
    { type: 'tool_use', id: 't', name: 'f', input: {} },
    { type: 'thinking', thinking: 'b', signature: '2' },
  ];
  assert.deepEqual(said(translate('anthropic-messages', message({ content })).out)['provider_content'], {
    dialect: 'anthropic-messages',
    blocks: content,
  });
});

test('an explained refusal says so in Chat’s own field', () => {
  const stop = { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'bio', explanation: 'No.' } };
  const { out } = translate('anthropic-messages', message(stop));
  assert.equal(said(out)['refusal'], 'No.');
  assert.equal((out['choices'] as Body[])[0]?.['finish_reason'], 'content_filter');
});

test('a completion becomes a message', () => {
  const { out, lost } = translate('openai-chat', completion({ content: 'Hi' }, { service_tier: 'default' }));
  assert.deepEqual(out, {
    id: 'c1',
    type: 'message',
    role: 'assistant',
    model: 'gpt',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 3,
      cache_creation_input_tokens: null,
      cache_read_input_tokens: null,
      output_tokens: 4,
      service_tier: 'standard',
    },
  });
  assert.deepEqual(lost, []);
});

test('calls cut off by the ceiling go along as text in an object', () => {
  const call = { id: 't', type: 'function', function: { name: 'f', arguments: '{"a":' } };
  const { out, lost } = translate('openai-chat', completion({ tool_calls: [call] }, {}, { finish_reason: 'length' }));
  assert.deepEqual(out['content'], [{ type: 'tool_use', id: 't', name: 'f', input: { INVALID_JSON: '{"a":' } }]);
  assert.equal(out['stop_reason'], 'max_tokens');
  assert.deepEqual(lost, ['tool_arguments']);
});

test('content given as a list of parts is read as text', () => {
  const { out, lost } = translate(
    'openai-chat',
    completion({
      content: [
        { type: 'text', text: 'a' },
        { type: 'thinking', thinking: [] },
        { type: 'text', text: 'b' },
      ],
    }),
  );
  assert.deepEqual(out['content'], [{ type: 'text', text: 'ab' }]);
  assert.deepEqual(lost, ['answer_unknown_fields']);
});

test('URL annotations become citations of what they point at', () => {
  const annotation = {
    type: 'url_citation',
    url_citation: { url: 'https://u', title: 'U', start_index: 0, end_index: 2 },
  };
  const { out, lost } = translate('openai-chat', completion({ content: 'Hi there', annotations: [annotation] }));
  const [block] = out['content'] as { citations: Body[] }[];
  assert.equal(block?.citations[0]?.['cited_text'], 'Hi');
  assert.deepEqual(lost, ['answer_citations']);
});

test('what Messages has no place for is reported', () => {
  const rich = completion(
    { content: 'a', audio: { id: 'x' }, brand_new: 1 },
    {
      system_fingerprint: 'fp',
      usage: { prompt_tokens: 5, completion_tokens: 5, completion_tokens_details: { audio_tokens: 2 } },
    },
    { logprobs: { content: [] } },
  );
  rich['choices'] = [...(rich['choices'] as Body[]), { index: 1, message: { content: 'b' } }];
  assert.deepEqual(translate('openai-chat', rich).lost, [
    'answer_audio',
    'answer_choices',
    'answer_fingerprint',
    'answer_logprobs',
    'answer_unknown_fields',
    'answer_usage',
  ]);
});

test('what Chat has no place for is reported', () => {
  assert.deepEqual(translate('anthropic-messages', message({ container: { id: 'c' }, brand_new: 1 })).lost, [
    'answer_container',
    'answer_unknown_fields',
  ]);
});

test('members that say nothing are not reported; filters of Azure and edits of the context are', () => {
  const quiet = completion(
    { content: 'a', tool_calls: [], annotations: [] },
    { kv_transfer_params: null },
    { stop_reason: null },
  );
  assert.deepEqual(translate('openai-chat', quiet).lost, []);
  const azure = completion({ content: 'a' }, {}, { content_filter_results: { hate: { filtered: false } } });
  assert.deepEqual(translate('openai-chat', azure).lost, ['answer_unknown_fields']);
  assert.deepEqual(translate('anthropic-messages', message({ context_management: { applied_edits: [] } })).lost, []);
  assert.deepEqual(translate('anthropic-messages', message({ context_management: { applied_edits: [{}] } })).lost, [
    'answer_unknown_fields',
  ]);
});

test('an answer that is not one of its dialect is a failed translation; one that is not JSON is malformed', () => {
  assert.throws(() => translate('openai-chat', { choices: [] }), code('TRANSLATION_FAILED'));
  assert.throws(() => translate('anthropic-messages', { type: 'message' }), code('TRANSLATION_FAILED'));
  assert.throws(() => translate('openai-chat', '<html>'), code('UPSTREAM_MALFORMED'));
  assert.throws(() => translate('anthropic-messages', '[]'), code('UPSTREAM_MALFORMED'));
});

test('a translator between a dialect and itself is a mistake of ours', () => {
  const facts = readRequest('openai-chat', { model: 'm', messages: [] }, 1);
  assert.throws(() => createTranslator('openai-chat', 'openai-chat', { facts, requestId: 'r' }), code('INTERNAL'));
});
