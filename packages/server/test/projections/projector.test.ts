// Exactly once, whatever happens in between: batches cut anywhere, a database that goes away before or after it committed,
// a thread that is killed. And one projection's trouble is no other's.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { after, before, describe, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { AppError } from '@weighbridge/kernel';
import { digestTables, type Digests } from '../../src/projector/digests.ts';
import type { Fact } from '../../src/projector/facts.ts';
import type { Projection } from '../../src/projector/projection.ts';
import type { Database } from '../../src/store/database.ts';
import { openEmbedded } from '../../src/store/pglite.ts';
import { makeReceipts, random } from '../../../../test/receipts/receipts.ts';
import type { Log } from '../../../../test/receipts/log.ts';
import {
  embedded,
  moves,
  postgresql,
  running,
  startServer,
  stopServer,
  temporaryFolder,
  type Kind,
} from './support/databases.ts';
import { foldAll, makeLog, PROJECTIONS, readerOf, startFolding } from './support/folding.ts';
import { postgresMissing } from './support/postgres.ts';

/** Calls with administration between them, sealed here and there; the sizes of its checkpoints. */
async function writeLog(log: Log, draw: () => number): Promise<number[]> {
  const sizes: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    await log.calls(20 + Math.floor(draw() * 200));
    const id = `key-${round}`;
    await log.append({
      kind: 'key',
      commercial: JSON.stringify({ action: 'create', hmac: 'x', id, name: `name-${round}`, who: { team: 'team-1' } }),
    });
    if (round % 2 === 1)
      await log.append({ kind: 'key', commercial: JSON.stringify({ action: 'revoke', id, reason: "it's over" }) });
    const config = {
      cause: 'start',
      config: {},
      diff: [{ path: 'a' }],
      digest: `d${round}`,
      previous: null,
      source: 'x',
    };
    await log.append({ kind: 'config', commercial: JSON.stringify(config) });
    await log.append({
      kind: 'alert',
      commercial: JSON.stringify({ about: 'llama', alert: 'unpriced', message: '"no"' }),
    });
    if (draw() < 0.5) await log.erase([...log.subjects][Math.floor(draw() * log.subjects.size)] ?? '');
    if (draw() < 0.7) sizes.push(log.seal());
  }
  sizes.push(log.seal());
  return sizes;
}

/** Goes away now and then, before a transaction or after it; whoever opens it waits, as the server does. */
function failing(database: Database, draw: () => number): Database {
  const away = (): never => {
    throw new AppError('DATABASE_UNAVAILABLE', 'the test took the database away');
  };
  return running(database, async (statements) => {
    if (!moves(statements)) return database.run(statements);
    const luck = draw();
    if (luck < 0.2) away();
    await database.run(statements);
    if (luck > 0.8) away();
  });
}

async function foldInPieces(t: TestContext, log: Log, database: Database, seed: number): Promise<Digests> {
  const draw = random(seed);
  const journal = readerOf(t, log);
  const size = journal.checkpoint().size;
  // Each opening goes some way, in pieces of its own, and is closed wherever it is.
  for (let at = 0; at < size;) {
    at = Math.min(size, at + 1 + Math.floor(draw() * 400));
    const end = Object.fromEntries(PROJECTIONS.map(({ name }) => [name, at]));
    const { projector } = await startFolding(t, journal, failing(database, draw), { ends: end, retryMs: 1 });
    if (draw() < 0.7) await projector.reach();
    await projector.close();
  }
  return foldAll(t, journal, database);
}

/** Of what such a log has none of: sellers' records have a test of their own. */
const UNFILLED = new Set(['admin_erasure', 'observed_row', 'observed_span', 'crossed_request']);

function exactlyOnce(kind: Kind, runs: number): void {
  test(`tables do not depend on how the log was cut, nor on a database that goes away (${runs} seeds)`, async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
        const log = makeLog(t, { seed });
        await writeLog(log, random(seed));
        const [one, other] = [await kind.open(t), await kind.open(t)];
        const straight = await foldAll(t, readerOf(t, log), one);
        const filled = straight.tables.every(({ table, rows }) => rows > 0 || UNFILLED.has(table));
        assert.ok(filled, 'no table is empty');
        assert.deepEqual(await foldInPieces(t, log, other, seed), straight);
        await Promise.all([one.close(), other.close(), log.close()]);
      }),
      { numRuns: runs },
    );
  });
}

