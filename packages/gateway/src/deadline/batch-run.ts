// One batch, from the first call that waits for it to the last result. It is a small machine on the lane's watch: gather,
// hand in, look, and read. Whatever goes wrong, every call in it hears exactly once what became of it: an answer, or
// that it has to go by itself, and whether the seller may bill it all the same.
import { spliceJson } from '@weighbridge/dialects';
import { isAppError } from '@weighbridge/kernel';
import { durationMs, type BatchWhy } from '@weighbridge/protocol';
import { BatchRefused, type BatchApi, type BatchHttp, type BatchResult } from '../clouds/batches.ts';
import type { Headers } from '../clouds/cloud.ts';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Watch, Watched } from '../pipeline/watch.ts';
import type { Target } from '../routing/compiled.ts';
import { batchHttp, type Wired } from './batch-wire.ts';

/** What of a lane a batch needs. */
export interface BatchLane extends Wired {
  readonly watch: Watch;
}

/** A call that waits. */
export interface Waiting {
  readonly id: string;
  /** As it would go to the seller by itself. */
  readonly body: Buffer;
  /** When it goes by itself, UTC milliseconds. */
  readonly leaveAt: number;
  /** Nobody waits for its answer any more. */
  readonly gone: boolean;
  /** Its content is about to be handed in; resolves when that is written down. */
  sending(): Promise<void>;
  /** `sentAt`: UTC milliseconds. */
  submitted(batch: string, sentAt: number): void;
  answered(body: Buffer, requestId: string | null): void;
  /** It goes by itself. `lost`: the seller may bill it all the same; of every other it bills nothing. */
  ended(why: BatchWhy): void;
}

type Phase = 'gathering' | 'sending' | 'running' | 'cancelling' | 'over';

export interface RunOwner {
  /** Waits on, in another batch. */
  again(waiting: Waiting): void;
  left(run: BatchRun, waiting: Waiting): void;
  over(run: BatchRun): void;
}

