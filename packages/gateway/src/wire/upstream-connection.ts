// One connection to an origin: it carries one exchange at a time, and is kept only when the answer was complete, the
// request all written, and not a byte more has come; anything else ends it, so that nothing of one answer can reach the
// next. While its owner pauses, what was already read (at most one read of the socket) waits here.
import type { Socket } from 'node:net';
import { toAppError } from '@weighbridge/kernel';
import type { buildConnector } from 'undici';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Slotted } from '../pipeline/slot-list.ts';
import type { Exchange } from './exchange.ts';
import { headersOf, keepAliveOf } from './header-fields.ts';
import { HttpParser, type AnswerReader } from './http-parser.ts';
import { wireClosed, wireUpgrade } from './wire-error.ts';

/** Whose connection it is. */
interface ConnectionOwner {
  now(): number;
  connected(connection: UpstreamConnection): void;
  unconnected(connection: UpstreamConnection, error: Error): void;
  /** It can carry another exchange from the next turn on. */
  rested(connection: UpstreamConnection): void;
  /** It carries nothing any more. */
  gone(connection: UpstreamConnection): void;
}

export class UpstreamConnection implements AnswerReader, Slotted {
  slot = -1;
  gone = false;
  readonly #wire: ConnectionOwner;
  #socket: Socket | null = null;
  #parser: HttpParser | null = null;
  #exchange: Exchange | null = null;
  /** When it is ended for idleness, or because the rest of an answer has taken too long; Infinity at any other time. */
  #until = Infinity;
  /** Of the answer under way. */
  #answered = false;
  #complete = false;
  #keepAlive = false;
  #keepMs: number = BOUNDS.upstream_keep_alive_ms;
  /** A message without an answer of its own: of 1xx. */
  #interim = false;
  /** Bytes came that belong to no answer. */
  #stray = false;
  #reading = false;
  #held: Buffer[] = [];
  /** The last hint, and what was read in it: a server says the same each time. */
  #hint = '';
  #hintMs: number | null = null;

  /** Begins to connect. Throws what the connector throws. */
  constructor(wire: ConnectionOwner, connect: buildConnector.connector, to: buildConnector.Options) {
    this.#wire = wire;
    connect(to, (error, socket) => {
      if (error !== null) return wire.unconnected(this, error);
      if (this.gone) return void socket.destroy();
      this.#begin(socket);
    });
  }

