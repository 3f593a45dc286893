// A request signed by AWS Signature Version 4 with a pair of ours. What the signature must cover is all that the gateway
// acts on: host, date, payload, and every header of Amazon's, Anthropic's and ours that came along. Comparison takes the
// same time whatever differs, and an unknown id costs what a known one costs.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@weighbridge/kernel';
import { BOUNDS } from '../pipeline/bounds.ts';

export interface SignedRequest {
  readonly method: string;
  /** As received: path and query. */
  readonly target: string;
  readonly rawHeaders: readonly string[];
}

/** What the request says of its own signature, checked as far as that goes without the secret. */
export interface Signature {
  readonly accessKeyId: string;
  /** SHA-256 of the payload as the request claims it, in hex; null where it claims none. */
  readonly payload: string | null;
  readonly request: SignedRequest;
  readonly headers: ReadonlyMap<string, string>;
  readonly stamp: string;
  readonly scope: Scope;
  readonly names: readonly string[];
  readonly given: Buffer;
}

interface Scope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SHAPE =
  /^AWS4-HMAC-SHA256 Credential=([\w-]{1,128})\/(\d{8})\/([a-z0-9-]{1,40})\/([a-z0-9-]{1,40})\/aws4_request, ?SignedHeaders=([a-z0-9;_-]{1,2048}), ?Signature=([0-9a-f]{64})$/;
const SERVICE = 'bedrock';
const MUST_BE_SIGNED = /^(?:host|x-amz-.*|anthropic-.*|weighbridge-.*)$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

export const isSigned = (presented: string): boolean => presented.startsWith(ALGORITHM);

/** Throws SIGNATURE_INVALID for a signature that is not whole, not current, or covers too little. */
export function readSignature(request: SignedRequest, authorization: string, now: number): Signature {
  const [, accessKeyId, date = '', region = '', service = '', signed = '', hex = ''] = SHAPE.exec(authorization) ?? [];
  if (accessKeyId === undefined)
    throw invalid('the authorization header has no Credential, SignedHeaders and Signature in the form of version 4');
  if (service !== SERVICE)
    throw invalid(`the signature is for the service "${service}", and only "${SERVICE}" is served`);
  const headers = joinHeaders(request.rawHeaders);
  const names = signed.split(';');
  checkNames(names, headers);
  if (headers.has('x-amz-security-token'))
    throw invalid(
      'a session token came with the request, and a pair of Weighbridge has none',
      'unset AWS_SESSION_TOKEN',
    );
  const stamp = headers.get('x-amz-date') ?? '';
  checkDate(stamp, date, now);
  const payload = headers.get('x-amz-content-sha256') ?? null;
  if (payload !== null && !SHA256_HEX.test(payload))
    throw invalid(`the payload is given as "${payload.slice(0, 60)}", and only a signed one is taken`, SIGN_WHOLE);
  const scope = { date, region, service };
  return { accessKeyId, payload, request, headers, stamp, scope, names, given: Buffer.from(hex, 'hex') };
}

const SIGN_WHOLE = 'sign the whole body: neither unsigned nor chunked payloads are taken';

/** Whether the secret made this signature over a payload of this digest (hex). */
export function signedBy(signature: Signature, secret: string, payload: string): boolean {
  const { request, headers, names, stamp, scope, given } = signature;
  const query = request.target.indexOf('?');
  const path = query === -1 ? request.target : request.target.slice(0, query);
  const canonical = [
    request.method,
    path.split('/').map(encode).join('/'),
    query === -1 ? '' : canonicalQuery(request.target.slice(query + 1)),
    ...names.map((name) => `${name}:${(headers.get(name) ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
  const within = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  const text = [ALGORITHM, stamp, within, hash('sha256', Buffer.from(canonical, 'latin1'))].join('\n');
  let key = hmac(`AWS4${secret}`, scope.date);
  for (const part of [scope.region, scope.service, 'aws4_request']) key = hmac(key, part);
  return timingSafeEqual(hmac(key, text), given);
}

/** Throws SIGNATURE_INVALID when the body is not the one that was signed. */
export function checkPayload({ payload }: Signature, actual: string): void {
  if (payload !== null && payload !== actual)
    throw invalid('x-amz-content-sha256 is not the digest of the body that came');
}

export const payloadDigest = (body: Uint8Array): string => hash('sha256', body);

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function checkNames(names: readonly string[], headers: ReadonlyMap<string, string>): void {
  const inOrder = names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
  if (!inOrder) throw invalid('the signed headers are not sorted, or one is named twice');
  const absent = names.find((name) => !headers.has(name));
  if (absent !== undefined) throw invalid(`"${absent}" is among the signed headers and not in the request`);
  const signed = new Set(names);
  for (const name of ['host', ...headers.keys()]) {
    if (MUST_BE_SIGNED.test(name) && !signed.has(name)) throw invalid(`the header "${name}" is not signed`);
  }
}

function checkDate(stamp: string, date: string, now: number): void {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(stamp);
  if (match === null) throw invalid('x-amz-date is missing or no time of the form 20260131T120000Z');
  if (!stamp.startsWith(date)) throw invalid('the day of the credential is not that of x-amz-date');
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number);
  const off = Date.UTC(year, month - 1, ...rest) - now;
  if (Math.abs(off) <= BOUNDS.signature_skew_ms) return;
  const far = `${Math.round(Math.abs(off) / 1000)} s ${off < 0 ? 'behind' : 'ahead of'} the clock here`;
  throw invalid(`the signature's time is ${far}; ${BOUNDS.signature_skew_ms / 1000} s are allowed`, 'set the clock');
}

/** Lower-case names; what came more than once is joined, as signers join it. */
function joinHeaders(raw: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? (raw[i + 1] ?? '') : `${before},${raw[i + 1] ?? ''}`);
  }
  return headers;
}

/** The path as received is encoded once more, as every service but one has it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const mark = pair.indexOf('=');
    return mark === -1 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)];
  });
  return pairs
    .map(([name = '', value = '']) => `${encode(plain(name))}=${encode(plain(value))}`)
    .sort()
    .join('&');
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('the query is not percent-encoded text');
  }
}

function invalid(message: string, next?: string): AppError {
  return new AppError('SIGNATURE_INVALID', message, next === undefined ? {} : { next });
}
