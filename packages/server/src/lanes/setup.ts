// What a lane thread is given at its birth and with each activation: plain data and shared memory, nothing else.
import type { Snapshot } from '@weighbridge/gateway';
import type { Durability } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';

/** Everything that a change of configuration replaces at once. */
export interface Activation {
  readonly snapshot: Snapshot;
  readonly credentials: Config['credentials'];
  /** Further price rows, absolute paths. */
  readonly priceFiles: readonly string[];
}

export interface LaneSetup {
  /** From 1; the admin thread writes as lane 0. */
  readonly lane: number;
  readonly epoch: number;
  readonly node: string;
  readonly build: string;
  readonly durability: Durability;
  readonly journal: string;
  readonly vault: string;
  readonly signals: SharedArrayBuffer;
  readonly budgetCells: SharedArrayBuffer;
  readonly activation: Activation;
  /** A certificate authority to trust beside the built-in ones: the lab's. */
  readonly trust?: string;
}

export interface LaneAddress {
  readonly host: string;
  readonly port: number;
  readonly reusePort: boolean;
}
