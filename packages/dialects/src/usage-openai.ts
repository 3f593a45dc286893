// OpenAI usage into token classes. The vendor's `prompt_tokens` includes cached, cache-written and audio tokens, and
// `completion_tokens` includes reasoning and audio; our classes never overlap, so each part is taken out once.
// https://platform.openai.com/docs/api-reference/chat/object (usage), .../guides/prompt-caching
import type { Usage } from '@weighbridge/protocol';
import { countOf, recordOf, type JsonRecord } from './json-value.ts';

/** The usage of one answer; `tier` is the response's `service_tier`. Source `unknown` when a total is missing. */
export function openaiUsage(usage: JsonRecord, tier: string | undefined): Usage {
  const prompt = countOf(usage['prompt_tokens']);
  const completion = countOf(usage['completion_tokens']);
  const tokens: Record<string, number> = {};
  if (prompt !== undefined) addPromptClasses(tokens, prompt, usage);
  if (completion !== undefined) addCompletionClasses(tokens, prompt, completion, usage);
  const source = prompt !== undefined && completion !== undefined ? 'reported' : 'unknown';
  const raw = JSON.stringify(usage);
  return tier === undefined ? { tokens, source, raw } : { tokens, source, tier, raw };
}

function addPromptClasses(classes: Record<string, number>, prompt: number, usage: JsonRecord): void {
  const details = recordOf(usage['prompt_tokens_details']);
  // DeepSeek and others name the cached part at the top level.
  const cached = countOf(details?.['cached_tokens']) ?? countOf(usage['prompt_cache_hit_tokens']);
  const written = countOf(details?.['cache_write_tokens']) ?? 0;
  const audio = countOf(details?.['audio_tokens']) ?? 0;
  // More parts than whole: the only overlap the fields allow is audio that was read from the cache.
  const excess = Math.max(0, (cached ?? 0) + written + audio - prompt);
  const cachedAudio = Math.min(excess, cached ?? 0, audio);
  classes['input'] = Math.max(0, prompt - (cached ?? 0) - written - audio + cachedAudio);
  if (cached !== undefined) classes['cache_read'] = cached - cachedAudio;
  if (cachedAudio > 0) classes['cache_read_audio'] = cachedAudio;
  // OpenAI's cache writes have one lifetime (30 minutes) and one price; they are booked to the shorter write class.
  if (written > 0) classes['cache_write_5m'] = written;
  if (audio > 0) classes['input_audio'] = audio - cachedAudio;
}

function addCompletionClasses(
  classes: Record<string, number>,
  prompt: number | undefined,
  completion: number,
  usage: JsonRecord,
): void {
  const details = recordOf(usage['completion_tokens_details']);
  const reasoning = countOf(details?.['reasoning_tokens']);
  const audio = countOf(details?.['audio_tokens']) ?? 0;
  const total = countOf(usage['total_tokens']);
  // xAI reports reasoning beside `completion_tokens`, and its total says so.
  const beside =
    reasoning !== undefined &&
    reasoning > 0 &&
    (reasoning > completion || total === (prompt ?? 0) + completion + reasoning);
  const inside = beside ? 0 : (reasoning ?? 0);
  classes['output'] = Math.max(0, completion - inside - audio);
  if (reasoning !== undefined) classes['reasoning'] = reasoning;
  if (audio > 0) classes['output_audio'] = audio;
}
