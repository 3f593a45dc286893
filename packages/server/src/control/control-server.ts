// The way in for the operator on this machine: JSON over HTTP on a Unix socket that only the owner may open (0600).
// Nothing here is reachable over the network, so it needs no password; each answer is data or one error object.
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AppError, toAppError } from '@weighbridge/kernel';

const BODY_BYTES_MOST = 64 * 1024;
const REQUEST_MS_MOST = 10_000;

/** One operation: takes the request's JSON, gives the answer's. Keys are `METHOD /path`. */
export type ControlOperations = Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => unknown>>;

export interface ControlServer {
  readonly path: string;
  close(): Promise<void>;
}

/** Takes the paths of the control API, which is the same here as in the console. */
type Api = (request: IncomingMessage, response: ServerResponse) => void;

const refuseApi: Api = (request, response) => {
  const failure = new AppError('NOT_FOUND', `the control socket has no ${request.method} ${request.url}`);
  send(response, failure.row.status, { error: failure.body() });
};

/**
 * Listens on `path`, replacing a socket that a killed instance left (the folder lock says it is ours). Throws
 * SOCKET_BLOCKED when something else lies there, which is left as it is, or when no socket can be made there.
 */
export async function listenControl(
  path: string,
  operations: ControlOperations,
  api: Api = refuseApi,
): Promise<ControlServer> {
  if (process.platform !== 'win32') removeOldSocket(path);
  const server = createServer({ requestTimeout: REQUEST_MS_MOST }, (request, response) => {
    if (request.url?.startsWith('/control/') === true) api(request, response);
    else void answer(request, response, operations);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(blocked(path, `cannot be made: ${error.message}`, error)));
    server.listen(path, resolve);
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return { path, close: () => close(server) };
}

function removeOldSocket(path: string): void {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return;
    const kind = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'a file';
    if (!found.isSocket()) throw blocked(path, `cannot be made, because ${kind} of that name lies there`);
    rmSync(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw blocked(path, `that an earlier instance left cannot be removed: ${(error as Error).message}`, error);
  }
}

const blocked = (path: string, why: string, cause?: unknown): AppError =>
  new AppError('SOCKET_BLOCKED', `the control socket ${path} ${why}`, {
    next: `look at it with \`ls -ld ${path}\` and move it away, or name another folder with --home`,
    ...(cause === undefined ? {} : { cause }),
  });

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  operations: ControlOperations,
): Promise<void> {
  try {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const operation = operations[`${request.method ?? 'GET'} ${path}`];
    if (operation === undefined) throw new AppError('NOT_FOUND', `the control socket has no ${request.method} ${path}`);
    send(response, 200, (await operation(await readJson(request))) ?? {});
  } catch (error) {
    const failure = toAppError(error);
    send(response, failure.row.status, { error: failure.body(), ...problemsOf(failure) });
  }
}

const problemsOf = (failure: AppError): object =>
  failure.details['problems'] === undefined ? {} : { problems: failure.details['problems'] };

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MOST)
      throw new AppError('BODY_TOO_LARGE', `a control request has more than ${BODY_BYTES_MOST} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new AppError('BODY_NOT_JSON', 'the body of the control request is not JSON', { cause: error });
  }
  throw new AppError('BODY_NOT_JSON', 'the body of the control request is not a JSON object');
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    connection: 'close',
  });
  response.end(body);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await closed;
}
