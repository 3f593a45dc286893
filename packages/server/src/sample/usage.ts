// What a call of the sample used, by token class, and how its seller words that. Classes never overlap: what was read
// from or written to a cache is no part of `input`, and reasoning no part of `output`.
import type { Usage } from '@weighbridge/protocol';
import type { Draw } from './draw.ts';
import type { Target } from './market.ts';

/** Tokens as the caller sees them: the whole prompt, and the visible answer. */
export interface Size {
  readonly prompt: number;
  readonly answer: number;
  /** Share of the prompt that repeats from call to call. */
  readonly cached: number;
  /** Searches that the seller runs. */
  readonly searches: number;
}

/** Shorter prompts are not cached. */
const CACHED_LEAST = 1_024;
const CACHE_STEP = 128;
const HIT_SHARE = 0.86;

type Counts = Record<'input' | 'cache_read' | 'cache_write_5m' | 'output' | 'reasoning', number>;

/** `estimated`: the answer broke off before the seller said what it used. */
export function usageOf(size: Size, target: Target, draw: Draw, estimated: boolean): Usage {
  const messages = target.dialect === 'anthropic-messages';
  const counts = countsOf(size, target, draw, messages);
  const region = target.behaviour.region;
  // A seller that names the place of inference in its usage does so in the Messages dialect alone.
  const geo = messages && region !== undefined && !estimated ? { inference_geo: region } : {};
  const searches = messages ? size.searches : 0;
  return {
    ...geo,
    raw: estimated ? null : messages ? rawMessages(counts, region, searches) : rawChat(counts),
    ...(searches > 0 ? { server_tools: { web_search: searches } } : {}),
    source: estimated ? 'estimated' : 'reported',
    ...(messages && !estimated ? { tier: 'standard' } : {}),
    tokens: tokensOf(counts, messages, estimated),
  };
}

function countsOf(size: Size, { behaviour }: Target, draw: Draw, messages: boolean): Counts {
  const steps = Math.floor((size.prompt * size.cached) / CACHE_STEP) * CACHE_STEP;
  const repeats = steps >= CACHED_LEAST ? steps : 0;
  const hit = draw.chance(HIT_SHARE);
  const share = behaviour.reasoning ?? 0;
  const read = hit ? repeats : 0;
  const written = !hit && messages ? repeats : 0;
  return {
    cache_read: read,
    cache_write_5m: written,
    input: Math.max(1, size.prompt - read - written),
    output: size.answer,
    reasoning: Math.round((size.answer * share) / (1 - share)),
  };
}

function tokensOf(counts: Counts, messages: boolean, estimated: boolean): Usage['tokens'] {
  const { input, output, cache_read, cache_write_5m, reasoning } = counts;
  if (estimated) return { input: input + cache_read + cache_write_5m, output };
  if (messages) return { cache_read, cache_write_5m, input, output };
  return reasoning > 0 ? { cache_read, input, output, reasoning } : { cache_read, input, output };
}

function rawMessages(counts: Counts, region: string | undefined, searches: number): string {
  return JSON.stringify({
    input_tokens: counts.input,
    cache_creation_input_tokens: counts.cache_write_5m,
    cache_read_input_tokens: counts.cache_read,
    output_tokens: counts.output,
    service_tier: 'standard',
    ...(region === undefined ? {} : { inference_geo: region }),
    ...(searches > 0 ? { server_tool_use: { web_search_requests: searches } } : {}),
  });
}

function rawChat(counts: Counts): string {
  const prompt_tokens = counts.input + counts.cache_read;
  const completion_tokens = counts.output + counts.reasoning;
  return JSON.stringify({
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: { cached_tokens: counts.cache_read },
    completion_tokens_details: { reasoning_tokens: counts.reasoning },
  });
}
