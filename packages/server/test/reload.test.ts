// A configuration that changes while calls pass: taken whole or not at all, journalled, and what is in force stays when
// the file is wrong or gone.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AppError } from '@weighbridge/kernel';
import { openJournal } from '@weighbridge/journal';
import {
  askControl,
  openBlobs,
  readConfigs,
  readInstance,
  type Change,
  type Started,
  type Status,
} from './support/entry.ts';
import { call, openBench, until, type Bench, type Raw } from './support/server.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const code = (wanted: string) => (error: AppError) => error.code === wanted;
const journalOf = ({ server }: Started) => openJournal(server.home.journal, { vault: server.home.vault });

describe('hot reload', () => {
  let started: Started;
  before(async () => {
    started = await bench.start({ name: 'reload', lanes: 2, watch: { lookMs: 50, goneMs: 100 } });
  });
  after(() => started.server.stop());

  test('a good file is in force on all lanes as soon as it is saved, and journalled with what changed', async () => {
    const { administration } = started.server;
    const { key } = await administration.createKey({ name: 'lab' });
    const before = administration.snapshot().digest;
    assert.equal((await call(started.server.origin, key, { model: 'renamed' })).status, 404);
    started.write((raw) => (raw['routes']['claude-sonnet-4-5'].aliases = ['renamed']));
    await until('the new configuration', 5_000, () => (administration.snapshot().digest === before ? undefined : true));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => call(started.server.origin, key, { model: 'renamed' })),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    const record = await until(
      'the entry',
      5_000,
      () =>
        [...readConfigs(journalOf(started))].find((each) => each.record.digest === administration.snapshot().digest)
          ?.record,
    );
    const changes = openBlobs(`${started.server.home.root}/blobs`).resolve(record.diff) as Change[];
    assert.deepEqual(
      changes.map((change) => change.path),
      ['routes.claude-sonnet-4-5.aliases'],
    );
  });

  test('a bad file changes nothing, and says where it is wrong', async () => {
    const { administration } = started.server;
    const before = administration.snapshot().digest;
    started.said.length = 0;
    started.write((raw) => {
      raw['routes']['claude-sonnet-4-5'].candidates = [{ deployment: 'nobody' }];
      raw['routes']['llama-3.3-70b'].aliases = ['changed-too'];
    });
    const said = await until('the message', 5_000, () => started.said[0]);
    assert.match(said, /was not taken, the old one stays in force/);
    assert.match(said, /no deployment named "nobody"/);
    assert.match(said, /reload\.yaml:\d+:\d+/);
    assert.equal(administration.snapshot().digest, before);
    await assert.rejects(started.server.reload('test'), code('CONFIG_INVALID'));
  });

  test('what a running process cannot change is refused; what only waits is named', async () => {
    started.write((raw) => (raw['node'] = 'node-2'));
    await assert.rejects(started.server.reload('test'), code('CONFIG_INVALID'));
    started.write((raw) => (raw['listen'] = { lanes: 4 }));
    const { later } = await started.server.reload('test');
    assert.deepEqual(later, ['listen.lanes']);
  });

  test('a file that is gone is told on standard error, in the status and as an alert; once back it is taken', async () => {
    const { server, file, said } = started;
    const socket = readInstance(server.home)?.socket ?? '';
    const watched = async () => (await askControl<Status>(socket, 'GET', '/status')).config.watch;
    assert.deepEqual([(await watched())?.file, (await watched())?.state], [file, 'watching']);
    const before = server.administration.snapshot().digest;
    rmSync(file);
    await until('the alert is said', 5_000, () =>
      said.find((line) => /^alert: .*reload\.yaml cannot be read/.test(line)),
    );
    assert.deepEqual([(await watched())?.state, (await watched())?.problem], ['lost', 'it is not there']);
    const entry = await until('the alert is sealed', 5_000, async () =>
      (await askControl<Status>(socket, 'GET', '/status')).alerts.find(({ alert }) => alert === 'config_unwatched'),
    );
    assert.equal(entry.about, file);
    assert.equal(server.administration.snapshot().digest, before, 'what is in force stays');
    started.write((raw) => (raw['routes']['claude-sonnet-4-5'].aliases = ['back-again']));
    await until('the new configuration', 5_000, () =>
      server.administration.snapshot().digest === before ? undefined : true,
    );
    assert.equal((await watched())?.state, 'watching');
    assert.ok(said.some((line) => /reload\.yaml is watched again/.test(line)));
  });

  test('a change that makes a secret file dangle is refused with its line; one that is too open is taken and told', async () => {
    const { server, said } = started;
    const before = server.administration.snapshot().digest;
    const secret = join(bench.folder, 'secret');
    const name = (raw: Raw): void =>
      void (raw['credentials'].anthropic = { kind: 'api_key', secret: { file: secret } });
    started.write(name);
    const refused = await until('the refusal', 5_000, () =>
      said.find((line) => line.includes(`${secret} of credential`)),
    );
    assert.match(
      refused,
      /not taken, the old one stays.*\n.*reload\.yaml:\d+:\d+: the secret file .*secret of credential "anthropic" does not exist/,
    );
    assert.equal(server.administration.snapshot().digest, before);
    writeFileSync(secret, 'x', { mode: 0o644 });
    started.write((raw) => {
      name(raw);
      raw['routes']['claude-sonnet-4-5'].aliases = ['with-a-secret'];
    });
    const warned = await until('the warning', 5_000, () => said.find((line) => line.includes('is too open')));
    assert.match(warned, /^warning: .*reload\.yaml:\d+:\d+: .*\(mode 0644\); chmod 600 /);
    assert.notEqual(server.administration.snapshot().digest, before);
  });

  test('a file and a key that disagree about whom the key is for are refused', async () => {
    await started.server.administration.createKey({ name: 'batch', who: { team: 'science' } });
    started.write((raw) => (raw['keys'].batch = { team: 'art' }));
    await assert.rejects(
      started.server.reload('test'),
      (error: AppError) =>
        error.code === 'CONFIG_INVALID' && /says team "art" of key "batch".*made with "science"/.test(error.message),
    );
  });
});
