// Plans for the tests of pages: run here by the planner itself, each question once.
import { readFileSync } from 'node:fs';
import {
  CALIBRATION_FILE,
  CATALOGUE_FILES,
  checkedPlan,
  loadSolver,
  PLAN_FILES,
  planList,
  readCalibration,
  readCatalogues,
  readPlan,
  runPlans,
  type PlanBasis,
} from '@weighbridge/planner';
import type { CheckedPlan, PlanAsked, PlanRun, Plans } from '@weighbridge/protocol';

let held: PlanBasis | undefined;
const solver = await loadSolver();
const catalogues = (): PlanBasis =>
  (held ??= {
    ...readCatalogues(
      Object.entries(CATALOGUE_FILES).map(([file, place]) => ({ file, text: readFileSync(place, 'utf8') })),
    ),
    calibration: readCalibration('calibration.json', readFileSync(CALIBRATION_FILE, 'utf8')),
    solver,
  });

/** The text of one that ships. */
export const planText = (name: string): string => readFileSync(PLAN_FILES[name] ?? '', 'utf8');

export const plansOf = (): Plans =>
  planList(new Map(Object.keys(PLAN_FILES).map((name) => [name, planText(name)])), catalogues());

export const checkedPlanOf = ({ text }: { readonly text: string }): CheckedPlan => checkedPlan(text, catalogues());

const runs = new Map<string, PlanRun>();

export function planOf(asked: PlanAsked): PlanRun {
  const question = JSON.stringify(asked);
  const run =
    runs.get(question) ??
    runPlans(asked, (name) =>
      readPlan(name === 'own' ? 'your file' : name, name === 'own' ? (asked.own ?? '') : planText(name), catalogues()),
    );
  runs.set(question, run);
  return run;
}
