// Tables as CSV (RFC 4180) that a spreadsheet cannot take for a formula. A cell that begins like one gets an apostrophe in
// front; so does the middle of a cell where a program that splits at another separator would see a beginning. Control
// characters become spaces: a cell is one line. Numbers that are ours stay bare. Whoever needs the values to the letter
// takes JSON.

export type CsvValue = string | number | boolean | null;

/** What spreadsheets evaluate, in the wide forms that some of them take for the same. */
const FORMULA = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20';
const AT_START = new RegExp(`^(\\s*)(?=[${FORMULA}])`, 'u');
const AFTER_SEPARATOR = new RegExp(`([,;|"])(\\s*)(?=[${FORMULA}])`, 'gu');
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
const NUMBER = /^-?\d+(\.\d+)?$/;

export function csvCell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = String(value);
  if (NUMBER.test(text)) return text;
  const safe = text.toWellFormed().replace(CONTROL, ' ').replace(AFTER_SEPARATOR, "$1$2'").replace(AT_START, "$1'");
  return `"${safe.replaceAll('"', '""')}"`;
}

export const csvLine = (values: readonly CsvValue[]): string => `${values.map(csvCell).join(',')}\r\n`;
