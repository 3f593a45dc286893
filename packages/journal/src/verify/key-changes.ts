// The changes of its key that a log's own entries tell of, held against the handovers that are shown beside it, so that
// nobody can take a handover away from a log unnoticed. Leaves alone say that an entry changes the key, and not how: but a
// key is only retired after one was handed over, so of two changes in a row one is a handover.
import { AppError } from '@weighbridge/kernel';
import { HANDOVERS_MOST } from '../note/handover.ts';

export class KeyChanges {
  readonly #indexes: number[] = [];
  #handedOver = false;
  #missing: number | undefined;

  /** Indexes of the entries, ascending. */
  get indexes(): readonly number[] {
    return this.#indexes;
  }

  /** The next entry that changes the key; whether a handover by this very entry is shown. Throws PROOF_INVALID. */
  take(index: number, shown: boolean): void {
    // A handover and a retirement each.
    if (this.#indexes.length >= 2 * HANDOVERS_MOST) throw new AppError('PROOF_INVALID', 'its key changes too often');
    this.#indexes.push(index);
    if (!shown && !this.#handedOver) this.#missing ??= index;
    this.#handedOver = shown;
  }

  /** Throws PROOF_INVALID when a handover has to be missing, once all entries are known to be the log's. */
  finish(): void {
    if (this.#missing !== undefined) throw handoverMissing(this.#missing);
  }
}

export const handoverMissing = (index: number): AppError =>
  new AppError(
    'PROOF_INVALID',
    `the log's key was handed over by or before entry ${index}, and no handover that is shown says so: log/handovers is missing or cut short`,
    {
      next: "get the file log/handovers from the log's operator; --handovers takes it where it does not lie beside the log",
    },
  );
