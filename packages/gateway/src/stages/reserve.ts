// Holds of every limit that stands over a leg what it may take at most, before it is sent, and settles it after; and room in what
// was bought of its deployment. Hard
// means never overrun, so each leg reserves its own most expensive outcome just before it goes (a retry that a limit no
// longer covers is not made), and what a leg really took is only given back when the cloud said so: where it may have
// been billed and nobody knows, the whole reservation counts as spent. The journal knows of a reservation before its leg
// goes: a process that is killed must not forget it, or a restart would hand the same money out twice.
import { AppError, invariant, isAppError, type Money } from '@weighbridge/kernel';
import { usageTotals, type LimitMeasure, type Usage } from '@weighbridge/protocol';
import { Limited, type HeldLimits } from '../limits/limited.ts';
import type { Amounts } from '../limits/limits.ts';
import { refusedBy } from '../limits/refusal.ts';
import { isPerLeg } from '../limits/rule.ts';
import type { Over } from '../limits/applied.ts';
import type { AttemptDraft, Held, Prepared } from '../pipeline/attempt.ts';
import type { Call } from '../pipeline/call.ts';
import type { Plan, Target } from '../routing/compiled.ts';
import { countSpill, dropCapacity, settleCapacity, takeCapacity } from './capacity.ts';
import type { Leg } from './leg.ts';
import { inputBound } from './leg-bound.ts';
import { pricedAs, rateAnswer, sumRated, weigh } from './meter.ts';
import { prepareLeg } from './prepare.ts';

/** Makes the first leg ready before the intent is written, so that the intent can say what is held for it. */
export function reserveAhead(call: Call): void {
  const target = call.plan?.targets[call.order[0] ?? 0];
  if (target === undefined || (target.reservation === null && limitsOver(call, target) === null)) return;
  const draft: AttemptDraft = { deployment: target.deployment.id, edits: [], started_ms: 0 };
  try {
    const prepared = prepareLeg(call, target, draft);
    const held = reserveLeg(call, target, prepared);
    if (held !== null) call.ahead = { draft, prepared, held };
  } catch {
    // Dispatch meets the same refusal when it tries this candidate, and moves on from there.
  }
}

/** Gives back what was held for a first leg that will not go, and with it that the call was counted. */
export function releaseAhead(call: Call): void {
  const { ahead } = call;
  call.ahead = null;
  if (ahead === null) return;
  giveBack(call, ahead.held);
  leave(call);
}

/** The call is over: it is in flight no more, and has been a request if anything was sent. */
export function leaveLimits(call: Call): void {
  releaseAhead(call);
  leave(call);
}

function leave({ limited }: Call): void {
  if (limited === null || limited.entered.length === 0) return;
  limited.limits.settle(limited.entered, limited.legs.length === 0 ? null : NOTHING);
  if (limited.legs.length === 0) limited.entered = [];
}

const NOTHING: Amounts = { input: 0, output: 0, money: 0n };
const KNOWN = new WeakMap<Plan, Map<string, Over>>();

/** Null when none is. Worked out once for a plan and a deployment. */
function limitsOver(call: Call, { deployment }: Target): Over | null {
  const { limits } = call.compiled;
  const { plan, key } = call;
  if (limits === null || plan === null || key === null) return null;
  let known = KNOWN.get(plan);
  if (known === undefined) KNOWN.set(plan, (known = new Map()));
  let over = known.get(deployment.id);
  if (over === undefined) {
    const { organisation, team = '', project = '', principal: user = '' } = key.who;
    const named = { organisation, team, project, user, key: key.name, route: plan.route.id };
    over = limits.over({ ...named, deployment: deployment.id, end_user: '' }, !deployment.simulated);
    known.set(deployment.id, over);
  }
  if (over.whole.length === 0) return null;
  // Counting costs nothing.
  return call.endpoint === 'generate' || over.told ? over : null;
}

