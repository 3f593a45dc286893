// The sample organisation beside a running instance: asked below /sample with the instance's own session, unchangeable, apart
// from the instance's log in everything, made and removed while calls go on.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { acquireFolderLock } from '@weighbridge/journal';
import {
  CONTROL,
  DAY_MS,
  requestFor,
  type ControlAnswer,
  type ControlInput,
  type ControlName,
} from '@weighbridge/protocol';
import { makeSample, openSampleHome, readScenario } from '@weighbridge/server';
import { codeOf, openBrowser, send, type Browser, type Reply } from '../support/console.ts';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';

const CALLS = 3_000;
let bench: Bench;
let started: Started;
let browser: Browser;
let key: string;

/** Asks the sample; the answer has to be what the schema says. */
async function ask<Name extends ControlName>(name: Name, input: ControlInput<Name>): Promise<ControlAnswer<Name>> {
  const reply = await raw(name, input);
  assert.equal(reply.status, 200, `${name}: ${reply.text}`);
  return CONTROL[name].answer.parse(JSON.parse(reply.text)) as ControlAnswer<Name>;
}

function raw<Name extends ControlName>(name: Name, input: ControlInput<Name>): Promise<Reply> {
  const { method, path, body } = requestFor(name, input);
  return browser.send(`/sample${path}`, { method, ...(body === undefined ? {} : { body }) });
}

const state = async (): Promise<string> => (await browser.client.ask('sample', {})).state;
/** As a page of it that is seen. */
const look = async (): Promise<string> => (await browser.client.ask('openSample', {})).state;
const ready = (): Promise<true> =>
  until('the sample is there', 90_000, async () => ((await look()) === 'ready' ? true : undefined));
const period = (): { since: number; until: number } => ({ since: Date.now() - 40 * DAY_MS, until: Date.now() });

before(async () => {
  bench = await openBench();
  const home = openSampleHome(join(bench.folder, 'home'));
  // Looked at a day later than made.
  await makeSample({ home, now: Date.now() - DAY_MS, calls: CALLS });
  started = await bench.start({ sample: { wanted: true, calls: CALLS }, tables: true });
  ({ key } = await started.server.administration.createKey({ name: 'lab' }));
  assert.equal((await call(started.server.origin, key)).status, 200);
});
after(() => bench.close());

