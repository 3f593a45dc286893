// What is told of a track: how far it is behind the log, and what keeps it.
import type { Journal } from '@weighbridge/journal';
import type { AppError, Clock } from '@weighbridge/kernel';
import type { ProjectionState } from '@weighbridge/protocol';
import type { Projection } from './projection.ts';

/** Why a track does not go on by itself. */
export interface Stop {
  readonly error: AppError;
  /** Null: no single entry is at fault. */
  readonly entry: number | null;
}

export function stopWords(name: string, next: number, { error, entry }: Stop): string {
  const where = entry === null ? `at entry ${next}` : `at entry ${entry}, which it cannot take`;
  return `"${name}" stopped ${where}: ${error.message}. The other tables go on`;
}

interface Standing {
  readonly projection: Projection;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Entries before this one are written. */
  readonly next: number;
  readonly stop: Stop | null;
  /** What is waited for. */
  readonly trouble: AppError | null;
}

/** From here on a track is said to catch up. */
const BEHIND_SECONDS = 10;

/** `size`: entries that the newest checkpoint covers. */
export function stateOf({ projection, journal, clock, next, stop, trouble }: Standing, size: number): ProjectionState {
  const lag = Math.max(0, size - next);
  const oldest = lag === 0 ? null : journal.entry(next).leaf.at;
  const lagSeconds = oldest === null ? 0 : Math.max(0, (clock.wall() - oldest) / 1000);
  const problem = stop ?? (trouble === null ? null : { error: trouble, entry: null });
  return {
    name: projection.name,
    version: projection.version,
    state: stop !== null ? 'stopped' : lagSeconds < BEHIND_SECONDS ? 'following' : 'catching up',
    next,
    lag_entries: lag,
    lag_seconds: lagSeconds,
    problem:
      problem === null ? null : { code: problem.error.code, message: problem.error.message, entry: problem.entry },
  };
}
