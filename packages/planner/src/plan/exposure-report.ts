// A plan of exposure as a report: what hangs on whom, what each shock leaves and costs, how service comes back, where each workload would go,
// and the exit plan of a seller as a document. Figures are drawn; tables and the document stand at the likely value of everything.
import type { PlanChart, PlanReport } from '@weighbridge/protocol';
import { checkRange, unknownName, type Ranges } from '../draws/ranges.ts';
import { studyModel, type Model, type Study } from '../draws/study.ts';
import { assumptionsOf, likelyOf, type Assumption } from '../exposure/assumptions.ts';
import { exitDocument } from '../exposure/exit-plan.ts';
import { centreOfPlan, exposureModel, variableOf, type Centre, type ExposureOutput } from '../exposure/model.ts';
import { chartDays, dayName, outputsOf } from '../exposure/outputs.ts';
import { checkExposureFile, checkExposurePlan, readExposureFile, valuesOf } from '../exposure/plan.ts';
import { NO_EXIT, type ExposureFile } from '../exposure/plan-form.ts';
import { carbonAnswer } from '../exposure/power-use.ts';
import { exitOf } from '../exposure/run.ts';
import { stress } from '../exposure/stress.ts';
import { bandOf } from '../system/bands.ts';
import { choicesOf, withChoices, type Offered } from './choices.ts';
import {
  concentrationTable,
  outcomeTable,
  portabilityTable,
  powerTables,
  shockTable,
  type PlayedShock,
} from './exposure-tables.ts';
import { cautionsOf, saysOf } from './exposure-words.ts';
import { checkAbout, columnsOf, controlsOf, figuresOf, headOf, swingsOf } from './parts.ts';
import type { FigureWords } from './power-words.ts';
import { type PlanKind, type PlanRunOptions, type RanPlan } from './report.ts';

export const EXPOSURE_PLANS: PlanKind = {
  kind: 'exposure',
  check: checkExposurePlan,
  read: (name, text) => {
    const file = readExposureFile(name, text);
    return { head: file, run: (options) => runExposure(file, options) };
  },
};

function runExposure(written: ExposureFile, options: PlanRunOptions): RanPlan {
  const { seed, draws } = options;
  const offered = offeredIn(written);
  const file = withChoices(written, options.choices, offered, checkExposureFile);
  const stated = assumptionsOf(file);
  const shown = thatMatter(file, stated);
  const centre = centreOfPlan(file, movedBy(stated, shown, options.ranges));
  const outputs = outputsOf(centre);
  const asVariables = (all: readonly Assumption[]) => all.map((each) => variableOf(each, file.as_of));
  const model = exposureModel(centre, stated, outputs);
  const shocks = playedIn(centre, (estate) => estate);
  const about = aboutOf(options.about, outputs, shocks);
  const study = studyModel(model, { seed, count: draws });
  const figures = figuresIn(model, study, outputs, stated);
  const carbon = carbonAnswer(file, (contract, what) => rangeNamed(centre, `${contract}.${what}`));
  const exit = file.exit === NO_EXIT ? null : exitOf(centre.plan, file.exit);
  const report: PlanReport = {
    ...headOf('exposure', file, { seed, draws }),
    says: saysOf(centre, shocks, figures),
    figures,
    about,
    swings: swingsOf(model, study, about),
    charts: serviceChart(centre, shocks, byOutput(model, study)),
    tables: [
      shockTable(shocks, surelyPlayed(centre), centre.plan.currency, figures),
      outcomeTable(shocks, centre.plan.currency),
      concentrationTable(centre),
      portabilityTable(centre),
      ...powerTables(centre, likelyOf(centre.assumptions), carbon),
    ],
    controls: controlsOf(asVariables(stated), asVariables(centre.assumptions)).filter(({ id }) => shown.includes(id)),
    choices: choicesOf(written, file, offered),
    cautions: cautionsOf(centre, { shocks, exit, carbon }),
    documents: exit === null ? [] : [exitDocument(exit)],
  };
  return { report, columns: columnsOf(model, study, figures) };
}

/** Those that some figure can hang on: nobody is asked for the days until something can be called that nothing moves to. */
function thatMatter(file: ExposureFile, stated: readonly Assumption[]): string[] {
  const of = new Set(outputsOf(centreOfPlan(file, stated)).flatMap((output) => output.of));
  return stated.map(({ id }) => id).filter((id) => of.has(id));
}

/** Throws PLAN_INVALID for a name that there is none of, or a range that cannot be. */
function movedBy(stated: readonly Assumption[], known: readonly string[], ranges: Ranges): Assumption[] {
  for (const name of Object.keys(ranges)) if (!known.includes(name)) throw unknownName(name, known);
  return stated.map((each) => {
    const range = Object.hasOwn(ranges, each.id) ? ranges[each.id] : undefined;
    if (range === undefined) return each;
    checkRange(each, range);
    return { ...each, range };
  });
}

