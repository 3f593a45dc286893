// Failures in the words of the caller's own dialect, so that an official SDK raises the exception class its user
// expects. The sentence always says what happened, why, and what to do next; codes of ours ride along by name.
// https://platform.claude.com/docs/en/api/errors, https://platform.openai.com/docs/guides/error-codes
import type { AppError, ErrorCode } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import { awsError, awsStreamError, googleError, type CloudFailure } from './cloud-error.ts';
import type { JsonRecord } from './json-value.ts';
import { encodeSse } from './sse.ts';
import type { DialectError } from './types.ts';
import { chatFault, messagesFault, type VendorFault } from './vendor-fault.ts';

/** What a failed call adds to the error. */
export interface ErrorExtra {
  /** Becomes `retry-after` (whole seconds, rounded up) and `retry-after-ms`. */
  readonly retryAfterMs?: number;
  /** Status to answer with instead of the table's: an upstream's own 400 or 529, relayed. */
  readonly status?: number;
  /** The request field at fault (OpenAI `param`). */
  readonly param?: string;
  /** Trying again within the time that clients wait is in vain. */
  readonly vain?: boolean;
  /** What the cloud said of it, told in its own words. */
  readonly vendor?: VendorFault;
  /** Number that the next event of the stream would bear (Responses). */
  readonly sequence?: number;
}

/** Anthropic's error type by status, as documented; anything else is an `api_error`. */
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  408: 'timeout_error',
  410: 'not_found_error',
  413: 'request_too_large',
  421: 'invalid_request_error',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  431: 'invalid_request_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'invalid_request_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  404: 'invalid_request_error',
  405: 'invalid_request_error',
  408: 'timeout',
  410: 'invalid_request_error',
  413: 'invalid_request_error',
  421: 'invalid_request_error',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  431: 'invalid_request_error',
};

/** Where OpenAI has a code of its own that SDK users test for. */
const OPENAI_CODES: Partial<Record<ErrorCode, string>> = {
  KEY_MISSING: 'invalid_api_key',
  KEY_INVALID: 'invalid_api_key',
  KEY_REVOKED: 'invalid_api_key',
  MODEL_UNKNOWN: 'model_not_found',
  BUDGET_EXCEEDED: 'insufficient_quota',
  LIMIT_EXCEEDED: 'rate_limit_exceeded',
  UPSTREAM_RATE_LIMITED: 'rate_limit_exceeded',
};

/** Statuses below 500 that may be another next time. */
const MAY_PASS = new Set([408, 409, 425, 429]);

const statusOf = (error: AppError, extra: ErrorExtra): number => extra.status ?? error.row.status;

/** "What happened. Next: what to do." */
function sentence(error: AppError): string {
  const what = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  return `${what} Next: ${error.next}.`;
}

function payload(dialect: DialectId, error: AppError, requestId: string, extra: ErrorExtra): object {
  const status = statusOf(error, extra);
  const ours = { code: error.code, next: error.next, request_id: requestId };
  if (extra.vendor !== undefined) return vendorPayload(dialect, error, extra.vendor, { ...ours, status });
  if (dialect === 'anthropic-messages') {
    const type = ANTHROPIC_TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
    return { type: 'error', error: { type, message: sentence(error), weighbridge: ours }, request_id: requestId };
  }
  const type = OPENAI_TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
  const param = extra.param ?? (typeof error.details['param'] === 'string' ? error.details['param'] : null);
  const code = OPENAI_CODES[error.code] ?? error.code.toLowerCase();
  return { error: { message: sentence(error), type, param, code, weighbridge: ours } };
}

interface Ours {
  readonly code: ErrorCode;
  readonly next: string;
  readonly request_id: string;
}

const vendorSaid = (error: AppError, fault: VendorFault, ours: Ours): Ours & Record<string, unknown> => ({
  ...ours,
  message: error.message,
  deployment: fault.deployment,
  vendor_type: fault.type,
  ...(fault.requestId === null ? {} : { vendor_request_id: fault.requestId }),
});

