import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { canonicalJson } from '@weighbridge/kernel';
import type { EntryKind } from '@weighbridge/protocol';
import { openJournal, parseReceipt, readReceipt, serveLog } from '../src/index.ts';
import { verifyInclusion } from '../src/merkle/verify.ts';
import { leafHash } from '../src/merkle/hash.ts';
import { readCheckpoint } from '../src/note/checkpoint.ts';
import { parseTlogProof } from '../src/note/tlog-proof.ts';
import { callDrafts, makeWorld, START, temporaryFolder, type World } from './support/world.ts';

const KINDS: readonly EntryKind[] = ['intent', 'call', 'decided', 'config', 'key'];

/** 600 entries, one each millisecond, of five kinds in turn; genesis before them. */
async function filled(t: TestContext): Promise<World> {
  const world = makeWorld(t);
  const recorder = world.recorder();
  const lane = world.lane();
  for (let i = 0; i < 600; i += 1) {
    world.clock.advance(1);
    void lane.append(world.draft(KINDS[i % 5] ?? 'call', { public: `{"i":${i}}` }));
  }
  await lane.close();
  recorder.close();
  return world;
}

describe('reading entries', () => {
  test('in order and newest first, all, by kind, by time, by index', async (t) => {
    const journal = (await filled(t)).reader();
    const indexes = (filter?: Parameters<typeof journal.entries>[0]): number[] =>
      [...journal.entries(filter)].map((entry) => entry.index);
    const all = Array.from({ length: 601 }, (_, i) => i);
    assert.deepEqual(indexes(), all);
    assert.deepEqual(indexes({ newestFirst: true }), all.toReversed());
    assert.deepEqual(indexes({ from: 250, to: 260 }), all.slice(250, 260));
    assert.deepEqual(indexes({ from: 250, to: 260, newestFirst: true }), all.slice(250, 260).toReversed());
    assert.deepEqual(
      indexes({ kinds: ['config', 'genesis'] }),
      all.filter((i) => i === 0 || i % 5 === 4),
    );
    assert.deepEqual(
      indexes({ kinds: ['config'], newestFirst: true, from: 100 }),
      all.filter((i) => i % 5 === 4 && i >= 100).toReversed(),
    );
    assert.deepEqual(
      indexes({ kinds: ['call', 'config'] }),
      all.filter((i) => i > 0 && (i % 5 === 2 || i % 5 === 4)),
    );
    assert.deepEqual(indexes({ since: START + 300, until: START + 310 }), all.slice(300, 310));
    assert.deepEqual(indexes({ kinds: ['alert'] }), []);
    assert.deepEqual(indexes({ from: 601 }), []);
  });

  test('with what lies beside them: the same as entry by entry', async (t) => {
    const journal = (await filled(t)).reader();
    for (const filter of [{}, { newestFirst: true }, { kinds: ['config', 'key'] as const }, { from: 250, to: 520 }]) {
      const records = [...journal.records(filter, ['public', 'commercial'])];
      const single = [...journal.entries(filter)].map((entry) => {
        const { public: open, commercial } = journal.groups(entry.index);
        assert.equal(commercial, undefined);
        return { ...entry, groups: open === undefined ? {} : { public: open.text } };
      });
      assert.deepEqual(records, single);
    }
    assert.deepEqual([...journal.records({ from: 601 }, ['public'])], []);
  });

  test('a byte that was changed is refused, and once it is put back it is read', async (t) => {
    const world = await filled(t);
    const path = join(world.folder, 'records/0.open');
    const sealed = readFileSync(path);
    const journal = world.reader();
    const read = (): number => [...journal.records({ from: 560, to: 601 }, ['public'])].length;
    assert.equal(read(), 41);
    const changed = Buffer.from(sealed);
    const at = changed.indexOf('{"i":599}');
    changed[at + 1] = 0x23;
    writeFileSync(path, changed);
    assert.equal([...world.reader().records({ from: 560, to: 590 }, ['public'])].length, 30);
    const second = world.reader();
    const tampered = (): unknown => [...second.records({ from: 560, to: 601 }, ['public'])];
    assert.throws(tampered, { code: 'PROOF_INVALID', message: /the public group of entry 600 / });
    writeFileSync(path, sealed);
    assert.equal([...second.records({ from: 560, to: 601 }, ['public'])].length, 41);
  });

  test('stops reading when its caller does', async (t) => {
    const journal = (await filled(t)).reader();
    for (const entry of journal.entries({ newestFirst: true })) {
      assert.equal(entry.index, 600);
      break;
    }
  });

  test('sees what is sealed meanwhile, and nothing before', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const journal = world.reader();
    const draft = world.draft('call');
    await lane.append(draft);
    recorder.step();
    assert.equal(journal.checkpoint().size, 1);
    assert.deepEqual(journal.find(draft.id), []);
    assert.throws(() => journal.entry(1), { code: 'RECEIPT_UNKNOWN' });
    assert.throws(() => journal.proofFor(1), { code: 'RECEIPT_UNKNOWN' });
    recorder.step({ seal: true });
    assert.equal(journal.find(draft.id)[0]?.index, 1);
    recorder.close();
  });

  test('a folder without a log, an unknown id and a text that is no id are told apart from faults', async (t) => {
    assert.throws(() => openJournal(temporaryFolder(t)), { code: 'RECEIPT_UNKNOWN' });
    const world = await filled(t);
    const journal = world.reader();
    assert.deepEqual(journal.find(world.nextId()), []);
    assert.throws(() => journal.receiptFor(world.nextId()), { code: 'RECEIPT_UNKNOWN' });
    assert.throws(() => journal.find('../../vault/log.key'), { code: 'RECEIPT_UNKNOWN' });
    for (const index of [-1, 1.5, 601, NaN]) assert.throws(() => journal.entry(index), { code: 'RECEIPT_UNKNOWN' });
  });

  test('personal content needs the vault', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const { call } = callDrafts(world);
    await lane.append(call);
    recorder.close();
    const journal = openJournal(world.folder);
    assert.throws(() => journal.groups(1, ['personal']), { code: 'VAULT_UNREADABLE', message: /no vault was given/ });
    assert.deepEqual(Object.keys(journal.groups(1)).sort(), ['commercial', 'public']);
    assert.deepEqual(journal.groups(0, ['commercial']), {}, 'genesis has no such group');
    journal.close();
  });
});

