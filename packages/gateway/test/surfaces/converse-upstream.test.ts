// Converse on both sides, and on the far side alone: what may leave and come back byte for byte does, what is edited is
// named, and a failure in Amazon's words is understood wherever it stands.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { encodeEventStreamMessage } from '@weighbridge/dialects';
import {
  deployment,
  digestFor,
  route,
  startLane,
  startUpstream,
  type Script,
  type TestLane,
  type Upstream,
} from '../support/fixture.ts';
import { whole } from '../support/answers.ts';
import { messagesOf } from './stand.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'us.amazon.nova-2-lite-v1:0';
const ANSWER =
  '{"metrics":{"latencyMs":12}, "output":{"message":{"content":[{"text":"Hello"}],"role":"assistant"}},"stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":5,"totalTokens":15},"news":12345678901234567890}';

const event = (type: string, payload: object): Buffer =>
  encodeEventStreamMessage(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    Buffer.from(JSON.stringify(payload)),
  );
const exception = (type: string): Buffer =>
  encodeEventStreamMessage(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    Buffer.from('{"message":"Too many tokens, please wait."}'),
  );
const START = event('messageStart', { role: 'assistant', p: 'abc' });
const DELTA = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hello' }, p: 'abcdef' });
const NEWS = event('somethingNew', { a: 1 });
const ENDING = [
  event('contentBlockStop', { contentBlockIndex: 0, p: 'a' }),
  event('messageStop', { stopReason: 'end_turn', p: 'ab' }),
  event('metadata', {
    metrics: { latencyMs: 9 },
    serviceTier: { type: 'flex' },
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15, cacheReadInputTokens: 0 },
  }),
];
const frames =
  (...events: readonly Buffer[]): Script =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'aws-1' });
    response.end(Buffer.concat(events));
  };
const refusing =
  (status: number, type: string): Script =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': `${type}:http://x/` });
    response.end('{"message":"Nothing of the sort."}');
  };

