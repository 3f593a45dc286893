// Who opens the tables has them: whatever an earlier one asks for, or asked for and is carried out late, undoes itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { takeOver } from '../../src/projector/holder.ts';
import { running, embedded, postgresql, startServer, stopServer, type Kind } from './support/databases.ts';
import { makeLog, PROJECTIONS, readerOf, startFolding } from './support/folding.ts';
import { postgresMissing } from './support/postgres.ts';

const insert = (n: number) => ({ sql: 'INSERT INTO kept (n) VALUES ($1)', params: [String(n)] });

function suite(kind: Kind): void {
  test('writes of one who had the tables undo themselves, transactions and scripts', async (t) => {
    const database = await kind.open(t);
    await database.script('CREATE TABLE kept (n integer)');
    const first = await takeOver(database);
    await first.run([insert(1)]);
    await first.script('INSERT INTO kept (n) VALUES (2); INSERT INTO kept (n) VALUES (3)');
    const second = await takeOver(database);
    await assert.rejects(first.run([insert(4)]), { code: 'PROJECTION_TAKEN' });
    await assert.rejects(first.script('INSERT INTO kept (n) VALUES (5)'), { code: 'PROJECTION_TAKEN' });
    await second.run([insert(6)]);
    await second.script('INSERT INTO kept (n) VALUES (7)');
    const rows = await database.read('SELECT n FROM kept ORDER BY n LIMIT 10', [], 10);
    assert.deepEqual(
      rows.map(({ n }) => n),
      ['1', '2', '3', '6', '7'],
    );
  });

  test('what somebody asked for earlier, to have the tables, and is carried out late, does not get them', async (t) => {
    const database = await kind.open(t);
    let late: Parameters<typeof database.run>[0] = [];
    const slow = running(database, (statements) => {
      late = statements;
      return new Promise<void>(() => undefined);
    });
    void takeOver(slow);
    while (late.length === 0) await database.read('SELECT 1 AS one LIMIT 1', [], 1);
    const mine = await takeOver(database);
    await assert.rejects(database.run(late), { code: 'DATABASE_UNAVAILABLE' });
    await mine.script('CREATE TABLE kept (n integer)');
    assert.equal((await database.read('SELECT holder FROM projector LIMIT 2', [], 2)).length, 1);
  });

  test('a projector whose tables another one opens stops, and says who has them', async (t) => {
    const log = makeLog(t, { seed: 18 });
    await log.calls(20);
    log.seal();
    const database = await kind.open(t);
    const first = await startFolding(t, readerOf(t, log), database);
    await first.projector.reach();
    const second = await startFolding(t, readerOf(t, log), database);
    await log.calls(20);
    const size = log.seal();
    await Promise.all([first.projector.reach(), second.projector.reach()]);
    const codes = first.projector.state().map(({ state, problem }) => `${state} ${problem?.code}`);
    assert.deepEqual(
      codes,
      PROJECTIONS.map(() => 'stopped PROJECTION_TAKEN'),
    );
    assert.deepEqual(
      second.projector.state().map(({ next }) => next),
      PROJECTIONS.map(() => size),
    );
  });
}

describe('the holder of an embedded database', () => suite(embedded));
describe('the holder of a PostgreSQL database', { skip: postgresMissing }, () => {
  before(startServer);
  after(stopServer);
  suite(postgresql);
});
