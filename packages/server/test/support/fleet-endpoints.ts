// Asks every endpoint about deployments and routes once; who asks holds the answers against what is published.
import assert from 'node:assert/strict';
import type { Ask } from './deal-endpoints.ts';

/** Of an instance of two lanes that has served three calls of one route. */
export async function askFleet(ask: Ask): Promise<void> {
  const deployments = await ask('deployments', {});
  const served = deployments.rows.find(({ id: name }) => name === 'anthropic-sonnet-4-5');
  assert.deepEqual([served?.state, served?.lanes.length, served?.credential.ready], ['up', 2, true]);
  const routes = await ask('routes', {});
  assert.equal(routes.rows.find(({ id: name }) => name === 'claude-sonnet-4-5')?.attempts, 2);
  assert.deepEqual((await ask('capacity', {})).rows, [], 'nothing was bought ahead');
  const kept = await ask('cache', {});
  assert.deepEqual([kept.simulated, kept.rows, kept.since <= kept.at], [true, [], true]);
  assert.deepEqual(await ask('purgeCache', {}), { entries: 0, bytes: 0 });
  assert.ok((await ask('playground', {})).as.some(({ key }) => key === 'lab'));
  const foreseen = await ask('foresee', { key: 'lab', model: 'claude-sonnet-4-5' });
  const [alike, ...apart] = foreseen.answers;
  assert.deepEqual([alike?.lanes, apart.length, alike?.refusal], [[1, 2], 0, null]);
  assert.deepEqual(alike?.first[0], { deployment: 'anthropic-sonnet-4-5', chance: 1 });
  const replayed = await ask('simulateRoute', { route: 'claude-sonnet-4-5', strategy: 'cheapest' });
  assert.deepEqual([replayed.simulated, replayed.calls, replayed.was.unpriced], [true, 3, 0]);
}
