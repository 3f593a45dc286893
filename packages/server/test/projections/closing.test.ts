// A log whose oldest parts were pruned folds into the tables that were folded from it before, bit for bit: what the calls
// that are gone came to is read from the entries that close the books on them.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  nextEpoch,
  openJournal,
  openRecorder,
  sealedClosings,
  type Journal,
  type Pruned,
  type PruneOrder,
} from '@weighbridge/journal';
import { closing } from '../../src/closing/closing.ts';
import { decode } from '../../src/projector/decode.ts';
import { digestTables, type Digests } from '../../src/projector/digests.ts';
import type { Database } from '../../src/store/database.ts';
import { openLog, START } from '../../../../test/receipts/log.ts';
import { random } from '../../../../test/receipts/receipts.ts';
import {
  embedded,
  postgresql,
  startServer,
  stopServer,
  temporaryFolder,
  type Kind,
  type Scope,
  moves,
} from './support/databases.ts';
import { foldAll, PROJECTIONS, startFolding } from './support/folding.ts';
import { postgresMissing } from './support/postgres.ts';

const PART = 16_384;
/** An hour of this log crosses the borders of its parts. */
const CALLS = 17_000;
const HOUR_MS = 3_600_000;

interface Place {
  readonly folder: string;
  readonly vault: string;
}

/** Made once, copied for each test. */
const made = mkdtempSync(join(tmpdir(), 'weighbridge-closing-'));
/** Of somebody whose calls came under both names. */
let key = '';

before(async () => {
  const log = openLog(made, { seed: 77, callsPerHour: 5_000 });
  await log.calls(3_000);
  await log.append({
    kind: 'key',
    commercial: JSON.stringify({ action: 'create', hmac: 'x', id: 'k', name: 'k', who: { team: 'team-1' } }),
  });
  await log.erase([...log.subjects][5] ?? '');
  await log.calls(CALLS - 3_000);
  await log.erase([...log.subjects][9] ?? '');
  key = [...log.subjects].findLast((subject) => subject.startsWith('key-')) ?? '';
  log.seal();
  await log.close();
});
after(() => rmSync(made, { recursive: true, force: true }));

function copied(t: Scope): Place {
  const home = temporaryFolder(t, 'pruned');
  cpSync(made, home, { recursive: true });
  return { folder: join(home, 'journal'), vault: join(home, 'vault') };
}

/** By a process of its own, that ends then. */
function prune({ folder, vault }: Place, order: PruneOrder): Pruned {
  const base = { folder, vault, epoch: nextEpoch(folder), node: 'node-1', build: 'test' };
  const recorder = openRecorder({ ...base, log: 'lab', closing });
  try {
    return recorder.prune(order);
  } finally {
    recorder.close();
  }
}

function readerOf(t: Scope, { folder, vault }: Place): Journal {
  const journal = openJournal(folder, { vault });
  t.after(() => journal.close());
  return journal;
}

/** Of the first part the log's very first entry is the newest: it is of when the test runs. */
const pruneOrder = (before: number) => ({ before, holds: [], policy: 'records: 10d', by: 'command' });
const EVERYTHING = pruneOrder(Date.now() + 24 * HOUR_MS);
const ALL_BUT_FIRST = pruneOrder(START + 100 * HOUR_MS);

const tablesOf = (database: Database): Promise<Digests> => digestTables(database, PROJECTIONS);

const withoutRecent = ({ tables }: Digests) => tables.filter(({ table }) => table !== 'recent_call');

function closed(kind: Kind): void {
  test('two prunings in a row: tables that followed them and tables folded anew are the same', async (t) => {
    const place = copied(t);
    const following = await kind.open(t);
    const whole = await foldAll(t, readerOf(t, place), following);
    for (const [order, from] of [
      [ALL_BUT_FIRST, PART],
      [EVERYTHING, 0],
    ] as const) {
      const { ranges, closed: parts } = prune(place, order);
      assert.deepEqual(ranges, [{ from, to: from + PART }]);
      assert.equal(parts.length, 1);
      const journal = readerOf(t, place);
      const followed = await foldAll(t, journal, following);
      const anew = await foldAll(t, journal, await kind.open(t));
      assert.deepEqual(anew, followed);
      const roll = withoutRecent(followed).filter(({ table }) => !table.startsWith('admin_'));
      assert.deepEqual(
        roll,
        withoutRecent(whole).filter(({ table }) => !table.startsWith('admin_')),
        'no figure is another than before',
      );
    }
  });

  test('a person who is erased after the pruning is named in no table that is folded from then on', async (t) => {
    const place = copied(t);
    const following = await kind.open(t);
    await foldAll(t, readerOf(t, place), following);
    prune(place, EVERYTHING);
    const log = openLog(join(place.folder, '..'), { seed: 77 });
    t.after(() => log.close());
    await log.erase(key);
    await log.erase(`person-of-${key}`);
    log.seal();
    const journal = readerOf(t, place);
    const followed = await foldAll(t, journal, following);
    const database = await kind.open(t);
    assert.deepEqual(await foldAll(t, journal, database), followed);
    const named = await database.read(
      'SELECT DISTINCT "key" FROM rollup_group WHERE "key" IS NOT NULL LIMIT 1000',
      [],
      1000,
    );
    assert.ok(named.length > 10);
    assert.ok(!named.some((row) => row['key'] === key), 'nobody is named by a key that is gone');
  });
}

