// So many at a time, the others in the order they came, none longer than it is ready to wait.
import { AppError } from '@weighbridge/kernel';

export interface Seats {
  /**
   * Resolves with what gives the seat back. Throws QUERY_TIMEOUT when none came free in time, and CLIENT_GONE for one who
   * leaves while waiting: nobody is kept waiting for an answer that nobody hears.
   */
  take(waitMs: number, leaving?: AbortSignal): Promise<() => void>;
}

/** Beyond this nobody is let in to wait. */
const WAITING_MOST = 256;

export function createSeats(count: number): Seats {
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    take: (waitMs, leaving) => {
      if (leaving?.aborted === true) return Promise.reject(gone());
      if (free > 0) {
        free -= 1;
        return Promise.resolve(leave);
      }
      if (waiting.length >= WAITING_MOST)
        return Promise.reject(new AppError('QUERY_TIMEOUT', `${WAITING_MOST} questions wait already`));
      return new Promise((resolve, reject) => {
        const over = (): void => {
          clearTimeout(timer);
          leaving?.removeEventListener('abort', left);
        };
        const turn = (): void => {
          over();
          resolve(leave);
        };
        const giveUp = (why: AppError): void => {
          over();
          waiting.splice(waiting.indexOf(turn), 1);
          reject(why);
        };
        const left = (): void => giveUp(gone());
        const late = (): void =>
          giveUp(new AppError('QUERY_TIMEOUT', `questions before this one took more than ${waitMs} ms`));
        const timer = setTimeout(late, waitMs);
        leaving?.addEventListener('abort', left);
        waiting.push(turn);
      });
    },
  };
}

const gone = (): AppError => new AppError('CLIENT_GONE', 'the client left before its question had its turn');
