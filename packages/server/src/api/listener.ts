// The listener for browsers, on the main thread and apart from the lanes: traffic never waits for it, and it is on loopback
// unless the configuration says otherwise. Bounds come first (connections, headers, time), then the door, then the API.
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { AppError, LIMITS, toAppError } from '@weighbridge/kernel';
import type { ControlApp } from './app.ts';
import { checkDoor, type DoorOptions } from './door.ts';
import { securityHeaders } from './security-headers.ts';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly newId: () => string;
  /** What is served once the port is known: addresses and the cookie's name depend on it. */
  readonly serve: (port: number) => { readonly app: ControlApp; readonly door: DoorOptions };
}

export interface ControlListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Sockets that say nothing for so long are closed; a live stream says something every fifteen seconds. */
const SILENT_MS = 4 * LIMITS.live_heartbeat_ms;
const KEEP_ALIVE_MS = 10_000;

const SERVER_OPTIONS = {
  maxHeaderSize: LIMITS.control_header_bytes,
  headersTimeout: LIMITS.control_request_ms,
  requestTimeout: LIMITS.control_request_ms,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: KEEP_ALIVE_MS,
  // The door's own check answers in our shape.
  requireHostHeader: false,
  insecureHTTPParser: false,
  noDelay: true,
} as const;

/** Rejects with PORT_TAKEN. */
export async function listenForBrowsers({
  host,
  port: wanted,
  newId,
  serve,
}: ListenerOptions): Promise<ControlListener> {
  const server = createServer(SERVER_OPTIONS);
  server.maxConnections = LIMITS.control_connections;
  server.timeout = SILENT_MS;
  server.on('clientError', (error: Error & { code?: string }, socket) => answerBroken(error, socket, newId()));
  server.on('connect', (_request, socket) => socket.destroy());
  server.on('upgrade', (_request, socket) => socket.destroy());
  const port = await listen(server, host, wanted);
  const { app, door } = serve(port);
  const secure = door.origin.protocol === 'https:';
  const answer = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
  });
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    try {
      checkDoor(request, door);
    } catch (error) {
      return turnAway(request, response, toAppError(error), newId(), secure);
    }
    void answer(request, response);
  };
  server.on('request', take);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    take(request, response);
  });
  return { port, close: () => close(server) };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const why = error.code === 'EADDRINUSE' ? 'something already listens there' : (error.code ?? error.message);
      reject(
        new AppError('PORT_TAKEN', `the console cannot listen at ${host}:${port}: ${why}`, {
          next: 'set another port with `control.port`, or stop what listens there',
          cause: error,
        }),
      );
    };
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** What the door refuses has not been read: the connection ends, so that the rest is never taken for a second request. */
function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  failure: AppError,
  id: string,
  secure: boolean,
): void {
  const body = Buffer.from(JSON.stringify({ error: failure.body(id) }));
  response.writeHead(failure.row.status, {
    ...securityHeaders(secure),
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-request-id': id,
    connection: 'close',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** What never became a request: too large a head, too slow, no HTTP at all. */
function answerBroken(error: Error & { readonly code?: string }, socket: Duplex, id: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure = understand(error);
  const body = JSON.stringify({ error: failure.body(id) });
  const { status } = failure.row;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nx-request-id: ${id}\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), 1_000).unref();
}

function understand({ code, message }: Error & { readonly code?: string }): AppError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new AppError('HEADERS_TOO_LARGE', `the headers are larger than ${LIMITS.control_header_bytes} bytes`);
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new AppError('REQUEST_TIMEOUT', `the request did not arrive within ${LIMITS.control_request_ms / 1000} s`);
  return new AppError('BAD_REQUEST', `this is no request: ${message.slice(0, 100)}`);
}

/** Streams have been ended before; whatever is left does not hold up the end. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), 1_000);
  await closed;
  clearTimeout(timer);
}
