// Go's golang.org/x/mod/sumdb (note, tlog) judges a Weighbridge log behind a path shim, and a Weighbridge witness judges a
// log that Go has built: neither side shares a line with the other.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { followOnce, knownLogs, openWitnessStore, startWitnessing, trustOf, Witness } from '@weighbridge/journal';
import { goProgram } from './support/go.ts';
import { serveJournal, until } from './support/journal.ts';

const go = goProgram('go-tlog', [1, 18]);

describe("Go's own transparency log packages", { skip: go.skip }, () => {
  test('accept every checkpoint, tile, leaf and proof of a served log, at sizes around the width of a tile', async (t) => {
    const journal = await serveJournal(t, 3);
    for (const calls of [0, 250, 3, 1, 400]) {
      await journal.grow(calls);
      const { origin, size, root } = journal.reader().checkpoint();
      const found = await go.run('check', journal.url, journal.vkey);
      assert.deepEqual([found['origin'], found['size'], found['root']], [origin, size, root.toString('base64')]);
      assert.equal(found['entries'], size);
      assert.ok(Number(found['consistent']) > 0);
    }
  });

  test('refuse it once a byte of a tile or of a leaf was changed, or under another key', async (t) => {
    const journal = await serveJournal(t, 20);
    await assert.rejects(go.run('check', journal.url, (await serveJournal(t, 1)).vkey), /unverified|no verifiable/i);
    for (const file of ['log/tile/0/0', 'log/checkpoint']) {
      const path = join(journal.folder, file);
      const bytes = readFileSync(path);
      const at = bytes.length - 40;
      writeFileSync(path, bytes.with(at, bytes.at(at) === 0x41 ? 0x42 : 0x41));
      await assert.rejects(go.run('check', journal.url, journal.vkey));
      writeFileSync(path, bytes);
    }
    assert.equal((await go.run('check', journal.url, journal.vkey))['entries'], 21);
  });

  test('accept the tlog-proof of an entry, and of no other', async (t) => {
    const journal = await serveJournal(t, 300);
    const reader = journal.reader();
    const file = join(journal.home, 'entry.tlog-proof');
    const leaf = join(journal.home, 'leaf');
    for (const id of [journal.ids[0], journal.ids[256], journal.ids.at(-1)]) {
      const [entry] = reader.find(id ?? '');
      assert.ok(entry !== undefined);
      writeFileSync(file, reader.proofFor(entry.index));
      writeFileSync(leaf, entry.text);
      assert.equal((await go.run('proof', file, leaf, journal.vkey))['index'], entry.index);
      writeFileSync(leaf, entry.text.replace('"v":1', '"v":2'));
      await assert.rejects(go.run('proof', file, leaf, journal.vkey), /invalid/);
    }
  });

  test('accept the consistency proofs that the log submits to its witnesses', async (t) => {
    const journal = await serveJournal(t, 5);
    const bodies: string[] = [];
    const witness = new Witness({
      memory: openWitnessStore(join(journal.home, 'witness'), { name: 'w.example' }),
      logs: knownLogs(trustOf({ vkey: journal.vkey }).logs.map((key) => ({ key }))),
    });
    // A witness that notes down what it is asked.
    const server = createServer((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        const body = Buffer.concat(chunks);
        const answer = witness.addCheckpoint(body);
        if (answer.status === 200) bodies.push(body.toString());
        response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const witnessing = startWitnessing({ folder: journal.folder, witnesses: [{ url, vkey: witness.vkey }] });
    t.after(() => witnessing.stop());
    for (const calls of [1, 250, 500, 7]) {
      const before = bodies.length;
      await until('it is cosigned', 5_000, () => (bodies.length > 0 ? true : undefined));
      await journal.grow(calls);
      await until('the growth is cosigned', 5_000, () => (bodies.length > Math.max(before, 1) ? true : undefined));
    }
    const file = join(journal.home, 'submission');
    const older = join(journal.home, 'older');
    for (const [at, body] of bodies.entries()) {
      const previous = bodies[at - 1];
      if (previous === undefined) continue;
      writeFileSync(file, body);
      writeFileSync(older, previous.slice(previous.indexOf('\n\n') + 2));
      const { old, size } = await go.run('submission', file, older, journal.vkey);
      assert.ok(Number(size) > Number(old));
    }
    assert.ok(bodies.length >= 4);
  });
});

describe('a log that Go has built', { skip: go.skip }, () => {
  test('is followed and cosigned by a Weighbridge witness through every step of its growth', async (t) => {
    const child = spawn(go.path, ['log', 'go.example/log'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    t.after(async () => {
      child.stdin.end();
      await ended;
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const said = async (): Promise<Record<string, string>> =>
      JSON.parse((await lines.next()).value as string) as Record<string, string>;
    const { url = '', vkey = '' } = await said();
    const logs = knownLogs(trustOf({ vkey }).logs.map((key) => ({ key, url })));
    const journal = await serveJournal(t, 0);
    const store = openWitnessStore(join(journal.home, 'witness'), { name: 'w.example' });
    t.after(() => store.close());
    const witness = new Witness({ memory: store, logs });
    const log = logs.get('go.example/log');
    assert.ok(log !== undefined);
    let before: number | undefined;
    for (const size of [1, 2, 255, 256, 257, 1_000, 65_536, 70_000]) {
      child.stdin.write(`${size}\n`);
      await said();
      const look = await followOnce(witness, log, { fetch });
      assert.deepEqual([look.outcome, look.size, look.before, look.problem], ['cosigned', size, before, undefined]);
      before = size;
    }
  });
});
