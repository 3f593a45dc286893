import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROLE_NAMES } from '@weighbridge/protocol';
import { defaultRoles, developerOf, rolesOf } from '../../src/clouds/roles.ts';
import { DEPLOYMENTS, deploymentOf } from './cloud-fixtures.ts';

describe('who is who by default', () => {
  test('every deployment names every role with a slug', () => {
    for (const [name, deployment] of DEPLOYMENTS) {
      const roles = defaultRoles(deployment);
      for (const role of ROLE_NAMES) assert.match(roles[role], /^[a-z0-9-]+$/, `${name}: ${role}`);
    }
  });

  test('Claude in Foundry: sold and backed by one party, billed by another, hosted by either', () => {
    const claude = { model: 'claude-sonnet-4-5', resource: 'acme' };
    const azure = defaultRoles(deploymentOf('foundry', { ...claude, hosting: 'azure' }));
    assert.deepEqual(azure, {
      developer: 'anthropic',
      seller: 'anthropic',
      biller: 'microsoft',
      operator: 'anthropic',
      host: 'microsoft',
      processor: 'anthropic',
      sla_provider: 'anthropic',
    });
    const elsewhere = defaultRoles(deploymentOf('foundry', { ...claude, hosting: 'anthropic' }));
    assert.deepEqual(elsewhere, { ...azure, host: 'anthropic' });
    const mistral = defaultRoles(deploymentOf('foundry', { model: 'mistral-large', resource: 'acme' }));
    assert.deepEqual([mistral.developer, mistral.seller, mistral.host], ['mistral', 'microsoft', 'microsoft']);
  });

  test('Bedrock and Vertex are their clouds, the developer aside; an own server is nobody else', () => {
    const bedrock = defaultRoles(
      deploymentOf('bedrock', { model: 'us.anthropic.claude-opus-4-1-20250805-v1:0', region: 'us-east-1' }),
    );
    assert.deepEqual([bedrock.developer, ...new Set(Object.values(bedrock))], ['anthropic', 'anthropic', 'aws']);
    const vertex = defaultRoles(deploymentOf('vertex', { model: 'claude-sonnet-4-5', region: 'eu', project: 'p-1' }));
    assert.deepEqual([vertex.developer, vertex.host], ['anthropic', 'google']);
    const own = defaultRoles(deploymentOf('openai-compatible', { model: 'meta-llama/Llama-4', endpoint: 'http://x' }));
    assert.deepEqual([own.developer, own.processor], ['meta', 'self']);
  });

  test('configuration overrides a cell and leaves the others', () => {
    const roles = rolesOf(
      deploymentOf('bedrock', { model: 'anthropic.claude', region: 'us-east-1', roles: { seller: 'anthropic' } }),
    );
    assert.deepEqual([roles.seller, roles.biller, roles.developer], ['anthropic', 'aws', 'anthropic']);
  });
});

test('the developer is read from the model name, and unknown where it does not say', () => {
  for (const [model, developer] of [
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic'],
    ['gpt-5-mini', 'openai'],
    ['o3', 'openai'],
    ['openai/gpt-oss-120b', 'openai'],
    ['gemma3:27b', 'google'],
    ['Qwen/Qwen3-235B', 'alibaba'],
    ['deepseek-r1', 'deepseek'],
    ['phi-4', 'microsoft'],
    ['nvidia/nemotron-4', 'nvidia'],
    ['amazon.nova-pro-v1:0', 'aws'],
    ['grok-4', 'xai'],
    ['prod-writer', 'unknown'],
    ['arn:aws:bedrock:eu-central-1:1:application-inference-profile/abc', 'unknown'],
  ] as const) {
    assert.equal(developerOf(model), developer, model);
  }
});

test('a deployment that only has a name of its own is known by the name it is priced as', () => {
  const roles = defaultRoles(
    deploymentOf('openai-compatible', { model: 'prod-writer', priced_as: 'mistral-large', endpoint: 'http://x' }),
  );
  assert.equal(roles.developer, 'mistral');
});
