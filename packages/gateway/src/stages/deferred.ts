// Sees a call through that can wait: its leg goes into a batch of the seller, and its answer is taken from there as if the
// seller had just given it. Where no batch answers in time the call goes on to dispatch, with all that is held for it. The
// journal knows of the call before its content leaves, and hears once how it ended.
import { replayWhole } from '@weighbridge/dialects';
import { AppError, toAppError } from '@weighbridge/kernel';
import type { BatchWhy } from '@weighbridge/protocol';
import type { Place } from '../deadline/batch-desk.ts';
import type { Deferral } from '../deadline/deadline.ts';
import { KeepingReply } from '../deadline/keeping-reply.ts';
import { latestFor, type Leaver } from '../deadline/leaving.ts';
import { LeavingReply } from '../deadline/leaving-reply.ts';
import { sayWaiting } from '../deadline/later.ts';
import { sayParked } from '../deadline/parked.ts';
import { recordOf } from '../deadline/waiting-record.ts';
import { UNSURE } from '../deadline/waiting-store.ts';
import { undefer } from '../deadline/defer.ts';
import { mayGoOn } from '../deadline/may-go-on.ts';
import type { Waiting } from '../deadline/batch-run.ts';
import type { BatchApi } from '../clouds/batches.ts';
import type { Headers } from '../clouds/cloud.ts';
import type { Call } from '../pipeline/call.ts';
import type { CallHolder } from '../pipeline/in-flight.ts';
import type { Reply, Send, Stage } from '../pipeline/stage.ts';
import type { Plan, Target } from '../routing/compiled.ts';
import { answerHead } from './answer-head.ts';
import { detach } from './attend.ts';
import { renewIntent } from './intent.ts';
import { Leg, type LegOwner } from './leg.ts';
import { closeLeg, describe } from './leg-books.ts';
import type { LegFailure } from './leg-failure.ts';
import { UNKNOWN, weigh } from './meter.ts';
import { openLeg } from './open-leg.ts';
import { leaveLimits } from './reserve.ts';
import { decide } from './route.ts';

export const deferred: Stage = (next) => (call, reply) => {
  const { deferral, plan } = call;
  const api = deferral?.target?.cloud.batches;
  if (deferral === null) return next(call, reply);
  if (deferral.target === null || plan === null || api === undefined) {
    return deferral.revived === null
      ? next(call, reply)
      : nowhere(call, keeping(call, deferral, reply), deferral.revived);
  }
  return new Deferred(next, call, keeping(call, deferral, reply), plan, deferral).wait(deferral.target, api);
};

/** An answer that nobody waits for on a connection is kept until it is fetched. */
function keeping(call: Call, { later, revived }: Deferral, reply: Reply): Reply {
  const { waiting } = call.lane;
  return waiting !== null && (later || revived !== null) ? new KeepingReply(call, reply, waiting) : reply;
}

/** It waited at what the configuration has no more: what became of its batch is not known. */
function nowhere(call: Call, reply: Reply, { deployment, batch }: NonNullable<Deferral['revived']>): void {
  const error = new AppError('NO_CANDIDATE', `the call waited at "${deployment}", which its route has no more`);
  if (batch !== '') {
    call.rated = UNKNOWN;
    call.attempts.push({ batch, deployment, edits: [], error: error.code, role: 'batch', started_ms: 0 });
  }
  reply.fail(error);
}

class Deferred implements Waiting, LegOwner, CallHolder {
  readonly id: string;
  readonly #next: Send;
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #plan: Plan;
  readonly #deferral: Deferral;
  #leg: Leg | null = null;
  #committed = false;
  #over = false;
  /** It goes by itself as soon as there is room. */
  #leaver: Leaver | null = null;

  constructor(next: Send, call: Call, reply: Reply, plan: Plan, deferral: Deferral) {
    this.id = call.id;
    this.#next = next;
    this.#call = call;
    this.#reply = reply;
    this.#plan = plan;
    this.#deferral = deferral;
  }

