// A call as its receipt tells it, as far as another strategy would have cared. What a receipt does not hold (the prompt, what
// was reserved, how another model would have answered) is not here, and what follows from that is said with every answer.
import type { Money } from '@weighbridge/kernel';
import type { Usage } from '@weighbridge/protocol';

export interface PastCall {
  /** UTC milliseconds. */
  readonly at: number;
  readonly totalMs: number;
  /** To the first token of a stream, else to the whole answer; null: not known. */
  readonly waitMs: number | null;
  readonly stream: boolean;
  readonly requestBytes: number;
  readonly maxOutputTokens: number | undefined;
  /** Whom it belongs to, as names; null where the call named nobody. */
  readonly session: string | null;
  readonly person: string | null;
  readonly deployment: string;
  readonly usage: Usage;
  readonly billed: Money | null;
  /** Another would have come first, and did not serve it. */
  readonly spilled: boolean;
  /** What the decision was about. */
  readonly offered: ReadonlySet<string>;
  /** Of those: what could not take it then, whatever the reason. */
  readonly excluded: ReadonlySet<string>;
}
