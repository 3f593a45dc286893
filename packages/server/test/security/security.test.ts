// Security events of a running instance, at a syslog server and in a file: what the log holds and what it does not, a flood that
// becomes a count, a destination that was away over a restart, one that a reload adds, and no secret in any of them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from '../support/console.ts';
import { askControl, readInstance, type Status } from '../support/entry.ts';
import { foundIn } from '../support/planted.ts';
import { call, openBench, until, type Bench, type Raw, type Started } from '../support/server.ts';

interface Event {
  readonly class_uid: number;
  readonly type_uid: number;
  readonly count?: number;
  readonly status_code?: string;
  readonly message: string;
  readonly metadata: { readonly event_code: string; readonly uid: string };
  readonly src_endpoint?: { readonly ip?: string };
}

let bench: Bench;
let started: Started;
let server: Server;
let received = '';
let port = 0;
const sockets = new Set<Socket>();
const planted = new Map<string, string>();
const file = (): string => join(bench.folder, 'events.jsonl');

async function listen(at: number): Promise<void> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  });
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
}
async function away(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
  await once(server, 'close');
}

const destinations = (): Raw => ({
  siem: { kind: 'syslog', host: '127.0.0.1', port, transport: 'tcp' },
  file: { kind: 'file', path: file() },
});
const begin = (): Promise<Started> =>
  bench.start({
    name: 'security',
    change: (raw) => {
      raw['security_events'] = destinations();
      raw['keys']['ada'] = { policy: { routes: ['gpt-4.1'] } };
    },
  });

before(async () => {
  bench = await openBench();
  await listen(0);
  started = await begin();
});
after(async () => {
  await bench.close();
  await away();
});

/** Of what the syslog server got: each frame's JSON. */
function atSiem(): Event[] {
  const events: Event[] = [];
  for (let at = 0; at < received.length;) {
    const space = received.indexOf(' ', at);
    const end = space + 1 + Number(received.slice(at, space));
    if (space < 0 || end > received.length) break;
    const frame = received.slice(space + 1, end);
    events.push(JSON.parse(frame.slice(frame.indexOf('{'))) as Event);
    at = end;
  }
  return events;
}
const inFile = (): Event[] =>
  existsSync(file())
    ? readFileSync(file(), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Event)
    : [];
const named = (events: readonly Event[], name: string): Event[] =>
  events.filter(({ metadata }) => metadata.event_code === `weighbridge.${name}`);
const seen = (name: string, look: () => Event[] = atSiem): Promise<Event> =>
  until(`${name} arrives`, 20_000, () => named(look(), name).at(-1));
const socketOf = (one: Started): string => readInstance(one.server.home)?.socket ?? assert.fail('a socket');

test('keys, sessions, refused calls, refused configurations and handed out evidence arrive at every destination', async () => {
  const { administration, origin } = started.server;
  const { key, state } = await administration.createKey({ name: 'ada', who: { principal: 'planted-person-ada' } });
  planted.set('key', key).set('person', 'planted-person-ada').set('prompt', 'planted prompt of a call');
  const denied = await call(origin, key, { messages: [{ role: 'user', content: 'planted prompt of a call' }] });
  assert.equal(denied.status, 403, denied.text);
  const browser = await openBrowser(started.server);
  planted.set('cookie', browser.cookie.split('=')[1] ?? '').set('token', browser.token);
  assert.equal((await browser.send('/control/v1/status', { headers: { 'weighbridge-token': 'wrong' } })).status, 401);
  await assert.rejects(
    started.server.reload('a test', { via: 'socket' }).then(() => refuse()),
    { code: /^CONFIG_/ },
  );
  await until('the receipt is sealed', 20_000, async () => {
    const headers = { 'x-api-key': key };
    const answer = await fetch(`${origin}/v1/receipts/${denied.receipt ?? ''}`, { headers });
    return answer.status === 200 ? true : undefined;
  });
  await administration.revokeKey(state.id);
  for (const name of [
    'started',
    'config_activated',
    'key_created',
    'key_revoked',
    'policy_denied',
    'session_opened',
    'auth_failed',
    'config_refused',
    'evidence_disclosed',
  ]) {
    const at = await seen(name);
    const other = await seen(name, inFile);
    assert.deepEqual([at.type_uid, at.metadata.uid], [other.type_uid, other.metadata.uid], name);
  }
  assert.equal((await seen('policy_denied')).status_code, 'POLICY_DENIED');
});

