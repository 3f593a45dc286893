// Amazon's own path: Invoke with the model in it, answers in its framing, failures as its exceptions.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEventStreamMessage } from '@weighbridge/dialects';
import {
  ANTHROPIC_BLOCK,
  ANTHROPIC_EVENTS,
  ANTHROPIC_PING,
  ANTHROPIC_START,
  ANTHROPIC_WHOLE,
  OPENAI_STREAM,
  anthropicDelta,
  anthropicError,
  cutAfter,
  failing,
  stream,
  whole,
} from '../support/answers.ts';
import type { Script } from '../support/fixture.ts';
import { PROFILE, bytesOf, messagesOf, openSurfaces, payloadOf } from './stand.ts';

const stand = openSurfaces();

const BODY =
  '{ "anthropic_version":"bedrock-2023-05-31",  "max_tokens" : 64, "anthropic_beta":["context-1m-2025-08-07"],' +
  ' "messages":[{"role":"user","content":"h\\u00e9"}], "unknown_field": {"n":1.0} }';
const invoke = (model: string, action = 'invoke'): string => `/model/${encodeURIComponent(model)}/${action}`;
const STREAM = 'invoke-with-response-stream';
const dataOf = (event: string): string => /^data: (.*)$/m.exec(event)?.[1] ?? '';

interface AwsBody {
  readonly message: string;
  readonly weighbridge: { readonly code: string; readonly request_id: string };
}
const told = async (response: Response): Promise<AwsBody> => (await response.json()) as AwsBody;

describe('Invoke', () => {
  test('a body that goes back to Amazon leaves byte for byte, unknown fields and spaces included', async () => {
    stand.upstream.script(whole(ANTHROPIC_WHOLE));
    const response = await stand.post(invoke('on-bedrock'), BODY);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), ANTHROPIC_WHOLE);
    const sent = stand.upstream.requests.at(-1);
    assert.equal(sent?.body, BODY);
    assert.equal(sent?.url, `/model/${encodeURIComponent(PROFILE)}/invoke`);
    const receipt = stand.lane.sealer.receipts().at(-1);
    assert.deepEqual(receipt?.attempts[0]?.edits, []);
    assert.equal(receipt?.asked.envelope, 'bedrock-invoke');
    assert.equal(receipt?.asked.surface, 'anthropic-messages');
    assert.equal(receipt?.asked.alias, 'on-bedrock');
    assert.equal(response.headers.get('x-amzn-requestid'), receipt?.id);
  });

  test("a name in Amazon's spelling leads to the route of the plain name, and elsewhere goes as that dialect", async () => {
    stand.upstream.script(whole(ANTHROPIC_WHOLE));
    const response = await stand.post(invoke(PROFILE), BODY);
    assert.equal(response.status, 200, await response.text());
    const sent = stand.upstream.requests.at(-1);
    assert.equal(sent?.url, '/v1/messages');
    assert.equal(sent?.headers['anthropic-beta'], 'context-1m-2025-08-07');
    const body = JSON.parse(sent?.body ?? '{}') as Record<string, unknown>;
    assert.equal(body['model'], 'claude-sonnet-4-5-20250929');
    assert.equal('anthropic_version' in body || 'anthropic_beta' in body, false);
    assert.deepEqual(body['unknown_field'], { n: 1 });
    const receipt = stand.lane.sealer.receipts().at(-1);
    assert.equal(receipt?.asked.alias, PROFILE);
    assert.deepEqual(receipt?.attempts[0]?.edits, ['model', '-anthropic_version', '-anthropic_beta']);
  });

  test('a version that this path does not speak is refused by name', async () => {
    const response = await stand.post(invoke('on-bedrock'), { anthropic_version: 'vertex-2023-10-16', messages: [] });
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('x-amzn-errortype'), 'ValidationException');
    assert.match((await told(response)).message, /"anthropic_version" must be "bedrock-2023-05-31"/);
  });

  test('betas that are no list of texts are refused', async () => {
    const response = await stand.post(invoke('on-bedrock'), { anthropic_beta: 'x', messages: [] });
    assert.equal(response.status, 400);
    assert.match((await told(response)).message, /"anthropic_beta" must be a list/);
  });

  test("tokens are counted, asked and answered in Amazon's words", async () => {
    stand.upstream.script(whole('{"input_tokens":12}'));
    const inner = Buffer.from(BODY).toString('base64');
    const response = await stand.post(invoke(PROFILE, 'count-tokens'), { input: { invokeModel: { body: inner } } });
    assert.equal(await response.text(), '{"inputTokens":12}');
    assert.equal(stand.upstream.requests.at(-1)?.url, '/v1/messages/count_tokens');
    const wrong = await stand.post(invoke(PROFILE, 'count-tokens'), { input: {} });
    assert.equal(wrong.status, 400);
    assert.match((await told(wrong)).message, /in base64/);
  });
});

