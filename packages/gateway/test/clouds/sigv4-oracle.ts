// Signature Version 4 written from its specification, apart from the signer that the product uses, so that the two can
// be compared. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac } from 'node:crypto';

export interface Signable {
  readonly method: string;
  /** Path as it goes over the wire, percent-encoded once. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
  /** `20150830T123600Z` */
  readonly date: string;
}

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Uint8Array | string, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** Every service but one encodes the path, as sent, a second time. */
const encodeTwice = (path: string): string =>
  path
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');

/** The whole `authorization` value over all given headers. */
export function authorizationOf(request: Signable, key: SigningKey): string {
  const names = Object.keys(request.headers)
    .map((name) => name.toLowerCase())
    .sort();
  const signedHeaders = names.join(';');
  const canonical = [
    request.method,
    encodeTwice(request.path),
    request.query,
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(request.body),
  ].join('\n');
  const scope = `${key.date.slice(0, 8)}/${key.region}/${key.service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', key.date, scope, sha256(canonical)].join('\n');
  const day = hmac(`AWS4${key.secretAccessKey}`, key.date.slice(0, 8));
  const signing = hmac(hmac(hmac(day, key.region), key.service), 'aws4_request');
  const signature = hmac(signing, text).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}
