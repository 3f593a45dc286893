// RFC 8785 (JSON Canonicalization Scheme). The hot path writes its literals in sorted key order, so that plain
// `JSON.stringify` gives these very bytes; this function is the slow, general form and the oracle for that property.
import { AppError } from './app-error.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/**
 * Canonical text of a JSON value: keys sorted by UTF-16 code unit, no white space, ECMAScript number and string forms.
 * Keys whose value is `undefined` are left out. Throws `BAD_REQUEST` on a number that is not finite or a lone surrogate.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new AppError('BAD_REQUEST', 'canonical JSON has no form for NaN or Infinity');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new AppError('BAD_REQUEST', 'canonical JSON has no form for a lone surrogate');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
  const object = value as JsonObject;
  const parts: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member !== undefined) parts.push(`${canonicalJson(key)}:${canonicalJson(member)}`);
  }
  return `{${parts.join(',')}}`;
}
