// The Responses surface: bytes pass to a seller that speaks it, Claude answers it where none does, what is kept at the
// seller goes only where it may, and every failure is told as clients of the dialect read it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment, Route } from '../src/index.ts';
import {
  OPENAI_WHOLE,
  stream,
  whole,
  ANTHROPIC_EVENTS,
  anthropicDelta,
  ANTHROPIC_START,
  ANTHROPIC_BLOCK,
} from './support/answers.ts';
import { deployment, route, snapshot, startLane, type TestLane } from './support/fixture.ts';
import { Bench, TIMERS } from './support/lane-pair.ts';

type Any = Record<string, unknown>;
const bench = new Bench();

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'gpt-4.1-2025-04-14',
  service_tier: 'default',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 15,
  },
};
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const BEGUN = { ...RESPONSE, status: 'in_progress', output: [], usage: null };
const EVENTS: readonly string[] = [
  { type: 'response.created', response: BEGUN },
  { type: 'response.output_item.added', output_index: 0, item: { id: 'msg_1', type: 'message', content: [] } },
  { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '' } },
  { type: 'response.output_text.delta', ...at, delta: 'Hel', logprobs: [], obfuscation: 'xyz' },
  { type: 'response.output_text.delta', ...at, delta: 'lo', unknown_member: { kept: true } },
  { type: 'response.something.new', value: 1 },
  { type: 'response.completed', response: RESPONSE },
].map((event, index) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`);

interface Setup {
  readonly first?: Partial<Deployment>;
  readonly second?: Partial<Deployment>;
  readonly route?: Partial<Route>;
}

async function openaiLane({ first = {}, second = {}, route: over = {} }: Setup = {}): Promise<TestLane> {
  const { port } = bench.upstream;
  const openai = { cloud: 'openai' as const, model: 'gpt-4.1', endpoint: `http://127.0.0.1:${port}/v1` };
  return bench.use(
    await startLane({
      deployments: [
        deployment('first', port, { ...openai, ...first }),
        deployment('second', port, { ...openai, ...second }),
      ],
      routes: [route('m', ['first', 'second'], { attempts: 2, timers: TIMERS, ...over })],
    }),
  );
}

async function claudeLane(): Promise<TestLane> {
  const { port } = bench.upstream;
  const routes = [route('m', ['claude'], { attempts: 1, timers: TIMERS, max_output_tokens: 300 })];
  return bench.use(await startLane({ deployments: [deployment('claude', port)], routes }));
}

const ask = (lane: TestLane, body: Any, path = '/v1/responses'): Promise<Response> =>
  fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lane.key.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', ...(path === '/v1/responses' ? { input: 'hi' } : {}), ...body }),
  });

test('a seller that speaks Responses gets the body as it was sent but for the model, and its events come back byte for byte', async () => {
  const lane = await openaiLane();
  bench.upstream.script(stream(...EVENTS));
  const sent = { input: [{ role: 'user', content: 'hi' }], stream: true, zz_unknown: 12345678901234567890n.toString() };
  const response = await ask(lane, sent);
  assert.equal(await response.text(), EVENTS.join(''));
  const [request] = bench.upstream.requests.slice(-1);
  assert.equal(request?.url, '/v1/responses');
  assert.equal(request.body, JSON.stringify({ model: 'gpt-4.1', ...sent }));
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.asked.surface, 'openai-responses');
  assert.deepEqual(receipt.attempts[0]?.edits, ['model']);
  assert.deepEqual(receipt.usage?.tokens, { input: 6, cache_read: 4, output: 3, reasoning: 2 });
  assert.equal(receipt.usage.source, 'reported');
  assert.equal(receipt.outcome, 'completed');
});

test('a whole answer passes as it came', async () => {
  const lane = await openaiLane();
  bench.upstream.script(whole(JSON.stringify(RESPONSE)));
  assert.equal(await (await ask(lane, {})).text(), JSON.stringify(RESPONSE));
  assert.equal(lane.sealer.receipt().usage?.tokens.output, 3);
});

test('the ceiling of a route is sent in the field of the dialect', async () => {
  const lane = await openaiLane({ route: { max_output_tokens: 77 } });
  bench.upstream.script(whole(JSON.stringify(RESPONSE)));
  await (await ask(lane, {})).text();
  assert.equal(JSON.parse(bench.upstream.requests.at(-1)?.body ?? '').max_output_tokens, 77);
  assert.deepEqual(lane.sealer.receipt().attempts[0]?.edits, ['model', 'max_output_tokens']);
});

