// Waits for room when everything that could serve a call is full: in line by class and key, for no longer than the route allows, in
// a line of no more than its depth. Whoever waited in vain is told what was full; whoever has to give way to somebody more urgent is
// told so, in the caller's own dialect, with a time to come back. A route without a queue costs one null check.
import { AppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { CallHolder } from '../pipeline/in-flight.ts';
import type { Watched } from '../pipeline/watch.ts';
import { Line, type Waits } from '../queue/line.ts';
import type { Plan } from '../routing/compiled.ts';
import { urgencyOf } from './priority.ts';
import { decide, judge, nothingLeft } from './route.ts';

/** Reasons that pass by themselves when other calls end. */
const PASSING = new Set(['reserved_full', 'full', 'paused']);

/** Whether waiting helps: nothing is open, and something will be. */
export const mayWait = ({ judged }: Call): boolean =>
  judged.reasons.some((reason) => reason !== null && PASSING.has(reason.kind));

type Go = () => void;
type Fail = (error: AppError) => void;

/** Whether others wait whom this call may not pass. */
export function comesAfter(call: Call, plan: Plan): boolean {
  const line = LINES.get(call.lane)?.get(plan.route.id);
  const first = line?.first();
  return first !== undefined && first.urgency >= urgencyOf(call.priority);
}

/** Puts the call in line. Exactly one of `go` and `fail` is called, once. */
export function waitFor(call: Call, plan: Plan, go: Go, fail: Fail): void {
  const { queue } = plan.route;
  if (queue === undefined) return fail(nothingLeft(call, plan));
  let lines = LINES.get(call.lane);
  if (lines === undefined) LINES.set(call.lane, (lines = new Map()));
  let line = lines.get(plan.route.id);
  if (line === undefined || line.depth !== queue.depth)
    lines.set(plan.route.id, (line = new WaitingLine(queue.depth, call.lane)));
  line.enter(new Waiting(call, plan, queue.wait_ms, go, fail));
}

/** Of each lane, by route. One that a new configuration replaced lives as long as somebody waits in it. */
const LINES = new WeakMap<Call['lane'], Map<string, WaitingLine>>();

/** Calls of a route whose deployments bound how many they take are let go one at a time: each has to be counted first. */
const AT_ONCE = 32;

class WaitingLine implements Watched {
  readonly depth: number;
  readonly #line: Line<Waiting>;
  readonly #lane: Call['lane'];
  deadline = 0;
  slot = -1;

  constructor(depth: number, lane: Call['lane']) {
    this.depth = depth;
    this.#line = new Line(depth);
    this.#lane = lane;
  }

  first(): Waiting | undefined {
    return this.#line.first();
  }

  enter(entry: Waiting): void {
    entry.line = this;
    const shed = this.#line.add(entry);
    if (shed !== entry) {
      entry.call.holder = entry;
      for (const { reservation } of entry.plan.targets) reservation?.count('queued', this.#lane.clock.wall());
    }
    if (this.slot < 0 && this.#line.size > 0) this.#lane.watch.add(this);
    shed?.shed();
  }

  leave(entry: Waiting): void {
    this.#line.remove(entry);
    this.#rest();
  }

  overdue(now: number): void {
    for (const entry of this.#line.all()) if (now >= entry.endBy) entry.tooLong();
    for (let gone = 0; gone < AT_ONCE; gone += 1) {
      const entry = this.#line.first();
      if (entry === undefined) break;
      judge(entry.call, entry.plan);
      if (entry.call.order.length === 0) break;
      this.#line.take(entry);
      entry.go();
      if (entry.plan.targets.some(({ deployment }) => deployment.max_concurrency !== undefined)) break;
    }
    this.#rest();
  }

  #rest(): void {
    if (this.#line.size === 0) this.#lane.watch.delete(this);
  }
}

class Waiting implements Waits, CallHolder {
  readonly call: Call;
  readonly plan: Plan;
  readonly urgency: number;
  readonly of: string;
  readonly endBy: number;
  line: WaitingLine | null = null;
  readonly #since: number;
  readonly #waitMs: number;
  readonly #go: Go;
  readonly #fail: Fail;

  constructor(call: Call, plan: Plan, waitMs: number, go: Go, fail: Fail) {
    this.call = call;
    this.plan = plan;
    this.urgency = urgencyOf(call.priority);
    this.of = call.key?.id ?? '';
    this.#since = call.lane.clock.monotonic();
    this.#waitMs = waitMs;
    this.endBy = this.#since + waitMs;
    this.#go = go;
    this.#fail = fail;
  }

  go(): void {
    this.#end();
    this.#go();
  }

  /** Somebody more urgent needs the place, or there is none. */
  shed(): void {
    const { call, plan } = this;
    this.#refuse(
      new AppError(
        'SHED',
        `the line of the route "${plan.route.id}" is full, and calls of the priority "${call.priority}" give way`,
        { details: { retryAfterMs: this.#waitMs } },
      ),
    );
  }

  tooLong(): void {
    judge(this.call, this.plan);
    if (this.call.order.length > 0) {
      this.line?.leave(this);
      return this.go();
    }
    return this.#refuse(nothingLeft(this.call, this.plan));
  }

  clientGone(): void {
    this.#refuse(new AppError('CLIENT_GONE', 'the client left while its call waited for room'));
  }

  cut(): void {
    this.#refuse(new AppError('DRAINING', 'this instance shut down while the call waited for room'));
  }

  #refuse(error: AppError): void {
    this.line?.leave(this);
    this.#end();
    decide(this.call, this.plan);
    this.#fail(error);
  }

  #end(): void {
    this.call.holder = null;
    this.call.queuedMs = this.call.lane.clock.monotonic() - this.#since;
  }
}
