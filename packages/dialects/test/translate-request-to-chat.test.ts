// Messages requests into Chat: what arrives, what is refused, what is reported; and both ways for all that both can say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import { capability, readRequest, translateRequest } from '@weighbridge/dialects';
import { toChat, translate, user, type Body } from './translated-request.ts';

const messagesOf = ({ body }: { body: Body }): Body[] => body['messages'] as Body[];
const refused = (feature: string) => (error: unknown) =>
  isAppError(error) && error.code === 'FEATURE_UNSUPPORTED' && String(error.details['features']) === feature;

test('a plain Messages request becomes a plain Chat request that asks for usage', () => {
  assert.deepEqual(toChat({ system: 's', stream: true, temperature: 1, stop_sequences: ['x'] }, 'strict'), {
    body: {
      model: 'm',
      max_completion_tokens: 9,
      temperature: 1,
      stop: ['x'],
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'system', content: 's' }, ...user],
    },
    lost: [],
  });
});

test('the ceiling can be carried in the older field, for servers that know no other', () => {
  const body = { model: 'm', max_tokens: 9, messages: user };
  const bytes = Buffer.from(JSON.stringify(body));
  const out = translateRequest(
    'anthropic-messages',
    'openai-chat',
    bytes,
    readRequest('anthropic-messages', body, 1),
    'strict',
    { ceilingField: 'max_tokens' },
  );
  assert.deepEqual(JSON.parse(out.body.toString()), { model: 'm', messages: user, max_tokens: 9 });
});

test('images and PDFs become parts', () => {
  const content = [
    { type: 'text', text: 'look' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
    { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } },
  ];
  assert.deepEqual(messagesOf(toChat({ messages: [{ role: 'user', content }] }, 'strict')), [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'look' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
      ],
    },
  ]);
});

test('text documents and search results become text under their titles', () => {
  const content = [
    { type: 'document', title: 'T', context: 'C', source: { type: 'text', media_type: 'text/plain', data: 'D' } },
    { type: 'search_result', title: 'S', source: 'https://s', content: [{ type: 'text', text: 'R' }] },
  ];
  const out = toChat({ messages: [{ role: 'user', content }] });
  assert.deepEqual(
    messagesOf(out)[0]?.['content'],
    ['C', 'T\nD', 'S (https://s)\nR'].map((text) => ({ type: 'text', text })),
  );
  assert.deepEqual(out.lost, ['document_context', 'document_text', 'search_results']);
});

test('parallel results become tool messages; their images follow in a user message that names the call', () => {
  const image = { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } };
  const out = toChat({
    tools: [{ name: 'f', input_schema: { type: 'object' } }],
    messages: [
      ...user,
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'calling' },
          { type: 'tool_use', id: '1', name: 'f', input: { a: 1 } },
          { type: 'tool_use', id: '2', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: '1', content: [{ type: 'text', text: 'see' }, image] },
          { type: 'tool_result', tool_use_id: '2', is_error: true, content: 'boom' },
          { type: 'text', text: 'and?' },
        ],
      },
    ],
  });
  assert.deepEqual(messagesOf(out).slice(1), [
    {
      role: 'assistant',
      content: 'calling',
      tool_calls: [
        { id: '1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
        { id: '2', type: 'function', function: { name: 'f', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: '1', content: 'see' },
    { role: 'tool', tool_call_id: '2', content: '[tool error] boom' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Result of tool call 1:' },
        { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
        { type: 'text', text: 'and?' },
      ],
    },
  ]);
  assert.deepEqual(out.lost, ['tool_error', 'tool_result_media']);
});

test('a system message in the middle keeps its place', () => {
  const out = toChat(
    { messages: [...user, { role: 'system', content: 'now' }, { role: 'user', content: 'b' }] },
    'strict',
  );
  assert.deepEqual(
    messagesOf(out).map(({ role }) => role),
    ['user', 'system', 'user'],
  );
});

test('thinking budgets become efforts, and thinking of another model stays behind', () => {
  for (const [budget, effort] of [
    [1024, 'low'],
    [8000, 'medium'],
    [32_000, 'high'],
  ] as const) {
    assert.equal(toChat({ thinking: { type: 'enabled', budget_tokens: budget } }).body['reasoning_effort'], effort);
  }
  assert.equal(toChat({ output_config: { effort: 'xhigh' } }, 'strict').body['reasoning_effort'], 'xhigh');
  const out = toChat({
    messages: [
      ...user,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 't', signature: 's' },
          { type: 'text', text: 'x' },
        ],
      },
      ...user,
    ],
  });
  assert.deepEqual(messagesOf(out)[1], { role: 'assistant', content: 'x' });
  assert.deepEqual(out.lost, ['thinking_blocks']);
});

