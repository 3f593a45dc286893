// One attempt: the owner of a single exchange on the wire. It reports exactly once how it ended, whatever order the
// network and our own decisions come in; after that, late bytes are dropped and the connection is given back, or cut if
// its response does not end.
import { LIMITS } from '@weighbridge/kernel';
import type { Headers } from '../clouds/cloud.ts';
import type { Said } from '../clouds/upstream-error.ts';
import type { AttemptDraft, Held, Prepared } from '../pipeline/attempt.ts';
import { toMicros, type Call } from '../pipeline/call.ts';
import { traceHeaders } from '../pipeline/trace-context.ts';
import type { Target } from '../routing/compiled.ts';
import type { Exchange, ExchangeOwner } from '../wire/exchange.ts';
import { hearCapacity } from './capacity.ts';
import { fromTransport, inItsWords, ownFinding, unreadable, type LegFailure } from './leg-failure.ts';
import type { AnswerReader } from '@weighbridge/dialects';
import { NO_FACTS } from './meter.ts';
import { createRelay } from './relay.ts';
import type { Relay, RelayOwner } from './relay-contract.ts';

/** Whom a leg reports to. */
export interface LegOwner {
  /** A byte moved, or the connection was made: the deadline may move. */
  progress(leg: Leg, now: number): void;
  committed(leg: Leg): void;
  forward(leg: Leg, bytes: Buffer): void;
  finished(leg: Leg, terminal: Buffer): void;
  failed(leg: Leg, failure: LegFailure): void;
}

export type LegPhase = 'connect' | 'first_token' | 'between_tokens' | 'over';

export class Leg implements RelayOwner, ExchangeOwner {
  readonly call: Call;
  readonly target: Target;
  readonly prepared: Prepared;
  readonly draft: AttemptDraft;
  /** Where in the order of candidates it stands. */
  readonly position: number;
  /** What limits hold for it; null where none does, and once it is settled. */
  held: Held | null;
  /** Reads its answer, which is held back to be checked; null where it passes through. */
  reader: AnswerReader | null = null;
  /** When it has to be looked at again, monotonic. */
  deadline = Infinity;
  readonly #owner: LegOwner;
  readonly #sentMono: number;
  phase: LegPhase = 'connect';
  /** The request has reached a connection: from here on the cloud may have worked on it. */
  started = false;
  headers: Headers = NO_HEADERS;
  #exchange: Exchange | null = null;
  #status = 0;
  #relay: Relay | null = null;
  #errorBody: Buffer[] = [];
  #errorBytes = 0;
  #paused = false;

  /** `now`: monotonic, when it is about to be sent. */
  constructor(
    call: Call,
    target: Target,
    prepared: Prepared,
    draft: AttemptDraft,
    position: number,
    held: Held | null,
    owner: LegOwner,
    now: number,
  ) {
    this.call = call;
    this.target = target;
    this.prepared = prepared;
    this.draft = draft;
    this.position = position;
    this.held = held;
    this.#owner = owner;
    this.#sentMono = now;
  }

  get status(): number {
    return this.#status;
  }

  get relay(): Relay | null {
    return this.#relay;
  }

  /** Sends the request. Throws for one that cannot be put on the wire, or finds no room there. */
  send(authorization: Headers): void {
    const { request } = this.prepared;
    const headers: string[] = [];
    for (const name of Object.keys(request.headers)) headers.push(name, request.headers[name] ?? '');
    for (const name of Object.keys(authorization)) headers.push(name, authorization[name] ?? '');
    if (this.target.deployment.trace_context === 'send') this.#sendTrace(headers);
    const { path, method, body } = request;
    this.#exchange = this.call.lane.pools.wire(request.origin).send({ path, method, headers, body }, this);
  }

  /** Ends the attempt from our side; nothing is reported. */
  abort(): void {
    this.phase = 'over';
    this.#exchange?.abort();
  }

  pause(): void {
    this.#paused = true;
    this.#exchange?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#exchange?.resume();
  }

  get paused(): boolean {
    return this.#paused;
  }

  // --- the wire

