// One call on its way to a cloud whose answer others may have as well. It writes down what is sent as it is sent, so that
// an identical call which comes meanwhile is given what there is and then the rest as it comes. Within the bound of what
// is kept a client that reads slowly delays nobody: its bytes are in memory anyway.
import type { AppError } from '@weighbridge/kernel';
import type { CallFlight } from '../pipeline/call-flight.ts';
import type { Call } from '../pipeline/call.ts';
import type { LaneContext } from '../pipeline/lane-context.ts';
import type { RawHeaders, Reply } from '../pipeline/stage.ts';

/** Whoever waits for the answer of another call. All are told of the same things in the same order. */
export interface Follower {
  begin(head: RawHeaders): void;
  write(bytes: Buffer): void;
  end(last: Buffer): void;
  /** `begun`: the head of an answer has been sent. */
  fail(error: AppError, begun: boolean): void;
}

/** Takes the whole answer, with how much of it is its last piece; null where it was too large to keep. */
export type Landed = (whole: SharedArrayBuffer | null, terminal: number) => void;

/** The flights of a lane that may be joined, by the address of their answer. */
const OPEN = new WeakMap<LaneContext, Map<string, Flight>>();

export function flightsOf(lane: LaneContext): Map<string, Flight> {
  let flights = OPEN.get(lane);
  if (flights === undefined) OPEN.set(lane, (flights = new Map()));
  return flights;
}

export class Flight implements Reply, CallFlight {
  readonly address: string;
  readonly leader: Call;
  readonly #outer: Reply;
  readonly #landed: Landed;
  readonly #bytesMost: number;
  /** Of a stream, once its first content came; of a whole answer when it is there. */
  headSent: RawHeaders | null = null;
  #parts: Buffer[] = [];
  #bytes = 0;
  #followers: Follower[] = [];
  /** All that was sent is here. */
  recording = true;
  #over = false;

  /** `bytesMost`: an answer beyond it is not kept, and cannot be joined. */
  constructor(address: string, leader: Call, outer: Reply, landed: Landed, bytesMost: number) {
    this.address = address;
    this.leader = leader;
    this.#outer = outer;
    this.#landed = landed;
    this.#bytesMost = bytesMost;
  }

  /** Somebody wants the answer, though the client that first asked for it may have left. */
  get wanted(): boolean {
    return this.#followers.length > 0;
  }

  join(follower: Follower): void {
    this.#followers.push(follower);
    if (this.headSent === null) return;
    follower.begin(this.headSent);
    for (const part of this.#parts) follower.write(part);
  }

  /** With the last one the answer is nobody's, where its own client has left. */
  leave(follower: Follower): void {
    this.#followers = this.#followers.filter((one) => one !== follower);
    if (this.#followers.length === 0 && this.leader.gone && !this.#over) this.leader.holder?.clientGone();
  }

  /** The client that first asked has left. False: so has everybody, and what is read from now on is not written down. */
  outlives(): boolean {
    if (this.wanted) return true;
    this.#forget();
    return false;
  }

  // --- what is sent to the one who first asked

  head(status: number, headers: RawHeaders): void {
    this.headSent = [...headers];
    this.#outer.head(status, headers);
    for (const follower of this.#followers) follower.begin(this.headSent);
  }

  write(bytes: Buffer): void {
    this.#outer.write(bytes);
    if (this.recording) this.#note(bytes);
    for (const follower of this.#followers) follower.write(bytes);
  }

  end(last: Buffer): void {
    this.#over = true;
    this.#close();
    if (this.recording) this.#note(last);
    const whole = this.recording ? joined(this.#parts, this.#bytes) : null;
    // Whoever gets it again is told of the receipt of this call: so there has to be one.
    this.leader.whenSealed = () => this.#landed(whole, last.length);
    // From here on it is known what the answer used, which all that follows may say.
    this.#outer.end(last);
    for (const follower of this.#followers) follower.end(last);
    this.#forget();
  }

  fail(error: AppError): void {
    this.#over = true;
    this.#close();
    this.#outer.fail(error);
    const begun = this.headSent !== null;
    const followers = this.#followers;
    this.#followers = [];
    this.#forget();
    for (const follower of followers) follower.fail(error, begun);
  }

  #note(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#bytesMost) return this.#forget();
    this.#parts.push(bytes);
  }

  /** Nobody may join any more. */
  #close(): void {
    const flights = flightsOf(this.leader.lane);
    if (flights.get(this.address) === this) flights.delete(this.address);
  }

  /** Those who have joined go on as the answer comes. */
  #forget(): void {
    this.recording = false;
    this.#parts = [];
    this.#close();
  }
}

function joined(parts: readonly Buffer[], bytes: number): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes);
  const whole = Buffer.from(shared);
  let at = 0;
  for (const part of parts) at += part.copy(whole, at);
  return shared;
}
