// One month of one path: a pure function from what stood at its beginning to what stands at its end. The order is the order
// of cause: money comes in, investments whose conditions hold are paid, racks arrive and are installed, sites energise what
// their power allows, tokens are served up to capacity, they are paid for, commitments are drawn, what is missing at a
// milestone falls due, and a part of the surplus goes back to the investors.
import type { ConditionInput, Inputs } from './inputs.ts';
import { isIn, pay, payUpTo } from './money.ts';
import { nextState, type State } from './state.ts';
import { moveRacks } from './step-racks.ts';
import { energise, serveTokens, type Market } from './step-tokens.ts';

/** `spare`: a state that nobody reads any more (not `before`), whose room is used for the one returned. */
export function step(inputs: Inputs, before: State, spare?: State): State {
  const month = before.month;
  const state = nextState(inputs, before, spare);
  takeIncome(inputs, state, month);
  payTranches(inputs, before, state, month);
  moveRacks(inputs, state, month);
  const market = energise(inputs, state, month);
  serveTokens(inputs, before, state, month, market);
  payForCompute(inputs, state);
  payForSites(inputs, state, month, market);
  payShortfalls(inputs, state, month);
  payOut(inputs, state, month);
  return state;
}

function takeIncome(inputs: Inputs, state: State, month: number): void {
  for (let index = 0; index < inputs.actors.length; index += 1) {
    const actor = inputs.actors[index]!;
    if (!isIn(inputs, index, month)) continue;
    pay(inputs, state, actor.incomeEdge, actor.income);
    payUpTo(inputs, state, actor.costsEdge, actor.costs);
  }
}

/** A tranche is paid once, when its month has come, its condition held at the end of the month before, and both take part. */
function payTranches(inputs: Inputs, before: State, state: State, month: number): void {
  for (let index = 0; index < inputs.tranches.length; index += 1) {
    const tranche = inputs.tranches[index]!;
    if (state.paid[index] === 1 || month < tranche.month || month >= tranche.ends) continue;
    const investment = inputs.investments[tranche.investment];
    if (investment === undefined) continue;
    const both = isIn(inputs, investment.from, month) && isIn(inputs, investment.to, month);
    if (!both || (state.cash[investment.from] ?? 0) < tranche.amount) continue;
    if (tranche.when !== null && measured(inputs, before, tranche.when) < tranche.when.atLeast) continue;
    state.paid[index] = 1;
    state.paidIn[tranche.investment] = (state.paidIn[tranche.investment] ?? 0) + tranche.amount;
    pay(inputs, state, investment.investEdge, tranche.amount);
    if (investment.circular) state.invested[investment.to] = (state.invested[investment.to] ?? 0) + tranche.amount;
  }
}

/** Of a channel: watts energised (at peak, everything at the site included) or racks installed; of a commitment: cents drawn. */
export function measured(
  inputs: Inputs,
  state: State,
  { measure, of }: Pick<ConditionInput, 'measure' | 'of'>,
): number {
  if (measure === 'drawn') return state.drawn[of] ?? 0;
  let sum = 0;
  const count = inputs.generations.length;
  for (let index = 0; index < inputs.sites.length; index += 1) {
    const site = inputs.sites[index]!;
    if (site.channel !== of) continue;
    for (let generation = 0; generation < count; generation += 1) {
      const cell = index * count + generation;
      if (measure === 'installed') sum += state.installed[cell] ?? 0;
      else sum += (state.energised[cell] ?? 0) * (site.peakWatts[generation] ?? 0);
    }
  }
  return sum;
}

