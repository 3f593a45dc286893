// The witness on a socket: add-checkpoint for logs, and for anybody the newest cosigned checkpoint of each log. Bounds on
// connections, headers, body and time; a Host that is not on the list is refused, so that no page of a browser reaches a
// witness on its own machine by another name.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, isAppError, LIMITS, toAppError } from '@weighbridge/kernel';
import { originHash } from './store.ts';
import type { Witness } from './witness.ts';

export interface WitnessServerOptions {
  readonly witness: Witness;
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  /** Names beside the loopback ones, with a port or without. */
  readonly hosts?: readonly string[];
}

export interface WitnessServer {
  readonly host: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TEXT = 'text/plain; charset=utf-8';
const HEADER_BYTES = 16 * 1024;
const IDLE_MS = 60_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Throws PORT_TAKEN. */
export async function serveWitness(options: WitnessServerOptions): Promise<WitnessServer> {
  const { witness, host, hosts = [] } = options;
  const allowed = new Set([...hosts, host.includes(':') ? `[${host}]` : host].map((name) => name.toLowerCase()));
  const server = createServer(
    {
      headersTimeout: LIMITS.witness_ms,
      requestTimeout: LIMITS.witness_ms,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: HEADER_BYTES,
    },
    (request, response) => {
      const { port } = server.address() as AddressInfo;
      void answer(request, response, witness, (name) => isAllowed(name, allowed, port));
    },
  );
  server.maxConnections = LIMITS.witness_connections;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return { host, port, close: () => close(server) };
}

async function listen(server: Server, { host, port }: WitnessServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there' : error.message;
      const next = 'stop what listens there, or give the witness another port with --port';
      reject(
        new AppError('PORT_TAKEN', `the witness cannot listen on ${host}:${port}: ${why}`, { cause: error, next }),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), LIMITS.witness_ms);
  await closed;
  clearTimeout(late);
}

/** With our port when it is a name of this machine, else as the list has it. */
function isAllowed(host: string, allowed: ReadonlySet<string>, port: number): boolean {
  if (allowed.has(host)) return true;
  const colon = host.lastIndexOf(':');
  const named = colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
  if (LOOPBACK.has(named)) return host === `${named}:${port}`;
  return allowed.has(named);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  witness: Witness,
  allows: (host: string) => boolean,
): Promise<void> {
  let reply: Reply;
  try {
    checkHost(request, allows);
    reply = await route(request, witness);
  } catch (error) {
    const failure = toAppError(error);
    reply = { status: failure.row.status, type: TEXT, body: `${failure.message}\nNext: ${failure.next}\n` };
  }
  if (response.destroyed) return;
  // What was not read to its end is no place for a second request to begin.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(reply.status, {
    'cache-control': 'no-store',
    'content-type': reply.type,
    'content-length': Buffer.byteLength(reply.body),
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

function checkHost({ rawHeaders, url = '' }: IncomingMessage, allows: (host: string) => boolean): void {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
  const [host = ''] = hosts;
  if (hosts.length === 1 && url.startsWith('/') && allows(host.toLowerCase())) return;
  throw new AppError('HOST_NOT_ALLOWED', `"${host.slice(0, 100)}" is not a host that this witness answers to`, {
    next: 'use a name given with --hosts, or add this one to them',
  });
}

async function route(request: IncomingMessage, witness: Witness): Promise<Reply> {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  if (path === '/add-checkpoint') {
    mustBe(request, ['POST'], path);
    return witness.addCheckpoint(await readBody(request));
  }
  mustBe(request, ['GET', 'HEAD'], path);
  if (path === '/') return { status: 200, type: 'application/json', body: `${JSON.stringify(describe(witness))}\n` };
  if (path === '/key') return { status: 200, type: TEXT, body: `${witness.vkey}\n` };
  const hash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1];
  const origin = [...witness.logs.keys()].find((name) => hash !== undefined && originHash(name) === hash);
  const remembered = origin === undefined ? null : witness.remembered(origin);
  if (remembered !== null) return { status: 200, type: TEXT, body: remembered.text };
  throw new AppError(
    'NOT_FOUND',
    'there is nothing here: no such path, or no checkpoint of this log was cosigned yet',
    {
      next: 'use /add-checkpoint, /key, or /<SHA-256 of the origin in hexadecimal>/checkpoint',
    },
  );
}

function mustBe({ method = '' }: IncomingMessage, methods: readonly string[], path: string): void {
  if (methods.includes(method)) return;
  throw new AppError('METHOD_NOT_ALLOWED', `${path.slice(0, 100)} takes only ${methods[0]}`, {
    next: `use ${methods[0]}`,
  });
}

const describe = (witness: Witness): object => ({
  product: 'weighbridge witness',
  vkey: witness.vkey,
  logs: [...witness.logs.keys()].map((origin) => {
    const remembered = witness.remembered(origin);
    return { origin, hash: originHash(origin), size: remembered?.size ?? null, at: remembered?.at ?? null };
  }),
});

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = new AppError('BODY_TOO_LARGE', `a request has at most ${LIMITS.witness_request_bytes} bytes`, {
    next: 'send the checkpoint with fewer signatures',
  });
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.witness_request_bytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LIMITS.witness_request_bytes) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError('CLIENT_GONE', 'the request did not arrive whole', { cause: error });
  }
  return Buffer.concat(chunks, size);
}
