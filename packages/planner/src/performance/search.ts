// The front of what a chip can give: over splits, batches, precisions and chip counts, those configurations of which none other is
// better both in tokens a second of a chip and in tokens a second of a user, within limits on time per token and, if a queueing
// approximation is handed in, on time to first token. What does not fit is counted, not dropped in silence.
import { AppError } from '@weighbridge/kernel';
import type { Precision } from '../catalogue/models.ts';
import type { Interval } from './interval.ts';
import { predictSetting, type PerformanceModel, type Prediction } from './predict.ts';
import { fitting, settingOf, type Request } from './request.ts';
import type { Setting } from './setting.ts';

export interface SearchAsk {
  readonly accelerators: readonly string[];
  readonly model: string;
  readonly precisions: readonly Precision[];
  readonly input: number;
  readonly output: number;
  readonly chipsMost: number;
  /** Each tried; powers of two and their halves up to 1,024 where nothing is said. */
  readonly batches?: readonly number[] | undefined;
  readonly backend?: string | undefined;
  readonly prefix?: number | undefined;
  readonly speculative?: Request['speculative'];
  /** Also with prefill on chips of its own, or only so. */
  readonly disaggregated?: boolean | 'only' | undefined;
  /** Parts of the split that are given and not searched. */
  readonly fixed?: { readonly [Part in keyof Split]?: Split[Part] | undefined } | undefined;
  readonly limits?:
    | {
        /** Seconds, of the middle of the interval. */
        readonly tpot?: number | undefined;
        readonly ttft?: number | undefined;
      }
    | undefined;
  /** Seconds to the first token: an approximation of a queue. */
  readonly ttft?: ((of: { readonly prediction: Prediction; readonly setting: Setting }) => number) | undefined;
}

export interface Candidate {
  readonly accelerator: string;
  readonly precision: Precision;
  readonly tensor: number;
  readonly pipeline: number;
  readonly attention: number;
  readonly experts: boolean;
  readonly disaggregated: boolean;
  readonly concurrency: number;
  readonly chips: number;
  readonly perChip: Interval;
  readonly perUser: Interval;
  readonly ttft: number | undefined;
  readonly extrapolates: readonly string[];
}

export interface SearchResult {
  readonly front: readonly Candidate[];
  readonly tried: number;
  /** Of `tried`, by why they are not on offer. */
  readonly refused: { readonly impossible: number; readonly tpot: number; readonly ttft: number };
}

const BATCHES = Array.from({ length: 11 }, (_, at) => [2 ** at, 1.5 * 2 ** at])
  .flat()
  .map(Math.ceil)
  .filter((batch, at, all) => batch <= 1024 && all.indexOf(batch) === at);
const CHIPS_MOST = 1024;
const CANDIDATES_MOST = 200_000;

/** Throws PLAN_IMPOSSIBLE for names that do not exist, or when there are too many candidates. */
export function searchConfigurations(model: PerformanceModel, ask: SearchAsk): SearchResult {
  const { batches = BATCHES, limits = {} } = ask;
  const splits = splitsOf(Math.min(ask.chipsMost, CHIPS_MOST), ask.fixed ?? {});
  const ways = ask.disaggregated === 'only' ? [true] : ask.disaggregated === true ? [false, true] : [false];
  const count = splits.length * batches.length * ways.length * ask.accelerators.length * ask.precisions.length;
  if (count > CANDIDATES_MOST)
    throw new AppError('PLAN_IMPOSSIBLE', `${count} configurations are more than ${CANDIDATES_MOST}`, {
      next: 'search fewer accelerators, precisions, batches or chips',
    });
  const refused = { impossible: 0, tpot: 0, ttft: 0 };
  const offered: Candidate[] = [];
  for (const accelerator of ask.accelerators)
    for (const precision of ask.precisions)
      for (const split of splits)
        for (const disaggregated of ways) {
          const request = { ...ask, accelerator, precision, parallel: split, disaggregated, concurrency: 1 };
          const setting = possible(model, request);
          for (const concurrency of batches) {
            if (setting === undefined || concurrency > setting.most) refused.impossible += 1;
            else {
              const found = candidate(model, { ...setting.setting, concurrency }, ask, limits);
              if (typeof found === 'string') refused[found] += 1;
              else offered.push(found);
            }
          }
        }
  return { front: frontOf(offered), tried: count, refused };
}

export interface Split {
  readonly tensor: number;
  readonly pipeline: number;
  readonly attention: number;
  readonly experts: boolean;
}

/** Powers of two: chips of a layer, stages, attention groups that divide the chips, experts sliced or whole; or what is given. */
function splitsOf(chips: number, fixed: NonNullable<SearchAsk['fixed']>): Split[] {
  const splits: Split[] = [];
  const powers = Array.from({ length: 11 }, (_, at) => 2 ** at).filter((each) => each <= chips);
  const given = (value: number | undefined, otherwise: readonly number[]): readonly number[] =>
    value === undefined ? otherwise : [value];
  for (const tensor of given(fixed.tensor, powers))
    for (const pipeline of given(
      fixed.pipeline,
      powers.filter((each) => each <= 8),
    ).filter((each) => each * tensor <= chips))
      for (const experts of fixed.experts === undefined ? [false, true] : [fixed.experts])
        for (const attention of given(
          fixed.attention,
          powers.filter((each) => each <= tensor && tensor % each === 0),
        ))
          splits.push({ tensor, pipeline, attention, experts });
  return splits;
}

/** A split that the model and the chip allow, and how many requests fit. */
function possible(model: PerformanceModel, request: Request): { setting: Setting; most: number } | undefined {
  try {
    const setting = settingOf(model, request);
    return { setting, most: fitting(setting, 'share of the chip').most };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'PLAN_IMPOSSIBLE') throw error;
    // A name that does not exist is no split that fails.
    if (!model.chips.has(request.accelerator) || !model.shapes.has(request.model)) throw error;
    return undefined;
  }
}

function candidate(
  model: PerformanceModel,
  setting: Setting,
  ask: SearchAsk,
  limits: NonNullable<SearchAsk['limits']>,
): Candidate | 'tpot' | 'ttft' {
  const prediction = predictSetting(model, 'serving', setting);
  if (limits.tpot !== undefined && prediction.tpot.mid > limits.tpot) return 'tpot';
  const ttft = ask.ttft?.({ prediction, setting });
  if (limits.ttft !== undefined && ttft !== undefined && ttft > limits.ttft) return 'ttft';
  const { chip, precision, parallel, concurrency, apart } = setting;
  return {
    accelerator: chip.id,
    precision,
    ...parallel,
    disaggregated: apart,
    concurrency,
    chips: prediction.chips,
    perChip: prediction.perChip,
    perUser: prediction.perUser,
    ttft,
    extrapolates: prediction.extrapolates,
  };
}

/** From the fastest for a user to the most of a chip. Of equals, the one with fewer chips. */
export function frontOf(offered: readonly Candidate[]): Candidate[] {
  const order = offered.toSorted(
    (a, b) => b.perUser.mid - a.perUser.mid || b.perChip.mid - a.perChip.mid || a.chips - b.chips,
  );
  const front: Candidate[] = [];
  let best = 0;
  for (const each of order) {
    if (each.perChip.mid <= best) continue;
    front.push(each);
    best = each.perChip.mid;
  }
  return front;
}
