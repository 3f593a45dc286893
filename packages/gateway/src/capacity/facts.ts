// What sellers publish of the throughput of a reserved unit, by model: read where each table says, on the day that it says.
// These figures change, so a configuration may write its own over any of them; what is not known here has to be written there.

export interface UnitFacts {
  /** Of one unit: tokens of input a minute. */
  readonly inputPerMinute: number;
  /** Tokens of input that one of output, and one read from a cache, counts as. */
  readonly output: number;
  readonly cacheRead: number;
}

export interface UnitTable {
  readonly source: string;
  readonly read: string;
  readonly models: Readonly<Record<string, UnitFacts>>;
}

const ptu = (inputPerMinute: number, output: number): UnitFacts => ({ inputPerMinute, output, cacheRead: 0 });

/** Provisioned throughput units. Cached tokens are taken off whole. */
export const PTU: UnitTable = {
  source:
    'github.com/MicrosoftDocs/azure-ai-docs articles/foundry/openai/how-to/determine-ptu-requirements.md, 2026-05-21',
  read: '2026-11-30',
  models: {
    'gpt-5.5': ptu(1_200, 6),
    'gpt-5.4': ptu(2_400, 6),
    'gpt-5.3-codex': ptu(3_400, 8),
    'gpt-5.2': ptu(3_400, 8),
    'gpt-5.2-codex': ptu(3_400, 8),
    'gpt-5.1': ptu(4_750, 8),
    'gpt-5.1-codex': ptu(4_750, 8),
    'gpt-5': ptu(4_750, 8),
    'gpt-5-mini': ptu(23_750, 8),
    'gpt-4.1': ptu(3_000, 4),
    'gpt-4.1-mini': ptu(14_900, 4),
    'gpt-4.1-nano': ptu(59_400, 4),
    o3: ptu(3_000, 4),
    'o4-mini': ptu(5_400, 4),
    'gpt-4o': ptu(2_500, 4),
    'gpt-4o-mini': ptu(37_000, 4),
    'o3-mini': ptu(2_500, 4),
    o1: ptu(230, 4),
    'Llama-3.3-70B-Instruct': ptu(8_450, 4),
    'DeepSeek-R1': ptu(4_000, 4),
    'DeepSeek-V3-0324': ptu(4_000, 4),
  },
};

const gsu = (inputPerSecond: number, output: number): UnitFacts => ({
  inputPerMinute: inputPerSecond * 60,
  output,
  cacheRead: 0.1,
});

/** Generative AI scale units, by second; for prompts of up to 200,000 tokens. */
export const GSU: UnitTable = {
  source: 'docs.cloud.google.com/vertex-ai/generative-ai/docs/supported-models',
  read: '2026-11-22',
  models: {
    'gemini-2.5-pro': gsu(650, 8),
    'gemini-2.5-flash': gsu(2_690, 9),
    'gemini-2.5-flash-lite': gsu(8_070, 4),
    'gemini-3.6-flash': gsu(675, 5),
  },
};

/**
 * Tokens a minute bought as a tier: what each class counts as. Cache writes count as input, reads do not
 * (docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html, read 2026-11-30).
 */
export const TPM_INPUT = { cacheRead: 0, cacheWrite5m: 1, cacheWrite1h: 1 } as const;

/** As `TPM_INPUT`, of the priority tier (platform.claude.com/docs/en/api/service-tiers, read 2026-11-30). */
export const PRIORITY_INPUT = { cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2 } as const;
