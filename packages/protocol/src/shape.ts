// Small checkers of JSON, for what is checked by the hundred thousand a second, where a general schema library does more
// than is needed. A shape judges in two ways. `faults` takes a parsed value and says in words what is wrong and where.
// `scan` reads the value where it lies in a page of canonical JSON, in one pass, and only ever says that it fits: where
// it is unsure, `faults` decides. Members that a shape does not name are let through: contracts grow by addition only.
import {
  COMMA,
  QUOTE,
  readCount,
  readDecimal,
  readText,
  readTruth,
  quoted,
  skipDecimal,
  skipExactly,
  skipText,
  UNSURE,
  type Page,
  type Scan,
} from './page.ts';

export interface Shape<T> {
  /** Null when the value fits; else its faults, each beginning with the path below this value (`.served.tier: …`). */
  readonly faults: (value: unknown) => readonly string[] | null;
  /** Moves over a value that fits. Gives what is kept of it, if anything is; UNSURE where `faults` has to judge. */
  readonly scan: Scan;
  /** One of few values, so that it is worth comparing with those that were seen before. */
  readonly steady: boolean;
  /** Whether `scan` gives the value, or for an object and a list the members that are kept. */
  readonly kept: boolean;
  readonly _type?: T;
}

/** A shape of single values; `read` gives the value. */
export interface Scalar<T> extends Shape<T> {
  readonly read: Scan;
}

export const fault = (value: unknown, what: string): readonly string[] => {
  if (value === undefined) return [': is missing'];
  const shown = JSON.stringify(value) ?? 'nothing';
  return [`: is ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}, not ${what}`];
};

const where = <T>(
  what: string,
  fits: (value: unknown) => boolean,
  scan: Scan,
  read: Scan,
  repeated = false,
): Scalar<T> => ({
  faults: (value) => (fits(value) ? null : fault(value, what)),
  scan,
  read,
  steady: repeated,
  kept: false,
});

export const text = where<string>('text', (value) => typeof value === 'string', skipText, readText);
export const truth = where<boolean>(
  'true or false',
  (value) => value === true || value === false,
  readTruth,
  readTruth,
  true,
);

/** A whole number from 0 that a double holds exactly. */
export const count = where<number>(
  'a whole number from 0',
  (value) => typeof value === 'number' && value >= 0 && Number.isSafeInteger(value),
  readCount,
  readCount,
);

/** JSON has no infinity, and no NaN. */
export const number = where<number>(
  'a number',
  (value) => typeof value === 'number' && value - value === 0,
  skipDecimal,
  readDecimal,
);

/** Milliseconds, fractions allowed. */
export const duration = where<number>(
  'a duration in milliseconds',
  (value) => typeof value === 'number' && value >= 0 && value < Infinity,
  skipDecimal,
  readDecimal,
);

/** `skip`: goes over such a text, quotes included, where that is cheaper than trying the pattern. */
export const fitting = (what: string, pattern: RegExp, skip?: Scan): Scalar<string> => {
  const match: Scan = (page) => {
    const value = readText(page);
    return typeof value === 'string' && pattern.test(value) ? value : UNSURE;
  };
  const fits = (value: unknown): boolean => typeof value === 'string' && pattern.test(value);
  return where(what, fits, skip ?? match, skip === undefined ? match : quoted(skip));
};

export const oneOf = <const T extends string | number>(choices: readonly T[]): Scalar<T> => {
  const known = new Set<unknown>(choices);
  const tokens = new Map(choices.map((choice) => [JSON.stringify(choice), choice]));
  const read: Scan = (page) => {
    const from = page.at;
    if ((page.bytes[from] === QUOTE ? skipText(page) : readCount(page)) === UNSURE) return UNSURE;
    return tokens.get(page.text.slice(from, page.at)) ?? UNSURE;
  };
  return where(`one of ${choices.join(', ')}`, (value) => known.has(value), read, read, true);
};

/** The same values, and `scan` gives them. */
export const kept = <T>(shape: Scalar<T>): Scalar<T> => ({ ...shape, scan: shape.read, kept: true });

/** The same values, of which a handful are in use: not the models and deployments of an installation, but its tiers. */
export const steady = <T>(shape: Scalar<T>): Scalar<T> => ({ ...shape, steady: true });

export const nullOr = <T>(shape: Shape<T>): Shape<T | null> => ({
  ...shape,
  faults: (value) => (value === null ? null : shape.faults(value)),
  scan: (page) => (skipExactly(page, 'null') ? null : shape.scan(page)),
});

const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COLON = 0x3a;

export const listOf = <T>(shape: Shape<T>): Shape<readonly T[]> => ({
  faults: (value) => {
    if (!Array.isArray(value)) return fault(value, 'a list');
    let faults: readonly string[] | null = null;
    for (let i = 0; i < value.length; i += 1) {
      const found = shape.faults(value[i]);
      if (found !== null) faults = [...(faults ?? []), ...found.map((each) => `[${i}]${each}`)];
    }
    return faults;
  },
  scan: (page) => {
    const made: unknown[] | null = shape.kept ? [] : null;
    const item = (): boolean => {
      const value = shape.scan(page);
      made?.push(value);
      return value !== UNSURE;
    };
    return scanItems(page, OPEN_LIST, CLOSE_LIST, item) ? made : UNSURE;
  },
  steady: shape.steady,
  kept: shape.kept,
});

/** Over opening mark, items with commas between, and closing mark. */
function scanItems(page: Page, open: number, close: number, item: () => boolean): boolean {
  const { bytes } = page;
  if (bytes[page.at] !== open) return false;
  page.at += 1;
  for (let more = bytes[page.at] !== close; more;) {
    if (!item()) return false;
    more = bytes[page.at] === COMMA;
    if (more) page.at += 1;
  }
  page.at += 1;
  return bytes[page.at - 1] === close;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Any names, one shape of value. */
export const mapOf = <T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> => ({
  faults: (value) => {
    if (!isObject(value)) return fault(value, 'an object');
    let faults: readonly string[] | null = null;
    for (const name in value) {
      const found = shape.faults(value[name]);
      if (found !== null) faults = [...(faults ?? []), ...below(name, found)];
    }
    return faults;
  },
  scan: (page) => {
    const made: Record<string, unknown> | null = shape.kept ? {} : null;
    const item = (): boolean => {
      const name = made === null ? skipText(page) : readText(page);
      if (name === UNSURE || name === '__proto__' || page.bytes[page.at] !== COLON) return false;
      page.at += 1;
      const value = shape.scan(page);
      if (made !== null) made[name as string] = value;
      return value !== UNSURE;
    };
    return scanItems(page, OPEN_OBJECT, CLOSE_OBJECT, item) ? made : UNSURE;
  },
  steady: shape.steady,
  kept: shape.kept,
});

export const below = (name: string, faults: readonly string[]): string[] => faults.map((each) => `.${name}${each}`);
