// Usage of Amazon's Converse: into token classes for the receipt, and to and from Anthropic's fields for the form. Counts
// never overlap: where the sum shows that cached tokens are inside `inputTokens`, they are taken out of it.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
import type { Usage } from '@weighbridge/protocol';
import { countOf, isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import { anthropicUsage } from '../usage-anthropic.ts';

/** As Anthropic counts. Cache writes are split by lifetime where `cacheDetails` says how. */
export function usageOfConverse(usage: JsonRecord): JsonRecord {
  const read = countOf(usage['cacheReadInputTokens']);
  const written = countOf(usage['cacheWriteInputTokens']);
  const output = countOf(usage['outputTokens']);
  const split = detailsOf(usage['cacheDetails']);
  return {
    input_tokens: inputOf(usage, (read ?? 0) + (written ?? 0), output) ?? null,
    ...(written === undefined ? {} : { cache_creation_input_tokens: written }),
    ...(read === undefined ? {} : { cache_read_input_tokens: read }),
    ...(split === undefined ? {} : { cache_creation: split }),
    output_tokens: output ?? null,
  };
}

/** The total sums all input and the answer: where it leaves no room for what was cached, that is part of the input. */
function inputOf(usage: JsonRecord, cached: number, output: number | undefined): number | undefined {
  const input = countOf(usage['inputTokens']);
  const total = countOf(usage['totalTokens']);
  if (input === undefined || total === undefined || cached === 0) return input;
  return total === input + (output ?? 0) && cached <= input ? input - cached : input;
}

function detailsOf(details: unknown): JsonRecord | undefined {
  const list = (listOf(details) ?? []).filter(isRecord);
  if (list.length === 0) return undefined;
  const sum = (ttl: string): number =>
    list.reduce((total, one) => total + (one['ttl'] === ttl ? (countOf(one['inputTokens']) ?? 0) : 0), 0);
  return { ephemeral_5m_input_tokens: sum('5m'), ephemeral_1h_input_tokens: sum('1h') };
}

/** Token classes; `final` false: the stream broke off before its counts. */
export function converseUsage(usage: JsonRecord, tier: string | undefined, final: boolean): Usage {
  const read = anthropicUsage(usageOfConverse(usage), null, final).usage;
  return { ...read, ...(tier === undefined ? {} : { tier }), raw: JSON.stringify(usage) };
}

/** Anthropic's fields as Converse has them. Counts that nobody reported are 0 there: its clients demand numbers. */
export function converseUsageOf(usage: JsonRecord | null): JsonRecord {
  const [input, output] = [countOf(usage?.['input_tokens']) ?? 0, countOf(usage?.['output_tokens']) ?? 0];
  const read = countOf(usage?.['cache_read_input_tokens']) ?? 0;
  const written = countOf(usage?.['cache_creation_input_tokens']) ?? 0;
  const split = recordOf(usage?.['cache_creation']);
  const details = (['1h', '5m'] as const).flatMap((ttl) => {
    const tokens = countOf(split?.[`ephemeral_${ttl}_input_tokens`]) ?? 0;
    return tokens === 0 ? [] : [{ ttl, inputTokens: tokens }];
  });
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output + read + written,
    cacheReadInputTokens: read,
    cacheWriteInputTokens: written,
    ...(details.length === 0 ? {} : { cacheDetails: details }),
  };
}

/** The tier as served. */
export const converseTier = (from: JsonRecord): string | undefined => stringOf(recordOf(from['serviceTier'])?.['type']);
