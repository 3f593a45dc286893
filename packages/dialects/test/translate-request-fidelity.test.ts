// Chat requests into Messages: thinking and extensions, what strict, default and warn refuse or report, and malformed
// requests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { toChat, toMessages, translate, user, type Body } from './translated-request.ts';

const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
const refusal =
  (...features: string[]) =>
  (error: unknown) => {
    assert.ok(isAppError(error));
    assert.equal(error.code, 'FEATURE_UNSUPPORTED');
    assert.deepEqual(error.details['features'], features);
    for (const feature of features) assert.ok(error.message.includes(`"${feature}"`), error.message);
    return true;
  };
const badRequest = (param: string) => (error: unknown) =>
  isAppError(error) && error.code === 'BAD_REQUEST' && error.details['param'] === param;

test('effort becomes effort; none switches thinking off', () => {
  assert.deepEqual(toMessages({ reasoning_effort: 'high' }).body['output_config'], { effort: 'high' });
  assert.deepEqual(toMessages({ reasoning_effort: 'high' }).body['thinking'], { type: 'adaptive' });
  assert.deepEqual(toMessages({ reasoning_effort: 'minimal' }).body['output_config'], { effort: 'low' });
  assert.deepEqual(toMessages({ reasoning_effort: 'none' }).body['thinking'], { type: 'disabled' });
  assert.deepEqual(toMessages({ reasoning_effort: 'high' }).lost, ['effort']);
});

for (const [model, maxTokens, expected] of [
  ['claude-sonnet-4-5-20250929', 10_000, { type: 'enabled', budget_tokens: 5000 }],
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 10_000, { type: 'enabled', budget_tokens: 5000 }],
  ['claude-opus-4@20250514', 1500, { type: 'enabled', budget_tokens: 1024 }],
  ['claude-3-7-sonnet-20250219', 10_000, { type: 'enabled', budget_tokens: 5000 }],
  ['claude-haiku-4-5', 1000, undefined],
  ['claude-3-5-haiku-20241022', 10_000, undefined],
  ['claude-opus-4-6', 10_000, { type: 'adaptive' }],
  ['claude-sonnet-5', 10_000, { type: 'adaptive' }],
  ['claude-fable-5-2', 10_000, { type: 'adaptive' }],
  ['some-model', 10_000, { type: 'adaptive' }],
] as const) {
  test(`medium effort is said to ${model} in its own way, within ${maxTokens} tokens`, () => {
    const body = { model: 'm', max_tokens: maxTokens, messages: user, reasoning_effort: 'medium' };
    const out = translate('openai-chat', body, 'default', { model });
    assert.deepEqual(out.body['thinking'], expected);
    assert.deepEqual(out.body['output_config'], expected?.type === 'adaptive' ? { effort: 'medium' } : undefined);
    assert.deepEqual(out.lost, ['effort']);
  });
}

test('extensions of a Chat client reach Claude: cache marks, thinking, top_k', () => {
  const cache = { type: 'ephemeral', ttl: '1h' };
  const thinking = { type: 'enabled', budget_tokens: 2048 };
  const { body, lost } = toMessages(
    {
      thinking,
      top_k: 5,
      tools: [{ ...TOOL, cache_control: cache }],
      messages: [
        { role: 'system', content: [{ type: 'text', text: 's', cache_control: cache }] },
        { role: 'user', content: 'hi', cache_control: cache },
      ],
    },
    'strict',
  );
  assert.deepEqual(body['thinking'], thinking);
  assert.equal(body['top_k'], 5);
  assert.deepEqual((body['tools'] as Body[])[0]?.['cache_control'], cache);
  assert.deepEqual(body['system'], [{ type: 'text', text: 's', cache_control: cache }]);
  assert.deepEqual((body['messages'] as Body[])[0]?.['content'], [{ type: 'text', text: 'hi', cache_control: cache }]);
  assert.deepEqual(lost, []);
});

// maximhq/bifrost 2765, 5887, 6342: restructured thinking blocks make Anthropic reject the signature.
test('thinking comes back with text, order and signature untouched', () => {
  const blocks = [
    { type: 'thinking', thinking: 'a\n  b ', signature: 'sig==' },
    { type: 'redacted_thinking', data: 'opaque' },
  ];
  const { body, lost } = toMessages(
    {
      messages: [
        ...user,
        { role: 'assistant', content: 'x', reasoning_content: 'a\n  b ', thinking_blocks: blocks },
        { role: 'user', content: 'y' },
      ],
    },
    'strict',
  );
  assert.deepEqual((body['messages'] as Body[])[1]?.['content'], [...blocks, { type: 'text', text: 'x' }]);
  assert.deepEqual(lost, []);
});

test('unsigned thinking is left out and reported', () => {
  const { body, lost } = toMessages({
    messages: [...user, { role: 'assistant', content: 'x', reasoning_content: 'r' }, ...user],
  });
  assert.deepEqual((body['messages'] as Body[])[1], { role: 'assistant', content: 'x' });
  assert.deepEqual(lost, ['unsigned_thinking']);
});

test('provider_content brings back every block verbatim, unless the client changed the words', () => {
  const blocks = [
    { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 1 } },
    { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
    { type: 'text', text: 'found', citations: [{ type: 'web_search_result_location', url: 'u' }] },
  ];
  const message = { role: 'assistant', content: 'found', provider_content: { dialect: 'anthropic-messages', blocks } };
  assert.deepEqual(
    (toMessages({ messages: [...user, message, ...user] }).body['messages'] as Body[])[1]?.['content'],
    blocks,
  );
  const edited = toMessages({ messages: [...user, { ...message, content: 'edited' }, ...user] });
  assert.deepEqual((edited.body['messages'] as Body[])[1]?.['content'], 'edited');
  assert.deepEqual(edited.lost, ['provider_blocks_edited']);
});

