// The connections of a lane to one origin, and the line of what waits for one. Requests go out in the check phase of the
// loop, after everything that had arrived was read: a connection whose server has closed it, or sent what nobody asked
// for, is gone by then. The warmest connection is used first. Times are looked at by one interval for all.
import { AppError, BoundedQueue, type Clock } from '@weighbridge/kernel';
import type { buildConnector } from 'undici';
import { BOUNDS } from '../pipeline/bounds.ts';
import { SlotList } from '../pipeline/slot-list.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import { requestHead } from './header-fields.ts';
import { UpstreamConnection } from './upstream-connection.ts';
import { wireDown } from './wire-error.ts';

export interface WireRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
}

export interface WireOptions {
  readonly connect: buildConnector.connector;
  readonly clock: Clock;
  /** Connections at most, and exchanges that wait for one. */
  readonly connections?: number;
  readonly waiting?: number;
}

export class UpstreamWire {
  readonly #to: buildConnector.Options;
  readonly #connect: buildConnector.connector;
  readonly #clock: Clock;
  readonly #most: number;
  readonly #waitingMost: number;
  readonly #connections = new SlotList<UpstreamConnection>();
  /** Those that can be used, the one used last at the end; some may be gone. */
  readonly #idle: UpstreamConnection[] = [];
  /** Those that have come to rest in this turn. */
  #rested: UpstreamConnection[] = [];
  /** Those being made, one for each exchange that waits, the oldest first. */
  readonly #hoped: UpstreamConnection[] = [];
  #queue: BoundedQueue<Exchange>;
  /** Of the queue, those that still wait. */
  #waiting = 0;
  #looking = false;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(origin: string, { connect, clock, connections, waiting }: WireOptions) {
    const { protocol, host, hostname, port } = new URL(origin);
    this.#to = { protocol, host, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port };
    this.#connect = connect;
    this.#clock = clock;
    this.#most = connections ?? BOUNDS.upstream_connections;
    this.#waitingMost = waiting ?? BOUNDS.upstream_waiting;
    this.#queue = new BoundedQueue(this.#waitingMost);
  }

  /**
   * Sends it as soon as a connection is free; `owner` hears nothing before this returns. Throws UPSTREAM_UNREACHABLE for
   * what cannot be put on the wire, OVERLOADED when too many wait, and DRAINING once it is closed.
   */
  send({ method, path, headers, body }: WireRequest, owner: ExchangeOwner): Exchange {
    if (this.#closed) throw new AppError('DRAINING', 'this instance has ended its connections');
    const head = requestHead(method, path, this.#to.host ?? '', headers, body === null ? null : body.length);
    const exchange = new Exchange(method, head, body, owner, this);
    if (!this.#queue.push(exchange) && !this.#sift().push(exchange)) {
      const why = `all ${this.#most} connections to ${this.#to.host} are in use, and ${this.#waitingMost} calls wait for one`;
      throw new AppError('OVERLOADED', why);
    }
    this.#waiting += 1;
    this.#lookSoon();
    return exchange;
  }

  /** Ends every connection and everything that waits, each with an error. Resolves when they are closed. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#hoped.length = 0;
    for (let one = this.#queue.shift(); one !== undefined; one = this.#queue.shift()) {
      if (one.phase === 'waiting') one.fail(wireDown());
    }
    this.#waiting = 0;
    const closing: Promise<void>[] = [];
    this.#connections.each((connection) => closing.push(connection.close(wireDown())));
    await Promise.all(closing);
  }

  // --- what waits

  /** An exchange has left the line: whoever hoped for it in its place has no claim. */
  left(): void {
    this.#waiting -= 1;
    this.#hopeLess();
  }

  /** Whose turn it is. */
  #next(): Exchange | null {
    for (;;) {
      const exchange = this.#queue.shift();
      if (exchange === undefined) return null;
      if (exchange.phase !== 'waiting') continue;
      this.#waiting -= 1;
      this.#hopeLess();
      return exchange;
    }
  }

  /**
   * A connection that nobody waits for any more is still made, but counted on no longer: the next exchange begins one of
   * its own, since that one may be stuck.
   */
  #hopeLess(): void {
    while (this.#hoped.length > this.#waiting) this.#hoped.shift();
  }

  /** The queue without those that are over. */
  #sift(): BoundedQueue<Exchange> {
    const queue = new BoundedQueue<Exchange>(this.#waitingMost);
    for (let one = this.#queue.shift(); one !== undefined; one = this.#queue.shift()) {
      if (one.phase === 'waiting') queue.push(one);
    }
    this.#queue = queue;
    return queue;
  }

  // --- a look, once a turn

  #lookSoon(): void {
    if (this.#looking || this.#closed) return;
    this.#looking = true;
    setImmediate(this.#look);
  }

  readonly #look = (): void => {
    this.#looking = false;
    if (this.#closed) return;
    const now = this.#clock.monotonic();
    while (this.#waiting > 0) {
      const connection = this.#takeIdle(now);
      if (connection === null) break;
      this.#give(connection);
    }
    // From the next turn on: a server may end a connection with an answer without having said so.
    if (this.#rested.length > 0) {
      for (const connection of this.#rested) if (!connection.gone) this.#idle.push(connection);
      this.#rested.length = 0;
    }
    if (this.#waiting === 0) return;
    if (this.#idle.length > 0) this.#lookSoon();
    while (this.#hoped.length + this.#idle.length < this.#waiting && this.#connections.size < this.#most) this.#open();
  };

  #takeIdle(now: number): UpstreamConnection | null {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return null;
      if (connection.fresh(now)) return connection;
      connection.destroy();
    }
  }

  #give(connection: UpstreamConnection): void {
    const exchange = this.#next();
    if (exchange === null) connection.idle();
    else connection.carry(exchange);
  }

  #open(): void {
    try {
      const connection = new UpstreamConnection(this, this.#connect, this.#to);
      this.#connections.add(connection);
      this.#hoped.push(connection);
    } catch (error) {
      this.#next()?.fail(error);
    }
    if (this.#timer !== null) return;
    this.#timer = setInterval(this.#sweep, BOUNDS.upstream_look_ms);
    this.#timer.unref();
  }

  readonly #sweep = (): void => {
    const now = this.#clock.monotonic();
    this.#connections.each((connection) => connection.look(now));
    const gone = this.#idle.findIndex((connection) => connection.gone);
    if (gone >= 0) this.#idle.splice(0, this.#idle.length, ...this.#idle.filter((connection) => !connection.gone));
    if (this.#connections.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  };

  // --- for its connections

  now(): number {
    return this.#clock.monotonic();
  }

  connected(connection: UpstreamConnection): void {
    this.#hopeNoMore(connection);
    this.#give(connection);
  }

  /** Whoever has no other connection to hope for hears of it. */
  unconnected(connection: UpstreamConnection, error: Error): void {
    const hoped = this.#hopeNoMore(connection);
    connection.destroy();
    if (hoped && this.#waiting > this.#hoped.length) this.#next()?.fail(error);
  }

  rested(connection: UpstreamConnection): void {
    this.#rested.push(connection);
    this.#lookSoon();
  }

  gone(connection: UpstreamConnection): void {
    this.#connections.delete(connection);
    if (this.#waiting > 0) this.#lookSoon();
  }

  #hopeNoMore(connection: UpstreamConnection): boolean {
    const at = this.#hoped.indexOf(connection);
    if (at >= 0) this.#hoped.splice(at, 1);
    return at >= 0;
  }
}
