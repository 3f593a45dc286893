// What the calls of one lane share. Everything here is either a port, a bounded cache, or a counter.
import type { Clock } from '@weighbridge/kernel';
import type { BypassBook } from '../bypass/bypass.ts';
import type { CloudId } from '@weighbridge/protocol';
import type { AnswerCache } from '../cache/answer-cache.ts';
import type { Cloud } from '../clouds/cloud.ts';
import type { KeyRecord } from '../deployment.ts';
import type { CredentialStore, EnergyOf, FallbackHandler, KeyDigest, Rater, Sealer } from '../ports.ts';
import type { BoundedCache } from '../routing/bounded-cache.ts';
import type { BatchDesk } from '../deadline/batch-desk.ts';
import type { WaitingStore } from '../deadline/waiting-store.ts';
import type { Compiled } from '../routing/compiled.ts';
import type { DecisionBook } from '../routing/decision.ts';
import type { Health } from '../routing/health.ts';
import type { HedgeBooks } from '../routing/hedge-book.ts';
import type { Learnt } from '../routing/learnt.ts';
import type { InFlight } from './in-flight.ts';
import type { SlotList } from './slot-list.ts';
import type { Tally } from './tally.ts';
import type { UpstreamPools } from './upstream-pools.ts';
import type { Watch } from './watch.ts';

export interface Stranger {
  /** A code of the table of errors. */
  readonly code: string;
  /** Id of the key that was presented, where it has the form of one: what a caller wrote. */
  readonly key: string | null;
  readonly address: string;
}

export interface LaneContext {
  readonly clock: Clock;
  readonly newId: () => string;
  /** Uniform in [0, 1). */
  readonly chance: () => number;
  readonly sealer: Sealer;
  readonly bypassBook: BypassBook;
  readonly rater: Rater;
  readonly energyOf: EnergyOf;
  readonly credentials: CredentialStore;
  readonly keyDigest: KeyDigest;
  readonly clouds: Readonly<Partial<Record<CloudId, Cloud>>>;
  readonly fallbackHandler: FallbackHandler | null;
  readonly maxCalls: number;
  readonly health: Health;
  readonly answers: AnswerCache;
  readonly learnt: Learnt;
  readonly decisions: DecisionBook;
  readonly hedges: HedgeBooks;
  /** What of calls that wait outlives the process; null where nothing does. */
  readonly waiting: WaitingStore | null;
  /** Calls that wait for a batch of a seller. */
  readonly batches: BatchDesk;
  /** A call of a route with a mirror has ended: it may be sent once more. */
  readonly mirrored: (call: InFlight) => void;
  readonly pools: UpstreamPools;
  readonly watch: Watch;
  /** SHA-256 of a presented key → its record, for keys that were good under the current snapshot. */
  readonly presented: BoundedCache<string, KeyRecord>;
  /** Calls between identification and their end. */
  readonly inFlight: SlotList<InFlight>;
  readonly counters: {
    calls: number;
    unauthenticated: number;
    receipts: number;
    unsealed: number;
    bypassed: number;
    malformedTraces: number;
  };
  /** Requests that nobody could be found for, by why, by the key id that they named, and by where they came from. */
  readonly strangers: Tally<Stranger>;
  /** Replaced as a whole by a swap. */
  compiled: Compiled;
  port: number;
  draining: boolean;
}
