// Should-cost: what a million tokens cost whoever makes them, built up from chip-hours and throughput, beside the seller's price, with
// the margin between the two. Every figure is an estimate with its interval; a margin whose interval holds 0 says nothing about the
// seller, and says so.
import type { Range } from '../catalogue/sourced.ts';
import { refuse } from '../numbers/refuse.ts';
import type { Shape } from '../draws/distributions.ts';
import { bandsOf, studyModel, type Model, type OutputBand, type Variable } from '../draws/study.ts';
import {
  blendedPerMillion,
  blendedPrice,
  checkMix,
  checkThroughput,
  perMillion,
  throughputDrawn,
  TOKEN_CLASSES,
  type ClassThroughput,
  type TokenClass,
  type TokenCounts,
} from './tokens.ts';

export interface ShouldCostInput {
  /** USD per hour of useful work of one chip: levelised for an owner (utilisation and goodput counted), or what it is rented for. */
  readonly hour: { readonly range: Range; readonly shape: Shape };
  readonly throughput: ClassThroughput;
  /** The seller's price of a million tokens, USD. */
  readonly prices: Readonly<Record<TokenClass, number>>;
  /** Of the buyer's own work: how many of each class. */
  readonly mix: TokenCounts;
}

export interface ShouldCostLine {
  readonly of: TokenClass | 'mix';
  /** USD per million tokens. */
  readonly cost: OutputBand;
  readonly price: number;
  /** Part of the price that is not cost; below 0 the seller loses by our count. */
  readonly margin: OutputBand;
  readonly verdict: 'above cost' | 'below cost' | 'cannot tell';
}

export interface ShouldCost {
  readonly estimate: true;
  readonly lines: readonly ShouldCostLine[];
  /** What the mix would be sold for at a stated margin: the negotiator's numbers. */
  readonly targets: readonly { readonly margin: number; readonly price: OutputBand }[];
}

const LINES = [...TOKEN_CLASSES, 'mix'] as const;

/** What each class and the mix cost, and the margin on each. */
export const COST_OUTPUTS = [
  ...LINES.map((of) => ({ name: `cost.${of}`, title: `cost of ${wordOf(of)}`, unit: 'USD/Mtok' })),
  ...LINES.map((of) => ({ name: `margin.${of}`, title: `margin on ${wordOf(of)}`, unit: 'share' })),
];
const TARGET_MARGINS = [0.2, 0.4, 0.6];

/** Throws PLAN_INVALID for a throughput, price or mix that cannot be. */
export function shouldCost(
  input: ShouldCostInput,
  options: { readonly seed: number; readonly draws: number },
): ShouldCost {
  checkInput(input);
  const model = shouldCostModel(input);
  const study = studyModel(model, { seed: options.seed, count: options.draws });
  return { estimate: true, ...costLines(bandsOf(model, study), input.prices, input.mix) };
}

/** `bands`: of `COST_OUTPUTS`, in their order. */
export function costLines(
  bands: readonly OutputBand[],
  prices: Readonly<Record<TokenClass, number>>,
  mix: TokenCounts,
): Omit<ShouldCost, 'estimate'> {
  const { centre, band: cost, ...mixed } = bands[TOKEN_CLASSES.length]!;
  return {
    lines: LINES.map((of, at) => {
      const margin = bands[LINES.length + at]!;
      const [low, high] = [margin.band?.p10 ?? Number.NaN, margin.band?.p90 ?? Number.NaN];
      return {
        of,
        cost: bands[at]!,
        price: of === 'mix' ? blendedPrice(mix, prices) : prices[of],
        margin,
        verdict: low > 0 ? 'above cost' : high < 0 ? 'below cost' : 'cannot tell',
      };
    }),
    targets: TARGET_MARGINS.map((margin) => {
      const at = (held: number): number => held / (1 - margin);
      return {
        margin,
        price: {
          ...mixed,
          title: `price of the mix at a margin of ${margin * 100} %`,
          centre: at(centre),
          band: cost === null ? null : { p10: at(cost.p10), p50: at(cost.p50), p90: at(cost.p90) },
        },
      };
    }),
  };
}

