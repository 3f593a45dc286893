import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anthropic } from '../../src/clouds/anthropic.ts';
import { callOf, deploymentOf, failure, responseFacts, SECRET } from './cloud-fixtures.ts';

const BODY = Buffer.from('{}');
const sonnet = deploymentOf('anthropic', { model: 'claude-sonnet-4-5' });
const inUs = deploymentOf('anthropic', { model: 'claude-opus-4-6', region: 'us' });

describe('the request to Anthropic', () => {
  test('goes to /v1/messages with the version header', () => {
    const request = anthropic.request(callOf(sonnet, { facts: { stream: true } }), BODY);
    assert.equal(request.origin + request.path, 'https://api.anthropic.com/v1/messages');
    assert.deepEqual(request.headers, {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'anthropic-version': '2023-06-01',
    });
  });

  test('keeps a prefix of the endpoint and does not double the version', () => {
    for (const [endpoint, path] of [
      ['https://proxy.example/anthropic', '/anthropic/v1/messages'],
      ['https://proxy.example/anthropic/v1/', '/anthropic/v1/messages'],
      ['https://proxy.example/v1/messages', '/v1/messages'],
      ['http://127.0.0.1:8123', '/v1/messages'],
    ] as const) {
      assert.equal(anthropic.request(callOf({ ...sonnet, endpoint }), BODY).path, path);
    }
  });

  test("passes the client's version and idempotency key, and names what it withholds", () => {
    const fine = { 'anthropic-version': '2026-10-21', 'idempotency-key': 'order-7' };
    const request = anthropic.request(callOf(sonnet, { headers: fine }), BODY);
    assert.equal(request.headers['anthropic-version'], '2026-10-21');
    assert.equal(request.headers['idempotency-key'], 'order-7');
    assert.equal(request.withheld, undefined);
    const odd = anthropic.request(callOf(sonnet, { headers: { 'anthropic-version': 'newest' } }), BODY);
    assert.equal(odd.headers['anthropic-version'], '2023-06-01');
    assert.deepEqual(odd.withheld, ['anthropic-version: newest']);
  });

  test('lets betas through by list: the default, the own list, or all', () => {
    const headers = {
      'anthropic-beta': 'claude-code-20250219, context-1m-2025-08-07,fast-mode-2026-02-01,secret-lab-2026-01-01',
    };
    const byDefault = anthropic.request(callOf(sonnet, { headers }), BODY);
    assert.equal(
      byDefault.headers['anthropic-beta'],
      'claude-code-20250219,context-1m-2025-08-07,secret-lab-2026-01-01',
    );
    assert.deepEqual(byDefault.withheld, ['anthropic-beta: fast-mode-2026-02-01']);
    const own = anthropic.request(callOf({ ...sonnet, betas: ['fast-mode-*'] }, { headers }), BODY);
    assert.equal(own.headers['anthropic-beta'], 'fast-mode-2026-02-01');
    assert.equal(own.withheld?.length, 3);
    const all = anthropic.request(callOf({ ...sonnet, betas: ['*'] }, { headers }), BODY);
    assert.equal(all.headers['anthropic-beta'], headers['anthropic-beta'], 'to the byte where nothing is withheld');
    const but = anthropic.request(callOf({ ...sonnet, betas: ['*', '!context-*'] }, { headers }), BODY);
    assert.deepEqual(but.withheld, ['anthropic-beta: context-1m-2025-08-07']);
    assert.equal(all.withheld, undefined);
    const none = anthropic.request(callOf({ ...sonnet, betas: [] }, { headers }), BODY);
    assert.equal(none.headers['anthropic-beta'], undefined);
  });

  test('a thousand betas are neither all sent nor all repeated', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `b-${index}`).join(',');
    const all = anthropic.request(callOf({ ...sonnet, betas: ['*'] }, { headers: { 'anthropic-beta': names } }), BODY);
    assert.equal(all.headers['anthropic-beta']?.split(',').length, 32);
    assert.equal(all.withheld?.length, 32);
  });

  test('authorises with x-api-key, or a bearer token', () => {
    const request = anthropic.request(callOf(sonnet), BODY);
    const now = new Date(0);
    assert.deepEqual(anthropic.authorize(request, { kind: 'api_key', key: SECRET }, sonnet, now), {
      'x-api-key': SECRET,
    });
    const bearer = anthropic.authorize(request, { kind: 'bearer', token: SECRET }, sonnet, now);
    assert.deepEqual(bearer, { authorization: `Bearer ${SECRET}` });
  });

  test('a credential of the wrong kind is named, with the deployment', () => {
    const request = anthropic.request(callOf(sonnet), BODY);
    assert.throws(() => anthropic.authorize(request, { kind: 'none' }, sonnet, new Date(0)), {
      code: 'CREDENTIAL_UNAVAILABLE',
      message: /deployment "subject" .* credential "key" is of kind "none"/,
    });
  });
});

