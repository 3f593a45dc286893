// What witnesses make of a whole log, as a folder and over HTTP: with a quorum on the history that is shown, truncation is
// excluded; a log that was rolled back, forked or rewritten is not what they cosigned.
import assert from 'node:assert/strict';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  logKeyFor,
  originHash,
  parsePolicy,
  serveLog,
  trustOf,
  verifyFolder,
  verifyUrl,
  witnessFolder,
  witnessLog,
  type Verification,
  type WitnessLogOptions,
} from '../src/index.ts';
import { readCosignedFile, writeCosignedFile } from '../src/cosigned/cosigned-file.ts';
import { generateCosignerKey, parseCosigner } from '../src/witness/cosignature.ts';
import { callDrafts, makeWorld, START, temporaryFolder, type World } from './support/world.ts';

const cosigners = [1, 2, 3].map((n) => parseCosigner(generateCosignerKey(`w${n}.example`, Buffer.alloc(32, n))));

async function grow(world: World, calls: number): Promise<void> {
  world.restart();
  const recorder = world.recorder();
  const lane = world.lane();
  for (let at = 0; at < calls; at += 1) await lane.append(callDrafts(world).call);
  await lane.close();
  recorder.close();
}

/** Witness `which` cosigns the checkpoint as it stands, at `at`; what was cosigned before is kept. */
function cosign(world: World, which: number, at: number): void {
  const note = world.reader().checkpoint().text;
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const kept = readCosignedFile(world.folder).map((one) => one.text);
  const same = kept.find((one) => one.startsWith(text)) ?? note;
  const line = cosigners[which]?.cosign(text, Math.floor(at / 1_000)) ?? '';
  writeCosignedFile(world.folder, [same + line, ...kept.filter((one) => one !== same)]);
}

interface Setting {
  readonly world: World;
  readonly vkey: string;
  readonly missing: string[];
  readonly options: (
    quorum: string,
    given?: Partial<WitnessLogOptions> & { urls?: readonly string[] },
  ) => WitnessLogOptions;
  readonly folder: (quorum: string, given?: Partial<WitnessLogOptions>) => Promise<Verification>;
}

async function setting(t: TestContext): Promise<Setting> {
  const world = makeWorld(t);
  await grow(world, 5);
  const { vkey } = world.reader();
  const missing: string[] = [];
  const options: Setting['options'] = (quorum, { urls = [], ...given } = {}) => {
    const witnesses = cosigners.map(({ key }, at) => `witness w${at + 1} ${key.vkey} ${urls[at] ?? ''}\n`).join('');
    const policy = parsePolicy(Buffer.from(`log ${vkey}\n${witnesses}group all all w1 w2 w3\nquorum ${quorum}\n`));
    const trust = { ...trustOf({ policy }), policy };
    return { trust, fetch, now: START + 1_000, onMissing: (why) => missing.push(why), ...given };
  };
  const folder: Setting['folder'] = (quorum, given) =>
    witnessFolder(world.folder, options(quorum, given), () => verifyFolder(world.folder, { vkey, vault: world.vault }));
  return { world, vkey, missing, options, folder };
}

