// A backup beside a log that grows, and what is refused: each case on real files, with what is read back held against the
// log by the verifier that a stranger would use.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { isAppError, type ErrorCode } from '@weighbridge/kernel';
import {
  makeBackup,
  openVault,
  recoverJournal,
  verifyFolder,
  type BackedUp,
  type BackupOptions,
} from '../src/index.ts';
import { callDrafts, makeWorld, type World } from './support/world.ts';
import { noSpace, watchDisk } from './support/watched-disk.ts';

const PART = 16_384;

async function append(world: World, lane: ReturnType<World['lane']>, calls: number): Promise<void> {
  const waiting: Promise<void>[] = [];
  for (let i = 0; i < calls; i += 1) {
    const { intent, call } = callDrafts(world);
    waiting.push(lane.append(intent), lane.append(call));
  }
  await Promise.all(waiting);
}

const backUp = (world: World, more: Partial<BackupOptions> = {}): Promise<BackedUp> =>
  makeBackup({
    journal: world.folder,
    vault: world.vault,
    blobs: join(dirname(world.folder), 'blobs'),
    log: 'lab',
    build: 'test',
    running: true,
    to: join(dirname(world.folder), 'backups'),
    clock: world.clock,
    ...more,
  });

const code =
  (wanted: ErrorCode, says = /./) =>
  (error: unknown): true => {
    assert.ok(isAppError(error), String(error));
    assert.equal(error.code, wanted, error.message);
    assert.match(error.message, says);
    return true;
  };

const inode = (path: string): number => statSync(path).ino;

/** A log of a sealed part and something behind it, whose recorder goes on. */
async function grown(t: TestContext) {
  const world = makeWorld(t);
  const recorder = world.recorder();
  const lane = world.lane();
  t.after(() => recorder.close());
  await append(world, lane, 20);
  recorder.sealAll();
  return { world, recorder, lane };
}

