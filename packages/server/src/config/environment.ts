// What the environment already offers. `doctor` lists it; `--live` alone turns it into deployments under the default
// budget. Only names of variables and files are ever looked at and shown, never their values.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { betasWithinWindow } from '@weighbridge/gateway';
import type { CloudId } from '@weighbridge/protocol';

/** The process environment, handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, read here and nowhere else in the server. */
export const processEnvironment = (): Environment => process.env;

/** Hard daily budget where real deployments are configured and no budget is. */
export const DEFAULT_BUDGET = { daily: '5', currency: 'USD' } as const;

export interface FoundCredential {
  /** Whose: `anthropic`, `openai`, `aws`, `google`, `azure`. */
  readonly party: string;
  /** Where it was found: names of variables or a file, never a value. */
  readonly source: string;
  /** What `--live` makes of it; null where something is still missing, which `missing` names. */
  readonly offers: Pick<ConfigInput, 'credentials' | 'deployments' | 'routes'> | null;
  readonly missing?: string;
}

/** Plain form of the configuration before defaults; loosely typed, since the schema checks it right after. */
export interface ConfigInput {
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly deployments: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly routes: Readonly<
    Record<string, { readonly aliases?: readonly string[]; readonly candidates: readonly { deployment: string }[] }>
  >;
}

interface ModelOffer {
  readonly route: string;
  readonly aliases: readonly string[];
  readonly model: string;
  /** Output tokens at most. */
  readonly most: number;
  /** Context window in tokens: what a hard budget reserves for input whose size the request does not tell. */
  readonly window: number;
}

// Ids, windows and output caps: platform.claude.com/docs/en/about-claude/models/overview, and for each model
// platform.claude.com/docs/en/models/{sonnet-4-5,haiku-4-5}/overview (read 2026-11-29); Bedrock's and Vertex's own ids from
// the same table. The window is 200,000 tokens at every seller; some still sell a wider one of Sonnet 4.5 to whoever asks
// for it by a beta, which deployments made here therefore do not pass on.
const CLAUDE: readonly (ModelOffer & { bedrock: string; vertex: string })[] = [
  {
    route: 'claude-sonnet-4-5',
    aliases: ['claude-sonnet-4-5-20250929', 'sonnet'],
    model: 'claude-sonnet-4-5-20250929',
    most: 64_000,
    window: 200_000,
    bedrock: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    vertex: 'claude-sonnet-4-5@20250929',
  },
  {
    route: 'claude-haiku-4-5',
    aliases: ['claude-haiku-4-5-20251001', 'haiku'],
    model: 'claude-haiku-4-5-20251001',
    most: 64_000,
    window: 200_000,
    bedrock: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    vertex: 'claude-haiku-4-5@20251001',
  },
  {
    route: 'claude-opus-4-1',
    aliases: ['claude-opus-4-1-20250805', 'opus'],
    model: 'claude-opus-4-1-20250805',
    most: 32_000,
    window: 200_000,
    bedrock: 'anthropic.claude-opus-4-1-20250805-v1:0',
    vertex: 'claude-opus-4-1@20250805',
  },
];
// platform.openai.com/docs/models/gpt-4.1 and gpt-4.1-mini; the figures as quoted at vercel.com/ai-gateway/models and
// contextwindows.dev (read 2026-11-29).
const GPT: readonly ModelOffer[] = [
  { route: 'gpt-4.1', aliases: [], model: 'gpt-4.1', most: 32_768, window: 1_047_576 },
  { route: 'gpt-4.1-mini', aliases: [], model: 'gpt-4.1-mini', most: 32_768, window: 1_047_576 },
];

/** Output tokens at most of a model that stands above, by any of its ids; undefined of all others. */
export function knownOutputCap(id: string): number | undefined {
  const plain = id.replace(/^(?:global|us|eu|apac)\./, '');
  const claude = CLAUDE.find(({ route, model, bedrock, vertex }) => [route, model, bedrock, vertex].includes(plain));
  return (claude ?? GPT.find(({ model }) => model === plain))?.most;
}

