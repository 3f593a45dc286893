import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  openVault,
  parseReceipt,
  serveLog,
  verifyFolder,
  verifyReceipt,
  verifyUrl,
  type Journal,
} from '../src/index.ts';
import { formatReceipt } from '../src/receipt-file.ts';
import { signCheckpoint } from '../src/note/checkpoint.ts';
import { generateSignerKey, parseSignerKey } from '../src/note/note-key.ts';
import { callDrafts, makeWorld, ORIGIN, temporaryFolder, type World } from './support/world.ts';

interface Written {
  readonly world: World;
  readonly journal: Journal;
  readonly vkey: string;
  readonly ids: readonly string[];
}

async function written(t: TestContext, calls: number): Promise<Written> {
  const world = makeWorld(t);
  const recorder = world.recorder();
  const lane = world.lane();
  const ids: string[] = [];
  for (let i = 0; i < calls; i += 1) {
    const { intent, call } = callDrafts(world, { commercial: `{"charges":"${i}"}` });
    ids.push(call.id);
    await Promise.all([lane.append(intent), lane.append(call)]);
  }
  await lane.close();
  recorder.close();
  const journal = world.reader();
  return { world, journal, vkey: journal.vkey, ids };
}

const otherKey = parseSignerKey(generateSignerKey(ORIGIN)).verifier.vkey;

