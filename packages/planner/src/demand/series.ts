// Demand over time, window by window, from the three places it may come from: our own receipts (rolled up by hour), a recorded trace, or
// typed in. Windows follow one another without a gap: an hour in which nothing was asked is an hour of zero, not one less.
import { TOKEN_CLASSES, type TokenClass } from '../catalogue/reserved-units.ts';
import { refuse, whole, within } from '../numbers/refuse.ts';
import { PrefixCache } from '../queueing/simulator/prefix-cache.ts';
import type { Arrival, Load } from '../queueing/simulator/request.ts';

export type TokenCounts = Readonly<Partial<Record<TokenClass, number>>>;

export interface DemandWindow {
  readonly from_ms: number;
  readonly requests: number;
  readonly tokens: TokenCounts;
}

export interface DemandSeries {
  readonly source: 'receipts' | 'trace' | 'typed';
  readonly window_s: number;
  readonly windows: readonly DemandWindow[];
}

const WINDOWS_MOST = 500_000;
const HOUR_MS = 3_600_000;

/** An hour of our own receipts; whoever holds them sums them so. Classes do not overlap. */
export interface ReceiptHour {
  /** Its beginning, UTC: 2026-11-30T08:00:00Z. */
  readonly hour: string;
  readonly requests: number;
  readonly tokens: TokenCounts;
}

/** Throws PLAN_INVALID. Several rows of one hour (routes, teams) are summed. */
export function demandFromReceipts(rows: readonly ReceiptHour[]): DemandSeries {
  const hours = new Map<number, DemandWindow>();
  for (const [at, { hour, requests, tokens }] of rows.entries()) {
    const from_ms = Date.parse(hour);
    if (!Number.isInteger(from_ms / HOUR_MS))
      refuse(`row ${at + 1}: "${hour}" is not the beginning of an hour`, 'write hours as 2026-11-30T08:00:00Z');
    within(`requests of row ${at + 1}`, requests);
    for (const [name, count] of Object.entries(tokens)) within(`${name} of row ${at + 1}`, count);
    const held = hours.get(from_ms);
    hours.set(from_ms, {
      from_ms,
      requests: requests + (held?.requests ?? 0),
      tokens: sumTokens(held?.tokens ?? {}, tokens),
    });
  }
  return { source: 'receipts', window_s: 3600, windows: gapless(hours, HOUR_MS) };
}

/** A row of a recorded trace, as its reader gives it: milliseconds since the first row, never going back. */
export interface TraceRow {
  readonly at_ms: number;
  readonly input: number;
  readonly output: number;
  /** Of the prompt, equal where prompts begin alike. */
  readonly blocks?: readonly number[];
}

export interface TraceReading {
  readonly window_s: number;
  /** Tokens of one block, where rows have them: what an endless cache would hold is then told as `cache_read`. */
  readonly block_tokens?: number;
}

export function demandFromTrace(rows: readonly TraceRow[], { window_s, block_tokens }: TraceReading): DemandSeries {
  within('window_s', window_s, { above: true, most: 86_400 });
  if (rows.length === 0) refuse('the trace has no rows', 'give one with a row at least');
  const width = window_s * 1000;
  const cached = block_tokens === undefined ? undefined : cachedTokens(rows, block_tokens);
  const windows = new Map<number, DemandWindow>();
  let before = 0;
  for (const [at, row] of rows.entries()) {
    if (within(`at_ms of row ${at + 1}`, row.at_ms) < before)
      refuse(`row ${at + 1} of the trace is before the row above it`, 'give rows in the order of their time');
    before = row.at_ms;
    const hit = cached?.[at] ?? 0;
    const input = within(`input of row ${at + 1}`, row.input) - hit;
    const output = within(`output of row ${at + 1}`, row.output);
    const from_ms = Math.floor(row.at_ms / width) * width;
    const held = windows.get(from_ms);
    windows.set(from_ms, {
      from_ms,
      requests: 1 + (held?.requests ?? 0),
      tokens: sumTokens(held?.tokens ?? {}, { input, output, ...(hit > 0 ? { cache_read: hit } : {}) }),
    });
  }
  return { source: 'trace', window_s, windows: gapless(windows, width) };
}

/** By row, tokens of the prompt that an endless cache would have held. The last token is always computed. */
export function cachedTokens(rows: readonly TraceRow[], block_tokens: number): readonly number[] {
  whole('block_tokens', block_tokens, 1, 1_000_000);
  const cache = new PrefixCache(Number.POSITIVE_INFINITY);
  return rows.map(({ blocks = [], input }) => {
    const hit = cache.hit(blocks) * block_tokens;
    cache.use(blocks);
    return Math.max(0, Math.min(hit, input - 1));
  });
}

/** A trace as a load of the simulator, as it was or `speed` times as fast. A prompt or answer of no tokens has one. */
export function replay(rows: readonly TraceRow[], speed = 1): Load {
  within('speed', speed, { above: true, most: 1e6 });
  let at = 0;
  const next = (): Arrival | undefined => {
    const row = rows[at];
    at += 1;
    if (row === undefined) return undefined;
    return {
      at_ms: row.at_ms / speed,
      input: Math.max(1, row.input),
      output: Math.max(1, row.output),
      ...(row.blocks === undefined ? {} : { blocks: row.blocks }),
    };
  };
  return { kind: 'open', next };
}

export function sumTokens(a: TokenCounts, b: TokenCounts): TokenCounts {
  const sum: Partial<Record<TokenClass, number>> = {};
  for (const name of TOKEN_CLASSES) {
    const count = (a[name] ?? 0) + (b[name] ?? 0);
    if (count > 0) sum[name] = count;
  }
  return sum;
}

function gapless(held: ReadonlyMap<number, DemandWindow>, width: number): readonly DemandWindow[] {
  if (held.size === 0) refuse('there is no demand to read', 'give a row at least');
  const times = [...held.keys()];
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const count = whole('windows', Math.round((last - first) / width) + 1, 1, WINDOWS_MOST);
  return Array.from({ length: count }, (_, at) => {
    const from_ms = first + at * width;
    return held.get(from_ms) ?? { from_ms, requests: 0, tokens: {} };
  });
}
