// What the fault simulator found in the projector (docs/simulator.md), each with a plain test: a disk that refuses for a
// while, a transaction of an earlier process that a server carries out late, tables that were of another log.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Journal } from '@weighbridge/journal';
import { AppError } from '@weighbridge/kernel';
import type { Database, Statement } from '../../src/store/database.ts';
import { digestTables, differences } from '../../src/projector/digests.ts';
import { embedded, running } from './support/databases.ts';
import { foldAll, makeLog, PROJECTIONS, readerOf, startFolding } from './support/folding.ts';

/** A journal whose records cannot be read while `refuses` says so. */
function onBadDisk(journal: Journal, refuses: () => boolean): Journal {
  return new Proxy(journal, {
    get(target, name) {
      if (name === 'records' && refuses())
        throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** `before`: runs once, before the first transaction that moves a place. */
function meanwhile(database: Database, before: () => Promise<void>): Database {
  let left = before;
  return running(database, async (statements: readonly Statement[]) => {
    if (statements[0]?.sql.startsWith('UPDATE projection') === true) {
      const act = left;
      left = () => Promise.resolve();
      await act();
    }
    await database.run(statements);
  });
}

/** A journal as of a log of another name. */
const named = (journal: Journal, origin: string): Journal =>
  new Proxy(journal, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'checkpoint') return () => ({ ...target.checkpoint(), origin });
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });

describe('a projector', () => {
  test('waits for a disk that refuses to be read, and goes on', async (t) => {
    const log = makeLog(t, { seed: 11 });
    await log.calls(60);
    log.seal();
    const straight = await foldAll(t, readerOf(t, log), await embedded.open(t));
    let refusals = 6;
    const journal = onBadDisk(readerOf(t, log), () => (refusals -= 1) >= 0);
    const database = await embedded.open(t);
    const { projector, said } = await startFolding(t, journal, database, { retryMs: 1 });
    await projector.reach();
    assert.ok(refusals < 0, 'it was refused');
    assert.match(said.join('\n'), /waits: EIO/);
    assert.ok(projector.state().every(({ state }) => state !== 'stopped'));
    await projector.close();
    assert.deepEqual(await digestTables(database, PROJECTIONS), straight);
  });

  test('goes on where a transaction that was carried out late has moved it', async (t) => {
    const log = makeLog(t, { seed: 12 });
    await log.calls(60);
    log.seal();
    const straight = await foldAll(t, readerOf(t, log), await embedded.open(t));
    const database = await embedded.open(t);
    // What another process had asked for is done between the look at the places and the first transaction.
    const late = meanwhile(database, async () => {
      const journal = readerOf(t, log);
      const ends = Object.fromEntries(PROJECTIONS.map(({ name }) => [name, 25]));
      const { projector } = await startFolding(t, journal, database, { ends });
      await projector.reach();
      await projector.close();
    });
    const { projector, said } = await startFolding(t, readerOf(t, log), late, { retryMs: 1 });
    await projector.reach();
    assert.match(said.join('\n'), /another program has moved its place from 0 to 25/);
    assert.ok(projector.state().every(({ state }) => state !== 'stopped'));
    await projector.close();
    assert.deepEqual(await digestTables(database, PROJECTIONS), straight);
  });

  test('forgets the decisions of another log with its tables', async (t) => {
    const [one, other] = [makeLog(t, { seed: 13 }), makeLog(t, { seed: 14 })];
    // The same decisions, at other entries.
    await one.append({ kind: 'alert', commercial: JSON.stringify({ about: 'a', alert: 'unpriced', message: 'b' }) });
    for (const log of [one, other]) {
      await log.calls(30);
      log.seal();
    }
    const database = await embedded.open(t);
    await foldAll(t, readerOf(t, one), database);
    const again = await foldAll(t, readerOf(t, other), database);
    const straight = await foldAll(t, readerOf(t, other), await embedded.open(t));
    assert.deepEqual(differences(again, straight), []);
  });

  test('is not moved by what was asked for of the log before, and carried out late', async (t) => {
    const [one, other] = [makeLog(t, { seed: 15 }), makeLog(t, { seed: 16 })];
    for (const log of [one, other]) {
      await log.calls(30);
      log.seal();
    }
    const database = await embedded.open(t);
    const asked: (readonly Statement[])[] = [];
    // Its first transactions are asked for, and not carried out while it lives.
    const all = Promise.withResolvers<void>();
    const away = running(database, (statements) => {
      asked.push(statements);
      if (asked.length === PROJECTIONS.length) all.resolve();
      return Promise.reject(new AppError('DATABASE_UNAVAILABLE', 'no answer came'));
    });
    const before = await startFolding(t, readerOf(t, one), away, { retryMs: 60_000 });
    await all.promise;
    await before.projector.close();
    const { projector } = await startFolding(t, named(readerOf(t, other), 'successor'), database, {
      ends: Object.fromEntries(PROJECTIONS.map(({ name }) => [name, 0])),
    });
    for (const statements of asked) await assert.rejects(database.run(statements), { code: 'PROJECTION_STOPPED' });
    await projector.close();
    const straight = await foldAll(t, readerOf(t, other), await embedded.open(t));
    assert.deepEqual(await foldAll(t, named(readerOf(t, other), 'successor'), database), straight);
  });
});
