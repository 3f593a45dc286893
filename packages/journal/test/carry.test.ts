// What a successor takes over: entries of the kinds asked for, each with where and when it first stood, once, in order, and only
// what the closed log's own signed root vouches for. What is not, stays behind by name.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { EntryDraft, EntryKind } from '@weighbridge/protocol';
import {
  makeBackup,
  nextEpoch,
  openJournal,
  openVault,
  recoverJournal,
  restoreBackup,
  verifyFolder,
  type Carried,
} from '../src/index.ts';
import { noSpace, watchDisk } from './support/watched-disk.ts';
import { makeWorld, ORIGIN, START, type World } from './support/world.ts';

const CARRY: readonly EntryKind[] = ['contract', 'claim'];
const HOUR = 3_600_000;

interface Deal {
  readonly world: World;
  readonly contract: EntryDraft;
  readonly claim: EntryDraft;
}

/** A log of a contract, a claim that is published, and an alert; then an hour goes by. */
async function deal(t: TestContext): Promise<Deal> {
  const world = makeWorld(t);
  const recorder = world.recorder();
  const lane = world.lane();
  const draft = (kind: EntryKind, commercial: string, more: Partial<EntryDraft> = {}): EntryDraft => ({
    kind,
    id: world.nextId(),
    at: world.clock.wall(),
    commercial,
    ...more,
  });
  const contract = draft('contract', '{"after":{"digest":"d"},"by":{"via":"command"},"id":"small"}');
  const claim = draft('claim', '{"after":"unverified","id":"c"}', {
    public: '{"kind":"claim_statement","state":"unverified"}',
  });
  for (const one of [contract, draft('alert', '{"alert":"x"}'), claim]) await lane.append(one);
  await lane.close();
  recorder.close();
  world.clock.advance(HOUR);
  world.restart();
  return { world, contract, claim };
}

const recover = ({ folder, vault, epoch, clock }: World, carry: readonly EntryKind[] = CARRY) =>
  recoverJournal({ folder, vault, epoch, clock, node: 'node-1', build: 'test', log: 'lab', reason: 'a drill', carry });

interface Held {
  readonly kind: string;
  readonly id: string;
  readonly at: number;
  readonly commercial: Record<string, unknown>;
  readonly public?: Record<string, unknown>;
}

function heldIn(folder: string): readonly Held[] {
  const journal = openJournal(folder);
  try {
    return [...journal.entries()].map(({ index, leaf: { kind, id, at } }) => {
      const groups = journal.groups(index);
      const read = (text = '{}'): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
      const open = groups.public === undefined ? {} : { public: read(groups.public.text) };
      return { kind, id, at, commercial: read(groups.commercial?.text), ...open };
    });
  } finally {
    journal.close();
  }
}

const statedIn = (folder: string): Carried => heldIn(folder)[0]?.public?.['carried'] as Carried;