describe('folding into the embedded database', () => {
  exactlyOnce(embedded, 2);

  test('a thread killed in the middle of a transaction loses and repeats nothing', async (t) => {
    const log = makeLog(t, { seed: 5 });
    await writeLog(log, random(5));
    const straight = await foldAll(t, readerOf(t, log), await embedded.open(t));
    const data = join(temporaryFolder(t), 'data');
    const workerData = { data, journal: log.folder, vault: log.vaultFolder };
    const draw = random(6);
    let kills = 0;
    for (let whole = false; !whole;) {
      const worker = new Worker(new URL('./support/fold-thread.ts', import.meta.url), { workerData });
      // Each of the four tables may have one transaction on its way: what is beyond them was committed, so it gets on.
      let left = PROJECTIONS.length + 2 + Math.floor(draw() * 4);
      whole = await new Promise<boolean>((resolve, reject) => {
        worker.on('error', reject);
        worker.on('message', (message: 'committing' | 'done') => {
          left -= 1;
          if (message === 'done') resolve(true);
          else if (left === 0) resolve(false);
        });
      });
      await worker.terminate();
      if (!whole) kills += 1;
    }
    assert.ok(kills > 2, `it was killed ${kills} times`);
    const database = await openEmbedded(data);
    t.after(() => database.close());
    assert.deepEqual(await digestTables(database, PROJECTIONS), straight);
  });
});

describe('folding into PostgreSQL 15', { skip: postgresMissing }, () => {
  before(startServer);
  after(stopServer);
  exactlyOnce(postgresql, 6);

  test('both databases come to the same rows, byte for byte', async (t) => {
    const log = makeLog(t, { seed: 11 });
    await writeLog(log, random(11));
    const here = await foldAll(t, readerOf(t, log), await embedded.open(t));
    assert.deepEqual(await foldAll(t, readerOf(t, log), await postgresql.open(t)), here);
  });

  test('of two projectors on the same tables one stops, and no entry is counted twice', async (t) => {
    const log = makeLog(t, { seed: 12 });
    await log.calls(500);
    log.seal();
    const journal = readerOf(t, log);
    const database = await postgresql.open(t);
    const first = await startFolding(t, journal, database);
    const second = await startFolding(t, journal, database);
    await Promise.all([first.projector.reach(), second.projector.reach()]);
    await log.calls(50);
    log.seal();
    await first.projector.reach();
    await second.projector.reach();
    const [row] = await database.read('SELECT sum(calls) AS calls FROM rollup_hour LIMIT 1', [], 1);
    assert.equal(row?.['calls'], '550');
  });
});

/** A table of its own: one row for each call. */
function counting(name: string, before: (fact: Fact) => void = () => undefined, check = 'true'): Projection {
  return {
    name,
    version: 1,
    tables: [{ name, key: ['entry'] }],
    schema: `CREATE TABLE ${name} (entry bigint PRIMARY KEY CHECK (${check}));`,
    kinds: ['call'],
    checks: [],
    begin: () => {
      const entries: number[] = [];
      return {
        get rows() {
          return entries.length;
        },
        add: (fact) => {
          if (fact.kind !== 'call') return;
          before(fact);
          entries.push(fact.entry);
        },
        finish: () => ({
          carried: '',
          statements: [{ sql: `INSERT INTO ${name} SELECT unnest($1::bigint[])`, params: [`{${entries.join()}}`] }],
        }),
      };
    },
  };
}

