// What every call of Amazon Bedrock's runtime passes: SigV4 or an API key, and the exceptions in which the service refuses.
import type { Caller } from '../caller.ts';
import { verifySigV4, type AwsKey } from '../identity/sigv4.ts';
import type { Lab } from '../lab.ts';
import { refuse, type Refusal, type RefusalKind } from '../model/refusal.ts';
import { bearerOf, send, type Exchange } from '../wire/exchange.ts';
import { retryAfter, sameSecret } from './cloud.ts';

const SERVICE = 'bedrock';
export const BODY_BYTES = 25_000_000;

const ERRORS: Readonly<Record<RefusalKind, readonly [number, string]>> = {
  invalid: [400, 'ValidationException'],
  auth_missing: [403, 'MissingAuthenticationTokenException'],
  auth_invalid: [403, 'UnrecognizedClientException'],
  forbidden: [403, 'AccessDeniedException'],
  model_unknown: [400, 'ValidationException'],
  not_found: [404, 'UnknownOperationException'],
  method: [405, 'UnknownOperationException'],
  too_large: [413, 'RequestEntityTooLargeException'],
  rate_limited: [429, 'ThrottlingException'],
  overloaded: [503, 'ServiceUnavailableException'],
  internal: [500, 'InternalServerException'],
  unavailable: [503, 'ServiceUnavailableException'],
};

const MESSAGES: Readonly<Partial<Record<RefusalKind, string>>> = {
  rate_limited: 'Too many requests, please wait before trying again.',
  overloaded: 'Bedrock is unable to process your request.',
  internal: 'The system encountered an unexpected error during processing. Try your request again.',
};

export function refusalOf(refusal: Refusal, requestId: string): { status: number; headers: string[]; body: string } {
  const [usual, kind] = ERRORS[refusal.refusal];
  const type = refusal.code ?? kind;
  const headers = [
    'x-amzn-requestid',
    requestId,
    'x-amzn-errortype',
    `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
  ];
  const message = MESSAGES[refusal.refusal] ?? refusal.message;
  return {
    status: refusal.status ?? usual,
    headers: [...headers, ...retryAfter(refusal)],
    body: JSON.stringify({ message }),
  };
}

export function sendRefusal(exchange: Exchange, refusal: Refusal, requestId: string): void {
  const { status, headers, body } = refusalOf(refusal, requestId);
  send(exchange, status, ['content-type', 'application/json', ...headers], body);
}

export function authorise(exchange: Exchange, lab: Lab, region: string): Caller | Refusal {
  const bearer = bearerOf(exchange);
  if (bearer !== null) {
    if (sameSecret(bearer, lab.secrets.bedrockKey)) return { label: 'aws-bearer:lab' };
    return refuse('forbidden', 'Authentication failed: Please make sure your API Key is valid.');
  }
  const { method, path, query, body, req } = exchange;
  const found = verifySigV4(
    { method, path, query, headers: req.headers, body },
    { region, service: SERVICE, now: lab.now(), find: (id) => findKey(lab, id) },
  );
  if ('key' in found) return { label: `aws:${found.key.id}` };
  return refuse('auth_invalid', found.denial.message, { code: found.denial.type });
}

function findKey(lab: Lab, id: string): AwsKey | null {
  const { aws, awsSession } = lab.secrets;
  if (id === aws.id) return { id, secret: aws.secret, sessionToken: null, expires: null };
  if (id === awsSession.id) return { id, secret: awsSession.secret, sessionToken: awsSession.token, expires: null };
  return lab.assumed.get(id) ?? null;
}
