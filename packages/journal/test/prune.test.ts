// Records of old calls are deleted, and nothing else: every leaf, tile, checkpoint and receipt is what it was, what is gone
// is told as that, and a deletion that nobody stated stays damage.
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { isAppError, type ErrorCode } from '@weighbridge/kernel';
import {
  makeBackup,
  openJournal,
  openRecorder,
  openWriteAhead,
  prunableParts,
  restoreBackup,
  verifyFolder,
  verifyReceipt,
  type PruneOrder,
  type Recorder,
} from '../src/index.ts';
import { emptyItems } from '../src/store/part-store.ts';
import { noSpace, watchDisk } from './support/watched-disk.ts';
import { callDrafts, makeWorld, START, temporaryFolder, type World } from './support/world.ts';

const PART = 16_384;
const DAY = 86_400_000;
const ORDER: PruneOrder = { before: START + 5 * DAY, holds: [], policy: 'records: 400d', by: 'command' };

const code =
  (wanted: ErrorCode, says = /./) =>
  (error: unknown): true => {
    assert.ok(isAppError(error), String(error));
    assert.equal(error.code, wanted, error.message);
    assert.match(error.message, says);
    return true;
  };

interface Old {
  readonly world: World;
  readonly home: string;
  readonly vkey: string;
  readonly recorder: Recorder;
  /** A call of the first part, its receipt as it was handed out, and an entry of administration of that time. */
  readonly id: string;
  readonly receipt: string;
  readonly key: string;
  readonly last: string;
  readonly verify: () => ReturnType<typeof verifyFolder>;
}

/** Two parts, ten days apart, and a little more. Made once, copied for each test. */
let made: { readonly home: string; readonly id: string; readonly key: string; readonly receipt: string };
let undo: () => void;

before(async () => {
  const undos: (() => unknown)[] = [];
  const context = { after: (work: () => unknown) => undos.unshift(work) } as unknown as TestContext;
  undo = () => void undos.map((work) => work());
  const world = makeWorld(context);
  const recorder = world.recorder();
  const lane = world.lane();
  const key = world.draft('key', { commercial: '{"action":"create"}' });
  await lane.append(key);
  let first = '';
  for (let part = 0; part < 2; part += 1) {
    const waiting: Promise<void>[] = [];
    for (let i = 0; i < PART / 2; i += 1) {
      const { intent, call } = callDrafts(world);
      first ||= call.id;
      waiting.push(lane.append(intent), lane.append(call));
    }
    await Promise.all(waiting);
    world.clock.advance(10 * DAY);
  }
  recorder.close();
  await lane.close();
  const journal = world.reader();
  const receipt = journal.receiptFor(first, { groups: ['public', 'commercial'] });
  made = { home: dirname(world.folder), id: first, key: key.id, receipt };
});
after(() => undo());

function old(t: TestContext): Old {
  const home = temporaryFolder(t);
  cpSync(made.home, home, { recursive: true });
  const world = makeWorld(t, home);
  world.clock.advance(30 * DAY);
  const recorder = world.recorder();
  t.after(() => recorder.close());
  const journal = world.reader();
  const { vkey } = journal;
  const last = journal.checkpoint().text;
  const verify: Old['verify'] = () => verifyFolder(world.folder, { vkey, last, vault: world.vault });
  return { ...made, home, world, vkey, recorder, last, verify };
}

