import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Worker } from 'node:worker_threads';
import { openVault, verifyFolder, verifyReceipt } from '../src/index.ts';
import { Prf } from '../src/vault/prf.ts';
import { SubjectKeys } from '../src/vault/subject-keys.ts';
import { callDrafts, makeWorld, ORIGIN, START, temporaryFolder } from './support/world.ts';

describe('the vault', () => {
  test('is made once, with nothing in it that others can read', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    const made = openVault(folder, { origin: ORIGIN });
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of ['log.key', 'salt.key', 'pepper.json'])
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
    const again = openVault(folder, { origin: 'another.example' });
    assert.equal(again.signer.name, ORIGIN);
    assert.deepEqual(again.signer.verifier.vkey, made.signer.verifier.vkey);
    assert.deepEqual(again.derive('x'), made.derive('x'));
  });

  test('is not made by somebody who only wants to read it', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    assert.throws(() => openVault(folder), { code: 'VAULT_UNREADABLE', message: /does not exist/ });
  });

  test('is refused when others can reach the folder or a file, with the command that mends it', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    openVault(folder, { origin: ORIGIN });
    chmodSync(folder, 0o750);
    assert.throws(() => openVault(folder), {
      code: 'VAULT_UNREADABLE',
      message: /mode 0750/,
      next: `run chmod 0700 ${folder}`,
    });
    chmodSync(folder, 0o700);
    const key = join(folder, 'log.key');
    chmodSync(key, 0o644);
    assert.throws(() => openVault(folder), { code: 'VAULT_UNREADABLE', next: `run chmod 0600 ${key}` });
    chmodSync(key, 0o600);
    writeFileSync(`${key}.real`, readFileSync(key), { mode: 0o600 });
    rmSync(key);
    symlinkSync(`${key}.real`, key);
    assert.throws(() => openVault(folder), { code: 'VAULT_UNREADABLE' });
  });

  const damages: readonly [string, string, RegExp][] = [
    ['log.key', 'PRIVATE+KEY+nonsense', /log key is not/],
    ['salt.key', 'AAAA', /salt\.key is not 32 bytes/],
    ['pepper.json', '{', /is not JSON/],
    ['pepper.json', '{"peppers":[]}', /peppers of 32 bytes/],
  ];
  for (const [file, content, message] of damages) {
    test(`is refused when ${file} holds ${content}`, (t) => {
      const folder = join(temporaryFolder(t), 'vault');
      openVault(folder, { origin: ORIGIN });
      writeFileSync(join(folder, file), content);
      assert.throws(() => openVault(folder), { code: 'VAULT_UNREADABLE', message });
    });
  }

  test('does not make a new log key for a log that was signed already', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    openVault(folder, { origin: ORIGIN }).rememberCheckpoint('signed');
    rmSync(join(folder, 'log.key'));
    assert.throws(() => openVault(folder, { origin: ORIGIN }), {
      code: 'VAULT_UNREADABLE',
      message: /log\.key is missing/,
    });
  });

  test('a half made vault is finished', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    const salt = openVault(folder, { origin: ORIGIN }).derive('x');
    rmSync(join(folder, 'log.key'));
    assert.deepEqual(openVault(folder, { origin: ORIGIN }).derive('x'), salt);
  });

  test('digests keys under the newest pepper, and still knows the older ones', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    const vault = openVault(folder, { origin: ORIGIN });
    const first = vault.keyDigest('wb_key');
    assert.equal(vault.pepperVersion, 1);
    assert.equal(vault.rotatePepper(), 2);
    assert.notEqual(vault.keyDigest('wb_key'), first);
    const again = openVault(folder);
    assert.equal(again.keyDigest('wb_key', 1), first);
    assert.equal(again.keyDigest('wb_key'), vault.keyDigest('wb_key', 2));
    assert.throws(() => again.keyDigest('wb_key', 3), { code: 'VAULT_UNREADABLE' });
  });
});

