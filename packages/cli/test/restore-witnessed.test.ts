// `restore --nothing-since` where the log named a witness: what that has seen is asked before the statement is believed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createUlid, systemClock } from '@weighbridge/kernel';
import {
  askWitnessesOnce,
  knownLogs,
  nextEpoch,
  openJournal,
  openRecorder,
  openVault,
  openWitnessStore,
  serveWitness,
  Witness,
  type WitnessServer,
} from '@weighbridge/journal';
import { run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-restore-'));
const journal = join(folder, '.weighbridge/live/journal');
const vault = join(folder, '.weighbridge/live/vault');
const nextId = createUlid(Date.now, (bytes) => crypto.getRandomValues(bytes));
let server: WitnessServer;
let witnesses: readonly { readonly url: string; readonly vkey: string }[] = [];

const cli = (...words: string[]): Promise<Ran> => run(words, { folder });

/** One entry more, sealed. */
function record(kind: 'config' | 'alert', commercial: unknown): void {
  const epoch = nextEpoch(journal);
  const recorder = openRecorder({ folder: journal, vault, epoch, node: 'node-1', build: 'test', log: 'live' });
  recorder.record([{ kind, commercial: JSON.stringify(commercial) }]);
  recorder.close();
}

/** The witness sees the log as it is. */
async function cosign(): Promise<void> {
  const reader = openJournal(journal);
  const [answer] = await askWitnessesOnce(journal, reader.checkpoint(), witnesses);
  reader.close();
  assert.equal(answer?.said.outcome, 'cosigned');
}

before(async () => {
  const key = openVault(vault, { origin: 'acme/live/node-1' }).signer.verifier;
  const store = openWitnessStore(join(folder, 'witness'), { name: 'witness.example/w1' });
  after(() => store.close());
  const logs = knownLogs([{ key }]);
  const witness = new Witness({ memory: store, logs, clock: systemClock, onEvent: () => undefined });
  server = await serveWitness({ witness, host: '127.0.0.1', port: 0, hosts: [] });
  witnesses = [{ url: `http://127.0.0.1:${server.port}`, vkey: witness.vkey }];
  record('config', { cause: 'start', config: { journal: { witnesses } } });
  await cosign();
  const made = await cli('backup', '--to', 'backups');
  assert.equal(made.code, 0, made.stderr);
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const restore = (home: string): Promise<Ran> => cli('restore', 'backups', '--home', home, '--nothing-since', 'stopped');

describe('a log that is to go on from a backup', () => {
  test('does where its witness has seen no more than the backup', async () => {
    const { code, stdout, stderr } = await restore('same');
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /witness/);
    assert.match(stdout, /The same log goes on/);
  });

  test('does not where its witness has cosigned more, and nothing is left in its place', async () => {
    record('alert', { id: nextId() });
    await cosign();
    const { code, stdout, stderr } = await restore('more');
    assert.equal(code, 3, stdout);
    assert.match(stderr, /JOURNAL_ROLLED_BACK/);
    assert.match(stderr, /witness witness\.example\/w1 .* says otherwise: it has cosigned \d+ entries of this log/);
    assert.match(stderr, /without --nothing-since/);
    const again = await cli('restore', 'backups', '--home', 'more', '--reason', 'the disk was lost');
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /A successor goes on/);
  });

  test('does where its witness says nothing, which is told', async () => {
    await server.close();
    const { code, stderr } = await restore('silent');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /witness\.example\/w1 .* could not say whether acme\/live\/node-1 signed more/);
  });
});
