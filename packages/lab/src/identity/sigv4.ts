// Verifies AWS Signature Version 4, written from the specification and sharing nothing with the signer it tests: the
// canonical request is rebuilt from the bytes that arrived. Clock skew, credential scope, session token, payload hash and
// the set of signed headers are each checked, and each failure is AWS's own.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const SKEW_MS = 5 * 60_000;
const ALGORITHM = 'AWS4-HMAC-SHA256';
const UNSIGNED = 'UNSIGNED-PAYLOAD';

export interface AwsKey {
  readonly id: string;
  readonly secret: string;
  /** Set for temporary credentials: the request must carry and sign it. */
  readonly sessionToken: string | null;
  /** UTC ms; null: does not expire. */
  readonly expires: number | null;
}

export interface SignedRequest {
  readonly method: string;
  /** As received, percent-encoded. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SigV4Context {
  readonly region: string;
  readonly service: string;
  /** UTC ms. */
  readonly now: number;
  find(id: string): AwsKey | null;
}

/** An AWS exception name and its message. */
export interface AwsDenial {
  readonly type: string;
  readonly message: string;
}

const deny = (type: string, message: string): AwsDenial => ({ type, message });

interface Authorization {
  readonly id: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signed: readonly string[];
  readonly signature: string;
}

const SHAPE =
  /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/(\d{8})\/([^/\s]+)\/([^/\s]+)\/aws4_request,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})$/;

function readAuthorization(value: string): Authorization | null {
  const match = SHAPE.exec(value);
  if (match === null) return null;
  const [, id = '', date = '', region = '', service = '', signed = '', signature = ''] = match;
  return { id, date, region, service, signed: signed.split(';'), signature };
}

/** The key that signed the request, or why it is denied. */
export function verifySigV4(request: SignedRequest, context: SigV4Context): { key: AwsKey } | { denial: AwsDenial } {
  const header = request.headers.authorization;
  if (header === undefined)
    return { denial: deny('MissingAuthenticationTokenException', 'Missing Authentication Token') };
  const authorization = readAuthorization(header);
  if (authorization === null) {
    return {
      denial: deny(
        'IncompleteSignatureException',
        'Authorization header requires Credential, SignedHeaders and Signature in the form of AWS Signature Version 4.',
      ),
    };
  }
  const key = context.find(authorization.id);
  if (key === null)
    return { denial: deny('UnrecognizedClientException', 'The security token included in the request is invalid.') };
  const denial =
    checkScope(authorization, context) ??
    checkDate(request, authorization, context) ??
    checkToken(request, authorization, key, context) ??
    checkHeaders(request, authorization) ??
    checkPayload(request) ??
    checkSignature(request, authorization, key);
  return denial === null ? { key } : { denial };
}

function checkScope({ region, service }: Authorization, context: SigV4Context): AwsDenial | null {
  if (service !== context.service) {
    return deny('InvalidSignatureException', `Credential should be scoped to correct service: '${context.service}'.`);
  }
  return region === context.region
    ? null
    : deny('InvalidSignatureException', 'Credential should be scoped to a valid region.');
}

function checkDate(request: SignedRequest, { date }: Authorization, { now }: SigV4Context): AwsDenial | null {
  const stamp = one(request.headers['x-amz-date']);
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(stamp ?? '');
  if (match === null || stamp === null)
    return deny(
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  if (!stamp.startsWith(date)) {
    return deny(
      'InvalidSignatureException',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${stamp.slice(0, 8)}'.`,
    );
  }
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  const shown = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
  if (at < now - SKEW_MS) {
    return deny(
      'InvalidSignatureException',
      `Signature expired: ${stamp} is now earlier than ${shown(now - SKEW_MS)} (${shown(now)} - 5 min.)`,
    );
  }
  return at > now + SKEW_MS
    ? deny(
        'InvalidSignatureException',
        `Signature not yet current: ${stamp} is still later than ${shown(now + SKEW_MS)} (${shown(now)} + 5 min.)`,
      )
    : null;
}

function checkToken(
  request: SignedRequest,
  { signed }: Authorization,
  key: AwsKey,
  { now }: SigV4Context,
): AwsDenial | null {
  if (key.expires !== null && key.expires <= now)
    return deny('ExpiredTokenException', 'The security token included in the request is expired');
  if (key.sessionToken === null) return null;
  const given = one(request.headers['x-amz-security-token']);
  if (given !== key.sessionToken)
    return deny('UnrecognizedClientException', 'The security token included in the request is invalid.');
  return signed.includes('x-amz-security-token')
    ? null
    : deny('InvalidSignatureException', "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.");
}

function checkHeaders(request: SignedRequest, { signed }: Authorization): AwsDenial | null {
  const wanted = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))];
  const missing = wanted.find((name) => !signed.includes(name));
  if (missing !== undefined)
    return deny('InvalidSignatureException', `'${missing}' must be a 'SignedHeader' in the AWS Authorization.`);
  const absent = signed.find((name) => request.headers[name] === undefined);
  if (absent !== undefined)
    return deny('InvalidSignatureException', `'${absent}' is a 'SignedHeader' but is not in the request.`);
  const sorted = signed.every((name, index) => index === 0 || (signed[index - 1] ?? '') < name);
  return sorted ? null : deny('IncompleteSignatureException', 'SignedHeaders must be sorted and unique.');
}

/** Bedrock signs the payload; a claimed hash must be the body's. */
function checkPayload(request: SignedRequest): AwsDenial | null {
  const claimed = one(request.headers['x-amz-content-sha256']);
  if (claimed === null || claimed === hash('sha256', request.body, 'hex')) return null;
  return claimed === UNSIGNED
    ? deny('InvalidSignatureException', 'Unsigned payloads are not accepted by this service.')
    : deny('InvalidSignatureException', "The provided 'x-amz-content-sha256' header does not match what was computed.");
}

function checkSignature(request: SignedRequest, authorization: Authorization, key: AwsKey): AwsDenial | null {
  const { date, region, service, signed, signature } = authorization;
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    ...signed.map((name) => `${name}:${headerValue(request.headers[name])}`),
    '',
    signed.join(';'),
    hash('sha256', request.body, 'hex'),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = [ALGORITHM, one(request.headers['x-amz-date']), scope, hash('sha256', canonical, 'hex')].join('\n');
  let signing = createHmac('sha256', `AWS4${key.secret}`).update(date).digest();
  for (const part of [region, service, 'aws4_request']) signing = createHmac('sha256', signing).update(part).digest();
  const wanted = createHmac('sha256', signing).update(toSign).digest();
  if (timingSafeEqual(wanted, Buffer.from(signature, 'hex'))) return null;
  return deny(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

const one = (value: string | string[] | undefined): string | null =>
  Array.isArray(value) ? (value[0] ?? null) : (value ?? null);

const headerValue = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ +/g, ' ');

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Every service but S3 encodes each segment of the received path once more. */
const canonicalPath = (path: string): string => path.split('/').map(encode).join('/') || '/';

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
  const pairs = query.split('&').map((pair) => {
    const mark = pair.indexOf('=');
    return mark < 0
      ? [encode(decode(pair)), '']
      : [encode(decode(pair.slice(0, mark))), encode(decode(pair.slice(mark + 1)))];
  });
  return pairs
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
}
