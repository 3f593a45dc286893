// The log's side: a journal that grows while witnesses of every kind are asked, over real sockets.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { serveLog, startWitnessing, type Witnessing, type WitnessState } from '../src/index.ts';
import { cosignaturesOn, generateCosignerKey, parseCosigner, parseCosignerKey } from '../src/witness/cosignature.ts';
import { readCosignedFile } from '../src/cosigned/cosigned-file.ts';
import { parseTlogProof } from '../src/note/tlog-proof.ts';
import { readCheckpoint } from '../src/note/checkpoint.ts';
import { growLog } from './support/grown-log.ts';
import { standWitness } from './support/standing-witness.ts';
import { until } from './support/until.ts';
import { callDrafts, makeWorld, temporaryFolder, type World } from './support/world.ts';

async function grow(world: World, calls: number): Promise<string> {
  world.restart();
  const recorder = world.recorder();
  const lane = world.lane();
  let last = '';
  for (let at = 0; at < calls; at += 1) {
    const { call } = callDrafts(world);
    last = call.id;
    await lane.append(call);
  }
  await lane.close();
  recorder.close();
  return last;
}

async function sealed(t: TestContext): Promise<{ world: World; vkey: string; id: string }> {
  const world = makeWorld(t);
  const id = await grow(world, 5);
  return { world, vkey: world.reader().vkey, id };
}

function begin(
  t: TestContext,
  folder: string,
  witnesses: readonly { url: string; vkey: string }[],
): Witnessing & { readonly changes: WitnessState[] } {
  const changes: WitnessState[] = [];
  const witnessing = startWitnessing({ folder, witnesses, onChange: (state) => changes.push(state) });
  t.after(() => witnessing.stop());
  return { look: () => witnessing.look(), states: () => witnessing.states(), stop: () => witnessing.stop(), changes };
}

