// Windows of bypasses beside what the seller says: to the call where its record names requests, by sums where it does not,
// and the calls whose notes were lost with the process as requests that no receipt bears.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { labControl } from '@weighbridge/lab';
import { controlClient, HOUR_MS, type WindowDetail, type WindowRow } from '@weighbridge/protocol';
import { reconcile, type ReconcileFacts } from '../src/bypass/reconcile.ts';
import { controlSocket, readInstance } from './support/entry.ts';
import { call, openBench, until, type Bench, type Started } from './support/server.ts';
import { bypassesIn, leaveWindow, mendLog, stopLog } from './support/stopped-log.ts';

const SOON_MS = 60_000;
const CALLS = 6;
const LOST = 3;
const KILLED_AT = Date.now() - 3 * HOUR_MS;
let bench: Bench;
let started: Started;
let socket: ReturnType<typeof controlClient>;

before(async () => {
  bench = await openBench();
  // What a run leaves behind that was killed in a window, with nothing on another disk.
  leaveWindow(join(bench.folder, 'home', 'lab'), 'keep-up', KILLED_AT, LOST);
  started = await bench.start({
    tables: true,
    change: (raw) => {
      raw['bypasses'] = { 'keep-up': { owner: 'platform', reason: 'support has to answer' } };
      const route = raw['routes']['claude-sonnet-4-5'];
      route.when_unsealed = { bypass: 'keep-up' };
      route.candidates = route.candidates.filter(
        ({ deployment }: { deployment: string }) => raw['deployments'][deployment].cloud === 'anthropic',
      );
    },
  });
  socket = controlClient(controlSocket(readInstance(started.server.home)?.socket ?? ''));
});
after(() => bench.close());

const enter = async (name: string, rows: readonly object[]): Promise<void> => {
  const path = join(bench.folder, name);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  await socket.ask('importObserved', { path, source: 'usage-table', seller: 'anthropic', scope: name });
};
const used = (at: number, request: string | null, tokens = 10): object => ({
  from: new Date(at).toISOString(),
  model: 'claude-sonnet-4-5',
  input: tokens,
  ...(request === null ? { to: new Date(at + HOUR_MS).toISOString() } : { request }),
});
/** The window, newest first, once the tables hold what was imported. */
const reconciled = (place: number, holds: (row: WindowRow) => boolean): Promise<WindowRow> =>
  until('the tables hold it', SOON_MS, async () => {
    const { rows } = await socket.ask('windows', {});
    const row = rows[place];
    return row !== undefined && holds(row) ? row : undefined;
  });
const detailOf = ({ bypass, opened }: WindowRow): Promise<WindowDetail> => socket.ask('window', { bypass, opened });

describe('windows and the records of the seller', { concurrency: false }, () => {
  test('calls whose notes were lost with the process are requests that no receipt bears', async () => {
    const row = await reconciled(0, (one) => one.closed !== null && one.reconciled !== null);
    assert.deepEqual([row.opened, row.ended, row.calls, row.sealed, row.lost], [KILLED_AT, 'restart', LOST, 0, LOST]);
    assert.equal(row.reconciled?.verdict, 'unknown', 'no record says anything');
    const ids = Array.from({ length: LOST }, (_, i) => `req_lost_${i}`);
    await enter(
      'lost.json',
      ids.map((id, i) => used(KILLED_AT + (i + 1) * 60_000, id)),
    );
    const known = await reconciled(0, (one) => (one.reconciled?.unaccounted ?? 0) === LOST);
    assert.equal(known.reconciled?.verdict, 'reconciled', 'to the call');
    const { unaccounted, calls, simulated } = await detailOf(known);
    assert.deepEqual([unaccounted.length, calls.length, simulated], [LOST, 0, true]);
    assert.ok(unaccounted.every(({ seller, tokens }) => seller === 'anthropic' && tokens === 10));
  });

  test('a window that was sealed afterwards is found, missed and exceeded to the call', async () => {
    const { origin, home, administration } = started.server;
    const { key } = await administration.createKey({ name: 'lab' });
    await call(origin, key);
    await stopLog(origin, home.journal);
    for (let i = 0; i < CALLS; i += 1) assert.equal((await call(origin, key)).status, 200);
    const open = await reconciled(0, ({ opened }) => opened > KILLED_AT);
    assert.deepEqual([open.closed, open.calls, open.reconciled?.verdict], [null, CALLS, 'open']);
    mendLog(home.journal);
    await reconciled(0, ({ sealed, ended }) => ended === 'sealing' && sealed === CALLS);
    const { late } = bypassesIn(home.journal, home.vault);
    assert.equal(late.length, CALLS);
    // What the seller really served, by its own ledger.
    const { rows } = await labControl(bench.lab.endpoints.admin).served();
    const served = rows.slice(-CALLS);
    const requests = served.map(({ at, request_id: id }) => used(at, id));
    await enter('most.json', requests.slice(1));
    const missing = await reconciled(0, (one) => one.reconciled?.found === CALLS - 1);
    assert.deepEqual([missing.reconciled?.missing, missing.reconciled?.verdict], [1, 'differs']);
    const { calls } = await detailOf(missing);
    const lost = calls.filter(({ record }) => record === 'missing');
    assert.deepEqual([lost.length, lost[0]?.request], [1, served[0]?.request_id]);
    await enter('rest.json', requests.slice(0, 1));
    const whole = await reconciled(0, (one) => one.reconciled?.found === CALLS);
    assert.deepEqual([whole.reconciled?.unaccounted, whole.reconciled?.verdict], [0, 'reconciled']);
    await enter('past.json', [used(served[2]?.at ?? 0, 'req_past_the_gateway', 70)]);
    const more = await reconciled(0, (one) => one.reconciled?.unaccounted === 1);
    assert.equal(more.reconciled?.verdict, 'differs');
    const { unaccounted } = await detailOf(more);
    assert.deepEqual(
      unaccounted.map(({ tokens }) => tokens),
      [70],
    );
  });

  test('where a record only sums, the difference is told over what it is about', async () => {
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await enter('sums.json', [used(hour, null, 1_000_000)]);
    const { reconciled: sums } = await reconciled(0, (one) => (one.reconciled?.sums.length ?? 0) > 0);
    const [sum] = sums?.sums ?? [];
    assert.deepEqual([sum?.seller, sum?.since, sum?.theirs], ['anthropic', hour, 1_000_000]);
    assert.ok(sum !== undefined && sum.ours > 0 && sum.difference === sum.theirs - sum.ours);
  });

  test('a window that never opened is told as such', async () => {
    await assert.rejects(socket.ask('window', { bypass: 'keep-up', opened: 1 }), { code: 'WINDOW_UNKNOWN' });
  });
});

