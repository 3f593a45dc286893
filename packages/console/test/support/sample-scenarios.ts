// Scenarios for the tests of pages: run here by the simulator itself, each question once.
import { readFileSync } from 'node:fs';
import {
  checkedScenario,
  readScenario,
  runScenario,
  scenarioList,
  SCENARIO_FILES,
  type LoadScenario,
} from '@weighbridge/planner';
import type { CheckedScenario, ScenarioAsked, ScenarioRun, Scenarios } from '@weighbridge/protocol';

/** The text of one that ships. */
export const scenarioText = (name: string): string => readFileSync(SCENARIO_FILES[name] ?? '', 'utf8');

const loadWith =
  (own: string | undefined): LoadScenario =>
  (name) =>
    readScenario(name, name === 'own' ? (own ?? '') : scenarioText(name));
const runs = new Map<string, ScenarioRun>();

export const scenariosOf = (): Scenarios => scenarioList(loadWith(undefined));

export const checkedScenarioOf = ({ text }: { readonly text: string }): CheckedScenario => checkedScenario(text);

export function scenarioOf(asked: ScenarioAsked): ScenarioRun {
  const question = JSON.stringify(asked);
  const run = runs.get(question) ?? runScenario(asked, loadWith(asked.own));
  runs.set(question, run);
  return run;
}
