// Reading values whose shape nobody vouches for. Parsed JSON from a client or a cloud is `unknown` until asked; these
// questions never throw and never convert: what is not what was asked for is `undefined`.

export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordOf = (value: unknown): JsonRecord | undefined => (isRecord(value) ? value : undefined);
export const listOf = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? (value as readonly unknown[]) : undefined;
export const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A number, also one that `parseExact` kept in its own text (then rounded, as any reader would round it). */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const raw = isRecord(value) ? value['rawJSON'] : undefined;
  return typeof raw === 'string' && Object.isFrozen(value) ? Number(raw) : undefined;
}

/** A count as vendors report it: a whole number of at least 0. */
export const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Parsed JSON object, or undefined for anything else, malformed text included. */
export function parseRecord(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return recordOf(value);
  } catch {
    return undefined;
  }
}

/** Whether a record says something (null says nothing) in a member that is not in `known`. */
export const hasUnknown = (record: JsonRecord, known: ReadonlySet<string>): boolean =>
  Object.keys(record).some((name) => !known.has(name) && record[name] !== null && record[name] !== undefined);
