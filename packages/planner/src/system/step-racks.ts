// Racks within a month: lost to wear, installed from stock, delivered from what is due, ordered as far as the operator's
// capital reaches. Each rack is in one place at a time: on the way, in stock, installed, lost, or cancelled.
import type { Inputs, LineInput } from './inputs.ts';
import { isIn, pay } from './money.ts';
import type { State } from './state.ts';

export function moveRacks(inputs: Inputs, state: State, month: number): void {
  wearOut(inputs, state);
  install(inputs, state);
  const supply = inputs.supply.slice();
  for (let index = 0; index < inputs.lines.length; index += 1) {
    const line = inputs.lines[index]!;
    comeNearer(state, line);
    if (isOff(inputs, line, month)) cancel(state, line, index);
    else deliver(inputs, state, line, index, month, supply);
  }
  order(inputs, state, month);
}

/** Part of a rack is carried on until it is a whole one. */
function wearOut(inputs: Inputs, state: State): void {
  const count = inputs.generations.length;
  for (let cell = 0; cell < state.installed.length; cell += 1) {
    const installed = state.installed[cell] ?? 0;
    if (installed === 0) continue;
    const failing = (state.wear[cell] ?? 0) + installed * (inputs.generations[cell % count]?.failure ?? 0);
    const lost = Math.min(installed, Math.floor(failing));
    state.wear[cell] = failing - lost;
    state.installed[cell] = installed - lost;
    state.lost[cell] = (state.lost[cell] ?? 0) + lost;
  }
}

function install(inputs: Inputs, state: State): void {
  const count = inputs.generations.length;
  for (let index = 0; index < inputs.sites.length; index += 1) {
    const site = inputs.sites[index]!;
    let hands = site.install;
    for (let generation = 0; generation < count && hands > 0; generation += 1) {
      const cell = index * count + generation;
      const racks = Math.min(hands, state.stock[cell] ?? 0);
      state.stock[cell] = (state.stock[cell] ?? 0) - racks;
      state.installed[cell] = (state.installed[cell] ?? 0) + racks;
      hands -= racks;
    }
  }
}

function comeNearer({ transit }: State, { offset, size }: LineInput): void {
  if (size === 1) return;
  transit[offset] = (transit[offset] ?? 0) + (transit[offset + 1] ?? 0);
  for (let slot = offset + 1; slot < offset + size - 1; slot += 1) transit[slot] = transit[slot + 1] ?? 0;
  transit[offset + size - 1] = 0;
}

/** The buyer or the maker takes no part any more. */
const isOff = (inputs: Inputs, line: LineInput, month: number): boolean =>
  !isIn(inputs, line.operator, month) || !isIn(inputs, inputs.generations[line.generation]?.maker ?? -1, month);

function cancel(state: State, { offset, size }: LineInput, index: number): void {
  for (let slot = offset; slot < offset + size; slot += 1) {
    state.cancelled[index] = (state.cancelled[index] ?? 0) + (state.transit[slot] ?? 0);
    state.transit[slot] = 0;
  }
}

/** Paid on delivery, out of what the maker can deliver in a month; a halt stops it where it applies. */
function deliver(
  inputs: Inputs,
  state: State,
  line: LineInput,
  index: number,
  month: number,
  supply: Float64Array,
): void {
  const generation = inputs.generations[line.generation];
  const site = inputs.sites[line.site];
  if (generation === undefined || site === undefined) return;
  const halted = inputs.halted[month] ?? 0;
  if (halted === 2 || (halted === 1 && site.licence)) return;
  const cash = state.cash[line.operator] ?? 0;
  const affordable = generation.price === 0 ? Infinity : Math.floor(cash / generation.price);
  const racks = Math.min(state.transit[line.offset] ?? 0, supply[generation.maker] ?? 0, affordable);
  if (racks === 0) return;
  supply[generation.maker] = (supply[generation.maker] ?? 0) - racks;
  state.transit[line.offset] = (state.transit[line.offset] ?? 0) - racks;
  state.delivered[index] = (state.delivered[index] ?? 0) + racks;
  const cell = line.site * inputs.generations.length + line.generation;
  state.stock[cell] = (state.stock[cell] ?? 0) + racks;
  pay(inputs, state, line.purchaseEdge, racks * generation.price);
  pay(inputs, state, generation.componentsEdge, racks * generation.componentsPrice);
}

/** What is on the way is spoken for: only the cash beyond it can be ordered with. */
function order(inputs: Inputs, state: State, month: number): void {
  const spokenFor = new Float64Array(inputs.actors.length);
  for (let index = 0; index < inputs.lines.length; index += 1) {
    const line = inputs.lines[index]!;
    const outstanding = (state.ordered[index] ?? 0) - (state.delivered[index] ?? 0) - (state.cancelled[index] ?? 0);
    const price = inputs.generations[line.generation]?.price ?? 0;
    spokenFor[line.operator] = (spokenFor[line.operator] ?? 0) + outstanding * price;
  }
  for (let index = 0; index < inputs.lines.length; index += 1) {
    const line = inputs.lines[index]!;
    const planned = line.planned[month] ?? 0;
    const generation = inputs.generations[line.generation];
    if (planned === 0 || generation === undefined || isOff(inputs, line, month)) continue;
    const free = Math.max(0, (state.cash[line.operator] ?? 0) - (spokenFor[line.operator] ?? 0));
    const racks = generation.price === 0 ? planned : Math.min(planned, Math.floor(free / generation.price));
    if (racks === 0) continue;
    spokenFor[line.operator] = (spokenFor[line.operator] ?? 0) + racks * generation.price;
    const due = line.offset + Math.max(generation.lead, generation.first - month);
    state.transit[due] = (state.transit[due] ?? 0) + racks;
    state.ordered[index] = (state.ordered[index] ?? 0) + racks;
  }
}
