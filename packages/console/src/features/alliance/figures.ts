// Simulated figures as they are read: three digits, in the size that fits, the interval behind them. Amounts come as decimal
// text; the number made of one is for reading and drawing only.
import type { ScenarioBand, ScenarioUnit } from '@weighbridge/protocol';
import { symbolOf } from '../../parts/money/model.ts';
import { shareText } from '../../parts/unit/model.ts';

type Value = number | string | null;

interface Scale {
  /** What one stands for in the unit. */
  readonly one: number;
  /** Digits behind the point where they are fixed: cents of a price. */
  readonly places?: number;
  readonly before: string;
  readonly after: string;
}

const NB = '\u00a0';
const LARGE = [
  { from: 1e12, name: `${NB}tn`, one: 1e12 },
  { from: 1e9, name: `${NB}bn`, one: 1e9 },
  { from: 1e6, name: `${NB}m`, one: 1e6 },
  { from: 1e4, name: `${NB}k`, one: 1e3 },
] as const;

/** A million tokens is the unit; people count trillions. */
const TRILLION = 1e6;
const BILLION = 1e3;

function scaleOf(unit: ScenarioUnit, size: number, currency: string): Scale {
  const large = LARGE.find(({ from }) => size >= from);
  const before = symbolOf(currency);
  switch (unit) {
    case 'money':
      return { one: large?.one ?? 1, before, after: large?.name ?? '' };
    case 'money/month':
      return { one: large?.one ?? 1, before, after: `${large?.name ?? ''} a month` };
    case 'money/Mtok':
      return { one: 1, before, after: '', ...(size >= 0.01 ? { places: 2 } : {}) };
    case 'MW':
      return size >= 1000 ? { one: 1000, before: '', after: `${NB}GW` } : { one: 1, before: '', after: `${NB}MW` };
    case 'GW':
      return size >= 1 ? { one: 1, before: '', after: `${NB}GW` } : { one: 1 / 1000, before: '', after: `${NB}MW` };
    case 'Mtok/month':
      return size >= TRILLION
        ? { one: TRILLION, before: '', after: `${NB}tn tokens` }
        : { one: BILLION, before: '', after: `${NB}bn tokens` };
    case 'racks':
      return { one: 1, before: '', after: `${NB}racks` };
    case 'months':
      return { one: 1, before: '', after: `${NB}months` };
    case 'share':
      return { one: 0.01, before: '', after: `${NB}%` };
    case 'HHI':
      return { one: 1, before: '', after: '' };
  }
}

const NEVER = 'never';

/** Three digits, thousands apart, with a real minus. */
export function digits(number: number): string {
  const short = Number(Math.abs(number).toPrecision(3));
  const text = short >= 1000 ? short.toLocaleString('en-US') : String(short);
  return short !== 0 && number < 0 ? `\u2212${text}` : text;
}

function bare(number: number, { one, places }: Scale): string {
  if (places === undefined) return digits(number / one);
  const text = Math.abs(number).toFixed(places);
  return number < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}

export const numberOf = (value: Value): number | null => (value === null ? null : Number(value));

export function figureText(unit: ScenarioUnit, value: Value, currency: string): string {
  const number = numberOf(value);
  if (number === null) return NEVER;
  if (unit === 'share') return shareText(number);
  const scale = scaleOf(unit, Math.abs(number), currency);
  const text = bare(Math.abs(number), scale);
  return `${number < 0 && text !== '0' ? '\u2212' : ''}${scale.before}${text}${scale.after}`;
}

/** As a change: `+12 MW`, `−$1.2 bn`. */
export function changeText(unit: ScenarioUnit, value: Value, currency: string): string {
  const number = numberOf(value);
  if (number === null) return NEVER;
  if (unit === 'share') return `${number > 0 ? '+' : ''}${digits(number * 100)}${NB}points`;
  return `${number > 0 ? '+' : ''}${figureText(unit, number, currency)}`;
}

export const NONE = '–';

/** The largest of what is shown together, so that all of it is read in one size. */
export const largestOf = (bands: readonly (ScenarioBand | null)[]): number =>
  Math.max(
    0,
    ...bands
      .flatMap((band) => (band === null ? [] : [band.p10, band.p50, band.p90]))
      .map((each) => Math.abs(Number(each ?? 0))),
  );

/** `1.03 GW (0.916 to 1.08)`; one figure alone where there is no spread. In the size that fits `most`. */
export function bandText(
  unit: ScenarioUnit,
  band: ScenarioBand | null,
  currency: string,
  most = largestOf([band]),
): string {
  if (band === null) return NONE;
  const [low, middle, high] = [band.p10, band.p50, band.p90].map(numberOf);
  const scale = scaleOf(unit, most, currency);
  const text = (number: number | null | undefined): string =>
    number === null || number === undefined ? NEVER : bare(number, scale);
  const whole = (number: number | null | undefined): string => {
    const own = text(number);
    if (own === NEVER) return own;
    return own.startsWith('\u2212')
      ? `\u2212${scale.before}${own.slice(1)}${scale.after}`
      : `${scale.before}${own}${scale.after}`;
  };
  if (text(low) === text(high)) return whole(middle);
  return `${whole(middle)} (${text(low)} to ${text(high)})`;
}

/** The same in two parts, in one size: the middle, and the interval. */
export function bandParts(
  unit: ScenarioUnit,
  band: ScenarioBand | null,
  currency: string,
  most = largestOf([band]),
): { readonly text: string; readonly spread: string } {
  const [text = NONE, spread] = bandText(unit, band, currency, most).replace(/\)$/, '').split(' (');
  return { text, spread: spread ?? (band === null ? '' : 'no spread') };
}

export interface AxisText {
  readonly unit: string;
  readonly tick: (tick: number) => string;
}

/** Of an axis that goes up to `top`: ticks in one size, named once. */
export function axisOf(unit: ScenarioUnit, top: number, currency: string): AxisText {
  if (unit === 'share') return { unit: 'share', tick: (tick) => shareText(tick) };
  const { one, before, after } = scaleOf(unit, top, currency);
  const name = unit === 'Mtok/month' ? `${after.trim()} a month` : after.trim();
  if (unit === 'money')
    return { unit: 'cumulative', tick: (tick) => `${before}${digits(tick / one)}${tick === 0 ? '' : after}` };
  if (unit === 'money/Mtok') return { unit: 'per million tokens', tick: (tick) => `${before}${digits(tick)}` };
  return { unit: name, tick: (tick) => digits(tick / one) };
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `2029-12` as `December 2029`. */
export const monthName = (month: string): string => `${MONTHS[Number(month.slice(5)) - 1] ?? ''} ${month.slice(0, 4)}`;
