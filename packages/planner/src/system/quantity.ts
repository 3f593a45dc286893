// A value of a scenario: what it is, in which unit, how well it is known, and who says so. A number without its grade and
// source does not stand in a scenario file, so no later page can show an assumption as a fact.
import { z } from 'zod';

export const GRADES = ['reported', 'assumed', 'verified'] as const;
export type Grade = (typeof GRADES)[number];

export interface Quantity {
  /** One number; or low, likely and high. */
  readonly value?: number | undefined;
  readonly low?: number | undefined;
  readonly likely?: number | undefined;
  readonly high?: number | undefined;
  /** How it is drawn between low and high (draws.ts); triangular where nothing is said. */
  readonly shape?: 'triangular' | 'lognormal' | undefined;
  readonly unit: string;
  readonly grade: Grade;
  /** Name under `sources`. */
  readonly source: string;
}

/** Of every unit, how many base units one is: cents, watts, or itself. `CUR` stands for the scenario's currency. */
const UNITS = {
  CUR: 1e2,
  'CUR m': 1e8,
  'CUR bn': 1e11,
  'CUR m/month': 1e8,
  'CUR bn/month': 1e11,
  'CUR/MWh': 1e-4,
  'CUR/MW-month': 1e-4,
  'CUR/GPU-hour': 1e2,
  'CUR/Mtok': 1e2,
  kW: 1e3,
  MW: 1e6,
  GW: 1e9,
  months: 1,
  racks: 1,
  'racks/month': 1,
  GPUs: 1,
  share: 1,
  'share/month': 1,
  'share/year': 1,
  ratio: 1,
  'tokens/s/kW': 1,
  'Mtok/month': 1,
  'tokens/min': 1,
  'requests/min': 1,
} as const;
export type Unit = keyof typeof UNITS;
const SCALES: Readonly<Record<string, number>> = UNITS;

const CURRENCY = /^[A-Z]{3}(?=$|[ /])/;

/** The currency that a unit holds, or undefined. */
export const currencyOf = (unit: string): string | undefined => CURRENCY.exec(unit)?.[0];

const generic = (unit: string): string => unit.replace(CURRENCY, 'CUR');

/** A number of `quantity`'s unit in base units: cents, watts. */
export const inBase = (quantity: Quantity, number: number): number => number * scaleOf(quantity.unit);

/** Read off the unit itself, without taking it apart: this stands where every draw passes. */
function scaleOf(unit: string): number {
  // `USD bn` → `CUR bn`: a currency has three letters.
  return SCALES[unit] ?? SCALES[`CUR${unit.slice(3)}`] ?? 1;
}

/** What is taken for granted when nothing is drawn. */
export const centre = (quantity: Quantity): number => quantity.value ?? quantity.likely ?? 0;

export const isQuantity = (value: unknown): value is Quantity =>
  typeof value === 'object' && value !== null && 'unit' in value && 'grade' in value && 'source' in value;

interface Bounds {
  /** 0 where nothing is said: amounts are not negative. */
  readonly least?: number;
  readonly most?: number;
}

/** In base units, so that no sum over the months leaves the whole numbers that a double holds exactly. */
const MOST = 1e14;
const MOST_OF: Partial<Record<Unit, number>> = {
  kW: 1e12,
  MW: 1e12,
  GW: 1e12,
  racks: 1e6,
  'racks/month': 1e5,
  GPUs: 1e5,
  'tokens/min': 1e12,
  'requests/min': 1e9,
};

/** The form of a value in one of `units`. */
export function quantity(units: readonly [Unit, ...Unit[]], { least = 0, most }: Bounds = {}) {
  const number = z.number().optional();
  return z
    .strictObject({
      value: number,
      low: number,
      likely: number,
      high: number,
      shape: z.enum(['triangular', 'lognormal']).optional(),
      unit: z.string(),
      grade: z.enum(GRADES),
      source: z.string(),
    })
    .superRefine((held, context) => {
      const fault = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
      const range = [held.low, held.likely, held.high];
      const ranged = range.filter((each) => each !== undefined);
      if (held.value === undefined ? ranged.length !== 3 : ranged.length > 0)
        fault([], 'write either `value`, or `low`, `likely` and `high`');
      for (const name of ['value', 'low', 'likely', 'high'] as const) {
        const each = held[name];
        if (each === undefined) continue;
        if (each < least)
          fault([name], least === 0 ? 'an amount is not negative: write 0 or more' : `write ${least} or more`);
        const unit = generic(held.unit) as Unit;
        const limit = most ?? (MOST_OF[unit] ?? MOST) / (UNITS[unit] ?? 1);
        if (each > limit) fault([name], `write ${limit} or less`);
      }
      if (ranged.length === 3 && !(range[0]! <= range[1]! && range[1]! <= range[2]!))
        fault([], 'put them in order: low, then likely, then high');
      if (held.shape === 'lognormal' && !((held.low ?? 0) > 0))
        fault(['shape'], 'a lognormal range begins above 0: raise `low`, or write triangular');
      if (!units.includes(generic(held.unit) as Unit))
        fault(['unit'], `write one of: ${units.map((unit) => unit.replace('CUR', 'USD')).join(', ')}`);
    });
}
