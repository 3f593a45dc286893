// What `--live` makes of an environment: it must always be a configuration that checks clean, under a budget.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  checkConfigValue,
  effectiveBudget,
  findCredentials,
  liveConfiguration,
  requireConfig,
  type Environment,
} from '@weighbridge/server';

const NOW = Date.UTC(2026, 10, 22);
const home = mkdtempSync(join(tmpdir(), 'weighbridge-env-'));
after(() => rmSync(home, { recursive: true, force: true }));
mkdirSync(join(home, '.aws'));
writeFileSync(join(home, '.aws', 'credentials'), '[default]\n');

const EVERYTHING: Environment = {
  HOME: home,
  ANTHROPIC_API_KEY: 'one',
  OPENAI_API_KEY: 'two',
  AWS_REGION: 'eu-central-1',
  GOOGLE_APPLICATION_CREDENTIALS: '/some/file.json',
  GOOGLE_CLOUD_PROJECT: 'project-1',
  AZURE_CLIENT_SECRET: 'three',
  ANTHROPIC_FOUNDRY_RESOURCE: 'resource-1',
};
const live = (env: Environment) => checkConfigValue('--live', liveConfiguration(findCredentials(env)), home, NOW);

describe('credentials in the environment', () => {
  test('an empty environment offers nothing', () => {
    assert.deepEqual(findCredentials({ HOME: '/nonexistent' }), []);
  });

  test('all of them together make one configuration without an error, each model once with every seller', () => {
    const loaded = live(EVERYTHING);
    assert.deepEqual(
      loaded.problems.filter((problem) => problem.severity === 'error'),
      [],
    );
    const config = requireConfig(loaded);
    assert.equal(config.log, 'live');
    const clouds = new Set(Object.values(config.deployments).map((deployment) => deployment.cloud));
    assert.deepEqual(clouds, new Set(['anthropic', 'openai', 'bedrock', 'vertex', 'foundry']));
    assert.equal(config.routes['claude-sonnet-4-5']?.candidates.length, 4);
  });

  for (const [name, env] of Object.entries({
    'an Anthropic key alone': { ANTHROPIC_API_KEY: 'x' },
    'an OpenAI key alone': { OPENAI_API_KEY: 'x' },
    'AWS keys': { AWS_ACCESS_KEY_ID: 'x', AWS_DEFAULT_REGION: 'us-east-1' },
    'a Bedrock key': { AWS_BEARER_TOKEN_BEDROCK: 'x', AWS_REGION: 'ap-southeast-2' },
    'a profile of the shared file': { HOME: home, AWS_PROFILE: 'dev', AWS_REGION: 'eu-west-1' },
    'Google with a region': {
      GOOGLE_APPLICATION_CREDENTIALS: 'f',
      GOOGLE_CLOUD_PROJECT: 'project-1',
      CLOUD_ML_REGION: 'europe-west1',
    },
    'a Foundry key': {
      ANTHROPIC_FOUNDRY_API_KEY: 'x',
      ANTHROPIC_FOUNDRY_BASE_URL: 'https://r.services.ai.azure.com/anthropic',
    },
  })) {
    test(`${name} is served under the default hard budget of $5 a day`, () => {
      const loaded = live(env);
      const config = requireConfig(loaded);
      assert.ok(Object.keys(config.routes).length > 0);
      assert.deepEqual(effectiveBudget(config), { daily: '5', currency: 'USD' });
      assert.deepEqual(
        loaded.problems.filter((problem) => /has no price/.test(problem.message)),
        [],
        'a hard budget could refuse it',
      );
    });
  }

  test('what is missing is said, and nothing is made of it', () => {
    const found = findCredentials({
      AWS_ACCESS_KEY_ID: 'x',
      GOOGLE_APPLICATION_CREDENTIALS: 'x',
      AZURE_CLIENT_SECRET: 'x',
      AZURE_OPENAI_API_KEY: 'x',
    });
    assert.deepEqual(
      found.map(({ offers }) => offers),
      [null, null, null, null],
    );
    assert.match(
      found.map(({ missing }) => missing).join('; '),
      /AWS_REGION.*GOOGLE_CLOUD_PROJECT.*ANTHROPIC_FOUNDRY_RESOURCE.*AZURE_OPENAI_ENDPOINT/,
    );
  });

  test('no value of a variable is ever shown', () => {
    const secrets = Object.fromEntries(
      [
        'ANTHROPIC_API_KEY',
        'OPENAI_API_KEY',
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'AZURE_OPENAI_API_KEY',
        'ANTHROPIC_FOUNDRY_API_KEY',
      ].map((name) => [name, 'hidden-value']),
    );
    const found = findCredentials({ ...secrets, AWS_REGION: 'eu-west-1', ANTHROPIC_FOUNDRY_RESOURCE: 'r' });
    assert.ok(!JSON.stringify([found, liveConfiguration(found)]).includes('hidden-value'));
  });
});
