import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WalTail } from '../src/wal/tail.ts';
import { assertSound } from './support/look.ts';
import { callDrafts, makeWorld } from './support/world.ts';

describe('an intent', () => {
  test('commits to its public group alone, its receipt to all three', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const { intent, call } = callDrafts(world);
    await lane.append(intent);
    await lane.append(call);
    recorder.close();
    const journal = world.reader();
    const [first, second] = journal.find(intent.id);
    assert.deepEqual(Object.keys(first?.leaf.groups ?? {}), ['public']);
    assert.deepEqual(Object.keys(second?.leaf.groups ?? {}), ['commercial', 'personal', 'public']);
    const groups = journal.groups(first?.index ?? 0, ['public', 'commercial', 'personal']);
    assert.equal(groups.public?.text, intent.public);
    assert.deepEqual([groups.commercial, groups.personal], [undefined, undefined]);
    assertSound(world);
  });

  test('whose call takes long is kept whole while more than a chunk of others is read, and closed with all it said', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const personal = '{"who":{"organisation":"acme.example","principal":"patient"}}';
    const slow = callDrafts(world, { commercial: '{"decided":"first"}', personal });
    await lane.append(slow.intent);
    for (let i = 0; i < 5_000; i += 1) {
      const { intent, call } = callDrafts(world);
      void lane.append(intent);
      void lane.append(call);
      if (i % 500 === 499) {
        await lane.append(world.draft('call'));
        recorder.step();
      }
    }
    await lane.close();
    recorder.close();
    world.restart();
    world.recorder().close();
    const journal = world.reader();
    const [, call] = journal.find(slow.intent.id);
    const groups = journal.groups(call?.index ?? 0, ['public', 'commercial', 'personal']);
    assert.match(groups.public?.text ?? '', /"outcome":"interrupted"/);
    assert.equal(groups.personal?.text, slow.intent.personal);
    assert.match(groups.commercial?.text ?? '', /"decided":"first"/);
  });

  test('is counted as open until its call is read, in the same look or a later one', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const tail = new WalTail(world.folder, world.epoch, []);
    t.after(() => tail.close());
    const [one, two] = [callDrafts(world), callDrafts(world)];
    await Promise.all([one.intent, two.intent, two.call].map((draft) => lane.append(draft)));
    const look = (): number => {
      tail.list();
      while (tail.take() !== null);
      return tail.openIntents;
    };
    assert.equal(look(), 1);
    tail.release(tail.positions());
    assert.equal(tail.openIntents, 1, 'settling loses none');
    await lane.append(one.call);
    assert.equal(look(), 0);
  });
});
