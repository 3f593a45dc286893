// What may come in: hostile and malformed HTTP on raw sockets, hosts, origins, keys, bounds. Whatever is turned away is
// told why, in the dialect of its path, and never leaves the rest of its bytes to be read as another request.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { LIMITS, type AppError } from '@weighbridge/kernel';
import { ANTHROPIC_WHOLE, whole } from './support/answers.ts';
import {
  deployment,
  route,
  snapshot,
  startLane,
  startUpstream,
  testKey,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';

let upstream: Upstream;
let lane: TestLane;
const revoked = testKey({ revoked: true }, 21);
const expired = testKey({ expires: 1_000 }, 22);

const config = (): Parameters<typeof startLane>[0] => ({
  deployments: [deployment('claude', upstream.port)],
  routes: [route('m', ['claude'], { aliases: ['claude-*'] }), route('other', ['claude'])],
  hosts: ['gateway.example', 'lan.example:8080'],
  origins: ['https://console.example'],
  requestBytes: 4096,
});

before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
  const own = testKey();
  lane = await startLane({ ...config(), keys: [own.record, revoked.record, expired.record] });
});
after(async () => {
  await lane.close();
  await upstream.close();
});

/** Sends bytes as they are and reads until the peer closes or an answer is complete. */
function raw(
  text: string,
  port = lane.port,
): Promise<{ status: number; text: string; closed: boolean; answers: number }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let got = '';
    let quiet: NodeJS.Timeout | null = null;
    const done = (closed: boolean): void => {
      if (quiet !== null) clearTimeout(quiet);
      socket.destroy();
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(got)?.[1] ?? 0);
      resolve({ status, text: got, closed, answers: got.split('HTTP/1.1 ').length - 1 });
    };
    socket.on('connect', () => socket.write(text));
    socket.on('data', (bytes) => {
      got += bytes.toString('latin1');
      if (quiet !== null) clearTimeout(quiet);
      quiet = setTimeout(() => done(false), 150);
    });
    socket.on('close', () => done(true));
    socket.on('error', reject);
  });
}

const BODY = JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] });
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n';

const host = (): string => `host: 127.0.0.1:${lane.port}\r\n`;
const key = (): string => `x-api-key: ${lane.key.key}\r\n`;
const length = `content-length: ${BODY.length}\r\n`;