describe('Converse behind the gateway', () => {
  let upstream: Upstream;
  let lane: TestLane;
  before(async () => {
    upstream = await startUpstream();
    lane = await startLane(
      {
        deployments: [
          deployment('claude', upstream.port, { cloud: 'bedrock', model: CLAUDE }),
          deployment('nova', upstream.port, { cloud: 'bedrock', model: NOVA, tier: 'flex' }),
          deployment('other', upstream.port, { cloud: 'bedrock', model: 'openai.gpt-oss-120b-1:0' }),
        ],
        routes: [
          route('claude', ['claude'], { attempts: 1 }),
          route('nova', ['nova', 'other'], { attempts: 2 }),
          route('short', ['other'], { attempts: 1, max_output_tokens: 100 }),
        ],
      },
      { credentials: { current: () => ({ kind: 'bearer', token: 'vendor-token' }) } },
    );
  });
  after(async () => {
    await lane.close();
    await upstream.close();
  });

  const post = (path: string, body: string | object): Promise<Response> =>
    fetch(`${lane.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lane.key.key}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const receipt = () => lane.sealer.receipts().at(-1);
  const sent = () => upstream.requests.at(-1);
  const ASKED =
    '{ "messages":[{"role":"user","content":[{"text":"h\\u00e9"}]}], "guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"},"big":12345678901234567890}';

  test('a request of Converse leaves byte for byte, and the answer comes back so; the digests are of those bytes', async () => {
    upstream.script(whole(ANSWER, { 'x-amzn-requestid': 'aws-1' }));
    const response = await post('/model/claude/converse', ASKED);
    assert.equal(await response.text(), ANSWER);
    assert.equal(sent()?.body, ASKED);
    assert.equal(sent()?.url, `/model/${encodeURIComponent(CLAUDE)}/converse`);
    const sealed = receipt();
    assert.deepEqual(sealed?.attempts[0]?.edits, []);
    assert.deepEqual([sealed?.asked.surface, sealed?.asked.envelope], ['bedrock-converse', 'bedrock-converse']);
    assert.equal(sealed?.asked.request_digest, digestFor('ada', sealed.id, 'request', ASKED));
    assert.equal(sealed?.response_digest, digestFor('ada', sealed.id, 'response', ANSWER));
    assert.deepEqual([sealed?.usage?.tokens.input, sealed?.usage?.tokens.output], [10, 5]);
  });

  test('a stream comes back byte for byte, events that nobody here knows among them', async () => {
    const events = [START, DELTA, NEWS, ...ENDING];
    upstream.script(frames(...events));
    const response = await post('/model/claude/converse-stream', ASKED);
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(response.headers.get('content-type'), 'application/vnd.amazon.eventstream');
    assert.ok(bytes.equals(Buffer.concat(events)));
    assert.equal(messagesOf(bytes).length, events.length);
    assert.equal(receipt()?.outcome, 'completed');
    assert.equal(sent()?.url, `/model/${encodeURIComponent(CLAUDE)}/converse-stream`);
  });

  test('what stood whole before a broken message of the same chunk reaches the client, who is told that it broke', async () => {
    const broken = Buffer.from(NEWS);
    broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
    upstream.script(frames(START, DELTA, broken, ...ENDING));
    const response = await post('/v1/messages', {
      model: 'nova',
      max_tokens: 9,
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    });
    const text = await response.text();
    assert.match(text, /"text":"Hello"/);
    assert.match(text, /UPSTREAM_MALFORMED/);
    assert.ok(!text.includes('message_stop'));
    assert.equal(receipt()?.outcome, 'cut');
    assert.equal(receipt()?.attempts.length, 1);
  });

  test('a model of another maker serves Chat, Messages and Responses, streamed and whole', async () => {
    const asks: readonly (readonly [string, object, RegExp])[] = [
      ['/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }] }, /"content":"Hello"/],
      ['/v1/messages', { max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }, /"text":"Hello"/],
      ['/v1/responses', { input: 'x' }, /"(?:text|delta)":"Hello"/],
    ];
    for (const [path, body, said] of asks) {
      for (const stream of [false, true]) {
        upstream.script(stream ? frames(START, DELTA, ...ENDING) : whole(ANSWER.replace(/,"news":\d+/, '')));
        const response = await post(path, { ...body, model: 'nova', stream });
        assert.equal(response.status, 200);
        assert.match(await response.text(), said);
        const { messages, serviceTier } = JSON.parse(sent()?.body ?? '{}') as Record<string, unknown>;
        assert.deepEqual([messages, serviceTier], [[{ role: 'user', content: [{ text: 'x' }] }], { type: 'flex' }]);
        const edits: readonly string[] = receipt()?.attempts[0]?.edits ?? [];
        assert.ok(edits.some((edit) => edit.endsWith('>bedrock-converse')) && edits.includes('serviceTier'));
      }
    }
    assert.equal(receipt()?.served?.tier, 'flex');
    assert.equal(receipt()?.served?.evidence['body.latency_ms'], '9');
  });

  test('the ceiling of a route stands in the configuration of inference, beside what was there', async () => {
    upstream.script(whole(ANSWER));
    await post('/model/short/converse', { messages: [], inferenceConfig: { temperature: 0.5 } });
    const { inferenceConfig } = JSON.parse(sent()?.body ?? '{}') as Record<string, unknown>;
    assert.deepEqual(inferenceConfig, { temperature: 0.5, maxTokens: 100 });
    assert.deepEqual(receipt()?.attempts[0]?.edits, ['inferenceConfig']);
  });

  test('betas in the own fields of Claude are judged by the list of the deployment, and what is held back is named', async () => {
    upstream.script(whole(ANSWER));
    const asked = {
      additionalModelRequestFields: { top_k: 5, anthropic_beta: ['fast-mode-2026-02-01'] },
      messages: [],
    };
    const response = await post('/model/claude/converse', asked);
    const body = JSON.parse(sent()?.body ?? '{}') as Record<string, unknown>;
    assert.deepEqual(body['additionalModelRequestFields'], { top_k: 5 });
    assert.equal(response.headers.get('weighbridge-withheld'), 'anthropic-beta: fast-mode-2026-02-01');
  });

  test('optimised latency is refused: it has a price of its own', async () => {
    const before = upstream.requests.length;
    const response = await post('/model/claude/converse', {
      messages: [],
      performanceConfig: { latency: 'optimized' },
    });
    assert.equal(response.status, 400);
    assert.match(((await response.json()) as { message: string }).message, /optimised latency/);
    assert.equal(upstream.requests.length, before);
  });

  test('an exception before the first content goes to the next deployment, in a stream or as an answer', async () => {
    for (const first of [frames(START, exception('throttlingException')), refusing(429, 'ThrottlingException')]) {
      upstream.script(first, frames(START, DELTA, ...ENDING));
      const response = await post('/v1/chat/completions', {
        model: 'nova',
        stream: true,
        messages: [{ role: 'user', content: 'x' }],
      });
      assert.match(await response.text(), /"content":"Hello"[\s\S]*\[DONE\]/);
      const attempts = receipt()?.attempts ?? [];
      assert.deepEqual(
        attempts.map(({ error, fault }) => [error, fault]),
        [
          ['UPSTREAM_RATE_LIMITED', 'rate_limit'],
          [undefined, undefined],
        ],
      );
    }
  });

  const broken: readonly (readonly [string, Script, string])[] = [
    ['an exception of the model', frames(START, DELTA, exception('modelStreamErrorException')), 'UPSTREAM_ERROR'],
    ['an end without usage', frames(START, DELTA, ...ENDING.slice(0, 2)), 'UPSTREAM_CUT'],
  ];
  for (const [what, script, code] of broken) {
    test(`${what} after the first content ends the stream with an exception, and is metered as cut`, async () => {
      upstream.script(script);
      const bytes = Buffer.from(await (await post('/model/claude/converse-stream', ASKED)).arrayBuffer());
      const last = messagesOf(bytes).at(-1);
      assert.equal(last?.headers[':message-type'], 'exception');
      assert.deepEqual([receipt()?.outcome, receipt()?.attempts[0]?.error], ['cut', code]);
      assert.equal(receipt()?.usage?.source, 'estimated');
    });
  }

  test('a refusal in Amazon’s words reaches a client of Amazon’s as it was said, and a client of Chat in its own form', async () => {
    upstream.script(refusing(400, 'ValidationException'));
    const own = await post('/model/claude/converse', ASKED);
    assert.deepEqual([own.status, own.headers.get('x-amzn-errortype')], [400, 'ValidationException']);
    assert.equal(((await own.json()) as { message: string }).message, 'Nothing of the sort.');
    const chat = await post('/v1/chat/completions', { model: 'nova', messages: [{ role: 'user', content: 'x' }] });
    const { error } = (await chat.json()) as { error: { type: string; message: string } };
    assert.deepEqual([chat.status, error.type, error.message], [400, 'invalid_request_error', 'Nothing of the sort.']);
  });
});