export function findCredentials(env: Environment): readonly FoundCredential[] {
  const found: FoundCredential[] = [];
  if (has(env, 'ANTHROPIC_API_KEY')) {
    found.push({
      party: 'anthropic',
      source: 'ANTHROPIC_API_KEY',
      offers: offer('anthropic', apiKey('ANTHROPIC_API_KEY'), CLAUDE, () => ({ region: 'global' })),
    });
  }
  if (has(env, 'OPENAI_API_KEY')) {
    found.push({
      party: 'openai',
      source: 'OPENAI_API_KEY',
      offers: offer('openai', apiKey('OPENAI_API_KEY'), GPT, () => ({ region: 'global' })),
    });
  }
  found.push(...findAws(env), ...findGoogle(env), ...findAzure(env));
  return found;
}

const has = (env: Environment, name: string): boolean => (env[name] ?? '') !== '';
const apiKey = (name: string): unknown => ({ kind: 'api_key', secret: { env: name } });

function offer<Offer extends ModelOffer>(
  cloud: CloudId,
  credential: unknown,
  models: readonly Offer[],
  more: (model: Offer) => Readonly<Record<string, unknown>>,
): FoundCredential['offers'] {
  const name = `${cloud}-env`;
  const betas = betasWithinWindow(cloud);
  const deployments: Record<string, Record<string, unknown>> = {};
  const routes: Record<string, { aliases: string[]; candidates: { deployment: string }[] }> = {};
  for (const model of models) {
    const id = `${cloud}-${model.route}`;
    deployments[id] = {
      cloud,
      model: model.model,
      credential: name,
      max_output_tokens: model.most,
      max_input_tokens: model.window,
      ...(betas.length === 0 ? {} : { betas: [...betas] }),
      ...more(model),
    };
    routes[model.route] = { aliases: [...model.aliases], candidates: [{ deployment: id }] };
  }
  return { credentials: { [name]: credential }, deployments, routes };
}

function findAws(env: Environment): readonly FoundCredential[] {
  const file = env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(env['HOME'] ?? '', '.aws', 'credentials');
  const bearer = has(env, 'AWS_BEARER_TOKEN_BEDROCK');
  const source = bearer
    ? 'AWS_BEARER_TOKEN_BEDROCK'
    : has(env, 'AWS_ACCESS_KEY_ID')
      ? 'AWS_ACCESS_KEY_ID'
      : has(env, 'AWS_WEB_IDENTITY_TOKEN_FILE')
        ? 'AWS_WEB_IDENTITY_TOKEN_FILE'
        : existsSync(file)
          ? file
          : undefined;
  if (source === undefined) return [];
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  if (region === undefined)
    return [{ party: 'aws', source, offers: null, missing: 'set AWS_REGION to the region to call' }];
  const credential = bearer
    ? { kind: 'aws_bearer', secret: { env: 'AWS_BEARER_TOKEN_BEDROCK' } }
    : { kind: 'aws_default', ...(has(env, 'AWS_PROFILE') ? { profile: env['AWS_PROFILE'] } : {}) };
  // Newer Claude models are sold on demand only through inference profiles, named by geography.
  const geography = region.startsWith('eu-') ? 'eu' : region.startsWith('us-') ? 'us' : 'global';
  const profile = (id: string): string => `${geography}.${id}`;
  const offers = offer('bedrock', credential, CLAUDE, (model) => ({
    model: profile(model.bedrock),
    region,
    region_scope: geography === 'global' ? 'global' : 'regional',
  }));
  return [{ party: 'aws', source, offers }];
}