describe('a backup', () => {
  test('holds everything acknowledged before it, and verifies by itself while the log goes on', async (t) => {
    const { world, recorder, lane } = await grown(t);
    mkdirSync(join(dirname(world.folder), 'blobs'));
    writeFileSync(join(dirname(world.folder), 'blobs', 'a'.repeat(64)), 'a price book');
    await append(world, lane, 300);
    assert.equal(recorder.sealAll(), 1 + 2 * 320);
    await append(world, lane, 5);
    const { folder, manifest } = await backUp(world);
    assert.deepEqual([manifest.size, manifest.log, manifest.running], [641, 'lab', true]);
    const { vkey } = manifest;
    const found = verifyFolder(join(folder, 'journal'), {
      vkey,
      vault: join(folder, 'vault'),
      last: manifest.checkpoint,
    });
    assert.deepEqual([found.outcome, found.size, found.groups.unchecked], ['ok', 641, 0]);
    assert.equal(readFileSync(join(folder, 'blobs', 'a'.repeat(64)), 'utf8'), 'a price book');
    assert.deepEqual(readdirSync(join(folder, 'journal')).toSorted(), [
      'epoch',
      'format',
      'log',
      'positions',
      'records',
    ]);
    assert.equal(openVault(join(folder, 'vault')).lastCheckpoint(), manifest.checkpoint);
    for (const { path } of manifest.files) assert.equal(statSync(join(folder, path)).mode & 0o777, 0o600, path);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  test('made again copies what is new: a sealed part is linked, and the backup before is gone', async (t) => {
    const { world, recorder, lane } = await grown(t);
    await append(world, lane, PART / 2);
    recorder.sealAll();
    const first = await backUp(world);
    const sealed = 'journal/records/0.sealed';
    const before = inode(join(first.folder, sealed));
    await append(world, lane, 10);
    recorder.sealAll();
    const second = await backUp(world);
    assert.equal(inode(join(second.folder, sealed)), before);
    assert.equal(second.manifest.size, first.manifest.size + 20);
    assert.ok(second.copied < first.copied / 2, `${second.copied} of ${first.copied} bytes`);
    assert.equal(existsSync(first.folder), false);
  });

  test('of a part that is filled but cut by the checkpoint is the same as before it was filled', async (t) => {
    const { world, recorder, lane } = await grown(t);
    const early = await backUp(world, { to: join(dirname(world.folder), 'early') });
    await append(world, lane, PART / 2);
    recorder.sealAll();
    const { folder } = await backUp(world);
    const path = 'journal/log/entries/0.open';
    const was = readFileSync(join(early.folder, path));
    const all = verifyFolder(join(folder, 'journal'), { vkey: early.manifest.vkey, last: early.manifest.checkpoint });
    assert.equal(all.outcome, 'ok', `${all.problem}`);
    assert.equal(existsSync(join(folder, path)), false);
    assert.ok(was.length > 0);
  });

  test('on a disk without links copies, and one whose earlier copy has rotted is copied anew', async (t) => {
    const { world, recorder, lane } = await grown(t);
    await append(world, lane, PART / 2);
    recorder.sealAll();
    const first = await backUp(world);
    const sealed = join(first.folder, 'journal/records/0.sealed');
    const bytes = readFileSync(sealed);
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
    writeFileSync(sealed, bytes);
    const second = await backUp(world);
    const total = second.manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    const linked = statSync(join(second.folder, 'journal/log/entries/0.sealed')).size;
    assert.equal(second.copied, total - linked, 'the one that is sound still is linked');
    const noLinks = (): never => {
      throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
    };
    watchDisk(t, { linkSync: noLinks });
    const third = await backUp(world);
    assert.equal(third.copied, total);
  });

  test('that meets a full disk leaves the one before it whole, and says what to do', async (t) => {
    const { world, recorder, lane } = await grown(t);
    const first = await backUp(world);
    await append(world, lane, 10);
    recorder.sealAll();
    const watched = watchDisk(t);
    watched.fail = (call, path) => (call === 'writeSync' && path.includes('backups/000002') ? noSpace() : null);
    await assert.rejects(backUp(world), code('BACKUP_FAILED', /ENOSPC/));
    assert.deepEqual(
      readdirSync(dirname(first.folder)).filter((name) => !name.startsWith('lock')),
      ['000001'],
    );
    watched.fail = () => null;
    const found = verifyFolder(join(first.folder, 'journal'), { vkey: first.manifest.vkey });
    assert.equal(found.outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.equal((await backUp(world)).manifest.size, first.manifest.size + 20);
  });

  test('left unfinished by a process that died is no backup, and is cleared away by the next', async (t) => {
    const { world } = await grown(t);
    const left = join(dirname(world.folder), 'backups', '000001.unfinished');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'manifest.json'), '{}');
    const { folder } = await backUp(world);
    assert.deepEqual([existsSync(left), folder.endsWith('000001')], [false, true]);
  });

  test('never takes the place of one that holds more of the log, or another log', async (t) => {
    const { world, recorder, lane } = await grown(t);
    const older = await backUp(world, { to: join(dirname(world.folder), 'older') });
    await append(world, lane, 10);
    recorder.sealAll();
    const newer = await backUp(world);
    const from = { journal: join(older.folder, 'journal'), vault: join(older.folder, 'vault') };
    await assert.rejects(backUp(world, from), code('JOURNAL_ROLLED_BACK', /holds 61 entries .* only 41/));
    recorder.close();
    await lane.close();
    const { folder, vault } = world;
    recoverJournal({ folder, vault, epoch: 9, node: 'node-1', build: 'test', log: 'lab', reason: 'a drill' });
    await assert.rejects(backUp(world), code('BACKUP_INVALID', /is of the log \S+lab, not of \S+successor-1/));
    assert.ok(existsSync(newer.folder));
  });

  test('refuses a log whose record was changed, and says what does not verify', async (t) => {
    const { world } = await grown(t);
    const path = join(world.folder, 'records/0.open');
    const bytes = readFileSync(path);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await assert.rejects(backUp(world), code('JOURNAL_CORRUPT', /does not verify/));
    truncateSync(path, 100);
    await assert.rejects(backUp(world), code('JOURNAL_CORRUPT', /too early/));
  });

  test('waits for a change of keys, and is refused in words when that does not end', async (t) => {
    const { world, recorder } = await grown(t);
    const change = join(world.vault, 'key-change');
    writeFileSync(change, '{}', { mode: 0o600 });
    const waiting = backUp(world);
    await new Promise((later) => setImmediate(later));
    rmSync(change);
    assert.equal((await waiting).manifest.size, 41);
    const { vkey } = recorder.rotateKey('yearly');
    const { manifest, folder } = await backUp(world);
    assert.equal(manifest.vkey, vkey);
    assert.ok(existsSync(join(folder, 'journal/log/handovers')));
    writeFileSync(change, '{}', { mode: 0o600 });
    await assert.rejects(backUp(world, { waitMs: 300 }), code('JOURNAL_UNAVAILABLE', /change of the log's keys/));
    rmSync(change);
  });
});
