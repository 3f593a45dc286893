// The organisation's deal the morning after: contracts with their versions, claims with evidence and statements, and what was attested
// are all there after a restore, a second one, a restore of what was restored, and a recovery; each as of when it was written, and by
// whom. A text that is not there is said by name. Incidents, which take an instance: server/test/deal/carried.test.ts.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import { openDealDesk, openHome, openStores } from '@weighbridge/server';
import { run, split, type Ran } from './support/shell.ts';

const DATA = resolve(import.meta.dirname, '../../ledger/data/contracts');
const BUYER = readFileSync(join(DATA, 'mid-size-buyer.yaml'), 'utf8').replace('status: draft', 'status: signed');
const ID = 'northwind-models-2027';
/** Behind everything that is written here, so that what is asked as of its end is the same whenever it is asked. */
const DAY = '2032-06-30';
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-restore-deal-'));

const type = (line: string): Promise<Ran> => run(split(line), { folder });
async function say(line: string): Promise<Ran> {
  const done = await type(line);
  assert.equal(done.code, 0, `${line}\n${done.stdout}\n${done.stderr}`);
  return done;
}
async function json<Answer = Record<string, unknown>>(line: string): Promise<Answer> {
  return JSON.parse((await say(`${line} --json`)).stdout) as Answer;
}
const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** Everything that is told of the deal, less what says which log it is. */
async function dealIn(home: string): Promise<Record<string, unknown>> {
  const at = `--home ${home} --at ${DAY}`;
  const brief = await json<Record<string, unknown> & { draw_down: object }>(`brief ${at}`);
  return {
    contracts: await json(`deal list --home ${home}`),
    shown: await json(`deal show ${ID} ${at}`),
    claims: await json(`deal claims ${at}`),
    duties: await json(`deal duties ${at}`),
    playbook: await json(`deal playbook ${at}`),
    brief: { ...brief, draw_down: { ...brief.draw_down, earlier: null } },
  };
}

let whole: Record<string, unknown>;

/** As an instance does it: the command takes one. */
async function attest(fact: string): Promise<void> {
  const home = openHome(join(folder, '.weighbridge'), 'live');
  const who = { node: 'node-1', organisation: 'default', build: 'test', durability: 'disk' } as const;
  const stores = await openStores({ home, ...who });
  try {
    const proof = 'document:minutes.pdf';
    assert.ok(await openDealDesk(stores).attestations.attest({ fact, value: true, proof }, { via: 'command' }));
  } finally {
    await stores.close();
  }
}

