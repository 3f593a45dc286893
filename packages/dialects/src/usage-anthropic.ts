// Anthropic usage into token classes. `input_tokens` already excludes both caches. In a stream the counts of
// `message_delta` are cumulative and overrule those of `message_start` field by field, null meaning "as before";
// server-tool loops make that difference large (a peer lost 20 to 60 % of cache writes by reading only the start).
// https://platform.claude.com/docs/en/build-with-claude/streaming, .../prompt-caching, .../compaction
import { SERVER_TOOLS, type Usage } from '@weighbridge/protocol';
import { countOf, isRecord, listOf, recordOf, stringOf, type JsonRecord } from './json-value.ts';
import type { InnerUsage } from './types.ts';

/** Later usage laid over earlier: a field that is null or absent leaves what was there. */
export function mergeUsage(earlier: JsonRecord | undefined, later: JsonRecord): JsonRecord {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(later)) {
    if (value !== null && value !== undefined) merged[name] = value;
    else if (!(name in merged)) merged[name] = value;
  }
  return keepBreakdownHonest(earlier, later, merged);
}

/**
 * `message_delta` repeats the cache-write total without its split by lifetime. When the total grew, the growth is
 * booked to the only lifetime the start showed, else to five minutes, the API's default.
 */
function keepBreakdownHonest(
  earlier: JsonRecord | undefined,
  later: JsonRecord,
  merged: Record<string, unknown>,
): JsonRecord {
  const total = countOf(later['cache_creation_input_tokens']);
  const split = recordOf(earlier?.['cache_creation']);
  if (total === undefined || split === undefined || isRecord(later['cache_creation'])) return merged;
  const five = countOf(split['ephemeral_5m_input_tokens']) ?? 0;
  const hour = countOf(split['ephemeral_1h_input_tokens']) ?? 0;
  if (five + hour === total) return merged;
  const onlyHour = hour > 0 && five === 0;
  const hourNow = onlyHour ? total : Math.min(hour, total);
  merged['cache_creation'] = {
    ...split,
    ephemeral_5m_input_tokens: total - hourNow,
    ephemeral_1h_input_tokens: hourNow,
  };
  return merged;
}

type Counts = Record<
  'input' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h' | 'output' | 'reasoning',
  number | undefined
>;

/** The classes of one usage object (the top level, or one entry of `iterations`). */
function countsOf(usage: JsonRecord): Counts {
  const total = countOf(usage['cache_creation_input_tokens']);
  const split = recordOf(usage['cache_creation']);
  const hour = countOf(split?.['ephemeral_1h_input_tokens']);
  const five = countOf(split?.['ephemeral_5m_input_tokens']);
  // The total rules; whatever the split does not explain was written with the default lifetime.
  const written = total ?? (five === undefined && hour === undefined ? undefined : (five ?? 0) + (hour ?? 0));
  const hourWritten = hour === undefined ? undefined : Math.min(hour, written ?? hour);
  const output = countOf(usage['output_tokens']);
  const thinking = countOf(recordOf(usage['output_tokens_details'])?.['thinking_tokens']);
  const reasoning = thinking === undefined || output === undefined ? undefined : Math.min(thinking, output);
  return {
    input: countOf(usage['input_tokens']),
    cache_read: countOf(usage['cache_read_input_tokens']),
    cache_write_5m: written === undefined ? undefined : written - (hourWritten ?? 0),
    cache_write_1h: hourWritten,
    output: output === undefined ? undefined : output - (reasoning ?? 0),
    reasoning,
  };
}

function addCounts(to: Counts, more: Counts): void {
  for (const name of Object.keys(more) as (keyof Counts)[]) {
    const count = more[name];
    if (count !== undefined) to[name] = (to[name] ?? 0) + count;
  }
}

function tokensOf(counts: Counts): Usage['tokens'] {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
}

/** `web_search_requests` → `web_search`; names the price book does not know stay in `raw` only. */
function serverToolsOf(usage: JsonRecord): Usage['server_tools'] {
  const uses = recordOf(usage['server_tool_use']);
  if (uses === undefined) return undefined;
  const found: Record<string, number> = {};
  for (const tool of SERVER_TOOLS) {
    const count = countOf(uses[`${tool}_requests`]);
    if (count !== undefined) found[tool] = count;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/**
 * The usage of one answer.
 *
 * `iterations`: the top-level counts already sum the entries that the answering model made for the answer itself. They
 * leave out `compaction` entries (same model, billed all the same: added here) and `advisor_message` entries, and a
 * fall-back's declined hops (other models: given out as `inner`, to be rated at their own prices).
 * `final` false: the stream broke off before its last counts, so output is left out and the source is `unknown`.
 */
export function anthropicUsage(
  usage: JsonRecord,
  model: string | null,
  final: boolean,
): { usage: Usage; inner: readonly InnerUsage[] } {
  const counts = countsOf(usage);
  const inner: InnerUsage[] = [];
  for (const entry of listOf(usage['iterations']) ?? []) {
    if (!isRecord(entry)) continue;
    const kind = stringOf(entry['type']) ?? 'message';
    const by = stringOf(entry['model']);
    if (kind === 'compaction' && (by === undefined || by === model)) addCounts(counts, countsOf(entry));
    else if (by !== undefined && by !== model && kind !== 'fallback_message') inner.push(innerUsage(kind, by, entry));
  }
  const tokens = tokensOf(final ? counts : { ...counts, output: undefined, reasoning: undefined });
  const tools = serverToolsOf(usage);
  const tier = stringOf(usage['service_tier']);
  const geo = stringOf(usage['inference_geo']);
  const speed = stringOf(usage['speed']);
  return {
    inner,
    usage: {
      tokens,
      ...(tools === undefined ? {} : { server_tools: tools }),
      source: final && counts.output !== undefined && counts.input !== undefined ? 'reported' : 'unknown',
      ...(tier === undefined ? {} : { tier }),
      ...(geo === undefined ? {} : { inference_geo: geo }),
      ...(speed === undefined ? {} : { speed }),
      raw: JSON.stringify(usage),
    },
  };
}

const innerUsage = (kind: string, model: string, entry: JsonRecord): InnerUsage => ({
  kind,
  model,
  usage: { tokens: tokensOf(countsOf(entry)), source: 'reported', raw: JSON.stringify(entry) },
});

/**
 * Amazon Bedrock closes a stream with its own counts (`amazon-bedrock-invocationMetrics` in `message_stop`). They stand
 * in when the model's own usage is missing.
 */
export function bedrockMetricsUsage(metrics: JsonRecord): Usage {
  const counts: Counts = {
    input: countOf(metrics['inputTokenCount']),
    cache_read: countOf(metrics['cacheReadInputTokenCount']),
    cache_write_5m: countOf(metrics['cacheWriteInputTokenCount']),
    cache_write_1h: undefined,
    output: countOf(metrics['outputTokenCount']),
    reasoning: undefined,
  };
  const source = counts.input !== undefined && counts.output !== undefined ? 'reported' : 'unknown';
  return { tokens: tokensOf(counts), source, raw: JSON.stringify(metrics) };
}
