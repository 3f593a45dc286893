// What the gateway reads of a request, and what it refuses to guess.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { CAPABILITIES, readRequest } from '@weighbridge/dialects';

const chat = (body: Record<string, unknown>) =>
  readRequest('openai-chat', { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...body }, 100);
const messages = (body: Record<string, unknown>) =>
  readRequest(
    'anthropic-messages',
    { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], ...body },
    100,
  );
const refused = (code: string, param?: string) => (error: unknown) =>
  isAppError(error) && error.code === code && (param === undefined || error.details['param'] === param);

test('a plain request uses no feature of the table', () => {
  assert.deepEqual(chat({}), {
    dialect: 'openai-chat',
    model: 'm',
    stream: false,
    includeUsage: false,
    features: [],
    serverTools: {},
    choices: 1,
    bodyBytes: 100,
  });
  assert.deepEqual(messages({}).features, []);
});

test('null and defaults are no features', () => {
  const body = {
    temperature: null,
    tools: [],
    n: 1,
    logprobs: false,
    store: false,
    stop: null,
    frequency_penalty: 0,
    metadata: {},
    response_format: { type: 'text' },
    parallel_tool_calls: true,
    stream_options: null,
    modalities: ['text'],
  };
  assert.deepEqual(chat(body).features, []);
  assert.deepEqual(
    messages({ temperature: null, tools: [], system: '', thinking: null, metadata: { user_id: null } }).features,
    [],
  );
});

test('stream, ceilings, choices and end user are read', () => {
  const facts = chat({
    stream: true,
    max_tokens: 5,
    max_completion_tokens: 7,
    n: 3,
    user: 'u',
    stream_options: { include_usage: true },
  });
  assert.equal(facts.stream, true);
  assert.equal(facts.maxOutputTokens, 7);
  assert.equal(facts.choices, 3);
  assert.equal(facts.endUser, 'u');
  assert.equal(facts.includeUsage, true);
  assert.deepEqual(facts.features, ['choices', 'end_user']);
  assert.equal(chat({ user: 'u', safety_identifier: 's' }).endUser, 's');
  assert.equal(messages({ metadata: { user_id: 'x' } }).endUser, 'x');
});

test('a ceiling of zero is a cache warm-up in Messages and a mistake in Chat', () => {
  assert.equal(messages({ max_tokens: 0 }).maxOutputTokens, 0);
  assert.throws(() => chat({ max_tokens: 0 }), refused('BAD_REQUEST', 'max_tokens'));
});

test('what the gateway must know is refused when it is wrong, by the name of the field', () => {
  assert.throws(() => readRequest('openai-chat', [], 2), refused('BODY_NOT_JSON'));
  assert.throws(() => readRequest('openai-chat', null, 2), refused('BODY_NOT_JSON'));
  for (const dialect of ['openai-chat', 'anthropic-messages'] as const) {
    assert.throws(() => readRequest(dialect, { messages: [] }, 2), refused('BAD_REQUEST', 'model'));
    assert.throws(() => readRequest(dialect, { model: '', messages: [] }, 2), refused('BAD_REQUEST', 'model'));
    assert.throws(() => readRequest(dialect, { model: 'm', messages: 'x' }, 2), refused('BAD_REQUEST', 'messages'));
    assert.throws(
      () => readRequest(dialect, { model: 'm', messages: [], stream: 'yes' }, 2),
      refused('BAD_REQUEST', 'stream'),
    );
    assert.throws(
      () => readRequest(dialect, { model: 'm', messages: [], max_tokens: 1.5 }, 2),
      refused('BAD_REQUEST', 'max_tokens'),
    );
  }
});

test('an unknown field is named, never refused', () => {
  assert.deepEqual(chat({ brand_new: 1 }).features, ['unknown_fields']);
  assert.deepEqual(messages({ brand_new: 1 }).features, ['unknown_fields']);
});

test('uses of tools that the seller bills are counted, and no bound is null', () => {
  const tools = [
    { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
    { type: 'web_search_20260209', name: 'again', max_uses: 2 },
    { type: 'web_fetch_20250910', name: 'web_fetch' },
    { type: 'tool_search_tool_bm25_20251119', name: 'search' },
    { name: 'mine', input_schema: {} },
  ];
  const facts = messages({ tools });
  assert.deepEqual(facts.serverTools, { web_search: 5, web_fetch: null, tool_search: null });
  assert.deepEqual(facts.features, ['server_tools', 'tools']);
  assert.deepEqual(chat({ web_search_options: {} }).serverTools, { web_search: null });
});

test('features of a rich Messages request are found wherever they stand', () => {
  const facts = messages({
    system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }],
    thinking: { type: 'enabled', budget_tokens: 1024 },
    output_config: { effort: 'high', format: { type: 'json_schema', schema: {} } },
    inference_geo: 'us',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64' } },
          { type: 'document', source: { type: 'url' }, citations: { enabled: true } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 't', signature: 's' },
          { type: 'tool_use', id: '1', name: 'n', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: '1',
            is_error: true,
            content: [{ type: 'image', source: { type: 'file' } }],
          },
        ],
      },
    ],
  });
  assert.deepEqual(facts.features, [
    'cache_control',
    'citations',
    'document_url',
    'documents',
    'effort',
    'file_ids',
    'images',
    'inference_geo',
    'json_schema',
    'system',
    'thinking',
    'thinking_blocks',
    'tool_error',
    'tool_history',
    'tool_result_media',
  ]);
});

test('features of a rich Chat request are found wherever they stand', () => {
  const facts = chat({
    temperature: 1.5,
    logprobs: true,
    seed: 1,
    service_tier: 'flex',
    response_format: { type: 'json_object' },
    messages: [
      { role: 'system', content: 's' },
      {
        role: 'user',
        name: 'bob',
        content: [
          { type: 'image_url', image_url: { url: 'u', detail: 'high' } },
          { type: 'input_audio', input_audio: {} },
          { type: 'hologram' },
        ],
      },
      { role: 'developer', content: 'later' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: '1', type: 'function', function: { name: 'n', arguments: '{}' } }],
        reasoning_content: 'r',
      },
    ],
  });
  assert.deepEqual(facts.features, [
    'audio_input',
    'image_detail',
    'image_url',
    'images',
    'json_object',
    'logprobs',
    'participant_name',
    'prefill',
    'seed',
    'service_tier_special',
    'system',
    'system_mid_conversation',
    'temperature',
    'temperature_above_1',
    'tool_history',
    'unknown_content',
    'unsigned_thinking',
  ]);
});

test('every feature that can be found has a row in the capability table', () => {
  const all = new Set([
    ...chat({
      brand_new: 1,
      web_search_options: {},
      functions: [{ name: 'f' }],
      tools: [{ type: 'custom' }],
      prediction: { a: 1 },
      verbosity: 'low',
    }).features,
    ...messages({
      container: 'c',
      fallbacks: [{}],
      mcp_servers: [{}],
      speed: 'fast',
      top_k: 1,
      diagnostics: { a: 1 },
      tools: [{ type: 'bash_20250124' }],
    }).features,
  ]);
  for (const feature of all) assert.ok(Object.hasOwn(CAPABILITIES, feature), feature);
  assert.ok(all.size > 10);
});
