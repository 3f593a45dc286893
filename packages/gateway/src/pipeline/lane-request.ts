// The server's request, which can hand its body straight to whoever reads it. A stream between the two would schedule,
// buffer and announce every body in four turns of the event loop, though it is taken as it comes: a thirteenth of what a
// bare hop costs. Without a taker it is the stream that Node makes of it.
import { IncomingMessage } from 'node:http';

export interface BodyTaker {
  /** A piece of the body, in order. */
  take(chunk: Buffer): void;
  /** The body was complete. */
  whole(): void;
}

/** How Node itself ends the stream of a request without a body that it does not read (`optimizeEmptyRequests`). */
interface Closable {
  _dumpAndCloseReadable(): void;
}

export class LaneRequest extends IncomingMessage {
  /** Set before the turn ends in which the head was read, or never; unset by a taker that has had enough. */
  taker: BodyTaker | null = null;

  /** The parser's way to deliver a body; null at its end. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const { taker } = this;
    if (taker === null) return super.push(chunk, encoding);
    if (chunk === null) {
      (this as unknown as Closable)._dumpAndCloseReadable();
      taker.whole();
    } else {
      taker.take(chunk);
    }
    return true;
  }
}
