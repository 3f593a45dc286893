// One lock over all counters of a node. Several limits stand over one call, and what it may take has to be seen and
// taken from all of them at once: counters that were moved one by one would refuse a call for what another one, itself
// refused a moment later, had taken and given back. It is held for the microseconds of a few look-ups.
import { AppError } from '@weighbridge/kernel';

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;
/** A thread that died with the lock takes the process with it; until then nobody is admitted on doubt. */
const WAIT_MS = 1_000;
const WAITS_MOST = 5;

/** Waits until the lock is this thread's. Throws LANE_BUSY when it cannot be had. */
export function lock(cell: Int32Array<SharedArrayBuffer>): void {
  if (Atomics.compareExchange(cell, 0, FREE, HELD) === FREE) return;
  let waits = 0;
  while (Atomics.exchange(cell, 0, CONTENDED) !== FREE) {
    if (Atomics.wait(cell, 0, CONTENDED, WAIT_MS) === 'timed-out' && (waits += 1) >= WAITS_MOST)
      throw new AppError('LANE_BUSY', 'the counters of the limits are held by another thread that does not go on');
  }
}

export function unlock(cell: Int32Array<SharedArrayBuffer>): void {
  if (Atomics.exchange(cell, 0, FREE) === CONTENDED) Atomics.notify(cell, 0, 1);
}
