// Prompt caching as the vendors account for it. Anthropic: a prefix ends at a breakpoint, is written once per lifetime
// (5 minutes or 1 hour, renewed by each hit), is read when a breakpoint or one of the 20 blocks before it was written,
// and is ignored below the model's minimum. OpenAI: every message boundary counts, reads come in steps of 128 tokens
// and nothing is written at a price. Bounded: the oldest prefixes are forgotten first.
import { hash } from 'node:crypto';
import type { CacheSegment } from './prompt.ts';

const ENTRIES = 20_000;
const LOOK_BACK = 20;
const TTL_MS = { '5m': 300_000, '1h': 3_600_000 } as const;
const OPENAI_TTL_MS = 600_000;
const OPENAI_STEP = 128;

export interface CacheUse {
  readonly read: number;
  readonly write5m: number;
  readonly write1h: number;
}

const NONE: CacheUse = { read: 0, write5m: 0, write1h: 0 };

export class PromptCache {
  readonly #expires = new Map<string, number>();

  /** Explicit breakpoints. `scope` keeps callers and models apart; `now` in ms. */
  anthropic(scope: string, segments: readonly CacheSegment[], minimum: number, now: number): CacheUse {
    const last = segments.findLastIndex((segment) => segment.ttl !== null);
    if (last < 0) return NONE;
    const { keys, sums } = prefixes(scope, segments.slice(0, last + 1));
    const hit = this.#hit(segments, keys, sums, minimum, now);
    let done = hit < 0 ? 0 : (sums[hit] ?? 0);
    const use = { read: done, write5m: 0, write1h: 0 };
    for (let i = 0; i <= last; i += 1) {
      const ttl = segments[i]?.ttl ?? null;
      const sum = sums[i] ?? 0;
      if (ttl === null || sum < minimum) continue;
      this.#store(keys[i] ?? '', now + TTL_MS[ttl]);
      if (i <= hit) continue;
      if (ttl === '5m') use.write5m += sum - done;
      else use.write1h += sum - done;
      done = sum;
    }
    return use;
  }

  /** Automatic prefix caching; returns tokens read. */
  openai(scope: string, segments: readonly CacheSegment[], minimum: number, now: number): number {
    const total = segments.reduce((sum, segment) => sum + segment.tokens, 0);
    if (total < minimum) return 0;
    const { keys, sums } = prefixes(scope, segments);
    let read = 0;
    for (let i = keys.length - 1; i >= 0; i -= 1) {
      const key = keys[i] ?? '';
      const sum = sums[i] ?? 0;
      if (sum < minimum) break;
      if (read === 0 && this.#alive(key, now)) read = sum - (sum % OPENAI_STEP);
      this.#store(key, now + OPENAI_TTL_MS);
    }
    // The last token is always computed afresh, so a whole prompt is never read.
    return Math.min(read, Math.floor((total - 1) / OPENAI_STEP) * OPENAI_STEP);
  }

  #hit(
    segments: readonly CacheSegment[],
    keys: readonly string[],
    sums: readonly number[],
    minimum: number,
    now: number,
  ): number {
    for (let point = keys.length - 1; point >= 0; point -= 1) {
      if (segments[point]?.ttl === null) continue;
      for (let i = point; i >= 0 && i > point - LOOK_BACK; i -= 1) {
        if ((sums[i] ?? 0) >= minimum && this.#alive(keys[i] ?? '', now)) return i;
      }
    }
    return -1;
  }

  #alive(key: string, now: number): boolean {
    return (this.#expires.get(key) ?? 0) > now;
  }

  #store(key: string, expires: number): void {
    this.#expires.delete(key);
    this.#expires.set(key, expires);
    if (this.#expires.size > ENTRIES) {
      const oldest = this.#expires.keys().next();
      if (oldest.done !== true) this.#expires.delete(oldest.value);
    }
  }
}

function prefixes(scope: string, segments: readonly CacheSegment[]): { keys: string[]; sums: number[] } {
  const keys: string[] = [];
  const sums: number[] = [];
  let key = scope;
  let sum = 0;
  for (const segment of segments) {
    key = hash('sha256', `${key}\n${segment.text}`, 'base64');
    sum += segment.tokens;
    keys.push(key);
    sums.push(sum);
  }
  return { keys, sums };
}
