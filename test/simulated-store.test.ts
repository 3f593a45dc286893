// The simulated database held against the embedded one: the projections fold the same log into both at once, statement by
// statement, and every answer and every row is the same.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { openProjector, openStore, projectionsOf, type Database, type Row } from '@weighbridge/server';
import { Random } from '../campaign/simulator/random.ts';
import { SimStore } from '../campaign/simulator/store/sim-store.ts';
import { openLog, type Log } from './receipts/log.ts';
import { random } from './receipts/receipts.ts';

const PROJECTIONS = projectionsOf({ recent: 150 });

/** What a database does with something: its answer, or the code of its refusal. */
async function outcomeOf(act: Promise<unknown>): Promise<unknown> {
  try {
    return await act;
  } catch (error) {
    return isAppError(error) ? error.code : error;
  }
}

const inOrder = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

/** Both databases as one: whatever is asked of it is asked of both, and has to come to the same. */
function both(real: Database, simulated: Database): Database {
  const same = async (one: Promise<unknown>, other: Promise<unknown>, what: string): Promise<void> => {
    const [expected, actual] = await Promise.all([outcomeOf(one), outcomeOf(other)]);
    assert.deepEqual(actual, expected, what);
    if (typeof expected === 'string') await one;
  };
  return {
    kind: real.kind,
    read: async (sql, params, most) => {
      const [expected, actual] = await Promise.all([real.read(sql, params, most), simulated.read(sql, params, most)]);
      assert.deepEqual(inOrder(actual), inOrder(expected), sql);
      return expected;
    },
    run: (statements) =>
      same(real.run(statements), simulated.run(statements), statements.map(({ sql }) => sql).join('\n')),
    script: (sql) => same(real.script(sql), simulated.script(sql), sql),
    tidy: () => real.tidy(),
    memory: () => real.memory(),
    close: () => real.close(),
  };
}

async function openBoth(t: TestContext): Promise<{ database: Database; simulated: SimStore; real: Database }> {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-both-'));
  const store = await openStore({ folder, log: 'lab', server: null, recent: 150 }, () => undefined);
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const simulated = new SimStore('embedded', new Random(1));
  // Nothing here waits for a run to go on: each operation is done as it comes.
  const ticking = setInterval(() => simulated.step(), 0).unref();
  t.after(() => clearInterval(ticking));
  return { database: both(store.database, simulated.connect()), simulated, real: store.database };
}

async function writeSome(log: Log, draw: () => number): Promise<void> {
  await log.calls(30 + Math.floor(draw() * 60));
  const id = `key-${Math.floor(draw() * 1e9)}`;
  const made = { action: 'create', hmac: 'x', id, name: `"${id}"`, who: { team: 'a,b {c} \\ NULL' } };
  await log.append({ kind: 'key', commercial: JSON.stringify(made) });
  if (draw() < 0.6)
    await log.append({ kind: 'key', commercial: JSON.stringify({ action: 'revoke', id, reason: "it's over" }) });
  const config = { cause: 'start', config: {}, diff: [{ path: 'a' }], digest: id, previous: null, source: 'x' };
  await log.append({ kind: 'config', commercial: JSON.stringify(config) });
  await log.append({ kind: 'alert', commercial: JSON.stringify({ about: 'a', alert: 'unpriced', message: '"no"' }) });
  if (draw() < 0.7) await log.erase([...log.subjects][Math.floor(draw() * log.subjects.size)] ?? '');
  log.seal();
}

/** Every row of a table in PostgreSQL's text, whichever way it is asked. */
async function rowsOf(real: Database, table: string, columns: readonly string[]): Promise<string[]> {
  const shown = columns.map((column) => `${column}::text AS ${column}`).join(', ');
  return inOrder(await real.read(`SELECT ${shown} FROM ${table} LIMIT 100000`, [], 100_000));
}

/** PostgreSQL casts a truth to text in full, and shows it as one letter. */
const cast = (row: Row, types: ReadonlyMap<string, string>): Row =>
  Object.fromEntries(
    [...types].map(([name, type]) => {
      const value = row[name] ?? null;
      return [name, type === 'boolean' && value !== null ? String(value === 't') : value];
    }),
  );

test('the simulated database does with every statement of the projections what the embedded one does', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-both-log-'));
  const log = openLog(home, { seed: 1 });
  t.after(async () => {
    await log.close();
    rmSync(home, { recursive: true, force: true });
  });
  const { database, simulated, real } = await openBoth(t);
  const draw = random(1);
  // More than once, so that tables are found as they were left.
  for (let life = 0; life < 4; life += 1) {
    for (let round = 0; round < 2; round += 1) await writeSome(log, draw);
    const journal = log.reader();
    const said: string[] = [];
    const say = (message: string): void => void said.push(message);
    // The last one begins again with one projection, as another version of it would.
    const changed = PROJECTIONS.map((each, index) => (life === 3 && index === 0 ? { ...each, version: 99 } : each));
    const projector = await openProjector({ journal, database, projections: changed, say, verify: true });
    await projector.reach();
    assert.equal(said.length, life === 3 ? 1 : 0, said.join());
    assert.ok(projector.state().every(({ problem }) => problem === null));
    await projector.close();
    journal.close();
  }
  let rows = 0;
  for (const [name, table] of simulated.tables) {
    const expected = await rowsOf(real, name, [...table.columns.keys()]);
    assert.deepEqual(inOrder([...table.rows.values()].map((row) => cast(row, table.columns))), expected, name);
    rows += expected.length;
  }
  assert.equal(simulated.tables.size, 19);
  assert.ok(rows > 500, `${rows} rows`);
});

test('the simulated database refuses what the embedded one refuses, and undoes all of it', async (t) => {
  const { database, simulated } = await openBoth(t);
  await database.script('CREATE TABLE admin_alert (\n  entry bigint PRIMARY KEY,\n  about text\n)');
  const sql = 'INSERT INTO admin_alert (entry, about) VALUES ($1, $2)';
  const first = { sql, params: ['1', 'a'] };
  const second = { sql, params: ['2', 'b'] };
  await database.run([first]);
  await assert.rejects(database.run([second, first]), { code: 'PROJECTION_STOPPED' });
  await assert.rejects(database.run([{ ...second, affects: 2 }]), { code: 'PROJECTION_STOPPED' });
  await assert.rejects(database.run([{ sql: 'DROP TABLE recent_call_7', params: [] }]), { code: 'PROJECTION_STOPPED' });
  assert.deepEqual([...(simulated.tables.get('admin_alert')?.rows.values() ?? [])], [{ entry: '1', about: 'a' }]);
});
