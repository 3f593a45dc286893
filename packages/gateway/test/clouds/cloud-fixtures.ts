// Deployments, calls and response facts to test clouds with: one valid deployment for each cloud and hosting.
import { configSchema, type CloudId, type DialectId } from '@weighbridge/protocol';
import type { RequestFacts, ResponseFacts } from '@weighbridge/dialects';
import type { CallContext } from '../../src/clouds/cloud.ts';
import { cloudOf } from '../../src/clouds/index.ts';
import { rolesOf } from '../../src/clouds/roles.ts';
import type { Credential } from '../../src/credentials/credential.ts';
import type { Deployment } from '../../src/deployment.ts';

export const SECRET = 'sk-test-0123456789abcdef';

/** A deployment as the configuration schema would make it, with defaults filled in. */
export function deploymentOf(cloud: CloudId, fields: Readonly<Record<string, unknown>>): Deployment {
  const config = configSchema.parse({
    version: 1,
    deployments: { subject: { cloud, credential: 'key', region: 'global', ...fields } },
  }).deployments['subject'];
  if (config === undefined) throw new Error('the fixture made no deployment');
  return { ...config, id: 'subject', roles: rolesOf(config) };
}

/** A name, and a deployment that its cloud finds no fault with. */
export const DEPLOYMENTS: readonly (readonly [string, Deployment])[] = [
  ['anthropic', deploymentOf('anthropic', { model: 'claude-sonnet-4-5' })],
  ['anthropic in us', deploymentOf('anthropic', { model: 'claude-opus-4-6', region: 'us' })],
  [
    'foundry, Claude on Azure',
    deploymentOf('foundry', { model: 'claude-sonnet-4-5', resource: 'acme-ai', hosting: 'azure' }),
  ],
  [
    'foundry, Claude at Anthropic',
    deploymentOf('foundry', { model: 'claude-sonnet-4-5', resource: 'acme-ai', hosting: 'anthropic' }),
  ],
  ['foundry, another model', deploymentOf('foundry', { model: 'mistral-large', resource: 'acme-ai' })],
  [
    'bedrock',
    deploymentOf('bedrock', { model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', region: 'eu-central-1' }),
  ],
  [
    'bedrock by Converse',
    deploymentOf('bedrock', { model: 'us.amazon.nova-2-lite-v1:0', region: 'us-east-1', tier: 'flex' }),
  ],
  [
    'vertex',
    deploymentOf('vertex', { model: 'claude-sonnet-4-5@20250929', region: 'europe-west1', project: 'acme-ml' }),
  ],
  ['openai', deploymentOf('openai', { model: 'gpt-5' })],
  ['azure-openai v1', deploymentOf('azure-openai', { model: 'gpt-5-eu', resource: 'acme', region: 'swedencentral' })],
  [
    'azure-openai by deployment',
    deploymentOf('azure-openai', {
      model: 'gpt-5-eu',
      resource: 'acme',
      region: 'swedencentral',
      path_style: 'deployment',
    }),
  ],
  [
    'openai-compatible',
    deploymentOf('openai-compatible', { model: 'llama-4', endpoint: 'http://10.0.0.7:8000/v1', region: 'dc-1' }),
  ],
];

export function requestFacts(dialect: DialectId, fields: Partial<RequestFacts> = {}): RequestFacts {
  return {
    dialect,
    model: 'fast',
    stream: false,
    includeUsage: dialect === 'anthropic-messages',
    features: [],
    serverTools: {},
    choices: 1,
    ...fields,
  };
}

export function callOf(
  deployment: Deployment,
  options: { facts?: Partial<RequestFacts>; headers?: Readonly<Record<string, string>> } = {},
): CallContext {
  const dialect = cloudOf(deployment.cloud).dialect(deployment);
  return { deployment, facts: requestFacts(dialect, options.facts), clientHeaders: options.headers ?? {} };
}

export function responseFacts(fields: Partial<ResponseFacts> = {}): ResponseFacts {
  return {
    id: 'msg_01',
    model: 'claude-sonnet-4-5-20250929',
    stopReason: 'end_turn',
    refused: false,
    usage: { tokens: { input: 10, output: 5 }, source: 'reported', raw: null },
    fields: {},
    error: null,
    contentBytes: 12,
    contentEvents: 3,
    ...fields,
  };
}

/** A credential that the cloud takes. */
export function credentialFor(cloud: CloudId): Credential {
  if (cloud === 'vertex') return { kind: 'bearer', token: `ya29.${SECRET}` };
  if (cloud !== 'bedrock') return { kind: 'api_key', key: SECRET };
  return { kind: 'aws', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, sessionToken: 'session-token-value' };
}

export function failure(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): { status: number; headers: Readonly<Record<string, string>>; body: string } {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
