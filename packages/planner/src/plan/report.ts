// What a kind of plan is: how it is read, and how it answers. The answer has one form for all kinds (protocol), so that faces draw
// it without knowing any; beside it go the draws themselves, which two plans are compared by.
import type { CheckedDocument } from '@weighbridge/document';
import type { PlanRange, PlanReport } from '@weighbridge/protocol';
import type { Catalogues } from '../catalogue/catalogues.ts';
import type { Calibration } from '../performance/calibration.ts';
import type { DemandRows, WantedRows } from '../reserved/demand-rows.ts';
import type { Solver } from '../reserved/solver.ts';

/** What is changed of a plan before it is run; nothing of it is kept. */
export interface PlanChanges {
  /** By the control's id. */
  readonly ranges: Readonly<Record<string, PlanRange>>;
  readonly choices: Readonly<Record<string, string>>;
}

export interface PlanRunOptions extends PlanChanges {
  readonly seed: number;
  readonly draws: number;
  /** Id of the figure that the swings are of; the kind's own where nothing is said. */
  readonly about?: string | undefined;
}

export interface RanPlan {
  readonly report: PlanReport;
  /** By figure, one value a draw. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

export interface PlanHead {
  readonly name: string;
  readonly title: string;
  readonly note?: string | undefined;
}

/** What plans stand on: facts, what the performance of models is predicted by, and the solver of programs, loaded. */
export interface PlanBasis extends Catalogues {
  readonly calibration: Calibration;
  readonly solver: Solver;
}

/** A plan file of one kind, read and sound. */
export interface ReadPlan {
  readonly head: PlanHead;
  /** What its workloads name and the file does not hold; whoever can read it hands it to `run`. Absent: nothing. */
  readonly wants?: ReadonlyMap<string, WantedRows>;
  /** Throws PLAN_INVALID for a change that cannot be, and for rows that are wanted and not there. */
  run(options: PlanRunOptions, rows?: ReadonlyMap<string, DemandRows>): RanPlan;
}

export interface PlanKind {
  readonly kind: PlanReport['kind'];
  check(text: string, catalogues: Catalogues): CheckedDocument<PlanHead>;
  /** Throws PLAN_INVALID with every fault, its line and what mends it. */
  read(file: string, text: string, basis: PlanBasis): ReadPlan;
}

export const INTERVAL_WORDS = 'P10 to P90 of the draws: in eight of ten the figure lies within';
