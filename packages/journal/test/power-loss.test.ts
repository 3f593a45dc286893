// What a loss of power may take and what it may not: the order in which names, files and positions are made durable. Each
// of these was first shown by a seed of the fault simulator (docs/simulator.md).
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { openVault, recoverJournal } from '../src/index.ts';
import { callDrafts, makeWorld, type World } from './support/world.ts';
import { holdSyncs, noSpace, watchDisk } from './support/watched-disk.ts';

const kindsOf = (world: World, id: string): string[] =>
  [...world.reader().entries()].filter(({ leaf }) => leaf.id === id).map(({ leaf }) => leaf.kind);

/** Index of the first call that is this one, at or behind `from`. */
function mustCall(calls: readonly string[], wanted: string, from = 0): number {
  const found = calls.indexOf(wanted, from);
  assert.notEqual(found, -1, `${wanted} is called`);
  return found;
}

describe('names', () => {
  test('a new folder is made durable by syncing the one above it', async (t) => {
    const watched = watchDisk(t);
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    await lane.append(world.draft('call'));
    recorder.step({ seal: true });
    for (const folder of ['log', 'log/entries', 'log/tile/0', 'records', 'index', 'wal']) {
      const path = join(world.folder, folder);
      const made = watched.calls.findIndex((call) => call.startsWith('mkdirSync') && `${call}/`.includes(`${path}/`));
      mustCall(watched.calls, `fsyncSync ${dirname(path)}`, made);
    }
    mustCall(watched.calls, `fsyncSync ${dirname(world.vault)}`);
    recorder.close();
  });

  test('names that an earlier start left are synced before anything is signed', (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    world.restart();
    const watched = watchDisk(t);
    world.recorder().close();
    const signed = watched.calls.findIndex((call) => /renameSync .*last-checkpoint/.test(call));
    for (const path of [world.folder, join(world.folder, 'log', 'entries'), join(world.vault, 'subjects')]) {
      const synced = mustCall(watched.calls, `fsyncSync ${path}`);
      assert.ok(signed === -1 || synced < signed, path);
    }
  });

  test('a write-ahead file that was deleted stays deleted before its lane is forgotten', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    const lane = world.lane();
    await lane.append(world.draft('call'));
    await lane.close();
    world.restart();
    const watched = watchDisk(t);
    const recorder = world.recorder();
    const deleted = watched.calls.findIndex((call) => /rmSync .*\.wal$/.test(call));
    assert.notEqual(deleted, -1, 'what is sealed is deleted');
    const synced = mustCall(watched.calls, `fsyncSync ${join(world.folder, 'wal')}`, deleted);
    const positions = watched.calls.findIndex((call, index) => index > deleted && /renameSync .*positions/.test(call));
    assert.ok(positions === -1 || synced < positions, 'before the next positions');
    recorder.close();
  });

  test('a row of a key that a killed process wrote is synced at the next start', (t) => {
    const world = makeWorld(t);
    const key = openVault(world.vault).subjects.get('person/ada', world.clock.wall());
    const watched = watchDisk(t);
    world.recorder().close();
    mustCall(watched.calls, `fdatasyncSync ${join(world.vault, 'subjects', key.handle.toString('hex', 0, 1))}`);
  });
});