describe('a window is judged', () => {
  const late = (entry: number, over: object = {}): ReconcileFacts['calls'][number] => ({
    id: String(entry),
    entry,
    at: 1_000,
    deployment: 'a',
    outcome: 'completed',
    requests: [{ deployment: 'a', id: `r${entry}` }],
    tokens: 5,
    ...over,
  });
  const judge = (over: Partial<ReconcileFacts> & { named?: number[]; log?: boolean; strange?: number }): string => {
    const { named = [], log = false, strange = 0, ...rest } = over;
    const row = { source: 'bedrock-invocations', seller: 's' } as const;
    const { reconciled: found } = reconcile({
      calls: [late(1), late(2)],
      close: { closed: 2_000, lost: 0 },
      opened: 500,
      sellerOf: () => 's',
      sums: [],
      records: {
        named,
        strange: Array.from({ length: strange }, () => ({ ...row, at: 900, model: null, tokens: 1, requests: '1' })),
        sums: [],
        spans: log ? [{ ...row, since: 0, until: 3_000 }] : [],
      },
      ...rest,
    });
    const { verdict, found: in_, missing, unknown, unsent, unaccounted } = found;
    return `${verdict} ${in_} ${missing} ${unknown} ${unsent} ${unaccounted}`;
  };
  for (const [what, over, expected] of [
    ['without any record it is unknown', {}, 'unknown 0 0 2 0 0'],
    ['with a log that names both it is reconciled', { named: [1, 2], log: true }, 'reconciled 2 0 0 0 0'],
    ['a log that names one misses the other', { named: [1], log: true }, 'differs 1 1 0 0 0'],
    ['a log of nothing misses all', { log: true }, 'differs 0 2 0 0 0'],
    ['a request too many differs', { named: [1, 2], log: true, strange: 1 }, 'differs 2 0 0 0 1'],
    [
      'as many as were lost reconciles',
      { named: [1, 2], log: true, strange: 1, close: { closed: 2_000, lost: 1 } },
      'reconciled 2 0 0 0 1',
    ],
    [
      'fewer than were lost leave it open',
      { named: [1, 2], log: true, strange: 1, close: { closed: 2_000, lost: 2 } },
      'unknown 2 0 0 0 1',
    ],
    [
      'what never left is in no record',
      { calls: [late(1), late(2, { outcome: 'error', requests: [] })], named: [1], log: true },
      'reconciled 1 0 0 1 0',
    ],
    [
      'what was cut before the seller told its id is unknown',
      { calls: [late(1), late(2, { outcome: 'interrupted', requests: [] })], named: [1], log: true },
      'unknown 1 0 1 0 0',
    ],
    ['an open one is open', { close: null, log: true }, 'open 0 2 0 0 0'],
  ] as const)
    test(what, () => assert.equal(judge(over as Parameters<typeof judge>[0]), expected));
});
