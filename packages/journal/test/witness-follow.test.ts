// A witness that has nothing but a log's address: real journals served over real sockets, which grow, are rolled back,
// forked, rewritten, hidden and cut off.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { followOnce, knownLogs, openVault, serveLog, type KnownLog } from '../src/index.ts';
import { signCheckpoint } from '../src/note/checkpoint.ts';
import { parseVerifierKey } from '../src/note/note-key.ts';
import { readCheckpoint } from '../src/note/checkpoint.ts';
import { standWitness } from './support/standing-witness.ts';
import { callDrafts, makeWorld, temporaryFolder, type World } from './support/world.ts';

interface Served {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  answer: RequestListener;
}

async function serve(t: TestContext, answer: RequestListener): Promise<Served> {
  const served: Served = { url: '', asked: [], answer };
  const server = createServer((request, response) => {
    served.asked.push(request.url ?? '');
    served.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return Object.assign(served, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log` });
}

const fromFolder =
  (folder: string): RequestListener =>
  (request, response) => {
    const { status, headers, body } = serveLog(folder, (request.url ?? '').replace(/^\/log/, ''));
    response.writeHead(status, headers).end(body);
  };

async function grow(world: World, calls: number): Promise<void> {
  world.restart();
  const recorder = world.recorder();
  const lane = world.lane();
  for (let at = 0; at < calls; at += 1) await lane.append(callDrafts(world).call);
  await lane.close();
  recorder.close();
}

async function followed(t: TestContext, calls = 5) {
  const world = makeWorld(t);
  await grow(world, calls);
  const served = await serve(t, fromFolder(world.folder));
  const { vkey } = world.reader();
  const standing = standWitness(t, [vkey]);
  const log = knownLogs([{ key: parseVerifierKey(vkey), url: served.url }])
    .values()
    .next().value as KnownLog;
  const look = (ms = 5_000) => followOnce(standing.witness, log, { fetch, ms });
  return { world, served, standing, log, look };
}

describe('a witness that follows a log by its address', () => {
  test('takes the first look as it is, then wants proof, and builds it from a handful of tiles', async (t) => {
    const { world, served, standing, look, log } = await followed(t, 300);
    const first = await look();
    assert.deepEqual(
      [first.outcome, first.size, first.before],
      ['cosigned', readCheckpoint(readFileSync(join(world.folder, 'log/checkpoint'), 'utf8')).size, undefined],
    );
    await grow(world, 400);
    served.asked.length = 0;
    const second = await look();
    assert.deepEqual([second.outcome, second.before], ['cosigned', first.size]);
    assert.ok((second.size ?? 0) > (first.size ?? 0));
    assert.ok(served.asked.length <= 5, served.asked.join(' '));
    assert.equal(standing.store.remembered(log.origin)?.size, second.size);
    assert.equal((await look()).outcome, 'cosigned');
  });

  test('sees a log that was rolled back, and keeps its checkpoint', async (t) => {
    const { world, served, standing, look, log } = await followed(t);
    const before = join(temporaryFolder(t), 'before');
    cpSync(world.folder, before, { recursive: true });
    await grow(world, 5);
    assert.equal((await look()).outcome, 'cosigned');
    served.answer = fromFolder(before);
    const back = await look();
    assert.equal(back.outcome, 'inconsistent');
    assert.match(back.problem ?? '', /were seen before: entries were dropped, or an old copy/);
    assert.equal(standing.store.conflicts(log.origin).length, 1);
  });

  test('sees a log that was forked: two histories of one size, or a longer one that is another', async (t) => {
    const { world, served, look } = await followed(t);
    const other = makeWorld(t);
    // The same key, another history: what an operator can do who holds the vault.
    rmSync(other.vault, { recursive: true });
    cpSync(world.vault, other.vault, { recursive: true });
    rmSync(join(other.vault, 'last-checkpoint'));
    await look();
    await grow(other, 5);
    served.answer = fromFolder(other.folder);
    const same = await look();
    assert.match(same.problem ?? '', /different roots: a fork/);
    await grow(other, 7);
    const longer = await look();
    assert.equal(longer.outcome, 'inconsistent');
    assert.match(longer.problem ?? '', /does not lead to the older root/);
  });

  test('sees a checkpoint that the tiles do not bear out, at its first look and later', async (t) => {
    const { world, served, standing, look, log } = await followed(t);
    const vault = openVault(world.vault);
    const { size } = world.reader().checkpoint();
    const lie = (entries: number): void => {
      const note = signCheckpoint({ origin: log.origin, size: entries, root: Buffer.alloc(32, 7) }, vault.signers).text;
      served.answer = (request, response) =>
        request.url === '/log/checkpoint' ? response.end(note) : fromFolder(world.folder)(request, response);
    };
    lie(size);
    assert.match((await look()).problem ?? '', /tiles do not lead to the root/);
    assert.equal(standing.store.remembered(log.origin), null);
    served.answer = fromFolder(world.folder);
    assert.equal((await look()).outcome, 'cosigned');
    lie(size + 1);
    assert.equal((await look()).outcome, 'inconsistent');
  });

  test('tells a log that is not there, or answers with anything else, from one that lies', async (t) => {
    const { served, look } = await followed(t);
    assert.equal((await look()).outcome, 'cosigned');
    const answers: readonly (readonly [RequestListener, string])[] = [
      [(_, response) => response.writeHead(500).end(), 'unreachable'],
      [(_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), 'unreachable'],
      [(_, response) => response.destroy(), 'unreachable'],
      [(_, response) => response.end('x'.repeat(2_000_000)), 'unreachable'],
      [(_, response) => response.write('never ends'), 'unreachable'],
      [(_, response) => response.end('hello'), 'inconsistent'],
    ];
    for (const [answer, outcome] of answers) {
      served.answer = answer;
      assert.equal((await look(300)).outcome, outcome);
    }
    assert.equal(
      (await followOnce(standWitness(t, [growKey(t)]).witness, anyLog(t), { fetch })).outcome,
      'unreachable',
    );
  });

  test('sees a log signed by another key than the one it was given', async (t) => {
    const { served, standing, log } = await followed(t);
    const stranger = makeWorld(t);
    await grow(stranger, 1);
    served.answer = fromFolder(stranger.folder);
    const { outcome, problem } = await followOnce(standing.witness, log, { fetch });
    assert.deepEqual([outcome, /signed by another key/.test(problem ?? '')], ['inconsistent', true]);
  });

  test('goes on from the key it was given to the next, once the log has handed over; and no thief of the old key can', async (t) => {
    const { world, served, look } = await followed(t);
    assert.equal((await look()).outcome, 'cosigned');
    const old = openVault(world.vault).signer;
    world.restart();
    const recorder = world.recorder();
    recorder.rotateKey('a test');
    recorder.retireKeys('a test');
    recorder.close();
    await grow(world, 2);
    const after = await look();
    assert.deepEqual([after.outcome, after.problem], ['cosigned', undefined]);
    const { origin, size, root } = world.reader().checkpoint();
    const forged = signCheckpoint({ origin, size, root }, [old]).text;
    served.answer = (request, response) =>
      request.url === '/log/checkpoint' ? response.end(forged) : fromFolder(world.folder)(request, response);
    const stolen = await look();
    assert.equal(stolen.outcome, 'inconsistent');
    assert.match(stolen.problem ?? '', /was not the key of a log of that size/);
    served.answer = (request, response) =>
      request.url === '/log/handovers' ? response.end('nonsense') : fromFolder(world.folder)(request, response);
    assert.equal((await look()).outcome, 'inconsistent');
  });

  test('tells of a key that nobody introduced, and forgets none that took over when its handover is taken away', async (t) => {
    const { world, served, look } = await followed(t);
    const old = openVault(world.vault).signer;
    world.restart();
    const recorder = world.recorder();
    const { vkey: second } = recorder.rotateKey('a test');
    const without =
      (status: number): RequestListener =>
      (request, response) =>
        request.url === '/log/handovers'
          ? response.writeHead(status).end()
          : fromFolder(world.folder)(request, response);
    served.answer = without(404);
    const both = await look();
    assert.deepEqual([both.outcome, both.unknown_keys], ['cosigned', [second.split('+').slice(0, 2).join('+')]]);
    served.answer = without(503);
    assert.equal((await look()).outcome, 'unreachable');
    served.answer = fromFolder(world.folder);
    assert.equal((await look()).unknown_keys, undefined);
    recorder.retireKeys('a test');
    recorder.close();
    await grow(world, 2);
    assert.equal((await look()).outcome, 'cosigned');
    await grow(world, 2);
    const { origin, size, root } = world.reader().checkpoint();
    const forged = signCheckpoint({ origin, size, root }, [old]).text;
    served.answer = (request, response) =>
      request.url === '/log/checkpoint' ? response.end(forged) : without(404)(request, response);
    const stripped = await look();
    assert.equal(stripped.outcome, 'inconsistent');
    assert.match(stripped.problem ?? '', /no handover leads any more from the key given/);
  });

  test('takes the beginning of a full tile where the partial one is gone', async (t) => {
    const { world, served, look } = await followed(t, 100);
    const checkpoint = readFileSync(join(world.folder, 'log/checkpoint'), 'utf8');
    await grow(world, 250);
    const answer = fromFolder(world.folder);
    served.answer = (request, response) => {
      if (request.url === '/log/checkpoint') response.end(checkpoint);
      else if (request.url?.includes('.p/') === true) response.writeHead(404).end();
      else answer(request, response);
    };
    assert.equal((await look()).outcome, 'cosigned');
    assert.ok(served.asked.includes('/log/tile/0/000'));
  });

  test('is not fooled by a tile that is cut or changed', async (t) => {
    const { world, served, look } = await followed(t);
    assert.equal((await look()).outcome, 'cosigned');
    await grow(world, 9);
    const path = join(world.folder, 'log/tile/0/0');
    const tile = readFileSync(path);
    writeFileSync(path, Buffer.concat([tile.subarray(0, 40), Buffer.of(1, 2, 3), tile.subarray(43)]));
    assert.equal((await look()).outcome, 'inconsistent');
    writeFileSync(path, tile);
    served.answer = (request, response) => {
      const { headers, body, status } = serveLog(world.folder, (request.url ?? '').replace(/^\/log/, ''));
      const cut = request.url?.includes('/tile/') === true ? body.subarray(0, -1) : body;
      response.writeHead(status, { ...headers, 'content-length': cut.length }).end(cut);
    };
    assert.match((await look()).problem ?? '', /has \d+ bytes, not/);
  });
});

const growKey = (t: TestContext): string => openVault(makeWorld(t).vault).signer.verifier.vkey;

/** Known, with nothing at its address. */
function anyLog(t: TestContext): KnownLog {
  const key = parseVerifierKey(growKey(t));
  return { origin: key.name, keys: [key], url: 'http://127.0.0.1:9/log' };
}
