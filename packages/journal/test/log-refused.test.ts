import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openVault, recoverJournal } from '../src/index.ts';
import { assertSound, kindsIn } from './support/look.ts';
import { makeWorld, ORIGIN, type World } from './support/world.ts';

describe('a log that must not be continued', () => {
  async function filled(world: World): Promise<void> {
    const recorder = world.recorder();
    const lane = world.lane();
    for (let i = 0; i < 5; i += 1) await lane.append(world.draft('call'));
    recorder.step({ seal: true });
    await lane.close();
    recorder.close();
  }

  test('one behind its last signed checkpoint is refused as rolled back', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    cpSync(world.folder, `${world.folder}-backup`, { recursive: true });
    await filled(world);
    rmSync(world.folder, { recursive: true });
    cpSync(`${world.folder}-backup`, world.folder, { recursive: true });
    assert.throws(() => world.recorder(), {
      code: 'JOURNAL_ROLLED_BACK',
      message: /6 entries were signed.*restored to 1 entries/,
    });
    rmSync(join(world.folder, 'log'), { recursive: true });
    assert.throws(() => world.recorder(), { code: 'JOURNAL_ROLLED_BACK' });
  });

  test('a signature that was not yet published is published at the next start', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    const before = readFileSync(join(world.folder, 'log', 'checkpoint'));
    await filled(world);
    const after = readFileSync(join(world.folder, 'log', 'checkpoint'));
    writeFileSync(join(world.folder, 'log', 'checkpoint'), before);
    world.recorder().close();
    assert.deepEqual(readFileSync(join(world.folder, 'log', 'checkpoint')), after);
  });

  for (const file of ['log/tile/0/0', 'log/entries/0.open', 'log/checkpoint']) {
    test(`one whose ${file} was changed is refused as corrupt`, async (t) => {
      const world = makeWorld(t);
      await filled(world);
      const path = join(world.folder, file);
      const bytes = readFileSync(path);
      bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      assert.throws(() => world.recorder(), { code: 'JOURNAL_CORRUPT' });
    });
  }

  for (const file of ['log/tile/0/0', 'log/entries/0.open', 'log/entries/0.ends', 'records/0.open']) {
    test(`one whose ${file} is cut short is refused as rolled back`, async (t) => {
      const world = makeWorld(t);
      await filled(world);
      const path = join(world.folder, file);
      writeFileSync(path, readFileSync(path).subarray(0, -1));
      assert.throws(() => world.recorder(), { code: 'JOURNAL_ROLLED_BACK' });
    });
  }

  test('two logs of one size under one key are a fork', async (t) => {
    const world = makeWorld(t);
    world.recorder().close();
    cpSync(world.folder, `${world.folder}-fork`, { recursive: true });
    cpSync(world.vault, `${world.vault}-fork`, { recursive: true });
    await filled(world);
    const signed = readFileSync(join(world.vault, 'last-checkpoint'));
    rmSync(world.folder, { recursive: true });
    rmSync(world.vault, { recursive: true });
    cpSync(`${world.folder}-fork`, world.folder, { recursive: true });
    cpSync(`${world.vault}-fork`, world.vault, { recursive: true });
    await filled(world);
    writeFileSync(join(world.vault, 'last-checkpoint'), signed);
    assert.throws(() => world.recorder(), { code: 'JOURNAL_CORRUPT', message: /forked/ });
  });

  test('a successor log states the gap in its first entry, and takes in what still waits', async (t) => {
    const world = makeWorld(t);
    await filled(world);
    const old = world.reader();
    const [oldKey, oldCheckpoint] = [old.vkey, old.checkpoint()];
    const lane = world.lane({ lane: 7 });
    const waiting = world.draft('call');
    await lane.append(waiting);
    await lane.close();
    rmSync(join(world.folder, 'records', '0.open'));
    assert.throws(() => world.recorder(), { code: 'JOURNAL_ROLLED_BACK' });
    world.restart();
    const recovered = recoverJournal({
      folder: world.folder,
      vault: world.vault,
      epoch: world.epoch,
      node: 'node-1',
      build: 'test',
      log: 'lab',
      clock: world.clock,
      reason: 'the records were deleted',
    });
    const journal = world.reader();
    assert.equal(recovered.origin, `${ORIGIN}/successor-1`);
    assert.deepEqual([journal.vkey, journal.checkpoint().origin], [recovered.vkey, recovered.origin]);
    assert.deepEqual(kindsIn(world), ['recovery', 'call']);
    assert.equal(journal.entry(1).leaf.id, waiting.id);
    const first = JSON.parse(journal.groups(0).public?.text ?? '') as Record<string, unknown>;
    assert.deepEqual(first['predecessor'], { origin: ORIGIN, vkey: oldKey });
    assert.deepEqual(first['signed'], { checkpoint: oldCheckpoint.text, size: 6 });
    assert.equal(first['reason'], 'the records were deleted');
    assert.ok(existsSync(join(recovered.superseded, 'log', 'checkpoint')));
    assertSound(world);
    world.restart();
    world.recorder().close();
    assert.equal(openVault(world.vault).signer.name, recovered.origin);
  });

  test('a damaged write-ahead file is put aside by recovery, and named', async (t) => {
    const world = makeWorld(t);
    await filled(world);
    const lane = world.lane({ lane: 7 });
    for (let i = 0; i < 3; i += 1) await lane.append(world.draft('call'));
    await lane.close();
    const path = join(world.folder, 'wal', '7-1-0.wal');
    const bytes = readFileSync(path);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    world.restart();
    assert.throws(() => world.recorder(), { code: 'JOURNAL_CORRUPT', message: /damaged/ });
    const { superseded } = recoverJournal({
      folder: world.folder,
      vault: world.vault,
      epoch: world.epoch,
      node: 'node-1',
      build: 'test',
      log: 'lab',
      reason: 'damage',
    });
    assert.ok(existsSync(join(superseded, 'wal', '7-1-0.wal')));
    assert.match(world.reader().groups(0).public?.text ?? '', /"damaged_files":\["7-1-0\.wal"\]/);
  });

  test('where there is no log there is nothing to recover', (t) => {
    const world = makeWorld(t);
    const options = {
      folder: world.folder,
      vault: world.vault,
      epoch: 1,
      node: 'n',
      build: 'b',
      log: 'lab' as const,
      reason: 'none',
    };
    assert.throws(() => recoverJournal(options), { code: 'RECEIPT_UNKNOWN' });
  });
});
