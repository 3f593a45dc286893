// Soft limits of a running server: calls go on, the log has one alert for a member and window, a channel carries it, a
// restart repeats nothing; and when a person is erased the counters' file goes and the alert knows no name any more.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { controlClient, type ControlClient } from '@weighbridge/protocol';
import { controlSocket, readInstance, type RunningServer } from '@weighbridge/server';
import { call, openBench, until, type Bench, type Raw } from './support/server.ts';

let bench: Bench;
const bodies: string[] = [];
const receiver = createServer((request, response) => {
  request.setEncoding('utf8');
  request.on('data', (text: string) => bodies.push(text));
  request.on('end', () => response.end());
});
before(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  bench = await openBench();
});
after(async () => {
  await bench.close();
  receiver.close();
});

const limitAlerts = async (client: ControlClient) =>
  (await client.ask('alerts', {})).rows.filter(({ alert }) => alert === 'limit');
const clientOf = ({ home }: RunningServer): ControlClient =>
  controlClient(controlSocket(readInstance(home)?.socket ?? ''));
const change = (raw: Raw): void => {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  raw['limits'] = {
    rules: {
      'each-user': { measure: 'requests', amount: 2, window: 'month', per: ['user'], kind: 'soft', alert_at: [100] },
    },
  };
  raw['alerts'] = {
    channels: { ops: { kind: 'webhook', url, allow_private: true, persons: true, only: ['limit', 'test'] } },
  };
};

test('a soft limit is told of once, in the log and by its channel, over a restart and an erasure', async () => {
  const first = await bench.start({ name: 'soft', change });
  const made = await first.server.administration.createKey({ name: 'ada', who: { principal: 'ada@example.org' } });
  for (let count = 0; count < 4; count += 1) assert.equal((await call(first.server.origin, made.key)).status, 200);
  const client = clientOf(first.server);
  const [told] = await until('the alert is sealed', 10_000, async () => {
    const rows = await limitAlerts(client);
    return rows.length > 0 ? rows : undefined;
  });
  assert.deepEqual(
    [told?.alert, told?.about, told?.limit?.share, told?.limit?.names],
    ['limit', 'each-user', 100, ['ada@example.org']],
  );
  assert.ok(!told?.message.includes('ada'), 'no name stands where it could not be erased');
  await until('it is carried', 5_000, () => (bodies.length > 0 ? true : undefined));
  assert.match(bodies[0] ?? '', /"names":\["ada@example\.org"\]/);
  const [row] = (await client.ask('limits', {})).rows;
  assert.deepEqual([row?.kind, row?.counters[0]?.used, row?.counters[0]?.alerted], ['soft', '4', [100]]);
  const [channel] = (await client.ask('channels', {})).rows;
  assert.deepEqual([channel?.name, channel?.state, channel?.delivered], ['ops', 'up', 1]);
  assert.deepEqual(await client.ask('testChannel', { name: 'ops' }), { delivered: true, problem: null });
  await assert.rejects(client.ask('testChannel', { name: 'nobody' }), { code: 'CHANNEL_UNKNOWN' });
  await assert.rejects(client.ask('limitMembers', { id: 'nothing' }), { code: 'LIMIT_UNKNOWN' });
  await first.server.stop();

  const second = await bench.start({ name: 'soft', change });
  const again = clientOf(second.server);
  const { home } = second.server;
  assert.ok(existsSync(home.limits), 'the file that keeps counters with their names beside them');
  const before = (await again.ask('limits', {})).rows[0]?.counters[0];
  assert.deepEqual([before?.names, before?.used, before?.alerted], [['ada@example.org'], '4', [100]]);
  assert.equal((await call(second.server.origin, made.key)).status, 200);
  await until('the watch has looked', 5_000, async () =>
    (await again.ask('limits', {})).rows[0]?.counters[0]?.used === '5' ? true : undefined,
  );
  await second.server.administration.erase('ada@example.org');
  assert.equal(existsSync(home.limits), false, 'the file goes with the person');
  await second.server.stop();

  const third = await bench.start({ name: 'soft', change });
  const last = clientOf(third.server);
  const alerts = await limitAlerts(last);
  assert.deepEqual(
    alerts.map(({ limit }) => limit?.names),
    [null],
    'told once, and whose it was is known no more',
  );
  const counters = (await last.ask('limits', {})).rows[0]?.counters ?? [];
  assert.ok(!JSON.stringify(counters).includes('ada'));
  assert.equal(bodies.filter((text) => text.includes('"alert":"limit"')).length, 1);
});
