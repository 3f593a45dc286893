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

const isShare = (unit: string): boolean => unit.startsWith('share');
/** What stands behind the number: `2 %/month`. */
const wordOf = (unit: string): string => (isShare(unit) ? unit.slice('share'.length) : unit === '' ? '' : ` ${unit}`);

function bandOf(band: Band, unit: string): string {
  if (band === null || !isShare(unit)) return bandText(band);
  if (band.p10 === band.p90) return percent(band.p50);
  return `${percent(band.p50)} (${percent(band.p10)} to ${percent(band.p90)})`;
}

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
  if (cell.is === 'number')
    return cell.value === null ? 'not known' : `${numberIn(cell.value, cell.unit)}${wordOf(cell.unit)}`;
  const { low, likely, high, unit } = cell;
  const text = bandOf({ p10: low, p50: likely, p90: high }, unit);
  // Per cent stand with every number of a range, and by when with the first.
  return isShare(unit) ? text.replace('%', `%${wordOf(unit)}`) : `${text}${wordOf(unit)}`;
}

const numberIn = (value: number, unit: string): string => (isShare(unit) ? percent(value) : figure(value));

const ROWS_MOST = 13;

/** So many of the points that they fit a screen, the last one among them. */
function chartText({ axis, lines, unit }: PlanChart): string {
  const places =
    axis.is === 'months'
      ? axis.months
      : axis.numbers.map((number) => cellText({ is: 'number', value: number, unit: axis.unit }));
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

function swingsText({ swings, figures, about }: PlanReport): string {
  const unitOfResult = figures.find(({ id }) => id === about)?.unit ?? '';
  const result = (value: number): string => numberIn(value, unitOfResult);
  return textTable(
    [
      { title: 'ASSUMPTION', cell: ({ title }) => title },
      { title: 'NAME', cell: ({ control }) => control },
      { title: 'FROM', align: 'right', cell: ({ from, unit }) => `${numberIn(from, unit)}${wordOf(unit)}` },
      { title: 'TO', align: 'right', cell: ({ to, unit }) => `${numberIn(to, unit)}${wordOf(unit)}` },
      { title: 'RESULT', align: 'right', cell: ({ atFrom, atTo }) => `${result(atFrom)} to ${result(atTo)}` },
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
    `First: ${sideText(first)}\nSecond: ${sideText(second)}`,
    differences.length === 0
      ? 'They are of different kinds: no figure of one stands beside a figure of the other.'
      : differencesText(differences),
  ].join('\n\n');
}

/** Two sides of one plan have one title: what was changed tells them apart. */
function sideText({ title, says, controls, choices }: PlanReport): string {
  const changed = [
    ...choices.filter(({ value, stated }) => value !== stated).map(({ id, value }) => `${id} ${value}`),
    ...controls
      .filter(({ range, stated }) => JSON.stringify(range) !== JSON.stringify(stated))
      .map(({ id, range, unit }) => `${id} ${cellText({ is: 'range', ...range, unit })}`),
  ];
  return `${title}${changed.length === 0 ? '' : ` (changed: ${changed.join('; ')})`}. ${says}`;
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
