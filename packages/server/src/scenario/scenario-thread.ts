// The thread in which scenarios are run: at a low priority, since a run takes a second or two of a whole core. It reads the
// scenarios that ship, each once.
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { invariant } from '@weighbridge/kernel';
import { readScenario, runScenario, scenarioList, SCENARIO_FILES, type Scenario } from '@weighbridge/planner';
import type { ScenarioAsked, ScenarioName } from '@weighbridge/protocol';
import { answerCalls } from '../lanes/thread-calls.ts';
import { stepBack } from '../lanes/step-back.ts';

invariant(parentPort !== null, 'scenarios are run in a thread of their own');

const read = new Map<ScenarioName, Scenario>();

function load(name: ScenarioName): Scenario {
  const place = SCENARIO_FILES[name];
  invariant(place !== undefined, 'every scenario that has a name ships');
  const scenario = read.get(name) ?? readScenario(name, readFileSync(place, 'utf8'));
  read.set(name, scenario);
  return scenario;
}

stepBack();
answerCalls(parentPort, {
  list: () => scenarioList(load),
  run: (asked: ScenarioAsked) => runScenario(asked, load),
});
