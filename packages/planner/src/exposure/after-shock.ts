// What a shock leaves, in numbers, for one set of amounts: criticality and tokens without service, what the rest costs more, the days until the
// last part that can move has moved, and how much is without service on a given day. The answer in words (stress.ts) follows the same rules.
import { costAfter, fieldOf, monthlyCost, placeOne, type Amounts, type Rules } from './placing.ts';
import type { Blow } from './shocks.ts';

export interface AfterShock {
  /** Of all criticality, and of all tokens, the part that finds no place. */
  readonly without: number;
  readonly tokens: number;
  /** A month, over what the same part of the work costs today. */
  readonly extra: number;
  readonly days: number;
  /** Of all criticality, the part without service so many days after the shock. */
  readonly withoutAt: (day: number) => number;
}

interface Moved {
  readonly criticality: number;
  readonly days: number;
}

export function afterShock(rules: Rules, amounts: Amounts, blows: readonly Blow[], warning: number): AfterShock {
  const field = fieldOf(rules, amounts, blows);
  let [criticality, lost, tokens, tokensLost, extra, days] = [0, 0, 0, 0, 0, 0];
  const moved: Moved[] = [];
  rules.workloads.forEach(({ form, home }, at) => {
    const count = amounts.tokens.input[at]! + amounts.tokens.cached[at]! + amounts.tokens.output[at]!;
    let covered = 0;
    for (const { deployment, share } of placeOne(field, at)) {
      covered += share;
      extra += share * (costAfter(field, at, deployment) - monthlyCost(amounts, at, home));
      const waits = deployment === home ? 0 : Math.max(0, amounts.days[deployment]! - warning);
      days = Math.max(days, waits);
      if (waits > 0) moved.push({ criticality: form.criticality * share, days: waits });
    }
    const missing = covered < 1 - 1e-9 ? 1 - covered : 0;
    criticality += form.criticality;
    lost += form.criticality * missing;
    tokens += count;
    tokensLost += count * missing;
  });
  const part = (of: number, all: number): number => (all === 0 ? 0 : of / all);
  return {
    without: part(lost, criticality),
    tokens: part(tokensLost, tokens),
    extra,
    days,
    withoutAt: (day) => {
      const waiting = moved.reduce((sum, each) => sum + (each.days > day ? each.criticality : 0), 0);
      return part(lost + waiting, criticality);
    },
  };
}
