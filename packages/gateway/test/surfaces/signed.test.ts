// Amazon's clients sign: with a pair that follows from the vault, checked against a signer written from the specification
// and against Amazon's own.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { signAws } from '../../src/clouds/aws-signature.ts';
import { pairOf } from '../../src/index.ts';
import { authorizationOf } from '../clouds/sigv4-oracle.ts';
import { ANTHROPIC_WHOLE, whole } from '../support/answers.ts';
import {
  deployment,
  keyDigest,
  route,
  startLane,
  startUpstream,
  testKey,
  until,
  type TestLane,
  type Upstream,
} from '../support/fixture.ts';

const SIGNS = testKey({ aws: true });
const PAIR = pairOf(keyDigest, SIGNS.record);
const BODY = '{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"hi"}]}';
const PATH = '/model/us.anthropic.m-v1%3A0/invoke';
const MINUTE = 60_000;

let upstream: Upstream;
let lane: TestLane;

before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
  lane = await startLane({
    keys: [SIGNS.record, testKey({ name: 'plain' }, 9).record, testKey({ aws: true, revoked: true }, 13).record],
    deployments: [deployment('claude', upstream.port)],
    routes: [route('us.anthropic.m-v1:0', ['claude'])],
  });
});
after(async () => {
  await lane.close();
  await upstream.close();
});

