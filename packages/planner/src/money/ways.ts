// Four ways to the same tokens on one chart: buy chips, rent them, reserve a seller's units, or pay for each token. Each way's cost of
// a month is drawn over the demand, and a pair's break-even is the demand from which on the one stays the cheaper. Capacity is
// sized on the peak, whole chips and units at a time, and tokens are paid for at the mean.
import { AppError } from '@weighbridge/kernel';
import type { Range } from '../catalogue/sourced.ts';
import type { Shape } from '../draws/distributions.ts';
import { studyModel, type Model, type Study, type Variable } from '../draws/study.ts';
import { bandOf, type Band } from '../system/bands.ts';

export const WAYS = ['buy', 'rent', 'reserve', 'payg'] as const;
export type Way = (typeof WAYS)[number];
const WAY_WORDS: Readonly<Record<Way, string>> = {
  buy: 'own chips',
  rent: 'rented chips',
  reserve: "a seller's reserved units",
  payg: 'pay for each token',
};

interface Drawn {
  readonly range: Range;
  readonly shape: Shape;
}

export interface WaysInput {
  /** Million tokens a month, of all classes: where the chart begins and ends. */
  readonly demand: { readonly from: number; readonly to: number };
  /** Demand of the hour that capacity is sized on ÷ mean demand. */
  readonly peak: Drawn;
  /** Tokens a second of one chip at the buyer's mix, goodput counted. */
  readonly throughput: Drawn;
  /** Chips come by the system or the rack. */
  readonly chipStep: number;
  /** Part of its throughput that a chip may be loaded with before calls wait. */
  readonly headroom: number;
  /** USD per chip and hour of the clock, used or not. */
  readonly buy?: Drawn | undefined;
  readonly rent?: Drawn | undefined;
  /** One unit: what it costs an hour, the tokens a minute that it carries at the buyer's mix, and how it is sold. */
  readonly reserve?:
    | { readonly hour: number; readonly tokensPerMinute: number; readonly least: number; readonly step: number }
    | undefined;
  /** USD per million tokens of the mix. */
  readonly payg: number;
}

export interface WaySeries {
  readonly way: Way;
  readonly title: string;
  /** One per point of `demand`: USD a month. */
  readonly month: readonly Band[];
  /** USD per million tokens. */
  readonly perMillion: readonly Band[];
}

export interface BreakEven {
  /** Is cheaper from there on … */
  readonly way: Way;
  /** … than this. */
  readonly than: Way;
  /** Million tokens a month; null where it never is in any draw. */
  readonly demand: Band | null;
  /** Share of the draws in which it happens on the chart. */
  readonly happens: number;
}

export interface WaysChart {
  readonly estimate: true;
  readonly demand: readonly number[];
  readonly series: readonly WaySeries[];
  readonly breakEvens: readonly BreakEven[];
  /** Part of a chip's hours that must be sold at the price of a token to pay for it. */
  readonly utilisation: { readonly buy: Band | null; readonly rent: Band | null };
}

const POINTS = 49;
const HOURS_A_MONTH = 730;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3600;

/** Throws PLAN_INVALID. */
export function waysChart(input: WaysInput, options: { readonly seed: number; readonly draws: number }): WaysChart {
  checkInput(input);
  const ways = WAYS.filter((way) => way === 'payg' || input[way] !== undefined);
  const demand = Array.from(
    { length: POINTS },
    (_, at) => input.demand.from * (input.demand.to / input.demand.from) ** (at / (POINTS - 1)),
  );
  const model = waysModel(input, ways, demand);
  const study = studyModel(model, { seed: options.seed, count: options.draws });
  return {
    estimate: true,
    demand,
    series: ways.map((way, index) => {
      const month = demand.map((_, at) => bandOf(study.outputs[index * POINTS + at]!)!);
      const each = ({ p10, p50, p90 }: Band, tokens: number): Band => ({
        p10: p10 / tokens,
        p50: p50 / tokens,
        p90: p90 / tokens,
      });
      return { way, title: WAY_WORDS[way], month, perMillion: month.map((band, at) => each(band, demand[at]!)) };
    }),
    breakEvens: ways.flatMap((way) =>
      ways.filter((than) => than !== way).map((than) => breakEven(input, ways, study, demand, way, than)),
    ),
    utilisation: { buy: utilisation(input, study, 'buy'), rent: utilisation(input, study, 'rent') },
  };
}

/** Where each range stands among a draw's values. */
const AT = { peak: 0, throughput: 1, buy: 2, rent: 3 } as const;

