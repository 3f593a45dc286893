// CSV after RFC 4180, safe to open in a spreadsheet: text that a spreadsheet would run as a formula gets an apostrophe
// in front, so that a team called `=HYPERLINK(…)` stays a name. Numbers are written as numbers, minus sign included.
import { exportText, isNumeric, type Cell } from './cell.ts';

/** What a spreadsheet takes for the beginning of a formula, full-width forms included. */
const FORMULA = /^[\s]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

export const csvField = (text: string): string => {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const csvCell = (cell: Cell): string => {
  const text = exportText(cell);
  return isNumeric(cell) && /^-?[\d.:TZ-]*$/.test(text) ? text : csvField(text);
};

export function toCsv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [head.map(csvField), ...rows.map((row) => row.map(csvCell))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}
