// Counts and tokens. A count may be larger than a double holds, so text and bigint are taken too. The short form keeps
// three figures and says that it is short; classes of tokens never overlap, so their sum is the total.
import type { TokenClass } from '@weighbridge/protocol';
import { grouped } from '../money/decimal.ts';

export type CountValue = number | bigint | string | null;

export interface CountText {
  readonly text: string;
  readonly exact: string;
  readonly rounded: boolean;
}

const UNKNOWN: CountText = { text: 'unknown', exact: 'unknown', rounded: false };
const SCALES = [
  { size: 1_000_000_000_000n, letter: 'T' },
  { size: 1_000_000_000n, letter: 'G' },
  { size: 1_000_000n, letter: 'M' },
  { size: 10_000n, letter: 'k' },
] as const;

export function countOf(value: CountValue): bigint | null {
  if (value === null) return null;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string') return /^\d{1,30}$/.test(value) ? BigInt(value) : null;
  return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
}

/** `short` gives `1.24 M` from ten thousand on; the exact count stays beside it. */
export function prepareCount(value: CountValue, style: 'exact' | 'short' = 'exact'): CountText {
  const count = countOf(value);
  if (count === null) return UNKNOWN;
  const exact = grouped(count.toString());
  const scale = style === 'short' ? SCALES.find(({ size }) => count >= size) : undefined;
  if (scale === undefined) return { text: exact, exact, rounded: false };
  const unit = scale.letter === 'k' ? 1000n : scale.size;
  const { text, lossless } = threeFigures(count, unit);
  return { text: `${text}\u00a0${scale.letter}`, exact, rounded: !lossless };
}

/** `count ÷ unit` to three figures, halves up, by integers; thousands of a unit are kept whole. */
function threeFigures(count: bigint, unit: bigint): { text: string; lossless: boolean } {
  const whole = (count / unit).toString();
  const decimals = Math.max(0, 3 - whole.length);
  const scale = 10n ** BigInt(decimals);
  const scaled = (count * scale * 2n + unit) / (unit * 2n);
  const fraction = decimals === 0 ? '' : `.${(scaled % scale).toString().padStart(decimals, '0')}`;
  return { text: `${grouped((scaled / scale).toString())}${fraction}`, lossless: scaled * unit === count * scale };
}

export const TOKEN_LABELS: Readonly<Record<TokenClass, string>> = {
  input: 'input',
  cache_read: 'read from cache',
  cache_write_5m: 'written to cache, 5 min',
  cache_write_1h: 'written to cache, 1 h',
  input_audio: 'input, audio',
  cache_read_audio: 'read from cache, audio',
  input_image: 'input, pictures',
  output: 'output',
  reasoning: 'reasoning',
  output_audio: 'output, audio',
  output_image: 'output, pictures',
};

export interface TokenRow {
  readonly name: string;
  readonly label: string;
  readonly count: CountText;
}
export interface TokenText {
  readonly total: CountText;
  readonly rows: readonly TokenRow[];
  /** `estimated` and `unknown` are said; what the seller reported needs no word. */
  readonly note: string | null;
}

/** Classes in the order of the contract; a class that a later version adds keeps its own name. */
export function prepareTokens(
  tokens: Readonly<Partial<Record<string, number>>> | null,
  source: 'reported' | 'estimated' | 'unknown' = 'reported',
): TokenText {
  if (tokens === null || source === 'unknown') {
    return { total: UNKNOWN, rows: [], note: 'the seller reported no usage, and none could be estimated' };
  }
  const known = Object.keys(TOKEN_LABELS);
  const names = Object.keys(tokens).toSorted((a, b) => orderIn(known, a) - orderIn(known, b));
  let total = 0n;
  const rows = names.map((name) => {
    const count = tokens[name] ?? 0;
    total += BigInt(count);
    return { name, label: TOKEN_LABELS[name as TokenClass] ?? name, count: prepareCount(count) };
  });
  return {
    total: prepareCount(total),
    rows,
    note: source === 'estimated' ? 'estimated: the call broke off before the seller reported its usage' : null,
  };
}

const orderIn = (known: readonly string[], name: string): number => {
  const at = known.indexOf(name);
  return at < 0 ? known.length : at;
};