  onRequestStart(): void {
    const now = this.call.lane.clock.monotonic();
    this.started = true;
    this.draft.connect_ms = toMicros(now - this.#sentMono);
    this.phase = 'first_token';
    this.#owner.progress(this, now);
  }

  onResponseStart(status: number, headers: Headers): void {
    if (this.phase === 'over') return;
    const now = this.call.lane.clock.monotonic();
    this.#status = status;
    this.draft.status = status;
    this.draft.ttfb_ms = toMicros(now - this.#sentMono);
    this.headers = headers;
    const bought = this.held?.capacity ?? null;
    if (bought !== null) hearCapacity(this, bought);
    if (status > 299) {
      this.phase = 'between_tokens';
      return;
    }
    const wrong = this.#wrongForm();
    if (wrong !== null)
      return this.#end(ownFinding('UPSTREAM_MALFORMED', `"${this.target.deployment.id}" ${wrong}`, 'deployment'));
    this.#relay = createRelay(this.call, this.target, this.prepared, this);
    if (this.#relay.began) this.phase = 'between_tokens';
  }

  onResponseData(chunk: Buffer): void {
    if (this.phase === 'over') return;
    const now = this.call.lane.clock.monotonic();
    if (this.call.firstByteMono < 0) this.call.firstByteMono = now;
    this.call.lastByteMono = now;
    if (this.#relay === null) return this.#keepError(chunk);
    try {
      this.#relay.chunk(chunk, now);
    } catch (error) {
      return this.#end(unreadable(this.target.deployment.id, error));
    }
    // Read again: the relay may have ended the leg.
    if (this.#isOver()) return;
    if (this.#relay.began) this.phase = 'between_tokens';
    this.#owner.progress(this, now);
  }

  onResponseEnd(): void {
    if (this.phase === 'over') return;
    if (this.#relay === null) return this.#answeredError();
    const now = this.call.lane.clock.monotonic();
    try {
      this.#relay.end(now);
    } catch (error) {
      this.#end(unreadable(this.target.deployment.id, error));
    }
  }

  onResponseError(error: Error): void {
    if (this.phase === 'over') return;
    if (this.#status > 299) return this.#answeredError();
    this.#end(fromTransport(this.target.deployment.id, error, this.#status > 0));
  }

  // --- relay

  commit(): void {
    this.#owner.committed(this);
  }

  forward(bytes: Buffer): void {
    this.#owner.forward(this, bytes);
  }

  finished(terminal: Buffer): void {
    this.phase = 'over';
    // A stream may go on after its terminal event: whatever comes is dropped, and not waited for without end.
    this.#exchange?.letGo();
    this.#owner.finished(this, terminal);
  }

  failed(failure: LegFailure): void {
    this.#end(failure);
  }

  said(body: string, status = 0): Said {
    const { cloud, deployment, dialect } = this.target;
    const { requestId } = cloud.evidence(deployment, this.headers, NO_FACTS);
    const headers = status === 0 ? NO_HEADERS : this.headers;
    return { deployment: deployment.id, dialect, status, headers, body, requestId };
  }

  noted(edit: string): void {
    this.draft.edits.push(edit);
  }

  // ---

  #sendTrace(headers: string[]): void {
    const { id, attempts, trace } = this.call;
    headers.push(...traceHeaders(id, attempts.indexOf(this.draft), trace));
  }

  #isOver(): boolean {
    return this.phase === 'over';
  }

  #end(failure: LegFailure): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    this.#exchange?.abort();
    this.#owner.failed(this, failure);
  }

  #keepError(chunk: Buffer): void {
    if (this.#errorBytes >= LIMITS.error_body_bytes) return this.#answeredError();
    this.#errorBody.push(chunk);
    this.#errorBytes += chunk.length;
    return undefined;
  }

  #answeredError(): void {
    const body = Buffer.concat(this.#errorBody).toString(
      'utf8',
      0,
      Math.min(this.#errorBytes, LIMITS.error_body_bytes),
    );
    this.#end(inItsWords(this.target, this.said(body, this.#status)));
  }

  /** What is wrong with the form of a good answer; null when it is what was asked for. */
  #wrongForm(): string | null {
    const encoding = this.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      return `answered in content-encoding "${encoding.slice(0, 40)}", which was not asked for`;
    if (!this.prepared.context.facts.stream) return null;
    const type = this.headers['content-type'] ?? '';
    const wanted = this.target.cloud.framing === 'sse' ? 'text/event-stream' : 'application/vnd.amazon.eventstream';
    return type.startsWith(wanted) ? null : `answered a request for a stream with content-type "${type.slice(0, 80)}"`;
  }
}

const NO_HEADERS: Headers = Object.freeze({});