test('without any ceiling the request is refused with the mend; a configured one is used', () => {
  const body = { model: 'm', messages: user };
  assert.throws(
    () => translate('openai-chat', body),
    (error: unknown) =>
      badRequest('max_completion_tokens')(error) && isAppError(error) && error.next.includes('max_output_tokens'),
  );
  assert.equal(translate('openai-chat', body, 'default', { maxOutputTokens: 77 }).body['max_tokens'], 77);
  assert.equal(
    translate('openai-chat', { ...body, max_completion_tokens: 5 }, 'default', { maxOutputTokens: 77 }).body[
      'max_tokens'
    ],
    5,
  );
});

test('a temperature above 1 is left out and reported, never clamped', () => {
  const { body, lost } = toMessages({ temperature: 1.5 });
  assert.ok(!('temperature' in body));
  assert.deepEqual(lost, ['temperature_above_1']);
  assert.throws(() => toMessages({ temperature: 1.5 }, 'strict'), refusal('temperature_above_1'));
});

for (const [field, value, feature] of [
  ['logprobs', true, 'logprobs'],
  ['n', 2, 'choices'],
  ['seed', 7, 'seed'],
  ['frequency_penalty', 0.5, 'penalties'],
  ['presence_penalty', -1, 'penalties'],
  ['logit_bias', { 1: 2 }, 'logit_bias'],
  ['prediction', { type: 'content', content: 'x' }, 'prediction'],
  ['store', true, 'store'],
  ['metadata', { a: 'b' }, 'metadata'],
  ['service_tier', 'flex', 'service_tier_special'],
  ['verbosity', 'low', 'verbosity'],
  ['prompt_cache_key', 'k', 'prompt_cache'],
  ['brand_new', 1, 'unknown_fields'],
] as const) {
  test(`${field} cannot survive: strict refuses, the default warns`, () => {
    assert.throws(() => toMessages({ [field]: value }, 'strict'), refusal(feature));
    const { body, lost } = toMessages({ [field]: value });
    assert.deepEqual(lost, [feature]);
    assert.deepEqual(body, { model: 'm', max_tokens: 9, messages: user });
  });
}

for (const [body, feature] of [
  [{ response_format: { type: 'json_object' } }, 'json_object'],
  [{ tools: [{ type: 'custom', custom: { name: 'c' } }] }, 'custom_tools'],
  [{ modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }, 'audio_output'],
  [
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'input_audio', input_audio: { data: '', format: 'wav' } },
          ],
        },
      ],
    },
    'audio_input',
  ],
  [
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
        },
      ],
    },
    'file_ids',
  ],
  [{ messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'hologram' }] }] }, 'unknown_content'],
  [{ web_search_options: {} }, 'server_tools'],
] as const) {
  test(`${feature} changes what the model sees or may do: the default refuses, warn reports`, () => {
    assert.throws(() => toMessages(body), refusal(feature));
    assert.deepEqual(toMessages(body, 'warn').lost, [feature]);
  });
}

test('all refused features are named in one error', () => {
  assert.throws(
    () => toMessages({ response_format: { type: 'json_object' }, tools: [{ type: 'custom' }] }),
    refusal('custom_tools', 'json_object'),
  );
});

test('end user and tiers find their fields both ways', () => {
  const { body } = toMessages({ user: 'u', service_tier: 'default' }, 'strict');
  assert.deepEqual(body['metadata'], { user_id: 'u' });
  assert.equal(body['service_tier'], 'standard_only');
  const back = toChat({ metadata: body['metadata'], service_tier: body['service_tier'] }, 'strict').body;
  assert.equal(back['user'], 'u');
  assert.equal(back['service_tier'], 'default');
});

test('an end user longer than Chat allows is left out and reported, not cut', () => {
  const { body, lost } = toChat({ metadata: { user_id: 'x'.repeat(65) } });
  assert.ok(!('user' in body));
  assert.deepEqual(lost, ['end_user_long']);
});

test('malformed requests are refused by the name of the field', () => {
  for (const [body, param] of [
    [{ messages: ['x'] }, 'messages[0]'],
    [{ messages: [{ role: 'wizard', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'messages[0].content[0].image_url.url'],
    [{ messages: [{ role: 'assistant', tool_calls: [{}] }] }, 'messages[0].tool_calls[0]'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
    [{ stop: 5 }, 'stop'],
    [{ tool_choice: 5 }, 'tool_choice'],
  ] as const) {
    assert.throws(() => toMessages(body), badRequest(param), param);
  }
});

test('annotations of an earlier answer, and reasoning under its other name, are reported', () => {
  const annotations = [{ type: 'url_citation', url_citation: { url: 'u' } }];
  const { lost } = toMessages({
    messages: [...user, { role: 'assistant', content: 'x', annotations, reasoning: 'r' }, ...user],
  });
  assert.deepEqual(lost, ['citations', 'unsigned_thinking']);
});

test('null says nothing, wherever it stands', () => {
  const content = [{ type: 'text', text: 'hi', brand_new: null }];
  const { body, lost } = toMessages({
    messages: [{ role: 'user', content, tool_calls: null, brand_new: null }],
    brand_new: null,
  });
  assert.deepEqual(body['messages'], user);
  assert.deepEqual(lost, []);
});
