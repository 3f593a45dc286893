// What is left of a request that was refused before it was read. A connection that is closed over bytes nobody read is
// reset, and a client that is still writing may then never see its answer: so the answer leaves at once and whole, our
// half of the connection closes where it is to close, and the rest is read and dropped within a bound and a time.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { BOUNDS } from './bounds.ts';
import type { CallResponse } from './call-exchange.ts';
import type { LaneContext } from './lane-context.ts';
import type { Watched } from './watch.ts';

/** `closes`: whether the response said that its connection ends with it. */
export function endOverRest(
  lane: LaneContext,
  request: IncomingMessage,
  response: CallResponse,
  last: Buffer,
  closes: boolean,
): void {
  response.write(last);
  // An answer that waits behind another of its connection has no socket yet.
  const socket = closes ? response.socket : null;
  if (closes) CLOSING.add(request.socket);
  socket?.end();
  new Rest(lane, request, response, socket).drop();
}

/** Whether the connection ends with an answer that is under way: what arrives on it is no request any more. */
export const isClosing = (socket: Socket): boolean => CLOSING.has(socket);

const CLOSING = new WeakSet<Socket>();

class Rest implements Watched {
  readonly #lane: LaneContext;
  readonly #request: IncomingMessage;
  readonly #response: CallResponse;
  /** Our half of it is closed. */
  readonly #socket: Socket | null;
  #bytes = 0;
  #over = false;
  readonly deadline: number;
  slot = -1;

  constructor(lane: LaneContext, request: IncomingMessage, response: CallResponse, socket: Socket | null) {
    this.#lane = lane;
    this.#request = request;
    this.#response = response;
    this.#socket = socket;
    this.deadline = lane.clock.monotonic() + BOUNDS.refused_ms;
  }

  drop(): void {
    this.#lane.watch.add(this);
    this.#request.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (this.#bytes > BOUNDS.refused_bytes) this.overdue();
    });
    this.#request.once('end', () => this.#end());
    this.#response.once('close', () => this.#end());
  }

  overdue(): void {
    this.#end();
    this.#socket?.destroy();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#lane.watch.delete(this);
    if (this.#socket === null) this.#response.end();
    else this.#socket.destroySoon();
  }
}
