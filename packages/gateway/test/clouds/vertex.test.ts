import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { spliceJson } from '@weighbridge/dialects';
import { vertex } from '../../src/clouds/vertex.ts';
import { callOf, deploymentOf, failure, responseFacts, SECRET } from './cloud-fixtures.ts';

const BODY = Buffer.from('{}');
const belgium = deploymentOf('vertex', {
  model: 'claude-sonnet-4-5@20250929',
  region: 'europe-west1',
  project: 'acme-ml',
});

describe('the request to Vertex AI', () => {
  test('names project, location and model in the path, and says by its verb whether it streams', () => {
    const path = '/v1/projects/acme-ml/locations/europe-west1/publishers/anthropic/models/claude-sonnet-4-5@20250929';
    const whole = vertex.request(callOf(belgium), BODY);
    assert.equal(whole.origin + whole.path, `https://europe-west1-aiplatform.googleapis.com${path}:rawPredict`);
    assert.equal(vertex.request(callOf(belgium, { facts: { stream: true } }), BODY).path, `${path}:streamRawPredict`);
  });

  test('regional, multi-region and global locations have hosts of their own', () => {
    for (const [region, host] of [
      ['us-east5', 'us-east5-aiplatform.googleapis.com'],
      ['us', 'aiplatform.us.rep.googleapis.com'],
      ['eu', 'aiplatform.eu.rep.googleapis.com'],
      ['global', 'aiplatform.googleapis.com'],
    ] as const) {
      const request = vertex.request(callOf({ ...belgium, region }), BODY);
      assert.equal(request.origin, `https://${host}`);
      assert.ok(request.path.includes(`/locations/${region}/`));
    }
  });

  test('the version moves into the body, the model out of it, and the rest stays as it was', () => {
    const before = Buffer.from('{"model":"fast","stream":true, "max_tokens": 5,"anthropic_beta":["smuggled"]}');
    const after = spliceJson(before, vertex.edits(callOf(belgium)));
    assert.deepEqual(JSON.parse(after.toString()), {
      anthropic_version: 'vertex-2023-10-16',
      stream: true,
      max_tokens: 5,
    });
    assert.ok(after.toString().includes('"stream":true, "max_tokens": 5'));
  });

  test('betas that Google does not know are withheld, and no version header is sent', () => {
    const headers = {
      'anthropic-beta': 'interleaved-thinking-2025-05-14,advisor-tool-2026-03-01',
      'anthropic-version': '2023-06-01',
    };
    const request = vertex.request(callOf(belgium, { headers }), BODY);
    assert.equal(request.headers['anthropic-beta'], 'interleaved-thinking-2025-05-14');
    assert.deepEqual(request.withheld, ['anthropic-beta: advisor-tool-2026-03-01']);
    assert.equal(request.headers['anthropic-version'], undefined);
  });

  test('reserved and tiered capacity is asked for by header', () => {
    const type = (tier: string) =>
      vertex.request(callOf({ ...belgium, tier }), BODY).headers['x-vertex-ai-llm-request-type'];
    assert.equal(type('reserved'), 'dedicated');
    assert.equal(type('priority'), 'shared');
    assert.equal(type('standard'), undefined);
    assert.equal(type('constructor'), undefined);
  });

  test('authorises with a bearer token', () => {
    const request = vertex.request(callOf(belgium), BODY);
    const headers = vertex.authorize(request, { kind: 'bearer', token: SECRET }, belgium, new Date(0));
    assert.deepEqual(headers, { authorization: `Bearer ${SECRET}` });
  });
});

describe('what Vertex AI asks of a configuration', () => {
  test('a project, a location, a Claude model, and no verified region where the seller knows none', () => {
    const { project: _, ...without } = belgium;
    assert.match(vertex.check(without).join(' '), /`project` is missing/);
    assert.match(vertex.check({ ...belgium, project: 'Not A Project' }).join(' '), /not a Google Cloud project id/);
    assert.match(vertex.check({ ...belgium, region: 'Belgium!' }).join(' '), /`region` is "Belgium!"/);
    assert.match(vertex.check({ ...belgium, model: 'gemini-3-pro' }).join(' '), /not a Claude model/);
    assert.match(vertex.check({ ...belgium, region: 'global', region_grade: 1 }).join(' '), /cannot hold for `global`/);
    assert.deepEqual(vertex.check({ ...belgium, project: 'example.com:acme' }), []);
  });
});

