// The catalogues and plans that come with the product, read from their files.
import { readFileSync } from 'node:fs';
import {
  CALIBRATION_FILE,
  CATALOGUE_FILES,
  loadSolver,
  PLAN_FILES,
  readCalibration,
  readCatalogues,
  type PlanBasis,
} from '@weighbridge/planner';

export const shippedBasis = async (): Promise<PlanBasis> => ({
  ...readCatalogues(
    Object.entries(CATALOGUE_FILES).map(([file, place]) => ({ file, text: readFileSync(place, 'utf8') })),
  ),
  calibration: readCalibration('calibration.json', readFileSync(CALIBRATION_FILE, 'utf8')),
  solver: await loadSolver(),
});

/** By name. */
export const shippedPlans = (): ReadonlyMap<string, string> =>
  new Map(Object.entries(PLAN_FILES).map(([name, place]) => [name, readFileSync(place, 'utf8')]));
