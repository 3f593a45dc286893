// A request that has arrived whole: nothing of it is still to be read, and nothing can be left over.
import type { Socket } from 'node:net';
import type { BodyTaker } from '../pipeline/lane-request.ts';

export class WholeRequest {
  readonly method = 'POST';
  readonly complete = true;
  readonly socket: Socket;
  /** Path and query, as it was asked for. */
  readonly url: string;
  /** Name, value, name, value, … as they came. */
  readonly rawHeaders: readonly string[];
  /** Set before the turn ends in which the request was handed on, or never. */
  taker: BodyTaker | null = null;

  constructor(socket: Socket, url: string, rawHeaders: readonly string[]) {
    this.socket = socket;
    this.url = url;
    this.rawHeaders = rawHeaders;
  }

  deliver(body: Buffer): void {
    this.taker?.take(body);
    this.taker?.whole();
  }
}
