// What the world outside saw of an instance: the only thing, beside the files that are left, by which it is judged.
import type { SeenCall } from '../../stand/load.ts';

export interface Evidence {
  /** Every call that a client made. */
  readonly seen: SeenCall[];
  /** Every checkpoint that the log ever showed. */
  readonly shown: Set<string>;
  /** Every checkpoint that a witness ever cosigned. */
  readonly cosigned: Set<string>;
}

export const noEvidence = (): Evidence => ({ seen: [], shown: new Set(), cosigned: new Set() });
