// Sends the call and sees it through: one leg at a time over the ordered candidates, with retries, fall-backs and
// deadlines. The rule everything here serves: until the first content has left, any failure may be mended elsewhere;
// from then on there is one leg, and its failure is told as it is.
import { AppError, LIMITS, invariant } from '@weighbridge/kernel';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { AttemptDraft, Held, Prepared } from '../pipeline/attempt.ts';
import type { Call } from '../pipeline/call.ts';
import type { CallHolder } from '../pipeline/in-flight.ts';
import type { Reply, Stage } from '../pipeline/stage.ts';
import type { Watched } from '../pipeline/watch.ts';
import type { Plan, Target } from '../routing/compiled.ts';
import { deploymentDenial } from '../routing/policy.ts';
import { wordsOf } from '../routing/reason.ts';
import { Aftermath } from './aftermath.ts';
import { answerHead, evidenceOf, servedBy } from './answer-head.ts';
import { Leg, type LegOwner } from './leg.ts';
import type { Relay } from './relay.ts';
import { beforeSending, ownFinding, unsendable, type LegFailure } from './leg-failure.ts';
import { renewIntent } from './intent.ts';
import { NO_FACTS, UNKNOWN_USAGE, usageOf, weigh } from './meter.ts';
import { prepareLeg } from './prepare.ts';
import { leaveLimits, releaseAhead, reserveLeg, settleAnswered } from './reserve.ts';
import { nextMove, type Move } from './next-move.ts';

/** The innermost stage: it has no next. */
export const dispatch: Stage = () => (call, reply) => new Crossing(call, reply).start();

class Crossing implements Watched, CallHolder, LegOwner {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #plan: Plan;
  readonly #endBy: number;
  deadline = Infinity;
  slot = -1;
  #position = 0;
  #leg: Leg | null = null;
  #held: Held | null = null;
  #committed = false;
  #over = false;
  /** Set while waiting between attempts: the position in the order to try next. */
  #waitingFor = -1;
  #resets = 0;
  #backoffs = 0;
  #goneBytes = 0;
  /** Positions whose last failure is worth another try there. */
  #retryable: readonly number[] = [];
  /** What failures have made of the decision; null while there was none. */
  #aftermath: Aftermath | null = null;
  /** The last failure of an attempt that was really made. */
  #lastError: AppError | null = null;
  /** Until when an answer nobody waits for is still read. */
  #goneBy = Infinity;

  constructor(call: Call, reply: Reply) {
    invariant(call.plan !== null, 'dispatch comes after route');
    this.#call = call;
    this.#reply = reply;
    this.#plan = call.plan;
    this.#endBy = call.startedMono + call.plan.route.timers.total_ms;
  }

  start(): void {
    const call = this.#call;
    const now = call.lane.clock.monotonic();
    call.dispatchedMono = now;
    call.lane.watch.add(this);
    call.holder = this;
    if (call.gone) return this.#finish(clientGone());
    this.#try(0, now);
  }

  // --- attempts

  /** Starts a leg at this position of the order, or moves on at once when that cannot be. */
  #try(position: number, now: number): void {
    const call = this.#call;
    this.#position = position;
    this.#waitingFor = -1;
    const index = call.order[position] ?? 0;
    const target = this.#plan.targets[index];
    invariant(target !== undefined, 'the order names targets of the plan');
    const { ahead } = call;
    const draft: AttemptDraft = ahead?.draft ?? { deployment: target.deployment.id, edits: [], started_ms: 0 };
    draft.started_ms = call.since(now);
    let prepared: Prepared;
    try {
      this.#admitLeg(target);
      prepared = ahead?.prepared ?? prepareLeg(call, target, draft);
      this.#held = ahead?.held ?? reserveLeg(call, target, prepared);
    } catch (error) {
      releaseAhead(call);
      return this.#unsent(index, beforeSending(error));
    }
    call.ahead = null;
    const leg = this.#begin(target, prepared, draft, now);
    // What the intent does not say yet of the money that is held has to be written down first.
    if (ahead !== null || this.#held === null) return this.#send(leg);
    renewIntent(call).then(
      () => this.#send(leg),
      (error: unknown) => this.failed(leg, unsendable(error)),
    );
  }

