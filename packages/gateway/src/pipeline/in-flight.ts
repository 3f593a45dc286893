// A call as those know it who have only to end it: the lane that drains, the client's connection that closes.
import type { Outcome } from '@weighbridge/protocol';
import type { Slotted } from './slot-list.ts';

/** Is told when a call cannot go on as it was. Objects, not closures: one of these is made per call as it is. */
export interface CallHolder {
  /** The client has left before its answer was complete. */
  clientGone(): void;
  /** The lane must close. */
  cut(): void;
  /** The lane drains: whoever can go on with the next start leaves now, and says nothing of its end. */
  park?(): void;
}

export interface InFlight extends Slotted {
  gone: boolean;
  /** Null while it goes on. */
  outcome: Outcome | null;
  /** Who sees the call through at this moment. */
  holder: CallHolder | null;
}
