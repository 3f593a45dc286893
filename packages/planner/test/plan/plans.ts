// The plans that ship, read, for tests of their reports.
import { readFileSync } from 'node:fs';
import { CONTROL, type ControlInput, type PlanReport, type PlanRun } from '@weighbridge/protocol';
import { PLAN_FILES } from '../../src/plan-files.ts';
import { readPlan } from '../../src/plan/kinds.ts';
import { CALIBRATION_FILE, readCalibration } from '../../src/performance/calibration.ts';
import type { PlanBasis, PlanRunOptions, ReadPlan } from '../../src/plan/report.ts';
import { runPlans } from '../../src/plan/run.ts';
import { loadSolver } from '../../src/reserved/solver.ts';
import { shipped } from '../catalogue/shipped.ts';

export const catalogues: PlanBasis = {
  ...shipped(),
  calibration: readCalibration('calibration.json', readFileSync(CALIBRATION_FILE, 'utf8')),
  solver: await loadSolver(),
};
export const NAMES = Object.keys(PLAN_FILES);
export const textOf = (name: string): string => readFileSync(PLAN_FILES[name]!, 'utf8');

const read = new Map<string, ReadPlan>();
export function planNamed(name: string): ReadPlan {
  const plan = read.get(name) ?? readPlan(name, textOf(name), catalogues);
  read.set(name, plan);
  return plan;
}

export const DRAWS = 200;

export const report = (name: string, options: Partial<PlanRunOptions> = {}): PlanReport =>
  planNamed(name).run({ seed: 1, draws: DRAWS, ranges: {}, choices: {}, ...options }).report;

/** As the control API asks: held against its schemas. */
export const asked = (input: ControlInput<'plan'>, own = ''): PlanRun =>
  CONTROL.plan.answer.parse(
    runPlans(CONTROL.plan.input.parse({ draws: DRAWS, ...input }), (name) =>
      name === 'own' ? readPlan('your file', own, catalogues) : planNamed(name),
    ),
  );
