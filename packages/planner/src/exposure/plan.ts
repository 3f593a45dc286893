// A plan of exposure, read and sound: the file, and the estate that it comes to where every number is the likely one. Names that lead nowhere
// are told at their line: a name typed wrong would look like safety.
import {
  checkDocument,
  readDocument,
  type CheckedDocument,
  type DocumentForm,
  type ProblemList,
} from '@weighbridge/document';
import { nearestEntry } from '../catalogue/catalogues.ts';
import { told } from '../numbers/told.ts';
import { assumptionsOf, estateAt, likelyOf, shockAt } from './assumptions.ts';
import { checkEstate, type Estate } from './estate.ts';
import { energyCost } from './energy.ts';
import { monthOf } from './power-use.ts';
import { exposureForm, NO_EXIT, type ExposureFile } from './plan-form.ts';
import { strike, type Shock } from './shocks.ts';

/** The plan that ships, by its name. */
export const EXPOSURE_PLAN_NAME = 'two-makers';
export const EXPOSURE_PLAN_FILE = new URL('../../data/plans/two-makers.yaml', import.meta.url);

/** With every number at its likely value. */
export interface ExposurePlan
  extends Estate, Pick<ExposureFile, 'name' | 'title' | 'as_of' | 'ties' | 'contracts' | 'exit' | 'unknown'> {
  readonly shocks: Readonly<Record<string, Shock>>;
}

/** Throws PLAN_INVALID with every fault, its line and what mends it. `file`: its name in messages. */
export const readExposureFile = (file: string, content: string): ExposureFile => readDocument(file, content, FORM);

export const readExposurePlan = (file: string, content: string): ExposurePlan =>
  exposurePlan(readExposureFile(file, content));

export const checkExposurePlan = (content: string): CheckedDocument<ExposureFile> => checkDocument(content, FORM);

const FORM: DocumentForm<ExposureFile> = {
  what: 'the plan',
  code: 'PLAN_INVALID',
  schema: exposureForm,
  meaning: checkExposureFile,
};

/** `value`: of an assumption, by its id; the likely one where nothing is said. */
export function exposurePlan(
  file: ExposureFile,
  value: (id: string) => number = likelyOf(assumptionsOf(file)),
): ExposurePlan {
  const { name, title, as_of, ties, contracts, exit, unknown } = file;
  const shocks = Object.entries(file.shocks).map(([key, each]) => [key, shockAt(key, each, value)] as const);
  return {
    ...estateAt(file, value),
    name,
    title,
    as_of,
    ties,
    contracts,
    exit,
    unknown,
    shocks: Object.fromEntries(shocks),
  };
}

/** What the form cannot see. */
export function checkExposureFile(file: ExposureFile, problems: ProblemList): void {
  const lead = (path: readonly (string | number)[], said: string, known: readonly string[], what: string): void => {
    if (!known.includes(said)) problems.error(path, `"${said}" is no ${what} of this file`, nearestEntry(said, known));
  };
  const deployments = Object.keys(file.deployments);
  for (const [key, { route }] of Object.entries(file.workloads))
    route.forEach((each, at) => lead(['workloads', key, 'route', at], each, deployments, 'deployment'));
  const [workloads, models, sellers] = [Object.keys(file.workloads), valuesOf(file, 'model'), valuesOf(file, 'seller')];
  file.proofs.forEach((proof, at) => {
    lead(['proofs', at, 'workload'], proof.workload, workloads, 'workload');
    lead(['proofs', at, 'model'], proof.model, models, "deployment's model");
  });
  for (const seller of Object.keys(file.contracts)) lead(['contracts', seller], seller, sellers, 'seller');
  const { known, parent_of, group_of } = file.ties;
  known.forEach((seller, at) => lead(['ties', 'known', at], seller, sellers, 'seller'));
  for (const [tie, map] of Object.entries({ parent_of, group_of }))
    for (const seller of Object.keys(map)) lead(['ties', tie, seller], seller, sellers, 'seller');
  if (file.exit !== NO_EXIT) lead(['exit'], file.exit, sellers, 'seller');
  checkPower(file, problems);
  if (problems.all.length > 0) return;
  const plan = exposurePlan(file);
  told(problems, ['workloads'], () => checkEstate(plan));
  for (const [key, each] of Object.entries(plan.shocks)) told(problems, ['shocks', key], () => strike(plan, each));
}

function checkPower({ energy, carbon }: ExposureFile, problems: ProblemList): void {
  for (const [key, { contract, months }] of Object.entries(energy)) {
    told(problems, ['energy', key], () => energyCost(contract, months.map(monthOf)));
    months.forEach(({ month, kg_per_mwh }, at) => {
      const path = ['energy', key, 'months', at];
      if (months.findIndex((each) => each.month === month) < at)
        problems.error(path, `${month} stands twice`, 'write each month once');
      if (carbon !== undefined && kg_per_mwh === undefined)
        problems.error(path, `${month} does not say what a MWh emits`, 'give `kg_per_mwh`, or leave out `carbon`');
    });
  }
  if (carbon !== undefined && Object.keys(energy).length === 0)
    problems.error(['carbon'], 'there is a budget, and no power that emits', 'write `energy`, or leave out `carbon`');
}

export const valuesOf = (
  { deployments }: Pick<ExposureFile, 'deployments'>,
  of: 'model' | 'seller' | 'region',
): string[] => [...new Set(Object.values(deployments).map((each) => each[of]))];
