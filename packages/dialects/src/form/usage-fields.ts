// Usage between the two vocabularies, for the client's eyes; the gateway's own figures come from the tap. Anthropic's
// fields are the form's. Chat's sums include what Anthropic tells apart, so both sums and parts are written.
import { countOf, isRecord, recordOf, stringOf, type JsonRecord } from '../json-value.ts';

/** Anthropic members that Chat has no field for; they go along under their own names and come back by them. */
const BESIDE = ['cache_creation', 'server_tool_use', 'inference_geo', 'speed', 'iterations', 'service_tier'] as const;

/** Anthropic usage as Chat usage. Parts that Anthropic did not report are left out, not zero. */
export function chatUsage(usage: JsonRecord): JsonRecord {
  const cached = countOf(usage['cache_read_input_tokens']);
  const written = countOf(usage['cache_creation_input_tokens']);
  const prompt = (countOf(usage['input_tokens']) ?? 0) + (cached ?? 0) + (written ?? 0);
  const completion = countOf(usage['output_tokens']) ?? 0;
  const thinking = countOf(recordOf(usage['output_tokens_details'])?.['thinking_tokens']);
  const beside: Record<string, unknown> = {};
  for (const name of BESIDE) if (usage[name] !== undefined && usage[name] !== null) beside[name] = usage[name];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(cached === undefined && written === undefined
      ? {}
      : {
          prompt_tokens_details: {
            cached_tokens: cached ?? 0,
            ...(written === undefined ? {} : { cache_write_tokens: written }),
          },
        }),
    ...(thinking === undefined ? {} : { completion_tokens_details: { reasoning_tokens: thinking } }),
    ...beside,
  };
}

/** Chat usage as Anthropic usage; `tier` is the answer's `service_tier`. */
export function usageOfChat(usage: JsonRecord, tier: string | undefined): JsonRecord {
  const details = recordOf(usage['prompt_tokens_details']);
  const cached = countOf(details?.['cached_tokens']) ?? countOf(usage['prompt_cache_hit_tokens']);
  const written = countOf(details?.['cache_write_tokens']);
  const prompt = countOf(usage['prompt_tokens']);
  const reasoning = countOf(recordOf(usage['completion_tokens_details'])?.['reasoning_tokens']);
  const beside: Record<string, unknown> = {};
  for (const name of BESIDE) if (usage[name] !== undefined && usage[name] !== null) beside[name] = usage[name];
  return {
    input_tokens: prompt === undefined ? null : Math.max(0, prompt - (cached ?? 0) - (written ?? 0)),
    cache_creation_input_tokens: written ?? null,
    cache_read_input_tokens: cached ?? null,
    output_tokens: countOf(usage['completion_tokens']) ?? null,
    ...(reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
    ...(tier === undefined ? {} : { service_tier: anthropicTier(tier) }),
    ...beside,
  };
}

/** Anthropic usage as Responses usage; null when nobody reported any. */
export function responsesUsage(usage: JsonRecord | null): JsonRecord | null {
  if (usage === null) return null;
  const read = countOf(usage['cache_read_input_tokens']) ?? 0;
  const written = countOf(usage['cache_creation_input_tokens']) ?? 0;
  const input = (countOf(usage['input_tokens']) ?? 0) + read + written;
  const output = countOf(usage['output_tokens']) ?? 0;
  const thinking = countOf(recordOf(usage['output_tokens_details'])?.['thinking_tokens']) ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: read, cache_write_tokens: written },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: thinking },
    total_tokens: input + output,
  };
}

/** Responses usage as Anthropic usage; `tier` is the answer's `service_tier`. */
export function usageOfResponses(usage: JsonRecord, tier: string | undefined): JsonRecord {
  return usageOfChat(
    {
      prompt_tokens: usage['input_tokens'],
      completion_tokens: usage['output_tokens'],
      prompt_tokens_details: usage['input_tokens_details'],
      completion_tokens_details: usage['output_tokens_details'],
    },
    tier,
  );
}

/** Audio and prediction counts have no Anthropic field. */
export function hidesCounts(usage: JsonRecord): boolean {
  const prompt = recordOf(usage['prompt_tokens_details']) ?? {};
  const completion = recordOf(usage['completion_tokens_details']) ?? {};
  return [
    prompt['audio_tokens'],
    completion['audio_tokens'],
    completion['accepted_prediction_tokens'],
    completion['rejected_prediction_tokens'],
  ].some((count) => typeof count === 'number' && count > 0);
}

/** Anthropic's `standard` is Chat's `default`; other words are the same or have no counterpart and stay as they are. */
export const anthropicTier = (tier: string): string => (tier === 'default' ? 'standard' : tier);
export function chatTier(usage: JsonRecord | null): { service_tier?: string } {
  const tier = stringOf(usage?.['service_tier']);
  return tier === undefined ? {} : { service_tier: tier === 'standard' ? 'default' : tier };
}

/** The start of an Anthropic stream must hold counts that nobody has yet; `message_delta` overrules them. */
export const NO_USAGE_YET: JsonRecord = { input_tokens: 0, output_tokens: 0 };
/** Nobody reported any: unknown, not zero. */
export const UNKNOWN_USAGE: JsonRecord = { input_tokens: null, output_tokens: null };

export const usageOrUnknown = (usage: JsonRecord | null): JsonRecord => (isRecord(usage) ? usage : UNKNOWN_USAGE);
