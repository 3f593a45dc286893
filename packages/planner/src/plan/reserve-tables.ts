// Tables and charts of a plan to reserve: the seller's formula line by line, what is bought when, from which use on it pays, and what the
// decision costs if growth is another.
import type { PlanChart, PlanTable } from '@weighbridge/protocol';
import { valueIn } from '../catalogue/sourced.ts';
import { bestConstant, constantCost } from '../reserved/constant.ts';
import { MONTH_HOURS } from '../reserved/drawn-demand.ts';
import type { ResolvedReservePlan } from '../reserved/plan.ts';
import { CAME, cell, MADE_FOR, offersOf } from '../reserved/reserve-model.ts';
import type { ReserveRun } from '../reserved/run.ts';
import { bandOf, type Band } from '../system/bands.ts';
import { bandCell, numberCell, textCell } from './cells.ts';

/** What is bought is told whole: three digits are for what nobody knows better. */
export const wholeUnits = (units: number): string => units.toLocaleString('en');

const SOURCES = { typed: 'typed in', trace: 'a trace', receipts: 'receipts' };
const MADE = { low: 'low growth', likely: 'likely growth', high: 'high growth', 'on demand': 'nothing reserved' };

export const tablesOf = (plan: ResolvedReservePlan, run: ReserveRun): PlanTable[] => [
  demandTable(run),
  sizingTable(plan, run),
  countedTable(run),
  purchaseTable(plan, run),
  monthTable(plan, run),
  breakEvenTable(plan, run),
  regretTable(run),
];

const demandTable = ({ sizes: { levels } }: ReserveRun): PlanTable => ({
  id: 'demand',
  title: 'Demand as it stands, in tokens as the unit counts them',
  columns: [
    'Workload',
    'From',
    'Requests a minute',
    'Counted a minute, mean',
    'P95 of windows',
    'P95 of minutes',
    'P95 ÷ mean',
    'Windows',
    'Each',
  ],
  rows: levels.map((level) => [
    textCell(level.workload),
    textCell(SOURCES[level.source]),
    numberCell(level.requests_per_minute, ''),
    numberCell(level.mean, 'tokens/min'),
    numberCell(level.p95, 'tokens/min'),
    numberCell(level.minute_p95, 'tokens/min'),
    numberCell(level.sized / level.mean, ''),
    numberCell(level.windows, ''),
    numberCell(level.window_s, 's'),
  ]),
  note: 'Capacity is sized on the 95th percentile of minutes, money on the mean. Minutes are computed from hours where lengths are typed in.',
});

const sizingTable = ({ unit }: ResolvedReservePlan, { sizes: { p95, mean } }: ReserveRun): PlanTable => ({
  id: 'sizing',
  title: `How many ${unit.unit} it takes now, by the seller’s own formula`,
  columns: ['Demand', 'Counted a minute', '÷ one carries', '= exact', `${unit.unit} as sold`, 'Used'],
  rows: [
    { of: 'P95, to carry all of it', size: p95 },
    { of: 'mean, what is paid for', size: mean },
  ].map(({ of, size }) => [
    textCell(of),
    numberCell(size.weighted_per_minute, 'tokens/min'),
    numberCell(size.unit_per_minute, 'tokens/min'),
    numberCell(size.exact, ''),
    textCell(wholeUnits(size.units)),
    numberCell(size.utilisation, 'share'),
  ]),
  note: `Sold from ${p95.minimum} on in steps of ${p95.increment}. Several workloads are sized as if all were busy at once.`,
});

const countedTable = ({ sizes: { lines } }: ReserveRun): PlanTable => ({
  id: 'counted',
  title: 'What the unit counts at the P95, line by line',
  columns: ['Workload', 'Tokens', 'A minute', '× weight', '= counted', 'Who says the weight'],
  rows: lines.flatMap(({ workload, sizing }) =>
    sizing.lines.map((line) => [
      textCell(workload),
      textCell(line.class.replaceAll('_', ' ')),
      numberCell(line.tokens_per_minute, 'tokens/min'),
      numberCell(line.weight, ''),
      numberCell(line.weighted_per_minute, 'tokens/min'),
      textCell(line.source),
    ]),
  ),
  note: null,
});

