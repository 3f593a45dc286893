// Values of another program's file as what they may be. Nothing is assumed of them: each reading says undefined where the value
// is something else, and whoever asks says so in the report.

export type Bag = Readonly<Record<string, unknown>>;

export const bagOf = (value: unknown): Bag | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : null;

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** A text that says something; a number where one writes numbers without quotes. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

/** A finite number of at least 0, also one that is written as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** As YAML 1.1 has it, which the other programs read by. */
export function truthOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (['true', 'yes', 'on'].includes(word)) return true;
  return ['false', 'no', 'off'].includes(word) ? false : undefined;
}

/** Money as a decimal of nine places at most; undefined for what no limit here can be. */
export function decimalOf(value: unknown): string | undefined {
  const number = numberOf(value);
  if (number === undefined || number >= 1e9) return undefined;
  const [whole = '0', part = ''] = number.toFixed(9).split('.');
  const kept = part.replace(/0+$/, '');
  return kept === '' ? `${whole}.00` : `${whole}.${kept.padEnd(2, '0')}`;
}

/** `30d`, `24h`, `60s`, `1mo` as a window of a limit; `exact` is false where it is another one than was asked for. */
export function windowOf(value: unknown): { readonly window: string; readonly exact: boolean } | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,6})(mo|s|m|h|d|w)$/.exec(textOf(value) ?? '') ?? [];
  const count = Number(digits);
  if (count === 0) return undefined;
  if (unit === 'mo') return { window: 'month', exact: count === 1 };
  if (unit === 'w') return count > 4 ? { window: '31d', exact: false } : { window: `${count * 7}d`, exact: true };
  return unit === 'd' && count > 31 ? { window: '31d', exact: false } : { window: `${count}${unit}`, exact: true };
}

/** Weights as whole numbers in their proportion. */
export function wholeWeights(weights: readonly number[]): readonly number[] {
  const most = Math.max(...weights);
  if (most <= 1_000_000 && weights.every(Number.isInteger)) return weights;
  const scale = most > 0 && Number.isFinite(most) ? 1_000 / most : 0;
  return weights.map((weight) => (weight > 0 ? Math.max(1, Math.round(weight * scale)) : 0));
}

/** A name as our configuration has them: lower-case letters, digits, dots, underscores and hyphens. */
export function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, '');
  return slug === '' ? 'imported' : slug;
}

/** Whether callers may ask for a route by this name: one of these signs, a star, stands at its end alone. */
export const isAlias = (name: string): boolean => name.length <= 256 && /^[^*]*\*?$/.test(name) && name !== '';
