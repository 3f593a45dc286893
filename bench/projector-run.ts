// Folds a log into an embedded database, several ways, and prints how fast. Usage: JOURNAL VAULT DATABASE RECEIPTS
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { openJournal, type Journal } from '@weighbridge/journal';
import {
  openProjector,
  openStore,
  projectionsOf,
  Source,
  type Database,
  type Fact,
  type Projection,
  type Statement,
} from '@weighbridge/server';
import type { FoldRate, ProjectorResult } from './projector.ts';

const [journalFolder = '', vault = '', folder = '', counted = '0'] = process.argv.slice(2);
const receipts = Number(counted);
/** As the projector closes its batches. */
const BATCH_ROWS = 6_000;
const BATCH_FACTS = 65_536;

const rate = async (method: string, work: () => Promise<void>): Promise<FoldRate> => {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = (receipts * 1000) / (performance.now() - wall);
  return { perSecond, perCpuSecond: (receipts * 1e6) / (user + system), method };
};

/** An empty database; making it is not measured. */
const withDatabase = async <Value>(work: (database: Database) => Promise<Value>): Promise<Value> => {
  rmSync(folder, { recursive: true, force: true });
  const store = await openStore({ folder, log: 'lab', server: null, recent: 10_000_000 }, () => undefined);
  try {
    return await work(store.database);
  } finally {
    await store.close();
  }
};

const readFacts = async (journal: Journal): Promise<Fact[]> => {
  const source = new Source(journal, { read: () => Promise.resolve([]) });
  const facts: Fact[] = [];
  for (let at = 0; ;) {
    const chunk = await source.chunk(at);
    if (chunk === null) return facts;
    facts.push(...chunk.facts);
    at = chunk.to;
  }
};

const fromJournal = (journal: Journal, projections: readonly Projection[], method: string): Promise<FoldRate> =>
  withDatabase((database) =>
    rate(method, async () => {
      const projector = await openProjector({ journal, database, projections, say: assert.fail });
      await projector.reach();
      assert.ok(projector.state().every(({ state, lag_entries: lag }) => state !== 'stopped' && lag === 0));
      await projector.close();
    }),
  );

const batches = function* (projection: Projection, facts: readonly Fact[]): Generator<readonly Statement[]> {
  let fold = projection.begin('');
  let taken = 0;
  for (const fact of facts) {
    fold.add(fact);
    taken += 1;
    if (fold.rows < BATCH_ROWS && taken < BATCH_FACTS) continue;
    const { statements, carried } = fold.finish();
    yield statements;
    [fold, taken] = [projection.begin(carried), 0];
  }
  yield fold.finish().statements;
};

const fromFacts = (facts: readonly Fact[], projection: Projection): Promise<FoldRate> =>
  withDatabase(async (database) => {
    await database.script(projection.schema);
    return rate('facts at hand to rows', async () => {
      for (const statements of batches(projection, facts)) await database.run(statements);
    });
  });

/** The statements alone, made beforehand. */
const replayed = (facts: readonly Fact[], projection: Projection, schema: string, method: string): Promise<FoldRate> =>
  withDatabase(async (database) => {
    await database.script(schema);
    const made = [...batches(projection, facts)];
    return rate(method, async () => {
      for (const statements of made) await database.run(statements);
    });
  });

const journal = openJournal(journalFolder, { vault });
const [rollups, , recent] = projectionsOf({ recent: 10_000_000 });
assert.ok(rollups !== undefined && recent !== undefined);
await fromJournal(journal, [rollups], 'to warm up');
const decode = await rate('journal to facts: read, opened, taken apart', async () => void (await readFacts(journal)));
const facts = await readFacts(journal);
// The same rows into a table that has nothing but columns.
const bare = recent.schema.replace(/,\s*PRIMARY KEY \(n\)/, '').replace(/CREATE INDEX[^;]*;/, '');
const result: ProjectorResult = {
  decode,
  rollups: {
    journal: await fromJournal(journal, [rollups], 'journal to rows: all that the projector does for roll-ups'),
    facts: await fromFacts(facts, rollups),
    limit: await replayed(facts, rollups, rollups.schema, 'the same statements, made beforehand'),
  },
  recent: {
    journal: await fromJournal(journal, [recent], 'journal to rows: all that the projector does for recent calls'),
    facts: await fromFacts(facts, recent),
    limit: await replayed(facts, recent, bare, 'the same rows, made beforehand, into a table without key or index'),
  },
  all: await fromJournal(journal, projectionsOf({ recent: 10_000_000 }), 'journal to rows, all four projections'),
  groupsPerMillion: await withDatabase(async (database) => {
    await database.script(rollups.schema);
    for (const statements of batches(rollups, facts)) await database.run(statements);
    const [row] = await database.read('SELECT count(*) AS groups FROM rollup_hour LIMIT 1', [], 1);
    return Math.round((Number(row?.['groups']) * 1e6) / receipts);
  }),
  receipts,
};
journal.close();
process.stdout.write(`RESULT ${JSON.stringify(result)}\n`);
// Whoever started this ends it.
setInterval(() => undefined, 60_000);
