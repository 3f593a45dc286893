// Tables beside a running gateway: they follow it, answer questions, and whatever happens to them, calls go on.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ProjectionsState } from '@weighbridge/protocol';
import { startProjections } from '../../src/projector/projector-host.ts';
import { createSeats } from '../../src/projector/seats.ts';
import { openEmbedded } from '../../src/store/pglite.ts';
import { askControl, readInstance, type Started, type Status } from '../support/entry.ts';
import { call, openBench, until, type Bench } from '../support/server.ts';
import { temporaryFolder } from './support/databases.ts';
import { makeLog } from './support/folding.ts';
import { postgresMissing, startPostgres } from './support/postgres.ts';

/** Machines that are busy with other tests take their time. */
const SOON_MS = 60_000;

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const start = (name: string, projections: unknown = {}): Promise<Started> =>
  bench.start({ name, change: (raw) => (raw['projections'] = projections) });

const stateOf = ({ server }: Started): Promise<ProjectionsState> => server.projections.state();

/** Every table holds all that is sealed. */
const upToDate = (started: Started, what = 'the tables follow'): Promise<ProjectionsState> =>
  until(what, SOON_MS, async () => {
    const state = await stateOf(started);
    const { projections } = state;
    const whole =
      state.state === 'running' && projections.length > 0 && projections.every((each) => each.lag_entries === 0);
    return whole ? state : undefined;
  });

const today = () => ({ since: Date.now() - 3_600_000, until: Date.now() + 3_600_000 });

