// A plan for serving as a report: the way chosen within the limits, what it gives, takes and costs by class of token, how long the first
// token is waited for, the front that it was chosen from, and what of it lies outside what was measured.
import type { PlanReport } from '@weighbridge/protocol';
import { withRanges } from '../draws/ranges.ts';
import type { Variable } from '../draws/study.ts';
import { hourModel } from '../money/hour.ts';
import { performanceModel } from '../performance/model.ts';
import { demandVariables } from '../serving/model.ts';
import {
  checkServingNames,
  checkServingPlan,
  readServingFile,
  resolveServingPlan,
  type ResolvedServingPlan,
  type ServingPlan,
} from '../serving/plan.ts';
import { runServingPlan, type ServingRun } from '../serving/run.ts';
import { said, saidBand } from './cells.ts';
import { choicesOf, withChoices } from './choices.ts';
import { checkAbout, columnsOf, controlsOf, figuresOf, headOf, swingsOf } from './parts.ts';
import { type PlanBasis, type PlanKind, type PlanRunOptions, type RanPlan } from './report.ts';
import { numberControls, offeredBy, withNumbers, withoutNumbers } from './serving-controls.ts';
import { frontChart, growthCharts, weekCharts } from './serving-charts.ts';
import { contextTable, frontTable, stepsTable, waitTable, wayTable } from './serving-tables.ts';
import { outsideWords, SERVING_FIGURES } from './serving-words.ts';

export const SERVING_PLANS: PlanKind = {
  kind: 'serving',
  check: checkServingPlan,
  read: (file, text, basis) => {
    const plan = readServingFile(file, text, basis);
    return { head: plan, run: (options) => runServing(plan, basis, options) };
  },
};

function runServing(stated: ServingPlan, basis: PlanBasis, options: PlanRunOptions): RanPlan {
  const offered = offeredBy(stated, basis);
  const picked = withChoices(stated, options.choices, offered, (changed, problems) =>
    checkServingNames(changed, basis, problems),
  );
  const before = variablesOf(resolveServingPlan(picked, basis));
  const numbered = resolveServingPlan(withNumbers(picked, options.ranges), basis);
  const moved = withRanges(numbered, variablesOf(numbered), withoutNumbers(options.ranges));
  const about = options.about ?? 'cost.output';
  const performance = performanceModel(basis, basis.calibration);
  const run = runServingPlan(moved, performance, options);
  const known = run.model.outputs.map(({ name }) => name);
  checkAbout(about, known, `ask about one of ${known.join(', ')}`);
  const numbers = numberControls(picked, withNumbers(picked, options.ranges));
  const figures = figuresOf(
    run.model,
    run.study,
    SERVING_FIGURES,
    numbers.map(({ id }) => id),
  );
  const centre = (id: string): number => figures.find((each) => each.id === id)?.centre ?? Number.NaN;
  const report: PlanReport = {
    ...headOf('serving', picked, options),
    says: saysOf(moved, run, figures, basis),
    figures,
    about,
    swings: swingsOf(run.model, run.study, about),
    charts: [frontChart(run), ...weekCharts(moved, run), ...growthCharts(moved, run)],
    tables: [
      wayTable(moved, run),
      waitTable(moved, run, basis.calibration),
      frontTable(run),
      stepsTable(moved, run, performance, centre('cost.output')),
      contextTable(moved, run, performance, centre('useful')),
    ],
    controls: [...controlsOf(before, variablesOf(moved)), ...numbers],
    choices: choicesOf(stated, picked, offered),
    cautions: cautionsOf(moved, run),
  };
  return { report, columns: columnsOf(run.model, run.study, figures) };
}

const variablesOf = (plan: ResolvedServingPlan): readonly Variable[] => [
  ...hourModel(plan.racks.get(plan.rack)!, plan.facility, plan.owner, plan.grid).variables,
  ...demandVariables(plan),
];

function saysOf(
  { work, model, rack, ttft }: ResolvedServingPlan,
  run: ServingRun,
  figures: PlanReport['figures'],
  basis: PlanBasis,
): string {
  const band = (name: string): string => {
    const held = figures.find(({ id }) => id === name)?.band ?? null;
    return held === null ? 'not known' : saidBand(held);
  };
  const { candidate } = run.chosen;
  const p99 = run.simulated.get(run.chosen)!.measured.ttft_ms.p99.value;
  const beside = p99 <= ttft ? 'no more' : 'more';
  const outside =
    candidate.extrapolates.length > 0
      ? ` Extrapolated: not measured were ${outsideWords(candidate.extrapolates)}.`
      : '';
  return `${said(work.calls)} calls a second of ${basis.models.get(model)!.name}, on average, take ${band('chips')} chips of ${basis.racks.get(rack)!.name} at their peak; a million input tokens should cost $${band('class.input')}, output tokens $${band('class.output')}. In 99 calls of 100 the first token comes within ${said(p99)} ms (simulated), ${beside} than the ${said(ttft)} ms that it may take; each further one at ${band('per_user')} a second.${outside}`;
}

function cautionsOf({ ttft, work }: ResolvedServingPlan, run: ServingRun): string[] {
  const { chosen, tried } = run;
  const { candidate, prediction, keeps, latency, chips } = chosen;
  const simulated = run.simulated.get(chosen)!;
  const { ttft_ms, tpot_ms, refused } = simulated.measured;
  const fewest = Math.min(...tried.map((each) => ('latency' in each ? each.chips : Infinity)));
  return [
    ...(candidate.extrapolates.length === 0
      ? []
      : [`Extrapolated: of ${outsideWords(candidate.extrapolates)} nothing was measured; each widens the intervals.`]),
    ...prediction.notes.map((each) => `${each.slice(0, 1).toUpperCase()}${each.slice(1)}.`),
    ...(keeps
      ? []
      : [
          `The copies that the plan gives do not keep its limits: the first token takes ${said(latency.ttft_ms.p99)} ms, a token ${said(latency.tpot_ms)} ms, and they are busy to ${said(latency.utilisation * 100)} %.`,
        ]),
    ...(ttft_ms.p99.value > ttft
      ? [
          `Simulated, the first token takes ${said(ttft_ms.p99.value)} ms in 99 calls of a hundred, more than the ${said(ttft)} ms that it may: the closed form that copies were counted by says ${said(latency.ttft_ms.p99)} ms.`,
        ]
      : []),
    ...(tpot_ms.mean.value > work.tpot
      ? [
          `Simulated, a token takes ${said(tpot_ms.mean.value)} ms on average, more than the ${said(work.tpot)} ms that it may.`,
        ]
      : []),
    ...(refused > 0
      ? [`Simulated, ${refused.toLocaleString('en')} calls of ${simulated.calls.toLocaleString('en')} were refused.`]
      : []),
    ...(fewest < chips
      ? [
          `Another way on the front needs ${said(fewest)} chips for this peak, not ${said(chips)}: choose the fewest chips to take it.`,
        ]
      : []),
    'The first token is simulated at likely values; measured ones have lain from half to three times such times, and further for some models.',
  ];
}
