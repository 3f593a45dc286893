// Puts the candidates that may serve a call into their order: gathers what the route's strategy goes by, asks it, and says
// beside the candidates what spoke for and against them. A route by priority without arms never comes here.
import type { Call } from '../pipeline/call.ts';
import { armOf } from './arms.ts';
import { personOf, sessionOf } from './belonging.ts';
import type { Plan, Target } from './compiled.ts';
import type { Reason } from './reason.ts';
import type { Ask, Standing, Strategy } from './strategy.ts';

/** What an order is made from: a call, or one that is only foreseen. */
export type Ordered = Pick<Call, 'lane' | 'who' | 'parsed' | 'startedAt'> & {
  readonly facts: Pick<NonNullable<Call['facts']>, 'stream' | 'bodyBytes' | 'maxOutputTokens'> | null;
};

export interface Order {
  /** Positions among the plan's targets. */
  readonly order: number[];
  /** Beside the plan's targets. */
  readonly scores: readonly (number | undefined)[] | null;
  readonly arm: string | null;
}

/** Writes reasons beside eligible candidates, where there is something to say of them. */
export function orderOf(call: Ordered, plan: Plan, eligible: readonly number[], reasons: (Reason | null)[]): Order {
  const { strategy, arms } = plan;
  const arm = arms === null ? null : armOf(arms, personOf(call).hash);
  if (strategy === null || eligible.length < 2)
    return { order: arm === null ? [...eligible] : ownFirst(plan, eligible, arm, reasons), scores: null, arm };
  const standings = gather(call, plan, strategy, eligible);
  const told = strategy.needs === 'session' ? sessionOf(call) : null;
  const ask: Ask = { chance: call.lane.chance, session: told?.hash ?? 0 };
  const ordered = strategy.order(standings, ask).map((position) => eligible[position] ?? 0);
  if (strategy.needs === 'cost') noteUnpriced(standings, eligible, reasons);
  const order = arm === null ? ordered : ownFirst(plan, ordered, arm, reasons);
  const first = order[0];
  if (told !== null && first !== undefined) reasons[first] = { kind: 'kept', by: told.by };
  return { order, scores: scoresOf(strategy, plan, standings, eligible), arm };
}

/** What the strategy needs to know of each; a target itself is a candidate of which nothing else matters. */
export function gather(call: Ordered, plan: Plan, strategy: Strategy, eligible: readonly number[]): Standing[] {
  const targets = eligible.map((index) => plan.targets[index] as Target);
  if (strategy.needs === 'nothing' || strategy.needs === 'session') return targets;
  const { health, learnt, rater, clock } = call.lane;
  const now = clock.monotonic();
  const stream = call.facts?.stream ?? false;
  return targets.map(({ deployment, weight, reserved, seed }): Standing => {
    const standing = { weight, reserved, seed, inFlight: health.inFlight(deployment), cost: null, waitMs: null };
    if (strategy.needs === 'wait') return { ...standing, waitMs: learnt.waitMs(deployment.id, stream, now) };
    if (strategy.needs === 'load') return standing;
    // Paid ahead: within its room, which it has to have to stand here, a call costs nothing more.
    if (reserved) return { ...standing, cost: 0n };
    const usage = learnt.expected({
      route: plan.route.id,
      deployment: deployment.id,
      requestBytes: call.facts?.bodyBytes ?? 0,
      maxOutputTokens: call.facts?.maxOutputTokens,
    });
    return { ...standing, cost: rater.expect(deployment, usage, call.startedAt) };
  });
}

function noteUnpriced(standings: readonly Standing[], eligible: readonly number[], reasons: (Reason | null)[]): void {
  for (const [position, { cost }] of standings.entries())
    if (cost === null) reasons[eligible[position] ?? 0] = { kind: 'unpriced' };
}

/** Those of the arm, and those of every arm, before those of another. */
function ownFirst(plan: Plan, order: readonly number[], arm: string, reasons: (Reason | null)[]): number[] {
  const isOther = (index: number): boolean => {
    const other = plan.targets[index]?.arm ?? null;
    return other !== null && other !== arm;
  };
  for (const index of order)
    if (isOther(index)) reasons[index] = { kind: 'other_arm', arm: plan.targets[index]?.arm ?? '' };
  return [...order.filter((index) => !isOther(index)), ...order.filter(isOther)];
}

function scoresOf(
  strategy: Strategy,
  plan: Plan,
  standings: readonly Standing[],
  eligible: readonly number[],
): Order['scores'] {
  if (strategy.needs === 'nothing' || strategy.scores === undefined) return null;
  const scores: (number | undefined)[] = plan.targets.map(() => undefined);
  for (const [position, score] of strategy.scores(standings).entries()) scores[eligible[position] ?? 0] = score;
  return scores;
}

/** How often each of these comes first, 0 to 1: for this caller where it is `named`, else over all. */
export function chancesOf(call: Ordered, plan: Plan, eligible: readonly number[], named: boolean): number[] {
  const { arms } = plan;
  if (arms === null) return chancesAmong(call, plan, eligible, named);
  const own = named ? armOf(arms, personOf(call).hash) : null;
  const chances: number[] = eligible.map(() => 0);
  for (const [at, arm] of arms.names.entries()) {
    const share = own === null ? (arms.shares[at] ?? 0) : Number(arm === own);
    const inArm = eligible.filter((index) => (plan.targets[index]?.arm ?? arm) === arm);
    const here = inArm.length === 0 ? eligible : inArm;
    for (const [position, chance] of chancesAmong(call, plan, here, named).entries()) {
      const place = eligible.indexOf(here[position] ?? 0);
      chances[place] = (chances[place] ?? 0) + share * chance;
    }
  }
  return chances;
}

function chancesAmong(call: Ordered, plan: Plan, eligible: readonly number[], named: boolean): number[] {
  const { strategy } = plan;
  if (strategy === null) return eligible.map((_, position) => Number(position === 0));
  const standings = gather(call, plan, strategy, eligible);
  if (strategy.needs !== 'session' || !named) return strategy.chances(standings);
  const [first] = strategy.order(standings, { chance: call.lane.chance, session: sessionOf(call).hash });
  return eligible.map((_, position) => Number(position === first));
}
