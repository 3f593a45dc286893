// Questions between threads: a numbered question, a numbered answer, a deadline. An error crosses as its table row, so
// that it reads the same on both sides; a thread that died answers every open question with that.
import { AppError, ERRORS, toAppError, type ErrorBody, type ErrorCode } from '@weighbridge/kernel';

export interface MessageEnd {
  postMessage(value: unknown): void;
  on(event: 'message', listener: (value: unknown) => void): unknown;
}

export type Answers = Readonly<Record<string, (input: never) => unknown>>;

interface Question {
  readonly question: number;
  readonly name: string;
  readonly input: unknown;
}
interface Answer {
  readonly answer: number;
  readonly value?: unknown;
  readonly error?: ErrorBody;
}

/** Answers what the other end asks. */
export function answerCalls(end: MessageEnd, answers: Answers): void {
  end.on('message', (message) => {
    const { question, name, input } = message as Question;
    if (typeof question !== 'number') return;
    void reply(end, question, async () => {
      const handler = answers[name];
      if (handler === undefined) throw new AppError('INTERNAL', `this thread does not answer "${name}"`);
      return handler(input as never);
    });
  });
}

async function reply(end: MessageEnd, question: number, work: () => Promise<unknown>): Promise<void> {
  try {
    end.postMessage({ answer: question, value: await work() });
  } catch (error) {
    end.postMessage({ answer: question, error: toAppError(error).body() });
  }
}

export interface Caller {
  /** Rejects with the other thread's error, or the caller's code for silence when it says nothing within `deadlineMs`. */
  ask<Value>(name: string, input: unknown, deadlineMs: number): Promise<Value>;
  /** Ends every open question with this error, and every later one. */
  fail(error: AppError): void;
}

/** `silence` is the code of a question that was not answered in time: a thread that is busy is no fault of ours. */
export function createCaller(end: MessageEnd, who: string, silence: ErrorCode): Caller {
  const open = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: AppError) => void; timer: NodeJS.Timeout }
  >();
  let next = 1;
  let dead: AppError | undefined;
  const settle = (
    id: number,
    run: (held: { resolve: (value: unknown) => void; reject: (error: AppError) => void }) => void,
  ): void => {
    const held = open.get(id);
    if (held === undefined) return;
    open.delete(id);
    clearTimeout(held.timer);
    run(held);
  };
  end.on('message', (message) => {
    const { answer, value, error } = message as Answer;
    if (typeof answer !== 'number') return;
    settle(answer, (held) => (error === undefined ? held.resolve(value) : held.reject(fromBody(error))));
  });
  return {
    ask: <Value>(name: string, input: unknown, deadlineMs: number) =>
      new Promise<Value>((resolve, reject) => {
        if (dead !== undefined) return reject(dead);
        const id = next++;
        const late = (): void =>
          settle(id, (held) =>
            held.reject(new AppError(silence, `${who} did not answer "${name}" within ${deadlineMs} ms`)),
          );
        open.set(id, { resolve: resolve as (value: unknown) => void, reject, timer: setTimeout(late, deadlineMs) });
        end.postMessage({ question: id, name, input });
      }),
    fail: (error) => {
      dead = error;
      for (const id of open.keys()) settle(id, (held) => held.reject(error));
    },
  };
}

export function fromBody(body: ErrorBody): AppError {
  return new AppError(body.code in ERRORS ? body.code : 'INTERNAL', body.message, { next: body.next });
}
