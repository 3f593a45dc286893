// A backup put in place: what goes on from it, what old receipts are still worth, and everything that is refused before
// anything is in place.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { isAppError, type ErrorCode } from '@weighbridge/kernel';
import {
  makeBackup,
  nextEpoch,
  openJournal,
  openRecorder,
  openVault,
  restoreBackup,
  verifyFolder,
  verifyReceipt,
  type BackedUp,
  type Restored,
} from '../src/index.ts';
import { callDrafts, makeWorld, ORIGIN, type World } from './support/world.ts';
import { noSpace, watchDisk } from './support/watched-disk.ts';

interface Kept extends BackedUp {
  readonly world: World;
  readonly home: string;
  /** A call that is in the backup. */
  readonly id: string;
  readonly restore: (more?: {
    readonly nothingSince?: boolean;
    readonly from?: string;
    readonly root?: string;
  }) => Restored;
}

async function kept(t: TestContext): Promise<Kept> {
  const world = makeWorld(t);
  const home = dirname(world.folder);
  const recorder = world.recorder();
  const lane = world.lane();
  const { intent, call } = callDrafts(world);
  await lane.append(intent);
  await lane.append(call);
  recorder.sealAll();
  const { folder: journal, vault } = world;
  const to = join(home, 'backups');
  const from = { journal, vault, blobs: join(home, 'blobs'), log: 'lab', build: 'test', running: true } as const;
  const made = await makeBackup({ ...from, to });
  recorder.close();
  const restore: Kept['restore'] = (more = {}) =>
    restoreBackup({
      from: more.from ?? to,
      root: (log) => more.root ?? join(home, 'restored', log),
      node: 'node-1',
      build: 'test',
      reason: 'the disk was lost',
      nothingSince: more.nothingSince ?? false,
    });
  return { ...made, world, home, id: call.id, restore };
}

const code =
  (wanted: ErrorCode, says = /./) =>
  (error: unknown): true => {
    assert.ok(isAppError(error), String(error));
    assert.equal(error.code, wanted, error.message);
    assert.match(error.message, says);
    return true;
  };

const lastEntry = (root: string): { kind: string; said: Record<string, unknown> } => {
  const journal = openJournal(join(root, 'journal'));
  const entry = journal.entry(journal.checkpoint().size - 1);
  const text = journal.groups(entry.index, ['public']).public?.text ?? '{}';
  journal.close();
  return { kind: entry.leaf.kind, said: JSON.parse(text) as Record<string, unknown> };
};

