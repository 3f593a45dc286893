import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { azureOpenai } from '../../src/clouds/azure-openai.ts';
import { callOf, deploymentOf, failure, responseFacts, SECRET } from './cloud-fixtures.ts';

const BODY = Buffer.from('{}');
const v1 = deploymentOf('azure-openai', { model: 'gpt-5-eu', resource: 'acme', region: 'swedencentral' });
const dated = { ...v1, path_style: 'deployment' as const };

describe('the request to Azure OpenAI', () => {
  test('v1 has no version unless configured; the deployment path always has one', () => {
    const at = (deployment: typeof v1) => {
      const request = azureOpenai.request(callOf(deployment), BODY);
      return request.origin + request.path;
    };
    assert.equal(at(v1), 'https://acme.openai.azure.com/openai/v1/chat/completions');
    assert.equal(
      at({ ...v1, api_version: 'preview' }),
      'https://acme.openai.azure.com/openai/v1/chat/completions?api-version=preview',
    );
    assert.equal(
      at(dated),
      'https://acme.openai.azure.com/openai/deployments/gpt-5-eu/chat/completions?api-version=2024-10-21',
    );
    assert.equal(
      at({ ...dated, model: 'team a/gpt', api_version: '2025-04-01-preview' }),
      'https://acme.openai.azure.com/openai/deployments/team%20a%2Fgpt/chat/completions?api-version=2025-04-01-preview',
    );
    assert.equal(
      at({ ...v1, endpoint: 'https://acme.openai.azure.com/openai/v1/' }),
      'https://acme.openai.azure.com/openai/v1/chat/completions',
    );
  });

  test('authorises with api-key, or an Entra token', () => {
    const request = azureOpenai.request(callOf(v1), BODY);
    assert.deepEqual(azureOpenai.authorize(request, { kind: 'api_key', key: SECRET }, v1, new Date(0)), {
      'api-key': SECRET,
    });
    const token = azureOpenai.authorize(request, { kind: 'bearer', token: SECRET }, v1, new Date(0));
    assert.deepEqual(token, { authorization: `Bearer ${SECRET}` });
  });

  test('a malformed API version is a problem in words', () => {
    assert.match(azureOpenai.check({ ...dated, api_version: '2024 10&x=1' }).join(' '), /`api_version` looks like/);
  });
});

describe('evidence at Azure OpenAI', () => {
  test('the region header is a report on a regional deployment, and nothing more elsewhere', () => {
    const headers = { 'x-ms-region': 'Sweden Central', 'apim-request-id': 'a-1', 'x-request-id': 'x-1' };
    const regional = azureOpenai.evidence(
      { ...v1, region_scope: 'regional', region_grade: 1 },
      headers,
      responseFacts(),
    );
    assert.deepEqual(regional.region, { configured: 'swedencentral', reported: 'Sweden Central', grade: 2 });
    const zone = azureOpenai.evidence({ ...v1, region_scope: 'datazone', region_grade: 1 }, headers, responseFacts());
    assert.deepEqual(zone.region, { configured: 'swedencentral', reported: null, grade: 1 });
    assert.equal(zone.requestId, 'a-1');
    assert.deepEqual([zone.kept['x-ms-region'], zone.kept['x-request-id']], ['Sweden Central', 'x-1']);
  });

  test('provisioned capacity that spilled over says from where', () => {
    const from = azureOpenai.evidence(v1, { 'x-ms-spillover-from-deployment': 'gpt-5-ptu' }, responseFacts());
    assert.equal(from.spilledFrom, 'gpt-5-ptu');
    assert.equal(azureOpenai.evidence(v1, { 'x-ms-is-spilled-over': 'True' }, responseFacts()).spilledFrom, 'unknown');
    assert.equal(azureOpenai.evidence(v1, { 'x-ms-is-spilled-over': 'false' }, responseFacts()).spilledFrom, undefined);
  });
});

describe('failures at Azure OpenAI', () => {
  // Shape as reported in stanford-crfm/helm#3327 and openai/openai-dotnet#55.
  test('the content filter is the end of it: no other seller is asked to say what this one refused', () => {
    const got = azureOpenai.classify(
      failure(400, {
        error: {
          message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
          type: null,
          param: 'prompt',
          code: 'content_filter',
          status: 400,
          innererror: {
            code: 'ResponsibleAIPolicyViolation',
            content_filter_result: { violence: { filtered: true, severity: 'medium' } },
          },
        },
      }),
    );
    assert.deepEqual([got.code, got.fault, got.retryable, got.fallback], ['BAD_REQUEST', 'client', false, false]);
    assert.equal(got.type, 'content_filter');
  });

  test('a missing deployment and a wrong API version are the deployment, not the client', () => {
    const missing = azureOpenai.classify(
      failure(404, {
        error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' },
      }),
    );
    assert.deepEqual([missing.code, missing.fault, missing.fallback], ['UPSTREAM_ERROR', 'deployment', true]);
    const version = azureOpenai.classify(failure(404, { error: { code: '404', message: 'Resource not found' } }));
    assert.deepEqual([version.fault, version.fallback], ['deployment', true]);
  });

  test('a full deployment says when to come back, in a header or in its sentence', () => {
    const body = {
      error: {
        code: '429',
        message:
          'Requests to the ChatCompletions_Create Operation have exceeded the token rate limit. Please retry after 6 seconds.',
      },
    };
    assert.equal(azureOpenai.classify(failure(429, body)).retryAfterMs, 6000);
    assert.equal(
      azureOpenai.classify(failure(429, body, { 'retry-after-ms': '580', 'retry-after': '1' })).retryAfterMs,
      580,
    );
    const flat = azureOpenai.classify(
      failure(429, { statusCode: 429, message: 'Rate limit is exceeded. Try again in 3 seconds.' }),
    );
    assert.deepEqual([flat.code, flat.retryAfterMs], ['UPSTREAM_RATE_LIMITED', 3000]);
  });

  test('a key error of the front door falls back', () => {
    const got = azureOpenai.classify(
      failure(401, {
        error: { code: 'Unauthorized', message: 'Access token is missing, invalid, audience is incorrect' },
      }),
    );
    assert.deepEqual([got.code, got.fault, got.fallback], ['CREDENTIAL_UNAVAILABLE', 'key', true]);
  });
});
