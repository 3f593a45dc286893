// Failures as two clouds tell them to clients that came by the cloud's own path: Amazon's exceptions (a name in a header,
// a message in the body, an exception event in a stream) and Google's status object. The sentence is ours or the seller's
// own, as in any dialect; only the shape differs, so that the official clients raise what their users expect.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html#API_runtime_InvokeModel_Errors,
// https://cloud.google.com/apis/design/errors
import type { ErrorCode } from '@weighbridge/kernel';
import { encodeEventStreamMessage } from './event-stream.ts';

/** What is told, whatever the shape. */
export interface CloudFailure {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  /** Stands beside the cloud's own members, as in every other dialect. */
  readonly weighbridge: Readonly<Record<string, unknown>>;
}

/** By code where Amazon has an exception of its own for it; its statuses for a refused key are 403. */
const AWS_CODES: Partial<Record<ErrorCode, readonly [number, string]>> = {
  KEY_MISSING: [403, 'MissingAuthenticationTokenException'],
  KEY_INVALID: [403, 'UnrecognizedClientException'],
  KEY_REVOKED: [403, 'UnrecognizedClientException'],
  SIGNATURE_INVALID: [403, 'InvalidSignatureException'],
  POLICY_DENIED: [403, 'AccessDeniedException'],
  MODEL_UNKNOWN: [404, 'ResourceNotFoundException'],
  NOT_FOUND: [404, 'UnknownOperationException'],
  METHOD_NOT_ALLOWED: [405, 'UnknownOperationException'],
  NOT_IMPLEMENTED: [501, 'UnknownOperationException'],
  BUDGET_EXCEEDED: [402, 'ServiceQuotaExceededException'],
  UPSTREAM_ERROR: [502, 'ModelErrorException'],
  UPSTREAM_MALFORMED: [502, 'ModelErrorException'],
  UPSTREAM_CUT: [502, 'ModelErrorException'],
};

const AWS_STATUSES: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  413: 'RequestEntityTooLargeException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
  504: 'ModelTimeoutException',
  529: 'ServiceUnavailableException',
};

export interface AwsAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export function awsError({ code, status, message, weighbridge }: CloudFailure): AwsAnswer {
  const [told, type] = awsName(code, status);
  return { status: told, type, body: JSON.stringify({ message, weighbridge }) };
}

function awsName(code: ErrorCode, status: number): readonly [number, string] {
  const own = AWS_CODES[code];
  // A seller's own 400 is told as such, whatever code of ours it goes by.
  if (own !== undefined && own[0] >= 500 === status >= 500) return own;
  const type = AWS_STATUSES[status] ?? (status >= 500 ? 'InternalServerException' : 'ValidationException');
  // Their clients try again after 503, and do not know 529.
  return [status === 529 ? 503 : status, type];
}

/** The exceptions that a response stream may hold; any other would be an unknown event to its readers. */
const IN_STREAM = new Set([
  'internalServerException',
  'modelStreamErrorException',
  'validationException',
  'throttlingException',
  'modelTimeoutException',
  'serviceUnavailableException',
]);
const STREAM_NAMES: Readonly<Record<string, string>> = {
  modelErrorException: 'modelStreamErrorException',
  serviceQuotaExceededException: 'throttlingException',
};

export function awsStreamError(failure: CloudFailure): Buffer {
  const { type, status, body } = awsError(failure);
  const camel = type.charAt(0).toLowerCase() + type.slice(1);
  const named = STREAM_NAMES[camel] ?? camel;
  const name = IN_STREAM.has(named) ? named : status < 500 ? 'validationException' : 'internalServerException';
  const headers = { ':exception-type': name, ':content-type': 'application/json', ':message-type': 'exception' };
  return encodeEventStreamMessage(headers, Buffer.from(body, 'utf8'));
}

/** Canonical codes of google.rpc by status. */
const GOOGLE_STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'INVALID_ARGUMENT',
  408: 'DEADLINE_EXCEEDED',
  413: 'INVALID_ARGUMENT',
  421: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  431: 'INVALID_ARGUMENT',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

export function googleError({ code, status, message, weighbridge }: CloudFailure): string {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code, domain: 'weighbridge' };
  const error = { code: status, message, status: GOOGLE_STATUSES[status] ?? 'UNKNOWN', details: [info], weighbridge };
  return JSON.stringify({ error });
}
