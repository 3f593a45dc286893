// Stands in for the projections' thread: the first time one of its projections never comes back.
import { parentPort, workerData } from 'node:worker_threads';
import { answerCalls } from '../../../src/lanes/thread-calls.ts';
import type { ProjectorSetup } from '../../../src/projector/projector-thread.ts';
import { writeWatch } from '../../../src/projector/watch.ts';
import { projectionsOf } from '../../../src/projections/index.ts';

const setup = workerData as ProjectorSetup;
const names = projectionsOf(setup.settings).map(({ name }) => name);
const watch = writeWatch(setup.cells, names);

/** Once it is open: computes for ever within one turn of a fold. */
function hang(): never {
  watch.working('latency');
  for (let turns = 0; ; turns += 1) watch.reading(turns < 0);
}

if (parentPort !== null) {
  answerCalls(parentPort, {
    open: () => {
      if (!Object.hasOwn(setup.stopped, 'latency')) setImmediate(hang);
    },
    state: () => ({
      state: 'running',
      store: 'embedded',
      memory_bytes: 1,
      problem: null,
      projections: Object.entries(setup.stopped).map(([name, problem]) => ({
        name,
        version: 1,
        state: 'stopped',
        next: 0,
        lag_entries: 0,
        lag_seconds: 0,
        problem: { ...problem, entry: null },
      })),
    }),
    close: () => undefined,
  });
}
