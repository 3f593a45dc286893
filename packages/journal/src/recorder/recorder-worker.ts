// The worker's side of the recorder thread: open, say so, run until told to stop or until the log cannot go on.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { invariant, toAppError } from '@weighbridge/kernel';
import type { CloseIntent } from '../contract.ts';
import { Recorder } from './recorder.ts';
import type { KeyRequest, RecorderMessage, RecorderThreadOptions } from './recorder-thread.ts';

invariant(parentPort !== null, 'the recorder worker has a parent');
const port = parentPort;

/** A ninth of a lane's share while both want the same core. */
const RECORDER_NICENESS = 10;

const say = (message: RecorderMessage): void => port.postMessage(message);

function fail(error: unknown): void {
  const { code, message, next } = toAppError(error);
  say({ type: 'failed', code, message, next });
  port.close();
}

/**
 * What a caller waits for goes first: on a machine whose cores are all busy, the recorder's turns of several milliseconds
 * would else stand between a lane and its clouds. It has a second to seal, and catches up when the others wait.
 * Linux alone gives a thread a priority of its own; elsewhere this would slow the whole process.
 */
function yieldToLanes(): void {
  if (process.platform === 'linux') setPriority(RECORDER_NICENESS);
}

function change(recorder: Recorder, { change: name, reason }: KeyRequest): void {
  try {
    say({ type: 'changed', done: recorder[name](reason) });
  } catch (error) {
    const { code, message, next } = toAppError(error);
    say({ type: 'refused', code, message, next });
  }
}

async function start(): Promise<void> {
  yieldToLanes();
  const { closeIntentModule, ...options } = workerData as RecorderThreadOptions;
  const hook =
    closeIntentModule === undefined ? {} : ((await import(closeIntentModule)) as { closeIntent: CloseIntent });
  const recorder = new Recorder({ ...options, ...hook });
  recorder.run((error) => (error === null ? port.close() : fail(error)));
  port.on('message', (message: KeyRequest | 'stop') => {
    if (message !== 'stop') return change(recorder, message);
    try {
      recorder.close();
    } catch (error) {
      fail(error);
    }
  });
  say({ type: 'ready' });
}

start().catch(fail);
