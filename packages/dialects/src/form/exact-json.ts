// JSON that keeps numbers as they were written. Plain parsing turns 12345678901234567890 into another number, and a
// translation must not change a tool's arguments; so where a long number occurs, its own text is kept.
import { AppError } from '@weighbridge/kernel';

/** Only a text with 16 digits in a row, or a large exponent, can hold a number that a double would change. */
const LONG_NUMBER = /\d{16}|\d[eE][+-]?\d{3}/;

/** `JSON.rawJSON` and the third reviver argument: ECMAScript "JSON.parse source text access", in Node since 21. */
interface JsonWithSource {
  rawJSON(text: string): unknown;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
}
const json = JSON as unknown as JsonWithSource;

/** Parses JSON; a number whose text would change on the way out becomes a raw value that prints as it was. */
export function parseExact(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || context.source === undefined) return value;
    return LONG_NUMBER.test(context.source) && String(value) !== context.source ? json.rawJSON(context.source) : value;
  });
}

/** The body of a request as an object. Throws `BODY_NOT_JSON`. */
export function parseBody(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseExact(body.toString('utf8'));
  } catch (cause) {
    throw new AppError('BODY_NOT_JSON', 'the request body is not valid JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('BODY_NOT_JSON', 'the request body is not a JSON object');
  }
  return value as Record<string, unknown>;
}
