// Holds money for a leg before it is sent, and settles it after. Hard means never overrun, so each leg reserves its own
// most expensive outcome just before it goes (a retry that the budget no longer covers is not made), and what a leg
// really cost is only given back when the cloud said so: where it may have been billed and nobody knows, the whole
// reservation counts as spent.
import { AppError, type Money } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import type { Target } from '../routing/compiled.ts';
import type { Prepared } from './prepare.ts';

export interface Held {
  readonly window: number;
  readonly amount: Money;
}

/** Null when no hard budget stands over this leg. Throws BUDGET_UNBOUNDED or BUDGET_EXCEEDED. */
export function reserveLeg(call: Call, target: Target, prepared: Prepared): Held | null {
  const { budget, rater } = call.lane;
  // Counting costs nothing.
  if (call.endpoint !== 'generate') return null;
  if (budget === null || call.compiled.snapshot.budget === undefined || target.deployment.simulated) return null;
  const { facts } = prepared.context;
  if (prepared.mostOutput === null) {
    throw new AppError(
      'BUDGET_UNBOUNDED',
      'the request names no max_tokens, so a hard budget cannot bound what it costs',
    );
  }
  const serverTools: Record<string, number> = {};
  for (const [tool, uses] of Object.entries(facts.serverTools)) {
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
  const most = {
    inputTokens: prepared.request.body.length,
    outputTokens: prepared.mostOutput * facts.choices,
    serverTools,
  };
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
  return { window, amount };
}

/** `spent`: what the leg cost; null when it may have been billed and the amount is not known. */
export function settleLeg(call: Call, held: Held, spent: Money | null): void {
  const booked = spent ?? held.amount;
  call.settledTotal += booked;
  call.lane.budget?.settle(held.window, held.amount, booked);
}
