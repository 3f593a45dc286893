// The implementations of the C2SP formats by their own authors (torchwood, transparency-dev/formats) judge what Weighbridge
// writes, and litewitness, a witness that is not ours, cosigns a Weighbridge log.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test, type TestContext } from 'node:test';
import {
  knownLogs,
  openVault,
  openWitnessStore,
  parsePolicy,
  serveLog,
  serveWitness,
  startWitnessing,
  trustOf,
  verifyReceipt,
  Witness,
} from '@weighbridge/journal';
import { goProgram } from './support/go.ts';
import { serveJournal, until, type ServedJournal } from './support/journal.ts';

const go = goProgram('go-c2sp', [1, 25]);
const litewitness = goProgram('go-c2sp', [1, 25], 'filippo.io/torchwood/cmd/litewitness');
const EMPTY_ROOT = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

/** Has our own witnesses cosign the journal; returns their keys. */
async function cosigned(t: TestContext, journal: ServedJournal, names: readonly string[]): Promise<readonly string[]> {
  const logs = knownLogs(trustOf({ vkey: journal.vkey }).logs.map((key) => ({ key })));
  const witnesses = await Promise.all(
    names.map(async (name) => {
      const store = openWitnessStore(join(journal.home, name), { name });
      const witness = new Witness({ memory: store, logs });
      const server = await serveWitness({ witness, host: '127.0.0.1', port: 0 });
      t.after(async () => {
        await server.close();
        store.close();
      });
      return { url: `http://127.0.0.1:${server.port}`, vkey: witness.vkey };
    }),
  );
  const witnessing = startWitnessing({ folder: journal.folder, witnesses });
  const { size } = journal.reader().checkpoint();
  await until('all have cosigned', 10_000, () =>
    witnessing.states().every((state) => state.size === size) ? true : undefined,
  );
  await witnessing.stop();
  return witnesses.map(({ vkey }) => vkey);
}

describe('the implementations of the formats by their authors', { skip: go.skip }, () => {
  test('torchwood reads every entry of a served log', async (t) => {
    const journal = await serveJournal(t, 700);
    const found = await go.run('log', journal.url, journal.vkey);
    assert.deepEqual(found, { origin: 'acme/lab/node-1', size: 701, entries: 701 });
  });

  test('the cosignatures of our witnesses verify, with the time they state', async (t) => {
    const journal = await serveJournal(t, 5);
    const before = Math.floor(Date.now() / 1_000);
    const vkeys = await cosigned(t, journal, ['one.example', 'two.example']);
    const file = join(journal.home, 'checkpoint');
    writeFileSync(file, serveLog(journal.folder, '/checkpoint').body);
    const found = await go.run('cosigned', file, journal.vkey, ...vkeys);
    assert.equal(found['size'], 6);
    const times = found['cosigned'] as Record<string, number>;
    assert.deepEqual(Object.keys(times).toSorted(), ['one.example', 'two.example']);
    for (const at of Object.values(times)) assert.ok(at >= before && at <= Date.now() / 1_000);
  });

  test('proofs and policies mean the same to them as to us', async (t) => {
    const journal = await serveJournal(t, 5);
    const [one = '', two = ''] = await cosigned(t, journal, ['one.example', 'two.example']);
    const stranger = openWitnessStore(join(journal.home, 'stranger'), { name: 'three.example' });
    t.after(() => stranger.close());
    const head = `log ${journal.vkey}\nwitness a ${one} http://a\nwitness b ${two} http://b\nwitness c ${stranger.cosigner.key.vkey} http://c\n`;
    const reader = journal.reader();
    const id = journal.ids[2] ?? '';
    const [proof, leaf, policy] = ['proof', 'leaf', 'policy'].map((name) => join(journal.home, name));
    assert.ok(proof !== undefined && leaf !== undefined && policy !== undefined);
    writeFileSync(proof, reader.proofFor(id));
    writeFileSync(leaf, reader.find(id)[0]?.text ?? '');
    const quorums: readonly (readonly [string, boolean])[] = [
      ['quorum none', true],
      ['quorum a', true],
      ['quorum c', false],
      ['group g any b c\nquorum g', true],
      ['group g all a b\nquorum g', true],
      ['group g all a b c\nquorum g', false],
      ['group g 2 a b c\nquorum g', true],
      ['group g 1 b c\ngroup h all a g\nquorum h', true],
      ['group g all b c\ngroup h any a g\nquorum h', true],
      ['group g all b c\ngroup h all a g\nquorum h', false],
    ];
    for (const [quorum, met] of quorums) {
      writeFileSync(policy, `${head}${quorum}\n`);
      const theirs = await go.run('proof', proof, leaf, journal.vkey, policy);
      assert.equal(theirs['satisfied'], met, quorum);
      const ours = verifyReceipt(reader.attestationFor(id), { policy: parsePolicy(Buffer.from(`${head}${quorum}\n`)) });
      assert.equal(ours.outcome, met ? 'ok' : 'QUORUM_NOT_MET', quorum);
    }
  });
});

