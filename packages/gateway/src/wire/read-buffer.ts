// What clouds send is read into one buffer for all connections of a lane: each read is taken in whole before the next. Without it
// every read takes 64 kB from the system, gives back what it did not fill, and leaves a buffer to be collected; with a few hundred
// streams that is most of what a lane has to collect, and a collection holds up all of them.
import type { OnReadOpts, Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Whoever takes what a socket reads. */
export interface Taker {
  /** The bytes are another's as soon as it returns. */
  take(bytes: Buffer): void;
}

const TAKERS = new WeakMap<object, Taker>();
const READ_BYTES = 64 * 1024;

/** A connector of HTTP/1.1, by TCP or TLS, whose sockets hand what they read to their taker, and emit no `data`. */
export function oneBufferConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const onread: OnReadOpts = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: handOn };
  return buildConnector({ ...options, allowH2: false, onread });
}

export function readInto(socket: Socket, taker: Taker): void {
  TAKERS.set(socket, taker);
}

/** Called by a socket as a method of its own. False would pause it: a taker does that itself. */
function handOn(this: unknown, bytes: number, buffer: Uint8Array): boolean {
  const taker = TAKERS.get(this as object);
  taker?.take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
  return true;
}