function vendorPayload(
  dialect: DialectId,
  error: AppError,
  fault: VendorFault,
  { status, ...ours }: Ours & { status: number },
): object {
  const weighbridge = vendorSaid(error, fault, ours);
  const beside = fault.dialect === dialect ? fault.beside : {};
  if (dialect === 'anthropic-messages') {
    const told = messagesFault(fault, { types: ANTHROPIC_TYPES, status });
    return { ...beside, type: 'error', error: { ...told, weighbridge }, request_id: ours.request_id };
  }
  const told = chatFault(fault, { types: OPENAI_TYPES, status }, OPENAI_CODES[error.code] ?? null);
  return { ...beside, error: { ...told, weighbridge } };
}

/** A dialect's own way to tell a failure, or that of a cloud whose path the client came by. */
export type ErrorForm = DialectId | 'aws-exception' | 'google-status';

/** Name under which the clients of a form look for a request id. */
export const REQUEST_ID_HEADERS: Readonly<Record<ErrorForm, string>> = {
  'openai-chat': 'x-request-id',
  'openai-responses': 'x-request-id',
  'anthropic-messages': 'request-id',
  'aws-exception': 'x-amzn-requestid',
  'bedrock-converse': 'x-amzn-requestid',
  'google-status': 'request-id',
};

/** The error as a whole answer: status, headers (`content-type`, `request-id`, retry hints) and body. */
export function renderError(form: ErrorForm, error: AppError, requestId: string, extra: ErrorExtra = {}): DialectError {
  const status = statusOf(error, extra);
  const retryable =
    error.row.retryable && extra.vain !== true && (extra.status === undefined || MAY_PASS.has(status) || status >= 500);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    [REQUEST_ID_HEADERS[form]]: requestId,
    'x-should-retry': retryable ? 'true' : 'false',
  };
  if (extra.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.ceil(extra.retryAfterMs / 1000));
    headers['retry-after-ms'] = String(Math.ceil(extra.retryAfterMs));
  }
  if (form === 'aws-exception' || form === 'bedrock-converse') {
    const told = awsError(cloudFailure(error, requestId, extra));
    headers['x-amzn-errortype'] = told.type;
    return { status: told.status, headers, body: Buffer.from(told.body, 'utf8') };
  }
  return { status, headers, body: Buffer.from(textOf(form, error, requestId, extra), 'utf8') };
}

function textOf(
  form: Exclude<ErrorForm, 'aws-exception' | 'bedrock-converse'>,
  error: AppError,
  requestId: string,
  extra: ErrorExtra,
): string {
  // What the model's own server refuses comes through Google in that server's form.
  if (form === 'google-status' && extra.vendor?.dialect !== 'anthropic-messages')
    return googleError(cloudFailure(error, requestId, extra));
  return JSON.stringify(payload(form === 'google-status' ? 'anthropic-messages' : form, error, requestId, extra));
}

function cloudFailure(error: AppError, requestId: string, extra: ErrorExtra): CloudFailure {
  const { vendor } = extra;
  const ours = { code: error.code, next: error.next, request_id: requestId };
  const weighbridge = vendor === undefined ? ours : vendorSaid(error, vendor, ours);
  const message = vendor === undefined ? sentence(error) : vendor.message;
  return { code: error.code, status: statusOf(error, extra), message, weighbridge };
}

/**
 * The error as the last event of a stream that had begun: Anthropic's `event: error`; for OpenAI a `data:` line with
 * `error`, which its SDKs raise; for Responses an `error` event, flat and numbered; an exception event for Amazon's. No
 * terminal frame follows: an answer that failed must not look complete.
 */
export function renderStreamError(form: ErrorForm, error: AppError, requestId: string, extra: ErrorExtra = {}): Buffer {
  if (form === 'aws-exception' || form === 'bedrock-converse')
    return awsStreamError(cloudFailure(error, requestId, extra));
  const dialect = form === 'google-status' ? 'anthropic-messages' : form;
  const told = payload(dialect, error, requestId, extra);
  if (dialect === 'openai-responses') {
    const { error: flat } = told as { readonly error: JsonRecord };
    const numbered = { ...flat, type: 'error', sequence_number: extra.sequence ?? 0 };
    return encodeSse('error', JSON.stringify(numbered));
  }
  return encodeSse(dialect === 'anthropic-messages' ? 'error' : '', JSON.stringify(told));
}
