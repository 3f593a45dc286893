// Small checkers of parsed JSON, for what is checked by the ten thousand a second, where a general schema library does
// more than is needed. A checker is a function that answers null, or says in words what is wrong and where; text is
// built only for what is wrong. Members that a shape does not name are let through: contracts grow by addition only.

/** Null when the value fits; else its faults, each beginning with the path below this value (`.served.tier: …`). */
export type Shape<T> = ((value: unknown) => readonly string[] | null) & { readonly _type?: T };

const fault = (value: unknown, what: string): readonly string[] => {
  if (value === undefined) return [': is missing'];
  const shown = JSON.stringify(value) ?? 'nothing';
  return [`: is ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}, not ${what}`];
};

const where =
  <T>(what: string, fits: (value: unknown) => boolean): Shape<T> =>
  (value) =>
    fits(value) ? null : fault(value, what);

export const text = where<string>('text', (value) => typeof value === 'string');
export const truth = where<boolean>('true or false', (value) => value === true || value === false);

/** A whole number from 0 that a double holds exactly. */
export const count = where<number>(
  'a whole number from 0',
  (value) => typeof value === 'number' && value >= 0 && Number.isSafeInteger(value),
);

/** JSON has no infinity, and no NaN. */
export const number = where<number>('a number', (value) => typeof value === 'number' && value - value === 0);

/** Milliseconds, fractions allowed. */
export const duration = where<number>(
  'a duration in milliseconds',
  (value) => typeof value === 'number' && value >= 0 && value < Infinity,
);

export const fitting = (what: string, pattern: RegExp): Shape<string> =>
  where(what, (value) => typeof value === 'string' && pattern.test(value));

export const oneOf = <const T extends string | number>(choices: readonly T[]): Shape<T> => {
  const known = new Set<unknown>(choices);
  return where(`one of ${choices.join(', ')}`, (value) => known.has(value));
};

export const nullOr =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null ? null : shape(value);

export const listOf = <T>(shape: Shape<T>): Shape<readonly T[]> => {
  return (value) => {
    if (!Array.isArray(value)) return fault(value, 'a list');
    let faults: readonly string[] | null = null;
    for (let i = 0; i < value.length; i += 1) {
      const found = shape(value[i]);
      if (found !== null) faults = [...(faults ?? []), ...found.map((each) => `[${i}]${each}`)];
    }
    return faults;
  };
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Any names, one shape of value. */
export const mapOf = <T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> => {
  return (value) => {
    if (!isObject(value)) return fault(value, 'an object');
    let faults: readonly string[] | null = null;
    for (const name in value) {
      const found = shape(value[name]);
      if (found !== null) faults = [...(faults ?? []), ...below(name, found)];
    }
    return faults;
  };
};

const below = (name: string, faults: readonly string[]): string[] => faults.map((each) => `.${name}${each}`);

type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: Shape<T[K]> };
type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]: Shape<Exclude<T[K], undefined>> };

/** Every member of the type has to be given, those that may be absent apart: a new member cannot be forgotten here. */
export const object = <T>(required: Required<T>, optional: Optional<T>): Shape<T> => {
  const names = Object.keys(required);
  const shapes = Object.values(required) as readonly Shape<unknown>[];
  const others = Object.keys(optional);
  const otherShapes = Object.values(optional) as readonly Shape<unknown>[];
  return (value) => {
    if (!isObject(value)) return fault(value, 'an object');
    let faults: readonly string[] | null = null;
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      const found = (shapes[i] as Shape<unknown>)(value[name]);
      if (found !== null) faults = [...(faults ?? []), ...below(name, found)];
    }
    for (let i = 0; i < others.length; i += 1) {
      const name = others[i] as string;
      const member = value[name];
      if (member === undefined) continue;
      const found = (otherShapes[i] as Shape<unknown>)(member);
      if (found !== null) faults = [...(faults ?? []), ...below(name, found)];
    }
    return faults;
  };
};
