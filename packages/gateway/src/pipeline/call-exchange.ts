// What a call needs of its client's request and of the response to it. Both come in two makes: Node's own, and those of a
// connection whose requests arrive whole (`wire/`), which is nearly all of them.
import type { Socket } from 'node:net';
import type { WholeRequest } from '../wire/whole-request.ts';
import type { InFlight } from './in-flight.ts';
import type { LaneRequest } from './lane-request.ts';

/** Raw header list: name, value, name, value, … */
export type RawHeaders = string[];

export type CallRequest = LaneRequest | WholeRequest;

export interface CallResponse {
  /** The call that hears when the connection closes. */
  call: InFlight | null;
  /** Null once the response has ended. */
  readonly socket: Socket | null;
  /** Bytes that the client has not taken yet. */
  readonly writableLength: number;
  /** Known once the head is written. */
  readonly chunkedEncoding: boolean;
  writeHead(status: number, headers: RawHeaders): unknown;
  /** Tells a client that waits for it to send its body. */
  writeContinue(): unknown;
  write(bytes: Buffer): unknown;
  end(last?: Buffer): unknown;
  end(last: Buffer | string, encoding: 'latin1'): unknown;
  on(event: 'close', listener: (this: CallResponse) => void): unknown;
  off(event: 'close', listener: (this: CallResponse) => void): unknown;
  /** `drain`: what waited for the client has left. */
  once(event: 'close' | 'drain', listener: () => void): unknown;
}
