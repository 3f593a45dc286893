// A file that breaks off while it is written: the transfer fails, so that nobody takes the part for the whole; the seat it
// had is free again; and whoever runs the instance hears of it. Real HTTP, with tables that fail when a test says so.
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { AppError, createUlid, LIMITS, systemClock } from '@weighbridge/kernel';
import { createAnswers } from '../../src/api/answers/index.ts';
import { createExports } from '../../src/api/answers/exports.ts';
import { createApp } from '../../src/api/app.ts';
import { cookieKind } from '../../src/api/cookie.ts';
import { listenForBrowsers, type ControlListener } from '../../src/api/listener.ts';
import { createLive } from '../../src/api/live.ts';
import type { ControlPorts } from '../../src/api/ports.ts';
import { createSessions } from '../../src/api/sessions.ts';
import { until } from '../support/server.ts';

const random = (bytes: Uint8Array): void => void randomFillSync(bytes);
const newId = createUlid(() => Date.now(), random);
const said: string[] = [];
/** What the tables answer to the page with this number. */
let page: (number: number) => unknown = () => null;
let asked = 0;
let origin = '';
let listener: ControlListener;
let halves: { cookie: string; token: string };
let tickets = 0;

before(async () => {
  const sessions = createSessions({ clock: systemClock, random, newId });
  const ports = {
    clock: systemClock,
    sessions,
    stores: { nextId: newId },
    say: (message: string) => void said.push(message),
    projections: {
      ask: () => Promise.resolve(page((asked += 1))),
    },
    mount: '',
    security: { tell: () => undefined },
  } as unknown as ControlPorts;
  const exports = createExports({
    ...ports,
    newTicket: () => `ticket-${(tickets += 1)}`,
    brief: () => assert.fail('no brief is asked for'),
  });
  const answers = createAnswers(ports, exports);
  listener = await listenForBrowsers({
    host: '127.0.0.1',
    port: 0,
    newId,
    serve: (port) => {
      const at = new URL(`http://127.0.0.1:${port}`);
      origin = at.origin;
      const cookie = cookieKind(at);
      const { cookie: value, token } = sessions.redeem(sessions.link().secret);
      halves = { cookie: `${cookie.name}=${value}`, token };
      const app = createApp({
        ports,
        face: { kind: 'listener', cookie },
        answers,
        exports,
        live: createLive(ports),
        files: null,
        sample: null,
      });
      return { app, door: { origin: at, port, hosts: new Set() } };
    },
  });
});
after(() => listener.close());

async function prepare(format: 'csv' | 'json'): Promise<string> {
  asked = 0;
  const answer = await fetch(`${origin}/control/v1/exports`, {
    method: 'POST',
    headers: { origin, cookie: halves.cookie, 'weighbridge-token': halves.token, 'content-type': 'application/json' },
    body: JSON.stringify({ of: 'calls', format, since: 0, until: 1 }),
  });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { path: string }).path;
}
const get = (path: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${origin}${path}`, { headers: { cookie: halves.cookie }, ...(signal === undefined ? {} : { signal }) });

const rows = (next: number | null): object => ({ rows: Array.from({ length: 500 }, (_, id) => ({ id, at: 0 })), next });

test('the transfer of a file whose tables fail is seen to fail', async () => {
  page = (number) => {
    if (number < 3) return rows(1_000 - number);
    throw new AppError('QUERY_TIMEOUT', 'the tables did not answer');
  };
  for (const format of ['csv', 'json'] as const) {
    const path = await prepare(format);
    await assert.rejects(async () => (await get(path)).text(), format);
  }
  assert.equal(said.length, 2);
  assert.match(said[0] ?? '', /^weighbridge-calls-\S+\.csv broke off: the tables did not answer$/);
});

test('a reader that leaves gives its seat to the next one, and the tables are asked no further', async () => {
  page = (number) => rows(1_000_000 - number);
  for (let i = 0; i < LIMITS.exports_at_once * 3; i += 1) {
    const path = await prepare('json');
    const end = new AbortController();
    let answer = await get(path, end.signal);
    // The seat of the one before is given back when its end is noticed.
    if (answer.status === 503) answer = await until('there is a seat', 5_000, () => retry(path, end.signal));
    assert.equal(answer.status, 200);
    const reader = answer.body?.getReader();
    await reader?.read();
    end.abort();
  }
  const before = await until('nothing is asked any more', 5_000, async () => {
    const seen = asked;
    await get('/healthz');
    return asked === seen ? seen : undefined;
  });
  assert.ok(before < 2_000, `${before} pages`);
});

async function retry(path: string, signal: AbortSignal): Promise<Response | undefined> {
  const answer = await get(path, signal);
  return answer.status === 503 ? undefined : answer;
}

test('so many are written at once, and the next one is told to come again', async () => {
  page = (number) => rows(1_000_000 - number);
  const ends = Array.from({ length: LIMITS.exports_at_once }, () => new AbortController());
  const readers = [];
  for (const end of ends) {
    const path = await prepare('csv');
    const answer = await until('there is a seat', 5_000, () => retry(path, end.signal));
    const reader = answer.body?.getReader();
    await reader?.read();
    readers.push(reader);
  }
  const path = await prepare('csv');
  const refused = await get(path);
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
  for (const end of ends) end.abort();
  const answer = await until('a seat comes free', 5_000, () => retry(path, AbortSignal.timeout(5_000)));
  assert.equal(answer.status, 200, 'the ticket was not used up by the refusal');
  await answer.body?.cancel();
});

test('a look at the head of a file does not use it up', async () => {
  page = () => rows(null);
  const path = await prepare('csv');
  const head = await fetch(`${origin}${path}`, { method: 'HEAD', headers: { cookie: halves.cookie } });
  assert.equal(head.status, 405);
  assert.equal((await (await get(path)).text()).split('\r\n').length, 502);
});