describe('trouble', () => {
  test('an entry that one projection cannot take stops that one there, and the others go on', async (t) => {
    const log = makeLog(t);
    await log.calls(300);
    const size = log.seal();
    const journal = readerOf(t, log);
    const entries = [...journal.entries({ kinds: ['call'] })].map(({ index }) => index);
    const bad = entries[170] ?? 0;
    const throwing = counting('throwing', ({ entry }) => {
      if (entry === bad) throw new AppError('JOURNAL_CORRUPT', 'the test does not like it');
    });
    const refused = counting('refused', undefined, `entry <> ${bad}`);
    const sound = counting('sound');
    const database = await embedded.open(t);
    const { projector, said } = await startFolding(t, journal, database, { projections: [throwing, refused, sound] });
    await projector.reach();
    const states = projector.state();
    assert.deepEqual(
      states.map(({ name, state, next, problem }) => [name, state, next, problem?.entry ?? null]),
      [
        ['throwing', 'stopped', bad, bad],
        ['refused', 'stopped', bad, bad],
        ['sound', 'following', size, null],
      ],
    );
    assert.deepEqual(
      states.map(({ problem }) => problem?.code ?? null),
      ['JOURNAL_CORRUPT', 'PROJECTION_STOPPED', null],
    );
    for (const [name, rows] of [
      ['throwing', 170],
      ['refused', 170],
      ['sound', 300],
    ] as const) {
      const [row] = await database.read(`SELECT count(*) AS rows FROM ${name} LIMIT 1`, [], 1);
      assert.equal(row?.['rows'], String(rows), 'all before the entry at fault is kept');
    }
    assert.equal(said.filter((line) => line.includes(`entry ${bad}`)).length, 2);
  });

  test('an entry that is not what it claims to be stops what folds its kind, and nothing else', async (t) => {
    const log = makeLog(t);
    await log.calls(20);
    await log.append({ kind: 'call', public: '{}', commercial: '{"cost":{}}' });
    await log.append({ kind: 'alert', commercial: '{"about":"a","alert":"b","message":"c"}' });
    const size = log.seal();
    const onlyAlerts: Projection = { ...counting('alerts_only'), kinds: ['alert'] };
    const database = await embedded.open(t);
    const { projector } = await startFolding(t, readerOf(t, log), database, {
      projections: [...PROJECTIONS, onlyAlerts],
    });
    await projector.reach();
    const states = projector.state();
    assert.deepEqual(
      states.map(({ name, state, lag_entries: lag }) => [name, state, lag]),
      [...PROJECTIONS.map(({ name }) => [name, 'stopped', 2]), ['alerts_only', 'following', 0]],
    );
    assert.equal(states.at(-1)?.next, size);
    assert.match(states[0]?.problem?.message ?? '', /the call entry cannot be read/);
  });

  test('a slow projection falls behind, and the others do not wait for it', async (t) => {
    const log = makeLog(t);
    await log.calls(1_500);
    const size = log.seal();
    const burn = (): void => {
      for (const until = performance.now() + 1; performance.now() < until;);
    };
    const database = await embedded.open(t);
    const projections = [counting('slow', burn), ...PROJECTIONS];
    const { projector } = await startFolding(t, readerOf(t, log), database, { projections });
    while (projector.state().some(({ name, next }) => name !== 'slow' && next < size)) await setImmediate();
    const [slow] = projector.state();
    assert.ok((slow?.lag_entries ?? 0) > 0, 'the others hold everything and it does not');
    await projector.reach();
    assert.equal(projector.state()[0]?.next, size);
  });

  test('what lags is told in entries and in seconds', async (t) => {
    const log = makeLog(t);
    await log.calls(100);
    const first = log.seal();
    await log.calls(100);
    const second = log.seal();
    const journal = readerOf(t, log);
    const now = journal.entry(first).leaf.at + 90_000;
    const ends = Object.fromEntries(PROJECTIONS.map(({ name }) => [name, first]));
    const clock = { wall: () => now, monotonic: () => now };
    const { projector } = await startFolding(t, journal, await embedded.open(t), { ends, clock });
    await projector.reach();
    const [state] = projector.state();
    assert.deepEqual([state?.lag_entries, state?.lag_seconds, state?.state], [second - first, 90, 'catching up']);
  });
});

describe('tables that are not of this log, or not of this version', () => {
  test('are folded again, those alone, and it is said why', async (t) => {
    const log = makeLog(t, { seed: 3 });
    await log.calls(100);
    log.seal();
    const journal = readerOf(t, log);
    const database = await embedded.open(t);
    const before = await foldAll(t, journal, database);
    const newer = PROJECTIONS.map((each) => (each.name === 'latency' ? { ...each, version: each.version + 1 } : each));
    const again = await startFolding(t, journal, database, { projections: newer });
    await again.projector.reach();
    assert.deepEqual(again.said, ['the tables of "latency" are folded again: they were made by another version']);
    assert.deepEqual(await again.projector.pause(() => digestTables(database, newer)), before);
    await again.projector.close();
    const other = makeLog(t, { seed: 4 });
    await other.calls(200);
    other.seal();
    const elsewhere = await startFolding(t, readerOf(t, other), database);
    await elsewhere.projector.reach();
    assert.equal(
      elsewhere.said.filter((line) => line.includes('is not the one they hold')).length,
      PROJECTIONS.length - 1,
    );
    const straight = await foldAll(t, readerOf(t, other), await embedded.open(t));
    assert.deepEqual(await elsewhere.projector.pause(() => digestTables(database, PROJECTIONS)), straight);
  });

  test('or do not add up after an end that was not in order', async (t) => {
    const log = makeLog(t, { seed: 3 });
    await log.calls(100);
    log.seal();
    const journal = readerOf(t, log);
    const database = await embedded.open(t);
    const before = await foldAll(t, journal, database);
    await database.run([
      { sql: 'UPDATE rollup_hour SET calls = calls + 1 WHERE hour = (SELECT min(hour) FROM rollup_hour)', params: [] },
    ]);
    const { projector, said } = await startFolding(t, journal, database, { verify: true });
    await projector.reach();
    assert.deepEqual(said, [
      'the tables of "rollups" are folded again: after an end that was not in order they do not add up',
    ]);
    assert.deepEqual(await projector.pause(() => digestTables(database, PROJECTIONS)), before);
  });
});

describe('made-up receipts', () => {
  test('are in the form of the contract', async () => {
    const { entryProblems } = await import('@weighbridge/protocol');
    const receipts = makeReceipts({ seed: 1, start: Date.UTC(2026, 9, 1), callsPerHour: 10 });
    for (let i = 0; i < 500; i += 1) {
      const { call } = receipts.next();
      const groups = { public: call.public, commercial: call.commercial, personal: call.personal };
      const parsed = Object.fromEntries(
        Object.entries(groups).map(([name, text]) => [name, JSON.parse(text ?? '') as unknown]),
      );
      assert.deepEqual(entryProblems('call', parsed), []);
    }
  });
});
