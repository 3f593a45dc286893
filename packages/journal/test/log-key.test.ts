// The log's key handed over: both keys sign it, whoever has the first key can follow, what was proven before stays
// proven, and nobody without the old key can hand over, nor with it once it was handed over.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openVault, serveLog, verifyFolder, verifyReceipt, verifyUrl, type Verification } from '../src/index.ts';
import { keysInForce, openHandover, parseHandovers, signHandover } from '../src/note/handover.ts';
import { signCheckpoint } from '../src/note/checkpoint.ts';
import { generateSignerKey, parseSignerKey, type NoteSigner } from '../src/note/note-key.ts';
import { signNote } from '../src/note/signed-note.ts';
import { handoversPath, checkpointPath } from '../src/store/layout.ts';
import { call, handoversOf, rotated } from './support/rotated.ts';
import { makeWorld, ORIGIN, START, type World } from './support/world.ts';

const outcomes = (receipts: readonly string[], vkey: string, handovers?: string): string[] =>
  receipts.map(
    (receipt) => verifyReceipt(receipt, { vkey, ...(handovers === undefined ? {} : { handovers }) }).outcome,
  );
const told = ({ handovers = [] }: Verification): readonly unknown[] =>
  handovers.map(({ from, to, index }) => [from, to, index]);

describe('a log key that is handed over', () => {
  test('leaves receipts provable by the key they were signed under, and by the other with the statement', async (t) => {
    const { world, first, second, before, between, after } = await rotated(t);
    assert.notEqual(first, second);
    const all = [before, between, after];
    assert.deepEqual(outcomes(all, first), ['ok', 'ok', 'PROOF_INVALID']);
    assert.deepEqual(outcomes(all, second), ['PROOF_INVALID', 'ok', 'ok']);
    const handovers = handoversOf(world);
    assert.deepEqual(outcomes(all, first, handovers), ['ok', 'ok', 'ok']);
    assert.deepEqual(outcomes(all, second, handovers), ['ok', 'ok', 'ok']);
    assert.deepEqual(told(verifyReceipt(after, { vkey: first, handovers })), [[first, second, 2]]);
    assert.equal(verifyReceipt(after, { vkey: first }).handovers, undefined);
  });

  test('is followed through a folder and over HTTP by somebody who has the first key, and told', async (t) => {
    const { world, first, second, remembered } = await rotated(t);
    for (const vkey of [first, second]) {
      const folder = verifyFolder(world.folder, { vkey, last: remembered });
      assert.deepEqual([folder.outcome, folder.problem], ['ok', undefined]);
      assert.deepEqual(told(folder), [[first, second, 2]]);
      const fetch = (url: string): Promise<Response> => {
        const { status, body } = serveLog(world.folder, new URL(url).pathname.slice('/log'.length));
        return Promise.resolve(new Response(new Uint8Array(body), { status }));
      };
      const url = await verifyUrl('http://log.example/log', {
        vkey,
        last: remembered,
        fetch: fetch as typeof globalThis.fetch,
      });
      assert.deepEqual([url.outcome, told(url)], ['ok', [[first, second, 2]]]);
    }
  });

  test('is recorded: who took over, why, and when the old one ended', async (t) => {
    const { world, first, second } = await rotated(t);
    const journal = world.reader();
    const said = [...journal.records({ kinds: ['log_key'] }, ['public'])].map(
      ({ groups }) => JSON.parse(groups.public ?? '') as Record<string, unknown>,
    );
    assert.deepEqual(said, [
      { action: 'rotate', from: first, reason: 'yearly', statement: handoversOf(world), to: second, v: 1 },
      { action: 'retire', keys: [first], reason: 'yearly', v: 1 },
    ]);
    assert.equal(journal.vkey, second);
  });

  test('can be handed over again: a chain is followed from its first, its middle and its last key', async (t) => {
    const { world, recorder, first, second, before, after } = await rotated(t);
    const { vkey: third } = recorder.rotateKey();
    recorder.retireKeys();
    const last = await call(world, recorder);
    const handovers = handoversOf(world);
    for (const vkey of [first, second, third]) {
      assert.deepEqual(outcomes([before, after, last], vkey, handovers), ['ok', 'ok', 'ok']);
      assert.equal(verifyFolder(world.folder, { vkey }).outcome, 'TRUNCATION_NOT_EXCLUDED');
    }
    const stranger = parseSignerKey(generateSignerKey(ORIGIN)).verifier.vkey;
    assert.equal(verifyFolder(world.folder, { vkey: stranger }).outcome, 'PROOF_INVALID');
  });

  test('a second rotation while two keys sign ends the first of them; retiring where only one signs does nothing', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const { index, before } = recorder.retireKeys();
    assert.deepEqual([index, before, recorder.size], [null, [], 1]);
    recorder.rotateKey();
    const { vkey } = recorder.rotateKey();
    assert.equal(openVault(world.vault).signers.length, 2);
    assert.deepEqual(recorder.retireKeys().vkey, vkey);
    assert.equal(openVault(world.vault).signers.length, 1);
  });

  test('every other part of the process that signs takes the new key up at once', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const vault = openVault(world.vault);
    const { vkey } = recorder.rotateKey();
    assert.equal(vault.signer.verifier.vkey, vkey);
    assert.equal(vault.signers.length, 2);
  });

  test('the statements beside the log are made anew from its entries where they were lost', async (t) => {
    const { world, recorder } = await rotated(t);
    const handovers = handoversOf(world);
    recorder.close();
    rmSync(handoversPath(world.folder));
    world.restart();
    world.recorder().close();
    assert.equal(handoversOf(world), handovers);
  });
});

