// The thread that makes a sample beside a running gateway: at a low priority, and at an end when its parent says so. What
// it has written by then stays, and the next start goes on with it.
import { parentPort, workerData } from 'node:worker_threads';
import { invariant, toAppError, type ErrorBody } from '@weighbridge/kernel';
import { stepBack } from '../lanes/step-back.ts';
import { makeSample, type Made, type MakeOptions } from './make-sample.ts';

export type SampleSetup = Pick<MakeOptions, 'home' | 'now' | 'calls' | 'deal'>;

export type SampleMessage =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'made'; readonly made: Made }
  | { readonly type: 'failed'; readonly error: ErrorBody };

invariant(parentPort !== null, 'a sample is made in a thread of its own');
const port = parentPort;
const say = (message: SampleMessage): void => port.postMessage(message);
const ending = new AbortController();
port.once('message', () => ending.abort());

stepBack();
makeSample({
  ...(workerData as SampleSetup),
  signal: ending.signal,
  progress: (done, total) => say({ type: 'progress', done, total }),
})
  .then(
    (made) => say({ type: 'made', made }),
    (error: unknown) => say({ type: 'failed', error: toAppError(error).body() }),
  )
  .finally(() => port.close());
