// What pages need of the control API. A question is plain data and so is its answer; a failure comes as the problem that
// is shown. Asking again is always allowed but where the name is of a change, which is a journal entry.
import type { ControlAnswer, ControlInput, ControlName, LiveAsked, PlayCall } from '@weighbridge/protocol';
import type { ProblemText } from '../parts/problem/model.ts';

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ProblemText };

type Unchanging<T> = T extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Unchanging<T[K]> }
    : T;

/** What is asked, as pages make it: nobody changes it on its way. */
export type Question<N extends ControlName> = Unchanging<ControlInput<N>>;

/** Errors are `ProblemText`; a time-out is one of them (`TIMEOUT`) and means that nothing is known. */
export interface ConsoleApi {
  ask<N extends ControlName>(name: N, input: Question<N>, signal?: AbortSignal): Promise<Answer<ControlAnswer<N>>>;
  /** The live stream, until the signal says so or the session ends; lost connections are taken up again. */
  follow(asked: LiveAsked): Promise<void>;
  /** A call of the playground, until it has ended. Null where it came to its end, or was stopped by its signal. */
  play(call: PlayCall): Promise<ProblemText | null>;
}
