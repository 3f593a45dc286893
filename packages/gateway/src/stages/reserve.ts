// Holds money for a leg before it is sent, and settles it after. Hard means never overrun, so each leg reserves its own
// most expensive outcome just before it goes (a retry that the budget no longer covers is not made), and what a leg
// really cost is only given back when the cloud said so: where it may have been billed and nobody knows, the whole
// reservation counts as spent. The journal knows of a reservation before its leg goes: a process that is killed must not
// forget it, or a restart would hand the same money out twice.
import { AppError, type Money } from '@weighbridge/kernel';
import type { AttemptDraft, Held, Prepared } from '../pipeline/attempt.ts';
import type { Call } from '../pipeline/call.ts';
import type { Target } from '../routing/compiled.ts';
import type { Leg } from './leg.ts';
import { inputBound } from './leg-bound.ts';
import { weigh } from './meter.ts';
import { prepareLeg } from './prepare.ts';

/** Makes the first leg ready before the intent is written, so that the intent can say what is held for it. */
export function reserveAhead(call: Call): void {
  const target = call.plan?.targets[call.order[0] ?? 0];
  if (target === undefined || !isBudgeted(call, target)) return;
  const draft: AttemptDraft = { deployment: target.deployment.id, edits: [], started_ms: 0 };
  try {
    const prepared = prepareLeg(call, target, draft);
    const held = reserveLeg(call, target, prepared);
    if (held !== null) call.ahead = { draft, prepared, held };
  } catch {
    // Dispatch meets the same refusal when it tries this candidate, and moves on from there.
  }
}

/** Gives back what was held for a first leg that will not go. */
export function releaseAhead(call: Call): void {
  const { ahead } = call;
  call.ahead = null;
  if (ahead !== null) settleLeg(call, ahead.held, 0n);
}

function isBudgeted(call: Call, target: Target): boolean {
  // Counting costs nothing.
  if (call.endpoint !== 'generate') return false;
  const { budget } = call.lane;
  return budget !== null && call.compiled.snapshot.budget !== undefined && !target.deployment.simulated;
}

/** Null when no hard budget stands over this leg. Throws BUDGET_UNBOUNDED or BUDGET_EXCEEDED. */
export function reserveLeg(call: Call, target: Target, prepared: Prepared): Held | null {
  const { budget, rater } = call.lane;
  if (budget === null || !isBudgeted(call, target)) return null;
  const { facts } = prepared.context;
  if (prepared.mostOutput === null) {
    throw new AppError(
      'BUDGET_UNBOUNDED',
      'the request names no max_tokens, so a hard budget cannot bound what it costs',
    );
  }
  const serverTools: Record<string, number> = {};
  for (const tool in facts.serverTools) {
    const uses = facts.serverTools[tool] ?? null;
    if (uses === null) {
      throw new AppError(
        'BUDGET_UNBOUNDED',
        `the request sets no bound on uses of "${tool}", so a hard budget cannot bound what it costs`,
        {
          next: `set max_uses on the tool "${tool}"`,
        },
      );
    }
    serverTools[tool] = uses;
  }
  const outputTokens = prepared.mostOutput * facts.choices;
  const most = Object.assign(inputBound(target.deployment, prepared), { outputTokens, serverTools });
  const amount = rater.bound(target.deployment, most, call.startedAt);
  if (amount === null) {
    throw new AppError(
      'BUDGET_UNBOUNDED',
      `"${target.deployment.id}" has no complete price, so a hard budget cannot bound what it costs`,
      {
        next: 'add the missing price to a price file, or route to a deployment that has one',
      },
    );
  }
  const window = budget.reserve(amount);
  call.budgeted = true;
  call.reservedTotal += amount;
  call.reservedText = '';
  return { window, amount };
}

/** `spent`: what the leg cost; null when it may have been billed and the amount is not known. */
export function settleLeg(call: Call, held: Held, spent: Money | null): void {
  const booked = spent ?? held.amount;
  call.settledTotal += booked;
  call.lane.budget?.settle(held.window, held.amount, booked);
}

/** What a leg cost: nothing if it was refused or never reached the cloud; what was reported; else all it could. */
export function settleAnswered(call: Call, leg: Leg, held: Held, committed: boolean): void {
  if (!leg.started || leg.status > 299) return settleLeg(call, held, 0n);
  if (leg.relay === null) return settleLeg(call, held, null);
  if (committed) weigh(call);
  const usage = committed ? call.usage : (leg.draft.usage ?? null);
  const reported = usage?.source === 'reported';
  const billed = committed
    ? (call.rated?.billed ?? null)
    : usage === null
      ? null
      : call.lane.rater.rate(leg.target.deployment, usage, call.startedAt).billed;
  return settleLeg(call, held, reported ? billed : null);
}
