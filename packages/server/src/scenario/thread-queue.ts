// One thread that answers one question after another, for work that would hold an event loop for seconds. The thread is
// started when somebody asks and ended when nobody has for a while; so many questions wait and no more; one that is not
// answered in time takes its thread with it, for a thread that computes cannot be told to stop.
import type { Worker } from 'node:worker_threads';
import { AppError, toAppError } from '@weighbridge/kernel';
import { createCaller, type Caller } from '../lanes/thread-calls.ts';

export interface QueueBounds {
  /** Questions that wait while one is answered. */
  readonly waiting: number;
  /** From a question to its answer, the wait included. */
  readonly deadlineMs: number;
  /** How long a thread stays that nobody asks. */
  readonly idleMs: number;
}

export interface ThreadQueue {
  /**
   * Rejects with OVERLOADED when too many wait, QUERY_TIMEOUT when it takes too long, CLIENT_GONE when the signal comes before
   * its turn does (a question whose turn has come is answered), or the thread's own error.
   */
  ask<Value>(name: string, input: unknown, signal: AbortSignal): Promise<Value>;
  /** Whether a thread is there. */
  readonly running: () => boolean;
  close(): Promise<void>;
}

interface Job {
  readonly name: string;
  readonly input: unknown;
  readonly settle: PromiseWithResolvers<unknown>;
  readonly timer: NodeJS.Timeout;
}

interface Thread {
  readonly worker: Worker;
  readonly caller: Caller;
}

export function createThreadQueue(start: () => Worker, bounds: QueueBounds): ThreadQueue {
  return new Queue(start, bounds);
}

class Queue implements ThreadQueue {
  readonly #start: () => Worker;
  readonly #bounds: QueueBounds;
  readonly #waiting: Job[] = [];
  #thread: Thread | null = null;
  #working: Job | null = null;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(start: () => Worker, bounds: QueueBounds) {
    this.#start = start;
    this.#bounds = bounds;
  }

  ask<Value>(name: string, input: unknown, signal: AbortSignal): Promise<Value> {
    const { waiting, deadlineMs } = this.#bounds;
    if (this.#closed) return Promise.reject(new AppError('DRAINING', 'the instance is stopping'));
    if (this.#working !== null && this.#waiting.length >= waiting)
      return Promise.reject(new AppError('OVERLOADED', `${waiting} runs wait already`));
    const settle = Promise.withResolvers<unknown>();
    const job: Job = { name, input, settle, timer: setTimeout(() => this.#late(job), deadlineMs) };
    this.#waiting.push(job);
    signal.addEventListener('abort', () => this.#drop(job, new AppError('CLIENT_GONE', 'nobody waits any more')), {
      once: true,
    });
    this.#next();
    return settle.promise as Promise<Value>;
  }

  running = (): boolean => this.#thread !== null;

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.slice()) this.#drop(job, new AppError('DRAINING', 'the instance is stopping'));
    await this.#end(new AppError('DRAINING', 'the instance is stopping'));
  }

  #next(): void {
    if (this.#working !== null) return;
    clearTimeout(this.#idle);
    const job = this.#waiting.shift();
    if (job === undefined) {
      this.#idle = setTimeout(() => void this.#end(new AppError('DRAINING', 'nobody asked')), this.#bounds.idleMs);
      this.#idle.unref();
      return;
    }
    this.#working = job;
    const { caller } = (this.#thread ??= this.#open());
    // The job's own timer is the deadline: the caller's is only there behind it.
    caller
      .ask(job.name, job.input, 2 * this.#bounds.deadlineMs)
      .then(job.settle.resolve, job.settle.reject)
      .finally(() => {
        clearTimeout(job.timer);
        this.#working = null;
        this.#next();
      });
  }

  #open(): Thread {
    const worker = this.#start();
    worker.unref();
    const thread = { worker, caller: createCaller(worker, 'the thread of scenarios', 'QUERY_TIMEOUT') };
    const ended = (error: AppError): void => {
      thread.caller.fail(error);
      if (this.#thread === thread) this.#thread = null;
    };
    worker.once('error', (error) => ended(toAppError(error)));
    worker.once('exit', (code) => ended(new AppError('INTERNAL', `the thread of scenarios ended with ${code}`)));
    return thread;
  }

  #drop(job: Job, error: AppError): void {
    const at = this.#waiting.indexOf(job);
    if (at === -1) return;
    this.#waiting.splice(at, 1);
    clearTimeout(job.timer);
    job.settle.reject(error);
  }

  #late(job: Job): void {
    const error = new AppError('QUERY_TIMEOUT', `no answer came within ${this.#bounds.deadlineMs / 1000} s`, {
      next: 'ask again in a moment, for fewer paths, or with fewer switches',
    });
    if (this.#working === job) void this.#end(error);
    else this.#drop(job, error);
  }

  /** Whoever is being answered gets the error. */
  async #end(error: AppError): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = null;
    thread?.caller.fail(error);
    await thread?.worker.terminate();
  }
}
