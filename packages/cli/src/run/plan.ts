// `plan run`, `plan new`, `plan catalogue`, `plan energy-table`: reads the files, runs the models, prints. Everything printed is an
// estimate or simulated.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, didYouMean } from '@weighbridge/kernel';
import {
  CATALOGUE_NAMES,
  energyTable,
  PLAN_FILES,
  readPlan,
  runPlans,
  type CatalogueName,
  type Catalogues,
  type ReadPlan,
} from '@weighbridge/planner';
import { PLAN_NAMES, type PlanAsked, type PlanRange, type PlanReport } from '@weighbridge/protocol';
import { documentHtml, documentPdf, planHtml, planPdf } from '@weighbridge/server';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { basisOf, cataloguesOf, planText } from '../read/plan-file.ts';
import { wholeOption } from '../read/whole-option.ts';
import { entryText, listText, type Listed, type ShownEntry } from './catalogue-text.ts';
import { isThere, writeNew } from './new-file.ts';
import { comparisonText, reportText } from './plan-text.ts';

const PLAIN = 'one-gigawatt';

export const run: Run = async (context) => {
  const [name = PLAIN] = context.arguments;
  const basis = basisOf(context);
  const asked: PlanAsked = { name: FIRST, ...changesOf(context), ...optionsOf(context), ...aboutOf(context) };
  const { first } = runPlans(asked, () => readPlan(name, planText(context, name), basis));
  context.out.data(first, () => reportText(first, context.out.paint));
};

/** The report as a file of HTML or PDF, by the end of its name; or of it the exit plan of a seller, as Markdown too. */
export const report: Run = async (context) => {
  const [name = PLAIN] = context.arguments;
  const seller = text(context, 'exit');
  const { path, format } = paperFile(context, seller === undefined ? ['html', 'pdf'] : ['html', 'pdf', 'md']);
  const over = flag(context, 'force');
  if (existsSync(path) && !over) throw isThere(path);
  const basis = basisOf(context);
  const { ranges, choices } = changesOf(context);
  const exit = seller === undefined ? {} : { exit: seller };
  const changes = { ranges, choices: { ...choices, ...exit } };
  const asked: PlanAsked = { name: FIRST, ...changes, ...optionsOf(context), ...aboutOf(context) };
  const made = runPlans(asked, () => readPlan(name, planText(context, name), basis));
  const { first } = made;
  if (seller === undefined) {
    writeNew(path, format === 'pdf' ? await planPdf(made) : planHtml(made), over);
    return context.out.data({ plan: first.plan, says: first.says, file: path }, () => path);
  }
  const document = first.documents?.find(({ id }) => id === 'exit');
  if (document === undefined)
    throw new AppError('USAGE', `"${seller.slice(0, 60)}" names no seller to leave`, {
      next: `use one of ${sellersOf(first).join(', ')}`,
    });
  const paper = { html: () => documentHtml(document, first.title), pdf: () => documentPdf(document, first.title) };
  writeNew(path, format === 'md' ? document.text : await paper[format](), over);
  context.out.data({ plan: first.plan, says: document.title, file: path }, () => path);
};

const sellersOf = ({ choices }: PlanReport): string[] =>
  (choices.find(({ id }) => id === 'exit')?.options ?? []).map(({ id }) => id).filter((id) => id !== 'none');

type PaperFormat = 'html' | 'pdf' | 'md';

/** Throws USAGE where --out is missing, or ends otherwise. */
function paperFile(
  context: Context,
  formats: readonly PaperFormat[],
): { readonly path: string; readonly format: PaperFormat } {
  const file = text(context, 'out');
  const format = formats.find((each) => file?.endsWith(`.${each}`) === true);
  const next = `for example: --out plan.${formats.at(-1)}`;
  if (file === undefined) throw new AppError('USAGE', 'it is not said into which file', { next });
  if (format === undefined)
    throw new AppError(
      'USAGE',
      `"${file.slice(0, 80)}" ends in none of ${formats.map((each) => `.${each}`).join(', ')}`,
      {
        next,
      },
    );
  return { path: resolve(context.workingFolder, file), format };
}

/** Two plans; or one as it is written, beside itself with what --set and --choose change. */
export const compare: Run = async (context) => {
  const [name = PLAIN, other] = context.arguments;
  const changes = changesOf(context);
  if (other === undefined && Object.keys({ ...changes.ranges, ...changes.choices }).length === 0)
    throw new AppError('USAGE', '`plan compare` needs a second plan, or --set or --choose', {
      next: `for example: weighbridge plan compare ${name} --choose grid=de`,
    });
  const basis = basisOf(context);
  const read = (file: string): ReadPlan => readPlan(file, planText(context, file), basis);
  const asked: PlanAsked = {
    name: FIRST,
    ranges: {},
    choices: {},
    ...optionsOf(context),
    against: { name: SECOND, ...changes },
  };
  const found = runPlans(asked, (side) => read(side === FIRST ? name : (other ?? name)));
  context.out.data(found, () => comparisonText(found, context.out.paint));
};

/** Names of the two sides while they are run here; which file each is, the reader knows. */
const [FIRST, SECOND] = PLAN_NAMES;

const optionsOf = (context: Context): Pick<PlanAsked, 'seed' | 'draws'> => ({
  seed: wholeOption(context, 'seed', 1),
  draws: wholeOption(context, 'draws', 10_000),
});

function aboutOf(context: Context): Pick<PlanAsked, 'about'> {
  const about = text(context, 'about');
  return about === undefined ? {} : { about };
}

function changesOf(context: Context): Pick<PlanAsked, 'ranges' | 'choices'> {
  const pairs = (option: string): [string, string][] => {
    const seen = new Set<string>();
    return listOf(context, option).map((given) => {
      const at = given.indexOf('=');
      const [id, value] = [given.slice(0, Math.max(at, 0)).trim(), given.slice(at + 1).trim()];
      if (id === '' || value === '')
        throw new AppError('USAGE', `--${option} "${given.slice(0, 80)}" changes nothing`, {
          next: option === 'set' ? 'write --set NAME=1.2 or --set NAME=1.1,1.2,1.4' : 'write --choose NAME=VALUE',
        });
      if (seen.has(id))
        throw new AppError('USAGE', `--${option} ${id.slice(0, 60)} stands twice`, { next: 'keep one of the two' });
      seen.add(id);
      return [id, value];
    });
  };
  return {
    ranges: Object.fromEntries(pairs('set').map(([id, value]) => [id, rangeOf(id, value)])),
    choices: Object.fromEntries(pairs('choose')),
  };
}

const listOf = (context: Context, option: string): readonly string[] => {
  const given = context.options[option];
  return Array.isArray(given) ? (given as readonly string[]) : [];
};

/** One number, or low, likely and high. */
function rangeOf(id: string, value: string): PlanRange {
  const numbers = value.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [low = Number.NaN, likely = low, high = low] = numbers;
  if (![low, likely, high].every(Number.isFinite) || (numbers.length !== 1 && numbers.length !== 3))
    throw new AppError('USAGE', `--set ${id.slice(0, 60)}: "${value.slice(0, 60)}" is neither a number nor a range`, {
      next: `write --set ${id.slice(0, 60)}=1.2 or --set ${id.slice(0, 60)}=1.1,1.2,1.4`,
    });
  return { low, likely, high };
}

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
