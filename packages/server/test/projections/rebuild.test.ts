// Folding again, and comparing with it: the same digests, or the tables that differ by name.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { openHome } from '../../src/home.ts';
import { checkTables, readTables, rebuildTables, type FoldOptions } from '../../src/projector/rebuild.ts';
import { openEmbedded } from '../../src/store/pglite.ts';
import { openPostgresql } from '../../src/store/postgresql.ts';
import { openLog } from '../../../../test/receipts/log.ts';
import { serverUrl, startServer, stopServer, temporaryFolder, type Scope } from './support/databases.ts';
import { postgresMissing } from './support/postgres.ts';

async function makeHome(t: Scope, server: FoldOptions['settings']['server']) {
  const folder = temporaryFolder(t, 'rebuild');
  const log = openLog(join(folder, 'lab'), { seed: 41 });
  t.after(() => log.close());
  await log.calls(800);
  await log.erase([...log.subjects][3] ?? '');
  log.seal();
  const home = openHome(folder, 'lab');
  const progress: number[] = [];
  const options: FoldOptions = {
    home,
    settings: { folder: home.projections, log: 'lab', server, recent: 1_000 },
    say: () => undefined,
    progress: (done) => progress.push(done),
  };
  return { log, home, options, progress };
}

describe('rebuild', () => {
  test('from nothing, again, and after the folder is gone: the same tables, bit for bit', async (t) => {
    const { options, home, progress, log } = await makeHome(t, null);
    const first = await rebuildTables(options);
    assert.equal(progress.at(-1), log.reader().checkpoint().size);
    assert.ok(first.tables.every(({ table, rows }) => rows > 0 || /^(?:admin|observed|crossed)_/.test(table)));
    assert.deepEqual(await rebuildTables(options), first);
    assert.deepEqual(await readTables(options), first);
    assert.deepEqual(await checkTables(options, first), first);
    assert.ok(existsSync(home.projections));
  });

  test('a row that was changed behind its back is named, and rebuilding mends it', async (t) => {
    const { options, home } = await makeHome(t, null);
    const sound = await rebuildTables(options);
    const database = await openEmbedded(join(home.projections, 'data'));
    await database.run([{ sql: "UPDATE recent_call SET team = 'somebody else' WHERE n = 7", params: [], affects: 1 }]);
    await database.close();
    const held = await readTables(options);
    const caught = await checkTables(options, held).catch((error: unknown) => error);
    assert.ok(isAppError(caught) && caught.code === 'PROJECTION_DIFFERS', String(caught));
    assert.match(caught.message, /recent_call: 800 rows/);
    assert.doesNotMatch(caught.message, /rollup/);
    assert.deepEqual(await rebuildTables(options), sound);
  });

  test('tables that are behind are compared as far as they are', async (t) => {
    const { options, log } = await makeHome(t, null);
    const before = await rebuildTables(options);
    await log.calls(100);
    log.seal();
    const held = await readTables(options);
    assert.deepEqual(held, before, 'looking at them folds nothing in');
    assert.deepEqual(await checkTables(options, held), held);
  });

  test('an entry that stops a table stops the rebuild, and says where', async (t) => {
    const { options, log } = await makeHome(t, null);
    await log.append({ kind: 'call', public: '{}', commercial: '{"cost":{}}' });
    log.seal();
    await assert.rejects(rebuildTables(options), { code: 'PROJECTION_STOPPED', message: /call entry cannot be read/ });
  });
});

describe('rebuild in PostgreSQL 15', { skip: postgresMissing }, () => {
  before(async () => {
    await startServer();
    process.env['WEIGHBRIDGE_TEST_REBUILD'] = serverUrl();
  });
  after(stopServer);

  test('gives the tables of the embedded database, and leaves nothing of a comparison behind', async (t) => {
    const { options } = await makeHome(t, { env: 'WEIGHBRIDGE_TEST_REBUILD' });
    const there = await rebuildTables(options);
    assert.deepEqual(await checkTables(options, there), there);
    const here = await rebuildTables({ ...options, settings: { ...options.settings, server: null } });
    assert.deepEqual(here, there);
    const database = await openPostgresql({ url: serverUrl(), schema: 'looking' });
    const sql = "SELECT count(*) AS schemas FROM pg_namespace WHERE nspname LIKE 'weighbridge%' LIMIT 1";
    assert.equal((await database.read(sql, [], 1))[0]?.['schemas'], '1');
    await database.close();
  });
});
