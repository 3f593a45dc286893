// The server whole: real sockets, real files, the lab's clouds.
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { AppError } from '@weighbridge/kernel';
import { openJournal, verifyReceipt, verifyUrl } from '@weighbridge/journal';
import {
  askControl,
  foldKeys,
  openBlobs,
  readBooks,
  readInstance,
  readKeys,
  type Started,
  type Status,
} from './support/entry.ts';
import { readBookText } from '@weighbridge/ledger';
import { call, openBench, until, type Bench, type Raw } from './support/server.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const code = (wanted: string) => (error: AppError) => error.code === wanted;
const journalOf = ({ server }: Started) => openJournal(server.home.journal, { vault: server.home.vault });

describe('a running server', () => {
  let started: Started;
  let key: string;
  before(async () => {
    started = await bench.start({ lanes: 2 });
    key = (await started.server.administration.createKey({ name: 'lab' })).key;
  });
  after(() => started.server.stop());

  test('carries a call, and hands its receipt to the key that made it, verifiable offline', async () => {
    const { origin, vkey } = started.server;
    const { status, receipt } = await call(origin, key);
    assert.equal(status, 200);
    const file = await until('the receipt is sealed', 5_000, async () => {
      const answer = await fetch(`${origin}/v1/receipts/${receipt}`, { headers: { authorization: `Bearer ${key}` } });
      return answer.ok ? answer.text() : undefined;
    });
    assert.equal(verifyReceipt(file, { vkey }).outcome, 'ok');
    assert.ok(!file.includes('"who"'), 'no person is in it');
    const other = await started.server.administration.createKey({ name: 'other' });
    const refused = await fetch(`${origin}/v1/receipts/${receipt}`, { headers: { 'x-api-key': other.key } });
    assert.equal(refused.status, 404);
    const anonymous = await fetch(`${origin}/v1/receipts/${receipt}`);
    assert.equal(anonymous.status, 401);
    const gone = await fetch(`${origin}/v1/receipts/${receipt}`, { headers: { 'api-key': other.key } });
    assert.equal(gone.status, 404, 'any header that a call may bring its key in will do');
    await started.server.administration.revokeKey(other.state.id);
    const revoked = await fetch(`${origin}/v1/receipts/${receipt}`, { headers: { 'x-api-key': other.key } });
    assert.match(`${revoked.status} ${await revoked.text()}`, /401 .*KEY_REVOKED/);
    const wrong = await fetch(`${origin}/v1/receipts/${receipt}?groups=privat`, { headers: { 'x-api-key': key } });
    assert.equal(wrong.status, 400);
  });

  test('the prices in force are journalled whole, so that any charge can be computed again', async () => {
    const [record] = await until('the book', 5_000, () => {
      const found = [...readBooks(journalOf(started))];
      return found.length === 0 ? undefined : found;
    });
    assert.ok(record !== undefined);
    const text = openBlobs(`${started.server.home.root}/blobs`).text(record.text);
    assert.equal(readBookText(text, record.book).rows.length, record.rows);
  });

  test('serves the log read-only, so that a stranger can verify it over HTTP', async () => {
    const { origin } = started.server;
    const vkey = (await (await fetch(`${origin}/log/key`)).text()).trim();
    assert.equal(vkey, started.server.vkey);
    const result = await verifyUrl(`${origin}/log`, { vkey, fetch });
    assert.equal(result.outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.ok((result.size ?? 0) > 0);
    assert.equal((await fetch(`${origin}/log/checkpoint`, { method: 'DELETE' })).status, 405);
    assert.equal((await fetch(`${origin}/log/../vault`)).status, 404);
    const nothing = await fetch(`${origin}/nothing/here`);
    assert.equal(nothing.status, 404);
    const { error } = (await nothing.json()) as { error: { code: string; request_id: string } };
    assert.deepEqual([error.code, error.request_id], ['NOT_FOUND', nothing.headers.get('x-request-id')]);
  });

  test('a path of two slashes is a path, and names no host', async () => {
    const { origin } = started.server;
    for (const path of ['//', '//[', `//${new URL(origin).host}/log/checkpoint`])
      assert.equal((await fetch(`${origin}${path}`)).status, 404, path);
  });

  test('says that it is well, and that its log is simulated', async () => {
    const { origin } = started.server;
    assert.equal((await fetch(`${origin}/readyz`)).status, 200);
    assert.equal(((await (await fetch(origin)).json()) as { simulated: boolean }).simulated, true);
  });

  test('a revoked key stops on every lane within a second', async () => {
    const { origin, administration } = started.server;
    const made = await administration.createKey({ name: 'short-lived' });
    assert.equal((await call(origin, made.key)).status, 200);
    const began = performance.now();
    await administration.revokeKey(made.state.id);
    const answers = await Promise.all(Array.from({ length: 16 }, () => call(origin, made.key)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([401]));
    assert.ok(performance.now() - began < 1_000, `it took ${performance.now() - began} ms`);
  });

  test("the control socket is the owner's alone, and tells status, keys and configuration", async () => {
    const instance = readInstance(started.server.home);
    assert.ok(instance !== undefined);
    assert.equal(statSync(instance.socket).mode & 0o777, 0o600);
    const status = await askControl<Status>(instance.socket, 'GET', '/status');
    assert.equal(status.lanes, 2);
    assert.equal(status.budget, null, 'simulated calls need none');
    assert.equal(status.calls.unsealed, 0);
    assert.equal(status.simulated, true);
    const { keys } = await askControl<{ keys: { hmac?: string; who: object; name: string }[] }>(
      instance.socket,
      'GET',
      '/keys',
    );
    assert.ok(keys.every((each) => each.hmac === undefined));
    assert.deepEqual(keys.find((each) => each.name === 'lab')?.who, {
      team: 'platform',
      project: 'lab',
      environment: 'lab',
    });
    await assert.rejects(askControl(instance.socket, 'GET', '/nothing'), code('NOT_FOUND'));
    await assert.rejects(askControl(instance.socket, 'POST', '/keys', { name: 'Not A Name' }), code('BAD_REQUEST'));
    await assert.rejects(askControl(instance.socket, 'POST', '/keys/revoke', { key: 'nobody' }), code('KEY_INVALID'));
    await assert.rejects(
      askControl(instance.socket, 'POST', '/keys', { name: 'x'.repeat(70_000) }),
      code('BODY_TOO_LARGE'),
    );
    await assert.rejects(askControl(`${instance.socket}.none`, 'GET', '/status'), code('SERVER_NOT_RUNNING'));
  });

  test('every deployment can be probed with one weighed call', async () => {
    const probes = await started.server.probe(['anthropic-sonnet-4-5', 'openai-gpt-4-1']);
    assert.deepEqual(
      probes.map(({ deployment, ok }) => [deployment, ok]),
      [
        ['anthropic-sonnet-4-5', true],
        ['openai-gpt-4-1', true],
      ],
    );
    assert.ok(probes.every(({ receipt }) => receipt !== null));
    const routes = started.server.administration.snapshot().routes.map((route) => route.id);
    assert.ok(!routes.some((id) => id.startsWith('probe.')), 'the routes of the probe are gone');
    await assert.rejects(started.server.probe(['no-such']), code('BAD_REQUEST'));
  });

  test('erasing a person leaves every proof good and the personal part unreadable', async () => {
    const { administration, origin, vkey } = started.server;
    const made = await administration.createKey({ name: 'ada', who: { principal: 'ada@example.org' } });
    const { receipt } = await call(origin, made.key);
    const id = receipt ?? '';
    await until('sealed', 5_000, () =>
      journalOf(started)
        .find(id)
        .some(({ leaf }) => leaf.kind === 'call')
        ? true
        : undefined,
    );
    await administration.erase('ada@example.org');
    const journal = journalOf(started);
    const entry = journal.find(id).find(({ leaf }) => leaf.kind === 'call');
    assert.ok(entry !== undefined);
    assert.throws(() => journal.groups(entry.index, ['personal']), code('SUBJECT_ERASED'));
    assert.equal(verifyReceipt(journal.receiptFor(id), { vkey }).outcome, 'ok');
    await until('the erasure is journalled', 5_000, () =>
      [...journalOf(started).entries({ kinds: ['erasure'] })].length > 0 ? true : undefined,
    );
    const erasures = [...journal.entries({ kinds: ['erasure'] })].map(
      ({ index }) => journal.groups(index, ['commercial']).commercial?.text ?? '',
    );
    assert.ok(
      erasures.every((text) => !text.includes('ada@')),
      'the entry does not name the person',
    );
  });
});

describe('one of each', () => {
  test('a second instance on one folder is refused, and names the first, and waits for one that is stopping', async () => {
    const first = await bench.start({ name: 'twice' });
    await assert.rejects(
      bench.start({ name: 'twice' }),
      (error: AppError) => error.code === 'FOLDER_LOCKED' && error.message.includes(String(process.pid)),
    );
    const stopping = first.server.stop();
    await setImmediate();
    const again = await bench.start({ name: 'twice' });
    await stopping;
    assert.ok(again.server.origin.startsWith('http://127.0.0.1:'));
    await again.server.stop();
  });

  test('a port that is taken is refused before anything is served, and the folder is free again', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as { port: number };
    await assert.rejects(
      bench.start({ name: 'taken', port }),
      (error: AppError) => error.code === 'PORT_TAKEN' && error.next.includes('--port'),
    );
    squatter.close();
    const started = await bench.start({ name: 'taken', port });
    assert.ok(started.server.origin.endsWith(`:${port}`));
    await assert.rejects(bench.start({ name: 'taken-too', port }), code('PORT_TAKEN'));
    await started.server.stop();
  });

  test("what lies at the control socket's path and is no socket is refused by name, left there, and the port is free again", async () => {
    const first = await bench.start({ name: 'socket' });
    await first.server.stop();
    const path = join(first.server.home.root, 'control.sock');
    const kinds: [string, () => void][] = [
      ['a folder', () => mkdirSync(join(path, 'kept'), { recursive: true })],
      ['a file', () => writeFileSync(path, 'kept')],
      ['a link', () => symlinkSync('/nowhere', path)],
    ];
    for (const [kind, make] of kinds) {
      make();
      await assert.rejects(
        bench.start({ name: 'socket' }),
        (error: AppError) =>
          error.code === 'SOCKET_BLOCKED' &&
          error.message === `the control socket ${path} cannot be made, because ${kind} of that name lies there` &&
          error.next.includes(`ls -ld ${path}`),
        kind,
      );
      assert.ok(lstatSync(path, { throwIfNoEntry: false }) !== undefined, `${kind} is left as it is`);
      rmSync(path, { recursive: true });
    }
    const stale = createServer().listen(path);
    await new Promise((resolve) => stale.once('listening', resolve));
    const again = await bench.start({ name: 'socket' });
    assert.equal(
      (await askControl<Status>(path, 'GET', '/status')).pid,
      process.pid,
      'a socket that was left is replaced',
    );
    stale.close();
    await again.server.stop();
  });

  test('a vault that is damaged is refused, and nothing is written over it', async () => {
    const started = await bench.start({ name: 'vault' });
    await started.server.stop();
    const { vault } = started.server.home;
    writeFileSync(`${vault}/pepper.json`, '{');
    await assert.rejects(bench.start({ name: 'vault' }), code('VAULT_UNREADABLE'));
    assert.equal(readFileSync(`${vault}/pepper.json`, 'utf8'), '{');
  });
});

describe('stopping', () => {
  test('a drain lets streams finish, refuses new calls, and seals every receipt', async () => {
    const slow = await openBench({ ttft_ms: 20, gap_ms: 20 });
    try {
      const started = await slow.start({ name: 'drain' });
      const { origin, administration } = started.server;
      const { key } = await administration.createKey({ name: 'lab' });
      const streams = Array.from({ length: 6 }, () => call(origin, key, { stream: true }));
      await until('calls are in flight', 5_000, async () =>
        (await started.server.status()).calls.inFlight === 6 ? true : undefined,
      );
      const stopped = started.server.stop();
      const answers = await Promise.all(streams);
      await stopped;
      assert.ok(answers.every(({ status, text }) => status === 200 && text.includes('message_stop')));
      const journal = journalOf(started);
      for (const { receipt } of answers) {
        assert.ok(
          journal.find(receipt ?? '').some(({ leaf }) => leaf.kind === 'call'),
          `receipt ${receipt} is sealed`,
        );
      }
      assert.equal(readInstance(started.server.home), undefined);
    } finally {
      await slow.close();
    }
  });

  test('keys outlive a restart; the secret is nowhere on disk', async () => {
    const first = await bench.start({ name: 'again' });
    const { key, state } = await first.server.administration.createKey({ name: 'lab' });
    const gone = await first.server.administration.createKey({ name: 'gone' });
    await first.server.administration.revokeKey(gone.state.id);
    await first.server.stop();
    const second = await bench.start({ name: 'again' });
    assert.equal((await call(second.server.origin, key)).status, 200);
    assert.equal((await call(second.server.origin, gone.key)).status, 401);
    assert.deepEqual(
      foldKeys(readKeys(journalOf(second))).map(({ id, revoked }) => [id, revoked]),
      [
        [state.id, false],
        [gone.state.id, true],
      ],
    );
    await second.server.stop();
    const secret = key.split('_')[2] ?? '';
    const found = readdirSync(second.server.home.root, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && readFileSync(`${entry.parentPath}/${entry.name}`).includes(secret),
    );
    assert.deepEqual(
      found.map((entry) => entry.name),
      [],
    );
  });

  test("a restart does not hand out the day's budget twice", async () => {
    const live = (raw: Raw): void => {
      raw['log'] = 'live';
      raw['budget'] = { daily: '0.0012' };
      for (const deployment of Object.values(raw['deployments']) as Record<string, unknown>[])
        delete deployment['simulated'];
    };
    const first = await bench.start({ name: 'budget', change: live });
    const { key } = await first.server.administration.createKey({ name: 'lab' });
    assert.equal((await call(first.server.origin, key)).status, 200);
    await first.server.stop();
    const second = await bench.start({ name: 'budget', change: live });
    const refused = await call(second.server.origin, key);
    assert.equal(refused.status, 402, refused.text);
    await second.server.stop();
  });
});