  #begin(socket: Socket): void {
    this.#socket = socket;
    this.#parser = new HttpParser(this, BOUNDS.upstream_header_bytes);
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('end', () => this.#ended());
    socket.on('error', (error) => this.#broken(error));
    socket.on('close', () => this.#ended());
    this.#wire.connected(this);
  }

  // --- for its wire

  carry(exchange: Exchange): void {
    const until = this.#until;
    this.#exchange = exchange;
    this.#until = Infinity;
    this.#answered = false;
    this.#complete = false;
    this.#socket?.ref();
    if (!exchange.start(this)) {
      // Nothing was sent of what was over before it began.
      this.#exchange = null;
      this.#until = until;
      return this.#rest();
    }
    this.#send(exchange);
  }

  /** Nothing to carry as yet. */
  idle(): void {
    this.#rest();
  }

  /** Whether an idle connection can be used. */
  fresh(now: number): boolean {
    return !this.gone && now < this.#until;
  }

  /** Ends it when its time is over. */
  look(now: number): void {
    if (now < this.#until) return;
    this.#exchange?.abort();
    this.destroy();
  }

  /** Resolves when it is closed. What it carries is told why. */
  close(error: Error): Promise<void> {
    const socket = this.#socket;
    const closed = new Promise<void>((resolve) => {
      if (socket === null || socket.closed) return resolve();
      socket.once('close', () => resolve());
    });
    this.#broken(error);
    return closed;
  }

  destroy(): void {
    if (this.gone) return;
    this.gone = true;
    this.#socket?.destroy();
    this.#parser?.close();
    this.#wire.gone(this);
  }

  // --- for the exchange

  cut(): void {
    this.#exchange = null;
    this.#held = NOTHING;
    this.destroy();
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#handOver(false);
    if (this.#exchange?.paused === true) return;
    this.#socket?.resume();
    if (!this.#reading) this.#settle();
  }

  linger(): void {
    this.#until = this.#wire.now() + BOUNDS.linger_ms;
  }

  // --- sending

  #send(exchange: Exchange): void {
    const { head, body } = exchange;
    const socket = this.#socket;
    exchange.head = '';
    exchange.body = null;
    if (socket === null) return;
    if (body === null || body.length === 0) {
      socket.write(head, 'latin1');
    } else if (head.length + body.length <= BOUNDS.one_write_bytes) {
      const all = Buffer.allocUnsafe(head.length + body.length);
      all.write(head, 0, 'latin1');
      body.copy(all, head.length);
      socket.write(all);
    } else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
  }

  // --- reading

  #read(bytes: Buffer): void {
    if (this.gone || this.#parser === null) return;
    // Nobody asked for anything.
    if (this.#exchange === null) return this.destroy();
    let parsed: ReturnType<HttpParser['execute']>;
    this.#reading = true;
    try {
      parsed = this.#parser.execute(bytes);
    } catch (error) {
      parsed = Object.assign(toAppError(error), { reason: '', bytesParsed: 0 });
    }
    this.#reading = false;
    if (typeof parsed !== 'number') return this.#broken(parsed);
    this.#settle();
  }

  began(): void {
    if (this.#complete || this.#exchange === null) this.#stray = true;
  }

  answerHead(status: number, pairs: string[], upgrade: boolean, keepAlive: boolean): boolean {
    const exchange = this.#exchange;
    if (exchange === null || this.#stray) return false;
    if (upgrade) {
      this.#broken(wireUpgrade());
      return false;
    }
    this.#interim = status < 200;
    if (this.#interim) return false;
    const headers = headersOf(pairs);
    this.#answered = true;
    this.#keepAlive = keepAlive && this.#mayKeep(status, headers['keep-alive'], headers);
    exchange.answer(status, headers);
    return exchange.method !== 'HEAD';
  }

  #mayKeep(status: number, hint: string | undefined, headers: Readonly<Record<string, string>>): boolean {
    this.#keepMs = BOUNDS.upstream_keep_alive_ms;
    // Such an answer has no body; one that speaks of a body may bring it all the same.
    if (status === 204 || status === 304) {
      if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) return false;
    }
    if (hint === undefined) return true;
    if (hint !== this.#hint) {
      this.#hint = hint;
      this.#hintMs = keepAliveOf(hint);
    }
    if (this.#hintMs !== null)
      this.#keepMs = Math.min(this.#hintMs - BOUNDS.upstream_hint_margin_ms, BOUNDS.upstream_hint_ms);
    return this.#keepMs > 0;
  }

  body(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (exchange === null || this.#stray) return;
    if (!exchange.paused && this.#held.length === 0) exchange.data(bytes);
    else if (this.#held === NOTHING) this.#held = [bytes];
    else this.#held.push(bytes);
  }

  complete(): void {
    if (this.#interim) this.#interim = false;
    else if (!this.#stray) this.#complete = true;
  }

  /** After a read: the answer may be all there, the exchange over by itself, or more have come than was asked for. */
  #settle(): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    if (exchange.phase === 'over') return this.cut();
    if (this.#stray) this.#keepAlive = false;
    if (!this.#complete || exchange.paused || this.#held.length > 0) return;
    this.#exchange = null;
    if (!exchange.end() || !this.#keepAlive || this.#socket?.writableLength !== 0) return this.destroy();
    this.#until = this.#wire.now() + this.#keepMs;
    this.#rest();
  }

  #rest(): void {
    if (this.gone) return;
    if (this.#until === Infinity) this.#until = this.#wire.now() + BOUNDS.upstream_keep_alive_ms;
    this.#socket?.unref();
    this.#wire.rested(this);
  }

  /** Hands over what was held. `all`: whether or not the owner pauses. */
  #handOver(all: boolean): void {
    while (this.#held.length > 0) {
      const exchange = this.#exchange;
      if (exchange === null || (exchange.paused && !all)) return;
      const bytes = this.#held.shift();
      if (bytes !== undefined) exchange.data(bytes);
    }
  }

  /** The other side sends no more. That is the end of an answer which has no other. */
  #ended(): void {
    if (this.gone) return;
    if (this.#exchange === null) return this.destroy();
    const open = this.#answered && !this.#keepAlive && !this.#complete;
    const failure = open && this.#parser !== null ? this.#parser.finish() : null;
    this.#broken(failure ?? wireClosed());
  }

  /** The connection is of no more use. An answer that is all here is still handed over; any other ends with this error. */
  #broken(error: Error): void {
    const exchange = this.#exchange;
    this.#keepAlive = false;
    if (exchange !== null && !this.#complete) {
      // What has come is handed over before its end is told.
      this.#handOver(true);
      this.#exchange = null;
      exchange.fail(error);
    } else this.#settle();
    this.destroy();
  }
}

const NOTHING: Buffer[] = [];
