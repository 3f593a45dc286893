// The official clients, pointed straight at the lab in their own cloud's mode, complete a streamed, tool-using
// conversation: what proves that the lab speaks as the clouds do, down to signatures and tokens.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { converseChat, converseMessages, PORTABLE_CLIENTS } from './support/clients.ts';
import { converseRuntime } from './support/converse.ts';
import { RESPONSES_CLIENTS } from './support/responses-clients.ts';
import { assertConversation } from './support/conversation.ts';
import { openLab, type TestLab } from './support/lab.ts';
import { client, skipUnless } from './support/prerequisites.ts';

const QUICKLY = { timeout: 60_000 };
let lab: TestLab;
before(async () => {
  lab = await openLab();
});
after(() => lab.stop());

describe('openai and Azure', () => {
  const skip = skipUnless(client('openai'), client('@azure/identity'));
  test('openai holds the conversation with the OpenAI site', { skip, ...QUICKLY }, async () => {
    const { default: OpenAI } = await import('openai');
    const { clouds, credentials } = lab.endpoints;
    const sdk = new OpenAI({ baseURL: `${clouds.openai}/v1`, apiKey: credentials.openai_key, maxRetries: 0 });
    assertConversation(await converseChat(sdk, 'gpt-4.1'));
  });
  test('openai holds the conversation with an OpenAI-compatible server', { skip, ...QUICKLY }, async () => {
    const { default: OpenAI } = await import('openai');
    const { clouds, credentials } = lab.endpoints;
    const baseURL = `${clouds['openai-compatible']}/v1`;
    const sdk = new OpenAI({ baseURL, apiKey: credentials.openai_compatible_key, maxRetries: 0 });
    assertConversation(await converseChat(sdk, 'meta-llama/Llama-3.3-70B-Instruct'));
  });
  test('AzureOpenAI holds the conversation by deployment path and API key', { skip, ...QUICKLY }, async () => {
    const { AzureOpenAI } = await import('openai');
    const { clouds, credentials } = lab.endpoints;
    const sdk = new AzureOpenAI({
      endpoint: clouds['azure-openai'],
      apiKey: credentials.azure_openai_key,
      apiVersion: '2024-10-21',
      maxRetries: 0,
    });
    assertConversation(await converseChat(sdk, 'gpt-4.1'));
  });
  test('openai holds the conversation with the Azure v1 path under an Entra token', { skip, ...QUICKLY }, async () => {
    const { default: OpenAI } = await import('openai');
    const baseURL = `${lab.endpoints.clouds['azure-openai']}/openai/v1`;
    const sdk = new OpenAI({ baseURL, apiKey: await entraTokens(lab), maxRetries: 0 });
    assertConversation(await converseChat(sdk, 'gpt-4.1'));
  });
});