describe('a receipt file', () => {
  test('verifies with the public key alone', async (t) => {
    const { journal, vkey, ids } = await written(t, 3);
    const result = verifyReceipt(journal.receiptFor(ids[1] ?? ''), { vkey });
    assert.deepEqual([result.outcome, result.origin, result.size, result.leaves], ['ok', ORIGIN, 7, 1]);
    assert.deepEqual(result.groups, { checked: 1, unchecked: 2 });
  });

  test('with any one byte changed is refused', async (t) => {
    const { journal, vkey, ids } = await written(t, 3);
    const receipt = Buffer.from(journal.receiptFor(ids[1] ?? '', { groups: ['public', 'commercial', 'personal'] }));
    for (let at = 0; at < receipt.length; at += 1) {
      for (const mask of [1 << (at % 8), 0xff]) {
        const changed = Buffer.from(receipt);
        changed[at] = (changed[at] ?? 0) ^ mask;
        const result = verifyReceipt(changed.toString('utf8'), { vkey });
        assert.equal(result.outcome, 'PROOF_INVALID', `byte ${at} of ${receipt.length} xor ${mask}`);
      }
    }
  });

  test('cut short at any byte, or longer by one, is refused', async (t) => {
    const { journal, vkey, ids } = await written(t, 1);
    const receipt = journal.receiptFor(ids[0] ?? '');
    for (let size = 0; size < receipt.length; size += 11)
      assert.equal(verifyReceipt(receipt.slice(0, size), { vkey }).outcome, 'PROOF_INVALID');
    for (const more of [' ', '\n', 'x']) assert.equal(verifyReceipt(receipt + more, { vkey }).outcome, 'PROOF_INVALID');
  });

  test('under another key, of the same name or not, is refused', async (t) => {
    const { journal, ids } = await written(t, 1);
    const receipt = journal.receiptFor(ids[0] ?? '');
    const other = verifyReceipt(receipt, { vkey: otherKey });
    assert.match(other.problem ?? '', /^signed by another key than the one given: by .+ \([0-9a-f]{8}\)$/);
    assert.match(other.next ?? '', /check the key with the log's owner/);
    assert.equal(verifyReceipt(receipt, { vkey: 'nonsense' }).outcome, 'PROOF_INVALID');
  });

  test('with a group of another receipt, or one moved under another name, is refused', async (t) => {
    const { journal, vkey, ids } = await written(t, 2);
    const [a, b] = ids.map((id) => parseReceipt(journal.receiptFor(id, { groups: ['public', 'commercial'] })));
    assert.ok(a !== undefined && b !== undefined);
    const swapped = formatReceipt({
      ...a,
      groups: { ...a.groups, ...(b.groups.commercial === undefined ? {} : { commercial: b.groups.commercial }) },
    });
    assert.match(verifyReceipt(swapped, { vkey }).problem ?? '', /commercial group is not the one/);
    const moved = formatReceipt({
      ...a,
      groups: a.groups.commercial === undefined ? {} : { public: a.groups.commercial },
    });
    assert.match(verifyReceipt(moved, { vkey }).problem ?? '', /public group is not the one/);
    const foreign = formatReceipt({ ...a, leaf: b.leaf });
    assert.match(verifyReceipt(foreign, { vkey }).problem ?? '', /does not lead to the root/);
  });

  test('with extra data in its proof, or members of its own, is refused', async (t) => {
    const { journal, vkey, ids } = await written(t, 1);
    const receipt = parseReceipt(journal.receiptFor(ids[0] ?? ''));
    const extra = formatReceipt({ ...receipt, proof: receipt.proof.replace('index', 'extra YQ==\nindex') });
    assert.match(verifyReceipt(extra, { vkey }).problem ?? '', /extra data/);
    const more = formatReceipt(receipt).replace('{"format"', '{"a":1,"format"');
    assert.match(verifyReceipt(more, { vkey }).problem ?? '', /more than its form/);
    const groups = formatReceipt({
      ...receipt,
      groups: { ...receipt.groups, secret: { salt: '', text: '' } } as never,
    });
    assert.match(verifyReceipt(groups, { vkey }).problem ?? '', /group "secret"/);
  });

  test('of a forked log is refused by whoever remembers the other branch', async (t) => {
    const { world, journal, vkey, ids } = await written(t, 2);
    const forged = signCheckpoint(
      { origin: ORIGIN, size: journal.checkpoint().size, root: Buffer.alloc(32, 7) },
      openVault(world.vault).signers,
    );
    const receipt = journal.receiptFor(ids[0] ?? '');
    assert.match(verifyReceipt(receipt, { vkey, last: forged.text }).problem ?? '', /forked/);
    assert.equal(verifyReceipt(receipt, { vkey, last: journal.checkpoint().text }).outcome, 'ok');
    assert.equal(verifyReceipt(receipt, { vkey, last: 'nonsense' }).outcome, 'PROOF_INVALID');
  });
});

describe('a folder', () => {
  test('is sound with a remembered checkpoint, and cannot exclude truncation without one', async (t) => {
    const { world, journal, vkey } = await written(t, 200);
    const last = journal.checkpoint().text;
    const remembered = verifyFolder(world.folder, { vkey, last, vault: world.vault });
    assert.deepEqual(
      [remembered.outcome, remembered.leaves, remembered.groups],
      ['ok', 401, { checked: 801, unchecked: 0 }],
    );
    assert.equal(verifyFolder(world.folder, { vkey, last }).groups.unchecked, 200, 'personal groups need the vault');
    const blind = verifyFolder(world.folder, { vkey });
    assert.equal(blind.outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.match(blind.problem ?? '', /without a remembered checkpoint/);
    const seen: number[] = [];
    verifyFolder(world.folder, { vkey, leavesOnly: true, onProgress: (leaves) => seen.push(leaves) });
    assert.deepEqual(seen, [256, 401]);
  });

  test('with any one byte changed in log or records is refused', async (t) => {
    const { world, journal, vkey } = await written(t, 1);
    const last = journal.checkpoint().text;
    const files = ['log', 'records'].flatMap((part) =>
      readdirSync(join(world.folder, part), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    assert.deepEqual(files.map((file) => relative(world.folder, file)).sort(), [
      'log/checkpoint',
      'log/entries/0.ends',
      'log/entries/0.open',
      'log/tile/0/0',
      'log/vkey',
      'records/0.ends',
      'records/0.open',
    ]);
    const check = (file = 'records'): string =>
      verifyFolder(world.folder, { vkey, last, ...(file.includes('records') ? { vault: world.vault } : {}) }).outcome;
    assert.equal(check(), 'ok');
    for (const file of files) {
      const bytes = readFileSync(file);
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        writeFileSync(file, changed);
        assert.equal(check(file), 'PROOF_INVALID', `byte ${at} of ${relative(world.folder, file)}`);
      }
      writeFileSync(file, bytes);
    }
    assert.equal(check(), 'ok');
  });

  test('with a file cut or taken away is refused', async (t) => {
    const { world, journal, vkey } = await written(t, 2);
    const options = { vkey, last: journal.checkpoint().text };
    for (const name of [
      'log/checkpoint',
      'log/entries/0.open',
      'log/entries/0.ends',
      'log/tile/0/0',
      'log/vkey',
      'records/0.open',
      'records/0.ends',
    ]) {
      const path = join(world.folder, name);
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.subarray(0, bytes.length - 1));
      assert.equal(verifyFolder(world.folder, options).outcome, 'PROOF_INVALID', `${name} cut`);
      rmSync(path);
      assert.equal(verifyFolder(world.folder, options).outcome, 'PROOF_INVALID', `${name} gone`);
      writeFileSync(path, bytes);
    }
    assert.equal(verifyFolder(world.folder, options).outcome, 'ok');
  });

  test('that lost its newest entry, or shows an old checkpoint again, is refused by whoever remembers', async (t) => {
    const { world, journal, vkey, ids } = await written(t, 2);
    const old = journal.checkpoint().text;
    cpSync(world.folder, `${world.folder}-old`, { recursive: true });
    const recorder = world.recorder();
    const lane = world.lane();
    await lane.append(world.draft('call'));
    recorder.close();
    const last = journal.checkpoint().text;
    assert.equal(verifyFolder(world.folder, { vkey, last: old }).outcome, 'ok', 'a log that grew');
    const replayed = verifyFolder(`${world.folder}-old`, { vkey, last });
    assert.deepEqual(
      [replayed.outcome, /5 entries, but 6 were signed/.test(replayed.problem ?? '')],
      ['PROOF_INVALID', true],
    );
    assert.equal(
      verifyFolder(`${world.folder}-old`, { vkey }).outcome,
      'TRUNCATION_NOT_EXCLUDED',
      'without a memory nobody can tell',
    );
    // The newest leaf is dropped and the rest signed anew, with the right key.
    const { vault } = world;
    const before = parseReceipt(journal.receiptFor(ids[0] ?? ''));
    assert.ok(before.proof.includes(last));
    writeFileSync(
      join(world.folder, 'log', 'checkpoint'),
      signCheckpoint({ origin: ORIGIN, size: 5, root: Buffer.alloc(32, 1) }, openVault(vault).signers).text,
    );
    assert.equal(verifyFolder(world.folder, { vkey, last }).outcome, 'PROOF_INVALID');
  });

  test('that was forked is refused by whoever remembers the other branch', async (t) => {
    const { world, vkey } = await written(t, 2);
    cpSync(world.folder, `${world.folder}-fork`, { recursive: true });
    cpSync(world.vault, `${world.vault}-fork`, { recursive: true });
    const grow = async (folder: string, vault: string, count: number): Promise<string> => {
      const recorder = world.recorder({ folder, vault });
      const lane = world.lane({ folder, vault, lane: 9 });
      for (let i = 0; i < count; i += 1) await lane.append(world.draft('call', { public: `{"branch":"${folder}"}` }));
      await lane.close();
      recorder.close();
      return readFileSync(join(folder, 'log', 'checkpoint'), 'utf8');
    };
    const last = await grow(`${world.folder}-fork`, `${world.vault}-fork`, 1);
    await grow(world.folder, world.vault, 3);
    assert.equal(verifyFolder(`${world.folder}-fork`, { vkey, last }).outcome, 'ok');
    const forked = verifyFolder(world.folder, { vkey, last });
    assert.match(forked.problem ?? '', /not those of the remembered checkpoint/);
    assert.equal(verifyFolder(world.folder, { vkey: otherKey }).outcome, 'PROOF_INVALID');
  });

  test('with the records of two entries exchanged is refused', async (t) => {
    const { world, journal, vkey } = await written(t, 2);
    const path = join(world.folder, 'records', '0.open');
    const bytes = readFileSync(path);
    const ends = readFileSync(join(world.folder, 'records', '0.ends'));
    const end = (i: number): number => ends.readUIntBE(i * 8 + 2, 6);
    const [first, second] = [bytes.subarray(end(0), end(1)), bytes.subarray(end(2), end(3))];
    assert.equal(first.length, second.length);
    writeFileSync(
      path,
      Buffer.concat([bytes.subarray(0, end(0)), second, bytes.subarray(end(1), end(2)), first, bytes.subarray(end(3))]),
    );
    assert.match(
      verifyFolder(world.folder, { vkey, last: journal.checkpoint().text }).problem ?? '',
      /changed or swapped/,
    );
  });

  test('that cannot be read for another reason is no verdict', async (t) => {
    const { world, vkey } = await written(t, 1);
    assert.throws(() => verifyFolder(world.folder, { vkey, vault: join(temporaryFolder(t), 'nowhere') }), {
      code: 'VAULT_UNREADABLE',
    });
    assert.equal(statSync(world.folder).isDirectory(), true);
  });
});

describe('a URL', () => {
  async function served(
    t: TestContext,
    folder: string,
    change: (path: string, body: Buffer) => { status?: number; body: Buffer } = (_, body) => ({ body }),
  ) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const path = (request.url ?? '').slice('/log'.length);
      asked.push(path);
      const file = serveLog(folder, path);
      const { status = file.status, body } = change(path, Buffer.from(file.body));
      response.writeHead(status, { ...file.headers, 'content-length': body.length });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => new Promise((resolve) => server.close(resolve)));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`, asked };
  }

  test('is checked to the last leaf over the tlog-tiles layout', async (t) => {
    const { world, journal, vkey } = await written(t, 300);
    const { url, asked } = await served(t, world.folder);
    const last = journal.checkpoint().text;
    const result = await verifyUrl(`${url}/`, { vkey, last, fetch });
    assert.deepEqual([result.outcome, result.leaves, result.size], ['ok', 601, 601]);
    assert.deepEqual(asked.toSorted(), [
      '/checkpoint',
      '/handovers',
      '/tile/0/000',
      '/tile/0/001',
      '/tile/0/002.p/89',
      '/tile/1/000.p/2',
      '/tile/entries/000',
      '/tile/entries/001',
      '/tile/entries/002.p/89',
    ]);
    assert.equal((await verifyUrl(url, { vkey, fetch })).outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.equal((await verifyUrl(url, { vkey: otherKey, fetch })).outcome, 'PROOF_INVALID');
  });

  test('whose partial tiles are gone is read from the full ones', async (t) => {
    const { world, journal, vkey } = await written(t, 200);
    const old = journal.checkpoint().text;
    const recorder = world.recorder();
    const lane = world.lane();
    for (let i = 0; i < 200; i += 1) await lane.append(world.draft('call'));
    recorder.close();
    const { url } = await served(t, world.folder, (path, body) =>
      path === '/checkpoint'
        ? { body: Buffer.from(old) }
        : path.includes('.p/') && path.includes('001')
          ? { status: 404, body: Buffer.alloc(0) }
          : { body },
    );
    assert.equal((await verifyUrl(url, { vkey, last: old, fetch })).outcome, 'ok');
  });

  const lies: readonly [string, (path: string, body: Buffer) => { status?: number; body: Buffer }][] = [
    ['a changed leaf', (path, body) => (path.startsWith('/tile/entries/000') ? { body: flip(body, 100) } : { body })],
    ['a changed tile', (path, body) => (path.startsWith('/tile/0/') ? { body: flip(body, 40) } : { body })],
    ['a changed upper tile', (path, body) => (path.startsWith('/tile/1/') ? { body: flip(body, 4) } : { body })],
    ['a changed checkpoint', (path, body) => (path === '/checkpoint' ? { body: flip(body, 30) } : { body })],
    [
      'a bundle that is too long',
      (path, body) => (path.startsWith('/tile/entries') ? { body: Buffer.concat([body, Buffer.alloc(3)]) } : { body }),
    ],
    [
      'a bundle that is cut',
      (path, body) => (path.startsWith('/tile/entries') ? { body: body.subarray(0, -1) } : { body }),
    ],
    ['a missing bundle', (path, body) => (path.startsWith('/tile/entries') ? { status: 404, body } : { body })],
    ['an endless tile', (path, body) => (path.startsWith('/tile/0') ? { body: Buffer.alloc(9000) } : { body })],
  ];
  for (const [what, change] of lies) {
    test(`that serves ${what} is refused`, async (t) => {
      const { world, journal, vkey } = await written(t, 150);
      const { url } = await served(t, world.folder, change);
      assert.equal((await verifyUrl(url, { vkey, last: journal.checkpoint().text, fetch })).outcome, 'PROOF_INVALID');
    });
  }

  test('that does not answer, or fails, is no verdict', async (t) => {
    const { world, vkey } = await written(t, 1);
    await assert.rejects(verifyUrl('http://127.0.0.1:1/log', { vkey, fetch }), { code: 'UPSTREAM_UNREACHABLE' });
    const { url } = await served(t, world.folder, (_, body) => ({ status: 503, body }));
    await assert.rejects(verifyUrl(url, { vkey, fetch }), { code: 'UPSTREAM_UNREACHABLE' });
  });

  test('that is no log, for its address is wrong, is no verdict either', async (t) => {
    const { world, vkey } = await written(t, 1);
    const absent = await served(t, world.folder, () => ({ status: 404, body: Buffer.from('not found') }));
    await assert.rejects(verifyUrl(absent.url, { vkey, fetch }), { code: 'UPSTREAM_UNREACHABLE', next: /\/log$/ });
    const page = await served(t, world.folder, () => ({ body: Buffer.from('<!doctype html>\n\n<p>Welcome</p>\n') }));
    await assert.rejects(verifyUrl(page.url, { vkey, fetch }), {
      code: 'UPSTREAM_UNREACHABLE',
      message: /is not a signed checkpoint/,
    });
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}
