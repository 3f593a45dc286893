// What is simulated for the control API: scenarios and plans. A run that is quick has a thread of its own, so that what a page shows at
// once never waits behind a whole run; under its seed a question has one answer, which is remembered.
import { Worker } from 'node:worker_threads';
import { AppError, LIMITS } from '@weighbridge/kernel';
import { rememberAnswers } from './remembered.ts';
import { createThreadQueue, type QueueBounds, type ThreadQueue } from './thread-queue.ts';

interface Side {
  readonly name: string;
}

/** A side may be `own`: the text that comes with the question. */
interface Asked extends Side {
  readonly against?: Side | undefined;
  readonly own?: string | undefined;
}

export interface RunDesk<List, Checked, Question, Run> {
  list(): Promise<List>;
  /** Reads a text of somebody's own. Rejects as `run` does. */
  check(text: string, signal: AbortSignal): Promise<Checked>;
  /**
   * Rejects with OVERLOADED, QUERY_TIMEOUT, CLIENT_GONE once nobody waits for it, BAD_REQUEST where a side is `own` and no text is
   * there, or what the thread says of a text with a fault.
   */
  run(asked: Question, signal: AbortSignal): Promise<Run>;
  /** What else the thread makes of a question, by its name there; not remembered. Rejects as `run` does. */
  make<Made>(name: string, asked: Question, signal: AbortSignal): Promise<Made>;
  close(): Promise<void>;
}

interface RunDeskParts<Question> {
  /** Answers `list`, `check` and `run`. */
  readonly thread: URL;
  readonly isQuick: (asked: Question) => boolean;
  readonly bounds?: QueueBounds | undefined;
}

/** Of a thread's heap; what a whole run holds lies beside it, and is given back after it. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

const BOUNDS: QueueBounds = {
  waiting: LIMITS.scenario_queue,
  deadlineMs: LIMITS.scenario_ms,
  idleMs: LIMITS.scenario_idle_ms,
};

export function openRunDesk<List, Checked, Question extends Asked, Run>({
  thread,
  isQuick,
  bounds = BOUNDS,
}: RunDeskParts<Question>): RunDesk<List, Checked, Question, Run> {
  const start = (): Worker => new Worker(thread, { resourceLimits: HEAP });
  const [quick, whole] = [createThreadQueue(start, bounds), createThreadQueue(start, bounds)];
  const queueOf = (asked: Question): ThreadQueue => (isQuick(asked) ? quick : whole);
  const answers = rememberAnswers<Run>();
  let listed: Promise<List> | null = null;
  return {
    list: () => {
      listed ??= quick.ask<List>('list', null, new AbortController().signal);
      listed.catch(() => (listed = null));
      return listed;
    },
    check: (text, signal) => quick.ask<Checked>('check', text, signal),
    run: async (asked, signal) => {
      refuseNoText(asked);
      return answers(asked, signal, (unwanted) => queueOf(asked).ask<Run>('run', asked, unwanted));
    },
    make: async (name, asked, signal) => {
      refuseNoText(asked);
      return queueOf(asked).ask(name, asked, signal);
    },
    close: async () => {
      await Promise.all([quick.close(), whole.close()]);
    },
  };
}

function refuseNoText({ name, against, own }: Asked): void {
  if ([name, against?.name].includes('own') && own === undefined)
    throw new AppError('BAD_REQUEST', 'a side is `own`, and the text in `own` is missing');
}