  wait(target: Target, api: BatchApi): void {
    const call = this.#call;
    const now = call.lane.clock.monotonic();
    call.dispatchedMono = now;
    call.holder = this;
    const { lane } = call;
    const { revived } = this.#deferral;
    if (call.bypassed !== null) return this.#goOn('not_taken');
    if (call.gone && (revived === null || revived.batch === '')) return this.#fail(clientGone());
    const known = call.ahead !== null;
    const opened = openLeg(call, this.#plan, 0, this, now, 'batch');
    if (!(opened instanceof Leg)) return this.#goOn('not_taken');
    this.#leg = opened;
    if (revived !== null) opened.draft.started_ms = 0;
    // Whoever waits takes nobody's place at the deployment.
    lane.health.ended(target.deployment, undefined, now);
    const headers = sharedHeaders(opened.prepared.request.headers);
    const join = (): void => this.#join({ lane, target, api, headers });
    // What is held for it, and what it is, is written down before its content goes anywhere.
    const told = revived === null && (known || opened.held === null) ? null : renewIntent(call);
    // It is kept as it is where it was handed in before this start.
    const handedIn = revived !== null && revived.batch !== '';
    const kept = lane.waiting === null || handedIn ? null : this.#keep('', 0);
    if (told === null && kept === null) return join();
    Promise.all([told, kept]).then(join, () => this.ended('not_taken'));
  }

  #join(place: Place): void {
    if (this.#over) return;
    const { revived, later } = this.#deferral;
    const call = this.#call;
    call.intended = true;
    if (revived !== null && revived.batch !== '') {
      this.#handedIn(revived.batch);
      if (revived.batch === UNSURE) return this.ended('lost');
      return call.lane.batches.resume(place, this, revived.batch, revived.sent);
    }
    if (revived === null && later) {
      detach(call);
      sayWaiting(call.response, call.id, this.#deferral.until);
    } else if (revived === null) {
      // A silent connection is kept alive below: nothing may be said in it before the answer.
      call.request.socket.setKeepAlive(true, KEEP_ALIVE_MS);
    }
    call.lane.batches.join(place, this);
  }

  /** What the next start needs, should there be one before the answer. */
  async #keep(batch: string, sent: number): Promise<void> {
    const { waiting } = this.#call.lane;
    if (waiting === null) return;
    await waiting.keep(recordOf(this.#call, this.#deferral, batch, sent));
    this.#deferral.kept = true;
  }

  // --- what the batch asks and reports

  get body(): Buffer {
    return this.#leg?.prepared.request.body ?? this.#call.body;
  }

  get leaveAt(): number {
    return this.#deferral.leaveAt;
  }

  get gone(): boolean {
    return (this.#call.gone && this.#call.flight?.wanted !== true) || this.#mayNot() !== null;
  }

  /** Why it may take nothing more of a seller, whoever waits for its answer; null where it may. */
  #mayNot(): AppError | null {
    const { lane, key, id, subject } = this.#call;
    if (key !== null && !mayGoOn(lane, key.id))
      return new AppError('KEY_REVOKED', `the key "${key.name}" came out of force while the call waited`);
    if (lane.waiting?.isErased(id, subject) === true)
      return new AppError('SUBJECT_ERASED', 'the subject of the call was erased while it waited');
    return null;
  }

  sending(): Promise<void> {
    return this.#keep(UNSURE, 0);
  }

  unsent(): void {
    // If that cannot be written, the next start takes it for handed in, and what it cost for unknown.
    this.#keep('', 0).catch(() => undefined);
  }

  submitted(batch: string, sentAt: number): void {
    // If that cannot be written, the next start takes the batch for lost, and what it cost for unknown.
    this.#keep(batch, sentAt).catch(() => undefined);
    this.#handedIn(batch);
  }

  #handedIn(batch: string): void {
    const leg = this.#leg;
    if (leg === null) return;
    if (!leg.started) leg.onRequestStart();
    leg.draft.batch = batch;
    if (this.#call.facts?.stream === true && !leg.draft.edits.includes('-stream')) leg.draft.edits.push('-stream');
  }

  /** Throws nothing: others wait for what stands behind it in the same results. */
  answered(body: Buffer, requestId: string | null): void {
    const leg = this.#leg;
    if (leg === null || this.#over) return;
    try {
      this.#deliver(leg, body, requestId);
    } catch (error) {
      this.#close(leg, false);
      this.#fail(toAppError(error));
    }
  }

  #deliver(leg: Leg, body: Buffer, requestId: string | null): void {
    const { lane, facts } = this.#call;
    lane.health.began(leg.target.deployment, lane.clock.monotonic());
    const stream = facts?.stream === true;
    const bytes = stream ? replayed(leg, body) : body;
    const ids = requestId === null ? {} : { 'request-id': requestId, 'x-request-id': requestId };
    const type = stream ? 'text/event-stream' : 'application/json';
    leg.onResponseStart(200, { 'content-type': type, ...ids });
    leg.draft.ttfb_ms = this.#call.since(lane.clock.monotonic()) - leg.draft.started_ms;
    if (leg.phase !== 'over') leg.onResponseData(bytes);
    leg.onResponseEnd();
  }

  ended(why: BatchWhy): void {
    const leg = this.#leg;
    if (leg === null || this.#over) return;
    const { call } = leg;
    // Of what the seller did not serve nothing was taken; of what nobody knows, all that it could.
    if (why !== 'lost') leg.started = false;
    leg.phase = 'over';
    leg.draft.error = why === 'lost' ? 'UPSTREAM_CUT' : 'UPSTREAM_ERROR';
    const over = this.#mayNot() ?? (this.gone ? clientGone() : null);
    if (over !== null) {
      this.#close(leg, false);
      return this.#fail(over);
    }
    if (why === 'lost' || this.#plan.targets[this.#deferral.order[0] ?? -1] !== leg.target) this.#close(leg, false);
    else handOn(call, leg);
    return this.#goOn(why);
  }

  // --- what its leg reports

  progress(): void {
    // The batch has its own sense of time.
  }

  committed(leg: Leg): void {
    this.#committed = true;
    const call = this.#call;
    call.target = leg.target;
    if (!leg.prepared.context.facts.stream) return;
    if (leg.relay !== null) describe(call, leg, leg.relay);
    this.#reply.head(200, answerHead(call, leg, null));
  }

  forward(_leg: Leg, bytes: Buffer): void {
    this.#reply.write(bytes);
  }

  finished(leg: Leg, terminal: Buffer): void {
    const call = this.#call;
    this.#leg = null;
    // Tokens of a batch have no time of their own.
    call.firstTokenMono = -1;
    call.lastTokenMono = -1;
    call.chunks = 0;
    closeLeg(call, leg, undefined, true);
    if (!leg.prepared.context.facts.stream) {
      weigh(call);
      this.#reply.head(200, answerHead(call, leg, terminal.length));
    }
    this.#stop();
    this.#reply.end(terminal);
  }

  /** The answer cannot be read. */
  failed(leg: Leg, failure: LegFailure): void {
    if (this.#leg !== leg || this.#over) return;
    this.#leg = null;
    leg.draft.error = failure.error.code;
    leg.draft.fault = failure.fault;
    closeLeg(this.#call, leg, undefined, this.#committed);
    if (this.#committed || this.#call.gone) return this.#fail(failure.error);
    return this.#goOn('errored');
  }

  // --- the client, and the lane

  clientGone(): void {
    if (this.#call.flight?.outlives() === true) return;
    if (this.#over) return this.#stay(clientGone());
    this.#call.lane.batches.leave(this);
  }

  /** Waits on in the next start, if what it needs is kept; its client is told where the answer will be. */
  park(): void {
    const call = this.#call;
    if (this.#leaver !== null) return call.lane.batches.leaving.hurry(this.#leaver);
    if (this.#over || !this.#deferral.kept) return;
    this.#over = true;
    call.holder = null;
    detach(call);
    call.lane.inFlight.delete(call);
    if (!call.gone && !this.#deferral.later && this.#deferral.revived === null) sayParked(call);
  }

  cut(): void {
    const leg = this.#leg;
    const why = new AppError('DRAINING', 'this instance shut down while the call waited for its batch');
    if (this.#leaver !== null) return this.#stay(why);
    if (this.#over || leg === null) return;
    leg.phase = 'over';
    leg.draft.error = 'DRAINING';
    this.#close(leg, false);
    this.#fail(why);
  }

  // ---

  #close(leg: Leg, serves: boolean): void {
    const { lane } = this.#call;
    this.#leg = null;
    lane.health.began(leg.target.deployment, lane.clock.monotonic());
    closeLeg(this.#call, leg, undefined, serves);
  }

  /** By itself, in its turn: a whole batch may go with it. */
  #goOn(why: BatchWhy): void {
    const { lane } = this.#call;
    this.#over = true;
    this.#leg = null;
    this.#deferral.as = 'at_once';
    this.#deferral.why = why;
    this.#leaver = { latestAt: latestFor(this.#deferral, lane.clock), go: () => this.#go() };
    lane.batches.leaving.join(lane, this.#leaver);
  }

  /** By the order as it was routed. */
  #go(): void {
    const call = this.#call;
    const { leaving } = call.lane.batches;
    const reply = new LeavingReply(this.#reply, leaving);
    this.#leaver = null;
    call.holder = null;
    // Whoever lets it go stands in no call: what is thrown here has nobody else to catch it.
    try {
      const over = this.#mayNot() ?? (this.gone ? clientGone() : null);
      if (over !== null) throw over;
      if (undefer(call, this.#deferral)) decide(call, this.#plan);
      this.#next(call, reply);
    } catch (error) {
      leaveLimits(call);
      reply.fail(toAppError(error));
    }
  }

  /** While it waits to go: it does not. */
  #stay(why: AppError): void {
    if (this.#leaver === null || !this.#call.lane.batches.leaving.leave(this.#leaver)) return;
    this.#leaver = null;
    this.#fail(why);
  }

  #fail(error: AppError): void {
    this.#stop();
    this.#reply.fail(error);
  }

  #stop(): void {
    this.#over = true;
    leaveLimits(this.#call);
    if (this.#plan.route.mirror === undefined) this.#call.parsed = null;
  }
}

/** What is held for the leg is held for the one that goes in its place. */
function handOn(call: Call, leg: Leg): void {
  const { held, prepared, target, draft } = leg;
  leg.held = null;
  if (held === null) return;
  const edits = draft.edits.filter((edit) => edit !== '-stream');
  call.ahead = { draft: { deployment: target.deployment.id, edits, started_ms: 0 }, prepared, held };
}

/** The headers that requests of one batch have in common. */
function sharedHeaders(headers: Headers): Headers {
  const shared: Record<string, string> = {};
  for (const name of Object.keys(headers).toSorted()) if (!OF_ONE_REQUEST.has(name)) shared[name] = headers[name] ?? '';
  return shared;
}

const OF_ONE_REQUEST = new Set(['accept', 'content-type', 'content-length', 'idempotency-key']);

/** Throws UPSTREAM_MALFORMED, inside the leg, by being no stream. */
const replayed = (leg: Leg, body: Buffer): Buffer => replayWhole(leg.target.dialect, body) ?? body;

const clientGone = (): AppError => new AppError('CLIENT_GONE', 'the client left before the answer was complete');

const KEEP_ALIVE_MS = 30_000;
