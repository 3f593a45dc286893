// What a reader of sellers' records is: it knows its own record when it sees one, and makes rows of one value (a page, a line, a
// row of a table) at a time, so that a file of any length is read in the memory of one value. What it cannot read it refuses,
// naming the field: a figure that was left out in silence would raise coverage.
import { AppError } from '@weighbridge/kernel';
import type { ObservedRow, ObservedSource, ObservedSpan, TokenClass } from '@weighbridge/protocol';

/** A row as its file says it: the user in plain words, which nothing beyond the importer sees. */
export type ReadRow = ObservedRow;

export interface Read {
  readonly rows: readonly ReadRow[];
  /** Buckets that the record is about, also empty ones; absent where rows are events of their own. */
  readonly buckets?: readonly ObservedSpan[];
}

export interface SourceReader {
  readonly id: ObservedSource;
  readonly title: string;
  /** Party id of who sells what the record is about; null: the file does not say, and whoever imports it does. */
  readonly seller: string | null;
  readonly version: number;
  /**
   * `buckets`: the record is about whole stretches of time, and a later one of the same stretch takes its place. `rows`: each
   * row is known by an id.
   */
  readonly kind: 'buckets' | 'rows';
  /** Of two records that tell of one seller's day, the one that tells more exactly counts: the higher. */
  readonly rank: number;
  /** Minutes that the seller's clock and ours may put a call on different sides of an hour. */
  readonly skew: number;
  /** Whether a value is of this record. */
  readonly knows: (value: Fields) => boolean;
  /** Throws BAD_REQUEST naming what is wrong. */
  readonly read: (value: Fields) => Read;
}

/** One value of a file: a JSON object, or a row of a table by its column names. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (name: string, value: unknown, wanted: string): AppError =>
  new AppError('BAD_REQUEST', `\`${name}\` is ${shown(value)}: it should be ${wanted}`);

const shown = (value: unknown): string => {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** Text that is there; undefined for null, absent or empty. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw wrong(name, value, 'text');
}

export function fieldsOf(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (isFields(value)) return value;
  throw wrong(name, value, 'an object');
}

export function listOf(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every((one) => isFields(one))) return value;
  throw wrong(name, value, 'a list of objects');
}

const COUNT_MOST = Number.MAX_SAFE_INTEGER;

/** A count; 0 where it is null or absent and `absent` says so. */
export function countOf(fields: Fields, name: string, absent: 'is zero' | 'is wrong' = 'is zero'): number {
  const value = fields[name];
  if ((value === undefined || value === null || value === '') && absent === 'is zero') return 0;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= COUNT_MOST && value !== '')
    return number;
  throw wrong(name, value, 'a whole number from 0');
}

const DECIMAL = /^-?\d{1,18}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
const PLACES = 12;

/** A decimal, in plain digits; undefined where there is none. Digits beyond the twelfth are those of a binary fraction, not of money. */
export function decimalOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !DECIMAL.test(text)) throw wrong(name, value, 'a decimal number');
  return plainDecimal(text);
}

/** As `decimalOf`, of what was used: what is less than nothing would make room for what went round. */
export function quantityOf(fields: Fields, name: string): string | undefined {
  const text = decimalOf(fields, name);
  if (text?.startsWith('-') === true) throw wrong(name, fields[name], 'a number from 0');
  return text;
}

/** `1.5e-7` as `0.00000015`; exact for all that has at most twelve places. */
export function plainDecimal(text: string): string {
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e');
  const negative = digits.startsWith('-');
  const [whole = '0', fraction = ''] = digits.replace('-', '').split('.');
  const shift = Number(exponent);
  const all = `${whole}${fraction}`;
  const point = whole.length + shift;
  const padded = point <= 0 ? `${'0'.repeat(1 - point)}${all}` : all.padEnd(point, '0');
  const at = Math.max(1, point);
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const after = padded.slice(at, at + PLACES).replace(/0+$/, '');
  const plain = after === '' ? before : `${before}.${after}`;
  return negative && plain !== '0' ? `-${plain}` : plain;
}

/** `cents` as units of the currency. */
export const ofCents = (cents: string): string => plainDecimal(`${cents}e-2`);

/** Of what a date can be. */
const INSTANT_MOST = 8_640_000_000_000_000;

/** An instant: RFC 3339, a day, a US date, or a number of Unix seconds. Without a zone it is UTC, as sellers' records are. */
export function instantOf(fields: Fields, name: string): number {
  const value = fields[name];
  const at = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? parseInstant(value) : NaN;
  if (Number.isSafeInteger(at) && at >= 0 && at <= INSTANT_MOST) return at;
  throw wrong(name, value, 'an instant, for example 2026-11-01T00:00:00Z');
}

const US_DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/;
const UNZONED = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/;
/** As the warehouses of one seller print it. */
const WAREHOUSE = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) UTC$/;

function parseInstant(text: string): number {
  const us = US_DATE.exec(text);
  if (us !== null) {
    const [, month = '', day = '', year = ''] = us;
    return Date.UTC(Number(year.length === 2 ? `20${year}` : year), Number(month) - 1, Number(day));
  }
  const bare = UNZONED.exec(text) ?? WAREHOUSE.exec(text);
  const parsed = Date.parse(bare === null ? text : `${bare[1]}T${bare[2]}Z`);
  return Math.round(parsed);
}

const DAY = 86_400_000;

/** The UTC day that a date names. */
export function dayOf(fields: Fields, name: string): ObservedSpan {
  const from = instantOf(fields, name);
  const start = Math.floor(from / DAY) * DAY;
  return { from: start, to: start + DAY };
}

/** A field where it is there: rows keep only what their record says. */
export const given = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Readonly<Partial<Record<Name, Value>>> =>
  (value === undefined ? {} : { [name]: value }) as Readonly<Partial<Record<Name, Value>>>;

/** Classes that are not zero; undefined where the record counts none. */
export function tokensOf(
  counts: Readonly<Partial<Record<TokenClass, number>>>,
): Readonly<Partial<Record<TokenClass, number>>> | undefined {
  const filled = Object.entries(counts).filter(([, count]) => count > 0);
  return filled.length === 0 ? undefined : Object.fromEntries(filled);
}
