// `plan score` and `plan calibrate`: read tables, hand them to the planner, print what it says of them.
import { statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import {
  benchOf,
  calibrateFolder,
  CALIBRATION_FILE,
  calibrationText,
  readCalibration,
  scoreGigawatt,
  scoreTable,
  SCORE_KINDS,
  TABLE_FILES,
  type Calibration,
  type ScoreKind,
  type TableTexts,
} from '@weighbridge/planner';
import { text, type Context, type Run } from '../frame/command.ts';
import { boundedText } from '../read/bounded-file.ts';
import { cataloguesOf } from '../read/plan-file.ts';
import { calibrationWords, gigawattWords, scoreWords } from './plan-score-text.ts';

const KINDS = [...SCORE_KINDS.filter((kind) => kind !== 'ttft'), 'gigawatt', 'ttft'];
/** Ran, and no row could be read. */
const NOTHING_READ = 3;

export const score: Run = (context) => {
  const [file = ''] = context.arguments;
  const kind = text(context, 'kind');
  if (kind === undefined)
    throw new AppError('USAGE', 'it is not said what the table measures', {
      next: `add --kind with one of ${KINDS.join(', ')}`,
    });
  const table = tableText(context, file);
  const catalogues = cataloguesOf(context);
  if (kind === 'gigawatt') {
    const scored = scoreGigawatt(file, table, catalogues);
    context.out.data(scored, () => gigawattWords(scored, context.out.paint));
    return Promise.resolve(0);
  }
  if (kind === 'ttft') context.out.note('Simulating every row: this takes some seconds for each thousand.');
  const scored = scoreTable(
    { bench: benchOf(catalogues), calibration: calibrationOf(context) },
    kind as ScoreKind,
    file,
    table,
  );
  context.out.data(scored, () => scoreWords(scored, context.out.paint));
  return Promise.resolve(scored.overall.rows === 0 ? NOTHING_READ : 0);
};

export const calibrate: Run = (context) => {
  const [folder = ''] = context.arguments;
  const place = resolve(context.workingFolder, folder);
  const texts = Object.fromEntries(
    Object.entries(TABLE_FILES).map(([name, file]) => [name, tableText(context, join(place, file))]),
  ) as unknown as TableTexts;
  const made = text(context, 'date') ?? newest(place);
  context.out.note('Fitting, and fitting again without each part of the rows: this takes a minute or two.');
  const { calibration, regimes } = calibrateFolder(benchOf(cataloguesOf(context)), texts, made);
  const to = text(context, 'to');
  if (to !== undefined) write(resolve(context.workingFolder, to), calibration);
  const report = { written: to ?? null, regimes };
  context.out.data(report, () => calibrationWords(report, context.out.paint));
  return Promise.resolve(0);
};

function tableText(context: Context, file: string): string {
  try {
    return boundedText(resolve(context.workingFolder, file));
  } catch (error) {
    throw new AppError('USAGE', `the table "${file.slice(0, 200)}" cannot be read`, {
      cause: error,
      next: 'give the path of a CSV file of at most 4 MiB',
    });
  }
}

function calibrationOf(context: Context): Calibration {
  const own = text(context, 'calibration');
  if (own === undefined) return readCalibration('calibration.json', boundedText(CALIBRATION_FILE));
  return readCalibration(own, tableText(context, own));
}

/** So that the same tables give the same file, whenever it is made. */
function newest(folder: string): string {
  const times = Object.values(TABLE_FILES).map((file) => statSync(join(folder, file)).mtimeMs);
  return new Date(Math.max(...times)).toISOString().slice(0, 10);
}

function write(place: string, calibration: Calibration): void {
  try {
    writeFileSync(place, calibrationText(calibration));
  } catch (error) {
    throw new AppError('USAGE', `the calibration cannot be written to "${place.slice(0, 200)}"`, {
      cause: error,
      next: 'name a file in a folder that exists and can be written to',
    });
  }
}
