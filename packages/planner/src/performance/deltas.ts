// What one step of co-design is worth: the same setting twice, once changed, as a ratio with an interval. Errors that both share (a
// stack's, a model's) cancel in a ratio, so its interval is narrower than that of either; what remains is how well the changed part's
// share of the time is known.
import { AppError } from '@weighbridge/kernel';
import type { Chip } from './chip.ts';
import type { Interval } from './interval.ts';
import { predictSetting, type PerformanceModel } from './predict.ts';
import { fitting, settingOf, type Request } from './request.ts';
import { chipsOf, type Setting } from './setting.ts';
import type { Part } from './step.ts';
import { estimateSetting, standing } from './estimate.ts';

export type Change =
  | { readonly kind: 'precision'; readonly to: 'bf16' | 'fp8' | 'fp4' }
  /** Chips in the linked domain, and how they are used: tensor parallelism grows with it. */
  | { readonly kind: 'domain'; readonly chips: number }
  | { readonly kind: 'bandwidth'; readonly times: number }
  | { readonly kind: 'link'; readonly times: number }
  /** A part of the step takes 1/`times` of its time. */
  | { readonly kind: 'kernel'; readonly part: Exclude<Part, 'prefill'>; readonly times: number };

export interface Delta {
  /** Tokens a second of a chip, after over before. */
  readonly perChip: Interval;
  /** Tokens a second of a user, after over before. */
  readonly perUser: Interval;
  readonly extrapolates: readonly string[];
}

/** Of the error of one prediction, what stays in a ratio of two that share chip, model and stack. Our assumption, shown as such. */
const KEPT = 0.5;

/** Throws PLAN_IMPOSSIBLE. */
export function changeWorth(model: PerformanceModel, request: Request, change: Change): Delta {
  const before = settingOf(model, request);
  fitting(before, 'share of the chip');
  const first = predictSetting(model, 'serving', before);
  if ('times' in change && !(Number.isFinite(change.times) && change.times > 0))
    throw new AppError('PLAN_IMPOSSIBLE', `a change by ${change.times} times means nothing`, {
      next: 'write a factor above 0',
    });
  if (change.kind === 'kernel') {
    const { parts, seconds, correction } = estimateSetting(model.calibration, 'serving', before);
    const saved = (parts[change.part] * correction * (1 - 1 / change.times)) / seconds;
    const ratio = 1 / (1 - saved);
    // The part's share may be half as large again, or half as small.
    const ends = [1 / (1 - saved / 1.5), 1 / (1 - Math.min(0.95, saved * 1.5))].toSorted((a, b) => a - b);
    const interval = { low: ends[0]!, mid: ratio, high: ends[1]! };
    return { perChip: interval, perUser: interval, extrapolates: first.extrapolates };
  }
  const after = changed(model, request, before, change);
  fitting(after, 'share of the chip');
  const second = predictSetting(model, 'serving', after);
  const where = standing(model.calibration, 'serving', after);
  const interval = (mid: number): Interval => ({
    low: mid * Math.exp(-KEPT * Math.abs(where.high)),
    mid,
    high: mid * Math.exp(KEPT * Math.abs(where.low)),
  });
  return {
    perChip: interval(second.perChip.mid / first.perChip.mid),
    perUser: interval(second.perUser.mid / first.perUser.mid),
    extrapolates: second.extrapolates,
  };
}

function changed(
  model: PerformanceModel,
  request: Request,
  before: Setting,
  change: Exclude<Change, { kind: 'kernel' }>,
): Setting {
  const chip = (held: Partial<Chip>): Setting => ({ ...before, chip: { ...before.chip, ...held } });
  if (change.kind === 'precision') return settingOf(model, { ...request, precision: change.to });
  if (change.kind === 'bandwidth') return chip({ bandwidth: before.chip.bandwidth * change.times });
  if (change.kind === 'link') return chip({ link: before.chip.link * change.times });
  const { tensor, attention } = before.parallel;
  const times = change.chips / tensor;
  if (!Number.isInteger(times) || times < 1)
    throw new AppError(
      'PLAN_IMPOSSIBLE',
      `a domain of ${change.chips} chips holds no whole number of groups of ${tensor}`,
      {
        next: `use a multiple of ${tensor}`,
      },
    );
  const wide = chip({ domain: Math.max(change.chips, before.chip.domain) });
  const parallel = {
    ...before.parallel,
    tensor: change.chips,
    attention: before.shape.experts > 0 ? attention * times : attention,
  };
  // Each chip keeps its requests: the batch grows with the chips.
  return { ...wide, parallel, concurrency: (before.concurrency * change.chips) / chipsOf(before.parallel) };
}
