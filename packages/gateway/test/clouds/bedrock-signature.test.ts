import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bedrock } from '../../src/clouds/bedrock.ts';
import { callOf, deploymentOf, SECRET } from './cloud-fixtures.ts';
import { authorizationOf } from './sigv4-oracle.ts';

const BODY = Buffer.from('{"max_tokens":5}');
const frankfurt = deploymentOf('bedrock', {
  model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  region: 'eu-central-1',
});
const keys = {
  kind: 'aws',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
} as const;

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
