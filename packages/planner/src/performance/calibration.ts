// What a calibration leaves behind: for each regime the coefficients, the corrections, what was seen (so that a prediction can say
// what it was not made from), and the spread of errors by class of what is new. Read from data/calibration.json, which the command
// `plan calibrate` writes; the rows that it was made from are not in it.
import { AppError } from '@weighbridge/kernel';
import { z } from 'zod';
import { COEFFICIENT_NAMES, type Coefficients } from './coefficients.ts';
import type { Corrections, Regime } from './corrections.ts';

/** What a prediction was not made from; each has an error of its own. */
export const CLASSES = [
  'seen',
  'new setup',
  'new version',
  'new combination',
  'new chip',
  'new model',
  'new chip and model',
] as const;
export type ErrorClass = (typeof CLASSES)[number];

/** In log terms, measured over predicted: between these lie eight of ten. */
export interface Spread {
  readonly low: number;
  readonly high: number;
  /** Rows that it was taken from. */
  readonly rows: number;
}

export interface Seen {
  readonly chips: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
  readonly generations: ReadonlySet<string>;
  readonly precisions: ReadonlySet<string>;
  readonly backends: ReadonlySet<string>;
  readonly parallel: ReadonlySet<string>;
  /** Model, backend, chip and precision together. */
  readonly places: ReadonlySet<string>;
  /** Backend and version. */
  readonly versions: ReadonlySet<string>;
  /** Digests of builds and splits in a place. */
  readonly setups: ReadonlySet<string>;
  /** Least and most of each number. */
  readonly ranges: Readonly<Record<RangeName, readonly [number, number]>>;
  /** Digests of configurations, so that a score can say which rows were fitted. */
  readonly configurations: ReadonlySet<string>;
}

export const RANGE_NAMES = ['input', 'output', 'concurrency', 'chips', 'parameters'] as const;
export type RangeName = (typeof RANGE_NAMES)[number];

export interface RegimeCalibration {
  readonly rows: number;
  readonly coefficients: Coefficients;
  readonly corrections: Corrections;
  readonly seen: Seen;
  readonly spreads: Readonly<Record<ErrorClass, Spread>>;
  /** Of errors in a place, over those of all seen ones: some stacks vary more from run to run than others. */
  readonly scales: ReadonlyMap<string, number>;
}

/** MLPerf's runs over what the saturated regime predicts of them. */
export interface MlperfCalibration {
  readonly rows: number;
  /** Log of measured over predicted, by scenario; and by how much eight of ten differ from it. */
  readonly scenarios: Readonly<Record<string, Spread & { readonly offset: number }>>;
}

export interface Calibration {
  readonly version: 1;
  readonly made: string;
  readonly regimes: Readonly<Record<Regime, RegimeCalibration>>;
  readonly mlperf: MlperfCalibration;
}

const spreadForm = z.strictObject({ low: z.number(), high: z.number(), rows: z.number() });
const names = z.array(z.string());
const regimeForm = z.strictObject({
  rows: z.number(),
  coefficients: z.record(z.enum(COEFFICIENT_NAMES as [string, ...string[]]), z.number().positive()),
  corrections: z.record(z.string(), z.number()),
  seen: z.strictObject({
    chips: names,
    models: names,
    generations: names,
    precisions: names,
    backends: names,
    parallel: names,
    places: names,
    versions: names,
    setups: z.string(),
    ranges: z.record(z.enum(RANGE_NAMES), z.tuple([z.number(), z.number()])),
    configurations: z.string(),
  }),
  spreads: z.record(z.enum(CLASSES), spreadForm),
  scales: z.record(z.string(), z.number().positive()),
});
const form = z.strictObject({
  version: z.literal(1),
  made: z.string(),
  regimes: z.strictObject({ serving: regimeForm, saturated: regimeForm }),
  mlperf: z.strictObject({
    rows: z.number(),
    scenarios: z.record(z.string(), spreadForm.extend({ offset: z.number() })),
  }),
});

/** Where the one that ships lies. */
export const CALIBRATION_FILE = new URL('../../data/calibration.json', import.meta.url);

/** Throws PLAN_INVALID. `file`: its name in messages. */
export function readCalibration(file: string, text: string): Calibration {
  const refuse = (why: string): AppError =>
    new AppError('PLAN_INVALID', `the calibration ${file} cannot be used: ${why}`, {
      next: 'make it again: `weighbridge plan calibrate FOLDER`',
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : 'it is no JSON');
  }
  const read = form.safeParse(parsed);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw refuse(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'its form is another'}`.trim());
  }
  const { version, made, regimes, mlperf } = read.data;
  return {
    version,
    made,
    mlperf,
    regimes: { serving: regimeOf(regimes.serving), saturated: regimeOf(regimes.saturated) },
  };
}

function regimeOf(held: z.infer<typeof regimeForm>): RegimeCalibration {
  const { seen } = held;
  return {
    rows: held.rows,
    coefficients: held.coefficients as unknown as Coefficients,
    corrections: new Map(Object.entries(held.corrections)),
    seen: {
      chips: new Set(seen.chips),
      models: new Set(seen.models),
      generations: new Set(seen.generations),
      precisions: new Set(seen.precisions),
      backends: new Set(seen.backends),
      parallel: new Set(seen.parallel),
      places: new Set(seen.places),
      versions: new Set(seen.versions),
      setups: new Set(seen.setups.split(' ')),
      ranges: seen.ranges,
      configurations: new Set(seen.configurations.split(' ')),
    },
    spreads: held.spreads,
    scales: new Map(Object.entries(held.scales)),
  };
}

const DIGITS = 5;
const short = (value: number): number => Number(value.toPrecision(DIGITS));
const shortAll = (held: Iterable<readonly [string, number]>): Record<string, number> =>
  Object.fromEntries([...held].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, short(value)]));
const spreadText = ({ low, high, rows }: Spread): Spread => ({ low: short(low), high: short(high), rows });

/** As it stands in the file. Reading it gives back the same, to five digits. */
export function calibrationText(calibration: Calibration): string {
  const sorted = (held: ReadonlySet<string>): string[] => [...held].toSorted();
  const regime = (held: RegimeCalibration): object => ({
    rows: held.rows,
    coefficients: Object.fromEntries(COEFFICIENT_NAMES.map((name) => [name, short(held.coefficients[name])])),
    corrections: shortAll(held.corrections),
    seen: {
      chips: sorted(held.seen.chips),
      models: sorted(held.seen.models),
      generations: sorted(held.seen.generations),
      precisions: sorted(held.seen.precisions),
      backends: sorted(held.seen.backends),
      parallel: sorted(held.seen.parallel),
      places: sorted(held.seen.places),
      versions: sorted(held.seen.versions),
      setups: sorted(held.seen.setups).join(' '),
      ranges: held.seen.ranges,
      configurations: sorted(held.seen.configurations).join(' '),
    },
    spreads: Object.fromEntries(CLASSES.map((name) => [name, spreadText(held.spreads[name])])),
    scales: shortAll(held.scales),
  });
  const { made, regimes, mlperf } = calibration;
  const scenarios = Object.fromEntries(
    Object.entries(mlperf.scenarios).map(([name, held]) => [name, { offset: short(held.offset), ...spreadText(held) }]),
  );
  return `${JSON.stringify(
    {
      version: 1,
      made,
      regimes: { serving: regime(regimes.serving), saturated: regime(regimes.saturated) },
      mlperf: { rows: mlperf.rows, scenarios },
    },
    null,
    1,
  )}\n`;
}
