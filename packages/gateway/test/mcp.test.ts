// The gateway as tools for agents: the protocol's frame answered as its specification says, a question metered and sealed
// like any call, and the descriptions that connectors read. The official client runs in conformance/mcp.test.ts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { failing, openaiError, whole, OPENAI_WHOLE } from './support/answers.ts';
import {
  deployment,
  digestFor,
  route,
  startLane,
  startUpstream,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';

type Any = Record<string, unknown>;

describe('MCP', () => {
  let upstream: Upstream;
  let lane: TestLane;
  before(async () => {
    upstream = await startUpstream();
    const endpoint = `http://127.0.0.1:${upstream.port}/v1`;
    lane = await startLane({
      deployments: [deployment('gpt', upstream.port, { cloud: 'openai', model: 'gpt-4.1', endpoint })],
      routes: [route('gpt', ['gpt'], { attempts: 1 }), route('other', ['gpt'], { attempts: 1 })],
    });
  });
  after(async () => {
    await lane.close();
    await upstream.close();
  });

  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${lane.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${lane.key.key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  async function rpc(method: string, params: object = {}, headers: Record<string, string> = {}): Promise<Any> {
    const response = await post({ jsonrpc: '2.0', id: 7, method, params }, headers);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    const said = (await response.json()) as Any;
    assert.deepEqual([said['jsonrpc'], said['id']], ['2.0', 7]);
    return said;
  }
  const ask = async (args: object): Promise<Any> =>
    (await rpc('tools/call', { name: 'ask', arguments: args }))['result'] as Any;

  test('goes on in the version that the client names, or offers its newest', async () => {
    for (const [asked, agreed] of [
      ['2025-06-18', '2025-06-18'],
      ['2024-11-05', '2024-11-05'],
      ['1999-01-01', '2025-11-25'],
    ] as const) {
      const { result } = await rpc('initialize', { protocolVersion: asked, capabilities: {}, clientInfo: {} });
      assert.equal((result as Any)['protocolVersion'], agreed);
      assert.deepEqual((result as Any)['capabilities'], { tools: { listChanged: false } });
    }
  });

  test('without a handshake says what it can when asked, and that its results are complete', async () => {
    const modern = { 'mcp-protocol-version': '2026-07-28' };
    const { result } = await rpc('server/discover', {}, modern);
    assert.equal((result as Any)['resultType'], 'complete');
    assert.ok(((result as Any)['supportedVersions'] as string[]).includes('2026-07-28'));
    const { result: list } = await rpc('tools/list', {}, modern);
    assert.deepEqual([(list as Any)['resultType'], (list as Any)['cacheScope']], ['complete', 'private']);
  });

  test('lists tools with schemas of single types, and the models of the key', async () => {
    const { result } = await rpc('tools/list');
    const tools = (result as { tools: { name: string; inputSchema: object }[] }).tools;
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['ask', 'list_models'],
    );
    assert.doesNotMatch(JSON.stringify(tools), /"\$ref"|"enum"|"anyOf"|"oneOf"|"type":\[/);
    const listed = (await rpc('tools/call', { name: 'list_models' }))['result'] as Any;
    assert.deepEqual(listed['structuredContent'], { models: ['gpt', 'other'] });
  });

  test('a question is a call: answered, metered, sealed, and its receipt names how it came', async () => {
    upstream.script(whole(OPENAI_WHOLE));
    const result = await ask({ question: 'How heavy?', model: 'gpt', instructions: 'Be brief', max_output_tokens: 9 });
    assert.deepEqual(result['content'], [{ type: 'text', text: 'Hello' }]);
    const sent = JSON.parse(upstream.requests.at(-1)?.body ?? '{}') as Any;
    assert.deepEqual(sent, {
      model: 'gpt-4.1',
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'How heavy?' },
      ],
      max_completion_tokens: 9,
    });
    const receipt = lane.sealer.receipts().at(-1);
    const told = result['structuredContent'] as Any;
    assert.equal(told['receipt'], receipt?.id);
    assert.deepEqual([told['answer'], told['deployment'], told['model']], ['Hello', 'gpt', 'gpt-4.1-2025-04-14']);
    assert.deepEqual(
      [receipt?.outcome, receipt?.asked.envelope, receipt?.usage?.tokens.output],
      ['completed', 'mcp', 5],
    );
    const asked = JSON.stringify({ ...sent, model: 'gpt' });
    assert.equal(receipt?.asked.request_digest, digestFor('ada', receipt?.id ?? '', 'request', asked));
  });

  test('an answer that was cut says so, to the model and to programs', async () => {
    upstream.script(whole(OPENAI_WHOLE.replace('"stop"', '"length"')));
    const result = await ask({ question: 'x', model: 'gpt', max_output_tokens: 1 });
    assert.equal((result['structuredContent'] as Any | undefined)?.['complete'], false, JSON.stringify(result));
    const [answer, note] = result['content'] as { text: string }[];
    assert.equal(answer?.text, 'Hello');
    assert.match(note?.text ?? '', /was cut/);
  });

  test('an answer without text is a failed tool, whatever the seller sent, and has its receipt', async () => {
    for (const message of ['{"role":"assistant","content":null}', 'null', '{"content":["x"]}']) {
      upstream.script(whole(OPENAI_WHOLE.replace(/"message":\{[^}]*\}/, `"message":${message}`)));
      const result = await ask({ question: 'x', model: 'gpt' });
      assert.equal(result['isError'], true);
      assert.match(JSON.stringify(result['content']), /holds no text \(receipt \w{26}\)/);
    }
  });

  test('a refusal is a result that says why, with the id of its receipt', async () => {
    upstream.script(failing(429, openaiError('rate_limit_error', 'Slow down')));
    const refused = await ask({ question: 'x', model: 'gpt' });
    const [{ text = '' } = {}] = refused['content'] as { text?: string }[];
    assert.equal(refused['isError'], true);
    assert.match(text, /Slow down.*UPSTREAM_RATE_LIMITED, receipt \w{26}/);
    assert.equal(lane.sealer.receipts().at(-1)?.outcome, 'error');
    const unknown = await ask({ question: 'x', model: 'nobody' });
    assert.match(JSON.stringify(unknown['content']), /MODEL_UNKNOWN/);
  });

  for (const [what, args, message] of [
    ['no question', { model: 'gpt' }, /`question` must be a text/],
    ['no model where there are several', { question: 'x' }, /`model` must be one of: gpt, other/],
    ['a ceiling that is no number', { question: 'x', model: 'gpt', max_output_tokens: 'many' }, /whole number/],
  ] as const) {
    test(`${what} is told to the model, and nothing is sent`, async () => {
      const before = upstream.requests.length;
      const result = await ask(args);
      assert.equal(result['isError'], true);
      assert.match(JSON.stringify(result['content']), message);
      assert.equal(upstream.requests.length, before);
    });
  }

  test('ids come back as they were', async () => {
    for (const id of ['', '__proto__', 'é\n', 0, -1, Number.MAX_SAFE_INTEGER]) {
      const said = (await (await post({ jsonrpc: '2.0', id, method: 'ping' })).json()) as Any;
      assert.deepEqual(said, { jsonrpc: '2.0', id, result: {} });
    }
    const answered = await post({ jsonrpc: '2.0', id: 3, result: {} });
    assert.equal(answered.status, 202);
  });

  test('a notification is taken and answered with nothing', async () => {
    const response = await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    assert.deepEqual([response.status, await response.text()], [202, '']);
  });

  for (const [what, body, status, code] of [
    ['no JSON', '{', 400, -32_700],
    ['a batch', [{ jsonrpc: '2.0', id: 1, method: 'ping' }], 400, -32_600],
    ['another protocol', { id: 1, method: 'ping' }, 400, -32_600],
    ['an id that is null', { jsonrpc: '2.0', id: null, method: 'ping' }, 400, -32_600],
    ['an id with a fraction', { jsonrpc: '2.0', id: 1.5, method: 'ping' }, 400, -32_600],
    ['an id that is a list', { jsonrpc: '2.0', id: [1], method: 'ping' }, 400, -32_600],
    ['an id as long as a book', { jsonrpc: '2.0', id: 'x'.repeat(600), method: 'ping' }, 400, -32_600],
    ['a method that is no text', { jsonrpc: '2.0', id: 1, method: 7 }, 400, -32_600],
    ['nothing at all', { jsonrpc: '2.0' }, 400, -32_600],
    ['an id and nothing else', { jsonrpc: '2.0', id: 1 }, 400, -32_600],
    ['parameters that are a list', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }, 400, -32_602],
    ['an unknown method', { jsonrpc: '2.0', id: 1, method: 'resources/list' }, 200, -32_601],
    ['an unknown tool', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } }, 200, -32_602],
  ] as const) {
    test(`${what} is the protocol's own error ${code}`, async () => {
      const response = await post(body);
      assert.equal(response.status, status);
      assert.equal(((await response.json()) as { error: { code: number } }).error.code, code);
    });
  }

  test('needs a key, a version that is spoken, POST and an origin that is allowed', async () => {
    const message = { jsonrpc: '2.0', id: 1, method: 'ping' };
    assert.equal((await post(message, { authorization: 'Bearer wb_no' })).status, 401);
    assert.equal((await post(message, { 'mcp-protocol-version': '1999-01-01' })).status, 400);
    assert.equal((await post(message, { origin: 'https://evil.example' })).status, 403);
    const listening = await fetch(`${lane.url}/mcp`, { headers: { authorization: `Bearer ${lane.key.key}` } });
    assert.deepEqual([listening.status, listening.headers.get('allow')], [405, 'POST']);
  });
});

