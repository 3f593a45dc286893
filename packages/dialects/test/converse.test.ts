// Amazon's Converse to the Messages API and back: what has a place there is carried, what has none is refused by name.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConverseStream, EventStreamReader, converseOfMessage, messagesOfConverse } from '@weighbridge/dialects';

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
    ['a guardrail', { ...user({ text: 'x' }), guardrailConfig: {} }, /guardrailConfig of Converse/],
    ['metadata that nobody would keep', { ...user({ text: 'x' }), requestMetadata: { a: 'b' } }, /requestMetadata/],
    ['a faster lane', { ...user({ text: 'x' }), performanceConfig: { latency: 'optimized' } }, /latency/],
    ['video', user({ video: {} }), /messages\.0\.content\.0\.video/],
    ['an image elsewhere', user({ image: { format: 'png', source: { s3Location: {} } } }), /source\.s3Location/],
    ['a spreadsheet', user({ document: { format: 'xlsx', name: 'a', source: { bytes: 'AA==' } } }), /format xlsx/],
    [
      'citations',
      user({ document: { format: 'pdf', source: { bytes: 'A' }, citations: { enabled: true } } }),
      /citations/,
    ],
    [
      'a model said twice',
      { ...user({ text: 'x' }), additionalModelRequestFields: { model: 'm' } },
      /additionalModelRequestFields\.model/,
    ],
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
  ];
  for (const [what, body, message] of malformed) {
    test(`is wrong with ${what}`, () => {
      assert.throws(() => messagesOfConverse(body), { code: 'BAD_REQUEST', message });
    });
  }
});

describe('an answer', () => {
  const message = {
    content: [
      { type: 'thinking', thinking: 'so', signature: 's=' },
      { type: 'redacted_thinking', data: 'opaque' },
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 't', name: 'n', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 3, output_tokens: 5, cache_read_input_tokens: 7, cache_creation_input_tokens: 11 },
  };

  test('comes whole, with usage whose classes never overlap', () => {
    const said = JSON.parse(converseOfMessage(Buffer.from(JSON.stringify(message)), 12.4).toString()) as unknown;
    assert.deepEqual(said, {
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'so', signature: 's=' } } },
            { reasoningContent: { redactedContent: b64('opaque') } },
            { text: 'Hi' },
            { toolUse: { toolUseId: 't', name: 'n', input: { a: 1 } } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 3, outputTokens: 5, totalTokens: 26, cacheReadInputTokens: 7, cacheWriteInputTokens: 11 },
      metrics: { latencyMs: 12 },
    });
  });

  test('is not given without a block that has no place there', () => {
    const body = Buffer.from(JSON.stringify({ content: [{ type: 'web_search_tool_result' }] }));
    assert.throws(() => converseOfMessage(body, 1), { code: 'TRANSLATION_FAILED', message: /web_search_tool_result/ });
  });

  test('streams in the events of Converse, with usage last', () => {
    const stream = new ConverseStream(() => 34);
    const events = [
      { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'so' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 's=' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 't', name: 'n', input: {} } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ];
    const bytes = Buffer.concat(events.map((event) => stream.event(JSON.stringify(event))));
    const said = new EventStreamReader()
      .push(bytes)
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
  });

  test('fails in the middle rather than leave a delta out', () => {
    const event = { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta' } };
    assert.throws(() => new ConverseStream(() => 0).event(JSON.stringify(event)), { code: 'TRANSLATION_FAILED' });
  });
});
