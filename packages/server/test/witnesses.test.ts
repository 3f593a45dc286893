// A server whose log is witnessed: real calls, real witnesses, one that is silent and one that lies. Calls notice nothing.
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  knownLogs,
  openJournal,
  openWitnessStore,
  parsePolicy,
  serveWitness,
  trustOf,
  verifyReceipt,
  verifyUrl,
  Witness,
  witnessLog,
  type WitnessServer,
  type WitnessStore,
} from '@weighbridge/journal';
import { askControl, readConfigs, readInstance, type Started, type Status } from './support/entry.ts';
import { call, openBench, until, type Bench } from './support/server.ts';

let bench: Bench;
let started: Started;
let key: string;
let store: WitnessStore;
let standing: WitnessServer;
const servers: Server[] = [];

async function pretend(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const statusOf = (): Promise<Status> => {
  const instance = readInstance(started.server.home);
  assert.ok(instance !== undefined);
  return askControl<Status>(instance.socket, 'GET', '/status');
};

const witnessKeyOf = (name: string): string => {
  const made = openWitnessStore(join(bench.folder, name), { name });
  const { vkey } = made.cosigner.key;
  made.close();
  return vkey;
};

before(async () => {
  bench = await openBench();
  started = await bench.start();
  key = (await started.server.administration.createKey({ name: 'lab' })).key;
  store = openWitnessStore(join(bench.folder, 'witness'), { name: 'auditor.example' });
  const witness = new Witness({
    memory: store,
    logs: knownLogs(trustOf({ vkey: started.server.vkey }).logs.map((log) => ({ key: log }))),
  });
  standing = await serveWitness({ witness, host: '127.0.0.1', port: 0 });
});
after(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await standing.close();
  store.close();
  await bench.close();
});

describe('a server whose log is witnessed', { concurrency: false }, () => {
  test('takes up witnesses as the configuration names them, without a restart, and journals that', async () => {
    assert.deepEqual((await statusOf()).witnesses, []);
    const before = started.server.administration.snapshot().digest;
    started.write((raw) => {
      const good = { url: `http://127.0.0.1:${standing.port}`, vkey: store.cosigner.key.vkey };
      raw['journal'] = { witnesses: [good] };
    });
    await started.server.reload('test');
    const cosigning = await until('it cosigns', 5_000, async () =>
      (await statusOf()).witnesses.find(({ state }) => state === 'cosigning'),
    );
    assert.deepEqual([cosigning.name, cosigning.problem], ['auditor.example', undefined]);
    assert.notEqual(started.server.administration.snapshot().digest, before);
    const journal = openJournal(started.server.home.journal, { vault: started.server.home.vault });
    const named = await until('the change is sealed', 5_000, () =>
      readConfigs(journal).find(({ record }) => /journal\.witnesses/.test(JSON.stringify(record.diff))),
    );
    journal.close();
    assert.equal(named.record.digest, started.server.administration.snapshot().digest);
  });

  test('hands out receipts in an envelope, cosigned, that satisfy a policy', async () => {
    const { receipt } = await call(started.server.origin, key);
    const policy = parsePolicy(
      Buffer.from(`log ${started.server.vkey}\nwitness w ${store.cosigner.key.vkey}\nquorum w\n`),
    );
    const answer = await until('a cosigned receipt', 5_000, async () => {
      const response = await fetch(`${started.server.origin}/v1/receipts/${receipt}`, {
        headers: { 'x-api-key': key },
      });
      const file = await response.text();
      return response.ok && verifyReceipt(file, { policy }).outcome === 'ok' ? { response, file } : undefined;
    });
    assert.equal(answer.response.headers.get('content-type'), 'application/vnd.in-toto+dsse');
    assert.match(answer.file, /^\{"payload":/);
    const hearing = { trust: { ...trustOf({ policy }), policy }, fetch, now: Date.now() };
    const url = `${started.server.origin}/log`;
    const judged = await witnessLog(url, hearing, () => verifyUrl(url, { vkey: started.server.vkey, fetch }));
    assert.deepEqual([judged.outcome, judged.problem], ['ok', undefined]);
    const described = (await (await fetch(started.server.origin)).json()) as { log_cosigned_url: string };
    const listed = await fetch(started.server.origin + described.log_cosigned_url);
    assert.deepEqual([listed.status, listed.headers.get('content-type')], [200, 'application/json']);
  });

  test('carries calls as before while witnesses are silent, gone, or lie; and says so', async () => {
    const silent = await pretend(() => undefined);
    const liar = await pretend(
      (_, response) => void response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('9999999\n'),
    );
    const named = ['silent.example', 'gone.example', 'liar.example'].map(witnessKeyOf);
    started.write((raw) => {
      raw['journal'] = {
        witnesses: [silent, 'http://127.0.0.1:9', liar].map((url, at) => ({ url, vkey: named[at] })),
      };
    });
    await started.server.reload('test');
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(started.server.origin, key)));
    assert.ok(answers.every(({ status }) => status === 200));
    const states = await until('both are seen', 5_000, async () => {
      const { witnesses } = await statusOf();
      const [, gone, lying] = witnesses;
      return gone?.state === 'unreachable' && lying?.state === 'contradicts' ? witnesses : undefined;
    });
    const [, , lying] = states;
    assert.match(lying?.problem ?? '', /9999999 entries .* this log was rolled back, or the witness lies/);
    const alert = await until('an alert is sealed', 5_000, async () =>
      (await statusOf()).alerts.find(({ alert: kind }) => kind === 'witness'),
    );
    assert.equal(alert.about, 'liar.example');
    assert.ok(started.said.some((line) => line.startsWith('alert: witness liar.example')));
    assert.ok(started.said.some((line) => line.startsWith('witness gone.example')));
    const began = performance.now();
    await started.server.stop();
    assert.ok(performance.now() - began < 5_000, 'a silent witness holds up no stop');
  });
});
