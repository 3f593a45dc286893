// What a window leaves on disk: the marks by which a start counts its calls, whatever bypasses came and went, and the lines of
// another disk, of which a full one may have cut any.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { BypassMeter, bypassMemory, type NamedBypass } from '@weighbridge/gateway';
import type { EntryDraft } from '@weighbridge/protocol';
import { sealFoundWindows } from '../src/bypass/found.ts';
import { clearMarker, LaneMarker, layOutMarker, readMarker } from '../src/bypass/marker.ts';
import { readSpill, SpillFile } from '../src/bypass/spill.ts';
import { BypassWindows } from '../src/bypass/windows.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-bypass-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);
const counted = (marker: string): string[] =>
  readMarker(marker).map(({ bypass, opened, begun, ended }) => `${bypass} ${opened} ${begun} ${ended}`);
const draft = (kind: EntryDraft['kind'], id: string): EntryDraft => ({ kind, id, at: 1, public: '{}' });
const named = (id: string, more: Partial<NamedBypass> = {}): NamedBypass => ({
  id,
  owner: 'platform',
  reason: 'support has to answer',
  longest_minutes: 60,
  calls: 100,
  bytes: 1_000_000,
  ...more,
});

describe('marks', () => {
  test('of a bypass that is no longer named spoil none of another', () => {
    const marker = path('marks');
    layOutMarker(marker);
    const lane = new LaneMarker(marker, 2);
    lane.began('gone', 10);
    for (let i = 0; i < 3; i += 1) lane.began('stays', 20);
    // By now the configuration names the other alone.
    lane.ended('gone', 10);
    lane.ended('stays', 20);
    assert.deepEqual(counted(marker), ['gone 10 1 1', 'stays 20 3 1']);
    lane.close();
    const successor = new LaneMarker(marker, 2);
    successor.began('stays', 20);
    assert.deepEqual(counted(marker), ['gone 10 1 1', 'stays 20 4 1'], 'it goes on counting');
    successor.close();
  });

  test('find a place for every window, one after the other', () => {
    const marker = path('many');
    layOutMarker(marker);
    const lane = new LaneMarker(marker, 1);
    for (let opened = 1; opened <= 50; opened += 1) {
      lane.began('x', opened);
      lane.ended('x', opened);
      if (opened < 50) clearMarker(marker, { bypass: 'x', opened });
    }
    assert.deepEqual(counted(marker), ['x 50 1 1']);
    lane.close();
  });
});

