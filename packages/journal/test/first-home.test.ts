// What the first version wrote is opened, read, verified, taken further and verified again; what a later one will write
// is refused by its number before anything in it is touched. Every released form gets a folder like this one.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import {
  makeBackup,
  nextEpoch,
  openJournal,
  openRecorder,
  openVault,
  openWitnessStore,
  restoreBackup,
  verifyFolder,
  verifyReceipt,
} from '../src/index.ts';
import { callDrafts, makeWorld, temporaryFolder } from './support/world.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/first-home.json');
const IDS = ['01KB7Q5S00FJRSTFXTREC0RD01', '01KB7Q5S00FJRSTFXTREC0RD02', '01KB7Q5S00FJRSTFXTREC0RD03'] as const;

function firstHome(t: TestContext) {
  const home = temporaryFolder(t);
  const { files } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { readonly files: Record<string, string> };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, name), Buffer.from(content, 'base64'), { mode: 0o600 });
  }
  const folder = join(home, 'journal');
  const vault = join(home, 'vault');
  const last = readFileSync(join(folder, 'log/checkpoint'), 'utf8');
  return { home, folder, vault, last };
}

const newer = (error: unknown): true => {
  assert.ok(isAppError(error), String(error));
  assert.equal(error.code, 'FORMAT_NEWER', error.message);
  assert.match(error.message, /written by a newer version \(form 2\)/);
  return true;
};

describe('a home that the first version wrote', () => {
  test('is read and verified as it lies there', (t) => {
    const { folder, vault, last } = firstHome(t);
    const journal = openJournal(folder, { vault });
    t.after(() => journal.close());
    assert.deepEqual(
      [...journal.entries()].map(({ leaf }) => leaf.kind),
      ['genesis', 'intent', 'intent', 'call', 'call', 'log_key'],
    );
    const receipt = journal.receiptFor(IDS[0], { groups: ['public', 'commercial', 'personal'] });
    assert.match(receipt, /ada/);
    assert.equal(verifyReceipt(receipt, { vkey: journal.vkey }).outcome, 'ok');
    assert.throws(() => journal.receiptFor(IDS[1], { groups: ['personal'] }), /erased/);
    const whole = verifyFolder(folder, { vkey: journal.vkey, vault, last });
    assert.deepEqual([whole.outcome, whole.size, whole.handovers?.length], ['ok', 6, 1]);
  });

  test('goes on: its write-ahead files are taken in, new entries follow, and the whole is one log', async (t) => {
    const { home, folder, vault, last } = firstHome(t);
    const world = makeWorld(t, home);
    const recorder = world.recorder();
    assert.equal(recorder.size, 8);
    const lane = world.lane();
    const { intent, call } = callDrafts(world);
    await lane.append(intent);
    await lane.append(call);
    assert.equal(recorder.sealAll(), 10);
    recorder.rotateKey('the next');
    recorder.close();
    const journal = world.reader();
    assert.equal(journal.find(IDS[2]).length, 2);
    const whole = verifyFolder(folder, { vkey: journal.vkey, vault, last });
    assert.deepEqual([whole.outcome, whole.size, whole.handovers?.length], ['ok', 11, 2]);
    assert.equal(readFileSync(join(folder, 'format'), 'utf8'), '1\n');
  });

  test('is backed up and restored', async (t) => {
    const { home, folder, vault, last } = firstHome(t);
    const from = { journal: folder, vault, blobs: join(home, 'blobs'), log: 'lab' } as const;
    const to = join(home, 'backups');
    const { manifest } = await makeBackup({ ...from, build: 'test', running: false, to });
    assert.equal(manifest.checkpoint, last);
    const place = { root: () => join(home, 'restored'), node: 'node-1', build: 'test' };
    const { root } = restoreBackup({ ...place, from: to, reason: 'a drill', nothingSince: true });
    assert.equal(verifyFolder(join(root, 'journal'), { vkey: manifest.vkey, last }).outcome, 'ok');
  });
});

describe('a home that a newer version wrote', () => {
  test('is refused by whatever opens it, and nothing in it is changed', (t) => {
    const { folder, vault } = firstHome(t);
    const epoch = readFileSync(join(folder, 'epoch'), 'utf8');
    const base = { folder, vault, epoch: 9, node: 'node-1', build: 'test', log: 'lab' } as const;
    writeFileSync(join(folder, 'format'), '2\n');
    assert.throws(() => openJournal(folder), newer);
    assert.throws(() => openRecorder(base), newer);
    assert.throws(() => verifyFolder(folder, { vkey: openVault(vault).signer.verifier.vkey }), newer);
    assert.throws(() => nextEpoch(folder), newer);
    assert.equal(readFileSync(join(folder, 'epoch'), 'utf8'), epoch);
    writeFileSync(join(folder, 'format'), 'two');
    assert.throws(() => openJournal(folder), /does not hold a number/);
    rmSync(join(folder, 'format'));
    writeFileSync(join(vault, 'format'), '2\n', { mode: 0o600 });
    assert.throws(() => openVault(vault), newer);
    assert.throws(() => openRecorder(base), newer);
    assert.equal(existsSync(join(folder, 'format')), false);
  });

  test('so is a witness of a newer version; a new one says in which form it is', (t) => {
    const folder = join(temporaryFolder(t), 'witness');
    openWitnessStore(folder, { name: 'witness.example/w1' }).close();
    assert.equal(readFileSync(join(folder, 'format'), 'utf8'), '1\n');
    rmSync(join(folder, 'format'));
    openWitnessStore(folder).close();
    writeFileSync(join(folder, 'format'), '2\n');
    assert.throws(() => openWitnessStore(folder), newer);
  });

  test('a new home says in which form it is', (t) => {
    const world = makeWorld(t);
    const { folder, vault } = world;
    world.recorder().close();
    for (const each of [folder, vault]) assert.equal(readFileSync(join(each, 'format'), 'utf8'), '1\n');
  });
});
