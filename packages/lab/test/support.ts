// A lab for one test file, in this process, and small clients for its clouds. `tls.setDefaultCACertificates` makes the
// vendors' own libraries trust the run's authority without a second process.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { labControl, type LabControl } from '../src/control.ts';
import type { LabEndpoints, LabOptions, LabSite } from '../src/endpoints.ts';
import { runLab } from '../src/run-lab.ts';

export const SEED = 20_261_122;

export const corpusFolder = (): string =>
  process.env['WEIGHBRIDGE_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');

export interface TestLab {
  readonly endpoints: LabEndpoints;
  readonly control: LabControl;
  close(): Promise<void>;
}

export async function openTestLab(options: Partial<LabOptions> = {}): Promise<TestLab> {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-lab-'));
  const open = await runLab({ folder, seed: SEED, latency: { mode: 'zero' }, ...options });
  return {
    endpoints: open.endpoints,
    control: labControl(open.endpoints.admin),
    close: async () => {
      await open.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export async function post(url: string, headers: Record<string, string>, body: unknown): Promise<Answer> {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: payload,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  const json = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, bytes, text, json };
}

export const claudeHeaders = (endpoints: LabEndpoints): Record<string, string> => ({
  'x-api-key': endpoints.credentials.anthropic_key,
  'anthropic-version': '2023-06-01',
});

export const claude = (endpoints: LabEndpoints, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  post(`${endpoints.clouds.anthropic}/v1/messages`, { ...claudeHeaders(endpoints), ...headers }, body);

export const openAi = (endpoints: LabEndpoints, body: unknown): Promise<Answer> =>
  post(
    `${endpoints.clouds.openai}/v1/chat/completions`,
    { authorization: `Bearer ${endpoints.credentials.openai_key}` },
    body,
  );

/** Events of a server-sent stream, read the plain way: by blank lines. */
export function eventsOf(text: string): { event: string; data: string }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const lines = block.split('\n');
      const field = (name: string): string =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
      return { event: field('event'), data: field('data') };
    });
}

class NodeSha256 {
  readonly #secret: string | Uint8Array | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined || typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array);
    this.#hash = this.#fresh();
  }

  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#fresh();
  }
}

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Headers of a request signed by Amazon's own signer. */
export async function signedHeaders(
  origin: string,
  path: string,
  body: string,
  keys: AwsKeys,
  options: { region?: string; service?: string; date?: Date } = {},
): Promise<Record<string, string>> {
  const url = new URL(origin);
  const signer = new SignatureV4({
    service: options.service ?? 'bedrock',
    region: options.region ?? 'us-east-1',
    credentials: keys,
    sha256: NodeSha256,
  });
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path,
    query: {},
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  };
  const signed = await signer.sign(request, options.date === undefined ? {} : { signingDate: options.date });
  return { ...signed.headers };
}

export interface Frame {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, string>;
}

/** Messages of an AWS event stream, decoded by Amazon's own codec, which checks both checksums. */
export function framesOf(bytes: Buffer): Frame[] {
  const codec = new EventStreamCodec(
    (input) => Buffer.from(input as Uint8Array).toString('utf8'),
    (text) => Buffer.from(text),
  );
  const frames: Frame[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + bytes.readUInt32BE(at);
    const message = codec.decode(bytes.subarray(at, end));
    const headers = Object.fromEntries(Object.entries(message.headers).map(([name, header]) => [name, header.value]));
    frames.push({ headers, body: JSON.parse(Buffer.from(message.body).toString('utf8')) as Record<string, string> });
    at = end;
  }
  return frames;
}

export const bedrockPath = (model: string, stream = false): string =>
  `/model/${encodeURIComponent(model)}/${stream ? 'invoke-with-response-stream' : 'invoke'}`;

export const SONNET_US = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

/** A signed call at Bedrock. */
export async function bedrock(
  endpoints: LabEndpoints,
  model: string,
  body: unknown,
  options: { stream?: boolean; site?: LabSite; keys?: AwsKeys; region?: string } = {},
): Promise<Answer> {
  const origin = endpoints.clouds[options.site ?? 'bedrock'];
  const { aws } = endpoints.credentials;
  const keys = options.keys ?? { accessKeyId: aws.access_key_id, secretAccessKey: aws.secret_access_key };
  const path = bedrockPath(model, options.stream);
  const text = JSON.stringify(body);
  const region = options.region ?? (options.site === 'bedrock-eu' ? 'eu-central-1' : 'us-east-1');
  return post(origin + path, await signedHeaders(origin, path, text, keys, { region }), text);
}

export const user = (text: string): { role: string; content: string }[] => [{ role: 'user', content: text }];
