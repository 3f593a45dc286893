// A local identity service over TLS, trusted by this process alone: it answers by path, and keeps what it was asked.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { selfSigned } from './certificate.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | object;
}

export interface TokenServer {
  readonly origin: string;
  readonly asked: Asked[];
  /** Requests whose path holds the text. */
  to(text: string): Asked[];
  close(): Promise<void>;
}

export async function startTokenServer(answer: (asked: Asked, origin: string) => Answer): Promise<TokenServer> {
  const { key, cert } = selfSigned();
  setDefaultCACertificates([...getCACertificates('default'), cert]);
  const asked: Asked[] = [];
  let origin = '';
  const server = createServer({ key, cert }, (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const entry = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      asked.push(entry);
      const { status = 200, headers = {}, body } = answer(entry, origin);
      const json = typeof body === 'object';
      response.writeHead(status, {
        'content-type': json ? 'application/json' : 'text/xml',
        connection: 'close',
        ...headers,
      });
      response.end(json ? JSON.stringify(body) : body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    asked,
    to: (text) => asked.filter((entry) => entry.path.includes(text)),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
