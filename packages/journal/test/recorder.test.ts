import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { EntryDraft } from '@weighbridge/protocol';
import { interruptedCall, RECORDER_LANE } from '../src/index.ts';
import { assertSound, idsIn, walFiles } from './support/look.ts';
import { callDrafts, makeWorld, ORIGIN, START } from './support/world.ts';

describe('a new log', () => {
  test('begins with a genesis entry that names its origin and key', (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    const journal = world.reader();
    const { leaf } = journal.entry(0);
    assert.equal(leaf.kind, 'genesis');
    assert.deepEqual(leaf.by, { build: 'test', epoch: 1, lane: RECORDER_LANE, node: 'node-1', seq: 0 });
    assert.deepEqual(JSON.parse(journal.groups(0).public?.text ?? ''), {
      log: 'lab',
      origin: ORIGIN,
      v: 1,
      vkey: journal.vkey,
    });
    assert.equal(journal.checkpoint().origin, ORIGIN);
    assertSound(world, journal.checkpoint().text);
  });

  test('signs at most once in a second, and only when there is something new', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const append = async (): Promise<void> => lane.append(world.draft('call'));
    await append();
    assert.deepEqual(recorder.step(), { integrated: 1, sealed: false, size: 1 });
    world.clock.advance(999);
    assert.equal(recorder.step().sealed, false);
    world.clock.advance(1);
    assert.deepEqual(recorder.step(), { integrated: 0, sealed: true, size: 2 });
    world.clock.advance(5000);
    assert.equal(recorder.step().sealed, false, 'nothing new');
    await append();
    assert.equal(recorder.step().sealed, true, 'the first after a pause is signed at once');
    recorder.close();
  });

  test('entries keep what their writer said of them', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const { intent, call } = callDrafts(world);
    await lane.append(intent);
    await lane.append(call);
    recorder.close();
    const journal = world.reader();
    const [first, second] = journal.find(call.id);
    assert.deepEqual([first?.leaf.kind, second?.leaf.kind], ['intent', 'call']);
    assert.deepEqual(second?.leaf.by, { build: 'test', epoch: 1, lane: 1, node: 'node-1', seq: 1 });
    assert.equal(second?.leaf.at, START);
    const groups = journal.groups(second?.index ?? 0, ['public', 'commercial', 'personal']);
    assert.deepEqual(
      Object.values(groups)
        .map((group) => group.text)
        .toSorted(),
      [call.public, call.commercial, call.personal].toSorted(),
    );
    assert.equal(second?.text, JSON.stringify(second?.leaf), 'a leaf is canonical: sorted keys, no white space');
  });
});

describe('write-ahead files', () => {
  test('go once their entries are sealed and no intent in them is open', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane({ segmentBytes: 1 });
    const { intent, call } = callDrafts(world);
    await lane.append(intent);
    await lane.append(world.draft('call'));
    recorder.step({ seal: true });
    assert.deepEqual(
      walFiles(world),
      ['1-1-0.wal', '1-1-2.wal'],
      'the intent keeps the first, the lane writes the last',
    );
    await lane.append(call);
    recorder.step({ seal: true });
    assert.deepEqual(walFiles(world), ['1-1-3.wal']);
    await lane.close();
    recorder.close();
    world.restart();
    world.recorder().close();
    assert.deepEqual(walFiles(world), [], 'a dead lane leaves nothing behind');
  });

  test('of several lanes are all taken in, each in its own order', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lanes = [1, 2, 3].map((number) => world.lane({ lane: number, segmentBytes: 4000 }));
    for (let i = 0; i < 60; i += 1) await lanes[i % 3]?.append(world.draft('call', { public: `{"i":${i}}` }));
    recorder.close();
    const journal = world.reader();
    for (const lane of [1, 2, 3]) {
      const seqs = [...journal.entries()]
        .filter((entry) => entry.leaf.by.lane === lane)
        .map((entry) => entry.leaf.by.seq);
      assert.deepEqual(
        seqs,
        Array.from({ length: 20 }, (_, i) => i),
      );
    }
    assertSound(world);
  });

  test('of a lane that was started again within the process close its open intents', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const { intent } = callDrafts(world);
    await world.lane({ lane: 4 }).append(intent);
    assert.equal(recorder.step({ seal: true }).integrated, 1);
    world.restart();
    const second = world.lane({ lane: 4 });
    await second.append(world.draft('call'));
    recorder.step({ seal: true });
    recorder.step({ seal: true });
    const entries = world.reader().find(intent.id);
    assert.deepEqual(
      entries.map((entry) => entry.leaf.kind),
      ['intent', 'call'],
    );
    recorder.close();
  });
});

