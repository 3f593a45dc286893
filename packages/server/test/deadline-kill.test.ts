// A call that waits, over processes that are killed: two calls are handed in, the process is killed, and the next, with
// fewer lanes, goes on. Each arrives, costs the price that the book has for a batch, and is sealed once.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { WaitingRecord } from '@weighbridge/gateway';
import { openForSubject, openJournal, openVault, type Vault } from '@weighbridge/journal';
import { labControl } from '@weighbridge/lab';
import type { CallCommercial, CallPublic } from '@weighbridge/protocol';
import { end, start, type Instance } from './support/killed.ts';
import { openBench, until, type Bench } from './support/server.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(async () => {
  // One that a failed assertion left would keep this file from ending.
  for (const { child } of started) child.kill('SIGKILL');
  await bench.close();
});
const started: Instance[] = [];

async function startKept(file: string, home: string): Promise<Instance> {
  const instance = await start(file, home, bench.lab.endpoints.caFile);
  started.push(instance);
  return instance;
}

const PROMPT = 'How heavy is a truck that nobody may read of?';

/** A call whose answer will be fetched; where. */
async function askLater(origin: string, key: string): Promise<string> {
  const answer = await fetch(`${origin}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'weighbridge-deadline': '6h', prefer: 'respond-async' },
    body: JSON.stringify({ model: 'reports', max_tokens: 64, messages: [{ role: 'user', content: PROMPT }] }),
  });
  assert.equal(answer.status, 202, await answer.clone().text());
  return answer.headers.get('location') ?? '';
}

test('calls that wait survive a kill, arrive at the price of a batch, and are sealed once', async () => {
  const file = join(bench.folder, 'deadline.yaml');
  const home = join(bench.folder, 'deadline');
  const raw = structuredClone(bench.configuration);
  const write = (lanes: number): void => {
    raw['deployments']['anthropic-sonnet-4-5'].batch = { gather: '1s', look: '1s', margin: '10m' };
    raw['routes']['reports'] = { candidates: [{ deployment: 'anthropic-sonnet-4-5' }], stored_content: 'allow' };
    raw['listen'] = { ...raw['listen'], lanes };
    for (const one of Object.values(raw['keys']) as { policy?: unknown }[]) delete one.policy;
    writeFileSync(file, JSON.stringify(raw));
  };
  const control = labControl(bench.lab.endpoints.admin);
  await control.batchTakes(3_600_000);
  write(2);
  const first = await startKept(file, home);
  const key = first.key ?? '';
  const paths = [await askLater(first.origin, key), await askLater(first.origin, key)];
  const requests = async (): Promise<number> =>
    (await control.batches()).reduce((sum, batch) => sum + batch.requests, 0);
  await until('both are handed in', 20_000, async () => ((await requests()) === 2 ? true : undefined));
  const folder = join(home, 'lab', 'waiting');
  // Until the seller's name of the batch is written down, a kill would leave in doubt whether it was handed in.
  const vault = openVault(join(home, 'lab', 'vault'));
  await until('the batches are written down', 20_000, () => namedIn(folder, vault));
  const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  assert.equal(kept.length, 2);
  for (const text of kept) {
    assert.ok(!text.includes('truck'));
    assert.ok(
      !Buffer.from(text.split(' ')[1] ?? '', 'base64url')
        .toString('latin1')
        .includes('truck'),
    );
  }
  await end(first, 'SIGKILL');

  write(1);
  const second = await startKept(file, home);
  assert.equal(second.interrupted, 0, 'no call was cut');
  await control.advance(3_600_000);
  for (const path of paths) {
    const there = await until('the answer is there', 20_000, async () => {
      const reply = await fetch(`${second.origin}${path}`, { headers: { 'x-api-key': key } });
      return reply.status === 202 ? undefined : reply;
    });
    assert.equal(there.status, 200);
    assert.equal(there.headers.get('weighbridge-deadline'), 'batch');
  }
  await end(second, 'SIGTERM');

  const journal = openJournal(join(home, 'lab', 'journal'), { vault: join(home, 'lab', 'vault') });
  for (const path of paths) {
    const id = path.slice(path.lastIndexOf('/') + 1);
    const entries = journal.find(id);
    assert.equal(entries.filter(({ leaf }) => leaf.kind === 'call').length, 1);
    const receipt = entries.find(({ leaf }) => leaf.kind === 'call');
    const groups = journal.groups(receipt?.index ?? 0, ['public', 'commercial']);
    const said = JSON.parse(groups.public?.text ?? '{}') as CallPublic;
    const { charges, cost } = JSON.parse(groups.commercial?.text ?? '{}') as CallCommercial;
    assert.deepEqual(said.deadline, { as: 'batch' });
    assert.equal(said.outcome, 'completed');
    // 3 and 15 dollars a million, halved.
    const price = (name: string) => charges.find((charge) => charge.token_class === name)?.unit_price;
    assert.equal(Number(price('input')), 1.5e-6);
    assert.equal(Number(price('output')), 7.5e-6);
    assert.equal(cost.status, 'exact');
  }
  journal.close();
});

/** True once each call that waits says which batch of the seller it is in. */
function namedIn(folder: string, vault: Vault): true | undefined {
  const names = readdirSync(folder);
  if (names.some((name) => name.endsWith('.new'))) return undefined;
  const named = names.every((name) => {
    const record = JSON.parse(openForSubject(vault, readFileSync(join(folder, name), 'utf8'))) as WaitingRecord;
    return record.batch.startsWith('msgbatch_');
  });
  return named ? true : undefined;
}
