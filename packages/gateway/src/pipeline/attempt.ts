// One attempt of a call as data: the request it sends, what it is written down as, and the money that is held for it. Apart
// from the call, which holds attempts, and from the stages, which make them.
import type { AttemptRecord } from '@weighbridge/protocol';
import type { CallContext, UpstreamRequest } from '../clouds/cloud.ts';
import type { CapacityHold } from '../capacity/reservation.ts';
import type { HeldLimits } from '../limits/limited.ts';

/** An attempt while it is being written down; the receipt takes it as it is. */
export type AttemptDraft = { -readonly [K in keyof AttemptRecord]?: AttemptRecord[K] } & {
  deployment: string;
  edits: string[];
  started_ms: number;
};

export interface Prepared {
  readonly request: UpstreamRequest;
  readonly context: CallContext;
  /** The body as read before our own edits, in the upstream's dialect. */
  readonly parsed: unknown;
  /** Geography that our edits pin inference to; null when they pin none. */
  readonly geo: string | null;
  /** The upstream speaks another dialect than the client. */
  readonly translated: boolean;
  readonly lost: readonly string[];
  /** We asked for streamed usage and the client did not: the chunk is taken out again. */
  readonly removeUsage: boolean;
  /** The upstream is asked for usage in its stream. */
  readonly asksUsage: boolean;
  /** Bound on output tokens that we set because the caller named none; null when we set none. */
  readonly ceiling: number | null;
  /** The most output tokens this leg can be billed for; null when nothing bounds it. */
  readonly mostOutput: number | null;
}

/** What is held for a leg until it is over; one of the two at least. */
export interface Held {
  readonly limits: HeldLimits | null;
  readonly capacity: CapacityHold | null;
}

/** A leg that something is held for and that has not gone yet. */
export interface Ahead {
  readonly draft: AttemptDraft;
  readonly prepared: Prepared;
  readonly held: Held;
}