describe('recovery', () => {
  test('an intent without a call becomes an interrupted call, once', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    const lane = world.lane();
    const { intent } = callDrafts(world);
    const done = callDrafts(world);
    await Promise.all([intent, done.intent, done.call].map((draft) => lane.append(draft)));
    for (let start = 0; start < 3; start += 1) {
      world.restart();
      world.recorder().close();
    }
    const journal = world.reader();
    const [, call, ...more] = journal.find(intent.id);
    assert.deepEqual(more, []);
    assert.equal(call?.leaf.by.lane, RECORDER_LANE);
    const groups = journal.groups(call?.index ?? 0, ['public', 'commercial', 'personal']);
    const open = JSON.parse(groups.public?.text ?? '') as Record<string, unknown>;
    assert.equal(open['outcome'], 'interrupted');
    assert.deepEqual(open['asked'], { alias: 'sonnet' });
    assert.equal(groups.personal?.text, intent.personal);
    assert.match(groups.commercial?.text ?? '', /"decided":"abc"/);
    assert.equal(journal.find(done.call.id).length, 2);
    assertSound(world);
  });

  test('an interrupted call that was sealed just before another crash is not written twice', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    const { intent } = callDrafts(world);
    await world.lane().append(intent);
    const [wal = ''] = walFiles(world);
    const kept = readFileSync(join(world.folder, 'wal', wal));
    world.restart();
    world.recorder().close();
    // As if the crash had come between the checkpoint and the deletion of the file.
    writeFileSync(join(world.folder, 'wal', wal), kept);
    world.restart();
    world.recorder().close();
    assert.equal(world.reader().find(intent.id).length, 2);
  });

  test('the caller may say what an interrupted call looks like', async (t) => {
    const world = makeWorld(t);
    const { intent } = callDrafts(world);
    await world.lane().append(intent);
    world.restart();
    const closeIntent = (draft: EntryDraft, at: number): EntryDraft => ({
      ...interruptedCall(draft, at),
      public: '{"outcome":"interrupted","own":true}',
    });
    world.recorder({ closeIntent }).close();
    const journal = world.reader();
    assert.equal(
      journal.groups(journal.find(intent.id)[1]?.index ?? 0).public?.text,
      '{"outcome":"interrupted","own":true}',
    );
  });

  test('a draft expanded twice gives the same bytes both times', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    lane.bodies('person/ada', world.nextId()).hasher('request');
    for (let i = 0; i < 30; i += 1) await lane.append(callDrafts(world).call);
    cpSync(world.folder, `${world.folder}-copy`, { recursive: true });
    cpSync(world.vault, `${world.vault}-copy`, { recursive: true });
    world.recorder({ folder: `${world.folder}-copy`, vault: `${world.vault}-copy` }).close();
    recorder.close();
    for (const file of ['log/entries/0.open', 'log/checkpoint']) {
      assert.deepEqual(readFileSync(join(`${world.folder}-copy`, file)), readFileSync(join(world.folder, file)), file);
    }
  });

  test('entries survive the loss of the recorder at any point, exactly once', async (t) => {
    const world = makeWorld(t);
    const expected: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const recorder = world.recorder();
      const lane = world.lane({ segmentBytes: 3000 });
      for (let i = 0; i < 40; i += 1) {
        const draft = world.draft('call');
        expected.push(`call ${draft.id}`);
        await lane.append(draft);
        if (i === 10 + round * 5) recorder.step({ seal: true });
        if (i === 20 + round) recorder.step();
      }
      // No close: the recorder is simply gone.
      world.restart();
    }
    world.recorder().close();
    assert.deepEqual(idsIn(world).toSorted(), expected.toSorted());
    assertSound(world);
  });

  test('lost positions and indexes are rebuilt from the leaves', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const ids: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      const draft = world.draft(i % 5 === 0 ? 'config' : 'call');
      ids.push(draft.id);
      await lane.append(draft);
    }
    recorder.step({ seal: true });
    rmSync(join(world.folder, 'positions'));
    rmSync(join(world.folder, 'index'), { recursive: true });
    world.restart();
    world.recorder().close();
    const journal = world.reader();
    assert.deepEqual(
      [...journal.entries({ from: 1 })].map((entry) => entry.leaf.id),
      ids,
    );
    assert.equal([...journal.entries({ kinds: ['config'] })].length, 4);
    assert.equal(journal.find(ids[7] ?? '').length, 1);
    recorder.close();
  });
});

describe('an epoch', () => {
  for (const damage of ['lost', 'set back']) {
    test(`is not handed out twice when its file is ${damage}, so that nothing new is taken for sealed`, async (t) => {
      const world = makeWorld(t);
      for (let start = 0; start < 3; start += 1) {
        if (start > 0) world.restart();
        const recorder = world.recorder();
        const lane = world.lane({ lane: 1 });
        // An intent that stays open keeps its write-ahead file, as a killed process would.
        await lane.append(world.draft(start < 2 ? 'call' : 'intent'));
        recorder.step({ seal: true });
        await lane.close();
        recorder.close();
      }
      const before = idsIn(world);
      if (damage === 'lost') rmSync(join(world.folder, 'epoch'));
      else writeFileSync(join(world.folder, 'epoch'), '1\n');
      world.restart();
      const recorder = world.recorder();
      const lane = world.lane({ lane: 1 });
      const draft = world.draft('call');
      await lane.append(draft);
      recorder.step({ seal: true });
      await lane.close();
      recorder.close();
      const now = idsIn(world);
      assert.ok(now.includes(`call ${draft.id}`), 'what was appended is sealed');
      assert.deepEqual(now.slice(0, before.length), before);
      assert.equal(now.length, before.length + 2, 'and the open intent is closed as an interrupted call');
    });
  }

  test('is read off the leaves when its file and the positions are lost', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    world.restart();
    world.recorder().close();
    rmSync(join(world.folder, 'epoch'));
    rmSync(join(world.folder, 'positions'));
    world.restart();
    assert.ok(world.epoch > 1, 'the genesis entry was written in epoch 1');
    const lane = world.lane({ lane: 1 });
    const recorder = world.recorder();
    const draft = world.draft('call');
    await lane.append(draft);
    recorder.step({ seal: true });
    await lane.close();
    recorder.close();
    assert.ok(idsIn(world).includes(`call ${draft.id}`));
  });
});
