// What failures made of a call: where it may be tried next, and what its decision says of who was tried and why it came
// to the one that served. Made at the first failure only; a call that goes well keeps the decision it was routed by.
import { LIMITS, type AppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Plan } from '../routing/compiled.ts';
import type { Reason } from '../routing/reason.ts';
import type { LegFailure } from './leg-failure.ts';
import { nextMove, type Move } from './next-move.ts';
import { decide } from './route.ts';

export class Mending {
  readonly #call: Call;
  readonly #plan: Plan;
  /** What speaks for the candidate that the call is at: what brought it there, or what the order said of the first. */
  #cause: Reason | null;
  #settled = false;
  #resets = 0;
  #backoffs = 0;
  /** Positions whose last failure is worth another try there. */
  #retryable: readonly number[] = [];
  /** First position that was neither tried nor refused. */
  untried = 1;
  /** The last failure of an attempt that was really made. */
  #lastError: AppError | null = null;

  constructor(call: Call, plan: Plan) {
    this.#call = call;
    this.#plan = plan;
    this.#cause = call.judged.reasons[call.firstChoice] ?? null;
  }

  /** Refused before it was an attempt. */
  unsent(position: number, { code, message }: AppError): void {
    const { judged } = this.#call;
    const index = this.#indexAt(position);
    this.#used(position);
    if (judged.verdicts[index] !== 'tried') judged.verdicts[index] = 'rejected';
    judged.reasons[index] = { kind: 'unsent', code, message };
  }

  failed(position: number, error: AppError): void {
    const { judged } = this.#call;
    const index = this.#indexAt(position);
    this.#used(position);
    judged.verdicts[index] = 'tried';
    judged.reasons[index] = { kind: 'failed', code: error.code };
    this.#lastError = error;
    if (error.code === 'UPSTREAM_TIMEOUT') this.#waitedInVain(index);
  }

  /** Else nothing would be learnt of who never answers; a failure that comes at once says nothing of a wait. */
  #waitedInVain(index: number): void {
    const { attempts, facts, lane, startedMono } = this.#call;
    const id = this.#plan.targets[index]?.deployment.id;
    const attempt = attempts.findLast(({ deployment }) => deployment === id);
    if (attempt === undefined) return;
    const now = lane.clock.monotonic();
    lane.learnt.gaveUp(attempt.deployment, facts?.stream ?? false, now - startedMono - attempt.started_ms, now);
  }

  /** Of two legs the other had content first. */
  outrun(position: number): void {
    const { judged } = this.#call;
    const index = this.#indexAt(position);
    this.#used(position);
    judged.verdicts[index] = 'tried';
    judged.reasons[index] = { kind: 'outrun' };
    this.#waitedInVain(index);
  }

  /** Its answer is not good enough. `check`: the name of the check alone, so that like calls have one decision. */
  unfit(position: number, check: string): void {
    const { judged } = this.#call;
    const index = this.#indexAt(position);
    this.#used(position);
    judged.verdicts[index] = 'tried';
    judged.reasons[index] = { kind: 'unfit', check };
    this.#cause = { kind: 'escalated', check };
  }

  /** The call goes on with the leg that was sent as the second. */
  hedged(position: number): void {
    this.#used(position);
    this.#cause = { kind: 'hedged' };
  }

  /** Where the call goes now; `again`, `next` and `wait` are counted as made. */
  move(failure: LegFailure, position: number, msLeft: number, now: number): Move {
    const call = this.#call;
    const others = this.#retryable.filter((other) => other !== position);
    this.#retryable = failure.retryable ? [...others, position] : others;
    const move = nextMove({
      failure,
      position,
      candidates: call.order.length,
      untried: this.untried,
      attemptsLeft: Math.min(this.#plan.route.attempts, LIMITS.attempts) - made(call),
      msLeft,
      resets: this.#resets,
      backoffs: this.#backoffs,
      retryable: this.#retryable,
      pausedMs: (at) => this.#pausedMs(at, now),
      chance: call.lane.chance,
    });
    if (move.kind === 'give_up') return move;
    if (move.kind === 'again') this.#resets += 1;
    if (move.kind === 'wait') this.#backoffs += 1;
    if (move.position !== position)
      this.#cause = { kind: move.kind === 'next' ? 'next' : 'back', after: failure.error.code };
    return move;
  }

  /** What the client is told when nothing more is tried: of what was really made, if anything was. */
  lastWord({ error, unsent }: LegFailure): AppError {
    return unsent === true ? (this.#lastError ?? error) : error;
  }

  /** Chosen in the end is this one. One more try at the first changes nothing: it is the same decision. */
  settle(position: number): void {
    if (this.#settled) return;
    this.#settled = true;
    const { judged } = this.#call;
    const index = this.#indexAt(position);
    judged.verdicts[index] = 'chosen';
    judged.reasons[index] = this.#cause;
    this.write();
  }

  /** Interns the decision as it is now. */
  write(): void {
    decide(this.#call, this.#plan);
  }

  #used(position: number): void {
    if (position >= this.untried) this.untried = position + 1;
  }

  #indexAt(position: number): number {
    return this.#call.order[position] ?? 0;
  }

  #pausedMs(position: number, now: number): number {
    const target = this.#plan.targets[this.#indexAt(position)];
    return target === undefined ? 0 : this.#call.lane.health.pausedFor(target.deployment, now);
  }
}

/** A leg that waited in a batch is none of the attempts that a route allows. */
const made = ({ attempts, deferral }: Call): number =>
  deferral === null ? attempts.length : attempts.filter(({ role }) => role !== 'batch').length;
