// A ready configuration of the gateway for a running lab: every cloud, every credential kind, every path style. Each
// deployment says `simulated: true`, so no budget counts it and every screen marks it.
import type { LabEndpoints } from './endpoints.ts';

export type Raw = Record<string, unknown>;

const OUTPUT = { sonnet: 64_000, haiku: 64_000, opus: 32_000, gpt41: 32_768, gpt5: 128_000, llama: 8_192 } as const;

/**
 * A raw configuration object (`configSchema` of the protocol accepts it) for these endpoints: credentials by file,
 * deployments at every cloud, routes by alias and by cloud, keys named `lab`, `assistant`, `batch` and `ci`. Pure.
 */
export function labConfiguration(endpoints: LabEndpoints): unknown {
  return {
    ...frame(endpoints),
    deployments: { ...microsoftAndAnthropic(endpoints), ...amazonAndGoogle(endpoints), ...otherDeployments(endpoints) },
    routes: { ...aliasRoutes(), ...cloudRoutes() },
  };
}

/** What every configuration of the lab has, whatever its clouds offer. */
export function frame(endpoints: LabEndpoints): Raw {
  return {
    version: 1,
    organisation: 'lab',
    log: 'lab',
    credentials: credentials(endpoints),
    keys: {
      lab: { team: 'platform', project: 'lab', environment: 'lab' },
      // For whoever tries out `keys create`: a name that stands here may be used.
      assistant: { team: 'support' },
      batch: {},
      ci: {},
      // Of `lab load`: one for each team of its mix, and one for traces.
      'load-engineering': {},
      'load-support': {},
      'load-research': {},
      'load-trace': {},
    },
  };
}

function credentials({ credentials: made, identity }: LabEndpoints): Raw {
  const file = (name: string): Raw => ({ file: made.files[name] ?? '' });
  const entra = { tenant: made.entra.tenant, client_id: made.entra.client_id, authority: identity.entra };
  return {
    anthropic: { kind: 'api_key', secret: file('anthropic') },
    foundry: { kind: 'api_key', secret: file('foundry') },
    'azure-openai': { kind: 'api_key', secret: file('azure-openai') },
    openai: { kind: 'api_key', secret: file('openai') },
    'openai-compatible': { kind: 'api_key', secret: file('openai-compatible') },
    'bedrock-bearer': { kind: 'aws_bearer', secret: file('bedrock') },
    aws: {
      kind: 'aws_keys',
      access_key_id: file('aws-access-key-id'),
      secret_access_key: file('aws-secret-access-key'),
    },
    'aws-session': {
      kind: 'aws_keys',
      access_key_id: file('aws-session-access-key-id'),
      secret_access_key: file('aws-session-secret-access-key'),
      session_token: file('aws-session-token'),
    },
    'entra-secret': { kind: 'entra_client_secret', ...entra, secret: file('entra-client-secret') },
    'entra-workload': { kind: 'entra_workload', ...entra, token_file: made.entra.token_file },
    google: { kind: 'google_file', file: made.google.service_account_file },
    'google-workload': { kind: 'google_file', file: made.google.external_account_file },
  };
}

const claude = (name: 'sonnet' | 'haiku' | 'opus', rest: Raw): Raw => ({
  region: 'global',
  simulated: true,
  max_output_tokens: OUTPUT[name],
  ...rest,
});

function microsoftAndAnthropic({ clouds }: LabEndpoints): Raw {
  const anthropic = { cloud: 'anthropic', endpoint: clouds.anthropic, credential: 'anthropic' };
  const foundry = { cloud: 'foundry', endpoint: clouds.foundry, credential: 'foundry' };
  return {
    'anthropic-sonnet-4-5': claude('sonnet', { ...anthropic, model: 'claude-sonnet-4-5' }),
    'anthropic-haiku-4-5': claude('haiku', { ...anthropic, model: 'claude-haiku-4-5' }),
    'anthropic-opus-4-1': claude('opus', { ...anthropic, model: 'claude-opus-4-1' }),
    'anthropic-sonnet-5': claude('sonnet', { ...anthropic, model: 'claude-sonnet-5' }),
    'anthropic-opus-5': claude('opus', { ...anthropic, model: 'claude-opus-5' }),
    'foundry-sonnet-4-5': claude('sonnet', {
      ...foundry,
      model: 'claude-sonnet-4-5',
      hosting: 'anthropic',
      region_scope: 'global',
    }),
    'foundry-haiku-4-5': claude('haiku', {
      ...foundry,
      model: 'claude-haiku-4-5-azure',
      priced_as: 'claude-haiku-4-5',
      hosting: 'azure',
      credential: 'entra-secret',
      region: 'datazone-us',
      region_set: ['eastus', 'eastus2', 'westus', 'westus3'],
      region_scope: 'datazone',
    }),
  };
}

