// The Model Context Protocol's frame, as far as a server without sessions needs it: JSON-RPC 2.0, one message a request,
// versions by name. Nothing is kept between two requests.
// https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
import { LIMITS } from '@weighbridge/kernel';

/** Versions with a handshake, newest first: what a client names is taken where it is among them, else the first is offered. */
const WITH_HANDSHAKE = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;
/** The version without one: each request says its own, and a server says what it can when asked. */
export const WITHOUT_HANDSHAKE = '2026-07-28';
export const PROTOCOL_VERSIONS: readonly string[] = [WITHOUT_HANDSHAKE, ...WITH_HANDSHAKE];

export type Fields = Readonly<Record<string, unknown>>;
export type RpcId = string | number;

export type Message =
  | { readonly kind: 'request'; readonly id: RpcId; readonly method: string; readonly params: Fields }
  /** A notification, or an answer to a request that this server never makes: taken, and answered with nothing. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'wrong'; readonly id: RpcId | null; readonly code: number; readonly message: string };

export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
export const METHOD_NOT_FOUND = -32_601;
export const INVALID_PARAMS = -32_602;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (id: RpcId | null, code: number, message: string): Message => ({ kind: 'wrong', id, code, message });

/** `text` of one request's body. */
export function readMessage(text: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong(null, PARSE_ERROR, 'the body is not JSON');
  }
  if (Array.isArray(value)) return wrong(null, INVALID_REQUEST, 'batches are not taken: send one message a request');
  if (!isFields(value) || value['jsonrpc'] !== '2.0')
    return wrong(null, INVALID_REQUEST, 'the body is no message of JSON-RPC 2.0');
  const { id, method, params = {} } = value;
  const answers = id !== undefined && (Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error'));
  if (method === undefined && answers) return { kind: 'silent' };
  if (id === undefined && typeof method === 'string') return { kind: 'silent' };
  if (typeof id !== 'string' && !Number.isSafeInteger(id))
    return wrong(null, INVALID_REQUEST, 'the id of a request is a text or a whole number');
  if (typeof id === 'string' && id.length > LIMITS.field_bytes)
    return wrong(null, INVALID_REQUEST, `the id of a request has at most ${LIMITS.field_bytes} characters`);
  if (typeof method !== 'string') return wrong(id as RpcId, INVALID_REQUEST, 'the method of a request is a text');
  if (!isFields(params)) return wrong(id as RpcId, INVALID_PARAMS, 'the parameters of a request are an object');
  return { kind: 'request', id: id as RpcId, method, params };
}

export const resultOf = (id: RpcId, result: object): object => ({ jsonrpc: '2.0', id, result });

export const errorOf = (id: RpcId | null, code: number, message: string): object => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
});

/** The version that both sides go on with. */
export const agreedVersion = (asked: unknown): string =>
  WITH_HANDSHAKE.find((version) => version === asked) ?? WITH_HANDSHAKE[0];