async function refuse(): Promise<void> {
  started.write((raw) => (raw['routes'] = 'wrong'));
  try {
    await started.server.reload('a test', { via: 'socket' });
  } finally {
    started.write(() => undefined);
  }
}

test('a flood of wrong keys is one event at once, and then a count', async () => {
  const before = named(atSiem(), 'auth_failed').length;
  for (let at = 0; at < 200; at += 1) {
    const answer = await fetch(`${started.server.origin}/v1/models`, {
      headers: { 'x-api-key': 'wb_intruder_planted' },
    });
    assert.equal(answer.status, 401);
    await answer.body?.cancel();
  }
  const first = await until('it is told', 20_000, () => named(atSiem(), 'auth_failed')[before]);
  assert.deepEqual([first.src_endpoint?.ip, first.status_code, first.type_uid], ['127.0.0.1', 'KEY_INVALID', 300201]);
  assert.ok(named(atSiem(), 'auth_failed').length <= before + 2);
});

test('status, a test of one destination, and one that a reload adds', async () => {
  const socket = socketOf(started);
  const { security } = await askControl<Status>(socket, 'GET', '/status');
  assert.deepEqual(
    security.map(({ name, state, dropped }) => [name, state, dropped]),
    [
      ['siem', 'up', 0],
      ['file', 'up', 0],
    ],
  );
  assert.deepEqual(await askControl(socket, 'POST', '/security-events/test', { name: 'siem' }), {
    name: 'siem',
    problem: null,
  });
  assert.equal((await seen('test')).class_uid, 0);
  await assert.rejects(askControl(socket, 'POST', '/security-events/test', { name: 'nobody' }), {
    code: 'BAD_REQUEST',
  });
  const added = join(bench.folder, 'added.jsonl');
  started.write((raw) => (raw['security_events']['added'] = { kind: 'file', path: added, only: ['key_created'] }));
  await started.server.reload('a test');
  await started.server.administration.createKey({ name: 'other' });
  await until('the new one is told', 20_000, () => (existsSync(added) ? true : undefined));
  const lines = readFileSync(added, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    [lines.length, lines[0]?.includes('weighbridge.key_created')],
    [1, true],
    'and of nothing before it was there',
  );
  started.write(() => undefined);
  await started.server.reload('a test');
});

test('what happened while a destination was away, over a restart, arrives afterwards, and nothing of the log is missed', async () => {
  const before = new Set(atSiem().map(({ metadata }) => metadata.uid));
  await away();
  const made = [await started.server.administration.createKey({ name: 'gone' })];
  await until('it is said', 20_000, () =>
    started.said.some((line) => line.startsWith('security events: "siem"')) ? true : undefined,
  );
  made.push(await started.server.administration.createKey({ name: 'batch' }));
  await started.server.stop();
  await listen(port);
  started = await begin();
  made.push(await started.server.administration.createKey({ name: 'ci' }));
  for (const { key, state } of made) {
    planted.set(`key ${state.id}`, key);
    await until(`key ${state.id} arrives`, 30_000, () =>
      named(atSiem(), 'key_created').some(
        ({ message, metadata }) => message.includes(state.id) && !before.has(metadata.uid),
      )
        ? true
        : undefined,
    );
  }
  await started.server.stop();
  assert.equal((await seen('stopped')).type_uid, 600204);
});

test('a log that is not as it was sealed is told of by the start that refuses it', async () => {
  truncateSync(join(started.server.home.journal, 'log', 'checkpoint'), 10);
  await assert.rejects(begin(), { code: /^JOURNAL_/ });
  const found = await seen('tamper_found');
  assert.deepEqual([found.type_uid, found.class_uid], [200401, 2004]);
});

test('no secret, prompt or person stands in any of it', () => {
  assert.ok(atSiem().length > 15 && inFile().length > 15);
  assert.deepEqual(foundIn(received, planted), []);
  assert.deepEqual(foundIn(readFileSync(file(), 'utf8'), planted), []);
});