before(async () => {
  file('buyer-1.yaml', BUYER.replace('amount: "500000.00"', 'amount: "450000.00"'));
  file('buyer-2.yaml', BUYER);
  file('other.yaml', readFileSync(join(DATA, 'alliance-compute.yaml'), 'utf8'));
  file('out.yaml', BUYER.replace(/^id: .*$/m, 'id: out'));
  file('answers.yaml', 'exit-right: In the window of the contract.\n');
  const digest = 'b2'.repeat(32);
  file(
    'evidence.yaml',
    `kind: own_measurement\ndigest: ${digest}\nperiod: { from: 2026-01-01, until: 2026-06-30 }\nvalid_until: 2031-06-30\nresult: inconclusive\nscope: {}\nn: 12\ninterval: { low: "1", high: "2", unit: USD }\nmethod: counted\n`,
  );
  for (const name of ['buyer-1', 'buyer-2', 'other', 'out']) await say(`deal import ${name}.yaml`);
  await say('deal remove out');
  await say(`deal answers ${ID} answers.yaml --by "Contoso"`);
  await say('deal evidence azure-compute-30bn evidence.yaml');
  await say('deal state');
  await attest('chargeback_published');
  whole = await dealIn('.weighbridge');
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Restored {
  readonly continued: boolean;
  readonly origin: string;
  readonly carried: { readonly entries: number; readonly left: readonly object[] } | null;
  readonly lost_texts: readonly string[];
}

const stampsIn = (home: string): readonly { readonly id: string; readonly at: number; readonly carried: unknown }[] => {
  const journal = openJournal(join(folder, home, 'live/journal'));
  try {
    return [...journal.entries({ kinds: ['contract', 'claim', 'incident', 'attestation'] })].map(({ index, leaf }) => {
      const text = journal.groups(index, ['commercial']).commercial?.text ?? '{}';
      return { id: leaf.id, at: leaf.at, carried: (JSON.parse(text) as { carried?: unknown }).carried };
    });
  } finally {
    journal.close();
  }
};

describe('the deal', { concurrency: false }, () => {
  test('is all there after a restore, as it was written and not as of today', async () => {
    await say('backup --to backups');
    const done = await type('restore backups --home restored --reason "the disk was lost"');
    assert.equal(done.code, 0, done.stderr);
    assert.match(
      done.stdout,
      /went over: \d+ entries, each with when and by whom it was written in default\/live\/node-1/,
    );
    assert.equal(done.stderr.includes('without its text'), false, done.stderr);
    assert.deepEqual(await dealIn('restored'), whole);
    const [before, now] = [stampsIn('.weighbridge'), stampsIn('restored')];
    assert.deepEqual(
      now.map(({ id }) => id),
      before.map(({ id }) => id),
    );
    for (const [index, { at, carried }] of now.entries()) {
      const first = before[index];
      assert.ok(first !== undefined && at > first.at, 'the successor says when it was carried');
      const { at: written, origin } = carried as { at: number; origin: string };
      assert.deepEqual([written, origin], [first.at, 'default/live/node-1']);
    }
  });

  test('is the same after a second restore of the same backup, and in the log that goes on', async () => {
    const again = await json<Restored>('restore backups --home twice --reason "once more"');
    assert.deepEqual([again.continued, again.carried?.left, again.lost_texts], [false, [], []]);
    assert.deepEqual(await dealIn('twice'), whole);
    const same = await json<Restored>('restore backups --home same --nothing-since "nothing ran"');
    assert.deepEqual([same.continued, same.carried], [true, null]);
    assert.deepEqual(await dealIn('same'), whole);
  });

  test('is the same after a restore of what was restored, and goes on from there', async () => {
    await say('backup --to backups-2 --home restored');
    const done = await json<Restored>('restore backups-2 --home third --reason "and again"');
    assert.equal(done.origin, 'default/live/node-1/successor-2');
    assert.deepEqual(await dealIn('third'), whole);
    assert.deepEqual(
      stampsIn('third').map(({ carried }) => carried),
      stampsIn('restored').map(({ carried }) => carried),
      'and still says where it first stood',
    );
    file('buyer-3.yaml', BUYER.replace('amount: "600000.00"', 'amount: "650000.00"'));
    await say('deal import buyer-3.yaml --home third');
    const rows = await json<{ id: string; versions: number }[]>('deal list --home third');
    assert.equal(rows.find(({ id }) => id === ID)?.versions, 3);
  });

  test('is the same after a recovery, and after the tables were folded again', async () => {
    const recovered = await say('recover --home twice --reason "a drill"');
    assert.match(recovered.stdout, /A successor log is open[^]*went over: \d+ entries/);
    assert.deepEqual(await dealIn('twice'), whole);
    await say('rebuild --home twice');
    await say('rebuild --check --home twice');
    assert.deepEqual(await dealIn('twice'), whole);
    const verified = await type('verify --home twice');
    assert.equal(verified.code, 6, verified.stdout);
    assert.match(verified.stdout, /Contracts +4 texts as sealed/);
  });

  test('without the text of a contract is said by name, wherever it goes', async () => {
    const gone = readdirSync(join(folder, '.weighbridge/live/blobs')).find((name) =>
      readFileSync(join(folder, '.weighbridge/live/blobs', name), 'utf8').includes('id: alliance-compute'),
    );
    rmSync(join(folder, '.weighbridge/live/blobs', gone ?? 'it is there'));
    const backed = await type('backup --to backups-3');
    assert.match(
      `${backed.code} ${backed.stderr}`,
      /^0 [^]*contract alliance-compute stands without its text: .* is gone/,
    );
    const done = await type('restore backups-3 --home without --reason "x" --json');
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /contract alliance-compute stands without its text/);
    assert.deepEqual((JSON.parse(done.stdout) as Restored).lost_texts, ['alliance-compute']);
    const listed = await type('deal list --home without');
    assert.match(listed.stdout, /\nalliance-compute +.* +cannot be read +/);
    assert.match(listed.stderr, /alliance-compute cannot be read, and is in no sum: .* is gone/);
    const claims = await json('deal claims --home without --at 2032-06-30');
    assert.deepEqual(claims, whole['claims']);
  });
});
