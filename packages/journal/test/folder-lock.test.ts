import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { acquireFolderLock, awaitFolderLock, nextEpoch } from '../src/index.ts';
import { temporaryFolder } from './support/world.ts';

const module = new URL('../src/index.ts', import.meta.url).href;

/** A process that takes the lock, keeps no reference to it, and collects its garbage. */
async function holder(t: TestContext, folder: string): Promise<ChildProcess> {
  const code = `import { acquireFolderLock } from ${JSON.stringify(module)}; acquireFolderLock(${JSON.stringify(folder)}); gc(); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module-typescript', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  assert.equal(said.toString(), 'held\n');
  return child;
}

describe('the folder lock', () => {
  test('is held by one, even within a process, and free after release', (t) => {
    const folder = join(temporaryFolder(t), 'journal');
    const lock = acquireFolderLock(folder);
    assert.throws(() => acquireFolderLock(folder), {
      code: 'FOLDER_LOCKED',
      message: new RegExp(`process ${process.pid}`),
    });
    lock.release();
    lock.release();
    acquireFolderLock(folder).release();
  });

  test('of another process is respected while it lives, and free the moment it is killed', async (t) => {
    const folder = join(temporaryFolder(t), 'journal');
    for (let round = 0; round < 3; round += 1) {
      const child = await holder(t, folder);
      assert.throws(() => acquireFolderLock(folder), {
        code: 'FOLDER_LOCKED',
        message: new RegExp(`process ${child.pid}`),
      });
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const lock = acquireFolderLock(folder);
    assert.ok(lock.folder.endsWith('journal'));
    lock.release();
  });

  test('of one that says it is stopping is waited for; of any other it is not', async (t) => {
    const folder = join(temporaryFolder(t), 'journal');
    const first = acquireFolderLock(folder);
    await assert.rejects(awaitFolderLock(folder), { code: 'FOLDER_LOCKED' });
    first.leaving();
    await assert.rejects(awaitFolderLock(folder, 0), { code: 'FOLDER_LOCKED', message: /, stopping since / });
    const second = awaitFolderLock(folder);
    first.release();
    const lock = await second;
    assert.throws(() => acquireFolderLock(folder), { code: 'FOLDER_LOCKED', message: /since [^,]+$/ });
    first.leaving();
    await assert.rejects(awaitFolderLock(folder), { message: /since [^,]+$/ }, 'who has let go says no more');
    lock.release();
  });
});

describe('epochs', () => {
  test('never repeat', (t) => {
    const folder = join(temporaryFolder(t), 'journal');
    assert.deepEqual([nextEpoch(folder), nextEpoch(folder), nextEpoch(folder)], [1, 2, 3]);
    writeFileSync(join(folder, 'epoch'), 'x');
    assert.throws(() => nextEpoch(folder), { code: 'JOURNAL_CORRUPT' });
  });
});
