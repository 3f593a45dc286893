import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { spliceJson } from '@weighbridge/dialects';
import { openai } from '../../src/clouds/openai.ts';
import { callOf, deploymentOf, failure, responseFacts, SECRET } from './cloud-fixtures.ts';

const BODY = Buffer.from('{}');
const gpt = deploymentOf('openai', { model: 'gpt-5' });

describe('the request to OpenAI', () => {
  test('goes to the host of its region', () => {
    for (const [region, host] of [
      ['global', 'api.openai.com'],
      ['eu', 'eu.api.openai.com'],
      ['us', 'us.api.openai.com'],
    ] as const) {
      const request = openai.request(callOf({ ...gpt, region }), BODY);
      assert.equal(request.origin + request.path, `https://${host}/v1/chat/completions`);
    }
    assert.match(openai.check({ ...gpt, region: 'mars' }).join(' '), /`region` is "mars"/);
    assert.throws(() => openai.request(callOf({ ...gpt, region: 'mars' }), BODY), { code: 'CONFIG_INVALID' });
    assert.throws(() => openai.request(callOf({ ...gpt, region: 'constructor' }), BODY), { code: 'CONFIG_INVALID' });
  });

  test('asks for streamed usage when the client did not, and keeps its other stream options', () => {
    const set = (facts: object) => openai.edits(callOf(gpt, { facts })).set['stream_options'];
    assert.equal(set({ stream: true }), '{"include_usage":true}');
    assert.equal(
      set({ stream: true, streamOptions: '{"include_obfuscation":false,"include_usage":false}' }),
      '{"include_obfuscation":false,"include_usage":true}',
    );
    assert.equal(set({ stream: true, includeUsage: true }), undefined);
    assert.equal(set({ stream: false }), undefined);
  });

  test('edits change the model and nothing else of a plain body', () => {
    const before = Buffer.from('{"messages":[],  "model":"fast","service_tier":"auto"}');
    const after = spliceJson(before, openai.edits(callOf(gpt)));
    assert.equal(after.toString(), '{"messages":[],  "model":"gpt-5","service_tier":"auto"}');
  });

  test('a deployment sold as a tier asks for it', () => {
    assert.equal(openai.edits(callOf({ ...gpt, tier: 'flex' })).set['service_tier'], '"flex"');
    assert.equal(openai.edits(callOf({ ...gpt, tier: 'priority' })).set['service_tier'], '"priority"');
    assert.equal(openai.edits(callOf(gpt)).set['service_tier'], undefined);
  });

  test('authorises with a bearer key', () => {
    const request = openai.request(callOf(gpt), BODY);
    const headers = openai.authorize(request, { kind: 'api_key', key: SECRET }, gpt, new Date(0));
    assert.deepEqual(headers, { authorization: `Bearer ${SECRET}` });
  });
});

describe('evidence at OpenAI', () => {
  test('keeps the request id, tier and fingerprint; "default" is the standard tier', () => {
    const fields = { service_tier: 'default', system_fingerprint: 'fp_1' };
    const headers = { 'x-request-id': 'req_a', 'openai-version': '2020-10-01', 'openai-organization': 'acme' };
    const got = openai.evidence(gpt, headers, responseFacts({ fields, model: 'gpt-5-2025-08-07' }));
    assert.equal(got.requestId, 'req_a');
    assert.equal(got.tier, 'standard');
    assert.equal(got.model, 'gpt-5-2025-08-07');
    assert.deepEqual(got.region, { configured: 'global', reported: null, grade: 0 });
    assert.equal(got.kept['body.system_fingerprint'], 'fp_1');
    assert.equal(got.kept['body.service_tier'], 'default');
    assert.doesNotMatch(JSON.stringify(got), /acme/);
  });
});

describe('failures at OpenAI', () => {
  const error = (code: string | null, message: string, type = 'invalid_request_error') => ({
    error: { message, type, param: null, code },
  });

  test('a spent quota is not a rate limit: waiting does not help, another key may', () => {
    const spent = openai.classify(
      failure(429, error('insufficient_quota', 'You exceeded your current quota', 'insufficient_quota')),
    );
    assert.deepEqual(
      [spent.code, spent.fault, spent.retryable, spent.fallback],
      ['UPSTREAM_ERROR', 'key', false, true],
    );
    const fast = openai.classify(
      failure(
        429,
        error('rate_limit_exceeded', 'Rate limit reached for gpt-5 in organization org-AbCdEf123', 'tokens'),
      ),
    );
    assert.deepEqual([fast.code, fast.fault, fast.retryable], ['UPSTREAM_RATE_LIMITED', 'rate_limit', true]);
    assert.equal(fast.message, 'Rate limit reached for gpt-5 in organization [account]');
  });

  test('codes decide before the status does', () => {
    for (const [status, code, fault, retryable, fallback] of [
      [401, 'invalid_api_key', 'key', false, true],
      [403, 'unsupported_country_region_territory', 'region', false, true],
      [404, 'model_not_found', 'model', false, true],
      [400, 'context_length_exceeded', 'client', false, true],
      [400, 'content_policy_violation', 'client', false, false],
      [400, 'unknown_parameter', 'client', false, false],
      [503, 'slow_down', 'rate_limit', true, true],
      [429, 'resource_unavailable', 'rate_limit', true, true],
    ] as const) {
      const got = openai.classify(failure(status, error(code, 'x')));
      assert.deepEqual([got.fault, got.retryable, got.fallback], [fault, retryable, fallback], code);
    }
  });

  test('"invalid request" without a code is read by its status: a missing key and a wrong path are not the client', () => {
    for (const [status, message, fault, fallback] of [
      [400, 'Unknown parameter: x', 'client', false],
      [401, "You didn't provide an API key.", 'key', true],
      [403, 'Project does not have access', 'key', true],
      [404, 'Invalid URL (POST /v1/foo)', 'model', true],
      [429, 'Too many requests', 'rate_limit', true],
      [500, 'The server had an error', 'deployment', true],
    ] as const) {
      const got = openai.classify(failure(status, error(null, message)));
      assert.deepEqual([got.fault, got.fallback, got.type], [fault, fallback, 'invalid_request_error'], String(status));
    }
  });

  test('a key in the message is not repeated', () => {
    const got = openai.classify(
      failure(
        401,
        error('invalid_api_key', 'Incorrect API key provided: sk-proj-********abcd. You can find your key at …'),
      ),
    );
    assert.equal(got.message, 'Incorrect API key provided: [key] You can find your key at …');
  });

  test('rate-limit resets are read as durations', () => {
    const wait = (headers: Record<string, string>) =>
      openai.classify(failure(429, error('rate_limit_exceeded', 'x'), headers)).retryAfterMs;
    assert.equal(wait({ 'retry-after-ms': '1234' }), 1234);
    assert.equal(wait({ 'retry-after': '2', 'retry-after-ms': 'soon' }), 2000);
    assert.equal(
      wait({
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '6m0s',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-requests': '9',
      }),
      360_000,
    );
    assert.equal(wait({ 'x-ratelimit-reset-requests': '20ms', 'x-ratelimit-reset-tokens': '1.5s' }), 1500);
    assert.equal(wait({}), undefined);
  });
});
