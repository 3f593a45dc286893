// The recorder in a worker thread of its own, where its syncs delay nobody. Both ends stand here: what the main thread
// holds, and what the worker (recorder-worker.ts) runs.
import { Worker } from 'node:worker_threads';
import { AppError, ERRORS, LIMITS, type ErrorCode } from '@weighbridge/kernel';
import type { RecorderOptions } from '../contract.ts';
import { createSignals, recorderBeat, setRecorderFailing } from '../signals.ts';
import type { Pruned, PruneOrder } from '../retention/prune.ts';
import type { KeyChanged } from './key-change.ts';

export interface RecorderThreadOptions extends Omit<RecorderOptions, 'clock' | 'closeIntent' | 'closing'> {
  /** File URL of a module that exports `closeIntent`; functions cannot cross to another thread. */
  readonly closeIntentModule?: string;
  /** The same for `closing`. */
  readonly closingModule?: string;
  /** Whoever asks it something waits no longer than this for one that does not move. */
  readonly silentMs?: number;
}

export interface RecorderThread {
  /** Resolves after `stop`; rejects with the error that ended the recorder. New calls are refused from then on. */
  readonly ended: Promise<void>;
  /**
   * As the recorder's own: they reject as it throws, and with RECORDER_SILENT when it has not moved for `silentMs`. What was
   * asked for may still be done once it moves; until then nothing more is asked of it.
   */
  rotateKey(reason?: string): Promise<KeyChanged>;
  retireKeys(reason?: string): Promise<KeyChanged>;
  sealAll(): Promise<number>;
  prune(order: PruneOrder): Promise<Pruned>;
  /**
   * Takes in and seals what the lanes have written, then ends. Close the lanes first. Throws RECORDER_SILENT when it does not
   * move for `silentMs`: a thread that hangs in a call of the system can be neither stopped nor waited for.
   */
  stop(silentMs?: number): Promise<void>;
}

type Answer = KeyChanged | Pruned | number;

/** What the thread can be asked while it runs. */
export type RecorderRequest =
  | { readonly ask: 'rotateKey' | 'retireKeys'; readonly reason: string | undefined }
  | { readonly ask: 'sealAll' }
  | { readonly ask: 'prune'; readonly order: PruneOrder };

export type RecorderMessage =
  | { readonly type: 'done'; readonly done: Answer }
  | { readonly type: 'refused'; readonly code: string; readonly message: string; readonly next: string }
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly next: string };

/** Resolves once the recorder has opened the log and taken in what earlier starts left. Rejects as `openRecorder` throws. */
export async function startRecorderThread(options: RecorderThreadOptions): Promise<RecorderThread> {
  const signals = options.signals ?? createSignals();
  const worker = new Worker(new URL('./recorder-worker.ts', import.meta.url), {
    workerData: { ...options, signals } satisfies RecorderThreadOptions,
    name: 'recorder',
    resourceLimits: { maxYoungGenerationSizeMb: LIMITS.young_mb },
  });
  let failure: AppError | null = null;
  let over = false;
  /** Answers come in the order of the questions. */
  const waiting: PromiseWithResolvers<Answer>[] = [];
  const { promise: ready, resolve: isReady, reject: notReady } = Promise.withResolvers<void>();
  const ended = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: RecorderMessage) => {
      if (message.type === 'ready') isReady();
      else if (message.type === 'done') waiting.shift()?.resolve(message.done);
      else if (message.type === 'refused') waiting.shift()?.reject(toError(message));
      else failure = toError(message);
    });
    worker.on('error', (error) => {
      failure = new AppError('INTERNAL', `the recorder died: ${(error as Error).message}`, { cause: error });
    });
    worker.on('exit', (code) => {
      over = true;
      if (code !== 0) failure ??= new AppError('INTERNAL', `the recorder ended with ${code}`);
      if (failure !== null) setRecorderFailing(signals, true);
      if (failure === null) resolve();
      else reject(failure);
      const early = failure ?? new AppError('INTERNAL', 'the recorder ended before it was ready');
      notReady(early);
      for (const { reject: refuse } of waiting.splice(0)) refuse(early);
    });
  });
  // Whoever looks at `ended` sees the error; nobody has to.
  ended.catch(() => undefined);
  await ready;
  const put = (request: RecorderRequest): Promise<Answer> => {
    if (over) return Promise.reject(failure ?? new AppError('JOURNAL_UNAVAILABLE', 'the recorder has ended'));
    const answer = Promise.withResolvers<Answer>();
    waiting.push(answer);
    worker.postMessage(request);
    return answer.promise;
  };
  const ask = patiently(put, signals, options.silentMs ?? LIMITS.recorder_stalled_ms);
  return {
    ended,
    rotateKey: (reason) => ask({ ask: 'rotateKey', reason }) as Promise<KeyChanged>,
    retireKeys: (reason) => ask({ ask: 'retireKeys', reason }) as Promise<KeyChanged>,
    sealAll: () => ask({ ask: 'sealAll' }) as Promise<number>,
    prune: (order) => ask({ ask: 'prune', order }) as Promise<Pruned>,
    stop: async (silentMs = LIMITS.recorder_stalled_ms) => {
      worker.postMessage('stop');
      using silence = watchSilence(signals, silentMs);
      try {
        await Promise.race([ended, silence.lasted]);
      } catch (error) {
        if (!over) worker.unref();
        throw error;
      }
    },
  };
}

