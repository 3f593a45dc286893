// What every plan answers with, whatever it is of: figures with their intervals, their formulas and their sources, charts, tables,
// what decides them, and the controls by which each assumption can be moved. Faces draw this form and know no kind of plan.
import type { Confidence, Range } from '../catalogue/sourced.ts';
import type { Shape } from '../draws/distributions.ts';
import type { Band } from '../system/bands.ts';

export const PLAN_KINDS = ['power', 'serving'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

export interface PlanSource {
  readonly says: string;
  readonly date: string;
  readonly confidence: Confidence;
}

export interface PlanFigure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** With every assumption at its likely value; a band need not lie round it. Null: there is none. */
  readonly centre: number | null;
  readonly band: Band | null;
  readonly formula: string;
  /** Ids of the controls that it hangs on. */
  readonly of: readonly string[];
}

/** One cell of a table. A band has its ends where they are known. */
export type PlanCell =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'number'; readonly value: number | null; readonly unit: string }
  | {
      readonly is: 'range';
      readonly low: number;
      readonly likely: number;
      readonly high: number;
      readonly unit: string;
    };

export interface PlanTable {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly PlanCell[])[];
  /** What a reader must know to read it rightly. */
  readonly note: string | null;
}

export interface PlanLine {
  readonly id: string;
  readonly title: string;
  /** By place on the axis; null: nothing is there. */
  readonly bands: readonly (Band | null)[];
}

export interface PlanChart {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Months as `2029-12`, or numbers of `unit`. */
  readonly axis:
    | { readonly is: 'months'; readonly months: readonly string[] }
    | {
        readonly is: 'numbers';
        readonly title: string;
        readonly unit: string;
        readonly log: boolean;
        readonly numbers: readonly number[];
      };
  readonly lines: readonly PlanLine[];
}

/** An assumption that can be moved. */
export interface PlanControl {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly range: Range;
  /** As the file and the catalogues have it; what a reset goes back to. */
  readonly stated: Range;
  readonly shape: Shape;
  readonly least: number;
  readonly most: number | null;
  readonly source: PlanSource | null;
}

/** Something of a few values, one of which the plan names. */
export interface PlanChoice {
  readonly id: string;
  readonly title: string;
  readonly value: string;
  readonly stated: string;
  readonly options: readonly { readonly id: string; readonly title: string }[];
}

export interface PlanSwing {
  readonly control: string;
  readonly title: string;
  readonly unit: string;
  readonly from: number;
  readonly to: number;
  readonly atFrom: number;
  readonly atTo: number;
  /** Spearman's, over all draws; null where there is none. */
  readonly correlation: number | null;
}

export interface PlanReport {
  readonly simulated: true;
  readonly kind: PlanKind;
  readonly plan: string;
  readonly title: string;
  readonly note: string | null;
  readonly seed: number;
  readonly draws: number;
  /** What an interval is of. */
  readonly interval: string;
  /** The answer, in one sentence. */
  readonly says: string;
  readonly figures: readonly PlanFigure[];
  /** Of which figure the swings are. */
  readonly about: string;
  readonly swings: readonly PlanSwing[];
  readonly charts: readonly PlanChart[];
  readonly tables: readonly PlanTable[];
  readonly controls: readonly PlanControl[];
  readonly choices: readonly PlanChoice[];
  /** Where a figure goes beyond what was ever measured, and what else makes it worth less than it looks. */
  readonly cautions: readonly string[];
}

/** What is changed of a plan before it is run; nothing of it is kept. */
export interface PlanChanges {
  readonly ranges: Readonly<Record<string, Range>>;
  readonly choices: Readonly<Record<string, string>>;
}

export interface PlanRunOptions extends PlanChanges {
  readonly seed: number;
  readonly draws: number;
  readonly about?: string | undefined;
}

export const INTERVAL_WORDS = 'P10 to P90 of the draws: in eight of ten the figure lies within';
