// The database port, on both of its kinds: what goes in comes out, all of a transaction or nothing of it, and each kind
// of failure under its own code.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { plainList, textList } from '../../src/store/columns.ts';
import { databaseFailure, embeddedFailure } from '../../src/store/failure.ts';
import { openDatabaseFolder } from '../../src/store/database-folder.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { StoreSettings } from '../../src/store/settings.ts';
import { openEmbedded } from '../../src/store/pglite.ts';
import { openPostgresql } from '../../src/store/postgresql.ts';
import { createTurns } from '../../src/store/turns.ts';
import {
  embedded,
  postgresql,
  serverUrl,
  startServer,
  stopServer,
  temporaryFolder,
  type Kind,
} from './support/databases.ts';
import { postgresMissing, startPostgres } from './support/postgres.ts';

function portTests(kind: Kind): void {
  test('any text goes through a list and comes back as it was', async (t) => {
    const database = await kind.open(t);
    const texts = fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 20 })), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        const sql =
          'SELECT value FROM unnest($1::text[]) WITH ORDINALITY AS list (value, place) ORDER BY place LIMIT 30';
        const rows = await database.read(sql, [textList(values)], 30);
        // PostgreSQL's text has no zero character.
        const held = values.map((value) => value?.replaceAll('\0', '\uFFFD') ?? null);
        assert.deepEqual(
          rows.map((row) => row['value']),
          held,
        );
      }),
      { numRuns: 50 },
    );
  });

  test('numbers keep every digit, and truth, bytes and absence have one form', async (t) => {
    const database = await kind.open(t);
    const sql = `SELECT unnest($1::numeric[]) AS money, 9007199254740993::bigint AS large, true AS yes, false AS no,
      decode('00ff', 'hex') AS bytes, NULL::integer AS none, $2::boolean AS given LIMIT 1`;
    const [row] = await database.read(sql, [plainList([123456789012345678901234567890n]), 'true'], 1);
    assert.deepEqual(
      { ...row },
      {
        money: '123456789012345678901234567890',
        large: '9007199254740993',
        yes: 't',
        no: 'f',
        bytes: '\\x00ff',
        none: null,
        given: 't',
      },
    );
  });

  test('a transaction is carried out whole, or leaves nothing behind', async (t) => {
    const database = await kind.open(t);
    await database.script('CREATE TABLE kept (n bigint PRIMARY KEY); INSERT INTO kept VALUES (1);');
    const insert = (n: number) => ({ sql: 'INSERT INTO kept VALUES ($1::bigint)', params: [String(n)] });
    await database.run([insert(2), { sql: 'UPDATE kept SET n = 3 WHERE n = 2', params: [], affects: 1 }]);
    await assert.rejects(database.run([insert(4), insert(1)]), { code: 'PROJECTION_STOPPED', message: /23505/ });
    const none = { sql: 'UPDATE kept SET n = 9 WHERE n = 8', params: [], affects: 1 };
    await assert.rejects(database.run([insert(5), none]), {
      code: 'PROJECTION_STOPPED',
      message: /0 rows instead of 1/,
    });
    await assert.rejects(database.script('INSERT INTO kept VALUES (6); INSERT INTO kept VALUES (1);'));
    const rows = await database.read('SELECT n FROM kept ORDER BY n LIMIT 10', [], 10);
    assert.deepEqual(
      rows.map(({ n }) => n),
      ['1', '3'],
    );
    const again = await kind.again(t, database);
    assert.equal((await again.read('SELECT n FROM kept ORDER BY n LIMIT 10', [], 10)).length, 2);
  });

  test('more rows than were asked for are refused, and a statement that is no SQL names its fault', async (t) => {
    const database = await kind.open(t);
    await assert.rejects(database.read('SELECT generate_series(1, 3) AS n', [], 2), { code: 'INTERNAL' });
    await assert.rejects(database.read('SELEKT 1', [], 1), { message: /SELEKT/ });
  });
}

