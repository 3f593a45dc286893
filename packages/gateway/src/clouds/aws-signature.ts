// Signature Version 4 over a request that is ready to send, by the vendor's own signer, with Node's hashes (the
// published JavaScript ones are some ten times slower on a 100 kB body). The signer is loaded on first use.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { Credential } from '../credentials/credential.ts';
import type { Headers, UpstreamRequest } from './cloud.ts';

type Source = string | ArrayBuffer | ArrayBufferView;

export type AwsCredential = Extract<Credential, { kind: 'aws' }>;

/** What the signer wants of a hash: synchronous work behind its asynchronous interface. */
class NodeSha256 {
  #hash: Hash | Hmac;
  readonly #secret: Source | undefined;

  constructor(secret?: Source) {
    this.#secret = secret;
    this.#hash = NodeSha256.#fresh(secret);
  }

  static #fresh(secret: Source | undefined): Hash | Hmac {
    return secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = NodeSha256.#fresh(this.#secret);
  }
}

function toBytes(source: Source): Uint8Array | string {
  if (typeof source === 'string') return source;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

const loadSigner = () => import('@smithy/signature-v4');

/** Headers to add: `authorization`, `x-amz-date`, `x-amz-content-sha256`, and the session token if there is one. */
export async function signAws(
  request: UpstreamRequest,
  credential: AwsCredential,
  scope: { readonly region: string; readonly service: string },
  now: Date,
): Promise<Headers> {
  const { SignatureV4 } = await loadSigner();
  const url = new URL(request.origin);
  const signer = new SignatureV4({
    service: scope.service,
    region: scope.region,
    sha256: NodeSha256,
    credentials: {
      accessKeyId: credential.accessKeyId,
      secretAccessKey: credential.secretAccessKey,
      ...(credential.sessionToken === undefined ? {} : { sessionToken: credential.sessionToken }),
    },
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: request.path,
      headers: { ...request.headers, host: url.host },
      body: request.body,
    },
    { signingDate: now },
  );
  const added = ['authorization', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token'];
  return Object.fromEntries(
    added.filter((name) => signed.headers[name] !== undefined).map((name) => [name, signed.headers[name] ?? '']),
  );
}
