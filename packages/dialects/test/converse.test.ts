// Amazon's Converse to the Messages API and back: what has a place there is carried, what has none is refused by name.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkFidelity,
  createTranslator,
  encodeSse,
  EventStreamReader,
  messagesOfConverse,
  readRequest,
  SseReader,
  translateRequest,
} from '@weighbridge/dialects';

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const user = (...content: object[]): object => ({ messages: [{ role: 'user', content }] });

/** Every thing that has a place in the Messages API. */
const CONVERSE = {
  system: [{ text: 'Be brief' }, { cachePoint: { type: 'default', ttl: '1h' } }],
  messages: [
    { role: 'user', content: [{ text: 'hi' }, { image: { format: 'png', source: { bytes: 'iVBO' } } }] },
    {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'so', signature: 'sig=' } } },
        { reasoningContent: { redactedContent: b64('opaque') } },
        { toolUse: { toolUseId: 't1', name: 'Bash', input: { n: 1 } } },
      ],
    },
    {
      role: 'user',
      content: [
        { toolResult: { toolUseId: 't1', content: [{ json: { ok: 1 } }, { text: 'x' }], status: 'error' } },
        { document: { format: 'pdf', name: 'a', source: { bytes: 'JVBE' } } },
        { document: { format: 'txt', name: 'b', source: { bytes: b64('text') } } },
      ],
    },
  ],
  inferenceConfig: { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
  toolConfig: {
    tools: [
      { toolSpec: { name: 'Bash', description: 'runs', inputSchema: { json: { type: 'object' } } } },
      { cachePoint: { type: 'default' } },
    ],
    toolChoice: { tool: { name: 'Bash' } },
  },
  additionalModelRequestFields: { top_k: 5, thinking: { type: 'adaptive' } },
  performanceConfig: { latency: 'standard' },
};

const MESSAGES = {
  top_k: 5,
  thinking: { type: 'adaptive' },
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'hi' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'so', signature: 'sig=' },
        { type: 'redacted_thinking', data: 'opaque' },
        { type: 'tool_use', id: 't1', name: 'Bash', input: { n: 1 } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 't1',
          content: [
            { type: 'text', text: '{"ok":1}' },
            { type: 'text', text: 'x' },
          ],
          is_error: true,
        },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' }, title: 'a' },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'text' }, title: 'b' },
      ],
    },
  ],
  system: [{ type: 'text', text: 'Be brief', cache_control: { type: 'ephemeral', ttl: '1h' } }],
  max_tokens: 9,
  temperature: 0.5,
  top_p: 0.9,
  stop_sequences: ['END'],
  tools: [
    { name: 'Bash', description: 'runs', input_schema: { type: 'object' }, cache_control: { type: 'ephemeral' } },
  ],
  tool_choice: { type: 'tool', name: 'Bash' },
};

