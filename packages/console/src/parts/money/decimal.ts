// Exact decimals for amounts: a bigint of 10^-12 of the currency, as the whole product counts them. Nothing here passes
// through a float; `Number` appears once, for the height of a mark in a chart, where a pixel is coarser than any error.

/** An amount in 10^-12 of its currency. */
export type Pico = bigint;

export const PLACES = 12;
export const UNIT: Pico = 10n ** BigInt(PLACES);
const SHAPE = /^(-?)(\d{1,24})(?:\.(\d{1,12}))?$/;

/** Null when the text is not a decimal of at most twelve places: the caller shows that as unknown, never as zero. */
export function picoOf(decimal: string): Pico | null {
  const match = SHAPE.exec(decimal);
  if (match === null) return null;
  const size = BigInt(match[2] ?? '0') * UNIT + BigInt((match[3] ?? '').padEnd(PLACES, '0'));
  return match[1] === '-' ? -size : size;
}

/** The shortest exact decimal: `12.5`, `0.0000125`, `-3`. */
export function decimalOf(amount: Pico): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = (size % UNIT).toString().padStart(PLACES, '0').replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${size / UNIT}${fraction === '' ? '' : `.${fraction}`}`;
}

/** To the nearest unit of 10^-places, halves away from zero; `exact` says whether anything was lost. */
export function roundTo(amount: Pico, places: number): { readonly amount: Pico; readonly exact: boolean } {
  const step = 10n ** BigInt(PLACES - places);
  const size = amount < 0n ? -amount : amount;
  const rest = size % step;
  const rounded = size - rest + (rest * 2n >= step ? step : 0n);
  return { amount: amount < 0n ? -rounded : rounded, exact: rest === 0n };
}

/** Sum of those that are known, and how many are not: a sum that leaves something out has to say so. */
export function sumOf(decimals: readonly (string | null)[]): { readonly sum: Pico; readonly unknown: number } {
  let sum = 0n;
  let unknown = 0;
  for (const decimal of decimals) {
    const amount = decimal === null ? null : picoOf(decimal);
    if (amount === null) unknown += 1;
    else sum += amount;
  }
  return { sum, unknown };
}

/** `part ÷ whole` for drawing and for percentages: to a millionth, by integers; null when the whole is nothing. */
export function ratioOf(part: Pico, whole: Pico): number | null {
  return whole === 0n ? null : Number((part * 1_000_000n) / whole) / 1_000_000;
}

/** Height of an amount in a chart. Not for arithmetic. */
export const plotOf = (amount: Pico): number => Number(amount) / Number(UNIT);

/** Thousands apart: `41,207`. Digits only. */
export const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');
