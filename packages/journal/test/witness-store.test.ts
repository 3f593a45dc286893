import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { knownLogs, openWitnessStore, originHash } from '../src/index.ts';
import { parseVerifierKey } from '../src/note/note-key.ts';
import { parseNote } from '../src/note/signed-note.ts';
import { growLog } from './support/grown-log.ts';
import { standWitness } from './support/standing-witness.ts';
import { temporaryFolder } from './support/world.ts';

const log = growLog();
const forgot = { code: 'WITNESS_FORGOT' };

function stood(t: TestContext) {
  const standing = standWitness(t, [log.vkey]);
  assert.equal(standing.witness.addCheckpoint(log.body(0, 7)).status, 200);
  return standing;
}

describe("a witness's store", () => {
  test('keeps the newest checkpoint with both signatures, and its key to itself', (t) => {
    const { folder, store, vkey } = stood(t);
    const note = readFileSync(store.pathOf(log.origin), 'utf8');
    assert.deepEqual(
      parseNote(note).signatures.map(({ name }) => name),
      [log.origin, 'witness.example/w1'],
    );
    assert.ok(note.startsWith(log.checkpoint(7)));
    assert.equal(statSync(join(folder, 'key')).mode & 0o777, 0o600);
    assert.equal(readFileSync(join(folder, 'vkey'), 'utf8'), `${vkey}\n`);
    assert.equal(store.pathOf(log.origin), join(folder, 'logs', `${originHash(log.origin)}.checkpoint`));
  });

  test('is the same after a restart', (t) => {
    const standing = stood(t);
    const again = standing.restart();
    assert.equal(again.vkey, standing.vkey);
    assert.equal(again.witness.remembered(log.origin)?.size, 7);
    assert.equal(again.witness.addCheckpoint(log.body(7, 9)).status, 200);
  });

  test('has one holder at a time', (t) => {
    const { folder } = stood(t);
    assert.throws(() => openWitnessStore(folder), { code: 'FOLDER_LOCKED' });
  });

  const losses: readonly (readonly [string, (folder: string, path: string) => void])[] = [
    ['its checkpoint of a log', (_, path) => rmSync(path)],
    ['all its checkpoints', (folder) => rmSync(join(folder, 'logs'), { recursive: true })],
    ['its list of logs', (folder) => rmSync(join(folder, 'origins'))],
    ['its key', (folder) => rmSync(join(folder, 'key'))],
    ['half of a checkpoint', (_, path) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 60))],
    ['its own word under a checkpoint', (_, path) => writeFileSync(path, log.checkpoint(7))],
    [
      'a checkpoint, and has that of another log in its place',
      (_, path) => writeFileSync(path, readFileSync(path, 'utf8').replace(log.origin, 'other.example')),
    ],
  ];
  for (const [what, lose] of losses) {
    test(`that lost ${what} never stands witness again`, (t) => {
      const { folder, store } = stood(t);
      store.close();
      lose(folder, store.pathOf(log.origin));
      assert.throws(() => openWitnessStore(folder, { name: 'witness.example/w1' }), forgot);
    });
  }

  test('takes up a checkpoint whose line in the list a crash prevented', (t) => {
    const { folder, store } = stood(t);
    store.close();
    writeFileSync(join(folder, 'origins'), '');
    const again = openWitnessStore(folder);
    t.after(() => again.close());
    assert.equal(again.remembered(log.origin)?.size, 7);
  });

  test('begins anew where a crash ended its making, and not under another name later', (t) => {
    const folder = join(temporaryFolder(t), 'w');
    assert.throws(() => openWitnessStore(folder), { code: 'USAGE', message: /needs a name/ });
    assert.throws(() => openWitnessStore(folder, { name: 'a b' }), { code: 'USAGE', message: /cannot name a key/ });
    openWitnessStore(folder, { name: 'w.example' }).close();
    rmSync(join(folder, 'key'));
    openWitnessStore(folder, { name: 'w.example' }).close();
    assert.throws(() => openWitnessStore(folder, { name: 'v.example' }), { code: 'CONFIG_INVALID' });
  });

  test('is not opened when others can read the key', (t) => {
    const { folder, store } = stood(t);
    store.close();
    chmodSync(join(folder, 'key'), 0o644);
    assert.throws(() => openWitnessStore(folder), { code: 'VAULT_UNREADABLE', message: /read by others/ });
    assert.ok(existsSync(join(folder, 'key')));
  });

  test('keeps contradictions, sixteen at most', (t) => {
    const { folder, store } = stood(t);
    for (let at = 0; at < 20; at += 1) store.keepConflict(log.origin, `${log.checkpoint(at)}${at}`);
    assert.equal(store.conflicts(log.origin).length, 16);
    assert.equal(readdirSync(join(folder, 'conflicts', originHash(log.origin))).length, 16);
  });

  test('of no log, of too many, or with two addresses for one is refused', () => {
    const key = parseVerifierKey(log.vkey);
    assert.throws(() => knownLogs([]), { code: 'CONFIG_INVALID', message: /no log is named/ });
    const many = Array.from({ length: 257 }, (_, at) => ({ key: parseVerifierKey(growLog(`log.example/${at}`).vkey) }));
    assert.throws(() => knownLogs(many), { code: 'CONFIG_INVALID', message: /257 logs/ });
    for (const url of ['ftp://h/log', 'http://u@h/log', 'nonsense'])
      assert.throws(() => knownLogs([{ key, url }]), { code: 'CONFIG_INVALID', message: /no address of a log/ });
    const two = [
      { key, url: 'http://a/log/' },
      { key, url: 'http://b/log' },
    ];
    assert.throws(() => knownLogs(two), { code: 'CONFIG_INVALID', message: /two addresses/ });
    assert.equal(knownLogs([{ key, url: 'http://a/log/' }]).get(log.origin)?.url, 'http://a/log');
  });
});
