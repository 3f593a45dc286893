// What stands at the end of a month, on one path. Whole numbers where something is conserved; each is at most 2^53, which
// the bounds on a scenario's amounts keep.
import type { Inputs } from './inputs.ts';

export interface State {
  /** Months completed. */
  readonly month: number;
  /** Cents, by account. */
  readonly cash: Float64Array;
  /** Of an actor's cash, what of its circular investors' money is left (spent in proportion with the rest). */
  readonly invested: Float64Array;
  /** Cents paid in, by investment. */
  readonly paidIn: Float64Array;
  /** 1 once paid, by tranche. */
  readonly paid: Float64Array;
  /** Racks on the way: of each line by months until due, 0 being due. */
  readonly transit: Float64Array;
  /** Cumulative racks, by line. */
  readonly ordered: Float64Array;
  readonly delivered: Float64Array;
  readonly cancelled: Float64Array;
  /** Racks by [site × generations + generation]: delivered, not installed yet; installed; lost (cumulative). */
  readonly stock: Float64Array;
  readonly installed: Float64Array;
  readonly lost: Float64Array;
  /** The part of a rack that is still to be lost. */
  readonly wear: Float64Array;
  readonly energised: Float64Array;
  /** By site, of the month: whole watts drawn on average, Wh. */
  readonly drawnWatts: Float64Array;
  readonly energy: Float64Array;
  /** By channel, of the month, in whole Mtok. */
  readonly demand: Float64Array;
  readonly capacity: Float64Array;
  /** Own demand served here; demand of other channels served here; own demand served elsewhere; capacity left. */
  readonly served: Float64Array;
  readonly spilledIn: Float64Array;
  readonly spilledOut: Float64Array;
  readonly idle: Float64Array;
  /** The part of a Mtok of capacity that is carried on. */
  readonly carry: Float64Array;
  /** Share of demand that was served nowhere. */
  readonly unserved: Float64Array;
  /** Cents per Mtok. */
  readonly price: Float64Array;
  /** GPU-hours that were there. */
  readonly gpuHours: Float64Array;
  /** Cumulative cents for compute, by channel, and the part of it that its receivers had invested. */
  readonly computePaid: Float64Array;
  readonly circularPaid: Float64Array;
  /** Cents, by commitment: drawn, settled by a milestone's shortfall, due and not paid yet. */
  readonly drawn: Float64Array;
  readonly settled: Float64Array;
  readonly owed: Float64Array;
  /** Cents of the month, by edge. */
  readonly flows: Float64Array;
}

export function initialState(inputs: Inputs): State {
  const sites = inputs.sites.length;
  const cells = sites * inputs.generations.length;
  const of = (size: number): Float64Array => new Float64Array(size);
  const channels = inputs.channels.length;
  const lines = inputs.lines.length;
  const commitments = inputs.commitments.length;
  return {
    month: 0,
    cash: inputs.opening.slice(),
    invested: of(inputs.actors.length),
    paidIn: of(inputs.investments.length),
    paid: of(inputs.tranches.length),
    transit: of(inputs.transitSize),
    ordered: of(lines),
    delivered: of(lines),
    cancelled: of(lines),
    stock: of(cells),
    installed: of(cells),
    lost: of(cells),
    wear: of(cells),
    energised: of(cells),
    drawnWatts: of(sites),
    energy: of(sites),
    demand: of(channels),
    capacity: of(channels),
    served: of(channels),
    spilledIn: of(channels),
    spilledOut: of(channels),
    idle: of(channels),
    carry: of(channels),
    unserved: of(channels),
    price: of(channels),
    gpuHours: of(channels),
    computePaid: of(channels),
    circularPaid: of(channels),
    drawn: of(commitments),
    settled: of(commitments),
    owed: of(commitments),
    flows: of(inputs.edges.length),
  };
}

/** What accumulates goes on into the next month. */
const KEPT = [
  'cash',
  'invested',
  'paidIn',
  'paid',
  'transit',
  'ordered',
  'delivered',
  'cancelled',
  'stock',
  'installed',
  'lost',
  'wear',
  'carry',
  'computePaid',
  'circularPaid',
  'drawn',
  'settled',
  'owed',
] as const;

/** What belongs to one month begins at zero. */
const OF_MONTH = [
  'energised',
  'drawnWatts',
  'energy',
  'demand',
  'capacity',
  'served',
  'spilledIn',
  'spilledOut',
  'idle',
  'unserved',
  'price',
  'gpuHours',
  'flows',
] as const;

/** The next month's state, to be written into. `spare`: one that nobody reads any more, of the same inputs, is used again. */
export function nextState(inputs: Inputs, state: State, spare: State = initialState(inputs)): State {
  for (const name of KEPT) spare[name].set(state[name]);
  for (const name of OF_MONTH) spare[name].fill(0);
  return Object.assign(spare, { month: state.month + 1 });
}
