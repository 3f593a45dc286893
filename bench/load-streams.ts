// Many streams at once: each connection plays streams one after the other. Every delta carries its number and the time
// the upstream wrote it, so transit is measured on one clock, and what is lost or doubled is counted, not guessed.
import type { Socket } from 'node:net';
import { isOk, openAll, requestBytes, wait, type Target } from './load-socket.ts';
import { Samples, type Spread } from './samples.ts';
import { MessageScanner, monotonicMicros } from './wire.ts';

export interface StreamJob extends Target {
  readonly kind: 'streams';
  /** Streams per connection, one after the other. */
  readonly each: number;
  readonly deltas: number;
  readonly gapMs: number;
}

export interface StreamResult {
  readonly kind: 'streams';
  readonly streams: number;
  readonly completed: number;
  readonly frames: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Upstream's write to our read, per delta, while all streams run. */
  readonly transit: Spread;
  /** How far the distance between two deltas is from the schedule's, per pair. */
  readonly jitter: Spread;
  /** Request to first delta, less the schedule's own wait. */
  readonly firstToken: Spread;
  readonly failed: number;
  readonly sample: string | null;
}

/** So many times its own length a stream gets; what is not over by then is closed and counts as lost. */
const PATIENCE = 10;
const SAMPLE_CHARS = 1000;
/** Longest stamp or terminal that may be split between two reads. */
const CARRY = 64;
const STAMP = /@(\d+):(\d+)@/g;
const US = 1000;

interface Tally {
  readonly transit: Samples;
  readonly jitter: Samples;
  readonly firstToken: Samples;
  completed: number;
  frames: number;
  lost: number;
  duplicated: number;
  failed: number;
  sample: string | null;
  /** All streams are running: only then do delays count. */
  full: boolean;
}

/** One connection's streams in turn. */
class Player {
  readonly #socket: Socket;
  readonly #job: StreamJob;
  readonly #bytes: Buffer;
  readonly #tally: Tally;
  readonly #done: () => void;
  #played = 0;
  #head = '';
  #tail = '';
  #expected = 0;
  #lastAt = 0;
  #sentAt = 0;
  #terminal = false;

  constructor(socket: Socket, job: StreamJob, bytes: Buffer, tally: Tally, done: () => void) {
    this.#socket = socket;
    this.#job = job;
    this.#bytes = bytes;
    this.#tally = tally;
    this.#done = done;
    const scanner = new MessageScanner({
      head: (head) => (this.#head = head),
      body: (chunk) => this.#body(chunk),
      end: () => this.#finish(),
    });
    socket.on('data', (chunk) => scanner.push(chunk as Buffer));
    socket.on('error', (error) => (tally.sample ??= String(error)));
    socket.on('close', () => this.#closed());
    this.#send();
  }

  #send(): void {
    this.#expected = 0;
    this.#terminal = false;
    this.#tail = '';
    this.#sentAt = monotonicMicros();
    this.#socket.write(this.#bytes);
  }

  #body(chunk: Buffer): void {
    const now = monotonicMicros();
    const text = this.#tail + chunk.toString('latin1');
    let end = 0;
    for (const match of text.matchAll(STAMP)) {
      this.#delta(Number(match[1]), Number(match[2]), now);
      end = match.index + match[0].length;
    }
    if (text.includes('[DONE]', end) || text.includes('"message_stop"', end)) this.#terminal = true;
    this.#tail = text.slice(Math.max(end, text.length - CARRY));
  }

  #delta(index: number, stamp: number, now: number): void {
    const tally = this.#tally;
    tally.frames += 1;
    if (index < this.#expected) tally.duplicated += 1;
    else tally.lost += index - this.#expected;
    if (tally.full) {
      tally.transit.add(now - stamp);
      if (index === 0) tally.firstToken.add(now - this.#sentAt - this.#job.gapMs * US);
      else tally.jitter.add(Math.abs(now - this.#lastAt - this.#job.gapMs * US));
    }
    this.#lastAt = now;
    this.#expected = Math.max(this.#expected, index + 1);
  }

  #finish(): void {
    const tally = this.#tally;
    tally.lost += this.#job.deltas - this.#expected;
    if (isOk(this.#head) && this.#terminal && this.#expected === this.#job.deltas) tally.completed += 1;
    else {
      tally.failed += 1;
      tally.sample ??= `${this.#head}\n${this.#tail}`.slice(0, SAMPLE_CHARS);
    }
    this.#played += 1;
    if (this.#played < this.#job.each) this.#send();
    else this.#socket.destroy();
  }

  #closed(): void {
    const missing = this.#job.each - this.#played;
    if (missing > 0) {
      this.#tally.failed += missing;
      this.#tally.lost += missing * this.#job.deltas - this.#expected;
      this.#tally.sample ??= 'the connection was closed';
    }
    this.#done();
  }
}

export const runStreams = async (job: StreamJob): Promise<StreamResult> => {
  const bytes = requestBytes(job);
  const tally: Tally = {
    transit: new Samples(),
    jitter: new Samples(),
    firstToken: new Samples(),
    completed: 0,
    frames: 0,
    lost: 0,
    duplicated: 0,
    failed: 0,
    sample: null,
    full: false,
  };
  const sockets = await openAll(job);
  // Starts are spread over one stream's length, so that phases differ as they do between real callers.
  const spreadMs = job.deltas * job.gapMs;
  const started = performance.now();
  const players: Promise<void>[] = [];
  for (const [index, socket] of sockets.entries()) {
    const dueMs = (index / job.connections) * spreadMs - (performance.now() - started);
    if (dueMs > 0) await wait(dueMs);
    players.push(new Promise((resolve) => new Player(socket, job, bytes, tally, resolve)));
  }
  const patience = setTimeout(() => void sockets.map((socket) => socket.destroy()), PATIENCE * spreadMs * job.each);
  tally.full = true;
  await players[0];
  tally.full = false;
  await Promise.all(players);
  clearTimeout(patience);
  const { transit, jitter, firstToken, full: _full, ...counts } = tally;
  return {
    kind: 'streams',
    streams: job.connections * job.each,
    ...counts,
    transit: transit.spread(1 / US),
    jitter: jitter.spread(1 / US),
    firstToken: firstToken.spread(1 / US),
  };
};
