// The worker's side of the recorder thread: open, say so, run until told to stop or until the log cannot go on.
import { parentPort, workerData } from 'node:worker_threads';
import { invariant, toAppError } from '@weighbridge/kernel';
import type { CloseIntent, Closing } from '../contract.ts';
import { Recorder } from './recorder.ts';
import type { RecorderRequest, RecorderMessage, RecorderThreadOptions } from './recorder-thread.ts';

invariant(parentPort !== null, 'the recorder worker has a parent');
const port = parentPort;

const say = (message: RecorderMessage): void => port.postMessage(message);

function fail(error: unknown): void {
  const { code, message, next } = toAppError(error);
  say({ type: 'failed', code, message, next });
  port.close();
}

function answer(recorder: Recorder, request: RecorderRequest): void {
  try {
    say({ type: 'done', done: answerTo(recorder, request) });
  } catch (error) {
    const { code, message, next } = toAppError(error);
    say({ type: 'refused', code, message, next });
  }
}

function answerTo(recorder: Recorder, request: RecorderRequest): ReturnType<Recorder[RecorderRequest['ask']]> {
  switch (request.ask) {
    case 'sealAll':
      return recorder.sealAll();
    case 'prune':
      return recorder.prune(request.order);
    default:
      return recorder[request.ask](request.reason);
  }
}

async function start(): Promise<void> {
  const { closeIntentModule, closingModule, ...options } = workerData as RecorderThreadOptions;
  const hook =
    closeIntentModule === undefined ? {} : ((await import(closeIntentModule)) as { closeIntent: CloseIntent });
  const books = closingModule === undefined ? {} : ((await import(closingModule)) as { closing: Closing });
  const recorder = new Recorder({ ...options, ...hook, ...books });
  recorder.run((error) => (error === null ? port.close() : fail(error)));
  port.on('message', (message: RecorderRequest | 'stop') => {
    if (message !== 'stop') return answer(recorder, message);
    try {
      recorder.close();
    } catch (error) {
      fail(error);
    }
  });
  say({ type: 'ready' });
}

start().catch(fail);
