// One request and its answer, as whoever asked holds it. It waits for a connection, is carried by one, and is over: then
// its owner hears nothing more. What an owner throws ends the exchange and its connection, never the process.
import { toAppError } from '@weighbridge/kernel';
import type { Headers } from '../clouds/cloud.ts';

/** Hears of an exchange, in this order; at the end one of `onResponseEnd` and `onResponseError`, unless it has ended it itself. */
export interface ExchangeOwner {
  /** A connection takes the request: nothing of it has been sent yet. */
  onRequestStart(): void;
  onResponseStart(status: number, headers: Headers): void;
  onResponseData(bytes: Buffer): void;
  onResponseEnd(): void;
  onResponseError(error: Error): void;
}

/** What carries an exchange. */
interface Carrier {
  /** The exchange is over before its answer is. */
  cut(): void;
  pause(): void;
  resume(): void;
  /** Nobody reads the rest: it has a while to end by itself. */
  linger(): void;
}

/** Where an exchange waits. */
interface Queue {
  left(): void;
}

export class Exchange {
  readonly method: string;
  /** Gone once they are sent. */
  head: string;
  body: Buffer | null;
  phase: 'waiting' | 'carried' | 'over' = 'waiting';
  paused = false;
  #owner: ExchangeOwner;
  readonly #queue: Queue;
  #carrier: Carrier | null = null;

  constructor(method: string, head: string, body: Buffer | null, owner: ExchangeOwner, queue: Queue) {
    this.method = method;
    this.head = head;
    this.body = body;
    this.#owner = owner;
    this.#queue = queue;
  }

  // --- for whoever asked

  /** Ends it, whatever it is at: nothing more is reported. What still waits is not sent. */
  abort(): void {
    const { phase } = this;
    const carrier = this.#carrier;
    this.#close();
    if (phase === 'waiting') this.#queue.left();
    else carrier?.cut();
  }

  /** Nothing is read, and nothing handed over, until `resume`. */
  pause(): void {
    if (this.phase === 'over' || this.paused) return;
    this.paused = true;
    this.#carrier?.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.#carrier?.resume();
  }

  /** Nobody wants the rest of the answer: it is read and dropped, so that the connection can be kept. */
  letGo(): void {
    if (this.phase === 'over') return;
    this.#owner = NOBODY;
    this.#carrier?.linger();
    this.resume();
  }

  // --- for what carries it: the first three say whether the exchange goes on

  start(carrier: Carrier): boolean {
    this.phase = 'carried';
    try {
      this.#owner.onRequestStart();
    } catch (error) {
      this.fail(error);
    }
    // Nothing has been sent: whoever ends it by now leaves the connection as it is.
    if (!this.#goesOn()) return false;
    this.#carrier = carrier;
    if (this.paused) carrier.pause();
    return true;
  }

  answer(status: number, headers: Headers): boolean {
    try {
      this.#owner.onResponseStart(status, headers);
    } catch (error) {
      this.fail(error);
    }
    return this.#goesOn();
  }

  data(bytes: Buffer): boolean {
    try {
      this.#owner.onResponseData(bytes);
    } catch (error) {
      this.fail(error);
    }
    return this.#goesOn();
  }

  /** Whether its owner took it as it is. */
  end(): boolean {
    const owner = this.#owner;
    this.#close();
    try {
      owner.onResponseEnd();
      return true;
    } catch (error) {
      report(owner, error);
      return false;
    }
  }

  fail(error: unknown): void {
    if (this.phase === 'over') return;
    const owner = this.#owner;
    this.#close();
    report(owner, error);
  }

  #goesOn(): boolean {
    return this.phase !== 'over';
  }

  #close(): void {
    this.phase = 'over';
    this.head = '';
    this.body = null;
    this.#owner = NOBODY;
    this.#carrier = null;
  }
}

function report(owner: ExchangeOwner, error: unknown): void {
  try {
    owner.onResponseError(error instanceof Error ? error : toAppError(error));
  } catch (thrown) {
    // Its call ends by its own deadline; that something is wrong with us is said where it is seen.
    process.emitWarning(toAppError(thrown));
  }
}

const NOBODY: ExchangeOwner = {
  onRequestStart: () => undefined,
  onResponseStart: () => undefined,
  onResponseData: () => undefined,
  onResponseEnd: () => undefined,
  onResponseError: () => undefined,
};
