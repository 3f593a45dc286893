// What the Messages API refuses, in its own words: one row per mistake.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { claude, openTestLab, user, type TestLab } from './support.ts';

const ASK = { model: 'claude-sonnet-4-5', max_tokens: 300, messages: user('Hello there') };
const TOOL = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('the Anthropic API', () => {
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab();
  });
  after(() => lab.close());

  const wrongs: [string, unknown, RegExp][] = [
    ['no max_tokens', { ...ASK, max_tokens: undefined }, /^max_tokens: Field required/],
    ['max_tokens above the model’s own', { ...ASK, max_tokens: 64_001 }, /64001 > 64000, which is the maximum/],
    ['max_tokens of zero', { ...ASK, max_tokens: 0 }, /max_tokens: Input should be greater than/],
    ['an unknown field', { ...ASK, frequency_penalty: 1 }, /^frequency_penalty: Extra inputs are not permitted/],
    ['no messages', { ...ASK, messages: [] }, /at least one message/],
    [
      'an assistant message first',
      { ...ASK, messages: [{ role: 'assistant', content: 'hi' }] },
      /first message must use the "user" role/,
    ],
    ['a system role', { ...ASK, messages: [{ role: 'system', content: 'hi' }] }, /Unexpected role "system"/],
    [
      'an empty text block',
      { ...ASK, messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
      /must be non-empty/,
    ],
    [
      'a field that a block lacks',
      { ...ASK, messages: [{ role: 'user', content: [{ type: 'text', text: 'a', foo: 1 }] }] },
      /messages\.0\.content\.0\.text\.foo: Extra inputs/,
    ],
    [
      'an unknown block type',
      { ...ASK, messages: [{ role: 'user', content: [{ type: 'hologram' }] }] },
      /Input tag 'hologram'/,
    ],
    ['both temperature and top_p', { ...ASK, temperature: 0.5, top_p: 0.5 }, /cannot both be specified/],
    ['a temperature of two', { ...ASK, temperature: 2 }, /temperature: range: 0\.\.1/],
    [
      'a thinking budget below the floor',
      { ...ASK, thinking: { type: 'enabled', budget_tokens: 100 } },
      /greater than or equal to 1024/,
    ],
    [
      'a thinking budget above max_tokens',
      { ...ASK, thinking: { type: 'enabled', budget_tokens: 2048 } },
      /must be greater than `thinking\.budget_tokens`/,
    ],
    [
      'adaptive thinking on an older model',
      { ...ASK, thinking: { type: 'adaptive' } },
      /adaptive thinking is not supported/,
    ],
    ['inference_geo on an older model', { ...ASK, inference_geo: 'us' }, /inference_geo/],
    [
      'five cache breakpoints',
      {
        ...ASK,
        system: Array.from({ length: 5 }, () => ({ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } })),
      },
      /maximum of 4 blocks/,
    ],
    [
      'a long breakpoint after a short one',
      {
        ...ASK,
        system: [
          { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
          { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } },
        ],
      },
      /must not come after/,
    ],
    ['two tools of one name', { ...ASK, tools: [TOOL, TOOL] }, /Tool names must be unique/],
    ['a tool without schema', { ...ASK, tools: [{ name: 'a' }] }, /input_schema: Field required/],
    [
      'a tool choice that is not there',
      { ...ASK, tools: [TOOL], tool_choice: { type: 'tool', name: 'b' } },
      /not found in provided tools/,
    ],
    [
      'an image that is no image',
      {
        ...ASK,
        messages: [
          {
            role: 'user',
            content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGVsbG8=' } }],
          },
        ],
      },
      /Could not process image/,
    ],
    [
      'an image under the wrong type',
      {
        ...ASK,
        messages: [
          {
            role: 'user',
            content: [{ type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: PNG } }],
          },
        ],
      },
      /appears to be a image\/png/,
    ],
    [
      'a PDF that is none',
      {
        ...ASK,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'aGVsbG8=' } },
            ],
          },
        ],
      },
      /PDF specified was not valid/,
    ],
  ];
  for (const [name, body, message] of wrongs) {
    it(`refuses ${name}`, async () => {
      const answer = await claude(lab.endpoints, body);
      const error = answer.json['error'] as { type: string; message: string };
      assert.match(error.message, message);
      assert.deepEqual([answer.status, error.type], [400, 'invalid_request_error']);
    });
  }
});
