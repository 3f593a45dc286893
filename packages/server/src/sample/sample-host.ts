// The main thread's hold on the thread that makes the sample. Calls go on whatever becomes of it: a sample that cannot be
// made is told to whoever asks, and to the operator once.
import { Worker } from 'node:worker_threads';
import { AppError } from '@weighbridge/kernel';
import { fromBody } from '../lanes/thread-calls.ts';
import type { Made } from './make-sample.ts';
import type { SampleMessage, SampleSetup } from './sample-thread.ts';
import type { Say } from '../logging/events.ts';
import { causeWords } from '../logging/cause.ts';

export interface SampleMaking {
  /** Resolves when the sample is whole, or `stop` ended it before. Rejects with why it could not be made. */
  readonly ended: Promise<Made>;
  /** Entries so far, of about so many; null before the first. */
  progress(): { readonly done: number; readonly total: number } | null;
  /** Ends the thread in order; what it has written stays for the next start. */
  stop(): Promise<void>;
}

export interface SampleMakingOptions extends SampleSetup {
  /** Hears once of a sample that could not be made. */
  readonly say: Say;
}

/** Of the thread's heap: what it needs is one hour of calls and the price book. */
const HEAP = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 96 };

/** Ends in a moment where a whole sample is there already. */
export function startSample({ say, ...setup }: SampleMakingOptions): SampleMaking {
  const worker = new Worker(new URL('./sample-thread.ts', import.meta.url), {
    workerData: setup,
    resourceLimits: HEAP,
  });
  worker.unref();
  let progress: { readonly done: number; readonly total: number } | null = null;
  const ended = new Promise<Made>((resolve, reject) => {
    worker.on('message', (message: SampleMessage) => {
      if (message.type === 'progress') progress = { done: message.done, total: message.total };
      else if (message.type === 'made') resolve(message.made);
      else reject(fromBody(message.error));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new AppError('INTERNAL', `the thread of the sample ended with ${code}`)));
  });
  ended.catch((error: unknown) =>
    say(`the sample organisation could not be made: ${causeWords(error)}`, 'sample.failed'),
  );
  return {
    ended,
    progress: () => progress,
    stop: async () => {
      worker.postMessage('stop');
      await ended.catch(() => undefined); // Told above, to whoever awaits it.
    },
  };
}
