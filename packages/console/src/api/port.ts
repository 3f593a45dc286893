// What pages need of the control API. A question is plain data and so is its answer; a failure comes as the problem that
// is shown. Asking again is always allowed: nothing here changes anything.
import type { ProblemText } from '../parts/problem/model.ts';
import type {
  Breakdown,
  BreakdownInput,
  Calls,
  CallsInput,
  DimensionFilter,
  Latency,
  LatencyInput,
  Overview,
  Period,
  Receipt,
  Series,
  SeriesInput,
  Status,
} from './shapes.ts';

export interface Questions {
  readonly status: { readonly input: Record<string, never>; readonly answer: Status };
  readonly overview: {
    readonly input: Period & { readonly filters: readonly DimensionFilter[] };
    readonly answer: Overview;
  };
  readonly series: { readonly input: SeriesInput; readonly answer: Series };
  readonly breakdown: { readonly input: BreakdownInput; readonly answer: Breakdown };
  readonly latency: { readonly input: LatencyInput; readonly answer: Latency };
  readonly calls: { readonly input: CallsInput; readonly answer: Calls };
  readonly receipt: { readonly input: { readonly id: string }; readonly answer: Receipt };
}
export type QuestionName = keyof Questions;

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ProblemText };

/** Errors are `ProblemText`; a time-out is one of them (`TIMEOUT`) and means that nothing is known. */
export interface ConsoleApi {
  ask<N extends QuestionName>(
    name: N,
    input: Questions[N]['input'],
    signal?: AbortSignal,
  ): Promise<Answer<Questions[N]['answer']>>;
}
