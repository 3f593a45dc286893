// What a headline or a term is about in figures: money or a physical quantity, exact, firm or "up to". An "up to" is an option
// of whoever grants it, never an obligation; the two never meet in one sum (obligations.ts).
import { z } from 'zod';
import { DECIMAL } from './rational.ts';

export const CURRENCY = /^[A-Z]{3}$/;

export const decimalText = z.string().regex(DECIMAL, 'write a decimal number in quotes: "30000000000" or "2.10"');

export const amountShape = z.strictObject({
  /** A decimal text: never a float. */
  value: decimalText,
  /** ISO 4217, for money. */
  currency: z.string().regex(CURRENCY, 'write three capital letters: USD').optional(),
  /** GW, tokens, GPUs: for all that is not money. */
  unit: z.string().min(1).max(40).optional(),
  bound: z.enum(['firm', 'up_to']),
  /** The source says "about". */
  approximate: z.boolean().default(false),
});

export type Amount = z.infer<typeof amountShape>;

/** "up to 10000000000 USD", "about 30000000000 USD". */
export const amountText = ({ value, currency, unit, bound, approximate }: Amount): string =>
  `${bound === 'up_to' ? 'up to ' : ''}${approximate ? 'about ' : ''}${value} ${currency ?? unit ?? ''}`.trim();
