// What failures made of a decision: who was tried and what came of it, who was refused unsent, and why the call came to
// the one that served. Made at the first failure only; a call that goes well keeps the decision it was routed by.
import type { AppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Plan } from '../routing/compiled.ts';
import type { Reason } from '../routing/reason.ts';
import { decide } from './route.ts';

export class Aftermath {
  readonly #call: Call;
  readonly #plan: Plan;
  /** What brought the call to the candidate it is at; null for the first. */
  #cause: Reason | null = null;

  constructor(call: Call, plan: Plan) {
    this.#call = call;
    this.#plan = plan;
  }

  /** Refused before it was an attempt. */
  unsent(index: number, { code, message }: AppError): void {
    const { judged } = this.#call;
    if (judged.verdicts[index] !== 'tried') judged.verdicts[index] = 'rejected';
    judged.reasons[index] = { kind: 'unsent', code, message };
  }

  failed(index: number, { code }: AppError): void {
    const { judged } = this.#call;
    judged.verdicts[index] = 'tried';
    judged.reasons[index] = { kind: 'failed', code };
    if (code === 'UPSTREAM_TIMEOUT') this.#waitedInVain();
  }

  /** Else nothing would be learnt of who never answers. A failure that comes at once says nothing of a wait. */
  #waitedInVain(): void {
    const { attempts, facts, lane, startedMono } = this.#call;
    const attempt = attempts.at(-1);
    if (attempt === undefined) return;
    const now = lane.clock.monotonic();
    lane.learnt.gaveUp(attempt.deployment, facts?.stream ?? false, now - startedMono - attempt.started_ms, now);
  }

  /** The call goes to another candidate. */
  moved(kind: 'next' | 'back', { code }: AppError): void {
    this.#cause = { kind, after: code };
  }

  /** Chosen in the end is this one. One more try at the first changes nothing: it is the same decision. */
  settle(index: number): void {
    const { judged } = this.#call;
    judged.verdicts[index] = 'chosen';
    judged.reasons[index] = this.#cause;
    this.write();
  }

  /** Interns the decision as it is now. */
  write(): void {
    decide(this.#call, this.#plan);
  }
}
