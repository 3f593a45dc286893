// Reads a request body within its bound and its time. One chunk is the usual case and is not copied. What is not read to its end
// is left to the request, which is a stream again from there on: whoever answers over the rest reads and drops it.
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { CallHolder } from '../pipeline/in-flight.ts';
import type { BodyTaker } from '../pipeline/lane-request.ts';
import type { Watched } from '../pipeline/watch.ts';

/** Calls back once: with the whole body, or with why there is none. A client that leaves meanwhile: CLIENT_GONE. */
export function readBody(call: Call, done: BodyDone): void {
  const reader = new BodyReader(call, done);
  call.holder = reader;
  call.lane.watch.add(reader);
  call.request.taker = reader;
  if (call.headers.expect.toLowerCase() === '100-continue') call.response.writeContinue();
}

export type BodyDone = (error: AppError | null, body: Buffer) => void;

class BodyReader implements Watched, CallHolder, BodyTaker {
  readonly #call: Call;
  readonly #done: BodyDone;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #finished = false;
  readonly deadline: number;
  slot = -1;

  constructor(call: Call, done: BodyDone) {
    this.#call = call;
    this.#done = done;
    this.deadline = call.startedMono + LIMITS.request_ms;
  }

  take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const limit = this.#call.compiled.snapshot.requestBytes;
    if (this.#bytes > limit)
      return this.#finish(new AppError('BODY_TOO_LARGE', `the body is larger than the limit of ${limit} bytes`));
    this.#chunks.push(chunk);
  }

  whole(): void {
    this.#finish(null);
  }

  overdue(): void {
    this.#finish(new AppError('REQUEST_TIMEOUT', `the body did not arrive within ${LIMITS.request_ms / 1000} s`));
  }

  clientGone(): void {
    this.#finish(new AppError('CLIENT_GONE', 'the client left before its request was complete'));
  }

  cut(): void {
    this.#finish(new AppError('DRAINING', 'this instance shut down before the request was complete'));
  }

  #finish(error: AppError | null): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#call.lane.watch.delete(this);
    this.#call.holder = null;
    this.#call.request.taker = null;
    const [first] = this.#chunks;
    if (error !== null) return this.#done(error, EMPTY);
    return this.#done(
      null,
      this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks, this.#bytes),
    );
  }
}

const EMPTY = Buffer.alloc(0);
