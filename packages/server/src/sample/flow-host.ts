// The main thread's hold on the thread in which the sample goes on. Whatever becomes of it, the sample can be looked at and
// calls go on: why it ended is said once.
import { Worker } from 'node:worker_threads';
import { AppError } from '@weighbridge/kernel';
import { fromBody } from '../lanes/thread-calls.ts';
import type { FlowMessage, FlowSetup } from './flow-thread.ts';
import type { Say } from '../logging/events.ts';
import { causeWords } from '../logging/cause.ts';

export interface SampleFlow {
  /** Ends it in order: what has been written is sealed, and its folder's lock is free. */
  stop(): Promise<void>;
}

export interface SampleFlowOptions extends FlowSetup {
  readonly say: Say;
}

/** Of the thread's heap: what it needs is an hour of calls and the price book. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

export function startFlow({ say, ...setup }: SampleFlowOptions): SampleFlow {
  const worker = new Worker(new URL('./flow-thread.ts', import.meta.url), { workerData: setup, resourceLimits: HEAP });
  worker.unref();
  const ended = new Promise<void>((resolve, reject) => {
    worker.on('message', ({ failed }: FlowMessage) => (failed === null ? resolve() : reject(fromBody(failed))));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new AppError('INTERNAL', `the thread of the sample ended with ${code}`)));
  });
  const over = ended.catch((error: unknown) =>
    say(`no more calls come into the sample organisation: ${causeWords(error)}`, 'sample.failed'),
  );
  return {
    stop: async () => {
      worker.postMessage('stop');
      await over;
    },
  };
}
