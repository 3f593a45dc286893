// Requests from and to Responses: what arrives, what is refused, and what is reported.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DialectId } from '@weighbridge/protocol';
import { isAppError } from '@weighbridge/kernel';
import { checkFidelity, readRequest, translateRequest, type Fidelity } from '@weighbridge/dialects';
import { translate, user, type Body } from './translated-request.ts';

const RESPONSES = 'openai-responses';
const CHAT = 'openai-chat';
const MESSAGES = 'anthropic-messages';

const fromResponses = (to: DialectId, body: Body, fidelity?: Fidelity): ReturnType<typeof translate> =>
  translate(RESPONSES, { model: 'm', max_output_tokens: 900, input: 'hi', ...body }, fidelity, {}, to);
const toResponses = (from: DialectId, body: Body, model = 'gpt-4.1'): Body =>
  translate(from, { model: 'm', max_tokens: 9, messages: user, ...body }, 'warn', { model }, RESPONSES).body;

const CONVERSATION = [
  { role: 'developer', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
  {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'Let me see.', annotations: [] }],
  },
  { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'w', arguments: '{"city":"Paris"}', status: 'completed' },
  { type: 'function_call', id: 'fc_2', call_id: 'c2', name: 'w', arguments: '' },
  { type: 'function_call_output', call_id: 'c1', output: 'sun' },
  { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'rain' }] },
  { role: 'user', content: 'And now?' },
];
const TOOLS = [{ type: 'function', name: 'w', description: 'd', parameters: { type: 'object' }, strict: false }];

test('a conversation with parallel calls reaches Claude as turns of blocks', () => {
  const { body, lost } = fromResponses(MESSAGES, {
    instructions: 'Be kind.',
    input: CONVERSATION,
    tools: TOOLS,
    tool_choice: { type: 'function', name: 'w' },
    parallel_tool_calls: false,
    safety_identifier: 'u1',
    text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } },
  });
  assert.deepEqual(lost, []);
  assert.equal(body['max_tokens'], 900);
  assert.deepEqual(body['system'], [
    { type: 'text', text: 'Be kind.' },
    { type: 'text', text: 'Be brief.' },
  ]);
  assert.deepEqual(body['messages'], [
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me see.' },
        { type: 'tool_use', id: 'c1', name: 'w', input: { city: 'Paris' } },
        { type: 'tool_use', id: 'c2', name: 'w', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'c1', content: 'sun' },
        { type: 'tool_result', tool_use_id: 'c2', content: 'rain' },
        { type: 'text', text: 'And now?' },
      ],
    },
  ]);
  assert.deepEqual(body['tool_choice'], { type: 'tool', name: 'w', disable_parallel_tool_use: true });
  assert.deepEqual(body['metadata'], { user_id: 'u1' });
});

test('the same conversation reaches a Chat server as its messages, and comes back as the same items', () => {
  const { body } = fromResponses(CHAT, { input: CONVERSATION, tools: TOOLS, reasoning: { effort: 'low' } });
  assert.equal(body['reasoning_effort'], 'low');
  assert.deepEqual(
    (body['messages'] as Body[]).map((message) => message['role']),
    ['system', 'user', 'assistant', 'tool', 'tool', 'user'],
  );
  const back = toResponses(CHAT, body);
  assert.deepEqual(
    (back['input'] as Body[]).map(({ type, role, call_id: call, output, arguments: args }) => [
      type,
      role ?? call,
      output ?? args,
    ]),
    [
      ['message', 'system', undefined],
      ['message', 'user', undefined],
      ['message', 'assistant', undefined],
      ['function_call', 'c1', '{"city":"Paris"}'],
      ['function_call', 'c2', ''],
      ['function_call_output', 'c1', 'sun'],
      ['function_call_output', 'c2', 'rain'],
      ['message', 'user', undefined],
    ],
  );
  assert.deepEqual(back['reasoning'], { effort: 'low' });
  assert.deepEqual(back['tools'], TOOLS);
});

