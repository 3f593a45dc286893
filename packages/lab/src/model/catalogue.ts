// The models that the lab's clouds know, and what each cloud calls them. Limits are the vendors' published ones
// (platform.claude.com/docs models overview and prompt caching; platform.openai.com/docs/models), read November 2026.
import type { DialectId } from '@weighbridge/protocol';

export interface LabModel {
  readonly id: string;
  /** The dated version that a response names. */
  readonly version: string;
  readonly dialect: DialectId;
  readonly maxOutput: number;
  /** Context window, tokens. */
  readonly context: number;
  /** Shortest prefix that is cached, tokens. */
  readonly minCache: number;
  /** Reasons before it answers, without being asked; takes `max_completion_tokens` only. */
  readonly reasons: boolean;
  /** `thinking: {type: "adaptive"}` is understood (Claude 4.6 and later). */
  readonly adaptive: boolean;
  /** `inference_geo` is understood (Claude 4.6 and later). */
  readonly geo: boolean;
}

const claude = (id: string, date: string, maxOutput: number, minCache: number, modern: boolean): LabModel => ({
  id,
  version: date === '' ? id : `${id}-${date}`,
  dialect: 'anthropic-messages',
  maxOutput,
  context: modern ? 1_000_000 : 200_000,
  minCache,
  reasons: false,
  adaptive: modern,
  geo: modern,
});

const openai = (id: string, version: string, maxOutput: number, context: number, reasons: boolean): LabModel => ({
  id,
  version,
  dialect: 'openai-chat',
  maxOutput,
  context,
  minCache: 1024,
  reasons,
  adaptive: false,
  geo: false,
});

export const LAB_MODELS: readonly LabModel[] = [
  claude('claude-sonnet-4-5', '20250929', 64_000, 1024, false),
  claude('claude-haiku-4-5', '20251001', 64_000, 4096, false),
  claude('claude-opus-4-1', '20250805', 32_000, 1024, false),
  claude('claude-opus-4-5', '20251101', 64_000, 4096, false),
  claude('claude-sonnet-4-6', '', 64_000, 1024, true),
  claude('claude-opus-4-6', '', 128_000, 4096, true),
  claude('claude-opus-4-7', '', 128_000, 4096, true),
  claude('claude-opus-4-8', '', 128_000, 4096, true),
  claude('claude-sonnet-5', '', 128_000, 1024, true),
  claude('claude-opus-5', '', 128_000, 4096, true),
  claude('claude-fable-5', '', 128_000, 4096, true),
  claude('claude-haiku-5-5', '', 64_000, 4096, true),
  claude('claude-sonnet-5-5', '', 128_000, 1024, true),
  claude('claude-opus-5-5', '', 128_000, 4096, true),
  openai('gpt-4.1', 'gpt-4.1-2025-04-14', 32_768, 1_047_576, false),
  openai('gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14', 32_768, 1_047_576, false),
  openai('gpt-4o', 'gpt-4o-2024-08-06', 16_384, 128_000, false),
  openai('gpt-4o-mini', 'gpt-4o-mini-2024-07-18', 16_384, 128_000, false),
  openai('gpt-5', 'gpt-5-2025-08-07', 128_000, 400_000, true),
  openai('gpt-5-mini', 'gpt-5-mini-2025-08-07', 128_000, 400_000, true),
  openai('meta-llama/Llama-3.3-70B-Instruct', 'meta-llama/Llama-3.3-70B-Instruct', 8_192, 131_072, false),
  openai('deepseek-ai/DeepSeek-R1', 'deepseek-ai/DeepSeek-R1', 32_768, 131_072, true),
];

const byName = new Map<string, LabModel>();
for (const model of LAB_MODELS) {
  byName.set(model.id, model);
  byName.set(model.version, model);
}

/** By id or dated version. */
export const modelNamed = (name: string): LabModel | null => byName.get(name) ?? null;