describe('a backup that is restored', () => {
  test('is succeeded by a log of another key, whose first entry names the backup', async (t) => {
    const { manifest, restore, id } = await kept(t);
    const { root, continued, origin, vkey } = restore();
    assert.deepEqual([continued, origin], [false, `${ORIGIN}/successor-1`]);
    assert.notEqual(vkey, manifest.vkey);
    const { kind, said } = lastEntry(root);
    assert.equal(kind, 'recovery');
    assert.equal(said['reason'], 'the disk was lost');
    const restored = said['restored'] as Record<string, unknown>;
    assert.deepEqual([restored['size'], restored['root'], restored['at']], [manifest.size, manifest.root, manifest.at]);
    assert.match(String(restored['manifest_sha256']), /^[0-9a-f]{64}$/);
    const old = join(root, 'journal/superseded/1');
    const whole = verifyFolder(old, { vkey: manifest.vkey, last: manifest.checkpoint, vault: join(root, 'vault') });
    assert.deepEqual([whole.outcome, whole.groups.unchecked], ['ok', 0]);
    const journal = openJournal(old, { vault: join(root, 'vault') });
    t.after(() => journal.close());
    const receipt = journal.receiptFor(id, { groups: ['public', 'personal'] });
    assert.equal(verifyReceipt(receipt, { vkey: manifest.vkey }).outcome, 'ok');
    assert.match(receipt, /ada\.lovelace/);
  });

  test('goes on itself when nothing was signed since, and says who said so', async (t) => {
    const { world, manifest, restore, id } = await kept(t);
    const { root, origin, vkey } = restore({ nothingSince: true });
    assert.deepEqual([origin, vkey], [manifest.origin, manifest.vkey]);
    const { kind, said } = lastEntry(root);
    assert.deepEqual([kind, said['nothing_signed_since'], said['size']], ['restore', true, manifest.size]);
    const folder = join(root, 'journal');
    const vault = join(root, 'vault');
    const recorder = openRecorder({
      ...world,
      folder,
      vault,
      epoch: nextEpoch(folder),
      node: 'node-1',
      build: 'test',
      log: 'lab',
    });
    assert.equal(recorder.size, manifest.size + 1);
    recorder.close();
    assert.equal(verifyFolder(folder, { vkey, vault, last: manifest.checkpoint }).outcome, 'ok');
    const journal = openJournal(folder, { vault });
    t.after(() => journal.close());
    assert.equal(journal.find(id).length, 2, 'the index was made anew');
  });

  test('keeps what was erased before it erased', async (t) => {
    const { world, home, restore } = await kept(t);
    openVault(world.vault).erase('person/ada', world.clock.wall());
    const from = { journal: world.folder, vault: world.vault, blobs: join(home, 'blobs') };
    await makeBackup({ ...from, log: 'lab', build: 'test', running: false, to: join(home, 'backups') });
    const { root } = restore();
    const old = openJournal(join(root, 'journal/superseded/1'), { vault: join(root, 'vault') });
    t.after(() => old.close());
    assert.throws(() => old.groups(2, ['personal']), code('SUBJECT_ERASED'));
  });

  test('is not put over anything', async (t) => {
    const { home, restore } = await kept(t);
    const root = join(home, 'restored', 'lab');
    mkdirSync(root, { recursive: true });
    restore();
    assert.throws(() => restore(), code('HOME_NOT_EMPTY', /holds something already/));
    const file = join(home, 'a-file');
    writeFileSync(file, 'x');
    assert.throws(() => restore({ root: file }), code('HOME_NOT_EMPTY'));
  });

  test('of which one byte is not what was written is refused, and nothing is in place', async (t) => {
    const { folder, manifest, home, restore } = await kept(t);
    for (const { path } of manifest.files.filter(({ bytes }) => bytes > 0)) {
      const whole = readFileSync(join(folder, path));
      const changed = Buffer.from(whole);
      changed[0] = (changed[0] ?? 0) ^ 1;
      writeFileSync(join(folder, path), changed);
      assert.throws(() => restore(), code('BACKUP_INVALID', /SHA-256 differs/), path);
      writeFileSync(join(folder, path), whole);
    }
    const first = join(folder, manifest.files[0]?.path ?? '');
    writeFileSync(first, Buffer.concat([readFileSync(first), Buffer.from('x')]));
    assert.throws(() => restore(), code('BACKUP_INVALID', /bytes/));
    rmSync(first);
    assert.throws(() => restore(), code('BACKUP_INVALID', /missing/));
    assert.deepEqual(existsSync(join(home, 'restored')) ? readdirSync(join(home, 'restored')) : [], []);
  });

  test('has a manifest that says what it is, and no path out of the home', async (t) => {
    const { folder, home, restore } = await kept(t);
    const path = join(folder, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { files: { path: string }[] };
    const as = (change: object): void => writeFileSync(path, JSON.stringify({ ...manifest, ...change }));
    as({ v: 2 });
    assert.throws(() => restore(), code('FORMAT_NEWER', /has format 2/));
    as({ size: 2 });
    assert.throws(() => restore(), code('BACKUP_INVALID', /differ/));
    as({ format: 'tar' });
    assert.throws(() => restore(), code('BACKUP_INVALID'));
    as({ files: [...manifest.files, { ...manifest.files[0], path: 'journal/../../outside' }] });
    assert.throws(() => restore(), code('BACKUP_INVALID', /does not list files/));
    writeFileSync(path, '{');
    assert.throws(() => restore(), code('BACKUP_INVALID', /not JSON/));
    assert.throws(() => restore({ from: home }), code('BACKUP_INVALID', /no finished backup/));
  });

  test('meets a full disk with nothing in place', async (t) => {
    const { home, restore } = await kept(t);
    const watched = watchDisk(t);
    watched.fail = (call, path) => (call === 'writeSync' && path.includes('vault') ? noSpace() : null);
    assert.throws(() => restore(), code('BACKUP_FAILED', /ENOSPC/));
    assert.deepEqual(readdirSync(join(home, 'restored')), []);
    watched.fail = () => null;
    assert.equal(restore().continued, false);
  });
});