for (const [body, feature] of [
  [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'server_tools'],
  [{ tools: [{ type: 'bash_20250124', name: 'bash' }] }, 'builtin_tools'],
  [{ tools: [{ name: 'f', input_schema: {}, defer_loading: true }] }, 'tool_options'],
  [{ mcp_servers: [{ type: 'url', url: 'x', name: 'n' }] }, 'mcp_servers'],
  [{ container: 'c1' }, 'container'],
  [{ inference_geo: 'eu' }, 'inference_geo'],
  [
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'file', file_id: 'f' } },
            { type: 'text', text: 'a' },
          ],
        },
      ],
    },
    'file_ids',
  ],
  [
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', source: { type: 'url', url: 'u' } },
            { type: 'text', text: 'a' },
          ],
        },
      ],
    },
    'document_url',
  ],
] as const) {
  test(`${feature} changes what the model sees or may do, or where: the default refuses, warn reports`, () => {
    assert.throws(() => toChat(body), refused(feature));
    assert.deepEqual(toChat(body, 'warn').lost, [feature]);
  });
}

for (const [body, feature] of [
  [{ top_k: 5 }, 'top_k'],
  [{ cache_control: { type: 'ephemeral' } }, 'cache_control'],
  [{ system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }] }, 'cache_control'],
  [{ speed: 'fast' }, 'speed'],
  [{ context_management: { edits: [] } }, 'context_management'],
  [{ diagnostics: { previous_message_id: 'x' } }, 'diagnostics'],
  [{ fallbacks: [{ model: 'x' }] }, 'fallbacks'],
  [{ brand_new: 1 }, 'unknown_fields'],
  [{ service_tier: 'from_the_future' }, 'unknown_fields'],
  [{ metadata: { brand_new: 1 } }, 'unknown_fields'],
  [{ tools: [{ name: 'f', input_schema: {}, eager_input_streaming: true }] }, 'tool_streaming'],
  [{ messages: [{ role: 'user', content: [{ type: 'text', text: 'a', brand_new: 1 }] }] }, 'unknown_fields'],
  [{ messages: [...user, { role: 'assistant', content: 'The answer is' }] }, 'prefill'],
] as const) {
  test(`${feature} cannot survive: strict refuses, the default warns`, () => {
    assert.throws(() => toChat(body, 'strict'), refused(feature));
    assert.deepEqual(toChat(body).lost, [feature]);
  });
}

// --- properties, over what both dialects can say

const name = fc.stringMatching(/^[a-z_]{1,10}$/);
const words = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '');
const textBlock = words.map((text) => ({ type: 'text', text }));
const imageBlock = fc.constantFrom(
  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'QUJD' } },
  { type: 'image', source: { type: 'url', url: 'https://x.test/i.png' } },
);
const callBlock = fc.record({
  type: fc.constant('tool_use'),
  id: fc.uuid(),
  name,
  input: fc.dictionary(name, fc.jsonValue(), { maxKeys: 3, noNullPrototype: true }),
});
const exchange = fc
  .tuple(
    fc.array(fc.oneof(textBlock, imageBlock), { minLength: 2, maxLength: 3 }),
    fc.option(words),
    fc.uniqueArray(callBlock, { selector: ({ id }) => id, maxLength: 3 }),
    words,
  )
  .map(([asked, said, calls, result]) => {
    const spoken = said === null && calls.length > 0 ? [] : [{ type: 'text', text: said ?? 'ok' }];
    const assistant = calls.length === 0 ? (said ?? 'ok') : [...spoken, ...calls];
    const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: result }));
    return [
      { role: 'user', content: asked },
      { role: 'assistant', content: assistant },
      ...(results.length === 0
        ? []
        : [
            { role: 'user', content: results },
            { role: 'assistant', content: 'done' },
          ]),
    ];
  });