/** Prefixes of Bedrock's cross-region inference profiles. */
const PROFILE = /^(us|eu|apac|jp|au|us-gov|global)\.anthropic\.(.+?)(?:-v\d+(?::\d+)?)?$/;
const BARE = /^anthropic\.(.+?)(?:-v\d+(?::\d+)?)?$/;
const ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d{12}:(?:inference-profile|application-inference-profile)\/(.+)$/;

/** Bedrock's ids: `global.anthropic.claude-…-v1:0`, or an inference profile's ARN. `scope` is empty for a bare id. */
export function bedrockModel(id: string): { readonly model: LabModel; readonly scope: string } | null {
  const name = ARN.exec(id)?.[1] ?? id;
  const profile = PROFILE.exec(name);
  const model = modelNamed(profile?.[2] ?? BARE.exec(name)?.[1] ?? '');
  return model === null || model.dialect !== 'anthropic-messages' ? null : { model, scope: profile?.[1] ?? '' };
}

/** Regions of each profile, from the service's documentation of cross-region inference. */
export const PROFILE_REGIONS: Readonly<Record<string, readonly string[]>> = {
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3', 'eu-south-1', 'eu-south-2'],
  global: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1'],
};

/** Vertex's ids: `claude-sonnet-4-5@20250929`, or without a date. */
export function vertexModel(id: string): LabModel | null {
  const model = modelNamed(id.replace('@default', '').replace('@', '-'));
  return model?.dialect === 'anthropic-messages' ? model : null;
}

/** Regions and multi-regions where Vertex serves Claude. */
export const VERTEX_LOCATIONS: ReadonlySet<string> = new Set([
  'global',
  'us',
  'eu',
  'us-east5',
  'us-central1',
  'europe-west1',
  'europe-west4',
  'asia-southeast1',
  'asia-east1',
]);

export interface LabDeployment {
  readonly model: LabModel;
  /** Foundry: who runs it. Others: empty. */
  readonly hosting: 'azure' | 'anthropic' | '';
  /** Deployment type, Azure's word. */
  readonly type: 'GlobalStandard' | 'DataZoneStandard' | 'Standard' | 'GlobalProvisionedManaged';
}

const named = (name: string): LabModel => {
  const model = modelNamed(name);
  return model ?? LAB_MODELS[0]!;
};

/** Deployments of the Azure OpenAI resource and of the Foundry resource, by the name their owner gave them. */
export const AZURE_DEPLOYMENTS: Readonly<Record<string, LabDeployment>> = {
  'gpt-4.1': { model: named('gpt-4.1'), hosting: '', type: 'Standard' },
  'gpt-4o': { model: named('gpt-4o'), hosting: '', type: 'GlobalStandard' },
  'gpt-4o-mini': { model: named('gpt-4o-mini'), hosting: '', type: 'GlobalStandard' },
  'gpt-5': { model: named('gpt-5'), hosting: '', type: 'GlobalStandard' },
  'gpt-5-mini': { model: named('gpt-5-mini'), hosting: '', type: 'DataZoneStandard' },
};

export const FOUNDRY_DEPLOYMENTS: Readonly<Record<string, LabDeployment>> = {
  'claude-sonnet-4-5': { model: named('claude-sonnet-4-5'), hosting: 'anthropic', type: 'GlobalStandard' },
  'claude-opus-4-1': { model: named('claude-opus-4-1'), hosting: 'anthropic', type: 'GlobalStandard' },
  'claude-haiku-4-5': { model: named('claude-haiku-4-5'), hosting: 'anthropic', type: 'GlobalStandard' },
  'claude-haiku-4-5-azure': { model: named('claude-haiku-4-5'), hosting: 'azure', type: 'DataZoneStandard' },
  'claude-sonnet-5': { model: named('claude-sonnet-5'), hosting: 'azure', type: 'GlobalStandard' },
  'claude-opus-5': { model: named('claude-opus-5'), hosting: 'azure', type: 'GlobalStandard' },
  'gpt-4o-mini': { model: named('gpt-4o-mini'), hosting: '', type: 'GlobalStandard' },
  'Llama-3.3-70B-Instruct': { model: named('meta-llama/Llama-3.3-70B-Instruct'), hosting: '', type: 'GlobalStandard' },
};
