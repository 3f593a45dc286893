// What a projection is: tables, and a fold from facts to rows. It is a pure function of the log (and of which persons the
// vault has erased): no clock, no randomness, no sum of floats, and the same rows however the log was cut into batches.
import type { EntryRange } from '@weighbridge/journal';
import type { Reader, Statement } from '../store/database.ts';
import type { FactKind } from './decode.ts';
import type { Fact } from './facts.ts';

export interface Table {
  readonly name: string;
  /** Columns of its primary key, in order: rows are compared in that order. */
  readonly key: readonly string[];
}

/** Facts that wait to be written together. One that threw is thrown away whole. */
export interface Fold {
  add(fact: Fact): void;
  /** Rows that would be written now: a batch is closed when there are many. */
  readonly rows: number;
  finish(): Folded;
}

export interface Folded {
  readonly statements: readonly Statement[];
  /** What the next fold has to know of all that went before, as text. Written in the same transaction. */
  readonly carried: string;
}

export interface Projection {
  readonly name: string;
  /** Raised with every change of tables or fold: what was folded under another is folded again. */
  readonly version: number;
  /** What else decides what its tables hold: a change folds them again as well. */
  readonly settings?: string;
  readonly tables: readonly Table[];
  /** Makes the tables, in SQL that PostgreSQL 15 takes. */
  readonly schema: string;
  /** Kinds it folds: an entry of one of them that cannot be read stops it. */
  readonly kinds: readonly FactKind[];
  /** Statements of one row, `sound`: what always holds of its tables. They are asked after an end that was not in order. */
  readonly checks: readonly string[];
  /** `carried`: what the fold before left, `''` at the beginning of the log. */
  begin(carried: string): Fold;
  /**
   * Statements that leave the tables as if whoever `erasedAmong` names had been erased from the beginning. Absent where no
   * table holds anything personal.
   */
  erase?(reader: Reader, erasedAmong: ErasedAmong): Promise<readonly Statement[]>;
  /**
   * Statements that leave out what is kept of single calls among these entries, whose records were pruned. Absent where no
   * table holds single calls; sums stay what they are.
   */
  prune?(ranges: readonly EntryRange[]): readonly Statement[];
}

/** Those of these subjects whose key was destroyed. */
export type ErasedAmong = (subjects: readonly string[]) => readonly string[];
