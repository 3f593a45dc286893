// Batches of a lab: requests that were handed in together, worked on when their time has come, and looked at by whoever
// asks. Time is the lab's clock, so a test that pushes it forward has its batch. What a seller's own API calls things is
// not known here.

/** The lab's clock. */
interface Now {
  now(): number;
}

export interface BatchEntry {
  readonly customId: string;
  readonly body: Buffer;
}

export type BatchOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'cancelled' | 'expired' };

/** Serves one request, and reports once. */
export type BatchWork = (entry: BatchEntry, done: (outcome: BatchOutcome) => void) => void;

export interface LabBatch {
  readonly id: string;
  /** Who handed it in. */
  readonly caller: string;
  readonly createdAt: number;
  readonly entries: readonly BatchEntry[];
  /** By the caller's name for the request. */
  readonly outcomes: Map<string, BatchOutcome>;
  readonly work: BatchWork;
  /** File of requests, and path of the API that they are for, where a seller wants those. */
  readonly input?: string;
  readonly endpoint?: string;
  /** Files of results that were deleted. */
  readonly deletedFiles: Set<string>;
  /** Its caller had it deleted: nothing of it is given out any more. */
  deleted: boolean;
  cancelAt: number | null;
  endedAt: number | null;
  begun: boolean;
}

/** Within which a seller promises an answer. */
export const WINDOW_MS = 24 * 3_600_000;
const KEPT = 1_000;
const KEPT_FILES = 64;

export class Batches {
  readonly #all = new Map<string, LabBatch>();
  /** Files of requests, for sellers that want one first. */
  readonly #files = new Map<string, { readonly caller: string; readonly text: string }>();
  /** From being handed in until it is worked on. */
  takesMs = 0;

  add(batch: Pick<LabBatch, 'id' | 'caller' | 'createdAt' | 'entries' | 'work' | 'input' | 'endpoint'>): LabBatch {
    const made: LabBatch = {
      ...batch,
      outcomes: new Map(),
      deleted: false,
      deletedFiles: new Set(),
      cancelAt: null,
      endedAt: null,
      begun: false,
    };
    const [oldest] = this.#all.keys();
    if (this.#all.size >= KEPT && oldest !== undefined) this.#all.delete(oldest);
    this.#all.set(made.id, made);
    return made;
  }

  /** As it stands now; null where this caller has none of this name. */
  look(id: string, caller: string, lab: Now): LabBatch | null {
    const batch = this.#all.get(id);
    if (batch === undefined || batch.deleted || batch.caller !== caller) return null;
    this.#moveOn(batch, lab);
    return batch;
  }

  upload(id: string, caller: string, text: string): void {
    const [oldest] = this.#files.keys();
    if (this.#files.size >= KEPT_FILES && oldest !== undefined) this.#files.delete(oldest);
    this.#files.set(id, { caller, text });
  }

  /** Null where this caller has none of this name. */
  uploaded(id: string, caller: string): string | null {
    const file = this.#files.get(id);
    return file?.caller === caller ? file.text : null;
  }

  /** False where this caller has none of this name. */
  deleteFile(id: string, caller: string): boolean {
    return this.uploaded(id, caller) !== null && this.#files.delete(id);
  }

  list(): readonly LabBatch[] {
    return [...this.#all.values()];
  }

  cancel(batch: LabBatch, lab: Now): void {
    if (batch.endedAt === null) batch.cancelAt ??= lab.now();
  }

  #moveOn(batch: LabBatch, lab: Now): void {
    const now = lab.now();
    if (batch.endedAt !== null || batch.begun) return;
    if (batch.cancelAt !== null) return this.#end(batch, { kind: 'cancelled' }, now);
    if (now >= batch.createdAt + WINDOW_MS) return this.#end(batch, { kind: 'expired' }, now);
    if (now < batch.createdAt + this.takesMs) return;
    batch.begun = true;
    for (const entry of batch.entries)
      batch.work(entry, (outcome) => {
        batch.outcomes.set(entry.customId, outcome);
        if (batch.outcomes.size === batch.entries.length) batch.endedAt = lab.now();
      });
  }

  #end(batch: LabBatch, outcome: BatchOutcome, now: number): void {
    for (const { customId } of batch.entries) batch.outcomes.set(customId, outcome);
    batch.endedAt = now;
  }
}
