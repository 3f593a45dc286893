// Written apart from the simulator, from what is to be conserved and not from how it is done: money, racks, power, tokens,
// commitments. It is given the month's inputs and the states before and after, and returns what does not add up.
import type { Inputs } from '../../src/system/inputs.ts';
import type { State } from '../../src/system/state.ts';

type Report = (what: string) => void;
const total = (values: Iterable<number>): number => [...values].reduce((sum, each) => sum + each, 0);
const get = (values: Float64Array, index: number): number => values[index] ?? Number.NaN;
const whole = (values: Float64Array): boolean => values.every((each) => Number.isSafeInteger(each) && each >= 0);

export function audit(inputs: Inputs, before: State, after: State): readonly string[] {
  const found: string[] = [];
  const report: Report = (what) => found.push(`month ${before.month}: ${what}`);
  if (after.month !== before.month + 1) report('is not the next month');
  auditMoney(inputs, before, after, report);
  auditRacks(inputs, before, after, report);
  auditPower(inputs, before, after, report);
  auditTokens(inputs, before, after, report);
  auditDeal(inputs, before, after, report);
  return found;
}

function auditMoney(inputs: Inputs, before: State, after: State, report: Report): void {
  if (!whole(after.flows)) report('a flow is no whole amount forward');
  const change = new Float64Array(inputs.accounts.length);
  for (const [index, edge] of inputs.edges.entries()) {
    change[edge.from] = get(change, edge.from) - get(after.flows, index);
    change[edge.to] = get(change, edge.to) + get(after.flows, index);
  }
  for (const [index, account] of inputs.accounts.entries()) {
    const moved = get(after.cash, index) - get(before.cash, index);
    if (moved !== get(change, index)) report(`${account} changed by ${moved}, its flows by ${get(change, index)}`);
    if (index < inputs.actors.length && get(after.cash, index) < 0) report(`${account} is below zero`);
  }
  if (total(after.cash) !== total(inputs.opening)) report('money appeared or vanished');
  for (const index of inputs.actors.keys()) {
    const part = get(after.invested, index);
    if (!(part >= 0 && part <= get(after.cash, index) * (1 + 1e-9) + 1))
      report(`invested part ${part} of actor ${index}`);
  }
}

function auditRacks(inputs: Inputs, before: State, after: State, report: Report): void {
  const { ordered, delivered, cancelled, transit, stock, installed, lost } = after;
  for (const each of [ordered, delivered, cancelled, transit, stock, installed, lost])
    if (!whole(each)) report('a part of a rack');
  const cells = new Float64Array(stock.length);
  const bought = new Map<number, number>();
  const supplied = new Map<number, number>();
  for (const [index, line] of inputs.lines.entries()) {
    const underWay = total(transit.subarray(line.offset, line.offset + line.size));
    if (get(ordered, index) !== get(delivered, index) + underWay + get(cancelled, index))
      report(`line ${index}: ordered ≠ delivered + outstanding + cancelled`);
    if (get(ordered, index) - get(before.ordered, index) > get(line.planned, before.month))
      report(`line ${index}: more ordered than planned`);
    const cell = line.site * inputs.generations.length + line.generation;
    cells[cell] = get(cells, cell) + get(delivered, index);
    const arrived = get(delivered, index) - get(before.delivered, index);
    const generation = inputs.generations[line.generation]!;
    bought.set(line.purchaseEdge, (bought.get(line.purchaseEdge) ?? 0) + arrived * generation.price);
    supplied.set(generation.maker, (supplied.get(generation.maker) ?? 0) + arrived);
  }
  for (const [edge, cents] of bought)
    if (get(after.flows, edge) !== cents) report('racks were not paid at their price');
  for (const [maker, racks] of supplied)
    if (racks > get(inputs.supply, maker)) report('a maker delivered more than it can');
  for (const [cell, racks] of cells.entries())
    if (racks !== get(stock, cell) + get(installed, cell) + get(lost, cell))
      report(`cell ${cell}: delivered ≠ stock + installed + lost`);
}