const purchaseTable = (plan: ResolvedReservePlan, { decisions }: ReserveRun): PlanTable => ({
  id: 'purchases',
  title: 'What to buy, and when',
  columns: ['Offer', 'From month', 'Months', plan.unit.unit, 'One an hour', 'To its end'],
  rows: decisions.likely.purchases.map(({ offer, starts, units }) => {
    const { months, price } = plan.offers[offer]!;
    const hourly = valueIn(price, 'USD/hour');
    return [
      textCell(offer),
      numberCell(starts + 1, ''),
      numberCell(months, ''),
      textCell(wholeUnits(units)),
      numberCell(hourly, 'USD/hour'),
      numberCell(units * hourly * MONTH_HOURS * months, 'USD'),
    ];
  }),
  note:
    decisions.likely.purchases.length === 0
      ? 'Nothing: at likely values no unit costs less than what it would carry.'
      : 'Decided once, at the likely value of every assumption, by a program of all months, terms and sizes that are sold. A term that runs past the end of the plan is paid to its end.',
});

const monthTable = (plan: ResolvedReservePlan, { decisions: { likely } }: ReserveRun): PlanTable => ({
  id: 'months',
  title: 'Month by month, at the likely value of every assumption',
  columns: ['Month', plan.unit.unit, 'Reserved', 'On demand', 'Carried by units', 'Units in use'],
  rows: likely.periods.map((period, month) => {
    const units = unitsIn(plan, likely.purchases, month);
    return [
      textCell(String(month + 1)),
      textCell(wholeUnits(units)),
      numberCell(period.reserved_cost, 'USD'),
      numberCell(period.on_demand_cost, 'USD'),
      numberCell(period.carried, 'share'),
      units === 0 ? textCell('–') : numberCell(period.utilisation, 'share'),
    ];
  }),
  note: null,
});

const unitsIn = (
  { offers }: ResolvedReservePlan,
  purchases: ReserveRun['decisions']['likely']['purchases'],
  month: number,
): number =>
  purchases.reduce(
    (sum, { offer, starts, units }) =>
      starts <= month && month < starts + (offers[offer]?.months ?? 0) ? sum + units : sum,
    0,
  );

function breakEvenTable(plan: ResolvedReservePlan, run: ReserveRun): PlanTable {
  const demand = likelyDemand(plan, run, plan.blocks);
  return {
    id: 'break-evens',
    title: `From which use on one ${plan.unit.unit} pays`,
    columns: [
      'Offer',
      'Carrying',
      'Months',
      'One an hour',
      'Confidence',
      'Pays above a use of',
      'Best if held all along',
    ],
    rows: offersOf(plan).flatMap(([offer, { months, price }]) => {
      const held = run.model.constants(centre(run)).find((each) => each.offer === offer);
      const best = bestConstant(demand, plan.months, held === undefined ? [] : [held]).units;
      return Object.keys(plan.workloads).map((workload) => [
        textCell(offer),
        textCell(workload),
        numberCell(months, ''),
        numberCell(valueIn(price, 'USD/hour'), 'USD/hour'),
        textCell(price.confidence),
        bandCell(bandNamed(run, `break_even.${offer}.${workload}`), 'share'),
        textCell(wholeUnits(best)),
      ]);
    }),
    note: 'Above 100 % a unit never pays. “Best if held all along” is of one offer alone, from the first month to the last, at likely values.',
  };
}

const regretTable = (run: ReserveRun): PlanTable => ({
  id: 'regret',
  title: 'What it costs if growth is another',
  columns: ['Planned for', 'Came', 'Cost', 'More than the best of the four'],
  rows: CAME.flatMap((came) =>
    MADE_FOR.map((made) => [
      textCell(MADE[made]),
      textCell(came === 'likely' ? 'as drawn' : MADE[came]),
      bandCell(bandNamed(run, cell('cost', made, came)), 'USD'),
      bandCell(bandNamed(run, cell('regret', made, came)), 'USD'),
    ]),
  ),
  note: `The mildest worst case (P90 over all that may come) has the decision for ${MADE[leastRegret(run)]}. Under low and high growth everything else is drawn as ever.`,
});

/** Of whose worst regret (P90 over all that may come) is least. */
export function leastRegret(run: ReserveRun): (typeof MADE_FOR)[number] {
  const worst = MADE_FOR.map((made) => ({
    made,
    worst: Math.max(...CAME.map((came) => bandNamed(run, cell('regret', made, came))?.p90 ?? Infinity)),
  }));
  return worst.toSorted((a, b) => a.worst - b.worst)[0]!.made;
}