test('Claude answers a Responses call, with the ceiling of the route', async () => {
  const lane = await claudeLane();
  bench.upstream.script(stream(...ANTHROPIC_EVENTS));
  const text = await (await ask(lane, { stream: true, instructions: 'Be kind.' })).text();
  const types = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
  assert.deepEqual([types.at(0), types.at(-1)], ['response.created', 'response.completed']);
  const last = JSON.parse(/^data: (.*)$/m.exec(text.split('\n\n').at(-2) ?? '')?.[1] ?? '') as { response: Any };
  assert.equal(last.response['instructions'], 'Be kind.', 'a response repeats what was asked');
  assert.deepEqual((last.response['output'] as { content: Any[] }[])[0]?.content[0]?.['text'], 'Hello');
  const body = JSON.parse(bench.upstream.requests.at(-1)?.body ?? '') as Any;
  assert.deepEqual([body['max_tokens'], body['system']], [300, [{ type: 'text', text: 'Be kind.' }]]);
  assert.ok(lane.sealer.receipt().attempts[0]?.edits.includes('translated:openai-responses>anthropic-messages'));
});

for (const [path, messages] of [
  ['/v1/chat/completions', 'openai-chat'],
  ['/v1/messages', 'anthropic-messages'],
] as const) {
  test(`a client of ${messages} reaches a model that speaks Responses alone`, async () => {
    const lane = await openaiLane({ first: { dialect: 'openai-responses' } });
    bench.upstream.script(stream(...EVENTS));
    const body = { stream: true, max_tokens: 64, messages: [{ role: 'user', content: 'hi' }] };
    const text = await (await ask(lane, body, path)).text();
    const joined = [...text.matchAll(/"(?:text|content)":"([^"]*)"/g)].map((match) => match[1]).join('');
    assert.equal(joined, 'Hello');
    const sent = JSON.parse(bench.upstream.requests.at(-1)?.body ?? '') as Any;
    assert.deepEqual([sent['store'], sent['max_output_tokens'], 'messages' in sent], [false, 64, false]);
    assert.deepEqual(lane.sealer.receipt().usage?.tokens, { input: 6, cache_read: 4, output: 3, reasoning: 2 });
  });
}

test('where nothing may be kept, `store: false` is sent and named in the receipt', async () => {
  const lane = await openaiLane({ first: { stored_content: 'refuse' } });
  bench.upstream.script(whole(JSON.stringify(RESPONSE)));
  await (await ask(lane, {})).text();
  assert.equal(JSON.parse(bench.upstream.requests.at(-1)?.body ?? '').store, false);
  assert.deepEqual(lane.sealer.receipt().attempts[0]?.edits, ['model', 'store']);
});

test('a policy of the key that keeps content from being stored holds on every surface, whatever the deployment allows', async () => {
  const lane = await openaiLane();
  const { record } = lane.key;
  const policy = { ...record.policy, stored_content: 'refuse' as const };
  const { port } = bench.upstream;
  const openai = { cloud: 'openai' as const, model: 'gpt-4.1', endpoint: `http://127.0.0.1:${port}/v1` };
  lane.lane.swap(
    snapshot({
      deployments: [deployment('first', port, openai)],
      routes: [route('m', ['first'])],
      keys: [{ ...record, policy }],
    }),
  );
  const before = bench.upstream.requests.length;
  const messages = { messages: [{ role: 'user', content: 'hi' }] };
  for (const [path, body] of [
    ['/v1/responses', { store: true }],
    ['/v1/responses', { conversation: 'conv_1' }],
    ['/v1/chat/completions', { ...messages, store: true }],
    ['/openai/deployments/m/chat/completions', { ...messages, store: true }],
  ] as const) {
    const response = await ask(lane, body, path);
    assert.equal(response.status, 400, path);
    assert.match(await response.text(), /the policy of the key does not allow/);
  }
  assert.equal(bench.upstream.requests.length, before, 'nothing was sent');
  bench.upstream.script(whole(JSON.stringify(RESPONSE)), whole(OPENAI_WHOLE));
  assert.equal((await ask(lane, {})).status, 200);
  assert.equal((await ask(lane, messages, '/v1/chat/completions')).status, 200);
  assert.deepEqual(
    bench.upstream.requests.slice(-2).map(({ body }) => (JSON.parse(body) as Any)['store']),
    [false, false],
  );
});

