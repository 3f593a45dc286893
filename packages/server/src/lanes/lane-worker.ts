// The thread of one lane, as the thread that started it holds it: its questions, and the news of its end.
import type { Worker } from 'node:worker_threads';
import { AppError } from '@weighbridge/kernel';
import { causeWords } from '../logging/cause.ts';
import { startRoomyThread } from './roomy-thread.ts';
import { createCaller, type Caller } from './thread-calls.ts';

export interface LaneThread {
  /** Its number: what it writes stands under it. */
  readonly lane: number;
  readonly worker: Worker;
  readonly calls: Caller;
  /** Rejects when the thread ends, whoever ended it. Never resolves. */
  readonly died: Promise<never>;
}

export function startThread(lane: number): LaneThread {
  const worker = startRoomyThread(new URL('./lane-thread.ts', import.meta.url), `lane ${lane}`);
  const calls = createCaller(worker, `lane ${lane}`, 'LANE_BUSY');
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => undefined); // As above; an open question is answered with it anyway.
  const dead = (why: string, cause?: unknown): void => {
    const error = new AppError('INTERNAL', `lane ${lane} ended: ${why}`, { cause });
    calls.fail(error);
    death.reject(error);
  };
  worker.once('error', (error) => dead(causeWords(error), error));
  worker.once('exit', (code) => dead(`exit code ${code}`));
  return { lane, worker, calls, died: death.promise };
}