describe('an embedded database', () => {
  portTests(embedded);

  test('what needs more memory than its bound fails, and what comes after does not', async (t) => {
    const database = await openEmbedded(join(temporaryFolder(t), 'data'), { memoryBytes: 256 * 1024 * 1024 });
    t.after(() => database.close());
    const huge = "SELECT length(string_agg(repeat('x', 1000000), '')) AS n FROM generate_series(1, 400) LIMIT 1";
    await assert.rejects(database.read(huge, [], 1), { code: 'DATABASE_UNAVAILABLE', message: /memory/ });
    assert.ok((database.memory() ?? Infinity) <= 256 * 1024 * 1024);
    assert.deepEqual(
      (await database.read('SELECT 1 AS one LIMIT 1', [], 1)).map(({ one }) => one),
      ['1'],
    );
  });

  test('its own log is written back, and does not grow for ever', async (t) => {
    const folder = join(temporaryFolder(t), 'data');
    const database = await openEmbedded(folder);
    t.after(() => database.close());
    await database.script('CREATE TABLE filled (n bigint, text text)');
    const written = async (): Promise<number> => {
      const [row] = await database.read(
        'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn) AS open FROM pg_control_checkpoint() LIMIT 1',
        [],
        1,
      );
      return Number(row?.['open']);
    };
    for (let round = 0; round < 4; round += 1) {
      const sql = "INSERT INTO filled SELECT n, repeat('some text ', 100) FROM generate_series(1, 20000) AS n";
      await database.run([{ sql, params: [] }]);
      await database.tidy();
      assert.ok((await written()) < 96 * 1024 * 1024, `${await written()} bytes are not written back`);
    }
  });

  test('tables that need it are tidied, the smallest first: dead rows go, and what is new has its statistics', async (t) => {
    const database = await embedded.open(t);
    await database.script(`CREATE TABLE changed (n integer); INSERT INTO changed SELECT generate_series(1, 400);
      CREATE TABLE grown (n integer, text text); CREATE TABLE still (n integer); INSERT INTO still VALUES (1)`);
    await database.run([{ sql: "INSERT INTO grown SELECT n, 'x' FROM generate_series(1, 30000) AS n", params: [] }]);
    for (let turn = 0; turn < 400; turn += 1) {
      await database.run([{ sql: 'UPDATE changed SET n = n + 1', params: [] }]);
      await database.tidy();
    }
    const sql = `SELECT relname, n_dead_tup < 40000 AS few, last_vacuum IS NOT NULL AS vacuumed, last_analyze IS NOT NULL AS analyzed
      FROM pg_stat_user_tables ORDER BY relname LIMIT 10`;
    assert.deepEqual(await database.read(sql, [], 10), [
      { relname: 'changed', few: 't', vacuumed: 't', analyzed: 't' },
      { relname: 'grown', few: 't', vacuumed: 't', analyzed: 't' },
      { relname: 'still', few: 't', vacuumed: 'f', analyzed: 'f' },
    ]);
    const bytes = await database.read("SELECT pg_relation_size('changed') AS bytes LIMIT 1", [], 1);
    assert.ok(Number(bytes[0]?.['bytes']) < 3_000_000, `${bytes[0]?.['bytes']} bytes for 400 rows`);
  });

  test('a read goes before the writes that wait', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const work = (name: string) => async () => void order.push(name);
    await Promise.all([
      turns.take('second', work('write 1')),
      turns.take('second', work('write 2')),
      turns.take('first', work('read')),
      assert.rejects(turns.take('second', () => Promise.reject(new Error('write 3')))),
    ]);
    assert.deepEqual(order, ['write 1', 'read', 'write 2']);
  });
});

