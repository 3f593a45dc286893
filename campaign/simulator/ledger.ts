// What the world outside has seen of a simulated run: what was handed to the journal, what was acknowledged, which
// checkpoints were there to be read, what was cosigned and erased. It is all that the auditor is told.
import type { Tables } from './store/tables.ts';

export interface SentEntry {
  readonly kind: string;
  readonly id: string;
  readonly at: number;
  readonly public: string;
  readonly personal: string;
  readonly subject: string;
  /** What the writer was told: nothing yet, kept, or not kept. */
  told: 'nothing' | 'kept' | 'refused';
  /** Kept by a promise that a later loss of power does not bind: `process`, and not in a checkpoint by then. */
  released: boolean;
  /** It makes a key, which can be revoked. */
  made: boolean;
}

/** A digest of a body that stands in an acknowledged entry: whoever holds the text must be able to show it again. */
export interface ShownBody {
  readonly entry: SentEntry;
  readonly body: string;
  readonly digest: string;
}

export interface Cosigned {
  readonly origin: string;
  readonly size: number;
  /** base64. */
  readonly root: string;
  /** The note with the witness's line. */
  readonly text: string;
}

/** The tables as they were at some moment of the run. */
export interface Folded {
  readonly tables: Tables;
  /** The newest checkpoint that was there to be read. */
  readonly checkpoint: string | undefined;
}

export class Ledger {
  readonly entries: SentEntry[] = [];
  readonly bodies: ShownBody[] = [];
  /** Every checkpoint that stood in the log's folder, in order. */
  readonly published: string[] = [];
  /** Those of the log before a succession; null where there was none. */
  superseded: readonly string[] | null = null;
  /** In the order in which they left the witness. */
  readonly cosigned: Cosigned[] = [];
  /** Ids of calls that were open when a loss of power took the write-ahead files that only `process` was promised. */
  readonly leftOpen: Set<string> = new Set();
  /** Keys (hexadecimal) that were live when their subject was erased, and the erasure was acknowledged. */
  readonly erasedKeys: string[] = [];
  /** Handed over before the erasure of their subject was acknowledged. */
  readonly erasedEntries: Set<SentEntry> = new Set();
  /** Of a subject whose erasure was begun: the digests of their bodies need not be shown again. */
  readonly undigested: Set<SentEntry> = new Set();
  /**
   * A sync of subjects' keys failed: the system shows them still and may never write them, and no later sync says so. What
   * is made under them is not held against the journal (docs/simulator.md).
   */
  keysUnsure = false;
  /** Tables stand at an entry whose personal text cannot be opened for that. They say so; what they hold is not looked at. */
  tablesStopped = false;
  /** Indexes of entries that a change of keys was acknowledged to be recorded by. */
  readonly keyChanges: number[] = [];
  /** After some of the transactions on the tables, evenly over the run. */
  folded: Folded[] = [];
  /** What went wrong without the auditor: a start that was refused, a run that does not come to its end. */
  readonly stuck: string[] = [];

  send(entry: Omit<SentEntry, 'told' | 'released' | 'made'>): SentEntry {
    const sent: SentEntry = { ...entry, told: 'nothing', released: false, made: false };
    this.entries.push(sent);
    return sent;
  }
}

/** Numbers of a run, to be added up over many. */
export interface Counts {
  steps: number;
  calls: number;
  kept: number;
  refused: number;
  kills: number;
  power_losses: number;
  starts: number;
  successions: number;
  injected_errors: number;
  projector_starts: number;
  transactions: number;
  database_errors: number;
  checkpoints: number;
  cosignatures: number;
  erasures: number;
  key_changes: number;
  messages: number;
  log_entries: number;
}

export const noCounts = (): Counts => ({
  steps: 0,
  calls: 0,
  kept: 0,
  refused: 0,
  kills: 0,
  power_losses: 0,
  starts: 0,
  successions: 0,
  injected_errors: 0,
  projector_starts: 0,
  transactions: 0,
  database_errors: 0,
  checkpoints: 0,
  cosignatures: 0,
  erasures: 0,
  key_changes: 0,
  messages: 0,
  log_entries: 0,
});
