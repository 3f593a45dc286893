// From what an hour of a chip costs to what a million tokens cost, by class. A class has its own throughput: tokens a second that a
// chip makes of it while it makes nothing else. What a token takes of a chip is the inverse, so the classes of a call add up, and a
// mix of classes costs what its tokens take and nothing for being a mix.
import { invariant } from '@weighbridge/kernel';
import type { Range } from '../catalogue/sourced.ts';
import type { Variable } from '../draws/study.ts';
import { refuse } from '../numbers/refuse.ts';

export const TOKEN_CLASSES = ['input', 'cached', 'output'] as const;
/** `input` holds no cached token. */
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** Tokens a second of one chip, by class: from the performance model, with its interval. */
export type ClassThroughput = Readonly<Record<TokenClass, Range>>;
/** Of a call, a day, or any mix: how many of each. */
export type TokenCounts = Readonly<Record<TokenClass, number>>;

const SECONDS_AN_HOUR = 3600;
/** Errors of a throughput model go the same way for all classes of one model on one machine. */
const TOGETHER = 0.8;

/** How a class's throughput is drawn: what serves one class slowly serves all of them slowly. */
export const throughputDrawn = (of: TokenClass): Pick<Variable, 'shape' | 'follows'> => ({
  shape: 'lognormal',
  follows: of === 'input' ? undefined : { name: 'throughput.input', correlation: TOGETHER },
});

/** USD per million tokens, at `hour` USD per hour of work and `throughput` tokens a second. */
export const perMillion = (hour: number, throughput: number): number => hour / ((throughput * SECONDS_AN_HOUR) / 1e6);

/** Chip-seconds that the tokens take. */
export function chipSeconds(tokens: TokenCounts, throughput: TokenCounts): number {
  let seconds = 0;
  for (const each of TOKEN_CLASSES) {
    invariant(throughput[each] > 0, `a chip makes some ${each} tokens a second`);
    seconds += tokens[each] / throughput[each];
  }
  return seconds;
}

/** USD per million tokens of a mix, all classes counted. */
export function blendedPerMillion(hour: number, tokens: TokenCounts, throughput: TokenCounts): number {
  const all = TOKEN_CLASSES.reduce((sum, each) => sum + tokens[each], 0);
  invariant(all > 0, 'a mix has tokens');
  return ((hour / SECONDS_AN_HOUR) * chipSeconds(tokens, throughput) * 1e6) / all;
}

/** What a mix costs at a price list, in USD per million tokens of all classes. */
export function blendedPrice(tokens: TokenCounts, prices: TokenCounts): number {
  const all = TOKEN_CLASSES.reduce((sum, each) => sum + tokens[each], 0);
  invariant(all > 0, 'a mix has tokens');
  return TOKEN_CLASSES.reduce((sum, each) => sum + tokens[each] * prices[each], 0) / all;
}

/** Throws PLAN_INVALID. */
export function checkThroughput(throughput: ClassThroughput): void {
  for (const each of TOKEN_CLASSES) {
    const { low, likely, high } = throughput[each];
    if (!(low > 0 && low <= likely && likely <= high))
      refuse(
        `the throughput of ${each} tokens runs from ${low} by ${likely} to ${high}`,
        'write low, likely and high in order, above 0',
      );
  }
}

/** Throws PLAN_INVALID. */
export function checkMix(mix: TokenCounts): void {
  for (const each of TOKEN_CLASSES)
    if (!(mix[each] >= 0)) refuse(`the mix has ${mix[each]} ${each} tokens`, 'write a count of 0 or more');
  if (!(mix.input + mix.cached + mix.output > 0))
    refuse('the mix has no token', 'say how many of each class a call has');
}