function inPieces(kind: Kind): void {
  test('folded in pieces, stopped anywhere, the closing counts once', async (t) => {
    const place = copied(t);
    prune(place, EVERYTHING);
    const journal = readerOf(t, place);
    const straight = await foldAll(t, journal, await kind.open(t));
    const database = await kind.open(t);
    const draw = random(3);
    const { size } = journal.checkpoint();
    for (let at = 0; at < size;) {
      at = Math.min(size, at + 1 + Math.floor(draw() * 9_000));
      const ends = Object.fromEntries(PROJECTIONS.map(({ name }) => [name, at]));
      const { projector, said } = await startFolding(t, journal, database, { ends });
      await projector.reach();
      await projector.close();
      assert.deepEqual(said, []);
    }
    assert.deepEqual(await tablesOf(database), straight);
  });
}

describe('closing entries in the embedded database', () => {
  closed(embedded);
  inPieces(embedded);

  test('tables that hold half of a part one by one are folded again when the rest is gone', async (t) => {
    const place = copied(t);
    const journal = readerOf(t, place);
    const database = await embedded.open(t);
    const ends = Object.fromEntries(PROJECTIONS.map(({ name }) => [name, 5_000]));
    const before = await startFolding(t, journal, database, { ends });
    await before.projector.reach();
    await before.projector.close();
    prune(place, EVERYTHING);
    const after = await startFolding(t, journal, database);
    await after.projector.reach();
    const again = after.said.filter((line) => /entries 0 to 16383, and the rest was pruned/.test(line));
    assert.equal(again.length, PROJECTIONS.length);
    await after.projector.close();
    assert.deepEqual(await tablesOf(database), await foldAll(t, journal, await embedded.open(t)));
  });

  test('the same while they are being folded', async (t) => {
    const place = copied(t);
    const journal = readerOf(t, place);
    const database = await embedded.open(t);
    let pruned = false;
    const run = database.run.bind(database);
    database.run = async (statements) => {
      await run(statements);
      if (!moves(statements)) return;
      const rows = await database.read('SELECT min(next_entry) AS least FROM projection LIMIT 1', [], 1);
      if (pruned || Number(rows[0]?.['least']) === 0) return;
      pruned = true;
      prune(place, EVERYTHING);
    };
    const { projector, said } = await startFolding(t, journal, database);
    await projector.reach();
    await projector.reach();
    assert.ok(
      pruned && said.some((line) => line.includes('the rest was pruned before it was folded in')),
      said.join('\n'),
    );
    await projector.close();
    database.run = run;
    assert.deepEqual(await tablesOf(database), await foldAll(t, journal, await embedded.open(t)));
  });

  test('closing entries are few and bounded, and say of how many calls they are', (t) => {
    const place = copied(t);
    const { closed: parts } = prune(place, EVERYTHING);
    const journal = readerOf(t, place);
    const sealed = sealedClosings(journal);
    assert.deepEqual(sealed, parts);
    assert.equal(sealed.length, 2);
    let calls = 0;
    for (const { leaf, index } of journal.entries({ kinds: ['call'] }))
      calls += Number(leaf.kind === 'call' && index < 2 * PART);
    assert.equal(
      sealed.reduce((sum, part) => sum + part.calls, 0),
      calls,
    );
    for (const record of journal.records({ kinds: ['closing'] }, ['commercial'])) {
      const fact = decode(record);
      assert.ok(fact.kind === 'closing' && fact.text === '', 'whoever follows the log does not hold what they say');
    }
    for (const { first, entries } of sealed)
      for (let index = first; index < first + entries; index += 1) {
        const text = journal.groups(index, ['commercial']).commercial?.text ?? '';
        assert.ok(text.length > 0 && text.length < 400 * 1024, `${text.length} bytes`);
        assert.doesNotMatch(text, /key-team|person-of/, 'nobody is named in the open');
      }
  });
});

describe('closing entries in PostgreSQL 15', { skip: postgresMissing }, () => {
  before(startServer);
  after(stopServer);
  closed(postgresql);
  inPieces(postgresql);

  test('give both databases the same rows', async (t) => {
    const place = copied(t);
    prune(place, EVERYTHING);
    const journal = readerOf(t, place);
    assert.deepEqual(
      await foldAll(t, journal, await postgresql.open(t)),
      await foldAll(t, journal, await embedded.open(t)),
    );
  });
});