function bandNamed({ model, study }: ReserveRun, name: string): Band | null {
  const at = model.outputs.findIndex((output) => output.name === name);
  return bandOf(study.outputs[at] ?? []);
}

const centre = ({ model }: ReserveRun): Float64Array => Float64Array.from(model.variables, ({ range }) => range.likely);

function likelyDemand(_: ResolvedReservePlan, run: ReserveRun, blocks: number) {
  const demand = run.model.demandIn(blocks);
  demand.draw(centre(run), 'likely');
  return demand;
}

/** So many of the draws make a chart: more would change no line that can be seen. */
const CHART_DRAWS = 500;
const PARTS = 24;
const STEPS = 24;

export const chartsOf = (plan: ResolvedReservePlan, run: ReserveRun, windows: number): PlanChart[] => [
  hoursChart(plan, run, Math.min(PARTS, windows)),
  costChart(plan, run),
];

/** By place the values of every draw, as bands. */
function bandsBy(
  run: ReserveRun,
  places: number,
  of: (values: Float64Array, place: number) => number,
): (Band | null)[] {
  const { inputs, count } = run.study;
  const draws = Math.min(count, CHART_DRAWS);
  const columns = Array.from({ length: places }, () => new Float64Array(draws));
  const values = new Float64Array(inputs.length);
  for (let draw = 0; draw < draws; draw += 1) {
    for (let at = 0; at < inputs.length; at += 1) values[at] = inputs[at]![draw]!;
    for (let place = 0; place < places; place += 1) columns[place]![draw] = of(values, place);
  }
  return columns.map((column) => bandOf(column));
}

function hoursChart(plan: ResolvedReservePlan, run: ReserveRun, parts: number): PlanChart {
  const demand = run.model.demandIn(parts);
  const last = plan.months - 1;
  const asked = (month: number) =>
    bandsBy(run, parts, (values, part) => {
      if (part === 0) demand.draw(values, 'likely');
      return demand.asked(month, part);
    });
  const { purchases } = run.decisions.likely;
  const flat = (month: number): Band[] => {
    const units = unitsIn(plan, purchases, month);
    return Array.from({ length: parts }, () => ({ p10: units, p50: units, p90: units }));
  };
  const months = last === 0 ? [0] : [0, last];
  return {
    id: 'hours',
    title: `${plan.unit.unit} that the hours of a month ask for, from the quietest to the busiest, and what is reserved`,
    unit: plan.unit.unit,
    axis: {
      is: 'numbers',
      title: 'hours',
      unit: 'share',
      log: false,
      numbers: Array.from({ length: parts }, (_, part) => (part + 0.5) / parts),
    },
    lines: months.flatMap((month) => [
      { id: `asked.${month + 1}`, title: `Asked in month ${month + 1}`, bands: asked(month) },
      { id: `reserved.${month + 1}`, title: `Reserved in month ${month + 1}`, bands: flat(month) },
    ]),
  };
}

/** The least cost of a line is where the newsvendor says. */
function costChart(plan: ResolvedReservePlan, run: ReserveRun): PlanChart {
  const demand = likelyDemand(plan, run, plan.blocks);
  const peak = Math.max(...Array.from({ length: plan.months }, (_, month) => demand.peak(month)));
  const step = roundUp(peak / STEPS);
  const units = Array.from({ length: STEPS + 1 }, (_, at) => at * step);
  return {
    id: 'cost',
    title: `What ${plan.months} months cost, by how many ${plan.unit.unit} are held all along`,
    unit: 'USD',
    axis: { is: 'numbers', title: `${plan.unit.unit} held`, unit: '', log: false, numbers: units },
    lines: offersOf(plan).map(([offer], line) => ({
      id: offer,
      title: `Offer ${offer}`,
      bands: bandsBy(run, units.length, (values, place) => {
        if (place === 0) demand.draw(values, 'likely');
        const held = run.model.constants(values)[line]!;
        return constantCost(demand, plan.months, held.price, units[place]!);
      }),
    })),
  };
}

/** The next of 1, 2, 5, 10, … that is no less. */
function roundUp(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-9)));
  return [1, 2, 5, 10].map((times) => times * power).find((each) => each >= rough * (1 - 1e-9)) ?? rough;
}
