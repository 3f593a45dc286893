// Chat Completions as OpenAI, Azure, Foundry and a vLLM-like server play it: credentials, versions, refusals in each
// one's own form, and the differences between them that a client must survive.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventsOf, openAi, openTestLab, post, user, type Answer, type TestLab } from './support.ts';

const ASK = { model: 'gpt-4.1', messages: user('Hello there') };
const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const TOOLS = [{ type: 'function', function: { name: 'get_weather', parameters: PARAMETERS } }];

interface Chunk {
  readonly id: string;
  readonly choices: {
    delta: {
      content?: string;
      tool_calls?: { index: number; id?: string; function: { arguments: string } }[];
      reasoning_content?: string;
    };
    finish_reason: string | null;
  }[];
  readonly usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null;
  readonly prompt_filter_results?: unknown;
}

interface Completion {
  readonly model: string;
  readonly service_tier?: string;
  readonly choices: {
    message: {
      content: string | null;
      tool_calls?: { id: string; function: { name: string; arguments: string } }[];
      reasoning_content?: string | null;
    };
    finish_reason: string;
    logprobs: { content: { token: string; top_logprobs: unknown[] }[] } | null;
  }[];
  readonly usage: {
    prompt_tokens: number;
    completion_tokens: number;
    total_tokens: number;
    completion_tokens_details?: { reasoning_tokens: number };
    prompt_tokens_details: { cached_tokens: number };
  };
}

const completionOf = (answer: Answer): Completion => {
  assert.equal(answer.status, 200, answer.text);
  return answer.json as unknown as Completion;
};

const chunksOf = (answer: Answer): { chunks: Chunk[]; done: boolean } => {
  const data = eventsOf(answer.text).map((event) => event.data);
  const done = data.at(-1) === '[DONE]';
  return { chunks: (done ? data.slice(0, -1) : data).map((text) => JSON.parse(text) as Chunk), done };
};

const errorOf = (answer: Answer) =>
  answer.json['error'] as { message: string; type: string; param: string | null; code: string | null };