/** Asks, and waits for the answer of a recorder that moves; one question that was given up bars all others until it is answered. */
function patiently(
  put: (request: RecorderRequest) => Promise<Answer>,
  signals: SharedArrayBuffer,
  mostMs: number,
): (request: RecorderRequest) => Promise<Answer> {
  let givenUp: RecorderRequest['ask'] | null = null;
  const moves = (): void => void (givenUp = null);
  return async (request) => {
    if (givenUp !== null) throw stillAsked(givenUp);
    const answer = put(request);
    using silence = watchSilence(signals, mostMs);
    try {
      return await Promise.race([answer, silence.lasted]);
    } catch (error) {
      if (!silence.isOver()) throw error;
      givenUp ??= request.ask;
      answer.then(moves, moves);
      throw unanswered(request.ask, error);
    }
  };
}

const LOOK_MS = 100;

interface Silence extends Disposable {
  /** Rejects with RECORDER_SILENT. */
  readonly lasted: Promise<never>;
  /** Whether it has. */
  readonly isOver: () => boolean;
}

/** `lasted` rejects once the recorder has not moved for so long. */
function watchSilence(signals: SharedArrayBuffer, mostMs: number): Silence {
  const { promise: lasted, reject } = Promise.withResolvers<never>();
  lasted.catch(() => undefined);
  let over = false;
  let [beat, since] = [recorderBeat(signals), performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    if (recorderBeat(signals) !== beat) [beat, since] = [recorderBeat(signals), now];
    else if (now - since > mostMs) {
      over = true;
      reject(new AppError('RECORDER_SILENT', `the recorder has not moved for ${Math.round((now - since) / 1000)} s`));
    }
  }, LOOK_MS);
  return { lasted, isOver: () => over, [Symbol.dispose]: () => clearInterval(timer) };
}

const ASKED: Readonly<Record<RecorderRequest['ask'], string>> = {
  rotateKey: 'to hand the log over to a fresh key',
  retireKeys: 'to end the signing of the earlier keys',
  sealAll: 'to seal what was written',
  prune: 'to prune',
};

const unanswered = (ask: RecorderRequest['ask'], cause: unknown): AppError =>
  new AppError('RECORDER_SILENT', `${(cause as Error).message}, and was asked ${ASKED[ask]}`, {
    cause,
    next: 'look at the disk that holds the journal. Once it answers, what was asked for may be done by itself: see `weighbridge status` before you ask again',
  });

const stillAsked = (ask: RecorderRequest['ask']): AppError =>
  new AppError('RECORDER_SILENT', `the recorder does not move, and was asked already ${ASKED[ask]}`);

const toError = (message: { code: string; message: string; next: string }): AppError =>
  new AppError(message.code in ERRORS ? (message.code as ErrorCode) : 'INTERNAL', message.message, {
    next: message.next,
  });
