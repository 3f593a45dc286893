// Requests from each dialect into the other: what arrives, what is refused, what is reported, and that nothing else
// happens to the original.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRequest, translateRequest } from '@weighbridge/dialects';
import { toChat, toMessages, user, type Body } from './translated-request.ts';

// --- Chat → Messages

test('a plain Chat request becomes a plain Messages request', () => {
  assert.deepEqual(toMessages({ stream: true, temperature: 0.5, top_p: 0.9, stop: 'END' }), {
    body: {
      model: 'm',
      max_tokens: 9,
      messages: user,
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ['END'],
      stream: true,
    },
    lost: [],
  });
});

test('leading system and developer messages become `system`; later ones are moved there and reported', () => {
  const { body, lost } = toMessages({
    messages: [
      { role: 'system', content: 'a' },
      { role: 'developer', content: [{ type: 'text', text: 'b' }] },
      ...user,
      { role: 'system', content: 'c' },
    ],
  });
  assert.deepEqual(
    body['system'],
    ['a', 'b', 'c'].map((text) => ({ type: 'text', text })),
  );
  assert.deepEqual(body['messages'], user);
  assert.deepEqual(lost, ['system_mid_conversation']);
});

test('images come as data URLs or URLs, files as documents', () => {
  const { body } = toMessages({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'image_url', image_url: { url: 'https://x.test/a.png', detail: 'auto' } },
          { type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg%2F%3E' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
        ],
      },
    ],
  });
  assert.deepEqual((body['messages'] as Body[])[0]?.['content'], [
    { type: 'text', text: 'look' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
    {
      type: 'image',
      source: { type: 'base64', media_type: 'image/svg+xml', data: Buffer.from('<svg/>').toString('base64') },
    },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' }, title: 'a.pdf' },
  ]);
});

test('parallel tool calls and their results stay together, results first', () => {
  const call = (id: string, args: string): Body => ({ id, type: 'function', function: { name: 'f', arguments: args } });
  const { body, lost } = toMessages(
    {
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
        { type: 'function', function: { name: 'g' } },
      ],
      messages: [
        ...user,
        { role: 'assistant', content: '', tool_calls: [call('1', '{"a":1}'), call('2', '')] },
        { role: 'tool', tool_call_id: '1', content: 'one' },
        { role: 'tool', tool_call_id: '2', content: [{ type: 'text', text: 'two' }] },
        { role: 'user', content: 'go on' },
      ],
    },
    'strict',
  );
  assert.deepEqual(body['tools'], [
    { name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true },
    { name: 'g', input_schema: { type: 'object', properties: {} } },
  ]);
  assert.deepEqual((body['messages'] as Body[]).slice(1), [
    {
      role: 'assistant',
      content: [
        { type: 'tool_use', id: '1', name: 'f', input: { a: 1 } },
        { type: 'tool_use', id: '2', name: 'f', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: '1', content: 'one' },
        { type: 'tool_result', tool_use_id: '2', content: 'two' },
        { type: 'text', text: 'go on' },
      ],
    },
  ]);
  assert.deepEqual(lost, []);
});

test('numbers beyond 2^53 in tool arguments keep their digits', () => {
  const args = '{"id":12345678901234567890,"x":1e400,"y":0.1234567890123456789,"z":1.0}';
  const body = {
    model: 'm',
    max_tokens: 1,
    messages: [
      ...user,
      { role: 'assistant', tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: args } }] },
      { role: 'tool', tool_call_id: '1', content: '' },
    ],
  };
  const bytes = Buffer.from(JSON.stringify(body));
  const out = translateRequest(
    'openai-chat',
    'anthropic-messages',
    bytes,
    readRequest('openai-chat', body, bytes.length),
    'strict',
  ).body.toString();
  assert.ok(out.includes('"input":{"id":12345678901234567890,"x":1e400,"y":0.1234567890123456789,"z":1}'), out);
  const back = translateRequest(
    'anthropic-messages',
    'openai-chat',
    Buffer.from(out),
    readRequest('anthropic-messages', JSON.parse(out), 1),
    'strict',
  ).body.toString();
  assert.ok(back.includes(String.raw`{\"id\":12345678901234567890,\"x\":1e400`), back);
});

