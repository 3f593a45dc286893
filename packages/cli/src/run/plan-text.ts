// A plan's report in words and columns for people, whatever it is of. Figures are rounded to three digits, and the text says so; --json
// has them whole.
import type { PlanCell, PlanChart, PlanDifference, PlanReport, PlanRun, PlanTable } from '@weighbridge/protocol';
import { bandText, figure, percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { count, textTable } from '../frame/text-table.ts';

export const reportText = (report: PlanReport, paint: Paint): string =>
  [
    `${paint.bold(`ESTIMATE, SIMULATED: ${report.title}`)}\nSeed ${report.seed}, ${report.draws} draws. P50 (P10 to P90), rounded to three digits.`,
    report.says,
    ...report.cautions.map((caution) => `Take care: ${caution}`),
    figuresText(report),
    ...report.tables.flatMap((table) => [paint.bold(table.title), tableText(table)]),
    ...report.charts.flatMap((chart) => [paint.bold(chart.title), chartText(chart)]),
    paint.bold(`What decides "${titleOf(report, report.about)}", one at a time from P10 to P90`),
    swingsText(report),
    ...(report.documents ?? []).map(
      ({ title, sections }) =>
        `${title}: ${count(sections.reduce((sum, { lines }) => sum + lines.length, 0))} lines in ${sections.length} parts; \`weighbridge plan report --exit\` writes it as a file.`,
    ),
  ].join('\n\n');

const figuresText = ({ figures }: PlanReport): string =>
  textTable(
    [
      { title: 'FIGURE', cell: ({ title }) => title },
      { title: 'UNIT', cell: ({ unit }) => (unit === 'share' ? '' : unit) },
      { title: 'P50 (P10 TO P90)', align: 'right', cell: ({ band, unit }) => bandOf(band, unit) },
    ],
    figures,
  );

const titleOf = ({ figures }: PlanReport, id: string): string => figures.find((each) => each.id === id)?.title ?? id;

type Band = PlanReport['figures'][number]['band'];

const bandOf = (band: Band, unit: string): string =>
  band === null || unit !== 'share'
    ? bandText(band)
    : `${percent(band.p50)} (${percent(band.p10)} to ${percent(band.p90)})`;

function tableText({ columns, rows, note }: PlanTable): string {
  const table = textTable(
    columns.map((title, at) => ({
      title: title.toUpperCase(),
      ...(rows.every((row) => row[at]?.is !== 'text') ? { align: 'right' as const } : {}),
      cell: (row: readonly PlanCell[]) => cellText(row[at]),
    })),
    rows,
  );
  return note === null ? table : `${table}\n${note}`;
}

function cellText(cell: PlanCell | undefined): string {
  if (cell === undefined) return '';
  if (cell.is === 'text') return cell.text;
  const unit = cell.unit === '' || cell.unit === 'share' ? '' : ` ${cell.unit}`;
  if (cell.is === 'number') return cell.value === null ? 'not known' : `${numberIn(cell.value, cell.unit)}${unit}`;
  return `${bandOf({ p10: cell.low, p50: cell.likely, p90: cell.high }, cell.unit)}${unit}`;
}

const numberIn = (value: number, unit: string): string => (unit === 'share' ? percent(value) : figure(value));

const ROWS_MOST = 13;

/** So many of the points that they fit a screen, the last one among them. */
function chartText({ axis, lines, unit }: PlanChart): string {
  const places = axis.is === 'months' ? axis.months : axis.numbers.map((number) => `${figure(number)} ${axis.unit}`);
  const step = Math.max(1, Math.ceil(places.length / ROWS_MOST));
  const shown = places.map((place, at) => ({ place, at })).filter(({ at }) => (places.length - 1 - at) % step === 0);
  return textTable(
    [
      { title: axis.is === 'months' ? 'MONTH' : axis.title.toUpperCase(), cell: ({ place }) => place },
      ...lines.map((line) => ({
        title: `${line.title.toUpperCase()}${unit === 'share' ? '' : `, ${unit}`}`,
        align: 'right' as const,
        cell: ({ at }: { at: number }) => bandOf(line.bands[at] ?? null, unit),
      })),
    ],
    shown,
  );
}

function swingsText({ swings }: PlanReport): string {
  return textTable(
    [
      { title: 'ASSUMPTION', cell: ({ title }) => title },
      { title: 'NAME', cell: ({ control }) => control },
      { title: 'FROM', align: 'right', cell: ({ from, unit }) => `${figure(from)} ${unit}` },
      { title: 'TO', align: 'right', cell: ({ to, unit }) => `${figure(to)} ${unit}` },
      { title: 'RESULT', align: 'right', cell: ({ atFrom, atTo }) => `${figure(atFrom)} to ${figure(atTo)}` },
      {
        title: 'RANK CORRELATION',
        align: 'right',
        cell: ({ correlation }) => (correlation === null ? '–' : correlation.toFixed(2)),
      },
    ],
    swings,
  );
}

export function comparisonText({ first, second, differences }: PlanRun, paint: Paint): string {
  if (second === null) return reportText(first, paint);
  return [
    `${paint.bold('ESTIMATE, SIMULATED: two plans side by side')}\nSeed ${first.seed}, ${first.draws} draws. P50 (P10 to P90), rounded to three digits.`,
    `First: ${first.title}. ${first.says}\nSecond: ${second.title}. ${second.says}`,
    differences.length === 0
      ? 'They are of different kinds: no figure of one stands beside a figure of the other.'
      : differencesText(differences),
  ].join('\n\n');
}

const differencesText = (differences: readonly PlanDifference[]): string =>
  textTable(
    [
      { title: 'FIGURE', cell: ({ title }) => title },
      { title: 'UNIT', cell: ({ unit }) => (unit === 'share' ? '' : unit) },
      { title: 'FIRST', align: 'right', cell: ({ first, unit }) => bandOf(first, unit) },
      { title: 'SECOND', align: 'right', cell: ({ second, unit }) => bandOf(second, unit) },
      { title: 'DIFFERENCE, DRAW BY DRAW', align: 'right', cell: ({ difference, unit }) => bandOf(difference, unit) },
    ],
    differences,
  );