describe('descriptions for connectors', () => {
  let lane: TestLane;
  before(async () => {
    lane = await startLane({ deployments: [], routes: [] });
  });
  after(() => lane.close());
  const get = async (name: string): Promise<Any> =>
    (await (await fetch(`${lane.url}/connectors/${name}`)).json()) as Any;

  test('MCP is one operation that is marked as such, under the host that was asked', async () => {
    const described = await get('mcp.json');
    assert.deepEqual([described['swagger'], described['host']], ['2.0', new URL(lane.url).host]);
    const { post } = (described['paths'] as { '/mcp': { post: Any } })['/mcp'];
    assert.equal(post['x-ms-agentic-protocol'], 'mcp-streamable-1.0');
  });

  test('plain operations are paths that are served, in both versions of OpenAPI', async () => {
    for (const name of ['openapi.json', 'openapi-3.json']) {
      const { paths } = (await get(name)) as { paths: Record<string, Record<string, { operationId: string }>> };
      for (const [path, operations] of Object.entries(paths)) {
        for (const [method, { operationId }] of Object.entries(operations)) {
          assert.match(operationId, /^[A-Z][A-Za-z]+$/);
          const answer = await fetch(lane.url + path, { method: method.toUpperCase() });
          assert.equal(answer.status, 401, `${method} ${path} asks for a key`);
        }
      }
    }
  });

  test('the manifest of a plugin names the tools as they are served, and no secret', async () => {
    const manifest = await get('plugin.json');
    const [runtime] = manifest['runtimes'] as { type: string; auth: Any; spec: { url: string } }[];
    assert.equal(runtime?.type, 'RemoteMCPServer');
    assert.equal(runtime.spec.url, `https://${new URL(lane.url).host}/mcp`);
    assert.deepEqual(runtime.auth, { type: 'ApiKeyPluginVault', reference_id: '${{APIKEY_REGISTRATION_ID}}' });
    for (const field of ['name_for_human', 'description_for_human']) assert.ok(String(manifest[field]).length <= 100);
  });

  test('another name is not found, and says what is there', async () => {
    const answer = await fetch(`${lane.url}/connectors/x`);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /\/connectors\/mcp\.json/);
  });
});
