// Whatever the scenario, the auditor finds nothing: money, racks, power, tokens and commitments add up in every month.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createDraws } from '../../src/system/draws.ts';
import { resolveInputs } from '../../src/system/resolve.ts';
import { initialState } from '../../src/system/state.ts';
import { step } from '../../src/system/step.ts';
import { audit } from './auditor.ts';
import { randomScenario } from './random-scenarios.ts';
import { smallScenario } from './scenarios.ts';

function auditedRun(scenario: ReturnType<typeof smallScenario>, seed: number, path: number) {
  const inputs = resolveInputs(scenario, createDraws(scenario, seed)(path));
  let state = initialState(inputs);
  const found: string[] = [];
  const happened = { racks: 0, tokens: 0, drawn: 0, cancelled: 0, invested: 0 };
  for (let month = 0; month < inputs.months; month += 1) {
    const after = step(inputs, state);
    found.push(...audit(inputs, state, after));
    state = after;
    happened.tokens += after.served.reduce((sum, each) => sum + each, 0);
  }
  const sum = (values: Float64Array): number => values.reduce((total, each) => total + each, 0);
  happened.racks = sum(state.installed);
  happened.drawn = sum(state.drawn);
  happened.cancelled = sum(state.cancelled);
  happened.invested = sum(state.paidIn);
  return { found, happened };
}

test('money, racks, power, tokens and commitments are conserved at every step of random scenarios', () => {
  const seen = { racks: 0, tokens: 0, drawn: 0, cancelled: 0, invested: 0 };
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(1000), (seed, path) => {
      const { found, happened } = auditedRun(randomScenario(seed), seed, path);
      for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += happened[name] > 0 ? 1 : 0;
      assert.deepEqual(found, []);
    }),
    { numRuns: 300 },
  );
  for (const [name, times] of Object.entries(seen)) assert.ok(times > 10, `${name} happened in ${times} scenarios`);
});

test('the auditor sees a cent, a rack, a watt-hour or a Mtok too much', () => {
  const scenario = smallScenario();
  const inputs = resolveInputs(scenario, createDraws(scenario, 1)(0));
  let before = initialState(inputs);
  for (let month = 0; month < 3; month += 1) before = step(inputs, before);
  const after = step(inputs, before);
  assert.deepEqual(audit(inputs, before, after), []);
  for (const field of [
    'cash',
    'flows',
    'installed',
    'stock',
    'delivered',
    'energy',
    'served',
    'idle',
    'drawn',
    'owed',
  ] as const) {
    const wrong = { ...after, [field]: after[field].slice() };
    wrong[field][0] = (wrong[field][0] ?? 0) + 1;
    assert.notDeepEqual(audit(inputs, before, wrong), [], field);
  }
});

test('a step changes nothing that it is given, and using a spare state again changes nothing that comes out', () => {
  fc.assert(
    fc.property(fc.nat(1e9), (seed) => {
      const inputs = resolveInputs(randomScenario(seed), createDraws(randomScenario(seed), seed)(0));
      let [plain, state, spare] = [initialState(inputs), initialState(inputs), initialState(inputs)];
      for (let month = 0; month < 12; month += 1) {
        const before = structuredClone(plain);
        const next = step(inputs, plain);
        assert.deepEqual(plain, before);
        plain = next;
        [state, spare] = [step(inputs, state, spare), state];
        assert.deepEqual(state, plain);
      }
    }),
    { numRuns: 20 },
  );
});