describe('InvokeWithResponseStream', () => {
  test('each event of another cloud arrives as one chunk, its payload byte for byte', async () => {
    stand.upstream.script(stream(': a comment\n\n', ...ANTHROPIC_EVENTS));
    const response = await stand.post(invoke(PROFILE, STREAM), BODY);
    assert.equal(response.headers.get('content-type'), 'application/vnd.amazon.eventstream');
    const messages = messagesOf(await bytesOf(response));
    assert.deepEqual(messages.map(payloadOf), ANTHROPIC_EVENTS.map(dataOf));
    for (const { headers } of messages) assert.equal(headers[':event-type'], 'chunk');
    assert.equal(JSON.parse(stand.upstream.requests.at(-1)?.body ?? '{}').stream, true);
    assert.equal(stand.lane.sealer.receipts().at(-1)?.usage?.tokens.output, 5);
  });

  test("Amazon's own chunks pass with their payloads untouched", async () => {
    stand.upstream.script(amazon(ANTHROPIC_EVENTS.filter((event) => event !== ANTHROPIC_PING).map(dataOf)));
    const messages = messagesOf(await bytesOf(await stand.post(invoke('on-bedrock', STREAM), BODY)));
    assert.deepEqual(messages.map(payloadOf), ANTHROPIC_EVENTS.filter((event) => event !== ANTHROPIC_PING).map(dataOf));
    assert.equal(stand.upstream.requests.at(-1)?.body, BODY);
  });

  // gateway.md §3, 33: a second message_start breaks the clients.
  test('an answer of the Chat dialect has one message_start and one message_stop', async () => {
    stand.upstream.script(stream(...OPENAI_STREAM.split(/(?<=\n\n)/)));
    const body = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 64,
      messages: [{ role: 'user', content: 'hi' }],
    };
    const messages = messagesOf(await bytesOf(await stand.post(invoke('gpt', STREAM), body)));
    const types = messages.map((message) => (JSON.parse(payloadOf(message)) as { type: string }).type);
    assert.equal(types.filter((type) => type === 'message_start').length, 1);
    assert.equal(types.at(-1), 'message_stop');
    assert.equal(types.filter((type) => type === 'message_stop').length, 1);
  });

  test('a stream that breaks off ends with an exception event and no message_stop', async () => {
    stand.upstream.script(cutAfter(ANTHROPIC_START, ANTHROPIC_BLOCK, anthropicDelta('Hel')));
    const messages = messagesOf(await bytesOf(await stand.post(invoke(PROFILE, STREAM), BODY)));
    const last = messages.at(-1);
    assert.equal(last?.headers[':message-type'], 'exception');
    assert.equal(last?.headers[':exception-type'], 'modelStreamErrorException');
    const said = JSON.parse(last?.payload.toString('utf8') ?? '{}') as AwsBody;
    assert.equal(said.weighbridge.code, 'UPSTREAM_CUT');
    assert.ok(!messages.slice(0, -1).map(payloadOf).join('').includes('message_stop'));
  });

  // gateway.md §3, 34: what we frame must satisfy its own checksums, however the upstream cut it.
  test("a frame of Amazon's with a wrong checksum is told as a failure, never passed on", async () => {
    stand.upstream.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
      const bytes = chunk(dataOf(ANTHROPIC_START));
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      response.end(bytes);
    });
    const response = await stand.post(invoke('on-bedrock', STREAM), BODY);
    assert.equal(response.status, 502);
    assert.equal(response.headers.get('x-amzn-errortype'), 'ModelErrorException');
    assert.equal((await told(response)).weighbridge.code, 'UPSTREAM_MALFORMED');
  });
});

