// A sample of the campaign of faults: the same code, one fault of each kind, on real processes; and proof that its auditor can
// fail. The campaign goes on from there (npm run campaign -- faults).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore, storeSettings } from '@weighbridge/server';
import { audit } from '../campaign/faults/audit/auditor.ts';
import { readSealedLog } from '../campaign/faults/audit/sealed-log.ts';
import { MUTATIONS } from '../campaign/faults/mutations.ts';
import { planOf, KIND_NAMES, type Fault } from '../campaign/faults/plan.ts';
import { runWorld } from '../campaign/faults/run-world.ts';
import { settle } from '../campaign/faults/settle.ts';
import { canMount } from '../campaign/faults/small-disk.ts';
import type { Twin } from '../campaign/faults/twin.ts';
import type { World } from '../campaign/faults/world.ts';

const SAMPLE: readonly Fault[] = [
  { kind: 'kill', variant: 'at work' },
  { kind: 'pause', variant: 'for a moment' },
  { kind: 'full disk', variant: 'freed' },
  { kind: 'tampered journal', variant: 'while running' },
  { kind: 'dead witness', variant: 'killed' },
  { kind: 'corrupted database', variant: 'while running' },
  { kind: 'deleted database', variant: 'while running' },
];

/** What the auditor says of the world's log and evidence, each with one thing changed. */
function mutationProblems(world: World): Map<string, readonly string[]> {
  const log = readSealedLog(world.home.journal);
  const { evidence } = world;
  return new Map([
    ['', audit(log, evidence)],
    ...MUTATIONS.map(({ what, change }) => {
      const changed = change({ log, evidence });
      return [what, audit(changed.log, changed.evidence)] as const;
    }),
  ]);
}

/** What is said of tables in which one call too many is counted. */
async function tableProblems(world: World, twin: Twin): Promise<readonly string[]> {
  await world.stop();
  const settings = storeSettings(undefined, 'lab', world.home.projections);
  assert.ok(settings !== null);
  const store = await openStore(settings, () => undefined);
  await store.database.script('UPDATE rollup_hour SET calls = calls + 1; UPDATE rollup_day SET calls = calls + 1;');
  await store.close();
  await world.start();
  return (await settle(world, twin, false)).problems;
}

test('one fault of each kind loses nothing, and an auditor who can fail says so', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'wb-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  let said = new Map<string, readonly string[]>();
  let tables: readonly string[] = [];
  const { rows, shown, cosigned } = await runWorld({
    folder: join(folder, 'w'),
    seed,
    faults: SAMPLE,
    clients: 4,
    mounted: canMount(),
    told: ({ kind, variant, ms, noticed }) => t.diagnostic(`${kind} (${variant}): ${ms} ms ${noticed.slice(0, 80)}`),
    after: async (world, twin) => {
      said = mutationProblems(world);
      tables = await tableProblems(world, twin);
    },
  });
  assert.deepEqual(
    rows.flatMap(({ kind, variant, violations }) => violations.map((problem) => `${kind} (${variant}): ${problem}`)),
    [],
    `seed ${seed}`,
  );
  const done = rows.filter(({ skipped }) => skipped === undefined);
  assert.equal(done.length, canMount() ? SAMPLE.length : SAMPLE.length - 1);
  assert.ok(done.every(({ completed }) => completed > 0));
  assert.ok(shown > 2 && cosigned > 2, `${shown} checkpoints shown, ${cosigned} cosigned`);
  assert.deepEqual(said.get(''), [], 'before anything is changed');
  for (const { what, caught } of MUTATIONS)
    assert.match((said.get(what) ?? []).join('\n'), caught, `the auditor notices when ${what}`);
  assert.match(tables.join('\n'), /the tables say calls \d+, the log \d+/, 'against its own sums');
  assert.match(tables.join('\n'), /rollup_hour: .*folded from the journal/, 'against the twin');
});

test('the same seed plans the same faults, and every kind comes', () => {
  const plan = planOf(20_261_129_001, 200);
  assert.deepEqual(plan, planOf(20_261_129_001, 200));
  assert.deepEqual(new Set(plan.map(({ kind }) => kind)), new Set(KIND_NAMES));
  assert.notDeepEqual(plan, planOf(20_261_129_002, 200));
});
