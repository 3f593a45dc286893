// One lane: a node:http server, the pipeline behind it, and the state that calls share (circuits, connections, caches).
// It knows nothing of threads; `server` runs one per worker. A call keeps the snapshot it started under.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, type Clock } from '@weighbridge/kernel';
import type { CloudId } from '@weighbridge/protocol';
import type { Cloud } from './clouds/cloud.ts';
import type { Snapshot } from './deployment.ts';
import type { Budget, CredentialStore, KeyDigest, Rater, Sealer } from './ports.ts';
import type { FillRandom } from './stages/api-key.ts';

export interface LaneOptions {
  readonly snapshot: Snapshot;
  readonly sealer: Sealer;
  readonly rater: Rater;
  readonly credentials: CredentialStore;
  readonly keyDigest: KeyDigest;
  /** Hard budget over deployments that are not simulated; the lane configures it from the snapshot. */
  readonly budget?: Budget;
  readonly clock?: Clock;
  readonly random?: FillRandom;
  /** Takes the paths that are not model calls (`/log/*`, the console). Absent: 404. */
  readonly fallbackHandler?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Adapters by cloud; all of them by default. */
  readonly clouds?: Readonly<Partial<Record<CloudId, Cloud>>>;
}

export interface LaneStats {
  readonly inFlight: number;
  readonly calls: number;
  readonly unauthenticated: number;
  readonly receipts: number;
  readonly draining: boolean;
}

export interface Lane {
  /** Resolves with the port. Rejects with PORT_TAKEN. */
  listen(address: { host: string; port: number; reusePort?: boolean }): Promise<{ port: number }>;
  /** New calls use this snapshot from now on; presented keys are looked up afresh, so a revoked key stops at once. */
  swap(snapshot: Snapshot): void;
  /** Stops accepting, lets calls finish until the deadline, then cuts them with a receipt. Resolves when all is closed. */
  drain(deadlineMs: number): Promise<void>;
  stats(): LaneStats;
}

export function createLane(options: LaneOptions): Lane {
  throw new AppError('INTERNAL', `not wired yet (${options.snapshot.digest})`);
}
