// Threads that serve calls begin with all the room for what is new that they may have. V8 begins with a megabyte and doubles it
// by what it finds alive, which here is next to nothing: so it looks far more often than it has to, and each time copies what is in
// flight. It takes the size from a flag of the process when a thread is made; the flag stands only while such a thread comes up.
// On few cores it collects what is new by the thread itself: helpers would wait for a core that a lane or the recorder has, and
// the lane for them (200 streams on two cores: p99 of a frame 15 ms with helpers, 5 ms without, measured).
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { LIMITS } from '@weighbridge/kernel';

/** V8 counts three of them as the young generation (`Heap::YoungGenerationSizeFromSemiSpaceSize`). */
const SEMI_SPACE_MB = Math.floor(LIMITS.young_mb / 3);

/** With fewer there is none to spare for a helper. */
const CORES_TO_SPARE = 4;

let comingUp = 0;

/** A thread with `LIMITS.young_mb` for what is new, from its first allocation on. */
export function startRoomyThread(script: URL, name: string): Worker {
  comingUp += 1;
  if (availableParallelism() < CORES_TO_SPARE) setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE_MB}`);
  const worker = new Worker(script, { name, resourceLimits: { maxYoungGenerationSizeMb: LIMITS.young_mb } });
  let over = false;
  const isUp = (): void => {
    if (over) return;
    over = true;
    comingUp -= 1;
    if (comingUp === 0) setFlagsFromString('--min-semi-space-size=0');
  };
  // One that never comes up ends.
  worker.once('online', isUp);
  worker.once('exit', isUp);
  return worker;
}
