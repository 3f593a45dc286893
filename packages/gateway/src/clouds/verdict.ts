// What a failure means for routing: one table of verdicts, and the rules every cloud shares. A cloud's own rules come
// first (its exception names are exact), then words in the message where the status says too little (a 400 can be a
// wrong request, a window that is too small, or an unpaid bill), then the status alone.
import type { ErrorCode } from '@weighbridge/kernel';
import type { Fault } from '@weighbridge/protocol';
import type { Classified, Headers } from './cloud.ts';
import { retryAfterMs } from './retry-after.ts';
import { readVendorError, type VendorError } from './vendor-error.ts';

export interface Verdict {
  readonly code: ErrorCode;
  readonly fault: Fault;
  readonly retryable: boolean;
  readonly fallback: boolean;
}

const verdict = (code: ErrorCode, fault: Fault, retryable: boolean, fallback: boolean): Verdict => ({
  code,
  fault,
  retryable,
  fallback,
});

export const VERDICTS = {
  /** The request is wrong; it would be wrong anywhere. */
  wrong_request: verdict('BAD_REQUEST', 'client', false, false),
  /** Refused for what it says: going round one seller's filter by asking another is not ours to do. */
  filtered: verdict('BAD_REQUEST', 'client', false, false),
  /** Right elsewhere, perhaps: a larger window, a larger body, a beta feature. */
  window_exceeded: verdict('BAD_REQUEST', 'client', false, true),
  body_too_large: verdict('BODY_TOO_LARGE', 'client', false, true),
  feature_missing: verdict('BAD_REQUEST', 'client', false, true),
  /** The credential is refused, or may not use this model. */
  key_refused: verdict('CREDENTIAL_UNAVAILABLE', 'key', false, true),
  /** The account behind the credential has no money or quota left: waiting does not help. */
  account_empty: verdict('UPSTREAM_ERROR', 'key', false, true),
  rate_limited: verdict('UPSTREAM_RATE_LIMITED', 'rate_limit', true, true),
  /** The model is there, and this call of it is not. */
  call_missing: verdict('NOT_IMPLEMENTED', 'model', false, true),
  model_missing: verdict('UPSTREAM_ERROR', 'model', false, true),
  model_failed: verdict('UPSTREAM_ERROR', 'model', true, true),
  model_timeout: verdict('UPSTREAM_TIMEOUT', 'model', true, true),
  /** The deployment is set up wrongly: path, API version, method, network rules. */
  misconfigured: verdict('UPSTREAM_ERROR', 'deployment', false, true),
  overloaded: verdict('UPSTREAM_ERROR', 'deployment', true, true),
  server_error: verdict('UPSTREAM_ERROR', 'deployment', true, true),
  timeout: verdict('UPSTREAM_TIMEOUT', 'deployment', true, true),
  region_refused: verdict('UPSTREAM_ERROR', 'region', false, true),
  region_down: verdict('UPSTREAM_ERROR', 'region', true, true),
  malformed: verdict('UPSTREAM_MALFORMED', 'deployment', true, true),
} as const satisfies Record<string, Verdict>;

export type VerdictName = keyof typeof VERDICTS;

/** Vendor error type or code, as spelled by the vendor → what it means. */
export type TypeRules = Readonly<Record<string, VerdictName>>;

