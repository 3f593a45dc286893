// The recorder in a worker thread of its own, where its syncs delay nobody. Both ends stand here: what the main thread
// holds, and what the worker (recorder-worker.ts) runs.
import { Worker } from 'node:worker_threads';
import { AppError, ERRORS, type ErrorCode } from '@weighbridge/kernel';
import type { RecorderOptions } from '../contract.ts';
import { setRecorderFailing } from '../signals.ts';

export interface RecorderThreadOptions extends Omit<RecorderOptions, 'clock' | 'closeIntent'> {
  /** File URL of a module that exports `closeIntent`; functions cannot cross to another thread. */
  readonly closeIntentModule?: string;
}

export interface RecorderThread {
  /** Resolves after `stop`; rejects with the error that ended the recorder. New calls are refused from then on. */
  readonly ended: Promise<void>;
  /** Takes in and seals what the lanes have written, then ends. Close the lanes first. */
  stop(): Promise<void>;
}

export type RecorderMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly next: string };

/** Resolves once the recorder has opened the log and taken in what earlier starts left. Rejects as `openRecorder` throws. */
export async function startRecorderThread(options: RecorderThreadOptions): Promise<RecorderThread> {
  const worker = new Worker(new URL('./recorder-worker.ts', import.meta.url), {
    workerData: options,
    name: 'recorder',
  });
  let failure: AppError | null = null;
  const { promise: ready, resolve: isReady, reject: notReady } = Promise.withResolvers<void>();
  const ended = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: RecorderMessage) => {
      if (message.type === 'ready') isReady();
      else failure = toError(message);
    });
    worker.on('error', (error) => {
      failure = new AppError('INTERNAL', `the recorder died: ${(error as Error).message}`, { cause: error });
    });
    worker.on('exit', (code) => {
      if (code !== 0) failure ??= new AppError('INTERNAL', `the recorder ended with ${code}`);
      if (failure !== null && options.signals !== undefined) setRecorderFailing(options.signals, true);
      if (failure === null) resolve();
      else reject(failure);
      notReady(failure ?? new AppError('INTERNAL', 'the recorder ended before it was ready'));
    });
  });
  // Whoever looks at `ended` sees the error; nobody has to.
  ended.catch(() => undefined);
  await ready;
  return {
    ended,
    stop: async () => {
      worker.postMessage('stop');
      await ended;
    },
  };
}

const toError = (message: { code: string; message: string; next: string }): AppError =>
  new AppError(message.code in ERRORS ? (message.code as ErrorCode) : 'INTERNAL', message.message, {
    next: message.next,
  });