describe('lines on another disk', () => {
  test('are synced together while others are written, and a disk that never answers holds one sync', async () => {
    const asked: ((error: Error | null) => void)[] = [];
    const failed: string[] = [];
    const file = new SpillFile(
      path('synced.ndjson'),
      ({ message }) => void failed.push(message),
      (_, done) => void asked.push(done),
    );
    const add = (id: string): void => file.add({ bypass: 'x', opened: 1, began: draft('intent', id) });
    for (const id of ['a', 'b', 'c']) add(id);
    assert.equal(asked.length, 1, 'one is under way');
    asked[0]?.(null);
    assert.equal(asked.length, 2, 'what came meanwhile is synced next, in one');
    add('d');
    file.close();
    asked[1]?.(new Error('EIO'));
    assert.equal(asked.length, 3, 'the last line is synced before the file is closed');
    asked[2]?.(null);
    assert.deepEqual([asked.length, failed], [3, ['EIO']]);
    assert.throws(() => add('e'), { code: 'EBADF' });
  });

  test('that were cut off spoil no other', async () => {
    const spill = path('cut.ndjson');
    const file = new SpillFile(spill, assert.ifError);
    file.add({ bypass: 'x', opened: 1, began: draft('intent', 'a') });
    appendFileSync(spill, '\n{"bypass":"x","opened":1,"dra');
    file.add({ bypass: 'x', opened: 1, drafts: [draft('call', 'a')] });
    file.close();
    const read: string[] = [];
    for await (const line of readSpill(spill))
      read.push(line.began === undefined ? line.drafts.map(({ kind }) => kind).join() : line.began.id);
    assert.deepEqual(read, ['a', 'call']);
  });

  test('of a call that recovery closed already are not sealed again: its receipt is lost', async () => {
    const spill = path('found.ndjson');
    const file = new SpillFile(spill, assert.ifError);
    file.add({ bypass: 'x', opened: 5, drafts: [draft('call', 'both')] });
    file.add({ bypass: 'x', opened: 5, drafts: [draft('call', 'late')] });
    file.close();
    const appended: EntryDraft[] = [];
    const stores = {
      nextId: () => 'id',
      admin: { append: async (one: EntryDraft) => void appended.push(one) },
      journal: {
        entries: () => [],
        groups: () => ({}),
        find: (id: string) => (id === 'both' ? [{ index: 1, leaf: { kind: 'call' } }] : []),
      },
    } as unknown as Parameters<typeof sealFoundWindows>[0];
    const marker = path('found');
    layOutMarker(marker);
    const lane = new LaneMarker(marker, 1);
    lane.began('x', 5);
    lane.began('x', 5);
    lane.close();
    const found = await sealFoundWindows(stores, marker, { x: named('x', { spill_file: spill }) });
    assert.deepEqual(found, [{ bypass: 'x', opened: 5, calls: 2, sealed: 1, lost: 1 }]);
    assert.deepEqual(
      appended.map(({ kind, id }) => `${kind} ${id}`),
      ['bypass id', 'call late', 'bypass id'],
    );
  });
});

describe('windows', () => {
  const open = (lanesSeal = true) => {
    const appended: EntryDraft[] = [];
    const admin = { available: true, append: async (one: EntryDraft) => void appended.push(one) };
    const clock = { ms: 0, wall: () => 1_000, monotonic: () => clock.ms };
    const marker = path('none');
    const windows = new BypassWindows({
      admin,
      clock,
      marker,
      nextId: () => 'id',
      alert: () => undefined,
      say: () => undefined,
      lanesSeal: async () => lanesSeal,
    });
    return { windows, appended, clock };
  };

  test('of a bypass that a change takes out are sealed and closed all the same', async () => {
    const { windows, appended, clock } = open();
    const memory = bypassMemory(['x']);
    windows.use([named('x')], memory);
    // The change comes first, and a call that began before it goes through afterwards.
    windows.use([], {});
    const meter = new BypassMeter(memory['x'] ?? new SharedArrayBuffer(0));
    const entered = meter.enter(named('x'), 1, 1_000);
    assert.ok('opened' in entered);
    meter.leave(1);
    windows.take({ bypass: 'x', opened: entered.opened, drafts: [draft('call', 'c')] });
    await windows.look();
    assert.deepEqual(
      appended.map(({ kind }) => kind),
      ['bypass', 'call', 'bypass'],
    );
    assert.equal(meter.state().opened, 0);
    // The log tells of it once that is sealed; until then it is known all the same, and none is open.
    const { opened } = entered;
    assert.deepEqual(
      [windows.states(), windows.known().map((one) => [one.opened, one.closed, one.sealed])],
      [[], [[opened, 1_000, 1]]],
    );
    clock.ms = 61_000;
    assert.deepEqual(windows.known(), []);
  });

  test('end after their minutes although the wall clock was set back', async () => {
    const { windows, clock } = open(false);
    const memory = bypassMemory(['x']);
    const meter = new BypassMeter(memory['x'] ?? new SharedArrayBuffer(0));
    windows.use([named('x', { longest_minutes: 1 })], memory);
    meter.enter(named('x'), 1, 1_000_000);
    await windows.look();
    assert.ok('opened' in meter.enter(named('x'), 1, 0));
    clock.ms = 61_000;
    await windows.look();
    assert.ok('full' in meter.enter(named('x'), 1, 0));
  });
});
