// Sends the call and sees it through: one leg at a time over the ordered candidates (two while a hedge runs), with
// retries, fall-backs and deadlines. The rule everything here serves: until the first content has left, any failure may
// be mended elsewhere; from then on there is one leg, and its failure is told as it is.
import { AppError, LIMITS, invariant } from '@weighbridge/kernel';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Call } from '../pipeline/call.ts';
import type { CallHolder } from '../pipeline/in-flight.ts';
import type { Reply, Stage } from '../pipeline/stage.ts';
import type { Watched } from '../pipeline/watch.ts';
import type { LegRole } from '@weighbridge/protocol';
import type { Plan } from '../routing/compiled.ts';
import { answerHead } from './answer-head.ts';
import { Leg, type LegOwner } from './leg.ts';
import { openLeg } from './open-leg.ts';
import { cascadeOf, forgetTimes, timeByRelease, type Cascade } from './cascade.ts';
import { closeLeg, describe } from './leg-books.ts';
import { unsendable, type LegFailure } from './leg-failure.ts';
import { deadlineOf, outOfTime, releaseAt, tooSlow } from './leg-timing.ts';
import { renewIntent } from './intent.ts';
import { Mending } from './mending.ts';
import { weigh } from './meter.ts';
import { raceOf, type Race } from './race.ts';
import { leaveLimits } from './reserve.ts';
import { sendLeg, type LegSender } from './send-leg.ts';

/** The innermost stage: it has no next. */
export const dispatch: Stage = () => (call, reply) => new Crossing(call, reply).start();

class Crossing implements Watched, CallHolder, LegOwner, LegSender {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #plan: Plan;
  readonly #endBy: number;
  deadline = Infinity;
  slot = -1;
  #position = 0;
  #leg: Leg | null = null;
  /** Null where the route has no hedge. */
  readonly #race: Race | null;
  /** Null where the route has no cascade. */
  readonly #cascade: Cascade | null;
  #committed = false;
  #over = false;
  /** Set while waiting between attempts: the position in the order to try next. */
  #waitingFor = -1;
  #goneBytes = 0;
  /** What failures have made of the call; null while there was none. */
  #mending: Mending | null = null;
  /** Until when an answer nobody waits for is still read. */
  #goneBy = Infinity;

  constructor(call: Call, reply: Reply) {
    invariant(call.plan !== null, 'dispatch comes after route');
    this.#call = call;
    this.#reply = reply;
    this.#plan = call.plan;
    // The time that a call waited for a batch is its caller's, and none of what it has now.
    const from = call.deferral === null ? call.startedMono : call.lane.clock.monotonic();
    this.#endBy = from + call.plan.route.timers.total_ms;
    this.#race = call.plan.route.hedge === undefined ? null : raceOf(call, call.plan.route);
    this.#cascade = call.plan.route.cascade === undefined ? null : cascadeOf(call, call.plan.route);
  }

  start(): void {
    const call = this.#call;
    const now = call.lane.clock.monotonic();
    if (call.dispatchedMono === 0) call.dispatchedMono = now;
    call.lane.watch.add(this);
    call.holder = this;
    if (call.gone) return this.#finish(clientGone());
    this.#try(0, now);
  }

  // --- attempts

  /** Starts a leg at this position of the order, or moves on at once when that cannot be. */
  #try(position: number, now: number, role?: LegRole): void {
    this.#position = position;
    this.#waitingFor = -1;
    const known = this.#call.ahead !== null;
    const opened = openLeg(this.#call, this.#plan, position, this, now, role);
    if (!(opened instanceof Leg)) {
      this.#mend().unsent(position, opened.error);
      return this.#move(opened);
    }
    this.#leg = opened;
    this.#race?.began(now);
    this.#cascade?.began(this.#call, opened, this.#mending?.untried ?? 1);
    this.#go(opened, known, now);
  }

