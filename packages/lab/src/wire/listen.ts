// Listeners of the lab: one plain HTTP server per site on 127.0.0.1, each of which can be closed and opened again on the
// same port, so that "the cloud is unreachable" is a state and not a mock.
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AppError } from '@weighbridge/kernel';

const HOST = '127.0.0.1';
const KEEP_ALIVE_MS = 60_000;

export interface Door {
  readonly port: number;
  open(): Promise<void>;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** Listens on `port` (0: any). Throws PORT_TAKEN. */
export async function openDoor(
  handler: RequestListener,
  port: number,
  tls: { key: string; cert: string } | null,
): Promise<Door> {
  const server = tls === null ? createServer(handler) : createTlsServer(tls, handler);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 1_000;
  server.requestTimeout = 0;
  // A client that resets or speaks nonsense is its own problem; the lab closes that connection and goes on.
  server.on('clientError', (_error, socket) => socket.destroy());
  const bound = await listen(server, port);
  return {
    port: bound,
    open: async () => {
      if (!server.listening) await listen(server, bound);
    },
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(
        new AppError(taken ? 'PORT_TAKEN' : 'INTERNAL', `the lab cannot listen on ${HOST}:${port}: ${error.message}`),
      );
    };
    server.once('error', failed);
    server.listen(port, HOST, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
