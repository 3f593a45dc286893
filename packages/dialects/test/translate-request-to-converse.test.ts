// Requests of every other dialect as Amazon's Converse takes them: what is carried, what hangs on the model, what is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRequest, translateRequest, type Fidelity } from '@weighbridge/dialects';
import type { DialectId } from '@weighbridge/protocol';

type Any = Record<string, unknown>;

function converseOf(from: DialectId, body: Any, model = 'us.anthropic.claude-sonnet-4-5', fidelity: Fidelity = 'warn') {
  const whole = { model: 'm', ...body };
  const bytes = Buffer.from(JSON.stringify(whole));
  const { body: written, lost } = translateRequest(
    from,
    'bedrock-converse',
    bytes,
    readRequest(from, whole, bytes.length),
    fidelity,
    { model },
  );
  const text = written.toString();
  return { body: JSON.parse(text) as Any, lost, text };
}

const PNG = 'data:image/png;base64,iVBO';

describe('a request', () => {
  test('of Chat is written with system, media, tools, calls, results, schema and settings', () => {
    const { body, lost, text } = converseOf('openai-chat', {
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      stream: true,
      messages: [
        { role: 'system', content: 'Be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hi' },
            { type: 'image_url', image_url: { url: PNG } },
          ],
        },
        {
          role: 'assistant',
          tool_calls: [
            { id: 'c.1', type: 'function', function: { name: 'f', arguments: '{"n":12345678901234567890}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c.1', content: 'done' },
        { role: 'user', content: 'and?' },
      ],
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
      ],
      tool_choice: 'required',
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
    });
    assert.deepEqual(lost, []);
    assert.match(text, /"n":12345678901234567890\}/);
    assert.deepEqual(body, {
      model: 'm',
      stream: true,
      system: [{ text: 'Be brief' }],
      messages: [
        { role: 'user', content: [{ text: 'hi' }, { image: { format: 'png', source: { bytes: 'iVBO' } } }] },
        {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 'c_2e1', name: 'f', input: { n: 12345678901234567000 } } }],
        },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'c_2e1', content: [{ text: 'done' }] } }, { text: 'and?' }],
        },
      ],
      inferenceConfig: { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
      toolConfig: {
        tools: [{ toolSpec: { name: 'f', description: 'd', inputSchema: { json: { type: 'object' } }, strict: true } }],
        toolChoice: { any: {} },
      },
      outputConfig: {
        textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}', name: 'a' } } },
      },
    });
  });

  test('of Messages keeps thinking, errors, documents, search results and marks for the cache', () => {
    const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
    const { body, lost } = converseOf('anthropic-messages', {
      max_tokens: 9,
      system: [{ type: 'text', text: 's', ...mark }],
      tools: [{ name: 'f', input_schema: { type: 'object' }, cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              title: 'A: b',
              context: 'c',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
            },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 't' } },
            { type: 'search_result', title: 't', source: 'u', content: [{ type: 'text', text: 'x' }] },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'so', signature: 'sig=' },
            { type: 'redacted_thinking', data: 'opaque' },
            { type: 'tool_use', id: 't', name: 'f', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', is_error: true, content: 'no' }] },
      ],
    });
    assert.deepEqual(lost, ['cache_control']);
    assert.deepEqual(body['system'], [{ text: 's' }, { cachePoint: { type: 'default', ttl: '1h' } }]);
    assert.deepEqual((body['toolConfig'] as Any)['tools'], [
      { toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } },
      { cachePoint: { type: 'default' } },
    ]);
    assert.deepEqual(body['messages'], [
      {
        role: 'user',
        content: [
          { document: { format: 'pdf', source: { bytes: 'JVBE' }, name: 'A b', context: 'c' } },
          { document: { format: 'txt', source: { bytes: 'dA==' }, name: 'document 2' } },
          { searchResult: { source: 'u', title: 't', content: [{ text: 'x' }] } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'so', signature: 'sig=' } } },
          { reasoningContent: { redactedContent: 'b3BhcXVl' } },
          { toolUse: { toolUseId: 't', name: 'f', input: {} } },
        ],
      },
      { role: 'user', content: [{ toolResult: { toolUseId: 't', content: [{ text: 'no' }], status: 'error' } }] },
    ]);
  });

  test('of Responses is written as one of Chat', () => {
    const { body } = converseOf('openai-responses', { instructions: 'Be brief', input: 'hi', max_output_tokens: 16 });
    assert.deepEqual(body, {
      model: 'm',
      system: [{ text: 'Be brief' }],
      messages: [{ role: 'user', content: [{ text: 'hi' }] }],
      inferenceConfig: { maxTokens: 16 },
    });
  });

  const efforts: readonly (readonly [string, unknown])[] = [
    ['us.anthropic.claude-opus-4-6', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' }, top_k: 4 }],
    [
      'us.amazon.nova-2-lite-v1:0',
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' }, inferenceConfig: { topK: 4 } },
    ],
    ['openai.gpt-oss-120b-1:0', { reasoning_effort: 'high' }],
    ['meta.llama3-3-70b-instruct-v1:0', undefined],
  ];
  for (const [model, fields] of efforts) {
    test(`says effort and top_k to ${model} in its own fields, or leaves them out and says so`, () => {
      const asked = { reasoning_effort: 'high', top_k: 4, messages: [{ role: 'user', content: 'x' }] };
      const { body, lost } = converseOf('openai-chat', asked, model);
      assert.deepEqual(body['additionalModelRequestFields'], fields);
      assert.deepEqual(lost, ['effort', 'top_k']);
    });
  }

  test('gets no cache points where the model has none', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }] }];
    const { body, lost } = converseOf('anthropic-messages', { max_tokens: 1, messages }, 'qwen.qwen3-32b-v1:0');
    assert.deepEqual(body['messages'], [{ role: 'user', content: [{ text: 'x' }] }]);
    assert.deepEqual(lost, ['cache_control']);
  });

  test('that forbids tools goes without them, and what was called before is told in words', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const plain = { tools, tool_choice: 'none', messages: [{ role: 'user', content: 'x' }] };
    assert.equal(converseOf('openai-chat', plain).body['toolConfig'], undefined);
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const messages = [
      ...plain.messages,
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'warm' },
    ];
    const { body, lost } = converseOf('openai-chat', { ...plain, messages });
    assert.equal(body['toolConfig'], undefined);
    assert.deepEqual(lost, ['tool_choice_none']);
    assert.deepEqual(body['messages'], [
      { role: 'user', content: [{ text: 'x' }] },
      { role: 'assistant', content: [{ text: '[called the tool f with {}]' }] },
      { role: 'user', content: [{ text: '[the tool answered:]' }, { text: 'warm' }] },
    ]);
  });

  const refused: readonly (readonly [string, Any])[] = [
    [
      'image_url',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/b' } }] }] },
    ],
    [
      'parallel_tool_control',
      { messages: [], tools: [{ type: 'function', function: { name: 'f' } }], parallel_tool_calls: false },
    ],
    ['json_object', { messages: [], response_format: { type: 'json_object' } }],
    ['audio_input', { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }],
    ['custom_tools', { messages: [], tools: [{ type: 'custom', custom: { name: 'c' } }] }],
  ];
  for (const [feature, body] of refused) {
    test(`is refused by default for ${feature}, which warn names`, () => {
      assert.throws(() => converseOf('openai-chat', body, undefined, 'default'), {
        code: 'FEATURE_UNSUPPORTED',
        message: new RegExp(feature),
      });
      assert.ok(converseOf('openai-chat', body).lost.includes(feature));
    });
  }
});