describe('Claude, each cloud by its own SDK', () => {
  test(
    '@anthropic-ai/sdk with the Anthropic site',
    { skip: skipUnless(client('@anthropic-ai/sdk')), ...QUICKLY },
    async () => {
      const { default: Anthropic } = await import('@anthropic-ai/sdk');
      const { clouds, credentials } = lab.endpoints;
      const sdk = new Anthropic({ baseURL: clouds.anthropic, apiKey: credentials.anthropic_key, maxRetries: 0 });
      assertConversation(await converseMessages(sdk, 'claude-sonnet-4-5'));
    },
  );
  const bedrock = skipUnless(client('@anthropic-ai/bedrock-sdk'));
  test('@anthropic-ai/bedrock-sdk signs with Signature Version 4', { skip: bedrock, ...QUICKLY }, async () => {
    const { aws } = lab.endpoints.credentials;
    const sdk = await bedrockClient(lab, 'bedrock', {
      awsAccessKey: aws.access_key_id,
      awsSecretKey: aws.secret_access_key,
    });
    assertConversation(await converseMessages(sdk, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'));
  });
  test('@anthropic-ai/bedrock-sdk signs with a session token', { skip: bedrock, ...QUICKLY }, async () => {
    const { session } = lab.endpoints.credentials.aws;
    const sdk = await bedrockClient(lab, 'bedrock-eu', {
      awsAccessKey: session.access_key_id,
      awsSecretKey: session.secret_access_key,
      awsSessionToken: session.session_token,
    });
    assertConversation(await converseMessages(sdk, 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0'));
  });
  test(
    '@anthropic-ai/bedrock-sdk speaks its own newest version to a model that takes it',
    { skip: bedrock, ...QUICKLY },
    async () => {
      const { AnthropicBedrock } = await import('@anthropic-ai/bedrock-sdk');
      const { clouds, credentials } = lab.endpoints;
      const sdk = new AnthropicBedrock({
        baseURL: clouds.bedrock,
        awsRegion: 'us-east-1',
        apiKey: credentials.bedrock_key,
        maxRetries: 0,
      });
      assertConversation(await converseMessages(sdk, 'us.anthropic.claude-opus-4-7'));
    },
  );
  test('a wrong AWS secret is refused, so the signature is really checked', { skip: bedrock, ...QUICKLY }, async () => {
    const { aws } = lab.endpoints.credentials;
    const sdk = await bedrockClient(lab, 'bedrock', {
      awsAccessKey: aws.access_key_id,
      awsSecretKey: `${aws.secret_access_key}x`,
    });
    await assert.rejects(converseMessages(sdk, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'), { status: 403 });
  });
  // google-auth-library follows the `token_url` of an external account, but not the `token_uri` of a service account's
  // file (it asks Google's own host always), so workload identity federation is what can be pointed at the lab.
  test(
    '@anthropic-ai/vertex-sdk with Google workload identity',
    { skip: skipUnless(client('@anthropic-ai/vertex-sdk')), ...QUICKLY },
    async () => {
      assertConversation(await converseMessages(await vertexClient(lab), 'claude-sonnet-4-5@20250929'));
    },
  );
  const foundry = skipUnless(client('@anthropic-ai/foundry-sdk'), client('@azure/identity'));
  test('@anthropic-ai/foundry-sdk with an API key', { skip: foundry, ...QUICKLY }, async () => {
    const { AnthropicFoundry } = await import('@anthropic-ai/foundry-sdk');
    const { clouds, credentials } = lab.endpoints;
    const sdk = new AnthropicFoundry({
      baseURL: `${clouds.foundry}/anthropic`,
      apiKey: credentials.foundry_key,
      maxRetries: 0,
    });
    assertConversation(await converseMessages(sdk, 'claude-sonnet-4-5'));
  });
  test('@anthropic-ai/foundry-sdk with an Entra token', { skip: foundry, ...QUICKLY }, async () => {
    const { AnthropicFoundry } = await import('@anthropic-ai/foundry-sdk');
    const sdk = new AnthropicFoundry({
      baseURL: `${lab.endpoints.clouds.foundry}/anthropic`,
      azureADTokenProvider: await entraTokens(lab),
      maxRetries: 0,
    });
    assertConversation(await converseMessages(sdk, 'claude-haiku-4-5-azure'));
  });
});

describe('Converse by the client of Amazon', { skip: skipUnless(client('@aws-sdk/client-bedrock-runtime')) }, () => {
  const MODELS = [
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'us.amazon.nova-2-lite-v1:0',
    'openai.gpt-oss-120b-1:0',
  ];
  for (const model of MODELS) {
    test(`@aws-sdk/client-bedrock-runtime holds the conversation with ${model}`, QUICKLY, async () => {
      assertConversation(await converseRuntime(await runtimeClient(lab), model));
    });
  }
  test('a wrong secret is the exception of its own', QUICKLY, async () => {
    const sdk = await runtimeClient(lab, 'wrong');
    await assert.rejects(converseRuntime(sdk, MODELS[0] ?? ''), { name: 'InvalidSignatureException' });
  });
});

async function runtimeClient(opened: TestLab, secret?: string) {
  const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
  const { NodeHttpHandler } = await import('@smithy/node-http-handler');
  const { aws } = opened.endpoints.credentials;
  return new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: opened.endpoints.clouds.bedrock,
    credentials: { accessKeyId: aws.access_key_id, secretAccessKey: secret ?? aws.secret_access_key },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
}

describe('the ai package, and Responses', () => {
  const ai = [...PORTABLE_CLIENTS, ...RESPONSES_CLIENTS].filter(({ name }) => /^(?:ai |openai \(Responses)/.test(name));
  for (const portable of ai) {
    const skip = skipUnless(client('ai'), client(portable.package));
    test(`${portable.name} holds the conversation`, { skip, ...QUICKLY }, async () => {
      const { clouds, credentials } = lab.endpoints;
      const site = portable.dialect === 'anthropic-messages' ? 'anthropic' : 'openai';
      assertConversation(
        await portable.converse({
          baseURL: clouds[site],
          apiKey: site === 'openai' ? credentials.openai_key : credentials.anthropic_key,
          model: site === 'openai' ? 'gpt-4.1' : 'claude-sonnet-4-5',
        }),
      );
    });
  }
});

/** Entra tokens by client secret, from the lab's own authority through Microsoft's library. */
async function entraTokens({ endpoints }: TestLab): Promise<() => Promise<string>> {
  const { ClientSecretCredential, getBearerTokenProvider } = await import('@azure/identity');
  const { tenant, client_id: id, client_secret: secret } = endpoints.credentials.entra;
  const credential = new ClientSecretCredential(tenant, id, secret, {
    authorityHost: endpoints.identity.entra,
    disableInstanceDiscovery: true,
  });
  return getBearerTokenProvider(credential, 'https://cognitiveservices.azure.com/.default');
}

async function vertexClient({ endpoints }: TestLab) {
  const { AnthropicVertex } = await import('@anthropic-ai/vertex-sdk');
  const { GoogleAuth } = await import('google-auth-library');
  const { google } = endpoints.credentials;
  return new AnthropicVertex({
    baseURL: `${endpoints.clouds.vertex}/v1`,
    region: 'global',
    projectId: google.project,
    googleAuth: new GoogleAuth({
      keyFile: google.external_account_file,
      scopes: 'https://www.googleapis.com/auth/cloud-platform',
    }),
    maxRetries: 0,
  });
}

/**
 * A client that signs. Models of Opus 4.6 and before take only Bedrock's first API version, while the SDK sends the newest
 * by itself (platform.claude.com/docs, "Claude on Amazon Bedrock, Opus 4.6 and earlier"): the header brings it back.
 */
async function bedrockClient(
  { endpoints }: TestLab,
  site: 'bedrock' | 'bedrock-eu',
  keys: { awsAccessKey: string; awsSecretKey: string; awsSessionToken?: string },
) {
  const { AnthropicBedrock } = await import('@anthropic-ai/bedrock-sdk');
  return new AnthropicBedrock({
    ...keys,
    baseURL: endpoints.clouds[site],
    awsRegion: site === 'bedrock' ? 'us-east-1' : 'eu-central-1',
    defaultHeaders: { 'anthropic-version': 'bedrock-2023-05-31' },
    maxRetries: 0,
  });
}