function amazonAndGoogle({ clouds, credentials: made }: LabEndpoints): Raw {
  const bedrock = { cloud: 'bedrock', endpoint: clouds.bedrock, credential: 'aws' };
  const vertex = { cloud: 'vertex', endpoint: clouds.vertex, credential: 'google', project: made.google.project };
  const eu = ['eu-central-1', 'eu-west-1', 'eu-west-3', 'eu-north-1', 'eu-south-1', 'eu-south-2'];
  const us = ['us-east-1', 'us-east-2', 'us-west-2'];
  return {
    'bedrock-sonnet-4-5-us': claude('sonnet', {
      ...bedrock,
      model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      region: 'us-east-1',
      region_set: us,
      region_scope: 'regional',
    }),
    'bedrock-sonnet-4-5-global': claude('sonnet', {
      ...bedrock,
      model: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
      region: 'us-east-1',
      credential: 'aws-session',
      region_scope: 'global',
    }),
    'bedrock-sonnet-4-5-eu': claude('sonnet', {
      ...bedrock,
      endpoint: clouds['bedrock-eu'],
      model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
      region: 'eu-central-1',
      region_set: eu,
      region_scope: 'regional',
    }),
    'bedrock-haiku-4-5-us': claude('haiku', {
      ...bedrock,
      model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      region: 'us-east-1',
      region_set: us,
      credential: 'bedrock-bearer',
      region_scope: 'regional',
    }),
    'bedrock-nova-2-lite-us': {
      ...bedrock,
      model: 'us.amazon.nova-2-lite-v1:0',
      region: 'us-east-1',
      region_set: us,
      region_scope: 'regional',
      simulated: true,
      max_output_tokens: 65_535,
    },
    'bedrock-gpt-oss-120b': {
      ...bedrock,
      model: 'openai.gpt-oss-120b-1:0',
      region: 'us-east-1',
      region_scope: 'regional',
      credential: 'bedrock-bearer',
      simulated: true,
      max_output_tokens: 128_000,
    },
    'vertex-sonnet-4-5': claude('sonnet', {
      ...vertex,
      model: 'claude-sonnet-4-5@20250929',
      region: 'global',
      region_scope: 'global',
    }),
    'vertex-haiku-4-5-eu': claude('haiku', {
      ...vertex,
      model: 'claude-haiku-4-5@20251001',
      credential: 'google-workload',
      region: 'europe-west1',
      region_set: ['europe-west1'],
      region_scope: 'regional',
    }),
  };
}

