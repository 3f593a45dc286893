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

const THOUSANDS = [
  ['trillion', 12],
  ['billion', 9],
  ['million', 6],
] as const;

/** "30 billion" and "1.25 million" where two places say it exactly; else every digit, in groups of three: never rounded. */
function valueText(value: string): string {
  const [, sign = '', whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (part.replace(/0+$/, '') === '')
    for (const [word, places] of THOUSANDS) {
      const rest = whole.slice(-places).padStart(places, '0').replace(/0+$/, '');
      if (whole.length > places && rest.length <= 2)
        return `${sign}${grouped(whole.slice(0, -places))}${rest === '' ? '' : `.${rest}`} ${word}`;
    }
  return `${sign}${grouped(whole)}${part === '' ? '' : `.${part}`}`;
}

const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** "up to 10 billion USD", "about 30 billion USD", "1 GW". */
export const amountText = ({ value, currency, unit, bound, approximate }: Amount): string =>
  `${bound === 'up_to' ? 'up to ' : ''}${approximate ? 'about ' : ''}${valueText(value)} ${currency ?? unit ?? ''}`.trim();
