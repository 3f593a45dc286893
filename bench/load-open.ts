// Open loop: requests come at a fixed rate, whether or not the ones before were answered, as they do from many callers who
// know nothing of one another. Time counts from the instant a request was due, not from when a connection was free for it,
// so that a subject which stalls pays for everybody who waited (no coordinated omission).
import type { Socket } from 'node:net';
import { isOk, openAll, requestBytes, type Target } from './load-socket.ts';
import { Samples, type Spread } from './samples.ts';
import { MessageScanner } from './wire.ts';

export interface OpenJob extends Target {
  readonly kind: 'open';
  /** Every second request is this one, where there is one. */
  readonly second: string | null;
  /** Requests per second. */
  readonly rate: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

export interface OpenResult {
  readonly kind: 'open';
  /** Answers within the measured time and the moment after it, per second of measured time. */
  readonly perSecond: number;
  /** Of the requests that were due in the measured time: how many were answered. */
  readonly answered: number;
  /** All that were answered, those of the warm-up too. */
  readonly ended: number;
  /** Due to what a caller waits for first: the body of a whole answer, the first delta of a stream. */
  readonly first: Spread;
  readonly failed: number;
  readonly sample: string | null;
  /** Requests that were due and for which no connection was free when the run ended. */
  readonly unsent: number;
}

/** So long the answers of the measured time are waited for. */
const AFTER_MS = 3_000;
const SAMPLE_CHARS = 1000;
/** Model and flags stand this early in a body. */
const HEAD_CHARS = 4096;
/** How the first delta begins (`bodies.ts`). A frame before it, as vendors send it, holds nothing that anybody waits for. */
const FIRST_DELTA = '@0:';

interface Caller {
  readonly socket: Socket;
  due: number;
  first: boolean;
  head: string;
  /** Of a stream what came before its first delta; null for a whole answer. */
  before: string | null;
}

class OpenLoop {
  readonly #job: OpenJob;
  readonly #bytes: readonly Buffer[];
  /** Beside them: which ask for a stream. */
  readonly #streams: readonly boolean[];
  readonly #idle: Caller[] = [];
  readonly #waiting: number[] = [];
  readonly #first = new Samples();
  #from = 0;
  #measureFrom = 0;
  #measureTo = 0;
  #made = 0;
  #answered = 0;
  #ended = 0;
  #due = 0;
  #failed = 0;
  #open = 0;
  #sample: string | null = null;
  #over = false;

  constructor(job: OpenJob) {
    this.#job = job;
    const bodies = job.second === null ? [job.body] : [job.body, job.second];
    this.#bytes = bodies.map((body) => requestBytes({ ...job, body }));
    this.#streams = bodies.map((body) => /"stream" *: *true/.test(body.slice(0, HEAD_CHARS)));
  }

  async run(): Promise<OpenResult> {
    const { warmupMs, measureMs } = this.#job;
    const sockets = await openAll(this.#job);
    for (const socket of sockets) this.#adopt(socket);
    this.#from = performance.now();
    this.#measureFrom = this.#from + warmupMs;
    this.#measureTo = this.#measureFrom + measureMs;
    await new Promise<void>((resolve) => {
      const tick = (): void => {
        const now = performance.now();
        this.#release(Math.min(now, this.#measureTo));
        const settled = now >= this.#measureTo && this.#open === 0 && this.#waiting.length === 0;
        if (settled || now >= this.#measureTo + AFTER_MS) resolve();
        else setTimeout(tick, 1);
      };
      tick();
    });
    this.#over = true;
    for (const socket of sockets) socket.destroy();
    return {
      kind: 'open',
      perSecond: (this.#answered * 1000) / measureMs,
      answered: this.#due === 0 ? 0 : this.#answered / this.#due,
      ended: this.#ended,
      first: this.#first.spread(),
      failed: this.#failed,
      sample: this.#sample,
      unsent: this.#waiting.length + this.#open,
    };
  }

  /** Sends whatever is due by now, oldest first. */
  #release(now: number): void {
    const due = Math.floor(((now - this.#from) * this.#job.rate) / 1000);
    for (; this.#made < due; this.#made += 1) {
      const at = this.#from + (this.#made * 1000) / this.#job.rate;
      if (this.#counts(at)) this.#due += 1;
      this.#waiting.push(at);
    }
    let taken = 0;
    while (taken < this.#waiting.length) {
      const caller = this.#idle.pop();
      if (caller === undefined) break;
      this.#send(caller, this.#waiting[taken] ?? 0);
      taken += 1;
    }
    if (taken > 0) this.#waiting.splice(0, taken);
  }

  #send(caller: Caller, due: number): void {
    caller.due = due;
    caller.first = false;
    this.#open += 1;
    const at = Math.round(((due - this.#from) * this.#job.rate) / 1000);
    const which = at % this.#bytes.length;
    caller.before = this.#streams[which] === true ? '' : null;
    caller.socket.write(this.#bytes[which] ?? '');
  }

  #counts(due: number): boolean {
    return due >= this.#measureFrom && due < this.#measureTo;
  }

  #adopt(socket: Socket): void {
    const caller: Caller = { socket, due: 0, first: false, head: '', before: null };
    const scanner = new MessageScanner({
      head: (head) => (caller.head = head),
      body: (chunk) => {
        if (!isOk(caller.head)) this.#sample ??= `${caller.head}\n${chunk.toString()}`.slice(0, SAMPLE_CHARS);
        if (caller.first || !hasBegun(caller, chunk)) return;
        caller.first = true;
        if (isOk(caller.head) && this.#counts(caller.due)) this.#first.add(performance.now() - caller.due);
      },
      end: () => {
        this.#open -= 1;
        if (isOk(caller.head)) this.#ended += 1;
        else this.#failed += 1;
        if (isOk(caller.head) && this.#counts(caller.due)) this.#answered += 1;
        this.#idle.push(caller);
      },
    });
    socket.on('data', (chunk) => scanner.push(chunk as Buffer));
    socket.on('error', (error) => (this.#sample ??= String(error)));
    socket.on('close', () => {
      if (!this.#over) this.#failed += 1;
    });
    this.#idle.push(caller);
  }
}

/** Whether what a caller waits for is there with this piece. */
function hasBegun(caller: Caller, chunk: Buffer): boolean {
  if (caller.before === null || !isOk(caller.head)) return true;
  caller.before += chunk.toString('latin1');
  return caller.before.includes(FIRST_DELTA);
}

export const runOpen = (job: OpenJob): Promise<OpenResult> => new OpenLoop(job).run();