  /** Policy and health once more, now with the concrete deployment of this leg. */
  #admitLeg(target: Target): void {
    const denial = deploymentDenial(this.#plan.policy, target.deployment);
    if (denial !== null) throw new AppError('POLICY_DENIED', denial);
    if (this.#call.attempts.length === 0) return;
    const reason = this.#call.lane.health.reason(target.deployment, this.#call.lane.clock.monotonic());
    if (reason !== null)
      throw new AppError('NO_CANDIDATE', `"${target.deployment.id}" cannot take the call: ${wordsOf(reason)}`);
  }

  #begin(target: Target, prepared: Prepared, draft: AttemptDraft, now: number): Leg {
    const call = this.#call;
    const { lane } = call;
    const leg = new Leg(call, target, prepared, draft, this, now);
    this.#leg = leg;
    lane.health.began(target.deployment, now);
    call.attempts.push(draft);
    this.#setDeadline(leg, now);
    return leg;
  }

  #send(leg: Leg): void {
    if (leg !== this.#leg || leg.phase === 'over') return;
    const { lane } = this.#call;
    const { target, prepared } = leg;
    try {
      const credential = lane.credentials.current(target.deployment.credential);
      const authorization = target.cloud.authorize(
        prepared.request,
        credential,
        target.deployment,
        new Date(lane.clock.wall()),
      );
      if (!(authorization instanceof Promise)) return leg.send(authorization);
      authorization.then(
        (headers) => this.#sendAuthorized(leg, headers),
        (error: unknown) => this.failed(leg, unsendable(error)),
      );
    } catch (error) {
      this.failed(leg, unsendable(error));
    }
  }

  #sendAuthorized(leg: Leg, headers: Readonly<Record<string, string>>): void {
    if (leg !== this.#leg || leg.phase === 'over') return;
    try {
      leg.send(headers);
    } catch (error) {
      this.failed(leg, unsendable(error));
    }
  }

