// A circuit breaker that knows whose fault a failure was. Only faults of the deployment, its region, its model or the
// way there count; a wrong request, a bad key or our own limits say nothing about whether the deployment works.
// States: closed → open (after failures in a row) → half-open (one probe) → closed, or open again for twice as long.
import type { Fault } from '@weighbridge/protocol';

export interface CircuitBounds {
  readonly failures: number;
  readonly openMs: number;
  readonly openMaxMs: number;
}

export type CircuitState = 'closed' | 'open' | 'half_open';

const COUNTED: ReadonlySet<Fault> = new Set<Fault>(['deployment', 'region', 'model', 'network']);

export class Circuit {
  readonly #bounds: CircuitBounds;
  #failures = 0;
  #openUntil = 0;
  #openFor: number;
  #probing = false;
  #lastFault: Fault | null = null;

  constructor(bounds: CircuitBounds) {
    this.#bounds = bounds;
    this.#openFor = bounds.openMs;
  }

  state(now: number): CircuitState {
    if (this.#openUntil === 0) return 'closed';
    return now < this.#openUntil ? 'open' : 'half_open';
  }

  /** Fault that opened it, for the reason in a decision. */
  get lastFault(): Fault | null {
    return this.#lastFault;
  }

  /** Failures in a row that counted. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds until an open one lets a call try; 0 when it is not open. */
  reopensIn(now: number): number {
    return Math.max(0, this.#openUntil - now);
  }

  /** Whether a call may go there now; while half open only one at a time may. */
  admits(now: number): boolean {
    const state = this.state(now);
    return state === 'closed' || (state === 'half_open' && !this.#probing);
  }

  /** A call goes there. */
  began(now: number): void {
    if (this.state(now) === 'half_open') this.#probing = true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
    this.#openFor = this.#bounds.openMs;
    this.#probing = false;
    this.#lastFault = null;
  }

  /** A failure that says nothing about the deployment: a probe is over, nothing is counted. */
  undecided(): void {
    this.#probing = false;
  }

  failed(fault: Fault, now: number): void {
    if (!COUNTED.has(fault)) {
      this.undecided();
      return;
    }
    this.#lastFault = fault;
    this.#failures += 1;
    if (this.#probing) {
      this.#probing = false;
      this.#openFor = Math.min(this.#openFor * 2, this.#bounds.openMaxMs);
      this.#openUntil = now + this.#openFor;
    } else if (this.#failures >= this.#bounds.failures && this.state(now) !== 'open') {
      this.#openUntil = now + this.#openFor;
    }
  }
}
