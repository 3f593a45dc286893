// A plan for serving as a report: the way that needs the fewest chips within the limits, what it gives, takes and costs, the front that it
// was chosen from, and what of it lies outside what was measured.
import { AppError } from '@weighbridge/kernel';
import type { PlanChart, PlanControl, PlanReport, PlanTable } from '@weighbridge/protocol';
import { withRanges, type Ranges } from '../draws/ranges.ts';
import type { Variable } from '../draws/study.ts';
import { createVariables } from '../draws/variables.ts';
import { hourModel } from '../money/hour.ts';
import { performanceModel } from '../performance/model.ts';
import type { Candidate } from '../performance/search.ts';
import {
  checkServingNames,
  checkServingPlan,
  readServingFile,
  resolveServingPlan,
  WORK,
  type ResolvedServingPlan,
  type ServingPlan,
  type Work,
} from '../serving/plan.ts';
import { runServingPlan, type Chosen, type ServingRun } from '../serving/run.ts';
import { numberCell, rangeCell, said, saidBand, textCell } from './cells.ts';
import { choicesOf, optionsOf, siteChoices, withChoices } from './choices.ts';
import { columnsOf, controlsOf, figuresOf, swingsOf } from './parts.ts';
import { INTERVAL_WORDS, type PlanBasis, type PlanKind, type PlanRunOptions, type RanPlan } from './report.ts';
import { SERVING_FIGURES } from './serving-words.ts';

export const SERVING_PLANS: PlanKind = {
  kind: 'serving',
  check: checkServingPlan,
  read: (file, text, basis) => {
    const plan = readServingFile(file, text, basis);
    return { head: plan, run: (options) => runServing(plan, basis, options) };
  },
};

function runServing(stated: ServingPlan, basis: PlanBasis, options: PlanRunOptions): RanPlan {
  const about = options.about ?? 'cost.output';
  if (!Object.hasOwn(SERVING_FIGURES, about))
    throw new AppError('PLAN_INVALID', `the plan has no figure "${about.slice(0, 60)}"`, {
      next: `ask about one of ${Object.keys(SERVING_FIGURES).join(', ')}`,
    });
  const offered = [
    { id: 'rack', title: 'Rack', options: optionsOf(basis.racks) },
    { id: 'model', title: 'Model', options: optionsOf(basis.models) },
    {
      id: 'precision',
      title: 'Precision',
      options: ['bf16', 'fp8', 'fp4'].map((id) => ({ id, title: id.toUpperCase() })),
    },
    ...siteChoices(basis),
  ];
  const plan = withChoices(stated, options.choices, offered, (changed, problems) =>
    checkServingNames(changed, basis, problems),
  );
  const resolved = resolveServingPlan(plan, basis);
  const before = variablesOf(resolved);
  const moved = withWork(withRanges(resolved, before, withoutWork(options.ranges)), options.ranges);
  const run = runServingPlan(moved, performanceModel(basis, basis.calibration), options);
  const figures = figuresOf(
    run.model,
    run.study,
    SERVING_FIGURES,
    WORK.map((of) => PREFIX + of),
  );
  const report: PlanReport = {
    simulated: true,
    kind: 'serving',
    plan: plan.name,
    title: plan.title,
    note: plan.note ?? null,
    seed: options.seed,
    draws: options.draws,
    interval: INTERVAL_WORDS,
    says: saysOf(moved, run, figures),
    figures,
    about,
    swings: swingsOf(run.model, run.study, about),
    charts: [frontChart(run)],
    tables: [wayTable(run.chosen), waitTable(moved, run.chosen), frontTable(run)],
    controls: [...controlsOf(before, variablesOf(moved)), ...workControls(plan, moved)],
    choices: choicesOf(stated, plan, offered),
    cautions: cautionsOf(run.chosen),
  };
  return { report, columns: columnsOf(run.model, run.study, figures) };
}

function variablesOf(plan: ResolvedServingPlan): readonly Variable[] {
  const { add, all } = createVariables();
  add('peak', 'demand at the peak ÷ mean', plan.peak, 'ratio');
  return [...hourModel(plan.racks.get(plan.rack)!, plan.facility, plan.owner, plan.grid).variables, ...all];
}

const PREFIX = 'work.';
const WORK_WORDS: Readonly<Record<keyof Work, readonly [title: string, unit: string, most: number]>> = {
  input: ['input tokens of a call', 'tokens', 1e7],
  output: ['output tokens of a call', 'tokens', 1e7],
  calls: ['calls a second, on average', 'calls/s', 1e6],
  tpot: ['a token may take', 'ms', 1e5],
};

const withoutWork = (ranges: Ranges): Ranges =>
  Object.fromEntries(Object.entries(ranges).filter(([name]) => !name.startsWith(PREFIX)));

/** Numbers without a range: a control sets the number itself. */
function withWork(plan: ResolvedServingPlan, ranges: Ranges): ResolvedServingPlan {
  const work = { ...plan.work };
  for (const [name, { likely }] of Object.entries(ranges)) {
    if (!name.startsWith(PREFIX)) continue;
    const of = WORK.find((each) => each === name.slice(PREFIX.length));
    if (of === undefined || !(likely > 0 && likely <= WORK_WORDS[of][2]))
      throw new AppError('PLAN_INVALID', `${likely} cannot be "${name.slice(0, 40)}"`, {
        next: `write a number above 0 for one of ${WORK.map((each) => PREFIX + each).join(', ')}`,
      });
    work[of] = likely;
  }
  return { ...plan, work };
}