/** Writes `COST_OUTPUTS` from `from` on: at `hour` USD an hour of work, `made` tokens a second and the seller's `prices`. */
export function writeCosts(
  { hour, made, prices, mix }: { readonly hour: number } & Readonly<Record<'made' | 'prices' | 'mix', TokenCounts>>,
  results: Float64Array,
  from: number,
): void {
  const write = (at: number, cost: number, price: number): void => {
    results[from + at] = cost;
    results[from + LINES.length + at] = price > 0 ? 1 - cost / price : Number.NaN;
  };
  for (const [at, each] of TOKEN_CLASSES.entries()) write(at, perMillion(hour, made[each]), prices[each]);
  write(TOKEN_CLASSES.length, blendedPerMillion(hour, mix, made), blendedPrice(mix, prices));
}

function shouldCostModel({ hour, throughput, prices, mix }: ShouldCostInput): Model {
  const variables: Variable[] = [
    { name: 'hour', title: 'an hour of useful work of one chip', unit: 'USD/chip-hour', ...hour },
    ...TOKEN_CLASSES.map((each): Variable => ({
      name: `throughput.${each}`,
      title: `${each} tokens a second of one chip`,
      unit: 'tokens/s',
      range: throughput[each],
      ...throughputDrawn(each),
    })),
  ];
  const made: Record<TokenClass, number> = { input: 0, cached: 0, output: 0 };
  return {
    variables,
    outputs: COST_OUTPUTS,
    evaluate: (values, results) => {
      for (const [at, each] of TOKEN_CLASSES.entries()) made[each] = values[at + 1]!;
      writeCosts({ hour: values[0]!, made, prices, mix }, results, 0);
    },
  };
}

function wordOf(of: TokenClass | 'mix'): string {
  return of === 'mix' ? 'a million tokens of the mix' : `a million ${of} tokens`;
}

function checkInput({ hour, throughput, prices, mix }: ShouldCostInput): void {
  if (!(hour.range.low > 0)) refuse(`a chip-hour of ${hour.range.low} USD costs nothing`, 'write a price above 0');
  for (const each of TOKEN_CLASSES)
    if (!(prices[each] >= 0)) refuse(`the price of ${each} tokens is ${prices[each]}`, 'write a price of 0 or more');
  checkThroughput(throughput);
  checkMix(mix);
}

/** What a step of co-design is worth: the same work with another throughput or another hour. Positive where it is cheaper. */
export interface StepWorth {
  /** USD per million tokens of the mix, saved. */
  readonly saved: OutputBand;
  /** Of the cost before. */
  readonly share: OutputBand;
}

/**
 * `gain`: by what each class's throughput is multiplied. Both sides share every draw but the gain, so that what is uncertain about
 * both does not hide the difference between them.
 */
export function stepWorth(
  input: ShouldCostInput,
  gain: ClassThroughput,
  options: { readonly seed: number; readonly draws: number },
): StepWorth {
  checkInput(input);
  const before = shouldCostModel(input);
  const base: Record<TokenClass, number> = { input: 0, cached: 0, output: 0 };
  const after: Record<TokenClass, number> = { input: 0, cached: 0, output: 0 };
  const model: Model = {
    variables: [
      ...before.variables,
      ...TOKEN_CLASSES.map((each): Variable => ({
        name: `gain.${each}`,
        title: `gain on ${each} tokens`,
        unit: 'ratio',
        range: gain[each],
        shape: 'triangular',
      })),
    ],
    outputs: [
      { name: 'saved', title: 'saved on a million tokens of the mix', unit: 'USD/Mtok' },
      { name: 'share', title: 'of what they cost before', unit: 'share' },
    ],
    evaluate: (values, results) => {
      for (const [at, each] of TOKEN_CLASSES.entries()) {
        base[each] = values[at + 1]!;
        after[each] = base[each] * values[at + 1 + TOKEN_CLASSES.length]!;
      }
      const first = blendedPerMillion(values[0]!, input.mix, base);
      const second = blendedPerMillion(values[0]!, input.mix, after);
      results[0] = first - second;
      results[1] = 1 - second / first;
    },
  };
  const [saved, share] = bandsOf(model, studyModel(model, { seed: options.seed, count: options.draws }));
  return { saved: saved!, share: share! };
}