function findGoogle(env: Environment): readonly FoundCredential[] {
  const file = join(env['HOME'] ?? '', '.config', 'gcloud', 'application_default_credentials.json');
  const source = has(env, 'GOOGLE_APPLICATION_CREDENTIALS')
    ? 'GOOGLE_APPLICATION_CREDENTIALS'
    : existsSync(file)
      ? file
      : undefined;
  if (source === undefined) return [];
  const project = env['GOOGLE_CLOUD_PROJECT'] ?? env['ANTHROPIC_VERTEX_PROJECT_ID'];
  if (project === undefined)
    return [{ party: 'google', source, offers: null, missing: 'set GOOGLE_CLOUD_PROJECT to the project to bill' }];
  const region = env['CLOUD_ML_REGION'] ?? env['GOOGLE_CLOUD_LOCATION'] ?? 'global';
  const offers = offer('vertex', { kind: 'google_default' }, CLAUDE, (model) => ({
    model: model.vertex,
    project,
    region,
    region_scope: region === 'global' ? 'global' : 'regional',
  }));
  return [{ party: 'google', source, offers }];
}

function findAzure(env: Environment): readonly FoundCredential[] {
  const key = ['AZURE_FOUNDRY_API_KEY', 'ANTHROPIC_FOUNDRY_API_KEY'].find((name) => has(env, name));
  const identity = ['AZURE_CLIENT_SECRET', 'AZURE_FEDERATED_TOKEN_FILE', 'AZURE_CLIENT_CERTIFICATE_PATH'].find((name) =>
    has(env, name),
  );
  const found: FoundCredential[] = [];
  if (key !== undefined || identity !== undefined) found.push(foundry(env, key, identity));
  if (has(env, 'AZURE_OPENAI_API_KEY')) {
    const endpoint = env['AZURE_OPENAI_ENDPOINT'];
    const missing =
      endpoint === undefined ? 'set AZURE_OPENAI_ENDPOINT, and' : 'the models are deployed under names of your own:';
    found.push({
      party: 'azure',
      source: 'AZURE_OPENAI_API_KEY',
      offers: null,
      missing: `${missing} name each in weighbridge.yaml`,
    });
  }
  return found;
}

function foundry(env: Environment, key: string | undefined, identity: string | undefined): FoundCredential {
  const source = key ?? identity ?? '';
  const resource = env['ANTHROPIC_FOUNDRY_RESOURCE'];
  const base =
    env['ANTHROPIC_FOUNDRY_BASE_URL'] ??
    (resource === undefined ? undefined : `https://${resource}.services.ai.azure.com/anthropic`);
  if (base === undefined)
    return {
      party: 'azure',
      source,
      offers: null,
      missing: 'set ANTHROPIC_FOUNDRY_RESOURCE to the name of the Foundry resource',
    };
  const credential = key === undefined ? { kind: 'entra_default' } : apiKey(key);
  // A Foundry deployment carries by default the model's short name.
  const offers = offer('foundry', credential, CLAUDE, (model) => ({
    model: model.route,
    endpoint: base,
    region: 'global',
    hosting: 'anthropic',
  }));
  return { party: 'azure', source, offers };
}

/**
 * The configuration that `--live` stands for: every credential found, one route a model, all sellers its candidates, and
 * one key that may use all of it.
 */
export function liveConfiguration(found: readonly FoundCredential[]): Readonly<Record<string, unknown>> {
  const credentials: Record<string, unknown> = {};
  const deployments: Record<string, unknown> = {};
  const routes: Record<string, { aliases: string[]; candidates: { deployment: string }[] }> = {};
  for (const { offers } of found) {
    if (offers === null) continue;
    Object.assign(credentials, offers.credentials);
    Object.assign(deployments, offers.deployments);
    for (const [id, route] of Object.entries(offers.routes)) {
      const held = (routes[id] ??= { aliases: [], candidates: [] });
      held.aliases = [...new Set([...held.aliases, ...(route.aliases ?? [])])];
      held.candidates.push(...route.candidates);
    }
  }
  return { version: 1, log: 'live', budget: DEFAULT_BUDGET, credentials, deployments, routes, keys: { live: {} } };
}