function waysModel(input: WaysInput, ways: readonly Way[], demand: readonly number[]): Model {
  const none: Drawn = { range: { low: 0, likely: 0, high: 0 }, shape: 'triangular' };
  const variable = (name: string, title: string, unit: string, drawn: Drawn | undefined): Variable => ({
    name,
    title,
    unit,
    ...(drawn ?? none),
  });
  return {
    variables: [
      variable('peak', 'demand at the peak ÷ mean', 'ratio', input.peak),
      variable('throughput', 'tokens a second of one chip', 'tokens/s', input.throughput),
      variable('buy', 'an hour of an own chip', 'USD/chip-hour', input.buy),
      variable('rent', 'an hour of a rented chip', 'USD/chip-hour', input.rent),
    ],
    outputs: ways.flatMap((way) =>
      demand.map((_, at) => ({ name: `${way}.${at}`, title: WAY_WORDS[way], unit: 'USD/month' })),
    ),
    evaluate: (values, results) => {
      for (const [index, way] of ways.entries())
        for (const [at, tokens] of demand.entries()) results[index * POINTS + at] = monthOf(input, way, values, tokens);
    },
  };
}

/** USD of a month with `tokens` million tokens. */
function monthOf(input: WaysInput, way: Way, values: ArrayLike<number>, tokens: number): number {
  if (way === 'payg') return tokens * input.payg;
  const perSecond = ((tokens * 1e6) / SECONDS_A_MONTH) * values[AT.peak]!;
  if (way === 'reserve') {
    const { hour, tokensPerMinute, least, step } = input.reserve!;
    const units = Math.max(least, Math.ceil((perSecond * 60) / tokensPerMinute / step) * step);
    return units * hour * HOURS_A_MONTH;
  }
  const chips = Math.ceil(perSecond / (values[AT.throughput]! * input.headroom) / input.chipStep) * input.chipStep;
  return chips * values[AT[way]]! * HOURS_A_MONTH;
}

/** Costs come in steps, so two ways can cross more than once: the last crossing counts. */
function breakEven(
  input: WaysInput,
  ways: readonly Way[],
  study: Study,
  demand: readonly number[],
  way: Way,
  than: Way,
): BreakEven {
  const [one, other] = [ways.indexOf(way), ways.indexOf(than)];
  const values = new Float64Array(study.inputs.length);
  const found: number[] = [];
  for (let draw = 0; draw < study.count; draw += 1) {
    const dearer = (at: number): boolean =>
      study.outputs[one * POINTS + at]![draw]! > study.outputs[other * POINTS + at]![draw]!;
    let last = POINTS - 1;
    while (last >= 0 && !dearer(last)) last -= 1;
    if (last === POINTS - 1) continue;
    for (let at = 0; at < values.length; at += 1) values[at] = study.inputs[at]![draw]!;
    found.push(last < 0 ? demand[0]! : crossing(input, values, way, than, demand[last]!, demand[last + 1]!));
  }
  return { way, than, demand: found.length === 0 ? null : bandOf(found), happens: found.length / study.count };
}

/** Between two demands, at the first of which `way` is the dearer and at the second not. */
function crossing(input: WaysInput, values: Float64Array, way: Way, than: Way, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 24; step += 1) {
    const middle = Math.sqrt(low * high);
    if (monthOf(input, way, values, middle) > monthOf(input, than, values, middle)) low = middle;
    else high = middle;
  }
  return high;
}

function utilisation(input: WaysInput, study: Study, way: 'buy' | 'rent'): Band | null {
  if (input[way] === undefined) return null;
  const [hour, throughput] = [study.inputs[AT[way]]!, study.inputs[AT.throughput]!];
  return bandOf(hour.map((each, draw) => each / ((throughput[draw]! * 3600 * input.payg) / 1e6)));
}

function checkInput({ demand, throughput, peak, chipStep, headroom, reserve, payg }: WaysInput): void {
  const refuse = (message: string, next: string): never => {
    throw new AppError('PLAN_INVALID', message, { next });
  };
  if (!(demand.from > 0 && demand.to > demand.from))
    refuse(`the chart runs from ${demand.from} to ${demand.to} million tokens a month`, 'begin above 0 and end later');
  if (!(throughput.range.low > 0)) refuse('a chip makes no tokens', 'write a throughput above 0');
  if (!(peak.range.low >= 1)) refuse('the peak lies below the mean', 'write a peak of 1 or more');
  if (!(headroom > 0 && headroom <= 1)) refuse(`a chip may be loaded to ${headroom}`, 'write a part above 0, up to 1');
  if (!(Number.isInteger(chipStep) && chipStep >= 1))
    refuse(`chips come by ${chipStep}`, 'write a whole number of 1 or more');
  if (!(payg > 0)) refuse('a token costs nothing', 'write a price above 0');
  if (
    reserve !== undefined &&
    !(reserve.hour > 0 && reserve.tokensPerMinute > 0 && reserve.least >= 1 && reserve.step >= 1)
  )
    refuse(
      'a reserved unit costs or carries nothing',
      'write an hourly price, tokens a minute, a least count and a step above 0',
    );
}