/** False, or why no ssh-agent can hold litewitness's key here. */
function skipWithoutAgent(): string | false {
  if (litewitness.skip !== false) return litewitness.skip;
  const found = ['ssh-agent', 'ssh-add', 'ssh-keygen'].every(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
  );
  if (found) return false;
  assert.notEqual(process.env['CI'], 'true', 'ssh-agent is not installed');
  return 'ssh-agent is not installed (Debian: openssh-client)';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** litewitness with a key in an agent of its own, knowing this log. */
async function startLitewitness(t: TestContext, journal: ServedJournal): Promise<{ url: string; vkey: string }> {
  const at = (name: string): string => join(journal.home, name);
  const spawned = (command: string, words: readonly string[]): ChildProcess => {
    const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    t.after(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    return child;
  };
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('key')]);
  const print = execFileSync('ssh-keygen', ['-l', '-f', at('key')], { encoding: 'utf8' }).split(' ')[1] ?? '';
  spawned('ssh-agent', ['-D', '-a', at('agent')]);
  const env = { ...process.env, SSH_AUTH_SOCK: at('agent') };
  await until('the agent takes the key', 5_000, () =>
    spawnSync('ssh-add', ['-q', at('key')], { env, stdio: 'ignore' }).status === 0 ? true : undefined,
  );
  // As witnessctl of the same module would: its schema, this log, this key.
  const database = new DatabaseSync(at('litewitness.db'));
  database.exec(
    'CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL);' +
      'CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin))',
  );
  const { origin } = journal.reader().checkpoint();
  database.prepare('INSERT INTO log VALUES (?, 0, ?)').run(origin, EMPTY_ROOT);
  database.prepare('INSERT INTO key VALUES (?, ?)').run(origin, journal.vkey);
  database.close();
  const listen = `127.0.0.1:${await freePort()}`;
  const options = ['-db', at('litewitness.db'), '-ssh-agent', at('agent'), '-name', 'lite.example', '-key', print];
  const child = spawned(litewitness.path, [...options, '-listen', listen]);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const vkey = await until('litewitness listens', 20_000, () =>
    /msg=listening/.test(said) ? /vkey=(\S+)/.exec(said)?.[1] : undefined,
  );
  return { url: `http://${listen}`, vkey };
}

describe('litewitness, a witness that is not ours', { skip: skipWithoutAgent() }, () => {
  test('cosigns our log as it grows, refuses a fork of it, and its word is good in our receipts', async (t) => {
    const journal = await serveJournal(t, 5);
    const asked = await startLitewitness(t, journal);
    const yesterday = { folder: join(journal.home, 'yesterday'), vault: join(journal.home, 'yesterday-vault') };
    cpSync(journal.folder, yesterday.folder, { recursive: true });
    cpSync(journal.vault, yesterday.vault, { recursive: true });
    const witnessing = startWitnessing({ folder: journal.folder, witnesses: [asked] });
    for (const calls of [1, 300, 7]) {
      await journal.grow(calls);
      const { size } = journal.reader().checkpoint();
      await until('it is cosigned', 20_000, () => (witnessing.states()[0]?.size === size ? true : undefined));
    }
    await witnessing.stop();
    const policy = parsePolicy(Buffer.from(`log ${journal.vkey}\nwitness lite ${asked.vkey}\nquorum lite\n`));
    const receipt = journal.reader().attestationFor(journal.ids.at(-1) ?? '');
    const judged = verifyReceipt(receipt, { policy });
    assert.deepEqual([judged.outcome, judged.witnessed?.by[0]?.name], ['ok', 'lite']);
    // The copy of yesterday goes on by itself: same key, another history.
    rmSync(journal.folder, { recursive: true });
    cpSync(yesterday.folder, journal.folder, { recursive: true });
    cpSync(yesterday.vault, journal.vault, { recursive: true });
    assert.equal(openVault(journal.vault).signer.verifier.vkey, journal.vkey);
    await journal.grow(400);
    const forked = startWitnessing({ folder: journal.folder, witnesses: [asked] });
    const state = await until('it refuses', 20_000, () => forked.states().find(({ problem }) => problem !== undefined));
    await forked.stop();
    assert.equal(state.state, 'contradicts');
    assert.match(state.problem ?? '', /another history of this log/);
  });
});