describe('a request', () => {
  test('is carried with its tools, cache points, thinking, results and settings', () => {
    assert.deepEqual(messagesOfConverse(CONVERSE), MESSAGES);
  });

  const refused: readonly (readonly [string, object, RegExp])[] = [
    [
      'a guardrail',
      { ...user({ text: 'x' }), guardrailConfig: { guardrailIdentifier: 'g' } },
      /guardrailConfig of Conv/,
    ],
    ['metadata that nobody would keep', { ...user({ text: 'x' }), requestMetadata: { a: 'b' } }, /requestMetadata/],
    ['a faster lane', { ...user({ text: 'x' }), performanceConfig: { latency: 'optimized' } }, /latency/],
    ['video', user({ video: {} }), /messages\.0\.content\.0\.video/],
    ['an image elsewhere', user({ image: { format: 'png', source: { s3Location: {} } } }), /source\.s3Location/],
    ['a spreadsheet', user({ document: { format: 'xlsx', name: 'a', source: { bytes: 'AA==' } } }), /document\.format/],
    ['text for a guardrail', user({ guardContent: { text: { text: 'x' } } }), /guardContent/],
    ['a tier of its own', { ...user({ text: 'x' }), serviceTier: { type: 'priority' } }, /serviceTier/],
    ['a prompt kept at Amazon', { ...user({ text: 'x' }), promptVariables: { a: { text: 'b' } } }, /promptVariables/],
    ['a system tool', { ...user({ text: 'x' }), toolConfig: { tools: [{ systemTool: {} }] } }, /systemTool/],
  ];
  for (const [what, body, message] of refused) {
    test(`is refused for ${what}`, () => {
      assert.throws(() => messagesOfConverse(body), { code: 'FEATURE_UNSUPPORTED', message });
    });
  }

  const malformed: readonly (readonly [string, unknown, RegExp])[] = [
    ['no list of messages', {}, /"messages" must be a list/],
    ['a block of two members', user({ text: 'x', image: {} }), /exactly one member/],
    ['a cache point before anything', user({ cachePoint: { type: 'default' } }), /after what it marks/],
    [
      'an image of another format',
      user({ image: { format: 'bmp', source: { bytes: 'A' } } }),
      /png, jpeg, gif or webp/,
    ],
    ['no object', [], /"body" must be an object/],
    [
      'a model said twice',
      { ...user({ text: 'x' }), additionalModelRequestFields: { model: 'm' } },
      /additionalModelRequestFields\.model/,
    ],
    [
      'a ceiling past the ceiling',
      { ...user({ text: 'x' }), additionalModelRequestFields: { inferenceConfig: { max_new_tokens: 9 } } },
      /additionalModelRequestFields\.max_new_tokens/,
    ],
    [
      'a schema that is no JSON',
      {
        ...user({ text: 'x' }),
        outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{' } } } },
      },
      /jsonSchema\.schema/,
    ],
  ];
  for (const [what, body, message] of malformed) {
    test(`is wrong with ${what}`, () => {
      assert.throws(() => messagesOfConverse(body), { code: 'BAD_REQUEST', message });
    });
  }
});

describe('a request on its way to another dialect', () => {
  const ask = (body: object): Parameters<typeof translateRequest>[2] =>
    Buffer.from(JSON.stringify({ model: 'm', ...body }));
  const facts = (body: object) => readRequest('bedrock-converse', { model: 'm', ...body }, 1);

  test('towards Messages is that body, with fields of the model as they came, betas for the header and the ceiling', () => {
    const body = { ...CONVERSE, additionalModelRequestFields: { top_k: 5, anthropic_beta: ['b'], news: { a: 1 } } };
    const { body: written, lost } = translateRequest(
      'bedrock-converse',
      'anthropic-messages',
      ask(body),
      facts(body),
      'warn',
    );
    const { top_k: topK, thinking: _, ...rest } = MESSAGES;
    assert.deepEqual(JSON.parse(written.toString()), { top_k: topK, news: { a: 1 }, model: 'm', ...rest });
    assert.deepEqual(lost, ['unknown_fields']);
  });

  test('is refused for a guardrail, and under warn goes on without, and says so', () => {
    const body = {
      ...user({ text: 'x' }),
      inferenceConfig: { maxTokens: 5 },
      guardrailConfig: { guardrailIdentifier: 'g' },
    };
    for (const to of ['anthropic-messages', 'openai-chat', 'openai-responses'] as const) {
      assert.throws(() => translateRequest('bedrock-converse', to, ask(body), facts(body), 'default'), {
        code: 'FEATURE_UNSUPPORTED',
        message: /guardrail/,
      });
      assert.deepEqual(translateRequest('bedrock-converse', to, ask(body), facts(body), 'warn').lost, ['guardrail']);
    }
  });

  test('loses in translation what the route was told beforehand', () => {
    const samples: readonly object[] = [
      CONVERSE,
      {
        ...user({ video: {} }, { text: 'x' }),
        requestMetadata: { a: 'b' },
        performanceConfig: { latency: 'optimized' },
      },
      { ...user({ document: { format: 'xlsx', name: 'a', source: { bytes: 'AA==' } } }, { audio: {} }, { text: 'x' }) },
      { ...user({ image: { format: 'png', source: { s3Location: { uri: 's3://b/k' } } } }, { text: 'x' }) },
      { ...user({ text: 'x' }), toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] }, news: 1 },
      { ...user({ document: { format: 'pdf', name: 'a', source: { bytes: 'A' }, citations: { enabled: true } } }) },
    ];
    for (const sample of samples) {
      const body = { inferenceConfig: { maxTokens: 5 }, ...sample };
      for (const to of ['anthropic-messages', 'openai-chat', 'openai-responses'] as const) {
        const told = checkFidelity({ from: 'bedrock-converse', to, features: facts(body).features, fidelity: 'warn' });
        const { lost } = translateRequest('bedrock-converse', to, ask(body), facts(body), 'warn');
        assert.deepEqual(lost, told, `${to}: ${JSON.stringify(sample)}`);
      }
    }
  });

  test('needs a ceiling towards Messages alone', () => {
    const body = user({ text: 'x' });
    assert.throws(() => translateRequest('bedrock-converse', 'anthropic-messages', ask(body), facts(body), 'warn'), {
      code: 'BAD_REQUEST',
      message: /ceiling/,
    });
    const chat = translateRequest('bedrock-converse', 'openai-chat', ask(body), facts(body), 'warn').body.toString();
    assert.deepEqual(JSON.parse(chat), { model: 'm', messages: [{ role: 'user', content: 'x' }] });
  });
});

