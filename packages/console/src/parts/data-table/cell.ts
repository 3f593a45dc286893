// What can stand in a cell. A page's model makes cells; sorting, export and drawing all read the same ones, so a column
// cannot sort by something else than it shows. Null in a cell is unknown; it sorts last, either way.
import { countOf, prepareCount, type CountValue } from '../count/model.ts';
import { formatDuration } from '../duration/model.ts';
import type { RegionGrade } from '@weighbridge/protocol';
import { picoOf } from '../money/decimal.ts';
import { moneyText, type MoneyValue } from '../money/model.ts';
import { formatInstant } from '../when/model.ts';

export type Tone = 'quiet' | 'good' | 'bad' | 'warn' | 'note';

export type Cell =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly href?: string;
      readonly mono?: boolean;
      /** Shown instead; the whole is in exports and under the pointer. */ readonly short?: string;
      /** Its place among the words of its column, where that is not the one of the alphabet. */
      readonly order?: number;
    }
  | { readonly kind: 'badge'; readonly text: string; readonly tone: Tone; readonly order?: number }
  | { readonly kind: 'money'; readonly value: MoneyValue }
  | { readonly kind: 'count'; readonly value: CountValue }
  | { readonly kind: 'duration'; readonly ms: number | null }
  | { readonly kind: 'when'; readonly at: number | null }
  | {
      readonly kind: 'share';
      readonly share: number | null;
      readonly text: string;
      /** Without the bar: for changes, and for shares of different wholes. */
      readonly bare?: boolean;
    }
  | { readonly kind: 'grade'; readonly grade: RegionGrade; readonly of: string; readonly short?: string }
  | {
      readonly kind: 'spark';
      readonly values: readonly (number | null)[];
      readonly open: boolean;
      readonly label: string;
    };

type Key = bigint | number | string | null;

function keyOf(cell: Cell): Key {
  switch (cell.kind) {
    case 'text':
    case 'badge':
      return cell.text === '' ? null : (cell.order ?? cell.text.toLowerCase());
    case 'money':
      return cell.value.amount === null ? null : picoOf(cell.value.amount);
    case 'count':
      return countOf(cell.value);
    case 'duration':
      return cell.ms;
    case 'when':
      return cell.at;
    case 'share':
      return cell.share;
    case 'grade':
      return cell.grade;
    case 'spark':
      return cell.values.findLast((value) => value !== null) ?? null;
  }
}

/** Ascending; unknown last in either direction. */
export function compareCells(one: Cell, other: Cell, descending: boolean): number {
  const [a, b] = [keyOf(one), keyOf(other)];
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (a === b) return 0;
  return a < b === descending ? 1 : -1;
}

/** As it stands in an export: exact, without grouping or symbols, times in ISO 8601. */
export function exportText(cell: Cell): string {
  switch (cell.kind) {
    case 'text':
    case 'badge':
      return cell.text;
    case 'money':
      return cell.value.amount ?? cell.value.status ?? '';
    case 'count':
      return countOf(cell.value)?.toString() ?? '';
    case 'duration':
      return cell.ms === null ? '' : String(cell.ms);
    case 'when':
      return cell.at === null ? '' : new Date(cell.at).toISOString();
    case 'share':
      return cell.share === null ? '' : String(cell.share);
    case 'grade':
      return `${cell.of}; grade=${cell.grade}`;
    case 'spark':
      return cell.values.map((value) => value ?? '').join(' ');
  }
}

/** As a person reads it aloud; what the accessible name of a row is made of. */
export function spokenText(cell: Cell): string {
  switch (cell.kind) {
    case 'money':
      return moneyText(cell.value);
    case 'count':
      return prepareCount(cell.value).text;
    case 'duration':
      return formatDuration(cell.ms);
    case 'when':
      return cell.at === null ? 'unknown' : formatInstant(cell.at);
    case 'share':
      return cell.text;
    case 'grade':
      return `${cell.of}, grade ${cell.grade}`;
    case 'spark':
      return cell.label;
    case 'text':
    case 'badge':
      return cell.text;
  }
}

/** Numbers cannot be formulas; text can. */
export const isNumeric = (cell: Cell): boolean => ['money', 'count', 'duration', 'share', 'when'].includes(cell.kind);