  /** The leg was refused before it was one: its candidate is rejected in the decision, and no attempt is recorded. */
  #unsent(index: number, failure: LegFailure): void {
    this.#afterFailure().unsent(index, failure.error);
    this.#move(failure);
  }

  // --- what a leg reports

  progress(leg: Leg, now: number): void {
    if (leg === this.#leg && !this.#over) this.#setDeadline(leg, now);
  }

  committed(leg: Leg): void {
    const call = this.#call;
    this.#committed = true;
    call.target = leg.target;
    // A whole answer leaves in one piece when it is finished, and is described then.
    if (!leg.prepared.context.facts.stream) return;
    if (leg.relay !== null) this.#describe(leg, leg.relay);
    this.#reply.head(200, answerHead(call, leg, null));
  }

  /** What the answer has said of itself so far. */
  #describe(leg: Leg, relay: Relay): void {
    const call = this.#call;
    const facts = relay.facts();
    const evidence = evidenceOf(leg, facts);
    call.answer = facts;
    call.served = servedBy(call, leg.target, evidence);
    const lost = relay.lost();
    call.lost = lost.length === 0 ? leg.prepared.lost : [...new Set([...leg.prepared.lost, ...lost])];
    if (evidence.requestId !== null) leg.draft.vendor_request_id = evidence.requestId;
  }

  forward(leg: Leg, bytes: Buffer): void {
    const call = this.#call;
    if (call.gone) {
      this.#goneBytes += bytes.length;
      if (this.#goneBytes > BOUNDS.gone_bytes) this.#cut(clientGone());
      return;
    }
    this.#reply.write(bytes);
    if (call.response.writableLength <= LIMITS.client_queue_bytes || leg.paused) return;
    leg.pause();
    call.response.once('drain', () => this.#clientCaughtUp(leg));
  }

  finished(leg: Leg, terminal: Buffer): void {
    const call = this.#call;
    this.#closeLeg(leg, null);
    this.#settle();
    if (!leg.prepared.context.facts.stream) {
      weigh(call);
      this.#reply.head(200, answerHead(call, leg, terminal.length));
    }
    this.#stop();
    this.#reply.end(terminal);
  }

  failed(leg: Leg, failure: LegFailure): void {
    if (leg !== this.#leg || this.#over) return;
    leg.phase = 'over';
    leg.draft.error = failure.error.code;
    leg.draft.fault = failure.fault;
    this.#closeLeg(leg, failure);
    if (this.#committed) return this.#finish(failure.error);
    this.#afterFailure().failed(this.#call.order[this.#position] ?? 0, failure.error);
    this.#lastError = failure.error;
    this.#move(failure);
  }

  // --- after a failure

  #move(failure: LegFailure): void {
    const call = this.#call;
    if (call.gone) return this.#finish(clientGone());
    const others = this.#retryable.filter((position) => position !== this.#position);
    this.#retryable = failure.retryable ? [...others, this.#position] : others;
    const now = call.lane.clock.monotonic();
    const move: Move = nextMove({
      failure,
      position: this.#position,
      candidates: call.order.length,
      attemptsLeft: Math.min(this.#plan.route.attempts, LIMITS.attempts) - call.attempts.length,
      msLeft: this.#endBy - now,
      resets: this.#resets,
      backoffs: this.#backoffs,
      retryable: this.#retryable,
      pausedMs: (position) => this.#pausedMs(position, now),
      chance: call.lane.chance,
    });
    if (move.kind === 'give_up')
      return this.#finish(failure.unsent === true ? (this.#lastError ?? failure.error) : failure.error);
    if (move.kind === 'again') this.#resets += 1;
    if (move.position !== this.#position)
      this.#afterFailure().moved(move.kind === 'next' ? 'next' : 'back', failure.error);
    if (move.kind !== 'wait') return this.#try(move.position, now);
    this.#backoffs += 1;
    this.#waitingFor = move.position;
    this.deadline = Math.min(now + move.ms, this.#endBy);
  }

  #pausedMs(position: number, now: number): number {
    const target = this.#plan.targets[this.#call.order[position] ?? 0];
    return target === undefined ? 0 : this.#call.lane.health.pausedFor(target.deployment, now);
  }

  // --- time, and the client

  #setDeadline(leg: Leg, now: number): void {
    const { timers } = this.#plan.route;
    let at = Infinity;
    if (leg.phase === 'connect') at = now + timers.connect_ms;
    else if (leg.phase === 'between_tokens' && !leg.paused) at = now + timers.between_tokens_ms;
    else if (leg.phase === 'first_token' && leg.prepared.context.facts.stream) {
      at = this.#call.startedMono + leg.draft.started_ms + timers.first_token_ms;
    }
    this.deadline = Math.min(at, this.#endBy, this.#goneBy, leg.relay?.heldUntil ?? Infinity);
  }

  overdue(now: number): void {
    if (this.#over) return;
    const leg = this.#leg;
    if (this.#waitingFor >= 0 && now < this.#endBy) return this.#try(this.#waitingFor, now);
    if (now >= this.#goneBy) return this.#cut(clientGone());
    if (leg === null || leg.phase === 'over')
      return this.#finish(this.#timedOut('total', this.#plan.route.timers.total_ms));
    if (leg.relay !== null && now >= leg.relay.heldUntil) {
      leg.relay.release();
      return this.#setDeadline(leg, now);
    }
    const phase = now >= this.#endBy ? 'total' : leg.phase;
    const error = this.#timedOut(phase, this.#plan.route.timers[`${phase}_ms`]);
    const fault = phase === 'connect' ? 'network' : 'deployment';
    leg.abort();
    if (phase === 'total') return this.#endLeg(leg, error);
    this.failed(leg, { ...ownFinding('UPSTREAM_TIMEOUT', error.message, fault), error });
  }

  #timedOut(phase: string, ms: number): AppError {
    const where = this.#leg === null ? 'the call' : `"${this.#leg.target.deployment.id}"`;
    return new AppError('UPSTREAM_TIMEOUT', `${where} was given up: the timer ${phase}_ms of ${ms} ms ran out`);
  }

  #clientCaughtUp(leg: Leg): void {
    if (this.#over || leg.phase === 'over') return;
    leg.resume();
    this.#setDeadline(leg, this.#call.lane.clock.monotonic());
  }

  /** The client has left: usage is still read for a while, so that the call is metered and not guessed. */
  clientGone(): void {
    const leg = this.#leg;
    if (this.#over) return;
    if (leg === null || leg.phase === 'over' || !leg.started) return this.#cut(clientGone());
    const now = this.#call.lane.clock.monotonic();
    this.#goneBy = now + BOUNDS.gone_ms;
    if (leg.paused) leg.resume();
    this.#setDeadline(leg, now);
  }

  cut(): void {
    this.#cut(new AppError('DRAINING', 'this instance shut down before the answer was complete'));
  }

  /** Ends the call from our side, with whatever has been read so far. */
  #cut(error: AppError): void {
    if (this.#over) return;
    const leg = this.#leg;
    if (leg === null || leg.phase === 'over') return this.#finish(error);
    leg.abort();
    this.#endLeg(leg, error);
  }

  #endLeg(leg: Leg, error: AppError): void {
    leg.draft.error = error.code;
    if (error.code === 'CLIENT_GONE') leg.draft.fault = 'client';
    // What had begun to answer is what served, even though nothing of it was sent.
    if (leg.relay !== null) {
      this.#committed = true;
      this.#call.target = leg.target;
    }
    this.#closeLeg(leg, undefined);
    this.#settle();
    this.#finish(error);
  }

  // --- the books

  /** Health, evidence, usage and money of a leg that is over. `failure`: null for success, undefined for no verdict. */
  #closeLeg(leg: Leg, failure: LegFailure | null | undefined): void {
    const call = this.#call;
    this.#leg = null;
    // Whether a cloud counts says nothing of whether it serves.
    const verdict = failure?.unsent === true || call.endpoint !== 'generate' ? undefined : failure;
    call.lane.health.ended(leg.target.deployment, verdict, call.lane.clock.monotonic());
    if (this.#committed && leg.relay !== null) this.#describe(leg, leg.relay);
    else this.#noteUnserved(leg, failure);
    const held = this.#held;
    this.#held = null;
    if (held !== null) settleAnswered(call, leg, held, this.#committed);
  }

  /** A leg that did not serve: what it may have been billed is kept, and what is not known is not taken for nothing. */
  #noteUnserved(leg: Leg, failure: LegFailure | null | undefined): void {
    if (leg.status === 0 && (!leg.started || failure?.reset === true)) return;
    const facts = leg.relay?.facts() ?? NO_FACTS;
    if (leg.status > 0) {
      const { requestId } = evidenceOf(leg, facts);
      if (requestId !== null) leg.draft.vendor_request_id = requestId;
    }
    if (leg.status > 299) return;
    leg.draft.usage = leg.relay === null ? UNKNOWN_USAGE : usageOf(facts, leg.prepared.request.body.length);
    this.#call.billed.push({ target: leg.target, usage: leg.draft.usage });
  }

  #afterFailure(): Aftermath {
    this.#aftermath ??= new Aftermath(this.#call, this.#plan);
    return this.#aftermath;
  }

  /** The candidate that the call is at is the chosen one, whatever comes of it. */
  #settle(): void {
    this.#aftermath?.settle(this.#call.order[this.#position] ?? 0);
    this.#aftermath = null;
  }

  #finish(error: AppError): void {
    if (this.#over) return;
    if (this.#committed) this.#settle();
    else this.#aftermath?.write();
    this.#stop();
    this.#reply.fail(error);
  }

  #stop(): void {
    this.#over = true;
    leaveLimits(this.#call);
    this.deadline = Infinity;
    this.#call.lane.watch.delete(this);
    this.#call.parsed = null;
  }
}

const clientGone = (): AppError => new AppError('CLIENT_GONE', 'the client left before the answer was complete');
