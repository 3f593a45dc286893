// What to reserve, in words and columns for people. Figures are rounded to three digits, and the text says so; units that are bought are
// whole.
import type { ReserveRun } from '@weighbridge/planner';
import { bandText, figure, percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { count, counted, textTable } from '../frame/text-table.ts';

const SOURCES = { typed: 'typed in', trace: 'a trace', receipts: 'our receipts' };
const DEMANDS: Readonly<Record<string, string>> = {
  low: 'low',
  likely: 'likely',
  high: 'high',
  'on demand': 'nothing reserved',
};

export function reserveText(run: ReserveRun, paint: Paint): string {
  const { unit } = run;
  return [
    `${paint.bold(`ESTIMATE: ${run.title}`)}\nSeed ${run.seed}, ${counted(run.draws, 'draw')} of likely demand. Rounded to three digits.`,
    unitText(run),
    paint.bold(`How many ${unit.unit} it takes, by the seller's own formula`),
    sizeText(run),
    countedText(run),
    paint.bold(`What costs least over ${counted(run.mix.months, 'month')}, reserved or on demand`),
    mixText(run),
    paint.bold(`From which use on one ${unit.unit} pays`),
    breakEvenText(run),
    paint.bold('What it costs if demand is another (USD, P50 with P10 to P90)'),
    regretText(run),
  ].join('\n\n');
}

function unitText({ unit, demand, sizing }: ReserveRun): string {
  const said =
    unit.unknown.length === 0
      ? 'Of this unit nothing that the catalogue asks for is unknown.'
      : `Unknown, since the seller does not say it in public: ${unit.unknown.join(', ')}.`;
  return [
    `${unit.name} of ${unit.seller} (${unit.id}, ${unit.deployment}): one carries ${figure(sizing.mean.unit_per_minute)} tokens a minute as it counts them.`,
    said,
    `Demand (${SOURCES[demand.source]}): ${figure(demand.requests_per_minute)} requests a minute on average, over ${counted(demand.windows, 'window')} of ${figure(demand.window_s)} s.`,
  ].join('\n');
}

function sizeText({ unit, demand, sizing }: ReserveRun): string {
  const rows = [
    {
      of: demand.minute_p95 === null ? 'P95 of windows, to size on' : 'P95 of minutes, to size on',
      level: demand.minute_p95 ?? demand.p95,
      size: sizing.p95,
    },
    { of: 'mean, what is paid for', level: demand.mean, size: sizing.mean },
  ];
  return textTable(
    [
      { title: 'DEMAND', cell: ({ of }) => of },
      { title: 'COUNTED A MINUTE', align: 'right', cell: ({ level }) => figure(level) },
      { title: 'EXACT', align: 'right', cell: ({ size }) => figure(size.exact) },
      { title: `${unit.unit.toUpperCase()} AS SOLD`, align: 'right', cell: ({ size }) => count(size.units) },
      { title: 'USED', align: 'right', cell: ({ size }) => percent(size.utilisation) },
    ],
    rows,
  );
}

/** The formula, line by line, so that the seller's own example can be laid beside it. */
function countedText({ sizing: { p95 } }: ReserveRun): string {
  const table = textTable(
    [
      { title: 'TOKENS', cell: (line) => line.class },
      { title: 'A MINUTE', align: 'right', cell: (line) => figure(line.tokens_per_minute) },
      { title: 'WEIGHT', align: 'right', cell: (line) => figure(line.weight) },
      { title: 'COUNTED', align: 'right', cell: (line) => figure(line.weighted_per_minute) },
    ],
    p95.lines,
  );
  return `${table}\nSold from ${figure(p95.minimum)} on in steps of ${figure(p95.increment)}.`;
}

function mixText({ unit, mix }: ReserveRun): string {
  const share = mix.all_on_demand_cost === 0 ? 0 : 1 - mix.cost / mix.all_on_demand_cost;
  const bought =
    mix.purchases.length === 0
      ? 'Reserve nothing: no offer pays under likely demand.'
      : textTable(
          [
            { title: 'OFFER', cell: ({ offer }) => offer },
            { title: 'FROM MONTH', align: 'right', cell: ({ month }) => count(month) },
            { title: 'MONTHS', align: 'right', cell: ({ months }) => count(months) },
            { title: unit.unit.toUpperCase(), align: 'right', cell: ({ units }) => count(units) },
          ],
          mix.purchases,
        );
  const months = mix.periods;
  const carried = months.reduce((sum, period) => sum + period.carried, 0) / Math.max(1, months.length);
  return [
    bought,
    [
      `It costs ${figure(mix.cost)} USD: ${figure(mix.reserved_cost)} reserved and ${figure(mix.on_demand_cost)} on demand; all on demand would be ${figure(mix.all_on_demand_cost)} (${percent(share)} saved).`,
      `Reserved units carry ${percent(carried)} of the work in a month on average.`,
    ].join('\n'),
  ].join('\n\n');
}

const breakEvenText = ({ break_even }: ReserveRun): string =>
  textTable(
    [
      { title: 'OFFER', cell: ({ offer }) => offer },
      { title: 'MONTHS', align: 'right', cell: ({ months }) => count(months) },
      { title: 'USD AN HOUR', align: 'right', cell: ({ price }) => String(price) },
      {
        title: 'PAYS ABOVE',
        align: 'right',
        cell: ({ utilisation }) => (utilisation >= 1 ? 'never' : percent(utilisation)),
      },
      { title: 'CONFIDENCE', cell: ({ confidence }) => confidence },
      { title: 'SAYS', cell: ({ source }) => source },
    ],
    break_even,
  );

function regretText({ regret, growth }: ReserveRun): string {
  const table = textTable(
    [
      { title: 'PLANNED FOR', cell: ({ plan }) => DEMANDS[plan] ?? plan },
      { title: 'CAME', cell: ({ came }) => DEMANDS[came] ?? came },
      { title: 'COST', align: 'right', cell: ({ cost }) => spread(cost) },
      { title: 'MORE THAN THE BEST', align: 'right', cell: (cell) => spread(cell.regret) },
    ],
    regret.cells,
  );
  return [
    table,
    `Growth a month, ${growth.how}: low ${percent(growth.low)}, likely ${percent(growth.likely)}, high ${percent(growth.high)}. The mildest worst case: ${
      regret.least_regret === 'on demand' ? 'nothing reserved' : `the plan for ${regret.least_regret} demand`
    }.`,
  ].join('\n');
}

const spread = (band: ReserveRun['regret']['cells'][number]['cost']): string =>
  band.p10 === band.p90 ? figure(band.p50) : bandText(band);