/** Requests that two parsers could read differently. All must be refused with the connection closed. */
const SMUGGLING: readonly (readonly [string, () => string, number])[] = [
  ['two Host headers', () => `POST /v1/messages HTTP/1.1\r\n${host()}${host()}${key()}${length}\r\n${BODY}`, 421],
  [
    'an absolute-form target',
    () => `POST http://evil.example/v1/messages HTTP/1.1\r\n${host()}${key()}${length}\r\n${BODY}`,
    421,
  ],
  [
    'both lengths',
    () =>
      `POST /v1/messages HTTP/1.1\r\n${host()}${key()}${length}transfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  ['two content-lengths', () => `POST /v1/messages HTTP/1.1\r\n${host()}${key()}${length}${length}\r\n${BODY}`, 400],
  [
    'a signed content-length',
    () => `POST /v1/messages HTTP/1.1\r\n${host()}${key()}content-length: +5\r\n\r\nhello`,
    400,
  ],
  [
    'an unknown transfer-encoding',
    () => `POST /v1/messages HTTP/1.1\r\n${host()}${key()}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'a space before the colon',
    () => `POST /v1/messages HTTP/1.1\r\nhost : 127.0.0.1:${lane.port}\r\n${key()}${length}\r\n${BODY}`,
    400,
  ],
  [
    'a folded header',
    () => `POST /v1/messages HTTP/1.1\r\n${host()}${key()}x-a: b\r\n c: d\r\n${length}\r\n${BODY}`,
    400,
  ],
  ['a bare LF', () => `POST /v1/messages HTTP/1.1\n${host()}${key()}${length}\r\n${BODY}`, 400],
  [
    'a GET with a body',
    () => `GET /v1/models HTTP/1.1\r\n${host()}${key()}content-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    400,
  ],
  [
    'a GET with chunks',
    () => `GET /v1/models HTTP/1.1\r\n${host()}${key()}transfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  ...['gzip, chunked', 'chunked, chunked', 'chunked;q=1', 'chunked\r\ntransfer-encoding: identity'].map(
    (coding) =>
      [
        `the transfer-encoding ${JSON.stringify(coding)}`,
        () => `POST /v1/messages HTTP/1.1\r\n${host()}${key()}transfer-encoding: ${coding}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
        400,
      ] as const,
  ),
  ['an unknown expectation', () => `GET /healthz HTTP/1.1\r\n${host()}expect: 200-foo\r\n\r\n`, 400],
  ['a tunnel', () => `CONNECT evil.example:443 HTTP/1.1\r\n${host()}\r\n`, 405],
  ['no Host', () => `POST /v1/messages HTTP/1.1\r\n${key()}${length}\r\n${BODY}`, 421],
  ['no HTTP', () => 'hello there\r\n\r\n', 400],
];

for (const [name, request, status] of SMUGGLING) {
  test(`${name} is refused and the connection closed`, async () => {
    const answer = await raw(request());
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.answers, 1, 'nothing after it is answered');
    assert.ok(answer.closed, 'the connection is closed');
    assert.ok(!answer.text.includes('smuggled'));
    const told = JSON.parse(answer.text.split('\r\n\r\n')[1] ?? '').error.weighbridge;
    assert.equal(told.code, { 400: 'BAD_REQUEST', 405: 'METHOD_NOT_ALLOWED', 421: 'HOST_NOT_ALLOWED' }[status]);
    assert.match(told.request_id, /^[0-9A-Z]{26}$/);
  });
}

test('a refused request names what, why, what next and a request id, in the dialect of its path', async () => {
  const anthropic = await raw(`POST /v1/messages HTTP/1.1\r\n${host()}${host()}\r\n`);
  const body = JSON.parse(anthropic.text.split('\r\n\r\n')[1] ?? '');
  assert.deepEqual([body.type, body.error.type], ['error', 'invalid_request_error']);
  assert.match(body.error.message, /2 Host headers.*Next: /);
  assert.match(body.request_id, /^[0-9A-Z]{26}$/);
  const openai = await raw(`POST /v1/chat/completions HTTP/1.1\r\n${host()}${host()}\r\n`);
  assert.equal(JSON.parse(openai.text.split('\r\n\r\n')[1] ?? '').error.weighbridge.code, 'HOST_NOT_ALLOWED');
});

test('headers beyond the bound get 431, and a broken parse is told in the dialect of its path', async () => {
  const large = await raw(`POST /v1/messages HTTP/1.1\r\n${host()}x-large: ${'a'.repeat(LIMITS.header_bytes)}\r\n\r\n`);
  assert.equal(large.status, 431);
  assert.match(large.text, /"type":"error".*HEADERS_TOO_LARGE/);
  assert.ok(large.closed);
});

test('a body beyond the bound gets 413, declared or not', async () => {
  const declared = await raw(`POST /v1/messages HTTP/1.1\r\n${host()}${key()}content-length: 5000\r\n\r\n`);
  assert.deepEqual([declared.status, declared.closed], [413, true], declared.text);
  const chunk = 'a'.repeat(4097);
  const streamed = await raw(
    `POST /v1/messages HTTP/1.1\r\n${host()}${key()}transfer-encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n`,
  );
  assert.deepEqual([streamed.status, streamed.closed], [413, true]);
  assert.match(streamed.text, /request_too_large/);
});

const HOSTS: readonly (readonly [string, boolean])[] = [
  ['localhost:PORT', true],
  ['[::1]:PORT', true],
  ['LOCALHOST:PORT', true],
  ['gateway.example', true],
  ['gateway.example:9999', true],
  ['lan.example:8080', true],
  ['lan.example:8081', false],
  ['localhost:1', false],
  ['127.0.0.1', false],
  ['evil.example', false],
  ['127.0.0.1.evil.example:PORT', false],
];
for (const [name, allowed] of HOSTS) {
  test(`the host "${name}" is ${allowed ? 'answered' : 'refused'}`, async () => {
    const answer = await raw(`GET /healthz HTTP/1.1\r\nhost: ${name.replace('PORT', String(lane.port))}\r\n\r\n`);
    assert.equal(answer.status, allowed ? 200 : 421, answer.text);
    assert.equal(answer.text.includes('HOST_NOT_ALLOWED'), !allowed);
  });
}

const ORIGINS: readonly (readonly [string, boolean])[] = [
  ['https://console.example', true],
  ['http://127.0.0.1:PORT', true],
  ['https://evil.example', false],
  ['null', false],
];
for (const [origin, allowed] of ORIGINS) {
  test(`the origin "${origin}" is ${allowed ? 'answered' : 'refused'}`, async () => {
    const answer = await raw(
      `GET /healthz HTTP/1.1\r\n${host()}origin: ${origin.replace('PORT', String(lane.port))}\r\n\r\n`,
    );
    assert.equal(answer.status, allowed ? 200 : 403, answer.text);
    assert.equal(answer.text.includes('ORIGIN_NOT_ALLOWED'), !allowed);
  });
}

const post = (headers: Record<string, string>, body: string | null = BODY, path = '/v1/messages'): Promise<Response> =>
  fetch(`${lane.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

for (const name of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']) {
  test(`a key is taken from ${name}`, async () => {
    const value = name === 'authorization' ? `Bearer ${lane.key.key}` : lane.key.key;
    assert.equal((await post({ [name]: value })).status, 200);
  });
}

test('of two presented keys the one of our form counts', async () => {
  assert.equal((await post({ authorization: 'Bearer sk-ant-whatever', 'x-api-key': lane.key.key })).status, 200);
});

const flipped = (text: string): string => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
const KEYS: readonly (readonly [string, () => string | null, string])[] = [
  ['no key', () => null, 'KEY_MISSING'],
  ['a key of another form', () => 'sk-ant-api03-xxx', 'KEY_INVALID'],
  ['a mistyped key', () => flipped(lane.key.key), 'KEY_INVALID'],
  ['a well-formed key nobody has', () => testKey({}, 99).key, 'KEY_INVALID'],
  ['a revoked key', () => revoked.key, 'KEY_REVOKED'],
  ['an expired key', () => expired.key, 'KEY_REVOKED'],
];
for (const [name, presented, code] of KEYS) {
  test(`${name} is refused before anything is read, counted, and leaves no receipt`, async () => {
    const before = lane.lane.stats().unauthenticated;
    const entries = lane.sealer.entries.length;
    const value = presented();
    const response = await post(value === null ? {} : { 'x-api-key': value });
    const body = (await response.json()) as { error: { type: string; weighbridge: { code: string } } };
    assert.equal(response.status, 401);
    assert.deepEqual([body.error.type, body.error.weighbridge.code], ['authentication_error', code]);
    assert.equal(lane.lane.stats().unauthenticated, before + 1);
    assert.equal(lane.sealer.entries.length, entries);
    assert.ok(value === null || !JSON.stringify(body).includes(value.slice(3)), 'the key is not shown back');
  });
}

test('a key revoked by a new snapshot stops at once', async () => {
  const own = testKey();
  const one = await startLane({ ...config(), keys: [own.record] });
  const ask = (): Promise<Response> => fetch(`${one.url}/v1/models`, { headers: { 'x-api-key': own.key } });
  assert.equal((await ask()).status, 200);
  one.lane.swap(snapshot({ ...config(), keys: [{ ...own.record, revoked: true }] }));
  assert.equal((await ask()).status, 401);
  await one.close();
});

const REFUSED: readonly (readonly [string, string | null, Record<string, string>, number, string])[] = [
  ['an empty body', null, {}, 400, 'BODY_NOT_JSON'],
  ['a body that is not JSON', '{"model":', {}, 400, 'BODY_NOT_JSON'],
  ['a body that is a list', '[]', {}, 400, 'BODY_NOT_JSON'],
  ['a body without a model', '{"messages":[]}', {}, 400, 'BAD_REQUEST'],
  ['an unknown model', BODY.replace('"m"', '"nobody"'), {}, 404, 'MODEL_UNKNOWN'],
  ['a model name beyond its bound', BODY.replace('"m"', `"${'x'.repeat(513)}"`), {}, 400, 'FIELD_TOO_LARGE'],
  ['a compressed body', BODY, { 'content-encoding': 'gzip' }, 400, 'BAD_REQUEST'],
  ['a fidelity that does not exist', BODY, { 'weighbridge-fidelity': 'loose' }, 400, 'BAD_REQUEST'],
  ['tags of the wrong form', BODY, { 'weighbridge-tags': 'Nope' }, 400, 'BAD_REQUEST'],
  ['a session id beyond its bound', BODY, { 'weighbridge-session': 's'.repeat(513) }, 400, 'FIELD_TOO_LARGE'],
];
for (const [name, body, headers, status, code] of REFUSED) {
  test(`${name} is refused with ${code}`, async () => {
    const response = await post({ 'x-api-key': lane.key.key, ...headers }, body);
    const answer = (await response.json()) as { error: { weighbridge: { code: string } } };
    assert.deepEqual([response.status, answer.error.weighbridge.code], [status, code], JSON.stringify(answer));
  });
}

test('a refused call of a known key leaves a receipt that says so', async () => {
  const before = lane.sealer.entries.length;
  const response = await post({ 'x-api-key': lane.key.key }, BODY.replace('"m"', '"nobody"'));
  const entries = lane.sealer.entries.slice(before);
  assert.deepEqual(
    entries.map((entry) => entry.kind).filter((kind) => kind !== 'decided'),
    ['call'],
    'no intent: nothing was to be sent',
  );
  const receipt = JSON.parse(entries.at(-1)?.public ?? '{}');
  assert.deepEqual(
    [receipt.outcome, receipt.status, receipt.error.code, receipt.served],
    ['refused', 404, 'MODEL_UNKNOWN', null],
  );
  assert.equal(response.headers.get('weighbridge-receipt'), entries.at(-1)?.id);
});

test('tags, session and trace of a request stand in its receipt', async () => {
  await post({
    'x-api-key': lane.key.key,
    'weighbridge-tags': 'run=42, stage=eval',
    'weighbridge-session': 's-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  const who = lane.sealer.receipts().at(-1)?.who;
  assert.deepEqual(who?.tags, { run: '42', stage: 'eval' });
  assert.deepEqual(
    [who?.session, who?.trace, who?.trace_parent],
    ['s-1', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'],
  );
});

test('models are listed in the shape of the asking client', async () => {
  const anthropic = await fetch(`${lane.url}/v1/models`, {
    headers: { 'x-api-key': lane.key.key, 'anthropic-version': '2023-06-01' },
  });
  assert.deepEqual(await anthropic.json(), {
    data: ['m', 'other'].map((id) => ({ type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' })),
    has_more: false,
    first_id: 'm',
    last_id: 'other',
  });
  const openai = await fetch(`${lane.url}/v1/models`, { headers: { authorization: `Bearer ${lane.key.key}` } });
  const list = (await openai.json()) as { object: string; data: { id: string; object: string }[] };
  assert.deepEqual([list.object, list.data.map((model) => model.id)], ['list', ['m', 'other']]);
  const one = await fetch(`${lane.url}/v1/models/claude-opus-4-1`, {
    headers: { authorization: `Bearer ${lane.key.key}` },
  });
  assert.equal(((await one.json()) as { id: string }).id, 'claude-opus-4-1');
  assert.equal((await fetch(`${lane.url}/v1/models/nobody`, { headers: { 'x-api-key': lane.key.key } })).status, 404);
});

test('paths that are not calls: probes, wrong methods, the handler behind', async () => {
  assert.equal((await fetch(`${lane.url}/`, { method: 'HEAD' })).status, 200);
  assert.equal((await fetch(`${lane.url}/readyz`)).status, 200);
  const wrong = await fetch(`${lane.url}/v1/messages`, { headers: { 'x-api-key': lane.key.key } });
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST']);
  assert.match(await wrong.text(), /METHOD_NOT_ALLOWED/);
  assert.equal((await fetch(`${lane.url}/v1/embeddings`, { method: 'POST', body: '{}' })).status, 404);
  const behind = await startLane(config(), {
    fallbackHandler: (request, response) => void response.end(`log ${request.url}`),
  });
  assert.equal(await (await fetch(`${behind.url}/log/checkpoint`)).text(), 'log /log/checkpoint');
  assert.equal((await fetch(`${behind.url}/v1/embeddings`)).status, 404);
  await behind.close();
});

test('the handler behind learns whose key came by the same identification as a call: any header, one answer', async () => {
  const behind = await startLane(config(), {
    fallbackHandler: (_request, response, identify) => {
      try {
        response.end(identify().id);
      } catch (error) {
        response.end((error as AppError).code);
      }
    },
  });
  const { key, record } = behind.key;
  const ask = async (headers: Record<string, string>): Promise<string> =>
    (await fetch(`${behind.url}/log/key`, { headers })).text();
  const ways: Record<string, string>[] = [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }, { 'api-key': key }];
  for (const headers of ways) assert.equal(await ask(headers), record.id, JSON.stringify(Object.keys(headers)));
  const stranger = testKey({}, 23).key;
  const swapped = `${key.slice(0, key.lastIndexOf('_'))}${stranger.slice(stranger.lastIndexOf('_'))}`;
  const refused = [
    await ask({}),
    ...(await Promise.all(['nonsense', stranger, swapped].map((x) => ask({ 'x-api-key': x })))),
  ];
  assert.deepEqual(refused, ['KEY_MISSING', 'KEY_INVALID', 'KEY_INVALID', 'KEY_INVALID']);
  assert.equal(behind.lane.stats().unauthenticated, 4);
  await behind.close();
});

test('a client that waits for leave to send its body is given it', async () => {
  const head = `POST /v1/messages HTTP/1.1\r\n${host()}${key()}expect: 100-continue\r\nconnection: close\r\n${length}\r\n`;
  const answer = await raw(`${head}${BODY}`);
  assert.match(answer.text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
});

test('a port that is taken is said so', async () => {
  await assert.rejects(
    async () => {
      const second = await startLane(config());
      try {
        await second.lane.listen({ host: '127.0.0.1', port: lane.port });
      } finally {
        await second.close();
      }
    },
    { code: /PORT_TAKEN|ERR_SERVER_ALREADY_LISTEN/ },
  );
});
