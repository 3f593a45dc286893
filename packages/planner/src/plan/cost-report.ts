// A plan for tokens as a report: what a million of them should cost beside what the seller asks, the four ways to get them on one chart,
// and what a call takes and emits.
import { AppError } from '@weighbridge/kernel';
import type { PlanCell, PlanChart, PlanFigure, PlanReport, PlanSwing, PlanTable } from '@weighbridge/protocol';
import type { Catalogues } from '../catalogue/catalogues.ts';
import type { Sourced } from '../catalogue/sourced.ts';
import type { Unit } from '../catalogue/units.ts';
import type { Tornado } from '../draws/sensitivity.ts';
import { createVariables } from '../draws/variables.ts';
import { withRanges, type Ranges } from '../draws/ranges.ts';
import type { OutputBand, Variable } from '../draws/study.ts';
import { hourModel } from '../money/hour.ts';
import {
  checkCostNames,
  checkCostPlan,
  readCostFile,
  resolveCostPlan,
  type CostPlan,
  type ResolvedCostPlan,
} from '../money/plan.ts';
import { runCostPlan, type CostRun } from '../money/run.ts';
import { TOKEN_CLASSES, type TokenClass } from '../money/tokens.ts';
import type { Band } from '../system/bands.ts';
import { bandCell, numberCell, said, saidBand, textCell } from './cells.ts';
import { choicesOf, optionsOf, siteChoices, withChoices } from './choices.ts';
import { costWords } from './cost-words.ts';
import { controlsOf } from './parts.ts';
import { INTERVAL_WORDS, type PlanKind, type PlanRunOptions, type RanPlan } from './report.ts';

export const COST_PLANS: PlanKind = {
  kind: 'cost',
  check: checkCostPlan,
  read: (file, text, catalogues) => {
    const plan = readCostFile(file, text, catalogues);
    return { head: plan, run: (options) => runCost(plan, catalogues, options) };
  },
};

/** What the swings may be of. */
const ABOUT = { 'cost.mix': 'should_cost', useful: 'hour_tornado' } as const;
const CALL = 'call.';

function runCost(stated: CostPlan, catalogues: Catalogues, options: PlanRunOptions): RanPlan {
  const about = options.about ?? 'cost.mix';
  if (!Object.hasOwn(ABOUT, about))
    throw new AppError('PLAN_INVALID', `nothing is known of what decides "${about.slice(0, 60)}"`, {
      next: `ask about one of ${Object.keys(ABOUT).join(', ')}`,
    });
  const offered = [{ id: 'rack', title: 'Rack', options: optionsOf(catalogues.racks) }, ...siteChoices(catalogues)];
  const plan = withChoices(stated, options.choices, offered, (changed, problems) =>
    checkCostNames(changed, catalogues, problems),
  );
  const resolved = resolveCostPlan(plan, catalogues);
  const before = variablesOf(resolved);
  const moved = withCall(withRanges(resolved, before, withoutCall(options.ranges)), options.ranges);
  const run = runCostPlan(moved, options);
  const after = variablesOf(moved);
  const tornado = about === 'useful' ? run.hour_tornado : run.should_cost.tornado;
  const report: PlanReport = {
    simulated: true,
    kind: 'cost',
    plan: plan.name,
    title: plan.title,
    note: plan.note ?? null,
    seed: run.seed,
    draws: run.draws,
    interval: INTERVAL_WORDS,
    says: saysOf(run),
    figures: figuresOf(run, after),
    about,
    swings: swingsOf(tornado),
    charts: [waysChart(run, 'perMillion'), waysChart(run, 'month')],
    tables: [costTable(run), targetsTable(run), breakEvenTable(run), energyTable(run)],
    controls: [...controlsOf(before, after), ...callControls(plan, moved)],
    choices: choicesOf(stated, plan, offered),
    cautions: cautionsOf(run),
  };
  return { report, columns: columnsOf(run) };
}

