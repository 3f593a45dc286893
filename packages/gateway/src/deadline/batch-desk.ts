// The batches of one lane: which of them a call joins, how many wait, and what is to be seen of them. Calls whose time runs
// out at about the same moment go together, so that the one in a hurry rarely takes others out of their batch.
import type { Deployment } from '../deployment.ts';
import type { BatchApi } from '../clouds/batches.ts';
import type { Headers } from '../clouds/cloud.ts';
import type { Target } from '../routing/compiled.ts';
import { Leaving } from './leaving.ts';
import { BatchRun, type BatchLane, type RunOwner, type Waiting } from './batch-run.ts';

export interface BatchView {
  readonly deployment: string;
  /** The seller's name for it; '' while calls are gathered. */
  readonly batch: string;
  readonly calls: number;
  readonly phase: string;
  /** UTC milliseconds; 0: not yet. */
  readonly sent: number;
}

interface Held {
  calls: number;
  bytes: number;
}

/** Where a call waits. */
export interface Place {
  readonly lane: BatchLane;
  readonly target: Target;
  readonly api: BatchApi;
  readonly headers: Headers;
}

export class BatchDesk implements RunOwner {
  /** Those that go by themselves now. */
  readonly leaving = new Leaving();
  readonly #runs = new Set<BatchRun>();
  readonly #gathering = new Map<string, BatchRun>();
  /** By deployment. */
  readonly #held = new Map<string, Held>();
  readonly #places = new Map<string, Place & { readonly run: BatchRun }>();
  #waiting = 0;

  /** `laneCalls`: how many calls the lane may have in flight; those that wait leave half of it to those that do not. */
  hasRoom({ id, batch }: Deployment, bytes: number, laneCalls: number): boolean {
    const held = this.#held.get(id);
    if (batch === undefined || this.#waiting * 2 >= laneCalls) return false;
    return held === undefined || (held.calls < batch.most_waiting && held.bytes + bytes <= batch.max_bytes);
  }

  /** `headers`: what goes with the request to the seller, beside its credential. */
  join(place: Place, waiting: Waiting): void {
    this.#count(place.target.deployment, waiting);
    this.#seat(place, waiting);
  }

  /** Waits for a batch that was handed in before this start. */
  resume(place: Place, waiting: Waiting, batch: string, sentAt: number): void {
    const { id } = place.target.deployment;
    this.#count(place.target.deployment, waiting);
    let run = [...this.#runs].find((one) => one.id === batch && one.target.deployment.id === id);
    if (run === undefined) {
      run = this.#open(place);
      run.resume(batch, sentAt);
    }
    run.add(waiting);
    this.#places.set(waiting.id, { ...place, run });
  }

  leave(waiting: Waiting): void {
    this.#places.get(waiting.id)?.run.leave(waiting);
  }

  /** The lane closes: no batch begins anything more. Resolves when what was begun with a seller is done. */
  async stop(): Promise<void> {
    await Promise.all([...this.#runs].map((run) => run.stop()));
  }

  list(): readonly BatchView[] {
    const waitedFor = [...this.#runs].filter(({ phase }) => phase !== 'clearing');
    return waitedFor.map((run) => ({
      deployment: run.target.deployment.id,
      batch: run.id,
      calls: run.calls,
      phase: run.phase,
      sent: run.sentAt,
    }));
  }

  // --- what its batches report

  again(waiting: Waiting): void {
    const place = this.#places.get(waiting.id);
    if (place === undefined) return;
    this.join(place, waiting);
    waiting.unsent();
  }

  left({ target }: BatchRun, waiting: Waiting): void {
    this.#waiting -= 1;
    const held = this.#held.get(target.deployment.id);
    if (held !== undefined) {
      held.calls -= 1;
      held.bytes -= waiting.body.length;
    }
  }

  over(run: BatchRun): void {
    this.#runs.delete(run);
  }

  emptied(run: BatchRun): void {
    for (const [key, one] of this.#gathering) if (one === run) this.#gathering.delete(key);
    for (const [id, place] of this.#places) if (place.run === run) this.#places.delete(id);
  }

  #count({ id }: Deployment, { body }: Waiting): void {
    this.#waiting += 1;
    const held = this.#held.get(id) ?? { calls: 0, bytes: 0 };
    held.calls += 1;
    held.bytes += body.length;
    this.#held.set(id, held);
  }

  #seat(place: Place, waiting: Waiting): void {
    const { lane, target, headers } = place;
    const hurry = Math.floor(Math.log2(Math.max(1, waiting.leaveAt - lane.clock.wall())));
    const key = JSON.stringify([target.deployment.id, target.dialect, hurry, headers]);
    let run = this.#gathering.get(key);
    if (run === undefined || !run.takes(waiting.body.length)) {
      run = this.#open(place);
      this.#gathering.set(key, run);
    }
    run.add(waiting);
    this.#places.set(waiting.id, { ...place, run });
  }

  #open({ lane, target, api, headers }: Place): BatchRun {
    const run = new BatchRun(lane, target, api, headers, this);
    this.#runs.add(run);
    lane.watch.add(run);
    return run;
  }
}