describe('what is sealed', () => {
  for (const durability of ['process', 'disk'] as const) {
    test(`the key under which a sealed intent's body was digested is durable (${durability})`, async (t) => {
      const world = makeWorld(t);
      const recorder = world.recorder({ durability });
      const lane = world.lane({ durability });
      const { intent } = callDrafts(world);
      lane.bodies('person/ada', intent.id).digest('request', Buffer.from('asked'));
      const watched = watchDisk(t);
      await lane.append(intent);
      recorder.step({ seal: true });
      const { handle } = openVault(world.vault).subjects.get('person/ada', world.clock.wall());
      const signed = watched.calls.findIndex((call) => /renameSync .*last-checkpoint/.test(call));
      const synced = mustCall(
        watched.calls,
        `fdatasyncSync ${join(world.vault, 'subjects', handle.toString('hex', 0, 1))}`,
      );
      assert.ok(synced < signed, 'before the checkpoint');
      recorder.close();
    });
  }

  test('with `disk`, what is sealed was synced in its write-ahead file before', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder({ durability: 'disk' });
    // A lane whose syncs never end: only the recorder's own make anything durable.
    const watched = watchDisk(t, holdSyncs(t).disk);
    const lane = world.lane({ durability: 'disk' });
    void lane.append(world.draft('intent'));
    await new Promise((resolve) => void setImmediate(resolve));
    recorder.step({ seal: true });
    const synced = mustCall(watched.calls, `fdatasyncSync ${join(world.folder, 'wal', `1-${world.epoch}-0.wal`)}`);
    assert.ok(synced < watched.calls.findIndex((call) => /renameSync .*last-checkpoint/.test(call)));
  });

  test('a sync that failed is not made good by the next: what was read is written again before it', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder({ durability: 'disk' });
    const watched = watchDisk(t, holdSyncs(t).disk);
    const lane = world.lane({ durability: 'disk' });
    const { intent } = callDrafts(world);
    void lane.append(intent);
    await new Promise((resolve) => void setImmediate(resolve));
    const path = join(world.folder, 'wal', `1-${world.epoch}-0.wal`);
    const written = readFileSync(path);
    watched.fail = (call, at) => (call === 'fdatasyncSync' && at === path ? noSpace() : null);
    assert.match(recorder.step({ seal: true }).failing ?? '', /ENOSPC/);
    watched.fail = () => null;
    const failed = watched.calls.length;
    recorder.step({ seal: true });
    const again = mustCall(watched.calls, `writeSync ${path}`, failed);
    const synced = mustCall(watched.calls, `fdatasyncSync ${path}`, again);
    assert.ok(synced < watched.calls.findIndex((call, index) => index > failed && /last-checkpoint/.test(call)));
    assert.deepEqual(readFileSync(path), written);
    assert.deepEqual(kindsOf(world, intent.id), ['intent']);
    // What was synced since needs it no more.
    const before = watched.calls.length;
    const { intent: next } = callDrafts(world);
    void lane.append(next);
    await new Promise((resolve) => void setImmediate(resolve));
    recorder.step({ seal: true });
    const later = watched.calls.slice(before).filter((call) => call === `writeSync ${path}`);
    assert.equal(later.length, 0, 'only its writer does, which opened it by another name');
    assert.deepEqual(kindsOf(world, next.id), ['intent']);
  });

  test('of a file that an earlier start left nobody knows whether it was synced: it is written again', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane({ durability: 'disk' });
    const { intent } = callDrafts(world);
    await lane.append(intent);
    const path = join(world.folder, 'wal', `1-${world.epoch}-0.wal`);
    world.restart();
    const watched = watchDisk(t);
    world.recorder({ durability: 'disk' }).close();
    const again = mustCall(watched.calls, `writeSync ${path}`);
    const synced = mustCall(watched.calls, `fdatasyncSync ${path}`, again);
    assert.ok(synced < watched.calls.findIndex((call) => /renameSync .*last-checkpoint/.test(call)));
    assert.deepEqual(kindsOf(world, intent.id), ['intent', 'call']);
  });

  test('a change of keys that an error interrupted does not forget how far the lanes got', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder({ checkpointMs: 1e9 });
    const lane = world.lane();
    const drafts = [world.draft('call'), world.draft('call'), world.draft('call')];
    await Promise.all(drafts.map((draft) => lane.append(draft)));
    recorder.step({ seal: true });
    const watched = watchDisk(t);
    watched.fail = (call, path) => (call === 'renameSync' && path.endsWith('log.key.new') ? noSpace() : null);
    assert.throws(() => recorder.rotateKey(), { code: 'JOURNAL_UNAVAILABLE' });
    watched.fail = () => null;
    // It is finished by the next step, which reopens the log; then the process dies.
    recorder.step();
    world.restart();
    world.recorder().close();
    const reader = world.reader();
    for (const { id } of drafts) assert.equal(reader.find(id).length, 1, id);
    assert.equal([...reader.entries({ kinds: ['log_key'] })].length, 1);
  });
});

describe('recovery', () => {
  test('a log whose first checkpoint could not be written begins with its first entry all the same', (t) => {
    const world = makeWorld(t);
    const watched = watchDisk(t);
    watched.fail = (call, path) => (call === 'renameSync' && path.includes('last-checkpoint') ? noSpace() : null);
    const recorder = world.recorder();
    assert.equal(recorder.size, 0);
    watched.fail = () => null;
    recorder.close();
    assert.equal(world.reader().entry(0).leaf.kind, 'genesis');
  });

  test('an erasure of somebody who has no key yet is durable when it is acknowledged', (t) => {
    const world = makeWorld(t);
    const vault = openVault(world.vault);
    const watched = watchDisk(t);
    vault.erase('person/grace', world.clock.wall());
    const written = watched.calls.findIndex((call) => call.startsWith('writeSync'));
    mustCall(watched.calls, `fsyncSync ${join(world.vault, 'subjects')}`, written);
  });

  test('what a person gave before an erasure stays erased when the call is closed afterwards', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    const lane = world.lane();
    const { intent } = callDrafts(world);
    await lane.append(intent);
    world.clock.advance(1_000);
    openVault(world.vault).erase('person/ada', world.clock.wall());
    world.clock.advance(1_000);
    world.restart();
    world.recorder().close();
    const reader = world.reader();
    const call = reader.find(intent.id).find(({ leaf }) => leaf.kind === 'call');
    assert.ok(call !== undefined, 'the call is closed');
    assert.throws(() => reader.groups(call.index, ['personal']), { code: 'SUBJECT_ERASED' });
  });

  test('a successor log does not close again what the log before it holds', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const { intent, call } = callDrafts(world);
    const path = join(world.folder, 'wal', `1-${world.epoch}-0.wal`);
    await lane.append(intent);
    const before = readFileSync(path).length;
    await lane.append(call);
    recorder.step({ seal: true });
    assert.deepEqual(kindsOf(world, intent.id), ['intent', 'call']);
    // The power fails: the call is in the log, and gone from its file.
    writeFileSync(path, readFileSync(path).subarray(0, before));
    world.restart();
    const { folder, vault, epoch } = world;
    recoverJournal({ folder, vault, epoch, node: 'node-1', build: 'test', log: 'lab', reason: 'to see' });
    assert.deepEqual(kindsOf(world, intent.id), [], 'all of it stands in the log before');
  });
});
