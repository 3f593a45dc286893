// The thread in which the sample goes on: at a low priority, and at an end when its parent says so.
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { invariant, systemClock, toAppError, type ErrorBody } from '@weighbridge/kernel';
import { stepBack } from '../lanes/step-back.ts';
import { flowSample, type FlowOptions } from './flow.ts';

export type FlowSetup = Pick<FlowOptions, 'home'>;

/** Null: it ended in order. */
export interface FlowMessage {
  readonly failed: ErrorBody | null;
}

invariant(parentPort !== null, 'the sample goes on in a thread of its own');
const port = parentPort;
const say = (failed: FlowMessage['failed']): void => port.postMessage({ failed } satisfies FlowMessage);
const ending = new AbortController();
const { signal } = ending;
port.once('message', () => ending.abort());

stepBack();
flowSample({
  ...(workerData as FlowSetup),
  now: () => systemClock.wall(),
  // An end wakes it early.
  pause: (ms) => wait(ms, undefined, { signal }).catch(() => undefined),
  signal,
})
  .then(
    () => say(null),
    (error: unknown) => say(toAppError(error).body()),
  )
  .finally(() => port.close());