interface Change {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  /** Sent but not signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
  readonly signed?: Readonly<Record<string, string>>;
  readonly pair?: typeof PAIR;
  readonly off?: number;
  readonly service?: string;
  readonly signedBody?: string;
  readonly claims?: boolean;
  readonly signedPath?: string;
  readonly query?: string;
}

const host = (): string => `127.0.0.1:${lane.port}`;
const stamp = (off = 0): string => new Date(Date.now() + off).toISOString().replace(/[-:]|\.\d{3}/g, '');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Signs by the specification, and sends. */
function call(change: Change = {}): Promise<Response> {
  const { method = 'POST', path = PATH, body = BODY, pair = PAIR, off = 0, query = '' } = change;
  const date = stamp(off);
  const signedBody = change.signedBody ?? body;
  const headers = {
    'content-type': 'application/json',
    host: host(),
    'x-amz-date': date,
    ...(change.claims === false ? {} : { 'x-amz-content-sha256': sha256(signedBody) }),
    ...change.signed,
  };
  const key = {
    accessKeyId: pair.access_key_id,
    secretAccessKey: pair.secret_access_key,
    region: 'eu-central-1',
    service: change.service ?? 'bedrock',
    date,
  };
  const signable = { method, path: change.signedPath ?? path, query, headers, body: signedBody };
  const authorization = authorizationOf(signable, key);
  return fetch(`${lane.url}${path}${query === '' ? '' : `?${query}`}`, {
    method,
    headers: { ...headers, authorization, ...change.unsigned },
    ...(method === 'GET' ? {} : { body }),
  });
}

const assertRefused = async (response: Response, type: string, message: RegExp): Promise<void> => {
  const said = (await response.json()) as { readonly message: string; readonly weighbridge: { readonly code: string } };
  assert.equal(response.status, 403, said.message);
  if (type === 'InvalidSignatureException') assert.equal(said.weighbridge.code, 'SIGNATURE_INVALID');
  assert.equal(response.headers.get('x-amzn-errortype'), type);
  assert.match(said.message, message);
};

describe('a signature that holds', () => {
  for (const claims of [true, false]) {
    test(`opens the gateway ${claims ? 'with' : 'without'} a claim of the payload's digest`, async () => {
      const response = await call({ claims });
      assert.equal(response.status, 200, await response.text());
      const receipt = lane.sealer.receipts().at(-1);
      assert.equal(receipt?.who.key, SIGNS.record.id);
      assert.equal(receipt?.outcome, 'completed');
    });
  }

  test("is that of Amazon's own signer", async () => {
    const request = { method: 'POST', origin: lane.url, path: PATH, headers: {}, body: Buffer.from(BODY) } as const;
    const credential = {
      kind: 'aws',
      accessKeyId: PAIR.access_key_id,
      secretAccessKey: PAIR.secret_access_key,
    } as const;
    const signed = await signAws(request, credential, { region: 'us-east-1', service: 'bedrock' }, new Date());
    const response = await fetch(`${lane.url}${PATH}`, { method: 'POST', headers: { ...signed }, body: BODY });
    assert.equal(response.status, 200, await response.text());
  });

  test('opens the lists as well, with a query', async () => {
    const response = await call({ method: 'GET', path: '/inference-profiles', query: 'type=SYSTEM_DEFINED', body: '' });
    assert.equal(response.status, 200, await response.text());
    await assertRefused(
      await call({
        method: 'GET',
        path: '/inference-profiles',
        query: 'type=X',
        body: '',
        pair: { ...PAIR, secret_access_key: 'x' },
      }),
      'InvalidSignatureException',
      /not the one/,
    );
  });

  test('may be almost five minutes off, either way', async () => {
    for (const off of [-4 * MINUTE, 4 * MINUTE]) assert.equal((await call({ off })).status, 200);
  });

  test('holds what a proxy adds for no breach', async () => {
    assert.equal((await call({ unsigned: { 'x-forwarded-for': '10.0.0.1', traceparent: 'x' } })).status, 200);
  });
});

describe('what does not hold is refused, without a receipt and before anything is sent', () => {
  const cases: readonly (readonly [string, Change, string, RegExp])[] = [
    ['another secret', { pair: { ...PAIR, secret_access_key: 'wrong' } }, 'InvalidSignatureException', /not the one/],
    ['another body', { signedBody: `${BODY} `, claims: false }, 'InvalidSignatureException', /not the one/],
    ['another body than claimed', { signedBody: `${BODY} ` }, 'InvalidSignatureException', /not the digest/],
    ['another path', { signedPath: '/model/other/invoke' }, 'InvalidSignatureException', /not the one/],
    ['an old signature', { off: -6 * MINUTE }, 'InvalidSignatureException', /36\d s behind the clock here; 300 s/],
    ['one from the future', { off: 6 * MINUTE }, 'InvalidSignatureException', /ahead of the clock/],
    ['another service', { service: 's3' }, 'InvalidSignatureException', /service "s3"/],
    [
      'a beta that is not signed',
      { unsigned: { 'anthropic-beta': 'x-2025-01-01' } },
      'InvalidSignatureException',
      /"anthropic-beta" is not signed/,
    ],
    [
      'tags that are not signed',
      { unsigned: { 'weighbridge-tags': 'a=b' } },
      'InvalidSignatureException',
      /"weighbridge-tags" is not/,
    ],
    [
      'an unsigned payload',
      { signed: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
      'InvalidSignatureException',
      /UNSIGNED-PAYLOAD/,
    ],
    [
      'a chunked payload',
      { signed: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' } },
      'InvalidSignatureException',
      /STREAMING/,
    ],
    ['a session token', { signed: { 'x-amz-security-token': 't' } }, 'InvalidSignatureException', /session token/],
    [
      'a key id of nobody',
      { pair: { ...PAIR, access_key_id: 'WBKAnobody000000' } },
      'UnrecognizedClientException',
      /not known here/,
    ],
    [
      "Amazon's own key id",
      { pair: { ...PAIR, access_key_id: 'AKIDEXAMPLE' } },
      'UnrecognizedClientException',
      /not known here/,
    ],
    [
      'a key that was made without a pair',
      { pair: pairOf(keyDigest, testKey({ name: 'plain' }, 9).record) },
      'UnrecognizedClientException',
      /--aws/,
    ],
    [
      'a revoked key',
      { pair: pairOf(keyDigest, testKey({}, 13).record) },
      'UnrecognizedClientException',
      /was revoked/,
    ],
  ];
  for (const [what, change, type, message] of cases) {
    test(what, async () => {
      const receipts = lane.sealer.receipts().length;
      const sent = upstream.requests.length;
      await assertRefused(await call(change), type, message);
      assert.equal(lane.sealer.receipts().length, receipts);
      assert.equal(upstream.requests.length, sent);
    });
  }

  test('an authorization that is cut short', async () => {
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=WBKAx/20260101/r/bedrock/aws4_request' };
    const response = await fetch(`${lane.url}${PATH}`, { method: 'POST', headers, body: BODY });
    await assertRefused(response, 'InvalidSignatureException', /SignedHeaders/);
  });

  test('a signature on a path of another kind is no key', async () => {
    const response = await call({ path: '/v1/messages' });
    assert.equal(response.status, 401);
    assert.equal(((await response.json()) as { error: { type: string } }).error.type, 'authentication_error');
  });

  test('a client that leaves while its body is read is forgotten', async () => {
    const socket = connect(lane.port, '127.0.0.1');
    const date = stamp();
    const headers = { host: host(), 'x-amz-date': date };
    const key = {
      accessKeyId: PAIR.access_key_id,
      secretAccessKey: PAIR.secret_access_key,
      region: 'r',
      service: 'bedrock',
      date,
    };
    const authorization = authorizationOf({ method: 'POST', path: PATH, query: '', headers, body: BODY }, key);
    const head = `POST ${PATH} HTTP/1.1\r\nhost: ${host()}\r\nx-amz-date: ${date}\r\nauthorization: ${authorization}\r\ncontent-length: ${BODY.length}\r\n\r\n`;
    socket.write(head + BODY.slice(0, 10));
    await until(() => lane.lane.stats().inFlight === 1, 'the call is attended to');
    const receipts = lane.sealer.receipts().length;
    socket.destroy();
    await until(() => lane.lane.stats().inFlight === 0, 'the call is left');
    assert.equal(lane.sealer.receipts().length, receipts);
  });
});

test('nobody waits for the body of a pair that there is none of, though no digest of it is claimed', async () => {
  const date = stamp();
  const headers = { host: host(), 'x-amz-date': date };
  const key = { accessKeyId: 'WBKA00000000', secretAccessKey: 'x', region: 'r', service: 'bedrock', date };
  const authorization = authorizationOf({ method: 'POST', path: PATH, query: '', headers, body: BODY }, key);
  const socket = connect(lane.port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => void (said += chunk.toString('utf8')));
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nhost: ${host()}\r\nx-amz-date: ${date}\r\nauthorization: ${authorization}\r\ncontent-length: 500000\r\n\r\n`,
  );
  await until(() => said.includes('not known here'), 'it is refused before a byte of its body came');
  assert.match(said, /^HTTP\/1\.1 403 /);
  socket.destroy();
});

describe('a pair', () => {
  test('follows from the vault and the key, and from nothing that the journal holds alone', () => {
    assert.match(PAIR.access_key_id, /^WBKA[0-9A-Za-z]{12}$/);
    assert.equal(PAIR.secret_access_key.length, 40);
    assert.deepEqual(pairOf(keyDigest, SIGNS.record), PAIR);
    assert.notEqual(pairOf((text) => keyDigest(`${text}!`), SIGNS.record).secret_access_key, PAIR.secret_access_key);
    const other = { ...SIGNS.record, hmac: keyDigest('another key of that id') };
    assert.notEqual(pairOf(keyDigest, other).secret_access_key, PAIR.secret_access_key);
  });
});
