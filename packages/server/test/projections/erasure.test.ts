// An erasure reaches every table, moves no number, and leaves what a fold from the beginning gives.
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { digestTables } from '../../src/projector/digests.ts';
import type { Database } from '../../src/store/database.ts';
import type { Log } from '../../../../test/receipts/log.ts';
import { embedded, postgresql, startServer, stopServer, type Kind } from './support/databases.ts';
import { foldAll, makeLog, PROJECTIONS, readerOf, startFolding } from './support/folding.ts';
import { postgresMissing } from './support/postgres.ts';

const one = async (database: Database, sql: string): Promise<string | null | undefined> =>
  (await database.read(`${sql} LIMIT 1`, [], 1))[0]?.['value'];

const SUMS = `SELECT concat_ws(' ', sum(calls), sum(billed), sum(total_us), sum(tokens_input)) AS value FROM rollup_hour`;
const keyOf = (call: { readonly personal?: string }): string =>
  (JSON.parse(call.personal ?? '') as { who: { key: string } }).who.key;

async function written(t: TestContext, kind: Kind) {
  const log: Log = makeLog(t, { seed: 21, teams: 3, persons: 1, keysPerTeam: 2 });
  const made = await log.calls(600);
  const subject = [...log.subjects][0] ?? '';
  log.seal();
  const journal = readerOf(t, log);
  const database = await kind.open(t);
  const { projector } = await startFolding(t, journal, database);
  await projector.reach();
  const own = made.filter((call) => call.subject === subject);
  return { log, journal, database, projector, subject, own, key: keyOf(own[0]?.call ?? {}) };
}

function erasureTests(kind: Kind): void {
  test('takes the person out of every table, and no number with them', async (t) => {
    const { log, journal, database, projector, subject, own, key } = await written(t, kind);
    const named = `SELECT count(*) AS value FROM rollup_group WHERE key = '${key}'`;
    const before = await one(database, SUMS);
    assert.notEqual(await one(database, named), '0');
    await log.erase(subject);
    await log.calls(100);
    log.seal();
    await projector.reach();
    assert.notEqual(await one(database, SUMS), before, 'more calls have come');
    const erased = 'SELECT sum(calls) AS value FROM rollup_hour JOIN rollup_group USING (grp) WHERE erased';
    assert.equal(await one(database, erased), String(own.length));
    const left =
      'SELECT count(*) AS value FROM rollup_group WHERE erased AND num_nonnulls(organisation, project, team, key, subject) > 0';
    assert.equal(await one(database, left), '0');
    const listed =
      'SELECT sum(octet_length(entries)) / 2 AS value FROM rollup_entry JOIN rollup_group USING (grp) WHERE erased';
    assert.equal(Number(await one(database, listed)), own.length);
    const rows =
      'SELECT count(*) AS value FROM recent_call WHERE erased AND num_nonnulls(organisation, team, key, cost_centre, environment, subject) > 0';
    assert.equal(await one(database, rows), '0');
    const live = await projector.pause(() => digestTables(database, PROJECTIONS));
    assert.deepEqual(await foldAll(t, journal, await kind.open(t)), live);
  });

  test('what the person does later counts under their name again', async (t) => {
    const { log, database, projector, subject, key } = await written(t, kind);
    await log.erase(subject);
    log.seal();
    await projector.reach();
    const named = `SELECT COALESCE(sum(calls), 0) AS value FROM rollup_hour JOIN rollup_group USING (grp) WHERE key = '${key}'`;
    assert.equal(await one(database, named), '0');
    const later = (await log.calls(200)).filter((call) => call.subject === subject);
    log.seal();
    await projector.reach();
    assert.ok(later.length > 0);
    assert.equal(await one(database, named), String(later.length));
  });

  test('one whose entry was never written is found at the next start', async (t) => {
    const { log, journal, database, projector, subject, key } = await written(t, kind);
    log.vault.erase(subject, Date.UTC(2026, 11, 1));
    const named = `SELECT count(*) AS value FROM rollup_group WHERE key = '${key}'`;
    await projector.reach();
    assert.notEqual(await one(database, named), '0', 'nobody has told the projector');
    await projector.close();
    const again = await startFolding(t, journal, database);
    await again.projector.erase();
    assert.equal(await one(database, named), '0');
    const live = await again.projector.pause(() => digestTables(database, PROJECTIONS));
    assert.deepEqual(await foldAll(t, journal, await kind.open(t)), live);
  });
}

describe('an erasure in the embedded database', () => erasureTests(embedded));
describe('an erasure in PostgreSQL 15', { skip: postgresMissing }, () => {
  before(startServer);
  after(stopServer);
  erasureTests(postgresql);
});