test('arguments that are no JSON object are sent as Anthropic advises, and reported', () => {
  const { body, lost } = toMessages({
    messages: [
      ...user,
      { role: 'assistant', tool_calls: [{ id: '1', function: { name: 'f', arguments: '{"a":' } }] },
      { role: 'tool', tool_call_id: '1', content: 'x' },
    ],
  });
  assert.deepEqual((body['messages'] as { content: Body[] }[])[1]?.content[0]?.['input'], { INVALID_JSON: '{"a":' });
  assert.deepEqual(lost, ['tool_arguments']);
});

test('call ids that Anthropic would refuse are rewritten the same way in call and result', () => {
  const { body } = toMessages({
    messages: [
      ...user,
      { role: 'assistant', tool_calls: [{ id: 'functions.f:0', function: { name: 'f', arguments: '' } }] },
      { role: 'tool', tool_call_id: 'functions.f:0', content: 'x' },
    ],
  });
  const [, call, result] = body['messages'] as { content: Body[] }[];
  assert.equal(call?.content[0]?.['id'], 'functions_2ef_3a0');
  assert.equal(result?.content[0]?.['tool_use_id'], 'functions_2ef_3a0');
});

const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
for (const [choice, parallel, expected] of [
  ['auto', undefined, { type: 'auto' }],
  ['none', undefined, { type: 'none' }],
  ['required', undefined, { type: 'any' }],
  [{ type: 'function', function: { name: 'f' } }, undefined, { type: 'tool', name: 'f' }],
  ['required', false, { type: 'any', disable_parallel_tool_use: true }],
  [undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
] as const) {
  test(`tool_choice ${JSON.stringify(choice)} with parallel ${String(parallel)} becomes ${JSON.stringify(expected)}, and back`, () => {
    const { body, lost } = toMessages({ tools: [TOOL], tool_choice: choice, parallel_tool_calls: parallel }, 'strict');
    assert.deepEqual(body['tool_choice'], expected);
    assert.deepEqual(lost, []);
    const back = toChat({ tools: body['tools'], tool_choice: body['tool_choice'] }, 'strict').body;
    assert.deepEqual(back['tool_choice'], choice ?? 'auto');
    assert.equal(back['parallel_tool_calls'], parallel);
  });
}

test('allowed tools become the only tools that are sent', () => {
  const choice = {
    type: 'allowed_tools',
    allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] },
  };
  const { body, lost } = toMessages({
    tools: [TOOL, { type: 'function', function: { name: 'g' } }],
    tool_choice: choice,
  });
  assert.deepEqual(
    (body['tools'] as Body[]).map(({ name }) => name),
    ['g'],
  );
  assert.deepEqual(body['tool_choice'], { type: 'any' });
  assert.deepEqual(lost, ['tool_choice_allowed']);
});

test('functions of old become tools, and their results find their calls', () => {
  const { body, lost } = toMessages({
    functions: [{ name: 'f', parameters: { type: 'object' } }],
    function_call: { name: 'f' },
    messages: [
      ...user,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'r' },
    ],
  });
  assert.deepEqual(body['tool_choice'], { type: 'tool', name: 'f' });
  const [, call, result] = body['messages'] as { content: Body[] }[];
  assert.equal(call?.content[0]?.['id'], result?.content[0]?.['tool_use_id']);
  assert.deepEqual(lost, ['legacy_functions']);
});

test('a JSON schema is carried both ways', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };
  const { body, lost } = toMessages(
    { response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema } } },
    'strict',
  );
  assert.deepEqual(body['output_config'], { format: { type: 'json_schema', schema } });
  assert.deepEqual(lost, []);
  const back = toChat({ output_config: body['output_config'] }, 'strict').body;
  assert.deepEqual(back['response_format'], {
    type: 'json_schema',
    json_schema: { name: 'answer', schema, strict: true },
  });
  assert.deepEqual(
    toChat({ output_format: { type: 'json_schema', schema } }, 'strict').body['response_format'],
    back['response_format'],
  );
});
