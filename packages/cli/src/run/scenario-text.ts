// A run of a scenario in words and columns for people. Figures are rounded to three digits here, and the text says so; --json has
// them whole.
import type { Comparison, Delivery, Summary } from '@weighbridge/planner';
import { bandText, figure, percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { textTable, type Column } from '../frame/text-table.ts';

const head = (
  paint: Paint,
  title: string,
  { seed, paths, interval }: Pick<Summary, 'seed' | 'paths' | 'interval'>,
): string =>
  `${paint.bold(`SIMULATED: ${title}`)}\nSeed ${seed}, ${paths} paths. P50 (P10 to P90), rounded to three digits: ${interval}.`;

export function summaryText(summary: Summary, switches: readonly string[], paint: Paint): string {
  const { organisation: own, currency, months } = summary;
  const ends = [1, 3].map((years) => years * 12 - 1).filter((month) => month < months.length);
  const last = months.length - 1;
  const shown = ends.includes(last) ? ends : [...ends, last];
  const outputs = textTable(
    [
      { title: 'OUTPUT', cell: (row) => row.title },
      { title: 'UNIT', cell: (row) => row.unit },
      ...shown.map((month): Column<Summary['outputs'][number]> => ({
        title: months[month] ?? '',
        align: 'right',
        cell: (row) => bandText(row.bands[month] ?? null),
      })),
    ],
    summary.outputs,
  );
  const meant = [
    `Price: ${bandText(own.price.band)} ${own.price.unit} over all months`,
    `Capacity risk: ${percent(own.capacity_risk.share)} (${own.capacity_risk.method})`,
    `Lead time: ${bandText(own.lead_time.band)} months (${own.lead_time.method})`,
    `Leaving at the start: ${bandText(own.exit_cost.band)} ${currency} (${own.exit_cost.method})`,
  ];
  return [
    head(paint, `${summary.title}${switches.length === 0 ? '' : `, with ${switches.join(', ')}`}`, summary),
    outputs,
    paint.bold('Promised against delivered'),
    summary.deliveries.length === 0 ? 'Nothing is promised in this scenario.' : deliveries(summary.deliveries),
    `Due for shortfalls at milestones: ${bandText(summary.shortfall)} ${currency}. Options are ceilings and in no sum.`,
    paint.bold(`What it means for ${own.name}`),
    meant.join('\n'),
  ].join('\n\n');
}

function deliveries(rows: readonly Delivery[]): string {
  return textTable(
    [
      { title: 'PROMISE', cell: ({ says }) => says },
      { title: 'KIND', cell: ({ kind }) => (kind === 'option' ? 'option, not owed' : kind) },
      {
        title: 'PROMISED',
        align: 'right',
        cell: ({ promised, unit, grade }) => `${figure(promised)} ${unit}, ${grade}`,
      },
      { title: 'BY', cell: ({ month, dated }) => (dated ? month : `${month} (no date said)`) },
      { title: 'DELIVERED', align: 'right', cell: ({ delivered }) => bandText(delivered) },
      { title: 'CHANCE', align: 'right', cell: ({ chance }) => percent(chance) },
    ],
    rows,
  );
}

export function comparisonText(comparison: Comparison, paint: Paint): string {
  const outputs = textTable(
    [
      { title: 'OUTPUT, MEAN OVER MONTHS', cell: (row) => row.title },
      { title: 'UNIT', cell: (row) => row.unit },
      { title: 'FIRST', align: 'right', cell: (row) => bandText(row.first) },
      { title: 'SECOND', align: 'right', cell: (row) => bandText(row.second) },
      { title: 'DIFFERENCE', align: 'right', cell: (row) => bandText(row.difference) },
    ],
    comparison.outputs,
  );
  const chances = comparison.deliveries.map(
    ({ says, month, first, second }) => `${says} by ${month}: ${percent(first)} → ${percent(second)}`,
  );
  const moves = comparison.moves.map(
    ({ of, output, direction, because, seen }) => `${of}: ${output} ${direction}, because ${because}: ${seen}`,
  );
  return [
    head(paint, `${comparison.first} (first) against ${comparison.second} (second)`, comparison),
    outputs,
    ...(chances.length === 0 ? [] : [paint.bold('Chance of what is promised'), chances.join('\n')]),
    ...(moves.length === 0 ? [] : [paint.bold('What theory says, and what came'), moves.join('\n')]),
  ].join('\n\n');
}
