// What a call costs by class of token. The time of a copy is borne by what takes it: a prompt's computing by the input that is computed;
// looking back over the context, a part of writing, by what is looked at (input, what is cached, the answer itself), each by its part of
// the context; the rest of writing by the answer. The three add up to the call, whatever the split.
import type { Prediction } from '../performance/predict.ts';
import { promptShare } from './way.ts';

/** Tokens of a mean call. Computed: of the input, those that no cache holds; one at least. */
export interface CallTokens {
  readonly computed: number;
  readonly cached: number;
  readonly output: number;
}

export const callTokens = (mean: { readonly input: number; readonly output: number }, prefix: number): CallTokens => {
  const computed = Math.max(1, mean.input * (1 - prefix));
  return { computed, cached: Math.max(0, mean.input - computed), output: mean.output };
};

/** Of a call's time: a prompt's computing, and of the rest (writing) the part that looks back. */
export interface TimeShares {
  readonly prompt: number;
  readonly looking: number;
}

export function timeShares(prediction: Prediction, output: number, apart: boolean): TimeShares {
  const { shares, tpot, prefill } = prediction;
  if (apart) return { prompt: promptShare(prediction, output), looking: shares.attention };
  const writing = tpot.mid * output;
  // A call holds its place through its own prompt and those of others that it waits for while it writes.
  const prompt = (shares.prefill * writing + prefill) / (writing + prefill);
  return { prompt, looking: shares.prefill < 1 ? shares.attention / (1 - shares.prefill) : 0 };
}

/** Parts of a call's cost by one token of each class. `times`: a prompt's time over what is predicted, at the same total. */
export function tokenShares(
  { prompt, looking }: TimeShares,
  { computed, cached, output }: CallTokens,
  times = 1,
): { readonly input: number; readonly cached: number; readonly output: number } {
  const share = (prompt * times) / (1 - prompt + prompt * times);
  const looked = (1 - share) * looking;
  // An answer is half there on average.
  const context = computed + cached + output / 2;
  const each = looked / context;
  return {
    input: share / computed + each,
    cached: each,
    output: (1 - share - looked) / output + each / 2,
  };
}