export interface Failure {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Only read where the status leaves it open (400, 404, 422, or an error inside a stream). */
const BY_WORDS: readonly (readonly [RegExp, VerdictName])[] = [
  [/reached your specified .{0,40}usage limits/i, 'account_empty'],
  [/organization has been disabled|account (?:is|has been) (?:disabled|suspended)/i, 'key_refused'],
  [/credit balance is too low|exceeded your current quota|billing (?:hard limit|is not active)/i, 'account_empty'],
  [
    /prompt is too long|input is too long|exceeds? (?:the )?context|maximum context length|context (?:window|length)/i,
    'window_exceeded',
  ],
  [
    /must be <= \d+\. Given|maximum (?:prompt|input) (?:length|tokens)|too many (?:input|prompt|total) tokens/i,
    'window_exceeded',
  ],
  [/invalid beta flag|anthropic-beta|anthropic_beta/i, 'feature_missing'],
  [/content management policy|content filtering policy|responsible ai/i, 'filtered'],
  [/api[- ]key not valid/i, 'key_refused'],
  [/doesn.t support counting tokens/i, 'call_missing'],
  [
    /model identifier is invalid|on-demand throughput isn.t supported|not allowed to use publisher model/i,
    'model_missing',
  ],
  [
    /model [^ ]{0,200} (?:does not exist|not found)|reached the end of its life|has been (?:retired|deprecated)/i,
    'model_missing',
  ],
];

const BY_STATUS: Readonly<Record<number, VerdictName>> = {
  400: 'wrong_request',
  401: 'key_refused',
  402: 'account_empty',
  403: 'key_refused',
  404: 'model_missing',
  405: 'misconfigured',
  408: 'timeout',
  409: 'server_error',
  410: 'model_missing',
  413: 'body_too_large',
  415: 'misconfigured',
  422: 'wrong_request',
  424: 'model_failed',
  425: 'server_error',
  429: 'rate_limited',
  451: 'region_refused',
  498: 'rate_limited',
  500: 'server_error',
  501: 'misconfigured',
  502: 'server_error',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

const OPEN = new Set([0, 400, 404, 422]);
const VAGUE = new Set([0, 400, 422]);

/** Reads a failure under a cloud's own rules. `typeHeader` names a header that carries the exception's name. */
export function classifyFailure(failure: Failure, rules: TypeRules, typeHeader?: string): Classified {
  const read = readVendorError(failure.body);
  const named = typeHeader === undefined ? undefined : failure.headers[typeHeader];
  const error = named === undefined ? read : { ...read, type: exceptionName(named) };
  return asClassified(decide(failure.status, error, rules), error, failure);
}

/** The verdict with the vendor's words and, where a wait makes sense, how long it asked us to wait. */
export function asClassified(means: VerdictName, error: VendorError, failure: Failure): Classified {
  const wait = retryAfterMs(failure.headers) ?? error.retryAfterMs;
  return {
    ...VERDICTS[means],
    means,
    ...(VERDICTS[means].retryable && wait !== undefined ? { retryAfterMs: wait } : {}),
    type:
      error.type !== ''
        ? error.type
        : error.code !== ''
          ? error.code
          : failure.status === 0
            ? 'unknown'
            : `http_${failure.status}`,
    message: error.message !== '' ? error.message : silent(failure.status),
  };
}

function decide(status: number, error: VendorError, rules: TypeRules): VerdictName {
  const exact = own(rules, error.code) ?? own(rules, error.type);
  const byWords = OPEN.has(status) ? BY_WORDS.find(([pattern]) => pattern.test(error.message))?.[1] : undefined;
  // An exact code beats words; but "invalid request" is said of a bad key and a wrong path too, so it decides only
  // where the status agrees; and where the status says that the server is at its end, nothing blames the client.
  const blamesClient = exact !== undefined && VERDICTS[exact].fault === 'client';
  if (blamesClient && (status === 429 || status >= 500)) return BY_STATUS[status] ?? byClass(status);
  if (exact !== undefined && exact !== 'wrong_request') return exact;
  if (byWords !== undefined) return byWords;
  if (exact === 'wrong_request' && VAGUE.has(status)) return exact;
  return BY_STATUS[status] ?? byClass(status);
}

const own = (rules: TypeRules, name: string): VerdictName | undefined =>
  name !== '' && Object.hasOwn(rules, name) ? rules[name] : undefined;

function byClass(status: number): VerdictName {
  if (status >= 300 && status < 400) return 'misconfigured';
  return status >= 400 && status < 500 ? 'wrong_request' : 'server_error';
}

function exceptionName(header: string): string {
  const name = header.split(':', 1)[0] ?? '';
  return /^\w{1,80}$/.test(name) ? name : 'unknown';
}

function silent(status: number): string {
  if (status === 0) return 'the cloud reported an error inside the stream without a message';
  if (status >= 300 && status < 400)
    return `the cloud answered ${status} (a redirect, which is never followed): check the endpoint`;
  return `the cloud answered ${status} without a message that could be read`;
}
