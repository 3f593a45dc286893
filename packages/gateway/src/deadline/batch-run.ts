// One batch, from the first call that waits for it to the last result. It is a small machine on the lane's watch: gather,
// hand in, look, and read. Whatever goes wrong, every call in it hears exactly once what became of it: an answer, or
// that it has to go by itself, and whether the seller may bill it all the same.
import { spliceJson } from '@weighbridge/dialects';
import { isAppError } from '@weighbridge/kernel';
import { durationMs, type BatchWhy } from '@weighbridge/protocol';
import { BatchRefused, type BatchApi, type BatchHttp, type BatchResult, type BatchState } from '../clouds/batches.ts';
import type { Headers } from '../clouds/cloud.ts';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Watch, Watched } from '../pipeline/watch.ts';
import type { Target } from '../routing/compiled.ts';
import { batchHttp, type Wired } from './batch-wire.ts';
import { patienceOf } from './margin.ts';

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
  /** Nobody waits for its answer any more, or may have it. */
  readonly gone: boolean;
  /** Its content is about to be handed in; resolves when that is written down. */
  sending(): Promise<void>;
  /** It was not handed in after all, or is no more: it waits as it did before. */
  unsent(): void;
  /** `sentAt`: UTC milliseconds. */
  submitted(batch: string, sentAt: number): void;
  answered(body: Buffer, requestId: string | null): void;
  /** It goes by itself. `lost`: the seller may bill it all the same; of every other it bills nothing. */
  ended(why: BatchWhy): void;
}

type Phase = 'gathering' | 'sending' | 'running' | 'cancelling' | 'clearing' | 'over';

export interface RunOwner {
  /** Waits on, in another batch. */
  again(waiting: Waiting): void;
  left(run: BatchRun, waiting: Waiting): void;
  /** No call is in it any more. */
  emptied(run: BatchRun): void;
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
  readonly #patienceMs: number;
  #phase: Phase = 'gathering';
  #bytes = 0;
  id = '';
  /** When it was handed in, UTC milliseconds; 0 before. */
  sentAt = 0;
  /** Until when a batch that was cancelled is waited for, UTC milliseconds. */
  #patienceAt = Infinity;
  /** It was cancelled by us, for a call whose time had come or whose caller left. */
  #ours = false;
  /** The seller has taken note of that. */
  #cancelled = false;
  /** Looks in a row that gave nothing, and those of them at which the seller did not know the batch. */
  #failures = 0;
  #unknown = 0;
  /** What of it lies at the seller once it is over. */
  #left: BatchState | null = null;
  deadline: number;
  slot = -1;
  /** What it is doing with the seller now. */
  #step: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(lane: BatchLane, target: Target, api: BatchApi, headers: Headers, owner: RunOwner) {
    const { gather = '30s', look = '60s' } = target.deployment.batch ?? {};
    this.#lane = lane;
    this.target = target;
    this.#api = api;
    this.#headers = headers;
    this.#http = batchHttp(lane, target);
    this.#owner = owner;
    this.#lookMs = durationMs(look);
    this.#patienceMs = patienceOf(target.deployment.batch, api);
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
    const step = this.#phase === 'gathering' ? this.#send() : this.#phase === 'clearing' ? this.#clear() : this.#look();
    this.#step = step.catch(() => this.#endAll('lost'));
  }

  /** Begins nothing more; resolves when what it has begun with the seller is done. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#lane.watch.delete(this);
    return this.#phase === 'clearing' ? this.#step.then(() => this.#clear()) : this.#step;
  }

  // --- handing in

  async #send(): Promise<void> {
    if (this.#members.size === 0) return this.#finish();
    this.#phase = 'sending';
    for (const one of this.#members.values()) if (one.gone) this.#end(one, 'cancelled');
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
    this.#lookAgain();
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
      for (const one of this.#members.values()) one.unsent();
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
    try {
      const state = await this.#api.look(this.#http, this.target.deployment, this.id);
      if (state.refused !== null || state.ended) return await this.#read(state);
      this.#failures = 0;
      this.#unknown = 0;
    } catch (error) {
      this.#stumbled(error);
    }
    const now = this.#lane.clock.wall();
    if (now >= this.#patienceAt || this.#unknown >= BOUNDS.batch_unknown_looks) return this.#endAll('lost');
    const wanted = [...this.#members.values()].some(({ gone }) => !gone);
    if (this.#phase === 'running' && (!wanted || now >= this.#earliest())) {
      this.#phase = 'cancelling';
      this.#ours = true;
      this.#patienceAt = now + this.#patienceMs;
    }
    if (this.#phase === 'cancelling' && !this.#cancelled) await this.#cancel();
    this.#lookAgain();
  }

  /** The batch is over: whoever is in it hears what became of it, and then nothing of it stays where it was. */
  async #read(state: BatchState): Promise<void> {
    const { deployment } = this.target;
    if (state.refused === null)
      await this.#api.results(this.#http, deployment, state, (id, result) => this.#took(id, result));
    if (state.rest !== null) for (const id of this.#members.keys()) this.#took(id, { kind: state.rest });
    this.#left = state;
    this.#endAll(state.refused === null ? 'lost' : 'refused');
  }

  /** Tried again with every look until the seller takes it: what runs on is billed. */
  async #cancel(): Promise<void> {
    try {
      await this.#api.cancel(this.#http, this.target.deployment, this.id);
      this.#cancelled = true;
    } catch {
      // It may have ended meanwhile, which the next look shows.
    }
  }

  #lookAgain(): void {
    if (this.#phase === 'over') return;
    const soon = BOUNDS.batch_cancel_look_ms * 2 ** Math.min(this.#failures, 10);
    const ms = this.#phase === 'cancelling' || this.#failures > 0 ? Math.min(this.#lookMs, soon) : this.#lookMs;
    const next =
      this.#phase === 'running' ? Math.max(0, this.#earliest() - this.#lane.clock.wall()) : Number.POSITIVE_INFINITY;
    this.deadline = this.#lane.clock.monotonic() + Math.min(ms, next);
  }

  /** A look failed: the batch is none the worse for it, unless the seller keeps saying that it has none of this name. */
  #stumbled(error: unknown): void {
    this.#failures += 1;
    const missing = error instanceof BatchRefused && (error.reply.status === 404 || error.reply.status === 410);
    this.#unknown = missing ? this.#unknown + 1 : 0;
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
    if (this.#phase === 'over' || this.#phase === 'clearing') return;
    this.#owner.emptied(this);
    if (this.#left !== null) return this.#clearLater();
    this.#close();
  }

  #close(): void {
    this.#phase = 'over';
    this.#lane.watch.delete(this);
    this.#owner.over(this);
  }

  // --- what stays at the seller

  /** Not at once: until what was read is sealed, a start after a kill reads it there again. */
  #clearLater(): void {
    this.#phase = 'clearing';
    this.#failures = 0;
    this.deadline = this.#lane.clock.monotonic() + this.#lookMs;
  }

  async #clear(): Promise<void> {
    if (this.#left === null || this.#phase === 'over') return;
    try {
      await this.#api.clear(this.#http, this.target.deployment, this.id, this.#left);
    } catch {
      this.#failures += 1;
      this.deadline = this.#lane.clock.monotonic() + this.#lookMs;
      if (this.#failures < BOUNDS.batch_clear_tries && !this.#stopped) return;
    }
    this.#close();
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