describe('Chat Completions', () => {
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab();
  });
  after(() => lab.close());

  const ask = (body: unknown) => openAi(lab.endpoints, body);
  const azureUrl = (path: string) => `${lab.endpoints.clouds['azure-openai']}${path}`;
  const azureKey = () => ({ 'api-key': lab.endpoints.credentials.azure_openai_key });

  it('OpenAI answers with its headers, tier, fingerprint and usage that adds up', async () => {
    const answer = await ask(ASK);
    const completion = completionOf(answer);
    assert.equal(completion.model, 'gpt-4.1-2025-04-14');
    assert.equal(completion.service_tier, 'default');
    assert.equal(completion.usage.total_tokens, completion.usage.prompt_tokens + completion.usage.completion_tokens);
    assert.equal(
      completion.usage.completion_tokens,
      Math.ceil(Buffer.byteLength(completion.choices[0]?.message.content ?? '') / 4),
    );
    for (const name of [
      'x-request-id',
      'openai-processing-ms',
      'openai-organization',
      'openai-version',
      'x-ratelimit-remaining-tokens',
      'set-cookie',
    ]) {
      assert.ok(answer.headers.get(name), name);
    }
  });

  it('streams the same words; usage comes last, with no choices, and only when asked for', async () => {
    const whole = completionOf(await ask(ASK));
    const plain = chunksOf(await ask({ ...ASK, stream: true }));
    assert.ok(plain.done);
    assert.ok(plain.chunks.every((chunk) => !('usage' in chunk)));
    const counted = chunksOf(await ask({ ...ASK, stream: true, stream_options: { include_usage: true } }));
    assert.equal(counted.chunks.length, plain.chunks.length + 1);
    assert.deepEqual(counted.chunks.at(-1)?.choices, []);
    assert.deepEqual(counted.chunks.at(-1)?.usage, whole.usage);
    assert.ok(counted.chunks.slice(0, -1).every((chunk) => chunk.usage === null));
    assert.equal(
      plain.chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''),
      whole.choices[0]?.message.content,
    );
  });

  const wrongs: [string, object, number, string | null, RegExp][] = [
    ['an unknown model', { model: 'gpt-nope' }, 404, 'model_not_found', /does not exist or you do not have access/],
    ['an unknown parameter', { top_k: 1 }, 400, 'unknown_parameter', /Unknown parameter: 'top_k'/],
    ['no messages', { messages: undefined }, 400, 'missing_required_parameter', /'messages'/],
    ['an empty list of messages', { messages: [] }, 400, 'empty_array', /empty array/],
    ['an unknown role', { messages: [{ role: 'boss', content: 'x' }] }, 400, 'invalid_value', /'boss'/],
    ['a temperature above two', { temperature: 3 }, 400, 'decimal_above_max_value', /temperature/],
    ['too many tokens', { max_tokens: 40_000 }, 400, null, /at most 32768 completion tokens/],
    [
      'stream options without a stream',
      { stream_options: { include_usage: true } },
      400,
      null,
      /only allowed when 'stream'/,
    ],
    [
      'json_object without the word',
      { response_format: { type: 'json_object' } },
      400,
      null,
      /must contain the word 'json'/,
    ],
    ['an unknown tier', { service_tier: 'gold' }, 400, 'invalid_value', /'gold'/],
    ['five stop sequences', { stop: ['1', '2', '3', '4', '5'] }, 400, 'array_above_max_length', /stop/],
    ['a tool choice without tools', { tool_choice: 'auto' }, 400, null, /only allowed when 'tools'/],
    [
      'a tool message without a call',
      { messages: [{ role: 'tool', tool_call_id: 'a', content: 'x' }] },
      400,
      null,
      /preceeding message with 'tool_calls'/,
    ],
    [
      'max_tokens on a reasoning model',
      { model: 'gpt-5', max_tokens: 5 },
      400,
      'unsupported_parameter',
      /max_completion_tokens/,
    ],
    [
      'a temperature on a reasoning model',
      { model: 'gpt-5', temperature: 0.2 },
      400,
      'unsupported_value',
      /temperature/,
    ],
    [
      'a picture that is none',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGVsbG8=' } }] },
        ],
      },
      400,
      'invalid_image_format',
      /unsupported image/,
    ],
  ];
  for (const [name, change, status, code, message] of wrongs) {
    it(`OpenAI refuses ${name}`, async () => {
      const answer = await ask({ ...ASK, ...change });
      const error = errorOf(answer);
      assert.match(error.message, message);
      assert.deepEqual([answer.status, error.type, error.code], [status, 'invalid_request_error', code]);
    });
  }

  it('OpenAI refuses a missing and a wrong key without quoting the key', async () => {
    const url = `${lab.endpoints.clouds.openai}/v1/chat/completions`;
    assert.equal((await post(url, {}, ASK)).status, 401);
    const wrong = await post(url, { authorization: 'Bearer sk-proj-1234567890abcdefghij' }, ASK);
    assert.equal(errorOf(wrong).code, 'invalid_api_key');
    assert.ok(!wrong.text.includes('sk-proj-1234567890abcdefghij'));
  });

  it('calls tools in parallel, streamed as their arguments, and finishes with the results', async () => {
    const question = { role: 'user', content: 'What is the weather in Paris and in London?' };
    const streamed = chunksOf(await ask({ ...ASK, messages: [question], tools: TOOLS, stream: true }));
    const args = new Map<number, string>();
    for (const chunk of streamed.chunks) {
      for (const call of chunk.choices[0]?.delta.tool_calls ?? [])
        args.set(call.index, (args.get(call.index) ?? '') + call.function.arguments);
    }
    assert.deepEqual(
      [...args.values()].map((text) => JSON.parse(text) as unknown),
      [{ city: 'Paris' }, { city: 'London' }],
    );
    assert.equal(streamed.chunks.at(-1)?.choices[0]?.finish_reason, 'tool_calls');
    const first = completionOf(await ask({ ...ASK, messages: [question], tools: TOOLS })).choices[0]?.message;
    const results = (first?.tool_calls ?? []).map((call) => ({
      role: 'tool',
      tool_call_id: call.id,
      content: '21 degrees',
    }));
    const second = completionOf(await ask({ ...ASK, tools: TOOLS, messages: [question, first, ...results] }));
    assert.match(second.choices[0]?.message.content ?? '', /21 degrees/);
    const unanswered = await ask({ ...ASK, tools: TOOLS, messages: [question, first, ...user('and?')] });
    assert.match(errorOf(unanswered).message, /did not have response messages/);
  });

  it('obeys a schema, stops where told, gives several choices and their log probabilities', async () => {
    const schema = {
      type: 'object',
      properties: { unit: { enum: ['kg'] } },
      required: ['unit'],
      additionalProperties: false,
    };
    const format = { type: 'json_schema', json_schema: { name: 'net', strict: true, schema } };
    const structured = completionOf(await ask({ ...ASK, response_format: format }));
    assert.deepEqual(JSON.parse(structured.choices[0]?.message.content ?? ''), { unit: 'kg' });
    const stopped = completionOf(await ask({ ...ASK, messages: user('[lab say="one two"]'), stop: 'two' }));
    assert.deepEqual([stopped.choices[0]?.message.content, stopped.choices[0]?.finish_reason], ['one ', 'stop']);
    const cut = completionOf(await ask({ ...ASK, max_completion_tokens: 3 }));
    assert.deepEqual([cut.choices[0]?.finish_reason, cut.usage.completion_tokens], ['length', 3]);
    const many = completionOf(await ask({ ...ASK, n: 2, logprobs: true, top_logprobs: 3 }));
    assert.equal(many.choices.length, 2);
    assert.notEqual(many.choices[0]?.message.content, many.choices[1]?.message.content);
    assert.equal(many.choices[0]?.logprobs?.content[0]?.top_logprobs.length, 3);
  });

  it('a long prompt is read from the cache the second time, in steps of 128 tokens', async () => {
    const body = { ...ASK, messages: user('cache me '.repeat(700)) };
    assert.equal(completionOf(await ask(body)).usage.prompt_tokens_details.cached_tokens, 0);
    const again = completionOf(await ask(body)).usage;
    assert.ok(again.prompt_tokens_details.cached_tokens >= 1_024);
    assert.equal(again.prompt_tokens_details.cached_tokens % 128, 0);
    assert.ok(again.prompt_tokens_details.cached_tokens < again.prompt_tokens);
  });

  it('reasoning is counted as a part of the completion', async () => {
    const { usage } = completionOf(await ask({ ...ASK, model: 'gpt-5' }));
    const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0;
    assert.ok(reasoning > 0 && reasoning < usage.completion_tokens);
  });

  it('Azure’s deployment path wants a known api-version, its v1 path none', async () => {
    const path = '/openai/deployments/gpt-4.1/chat/completions';
    const good = await post(azureUrl(`${path}?api-version=2024-10-21`), azureKey(), ASK);
    assert.equal(completionOf(good).model, 'gpt-4.1-2025-04-14');
    assert.equal(good.headers.get('x-ms-region'), 'East US 2');
    assert.ok(good.headers.get('apim-request-id'));
    for (const query of ['', '?api-version=2019-01-01']) {
      const bad = await post(azureUrl(path + query), azureKey(), ASK);
      assert.deepEqual([bad.status, errorOf(bad).code], [404, '404']);
    }
    completionOf(await post(azureUrl('/openai/v1/chat/completions'), azureKey(), ASK));
    completionOf(
      await post(azureUrl('/openai/v1/chat/completions'), { authorization: `Bearer ${azureKey()['api-key']}` }, ASK),
    );
    const missing = await post(
      azureUrl('/openai/deployments/nope/chat/completions?api-version=2024-10-21'),
      azureKey(),
      ASK,
    );
    assert.deepEqual([missing.status, errorOf(missing).code], [404, 'DeploymentNotFound']);
    const denied = await post(azureUrl(`${path}?api-version=2024-10-21`), { 'api-key': 'wrong' }, ASK);
    assert.deepEqual([denied.status, errorOf(denied).code], [401, '401']);
  });

  it('Azure’s stream begins with the prompt’s filter results and no choices, and filters stand in every body', async () => {
    const answer = await post(azureUrl('/openai/v1/chat/completions'), azureKey(), { ...ASK, stream: true });
    const { chunks, done } = chunksOf(answer);
    assert.ok(done);
    assert.deepEqual(chunks[0]?.choices, []);
    assert.ok(chunks[0]?.prompt_filter_results);
    const whole = await post(azureUrl('/openai/v1/chat/completions'), azureKey(), ASK);
    assert.match(whole.text, /"content_filter_results"/);
  });

  it('Foundry serves Claude at /anthropic by key or bearer, in two hostings, and other models at v1', async () => {
    const { clouds, credentials } = lab.endpoints;
    const claude = (model: string, headers: Record<string, string>) =>
      post(
        `${clouds.foundry}/anthropic/v1/messages`,
        { 'anthropic-version': '2023-06-01', ...headers },
        { model, max_tokens: 50, messages: user('hi') },
      );
    const hosted = await claude('claude-sonnet-4-5', { 'api-key': credentials.foundry_key });
    assert.equal(hosted.json['model'], 'claude-sonnet-4-5-20250929');
    assert.ok(
      hosted.headers.get('apim-request-id') && hosted.headers.get('request-id') && hosted.headers.get('x-ms-region'),
    );
    assert.equal(hosted.headers.get('anthropic-ratelimit-tokens-limit'), null);
    const onAzure = await claude('claude-haiku-4-5-azure', { 'x-api-key': credentials.foundry_key });
    assert.equal(onAzure.json['model'], 'claude-haiku-4-5', 'Azure’s hosting answers with the undated name');
    assert.equal(
      (await claude('claude-sonnet-4-5', { authorization: `Bearer ${credentials.foundry_key}` })).status,
      200,
    );
    assert.equal((await claude('claude-sonnet-4-5', { 'api-key': 'wrong' })).status, 401);
    const missing = await claude('claude-nope', { 'api-key': credentials.foundry_key });
    assert.deepEqual([missing.status, errorOf(missing).code], [404, 'DeploymentNotFound']);
    const other = await post(
      `${clouds.foundry}/openai/v1/chat/completions`,
      { 'api-key': credentials.foundry_key },
      { ...ASK, model: 'gpt-4o-mini' },
    );
    assert.equal(completionOf(other).model, 'gpt-4o-mini-2024-07-18');
    const wrongPath = await post(
      `${clouds.foundry}/openai/v1/chat/completions`,
      { 'api-key': credentials.foundry_key },
      { ...ASK, model: 'claude-sonnet-4-5' },
    );
    assert.deepEqual([wrongPath.status, errorOf(wrongPath).code], [404, 'api_not_supported']);
  });

  it('a vLLM-like server needs no key, ignores unknown parameters, and shows what its model thought', async () => {
    const url = `${lab.endpoints.clouds['openai-compatible']}/v1/chat/completions`;
    const model = 'deepseek-ai/DeepSeek-R1';
    const answer = completionOf(await post(url, {}, { ...ASK, model, top_k: 5, stop: ['1', '2', '3', '4', '5'] }));
    assert.match(answer.choices[0]?.message.reasoning_content ?? '', /^Simulated thinking/);
    const streamed = chunksOf(
      await post(url, {}, { ...ASK, model, stream: true, stream_options: { include_usage: true } }),
    );
    const thought = streamed.chunks.map((chunk) => chunk.choices[0]?.delta.reasoning_content ?? '').join('');
    assert.equal(thought, answer.choices[0]?.message.reasoning_content);
    assert.equal(streamed.chunks.at(-1)?.usage?.completion_tokens, answer.usage.completion_tokens);
    assert.equal((await post(url, { authorization: 'Bearer wrong' }, ASK)).status, 401);
    const missing = await post(url, {}, { ...ASK, model: 'nope' });
    assert.deepEqual(
      [missing.status, errorOf(missing).type, errorOf(missing).code as unknown],
      [404, 'NotFoundError', 404],
    );
  });
});
