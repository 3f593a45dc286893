// How money moves within a month: along an edge, whole cents, out of one account and into another, and never more than an
// actor has (it borrows first). Of an actor's cash its investors' part is spent in proportion.
import { invariant } from '@weighbridge/kernel';
import type { Inputs } from './inputs.ts';
import type { State } from './state.ts';

/** Whether an actor still takes part in `month`. */
export const isIn = (inputs: Inputs, actor: number, month: number): boolean =>
  month < (inputs.leaves[actor] ?? Infinity);

export function pay(inputs: Inputs, state: State, edge: number, amount: number): void {
  if (amount === 0) return;
  const way = inputs.edges[edge];
  invariant(way !== undefined && amount > 0, 'money flows along an edge, forward');
  const held = state.cash[way.from] ?? 0;
  const actor = way.from < inputs.actors.length;
  invariant(!actor || amount <= held, 'an actor pays no more than it has');
  const invested = actor ? (state.invested[way.from] ?? 0) : 0;
  if (invested > 0) state.invested[way.from] = amount === held ? 0 : invested * (1 - amount / held);
  state.cash[way.from] = held - amount;
  state.cash[way.to] = (state.cash[way.to] ?? 0) + amount;
  invariant(Number.isSafeInteger(state.cash[way.to]), 'cents are counted exactly');
  state.flows[edge] = (state.flows[edge] ?? 0) + amount;
}

/** Pays what is there of `amount`; returns what was paid. */
export function payUpTo(inputs: Inputs, state: State, edge: number, amount: number): number {
  const from = inputs.edges[edge]?.from ?? -1;
  const paid = Math.min(amount, state.cash[from] ?? 0);
  pay(inputs, state, edge, paid);
  return paid;
}
