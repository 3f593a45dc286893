// The main thread's hold on the thread that reckons draw-down and projection: some hundred paths through years of days take longer
// than the control API may stand still. It starts with the first question, and is let go when nobody has asked for a while.
import { Worker } from 'node:worker_threads';
import { AppError, toAppError } from '@weighbridge/kernel';
import type { Commitments, Drawn } from '@weighbridge/protocol';
import { createCaller, type Caller } from '../lanes/thread-calls.ts';
import type { Gathered, Plan, TrancheName } from './reckoning.ts';

export interface Reckoner {
  /** Rejects with QUERY_TIMEOUT. */
  commitments(gathered: Gathered, plan: Plan): Promise<Commitments>;
  /** Rejects with CONTRACT_UNKNOWN, QUERY_TIMEOUT. */
  drawn(gathered: Gathered, name: TrancheName): Promise<Drawn>;
  close(): Promise<void>;
}

const DEADLINE_MS = 15_000;
const IDLE_MS = 60_000;
const HEAP = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };

interface Running {
  readonly worker: Worker;
  readonly calls: Caller;
}

export function createReckoner(): Reckoner {
  let running: Running | undefined;
  let idle: NodeJS.Timeout | undefined;
  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const last = running;
    running = undefined;
    await last?.worker.terminate();
  };
  const ask = async <Value>(name: string, input: unknown): Promise<Value> => {
    clearTimeout(idle);
    const now = (running ??= start((gone) => {
      if (running?.worker === gone) running = undefined;
    }));
    try {
      return await now.calls.ask<Value>(name, input, DEADLINE_MS);
    } finally {
      clearTimeout(idle);
      idle = setTimeout(() => void end(), IDLE_MS).unref();
    }
  };
  return {
    commitments: (gathered, plan) => ask('commitments', { gathered, plan }),
    drawn: (gathered, name) => ask('drawn', { gathered, name }),
    close: end,
  };
}

function start(onGone: (worker: Worker) => void): Running {
  const worker = new Worker(new URL('./reckoner-thread.ts', import.meta.url), { name: 'deal', resourceLimits: HEAP });
  worker.unref();
  const calls = createCaller(worker, 'the thread that reckons commitments', 'QUERY_TIMEOUT');
  const fail = (error: AppError): void => {
    onGone(worker);
    calls.fail(error);
  };
  worker.once('error', (error) => fail(toAppError(error)));
  worker.once('exit', (code) =>
    fail(new AppError('INTERNAL', `the thread that reckons commitments ended with ${code}`)),
  );
  return { worker, calls };
}
