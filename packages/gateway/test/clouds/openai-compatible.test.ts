import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openaiCompatible } from '../../src/clouds/openai-compatible.ts';
import { callOf, deploymentOf, failure, responseFacts } from './cloud-fixtures.ts';

const BODY = Buffer.from('{}');
const own = deploymentOf('openai-compatible', {
  model: 'llama-4',
  endpoint: 'http://10.0.0.7:8000/v1',
  region: 'dc-1',
});

describe('the request to an OpenAI-compatible server', () => {
  test('takes a base URL in any of its usual forms', () => {
    for (const [endpoint, url] of [
      ['http://gpu:8000', 'http://gpu:8000/v1/chat/completions'],
      ['http://gpu:8000/v1', 'http://gpu:8000/v1/chat/completions'],
      ['https://api.groq.example/openai/v1/', 'https://api.groq.example/openai/v1/chat/completions'],
      ['https://host.example/v1beta/openai/chat/completions', 'https://host.example/v1beta/openai/chat/completions'],
    ] as const) {
      const request = openaiCompatible.request(callOf({ ...own, endpoint }), BODY);
      assert.equal(request.origin + request.path, url);
    }
  });

  test('needs an endpoint, allows plain http inside the network, and no credential', () => {
    const { endpoint: _, ...without } = own;
    assert.match(openaiCompatible.check(without).join(' '), /`endpoint` is missing/);
    assert.throws(() => openaiCompatible.request(callOf(without), BODY), { code: 'CONFIG_INVALID' });
    assert.deepEqual(openaiCompatible.check(own), []);
    const request = openaiCompatible.request(callOf(own), BODY);
    assert.deepEqual(openaiCompatible.authorize(request, { kind: 'none' }, own, new Date(0)), {});
  });

  test('does not ask for streamed usage where the server lacks it, nor for a tier', () => {
    const edits = (deployment: typeof own) =>
      openaiCompatible.edits(callOf(deployment, { facts: { stream: true } })).set;
    assert.equal(edits(own)['stream_options'], '{"include_usage":true}');
    assert.equal(edits({ ...own, lacks: ['stream_options'] })['stream_options'], undefined);
    assert.equal(edits({ ...own, tier: 'priority' })['service_tier'], undefined);
  });
});

test('an own server reports no region and no tier', () => {
  const got = openaiCompatible.evidence(
    { ...own, region_grade: 1 },
    { server: 'uvicorn', 'x-request-id': 'r1' },
    responseFacts(),
  );
  assert.deepEqual(got.region, { configured: 'dc-1', reported: null, grade: 1 });
  assert.deepEqual([got.tier, got.requestId, got.kept['server']], ['standard', 'r1', 'uvicorn']);
});

describe('failures of own servers', () => {
  test('a server at its end is not the fault of the client, whatever type it names', () => {
    for (const [status, code, fault] of [
      [429, 'UPSTREAM_RATE_LIMITED', 'rate_limit'],
      [500, 'UPSTREAM_ERROR', 'deployment'],
      [503, 'UPSTREAM_ERROR', 'deployment'],
      [529, 'UPSTREAM_ERROR', 'deployment'],
    ] as const) {
      for (const type of ['invalid_request_error', 'context_length_exceeded', 'content_filter']) {
        const got = openaiCompatible.classify(failure(status, { error: { message: 'busy', type, code: null } }));
        assert.deepEqual([got.code, got.fault, got.retryable], [code, fault, true], `${status} ${type}`);
      }
    }
  });

  test('vLLM, TGI, Ollama and FastAPI each in their own shape', () => {
    const cases: readonly (readonly [number, unknown, string, boolean])[] = [
      [
        400,
        {
          object: 'error',
          message: "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
          type: 'BadRequestError',
          param: null,
          code: 400,
        },
        'client',
        true,
      ],
      [
        404,
        { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 },
        'model',
        true,
      ],
      [429, { error: 'Model is overloaded', error_type: 'overloaded' }, 'rate_limit', true],
      [
        422,
        {
          error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000',
          error_type: 'validation',
        },
        'client',
        true,
      ],
      [404, { error: { message: "model 'x' not found", type: 'not_found_error' } }, 'model', true],
      [422, { detail: 'Unprocessable Entity' }, 'client', false],
      [422, { detail: [{ loc: ['body', 'messages'], msg: 'field required' }] }, 'client', false],
      [503, '<html>nginx</html>', 'deployment', true],
    ];
    for (const [status, body, fault, fallback] of cases) {
      const got = openaiCompatible.classify(failure(status, body));
      assert.deepEqual([got.fault, got.fallback], [fault, fallback], JSON.stringify(body));
      assert.ok(got.message.length > 0);
    }
  });

  test('a redirect is the deployment’s fault and is never followed', () => {
    const got = openaiCompatible.classify(failure(302, '', { location: 'http://169.254.169.254/' }));
    assert.deepEqual([got.fault, got.retryable, got.fallback], ['deployment', false, true]);
    assert.match(got.message, /never followed/);
    assert.doesNotMatch(got.message, /169/);
  });
});
