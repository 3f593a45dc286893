// The command line's end of the control socket. An error of the server's arrives here as the same error.
import { request } from 'node:http';
import { AppError, ERRORS, type ErrorCode } from '@weighbridge/kernel';
import type { ControlTransport } from '@weighbridge/protocol';

const ANSWER_MS_MOST = 60_000;
const ANSWER_BYTES_MOST = 16 * 1024 * 1024;

/**
 * Asks the running instance. Throws SERVER_NOT_RUNNING when nothing answers at `path`, else whatever the instance
 * threw. A call that changes something may have been carried out even when its answer was lost.
 */
export async function askControl<Answer>(
  path: string,
  method: 'GET' | 'POST',
  target: string,
  body?: unknown,
): Promise<Answer> {
  const { status, text } = await exchange(path, method, target, body === undefined ? undefined : JSON.stringify(body));
  const value = JSON.parse(text) as Answer & {
    error?: { code: ErrorCode; message: string; next: string };
    problems?: unknown;
  };
  if (status === 200) return value;
  const { code, message, next } = value.error ?? {
    code: 'INTERNAL',
    message: `the control socket answered ${status}`,
    next: '',
  };
  throw new AppError(code in ERRORS ? code : 'INTERNAL', message, {
    ...(next === '' ? {} : { next }),
    ...(value.problems === undefined ? {} : { details: { problems: value.problems } }),
  });
}

/** Carries the typed client of the control API to the running instance. Rejects with SERVER_NOT_RUNNING. */
export const controlSocket =
  (path: string): ControlTransport =>
  ({ method, path: target, body }) =>
    exchange(path, method, target, body);

function exchange(
  path: string,
  method: string,
  target: string,
  body: string | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      reject(new AppError('SERVER_NOT_RUNNING', `no instance answers at ${path}: ${error.message}`, { cause: error }));
    };
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    // A connection of its own: one that is kept is closed by the server after a while, perhaps just now.
    const way = { socketPath: path, method, path: target, headers, timeout: ANSWER_MS_MOST, agent: false } as const;
    const call = request(way, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > ANSWER_BYTES_MOST) response.destroy(new Error('the answer is too large'));
        chunks.push(chunk);
      });
      response.on('error', failed);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${ANSWER_MS_MOST / 1000} s`)));
    call.on('error', failed);
    call.end(body);
  });
}