describe('the folder of an embedded database', () => {
  test('has one opener, and remembers how the last one left it', (t) => {
    const folder = temporaryFolder(t);
    const first = openDatabaseFolder(folder);
    assert.equal(first.condition, 'new');
    assert.throws(() => openDatabaseFolder(folder), { code: 'FOLDER_LOCKED' });
    first.release(true);
    const second = openDatabaseFolder(folder);
    assert.equal(second.condition, 'clean');
    second.release(false);
    const third = openDatabaseFolder(folder);
    assert.equal(third.condition, 'killed', 'the machine still runs, so what was written is there');
    third.release(false);
    const note = join(folder, 'state.json');
    writeFileSync(note, readFileSync(note, 'utf8').replace(/"boot":"[^"]*"/, '"boot":"another start"'));
    const fourth = openDatabaseFolder(folder);
    assert.equal(fourth.condition, 'lost', 'the machine was started since');
    fourth.release(true);
    rmSync(note);
    mkdirSync(join(folder, 'data'));
    const fifth = openDatabaseFolder(folder);
    assert.equal(fifth.condition, 'lost', 'nobody says how it was left');
    fifth.release(true);
  });

  test('damaged files are told as such', async (t) => {
    const data = join(temporaryFolder(t), 'data');
    await (await openEmbedded(data)).close();
    writeFileSync(join(data, 'global', 'pg_control'), 'damaged');
    await assert.rejects(openEmbedded(data), { code: 'DATABASE_CORRUPT', message: /cannot be opened/ });
    const page = { message: 'invalid page in block 3', code: 'XX001' };
    assert.equal(databaseFailure(page, 'the test').code, 'DATABASE_CORRUPT');
  });

  test('files that are taken away while it is open are told as damage: nobody brings them back', async (t) => {
    const folder = temporaryFolder(t);
    const database = await openEmbedded(join(folder, 'data'));
    t.after(() => database.close());
    await database.script('CREATE TABLE kept (n integer)');
    rmSync(join(folder, 'data'), { recursive: true });
    const insert = { sql: 'INSERT INTO kept VALUES ($1::integer)', params: ['1'] };
    await assert.rejects(database.run([insert]), { code: 'DATABASE_CORRUPT', message: /58P01/ });
    assert.equal(embeddedFailure(new WebAssembly.RuntimeError('unreachable')).code, 'DATABASE_CORRUPT');
    assert.equal(embeddedFailure({ message: 'disk full', code: '53100' }).code, 'DATABASE_UNAVAILABLE');
  });

  test('what cannot be opened, or cannot be believed, is thrown away and made anew', async (t) => {
    const folder = temporaryFolder(t);
    const settings: StoreSettings = { folder, log: 'lab', server: null, recent: 1_000 };
    const said: string[] = [];
    const open = () => openStore(settings, (message) => said.push(message));
    const first = await open();
    await first.database.script('CREATE TABLE kept (n integer)');
    await assert.rejects(open(), { code: 'FOLDER_LOCKED' });
    await first.close();
    const second = await open();
    assert.equal(second.orderly, true);
    await second.database.read('SELECT n FROM kept LIMIT 1', [], 1);
    await second.close();
    assert.deepEqual(said, []);
    writeFileSync(join(folder, 'data', 'global', 'pg_control'), 'damaged');
    const third = await open();
    assert.match(said.join('\n'), /cannot be opened.*folded again/);
    await assert.rejects(third.database.read('SELECT n FROM kept LIMIT 1', [], 1), /kept/);
    await third.close();
  });
});

describe('a PostgreSQL 15 server', { skip: postgresMissing }, () => {
  before(startServer);
  after(stopServer);

  portTests(postgresql);

  test('a read that takes too long is cancelled, and a reader cannot write', async (t) => {
    const database = await openPostgresql({ url: serverUrl(), schema: 'deadline', readMs: 50 });
    t.after(() => database.close());
    await assert.rejects(database.read('SELECT pg_sleep(5) LIMIT 1', [], 1), { code: 'QUERY_TIMEOUT' });
    await database.script('CREATE TABLE kept (n integer)');
    await assert.rejects(database.read('INSERT INTO kept VALUES (1) RETURNING n', [], 1), /read-only/);
  });

  test('each log has a schema of its own', async (t) => {
    const open = async (schema: string) => {
      const database = await openPostgresql({ url: serverUrl(), schema });
      t.after(() => database.close());
      return database;
    };
    const [live, lab] = [await open('weighbridge_live'), await open('weighbridge_lab')];
    await live.script('CREATE TABLE kept (n integer)');
    await assert.rejects(lab.read('SELECT n FROM kept LIMIT 1', [], 1), /kept/);
  });

  test('one that cannot be reached, or goes away, is said to be unavailable', async (t) => {
    const nowhere = { url: 'postgresql://nobody@127.0.0.1:1/none', schema: 'none' };
    await assert.rejects(openPostgresql(nowhere), { code: 'DATABASE_UNAVAILABLE' });
    await assert.rejects(openPostgresql({ url: 'no address', schema: 'none' }), { code: 'DATABASE_UNAVAILABLE' });
    const own = await startPostgres();
    t.after(() => own.stop());
    const database = await openPostgresql({ url: own.url, schema: 'short' });
    await own.kill();
    await assert.rejects(database.read('SELECT 1 AS one LIMIT 1', [], 1), { code: 'DATABASE_UNAVAILABLE' });
    await assert.rejects(database.run([{ sql: 'SELECT 1', params: [] }]), { code: 'DATABASE_UNAVAILABLE' });
    await database.close();
  });

  test('its address comes from a variable or a file, and is never shown', async () => {
    const settings = { folder: '', log: 'lab', recent: 1_000 } as const;
    const missing = { ...settings, server: { env: 'WEIGHBRIDGE_NO_SUCH_VARIABLE' } };
    await assert.rejects(
      openStore(missing, () => undefined),
      {
        code: 'DATABASE_UNAVAILABLE',
        message: /variable WEIGHBRIDGE_NO_SUCH_VARIABLE/,
      },
    );
    await assert.rejects(
      openStore({ ...settings, server: { file: '/no/such/file' } }, () => undefined),
      {
        code: 'DATABASE_UNAVAILABLE',
        message: /no\/such\/file/,
      },
    );
  });
});