describe('the link of a start', () => {
  test('opens on the sample, which is not there before the start comes to it', async () => {
    assert.match(started.server.consoleLink() ?? '', /\/sample\/console\/#link=/);
    browser = await openBrowser(started.server);
    assert.equal(await state(), 'waiting');
    const early = await raw('status', {});
    assert.deepEqual([early.status, codeOf(early)], [404, 'SAMPLE_ABSENT']);
    assert.equal(await started.server.sample?.begin(), null, 'it was whole already');
    assert.equal(await state(), 'closed');
    assert.equal(codeOf(await raw('status', {})), 'SAMPLE_ABSENT', 'nobody looks at it yet');
    await ready();
  });
});

describe('the sample, asked below /sample with the session of the instance', () => {
  test('says what it is: another organisation, another log, nobody running', async () => {
    const status = await ask('status', {});
    assert.deepEqual(
      [status.log, status.simulated, status.organisation, status.lanes],
      ['sample', true, 'harbour-mutual', 0],
    );
    const own = await browser.client.ask('status', {});
    assert.notEqual(status.vkey, own.vkey);
    assert.equal((await send(browser.origin, '/sample/log/key')).text.trim(), status.vkey);
    assert.match((await send(browser.origin, '/sample/log/checkpoint')).text, /^harbour-mutual\/sample\//);
    assert.equal((await send(browser.origin, '/log/key')).text.trim(), own.vkey);
  });

  test('answers about spend: the spike is its dearest team', async () => {
    const { rows } = await ask('breakdown', { ...period(), by: ['team'] });
    assert.equal(rows[0]?.members[0]?.value, 'web');
    const overview = await ask('overview', period());
    assert.ok(overview.totals.calls > CALLS * 0.8);
  });

  test('gives a call with its proof, and its file under its own address', async () => {
    const page = await ask('calls', { limit: 1 });
    const id = page.rows[0]?.id ?? '';
    const detail = await ask('receipt', { id });
    assert.ok(detail.decision !== null && detail.proof.inclusion.length > 0);
    const prepared = await ask('prepareExport', { of: 'receipt', id, groups: ['public'] });
    assert.match(prepared.path, /^\/sample\/control\//);
    assert.equal((await browser.send(prepared.path)).status, 200);
    assert.equal((await browser.client.ask('find', { text: id })).rows.length, 0, 'the own log does not know it');
  });

  test('shows configuration, keys, routes and deployments as configured, none of them running', async () => {
    const names = (await ask('deployments', {})).rows.map(({ id, state: held }) => [id, held]);
    assert.ok(names.some(([id]) => id === readScenario().events.outage.deployment));
    assert.ok(names.every(([, held]) => held === 'idle'));
    assert.ok((await ask('routes', {})).rows.length > 5);
    const configuration = await ask('configuration', {});
    assert.equal((configuration.config as { organisation: string }).organisation, 'harbour-mutual');
    assert.ok((await ask('keys', {})).rows.length >= 14);
    assert.equal((await ask('configurations', {})).rows.length, 1);
    assert.ok((await ask('entries', { limit: 3 })).rows.length === 3);
    assert.ok((await ask('journal', period())).hours !== null);
  });

  test('refuses every change, and a look at what nobody would do', async () => {
    const refusals = [
      raw('createKey', { name: 'web-search' }),
      raw('revokeKey', { id: 'web-search' }),
      raw('saveView', { name: 'a', path: '/calls', query: '' }),
      raw('foresee', { key: 'web-search', model: 'claude-opus' }),
    ];
    for (const reply of await Promise.all(refusals))
      assert.deepEqual([reply.status, codeOf(reply)], [409, 'READ_ONLY']);
  });

  test('needs the same session, and shows the same ones', async () => {
    const bare = await send(browser.origin, '/sample/control/v1/status');
    assert.equal(codeOf(bare), 'SESSION_MISSING');
    const elsewhere = await browser.send('/sample/control/v1/status', { headers: { 'sec-fetch-site': 'cross-site' } });
    assert.equal(codeOf(elsewhere), 'ORIGIN_NOT_ALLOWED');
    assert.equal((await ask('session', {})).id, browser.session);
    const other = await openBrowser(started.server);
    await ask('endSession', { id: other.session });
    assert.equal((await other.send('/control/v1/status')).status, 401);
  });

  test('leaves no word in either log: what was asked is in the own one, what is shown in its own', async () => {
    await until('its own call is in the tables', 10_000, async () =>
      (await browser.client.ask('overview', period())).totals.calls === 1 ? true : undefined,
    );
    const kinds = (await ask('entries', { kinds: ['session', 'view'] })).rows;
    assert.deepEqual(kinds, []);
    await until('opened, opened and ended are sealed', 10_000, async () =>
      (await browser.client.ask('entries', { kinds: ['session'] })).rows.length >= 3 ? true : undefined,
    );
  });
});

describe('calls that go on in it', () => {
  const newest = async (): Promise<number> => (await ask('calls', { limit: 1 })).rows[0]?.at ?? 0;

  test('come since it was made, and are told to who follows it; none of them in the own log', async () => {
    const end = (await browser.client.ask('sample', {})).end ?? 0;
    assert.ok(end < Date.now() - DAY_MS + 1);
    await until('the newest call is of the last half day', 30_000, async () =>
      (await newest()) > Date.now() - DAY_MS / 2 ? true : undefined,
    );
    const since = await ask('overview', { since: end, until: Date.now() });
    assert.ok(since.totals.calls > 10, `${since.totals.calls} since`);
    assert.equal((await browser.client.ask('overview', period())).totals.calls, 1);
  });

  test('stop when nobody looks, and it closes; a look opens it again', async () => {
    await started.server.stop();
    const rests = { flowMs: 60, openMs: 300 };
    started = await bench.start({ sample: { wanted: true, calls: CALLS, rests }, tables: true });
    browser = await openBrowser(started.server);
    await started.server.sample?.begin();
    const closed = (): Promise<true> =>
      until('nobody looks', 20_000, async () => ((await state()) === 'closed' ? true : undefined));
    for (let round = 0; round < 2; round += 1) {
      await ready();
      await closed();
      assert.equal(codeOf(await raw('status', {})), 'SAMPLE_ABSENT');
    }
    acquireFolderLock(openSampleHome(join(bench.folder, 'home')).root).release();
    await started.server.stop();
    started = await bench.start({ sample: { wanted: true, calls: CALLS }, tables: true });
    browser = await openBrowser(started.server);
    await started.server.sample?.begin();
    await ready();
  });
});

describe('removing and making it while the instance runs', () => {
  const root = (): string => openSampleHome(join(bench.folder, 'home')).root;

  test('lets go who follows it, and removes every trace while calls go on', async () => {
    const followed = browser.send('/sample/control/v1/live', { method: 'POST', body: '{"filters":[]}' });
    assert.equal((await browser.client.ask('removeSample', {})).state, 'absent');
    assert.match((await followed).text, /^: from \d+/, 'the stream came to its end');
    assert.equal(existsSync(root()), false);
    assert.equal(codeOf(await raw('status', {})), 'SAMPLE_ABSENT');
    assert.match(started.server.consoleLink() ?? '', /\d\/console\/#link=/);
    assert.equal((await call(started.server.origin, key)).status, 200);
  });

  test('is not made by the next start, until somebody asks for it', async () => {
    assert.ok(readdirSync(join(bench.folder, 'home')).includes('no-sample'));
    await started.server.stop();
    started = await bench.start({ sample: { wanted: true, calls: CALLS } });
    browser = await openBrowser(started.server);
    assert.equal(await started.server.sample?.begin(), null);
    assert.equal(await state(), 'absent');
    assert.match(started.server.consoleLink() ?? '', /\d\/console\/#link=/);
    assert.equal((await browser.client.ask('makeSample', { calls: 1_000 })).state, 'making');
    await ready();
    assert.ok((await ask('overview', period())).totals.calls < 2_000);
    assert.ok(!readdirSync(join(bench.folder, 'home')).includes('no-sample'));
  });
});

test('where something real is configured there is none to ask for', async () => {
  const bare = await bench.start({ name: 'bare' });
  const other = await openBrowser(bare.server);
  assert.equal((await other.client.ask('sample', {})).state, 'off');
  await assert.rejects(
    other.client.ask('makeSample', {}),
    (error: unknown) => isAppError(error) && error.code === 'SAMPLE_ABSENT',
  );
  assert.equal(codeOf(await other.send('/sample/control/v1/status')), 'NOT_FOUND');
});
