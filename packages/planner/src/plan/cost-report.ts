// A plan for tokens as a report: what a million of them should cost beside what the seller asks, the four ways to get them on one chart,
// and what a call takes and emits.
import { AppError } from '@weighbridge/kernel';
import type { PlanCell, PlanChart, PlanReport, PlanTable } from '@weighbridge/protocol';
import type { Catalogues } from '../catalogue/catalogues.ts';
import { createVariables } from '../draws/variables.ts';
import { withRanges, type Ranges } from '../draws/ranges.ts';
import type { Variable } from '../draws/study.ts';
import {
  checkCostNames,
  checkCostPlan,
  readCostFile,
  resolveCostPlan,
  type CostPlan,
  type ResolvedCostPlan,
} from '../money/plan.ts';
import { costModel } from '../money/cost-model.ts';
import { costRunOf, drawCostPlan, type CostRun } from '../money/run.ts';
import { TOKEN_CLASSES, type TokenClass } from '../money/tokens.ts';
import { bandCell, numberCell, said, saidBand, textCell } from './cells.ts';
import { choicesOf, optionsOf, siteChoices, withChoices } from './choices.ts';
import { COST_FIGURES } from './cost-words.ts';
import { checkAbout, columnsOf, controlsOf, figuresOf, headOf, swingsOf } from './parts.ts';
import { type PlanKind, type PlanRunOptions, type RanPlan } from './report.ts';

export const COST_PLANS: PlanKind = {
  kind: 'cost',
  check: checkCostPlan,
  read: (file, text, catalogues) => {
    const plan = readCostFile(file, text, catalogues);
    return { head: plan, run: (options) => runCost(plan, catalogues, options) };
  },
};

const CALL = 'call.';
const ORDER = Object.keys(COST_FIGURES);

function runCost(stated: CostPlan, catalogues: Catalogues, options: PlanRunOptions): RanPlan {
  const about = options.about ?? 'cost.mix';
  checkAbout(about, ORDER);
  const offered = [{ id: 'rack', title: 'Rack', options: optionsOf(catalogues.racks) }, ...siteChoices(catalogues)];
  const plan = withChoices(stated, options.choices, offered, (changed, problems) =>
    checkCostNames(changed, catalogues, problems),
  );
  const resolved = resolveCostPlan(plan, catalogues);
  const before = variablesOf(resolved);
  const moved = withCall(withRanges(resolved, before, withoutCall(options.ranges)), options.ranges);
  const drawn = drawCostPlan(moved, options);
  const run = costRunOf(moved, drawn);
  const figures = figuresOf(
    drawn.model,
    drawn.study,
    COST_FIGURES,
    TOKEN_CLASSES.map((of) => CALL + of),
  )
    .filter(({ band }) => band !== null)
    .toSorted((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id));
  const report: PlanReport = {
    ...headOf('cost', plan, options),
    says: saysOf(run),
    figures,
    about,
    swings: swingsOf(drawn.model, drawn.study, about),
    charts: [waysChart(run, 'perMillion'), waysChart(run, 'month')],
    tables: [costTable(run), targetsTable(run), breakEvenTable(run), energyTable(run)],
    controls: [...controlsOf(before, variablesOf(moved)), ...callControls(plan, moved)],
    choices: choicesOf(stated, plan, offered),
    cautions: cautionsOf(run),
  };
  return { report, columns: columnsOf(drawn.model, drawn.study, figures) };
}

/** Everything of the plan that has a range: what is drawn, and what the chart of the four ways stands on beside it. */
function variablesOf(plan: ResolvedCostPlan): Variable[] {
  const { add, all } = createVariables();
  add('peak', 'demand at the peak ÷ mean', plan.demand.peak, 'ratio');
  add('headroom', 'part of its throughput that a chip is loaded with', plan.demand.headroom, 'share');
  if (plan.reserve !== undefined) {
    add('reserve.hour', `an hour of ${plan.reserve.unit}`, plan.reserve.hour, 'USD/hour');
    add('reserve.capacity', `what ${plan.reserve.unit} carries`, plan.reserve.capacity, 'tokens/min');
  }
  const rack = plan.racks.get(plan.rack)!;
  if (rack.rent !== undefined) add('rent', `rent of ${rack.name}`, rack.rent, 'USD/chip-hour');
  return [...costModel(plan).variables, ...all];
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
