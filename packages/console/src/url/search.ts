// The URL is the state. A page declares its fields once; reading never fails (what cannot be read falls back to the
// field's initial value and is named in `ignored`, so that the page can say so), and writing leaves out what is initial,
// so that addresses stay short enough to read. Keys that no field declares are dropped.

export interface Field<T> {
  /** Undefined when the text is not of this field. */
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
  readonly initial: T;
}

export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

export interface Reading<T> {
  readonly value: T;
  /** Names of fields whose text could not be read. */
  readonly ignored: readonly string[];
}

export type RawSearch = Readonly<Record<string, string>>;

export interface SearchCodec<T> {
  readonly initial: T;
  read(raw: Readonly<Record<string, unknown>>): Reading<T>;
  write(value: Partial<T>): RawSearch;
}

const MAX_FIELD_CHARS = 2_000;

export function defineSearch<T extends object>(fields: Fields<T>): SearchCodec<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const initial = Object.fromEntries(names.map((name) => [name, fields[name].initial])) as T;
  return {
    initial,
    read: (raw) => {
      const value: Partial<T> = {};
      const ignored: string[] = [];
      for (const name of names) {
        const text = raw[name];
        const read = typeof text === 'string' && text.length <= MAX_FIELD_CHARS ? fields[name].read(text) : undefined;
        if (read === undefined && text !== undefined) ignored.push(name);
        value[name] = read ?? fields[name].initial;
      }
      return { value: value as T, ignored };
    },
    write: (value) => {
      const raw: Record<string, string> = {};
      for (const name of names) {
        const given = value[name];
        if (given === undefined) continue;
        const text = fields[name].write(given);
        if (text !== fields[name].write(fields[name].initial)) raw[name] = text;
      }
      return raw;
    },
  };
}

export const textField = (initial = ''): Field<string> => ({ read: (text) => text, write: (value) => value, initial });

/** One of a few words. */
export const choiceField = <const C extends string>(choices: readonly C[], initial: C): Field<C> => ({
  read: (text) => choices.find((choice) => choice === text),
  write: (value) => value,
  initial,
});

/** Words in an order, each once: columns, dimensions to group by. An empty list is written as `none`. */
export const listField = <const C extends string>(
  choices: readonly C[],
  initial: readonly C[],
): Field<readonly C[]> => ({
  read: (text) => {
    if (text === 'none') return [];
    const words = text.split(',');
    const known = words.map((word) => choices.find((choice) => choice === word));
    return known.every((word) => word !== undefined) && new Set(words).size === words.length ? known : undefined;
  },
  write: (value) => (value.length === 0 ? 'none' : value.join(',')),
  initial,
});

export interface Sort<C extends string = string> {
  readonly column: C;
  readonly descending: boolean;
}

/** `-cost` is descending by cost. */
export const sortField = <const C extends string>(columns: readonly C[], initial: Sort<C>): Field<Sort<C>> => ({
  read: (text) => {
    const descending = text.startsWith('-');
    const column = columns.find((name) => name === text.slice(descending ? 1 : 0));
    return column === undefined ? undefined : { column, descending };
  },
  write: ({ column, descending }) => `${descending ? '-' : ''}${column}`,
  initial,
});

/** Only if it has the form; the text itself is kept, for it is canonical already or will be made so by whoever reads it. */
export const checkedField = (fits: (text: string) => boolean, initial: string): Field<string> => ({
  read: (text) => (fits(text) ? text : undefined),
  write: (value) => value,
  initial,
});

/** `?a=1&b=x` to names and texts; of a name that stands twice the first counts. Broken escapes are kept as they are. */
export function parseQuery(query: string): RawSearch {
  const raw: Record<string, string> = {};
  for (const part of query.replace(/^\?/, '').split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = unescape(at < 0 ? part : part.slice(0, at));
    if (!Object.hasOwn(raw, name)) setOwn(raw, name, at < 0 ? '' : unescape(part.slice(at + 1)));
  }
  return raw;
}

/** The shortest escaping that any reader takes back: colons, commas, slashes and the like stay as they are. */
export function formatQuery(raw: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(raw)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([name, text]) => `${escape(name)}=${escape(text)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** As a member of its own, even where the name is `__proto__`. */
const setOwn = (target: object, name: string, value: string): void => {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
};

const escape = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replace(/%(?:3A|2C|2F|40)/g, decodeURIComponent)
    .replace(/%20/g, '+');

function unescape(text: string): string {
  const spaced = text.replace(/\+/g, ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
