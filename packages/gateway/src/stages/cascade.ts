// The cascade of a call: an answer of any but the last candidate is held back whole, checked, and let go or given up for
// the next. What is held is bounded: an answer that outgrows the bound is let go unchecked, since it cannot be told to
// be bad. Calls of other routes have none of this.
import { createAnswerReader } from '@weighbridge/dialects';
import { LIMITS } from '@weighbridge/kernel';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Call } from '../pipeline/call.ts';
import type { Route } from '../deployment.ts';
import { failedCheck, type AnswerChecks } from '../routing/answer-check.ts';
import { hasEffects } from '../routing/effects.ts';
import type { Leg } from './leg.ts';

export class Cascade {
  readonly #checks: AnswerChecks;
  readonly #attempts: number;
  #held: Buffer[] = [];
  #bytes = 0;

  constructor(checks: AnswerChecks, attempts: number) {
    this.#checks = checks;
    this.#attempts = attempts;
  }

  /** Has the answer of this leg read, unless nobody could be asked after it. `untried`: who would be next. */
  began(call: Call, leg: Leg, untried: number): void {
    this.#drop();
    const last = Math.max(untried, leg.position + 1) >= call.order.length || call.attempts.length >= this.#attempts;
    if (last) return;
    // Another candidate would do once more what this one has done.
    if (hasEffects(call.facts)) leg.draft.check = 'effects: let go unchecked';
    else leg.reader = createAnswerReader(leg.target.dialect, BOUNDS.checked_chars);
  }

  /** False when that is more than is held. */
  keep(bytes: Buffer): boolean {
    this.#held.push(bytes);
    this.#bytes += bytes.length;
    return this.#bytes <= BOUNDS.cascade_bytes;
  }

  /** What was held, to be sent now. */
  take(): Buffer {
    const all = Buffer.concat(this.#held, this.#bytes);
    this.#drop();
    return all;
  }

  /** The check that the held answer fails; null when it is good. */
  judge({ reader }: Leg): string | null {
    return reader === null ? null : failedCheck(reader.said(), this.#checks);
  }

  #drop(): void {
    this.#held = [];
    this.#bytes = 0;
  }
}

/** Null where the route has no cascade, or the call nowhere else to go. */
export function cascadeOf(call: Call, { cascade, attempts }: Route): Cascade | null {
  if (cascade === undefined || call.endpoint !== 'generate' || call.order.length < 2) return null;
  return new Cascade(cascade.check, Math.min(attempts, LIMITS.attempts));
}

/** Nothing of an answer that was given up is told as when the call's answer came. */
export function forgetTimes(call: Call): void {
  call.firstByteMono = -1;
  call.firstTokenMono = -1;
  call.lastTokenMono = -1;
  call.lastByteMono = -1;
  call.chunks = 0;
  call.gapMaxMs = 0;
}

/** An answer that was held reaches its client when it is let go, not when it came. */
export function timeByRelease(call: Call): void {
  if (call.firstTokenMono < 0) return;
  call.firstTokenMono = call.lane.clock.monotonic();
  call.lastTokenMono = call.firstTokenMono;
  call.gapMaxMs = 0;
}
