// Each switch moves the outputs that it says it moves in the direction that it says: in random scenarios in which capital does not
// bind, and in both scenarios that ship.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  readScenario,
  sampleScenario,
  SCENARIO_FILES,
  SWITCHES,
  SWITCH_NAMES,
  type Switch,
} from '@weighbridge/planner';
import { pathValues } from '../../src/system/compare.ts';
import { checkMeaning } from '../../src/system/meaning.ts';
import { scenarioSchema, type Scenario } from '../../src/system/scenario.ts';
import { createProblemList } from '@weighbridge/document';
import { richScenario } from './random-scenarios.ts';

const shipped = (name: string): Scenario => readScenario(`${name}.yaml`, readFileSync(SCENARIO_FILES[name]!, 'utf8'));

function meanOf(values: Float64Array): number {
  const held = values.filter(Number.isFinite);
  return held.length === 0 ? 0 : held.reduce((sum, each) => sum + each, 0) / held.length;
}

/** The change of each claimed output, signed so that what is claimed is positive, as a part of what it was. */
function changes(scenario: Scenario, own: Switch, paths: number, seed: number): number[] {
  const [before, after] = [scenario, own.apply(scenario)].map((each) => sampleScenario(each, { seed, paths }));
  return own.moves.map(({ output, direction }) => {
    const [a, b] = [meanOf(pathValues(before!, output)), meanOf(pathValues(after!, output))];
    return (direction === 'up' ? b - a : a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-12);
  });
}

/** Racks of another size fill a site's power a little better or worse: half a per cent is no movement. */
const NOISE = 0.005;

describe('switches', () => {
  for (const name of SWITCH_NAMES) {
    const own: Switch = SWITCHES[name];
    test(`${name}: ${own.moves.map(({ output, direction }) => `${output} ${direction}`).join(', ')}`, () => {
      const moved = own.moves.map(() => 0);
      for (let seed = 1; seed <= 60; seed += 1) {
        for (const [index, change] of changes(richScenario(seed), own, 8, seed).entries()) {
          assert.ok(
            change > -NOISE,
            `scenario ${seed}: ${own.moves[index]!.output} moved by ${change} against the claim`,
          );
          if (change > NOISE) moved[index]! += 1;
        }
      }
      for (const [index, times] of moved.entries())
        assert.ok(times >= 6, `${own.moves[index]!.output} moved in ${times} of 60 scenarios`);
    });
    test(`${name} in the alliance: every output it claims moves so`, () => {
      for (const [index, change] of changes(shipped('alliance'), own, 60, 5).entries())
        assert.ok(change > 0, `${own.moves[index]!.output} by ${change}`);
    });
    test(`${name} leaves the scenario that it is given as it was, and makes a sound one`, () => {
      const scenario = shipped('mid-size');
      const text = JSON.stringify(scenario);
      const made = own.apply(scenario);
      assert.equal(JSON.stringify(scenario), text);
      const problems = createProblemList(() => ({ line: 0, column: 0 }), 'DEAL_INVALID');
      checkMeaning(scenarioSchema.parse(made), problems);
      assert.deepEqual(problems.all, []);
    });
  }
});
