import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foundry } from '../../src/clouds/foundry.ts';
import { callOf, deploymentOf, failure, responseFacts, SECRET } from './cloud-fixtures.ts';

const BODY = Buffer.from('{}');
const onAzure = deploymentOf('foundry', { model: 'claude-sonnet-4-5', resource: 'acme-ai', hosting: 'azure' });
const atAnthropic = { ...onAzure, hosting: 'anthropic' as const };
const mistral = deploymentOf('foundry', { model: 'mistral-large', resource: 'acme-ai' });

describe('the request to Foundry', () => {
  test('Claude goes to the Messages path in both hostings', () => {
    for (const deployment of [onAzure, atAnthropic]) {
      assert.equal(foundry.dialect(deployment), 'anthropic-messages');
      const request = foundry.request(callOf(deployment), BODY);
      assert.equal(request.origin + request.path, 'https://acme-ai.services.ai.azure.com/anthropic/v1/messages');
      assert.equal(request.headers['anthropic-version'], '2023-06-01');
    }
  });

  test('another model goes to the OpenAI v1 path, with a version only if one is configured', () => {
    assert.equal(foundry.dialect(mistral), 'openai-chat');
    const request = foundry.request(callOf(mistral), BODY);
    assert.equal(request.origin + request.path, 'https://acme-ai.services.ai.azure.com/openai/v1/chat/completions');
    assert.equal(request.headers['anthropic-version'], undefined);
    const preview = foundry.request(callOf({ ...mistral, api_version: 'preview' }), BODY);
    assert.equal(preview.path, '/openai/v1/chat/completions?api-version=preview');
  });

  test('an endpoint given with or without its path leads to the same place', () => {
    for (const endpoint of [
      'https://acme-ai.services.ai.azure.com',
      'https://acme-ai.services.ai.azure.com/anthropic',
      'https://acme-ai.services.ai.azure.com/anthropic/v1',
    ]) {
      assert.equal(foundry.request(callOf({ ...onAzure, endpoint }), BODY).path, '/anthropic/v1/messages');
    }
  });

  test("a deployment's own name is served as the dialect that configuration gives it", () => {
    const named = {
      ...mistral,
      model: 'prod-writer',
      dialect: 'anthropic-messages' as const,
      hosting: 'azure' as const,
    };
    assert.deepEqual(foundry.check(named), []);
    assert.equal(foundry.request(callOf(named), BODY).path, '/anthropic/v1/messages');
    assert.equal(foundry.edits(callOf(named)).set['model'], '"prod-writer"');
  });

  test('keys go under the header of the dialect; tokens are bearer in both', () => {
    const now = new Date(0);
    const key = { kind: 'api_key', key: SECRET } as const;
    const token = { kind: 'bearer', token: SECRET } as const;
    const request = foundry.request(callOf(onAzure), BODY);
    assert.deepEqual(foundry.authorize(request, key, onAzure, now), { 'x-api-key': SECRET });
    assert.deepEqual(foundry.authorize(request, key, mistral, now), { 'api-key': SECRET });
    assert.deepEqual(foundry.authorize(request, token, onAzure, now), { authorization: `Bearer ${SECRET}` });
    assert.deepEqual(foundry.authorize(request, token, mistral, now), { authorization: `Bearer ${SECRET}` });
  });

  test('streamed usage is asked for in Chat Completions only', () => {
    assert.equal(
      foundry.edits(callOf(mistral, { facts: { stream: true } })).set['stream_options'],
      '{"include_usage":true}',
    );
    assert.equal(foundry.edits(callOf(onAzure, { facts: { stream: true } })).set['stream_options'], undefined);
  });
});

