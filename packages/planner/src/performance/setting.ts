// One way to run a model on chips: everything that a forward pass is counted from. Made by whoever predicts (predict.ts), from a
// request or from a row of a table; what is measured of the row is not part of it.
import type { Precision } from '../catalogue/models.ts';
import type { Chip, Shape } from './chip.ts';

export interface Parallel {
  /** Chips that share each layer. */
  readonly tensor: number;
  /** Stages, each with a part of the layers. */
  readonly pipeline: number;
  /** Groups that each attend to their own requests; 1: all chips attend together. */
  readonly attention: number;
  /** Whether whole experts lie on chips, rather than a slice of each. */
  readonly experts: boolean;
}

export interface Setting {
  readonly chip: Chip;
  readonly shape: Shape;
  readonly precision: Precision;
  readonly cache: Precision;
  readonly parallel: Parallel;
  readonly input: number;
  readonly output: number;
  /** Requests in flight together; Infinity: as many as memory and scheduler allow. */
  readonly concurrency: number;
  /** Part of the input whose cache is there already. */
  readonly prefix: number;
  /** Guessed tokens checked in each step, and the chance that one is right. */
  readonly drafted: number;
  readonly accepted: number;
  /** Prefill runs elsewhere: decode is not disturbed by it. */
  readonly apart: boolean;
  readonly backend: string;
  readonly version: string;
  /** Name under which the checkpoint was run. */
  readonly checkpoint: string;
}

export const chipsOf = ({ tensor, pipeline }: Parallel): number => tensor * pipeline;

/** Kinds of parallelism, as the corrections know them: DET8 is eight chips, attention apart, whole experts. */
export const parallelName = ({ tensor, pipeline, attention, experts }: Parallel): string =>
  `${attention > 1 ? 'D' : ''}${experts ? 'E' : ''}T${tensor}${pipeline > 1 ? `P${pipeline}` : ''}`;
