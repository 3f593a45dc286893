// A plan by its name or by the path of a file, and the catalogues: those that ship, and over them the files of whoever plans.
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import {
  CALIBRATION_FILE,
  CATALOGUE_FILES,
  CATALOGUE_NAMES,
  loadSolver,
  PLAN_FILES,
  readCalibration,
  readCatalogues,
  readPlan,
  withRows,
  type Catalogues,
  type PlanBasis,
  type RunnablePlan,
} from '@weighbridge/planner';
import type { Context } from '../frame/command.ts';
import { boundedText } from './bounded-file.ts';
import { demandRows } from './demand-rows.ts';
import { shippedOrFile } from './shipped-or-file.ts';

/** Throws USAGE when there is neither a plan nor a file of that name. */
export const planText = (context: Context, name: string): string => shippedOrFile(context, name, PLAN_FILES, 'plan');

/** With the files that `--catalogue` names. Throws PLAN_INVALID, and USAGE for a file that cannot be read. */
export function cataloguesOf(context: Context): Catalogues {
  const named = context.options['catalogue'];
  const own = (Array.isArray(named) ? named : []) as readonly string[];
  return readCatalogues([
    ...CATALOGUE_NAMES.map((name) => ({ file: `${name}.yaml`, text: boundedText(CATALOGUE_FILES[name]) })),
    ...own.map((file) => ({ file, text: ownText(context, file) })),
  ]);
}

/** Catalogues, the calibration that ships, and the solver. */
export const basisOf = async (context: Context): Promise<PlanBasis> => ({
  ...cataloguesOf(context),
  calibration: readCalibration('calibration.json', boundedText(CALIBRATION_FILE)),
  solver: await loadSolver(),
});

/** A plan by its name or file, with the demand that it names. Throws USAGE, PLAN_INVALID. */
export async function runnablePlan(context: Context, name: string, basis: PlanBasis): Promise<RunnablePlan> {
  const plan = readPlan(name, planText(context, name), basis);
  return withRows(plan, await demandRows(context, plan.wants ?? new Map(), name));
}

function ownText(context: Context, file: string): string {
  try {
    return boundedText(resolve(context.workingFolder, file));
  } catch (error) {
    throw new AppError('USAGE', `the catalogue "${file.slice(0, 200)}" cannot be read`, {
      cause: error,
      next: 'give the path of a YAML file that says `catalogue:` with the name of one',
    });
  }
}
