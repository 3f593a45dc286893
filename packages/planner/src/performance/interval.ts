// How wrong a prediction may be: from errors on rows that a fit had not seen, by class of what is new about it; wider where an input
// lies outside what was seen. The answer names the class and every such input, so an extrapolation is never shown as a measurement.
import type { ErrorClass, RangeName, RegimeCalibration } from './calibration.ts';
import { placeOf, setupOf, versionOf } from './corrections.ts';
import { fingerprintText } from './fingerprint.ts';
import { chipsOf, parallelName, type Setting } from './setting.ts';

export interface Interval {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

export interface Standing {
  readonly class: ErrorClass;
  /** In words, each input outside what was seen. */
  readonly extrapolates: readonly string[];
  /** In log terms, of the time: measured over predicted. */
  readonly low: number;
  readonly high: number;
}

/** Wider by this for each e-fold that a number lies outside what was seen. Our assumption: such rows are what nobody has. */
const PER_FOLD = 0.4;
/** For each kind that was never seen: a precision, a backend, a generation, a kind of parallelism. */
const PER_KIND = 0.15;
const WIDEST = 3;

export function classOf(seen: RegimeCalibration['seen'], setting: Setting): ErrorClass {
  const chip = seen.chips.has(setting.chip.id);
  const model = seen.models.has(setting.shape.id);
  if (!chip) return model ? 'new chip' : 'new chip and model';
  if (!model) return 'new model';
  if (!seen.places.has(placeOf(setting))) return 'new combination';
  if (!seen.versions.has(versionOf(setting))) return 'new version';
  return seen.setups.has(fingerprintText(setupOf(setting))) ? 'seen' : 'new setup';
}

export function standingOf(calibration: RegimeCalibration, setting: Setting): Standing {
  const { seen, spreads, scales } = calibration;
  const held = classOf(seen, setting);
  const extrapolates: string[] = [];
  let wider = 1;
  for (const [name, value] of Object.entries(numbersOf(setting)) as [RangeName, number][]) {
    const [least, most] = seen.ranges[name];
    if (value >= least && value <= most) continue;
    extrapolates.push(`${name} ${tell(value)} lies outside ${tell(least)} to ${tell(most)}`);
    wider += PER_FOLD * Math.abs(Math.log(value / (value < least ? least : most)));
  }
  const kinds = [
    ['accelerator', setting.chip.id, seen.chips, 0],
    ['model', setting.shape.id, seen.models, 0],
    ['generation', setting.chip.generation, seen.generations, PER_KIND],
    ['precision', setting.precision, seen.precisions, PER_KIND],
    ['backend', setting.backend, seen.backends, 0],
    ['parallelism', parallelName(setting.parallel), seen.parallel, PER_KIND],
  ] as const;
  for (const [name, value, known, more] of kinds) {
    if (known.has(value)) continue;
    extrapolates.push(`${name} ${value} was not measured`);
    wider += more;
  }
  if (setting.version !== '' && !seen.versions.has(versionOf(setting)))
    extrapolates.push(`version ${setting.version} of ${setting.backend} was not measured`);
  wider = Math.min(wider, WIDEST) * (held === 'seen' ? (scales.get(placeOf(setting)) ?? 1) : 1);
  const { low, high } = spreads[held];
  return { class: held, extrapolates, low: low * wider, high: high * wider };
}

export function numbersOf(setting: Setting): Record<RangeName, number> {
  return {
    input: setting.input,
    output: setting.output,
    concurrency: setting.concurrency,
    chips: chipsOf(setting.parallel),
    parameters: setting.shape.parameters,
  };
}

const tell = (value: number): string =>
  value >= 1e9 ? `${Number((value / 1e9).toPrecision(3))} bn` : String(Number(value.toPrecision(6)));
