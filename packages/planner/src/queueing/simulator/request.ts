// A request on its way through the fleet, and where requests come from: an open stream that does not care how the fleet fares, or users
// who ask again once they were answered (what load generators do, and what hides waits).
import { refuse, whole, within } from '../../numbers/refuse.ts';
import { TOKENS_MOST } from './fleet.ts';

/** What is asked. */
export interface Asked {
  /** Of the prompt, what is cached included: one at least. */
  readonly input: number;
  /** Of the answer: one at least. */
  readonly output: number;
  /** Of the prompt, known to lie cached wherever it is served. */
  readonly cached?: number;
  /** Of the prompt, by what it begins with; for a fleet with a prefix cache. */
  readonly blocks?: readonly number[];
}

export interface Arrival extends Asked {
  /** Since the beginning; never before the arrival before it. */
  readonly at_ms: number;
}

export type Load =
  | { readonly kind: 'open'; readonly next: () => Arrival | undefined }
  /** `next` is asked once for each request; undefined ends the run. */
  | { readonly kind: 'closed'; readonly users: number; readonly next: () => Asked | undefined };

export interface Request {
  readonly id: number;
  readonly at_ms: number;
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly blocks: readonly number[];
  /** When it was first let in to be computed, and when its first token came. */
  started_ms: number;
  first_ms: number;
  /** Prompt tokens still to compute. */
  left: number;
  /** In the count of steps of its replica: the one with its last token. */
  ends_at_step: number;
}

const NO_BLOCKS: readonly number[] = [];

export function requestOf(id: number, at_ms: number, asked: Asked): Request {
  const { input, output, cached = 0, blocks = NO_BLOCKS } = asked;
  whole('input', input, 1, TOKENS_MOST);
  whole('output', output, 1, TOKENS_MOST);
  within('cached', cached, { most: input });
  return { id, at_ms, input, output, cached, blocks, started_ms: -1, first_ms: -1, left: input, ends_at_step: 0 };
}

export function checkOrder(before_ms: number, at_ms: number): void {
  within('at_ms', at_ms);
  if (at_ms < before_ms)
    refuse(
      `a request arrives at ${at_ms} ms, after one at ${before_ms} ms`,
      'give arrivals in the order of their time',
    );
}
