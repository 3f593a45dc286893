// What every section of the sheet is made of: its shape, its columns, amounts as they are told, and how many rows have room.
import { formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import type { Brief, BRIEF_PAGES } from './brief.ts';

export interface SheetColumn {
  readonly title: string;
  /** Figures stand to the right. */
  readonly figure: boolean;
  /** Of a hundred parts of the width. */
  readonly width: number;
}

export interface SheetSection {
  readonly id: string;
  readonly title: string;
  /** One sentence, beside the title. */
  readonly lead: string;
  /** Where the console shows more of it. */
  readonly page: (typeof BRIEF_PAGES)[number];
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly string[])[];
  /** Of each row, where it is not the section's. */
  readonly pages: readonly (typeof BRIEF_PAGES)[number][];
  /** Its cells are sentences: they have two lines, and a list of them reads as one. */
  readonly flow: boolean;
  /** Lines that a row has room for. */
  readonly lines: 1 | 2;
  /** What was left out, and what has to be said beside the figures. */
  readonly notes: readonly string[];
}

export const column = (title: string, width: number, figure = false): SheetColumn => ({ title, width, figure });

/** The first so many, and how many more there are. */
export function first<Row>(
  all: readonly Row[],
  most: number,
): { readonly shown: readonly Row[]; readonly more: string[] } {
  const left = all.length - most;
  return { shown: all.slice(0, most), more: left > 0 ? [`and ${left} more`] : [] };
}

/** Exact, or marked where it is told to the hundredth only: a charge has up to twelve places. */
export function amountText(amount: string, currency: string): string {
  const exact = moneyFromDecimal(amount);
  const hundredths = (exact < 0n ? exact - HALF : exact + HALF) / HUNDREDTH;
  const told = hundredths === 0n ? exact : hundredths * HUNDREDTH;
  return `${told === exact ? '' : '≈ '}${formatMoney(told, currency).replace(/\.00(?=\D|$)/, '')}`;
}
/** Of money's unit, 10^-12. */
const HUNDREDTH = 10_000_000_000n;
const HALF = HUNDREDTH / 2n;

export const quantityText = (quantity: string, unit: string): string =>
  `${quantity.replace(/\B(?=(\d{3})+(?!\d))/g, ',')} ${unit}`.trim();
export const worth = (value: string, unit: string, isMoney: boolean): string =>
  isMoney ? amountText(value, unit) : quantityText(value, unit);

/** `2027-01-31`. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const NONE = 'No contract stands in the log.';

/** In place of what contracts would say, where there is none that does. */
export const noneText = ({ unreadable }: Pick<Brief, 'unreadable'>, none: string): string =>
  unreadable.length === 0 ? none : 'No contract that stands in the log can be read.';

/** Shorter than what it says, and says so. */
export const clipped = (text: string, most: number): string => {
  const letters = Array.from(text.replaceAll(/[ \t\r\n]+/g, ' ').trim());
  return letters.length <= most
    ? letters.join('')
    : `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
};

export const percent = (permille: number): string => `${(permille / 10).toFixed(1)} %`;
