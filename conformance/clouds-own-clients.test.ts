// The clouds' own clients, set to their cloud and pointed at the gateway by nothing but a base URL and a key: each holds
// the streamed, tool-using conversation, with its own cloud behind and with another, and meets failures as the exceptions
// that its users catch.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { converseChat, converseMessages, type MessagesClient } from './support/clients.ts';
import { assertConversation } from './support/conversation.ts';
import { converseRuntime } from './support/converse.ts';
import { client, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';

const QUICKLY = { timeout: 60_000 };
const PROFILE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const stand = openStand();

interface Pair {
  readonly access_key_id: string;
  readonly secret_access_key: string;
}

async function bedrockSdk(auth: string | Pair): Promise<MessagesClient> {
  const { AnthropicBedrock } = await import('@anthropic-ai/bedrock-sdk');
  const set = { baseURL: stand.gateway.origin, awsRegion: 'eu-central-1', maxRetries: 0 };
  return typeof auth === 'string'
    ? new AnthropicBedrock({ ...set, apiKey: auth })
    : new AnthropicBedrock({ ...set, awsAccessKey: auth.access_key_id, awsSecretKey: auth.secret_access_key });
}

/** As its documentation has it for a gateway: no Google credentials, the key in a header. */
async function vertexSdk(): Promise<MessagesClient> {
  const { AnthropicVertex } = await import('@anthropic-ai/vertex-sdk');
  const { OAuth2Client } = await import('google-auth-library');
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: stand.gateway.key, expiry_date: Date.now() + 3_600_000 });
  const baseURL = `${stand.gateway.origin}/v1`;
  return new AnthropicVertex({
    baseURL,
    projectId: 'any',
    region: 'us-east5',
    authClient,
    maxRetries: 0,
  });
}

describe(
  '@anthropic-ai/bedrock-sdk through the gateway',
  { skip: skipUnless(client('@anthropic-ai/bedrock-sdk')) },
  () => {
    for (const model of [PROFILE, 'sonnet-on-bedrock', 'sonnet-on-anthropic', 'gpt-on-openai']) {
      test(`holds the conversation with ${model} under a key`, QUICKLY, async () => {
        assertConversation(await converseMessages(await bedrockSdk(stand.gateway.key), model));
      });
    }

    test('and signed by the pair of a key', QUICKLY, async () => {
      const { aws } = await stand.gateway.keyWithPair();
      const sdk = await bedrockSdk(aws);
      assertConversation(await converseMessages(sdk, PROFILE));
    });

    test('a wrong secret is the permission error of its own', QUICKLY, async () => {
      const { aws } = await stand.gateway.keyWithPair();
      const sdk = await bedrockSdk({ ...aws, secret_access_key: 'wrong' });
      await assert.rejects(converseMessages(sdk, PROFILE), { status: 403 });
    });
  },
);

