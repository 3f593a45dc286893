// `limits` in front of a cloud that answers when it is told to: what is held while calls run, what is used afterwards, and
// the same from the log once nobody runs.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { once } from 'node:events';
import type { ControlAnswer } from '@weighbridge/protocol';
import { chatAnswer } from './support/chat-answer.ts';
import { begin, run, type Running } from './support/shell.ts';

type Limits = ControlAnswer<'limits'>;
type Members = ControlAnswer<'limitMembers'>;
const USERS = 23;
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-limits-'));
const empty = mkdtempSync(join(tmpdir(), 'weighbridge-limits-'));
let gate = Promise.resolve();
const cloud = createServer((request, response) => {
  request.resume();
  void gate.then(() => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(chatAnswer('x', 'own'));
  });
});
let instance: Running;
let origin = '';
let key = '';

before(async () => {
  cloud.listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  const endpoint = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}/v1`;
  const configuration = {
    version: 1,
    log: 'lab',
    projections: 'off',
    control: 'off',
    credentials: { own: { kind: 'none' } },
    deployments: {
      own: {
        cloud: 'openai-compatible',
        model: 'own',
        endpoint,
        credential: 'own',
        region: 'here',
        max_output_tokens: 100,
        simulated: true,
      },
    },
    routes: { own: { candidates: [{ deployment: 'own' }] } },
    keys: { app: {} },
    limits: {
      rules: {
        'all-month': { measure: 'output_tokens', amount: 100_000, window: 'month', zone: 'Europe/Berlin' },
        'each-user': { measure: 'requests', amount: 2, window: '24h', per: ['end_user', 'key'], alert_at: [100] },
        'at-once': { measure: 'concurrency', amount: 90, where: { key: ['app'] } },
      },
    },
  };
  writeFileSync(join(folder, 'weighbridge.yaml'), JSON.stringify(configuration));
  const made = await run(['keys', 'create', 'app', '--log', 'lab', '--json'], { folder });
  ({ key } = JSON.parse(made.stdout) as { key: string });
  instance = begin(['up', '--port', '0'], { folder });
  [, origin = ''] = await instance.said(/listens at (\S+)/);
});
after(async () => {
  instance.interrupt('SIGTERM');
  await instance.ended;
  cloud.close();
  for (const each of [folder, empty]) rmSync(each, { recursive: true, force: true });
});

async function call(user: string): Promise<number> {
  const answer = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'own', max_tokens: 50, user, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  await answer.text();
  return answer.status;
}

async function limits(): Promise<Limits> {
  const { code, stdout, stderr } = await run(['limits', '--json'], { folder });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Limits;
}

const counter = ({ rows }: Limits, id: string) => rows.find((row) => row.id === id)?.counters[0];

const lasting = ({ rows }: Limits) =>
  rows.map((row) => ({
    ...row,
    counters: row.counters.map(({ forecast: _forecast, alerted: _alerted, ...counted }) => counted),
  }));

test('what is held for calls in flight, what they used, and the same once nobody runs', async () => {
  const { forecast: _, ...none } = counter(await limits(), 'all-month') ?? {};
  assert.deepEqual(none, {
    of: 'all',
    names: [],
    used: '0',
    held: '0',
    left: '100000',
    room_at: null,
    alerted: [],
  });
  const open = Promise.withResolvers<void>();
  gate = open.promise;
  const users = Array.from({ length: USERS }, (_, index) => `user-${String(index).padStart(2, '0')}`);
  const waiting = [...users, 'evil\u001b[2J', 'user-07'].map(call);
  const deadline = performance.now() + 20_000;
  let running = await limits();
  while (counter(running, 'at-once')?.used !== String(USERS + 2)) {
    assert.ok(performance.now() < deadline, `all are in flight: ${JSON.stringify(running.rows)}`);
    running = await limits();
  }
  assert.deepEqual([running.source, running.simulated], ['running', true]);
  const held = String(50 * (USERS + 2));
  assert.deepEqual([counter(running, 'all-month')?.used, counter(running, 'all-month')?.held], [held, held]);
  const each = running.rows.find(({ id }) => id === 'each-user');
  assert.equal(each?.counters.length, 20);
  assert.equal(each?.more, USERS + 1 - 20);
  const [fullest] = each?.counters ?? [];
  assert.deepEqual([fullest?.of, fullest?.names, fullest?.left], ['member', ['user-07', 'app'], '0']);
  assert.ok(Number(fullest?.room_at) > running.at + 23 * 3_600_000);
  open.resolve();
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([200]));
  assert.equal(await call('user-07'), 429);

  let done = await limits();
  while (counter(done, 'each-user')?.alerted?.length !== 1) {
    assert.ok(performance.now() < deadline, `it is told of: ${JSON.stringify(done.rows)}`);
    done = await limits();
  }
  const spent = String(3 * (USERS + 2));
  assert.deepEqual([counter(done, 'all-month')?.used, counter(done, 'all-month')?.held], [spent, '0']);
  const shown = await run(['limits'], { folder });
  assert.match(shown.stdout, /as the running instance counts; simulated: nothing real was called\./);
  assert.match(shown.stdout, /all-month: 100,000 tokens of output a month \(Europe\/Berlin\); turns at 20\d\d-/);
  assert.match(shown.stdout, /each-user: 2 requests in any 86,400 seconds; to each end user and key/);
  assert.match(shown.stdout, /\n {2}user-07, app +2 +0 +0 +100 % {2}full; room again at 20\d\d-.* UTC\n/);
  assert.match(shown.stdout, /and 4 others that used less/);
  assert.match(shown.stdout, /at-once: 90 calls at a time; only key app/);
  assert.ok(!shown.stdout.includes('\u001b'), 'a name of the caller does not reach the terminal as it is');

  const page = JSON.parse((await run(['limits', 'each-user', '--skip', '20', '--json'], { folder })).stdout) as Members;
  assert.deepEqual([page.members, page.row.counters.length, page.next], [USERS + 1, USERS + 1 - 20, null]);
  const first = new Set(running.rows.find(({ id }) => id === 'each-user')?.counters.map(({ names: [name] }) => name));
  assert.ok(
    page.row.counters.every(({ names: [name] }) => !first.has(name)),
    'the page has those that the first has not',
  );
  const nowhere = await run(['limits', 'each-usr'], { folder });
  assert.deepEqual([nowhere.code, /did you mean "each-user"\?/.test(nowhere.stderr)], [2, true]);

  instance.interrupt('SIGTERM');
  await instance.ended;
  const rest = await limits();
  assert.equal(rest.source, 'log');
  // Nobody runs who would know what was told, and what the pace is changes by the moment.
  assert.deepEqual(lasting(rest), lasting(done));
  assert.equal(counter(rest, 'all-month')?.alerted, null);
  assert.match((await run(['limits'], { folder })).stdout, /no instance runs: as the log has it/);
});

test('where there is no log the way to one is told', async () => {
  const { code, stderr } = await run(['limits'], { folder: empty });
  assert.equal(code, 2);
  assert.match(stderr, /there is no journal/);
});