/**
 * Null when no limit stands over this leg and nothing was bought of its deployment. Throws CAPACITY_FULL, LIMIT_EXCEEDED,
 * BUDGET_EXCEEDED or BUDGET_UNBOUNDED.
 */
export function reserveLeg(call: Call, target: Target, prepared: Prepared): Held | null {
  const capacity = target.reservation === null ? null : takeCapacity(call, target);
  try {
    const limits = reserveLimits(call, target, prepared);
    if (call.plan?.reserves === true) countSpill(call, target);
    return limits === null && capacity === null ? null : { limits, capacity };
  } catch (error) {
    if (capacity !== null) dropCapacity(call, capacity);
    throw error;
  }
}

function giveBack(call: Call, { limits, capacity }: Held): void {
  if (limits !== null) settleLeg(call, limits, null);
  if (capacity !== null) dropCapacity(call, capacity);
}

function reserveLimits(call: Call, target: Target, prepared: Prepared): HeldLimits | null {
  const over = limitsOver(call, target);
  const { limits } = call.compiled;
  if (over === null || limits === null) return null;
  const at = Math.floor(call.lane.clock.wall());
  const limited = (call.limited ??= new Limited(limits, at, over.told));
  const first = limited.legs.length === 0 && limited.entered.length === 0;
  const most = call.endpoint === 'generate' ? boundOver(call, target, prepared, over) : NOTHING;
  const applied = first ? over.whole : over.leg;
  const again = first && call.deferral !== null && call.deferral.revived !== null;
  const endUser = call.who?.end_user ?? '';
  const marks = reserved(limited, () => limits.reserve(applied, over.facts, endUser, most, at, again));
  limited.refused = null;
  limited.newest = first ? marks.filter(({ ruled }) => isPerLeg(ruled.rule)) : marks;
  if (first) {
    limited.at = at;
    limited.entered = marks.filter(({ ruled }) => !isPerLeg(ruled.rule));
  }
  const leg = { at, deployment: target.deployment.id, amounts: most };
  limited.legs.push(leg);
  const money = over.measures.has('money') ? most.money : null;
  if (money !== null) {
    call.budgeted = true;
    call.reservedTotal += money;
    limited.held += money;
    call.reservedText = '';
  }
  return { leg, marks: limited.newest, money };
}

function reserved<Value>(limited: Limited, reserve: () => Value): Value {
  try {
    return reserve();
  } catch (error) {
    if (error instanceof AppError) limited.refused = refusedBy(error)?.standing ?? null;
    throw error;
  }
}

/** What nothing bounds is refused where a hard limit is about it; a soft one then holds nothing, and counts what was taken. */
function boundOver(call: Call, target: Target, prepared: Prepared, { measures, hard }: Over): Amounts {
  try {
    return boundOf(call, target, prepared, measures);
  } catch (error) {
    if (hard.size === measures.size || !isAppError(error) || error.code !== 'BUDGET_UNBOUNDED') throw error;
    return boundOf(call, target, prepared, hard);
  }
}

/** What a leg may take at most, of what the limits over it are about. Throws BUDGET_UNBOUNDED. */
function boundOf(call: Call, target: Target, prepared: Prepared, measures: ReadonlySet<LimitMeasure>): Amounts {
  const all = measures.has('money') || measures.has('tokens');
  const input = all || measures.has('input_tokens');
  const output = all || measures.has('output_tokens');
  if (!input && !output) return NOTHING;
  const { facts } = prepared.context;
  if (output && prepared.mostOutput === null)
    throw unbounded('the request names no max_tokens, so a hard budget or limit cannot bound what it takes');
  const outputTokens = output ? (prepared.mostOutput ?? 0) * facts.choices : 0;
  const within = input ? inputBound(target.deployment, prepared) : { inputTokens: 0 };
  const most = { input: within.inputTokens, output: outputTokens, money: 0n };
  if (!measures.has('money')) return most;
  const bound = Object.assign(within, { outputTokens, serverTools: serverTools(facts.serverTools) });
  // What was bought may spill at the seller's: then it costs what it does on demand.
  const money = call.lane.rater.bound(target.onDemand, bound, call.startedAt);
  if (money === null)
    throw unbounded(`"${target.deployment.id}" has no complete price, so a hard budget cannot bound what it costs`, {
      next: 'add the missing price to a price file, or route to a deployment that has one',
    });
  return { ...most, money };
}