async function serve(t: TestContext, answer: (path: string) => { status: number; body: Buffer | string }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status, body } = answer(request.url ?? '');
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('a whole log and its witnesses', () => {
  test('a quorum on the newest checkpoint excludes truncation; too few do not', async (t) => {
    const { world, folder } = await setting(t);
    assert.equal((await folder('none')).outcome, 'TRUNCATION_NOT_EXCLUDED');
    const none = await folder('w1');
    assert.deepEqual([none.outcome, none.witnessed?.met], ['QUORUM_NOT_MET', false]);
    assert.match(none.problem ?? '', /asks for w1, and no witness of the policy has cosigned/);
    cosign(world, 0, START);
    const one = await folder('w1');
    assert.deepEqual([one.outcome, one.problem, one.witnessed?.as_of], ['ok', undefined, START]);
    assert.equal((await folder('all')).outcome, 'QUORUM_NOT_MET');
  });

  test('witnesses that stand on different checkpoints of the one history count together', async (t) => {
    const { world, folder } = await setting(t);
    for (const which of [0, 1, 2]) {
      cosign(world, which, START + which * 60_000);
      await grow(world, 300);
    }
    const judged = await folder('all', { now: START + 200_000 });
    assert.deepEqual([judged.outcome, judged.witnessed?.as_of], ['ok', START]);
    assert.deepEqual(
      judged.witnessed?.by.map(({ name, size }) => [name, size]),
      [
        ['w1', 6],
        ['w2', 306],
        ['w3', 606],
      ],
    );
  });

  test('a quorum that spoke too long ago excludes nothing that came after', async (t) => {
    const { world, folder } = await setting(t);
    cosign(world, 0, START);
    const now = START + 3_600_000;
    assert.equal((await folder('w1', { now, freshMs: 3_600_000 })).outcome, 'ok');
    const stale = await folder('w1', { now: now + 1, freshMs: 3_600_000 });
    assert.equal(stale.outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.match(stale.problem ?? '', /not spoken since 2026-11-22T12:00:00/);
  });

  test('a log that was cut back to an older copy is not what was cosigned', async (t) => {
    const { world, vkey, options } = await setting(t);
    const before = join(temporaryFolder(t), 'before');
    cpSync(world.folder, before, { recursive: true });
    await grow(world, 4);
    cosign(world, 0, START);
    // The thief of the newest entries leaves the cosignatures in place, or takes them away as well.
    cpSync(join(world.folder, 'log/cosigned'), join(before, 'log/cosigned'));
    const verify = () => verifyFolder(before, { vkey });
    const left = await witnessFolder(before, options('w1'), verify);
    assert.equal(left.outcome, 'PROOF_INVALID');
    assert.match(left.problem ?? '', /shows 6 entries, but w1\.example cosigned 10 at 2026-11-22T12:00:00\.000Z/);
    rmSync(join(before, 'log/cosigned'));
    assert.equal((await witnessFolder(before, options('w1'), verify)).outcome, 'QUORUM_NOT_MET');
  });

  test('a log that was forked or rewritten is not what was cosigned', async (t) => {
    const { world, vkey, options } = await setting(t);
    const other = makeWorld(t);
    rmSync(other.vault, { recursive: true });
    cpSync(world.vault, other.vault, { recursive: true });
    rmSync(join(other.vault, 'last-checkpoint'));
    await grow(other, 5);
    cosign(world, 0, START);
    const judgeOther = async (): Promise<Verification> => {
      cpSync(join(world.folder, 'log/cosigned'), join(other.folder, 'log/cosigned'));
      return witnessFolder(other.folder, options('w1'), () => verifyFolder(other.folder, { vkey }));
    };
    const same = await judgeOther();
    assert.match(same.problem ?? '', /first 6 entries are not those that w1\.example cosigned .* forked or rewritten/);
    await grow(other, 300);
    assert.equal((await judgeOther()).outcome, 'PROOF_INVALID');
  });

  test('over HTTP the list, the checkpoint and the witnesses themselves are asked, before the log is', async (t) => {
    const { world, vkey, options, missing } = await setting(t);
    cosign(world, 0, START);
    const listed = readCosignedFile(world.folder)[0]?.text ?? '';
    rmSync(join(world.folder, 'log/cosigned'));
    await grow(world, 300);
    const log = await serve(t, (path) => serveLog(world.folder, path.replace(/^\/log/, '')));
    const { origin } = world.reader().checkpoint();
    const witness = await serve(t, (path) =>
      path === `/${originHash(origin)}/checkpoint` ? { status: 200, body: listed } : { status: 404, body: '' },
    );
    const url = `${log.url}/log`;
    const verify = () => verifyUrl(url, { vkey, fetch });
    assert.equal((await witnessLog(url, options('w1'), verify)).outcome, 'QUORUM_NOT_MET');
    const asked = options('w1', { urls: [witness.url] });
    assert.equal((await witnessLog(url, asked, verify)).outcome, 'ok');
    assert.deepEqual(missing, []);
    const dead = options('w1', { urls: ['http://127.0.0.1:9'] });
    assert.equal((await witnessLog(url, dead, verify)).outcome, 'QUORUM_NOT_MET');
    assert.match(missing.join(' '), /witness w1 could not be asked/);
    assert.equal((await witnessLog(url, options('w2', { urls: ['', witness.url] }), verify)).outcome, 'QUORUM_NOT_MET');
    cosign(world, 1, START);
    assert.equal((await witnessLog(`${url}/`, options('w2'), verify)).outcome, 'ok');
  });

  test('what is no checkpoint of the log accuses nobody, and does not count', async (t) => {
    const { world, folder, missing } = await setting(t);
    const stranger = makeWorld(t);
    await grow(stranger, 2);
    writeCosignedFile(world.folder, [stranger.reader().checkpoint().text]);
    assert.equal((await folder('w1')).outcome, 'QUORUM_NOT_MET');
    writeFileSync(join(world.folder, 'log/cosigned'), 'nothing of the kind');
    assert.equal((await folder('w1')).outcome, 'QUORUM_NOT_MET');
    assert.match(missing.join(' '), /no checkpoint that counts: .*another key.*is damaged/);
  });

  test('a policy that names the first key of a log goes on to the key it was handed over to', async (t) => {
    const { world, vkey, options } = await setting(t);
    cosign(world, 0, START);
    world.restart();
    const recorder = world.recorder();
    recorder.rotateKey('a test');
    recorder.retireKeys('a test');
    recorder.close();
    cosign(world, 1, START + 1);
    const before = await witnessFolder(world.folder, options('all'), () => verifyFolder(world.folder, { vkey }));
    assert.deepEqual(
      before.witnessed?.by.map(({ name, size }) => [name, size]),
      [
        ['w1', 6],
        ['w2', world.reader().checkpoint().size],
      ],
    );
    assert.equal(before.outcome, 'QUORUM_NOT_MET');
    const log = await serve(t, (path) => serveLog(world.folder, path.replace(/^\/log/, '')));
    const url = `${log.url}/log`;
    const judged = await witnessLog(url, options('w2'), () => verifyUrl(url, { vkey, fetch }));
    assert.deepEqual([judged.outcome, judged.problem, judged.handovers?.length], ['ok', undefined, 1]);
  });

  test('a log whose content is bad stays bad, whoever cosigned', async (t) => {
    const { world, vkey, options } = await setting(t);
    cosign(world, 0, START);
    const bad: Verification = {
      outcome: 'PROOF_INVALID',
      problem: 'x',
      leaves: 0,
      groups: { checked: 0, unchecked: 0 },
    };
    assert.deepEqual(await witnessFolder(world.folder, options('w1'), () => bad), bad);
    assert.equal(logKeyFor(options('w1').trust, world.reader().checkpoint().text), vkey);
    assert.throws(() => logKeyFor({ logs: [] }, world.reader().checkpoint().text), { code: 'PROOF_INVALID' });
  });
});
