// The parts of a report that every kind of plan makes in the same way: its controls, what decides its figure, and its figures.
import { AppError } from '@weighbridge/kernel';
import type { PlanControl, PlanFigure, PlanReport, PlanSwing } from '@weighbridge/protocol';
import { nearestEntry } from '../catalogue/catalogues.ts';
import { boundsOf, controlName } from '../draws/ranges.ts';
import { rankCorrelations, tornadoOf } from '../draws/sensitivity.ts';
import { bandsOf, type Model, type Study, type Variable } from '../draws/study.ts';
import { OF_THE_PLAN } from '../reserved/plan.ts';
import type { FigureWords } from './power-words.ts';
import { INTERVAL_WORDS, type PlanHead, type PlanRunOptions } from './report.ts';

const SWINGS_MOST = 12;

/** With what every report begins. */
export const headOf = <Kind extends PlanReport['kind']>(
  kind: Kind,
  { name, title, note }: PlanHead,
  { seed, draws }: Pick<PlanRunOptions, 'seed' | 'draws'>,
) => ({
  simulated: true as const,
  kind,
  plan: name,
  title,
  note: note ?? null,
  seed,
  draws,
  interval: INTERVAL_WORDS,
});

/** Throws PLAN_INVALID for a figure that the plan does not have. `known`: ids of those that it has. */
export function checkAbout(about: string, known: readonly string[], next = nearestEntry(about, known)): void {
  if (known.includes(about)) return;
  throw new AppError('PLAN_INVALID', `the plan has no figure "${about.slice(0, 60)}"`, { next });
}

/** `stated`: the same variables before anything was moved. */
export const controlsOf = (stated: readonly Variable[], moved: readonly Variable[]): PlanControl[] =>
  moved.flatMap((variable, at): PlanControl[] => {
    const { title, unit, range, shape, held, control } = variable;
    const id = controlName(variable);
    if (held === undefined || moved.findIndex((each) => controlName(each) === id) < at) return [];
    const { source: says, date, confidence } = held;
    return [
      {
        id,
        title: control?.title ?? title,
        unit,
        range,
        stated: stated[at]?.range ?? range,
        shape: typeof shape === 'string' ? shape : 'as seen',
        ...boundsOf(variable),
        source: says === OF_THE_PLAN ? null : { says, date, confidence },
      },
    ];
  });

/** `fixed`: controls that set a number which is not drawn. */
export function figuresOf(
  model: Model,
  study: Study,
  words: Readonly<Record<string, FigureWords>>,
  fixed: readonly string[] = [],
): PlanFigure[] {
  return bandsOf(model, study).flatMap(({ name, title, unit, centre, band }) => {
    const said = Object.hasOwn(words, name) ? words[name] : undefined;
    if (said === undefined) return [];
    const drawn = model.variables.filter((variable) => said.of.includes(variable.name)).map(controlName);
    const of = [...drawn, ...fixed.filter((each) => said.of.includes(each))];
    return [
      { id: name, title, unit, centre: Number.isFinite(centre) ? centre : null, band, formula: said.formula, of },
    ];
  });
}

export function swingsOf(model: Model, study: Study, about: string): PlanSwing[] {
  const correlations = new Map(
    rankCorrelations(model, study, about).map(({ variable, correlation }) => [variable, correlation]),
  );
  return tornadoOf(model, about)
    .swings.slice(0, SWINGS_MOST)
    .map(({ variable, ...swing }) => ({
      control: controlName(model.variables.find(({ name }) => name === variable)!),
      ...swing,
      correlation: correlations.get(variable) ?? null,
    }));
}

/** By figure, one value a draw: what two plans are compared by. */
export const columnsOf = (model: Model, study: Study, figures: readonly PlanFigure[]): Map<string, Float64Array> =>
  new Map(
    model.outputs.flatMap(({ name }, at) => {
      const column = study.outputs[at];
      return column !== undefined && figures.some(({ id }) => id === name) ? [[name, column] as const] : [];
    }),
  );