describe('the keyed function', () => {
  test('is HMAC-SHA-256, for texts of any length', () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const prf = new Prf(key);
    for (const text of ['', 'x', 'é'.repeat(40), 'y'.repeat(5000), 'z']) {
      assert.deepEqual(prf.hmac(text), createHmac('sha256', key).update(text).digest());
    }
    // RFC 4231, test case 2.
    assert.equal(
      new Prf(Buffer.from('Jefe')).hmac('what do ya want for nothing?').toString('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});

describe('subject keys', () => {
  test('are random, stay the same, and survive the process', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    const { subjects } = openVault(folder, { origin: ORIGIN });
    const ada = subjects.get('person/ada', START);
    assert.deepEqual(subjects.get('person/ada', START + 5), ada);
    assert.notDeepEqual(subjects.get('person/bob', START).key.expand('x'), ada.key.expand('x'));
    assert.deepEqual(
      openVault(folder)
        .subjects.get('person/ada', START + 9)
        .key.expand('x'),
      ada.key.expand('x'),
    );
    assert.deepEqual(openVault(folder).subjects.find(ada).expand('x'), ada.key.expand('x'));
  });

  test('of more subjects than the memory holds are all found again', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    const subjects = new SubjectKeys(folder, new Prf(Buffer.alloc(32, 1)), false, 50);
    const keys = new Map<string, string>();
    for (let i = 0; i < 400; i += 1) keys.set(`s${i}`, subjects.get(`s${i}`, START).key.expand('x').toString('hex'));
    assert.equal(new Set(keys.values()).size, 400);
    for (let i = 0; i < 400; i += 1)
      assert.equal(subjects.get(`s${i}`, START).key.expand('x').toString('hex'), keys.get(`s${i}`));
  });

  test('made by many threads at once are the same key for all of them', async (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    openVault(folder, { origin: ORIGIN });
    const workerData = { folder, gate: new SharedArrayBuffer(4), threads: 4 };
    const workers = Array.from(
      { length: 4 },
      () => new Worker(new URL('./support/subject-worker.ts', import.meta.url), { workerData }),
    );
    const answers = workers.map((worker) => once(worker, 'message') as Promise<[string[]]>);
    const [first = [], ...others] = (await Promise.all(answers)).map(([keys]) => keys);
    for (const other of others) assert.deepEqual(other, first);
    assert.equal(new Set(first).size, 200);
  });

  test('rows that a loss of power left half written are cut before the next start', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    const vault = openVault(folder, { origin: ORIGIN });
    const ada = vault.subjects.get('person/ada', START);
    const file = join(folder, 'subjects', ada.handle.toString('hex', 0, 1));
    appendFileSync(file, 'torn');
    openVault(folder).subjects.repair();
    const again = openVault(folder).subjects;
    assert.deepEqual(again.get('person/ada', START).key.expand('x'), ada.key.expand('x'));
    assert.equal(statSync(file).size % 64, 0);
  });

  test('of another vault are not found', (t) => {
    const folder = temporaryFolder(t);
    const ada = openVault(join(folder, 'a'), { origin: ORIGIN }).subjects.get('person/ada', START);
    assert.throws(() => openVault(join(folder, 'b'), { origin: ORIGIN }).subjects.find(ada), {
      code: 'VAULT_UNREADABLE',
    });
  });
});

/** The keys that lie in the vault's files, as hex. */
function keyRows(vault: string): Set<string> {
  const keys = new Set<string>();
  for (const name of readdirSync(join(vault, 'subjects')).filter((file) => /^[0-9a-f]{2}$/.test(file))) {
    const bytes = readFileSync(join(vault, 'subjects', name));
    for (let at = 0; at < bytes.length; at += 64) keys.add(bytes.toString('hex', at + 28, at + 60));
  }
  return keys;
}

describe('erasure', () => {
  async function written(t: Parameters<typeof makeWorld>[0]) {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const ada = callDrafts(world).call;
    const bob = callDrafts(world, { subject: 'person/bob' }).call;
    await Promise.all([lane.append(ada), lane.append(bob)]);
    recorder.step({ seal: true });
    return { world, recorder, lane, ada, bob };
  }

  test('destroys one person, nobody else, and every proof still verifies', async (t) => {
    const { world, recorder, ada, bob } = await written(t);
    const journal = world.reader();
    const index = journal.find(ada.id)[0]?.index ?? 0;
    const receipt = journal.receiptFor(ada.id, { groups: ['public', 'personal'] });
    const rows = keyRows(world.vault);
    assert.equal(rows.size, 2);
    assert.equal(openVault(world.vault).erase('person/ada', START + 1000), 1);
    const after = world.reader();
    assert.throws(() => after.groups(index, ['personal']), { code: 'SUBJECT_ERASED', message: /2026-11-22T12:00:01/ });
    assert.equal(after.groups(after.find(bob.id)[0]?.index ?? 0, ['personal']).personal?.text, bob.personal);
    assert.equal(verifyReceipt(after.receiptFor(ada.id), { vkey: after.vkey }).outcome, 'ok');
    assert.equal(verifyReceipt(receipt, { vkey: after.vkey }).outcome, 'ok', 'what was handed out before stays true');
    const whole = verifyFolder(world.folder, { vkey: after.vkey, vault: world.vault, last: after.checkpoint().text });
    assert.equal(whole.outcome, 'ok', whole.problem ?? '');
    assert.equal(whole.groups.unchecked, 1);
    recorder.close();
    const left = [...keyRows(world.vault)].filter((key) => rows.has(key));
    assert.equal(left.length, 1, "only bob's key is still in the vault");
  });

  test('reaches a reader that has the key at hand', async (t) => {
    const { world, recorder, ada, bob } = await written(t);
    const journal = world.reader();
    const people = (): (string | undefined)[] =>
      [...journal.records({ kinds: ['call'] }, ['personal'])].map(({ groups }) => groups.personal);
    assert.deepEqual(people(), [ada.personal, bob.personal]);
    openVault(world.vault).erase('person/ada', START + 1000);
    assert.deepEqual(people(), [undefined, bob.personal]);
    const index = journal.find(ada.id)[0]?.index ?? 0;
    assert.throws(() => journal.groups(index, ['personal']), { code: 'SUBJECT_ERASED' });
    recorder.close();
  });

  test('is told of by the name that records give their subject, which shows no person and outlives the key', async (t) => {
    const { world, recorder } = await written(t);
    const journal = world.reader();
    const subjects = (): (string | undefined)[] =>
      [...journal.records({ kinds: ['call', 'genesis'] }, ['personal'])].map(({ subject }) => subject);
    const before = subjects();
    assert.equal(before[0], undefined, 'the first entry has no personal group');
    const [ada = '', bob = ''] = before.slice(1);
    assert.match(ada, /^[\w-]{22}\.1$/);
    assert.deepEqual(journal.erasedAmong([ada, bob]), []);
    openVault(world.vault).erase('person/ada', START + 1000);
    assert.deepEqual(journal.erasedAmong([ada, bob]), [ada]);
    assert.deepEqual(subjects(), before);
    assert.throws(() => journal.erasedAmong(['person/ada']), { code: 'BAD_REQUEST' });
    recorder.close();
  });

  test('reaches a running lane and recorder: what comes later is sealed under a new key', async (t) => {
    const { world, recorder, lane, ada } = await written(t);
    const before = lane.bodies('person/ada', ada.id).hasher('request').digest();
    assert.equal(lane.bodies('person/ada', ada.id).hasher('request').digest(), before);
    const pending = callDrafts(world).call;
    await lane.append(pending);
    openVault(world.vault).erase('person/ada', world.clock.wall());
    world.clock.advance(10);
    const later = callDrafts(world).call;
    await lane.append(later);
    lane.tick();
    assert.notEqual(lane.bodies('person/ada', ada.id).hasher('request').digest(), before);
    recorder.step({ seal: true });
    const journal = world.reader();
    const personal = (id: string) => journal.groups(journal.find(id)[0]?.index ?? 0, ['personal']).personal?.text;
    assert.throws(() => personal(ada.id), { code: 'SUBJECT_ERASED' });
    assert.throws(
      () => personal(pending.id),
      { code: 'SUBJECT_ERASED' },
      'written before the erasure, sealed after it',
    );
    assert.equal(personal(later.id), later.personal);
    assert.equal(
      verifyFolder(world.folder, { vkey: journal.vkey, vault: world.vault, last: journal.checkpoint().text }).outcome,
      'ok',
    );
    recorder.close();
  });

  test('of somebody unknown is remembered all the same', (t) => {
    const folder = join(temporaryFolder(t), 'vault');
    const vault = openVault(folder, { origin: ORIGIN });
    assert.equal(vault.erase('person/eve', START), 0);
    const eve = vault.subjects.get('person/eve', START + 1);
    assert.deepEqual([eve.generation, eve.erasedAt], [2, START]);
  });
});

describe('digests of bodies', () => {
  test('can be shown by whoever holds the text and the salt, and differ by entry and direction', (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const id = world.nextId();
    const hasher = lane.bodies('person/ada', id).hasher('request');
    hasher.update(Buffer.from('hello '));
    hasher.update(Buffer.from('world'));
    const digest = hasher.digest();
    const vault = openVault(world.vault);
    const again = vault.bodies('person/ada', id, START).hasher('request');
    again.update(Buffer.from('hello world'));
    assert.equal(again.digest(), digest);
    for (const [subject, entry, label] of [
      ['person/bob', id, 'request'],
      ['person/ada', world.nextId(), 'request'],
      ['person/ada', id, 'response'],
    ] as const) {
      const other = vault.bodies(subject, entry, START).hasher(label);
      other.update(Buffer.from('hello world'));
      assert.notEqual(other.digest(), digest);
    }
    const shown = vault.bodies('person/ada', id, START).salt('request');
    assert.equal(createHash('sha256').update(shown).update('hello world').digest('base64url'), digest);
    assert.equal(vault.bodies('person/ada', id, START).digest('request', Buffer.from('hello world')), digest);
  });

  test('are the same in whatever pieces a body comes, and for two that come at once', (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const piece = fc.oneof(fc.nat(300), fc.nat(9000), fc.constantFrom(0, 4079, 4080, 4081, 4096, 4097));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(255), (sizes, first) => {
        const pieces = sizes.map((size, i) => Buffer.alloc(size, (first + i) % 256));
        const one = lane.bodies('person/ada', world.nextId());
        const two = lane.bodies('person/ada', world.nextId());
        const [left, right] = [one.hasher('response'), two.hasher('response')];
        for (const bytes of pieces) {
          left.update(bytes);
          right.update(bytes);
        }
        assert.equal(left.digest(), one.digest('response', Buffer.concat(pieces)));
        assert.equal(left.digest(), one.digest('response', Buffer.concat(pieces)), 'asked again');
        assert.equal(right.digest(), two.digest('response', Buffer.concat(pieces)));
        assert.throws(() => left.update(Buffer.from('more')), { code: 'INTERNAL' });
      }),
    );
  });
});