const request = fc.record(
  {
    model: fc.constant('m'),
    max_tokens: fc.integer({ min: 1, max: 9000 }),
    messages: fc
      .array(exchange, { minLength: 1, maxLength: 3 })
      .map((exchanges) => [...exchanges.flat(), { role: 'user', content: 'end' }]),
    system: fc.array(textBlock, { minLength: 1, maxLength: 1 }),
    temperature: fc.constantFrom(0, 0.3, 1),
    top_p: fc.constantFrom(0.1, 1),
    stop_sequences: fc.array(words, { minLength: 1, maxLength: 3 }),
    tools: fc.uniqueArray(
      fc.record({ name, description: words, input_schema: fc.constant({ type: 'object', properties: {} }) }),
      { selector: (tool) => tool.name, minLength: 1, maxLength: 3 },
    ),
    metadata: fc.record({ user_id: fc.string({ minLength: 1, maxLength: 64 }) }),
  },
  { requiredKeys: ['model', 'max_tokens', 'messages'] },
);

test('what both dialects can say comes back as it was: Messages → Chat → Messages', () => {
  fc.assert(
    fc.property(request, (body) => {
      const there = translate('anthropic-messages', body, 'strict');
      assert.deepEqual(there.lost, []);
      const back = translate('openai-chat', there.body, 'strict');
      assert.deepEqual(back.body, JSON.parse(JSON.stringify(body)));
    }),
    { numRuns: 300 },
  );
});

test('translating what was translated changes nothing more', () => {
  fc.assert(
    fc.property(request, (body) => {
      const once = translate('anthropic-messages', body, 'warn').body;
      const back = translate('openai-chat', once, 'warn').body;
      assert.deepEqual(translate('anthropic-messages', back, 'warn').body, once);
    }),
    { numRuns: 200 },
  );
});

test('the same dialect on both sides gives the very same buffer', () => {
  const bytes = Buffer.from('{"model":"m", "messages":[]}');
  const facts = readRequest('openai-chat', JSON.parse(bytes.toString()), bytes.length);
  assert.equal(translateRequest('openai-chat', 'openai-chat', bytes, facts, 'strict').body, bytes);
});

test('any field with any value is carried, reported or refused, and never crashes', () => {
  const field = fc.constantFrom(
    'temperature',
    'top_k',
    'stop_sequences',
    'tools',
    'tool_choice',
    'thinking',
    'output_config',
    'metadata',
    'system',
    'service_tier',
    'cache_control',
    'response_format',
    'stop',
    'functions',
    'modalities',
    'n',
    'reasoning_effort',
    'web_search_options',
    'x',
  );
  const dialect = fc.constantFrom<DialectId>('openai-chat', 'anthropic-messages');
  // Objects that throw when they are taken for a text or a number.
  const unconvertible = fc.constantFrom({ toString: [] }, { toString: 1, valueOf: 'x' }, [{ toString: null }]);
  const anything = (maxDepth: number) => fc.oneof({ weight: 4, arbitrary: fc.jsonValue({ maxDepth }) }, unconvertible);
  fc.assert(
    fc.property(dialect, fc.dictionary(field, anything(3), { maxKeys: 4 }), anything(4), (from, fields, content) => {
      const to = from === 'openai-chat' ? 'anthropic-messages' : 'openai-chat';
      const body = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content }], ...fields };
      const bytes = Buffer.from(JSON.stringify(body));
      try {
        const { lost } = translateRequest(
          from,
          to,
          bytes,
          readRequest(from, JSON.parse(bytes.toString()), bytes.length),
          'warn',
        );
        for (const feature of lost) assert.notEqual(capability(feature, from, to).survival, 'kept');
      } catch (error) {
        assert.ok(isAppError(error) && error.code === 'BAD_REQUEST', String(error));
      }
    }),
    { numRuns: 1500 },
  );
});
