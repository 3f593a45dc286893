// The command line's end of the control socket. An error of the server's arrives here as the same error.
import { request } from 'node:http';
import { AppError, ERRORS, LIMITS, type ErrorCode } from '@weighbridge/kernel';
import type { ControlTransport } from '@weighbridge/protocol';

/** Longer than the instance itself waits for a recorder that hangs, so that its own word comes first. */
const ANSWER_MS_MOST = LIMITS.recorder_stalled_ms + 30_000;
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
  (path: string, answerMs = ANSWER_MS_MOST): ControlTransport =>
  ({ method, path: target, body }) =>
    exchange(path, method, target, body, answerMs);

function exchange(
  path: string,
  method: string,
  target: string,
  body: string | undefined,
  answerMs: number = ANSWER_MS_MOST,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      reject(new AppError('SERVER_NOT_RUNNING', `no instance answers at ${path}: ${error.message}`, { cause: error }));
    };
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    // A connection of its own: one that is kept is closed by the server after a while, perhaps just now.
    const way = { socketPath: path, method, path: target, headers, timeout: answerMs, agent: false } as const;
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
    call.on('timeout', () => {
      reject(
        new AppError('SERVER_NOT_RUNNING', `the instance at ${path} did not answer within ${answerMs / 1000} s`, {
          next: 'see `weighbridge status`: what was asked for may be done all the same',
        }),
      );
      call.destroy();
    });
    call.on('error', failed);
    call.end(body);
  });
}
