// Write-ahead files on a disk that fails in the middle of things: what was refused, what was not synced, and what was kept
// in reserve are told apart by whoever reads them later. Each was first shown by a seed of the fault simulator.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { EntryDraft } from '@weighbridge/protocol';
import { WalTail } from '../src/wal/tail.ts';
import { callDrafts, makeWorld, type World } from './support/world.ts';
import { holdSyncs, noSpace, watchDisk } from './support/watched-disk.ts';

/** Ids that the next start finds in the write-ahead files, in order, each once. */
function drain(world: World): string[] {
  const tail = new WalTail(world.folder, world.epoch + 1, []);
  tail.list();
  const ids: string[] = [];
  for (let taken = tail.take(); taken !== null; taken = tail.take()) ids.push(...taken.drafts.map(({ id }) => id));
  tail.close();
  return ids;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const idsOf = (drafts: readonly EntryDraft[]): string[] => drafts.map(({ id }) => id);

/** Two entries in the first file of a lane that soon goes on to the next, both waiting for their sync. */
async function twoUnsynced(t: TestContext) {
  const world = makeWorld(t);
  const { held, disk } = holdSyncs(t);
  const watched = watchDisk(t, disk);
  const lane = world.lane({ durability: 'disk', segmentMs: 1 });
  const path = join(world.folder, 'wal', `1-${world.epoch}-0.wal`);
  const begins = readFileSync(path).length;
  const drafts = [world.draft('call'), world.draft('call')];
  const kept: Promise<void>[] = [];
  for (const draft of drafts) {
    kept.push(lane.append(draft));
    await turn();
  }
  return { world, held, watched, lane, path, begins, drafts, kept };
}

describe('a disk that fails', () => {
  test('entries refused before a batch that reaches the reserve late are told from a loss', async (t) => {
    const world = makeWorld(t);
    const { held, disk } = holdSyncs(t);
    const watched = watchDisk(t, disk);
    const lane = world.lane({ durability: 'disk' });
    const [first, refused, last] = [world.draft('call'), world.draft('call'), world.draft('call')];
    const kept = lane.append(first);
    await turn();
    // The second batch finds no room anywhere; then the first one's sync fails, and the reserve takes it.
    watched.fail = (call) => (call === 'writeSync' ? noSpace() : null);
    await assert.rejects(lane.append(refused), { code: 'JOURNAL_UNAVAILABLE' });
    watched.fail = () => null;
    held.shift()?.(noSpace());
    await kept;
    await lane.append(last);
    assert.deepEqual(drain(world), idsOf([first, last]));
  });

  test('what waits for a sync goes to the reserve before what comes after it', async (t) => {
    const world = makeWorld(t);
    const { held, disk } = holdSyncs(t);
    const watched = watchDisk(t, disk);
    const lane = world.lane({ durability: 'disk' });
    const drafts = [world.draft('call'), world.draft('call'), world.draft('call')];
    const [first, second, third] = drafts as [EntryDraft, EntryDraft, EntryDraft];
    const kept = lane.append(first);
    await turn();
    watched.fail = (call, path) => (call === 'writeSync' && path.endsWith('.wal.new') ? noSpace() : null);
    await lane.append(second);
    held.shift()?.(noSpace());
    await kept;
    await lane.append(third);
    // Of the segment's own content nothing was promised.
    const path = join(world.folder, 'wal', `1-${world.epoch}-0.wal`);
    writeFileSync(path, readFileSync(path).subarray(0, 40));
    assert.deepEqual(drain(world), idsOf(drafts));
  });

  test('a sync that failed when a file was to be left is not made good by one that was under way', async (t) => {
    const { world, held, watched, lane, path, begins, drafts, kept } = await twoUnsynced(t);
    watched.fail = (call, path) => (call === 'fdatasyncSync' && path.includes('-0.wal') ? noSpace() : null);
    world.clock.advance(10);
    lane.tick();
    assert.equal(lane.available, false);
    watched.fail = () => null;
    // A system tells of what it could not write once, and not to both.
    while (held.length > 0) {
      held.shift()?.(null);
      await turn();
    }
    await Promise.all(kept);
    writeFileSync(path, readFileSync(path).fill(0, begins));
    assert.deepEqual(drain(world), idsOf(drafts));
  });

  test('nor is one under way that fails made good by the one before the file was left', async (t) => {
    const { world, held, lane, path, begins, drafts, kept } = await twoUnsynced(t);
    world.clock.advance(10);
    lane.tick();
    assert.equal(held.length, 1);
    held.shift()?.(noSpace());
    await Promise.all(kept);
    assert.equal(lane.available, false);
    writeFileSync(path, readFileSync(path).fill(0, begins));
    assert.deepEqual(drain(world), idsOf(drafts));
  });

  test('a reserve whose sync failed promises nothing more: its header may never reach the disk', async (t) => {
    const world = makeWorld(t);
    const watched = watchDisk(t);
    const lane = world.lane({ durability: 'disk' });
    const [unsynced, next, later] = [world.draft('call'), world.draft('call'), world.draft('call')];
    watched.fail = (call, path) => {
      const segment = call === 'writeSync' && path.endsWith('.wal.new');
      return segment || (call === 'fdatasyncSync' && path.endsWith('.reserve')) ? noSpace() : null;
    };
    await assert.rejects(lane.append(unsynced), { code: 'JOURNAL_UNAVAILABLE' });
    watched.fail = () => null;
    // A sync would succeed now, and say nothing of what the failed one dropped.
    await assert.rejects(lane.append(next), { code: 'JOURNAL_UNAVAILABLE' });
    lane.tick();
    assert.equal(lane.available, true);
    await lane.append(later);
    // What was refused may be found, or not; what was kept is.
    assert.deepEqual(drain(world), idsOf([unsynced, later]));
  });

  test('a reserve that could not be zeroed is not copied into the next segment', async (t) => {
    const world = makeWorld(t);
    const watched = watchDisk(t);
    const lane = world.lane();
    const drafts = Array.from({ length: 3 }, () => world.draft('call'));
    const [reserved, during, after] = drafts as [EntryDraft, EntryDraft, EntryDraft];
    watched.fail = (call, path) => (call === 'writeSync' && path.endsWith('.wal.new') ? noSpace() : null);
    await lane.append(reserved);
    assert.equal(lane.available, false);
    // The content is copied; zeroing the reserve fails after it has begun.
    watched.fail = (call, path) => (call === 'fdatasyncSync' && path.endsWith('.reserve') ? noSpace() : null);
    lane.tick();
    assert.equal(lane.available, false, 'it is tried again');
    watched.fail = () => null;
    await lane.append(during);
    lane.tick();
    assert.equal(lane.available, true);
    await lane.append(after);
    assert.deepEqual(drain(world), idsOf(drafts));
  });
});

test('a disk that refuses what is tried, and to clean up after it, ends no lane', async (t) => {
  const world = makeWorld(t);
  const watched = watchDisk(t);
  const lane = world.lane({ segmentMs: 1 });
  const drafts = [world.draft('call'), world.draft('call'), world.draft('call')];
  const [first, second, third] = drafts as [EntryDraft, EntryDraft, EntryDraft];
  await lane.append(first);
  world.clock.advance(10);
  watched.fail = (call) => (call === 'renameSync' || call === 'rmSync' ? noSpace() : null);
  lane.tick();
  assert.equal(lane.available, false, 'the next file cannot be shown');
  await lane.append(second);
  lane.tick();
  assert.equal(lane.available, false, 'nor one of the content of the reserve');
  watched.fail = () => null;
  lane.tick();
  await lane.append(third);
  assert.deepEqual(drain(world), idsOf(drafts));
});

describe('a loss of power', () => {
  /** Three batches in one file, none of them synced, or all of them; then the middle one is gone. */
  async function withHole(t: Parameters<typeof makeWorld>[0], synced: boolean): Promise<[World, EntryDraft[]]> {
    const world = makeWorld(t);
    if (!synced) watchDisk(t, holdSyncs(t).disk);
    const lane = world.lane({ durability: 'disk' });
    const path = join(world.folder, 'wal', `1-${world.epoch}-0.wal`);
    const drafts = Array.from({ length: 3 }, () => world.draft('call'));
    const ends: number[] = [];
    for (const draft of drafts) {
      const appended = lane.append(draft);
      await (synced ? appended : turn());
      ends.push(readFileSync(path).length);
    }
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, ends[0], ends[1]));
    return [world, drafts];
  }

  test('that took a batch nobody was promised, and left one behind it, stops no start', async (t) => {
    const [world, [first, , third]] = await withHole(t, false);
    assert.deepEqual(drain(world), [first?.id, third?.id]);
  });

  test('that took from one file what a failed sync had sent on to the next loses none of it', async (t) => {
    const world = makeWorld(t);
    const { held, disk } = holdSyncs(t);
    watchDisk(t, disk);
    const lane = world.lane({ durability: 'disk' });
    const path = join(world.folder, 'wal', `1-${world.epoch}-0.wal`);
    const drafts = [world.draft('call'), world.draft('call')];
    const [first, second] = drafts as [EntryDraft, EntryDraft];
    const begins = readFileSync(path).length;
    const kept = [lane.append(first)];
    await turn();
    const ends = readFileSync(path).length;
    kept.push(lane.append(second));
    await turn();
    held.shift()?.(noSpace());
    await Promise.all(kept);
    lane.tick();
    assert.equal(lane.available, true, 'both lie in the next file now');
    writeFileSync(path, readFileSync(path).fill(0, begins, ends));
    assert.deepEqual(drain(world), idsOf(drafts));
  });

  test('that took from one file what went on in the next but one loses none of it either', async (t) => {
    const world = makeWorld(t);
    const { held, disk } = holdSyncs(t);
    const watched = watchDisk(t, disk);
    const lane = world.lane({ durability: 'disk', segmentMs: 1 });
    const path = join(world.folder, 'wal', `1-${world.epoch}-0.wal`);
    const drafts = [world.draft('call'), world.draft('call'), world.draft('call')];
    const [first, second, third] = drafts as [EntryDraft, EntryDraft, EntryDraft];
    const begins = readFileSync(path).length;
    const kept = [lane.append(first)];
    await turn();
    const ends = readFileSync(path).length;
    kept.push(lane.append(second));
    await turn();
    // The next file is there, and cannot be taken into use: it stays empty.
    watched.fail = (call) => (call === 'fsyncSync' ? noSpace() : null);
    world.clock.advance(10);
    lane.tick();
    assert.equal(lane.available, false);
    watched.fail = () => null;
    held.shift()?.(noSpace());
    kept.push(lane.append(third));
    await Promise.all(kept);
    lane.tick();
    assert.equal(lane.available, true, 'all three lie in the third file now');
    writeFileSync(path, readFileSync(path).fill(0, begins, ends));
    assert.deepEqual(drain(world), idsOf(drafts));
  });

  test('that left a part of a reserve behind, whose content was copied, closes no call again', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    const watched = watchDisk(t);
    const lane = world.lane();
    const { intent, call } = callDrafts(world);
    const reserve = join(world.folder, 'wal', '1.reserve');
    watched.fail = (name, path) => (name === 'writeSync' && path.endsWith('.wal.new') ? noSpace() : null);
    await lane.append(intent);
    const before = readFileSync(reserve);
    await lane.append(call);
    watched.fail = () => null;
    lane.tick();
    assert.equal(lane.available, true);
    // The zeros did not reach the disk, and the call's batch had not either.
    writeFileSync(reserve, before);
    world.restart();
    world.recorder().close();
    const kinds = world
      .reader()
      .find(intent.id)
      .map(({ leaf }) => leaf.kind);
    assert.deepEqual(kinds, ['intent', 'call']);
  });

  test('that took a batch which was acknowledged is no such thing, and is reported', async (t) => {
    const [world] = await withHole(t, true);
    assert.throws(() => drain(world), { code: 'JOURNAL_CORRUPT', message: /damaged in the middle/ });
  });
});
