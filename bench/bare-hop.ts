// The limit of the stack: a hop on the same Node, the same HTTP server and the same undici as the gateway, that reads
// both JSON bodies and does nothing else. No key, no route, no metering, no journal. What the gateway is measured
// against. Usage: node bare-hop.ts ORIGIN [PORT]; prints the port it listens on.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';

const origin = process.argv[2] ?? 'http://127.0.0.1:9901';
const pool = new Pool(origin, { pipelining: 1, connections: null, keepAliveTimeout: 60_000 });

const fail = (response: ServerResponse, status: number, error: unknown): void => {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain' }).end(String(error));
};

/** Hands an answer on: a stream chunk by chunk, a whole body once it is read and parsed. */
const relay = (response: ServerResponse): Dispatcher.DispatchHandler => {
  const parts: Buffer[] = [];
  let streaming = false;
  return {
    onRequestStart: () => undefined,
    onResponseStart: (_controller, status, headers) => {
      streaming = String(headers['content-type']).startsWith('text/event-stream');
      response.statusCode = status;
      response.setHeader('content-type', headers['content-type'] ?? 'application/json');
      if (streaming) response.flushHeaders();
    },
    onResponseData: (_controller, chunk) => {
      if (streaming) response.write(chunk);
      else parts.push(chunk);
    },
    onResponseEnd: () => {
      if (streaming) {
        response.end();
        return;
      }
      const body = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      JSON.parse(body.toString());
      response.setHeader('content-length', body.length);
      response.end(body);
    },
    onResponseError: (_controller, error) => fail(response, 502, error),
  };
};

const forward = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
  JSON.parse(body.toString());
  const headers = {
    'content-type': 'application/json',
    authorization: request.headers.authorization ?? '',
    'content-length': String(body.length),
  };
  pool.dispatch({ path: request.url ?? '/', method: 'POST', headers, body }, relay(response));
};

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (chunk: Buffer) => parts.push(chunk));
  request.on('error', (error) => fail(response, 400, error));
  request.on('end', () => {
    try {
      forward(request, response, parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
    } catch (error) {
      fail(response, 400, error);
    }
  });
});
server.listen({ port: Number(process.argv[3] ?? 0), host: '127.0.0.1', backlog: 2048 }, () => {
  const address = server.address();
  process.stdout.write(`listening ${typeof address === 'object' && address !== null ? address.port : ''}\n`);
});
process.on('SIGTERM', () => process.exit(0));
