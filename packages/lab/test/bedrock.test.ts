// Bedrock as an oracle: signatures made by Amazon's own signer are accepted, and each way to get one wrong is refused
// with Amazon's own exception; streams decode with Amazon's own codec.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  bedrock,
  bedrockPath,
  framesOf,
  openTestLab,
  post,
  signedHeaders,
  SONNET_US,
  user,
  type AwsKeys,
  type TestLab,
} from './support.ts';

const BODY = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 200, messages: user('Weigh this truck.') };

describe('bedrock', () => {
  let lab: TestLab;
  let keys: AwsKeys;
  before(async () => {
    lab = await openTestLab();
    const { aws } = lab.endpoints.credentials;
    keys = { accessKeyId: aws.access_key_id, secretAccessKey: aws.secret_access_key };
  });
  after(() => lab.close());

  /** Signs, lets the test spoil the request, sends. */
  async function sendSpoilt(
    spoil: (request: { headers: Record<string, string>; path: string; body: string }) => void,
    options: Parameters<typeof signedHeaders>[4] = {},
    signWith: AwsKeys = keys,
  ) {
    const origin = lab.endpoints.clouds.bedrock;
    const path = bedrockPath(SONNET_US);
    const body = JSON.stringify(BODY);
    const request = { headers: await signedHeaders(origin, path, body, signWith, options), path, body };
    spoil(request);
    return post(origin + request.path, request.headers, request.body);
  }

  const assertRefused = (answer: Awaited<ReturnType<typeof post>>, type: string, message: RegExp): void => {
    assert.match(answer.headers.get('x-amzn-errortype') ?? '', new RegExp(`^${type}:`));
    assert.match(String(answer.json['message']), message);
    assert.ok(answer.headers.get('x-amzn-requestid'));
  };

  it('a signature made by the vendor’s own signer is accepted', async () => {
    const answer = await bedrock(lab.endpoints, SONNET_US, BODY);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('x-weighbridge-simulated'), '1');
    assert.match(String(answer.json['id']), /^msg_bdrk_01/);
    const usage = answer.json['usage'] as { input_tokens: number; output_tokens: number };
    assert.equal(answer.headers.get('x-amzn-bedrock-input-token-count'), String(usage.input_tokens));
    assert.equal(answer.headers.get('x-amzn-bedrock-output-token-count'), String(usage.output_tokens));
  });

  it('temporary keys need their session token, signed', async () => {
    const { session } = lab.endpoints.credentials.aws;
    const full = {
      accessKeyId: session.access_key_id,
      secretAccessKey: session.secret_access_key,
      sessionToken: session.session_token,
    };
    assert.equal((await bedrock(lab.endpoints, SONNET_US, BODY, { keys: full })).status, 200);
    const { sessionToken: _left, ...without } = full;
    assertRefused(
      await bedrock(lab.endpoints, SONNET_US, BODY, { keys: without }),
      'UnrecognizedClientException',
      /security token/,
    );
    const unsigned = await sendSpoilt(
      ({ headers }) => {
        headers['x-amz-security-token'] = session.session_token;
      },
      {},
      without,
    );
    assertRefused(unsigned, 'InvalidSignatureException', /x-amz-security-token/);
  });

  it('a wrong secret, a changed body, a changed path and a flipped signature are each refused', async () => {
    const mismatch = /signature we calculated does not match/;
    const wrong = { ...keys, secretAccessKey: 'wrong' };
    const secret = await bedrock(lab.endpoints, SONNET_US, BODY, { keys: wrong });
    assert.equal(secret.status, 403);
    assertRefused(secret, 'InvalidSignatureException', mismatch);
    const body = await sendSpoilt((request) => {
      request.body = request.body.replace('truck', 'train');
    });
    assertRefused(body, 'InvalidSignatureException', /x-amz-content-sha256|does not match/);
    const path = await sendSpoilt((request) => {
      request.path = request.path.replace('sonnet', 'haiku');
    });
    assertRefused(path, 'InvalidSignatureException', mismatch);
    const flipped = await sendSpoilt(({ headers }) => {
      const value = headers['authorization'] ?? '';
      headers['authorization'] = value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
    });
    assertRefused(flipped, 'InvalidSignatureException', mismatch);
  });

  it('a clock more than five minutes off is refused, either way', async () => {
    const early = await sendSpoilt(() => undefined, { date: new Date(Date.now() - 6 * 60_000) });
    assertRefused(early, 'InvalidSignatureException', /Signature expired/);
    const late = await sendSpoilt(() => undefined, { date: new Date(Date.now() + 6 * 60_000) });
    assertRefused(late, 'InvalidSignatureException', /not yet current/);
    const near = await sendSpoilt(() => undefined, { date: new Date(Date.now() - 4 * 60_000) });
    assert.equal(near.status, 200);
  });

  it('another region, another service, an unknown key and no credentials at all are refused', async () => {
    assertRefused(
      await sendSpoilt(() => undefined, { region: 'us-west-2' }),
      'InvalidSignatureException',
      /valid region/,
    );
    assertRefused(await sendSpoilt(() => undefined, { service: 's3' }), 'InvalidSignatureException', /correct service/);
    const unknown = await bedrock(lab.endpoints, SONNET_US, BODY, { keys: { ...keys, accessKeyId: 'AKIANOBODY' } });
    assertRefused(unknown, 'UnrecognizedClientException', /security token/);
    const none = await post(lab.endpoints.clouds.bedrock + bedrockPath(SONNET_US), {}, BODY);
    assert.equal(none.status, 403);
    assertRefused(none, 'MissingAuthenticationTokenException', /Missing Authentication Token/);
  });

  it('an x-amz header that was added after signing is refused', async () => {
    const added = await sendSpoilt(({ headers }) => {
      headers['x-amz-extra'] = '1';
    });
    assertRefused(added, 'InvalidSignatureException', /x-amz-extra/);
  });

  it('an API key is accepted as a bearer, a wrong one is denied', async () => {
    const url = lab.endpoints.clouds.bedrock + bedrockPath(SONNET_US);
    const good = await post(url, { authorization: `Bearer ${lab.endpoints.credentials.bedrock_key}` }, BODY);
    assert.equal(good.status, 200);
    const bad = await post(url, { authorization: 'Bearer nope' }, BODY);
    assertRefused(bad, 'AccessDeniedException', /API Key/);
  });

  it('the body must name its version, and neither model nor stream', async () => {
    const { anthropic_version: _left, ...bare } = BODY;
    assertRefused(
      await bedrock(lab.endpoints, SONNET_US, bare),
      'ValidationException',
      /anthropic_version: Field required/,
    );
    assertRefused(
      await bedrock(lab.endpoints, SONNET_US, { ...BODY, model: 'x' }),
      'ValidationException',
      /model: Extra inputs/,
    );
    assertRefused(
      await bedrock(lab.endpoints, SONNET_US, { ...BODY, stream: true }),
      'ValidationException',
      /stream: Extra inputs/,
    );
    assertRefused(
      await bedrock(lab.endpoints, SONNET_US, { ...BODY, anthropic_beta: ['nope-2025-01-01'] }),
      'ValidationException',
      /invalid beta flag/,
    );
  });

  it('an unknown model, a bare model id and a profile of another geography are refused', async () => {
    assertRefused(
      await bedrock(lab.endpoints, 'us.anthropic.claude-nope-v1:0', BODY),
      'ValidationException',
      /model identifier is invalid/,
    );
    assertRefused(
      await bedrock(lab.endpoints, SONNET_US.slice(3), BODY),
      'ValidationException',
      /on-demand throughput/,
    );
    assertRefused(
      await bedrock(lab.endpoints, SONNET_US, BODY, { site: 'bedrock-eu' }),
      'ValidationException',
      /identifier is invalid/,
    );
    const eu = await bedrock(lab.endpoints, SONNET_US.replace('us.', 'eu.'), BODY, { site: 'bedrock-eu' });
    assert.equal(eu.status, 200);
  });

  it('a stream decodes with the vendor’s own codec and ends with the invocation metrics', async () => {
    const answer = await bedrock(lab.endpoints, SONNET_US, BODY, { stream: true });
    assert.equal(answer.headers.get('content-type'), 'application/vnd.amazon.eventstream');
    const frames = framesOf(answer.bytes);
    for (const frame of frames) {
      assert.equal(frame.headers[':event-type'], 'chunk');
      assert.match(frame.body['p'] ?? '', /^[a-zA-Z0-9]+$/);
    }
    const events = frames.map(
      (frame) => JSON.parse(Buffer.from(frame.body['bytes'] ?? '', 'base64').toString()) as Record<string, unknown>,
    );
    assert.equal(events[0]?.['type'], 'message_start');
    const stop = events.at(-1);
    assert.equal(stop?.['type'], 'message_stop');
    const metrics = stop?.['amazon-bedrock-invocationMetrics'] as Record<string, number>;
    const usage = events.find((event) => event['type'] === 'message_delta')?.['usage'] as Record<string, number>;
    assert.equal(metrics['outputTokenCount'], usage['output_tokens']);
    assert.equal(metrics['inputTokenCount'], usage['input_tokens']);
  });

  it('a throttled call and an error inside the stream are the service’s own', async () => {
    await lab.control.fault({ fault: 'rate_limit', cloud: 'bedrock', count: 1 });
    const throttled = await bedrock(lab.endpoints, SONNET_US, BODY);
    assert.equal(throttled.status, 429);
    assertRefused(throttled, 'ThrottlingException', /Too many requests/);
    await lab.control.fault({ fault: 'error_after_200', cloud: 'bedrock', count: 1 });
    const broken = await bedrock(lab.endpoints, SONNET_US, BODY, { stream: true });
    assert.equal(broken.status, 200);
    const last = framesOf(broken.bytes).at(-1);
    assert.equal(last?.headers[':message-type'], 'exception');
    assert.equal(last?.headers[':exception-type'], 'internalServerException');
  });

  describe('CountTokens', () => {
    const BARE = SONNET_US.replace('us.', '');
    const encoded = (body: unknown): object => ({
      input: { invokeModel: { body: Buffer.from(JSON.stringify(body)).toString('base64') } },
    });
    const count = async (model: string, request: unknown, signWith: AwsKeys = keys) => {
      const origin = lab.endpoints.clouds.bedrock;
      const path = `/model/${encodeURIComponent(model)}/count-tokens`;
      const text = JSON.stringify(request);
      return post(origin + path, await signedHeaders(origin, path, text, signWith), text);
    };

    it('counts what a call is billed for, by the foundation model', async () => {
      const counted = await count(BARE, encoded(BODY));
      assert.equal(counted.status, 200, counted.text);
      assert.ok(counted.headers.get('x-amzn-requestid'));
      const usage = (await bedrock(lab.endpoints, SONNET_US, BODY)).json['usage'] as { input_tokens: number };
      assert.deepEqual(counted.json, { inputTokens: usage.input_tokens });
    });

    it('takes no profile, and no model that is sold by profile only', async () => {
      for (const model of [SONNET_US, 'anthropic.claude-opus-4-7'])
        assertRefused(await count(model, encoded(BODY)), 'ValidationException', /doesn't support counting tokens/);
      assertRefused(await count('anthropic.nonesuch', encoded(BODY)), 'ValidationException', /identifier is invalid/);
    });

    it('wants one whole request in base64, and a signature', async () => {
      const { max_tokens: _max, ...half } = BODY;
      for (const [request, message] of [
        [encoded(half), /max_tokens/],
        [encoded({ ...BODY, model: 'claude-sonnet-4-5' }), /model/],
        [{ input: { ...(encoded(BODY) as { input: object }).input, converse: {} } }, /exactly one member/],
        [{ input: { converse: { messages: [] } } }, /invokeModel/],
        [{ input: { invokeModel: { body: 'not base64!' } } }, /Base64/],
        [encoded([1]), /Malformed input request/],
        [{}, /exactly one member/],
      ] as const) {
        assertRefused(await count(BARE, request), 'ValidationException', message);
      }
      const wrong = await count(BARE, encoded(BODY), { ...keys, secretAccessKey: 'wrong' });
      assert.equal(wrong.status, 403, wrong.text);
    });
  });
});
