// Models of other makers as Bedrock sells them, by Converse alone. Ids, limits and whether a bare id is served are those
// of the service's own pages on supported models and inference profiles, read November 2026.
// https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html, …/inference-profiles-support.html
import { bedrockModel, type LabModel } from './catalogue.ts';

/** What a model of Bedrock can do, by its maker. */
export interface BedrockTraits {
  /** Takes cache points. */
  readonly caches: boolean;
  /** Signs what it thought, and takes it back. */
  readonly signs: boolean;
  /** Fields that it takes besides those of Converse. */
  readonly fields: readonly string[];
  /** Takes images and documents. */
  readonly media: boolean;
  /** Served by its bare id, without an inference profile. */
  readonly bare: boolean;
}

export interface BedrockFound {
  readonly model: LabModel;
  /** Geography of the profile; empty for a bare id. */
  readonly scope: string;
  readonly traits: BedrockTraits;
}

const model = (id: string, maxOutput: number, context: number, reasons = false): LabModel => ({
  id,
  version: id,
  dialect: 'bedrock-converse',
  maxOutput,
  context,
  minCache: 1_024,
  reasons,
  adaptive: false,
  geo: false,
});

const CLAUDE: BedrockTraits = {
  caches: true,
  signs: true,
  fields: ['thinking', 'top_k', 'anthropic_beta', 'output_config'],
  media: true,
  bare: false,
};
const PLAIN: BedrockTraits = { caches: false, signs: false, fields: [], media: false, bare: true };

const MODELS: readonly (readonly [LabModel, BedrockTraits])[] = [
  [
    model('amazon.nova-2-lite-v1:0', 65_535, 1_000_000),
    { ...PLAIN, caches: true, fields: ['inferenceConfig', 'reasoningConfig'], media: true, bare: false },
  ],
  [
    model('amazon.nova-pro-v1:0', 10_000, 300_000),
    { ...PLAIN, caches: true, fields: ['inferenceConfig'], media: true },
  ],
  [model('meta.llama3-3-70b-instruct-v1:0', 8_192, 128_000), { ...PLAIN, bare: false }],
  [model('mistral.mistral-large-2407-v1:0', 8_192, 128_000), PLAIN],
  [model('deepseek.r1-v1:0', 32_768, 128_000, true), { ...PLAIN, bare: false }],
  [model('openai.gpt-oss-120b-1:0', 128_000, 128_000, true), { ...PLAIN, fields: ['reasoning_effort'] }],
  [model('qwen.qwen3-235b-a22b-2507-v1:0', 65_536, 262_144), PLAIN],
];

const PROFILE = /^(us|eu|apac|jp|au|us-gov|global)\.(.+)$/;
const ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:(?:\d{12})?:(?:inference-profile|foundation-model)\/(.+)$/;

/** Any model that Converse serves, Claude among them; null for an id that Bedrock does not know. */
export function converseModel(id: string): BedrockFound | null {
  const claude = bedrockModel(id);
  if (claude !== null) return { ...claude, traits: CLAUDE };
  const name = ARN.exec(id)?.[1] ?? id;
  const [, scope = '', rest = name] = PROFILE.exec(name) ?? [];
  const found = MODELS.find(([{ id: known }]) => known === rest);
  return found === undefined ? null : { model: found[0], scope, traits: found[1] };
}
