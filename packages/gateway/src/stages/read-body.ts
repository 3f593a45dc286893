// Reads a request body within its bound and its time. One chunk is the usual case and is not copied.
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Watched } from '../pipeline/watch.ts';

/** Calls back once: with the whole body, or with why there is none. A client that leaves meanwhile: CLIENT_GONE. */
export function readBody(call: Call, done: (error: AppError | null, body: Buffer) => void): void {
  const { request, lane } = call;
  const limit = call.compiled.snapshot.requestBytes;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let finished = false;
  const watched: Watched = {
    deadline: call.startedMono + LIMITS.request_ms,
    overdue: () => finish(new AppError('REQUEST_TIMEOUT', `the body did not arrive within ${LIMITS.request_ms / 1000} s`)),
  };

  function finish(error: AppError | null): void {
    if (finished) return;
    finished = true;
    lane.watch.delete(watched);
    call.onGone = null;
    if (error !== null) return done(error, EMPTY);
    return done(null, chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, bytes));
  }
  function onData(chunk: Buffer): void {
    if (finished) return;
    bytes += chunk.length;
    if (bytes > limit) return finish(new AppError('BODY_TOO_LARGE', `the body is larger than the limit of ${limit} bytes`));
    chunks.push(chunk);
  }
  lane.watch.add(watched);
  call.onGone = () => finish(new AppError('CLIENT_GONE', 'the client left before its request was complete'));
  request.on('data', onData);
  request.on('end', () => finish(null));
}

const EMPTY = Buffer.alloc(0);