describe('failures as exceptions', () => {
  const cases = [
    ['no key', {}, 403, 'MissingAuthenticationTokenException', 'KEY_MISSING'],
    ['a wrong key', { authorization: 'Bearer nonsense' }, 403, 'UnrecognizedClientException', 'KEY_INVALID'],
  ] as const;
  for (const [what, headers, status, type, code] of cases) {
    test(`${what} is a ${type}`, async () => {
      const response = await fetch(`${stand.lane.url}${invoke('on-bedrock')}`, { method: 'POST', headers, body: BODY });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('x-amzn-errortype'), type);
      assert.equal((await told(response)).weighbridge.code, code);
    });
  }

  test('an unknown model is a ResourceNotFoundException', async () => {
    const response = await stand.post(invoke('nobody'), BODY);
    assert.equal(response.status, 404);
    assert.equal(response.headers.get('x-amzn-errortype'), 'ResourceNotFoundException');
  });

  test('what the seller says of the request is told in its words', async () => {
    stand.upstream.script(failing(400, anthropicError('invalid_request_error', 'max_tokens: must be at least 1')));
    const response = await stand.post(invoke(PROFILE), BODY);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('x-amzn-errortype'), 'ValidationException');
    assert.equal((await told(response)).message, 'max_tokens: must be at least 1');
  });

  test('an overloaded model is a ServiceUnavailableException that may be tried again', async () => {
    stand.upstream.script(failing(529, anthropicError('overloaded_error', 'Overloaded')));
    const response = await stand.post(invoke(PROFILE), BODY);
    assert.equal(response.headers.get('x-should-retry'), 'true');
    assert.equal(response.status >= 500, true);
    await response.arrayBuffer();
  });

  test('another method is told with the one that is served', async () => {
    const response = await fetch(`${stand.lane.url}${invoke('on-bedrock')}`);
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'POST');
    assert.equal(response.headers.get('x-amzn-errortype'), 'UnknownOperationException');
    await response.arrayBuffer();
  });
});

describe('what a client of Amazon asks before it calls', () => {
  const get = (path: string): Promise<Response> =>
    fetch(`${stand.lane.url}${path}`, { headers: { authorization: `Bearer ${stand.lane.key.key}` } });

  test('profiles are the routes of its key, and name no account', async () => {
    const response = await get('/inference-profiles?type=SYSTEM_DEFINED');
    const { inferenceProfileSummaries: listed } = (await response.json()) as {
      readonly inferenceProfileSummaries: readonly {
        readonly inferenceProfileId: string;
        readonly inferenceProfileArn: string;
      }[];
    };
    assert.deepEqual(
      listed.map((profile) => profile.inferenceProfileId),
      ['claude-sonnet-4-5', 'gpt', 'on-bedrock', 'on-vertex'],
    );
    for (const { inferenceProfileArn } of listed) assert.match(inferenceProfileArn, /^arn:aws:bedrock:::/);
  });

  test("one profile, by Amazon's name for it", async () => {
    const response = await get(`/inference-profiles/${encodeURIComponent(PROFILE)}`);
    assert.equal(((await response.json()) as { inferenceProfileId: string }).inferenceProfileId, PROFILE);
    const unknown = await get('/inference-profiles/nobody');
    assert.equal(unknown.status, 404);
    assert.equal(unknown.headers.get('x-amzn-errortype'), 'ResourceNotFoundException');
    await unknown.arrayBuffer();
  });

  test('foundation models are listed, for reading only and only with a key', async () => {
    const response = await get('/foundation-models');
    assert.equal(((await response.json()) as { modelSummaries: readonly unknown[] }).modelSummaries.length, 4);
    const bare = await fetch(`${stand.lane.url}/foundation-models`);
    assert.equal(bare.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
    const posted = await stand.post('/foundation-models', {});
    assert.equal(posted.status, 405);
    await Promise.all([bare.arrayBuffer(), posted.arrayBuffer()]);
  });
});

const chunk = (payload: string): Buffer =>
  encodeEventStreamMessage(
    { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
    Buffer.from(JSON.stringify({ bytes: Buffer.from(payload).toString('base64'), p: 'abc' })),
  );

const amazon =
  (payloads: readonly string[]): Script =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'r-1' });
    for (const payload of payloads) response.write(chunk(payload));
    response.end();
  };