describe('an answer for a client of Converse', () => {
  const facts = readRequest('bedrock-converse', { model: 'm', messages: [] }, 1);
  const translator = (ms = 0) =>
    createTranslator('anthropic-messages', 'bedrock-converse', { facts, requestId: 'r', elapsed: () => ms });
  const message = {
    content: [
      { type: 'thinking', thinking: 'so', signature: 's=' },
      { type: 'redacted_thinking', data: 'opaque' },
      { type: 'text', text: 'Hi' },
      {
        type: 'text',
        text: 'there',
        citations: [
          {
            type: 'page_location',
            cited_text: 'c',
            document_index: 0,
            document_title: 'd',
            start_page_number: 1,
            end_page_number: 2,
          },
        ],
      },
      { type: 'tool_use', id: 't', name: 'n', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
    usage: {
      input_tokens: 3,
      output_tokens: 5,
      cache_read_input_tokens: 7,
      cache_creation_input_tokens: 11,
      cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 7 },
    },
  };

  test('comes whole, with usage whose classes never overlap', () => {
    const said = JSON.parse(
      translator(12.4)
        .whole(Buffer.from(JSON.stringify(message)))
        .toString(),
    ) as unknown;
    assert.deepEqual(said, {
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'so', signature: 's=' } } },
            { reasoningContent: { redactedContent: b64('opaque') } },
            { text: 'Hi' },
            {
              citationsContent: {
                content: [{ text: 'there' }],
                citations: [
                  {
                    title: 'd',
                    sourceContent: [{ text: 'c' }],
                    location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
                  },
                ],
              },
            },
            { toolUse: { toolUseId: 't', name: 'n', input: { a: 1 } } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: {
        inputTokens: 3,
        outputTokens: 5,
        totalTokens: 26,
        cacheReadInputTokens: 7,
        cacheWriteInputTokens: 11,
        cacheDetails: [
          { ttl: '1h', inputTokens: 7 },
          { ttl: '5m', inputTokens: 4 },
        ],
      },
      metrics: { latencyMs: 12 },
    });
  });

  test('names a block that has no place there as lost', () => {
    const one = translator();
    const body = {
      content: [{ type: 'web_search_tool_result' }, { type: 'text', text: 'a' }],
      stop_reason: 'end_turn',
    };
    const said = JSON.parse(one.whole(Buffer.from(JSON.stringify(body))).toString()) as { output: object };
    assert.deepEqual(said.output, { message: { role: 'assistant', content: [{ text: 'a' }] } });
    assert.deepEqual(one.lost, ['answer_provider_blocks']);
  });

  test('streams in the events of Converse, with usage last', () => {
    const stream = translator(34);
    const events = [
      { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'so' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 's=' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'server_tool_use', id: 's', name: 'n' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 't', name: 'n', input: {} } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ];
    const wire = Buffer.concat(events.map((event) => encodeSse(event.type, JSON.stringify(event))));
    const frames = new SseReader().push(wire).flatMap((event) => [...stream.event(event)]);
    const said = new EventStreamReader()
      .push(Buffer.concat(frames.map(({ bytes }) => bytes)))
      .map(({ headers, payload }) => [headers[':event-type'], JSON.parse(payload.toString()) as unknown]);
    assert.deepEqual(said, [
      ['messageStart', { role: 'assistant' }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'so' } } }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { signature: 's=' } } }],
      ['contentBlockStop', { contentBlockIndex: 0 }],
      ['contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 't', name: 'n' } } }],
      ['contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: '{"a":' } } }],
      ['contentBlockStop', { contentBlockIndex: 1 }],
      ['messageStop', { stopReason: 'tool_use' }],
      [
        'metadata',
        {
          usage: {
            inputTokens: 3,
            outputTokens: 9,
            totalTokens: 12,
            cacheReadInputTokens: 0,
            cacheWriteInputTokens: 0,
          },
          metrics: { latencyMs: 34 },
        },
      ],
    ]);
    assert.deepEqual(stream.lost, ['answer_provider_blocks']);
    assert.equal(frames.at(-1)?.meaning, 'terminal');
  });
});