/** A server that answers an add-checkpoint as a test pleases. */
async function pretend(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const served = (folder: string): string => serveLog(folder, '/checkpoint').body.toString('utf8');
const sizeOf = (world: World): number => world.reader().checkpoint().size;
const cosigner = parseCosigner(generateCosignerKey('pretends.example', Buffer.alloc(32, 5)));

describe('a log with witnesses', () => {
  test('has each new checkpoint cosigned by all of them, and serves it so', async (t) => {
    const { world, vkey } = await sealed(t);
    const standing = ['one.example', 'two.example'].map((name) => standWitness(t, [vkey], { name }));
    const keys = standing.map((each) => parseCosignerKey(each.vkey));
    const witnesses = await Promise.all(
      standing.map(async (each) => ({ url: (await each.serve()).url, vkey: each.vkey })),
    );
    const witnessing = begin(t, world.folder, witnesses);
    const cosigned = () => (cosignaturesOn(served(world.folder), keys).length === 2 ? true : undefined);
    await until('both cosign the first checkpoint', 5_000, cosigned);
    await grow(world, 700);
    assert.equal(cosignaturesOn(served(world.folder), keys).length, 0);
    await until('both cosign the second, by a proof', 5_000, cosigned);
    assert.deepEqual(
      witnessing.states().map(({ state, size, name }) => ({ state, size, name })),
      ['one.example', 'two.example'].map((name) => ({ state: 'cosigning', size: sizeOf(world), name })),
    );
    const listed = JSON.parse(serveLog(world.folder, '/cosigned').body.toString('utf8')) as { checkpoints: string[] };
    assert.equal(listed.checkpoints[0], served(world.folder));
  });

  test('proves with the checkpoint that most have cosigned, and with a bare one what none has seen', async (t) => {
    const { world, vkey, id } = await sealed(t);
    const witness = standWitness(t, [vkey]);
    const { url } = await witness.serve();
    const witnessing = begin(t, world.folder, [{ url, vkey: witness.vkey }]);
    await until('it is cosigned', 5_000, () => witnessing.states()[0]?.size ?? undefined);
    await witnessing.stop();
    const key = parseCosignerKey(witness.vkey);
    const later = await grow(world, 3);
    const journal = world.reader();
    const of = (which: string) => cosignaturesOn(parseTlogProof(journal.proofFor(which)).checkpoint, [key]);
    assert.equal(of(id).length, 1);
    assert.equal(of(later).length, 0);
    const again = begin(t, world.folder, [{ url, vkey: witness.vkey }]);
    await until('the rest is cosigned', 5_000, () => (again.states()[0]?.size === sizeOf(world) ? true : undefined));
    assert.equal(of(later).length, 1);
  });

  test('asks the others while one is dead, one never answers, and one stalls in the middle', async (t) => {
    const { world, vkey } = await sealed(t);
    const good = standWitness(t, [vkey]);
    const { url } = await good.serve();
    const silent = await pretend(t, () => undefined);
    const stalls = await pretend(t, (_, response) => response.write('— '));
    const names = [4, 5, 6].map((byte) => parseCosigner(generateCosignerKey(`w${byte}`, Buffer.alloc(32, byte))));
    const [dead, never, half] = names.map(({ key }) => key.vkey);
    const witnessing = begin(t, world.folder, [
      { url: 'http://127.0.0.1:9', vkey: dead ?? '' },
      { url: silent, vkey: never ?? '' },
      { url: stalls, vkey: half ?? '' },
      { url, vkey: good.vkey },
    ]);
    for (let round = 0; round < 3; round += 1) {
      await grow(world, 2);
      const size = sizeOf(world);
      await until('the good one cosigns', 2_000, () => (witnessing.states()[3]?.size === size ? true : undefined));
    }
    const [first, ...others] = witnessing.states();
    assert.deepEqual([first?.state, first?.size], ['unreachable', null]);
    assert.match(first?.problem ?? '', /does not answer/);
    assert.deepEqual(
      others.map(({ state }) => state),
      ['waiting', 'waiting', 'cosigning'],
    );
    const stopped = performance.now();
    await witnessing.stop();
    assert.ok(performance.now() - stopped < 1_000, 'stopping waits for nobody');
  });

  test('never believes one that lies, in any of its ways', async (t) => {
    const { world } = await sealed(t);
    const text = (): string => {
      const note = world.reader().checkpoint().text;
      return note.slice(0, note.indexOf('\n\n') + 1);
    };
    const ok =
      (body: string): RequestListener =>
      (_, response) =>
        void response.end(body);
    const conflict =
      (body: string, type = 'text/x.tlog.size'): RequestListener =>
      (_, response) =>
        void response.writeHead(409, { 'content-type': type }).end(body);
    const stranger = parseCosigner(generateCosignerKey('pretends.example'));
    let flips = 0;
    const ways: readonly (readonly [RequestListener, WitnessState['state'], RegExp])[] = [
      [ok(''), 'lies', /no cosignature of this checkpoint/],
      [ok('hello\n'), 'lies', /no cosignature of this checkpoint/],
      [ok(stranger.cosign(text(), 1)), 'lies', /without a cosignature of pretends\.example/],
      [ok(cosigner.cosign(`${text()}x\n`, 1)), 'lies', /does not verify/],
      [ok(cosigner.cosign(text(), 0)), 'lies', /does not verify/],
      [ok('x'.repeat(100_000)), 'lies', /more than 65536 bytes/],
      [conflict('0\n'), 'lies', /says that this is the one it has/],
      [conflict('many\n'), 'lies', /not the size that it has/],
      [conflict('3\n', 'text/plain'), 'lies', /not the size that it has/],
      [(_, response) => conflict(`${(flips += 1) % 2}\n`)(_, response), 'lies', /named another size 4 times/],
      [conflict('99\n'), 'contradicts', /this log was rolled back, or the witness lies/],
      [(_, response) => void response.writeHead(422).end('no'), 'contradicts', /another history of this log: no/],
      [(_, response) => void response.writeHead(404).end(), 'refused', /does not know the log/],
      [(_, response) => void response.writeHead(403).end(), 'refused', /another key of this log/],
      [(_, response) => void response.writeHead(400).end('a\n\nb'), 'refused', /answers 400: a b/],
      [(_, response) => void response.writeHead(503).end(), 'unreachable', /cannot now: 503/],
      [(_, response) => void response.writeHead(302, { location: '/' }).end(), 'unreachable', /does not answer/],
      [(_, response) => void response.destroy(), 'unreachable', /does not answer/],
    ];
    for (const [answer, state, says] of ways) {
      const url = await pretend(t, answer);
      const witnessing = begin(t, world.folder, [{ url, vkey: cosigner.key.vkey }]);
      const [change] = await until(`${says}`, 5_000, () =>
        witnessing.changes.length > 0 ? witnessing.changes : undefined,
      );
      await witnessing.stop();
      assert.equal(change?.state, state);
      assert.match(change?.problem ?? '', says);
      assert.equal(change?.size, null);
      assert.ok(!served(world.folder).includes('pretends.example'));
    }
  });

  test('shows a witness that forgot what it had cosigned, and one that remembers more than the log has', async (t) => {
    const { world, vkey } = await sealed(t);
    const witness = standWitness(t, [vkey]);
    const { url, port, close } = await witness.serve();
    const before = join(temporaryFolder(t), 'before');
    cpSync(world.folder, before, { recursive: true });
    const asked = { url, vkey: witness.vkey };
    await grow(world, 4);
    const first = begin(t, world.folder, [asked]);
    await until('it cosigns', 5_000, () => first.states()[0]?.size ?? undefined);
    await first.stop();
    // The operator puts an older copy of the journal back.
    const rolledBack = begin(t, before, [asked]);
    const [change] = await until('it is seen', 5_000, () =>
      rolledBack.changes.length > 0 ? rolledBack.changes : undefined,
    );
    assert.equal(change?.state, 'contradicts');
    assert.match(change?.problem ?? '', /it has cosigned 10 entries of this log, which has 6/);
    await rolledBack.stop();
    // The witness's own store is put back: it is the same key, with less memory.
    await close();
    witness.store.close();
    writeFileSync(join(witness.folder, 'origins'), '');
    rmSync(witness.store.pathOf(world.reader().checkpoint().origin));
    const forgetful = standWitness(t, [vkey], { folder: witness.folder });
    await forgetful.serve([], port);
    await grow(world, 1);
    const later = begin(t, world.folder, [asked]);
    const [lost] = await until('it is seen', 5_000, () => (later.changes.length > 0 ? later.changes : undefined));
    assert.equal(lost?.state, 'lies');
    assert.match(lost?.problem ?? '', /had cosigned 10 entries, and now says 0: it lost its memory/);
  });

  test('comes back to a witness that comes back', async (t) => {
    const { world, vkey } = await sealed(t);
    const witness = standWitness(t, [vkey]);
    const { url, port, close } = await witness.serve();
    await close();
    const witnessing = begin(t, world.folder, [{ url, vkey: witness.vkey }]);
    await until('it is missed', 5_000, () => (witnessing.changes.length > 0 ? true : undefined));
    await witness.serve([], port);
    await until('it cosigns', 5_000, () => (witnessing.states()[0]?.state === 'cosigning' ? true : undefined));
    assert.deepEqual(
      witnessing.changes.map(({ state }) => state),
      ['unreachable', 'cosigning'],
    );
  });

  test('keeps cosignatures over a restart, and gathers anew what was damaged', async (t) => {
    const { world, vkey } = await sealed(t);
    const witness = standWitness(t, [vkey]);
    const { url } = await witness.serve();
    const asked = [{ url, vkey: witness.vkey }];
    const first = begin(t, world.folder, asked);
    const size = await until('it cosigns', 5_000, () => first.states()[0]?.size ?? undefined);
    await first.stop();
    assert.equal(begin(t, world.folder, asked).states()[0]?.size, size);
    const path = join(world.folder, 'log/cosigned');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100));
    assert.throws(() => readCosignedFile(world.folder), { code: 'JOURNAL_CORRUPT', message: /is damaged/ });
    const anew = begin(t, world.folder, asked);
    assert.equal(anew.states()[0]?.size, null);
    await until('it cosigns again', 5_000, () => anew.states()[0]?.size ?? undefined);
    assert.equal(readCosignedFile(world.folder)[0]?.size, size);
  });

  test('is not begun with an address or a key that is none', async (t) => {
    const { world } = await sealed(t);
    const begun = (url: string, vkey: string) => () =>
      startWitnessing({ folder: world.folder, witnesses: [{ url, vkey }] });
    for (const url of ['ftp://h', 'http://u:p@h', 'nonsense', 'http://h/?q'])
      assert.throws(begun(url, cosigner.key.vkey), { code: 'CONFIG_INVALID' });
    assert.throws(begun('http://h', growLog().vkey), { code: 'PROOF_INVALID', message: /not a witness's/ });
    assert.equal(readCheckpoint(served(world.folder)).size, 6);
  });
});
