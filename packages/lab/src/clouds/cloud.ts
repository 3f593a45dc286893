// What a simulated cloud is: a function from one HTTP request to an answer. The pieces that several clouds share stand
// here: comparing keys, `retry-after`, and the Anthropic error body that Anthropic, Foundry and Vertex all send.
import { hash, timingSafeEqual } from 'node:crypto';
import type { Lab } from '../lab.ts';
import type { Draw } from '../model/random.ts';
import type { Refusal, RefusalKind } from '../model/refusal.ts';
import type { Exchange, FlatHeaders } from '../wire/exchange.ts';

export type LabCloud = (exchange: Exchange, lab: Lab) => void;

/** Compares in constant time, whatever the lengths. */
export function sameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', wanted, 'buffer'));
}

export const retryAfter = ({ retryAfter: seconds }: Refusal): FlatHeaders =>
  seconds === undefined ? [] : ['retry-after', String(Math.ceil(seconds))];

/** Status and error type of the Messages API. https://platform.claude.com/docs/en/api/errors */
const ANTHROPIC_ERRORS: Readonly<Record<RefusalKind, readonly [number, string]>> = {
  invalid: [400, 'invalid_request_error'],
  auth_missing: [401, 'authentication_error'],
  auth_invalid: [401, 'authentication_error'],
  forbidden: [403, 'permission_error'],
  model_unknown: [404, 'not_found_error'],
  not_found: [404, 'not_found_error'],
  method: [405, 'invalid_request_error'],
  too_large: [413, 'request_too_large'],
  rate_limited: [429, 'rate_limit_error'],
  overloaded: [529, 'overloaded_error'],
  internal: [500, 'api_error'],
  unavailable: [503, 'api_error'],
};

export function anthropicError(refusal: Refusal, requestId: string): { status: number; body: string } {
  const [status, type] = ANTHROPIC_ERRORS[refusal.refusal];
  const error = { type, message: refusal.message };
  return { status: refusal.status ?? status, body: JSON.stringify({ type: 'error', error, request_id: requestId }) };
}

/** Status and error type of OpenAI. https://platform.openai.com/docs/guides/error-codes */
const OPENAI_ERRORS: Readonly<Record<RefusalKind, readonly [number, string, string | null]>> = {
  invalid: [400, 'invalid_request_error', null],
  auth_missing: [401, 'invalid_request_error', null],
  auth_invalid: [401, 'invalid_request_error', 'invalid_api_key'],
  forbidden: [403, 'invalid_request_error', null],
  model_unknown: [404, 'invalid_request_error', 'model_not_found'],
  not_found: [404, 'invalid_request_error', null],
  method: [405, 'invalid_request_error', 'method_not_supported'],
  too_large: [413, 'invalid_request_error', null],
  rate_limited: [429, 'requests', 'rate_limit_exceeded'],
  overloaded: [503, 'server_error', null],
  internal: [500, 'server_error', null],
  unavailable: [503, 'server_error', null],
};

export function openAiError(refusal: Refusal): { status: number; body: string } {
  const [status, type, code] = OPENAI_ERRORS[refusal.refusal];
  const error = { message: refusal.message, type, param: refusal.param ?? null, code: refusal.code ?? code };
  return { status: refusal.status ?? status, body: JSON.stringify({ error }) };
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Anthropic-style identifier: prefix and 24 characters that start with `01`. */
export const anthropicId = (prefix: string, draw: Draw): string => `${prefix}01${draw.text(22, BASE58)}`;

export function uuidOf(draw: Draw): string {
  const hex = draw.text(32, '0123456789abcdef');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