test('media travel: images, files with data and by address, and those of a tool result', () => {
  const input = [
    {
      role: 'user',
      content: [
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
        { type: 'input_file', file_url: 'https://example.test/b.pdf' },
      ],
    },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    {
      type: 'function_call_output',
      call_id: 'c',
      output: [{ type: 'input_image', image_url: 'https://example.test/i.png', detail: 'auto' }],
    },
  ];
  const { body, lost } = fromResponses(MESSAGES, { input });
  assert.deepEqual(lost, []);
  const [first, , last] = body['messages'] as { content: Body[] }[];
  assert.deepEqual(
    first?.content.map((block) => [block['type'], (block['source'] as Body)['type']]),
    [
      ['image', 'base64'],
      ['document', 'base64'],
      ['document', 'url'],
    ],
  );
  assert.deepEqual(last?.content[0]?.['content'], [
    { type: 'image', source: { type: 'url', url: 'https://example.test/i.png' } },
  ]);
  const again = translate(MESSAGES, body, 'default', { model: 'gpt-4.1' }, RESPONSES).body['input'];
  assert.deepEqual(again, [{ type: 'message', ...input[0] }, input[1], input[2]]);
});

test('a translated call keeps nothing at the seller, and a model that reasons gives its reasoning in the answer', () => {
  const plain = toResponses(
    MESSAGES,
    { system: 'Be kind.', thinking: { type: 'enabled', budget_tokens: 8000 } },
    'gpt-5',
  );
  assert.equal(plain['store'], false);
  assert.deepEqual(plain['include'], ['reasoning.encrypted_content']);
  assert.deepEqual(plain['reasoning'], { effort: 'medium', summary: 'auto' });
  assert.equal(toResponses(CHAT, {})['include'], undefined, 'a model that does not reason refuses to be asked');
  assert.equal(toResponses(CHAT, { store: true })['store'], true, 'unless its own caller asked for it');
});

test('a function that says nothing of strictness is not strict, as in the dialect that it comes from', () => {
  const chat = toResponses(CHAT, { tools: [{ type: 'function', function: { name: 'f' } }] });
  assert.deepEqual(chat['tools'], [
    { type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false },
  ]);
});

test('what Chat and Responses share crosses between them and is reported elsewhere', () => {
  const shared = {
    metadata: { a: 'b' },
    prompt_cache_key: 'k',
    service_tier: 'flex',
    text: { verbosity: 'low', format: { type: 'json_object' } },
  };
  const chat = fromResponses(CHAT, shared);
  assert.deepEqual(chat.lost, []);
  assert.deepEqual(
    [chat.body['metadata'], chat.body['prompt_cache_key'], chat.body['service_tier'], chat.body['verbosity']],
    [{ a: 'b' }, 'k', 'flex', 'low'],
  );
  assert.deepEqual(chat.body['response_format'], { type: 'json_object' });
  assert.deepEqual(toResponses(CHAT, chat.body)['text'], { format: { type: 'json_object' }, verbosity: 'low' });
  assert.deepEqual(fromResponses(MESSAGES, shared, 'warn').lost, [
    'json_object',
    'metadata',
    'prompt_cache',
    'service_tier_special',
    'verbosity',
  ]);
});

test('what only the seller has is refused, naming what to send instead', () => {
  for (const body of [
    { previous_response_id: 'resp_1' },
    { conversation: 'conv_1' },
    { input: [{ type: 'item_reference', id: 'msg_1' }] },
    { background: true },
    { prompt: { id: 'pmpt_1' } },
    { tools: [{ type: 'web_search' }] },
    { tools: [{ type: 'mcp', server_label: 'x', server_url: 'https://example.test' }] },
    { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] },
    { tools: [{ type: 'custom', name: 'x' }] },
    { input: [{ type: 'web_search_call', id: 'ws_1' }] },
  ]) {
    for (const to of [MESSAGES, CHAT] as const) {
      assert.throws(
        () => fromResponses(to, body),
        (error) => isAppError(error) && error.code === 'FEATURE_UNSUPPORTED',
        `${to}: ${JSON.stringify(body)}`,
      );
    }
  }
  assert.throws(() => fromResponses(MESSAGES, { previous_response_id: 'resp_1' }), /send the whole input each time/);
});

