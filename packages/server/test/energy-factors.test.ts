// Every deployment that the product ships with, or that a configuration names, has factors of its class of models.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolesOf, type Deployment } from '@weighbridge/gateway';
import { energyFactors } from '../src/config/energy.ts';

function deployment(id: string, model: string): Deployment {
  const held = { cloud: 'anthropic', model, credential: 'c', region: 'r', simulated: true } as unknown as Deployment;
  return { ...held, id, roles: rolesOf(held) };
}

test('factors by deployment, by what the model is called', () => {
  const found = energyFactors([
    deployment('a', 'claude-sonnet-4-5-20250929'),
    deployment('b', 'claude-haiku-4-5'),
    deployment('c', 'meta-llama/Llama-3.3-70B-Instruct'),
  ]);
  assert.deepEqual(
    Object.entries(found).map(([id, { method }]) => [id, method]),
    [
      ['a', 'weighbridge-energy/1 undisclosed'],
      ['b', 'weighbridge-energy/1 undisclosed-small'],
      ['c', 'weighbridge-energy/1 medium'],
    ],
  );
  for (const { input, cached, output } of Object.values(found)) {
    assert.ok(input[0] < input[1] && input[1] < input[2]);
    assert.ok(cached[1] < input[1] && input[1] < output[1]);
  }
  assert.deepEqual(energyFactors([]), {});
});
