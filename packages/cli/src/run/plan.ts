// `plan run`, `plan new`, `plan catalogue`, `plan energy-table`: reads the files, runs the models, prints. Everything printed is an
// estimate or simulated.
import { AppError, didYouMean } from '@weighbridge/kernel';
import {
  CATALOGUE_NAMES,
  energyTable,
  PLAN_FILES,
  planKindOf,
  readCostPlan,
  readPowerPlan,
  runCostPlan,
  runPowerPlan,
  type CatalogueName,
  type Catalogues,
} from '@weighbridge/planner';
import { text, type Context, type Run } from '../frame/command.ts';
import { cataloguesOf, planText } from '../read/plan-file.ts';
import { entryText, listText, type Listed, type ShownEntry } from './catalogue-text.ts';
import { costText } from './plan-cost-text.ts';
import { powerText } from './plan-power-text.ts';

const PLAIN = 'one-gigawatt';

export const run: Run = async (context) => {
  const [name = PLAIN] = context.arguments;
  const options = { seed: wholeOption(context, 'seed', 1), draws: wholeOption(context, 'draws', 10_000) };
  const catalogues = cataloguesOf(context);
  const content = planText(context, name);
  if (planKindOf(name, content) === 'power') {
    const found = runPowerPlan(readPowerPlan(name, content, catalogues), catalogues, options);
    context.out.data(found, () => powerText(found, context.out.paint));
  } else {
    const found = runCostPlan(readCostPlan(name, content, catalogues), options);
    context.out.data(found, () => costText(found, context.out.paint));
  }
};

/** The text of a plan that ships, to be saved and changed. */
export const create: Run = async (context) => {
  const [name = PLAIN] = context.arguments;
  if (!Object.hasOwn(PLAN_FILES, name)) throw unknown(name, Object.keys(PLAN_FILES), 'plan that ships');
  const content = planText(context, name);
  context.out.data({ name, text: content }, () => content.trimEnd());
};

export const catalogue: Run = async (context) => {
  const [action = 'list', id] = context.arguments;
  const catalogues = cataloguesOf(context);
  const all = listed(catalogues);
  if (action === 'list') {
    if (id !== undefined && !(CATALOGUE_NAMES as readonly string[]).includes(id))
      throw unknown(id, CATALOGUE_NAMES, 'catalogue');
    const shown = id === undefined ? all : all.filter((each) => each.catalogue === id);
    context.out.data(shown, () => listText(shown));
    return;
  }
  if (id === undefined)
    throw new AppError('USAGE', '`plan catalogue show` needs the id of an entry', {
      next: '`weighbridge plan catalogue list` names them',
    });
  const found = CATALOGUE_NAMES.flatMap((name): ShownEntry[] => {
    const entry: object | undefined = catalogues[name].get(id);
    return entry === undefined ? [] : [{ catalogue: name, id, entry }];
  });
  if (found.length === 0)
    throw unknown(
      id,
      all.map((each) => each.id),
      'entry of a catalogue',
    );
  context.out.data(found, () => found.map((each) => entryText(each, context.out.paint)).join('\n\n'));
};

export const energy: Run = async (context) => {
  const table = energyTable(cataloguesOf(context));
  context.out.data(table, () => JSON.stringify(table, null, 2));
};

const listed = (catalogues: Catalogues): Listed[] =>
  CATALOGUE_NAMES.flatMap((name: CatalogueName) =>
    [...catalogues[name]].map(([id, entry]) => ({
      catalogue: name,
      id,
      name: 'name' in entry ? entry.name : entry.says,
    })),
  );

function unknown(name: string, known: readonly string[], what: string): AppError {
  const near = didYouMean(name, known);
  return new AppError('USAGE', `there is no ${what} "${name.slice(0, 60)}"`, {
    next:
      near === undefined
        ? 'see `weighbridge plan catalogue list` and `weighbridge plan run --help`'
        : `did you mean ${near}?`,
  });
}

function wholeOption(context: Context, name: string, otherwise: number): number {
  const given = text(context, name);
  if (given === undefined) return otherwise;
  if (!/^\d{1,10}$/.test(given))
    throw new AppError('USAGE', `--${name} "${given.slice(0, 40)}" is no whole number`, {
      next: `write --${name} ${otherwise}`,
    });
  return Number(given);
}