/** Everything of the plan that has a range: of the hour of a chip, and of what the file itself states. */
function variablesOf(plan: ResolvedCostPlan): Variable[] {
  const { add, all } = createVariables();
  const each = (name: string, title: string, held: Sourced, unit: Unit): number => add(name, title, held, unit);
  for (const of of TOKEN_CLASSES) {
    each(`throughput.${of}`, `${of} tokens a second of one chip`, plan.throughput[of], 'tokens/s');
    each(`prices.${of}`, `the seller's price of ${of} tokens`, plan.prices[of], 'USD/Mtok');
  }
  each('peak', 'demand at the peak ÷ mean', plan.demand.peak, 'ratio');
  each('headroom', 'part of its throughput that a chip is loaded with', plan.demand.headroom, 'share');
  if (plan.reserve !== undefined) {
    each('reserve.hour', `an hour of ${plan.reserve.unit}`, plan.reserve.hour, 'USD/hour');
    each('reserve.capacity', `what ${plan.reserve.unit} carries`, plan.reserve.capacity, 'tokens/min');
  }
  const rack = plan.racks.get(plan.rack)!;
  if (rack.rent !== undefined) each('rent', `rent of ${rack.name}`, rack.rent, 'USD/chip-hour');
  each('grid_carbon', 'emissions of the grid', plan.grid.carbon, 'gCO2/kWh');
  const known = (name: string, title: string, held: Sourced | undefined, unit: Unit): void => {
    if (held !== undefined) each(name, title, held, unit);
  };
  known('embodied', 'emissions of making a chip', rack.embodied, 'kgCO2/chip');
  known('water', 'water on site', plan.facility.water, 'L/kWh');
  known('water_off_site', 'water where the power is made', plan.facility.water_off_site, 'L/kWh');
  known('market_carbon', 'emissions by contract', plan.market_carbon, 'gCO2/kWh');
  return [...hourModel(rack, plan.facility, plan.owner, plan.grid).variables, ...all];
}

const withoutCall = (ranges: Ranges): Ranges =>
  Object.fromEntries(Object.entries(ranges).filter(([name]) => !name.startsWith(CALL)));

/** Tokens of a call are counts without a range: a control sets the number itself. */
function withCall(plan: ResolvedCostPlan, ranges: Ranges): ResolvedCostPlan {
  const call = { ...plan.call };
  for (const [name, { likely }] of Object.entries(ranges)) {
    if (!name.startsWith(CALL)) continue;
    const of = name.slice(CALL.length);
    if (!(TOKEN_CLASSES as readonly string[]).includes(of) || !(likely >= 0 && likely <= 1e9))
      throw new AppError('PLAN_INVALID', `a call cannot have ${likely} of "${of.slice(0, 40)}"`, {
        next: `write a count from 0 to a thousand million for ${TOKEN_CLASSES.map((each) => CALL + each).join(', ')}`,
      });
    call[of as TokenClass] = likely;
  }
  return { ...plan, call };
}

const callControls = (stated: CostPlan, moved: ResolvedCostPlan): PlanReport['controls'] =>
  TOKEN_CLASSES.map((of) => {
    const fixed = (value: number) => ({ low: value, likely: value, high: value });
    return {
      id: CALL + of,
      title: `${of} tokens of a call`,
      unit: 'tokens',
      range: fixed(moved.call[of]),
      stated: fixed(stated.call[of]),
      shape: 'fixed',
      least: 0,
      most: 1e9,
      source: null,
    };
  });

function figuresOf(run: CostRun, variables: readonly Variable[]): PlanFigure[] {
  const lines = run.should_cost.lines.flatMap(({ cost, margin }) => [cost, margin]);
  const call = Object.entries(run.energy.call).map(([figure, band]): OutputBand => ({
    name: `call.${figure}`,
    title: CALL_TITLES[figure] ?? figure,
    unit: CALL_UNITS[figure] ?? '',
    centre: Number.NaN,
    band: band === null ? null : scaledBand(band, timesOf(figure)),
  }));
  return [...lines, ...run.hour, ...call].flatMap(({ name, title, unit, centre, band }) => {
    const words = costWords(name);
    if (band === null) return [];
    const of = [
      ...variables.map(({ name }) => name).filter((name) => words.of.includes(name)),
      ...words.of.filter((each) => each.startsWith(CALL)),
    ];
    return [
      { id: name, title, unit, centre: Number.isFinite(centre) ? centre : null, band, formula: words.formula, of },
    ];
  });
}

/** By figure, one value a draw, in the unit that the figure is shown in. */
const columnsOf = ({ columns }: CostRun): Map<string, Float64Array> =>
  new Map(
    [...columns].map(([name, column]) => {
      const times = name.startsWith(CALL) ? timesOf(name.slice(CALL.length)) : 1;
      return [name, times === 1 ? column : column.map((value) => value * times)] as const;
    }),
  );

/** Water of a call is told in millilitres, and reckoned in litres. */
const timesOf = (figure: string): number => (CALL_UNITS[figure] === 'mL' ? 1000 : 1);

const scaledBand = ({ p10, p50, p90 }: Band, by: number): Band => ({ p10: p10 * by, p50: p50 * by, p90: p90 * by });

const CALL_TITLES: Readonly<Record<string, string>> = {
  energy: 'energy of a call',
  location: 'emissions of a call, location-based',
  market: 'emissions of a call, market-based',
  embodied: 'emissions of making the equipment, a call',
  water: 'water on site, a call',
  water_off_site: 'water where the power is made, a call',
};
const CALL_UNITS: Readonly<Record<string, string>> = {
  energy: 'Wh',
  location: 'gCO2',
  market: 'gCO2',
  embodied: 'gCO2',
  water: 'mL',
  water_off_site: 'mL',
};