describe('tables beside a gateway', () => {
  test('come up after it listens, follow its calls, and answer what they came to', async () => {
    const started = await start('following');
    const { server } = started;
    const { key } = await server.administration.createKey({ name: 'lab' });
    assert.equal((await call(server.origin, key)).status, 200, 'it carries calls before there is any table');
    await upToDate(started);
    for (let i = 0; i < 4; i += 1) assert.equal((await call(server.origin, key)).status, 200);
    const { totals } = await until('five calls', SOON_MS, async () => {
      const answer = await server.projections.ask('overview', today());
      return answer.totals.calls === 5 ? answer : undefined;
    });
    assert.equal(totals.errors, 0);
    const { rows } = await server.projections.ask('calls', {});
    assert.deepEqual(
      rows.map(({ team, route }) => [team, route]),
      Array.from({ length: 5 }, () => ['platform', 'claude-sonnet-4-5']),
    );
    const receipt = await server.projections.ask('receipt', { id: rows[0]?.id ?? '' });
    assert.equal(receipt.decision?.['route'], 'claude-sonnet-4-5');
    const keys = await server.projections.ask('keys', {});
    assert.deepEqual(
      keys.rows.map(({ name }) => name),
      ['lab'],
    );
    assert.ok((await server.projections.ask('configurations', {})).rows.length > 0);
    assert.ok((await server.projections.ask('alerts', { limit: 5 })).rows.length > 0);
    await assert.rejects(server.projections.ask('nothing' as never, {}), { code: 'BAD_REQUEST' });
    await server.stop();
  });

  test('are in the status, one by one, with what they lag', async () => {
    const started = await start('status');
    await upToDate(started);
    const socket = readInstance(started.server.home)?.socket ?? '';
    const { projections } = await askControl<Status>(socket, 'GET', '/status');
    assert.equal(projections.store, 'embedded');
    assert.ok((projections.memory_bytes ?? 0) > 0);
    assert.deepEqual(
      projections.projections.map(({ name, state, lag_entries: lag }) => [name, state, lag]),
      ['rollups', 'latency', 'recent calls', 'administration', 'observed'].map((name) => [name, 'following', 0]),
    );
    await started.server.stop();
  });

  test('are not kept where the configuration wants none', async () => {
    const started = await start('without', 'off');
    assert.equal((await stateOf(started)).state, 'off');
    await assert.rejects(started.server.projections.ask('overview', today()), { code: 'PROJECTIONS_OFF' });
    await assert.rejects(started.server.projections.rebuild(), { code: 'PROJECTIONS_OFF' });
    assert.equal(existsSync(started.server.home.projections), false);
    await started.server.stop();
  });

  test('a question that does not end in time ends its thread, which comes back; calls do not notice', async () => {
    const first = await start('deadline');
    await upToDate(first);
    await first.server.stop();
    const database = await openEmbedded(join(first.server.home.projections, 'data'));
    await database.script(`
      ALTER TABLE admin_configuration RENAME TO admin_configuration_real;
      CREATE VIEW admin_configuration AS
        SELECT real.* FROM admin_configuration_real AS real, generate_series(1, 2000000000) AS endless;`);
    await database.close();
    const started = await start('deadline');
    const { server, said } = started;
    const { key } = await server.administration.createKey({ name: 'lab' });
    // Administration writes to what is no table now, and stops; the others go on.
    await until('the tables are open', SOON_MS, async () =>
      (await stateOf(started)).state === 'running' ? true : undefined,
    );
    const late = assert.rejects(server.projections.ask('configurations', {}), { code: 'QUERY_TIMEOUT' });
    for (let i = 0; i < 10; i += 1) assert.equal((await call(server.origin, key)).status, 200);
    await late;
    const ended = /the projections ended: "configurations" did not end within/;
    await until('its end is told', SOON_MS, () => said.find((line) => ended.test(line)));
    await until('the tables are open again', SOON_MS, async () => {
      const { state, projections } = await stateOf(started);
      const rollups = projections.find(({ name }) => name === 'rollups');
      return state === 'running' && rollups?.lag_entries === 0 ? true : undefined;
    });
    assert.equal((await server.projections.ask('overview', today())).totals.calls, 10);
    const stopped = async (): Promise<readonly string[]> =>
      (await stateOf(started)).projections.filter(({ state }) => state === 'stopped').map(({ name }) => name);
    // Half of a batch after the other is tried before it is known which entry cannot be taken.
    await until('the one that cannot write has stopped', SOON_MS, async () =>
      (await stopped()).length > 0 ? true : undefined,
    );
    assert.deepEqual(await stopped(), ['administration']);
    await server.projections.rebuild();
    assert.deepEqual(await stopped(), [], 'what stopped the tables that were thrown away is no word on the new ones');
    await upToDate(started, 'all tables are made again');
    await server.stop();
  });

  test('damaged files, or none, are no reason not to start: the journal is folded again', async () => {
    const first = await start('damaged');
    const { key } = await first.server.administration.createKey({ name: 'lab' });
    for (let i = 0; i < 3; i += 1) assert.equal((await call(first.server.origin, key)).status, 200);
    await upToDate(first);
    await first.server.stop();
    const data = join(first.server.home.projections, 'data');
    for (const name of readdirSync(join(data, 'global'))) writeFileSync(join(data, 'global', name), 'damaged');
    const second = await start('damaged');
    await upToDate(second);
    assert.match(second.said.join('\n'), /folded again/);
    assert.equal((await second.server.projections.ask('overview', today())).totals.calls, 3);
    await second.server.stop();
    rmSync(second.server.home.projections, { recursive: true });
    const third = await start('damaged');
    await upToDate(third);
    assert.equal((await third.server.projections.ask('overview', today())).totals.calls, 3);
    await third.server.projections.rebuild();
    await upToDate(third, 'the tables are folded again while calls pass');
    assert.equal((await third.server.projections.ask('overview', today())).totals.calls, 3);
    await third.server.stop();
  });
});

