// When a cloud says to come back. Pure: a date is read against the response's own `date` header, not our clock, so a
// skewed clock on either side does not matter; without that header a date says nothing and is left out.
import type { Headers } from './cloud.ts';

const MAX_MS = 86_400_000;
/** When a bucket of a rate limit is full again: a time, and nothing of how large the bucket is. */
export const RESET_HEADERS = [
  'anthropic-ratelimit-requests-reset',
  'anthropic-ratelimit-tokens-reset',
  'anthropic-ratelimit-input-tokens-reset',
  'anthropic-ratelimit-output-tokens-reset',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
  'x-ratelimit-reset',
] as const;

/**
 * Milliseconds to wait, from `retry-after-ms`, else `retry-after` (seconds or HTTP date), else the rate-limit resets of
 * the buckets that are empty (of all, when none says so): the latest of them. At most a day; undefined when unknown.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const exact = bounded(Number(headers['retry-after-ms'] ?? Number.NaN));
  if (exact !== undefined) return exact;
  const after = headers['retry-after'];
  if (after !== undefined) {
    const fromHeader = bounded(Number(after.trim() === '' ? Number.NaN : after) * 1000) ?? fromDate(after, headers);
    if (fromHeader !== undefined) return fromHeader;
  }
  const present = RESET_HEADERS.filter((name) => headers[name] !== undefined);
  const empty = present.filter((name) => headers[name.replace('reset', 'remaining')] === '0');
  const waits = (empty.length > 0 ? empty : present).map((name) => resetMs(headers[name] ?? '', headers));
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** A protobuf duration as in Google's `RetryInfo` ("3.5s"), or OpenAI's "1m30s", "20ms"; undefined when neither. */
export function durationMs(text: string): number | undefined {
  if (text.length > 40) return undefined;
  const match = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(text.trim());
  if (match === null || match[0] === '') return undefined;
  const [, hours = '0', minutes = '0', seconds = '0', millis = '0'] = match;
  return bounded(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(millis));
}

function resetMs(text: string, headers: Headers): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text.trim())) {
    const seconds = Number(text);
    // Some servers send the Unix second of the reset, others the seconds until it.
    return seconds > 1_000_000_000
      ? fromDate(new Date(seconds * 1000).toUTCString(), headers)
      : bounded(seconds * 1000);
  }
  return durationMs(text) ?? fromDate(text, headers);
}

function fromDate(text: string, headers: Headers): number | undefined {
  const then = Date.parse(text);
  const now = Date.parse(headers['date'] ?? '');
  return Number.isNaN(then) || Number.isNaN(now) ? undefined : bounded(Math.max(0, then - now));
}

function bounded(ms: number): number | undefined {
  return Number.isFinite(ms) && ms >= 0 ? Math.min(Math.ceil(ms), MAX_MS) : undefined;
}
