// An answer that is kept, and what a call that gets it again says of it. Plain data: it crosses from lane to lane, its
// bytes in shared memory, so that they lie there once for all lanes.
import type { InnerUsage } from '@weighbridge/dialects';
import type { Served, Usage } from '@weighbridge/protocol';

export interface KeptAnswer {
  readonly address: string;
  readonly route: string;
  readonly team: string;
  /** The call that a cloud answered, and when it began and was answered; UTC milliseconds. */
  readonly receipt: string;
  readonly began: number;
  readonly at: number;
  readonly goodUntil: number;
  /** The route's bound on memory when it was kept. */
  readonly maxBytes: number;
  /** All that was sent, and how much of it was the terminal event. */
  readonly bytes: SharedArrayBuffer;
  readonly terminal: number;
  readonly head: string[];
  readonly facts: AnswerFacts;
}

/** What the receipt of a call says that gets an answer again. */
export interface AnswerFacts {
  readonly answer: string | null;
  readonly served: Served;
  readonly stopReason: string | null;
  readonly lost: readonly string[];
  /** Null where nobody knows what it used. */
  readonly usage: Usage | null;
  /** What other models did inside it. */
  readonly inner: readonly InnerUsage[];
}

/** What an entry takes beside its bytes, roughly: its head, its facts, its place in a table. */
const BESIDE_BYTES = 4096;

export const weightOf = ({ bytes }: Pick<KeptAnswer, 'bytes'>): number => bytes.byteLength + BESIDE_BYTES;