/** Customers pay the developer, it pays the seller its commission and the compute used, which draws its commitments. */
function payForCompute(inputs: Inputs, state: State): void {
  for (let index = 0; index < inputs.channels.length; index += 1) {
    const channel = inputs.channels[index]!;
    const used = (state.served[index] ?? 0) + (state.spilledIn[index] ?? 0);
    if (used === 0) continue;
    const capacity = state.capacity[index] ?? 0;
    const revenue = Math.floor(used * (state.price[index] ?? 0));
    const commission = Math.floor(revenue * channel.commission);
    pay(inputs, state, channel.revenueEdge, revenue);
    pay(inputs, state, channel.commissionEdge, commission);
    const held = state.cash[channel.developer] ?? 0;
    const cost = Math.floor(((state.gpuHours[index] ?? 0) * used * channel.computePrice) / capacity);
    const compute = Math.min(held, cost);
    const own = held > 0 ? ((state.invested[channel.developer] ?? 0) * compute) / held : 0;
    pay(inputs, state, channel.computeEdge, compute);
    state.computePaid[index] = (state.computePaid[index] ?? 0) + compute;
    state.circularPaid[index] = (state.circularPaid[index] ?? 0) + own;
    draw(inputs, state, channel.developer, channel.seller, compute);
  }
}

/** In the order of the file, each up to what remains of it. */
function draw(inputs: Inputs, state: State, from: number, to: number, amount: number): void {
  let left = amount;
  for (let index = 0; index < inputs.commitments.length; index += 1) {
    const commitment = inputs.commitments[index]!;
    if (commitment.from !== from || commitment.to !== to) continue;
    const remaining = commitment.amount - (state.drawn[index] ?? 0) - (state.settled[index] ?? 0);
    const part = Math.min(left, remaining);
    state.drawn[index] = (state.drawn[index] ?? 0) + part;
    left -= part;
  }
}

/** Power and operations. What an operator has not, it borrows. */
function payForSites(inputs: Inputs, state: State, month: number, market: Market): void {
  for (let index = 0; index < inputs.sites.length; index += 1) {
    const site = inputs.sites[index]!;
    const power = Math.round((state.energy[index] ?? 0) * (site.powerPrice[month] ?? 0));
    const operations = Math.round((market.peakWatts[index] ?? 0) * site.operationsPerWatt);
    const missing = power + operations - (state.cash[site.operator] ?? 0);
    const credit = inputs.actors[site.operator]?.creditEdge ?? -1;
    if (missing > 0) pay(inputs, state, credit, missing);
    pay(inputs, state, site.powerEdge, power);
    pay(inputs, state, site.operationsEdge, operations);
  }
}

function payShortfalls(inputs: Inputs, state: State, month: number): void {
  for (let index = 0; index < inputs.commitments.length; index += 1) {
    const commitment = inputs.commitments[index]!;
    if (!isIn(inputs, commitment.from, month) || !isIn(inputs, commitment.to, month)) continue;
    const milestone = commitment.milestones[month] ?? -1;
    const missing = milestone - (state.drawn[index] ?? 0) - (state.settled[index] ?? 0);
    if (missing > 0) {
      state.settled[index] = (state.settled[index] ?? 0) + missing;
      state.owed[index] = (state.owed[index] ?? 0) + Math.floor(missing * commitment.shortfall);
    }
    const paid = payUpTo(inputs, state, commitment.shortfallEdge, state.owed[index] ?? 0);
    state.owed[index] = (state.owed[index] ?? 0) - paid;
  }
}

/** Of what the month's tokens brought over their compute and the costs, a part goes back to who has invested. */
function payOut(inputs: Inputs, state: State, month: number): void {
  for (let index = 0; index < inputs.investments.length; index += 1) {
    const investment = inputs.investments[index]!;
    if ((state.paidIn[index] ?? 0) === 0 || investment.payout === 0) continue;
    if (!isIn(inputs, investment.from, month) || !isIn(inputs, investment.to, month)) continue;
    const developer = inputs.actors[investment.to];
    const surplus =
      sumOf(investment.earns, state.flows) - sumOf(investment.spends, state.flows) - (developer?.costs ?? 0);
    if (surplus > 0) payUpTo(inputs, state, investment.payoutEdge, Math.floor(surplus * investment.payout));
  }
}

const sumOf = (edges: readonly number[], flows: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < edges.length; at += 1) sum += flows[edges[at]!] ?? 0;
  return sum;
};
