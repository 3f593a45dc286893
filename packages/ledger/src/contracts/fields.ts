// What the values of a contract are written as, and what they become: days become UTC instants, decimal strings become whole
// numbers of 10^-12. The last day of a period is written as people write it, inside the period, and kept as the instant at which
// the period has ended, so that nothing after this file adds or takes away a day.
import { moneyFromDecimal } from '@weighbridge/kernel';
import { z } from 'zod';

export const DAY_MS = 86_400_000;
const DAY_SHAPE = /^\d{4}-\d{2}-\d{2}$/;
const DECIMAL = /^-?\d{1,18}(\.\d{1,12})?$/;

const isDay = (text: string): boolean => {
  const at = DAY_SHAPE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

/** UTC midnight at which a day begins. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** `2026-07-01`, of the instant at which a day begins. */
export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The last day of a period that has ended at `until`. */
export const lastDayText = (until: number): string => dayText(until - DAY_MS);

const dayString = z.string().refine(isDay, { message: 'write a day that exists, such as 2026-07-01' });

/** A day, as the instant at which it begins. */
export const day = dayString.transform(startOf);

/** The last day of a period, as the instant at which the period has ended. */
export const lastDay = dayString.transform((text) => startOf(text) + DAY_MS);

/** `2026-07`, as the instant at which the month begins. */
export const month = z
  .string()
  .refine((text) => isDay(`${text}-01`), { message: 'write a month, such as 2026-07' })
  .transform((text) => startOf(`${text}-01`));

const decimalOf = (example: string) =>
  z
    .string()
    .regex(DECIMAL, {
      message: `write it in digits, in quotes, with at most twelve places after the point: "${example}"`,
    })
    .transform(moneyFromDecimal);

/** An amount of the contract's currency, in 10^-12 of it. */
export const amount = decimalOf('1500000.00');
/** A part of a whole, in 10^-12; that it lies between 0 and 1 is checked with the meaning, where it can be told better. */
export const fraction = decimalOf('0.5');
/** A number of units, in 10^-12 of one. */
export const quantity = decimalOf('100');

const ID = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;
/** A name that other places of the file, and later entries, refer to. */
export const id = z
  .string()
  .regex(ID, { message: 'use lower-case letters, digits and hyphens, at most 64, such as `cloud-commitment`' });

/** Whoever prints it prints what stands there: no escape sequences, no turned direction. */
export const words = z
  .string()
  .min(1)
  .max(2_000)
  .refine((text) => !/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u.test(text), {
    message: 'take out the control characters',
  });
export const wordList = z.array(words).max(50);
export const currencyCode = z
  .string()
  .regex(/^[A-Z]{3}$/, { message: 'write the three letters of ISO 4217, such as USD' });

/** How many of a thing a contract may hold. */
export const CONTRACT_MOST = {
  parties: 100,
  instruments: 200,
  milestones: 200,
  rows: 200,
  sources: 100,
  capacity_years: 50,
} as const;
