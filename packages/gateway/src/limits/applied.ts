// Which limits stand over a call, and whose counter of each it draws on. All but the end user follows from the key, the
// route and the deployment, so it is worked out once for each of them and remembered as long as their plan.
import { LIMIT_DIMENSIONS, type LimitDimension, type LimitMeasure } from '@weighbridge/protocol';
import type { Counters } from './counters.ts';
import { memberOf, type Member } from './member.ts';
import type { Learnt } from './learnt.ts';
import { isBudget, isPerLeg, type LimitRule } from './rule.ts';
import type { WindowClock } from './window.ts';

/** A rule with its counters. */
export interface Ruled {
  readonly rule: LimitRule;
  readonly amount: bigint;
  readonly clock: WindowClock;
  readonly counters: Counters;
  /** What calls of late took; null for a rule that holds the most. */
  readonly learnt: Learnt | null;
}

/** What a call or one leg of it is, in the words of a rule; '' where there is none. */
export type CallFacts = Readonly<Record<LimitDimension, string>>;

export interface Applied {
  readonly ruled: Ruled;
  /** Null: one counter for all. Undefined: it depends on the end user. */
  readonly member: Member | null | undefined;
}

/** All that stands over a call at one deployment. */
export interface Over {
  readonly facts: CallFacts;
  /** Counted once for the call, and for every leg; `whole` is both. */
  readonly once: readonly Applied[];
  readonly leg: readonly Applied[];
  readonly whole: readonly Applied[];
  readonly measures: ReadonlySet<LimitMeasure>;
  /** Of those that refuse what has no bound. */
  readonly hard: ReadonlySet<LimitMeasure>;
  /** There are others than the daily budget: the entries of the call say what was counted. */
  readonly told: boolean;
}

export function overOf(rules: readonly Ruled[], facts: CallFacts, real: boolean): Over {
  const leg: Applied[] = [];
  const once: Applied[] = [];
  for (const ruled of rules) {
    const { rule } = ruled;
    if ((rule.real === true && !real) || !admits(rule, facts)) continue;
    const dynamic = rule.per.includes('end_user') || rule.where.end_user !== undefined;
    const applied = { ruled, member: dynamic ? undefined : memberFor(rule, facts) };
    (isPerLeg(rule) ? leg : once).push(applied);
  }
  const whole = [...once, ...leg];
  return {
    facts,
    once,
    leg,
    whole,
    measures: measuresOf(whole),
    hard: measuresOf(whole.filter(({ ruled }) => ruled.rule.soft !== true)),
    told: whole.some(({ ruled }) => !isBudget(ruled.rule)),
  };
}

const measuresOf = (all: readonly Applied[]): ReadonlySet<LimitMeasure> =>
  new Set(all.map(({ ruled }) => ruled.rule.measure));

/** Whether the rule is about such calls, as far as is known without the end user. */
function admits({ where }: LimitRule, facts: CallFacts): boolean {
  for (const name of LIMIT_DIMENSIONS) {
    if (name !== 'end_user' && where[name]?.includes(facts[name]) === false) return false;
  }
  return true;
}

/** The member that the call counts for; undefined when the rule is not about its end user. */
export function memberIn(
  { ruled: { rule }, member }: Applied,
  facts: CallFacts,
  endUser: string,
): Member | null | undefined {
  if (member !== undefined) return member;
  if (rule.where.end_user?.includes(endUser) === false) return undefined;
  return memberFor(rule, { ...facts, end_user: endUser });
}

/** Calls that say nothing of a dimension are one member of it: leaving a name out opens no way around. */
function memberFor({ per }: LimitRule, facts: CallFacts): Member | null {
  const [first, ...more] = per;
  if (first === undefined) return null;
  return memberOf(more.length === 0 ? facts[first] : JSON.stringify(per.map((name) => facts[name])));
}