export class BatchRun implements Watched {
  readonly target: Target;
  readonly #lane: BatchLane;
  readonly #headers: Headers;
  readonly #api: BatchApi;
  readonly #http: BatchHttp;
  readonly #owner: RunOwner;
  readonly #members = new Map<string, Waiting>();
  readonly #lookMs: number;
  readonly #marginMs: number;
  #phase: Phase = 'gathering';
  #bytes = 0;
  id = '';
  /** When it was handed in, UTC milliseconds; 0 before. */
  sentAt = 0;
  /** Until when a batch that was cancelled is waited for, UTC milliseconds. */
  #patienceAt = Infinity;
  /** It was cancelled by us, for a call whose time had come or whose caller left. */
  #ours = false;
  deadline: number;
  slot = -1;
  /** What it is doing with the seller now. */
  #step: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(lane: BatchLane, target: Target, api: BatchApi, headers: Headers, owner: RunOwner) {
    const { gather = '30s', look = '60s', margin = '10m' } = target.deployment.batch ?? {};
    this.#lane = lane;
    this.target = target;
    this.#api = api;
    this.#headers = headers;
    this.#http = batchHttp(lane, target);
    this.#owner = owner;
    this.#lookMs = durationMs(look);
    this.#marginMs = durationMs(margin);
    this.deadline = lane.clock.monotonic() + durationMs(gather);
  }

  get calls(): number {
    return this.#members.size;
  }

  get phase(): Phase {
    return this.#phase;
  }

  takes(bytes: number): boolean {
    const fits = this.#members.size < BOUNDS.batch_calls && this.#bytes + bytes <= BOUNDS.batch_bytes;
    return this.#phase === 'gathering' && (fits || this.#members.size === 0);
  }

  add(waiting: Waiting): void {
    this.#members.set(waiting.id, waiting);
    this.#bytes += waiting.body.length;
  }

  /** Was handed in before this start. */
  resume(id: string, sentAt: number): void {
    this.id = id;
    this.sentAt = sentAt;
    this.#phase = 'running';
    this.deadline = 0;
  }

  /** Its caller has left. What was not handed in goes out at once; a batch that nobody waits for is cancelled. */
  leave(waiting: Waiting): void {
    if (!this.#members.has(waiting.id)) return;
    if (this.#phase === 'gathering') return this.#end(waiting, 'cancelled');
    const wanted = [...this.#members.values()].some(({ gone }) => !gone);
    if (!wanted && this.#phase === 'running') this.deadline = 0;
  }

  overdue(): void {
    this.deadline = Infinity;
    if (this.#stopped) return;
    const step = this.#phase === 'gathering' ? this.#send() : this.#look();
    this.#step = step.catch((error: unknown) => this.#stumbled(error));
  }

  /** Begins nothing more; resolves when what it has begun with the seller is done. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#lane.watch.delete(this);
    return this.#step;
  }

  // --- handing in

  async #send(): Promise<void> {
    if (this.#members.size === 0) return this.#finish();
    this.#phase = 'sending';
    const members = [...this.#members.values()];
    const ready = await Promise.all(members.map((one) => this.#isReady(one)));
    const going = members.filter((one, at) => ready[at] === true && this.#members.has(one.id));
    if (going.length === 0) return this.#finish();
    const items = going.map(({ id, body }) => ({
      id,
      body: spliceJson(body, { set: {}, remove: this.#api.without }),
    }));
    try {
      this.id = await this.#api.submit(this.#http, this.target.deployment, {
        dialect: this.target.dialect,
        headers: this.#headers,
        items,
      });
    } catch (error) {
      return this.#notTaken(error);
    }
    this.sentAt = this.#lane.clock.wall();
    this.#phase = 'running';
    for (const one of going) one.submitted(this.id, this.sentAt);
    this.#lookAgain(this.#lookMs);
  }

  /** A call of which it cannot be written down that it is handed in goes by itself. */
  async #isReady(waiting: Waiting): Promise<boolean> {
    try {
      await waiting.sending();
      return true;
    } catch {
      this.#end(waiting, 'not_taken');
      return false;
    }
  }

  #notTaken(error: unknown): void {
    const verdict = this.#verdictOn(error);
    if (verdict === 'again' && this.#lane.clock.wall() + this.#lookMs < this.#earliest()) {
      this.#phase = 'gathering';
      this.deadline = this.#lane.clock.monotonic() + this.#lookMs;
      return;
    }
    this.#endAll(verdict === 'again' ? 'refused' : verdict);
  }

  /** `again` only where the seller cannot have taken it. */
  #verdictOn(error: unknown): 'again' | 'refused' | 'lost' {
    if (error instanceof BatchRefused) {
      const { status, headers, body } = error.reply;
      const { fault, retryable } = this.target.cloud.classify({ status, headers, body });
      if (retryable && (fault === 'rate_limit' || status === 503 || status === 529)) return 'again';
      return status >= 500 ? 'lost' : 'refused';
    }
    if (isAppError(error)) return error.code === 'CREDENTIAL_UNAVAILABLE' ? 'refused' : 'lost';
    return UNSENT.has((error as NodeJS.ErrnoException).code ?? '') ? 'again' : 'lost';
  }

  // --- waiting for it

  async #look(): Promise<void> {
    if (this.#phase === 'over') return;
    const { deployment } = this.target;
    const state = await this.#api.look(this.#http, deployment, this.id);
    if (state.refused !== null) return this.#endAll('refused');
    if (state.ended) {
      await this.#api.results(this.#http, deployment, state, (id, result) => this.#took(id, result));
      if (state.rest !== null) for (const id of this.#members.keys()) this.#took(id, { kind: state.rest });
      return this.#endAll('lost');
    }
    const now = this.#lane.clock.wall();
    if (now >= this.#patienceAt) return this.#endAll('lost');
    const wanted = [...this.#members.values()].some(({ gone }) => !gone);
    if (this.#phase === 'running' && (!wanted || now >= this.#earliest())) {
      this.#phase = 'cancelling';
      this.#ours = true;
      this.#patienceAt = now + this.#marginMs / 2;
      await this.#api.cancel(this.#http, deployment, this.id);
    }
    const soon = this.#phase === 'cancelling';
    this.#lookAgain(soon ? Math.min(this.#lookMs, BOUNDS.batch_cancel_look_ms) : this.#lookMs);
  }

  #lookAgain(ms: number): void {
    if (this.#phase === 'over') return;
    const now = this.#lane.clock.wall();
    const next = this.#phase === 'running' ? Math.max(0, this.#earliest() - now) : Infinity;
    this.deadline = this.#lane.clock.monotonic() + Math.min(ms, next);
  }

  /** A look failed: the batch is none the worse for it, and is looked at again while there is time. */
  #stumbled(_error: unknown): void {
    if (this.#phase === 'over') return;
    const now = this.#lane.clock.wall();
    if (now >= Math.min(this.#patienceAt, this.#earliest() + this.#marginMs / 2)) return this.#endAll('lost');
    this.deadline = this.#lane.clock.monotonic() + Math.min(this.#lookMs, BOUNDS.batch_cancel_look_ms);
  }

  #took(id: string, result: BatchResult): void {
    const waiting = this.#members.get(id);
    if (waiting === undefined) return;
    if (result.kind === 'answered') {
      this.#forget(waiting);
      return waiting.answered(result.body, result.requestId);
    }
    if (result.kind !== 'cancelled' || !this.#ours) return this.#end(waiting, result.kind);
    if (waiting.gone || waiting.leaveAt - this.#lane.clock.wall() <= this.#lookMs)
      return this.#end(waiting, 'deadline_near');
    // It was cancelled for the sake of another, and has time left.
    this.#forget(waiting);
    return this.#owner.again(waiting);
  }

  // --- the end

  /** When the first of its calls has to go by itself, UTC milliseconds. */
  #earliest(): number {
    let earliest = Infinity;
    for (const { leaveAt, gone } of this.#members.values()) if (!gone) earliest = Math.min(earliest, leaveAt);
    return earliest;
  }

  #end(waiting: Waiting, why: BatchWhy): void {
    this.#forget(waiting);
    waiting.ended(why);
  }

  #endAll(why: BatchWhy): void {
    // A map may lose what is being visited.
    for (const waiting of this.#members.values()) this.#end(waiting, why);
    this.#finish();
  }

  #forget(waiting: Waiting): void {
    this.#members.delete(waiting.id);
    this.#bytes -= waiting.body.length;
    this.#owner.left(this, waiting);
  }

  #finish(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#lane.watch.delete(this);
    this.#owner.over(this);
  }
}

/** No connection was made: nothing of the request can have arrived. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
