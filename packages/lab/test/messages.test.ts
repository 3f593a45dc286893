// The Anthropic API as the lab plays it: what it requires, what it refuses and in which words, and answers whose usage
// adds up, whole and streamed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { claude, claudeHeaders, eventsOf, openTestLab, post, user, type TestLab } from './support.ts';

const MODEL = 'claude-sonnet-4-5';
const ASK = { model: MODEL, max_tokens: 300, messages: user('Hello there') };
const TOOL = {
  name: 'get_weather',
  description: 'x',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type /Page>>endobj\n2 0 obj<</Type /Page>>endobj\n').toString('base64');

interface Message {
  readonly content: {
    type: string;
    text?: string;
    thinking?: string;
    signature?: string;
    id?: string;
    name?: string;
    input?: unknown;
  }[];
  readonly stop_reason: string;
  readonly usage: Record<string, unknown>;
  readonly model: string;
}

describe('the Anthropic API', () => {
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab();
  });
  after(() => lab.close());

  const ask = async (body: unknown): Promise<Message> => {
    const answer = await claude(lab.endpoints, body);
    assert.equal(answer.status, 200, answer.text);
    return answer.json as unknown as Message;
  };
  const assertRefused = async (
    body: unknown,
    status: number,
    type: string,
    message: RegExp,
    headers?: Record<string, string>,
  ) => {
    const answer = await claude(lab.endpoints, body, headers);
    const error = answer.json['error'] as { type: string; message: string };
    assert.match(error.message, message);
    assert.deepEqual([answer.status, error.type], [status, type]);
    assert.equal(answer.json['request_id'], answer.headers.get('request-id'));
  };

  it('answers with the dated model, usage, tier, rate limits and organisation, marked as simulated', async () => {
    const answer = await claude(lab.endpoints, ASK);
    const message = answer.json as unknown as Message;
    assert.equal(message.model, 'claude-sonnet-4-5-20250929');
    assert.equal(message.usage['service_tier'], 'standard');
    assert.equal(message.usage['inference_geo'], 'not_available');
    for (const name of [
      'request-id',
      'anthropic-organization-id',
      'anthropic-ratelimit-tokens-remaining',
      'x-weighbridge-simulated',
    ]) {
      assert.ok(answer.headers.get(name), name);
    }
    assert.match(message.content[0]?.text ?? '', /^Simulated answer/);
  });

  it('refuses a missing key, a wrong key, a missing version and an unknown beta', async () => {
    const url = `${lab.endpoints.clouds.anthropic}/v1/messages`;
    assert.equal((await post(url, { 'anthropic-version': '2023-06-01' }, ASK)).status, 401);
    await assertRefused(ASK, 401, 'authentication_error', /invalid x-api-key/, { 'x-api-key': 'wrong' });
    const { 'anthropic-version': _version, ...bare } = claudeHeaders(lab.endpoints);
    const unversioned = await post(url, bare, ASK);
    assert.equal(unversioned.status, 400);
    assert.match(unversioned.text, /anthropic-version: header is required/);
    await assertRefused(ASK, 400, 'invalid_request_error', /anthropic-beta/, {
      'anthropic-beta': 'interleaved-thinking-2025-05-14,nope-2025-01-01',
    });
    assert.equal(
      (await claude(lab.endpoints, ASK, { 'anthropic-beta': 'interleaved-thinking-2025-05-14' })).status,
      200,
    );
  });

  it('refuses an unknown model, what is not JSON, and a body beyond 32 MB', async () => {
    await assertRefused({ ...ASK, model: 'claude-nope' }, 404, 'not_found_error', /^model: claude-nope/);
    await assertRefused('{', 400, 'invalid_request_error', /not valid JSON/);
    await assertRefused(
      { ...ASK, messages: user('x'.repeat(33 * 1024 * 1024)) },
      413,
      'request_too_large',
      /maximum size/,
    );
  });

  it('streams the same answer in the same words with the same usage', async () => {
    const whole = await ask(ASK);
    const streamed = await claude(lab.endpoints, { ...ASK, stream: true });
    const events = eventsOf(streamed.text).map(({ event, data }) => {
      const value: Record<string, unknown> = JSON.parse(data);
      assert.equal(event, value['type']);
      return value;
    });
    assert.deepEqual([events[0]?.['type'], events.at(-1)?.['type']] as unknown[], ['message_start', 'message_stop']);
    const text = events.map((event) => (event['delta'] as { text?: string } | undefined)?.text ?? '').join('');
    assert.equal(text, whole.content[0]?.text);
    const usage = events.find((event) => event['type'] === ('message_delta' as unknown))?.['usage'] as Record<
      string,
      number
    >;
    assert.equal(usage['output_tokens'], whole.usage['output_tokens']);
    assert.equal(usage['input_tokens'], whole.usage['input_tokens']);
  });

  it('output tokens are a quarter of the bytes sent, and count_tokens agrees with the bill', async () => {
    const message = await ask(ASK);
    const bytes = Buffer.byteLength(message.content[0]?.text ?? '');
    assert.equal(message.usage['output_tokens'], Math.ceil(bytes / 4));
    const { max_tokens: _max, ...question } = ASK;
    const counted = await post(
      `${lab.endpoints.clouds.anthropic}/v1/messages/count_tokens`,
      claudeHeaders(lab.endpoints),
      question,
    );
    assert.equal(counted.json['input_tokens'], message.usage['input_tokens']);
  });

  it('stops at max_tokens and at a stop sequence, and says which', async () => {
    const cut = await ask({ ...ASK, max_tokens: 5 });
    assert.deepEqual([cut.stop_reason, cut.usage['output_tokens']], ['max_tokens', 5]);
    const stopped = await ask({
      ...ASK,
      messages: user('[lab say="one two three"]'),
      stop_sequences: ['two', 'three'],
    });
    assert.equal(stopped.stop_reason, 'stop_sequence');
    assert.equal(stopped.content[0]?.text, 'one ');
    assert.equal((stopped as unknown as { stop_sequence: string }).stop_sequence, 'two');
  });

  it('calls a tool that the prompt asks for, once per place, and finishes when it has the results', async () => {
    const question = { role: 'user', content: 'What is the weather in Paris and in London?' };
    const first = await ask({ ...ASK, tools: [TOOL], messages: [question] });
    assert.equal(first.stop_reason, 'tool_use');
    const calls = first.content.filter((block) => block.type === 'tool_use');
    assert.deepEqual(
      calls.map((call) => call.input),
      [{ city: 'Paris' }, { city: 'London' }],
    );
    const results = calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: '21 degrees' }));
    const messages = [question, { role: 'assistant', content: first.content }, { role: 'user', content: results }];
    const second = await ask({ ...ASK, tools: [TOOL], messages });
    assert.equal(second.stop_reason, 'end_turn');
    assert.match(second.content[0]?.text ?? '', /21 degrees/);
    const one = await ask({
      ...ASK,
      tools: [TOOL],
      messages: [question],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    });
    assert.equal(one.content.filter((block) => block.type === 'tool_use').length, 1);
  });

  it('refuses tool calls without results and results without calls', async () => {
    const question = user('weather in Paris?')[0];
    const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} }] };
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_2', content: 'x' }] };
    await assertRefused(
      { ...ASK, tools: [TOOL], messages: [question, use, user('and?')[0]] },
      400,
      'invalid_request_error',
      /without `tool_result` blocks immediately after: toolu_1/,
    );
    await assertRefused(
      { ...ASK, tools: [TOOL], messages: [question, use, result] },
      400,
      'invalid_request_error',
      /unexpected `tool_use_id`.*toolu_2/,
    );
  });

  it('signs its thinking and takes it back only as it was', async () => {
    const body = { ...ASK, max_tokens: 4_000, tools: [TOOL], thinking: { type: 'enabled', budget_tokens: 1024 } };
    const question = { role: 'user', content: 'What is the weather in Paris?' };
    const first = await ask({ ...body, messages: [question] });
    const [thinking, ...rest] = first.content;
    assert.equal(thinking?.type, 'thinking');
    assert.ok((first.usage['output_tokens_details'] as { thinking_tokens: number }).thinking_tokens > 0);
    const call = first.content.find((block) => block.type === 'tool_use');
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id, content: 'sunny' }] };
    const again = (content: unknown) => ({ ...body, messages: [question, { role: 'assistant', content }, result] });
    assert.equal((await ask(again(first.content))).stop_reason, 'end_turn');
    const changed = { ...thinking, thinking: `${thinking?.thinking} ` };
    await assertRefused(
      again([changed, ...rest]),
      400,
      'invalid_request_error',
      /Invalid `signature` in `thinking` block/,
    );
    await assertRefused(
      again(rest),
      400,
      'invalid_request_error',
      /Expected `thinking` or `redacted_thinking`, but found/,
    );
    await assertRefused(
      again([{ ...thinking, cache_control: { type: 'ephemeral' } }, ...rest]),
      400,
      'invalid_request_error',
      /thinking\.cache_control: Extra inputs/,
    );
  });

  it('redacts thinking on the documented trigger and verifies the block on the way back', async () => {
    const trigger =
      'ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB';
    const body = {
      ...ASK,
      max_tokens: 4_000,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: user(trigger),
    };
    const first = await ask(body);
    const block = first.content[0] as { type: string; data: string };
    assert.equal(block.type, 'redacted_thinking');
    const next = (data: string) => ({
      ...body,
      messages: [
        ...user(trigger),
        {
          role: 'assistant',
          content: [
            { ...block, data },
            { type: 'text', text: 'a' },
          ],
        },
        ...user('and?'),
      ],
    });
    await ask(next(block.data));
    await assertRefused(next(`AAAA${block.data.slice(4)}`), 400, 'invalid_request_error', /redacted_thinking/);
  });

  it('obeys a schema, refuses on the documented trigger, and reads images and PDFs', async () => {
    const schema = {
      type: 'object',
      properties: { net: { type: 'integer', minimum: 1, maximum: 9 }, unit: { enum: ['kg', 't'] } },
      required: ['net', 'unit'],
    };
    const structured = await ask({ ...ASK, output_config: { format: { type: 'json_schema', schema } } });
    const value = JSON.parse(structured.content[0]?.text ?? '') as { net: number; unit: string };
    assert.ok(Number.isInteger(value.net) && value.net >= 1 && value.net <= 9 && ['kg', 't'].includes(value.unit));
    const refusal = await ask({
      ...ASK,
      messages: user(
        'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB6177B4672DEE07F9D3AFC62588CCD2631EDCF22E8CCC1FB35B501C9C86',
      ),
    });
    assert.equal(refusal.stop_reason, 'refusal');
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF } };
    const seen = await ask({
      ...ASK,
      messages: [{ role: 'user', content: [image, pdf, { type: 'text', text: 'look' }] }],
    });
    assert.equal(
      seen.usage['input_tokens'],
      4 + 1 + 2 * 2_000 + 1,
      'message 4, a 1-pixel image 1, two pages, "look" 1',
    );
  });

  it('lists its models and one of them', async () => {
    const headers = claudeHeaders(lab.endpoints);
    const list = (await (await fetch(`${lab.endpoints.clouds.anthropic}/v1/models`, { headers })).json()) as {
      data: { id: string }[];
    };
    assert.ok(list.data.some((model) => model.id === 'claude-sonnet-4-5-20250929'));
    const one = await fetch(`${lab.endpoints.clouds.anthropic}/v1/models/${MODEL}`, { headers });
    assert.equal(((await one.json()) as { id: string }).id, 'claude-sonnet-4-5-20250929');
    assert.equal((await fetch(`${lab.endpoints.clouds.anthropic}/v1/models/nope`, { headers })).status, 404);
  });
});