describe('a handover that is forged', () => {
  const old = parseSignerKey(generateSignerKey(ORIGIN));
  const fresh = parseSignerKey(generateSignerKey(ORIGIN));
  const log = { size: 7, root: Buffer.alloc(32, 7) };
  const sound = signHandover(old, fresh, log, START);
  const invalid = (message: RegExp) => ({ code: 'PROOF_INVALID', message });

  test('without the old key, or without the new one, is refused', () => {
    assert.equal(openHandover(sound).to.vkey, fresh.verifier.vkey);
    const text = sound.slice(0, sound.indexOf('\n\n') + 1);
    assert.throws(() => openHandover(signNote(text, [fresh])), invalid(/not signed by the old key/));
    assert.throws(() => openHandover(signNote(text, [old])), invalid(/not signed by the new key/));
    const other = parseSignerKey(generateSignerKey(ORIGIN));
    assert.throws(() => openHandover(signNote(text, [other, fresh])), invalid(/not signed by the old key/));
  });

  test('with anything in it changed is refused', () => {
    for (let at = 0; at < sound.length; at += 1) {
      const letter = sound[at] ?? '';
      const changed = `${sound.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${sound.slice(at + 1)}`;
      assert.throws(() => openHandover(changed), { code: 'PROOF_INVALID' }, `byte ${at}`);
    }
  });

  test('of another log, with a gap, out of order, or back to an earlier key is refused', () => {
    const third = parseSignerKey(generateSignerKey(ORIGIN));
    const elsewhere = parseSignerKey(generateSignerKey('other.example/log'));
    const next = (from: NoteSigner, to: NoteSigner, size: number): string =>
      signHandover(from, to, { ...log, size }, START);
    assert.equal(parseHandovers(`${sound}${next(fresh, third, 8)}`).length, 2);
    assert.throws(() => openHandover(signHandover(old, elsewhere, log, START)), invalid(/not both of/));
    assert.throws(() => parseHandovers(`${sound}${next(third, old, 8)}`), invalid(/does not go on/));
    assert.throws(() => parseHandovers(`${sound}${next(fresh, third, 7)}`), invalid(/does not go on/));
    assert.throws(() => parseHandovers(`${sound}${next(fresh, old, 8)}`), invalid(/number 2 goes back to a key/));
    assert.deepEqual(
      keysInForce(third.verifier.vkey, parseHandovers(sound)).map(({ vkey }) => vkey),
      [third.verifier.vkey],
      'a key that no statement names is believed alone',
    );
  });

  test('by the true keys, but of a history that is not this one, is refused', async (t) => {
    const { world, first, oldSigner, remembered } = await rotated(t);
    const newSigner = openVault(world.vault).signer;
    const [, , , , size = '', , at = ''] = handoversOf(world).split('\n');
    const forked = signHandover(oldSigner, newSigner, { size: Number(size), root: Buffer.alloc(32) }, Number(at));
    const fork = verifyFolder(world.folder, { vkey: first, last: remembered, handovers: forked });
    assert.match(`${fork.outcome} ${fork.problem}`, /PROOF_INVALID .*not those of the log whose key was handed over/);
    const early = openHandover(handoversOf(world));
    const elsewhere = signHandover(oldSigner, newSigner, { size: 1, root: early.root }, early.at);
    const placed = verifyFolder(world.folder, { vkey: first, handovers: elsewhere });
    assert.equal(placed.outcome, 'PROOF_INVALID');
    const later = signHandover(oldSigner, newSigner, early, early.at + 1);
    const twice = verifyFolder(world.folder, { vkey: first, handovers: later });
    assert.match(
      `${twice.outcome} ${twice.problem}`,
      /PROOF_INVALID .*by another statement than the one that is shown/,
    );
  });

  test('a key that was handed over signs nothing more that somebody with the statement believes', async (t) => {
    const { world, first, oldSigner } = await rotated(t);
    const { size, root } = world.reader().checkpoint();
    const stolen = signCheckpoint({ origin: ORIGIN, size, root }, [oldSigner]).text;
    writeFileSync(checkpointPath(world.folder), stolen);
    const folder = verifyFolder(world.folder, { vkey: first });
    assert.match(`${folder.outcome} ${folder.problem}`, /PROOF_INVALID .*was not the key of a log of that size/);
  });

  test('by an entry that the statement does not lead to is refused: what stands there has to be the change of keys', async (t) => {
    const { world, first, oldSigner } = await rotated(t);
    const journal = world.reader();
    const { size } = journal.checkpoint();
    assert.ok(size > 4);
    // The true root of the first entries, so that only the entry at that place gives it away.
    const newSigner = openVault(world.vault).signer;
    const { leafHash } = await import('../src/merkle/hash.ts');
    const { CompactRange } = await import('../src/merkle/compact-range.ts');
    const tree = new CompactRange();
    tree.append(leafHash(Buffer.from(journal.entry(0).text)), () => undefined);
    const statement = signHandover(oldSigner, newSigner, { size: 1, root: tree.root() }, START);
    const result = verifyFolder(world.folder, { vkey: first, handovers: statement });
    assert.match(`${result.outcome} ${result.problem}`, /PROOF_INVALID .*by entry 1, and that is call/);
  });
});

