// Counting tokens before a call: each vendor's own SDK counts at the lab by its cloud's own call, so the lab speaks it as
// the cloud does; and Anthropic's SDK counts through the gateway at every cloud that can, with the count of a call.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { client, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';

const QUICKLY = { timeout: 60_000 };
const QUESTION = {
  system: 'You weigh trucks.',
  tools: [{ name: 'weigh', description: 'Weighs a truck.', input_schema: { type: 'object' as const, properties: {} } }],
  messages: [{ role: 'user' as const, content: 'How heavy is the truck at gate 7?' }],
};

const stand = openStand();
let asked: Promise<number> | undefined;
/** What the developer's own API counts; all clouds of the lab count alike. */
const wanted = (): Promise<number> => (asked ??= ask());

async function ask(): Promise<number> {
  const { clouds, credentials } = stand.lab.endpoints;
  const answer = await fetch(`${clouds.anthropic}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: {
      'x-api-key': credentials.anthropic_key,
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ ...QUESTION, model: 'claude-sonnet-4-5' }),
  });
  const { input_tokens: count } = (await answer.json()) as { input_tokens: number };
  assert.ok(count > 10);
  return count;
}

describe('each cloud by its own SDK', () => {
  test('@anthropic-ai/foundry-sdk', { skip: skipUnless(client('@anthropic-ai/foundry-sdk')), ...QUICKLY }, async () => {
    const { AnthropicFoundry } = await import('@anthropic-ai/foundry-sdk');
    const { clouds, credentials } = stand.lab.endpoints;
    const sdk = new AnthropicFoundry({
      baseURL: `${clouds.foundry}/anthropic`,
      apiKey: credentials.foundry_key,
      maxRetries: 0,
    });
    assert.deepEqual(await sdk.messages.countTokens({ ...QUESTION, model: 'claude-sonnet-4-5' }), {
      input_tokens: await wanted(),
    });
  });

  test('@anthropic-ai/vertex-sdk', { skip: skipUnless(client('@anthropic-ai/vertex-sdk')), ...QUICKLY }, async () => {
    const { AnthropicVertex } = await import('@anthropic-ai/vertex-sdk');
    const { GoogleAuth } = await import('google-auth-library');
    const { google } = stand.lab.endpoints.credentials;
    const sdk = new AnthropicVertex({
      baseURL: `${stand.lab.endpoints.clouds.vertex}/v1`,
      region: 'global',
      projectId: google.project,
      googleAuth: new GoogleAuth({
        keyFile: google.external_account_file,
        scopes: 'https://www.googleapis.com/auth/cloud-platform',
      }),
      maxRetries: 0,
    });
    assert.deepEqual(await sdk.messages.countTokens({ ...QUESTION, model: 'claude-sonnet-4-5@20250929' }), {
      input_tokens: await wanted(),
    });
  });

  // Anthropic's SDK for Bedrock has no such call; Amazon's has.
  const skip = skipUnless(client('@aws-sdk/client-bedrock-runtime'));
  describe('@aws-sdk/client-bedrock-runtime', { skip }, () => {
    const count = async (modelId: string, more: object = { max_tokens: 1 }): Promise<number | undefined> => {
      const { BedrockRuntimeClient, CountTokensCommand } = await import('@aws-sdk/client-bedrock-runtime');
      const { NodeHttpHandler } = await import('@smithy/node-http-handler');
      const { aws } = stand.lab.endpoints.credentials;
      const sdk = new BedrockRuntimeClient({
        endpoint: stand.lab.endpoints.clouds.bedrock,
        region: 'us-east-1',
        credentials: { accessKeyId: aws.access_key_id, secretAccessKey: aws.secret_access_key },
        maxAttempts: 1,
        // Over TLS it speaks HTTP/2; the lab's sites are plain.
        requestHandler: new NodeHttpHandler(),
      });
      const body = Buffer.from(JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', ...QUESTION, ...more }));
      try {
        return (await sdk.send(new CountTokensCommand({ modelId, input: { invokeModel: { body } } }))).inputTokens;
      } finally {
        sdk.destroy();
      }
    };
    test('counts by the foundation model', QUICKLY, async () => {
      assert.equal(await count('anthropic.claude-sonnet-4-5-20250929-v1:0'), await wanted());
    });
    test('is refused a profile, a model that is sold by profile only, and half a request', QUICKLY, async () => {
      const refused = { name: 'ValidationException' };
      const uncounted = { ...refused, message: /doesn't support counting tokens/ };
      await assert.rejects(count('us.anthropic.claude-sonnet-4-5-20250929-v1:0'), uncounted);
      await assert.rejects(count('anthropic.claude-opus-4-7'), uncounted);
      await assert.rejects(count('anthropic.claude-sonnet-4-5-20250929-v1:0', {}), refused);
    });
  });
});

describe('@anthropic-ai/sdk through the gateway', { skip: skipUnless(client('@anthropic-ai/sdk')) }, () => {
  const count = async (model: string): Promise<{ input_tokens: number }> => {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const sdk = new Anthropic({ baseURL: stand.gateway.origin, apiKey: stand.gateway.key, maxRetries: 0 });
    return sdk.messages.countTokens({ ...QUESTION, model });
  };
  for (const route of [
    'sonnet-on-anthropic',
    'sonnet-on-foundry',
    'haiku-on-foundry',
    'sonnet-on-bedrock',
    'sonnet-on-bedrock-global',
    'sonnet-on-bedrock-eu',
    'haiku-on-bedrock',
    'sonnet-on-vertex',
    'haiku-on-vertex',
  ]) {
    test(`counts with ${route}`, QUICKLY, async () => {
      assert.deepEqual(await count(route), { input_tokens: await wanted() });
    });
  }
  for (const route of ['gpt-on-openai', 'gpt-on-azure', 'gpt-on-foundry', 'llama-on-self']) {
    test(`is told by ${route} that it does not count, and what does`, QUICKLY, async () => {
      await assert.rejects(count(route), {
        status: 501,
        message: /does not count tokens\); these do: claude-/,
      });
    });
  }
});
