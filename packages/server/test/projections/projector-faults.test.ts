// What the fault simulator found in the projector (docs/simulator.md), each with a plain test: a disk that refuses for a
// while, a transaction of an earlier process that a server carries out late, tables that were of another log.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Journal } from '@weighbridge/journal';
import { AppError } from '@weighbridge/kernel';
import type { Database, Statement } from '../../src/store/database.ts';
import { digestTables, differences } from '../../src/projector/digests.ts';
import { embedded, moves, running } from './support/databases.ts';
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

/** Transactions that move a place are asked for, and not carried out; `asked`: so many of them. */
function withoutAnswers(
  database: Database,
  count: number,
): { readonly away: Database; readonly asked: Promise<readonly (readonly Statement[])[]> } {
  const asked: (readonly Statement[])[] = [];
  const all = Promise.withResolvers<readonly (readonly Statement[])[]>();
  const away = running(database, async (statements) => {
    if (!moves(statements)) return database.run(statements);
    asked.push(statements);
    if (asked.length === count) all.resolve(asked);
    throw new AppError('DATABASE_UNAVAILABLE', 'no answer came');
  });
  return { away, asked: all.promise };
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

  test('is not disturbed by what an earlier one of the same log asked for, and is carried out late', async (t) => {
    const log = makeLog(t, { seed: 12 });
    await log.calls(60);
    log.seal();
    const straight = await foldAll(t, readerOf(t, log), await embedded.open(t));
    const database = await embedded.open(t);
    const { away, asked } = withoutAnswers(database, PROJECTIONS.length);
    const before = await startFolding(t, readerOf(t, log), away, { retryMs: 60_000 });
    const late = await asked;
    await before.projector.close();
    const { projector } = await startFolding(t, readerOf(t, log), database);
    await projector.reach();
    for (const statements of late) await assert.rejects(database.run(statements), { code: 'PROJECTION_TAKEN' });
    assert.ok(projector.state().every(({ state }) => state !== 'stopped'));
    await projector.close();
    assert.deepEqual(await digestTables(database, PROJECTIONS), straight);
  });

  test('takes a revocation of a key that the log before made', async (t) => {
    const log = makeLog(t, { seed: 17 });
    await log.append({
      kind: 'key',
      commercial: JSON.stringify({ action: 'revoke', id: 'key-of-before', reason: 'lost' }),
    });
    await log.calls(10);
    const size = log.seal();
    const database = await embedded.open(t);
    const { projector } = await startFolding(t, readerOf(t, log), database);
    await projector.reach();
    assert.deepEqual(
      new Set(projector.state().map(({ state, next }) => `${state} ${next}`)),
      new Set([`following ${size}`]),
    );
    assert.deepEqual(await database.read('SELECT id FROM admin_key LIMIT 10', [], 10), []);
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
    const { away, asked } = withoutAnswers(database, PROJECTIONS.length);
    const before = await startFolding(t, readerOf(t, one), away, { retryMs: 60_000 });
    const late = await asked;
    await before.projector.close();
    const { projector } = await startFolding(t, named(readerOf(t, other), 'successor'), database, {
      ends: Object.fromEntries(PROJECTIONS.map(({ name }) => [name, 0])),
    });
    for (const statements of late) await assert.rejects(database.run(statements), { code: 'PROJECTION_TAKEN' });
    await projector.close();
    const straight = await foldAll(t, readerOf(t, other), await embedded.open(t));
    assert.deepEqual(await foldAll(t, named(readerOf(t, other), 'successor'), database), straight);
  });
});