const workControls = (stated: ServingPlan, moved: ResolvedServingPlan): PlanControl[] =>
  WORK.map((of) => {
    const fixed = (value: number) => ({ low: value, likely: value, high: value });
    const [title, unit, most] = WORK_WORDS[of];
    return {
      id: PREFIX + of,
      title,
      unit,
      range: fixed(moved.work[of]),
      stated: fixed(stated.work[of]),
      shape: 'fixed',
      least: 1e-6,
      most,
      source: null,
    };
  });

const splitWords = ({ tensor, pipeline, attention, experts }: Candidate): string =>
  [
    `${tensor} chips a layer`,
    ...(pipeline > 1 ? [`${pipeline} stages`] : []),
    ...(attention > 1 ? [`${attention} attention groups`] : []),
    ...(experts ? ['whole experts'] : []),
  ].join(', ');

const frontChart = ({ search }: ServingRun): PlanChart => {
  const front = search.front.toReversed();
  const band = ({ low, mid, high }: Candidate['perChip']) => ({ p10: low, p50: mid, p90: high });
  return {
    id: 'front',
    title: 'What a chip gives, by how fast each user is served',
    unit: 'tokens/s',
    axis: {
      is: 'numbers',
      title: 'of a user',
      unit: 'tokens/s',
      log: false,
      numbers: front.map(({ perUser }) => perUser.mid),
    },
    lines: [{ id: 'per_chip', title: 'Tokens a second of a chip', bands: front.map(({ perChip }) => band(perChip)) }],
  };
};

const GB = 1e9;

const wayTable = ({ candidate, prediction, copies }: Chosen): PlanTable => ({
  id: 'way',
  title: 'The way that needs the fewest chips within the limits',
  columns: [
    'Split',
    'Chips a copy',
    'Copies at the peak',
    'Calls in flight',
    'Most that fit',
    'Weights a chip',
    'Memory a chip',
    'Bound by',
  ],
  rows: [
    [
      textCell(splitWords(candidate)),
      numberCell(candidate.chips, 'chips'),
      numberCell(copies, ''),
      numberCell(candidate.concurrency, ''),
      numberCell(prediction.memory.mostRequests, ''),
      numberCell(prediction.memory.weights / GB, 'GB'),
      numberCell(prediction.memory.capacity / GB, 'GB'),
      textCell(prediction.bound),
    ],
  ],
  note: 'Calls in flight are those of one copy.',
});

const waitTable = ({ ttft }: ResolvedServingPlan, { latency }: Chosen): PlanTable => ({
  id: 'first-token',
  title: 'Time to the first token at the peak',
  columns: ['Mean', 'P50', 'P90', 'P99', 'P99 may be', 'Utilisation'],
  rows: [
    [
      ...(['mean', 'p50', 'p90', 'p99'] as const).map((each) => numberCell(latency.ttft_ms[each], 'ms')),
      numberCell(ttft, 'ms'),
      numberCell(latency.utilisation, 'share'),
    ],
  ],
  note: 'Waiting, by closed forms of a queue; simulate it before you promise it.',
});

const FRONT_MOST = 16;

const frontTable = ({ search: { front, tried, refused } }: ServingRun): PlanTable => ({
  id: 'front',
  title: 'Ways that none other beats',
  columns: ['Of a user', 'Of a chip', 'Chips a copy', 'In flight', 'Split', 'Measured'],
  rows: front
    .slice(-FRONT_MOST)
    .map((each) => [
      rangeCell({ low: each.perUser.low, likely: each.perUser.mid, high: each.perUser.high }, 'tokens/s'),
      rangeCell({ low: each.perChip.low, likely: each.perChip.mid, high: each.perChip.high }, 'tokens/s'),
      numberCell(each.chips, 'chips'),
      numberCell(each.concurrency, ''),
      textCell(splitWords(each)),
      textCell(each.extrapolates.length === 0 ? 'yes' : 'extrapolated'),
    ]),
  note: `Of ${tried.toLocaleString('en')} ways ${refused.impossible.toLocaleString('en')} cannot be and ${refused.tpot.toLocaleString('en')} are too slow.`,
});

function saysOf({ work, model, rack }: ResolvedServingPlan, run: ServingRun, figures: PlanReport['figures']): string {
  const band = (name: string): string => {
    const held = figures.find(({ id }) => id === name)?.band ?? null;
    return held === null ? 'not known' : saidBand(held);
  };
  const outside = run.chosen.candidate.extrapolates.length > 0 ? ' Extrapolated: it was not measured so.' : '';
  return `${said(work.calls)} calls a second of ${model} on ${rack} take ${band('chips')} chips at the peak; a million output tokens cost $${band('cost.output')}, a user gets ${band('per_user')} tokens a second.${outside}`;
}

const cautionsOf = ({ candidate, prediction }: Chosen): string[] => [
  ...candidate.extrapolates.map((each) => `Extrapolates: ${each}.`),
  ...prediction.notes,
  'The time to the first token is an approximation of a queue.',
];
