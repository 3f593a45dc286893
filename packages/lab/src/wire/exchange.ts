// One HTTP request at a cloud of the lab, its body read whole under a bound, and the one way to answer it. Responses are
// written as flat header lists with one `end`: this path is the upstream of benchmarks.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '@weighbridge/kernel';
import type { LabSite } from '../endpoints.ts';

/** Header names and values, one after the other, as `writeHead` takes them. */
export type FlatHeaders = readonly string[];

export interface Exchange {
  readonly site: LabSite;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly method: string;
  /** Without the query, still percent-encoded. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  readonly body: Buffer;
  /** The body was beyond the bound and is not here. */
  readonly tooLarge: boolean;
  /** Monotonic ms. */
  readonly started: number;
  /** It is one of a batch. */
  readonly batched?: true;
}

export const SIMULATED: FlatHeaders = ['x-weighbridge-simulated', '1'];

/** First value of a header, or undefined. */
export const headerOf = (exchange: Exchange, name: string): string | undefined => {
  const value = exchange.req.headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** Token of an `Authorization: Bearer` header, or null. */
export function bearerOf(exchange: Exchange): string | null {
  const value = exchange.req.headers.authorization;
  return value !== undefined && /^bearer /i.test(value) ? value.slice(7).trim() : null;
}

export function send(exchange: Exchange, status: number, headers: FlatHeaders, body: string | Buffer): void {
  const { res } = exchange;
  if (res.headersSent || res.destroyed) return;
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  res.writeHead(status, [...headers, ...SIMULATED, 'content-length', String(bytes)]);
  res.end(body);
}

export function sendJson(exchange: Exchange, status: number, value: unknown, headers: FlatHeaders = []): void {
  send(exchange, status, ['content-type', 'application/json', ...headers], JSON.stringify(value));
}

/** Reads the body whole, then calls `handle` once; never when the client goes away first. */
export function receive(
  site: LabSite,
  req: IncomingMessage,
  res: ServerResponse,
  now: () => number,
  handle: (exchange: Exchange) => void,
): void {
  const started = now();
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = (tooLarge: boolean): void => {
    const url = req.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const body = tooLarge
      ? Buffer.alloc(0)
      : chunks.length === 1
        ? (chunks[0] ?? Buffer.alloc(0))
        : Buffer.concat(chunks, size);
    handle({
      site,
      req,
      res,
      method: req.method ?? 'GET',
      path,
      query: mark < 0 ? '' : url.slice(mark + 1),
      body,
      tooLarge,
      started,
    });
  };
  req.on('data', (chunk: Buffer) => {
    const fitted = size <= LIMITS.request_bytes;
    size += chunk.length;
    if (size <= LIMITS.request_bytes) chunks.push(chunk);
    else if (fitted) {
      chunks.length = 0;
      finish(true);
    }
  });
  req.on('error', () => undefined); // The client broke off; there is nobody to answer.
  req.on('end', () => {
    if (size <= LIMITS.request_bytes) finish(false);
  });
}

export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined; // Not JSON: every dialect answers that in its own words.
  }
}
