// What one row of the capability table is: a feature, and what becomes of it on each crossing between two dialects.
import type { DialectId } from '@weighbridge/protocol';

/** `approximated`: it arrives in another shape, and the sentence says which. */
export type Survival = 'kept' | 'lost' | 'approximated';
/** `<source dialect>><target dialect>`. */
export type DialectPair = `${DialectId}>${DialectId}`;

export interface Cell {
  readonly survival: Survival;
  readonly why: string;
}

export interface CapabilityRow {
  /**
   * `strict`: losing it changes what the model may do, see or must return (tools, schemas, media, place of inference),
   * so fidelity `default` refuses. `plain`: `default` warns.
   */
  readonly weight: 'strict' | 'plain';
  /** A pair that is absent cannot ask for the feature at all. */
  readonly cells: Readonly<Partial<Record<DialectPair, Cell>>>;
}
