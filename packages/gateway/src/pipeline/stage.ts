// A stage is a function around the next one. A call goes in through the stages and its answer comes back out through
// the replies they wrap: the outermost reply is the client's own connection. Nothing here returns a promise, so that
// a chunk passes through all stages in one turn of the event loop.
import type { AppError } from '@weighbridge/kernel';
import type { Call } from './call.ts';
import type { RawHeaders } from './call-exchange.ts';

export type { RawHeaders } from './call-exchange.ts';

/** The way back to the client. Each call gets `head` (`write`)* then exactly one `end` or `fail`. */
export interface Reply {
  /** Status and headers; at most once, before the first byte. */
  head(status: number, headers: RawHeaders): void;
  /** Bytes before the terminal event. */
  write(bytes: Buffer): void;
  /** The terminal event: the last frame of a stream, or the whole body of an answer that is none. */
  end(last: Buffer): void;
  /** The call failed: an error response if nothing was sent yet, else an error event and the end. */
  fail(error: AppError): void;
}

export type Send = (call: Call, reply: Reply) => void;
export type Stage = (next: Send) => Send;