function otherDeployments({ clouds }: LabEndpoints): Raw {
  const openai = {
    cloud: 'openai',
    endpoint: `${clouds.openai}/v1`,
    credential: 'openai',
    region: 'global',
    simulated: true,
  };
  const azure = {
    cloud: 'azure-openai',
    endpoint: clouds['azure-openai'],
    credential: 'azure-openai',
    region: 'eastus2',
    simulated: true,
  };
  return {
    'openai-gpt-4-1': { ...openai, model: 'gpt-4.1', max_output_tokens: OUTPUT.gpt41 },
    'openai-gpt-4o-mini': { ...openai, model: 'gpt-4o-mini', max_output_tokens: 16_384 },
    'openai-gpt-5': { ...openai, model: 'gpt-5', max_output_tokens: OUTPUT.gpt5 },
    'azure-gpt-4-1': {
      ...azure,
      model: 'gpt-4.1',
      path_style: 'deployment',
      api_version: '2024-10-21',
      region_scope: 'regional',
      max_output_tokens: OUTPUT.gpt41,
    },
    'azure-gpt-5': {
      ...azure,
      model: 'gpt-5',
      path_style: 'v1',
      credential: 'entra-workload',
      region_scope: 'global',
      max_output_tokens: OUTPUT.gpt5,
    },
    'foundry-gpt-4o-mini': {
      cloud: 'foundry',
      endpoint: clouds.foundry,
      credential: 'foundry',
      model: 'gpt-4o-mini',
      dialect: 'openai-chat',
      region: 'eastus2',
      simulated: true,
      max_output_tokens: 16_384,
    },
    'self-llama': {
      cloud: 'openai-compatible',
      endpoint: `${clouds['openai-compatible']}/v1`,
      credential: 'openai-compatible',
      model: 'meta-llama/Llama-3.3-70B-Instruct',
      region: 'on-premises',
      region_scope: 'n/a',
      simulated: true,
      max_output_tokens: OUTPUT.llama,
    },
  };
}

const to = (aliases: readonly string[], ...deployments: readonly string[]): Raw => ({
  aliases,
  candidates: deployments.map((deployment) => ({ deployment })),
});

function aliasRoutes(): Raw {
  return {
    'claude-sonnet-4-5': to(
      ['claude-sonnet-4-5-*', 'claude-sonnet-4-*'],
      'anthropic-sonnet-4-5',
      'foundry-sonnet-4-5',
      'bedrock-sonnet-4-5-global',
      'vertex-sonnet-4-5',
    ),
    'claude-haiku-4-5': to(
      ['claude-haiku-*', 'claude-3-5-haiku-*'],
      'anthropic-haiku-4-5',
      'foundry-haiku-4-5',
      'bedrock-haiku-4-5-us',
    ),
    'claude-opus-4-1': to(['claude-opus-4-1-*'], 'anthropic-opus-4-1'),
    'claude-opus-5': to(['claude-opus-*'], 'anthropic-opus-5'),
    'claude-sonnet-5': to(['claude-*'], 'anthropic-sonnet-5'),
    'gpt-4.1': to(['gpt-4.1-*'], 'openai-gpt-4-1', 'azure-gpt-4-1'),
    'gpt-4o-mini': to(['gpt-4o-mini-*'], 'openai-gpt-4o-mini', 'foundry-gpt-4o-mini'),
    'gpt-5': to(['gpt-5-*'], 'openai-gpt-5', 'azure-gpt-5'),
    'llama-3.3-70b': to(['meta-llama/*'], 'self-llama'),
  };
}

/** One route per deployment that a test or a person may want to reach alone. */
function cloudRoutes(): Raw {
  return {
    'sonnet-on-anthropic': to([], 'anthropic-sonnet-4-5'),
    'sonnet-on-foundry': to([], 'foundry-sonnet-4-5'),
    'haiku-on-foundry': to([], 'foundry-haiku-4-5'),
    'sonnet-on-bedrock': to([], 'bedrock-sonnet-4-5-us'),
    'sonnet-on-bedrock-global': to([], 'bedrock-sonnet-4-5-global'),
    'sonnet-on-bedrock-eu': to([], 'bedrock-sonnet-4-5-eu'),
    'haiku-on-bedrock': to([], 'bedrock-haiku-4-5-us'),
    'nova-on-bedrock': to([], 'bedrock-nova-2-lite-us'),
    'gpt-oss-on-bedrock': to([], 'bedrock-gpt-oss-120b'),
    'sonnet-on-vertex': to([], 'vertex-sonnet-4-5'),
    'haiku-on-vertex': to([], 'vertex-haiku-4-5-eu'),
    'gpt-on-openai': to([], 'openai-gpt-4-1'),
    'gpt-on-azure': to([], 'azure-gpt-4-1'),
    'gpt5-on-azure': to([], 'azure-gpt-5'),
    'gpt-on-foundry': to([], 'foundry-gpt-4o-mini'),
    'llama-on-self': to([], 'self-llama'),
  };
}
