// One path of a scenario as plain numbers: every value drawn, every date an index, every name a position. The step function
// reads nothing else. Whole numbers wherever something is conserved: cents, racks, watts.
import type { Edge } from './edges.ts';
import type { Condition, Scenario } from './scenario.ts';

export interface ActorInput {
  /** Cents a month, and where they flow. */
  readonly income: number;
  readonly costs: number;
  readonly incomeEdge: number;
  readonly costsEdge: number;
  readonly creditEdge: number;
}

export interface GenerationInput {
  readonly maker: number;
  readonly gpus: number;
  readonly rackKilowatts: number;
  readonly price: number;
  readonly componentsPrice: number;
  readonly componentsEdge: number;
  readonly idlePower: number;
  readonly failure: number;
  readonly lead: number;
  readonly first: number;
}

/** Racks of one generation that are ordered for one site. */
export interface LineInput {
  readonly site: number;
  readonly generation: number;
  readonly operator: number;
  readonly purchaseEdge: number;
  /** Racks to be ordered, by month. */
  readonly planned: Float64Array;
  /** Where its racks on the way stand in `State.transit`, by months until they are due. */
  readonly offset: number;
  readonly size: number;
}

export interface ConditionInput {
  readonly measure: Condition['measure'];
  readonly of: number;
  readonly atLeast: number;
}

export interface CommitmentInput {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  readonly shortfall: number;
  readonly shortfallEdge: number;
  /** Cumulative cents due, by month; −1 where there is no milestone. */
  readonly milestones: Float64Array;
}

export interface InvestmentInput {
  readonly from: number;
  readonly to: number;
  readonly payout: number;
  readonly investEdge: number;
  /** Along which the receiver earns with tokens, and what it pays for them. */
  readonly earns: readonly number[];
  readonly spends: readonly number[];
  readonly payoutEdge: number;
  /** The investor sells to the receiver, or supplies who does: what the circular share counts. */
  readonly circular: boolean;
}

export interface TrancheInput {
  readonly investment: number;
  readonly month: number;
  readonly ends: number;
  readonly amount: number;
  readonly when: ConditionInput | null;
}

export interface Inputs {
  readonly months: number;
  readonly hours: Float64Array;
  /** Actors, then what lies outside. */
  readonly accounts: readonly string[];
  readonly opening: Float64Array;
  readonly edges: readonly Edge[];
  readonly actors: readonly ActorInput[];
  /** Of each actor, the racks that it can deliver a month. */
  readonly supply: Float64Array;
  /** Of each actor, the month from which it takes no part; Infinity where it stays. */
  readonly leaves: Float64Array;
  readonly generations: readonly GenerationInput[];
  /** Positions of generations, the newest first: in this order they get power. */
  readonly newestFirst: readonly number[];
  readonly sites: readonly SiteInput[];
  readonly lines: readonly LineInput[];
  readonly transitSize: number;
  readonly channels: readonly ChannelInput[];
  readonly commitments: readonly CommitmentInput[];
  readonly investments: readonly InvestmentInput[];
  readonly tranches: readonly TrancheInput[];
  /** By month: 0 none, 1 where a licence is needed, 2 everywhere. */
  readonly halted: Uint8Array;
}

export interface SiteInput {
  readonly channel: number;
  readonly operator: number;
  readonly licence: boolean;
  /** Whole watts of supply, by month. */
  readonly gridWatts: Float64Array;
  /** By generation: whole watts that a rack needs at peak, everything at the site included. */
  readonly peakWatts: Float64Array;
  /** By generation: watts over a year, at full load. */
  readonly yearWatts: Float64Array;
  readonly install: number;
  readonly operationsPerWatt: number;
  /** Cents per Wh, by month. */
  readonly powerPrice: Float64Array;
  readonly powerEdge: number;
  readonly operationsEdge: number;
}

export interface ChannelInput {
  readonly developer: number;
  readonly seller: number;
  /** Mtok a month at the price of the start. */
  readonly demand: Float64Array;
  readonly elasticity: number;
  readonly substitution: number;
  /** Cents per Mtok before scarcity, by month. */
  readonly price: Float64Array;
  readonly scarcity: number;
  readonly computePrice: number;
  readonly commission: number;
  /** Mtok that a rack yields in an hour: [generation × months + month]. */
  readonly yield: Float64Array;
  readonly revenueEdge: number;
  readonly commissionEdge: number;
  readonly computeEdge: number;
}

/** Positions of names, in the order of the file. */
export type Positions = ReadonlyMap<string, number>;
const positions = (held: object): Positions => new Map(Object.keys(held).map((name, index) => [name, index]));
export const at = (held: Positions, name: string): number => held.get(name) ?? -1;

export interface Names {
  readonly actors: Positions;
  readonly generations: Positions;
  readonly sites: Positions;
  readonly channels: Positions;
  readonly commitments: Positions;
}

export function namesIn(scenario: Scenario): Names {
  const commitments = Object.entries(scenario.instruments).filter(([, each]) => each.kind === 'commitment');
  return {
    actors: positions(scenario.actors),
    generations: positions(scenario.generations),
    sites: positions(scenario.sites),
    channels: positions(scenario.channels),
    commitments: positions(Object.fromEntries(commitments)),
  };
}
