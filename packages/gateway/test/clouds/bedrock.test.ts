import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  createTap,
  encodeEventStreamMessage,
  EventStreamReader,
  spliceJson,
  SseReader,
  type SseEvent,
} from '@weighbridge/dialects';
import { bedrock } from '../../src/clouds/bedrock.ts';
import type { Classified } from '../../src/clouds/cloud.ts';
import { callOf, deploymentOf, failure, responseFacts, SECRET } from './cloud-fixtures.ts';
import { authorizationOf } from './sigv4-oracle.ts';

const BODY = Buffer.from('{"max_tokens":5}');
const CORPUS = join(
  process.env['WEIGHBRIDGE_CORPUS'] ?? join(import.meta.dirname, '../../../../../shared/data'),
  'streams/anthropic',
);
const frankfurt = deploymentOf('bedrock', {
  model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  region: 'eu-central-1',
});
const keys = {
  kind: 'aws',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
} as const;

/** A frame of InvokeModelWithResponseStream around one payload, padded as the service pads it. */
const chunk = (payload: string | Buffer): Buffer =>
  encodeEventStreamMessage(
    { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
    Buffer.from(JSON.stringify({ bytes: Buffer.from(payload).toString('base64'), p: 'abcdefghijklmnop' })),
  );

const exception = (type: string, message: string): Buffer =>
  encodeEventStreamMessage(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    Buffer.from(JSON.stringify({ message })),
  );

function unwrapped(bytes: Buffer): (SseEvent | Classified | null)[] {
  return new EventStreamReader().push(bytes).map((message) => bedrock.unwrap?.(message) ?? null);
}

const asEvent = (value: SseEvent | Classified | null | undefined): SseEvent => {
  assert.ok(value !== null && value !== undefined && 'raw' in value, JSON.stringify(value));
  return value;
};
const asFailure = (value: SseEvent | Classified | null | undefined): Classified => {
  assert.ok(value !== null && value !== undefined && 'fault' in value, JSON.stringify(value));
  return value;
};

describe('the request to Bedrock', () => {
  test('names the model percent-encoded in the path and says by its verb whether it streams', () => {
    const whole = bedrock.request(callOf(frankfurt), BODY);
    assert.equal(whole.origin, 'https://bedrock-runtime.eu-central-1.amazonaws.com');
    assert.equal(whole.path, '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke');
    const stream = bedrock.request(callOf(frankfurt, { facts: { stream: true } }), BODY);
    assert.equal(stream.path, '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke-with-response-stream');
    assert.equal(stream.headers['accept'], 'application/vnd.amazon.eventstream');
  });

  test('an ARN is one path segment', () => {
    const model = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123';
    assert.deepEqual(bedrock.check({ ...frankfurt, model }), []);
    assert.equal(
      bedrock.request(callOf({ ...frankfurt, model }), BODY).path,
      '/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Aapplication-inference-profile%2Fabc123/invoke',
    );
  });

  test('the body gains version and betas, loses model, stream and what this API refuses, and keeps the rest', () => {
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07,claude-code-20250219' };
    const call = callOf(frankfurt, { facts: { stream: true }, headers });
    const before = Buffer.from(
      '{"model":"fast", "max_tokens": 5,"stream":true,"metadata":{"user_id":"u"},"messages":[{"role":"user","content":"\\u00e9"}]}',
    );
    const after = spliceJson(before, bedrock.edits(call)).toString();
    assert.deepEqual(JSON.parse(after), {
      anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: ['context-1m-2025-08-07'],
      max_tokens: 5,
      messages: [{ role: 'user', content: 'é' }],
    });
    assert.ok(after.includes('"messages":[{"role":"user","content":"\\u00e9"}]'));
    const request = bedrock.request(call, BODY);
    assert.equal(request.headers['anthropic-beta'], undefined);
    assert.deepEqual(request.withheld, ['anthropic-beta: claude-code-20250219']);
  });

  test('betas smuggled in the body do not get past the list', () => {
    const before = Buffer.from('{"anthropic_beta":["fast-mode-2026-02-01"],"max_tokens":5}');
    const after = spliceJson(before, bedrock.edits(callOf(frankfurt))).toString();
    assert.deepEqual(JSON.parse(after), { anthropic_version: 'bedrock-2023-05-31', max_tokens: 5 });
  });

  test('a tier goes by header', () => {
    const tier = (name: string) =>
      bedrock.request(callOf({ ...frankfurt, tier: name }), BODY).headers['x-amzn-bedrock-service-tier'];
    assert.deepEqual(
      [tier('priority'), tier('flex'), tier('standard'), tier('toString')],
      ['priority', 'flex', undefined, undefined],
    );
  });
});

describe('the signature of a request to Bedrock', () => {
  const now = new Date('2026-11-22T12:34:56Z');

  test('agrees with an implementation written from the specification', async () => {
    const models = [
      frankfurt.model,
      'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.x',
      'anthropic.ü/..',
    ];
    for (const model of models) {
      for (const sessionToken of [undefined, 'token/with+signs==']) {
        for (const origin of [undefined, 'http://127.0.0.1:8123']) {
          const deployment = { ...frankfurt, model, ...(origin === undefined ? {} : { endpoint: origin }) };
          const request = bedrock.request(callOf(deployment, { facts: { stream: true } }), BODY);
          const credential = { ...keys, ...(sessionToken === undefined ? {} : { sessionToken }) };
          const added = await bedrock.authorize(request, credential, deployment, now);
          const { authorization, ...rest } = added;
          assert.equal(rest['x-amz-date'], '20261122T123456Z');
          assert.equal(rest['x-amz-security-token'], sessionToken);
          const headers = { ...request.headers, ...rest, host: new URL(request.origin).host };
          const expected = authorizationOf(
            { method: 'POST', path: request.path, query: '', headers, body: request.body },
            { ...keys, region: 'eu-central-1', service: 'bedrock', date: '20261122T123456Z' },
          );
          assert.equal(authorization, expected);
        }
      }
    }
  });

  test('a changed body, path or date changes it', async () => {
    const request = bedrock.request(callOf(frankfurt), BODY);
    const sign = async (changed: object, at = now) =>
      (await bedrock.authorize({ ...request, ...changed }, keys, frankfurt, at))['authorization'];
    const original = await sign({});
    assert.equal(await sign({}), original);
    assert.notEqual(await sign({ body: Buffer.from('{"max_tokens":6}') }), original);
    assert.notEqual(await sign({ path: '/model/other/invoke' }), original);
    assert.notEqual(await sign({}, new Date('2026-11-22T12:34:57Z')), original);
  });

  test('the oracle itself reproduces two of the published test-suite signatures', () => {
    const key = { ...keys, region: 'us-east-1', service: 'service', date: '20150830T123600Z' };
    const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
    const sign = (method: string) => authorizationOf({ method, path: '/', query: '', headers, body: '' }, key);
    // aws-sig-v4-test-suite: get-vanilla and post-vanilla
    assert.match(sign('GET'), /Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31$/);
    assert.match(sign('POST'), /Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b$/);
  });

  test('the region signed for is the configured one, else the endpoint’s', async () => {
    const scope = async (deployment: typeof frankfurt) => {
      const added = await bedrock.authorize(bedrock.request(callOf(deployment), BODY), keys, deployment, now);
      return /Credential=[^/]+\/\d+\/([^/]+)\/bedrock\//.exec(added['authorization'] ?? '')?.[1];
    };
    const byHost = { ...frankfurt, region: 'eu', endpoint: 'https://bedrock-runtime.eu-west-3.amazonaws.com' };
    assert.equal(await scope(frankfurt), 'eu-central-1');
    assert.equal(await scope(byHost), 'eu-west-3');
    assert.deepEqual(bedrock.check(byHost), []);
    const nowhere = { ...frankfurt, region: 'eu', endpoint: 'https://proxy.example' };
    assert.match(bedrock.check(nowhere).join(' '), /`region` is "eu"/);
    await assert.rejects(scope(nowhere), { code: 'CREDENTIAL_UNAVAILABLE', message: /has region "eu"/ });
  });

  test('a Bedrock API key is a bearer token and nothing is signed', () => {
    const request = bedrock.request(callOf(frankfurt), BODY);
    for (const credential of [{ kind: 'bearer', token: SECRET } as const, { kind: 'api_key', key: SECRET } as const]) {
      assert.deepEqual(bedrock.authorize(request, credential, frankfurt, now), { authorization: `Bearer ${SECRET}` });
    }
  });
});

describe('what Bedrock asks of a configuration', () => {
  test('a real region, a Claude model, and a set behind a verified profile', () => {
    assert.match(bedrock.check({ ...frankfurt, region: 'global' }).join(' '), /`region` is "global"/);
    assert.match(
      bedrock.check({ ...frankfurt, model: 'meta.llama4-maverick-17b-instruct-v1:0' }).join(' '),
      /not a Claude model/,
    );
    assert.match(bedrock.check({ ...frankfurt, region_grade: 1 }).join(' '), /needs `region_set`/);
    assert.deepEqual(bedrock.check({ ...frankfurt, region_grade: 1, region_set: ['eu-central-1', 'eu-west-1'] }), []);
    const single = { ...frankfurt, model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', region_grade: 1 as const };
    assert.deepEqual(bedrock.check(single), []);
  });

  test('China has a domain of its own', () => {
    const request = bedrock.request(callOf({ ...frankfurt, region: 'cn-north-1' }), BODY);
    assert.equal(request.origin, 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn');
  });
});

describe('the stream of Bedrock', () => {
  test('a chunk becomes the event inside it, byte for byte', () => {
    const payload = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"h\\u00e9 é 漢"}}';
    const event = asEvent(unwrapped(chunk(payload))[0]);
    assert.equal(event.event, 'content_block_delta');
    assert.equal(event.data, payload);
    assert.equal(event.raw.toString(), `event: content_block_delta\ndata: ${payload}\n\n`);
  });

  // The four bytes before the payload and the four at the end are CRC-32 sums: a recorded frame, written out by hand.
  test('a recorded frame is read to the last byte', () => {
    const frame = Buffer.from(
      '000000a30000004bb2f4aa0d' +
        '0b3a6576656e742d747970650700056368756e6b' +
        '0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e' +
        '0d3a6d6573736167652d747970650700056576656e74' +
        Buffer.from('{"bytes":"eyJ0eXBlIjoibWVzc2FnZV9zdG9wIn0=","p":"abcdefghijklmnopqrstuv"}').toString('hex'),
      'hex',
    );
    const sealed = encodeEventStreamMessage(
      { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
      Buffer.from('{"bytes":"eyJ0eXBlIjoibWVzc2FnZV9zdG9wIn0=","p":"abcdefghijklmnopqrstuv"}'),
    );
    assert.equal(sealed.subarray(12, sealed.length - 4).toString('hex'), frame.subarray(12).toString('hex'));
    assert.equal(
      asEvent(unwrapped(sealed)[0]).raw.toString(),
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    );
  });

  test('members in another order, spaces and line breaks inside the JSON are kept', () => {
    const odd = '{ "index": 0, "type": "ping" }';
    assert.equal(asEvent(unwrapped(chunk(odd))[0]).data, odd);
    const lines = '{\n  "type": "message_stop",\n  "a": 1\n}';
    const event = asEvent(unwrapped(chunk(lines))[0]);
    const [read] = new SseReader().push(event.raw);
    assert.deepEqual([read?.event, read?.data], ['message_stop', lines]);
  });

  test('invocation metrics stay in the payload', () => {
    const payload =
      '{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":9,"outputTokenCount":3,"invocationLatency":812,"firstByteLatency":300}}';
    assert.equal(asEvent(unwrapped(chunk(payload))[0]).data, payload);
  });

  test('exceptions inside the stream are attributed', () => {
    for (const [type, code, fault, retryable] of [
      ['throttlingException', 'UPSTREAM_RATE_LIMITED', 'rate_limit', true],
      ['modelStreamErrorException', 'UPSTREAM_ERROR', 'model', true],
      ['modelTimeoutException', 'UPSTREAM_TIMEOUT', 'model', true],
      ['internalServerException', 'UPSTREAM_ERROR', 'deployment', true],
      ['serviceUnavailableException', 'UPSTREAM_ERROR', 'region', true],
      ['validationException', 'BAD_REQUEST', 'client', false],
    ] as const) {
      const got = asFailure(unwrapped(exception(type, 'Too many tokens, please wait before trying again.'))[0]);
      assert.deepEqual([got.code, got.fault, got.retryable], [code, fault, retryable], type);
      assert.match(got.message, /Too many tokens/);
      assert.equal(got.type, type.charAt(0).toUpperCase() + type.slice(1));
    }
    const error = encodeEventStreamMessage(
      { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'oops' },
      Buffer.alloc(0),
    );
    const got = asFailure(unwrapped(error)[0]);
    assert.deepEqual([got.code, got.type, got.message], ['UPSTREAM_ERROR', 'InternalFailure', 'oops']);
  });

  test('a chunk that cannot be read is malformed, and other events are passed over', () => {
    const framed = (text: string) =>
      encodeEventStreamMessage({ ':event-type': 'chunk', ':message-type': 'event' }, Buffer.from(text));
    for (const bad of ['{}', '{"bytes":5}', '{"bytes":"***"}', 'nonsense', '[]', '']) {
      assert.equal(asFailure(unwrapped(framed(bad))[0]).code, 'UPSTREAM_MALFORMED');
    }
    for (const bad of ['[1]', 'hello', '{"no":"type"}', '{"type":5}', '{"type":"a\\nb"}', '{"type":"message_stop"']) {
      assert.equal(asFailure(unwrapped(chunk(bad))[0]).code, 'UPSTREAM_MALFORMED', bad);
    }
    const other = encodeEventStreamMessage(
      { ':event-type': 'initial-response', ':message-type': 'event' },
      Buffer.from('{}'),
    );
    assert.deepEqual(unwrapped(other), [null]);
  });

  const skip = existsSync(CORPUS) ? false : 'the corpus of recorded streams is not here';
  assert.ok(skip === false || process.env['CI'] !== 'true', 'CI must have the corpus');
  test('every recorded Anthropic stream survives the wrapping, and weighs the same', { skip }, () => {
    const files = readdirSync(CORPUS).filter((name) => name.endsWith('.chunks.txt'));
    assert.ok(files.length > 10);
    for (const file of files) {
      const payloads = readFileSync(join(CORPUS, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      const direct = createTap('anthropic-messages');
      const wrapped = createTap('anthropic-messages');
      for (const payload of payloads) {
        const event = asEvent(unwrapped(chunk(payload))[0]);
        assert.equal(event.data, payload);
        const type = (JSON.parse(payload) as { type: string }).type;
        assert.equal(event.event, type);
        const raw = Buffer.from(`event: ${type}\ndata: ${payload}\n\n`);
        assert.ok(event.raw.equals(raw));
        assert.equal(wrapped.event(event), direct.event({ raw, event: type, data: payload }));
      }
      assert.deepEqual(wrapped.facts(), direct.facts(), file);
    }
  });
});

describe('evidence and failures at Bedrock', () => {
  test('request id and tier come from headers, the region from our configuration', () => {
    const headers = {
      'x-amzn-requestid': '3f0e-77',
      'x-amzn-bedrock-service-tier': 'priority',
      'x-amzn-bedrock-input-token-count': '12',
      'x-amzn-bedrock-invocation-latency': '812',
    };
    const deployment = { ...frankfurt, region_grade: 1 as const, region_set: ['eu-west-1', 'eu-central-1'] };
    const got = bedrock.evidence(deployment, headers, responseFacts());
    assert.deepEqual([got.requestId, got.tier], ['3f0e-77', 'priority']);
    assert.deepEqual(got.region, { configured: 'eu-central-1,eu-west-1', reported: null, grade: 1 });
    assert.equal(got.kept['x-amzn-bedrock-input-token-count'], '12');
  });

  test('exceptions are named by header or body, with or without their name space', () => {
    const named = (type: string) => ({ 'x-amzn-errortype': type });
    for (const [status, headers, body, code, fault, fallback] of [
      [
        429,
        named('ThrottlingException:http://internal.amazon.com/coral/x'),
        { message: 'Too many requests' },
        'UPSTREAM_RATE_LIMITED',
        'rate_limit',
        true,
      ],
      [
        429,
        {},
        { __type: 'com.amazon.coral.service#ThrottlingException', message: 'x' },
        'UPSTREAM_RATE_LIMITED',
        'rate_limit',
        true,
      ],
      [408, named('ModelTimeoutException'), { message: 'x' }, 'UPSTREAM_TIMEOUT', 'model', true],
      [424, named('ModelErrorException'), { message: 'x' }, 'UPSTREAM_ERROR', 'model', true],
      [429, named('ModelNotReadyException'), { message: 'x' }, 'UPSTREAM_ERROR', 'model', true],
      [503, named('ServiceUnavailableException'), { message: 'x' }, 'UPSTREAM_ERROR', 'region', true],
      [400, named('ServiceQuotaExceededException'), { message: 'x' }, 'UPSTREAM_RATE_LIMITED', 'rate_limit', true],
      [
        403,
        named('ExpiredTokenException'),
        { message: 'The security token included in the request is expired' },
        'CREDENTIAL_UNAVAILABLE',
        'key',
        true,
      ],
      [403, named('InvalidSignatureException'), { Message: 'x' }, 'CREDENTIAL_UNAVAILABLE', 'key', true],
      [
        400,
        named('ValidationException'),
        { message: 'Malformed input request: #: extraneous key [foo] is not permitted' },
        'BAD_REQUEST',
        'client',
        false,
      ],
      [
        400,
        named('ValidationException'),
        { message: 'Input is too long for requested model.' },
        'BAD_REQUEST',
        'client',
        true,
      ],
      [
        400,
        named('ValidationException'),
        { message: 'The provided model identifier is invalid.' },
        'UPSTREAM_ERROR',
        'model',
        true,
      ],
      [400, named('ValidationException'), { message: 'invalid beta flag' }, 'BAD_REQUEST', 'client', true],
      [
        400,
        named('ValidationException'),
        {
          message:
            "Invocation of model ID anthropic.x with on-demand throughput isn't supported. Retry with an inference profile",
        },
        'UPSTREAM_ERROR',
        'model',
        true,
      ],
      [404, named('ResourceNotFoundException'), { message: 'x' }, 'UPSTREAM_ERROR', 'model', true],
    ] as const) {
      const got = bedrock.classify(failure(status, body, headers));
      assert.deepEqual([got.code, got.fault, got.fallback], [code, fault, fallback], JSON.stringify([headers, body]));
    }
  });

  test('who was not allowed to do what to which resource stays between us and the cloud', () => {
    const message =
      'User: arn:aws:sts::123456789012:assumed-role/acme-prod/session is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude';
    const got = bedrock.classify(failure(403, { message }, { 'x-amzn-errortype': 'AccessDeniedException' }));
    assert.equal(got.message, 'User: [arn] is not authorized to perform: bedrock:InvokeModel on resource: [arn]');
    assert.deepEqual([got.code, got.fault, got.type], ['CREDENTIAL_UNAVAILABLE', 'key', 'AccessDeniedException']);
  });
});