test('a call that goes on from a kept response goes to the deployment that may keep it', async () => {
  const lane = await openaiLane({ first: { stored_content: 'refuse' } });
  bench.upstream.script(whole(JSON.stringify(RESPONSE)));
  const response = await ask(lane, { previous_response_id: 'resp_0' });
  assert.equal(response.status, 200);
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.served?.deployment, 'second');
  assert.match(JSON.stringify(lane.sealer.entries), /stored_state/, 'and the decision says why');
});

test('where no deployment may keep anything, it is refused with what to send instead', async () => {
  const none = { stored_content: 'refuse' } as const;
  const lane = await openaiLane({ first: none, second: none });
  const before = bench.upstream.requests.length;
  for (const body of [
    { previous_response_id: 'resp_0' },
    { store: true },
    { conversation: 'conv_1' },
    { background: true },
  ]) {
    const response = await ask(lane, body);
    const { error } = (await response.json()) as { error: Any };
    assert.deepEqual([response.status, error['code']], [400, 'feature_unsupported'], JSON.stringify(body));
    assert.match(String(error['message']), /send the whole input each time/);
  }
  assert.equal(bench.upstream.requests.length, before, 'nothing was sent');
});

test('a response that is kept elsewhere cannot be fetched here, and the error says where it can', async () => {
  const lane = await openaiLane();
  for (const [method, path] of [
    ['GET', '/v1/responses/resp_1'],
    ['DELETE', '/v1/responses/resp_1'],
    ['POST', '/v1/responses/compact'],
  ] as const) {
    const response = await fetch(`${lane.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${lane.key.key}` },
    });
    const { error } = (await response.json()) as { error: Any };
    assert.deepEqual([response.status, error['code']], [501, 'not_implemented'], path);
    assert.match(String(error['message']), /store: false/);
  }
  assert.equal((await fetch(`${lane.url}/v1/responses`)).status, 405);
});

test('an error after content is an event of the dialect that goes on counting, from a seller of either dialect', async () => {
  const failed = `event: error\ndata: ${JSON.stringify({ type: 'error', sequence_number: 5, error: { type: 'server_error', code: 'server_error', message: 'Gone wrong', param: null } })}\n\n`;
  const own = await openaiLane();
  bench.upstream.script(stream(...EVENTS.slice(0, 5), failed));
  const told = lastEvent(await (await ask(own, { stream: true })).text());
  assert.deepEqual([told.event, told.data['type'], told.data['message']], ['error', 'error', 'Gone wrong']);
  assert.equal(told.data['code'], 'server_error');
  assert.equal(told.data['sequence_number'], 6);
  await own.close();
  const claude = await claudeLane();
  const overloaded =
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
  bench.upstream.script(stream(ANTHROPIC_START, ANTHROPIC_BLOCK, anthropicDelta('Hel'), overloaded));
  const translated = lastEvent(await (await ask(claude, { stream: true })).text());
  assert.deepEqual([translated.event, translated.data['sequence_number']], ['error', 5]);
});

function lastEvent(text: string): { readonly event: string; readonly data: Any } {
  const last = text.split('\n\n').at(-2) ?? '';
  const data = JSON.parse(/^data: (.*)$/m.exec(last)?.[1] ?? '{}') as Any;
  return { event: /^event: (.*)$/m.exec(last)?.[1] ?? '', data };
}

test('an answer that failed before its content is mended elsewhere; one that broke off is billed and told', async () => {
  const lane = await openaiLane();
  const failed = `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', response: { ...BEGUN, status: 'failed', error: { code: 'server_error', message: 'no' } } })}\n\n`;
  bench.upstream.script(stream(EVENTS[0] ?? '', failed), stream(...EVENTS));
  assert.equal(await (await ask(lane, { stream: true })).text(), EVENTS.join(''));
  assert.equal(lane.sealer.receipt().attempts.length, 2);
});

test('a Responses stream that ends without its last response is cut, and says so', async () => {
  const lane = await openaiLane();
  bench.upstream.script(stream(...EVENTS.slice(0, 5)));
  const told = lastEvent(await (await ask(lane, { stream: true })).text());
  assert.equal(told.data['code'], 'upstream_cut');
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.outcome, 'cut');
  assert.equal(receipt.usage?.source, 'estimated');
});