describe('what Foundry asks of a configuration', () => {
  test('Claude needs its hosting, others must not have one, data zones are only on Azure', () => {
    const { hosting: _, ...without } = onAzure;
    assert.match(foundry.check(without).join(' '), /`hosting` is missing/);
    assert.match(foundry.check({ ...mistral, hosting: 'azure' }).join(' '), /`hosting` is for Claude/);
    assert.match(foundry.check({ ...atAnthropic, region_scope: 'datazone' }).join(' '), /Global Standard only/);
    assert.deepEqual(foundry.check({ ...onAzure, region_scope: 'datazone' }), []);
  });

  test('a resource or an endpoint is needed, and a resource is one label of a host name', () => {
    const { resource: _, ...without } = onAzure;
    assert.match(foundry.check(without).join(' '), /`resource`.* or `endpoint`/);
    assert.throws(() => foundry.request(callOf(without), BODY), { code: 'CONFIG_INVALID' });
    for (const resource of ['a.b', 'evil.example/', 'a b', '-a', 'a@b']) {
      assert.match(foundry.check({ ...onAzure, resource }).join(' '), /not an Azure resource name/);
      assert.throws(() => foundry.request(callOf({ ...onAzure, resource }), BODY), { code: 'CONFIG_INVALID' });
    }
  });
});

describe('evidence at Foundry', () => {
  test('x-ms-region is a report only on a regional deployment, and kept everywhere', () => {
    const headers = { 'x-ms-region': 'East US 2', 'request-id': 'req_1', 'apim-request-id': 'apim-1' };
    for (const region_scope of ['global', 'datazone'] as const) {
      const got = foundry.evidence({ ...onAzure, region_scope, region_grade: 1 }, headers, responseFacts());
      assert.deepEqual([got.region.grade, got.region.reported], [1, null]);
      assert.equal(got.kept['x-ms-region'], 'East US 2');
      assert.equal(got.requestId, 'req_1');
      assert.equal(got.kept['apim-request-id'], 'apim-1');
    }
    const regional = foundry.evidence({ ...mistral, region_scope: 'regional' }, headers, responseFacts());
    assert.deepEqual([regional.region.grade, regional.region.reported], [2, 'East US 2']);
    assert.equal(regional.requestId, 'apim-1');
  });

  test("inference_geo is believed only from Anthropic's own servers", () => {
    const usage = { tokens: {}, source: 'reported', raw: null, inference_geo: 'global' } as const;
    assert.equal(foundry.evidence(atAnthropic, {}, responseFacts({ usage })).region.grade, 2);
    const azure = foundry.evidence(onAzure, {}, responseFacts({ usage }));
    assert.deepEqual([azure.region.grade, azure.kept['usage.inference_geo']], [0, 'global']);
  });
});

describe('failures at Foundry', () => {
  test('both vocabularies are understood: the model server and the front door', () => {
    const server = foundry.classify(
      failure(529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    );
    assert.equal(server.type, 'overloaded_error');
    const door = foundry.classify(
      failure(401, {
        error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' },
      }),
    );
    assert.deepEqual([door.code, door.fault, door.fallback], ['CREDENTIAL_UNAVAILABLE', 'key', true]);
    const missing = foundry.classify(
      failure(404, { error: { code: 'DeploymentNotFound', message: 'no such deployment' } }),
    );
    assert.deepEqual([missing.fault, missing.retryable, missing.fallback], ['deployment', false, true]);
  });
});

describe('counting tokens in Foundry', () => {
  test('is Claude’s, beside the call it counts', () => {
    const claude = deploymentOf('foundry', { model: 'claude-sonnet-4-5', resource: 'acme-ai', hosting: 'azure' });
    assert.equal(foundry.counting?.can(claude), true);
    const request = foundry.counting?.request(callOf(claude), Buffer.from('{}'));
    assert.equal(
      `${request?.origin}${request?.path}`,
      'https://acme-ai.services.ai.azure.com/anthropic/v1/messages/count_tokens',
    );
    const other = deploymentOf('foundry', { model: 'mistral-large', resource: 'acme-ai' });
    assert.equal(foundry.counting?.can(other), false);
  });
});
