// A sealed call as a line of the log: its receipt and what came of it. Codes, ids and names of the configuration only: what
// was asked and answered is not in the log of entries, and what a seller said of an error is left where it is. They cross to
// the thread that writes them in batches, the next once the last was taken: one that is busy costs lines, and no memory.
import { BoundedQueue } from '@weighbridge/kernel';
import type { LoggingConfig } from '@weighbridge/protocol';
import type { SaidMessage, Say } from '../logging/events.ts';
import type { SeenCall } from './seen-call.ts';
import { spanIdOf } from '@weighbridge/gateway';

/** Null: this one is not told. */
export function callLine(seen: SeenCall, calls: LoggingConfig['calls']): SaidMessage['said'] | null {
  const { id, call, route, trace } = seen;
  const { outcome, served, status, error, timing, attempts } = call;
  const well = outcome === 'completed';
  if (calls === 'off' || (well && calls === 'failed')) return null;
  const last = attempts.at(-1);
  const where = served?.deployment ?? last?.deployment;
  const ms = Math.max(0, Math.round(timing.ended - timing.started));
  const why = error === undefined ? '' : ` (${error.code})`;
  return {
    message: `call ${id} ${outcome}${why}: route ${route || 'none'}${where === undefined ? '' : ` at ${where}`}, ${ms} ms`,
    event: well ? 'call.completed' : 'call.failed',
    facts: {
      trace_id: trace ?? undefined,
      span_id: trace === null ? undefined : spanIdOf(id),
      receipt: id,
      outcome,
      route: route || undefined,
      deployment: where,
      attempts: attempts.length,
      vendor_request_id: last?.vendor_request_id,
      duration_ms: ms,
      simulated: call.simulated,
      'http.response.status_code': status,
      'error.type': error?.code,
    },
  };
}

const WAITING_MOST = 4_096;
const BATCH = 256;

export interface CallLines {
  readonly lines: readonly SaidMessage['said'][];
  /** Lines that found no room since the last batch. */
  readonly dropped: number;
}

/** The sending end. */
export class CallTeller {
  readonly #send: (batch: CallLines) => void;
  readonly #waiting = new BoundedQueue<SaidMessage['said']>(WAITING_MOST);
  #dropped = 0;
  #awaited = false;

  constructor(send: (batch: CallLines) => void) {
    this.#send = send;
  }

  take(line: SaidMessage['said']): void {
    if (!this.#waiting.push(line)) this.#dropped += 1;
    this.#next();
  }

  /** The last batch was written. */
  taken(): void {
    this.#awaited = false;
    this.#next();
  }

  #next(): void {
    if (this.#awaited || this.#waiting.length === 0) return;
    const lines: SaidMessage['said'][] = [];
    while (lines.length < BATCH) {
      const line = this.#waiting.shift();
      if (line === undefined) break;
      lines.push(line);
    }
    this.#awaited = true;
    this.#send({ lines, dropped: this.#dropped });
    this.#dropped = 0;
  }
}

/** The end that has the log. */
export function writeCallLines({ lines, dropped }: CallLines, say: Say): void {
  for (const { message, event, facts } of lines) say(message, event, facts);
  if (dropped > 0)
    say(`${dropped} lines about calls were dropped: the log did not keep up`, 'log.dropped', { dropped });
}