describe('a change of keys on a disk that refuses', () => {
  test('before it began changes nothing; after that it is finished once the disk takes it', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const first = world.reader().vkey;
    // A folder where the new file would be written is a disk that refuses that file.
    const blocked = join(world.vault, 'key-change.new');
    mkdirSync(blocked);
    assert.throws(() => recorder.rotateKey(), { code: 'JOURNAL_UNAVAILABLE' });
    rmSync(blocked, { recursive: true });
    assert.equal(recorder.step().failing, undefined);
    assert.deepEqual([recorder.size, world.reader().vkey], [1, first]);
    const later = `${handoversPath(world.folder)}.new`;
    mkdirSync(later);
    assert.throws(() => recorder.rotateKey(), { code: 'JOURNAL_UNAVAILABLE' });
    assert.notEqual(recorder.step().failing, undefined, 'it is told as any trouble of the disk');
    rmSync(later, { recursive: true });
    assert.equal(recorder.step().failing, undefined);
    assert.notEqual(world.reader().vkey, first);
    assert.equal(verifyFolder(world.folder, { vkey: first }).outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.equal(recorder.size, 2);
    recorder.close();
  });
});

describe('a change of keys that is killed', () => {
  const PROGRAM = fileURLToPath(new URL('./support/rotate-until-killed.ts', import.meta.url));
  const begin = (world: World, step: number, action: string): boolean => {
    const done = spawnSync(process.execPath, [PROGRAM, world.folder, world.vault, String(step), action], {
      encoding: 'utf8',
    });
    assert.ok(done.signal === 'SIGKILL' || done.stdout === 'done\n', done.stderr);
    return done.signal === null;
  };

  for (const action of ['rotate', 'retire'] as const) {
    test(`at any step is as if it had not begun, or is finished by the next start (${action})`, async (t) => {
      const origin = makeWorld(t);
      const recorder = origin.recorder();
      const first = origin.reader().vkey;
      const before = await call(origin, recorder);
      if (action === 'retire') recorder.rotateKey();
      recorder.close();
      let ended = false;
      let finished = 0;
      for (let step = 0; !ended; step += 1) {
        assert.ok(step < 40, 'it comes to an end');
        const home = join(origin.folder, '..', `step-${step}`);
        cpSync(origin.folder, join(home, 'journal'), { recursive: true });
        cpSync(origin.vault, join(home, 'vault'), { recursive: true });
        const world = makeWorld(t, home);
        ended = begin(world, step, action);
        const killed = verifyFolder(world.folder, { vkey: first });
        assert.deepEqual([killed.outcome, step], ['TRUNCATION_NOT_EXCLUDED', step], killed.problem ?? '');
        world.restart();
        const again = world.recorder();
        const vault = openVault(world.vault);
        const changes = [...world.reader().entries({ kinds: ['log_key'] })].length;
        const done = changes === (action === 'rotate' ? 1 : 2);
        finished += done ? 1 : 0;
        assert.equal(vault.signers.length, (action === 'rotate') === done ? 2 : 1);
        assert.equal(existsSync(join(world.vault, 'key-change')), false, 'nothing is left of it');
        const receipt = await call(world, again);
        again.close();
        const journal = world.reader();
        assert.equal(journal.vkey, vault.signer.verifier.vkey);
        for (const vkey of [first, journal.vkey]) {
          const result = verifyFolder(world.folder, { vkey });
          assert.deepEqual([result.outcome, step], ['TRUNCATION_NOT_EXCLUDED', step], result.problem ?? '');
        }
        const handovers = existsSync(handoversPath(world.folder)) ? handoversOf(world) : '';
        assert.deepEqual(outcomes([before, receipt], first, handovers), ['ok', 'ok']);
      }
      assert.ok(finished > 3, `${finished} were finished`);
    });
  }
});