describe('records that are pruned', () => {
  test('are gone, and whoever asks is told when and why; leaves, proofs and administration stay', (t) => {
    const { world, recorder, id, key, receipt, vkey, verify } = old(t);
    const size = statSync(join(world.folder, 'records/0.sealed')).size;
    const done = recorder.prune(ORDER);
    assert.deepEqual(done.ranges, [{ from: 0, to: PART }]);
    assert.ok(statSync(join(world.folder, 'records/0.sealed')).size < size / 50);
    const journal = world.reader();
    const call = journal.find(id).at(-1);
    assert.equal(call?.leaf.kind, 'call');
    const told = code('RECORD_PRUNED', /pruned on 2026-12-22 by the policy "records: 400d"/);
    assert.throws(() => journal.groups(call?.index ?? 0), told);
    assert.throws(() => journal.receiptFor(id), told);
    assert.throws(() => [...journal.records({ kinds: ['call'] }, ['public'])], told);
    const rest = [...journal.records({ kinds: ['call'], pruned: 'skip' }, ['public'])];
    assert.equal(rest.length, PART / 2 + 1);
    const [made2] = journal.find(key);
    assert.equal(journal.groups(made2?.index ?? -1, ['commercial']).commercial?.text, '{"action":"create"}');
    assert.equal(verifyReceipt(receipt, { vkey }).outcome, 'ok', 'what was handed out is proven still');
    assert.match(journal.proofFor(id), /^c2sp\.org\/tlog-proof@v1/);
    const whole = verify();
    assert.deepEqual([whole.outcome, whole.problem, whole.pruned?.records], ['ok', undefined, PART - 2]);
    assert.deepEqual(
      whole.pruned?.ranges.map(({ from, to, by }) => [from, to, by]),
      [[0, PART, 'command']],
    );
  });

  test('are stated by an entry first: a deletion that a crash interrupted is finished by the next start', (t) => {
    const { world, recorder, home, verify } = old(t);
    const path = join(world.folder, 'records/0.sealed');
    copyFileSync(path, join(home, 'whole'));
    recorder.prune(ORDER);
    recorder.close();
    copyFileSync(join(home, 'whole'), path);
    const whole = readFileSync(path).length;
    world.restart();
    world.recorder().close();
    assert.ok(readFileSync(path).length < whole);
    assert.equal(verify().outcome, 'ok');
  });

  test('go with the next pruning where a disk refused after it was stated: no start is needed for that', (t) => {
    const { world, recorder, verify } = old(t);
    const path = join(world.folder, 'records/0.sealed');
    const whole = readFileSync(path).length;
    const watched = watchDisk(t);
    watched.fail = (call, at) => (call === 'openSync' && at.startsWith(path) && at !== path ? noSpace() : null);
    assert.throws(() => recorder.prune(ORDER), code('JOURNAL_UNAVAILABLE', /no space left/));
    watched.fail = () => null;
    assert.deepEqual([world.reader().pruned().length, readFileSync(path).length], [1, whole]);
    assert.deepEqual(recorder.prune(ORDER), { index: null, ranges: [], closed: [], more: false });
    assert.ok(readFileSync(path).length < whole / 50);
    assert.equal(verify().outcome, 'ok');
  });

  test('are none of a hold, none of the newest part, none twice, and none that is young', (t) => {
    const { world, recorder } = old(t);
    const parts = (more: Partial<PruneOrder>): number[] => prunableParts(world.folder, { ...ORDER, ...more });
    assert.deepEqual(parts({}), [0]);
    assert.deepEqual(parts({ before: START }), []);
    assert.deepEqual(parts({ before: START + 100 * DAY }), [0, 1]);
    assert.deepEqual(
      parts({ before: START + 100 * DAY, holds: [{ from: START + 9 * DAY, until: START + 11 * DAY }] }),
      [0],
    );
    assert.deepEqual(parts({ holds: [{ from: START - DAY, until: START + 1 }] }), []);
    recorder.prune(ORDER);
    assert.deepEqual(parts({}), []);
    assert.deepEqual(recorder.prune(ORDER), { index: null, ranges: [], closed: [], more: false });
    assert.deepEqual(recorder.prune({ ...ORDER, before: START + 100 * DAY }).ranges, [{ from: PART, to: 2 * PART }]);
  });

  test('that nobody stated are damage', (t) => {
    const { world, recorder, id, verify } = old(t);
    recorder.close();
    const records = join(world.folder, 'records');
    emptyItems(records, join(world.folder, 'log/entries'), 0, (leaf) => leaf.includes('"kind":"call"'));
    const found = verify();
    assert.equal(found.outcome, 'PROOF_INVALID');
    assert.match(found.problem ?? '', /records of entries 0 to 16383 are gone, and no entry states/);
    assert.throws(() => world.reader().receiptFor(id), code('JOURNAL_CORRUPT', /no entry states that it was pruned/));
    emptyItems(records, join(world.folder, 'log/entries'), 0, (leaf) => leaf.includes('"kind":"key"'));
    assert.match(verify().problem ?? '', /the record of entry 1 \(key\) is gone/);
    rmSync(join(records, '0.sealed'));
    assert.equal(verify().outcome, 'PROOF_INVALID');
  });

  test('a statement that says less than is gone is damage too', (t) => {
    const { world, recorder, verify } = old(t);
    recorder.prune(ORDER);
    recorder.close();
    emptyItems(join(world.folder, 'records'), join(world.folder, 'log/entries'), 1, (leaf) => leaf.includes('"call"'));
    assert.match(verify().problem ?? '', /records of entries 16384 to 32767 are gone/);
  });

  test('are in no later backup, and a backup from before is not linked for them', async (t) => {
    const { world, recorder, home, vkey } = old(t);
    const from = { journal: world.folder, vault: world.vault, blobs: join(home, 'blobs') };
    const options = { ...from, log: 'lab', build: 'test', running: true, to: join(home, 'backups') } as const;
    const early = await makeBackup(options);
    const size = statSync(join(early.folder, 'journal/records/0.sealed')).size;
    recorder.prune(ORDER);
    const { folder } = await makeBackup(options);
    assert.ok(statSync(join(folder, 'journal/records/0.sealed')).size < size / 50);
    const restored = restoreBackup({
      from: folder,
      root: () => join(home, 'restored'),
      node: 'node-1',
      build: 'test',
      reason: 'a drill',
      nothingSince: true,
    });
    const whole = verifyFolder(join(restored.root, 'journal'), { vkey });
    assert.deepEqual([whole.outcome, whole.pruned?.records], ['TRUNCATION_NOT_EXCLUDED', PART - 2]);
  });

  test('leave a log that goes on: it opens, takes entries and verifies', async (t) => {
    const { world, recorder, verify } = old(t);
    recorder.prune({ ...ORDER, before: START + 100 * DAY });
    recorder.close();
    world.restart();
    const { folder, vault, epoch } = world;
    const base = { folder, vault, epoch, node: 'node-1', build: 'test' };
    const again = openRecorder({ ...base, log: 'lab' });
    const lane = openWriteAhead({ ...base, lane: 1, durability: 'process', tickMs: 0, reserveBytes: 65_536 });
    const { intent, call } = callDrafts(world);
    await lane.append(intent);
    await lane.append(call);
    await lane.close();
    again.close();
    const journal = openJournal(folder, { vault });
    assert.equal(journal.find(call.id).length, 2);
    journal.close();
    assert.equal(verify().outcome, 'ok');
    writeFileSync(join(folder, 'index/marks'), '');
    world.restart();
    world.recorder().close();
    assert.equal(world.reader().pruned().length, 1, 'an index made anew finds the statement');
  });
});
