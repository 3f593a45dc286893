// A seeded mix of teams and models: Poisson arrivals at a rate, each drawn for a team by weight, then for one of its
// models, with log-normal lengths. The same seed gives the same workload.
import { AppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import { Draw } from '../model/random.ts';
import type { WorkloadRequest } from './request.ts';

export interface MixModel {
  readonly model: string;
  readonly dialect: DialectId;
  readonly weight?: number;
}

export interface MixTeam {
  readonly name: string;
  readonly key: string;
  readonly weight?: number;
  readonly models: readonly MixModel[];
  /** Median tokens in and out. */
  readonly input?: number;
  readonly output?: number;
  /** Share of streamed calls, 0 to 1. Default 0.7. */
  readonly streamed?: number;
}

export interface Mix {
  readonly seed: number;
  /** Mean arrivals a second. */
  readonly rate: number;
  readonly requests: number;
  readonly teams: readonly MixTeam[];
}

const INPUT_MEDIAN = 600;
const OUTPUT_MEDIAN = 120;
const SIGMA = 0.9;
const LENGTH_CAP = 100_000;

function pickWeighted<T extends { readonly weight?: number }>(list: readonly T[], draw: Draw): T {
  const total = list.reduce((sum, item) => sum + (item.weight ?? 1), 0);
  let at = draw.unit() * total;
  for (const item of list) {
    at -= item.weight ?? 1;
    if (at < 0) return item;
  }
  const last = list.at(-1);
  if (last === undefined)
    throw new AppError('USAGE', 'a workload mix needs at least one team, and each team one model');
  return last;
}

/** Requests of a mix in order of time. Throws USAGE when the mix is empty or its rate is not positive. */
export function* requestsOfMix(mix: Mix): Generator<WorkloadRequest> {
  if (!(mix.rate > 0)) throw new AppError('USAGE', 'the rate of a workload mix must be above 0 requests a second');
  const draw = new Draw(mix.seed, 'workload mix');
  const length = (median: number): number =>
    Math.min(LENGTH_CAP, Math.max(1, Math.round(draw.logNormal(median, SIGMA))));
  let at = 0;
  for (let n = 0; n < mix.requests; n += 1) {
    at += (-Math.log(1 - draw.unit()) / mix.rate) * 1000;
    const team = pickWeighted(mix.teams, draw);
    const { model, dialect } = pickWeighted(team.models, draw);
    yield {
      at_ms: at,
      input: length(team.input ?? INPUT_MEDIAN),
      output: length(team.output ?? OUTPUT_MEDIAN),
      model,
      dialect,
      key: team.key,
      team: team.name,
      stream: draw.unit() < (team.streamed ?? 0.7),
    };
  }
}
