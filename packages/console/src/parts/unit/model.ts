// What a chart counts, and how a value of it reads: exact where somebody asks (hover, table), short on an axis. Values
// arrive as decimal strings where they are money; the float made of one is the height of a mark, and nothing else.
import { prepareCount } from '../count/model.ts';
import { formatDuration } from '../duration/model.ts';
import { picoOf, plotOf } from '../money/decimal.ts';
import { moneyText, symbolOf } from '../money/model.ts';

export type Unit =
  | { readonly kind: 'money'; readonly currency: string }
  | { readonly kind: 'count'; readonly noun: string }
  | { readonly kind: 'duration' }
  | { readonly kind: 'share' };

/** Null is unknown: a gap, never zero. */
export type Value = number | string | null;

export const MISSING = '–';

export function plotValue(unit: Unit, value: Value): number | null {
  if (value === null) return null;
  if (unit.kind === 'money') {
    const amount = picoOf(String(value));
    return amount === null ? null : plotOf(amount);
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

export function exactText(unit: Unit, value: Value): string {
  if (value === null) return MISSING;
  switch (unit.kind) {
    case 'money':
      return moneyText({ amount: String(value), currency: unit.currency });
    case 'count':
      return prepareCount(value).text;
    case 'duration':
      return formatDuration(Number(value));
    case 'share':
      return shareText(Number(value));
  }
}

/** For a sentence: short, with its noun. */
export function briefText(unit: Unit, value: Value): string {
  if (value === null) return 'unknown';
  switch (unit.kind) {
    case 'money':
      return moneyText({ amount: String(value), currency: unit.currency }, 'brief');
    case 'count':
      return `${prepareCount(value, 'short').text} ${unit.noun}`;
    case 'duration':
    case 'share':
      return exactText(unit, value);
  }
}

const AXIS_SCALES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A tick of an axis. Ticks are round numbers, so nothing is lost by the short form. */
export function axisText(unit: Unit, tick: number): string {
  if (unit.kind === 'duration') return tick === 0 ? '0' : trimZeros(formatDuration(tick));
  if (unit.kind === 'share') return shareText(tick);
  const scale = AXIS_SCALES.find(([size]) => Math.abs(tick) >= size && (size > 1e3 || Math.abs(tick) >= 1e4));
  const number = scale === undefined ? trimmed(tick) : `${trimmed(tick / scale[0])}\u00a0${scale[1]}`;
  return unit.kind === 'money' ? `${symbolOf(unit.currency)}${number}` : number;
}

const trimZeros = (text: string): string =>
  text.replace(/\.(\d*?)0+(?=\D)/, (_, kept: string) => (kept === '' ? '' : `.${kept}`));

const trimmed = (value: number): string => {
  const text = Number(value.toPrecision(6));
  return Math.abs(text) >= 1000 ? text.toLocaleString('en-US') : String(text);
};

/** `82 %`, `0.4 %`; a share of nothing is not a number and does not come here. */
export function shareText(share: number): string {
  const percent = share * 100;
  const digits = percent !== 0 && Math.abs(percent) < 9.95 && !Number.isInteger(Number(percent.toFixed(6))) ? 1 : 0;
  if (percent > 0 && percent < 0.05) return '< 0.1\u00a0%';
  return `${percent.toFixed(digits)}\u00a0%`;
}

/** How wide a bucket is, as one says it: `day`, `15 min`. */
export function bucketWord(bucketMs: number): string {
  const words: Readonly<Record<number, string>> = {
    60_000: 'minute',
    3_600_000: 'hour',
    86_400_000: 'day',
    604_800_000: 'week',
  };
  return words[bucketMs] ?? formatDuration(bucketMs);
}

export const unitLabel = (unit: Unit): string => {
  if (unit.kind === 'money') return unit.currency;
  if (unit.kind === 'count') return unit.noun;
  return unit.kind === 'duration' ? 'time' : 'share';
};