function serverTools(asked: Readonly<Record<string, number | null>>): Record<string, number> {
  const most: Record<string, number> = {};
  for (const tool in asked) {
    const uses = asked[tool] ?? null;
    if (uses === null)
      throw unbounded(`the request sets no bound on uses of "${tool}", so a hard budget cannot bound what it costs`, {
        next: `set max_uses on the tool "${tool}"`,
      });
    most[tool] = uses;
  }
  return most;
}

const unbounded = (message: string, options: { next?: string } = {}): AppError =>
  new AppError('BUDGET_UNBOUNDED', message, options);

/** `took` null: it never went. */
function settleLeg(call: Call, held: HeldLimits, took: Amounts | null): void {
  const { limited } = call;
  invariant(limited !== null, 'a leg that is held for was counted');
  limited.limits.settle(held.marks, took);
  if (held.money !== null) {
    limited.held -= held.money;
    call.settledTotal += took?.money ?? 0n;
  }
  if (took !== null) held.leg.amounts = took;
  else limited.legs.splice(limited.legs.indexOf(held.leg), 1);
}

/** The leg is over: what it held is settled. */
export function settleAnswered(call: Call, leg: Leg, { limits, capacity }: Held, committed: boolean): void {
  if (limits !== null) settleLimits(call, leg, limits, committed);
  if (capacity !== null) settleCapacity(leg, capacity, usageOfLeg(call, leg, committed));
}

function usageOfLeg(call: Call, leg: Leg, committed: boolean): Usage | null {
  if (leg.relay === null) return null;
  if (committed) weigh(call);
  return committed ? call.usage : (leg.draft.usage ?? null);
}

/** What a leg took: nothing if it was refused or never reached the cloud; what was reported; else all it could. */
function settleLimits(call: Call, leg: Leg, held: HeldLimits, committed: boolean): void {
  if (!leg.started) return settleLeg(call, held, null);
  if (leg.status > 299) return settleLeg(call, held, NOTHING);
  if (leg.relay === null) return settleLeg(call, held, held.leg.amounts);
  const usage = usageOfLeg(call, leg, committed);
  if (usage?.source !== 'reported') return settleLeg(call, held, held.leg.amounts);
  const { input, output } = tokensOf(usage, committed ? call.answer?.inner : undefined);
  const billed =
    held.money === null ? null : paidAhead(call, leg, committed) ? 0n : billedOf(call, leg, usage, committed);
  return settleLeg(call, held, { input, output, money: billed ?? held.leg.amounts.money });
}

/** Calls within what was bought have no price of their own: it is owed whether they come or not. */
function paidAhead({ served, rated }: Call, { target }: Leg, committed: boolean): boolean {
  return committed && target.reservation !== null && served?.capacity === 'reserved' && rated?.billed === null;
}

function billedOf(call: Call, { target }: Leg, usage: Usage, committed: boolean): Money | null {
  if (committed && call.billed.length === 0) return call.rated?.billed ?? null;
  // What other legs were billed is settled with them.
  if (committed && call.answer !== null)
    return sumRated(rateAnswer(call, pricedAs(call, target), usage, call.answer)).billed;
  return call.lane.rater.rate(target.deployment, usage, call.startedAt).billed;
}

/** What was read and written, by whichever model inside the answer. */
function tokensOf(usage: Usage, inner: readonly { readonly usage: Usage }[] = []): { input: number; output: number } {
  let { prompt: input, completion: output } = usageTotals(usage);
  for (const part of inner) {
    const { prompt, completion } = usageTotals(part.usage);
    input += prompt;
    output += completion;
  }
  return { input, output };
}