const SWINGS_MOST = 12;
const swingsOf = ({ swings }: Tornado): PlanSwing[] =>
  swings.slice(0, SWINGS_MOST).map(({ variable, ...swing }) => ({ control: variable, ...swing, correlation: null }));

const waysChart = ({ ways }: CostRun, of: 'month' | 'perMillion'): PlanChart => ({
  id: `ways-${of}`,
  title: of === 'month' ? 'What a month costs, by demand' : 'What a million tokens cost, by demand',
  unit: of === 'month' ? 'USD/month' : 'USD/Mtok',
  axis: { is: 'numbers', title: 'demand', unit: 'Mtok/month', log: true, numbers: [...ways.demand] },
  lines: ways.series.map((series) => ({ id: series.way, title: series.title, bands: [...series[of]] })),
});

const costTable = ({ should_cost: { lines } }: CostRun): PlanTable => ({
  id: 'should-cost',
  title: 'Should-cost beside the price that the seller asks',
  columns: ['Tokens', 'Cost', 'Price', 'Margin', 'Verdict'],
  rows: lines.map(({ of, cost, price, margin, verdict }) => [
    textCell(of === 'mix' ? 'a call’s mix' : of),
    bandCell(cost.band, 'USD/Mtok'),
    numberCell(price, 'USD/Mtok'),
    bandCell(margin.band, 'share'),
    textCell(verdict),
  ]),
  note: 'Bottom-up: an hour of useful work ÷ the tokens that a chip makes in it. A margin whose interval holds 0 says nothing about the seller.',
});

const targetsTable = ({ should_cost: { targets } }: CostRun): PlanTable => ({
  id: 'targets',
  title: 'What the mix would be sold for',
  columns: ['At a margin of', 'Price of the mix'],
  rows: targets.map(({ margin, price }) => [numberCell(margin, 'share'), bandCell(price.band, 'USD/Mtok')]),
  note: null,
});

/** Of the draws: what happens more rarely is no way that anybody takes. */
const TOLD_FROM = 0.05;

const breakEvenTable = ({ ways }: CostRun): PlanTable => {
  const title = (way: string): string => ways.series.find((series) => series.way === way)?.title ?? way;
  return {
    id: 'break-evens',
    title: 'From which demand on one way stays the cheaper',
    columns: ['Cheaper', 'Than', 'From', 'In draws'],
    rows: ways.breakEvens
      .filter(({ happens }) => happens >= TOLD_FROM)
      .map(({ way, than, demand, happens }) => [
        textCell(title(way)),
        textCell(title(than)),
        fromCell(demand, ways.demand[0] ?? 0),
        numberCell(happens, 'share'),
      ]),
    note: 'Costs come in steps of whole chips and units; the last crossing on the chart counts.',
  };
};

const fromCell = (demand: CostRun['ways']['breakEvens'][number]['demand'], least: number): PlanCell => {
  if (demand === null) return textCell('nowhere on the chart');
  return demand.p90 <= least ? textCell('everywhere on the chart') : bandCell(demand, 'Mtok/month');
};

const energyTable = ({ energy }: CostRun): PlanTable => ({
  id: 'energy',
  title: 'Energy and emissions of a million tokens',
  columns: ['Tokens', 'Energy', 'Location-based', 'Market-based', 'Making the equipment', 'Water on site'],
  rows: TOKEN_CLASSES.map((of) => {
    const per = energy.per_million[of];
    return [
      textCell(of),
      bandCell(per.energy.band, 'Wh/Mtok'),
      bandCell(per.location.band, 'gCO2/Mtok'),
      bandCell(per.market.band, 'gCO2/Mtok'),
      bandCell(per.embodied.band, 'gCO2/Mtok'),
      bandCell(per.water.band, 'L/Mtok'),
    ];
  }),
  note: `Method ${energy.method}: all hours of a chip, idle ones too, are borne by the tokens.`,
});

function saysOf({ should_cost: { lines }, rack }: CostRun): string {
  const mix = lines.find(({ of }) => of === 'mix')!;
  const cost = mix.cost.band === null ? 'something unknown' : `$${saidBand(mix.cost.band)}`;
  const margin = mix.margin.band;
  const told =
    margin === null || mix.verdict === 'cannot tell'
      ? 'whether that is above cost cannot be told'
      : `that is ${mix.verdict}, with a margin of ${said(margin.p50 * 100)} % (${said(margin.p10 * 100)} to ${said(margin.p90 * 100)})`;
  return `A million tokens of a call’s mix should cost ${cost} on ${rack}; the seller asks $${said(mix.price)}: ${told}.`;
}

const cautionsOf = ({ ways }: CostRun): string[] =>
  ways.series.some(({ way }) => way === 'rent') ? [] : ['No rent of this rack is known: renting is not on the chart.'];
