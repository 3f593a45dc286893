// The thread in which scenarios are run: at a low priority, since a run takes a second or two of a whole core. It reads the
// scenarios that ship, each once, and one of somebody's own from the question that brings it.
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { invariant } from '@weighbridge/kernel';
import {
  checkedScenario,
  readScenario,
  runScenario,
  scenarioList,
  SCENARIO_FILES,
  type LoadScenario,
  type Scenario,
} from '@weighbridge/planner';
import type { ScenarioAsked } from '@weighbridge/protocol';
import { answerCalls } from '../lanes/thread-calls.ts';
import { stepBack } from '../lanes/step-back.ts';

invariant(parentPort !== null, 'scenarios are run in a thread of their own');

const read = new Map<string, Scenario>();
/** The last that somebody brought: the same file is asked for again with every switch. */
let brought: { readonly text: string; readonly scenario: Scenario } | null = null;

function load(name: string): Scenario {
  const place = SCENARIO_FILES[name];
  invariant(place !== undefined, 'every scenario that has a name ships');
  const scenario = read.get(name) ?? readScenario(name, readFileSync(place, 'utf8'));
  read.set(name, scenario);
  return scenario;
}

/** Throws DEAL_INVALID. */
function readOwn(text: string | undefined): Scenario {
  invariant(text !== undefined, 'the desk refuses a side that is `own` where no text comes with it');
  if (brought?.text !== text) brought = { text, scenario: readScenario('your file', text) };
  return brought.scenario;
}

const loadWith =
  (own: string | undefined): LoadScenario =>
  (name) =>
    name === 'own' ? readOwn(own) : load(name);

stepBack();
answerCalls(parentPort, {
  list: () => scenarioList(load),
  // What seeds a sample is read with what reads contracts and claims: loaded when somebody brings a file.
  check: async (text: string) => checkedScenario(text, (await import('../sample/seeds.ts')).checkSeeds),
  run: (asked: ScenarioAsked) => runScenario(asked, loadWith(asked.own)),
});
