// So many at a time, the others in the order they came, none longer than it is ready to wait.
import { AppError } from '@weighbridge/kernel';

export interface Seats {
  /** Resolves with what gives the seat back. Throws QUERY_TIMEOUT when none came free in time. */
  take(waitMs: number): Promise<() => void>;
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
    take: (waitMs) => {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(leave);
      }
      if (waiting.length >= WAITING_MOST)
        return Promise.reject(new AppError('QUERY_TIMEOUT', `${WAITING_MOST} questions wait already`));
      return new Promise((resolve, reject) => {
        const turn = (): void => {
          clearTimeout(timer);
          resolve(leave);
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(turn), 1);
          reject(new AppError('QUERY_TIMEOUT', `questions before this one took more than ${waitMs} ms`));
        }, waitMs);
        waiting.push(turn);
      });
    },
  };
}
