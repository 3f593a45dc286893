// What a lane has learnt about each deployment and credential: calls in flight, circuit, pauses. It outlives snapshots,
// since a new configuration does not mend a cloud; a deployment whose definition changed starts afresh.
import { AppError } from '@weighbridge/kernel';
import type { Fault } from '@weighbridge/protocol';
import type { Deployment, Snapshot } from '../deployment.ts';
import { BOUNDS } from '../pipeline/bounds.ts';
import { Circuit, type CircuitState } from './circuit.ts';
import { wordsOf, type Reason } from './reason.ts';

interface Known {
  readonly definition: string;
  readonly circuit: Circuit;
  inFlight: number;
  pausedUntil: number;
}

/** A failed leg, as far as health cares. */
export interface Failure {
  readonly fault: Fault;
  readonly retryAfterMs?: number;
}

/** What is known of a deployment, to be shown. */
export interface HealthView {
  readonly deployment: string;
  readonly in_flight: number;
  readonly circuit: CircuitState;
  readonly failures: number;
  readonly reopens_ms: number;
  readonly last_fault: Fault | null;
  readonly paused_ms: number;
  readonly reason: string | null;
}

export class Health {
  readonly #known = new Map<string, Known>();
  /** Credential name → monotonic time until which it is left alone. */
  readonly #refused = new Map<string, number>();

  /** Forgets what the snapshot no longer names, or names differently. */
  adopt(snapshot: Snapshot): void {
    const named = new Map(snapshot.deployments.map((deployment) => [deployment.id, JSON.stringify(deployment)]));
    for (const [id, known] of this.#known) {
      if (named.get(id) !== known.definition && known.inFlight === 0) this.#known.delete(id);
    }
    this.#refused.clear();
  }

  /** Why the deployment should not be used now; null when fine. */
  reason(deployment: Deployment, now: number): Reason | null {
    const refusedUntil = this.#refused.get(deployment.credential);
    if (refusedUntil !== undefined) {
      if (now < refusedUntil) return { kind: 'credential_refused', credential: deployment.credential };
      this.#refused.delete(deployment.credential);
    }
    const known = this.#of(deployment);
    if (!known.circuit.admits(now)) return { kind: 'circuit_open', fault: known.circuit.lastFault };
    if (now < known.pausedUntil) return { kind: 'paused' };
    if (deployment.max_concurrency !== undefined && known.inFlight >= deployment.max_concurrency) {
      return { kind: 'full', most: deployment.max_concurrency };
    }
    return null;
  }

  /** Calls that this lane has there now. */
  inFlight(deployment: Deployment): number {
    return this.#of(deployment).inFlight;
  }

  /** Milliseconds until a pause of the deployment ends; 0 when there is none. */
  pausedFor(deployment: Deployment, now: number): number {
    return Math.max(0, this.#of(deployment).pausedUntil - now);
  }

  view(deployment: Deployment, now: number): HealthView {
    const { circuit, inFlight } = this.#of(deployment);
    const reason = this.reason(deployment, now);
    return {
      deployment: deployment.id,
      in_flight: inFlight,
      circuit: circuit.state(now),
      failures: circuit.failures,
      reopens_ms: circuit.reopensIn(now),
      last_fault: circuit.lastFault,
      paused_ms: this.pausedFor(deployment, now),
      reason: reason === null ? null : wordsOf(reason),
    };
  }

  began(deployment: Deployment, now: number): void {
    const known = this.#of(deployment);
    known.inFlight += 1;
    known.circuit.began(now);
  }

  /** Every `began` has one `ended`: with the failure, null for success, or undefined when nothing was learnt. */
  ended(deployment: Deployment, failure: Failure | null | undefined, now: number): void {
    const known = this.#of(deployment);
    known.inFlight -= 1;
    if (known.inFlight < 0) throw new AppError('INTERNAL', `more calls ended than began at ${deployment.id}`);
    if (failure === null) known.circuit.succeeded();
    else if (failure === undefined) known.circuit.undecided();
    else this.#failed(deployment, known, failure, now);
  }

  #failed(deployment: Deployment, known: Known, failure: Failure, now: number): void {
    known.circuit.failed(failure.fault, now);
    if (failure.fault === 'rate_limit') {
      const pause = Math.min(failure.retryAfterMs ?? BOUNDS.pause_ms, BOUNDS.pause_max_ms);
      known.pausedUntil = Math.max(known.pausedUntil, now + pause);
    } else if (failure.fault === 'key') {
      this.#refused.set(deployment.credential, now + BOUNDS.credential_pause_ms);
    }
  }

  #of(deployment: Deployment): Known {
    const known = this.#known.get(deployment.id);
    if (known !== undefined) return known;
    const fresh: Known = {
      definition: JSON.stringify(deployment),
      circuit: new Circuit({
        failures: BOUNDS.circuit_failures,
        openMs: BOUNDS.circuit_open_ms,
        openMaxMs: BOUNDS.circuit_open_max_ms,
      }),
      inFlight: 0,
      pausedUntil: 0,
    };
    this.#known.set(deployment.id, fresh);
    return fresh;
  }
}