describe(
  '@aws-sdk/client-bedrock-runtime through the gateway',
  { skip: skipUnless(client('@aws-sdk/client-bedrock-runtime')) },
  () => {
    const BODY = JSON.stringify({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 64,
      messages: [{ role: 'user', content: 'Answer briefly. [lab say="forty-two tonnes"]' }],
    });
    const runtime = async (secret?: string) => {
      const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
      const { NodeHttpHandler } = await import('@smithy/node-http-handler');
      const { aws } = await stand.gateway.keyWithPair();
      return new BedrockRuntimeClient({
        region: 'eu-central-1',
        endpoint: stand.gateway.origin,
        credentials: { accessKeyId: aws.access_key_id, secretAccessKey: secret ?? aws.secret_access_key },
        // Its own handler speaks HTTP/2 without asking first.
        requestHandler: new NodeHttpHandler(),
        maxAttempts: 1,
      });
    };

    test('InvokeModel answers', QUICKLY, async () => {
      const { InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
      const answer = await (await runtime()).send(new InvokeModelCommand({ modelId: PROFILE, body: BODY }));
      assert.match(answer.body.transformToString(), /forty-two tonnes/);
      assert.match(answer.$metadata.requestId ?? '', /^[0-9A-Z]{26}$/);
    });

    test('InvokeModelWithResponseStream streams', QUICKLY, async () => {
      const { InvokeModelWithResponseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
      const answer = await (
        await runtime()
      ).send(new InvokeModelWithResponseStreamCommand({ modelId: PROFILE, body: BODY }));
      const types: string[] = [];
      for await (const { chunk } of answer.body ?? []) {
        types.push((JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as { type: string }).type);
      }
      assert.equal(types[0], 'message_start');
      assert.equal(types.at(-1), 'message_stop');
    });

    test('CountTokens counts', QUICKLY, async () => {
      const { CountTokensCommand } = await import('@aws-sdk/client-bedrock-runtime');
      const input = { invokeModel: { body: Buffer.from(BODY) } };
      const answer = await (await runtime()).send(new CountTokensCommand({ modelId: PROFILE, input }));
      assert.ok((answer.inputTokens ?? 0) > 0);
    });

    test('Converse answers', QUICKLY, async () => {
      const { ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime');
      const text = 'Answer briefly. [lab say="forty-two tonnes"]';
      const asked = new ConverseCommand({ modelId: PROFILE, messages: [{ role: 'user', content: [{ text }] }] });
      const answer = await (await runtime()).send(asked);
      assert.match(answer.output?.message?.content?.[0]?.text ?? '', /forty-two tonnes/);
      assert.ok((answer.usage?.outputTokens ?? 0) > 0);
    });

    for (const model of [PROFILE, 'sonnet-on-bedrock', 'nova-on-bedrock', 'gpt-on-openai']) {
      test(`ConverseStream holds the conversation with ${model}`, QUICKLY, async () => {
        assertConversation(await converseRuntime(await runtime(), model));
      });
    }

    test('failures are its own exceptions', QUICKLY, async () => {
      const { InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
      const unknown = new InvokeModelCommand({ modelId: 'nobody', body: BODY });
      await assert.rejects(async () => (await runtime()).send(unknown), { name: 'ResourceNotFoundException' });
      const known = new InvokeModelCommand({ modelId: PROFILE, body: BODY });
      await assert.rejects(async () => (await runtime('wrong')).send(known), { name: 'InvalidSignatureException' });
    });
  },
);

describe(
  '@anthropic-ai/vertex-sdk through the gateway',
  { skip: skipUnless(client('@anthropic-ai/vertex-sdk')) },
  () => {
    for (const model of ['claude-sonnet-4-5@20250929', 'sonnet-on-vertex', 'sonnet-on-bedrock', 'gpt-on-openai']) {
      test(`holds the conversation with ${model}`, QUICKLY, async () => {
        assertConversation(await converseMessages(await vertexSdk(), model));
      });
    }

    test('an unknown model is the not-found error of its own', QUICKLY, async () => {
      await assert.rejects(converseMessages(await vertexSdk(), 'nobody'), { status: 404 });
    });
  },
);

describe(
  'AzureOpenAI and Foundry through the gateway',
  { skip: skipUnless(client('openai'), client('@anthropic-ai/foundry-sdk')) },
  () => {
    for (const model of ['gpt-on-azure', 'sonnet-on-anthropic']) {
      test(`AzureOpenAI holds the conversation with ${model} by deployment path`, QUICKLY, async () => {
        const { AzureOpenAI } = await import('openai');
        const { origin, key } = stand.gateway;
        const sdk = new AzureOpenAI({ endpoint: origin, apiKey: key, apiVersion: '2024-10-21', maxRetries: 0 });
        assertConversation(await converseChat(sdk, model));
      });
    }

    test('openai holds it by the Azure v1 path', QUICKLY, async () => {
      const { default: OpenAI } = await import('openai');
      const { origin, key } = stand.gateway;
      const sdk = new OpenAI({ baseURL: `${origin}/openai/v1`, apiKey: key, maxRetries: 0 });
      assertConversation(await converseChat(sdk, 'gpt-on-azure'));
    });

    test('@anthropic-ai/foundry-sdk holds it', QUICKLY, async () => {
      const { AnthropicFoundry } = await import('@anthropic-ai/foundry-sdk');
      const { origin, key } = stand.gateway;
      const sdk = new AnthropicFoundry({ baseURL: `${origin}/anthropic`, apiKey: key, maxRetries: 0 });
      assertConversation(await converseMessages(sdk, 'sonnet-on-foundry'));
    });
  },
);