  /** `known`: the journal knows already what is held for the leg. What it does not know is written down first. */
  #go(leg: Leg, known: boolean, now: number): void {
    this.#setDeadline(leg, now);
    if (known || leg.held === null) return sendLeg(leg, this);
    renewIntent(this.#call).then(
      () => sendLeg(leg, this),
      (error: unknown) => this.failed(leg, unsendable(error)),
    );
  }

  awaits(leg: Leg): boolean {
    return this.#runs(leg) && leg.phase !== 'over';
  }

  #runs(leg: Leg): boolean {
    return leg === this.#leg || (this.#race !== null && leg === this.#race.rival);
  }

  // --- what a leg reports

  progress(leg: Leg, now: number): void {
    if (this.#runs(leg) && !this.#over) this.#setDeadline(leg, now);
  }

  committed(leg: Leg): void {
    if (leg.reader !== null) return;
    const call = this.#call;
    if (this.#race !== null && this.#leg !== null)
      this.#goOnWith(this.#race.decide(call, this.#leg, leg, () => this.#mend()));
    this.#committed = true;
    call.target = leg.target;
    // A whole answer leaves in one piece when it is finished, and is described then.
    if (!leg.prepared.context.facts.stream) return;
    if (leg.relay !== null) describe(call, leg, leg.relay);
    this.#reply.head(200, answerHead(call, leg, null));
  }

  forward(leg: Leg, bytes: Buffer): void {
    if (leg.reader !== null && this.#cascade !== null) return this.#hold(this.#cascade, leg, bytes);
    const call = this.#call;
    if (call.gone && call.flight?.wanted !== true) {
      this.#goneBytes += bytes.length;
      if (this.#goneBytes > BOUNDS.gone_bytes) this.#cut(clientGone());
      return;
    }
    this.#reply.write(bytes);
    if (call.response.writableLength <= LIMITS.client_queue_bytes || leg.paused) return;
    // What others may have as well is in memory anyway, and waits for nobody.
    if (call.flight?.recording === true) return;
    leg.pause();
    call.response.once('drain', () => this.#clientCaughtUp(leg));
  }

  finished(leg: Leg, terminal: Buffer): void {
    const call = this.#call;
    if (leg.reader !== null && this.#cascade !== null && !this.#passes(this.#cascade, leg)) return;
    this.#closeLeg(leg, null);
    this.#mending?.settle(this.#position);
    if (!leg.prepared.context.facts.stream) {
      weigh(call);
      this.#reply.head(200, answerHead(call, leg, terminal.length));
    }
    this.#stop();
    this.#reply.end(terminal);
  }

  failed(leg: Leg, failure: LegFailure): void {
    if (!this.#runs(leg) || this.#over) return;
    leg.phase = 'over';
    leg.draft.error = failure.error.code;
    leg.draft.fault = failure.fault;
    if (leg.reader !== null) forgetTimes(this.#call);
    const left =
      this.#leg === null
        ? null
        : (this.#race?.oneLeft(this.#call, this.#leg, leg, failure, () => this.#mend()) ?? null);
    if (left !== null) {
      this.#goOnWith(left);
      this.deadline = Math.min(left.deadline, this.#endBy, this.#goneBy);
      return;
    }
    this.#closeLeg(leg, failure);
    if (this.#committed) return this.#finish(failure.error);
    this.#mend().failed(this.#position, failure.error);
    this.#move(failure);
  }

  // --- two legs

  /** The first leg is slow: a second goes to the next candidate that takes it, if the budget of the route has one. */
  #hedge(race: Race, first: Leg, now: number): void {
    const rival = race.send(this.#call, this.#plan, first, this, () => this.#mend(), now);
    if (rival === null) this.#setDeadline(first, now);
    else this.#go(rival, false, now);
  }

  #goOnWith(leg: Leg): void {
    this.#leg = leg;
    this.#position = leg.position;
  }

  // --- an answer that is checked

  /** Nothing leaves before its check; what grows beyond all bounds is let go without. */
  #hold(cascade: Cascade, leg: Leg, bytes: Buffer): void {
    if (cascade.keep(bytes)) return;
    leg.draft.check = 'size: let go unchecked';
    this.#letGo(cascade, leg);
  }

  /** Lets a good answer go; after any other the next candidate is asked. Whoever has left gets no other answer. */
  #passes(cascade: Cascade, leg: Leg): boolean {
    const failed = this.#call.gone ? null : cascade.judge(leg);
    if (failed === null) {
      this.#letGo(cascade, leg);
      return true;
    }
    leg.reader = null;
    leg.draft.dropped = 'unfit';
    leg.draft.check = failed;
    this.#closeLeg(leg, null);
    const mending = this.#mend();
    mending.unfit(leg.position, failed.slice(0, failed.indexOf(':')));
    forgetTimes(this.#call);
    this.#try(mending.untried, this.#call.lane.clock.monotonic(), 'escalation');
    return false;
  }

  #letGo(cascade: Cascade, leg: Leg): void {
    leg.reader = null;
    timeByRelease(this.#call);
    this.committed(leg);
    if (leg.prepared.context.facts.stream) this.forward(leg, cascade.take());
  }

  // --- after a failure

  #move(failure: LegFailure): void {
    const call = this.#call;
    if (call.gone) return this.#finish(clientGone());
    const now = call.lane.clock.monotonic();
    const mending = this.#mend();
    const move = mending.move(failure, this.#position, this.#endBy - now, now);
    if (move.kind === 'give_up') return this.#finish(mending.lastWord(failure));
    if (move.kind !== 'wait') return this.#try(move.position, now);
    this.#waitingFor = move.position;
    this.deadline = Math.min(now + move.ms, this.#endBy);
  }

  // --- time, and the client

  #setDeadline(leg: Leg, now: number): void {
    const race = this.#race;
    leg.deadline = deadlineOf(this.#call, this.#plan.route, leg, now, race?.holdUntil ?? 0);
    let at = Math.min(leg.deadline, this.#endBy, this.#goneBy);
    if (race !== null) {
      const other = leg === race.rival ? this.#leg : race.rival;
      at = Math.min(at, race.hedgeAt, other?.deadline ?? Infinity);
    }
    this.deadline = at;
  }

  overdue(now: number): void {
    if (this.#over) return;
    const leg = this.#leg;
    const { route } = this.#plan;
    if (this.#waitingFor >= 0 && now < this.#endBy) return this.#try(this.#waitingFor, now);
    if (now >= this.#goneBy) return this.#cut(clientGone());
    if (leg === null || leg.phase === 'over') return this.#finish(outOfTime(route, leg));
    if (now >= this.#endBy) {
      this.#race?.end(this.#call, () => this.#mend());
      leg.abort();
      return this.#endLeg(leg, outOfTime(route, leg));
    }
    const race = this.#race;
    if (race === null) return this.#late(leg, now);
    if (now >= race.hedgeAt) return this.#hedge(race, leg, now);
    const { rival } = race;
    if (rival !== null && now >= rival.deadline) this.#late(rival, now);
    if (this.#leg === leg && now >= leg.deadline) this.#late(leg, now);
  }

  /** A leg has held a keep-alive long enough, or a phase of it has taken too long. */
  #late(leg: Leg, now: number): void {
    if (leg.phase === 'over') return;
    if (leg.relay !== null && now >= releaseAt(leg, this.#race?.holdUntil ?? 0)) {
      leg.relay.release();
      return this.#setDeadline(leg, now);
    }
    const { phase } = leg;
    leg.abort();
    this.failed(leg, tooSlow(this.#plan.route, leg, phase));
  }

  #clientCaughtUp(leg: Leg): void {
    if (this.#over || leg.phase === 'over') return;
    leg.resume();
    this.#setDeadline(leg, this.#call.lane.clock.monotonic());
  }

  /** The client has left: usage is still read for a while, so that the call is metered and not guessed. */
  clientGone(): void {
    const leg = this.#leg;
    if (this.#over || this.#call.flight?.outlives() === true) return;
    this.#race?.end(this.#call, () => this.#mend());
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
    this.#race?.end(this.#call, () => this.#mend());
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
    this.#mending?.settle(this.#position);
    this.#finish(error);
  }

  /** `failure`: null for success, undefined for no verdict. */
  #closeLeg(leg: Leg, failure: LegFailure | null | undefined): void {
    this.#leg = null;
    closeLeg(this.#call, leg, failure, this.#committed);
  }

  #mend(): Mending {
    return (this.#mending ??= new Mending(this.#call, this.#plan));
  }

  #finish(error: AppError): void {
    if (this.#over) return;
    if (this.#committed) this.#mending?.settle(this.#position);
    else this.#mending?.write();
    this.#stop();
    this.#reply.fail(error);
  }

  #stop(): void {
    this.#over = true;
    leaveLimits(this.#call);
    this.deadline = Infinity;
    this.#call.lane.watch.delete(this);
    // A copy of the call is made of it.
    if (this.#plan.route.mirror === undefined) this.#call.parsed = null;
  }
}

const clientGone = (): AppError => new AppError('CLIENT_GONE', 'the client left before the answer was complete');
