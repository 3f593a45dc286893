// Scores in words and columns for people: errors in per cent, rounded to three digits; --json has every row, unrounded.
import type { CalibrationReport, GigawattScore, Measures, Score } from '@weighbridge/planner';
import { percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { counted, textTable, type Column } from '../frame/text-table.ts';

const FAULTS_SHOWN = 10;

type Named = Measures & { readonly name: string };

const share = (value: number | null): string => (value === null ? '–' : percent(value));
const plain = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

const COLUMNS: readonly Column<Named>[] = [
  { title: 'ROWS', align: 'right', cell: ({ rows }) => String(rows) },
  { title: 'MEDIAN ERROR', align: 'right', cell: ({ median }) => share(median) },
  { title: 'MEAN', align: 'right', cell: ({ mean }) => share(mean) },
  { title: 'SPEARMAN', align: 'right', cell: ({ spearman }) => plain(spearman) },
  { title: 'BIAS', align: 'right', cell: ({ bias }) => (bias === null ? '–' : share(Math.exp(bias) - 1)) },
  { title: 'INSIDE 80 %', align: 'right', cell: ({ inside }) => share(inside) },
];
const measured = (title: string, rows: readonly Named[]): string =>
  textTable([{ title, cell: ({ name }) => name }, ...COLUMNS], rows);

export function scoreWords(score: Score, paint: Paint): string {
  const { overall, fitted, unseen, faults, held } = score;
  const how = score.kind === 'ttft' ? 'Simulated' : 'Predicted';
  const parts = [
    `${paint.bold(`${how} against measured: ${score.kind}, ${score.unit}`)}\n${counted(held, 'row')} in ${score.file}, of which ${overall.rows} were predicted and ${faults.length} could not be read. Calibration of ${score.calibrated}. Interval: ${score.interval}.`,
    measured('ALL', [
      { name: 'overall', ...overall },
      { name: 'configuration was fitted', ...fitted },
      { name: 'configuration was never seen', ...unseen },
    ]),
    measured(score.kind === 'mlperf' ? 'SCENARIO' : 'WHAT IS NEW', score.by_class),
    measured('GPU', score.by_gpu),
    measured('MODEL', score.by_model),
    measured('PRECISION', score.by_precision),
  ];
  if (score.order !== undefined) parts.push(orderWords(score.order));
  const outside = score.rows.filter(({ extrapolates }) => extrapolates.length > 0).length;
  if (outside > 0) parts.push(`${counted(outside, 'row')} lie outside what was measured: their intervals are wider.`);
  if (faults.length > 0) parts.push(faultWords(faults));
  return parts.join('\n\n');
}

const orderWords = ({ systems, median, ordered }: NonNullable<Score['order']>): string =>
  median === null
    ? 'No system has three rows: whether first tokens come later as concurrency rises cannot be told.'
    : `As concurrency rises, within ${counted(systems, 'system')}: rank correlation ${plain(median)} in the median, 0.8 and more in ${share(ordered)} of them.`;

function faultWords(faults: Score['faults']): string {
  const shown = faults.slice(0, FAULTS_SHOWN).map(({ line, reason }) => `  line ${line}: ${reason}`);
  const more = faults.length > FAULTS_SHOWN ? [`  and ${faults.length - FAULTS_SHOWN} more (--json has all)`] : [];
  return ['Rows that are not predicted:', ...shown, ...more].join('\n');
}

export function gigawattWords(score: GigawattScore, paint: Paint): string {
  const parts = [
    `${paint.bold(`Claims of a gigawatt: ${score.unit}`)}\n${counted(score.rows.length + score.skipped.length, 'row')}, of which ${score.rows.length} were predicted. Interval: ${score.interval}.`,
    measured('RACKS', [
      { name: 'overall', ...score.overall },
      ...score.by_rack.map((each) => ({ name: each.rack, ...each })),
    ]),
  ];
  const outside = score.rows.filter(({ inside }) => !inside);
  if (outside.length > 0) {
    const told = outside.map(
      ({ line, claim, explained }) => `  line ${line}, ${claim}: ${explained ?? 'nothing that has a name explains it'}`,
    );
    parts.push(['Outside the interval:', ...told].join('\n'));
  }
  const taken = score.rows.filter((row) => row.taken);
  if (taken.length > 0)
    parts.push(
      `${counted(taken.length, 'row')} name no rack of ours, and were taken for what their maker ships: line ${taken.map(({ line }) => line).join(', ')}.`,
    );
  if (score.skipped.length > 0)
    parts.push(
      ['Left out:', ...score.skipped.map(({ line, claim, why }) => `  line ${line}, ${claim}: ${why}`)].join('\n'),
    );
  return parts.join('\n\n');
}

const SCHEMES: Readonly<Record<string, string>> = {
  rows: 'rows, one of ten',
  setups: 'a build and split in a place',
  versions: 'a version of a backend',
  places: 'model on chip in a backend',
  chips: 'a chip left out',
  models: 'a model left out',
};

export function calibrationWords(
  { written, regimes }: { readonly written: string | null; readonly regimes: CalibrationReport['regimes'] },
  paint: Paint,
): string {
  const parts = regimes.flatMap((regime) => [
    `${paint.bold(regime.regime === 'serving' ? 'Time per output token' : 'Most tokens a second of a chip')}\n${counted(regime.rows, 'row')}, ${counted(regime.faults.length, 'fault')}. A roofline at stated rates: median error ${percent(regime.ideal)}, ${regime.better.toFixed(1)} times ours on rows not seen.`,
    measured(
      'LEFT OUT',
      regime.schemes.flatMap(({ scheme, overall, folds }) => [
        { name: SCHEMES[scheme] ?? scheme, ...overall },
        ...folds.map((fold) => ({ ...fold, name: `  ${fold.name}` })),
      ]),
    ),
    measured('GPU', regime.by_gpu),
    measured('MODEL', regime.by_model),
    measured('PRECISION', regime.by_precision),
  ]);
  parts.push(written === null ? 'Nothing was written (--to FILE writes the calibration).' : `Written to ${written}.`);
  return parts.join('\n\n');
}
