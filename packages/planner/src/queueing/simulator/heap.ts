// What happens next: events by time, and of two at the same moment the one that was planned first, so a run never hangs on chance.

export interface Scheduled<What> {
  readonly at_ms: number;
  readonly what: What;
}

interface Held<What> extends Scheduled<What> {
  readonly order: number;
}

/** A binary heap. Its size is bounded by whoever schedules: one event for each replica and each sequence on its way. */
export class Agenda<What> {
  readonly #heap: Held<What>[] = [];
  #order = 0;

  get next_ms(): number {
    return this.#heap[0]?.at_ms ?? Number.POSITIVE_INFINITY;
  }

  add(at_ms: number, what: What): void {
    const heap = this.#heap;
    const held = { at_ms, what, order: this.#order };
    this.#order += 1;
    let at = heap.length;
    heap.push(held);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = heap[up];
      if (above === undefined || before(above, held)) break;
      heap[at] = above;
      at = up;
    }
    heap[at] = held;
  }

  take(): Scheduled<What> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      const left = heap[down];
      if (left === undefined) break;
      const right = heap[down + 1];
      const child = right !== undefined && before(right, left) ? right : left;
      if (child === right) down += 1;
      if (before(last, child)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

const before = <What>(a: Held<What>, b: Held<What>): boolean =>
  a.at_ms < b.at_ms || (a.at_ms === b.at_ms && a.order < b.order);