describe('proofs and receipts', () => {
  test('every entry has a proof that leads to the checkpoint', async (t) => {
    const journal = (await filled(t)).reader();
    for (const entry of journal.entries()) {
      const proof = parseTlogProof(journal.proofFor(entry.index));
      const { size, root } = readCheckpoint(proof.checkpoint);
      assert.equal(proof.index, entry.index);
      assert.doesNotThrow(() =>
        verifyInclusion(proof.index, size, leafHash(Buffer.from(entry.text)), proof.hashes, root),
      );
    }
  });

  test('a receipt shows the public group alone unless more is asked for', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane();
    const { intent, call } = callDrafts(world, { commercial: '{"rival":"0.0000125"}' });
    await lane.append(intent);
    await lane.append(call);
    recorder.close();
    const journal = world.reader();
    const plain = journal.receiptFor(call.id);
    for (const secret of ['lovelace', 'acme.example', '"rival', '0.0000125'])
      assert.ok(!plain.includes(secret), secret);
    assert.deepEqual(readReceipt(plain).leaf.kind, 'call');
    assert.deepEqual(readReceipt(plain).groups, { public: JSON.parse(call.public ?? '') as object });
    const full = parseReceipt(journal.receiptFor(call.id, { groups: ['public', 'commercial', 'personal'] }));
    assert.deepEqual([full.groups.commercial?.text, full.groups.personal?.text], [call.commercial, call.personal]);
    assert.equal(readReceipt(journal.receiptFor(call.id, { kind: 'intent' })).leaf.kind, 'intent');
    assert.throws(() => journal.receiptFor(call.id, { kind: 'config' }), { code: 'RECEIPT_UNKNOWN' });
  });

  test('leaves are canonical JSON, whatever the writer is called', async (t) => {
    const world = makeWorld(t);
    const recorder = world.recorder();
    const lane = world.lane({ node: 'nøde "1"', build: '1.0.0-\\x' });
    await lane.append(callDrafts(world).call);
    recorder.close();
    const { text, leaf } = world.reader().entry(1);
    assert.equal(text, canonicalJson(leaf as never));
    assert.deepEqual([leaf.by.node, leaf.by.build], ['nøde "1"', '1.0.0-\\x']);
  });
});

describe('the served log', () => {
  test('shows checkpoint, tiles and bundles as tlog-tiles asks, and nothing else', async (t) => {
    const world = await filled(t);
    const checkpoint = serveLog(world.folder, '/checkpoint');
    assert.equal(checkpoint.status, 200);
    assert.equal(checkpoint.headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(checkpoint.headers['cache-control'], 'public, max-age=1');
    assert.equal(checkpoint.body.toString(), world.reader().checkpoint().text);
    const sizes: readonly [string, number][] = [
      ['/tile/0/000', 8192],
      ['/tile/0/001', 8192],
      ['/tile/0/002.p/89', 89 * 32],
      ['/tile/0/002.p/5', 160],
      ['/tile/1/000.p/2', 64],
    ];
    for (const [path, bytes] of sizes) {
      const tile = serveLog(world.folder, path);
      assert.deepEqual(
        [tile.status, tile.body.length, tile.headers['content-length']],
        [200, bytes, String(bytes)],
        path,
      );
      assert.equal(tile.headers['content-type'], 'application/octet-stream');
      assert.match(tile.headers['cache-control'] ?? '', /immutable/);
    }
    const bundle = serveLog(world.folder, '/tile/entries/002.p/89').body;
    assert.equal(bundle.toString('utf8', 2, 2 + bundle.readUInt16BE(0)), world.reader().entry(512).text);
    for (const path of [
      '/tile/0/002',
      '/tile/0/002.p/90',
      '/tile/0/003.p/1',
      '/tile/1/000',
      '/tile/2/000.p/1',
      '/tile/entries/003',
      '/',
      '',
      '/vkey',
      '/../vault/log.key',
      '/tile/entries/../../../records/0.open',
      '/checkpoint/',
      '/records/0.open',
      '/positions',
    ]) {
      assert.deepEqual([path, serveLog(world.folder, path).status], [path, 404]);
    }
  });

  test('is 404 before the first checkpoint', (t) => {
    assert.equal(serveLog(temporaryFolder(t), '/checkpoint').status, 404);
  });
});
