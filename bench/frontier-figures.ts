// What a run of the frontier finds, in the form in which it is kept: rounds at each rate of a subject's ladder, and streams
// at once. Verdicts and page are computed from it alone.
import type { SubjectName } from './peers.ts';

/** Milliseconds added at the ninety-ninth percentile. */
export const BOUNDS_MS = [1, 5, 10, 50] as const;
export const OURS: SubjectName = 'weighbridge-full';

/** One run at one rate. Milliseconds; `added` is over the upstream alone at the same rate. */
export interface Round {
  readonly carried: number;
  /** Share of what was due that was answered. */
  readonly answered: number;
  readonly p50: number;
  readonly p99: number;
  readonly added: number;
  /** Some failed, or too little of what was due was answered. */
  readonly broken: boolean;
  /** CPU of the threads that serve, for a request. */
  readonly servingMicros: number;
  readonly failed: number;
  readonly sample: string | null;
}

export interface Step {
  readonly rate: number;
  readonly rounds: readonly Round[];
}

export interface Ladder {
  readonly subject: SubjectName;
  readonly workload: 'small' | 'prompts';
  readonly steps: readonly Step[];
}

export interface StreamCount {
  readonly subject: SubjectName;
  readonly streams: number;
  /** Nothing lost, doubled or failed. */
  readonly whole: boolean;
  /** Whole, and frames in time. */
  readonly inTime: boolean;
  readonly lost: number;
  readonly failed: number;
  /** Request to first delta, less the schedule's own wait, median. */
  readonly first: number;
  readonly gapP99: number;
  readonly delayP99: number;
  readonly sample: string | null;
}