describe('tables whose files are taken away under a running gateway', () => {
  test('are folded again by themselves, and hold what they held', async () => {
    const started = await start('gone');
    const { server, said } = started;
    const { key } = await server.administration.createKey({ name: 'lab' });
    for (let i = 0; i < 3; i += 1) assert.equal((await call(server.origin, key)).status, 200);
    await upToDate(started);
    rmSync(server.home.projections, { recursive: true });
    assert.equal((await call(server.origin, key)).status, 200);
    await until('it is told', SOON_MS, () => said.find((line) => /the files of the tables are gone/.test(line)));
    await upToDate(started, 'the tables follow again');
    assert.ok(existsSync(join(server.home.projections, 'data', 'PG_VERSION')));
    const { totals } = await until('four calls', SOON_MS, async () => {
      const answer = await server.projections.ask('overview', today());
      return answer.totals.calls === 4 ? answer : undefined;
    });
    assert.equal(totals.errors, 0);
    // Once more within minutes: whoever takes files away is no disk that fails.
    rmSync(join(server.home.projections, 'data'), { recursive: true, force: true });
    await until('it is told again', SOON_MS, () =>
      said.filter((line) => /the files of the tables are gone/.test(line)).length >= 2 ? true : undefined,
    );
    await upToDate(started, 'the tables follow once more');
    assert.equal((await server.projections.ask('overview', today())).totals.calls, 4);
    await server.stop();
  });
});

describe('tables in PostgreSQL 15', { skip: postgresMissing }, () => {
  test('a server that goes away is waited for; calls go on, and nothing is lost', async (t) => {
    const postgres = await startPostgres();
    t.after(() => postgres.stop());
    process.env['WEIGHBRIDGE_TEST_DATABASE'] = postgres.url;
    t.after(() => delete process.env['WEIGHBRIDGE_TEST_DATABASE']);
    const started = await start('postgresql', { database: { env: 'WEIGHBRIDGE_TEST_DATABASE' } });
    const { server } = started;
    const { key } = await server.administration.createKey({ name: 'lab' });
    assert.equal((await upToDate(started)).store, 'postgresql');
    await postgres.kill();
    for (let i = 0; i < 5; i += 1) assert.equal((await call(server.origin, key)).status, 200);
    const waiting = await until('a table waits', SOON_MS, async () => {
      const { projections } = await stateOf(started);
      return projections.find(({ problem }) => problem !== null);
    });
    assert.equal(waiting.problem?.code, 'DATABASE_UNAVAILABLE');
    assert.ok(waiting.lag_entries > 0);
    await postgres.again();
    await upToDate(started, 'the tables catch up');
    assert.equal((await server.projections.ask('overview', today())).totals.calls, 5);
    await server.stop();
  });
});

describe('the hold on the thread', () => {
  test('a projection that hangs is stopped, and the others are started again', async (t) => {
    const log = makeLog(t);
    const said: string[] = [];
    const projections = startProjections({
      home: { journal: log.folder, vault: log.vaultFolder },
      settings: { folder: temporaryFolder(t), log: 'lab', server: null, recent: 1_000 },
      say: (message) => said.push(message),
      hungMs: 40,
      watchMs: 50,
      thread: new URL('./support/hanging-thread.ts', import.meta.url),
    });
    t.after(() => projections.close());
    const stopped = await until('it is stopped', SOON_MS, async () => {
      const { state, projections: all } = await projections.state();
      return state === 'running' && all.length > 0 ? all : undefined;
    });
    assert.deepEqual(
      stopped.map(({ name, problem }) => [name, problem?.code]),
      [['latency', 'PROJECTION_STOPPED']],
    );
    assert.match(said.join('\n'), /"latency" did not come back/);
  });

  test('questions beyond the seats wait their turn, and no longer than they may', async () => {
    const seats = createSeats(1);
    const leave = await seats.take(10);
    await assert.rejects(seats.take(10), { code: 'QUERY_TIMEOUT' });
    const waiting = seats.take(10_000);
    leave();
    (await waiting)();
    (await seats.take(0))();
  });

  test('questions whose asker left before their turn are not asked', async () => {
    const seats = createSeats(1);
    const leave = await seats.take(10);
    const left = new AbortController();
    const gone = seats.take(10_000, left.signal);
    const next = seats.take(10_000, new AbortController().signal);
    left.abort();
    await assert.rejects(gone, { code: 'CLIENT_GONE' });
    await assert.rejects(seats.take(10_000, left.signal), { code: 'CLIENT_GONE' });
    leave();
    (await next)();
    (await seats.take(0))();
  });
});