test('what a route is told beforehand is what translation then reports', () => {
  const samples: Body[] = [
    { store: true, metadata: { a: 1 }, user: 'u', temperature: 2, truncation: 'auto', max_tool_calls: 3, zz: 1 },
    {
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['web_search_call.results', 'message.output_text.logprobs'],
    },
    {
      tools: [
        { type: 'web_search' },
        { type: 'local_shell' },
        { type: 'mcp' },
        { type: 'function', name: 'f', async: true },
      ],
    },
    {
      input: [
        { role: 'user', content: [{ type: 'input_image', file_id: 'f' }, { type: 'input_audio' }, { type: 'zz' }] },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }], phase: 'commentary' },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' },
        { type: 'item_reference', id: 'x' },
        { type: 'shell_call', id: 'y' },
        { role: 'system', content: 'late' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'a', annotations: [{ type: 'url_citation' }] }] },
      ],
    },
    { previous_response_id: 'r', prompt: { id: 'p' }, background: true, context_management: [{ type: 'compaction' }] },
    { text: { verbosity: 'low', format: { type: 'json_object' } }, service_tier: 'priority', prompt_cache_key: 'k' },
    { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] }, parallel_tool_calls: false },
    {
      input: [
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_file', file_url: 'u' }] },
      ],
    },
  ];
  for (const to of [MESSAGES, CHAT] as const) {
    for (const sample of samples) {
      const body = { model: 'm', max_output_tokens: 50, input: 'hi', ...sample };
      const bytes = Buffer.from(JSON.stringify(body));
      const facts = readRequest(RESPONSES, body, bytes.length);
      const told = checkFidelity({ from: RESPONSES, to, features: facts.features, fidelity: 'warn' });
      const { lost } = translateRequest(RESPONSES, to, bytes, facts, 'warn');
      assert.deepEqual(lost, told, `${to}: ${JSON.stringify(sample)}`);
    }
  }
});

test('a body that is no request of the dialect is refused, naming the field', () => {
  for (const [body, param] of [
    [{ input: 3 }, 'input'],
    [{ input: [3] }, 'input[0]'],
    [{ input: [{ role: 'tool', content: 'x' }] }, 'input[0].role'],
    [{ input: [{ type: 'function_call', name: 'f' }] }, 'input[0]'],
    [{ input: [{ type: 'function_call_output', output: 'x' }] }, 'input[0].call_id'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input[0].content[0].text'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ max_output_tokens: 'x' }, 'max_output_tokens'],
  ] as const) {
    assert.throws(
      () => fromResponses(MESSAGES, body),
      (error) => isAppError(error) && error.code === 'BAD_REQUEST' && error.details['param'] === param,
      JSON.stringify(body),
    );
  }
});

test('words, calls and results are the same after a journey through another dialect and back', () => {
  const text = fc.string({ minLength: 1, maxLength: 12 });
  const turn = fc.oneof(
    text.map((said) => [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: said }] }]),
    text.map((said) => [
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: said, annotations: [] }] },
    ]),
    fc.tuple(fc.stringMatching(/^[a-z]{4}$/), fc.dictionary(text, text), text).map(([id, args, output]) => [
      { type: 'function_call', call_id: `call_${id}`, name: 'f', arguments: JSON.stringify(args) },
      { type: 'function_call_output', call_id: `call_${id}`, output },
    ]),
  );
  const end = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'end' }] };
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 5 }), fc.constantFrom(MESSAGES, CHAT), (turns, through) => {
      const input = [...turns.flat(), end];
      const there = fromResponses(through, { input }, 'warn').body;
      const back = translate(through, there, 'warn', { model: 'gpt-4.1' }, RESPONSES).body['input'] as Body[];
      // Messages puts neighbours of one side together; the words and their order stay.
      const gist = (items: readonly Body[]): string[] =>
        items.flatMap((item) =>
          item['type'] === 'message'
            ? (item['content'] as Body[]).map((part) => `${String(item['role'])}: ${String(part['text'])}`)
            : [JSON.stringify(item)],
        );
      assert.deepEqual(gist(back), gist(input));
    }),
    { numRuns: 150 },
  );
});
