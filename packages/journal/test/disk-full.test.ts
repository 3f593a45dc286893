import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { acquireFolderLock, nextEpoch, recorderFailing } from '../src/index.ts';
import { makeWorld } from './support/world.ts';

/** A small file system of our own to fill up. */
function tinyDisk(t: TestContext, megabytes: number): string {
  const home = mkdtempSync(join(tmpdir(), 'weighbridge-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', home]);
  t.after(() => {
    execFileSync('umount', ['-l', home]);
    rmdirSync(home);
  });
  return home;
}

const mayMount = process.getuid?.() === 0 && process.platform === 'linux' && mounts();
function mounts(): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
if (!mayMount) assert.notEqual(process.env['CI'], 'true', 'the disk-full tests need root on Linux');

/** Fills the disk to the last byte; returns the file to remove. */
function fill(home: string): string {
  const path = join(home, 'filler');
  const fd = openSync(path, 'w');
  for (let size = 65_536; size >= 1;) {
    try {
      writeSync(fd, Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
  closeSync(fd);
  return path;
}

describe('a full disk', { skip: mayMount ? false : 'needs root on Linux, for a small tmpfs to fill' }, () => {
  for (const durability of ['process', 'disk'] as const) {
    test(`what is in flight is kept from the reserve, and the lane comes back by itself (${durability})`, async (t) => {
      const home = tinyDisk(t, 4);
      const world = makeWorld(t, home);
      const recorder = world.recorder();
      const lane = world.lane({ durability, reserveBytes: 131_072 });
      const acknowledged: string[] = [];
      const append = async (): Promise<void> => {
        const draft = world.draft('call', { public: JSON.stringify('x'.repeat(2000)) });
        await lane.append(draft);
        acknowledged.push(draft.id);
      };
      await append();
      const filler = fill(home);
      for (let i = 0; lane.available && i < 10_000; i += 1) await append();
      assert.equal(lane.available, false, 'new calls are refused');
      assert.match(lane.trouble ?? '', /ENOSPC/);
      await append();
      await assert.rejects(
        async () => {
          for (;;) await append();
        },
        { code: 'JOURNAL_UNAVAILABLE' },
      );
      assert.match(recorder.step({ seal: true }).failing ?? '', /ENOSPC/);
      assert.equal(recorderFailing(world.signals), true);
      lane.tick();
      assert.equal(lane.available, false, 'still full');
      rmSync(filler);
      lane.tick();
      assert.equal(lane.trouble, null);
      await append();
      assert.equal(recorder.step({ seal: true }).failing, undefined);
      assert.equal(lane.available, true);
      await lane.close();
      recorder.close();
      const logged = [...world.reader().entries({ kinds: ['call'] })].map((entry) => entry.leaf.id);
      assert.deepEqual(logged, acknowledged, 'everything acknowledged, once, in order');
    });
  }

  test('what lay in the reserve when the process died is recovered', async (t) => {
    const home = tinyDisk(t, 4);
    const world = makeWorld(t, home);
    world.recorder().close();
    const lane = world.lane({ lane: 4, reserveBytes: 131_072 });
    const ids: string[] = [];
    const append = async (): Promise<void> => {
      const draft = world.draft('call');
      await lane.append(draft);
      ids.push(draft.id);
    };
    const filler = fill(home);
    for (let i = 0; lane.available && i < 10_000; i += 1) await append();
    for (let i = 0; i < 10; i += 1) await append();
    // The process is gone: nothing is closed, and a new lane of the same number opens first.
    rmSync(filler);
    world.restart();
    const next = world.lane({ lane: 4, reserveBytes: 131_072 });
    const after = world.draft('call');
    await next.append(after);
    await next.close();
    world.recorder().close();
    const logged = [...world.reader().entries({ kinds: ['call'] })].map((entry) => entry.leaf.id);
    assert.deepEqual(logged.toSorted(), [...ids, after.id].toSorted());
  });

  test('a folder is locked, left and free again although its holder cannot be written down', (t) => {
    const home = tinyDisk(t, 1);
    acquireFolderLock(home).release();
    fill(home);
    const lock = acquireFolderLock(home);
    assert.throws(() => acquireFolderLock(home), { code: 'FOLDER_LOCKED' });
    lock.leaving();
    lock.release();
    acquireFolderLock(home).release();
  });

  test('a journal that cannot even be opened says so', (t) => {
    const home = tinyDisk(t, 4);
    const world = makeWorld(t, home);
    fill(home);
    assert.throws(() => nextEpoch(world.folder), { code: 'JOURNAL_UNAVAILABLE', message: /ENOSPC/ });
    assert.throws(() => world.lane(), { code: 'JOURNAL_UNAVAILABLE' });
    assert.throws(() => world.recorder(), { code: 'JOURNAL_UNAVAILABLE' });
  });
});