function auditPower(inputs: Inputs, before: State, after: State, report: Report): void {
  const month = before.month;
  const bills = new Map<number, number>();
  for (const [index, site] of inputs.sites.entries()) {
    let peak = 0;
    for (const generation of inputs.generations.keys()) {
      const cell = index * inputs.generations.length + generation;
      if (get(after.energised, cell) > get(after.installed, cell))
        report(`site ${index}: energised ≤ installed broken`);
      peak += get(after.energised, cell) * get(site.peakWatts, generation);
    }
    const grid = get(site.gridWatts, month);
    if (peak > grid) report(`site ${index}: ${peak} W energised of ${grid} W`);
    if (get(after.drawnWatts, index) > peak) report(`site ${index}: draws more than is energised`);
    const energy = get(after.drawnWatts, index) * get(inputs.hours, month);
    if (energy !== get(after.energy, index)) report(`site ${index}: energy ≠ power × time`);
    bills.set(site.powerEdge, (bills.get(site.powerEdge) ?? 0) + Math.round(energy * get(site.powerPrice, month)));
  }
  for (const [edge, cents] of bills) if (get(after.flows, edge) !== cents) report('energy was not paid at its price');
}

function auditTokens(inputs: Inputs, before: State, after: State, report: Report): void {
  const month = before.month;
  for (const each of [after.demand, after.capacity, after.served, after.spilledIn, after.spilledOut, after.idle])
    if (!whole(each)) report('a part of a Mtok');
  for (const [index, channel] of inputs.channels.entries()) {
    let made = get(before.carry, index);
    for (const [place, site] of inputs.sites.entries())
      for (const generation of inputs.generations.keys())
        if (site.channel === index)
          made +=
            get(after.energised, place * inputs.generations.length + generation) *
            get(inputs.hours, month) *
            get(channel.yield, generation * inputs.months + month);
    const held = get(after.capacity, index) + get(after.carry, index);
    if (Math.abs(made - held) > 1e-9 * Math.max(1, made)) report(`channel ${index}: ${made} Mtok made, ${held} held`);
    const used = get(after.served, index) + get(after.spilledIn, index);
    if (get(after.capacity, index) !== used + get(after.idle, index))
      report(`channel ${index}: produced ≠ consumed + idle`);
    const left = get(after.demand, index) - get(after.served, index) - get(after.spilledOut, index);
    if (left < 0) report(`channel ${index}: served more than was asked for`);
    if (Math.abs(left - get(after.unserved, index) * get(after.demand, index)) > 1e-6 * Math.max(1, left))
      report(`channel ${index}: the unserved share is not what was left`);
  }
  if (total(after.spilledIn) !== total(after.spilledOut)) report('demand was lost between channels');
}

function auditDeal(inputs: Inputs, before: State, after: State, report: Report): void {
  const compute = new Map<string, number>();
  for (const edge of new Set(inputs.channels.map((channel) => channel.computeEdge))) {
    const way = inputs.edges[edge]!;
    compute.set(`${way.from} ${way.to}`, get(after.flows, edge));
  }
  const drew = new Map<string, number>();
  const owing = new Map<number, number>();
  for (const [index, each] of inputs.commitments.entries()) {
    const remaining = each.amount - get(after.drawn, index) - get(after.settled, index);
    if (remaining < 0) report(`commitment ${index}: more drawn and settled than committed`);
    const pair = `${each.from} ${each.to}`;
    drew.set(pair, (drew.get(pair) ?? 0) + get(after.drawn, index) - get(before.drawn, index));
    const due = Math.floor((get(after.settled, index) - get(before.settled, index)) * each.shortfall);
    const change = get(after.owed, index) - get(before.owed, index);
    owing.set(each.shortfallEdge, (owing.get(each.shortfallEdge) ?? 0) + due - change);
  }
  for (const [pair, cents] of drew) if (cents > (compute.get(pair) ?? 0)) report(`${pair} drew more than was bought`);
  for (const [edge, cents] of owing) if (get(after.flows, edge) !== cents) report('shortfall due ≠ paid + owed');
  for (const [index, investment] of inputs.investments.entries()) {
    const own = inputs.tranches.filter((tranche) => tranche.investment === index);
    const paid = total(own.map((tranche) => tranche.amount * get(after.paid, inputs.tranches.indexOf(tranche))));
    if (paid !== get(after.paidIn, index)) report(`investment ${index}: paid in ≠ its tranches (${investment.from})`);
  }
}