const rangeNamed = ({ assumptions }: Centre, id: string): Assumption['range'] =>
  assumptions.find((each) => each.id === id)?.range ?? { low: 1, likely: 1, high: 1 };

/** Whose exit plan; and of each shock that strikes one name, which. */
function offeredIn(file: ExposureFile): Offered[] {
  const options = (names: readonly string[]) => names.map((id) => ({ id, title: id }));
  const sellers = valuesOf(file, 'seller');
  const struck = Object.entries(file.shocks).flatMap(([name, { kind }]): Offered[] => {
    if (kind === 'seller_gone')
      return [{ id: `shocks.${name}.seller`, title: `${name}: seller`, options: options(sellers) }];
    if (kind === 'region_closed')
      return [{ id: `shocks.${name}.region`, title: `${name}: region`, options: options(valuesOf(file, 'region')) }];
    if (kind === 'model_retired')
      return [{ id: `shocks.${name}.model`, title: `${name}: model`, options: options(valuesOf(file, 'model')) }];
    return [];
  });
  return [
    { id: 'exit', title: 'Exit plan of', options: [{ id: NO_EXIT, title: 'nobody' }, ...options(sellers)] },
    ...struck,
  ];
}

const playedIn = ({ plan }: Centre, change: (estate: Centre['plan']) => Centre['plan']): PlayedShock[] =>
  Object.entries(plan.shocks).map(([name, shock]) => ({ name, ...stress(change(plan), shock) }));

/** As if what nobody has tried carried nothing; empty where all was tried. */
function surelyPlayed(centre: Centre): ReadonlyMap<string, PlayedShock> {
  const { forms } = centre.rules;
  if (forms.every(({ tokens_per_minute }) => tokens_per_minute !== undefined)) return new Map();
  const played = playedIn(centre, (plan) => ({
    ...plan,
    deployments: Object.fromEntries(
      Object.entries(plan.deployments).map(([name, form]) => [name, { tokens_per_minute: 0, ...form }]),
    ),
  }));
  return new Map(played.map((each) => [each.name, each]));
}

/** Throws PLAN_INVALID for a figure that there is none of. */
function aboutOf(
  asked: string | undefined,
  outputs: readonly ExposureOutput[],
  shocks: readonly PlayedShock[],
): string {
  const known = outputs.flatMap(({ name, formula }) => (formula === null ? [] : [name]));
  if (asked === undefined) return shocks[0] === undefined ? (known[0] ?? '') : `${shocks[0].name}.extra`;
  checkAbout(asked, known);
  return asked;
}

function figuresIn(
  model: Model,
  study: Study,
  outputs: readonly ExposureOutput[],
  stated: readonly Assumption[],
): PlanReport['figures'] {
  const words = outputs.flatMap(({ name, formula, of }): [string, FigureWords][] =>
    formula === null ? [] : [[name, { formula, of }]],
  );
  const fixed = stated.map(({ id }) => id).filter((id) => !model.variables.some(({ name }) => name === id));
  return figuresOf(model, study, Object.fromEntries(words), fixed).filter(({ band }) => band !== null);
}

const byOutput = ({ outputs }: Model, study: Study): ReadonlyMap<string, Float64Array> =>
  new Map(outputs.map(({ name }, at) => [name, study.outputs[at] ?? new Float64Array()]));

const LINES_MOST = 8;

/** The shocks that leave most without service, day by day; none where nothing has to be waited for. */
function serviceChart(
  centre: Centre,
  shocks: readonly PlayedShock[],
  columns: ReadonlyMap<string, Float64Array>,
): PlanChart[] {
  const days = chartDays(centre);
  const column = (shock: string, day: number) => columns.get(dayName(shock, day)) ?? new Float64Array();
  const lost = ({ name }: PlayedShock): number =>
    days.reduce((sum, day) => sum + (bandOf(column(name, day))?.p50 ?? 0), 0);
  const shown = shocks.filter((shock) => lost(shock) > 0).toSorted((a, b) => lost(b) - lost(a));
  if (shown.length === 0) return [];
  return [
    {
      id: 'service',
      title: 'Criticality without service, day by day after a shock',
      unit: 'share',
      axis: { is: 'numbers', title: 'after the shock', unit: 'days', log: false, numbers: [...days] },
      lines: shown.slice(0, LINES_MOST).map(({ name, shock }) => ({
        id: name,
        title: shock,
        bands: days.map((day) => bandOf(column(name, day))),
      })),
    },
  ];
}
