// What a lane thread is given at its birth and with each activation: plain data and shared memory, nothing else.
import type { BypassMemory, CapacityMemory, EnergyFactors, LimitMemory, Snapshot } from '@weighbridge/gateway';
import type { Durability } from '@weighbridge/journal';
import type { PriceSheets } from '@weighbridge/ledger';
import type { Config } from '@weighbridge/protocol';

/** Everything that a change of configuration replaces at once. */
export interface Activation {
  readonly snapshot: Snapshot;
  readonly credentials: Config['credentials'];
  /** Price rows as they were read, with the id of the book they make; null: those of the activation in force. */
  readonly prices: { readonly mark: string; readonly book: string; readonly sheets: PriceSheets | null };
  /** By deployment. Only an estimate hangs on it, never a decision: it is not in the digest of the configuration. */
  readonly energy: Readonly<Record<string, EnergyFactors>>;
  /** What all lanes count the limits of the snapshot in. */
  readonly limits: LimitMemory;
  /** What all lanes count reserved capacity in; null where nothing was bought. */
  readonly capacity: CapacityMemory | null;
  /** What all lanes count bypasses in. */
  readonly bypasses: BypassMemory;
}

/** An activation as administration makes it: whoever serves the lanes knows what has been counted. */
export type PlannedActivation = Omit<Activation, 'limits' | 'capacity' | 'bypasses'>;

export interface LaneSetup {
  /** From 1; the admin thread writes as lane 0. */
  readonly lane: number;
  readonly epoch: number;
  readonly node: string;
  readonly build: string;
  readonly durability: Durability;
  readonly journal: string;
  readonly vault: string;
  /** Folder of calls that wait over restarts. */
  readonly waiting: string;
  readonly signals: SharedArrayBuffer;
  /** The file in which calls that go unsealed are counted. */
  readonly bypassMarker: string;
  readonly activation: Activation;
  /** Name of the channel on which the lanes of this start tell each other of answers that they keep. */
  readonly answers: string;
  /** A certificate authority to trust beside the built-in ones: the lab's. */
  readonly trust?: string;
}

export interface LaneAddress {
  readonly host: string;
  readonly port: number;
  readonly reusePort: boolean;
}
