// Small readers for untrusted JSON, shared by both dialects. They never throw: they say what is wrong, or null.

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isText = (value: unknown): value is string => typeof value === 'string';

export const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);

/** The first key of `value` that is not in `known`, or null. */
export function unknownKey(value: Fields, known: ReadonlySet<string>): string | null {
  for (const key of Object.keys(value)) if (!known.has(key)) return key;
  return null;
}

/** A value of a caller's as a refusal quotes it: text as it is, anything else as JSON; bounded. */
export const shown = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, 120);

/** The value when it is text, else the empty string. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