describe('residency at Anthropic', () => {
  test('a deployment in us pins inference_geo whatever the client asked', () => {
    assert.deepEqual(anthropic.edits(callOf(inUs)), {
      set: { model: '"claude-opus-4-6"', inference_geo: '"us"' },
      remove: [],
    });
    assert.deepEqual(anthropic.edits(callOf(sonnet, { facts: { model: 'claude-sonnet-4-5' } })), {
      set: {},
      remove: [],
    });
  });

  test('a model that refuses inference_geo cannot be pinned', () => {
    for (const model of [
      'claude-sonnet-4-5',
      'claude-opus-4-1-20250805',
      'claude-3-5-haiku-20241022',
      'claude-haiku-4-5-20251001',
    ]) {
      assert.match(anthropic.check({ ...inUs, model }).join(' '), /inference_geo/);
    }
    for (const model of ['claude-opus-4-6', 'claude-sonnet-5', 'claude-fable-5-1'])
      assert.deepEqual(anthropic.check({ ...inUs, model }), []);
    assert.match(anthropic.check({ ...sonnet, region: 'eu' }).join(' '), /`us` or `global` only/);
  });

  test('inference_geo of the response is grade 2, and "not_available" is not evidence', () => {
    const usage = { tokens: {}, source: 'reported', raw: null, inference_geo: 'us', tier: 'priority' } as const;
    const told = anthropic.evidence(inUs, { 'request-id': 'req_1' }, responseFacts({ usage }));
    assert.deepEqual(told.region, { configured: 'us', reported: 'us', grade: 2 });
    assert.equal(told.requestId, 'req_1');
    assert.equal(told.tier, 'priority');
    assert.equal(told.model, 'claude-sonnet-4-5-20250929');
    assert.equal(told.kept['usage.inference_geo'], 'us');
    const silent = anthropic.evidence(inUs, {}, responseFacts({ usage: { ...usage, inference_geo: 'not_available' } }));
    assert.deepEqual(silent.region, { configured: 'us', reported: null, grade: 0 });
  });
});

describe('failures at Anthropic', () => {
  const error = (type: string, message: string) => ({
    type: 'error',
    error: { type, message },
    request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
  });

  test('its error types, with the status they come with', () => {
    for (const [status, type, code, fault, retryable] of [
      [400, 'invalid_request_error', 'BAD_REQUEST', 'client', false],
      [401, 'authentication_error', 'CREDENTIAL_UNAVAILABLE', 'key', false],
      [402, 'billing_error', 'UPSTREAM_ERROR', 'key', false],
      [403, 'permission_error', 'CREDENTIAL_UNAVAILABLE', 'key', false],
      [404, 'not_found_error', 'UPSTREAM_ERROR', 'model', false],
      [413, 'request_too_large', 'BODY_TOO_LARGE', 'client', false],
      [429, 'rate_limit_error', 'UPSTREAM_RATE_LIMITED', 'rate_limit', true],
      [500, 'api_error', 'UPSTREAM_ERROR', 'deployment', true],
      [504, 'timeout_error', 'UPSTREAM_TIMEOUT', 'deployment', true],
      [529, 'overloaded_error', 'UPSTREAM_ERROR', 'deployment', true],
    ] as const) {
      const got = anthropic.classify(failure(status, error(type, 'Overloaded')));
      assert.deepEqual(
        [got.code, got.fault, got.retryable, got.type, got.message],
        [code, fault, retryable, type, 'Overloaded'],
      );
    }
  });

  test('an error inside a stream is judged by its type', () => {
    const got = anthropic.classify(failure(0, error('overloaded_error', 'Overloaded')));
    assert.deepEqual([got.code, got.retryable, got.fallback], ['UPSTREAM_ERROR', true, true]);
    const limited = anthropic.classify(failure(0, error('rate_limit_error', 'slow down')));
    assert.equal(limited.code, 'UPSTREAM_RATE_LIMITED');
  });

  test('a 400 is not always the request: an unpaid account falls back, a wrong field does not', () => {
    const broke = anthropic.classify(
      failure(400, error('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.')),
    );
    assert.deepEqual([broke.fault, broke.fallback, broke.retryable], ['key', true, false]);
    for (const message of [
      'You have reached your specified workspace API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
      'This organization has been disabled.',
    ]) {
      const got = anthropic.classify(failure(400, error('invalid_request_error', message)));
      assert.deepEqual([got.fault, got.fallback, got.retryable], ['key', true, false], message);
    }
    const wrong = anthropic.classify(failure(400, error('invalid_request_error', 'max_tokens: Field required')));
    assert.deepEqual([wrong.fault, wrong.fallback], ['client', false]);
    const long = anthropic.classify(
      failure(400, error('invalid_request_error', 'prompt is too long: 203456 tokens > 200000 maximum')),
    );
    assert.deepEqual([long.code, long.fault, long.fallback], ['BAD_REQUEST', 'client', true]);
    assert.equal(long.message, 'prompt is too long: 203456 tokens > 200000 maximum');
    const window = anthropic.classify(
      failure(
        400,
        error('invalid_request_error', 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000'),
      ),
    );
    assert.equal(window.fallback, true);
    const beta = anthropic.classify(
      failure(
        400,
        error('invalid_request_error', 'Unexpected value(s) `x-2020-01-01` for the `anthropic-beta` header.'),
      ),
    );
    assert.deepEqual([beta.fault, beta.fallback], ['client', true]);
  });

  test('the wait comes from retry-after, else from the bucket that is empty', () => {
    const body = error('rate_limit_error', 'This request would exceed your rate limit');
    const plain = anthropic.classify(failure(429, body, { 'retry-after': '13' }));
    assert.equal(plain.retryAfterMs, 13_000);
    const reset = anthropic.classify(
      failure(429, body, {
        date: 'Sun, 22 Nov 2026 12:00:00 GMT',
        'anthropic-ratelimit-requests-remaining': '10',
        'anthropic-ratelimit-requests-reset': '2026-11-22T12:05:00Z',
        'anthropic-ratelimit-output-tokens-remaining': '0',
        'anthropic-ratelimit-output-tokens-reset': '2026-11-22T12:00:07Z',
      }),
    );
    assert.equal(reset.retryAfterMs, 7000);
  });
});