describe('evidence and failures at Vertex AI', () => {
  test('nothing in a response speaks of the region', () => {
    const usage = { tokens: {}, source: 'reported', raw: null, inference_geo: 'us' } as const;
    const got = vertex.evidence(
      { ...belgium, region_grade: 1 },
      { 'request-id': 'req_vrtx_1' },
      responseFacts({ usage }),
    );
    assert.deepEqual(got.region, { configured: 'europe-west1', reported: null, grade: 1 });
    assert.equal(got.requestId, 'req_vrtx_1');
  });

  // Wordings as users report them: anthropics/claude-code#1440, cline/cline#651 (an array), yym68686/uni-api#41.
  test('an exhausted quota is a rate limit, in an object or in an array, with its stated delay', () => {
    const error = {
      code: 429,
      message:
        'Quota exceeded for aiplatform.googleapis.com/online_prediction_input_tokens_per_minute_per_base_model with base model: anthropic-claude-opus-4.',
      status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3.5s' }],
    };
    for (const body of [{ error }, [{ error }]]) {
      const got = vertex.classify(failure(429, body));
      assert.deepEqual(
        [got.code, got.fault, got.type, got.retryAfterMs],
        ['UPSTREAM_RATE_LIMITED', 'rate_limit', 'RESOURCE_EXHAUSTED', 3500],
      );
      assert.match(got.message, /^Quota exceeded/);
    }
  });

  test("Google's codes are attributed", () => {
    for (const [status, name, message, fault, fallback] of [
      [401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.', 'key', true],
      [403, 'PERMISSION_DENIED', "Permission 'aiplatform.endpoints.predict' denied on resource", 'key', true],
      [404, 'NOT_FOUND', 'Publisher Model was not found or your project does not have access to it.', 'model', true],
      [400, 'INVALID_ARGUMENT', 'Base model is not supported.', 'client', false],
      [503, 'UNAVAILABLE', 'The service is currently unavailable.', 'region', true],
      [504, 'DEADLINE_EXCEEDED', 'Deadline expired', 'deployment', true],
    ] as const) {
      const got = vertex.classify(failure(status, { error: { code: status, status: name, message } }));
      assert.deepEqual([got.fault, got.fallback, got.type], [fault, fallback, name]);
    }
    const refused = vertex.classify(
      failure(400, {
        error: {
          code: 400,
          status: 'FAILED_PRECONDITION',
          message: 'Project `acme-secret` is not allowed to use Publisher Model `projects/acme-secret/locations/x`',
        },
      }),
    );
    assert.deepEqual([refused.fault, refused.fallback], ['deployment', true]);
    assert.doesNotMatch(refused.message, /acme-secret/);
  });

  test("the model server's own errors come through as such", () => {
    const body = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'messages: at least one message is required' },
    };
    const got = vertex.classify(failure(400, body));
    assert.deepEqual([got.code, got.fallback], ['BAD_REQUEST', false]);
  });
});

describe('counting tokens at Vertex AI', () => {
  test('is a call of its own in the same place, whose body names the model', () => {
    const call = { ...callOf({ ...belgium, tier: 'reserved' }), counting: true };
    const request = vertex.counting?.request(call, BODY);
    assert.equal(
      `${request?.origin}${request?.path}`,
      'https://europe-west1-aiplatform.googleapis.com/v1/projects/acme-ml/locations/europe-west1/publishers/anthropic/models/count-tokens:rawPredict',
    );
    assert.equal(request?.headers['x-vertex-ai-llm-request-type'], undefined, 'counting takes no capacity');
    const body = spliceJson(Buffer.from('{"model":"fast","messages":[],"anthropic_beta":["x"]}'), vertex.edits(call));
    assert.deepEqual(JSON.parse(body.toString()), {
      anthropic_version: 'vertex-2023-10-16',
      model: 'claude-sonnet-4-5@20250929',
      messages: [],
    });
  });
});
