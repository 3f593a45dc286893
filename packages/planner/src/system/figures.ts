// Figures as they leave: money as decimal text, everything else as a number of seven digits, "never" as null.
import type { ScenarioBand, ScenarioUnit } from '@weighbridge/protocol';
import type { Band } from './bands.ts';
import { OUTPUTS, type Output } from './outputs.ts';
import type { Moved } from './switches.ts';

const UNIT_OF: Readonly<Record<string, ScenarioUnit>> = {
  MW: 'MW',
  GW: 'GW',
  racks: 'racks',
  'Mtok/month': 'Mtok/month',
  share: 'share',
  HHI: 'HHI',
  CUR: 'money',
  'CUR/month': 'money/month',
  'CUR/Mtok': 'money/Mtok',
};

const OF_A_PATH = {
  lead_time: { title: 'Lead time of new capacity', unit: 'months' },
  capacity_risk: { title: 'Months not served', unit: 'share' },
} as const;

export function labelOfMoved(name: Moved): { readonly title: string; readonly unit: ScenarioUnit } {
  if (name === 'lead_time' || name === 'capacity_risk') return OF_A_PATH[name];
  const { title, unit }: Output = OUTPUTS[name];
  return { title, unit: UNIT_OF[unit] ?? 'share' };
}

const PLACES: Partial<Record<ScenarioUnit, number>> = { money: 2, 'money/month': 2, 'money/Mtok': 6 };
const DIGITS = 7;

export function valueIn(unit: ScenarioUnit, number: number): number | string {
  const places = PLACES[unit];
  return places === undefined ? Number(number.toPrecision(DIGITS)) : decimalText(number, places);
}

function decimalText(number: number, places: number): string {
  const text = number.toFixed(places).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
}

export function bandTexts(unit: ScenarioUnit, band: Band | null, scale = 1): ScenarioBand | null {
  if (band === null) return null;
  const text = (number: number): number | string | null =>
    Number.isFinite(number) ? valueIn(unit, number * scale) : null;
  return { p10: text(band.p10), p50: text(band.p50), p90: text(band.p90) };
}
