import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { spliceJson } from '@weighbridge/dialects';
import { bedrock } from '../../src/clouds/bedrock.ts';
import { callOf, deploymentOf, failure, responseFacts } from './cloud-fixtures.ts';

const BODY = Buffer.from('{"max_tokens":5}');
const frankfurt = deploymentOf('bedrock', {
  model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  region: 'eu-central-1',
});

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
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07,advisor-tool-2026-03-01' };
    const call = callOf(frankfurt, { facts: { stream: true }, headers });
    const before = Buffer.from(
      '{"model":"fast", "max_tokens": 5,"stream":true,"service_tier":"auto","metadata":{"user_id":"u"},"messages":[{"role":"user","content":"\\u00e9"}]}',
    );
    const after = spliceJson(before, bedrock.edits(call)).toString();
    assert.deepEqual(JSON.parse(after), {
      anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: ['context-1m-2025-08-07'],
      max_tokens: 5,
      metadata: { user_id: 'u' },
      messages: [{ role: 'user', content: 'é' }],
    });
    assert.ok(after.includes('"messages":[{"role":"user","content":"\\u00e9"}]'));
    const request = bedrock.request(call, BODY);
    assert.equal(request.headers['anthropic-beta'], undefined);
    assert.deepEqual(request.withheld, ['anthropic-beta: advisor-tool-2026-03-01']);
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

describe('what Bedrock asks of a configuration', () => {
  test('a real region, a Claude model, and a set behind a verified profile', () => {
    assert.match(bedrock.check({ ...frankfurt, region: 'global' }).join(' '), /`region` is "global"/);
    assert.match(
      bedrock
        .check({ ...frankfurt, model: 'meta.llama4-maverick-17b-instruct-v1:0', dialect: 'anthropic-messages' })
        .join(' '),
      /not a Claude model.*`dialect: bedrock-converse`/,
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

describe('evidence at Bedrock', () => {
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
});

const named = (type: string) => ({ 'x-amzn-errortype': type });

/** Status, headers and body as the service sends them; code, fault and fall-back as we read them. */
const EXCEPTIONS = [
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
] as const;

describe('failures at Bedrock', () => {
  test('exceptions are named by header or body, with or without their name space', () => {
    for (const [status, headers, body, code, fault, fallback] of EXCEPTIONS) {
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

describe('counting tokens at Bedrock', () => {
  const counts = (model: string): string | null => {
    const deployment = deploymentOf('bedrock', { model, region: 'us-east-1' });
    if (bedrock.counting?.can(deployment) !== true) return null;
    return bedrock.counting.request(callOf(deployment), Buffer.from('{}')).path;
  };
  const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
  const PATH = `/model/${encodeURIComponent(SONNET)}/count-tokens`;

  test('is by the foundation model behind an id, a profile or its ARN', () => {
    for (const model of [
      SONNET,
      `us.${SONNET}`,
      `us-gov.${SONNET}`,
      `global.${SONNET}`,
      `arn:aws:bedrock:us-east-1:123456789012:inference-profile/apac.${SONNET}`,
    ]) {
      assert.equal(counts(model), PATH, model);
    }
    const arn = `arn:aws:bedrock:us-east-1::foundation-model/${SONNET}`;
    assert.equal(counts(arn), `/model/${encodeURIComponent(arn)}/count-tokens`);
  });

  test('is not where the name does not tell the model', () => {
    assert.equal(counts('arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc'), null);
    assert.equal(counts('arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc'), null);
  });

  test('wraps the whole request that would be made, in base64', () => {
    const deployment = deploymentOf('bedrock', { model: `us.${SONNET}`, region: 'us-east-1', tier: 'priority' });
    const asked = { ...callOf(deployment), counting: true };
    const body = spliceJson(Buffer.from('{"model":"m","messages":[]}'), bedrock.edits(asked));
    const request = bedrock.counting?.request(asked, body);
    assert.ok(request !== undefined);
    const { input } = JSON.parse(request.body.toString()) as { input: { invokeModel: { body: string } } };
    assert.equal(Buffer.from(input.invokeModel.body, 'base64').toString(), body.toString());
    assert.deepEqual(JSON.parse(body.toString()), {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 1,
      messages: [],
    });
    assert.deepEqual(request.headers, { 'content-type': 'application/json', accept: 'application/json' });
    const own = { ...asked, facts: { ...asked.facts, maxOutputTokens: 9 } };
    assert.equal(bedrock.edits(own).set['max_tokens'], undefined, 'a ceiling of the caller stays');
  });

  test('what Amazon says of a model that it does not count for goes elsewhere', () => {
    const got = bedrock.classify(
      failure(
        400,
        { message: "The provided model doesn't support counting tokens." },
        { 'x-amzn-errortype': 'ValidationException' },
      ),
    );
    assert.deepEqual([got.code, got.retryable, got.fallback], ['NOT_IMPLEMENTED', false, true]);
  });
});
