// Scenarios for the tests of pages: run here by the simulator itself, each question once.
import { readFileSync } from 'node:fs';
import { readScenario, runScenario, scenarioList, SCENARIO_FILES, type LoadScenario } from '@weighbridge/planner';
import type { ScenarioAsked, ScenarioRun, Scenarios } from '@weighbridge/protocol';

const load: LoadScenario = (name) => readScenario(name, readFileSync(SCENARIO_FILES[name] ?? '', 'utf8'));
const runs = new Map<string, ScenarioRun>();

export const scenariosOf = (): Scenarios => scenarioList(load);

export function scenarioOf(asked: ScenarioAsked): ScenarioRun {
  const question = JSON.stringify(asked);
  const run = runs.get(question) ?? runScenario(asked, load);
  runs.set(question, run);
  return run;
}
