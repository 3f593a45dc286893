// What is asked about limits and alerts of a server in front of the lab, by the endpoints that are published for it.
import assert from 'node:assert/strict';
import type { Ask } from './deal-endpoints.ts';
import type { Raw } from './server.ts';

/** A soft limit, and a channel that leads nowhere. */
const WATCHED = {
  limits: { rules: { soft: { measure: 'requests', amount: 1_000, window: 'day', per: ['team'], kind: 'soft' } } },
  alerts: { channels: { nowhere: { kind: 'webhook', url: 'https://192.0.2.1/', only: ['limit'] } } },
};

export const watched = (raw: Raw): void => void Object.assign(raw, WATCHED);

export async function askLimits(ask: Ask): Promise<void> {
  const { rows, source, simulated } = await ask('limits', {});
  assert.deepEqual([source, simulated, rows.map(({ id, kind }) => [id, kind])], ['running', true, [['soft', 'soft']]]);
  const capacity = await ask('capacity', {});
  assert.deepEqual([capacity.source, capacity.simulated, capacity.rows], ['running', true, []]);
  const page = await ask('limitMembers', { id: 'soft', skip: 0 });
  assert.deepEqual([page.row.id, page.members, page.next], ['soft', page.row.counters.length, null]);
  const [channel] = (await ask('channels', {})).rows;
  assert.deepEqual([channel?.name, channel?.kind, channel?.state], ['nowhere', 'webhook', 'idle']);
  const tested = await ask('testChannel', { name: 'nowhere' });
  assert.match(tested.problem ?? '', /192\.0\.2\.1, which is no public address/);
}