/** Changes one byte of a file where this text begins. */
function spoil(path: string, text: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf(text);
  assert.ok(at >= 0, `${path} holds ${text}`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

describe('a successor', () => {
  test('holds what it takes over behind its first entry, under one checkpoint, as of when it was written', async (t) => {
    const { world, contract, claim } = await deal(t);
    const before = openJournal(world.folder);
    const { size, root } = before.checkpoint();
    before.close();
    const { carried } = recover(world);
    const found = heldIn(world.folder);
    assert.deepEqual(found.map(({ kind, id }) => [kind, id]).slice(1), [
      ['contract', contract.id],
      ['claim', claim.id],
    ]);
    assert.deepEqual(
      found.map(({ at }) => at),
      [START + HOUR, START + HOUR, START + HOUR],
      'each says when it was carried',
    );
    const from = { at: START, index: 1, origin: ORIGIN };
    assert.deepEqual(found[1]?.commercial, {
      after: { digest: 'd' },
      by: { via: 'command' },
      id: 'small',
      carried: from,
    });
    const published = { kind: 'claim_statement', state: 'unverified', carried: { ...from, index: 3 } };
    assert.deepEqual(found[2]?.public, published);
    assert.deepEqual(carried, {
      entries: 2,
      from: { origin: ORIGIN, size, root: root.toString('base64') },
      left: [],
      left_in_all: 0,
    });
    assert.deepEqual(statedIn(world.folder), { ...carried, kinds: CARRY }, 'and the first entry says so');
    const { vkey } = openVault(world.vault).signer.verifier;
    assert.equal(verifyFolder(world.folder, { vkey }).groups.unchecked, 0);
  });

  test('of a successor takes over the same again, and still says where it first stood', async (t) => {
    const { world } = await deal(t);
    recover(world);
    const once = heldIn(world.folder).slice(1);
    world.clock.advance(HOUR);
    world.restart();
    const { carried } = recover(world);
    const twice = heldIn(world.folder).slice(1);
    assert.deepEqual(
      twice.map(({ at: _at, ...held }) => held),
      once.map(({ at: _at, ...held }) => held),
    );
    assert.equal(carried.from?.origin, `${ORIGIN}/successor-1`);
  });

  test('of a restored log takes over the same, and one that goes on has it already', async (t) => {
    const { world } = await deal(t);
    const home = dirname(world.folder);
    const to = join(home, 'backups');
    const { folder: journal, vault } = world;
    await makeBackup({ journal, vault, blobs: join(home, 'blobs'), log: 'lab', build: 'test', running: false, to });
    const restore = (name: string, nothingSince: boolean) =>
      restoreBackup({
        from: to,
        root: (log) => join(home, name, log),
        node: 'node-1',
        build: 'test',
        reason: 'a drill',
        nothingSince,
        carry: CARRY,
      });
    const done = restore('restored', false);
    assert.equal(done.carried?.entries, 2);
    assert.deepEqual(
      heldIn(join(done.root, 'journal')).map(({ kind }) => kind),
      ['recovery', 'contract', 'claim'],
    );
    const same = restore('same', true);
    assert.equal(same.carried, null);
    const kinds = heldIn(join(same.root, 'journal')).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['genesis', 'contract', 'alert', 'claim', 'restore']);
  });

  test('takes over nothing where nothing is asked for', async (t) => {
    const { world } = await deal(t);
    const { folder, vault, epoch, clock } = world;
    recoverJournal({ folder, vault, epoch, clock, node: 'node-1', build: 'test', log: 'lab', reason: 'a drill' });
    const [first, ...rest] = heldIn(folder);
    assert.deepEqual([first?.kind, rest], ['recovery', []]);
    assert.equal(Object.hasOwn(first?.public ?? {}, 'carried'), false);
  });
});

describe('of a damaged log', () => {
  test('an index that is gone keeps nothing back', async (t) => {
    const { world } = await deal(t);
    rmSync(join(world.folder, 'index'), { recursive: true });
    assert.equal(recover(world).carried.entries, 2);
  });

  const SPOILT: readonly (readonly [string, string, string, RegExp])[] = [
    ['record', 'records/0.open', '"command"', /its commercial group is not the one that its leaf commits to/],
    ['leaf', 'log/entries/0.open', '"kind":"contract"', /entry|proof|JSON|does not lead/],
  ];
  for (const [what, file, text, why] of SPOILT)
    test(`a ${what} that was altered stays behind, by name, and all others go over`, async (t) => {
      const { world, contract, claim } = await deal(t);
      // One letter within the value: the rest can still be read.
      const path = join(world.folder, file);
      const inside = what === 'leaf' ? contract.id.slice(-8) : text.slice(1);
      spoil(path, inside);
      const { carried } = recover(world);
      const ids = new Set(heldIn(world.folder).map(({ id }) => id));
      assert.deepEqual([ids.has(contract.id), ids.has(claim.id)], [false, true]);
      const [left] = carried.left;
      assert.deepEqual([carried.entries, carried.left_in_all, left?.from, left?.to], [1, 1, 1, 2]);
      assert.match(left?.entry ?? '', /^contract /);
      assert.match(left?.why ?? '', why);
      assert.deepEqual(statedIn(world.folder).left, carried.left);
    });

  test('what cannot be read at all is told, and a successor begins without it', async (t) => {
    const { world } = await deal(t);
    rmSync(join(world.folder, 'log', 'entries'), { recursive: true });
    const { carried, superseded } = recover(world);
    assert.deepEqual([carried.entries, carried.left[0]?.from, carried.left[0]?.to], [0, 0, 4]);
    assert.ok(existsSync(join(superseded, 'log', 'checkpoint')));
  });

  test('a log that is gone, or of another key, is believed in nothing', async (t) => {
    const gone = await deal(t);
    rmSync(join(gone.world.folder, 'log'), { recursive: true });
    assert.match(recover(gone.world).carried.left[0]?.why ?? '', /is not there/);
    const planted = await deal(t);
    const other = await deal(t);
    const path = join(planted.world.folder, 'log', 'checkpoint');
    writeFileSync(path, readFileSync(join(other.world.folder, 'log', 'checkpoint')));
    const { carried } = recover(planted.world);
    assert.deepEqual([carried.entries, carried.from], [0, null]);
    assert.match(carried.left[0]?.why ?? '', /was not signed by its key/);
  });
});

describe('a recovery that is interrupted', () => {
  test('at any step is finished by the next one, and nothing else opens the log meanwhile', async (t) => {
    const { world, contract, claim } = await deal(t);
    const { folder, vault } = world;
    const home = dirname(folder);
    const kept = join(home, 'kept');
    for (const name of ['journal', 'vault']) cpSync(join(home, name), join(kept, name), { recursive: true });
    const disk = watchDisk(t);
    let refused = 0;
    let whole = false;
    // Every eleventh of some two hundred calls: a prime, so that it falls on each kind of step.
    for (let last = 0; !whole; last += 11) {
      for (const name of ['journal', 'vault']) {
        rmSync(join(home, name), { recursive: true, force: true });
        cpSync(join(kept, name), join(home, name), { recursive: true });
      }
      world.epoch = nextEpoch(folder);
      let calls = 0;
      // As if the process had died: from then on nothing reaches the disk.
      disk.fail = () => ((calls += 1) > last ? noSpace() : null);
      try {
        recover(world);
        whole = true;
      } catch (error) {
        assert.match(String(error), /ENOSPC|disk refuses/, 'nothing but the disk stopped it');
      }
      disk.fail = () => null;
      world.epoch = nextEpoch(folder);
      if (!whole && existsSync(join(folder, 'succeeding'))) {
        refused += 1;
        assert.throws(() => world.recorder(), { code: 'JOURNAL_CORRUPT', message: /a recovery was interrupted/ });
        recover(world);
      } else if (!whole && heldIn(folder)[0]?.kind !== 'recovery') {
        world.recorder().close();
        recover(world);
      }
      const ids = heldIn(folder).map(({ kind, id }) => (kind === 'recovery' ? kind : id));
      assert.deepEqual(ids, ['recovery', contract.id, claim.id], `cut off behind ${last} calls`);
      assert.equal(existsSync(join(folder, 'succeeding')), false);
      const opened = openVault(vault);
      assert.equal(opened.signer.name, `${ORIGIN}/successor-1`, `cut off behind ${last} calls`);
      assert.equal(opened.formerSigners(1)[0]?.name, ORIGIN);
      assert.equal(statedIn(folder).from?.origin, ORIGIN);
      world.epoch = nextEpoch(folder);
      world.recorder().close();
    }
    assert.ok(refused > 10, `${refused} times in the midst of it`);
  });
});
