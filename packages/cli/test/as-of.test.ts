// The deal as of a past day on the command line, with no instance on the log: what stood then, said above what is printed; a day that
// nothing can be said of ends with words and its own exit code.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openDealDesk, openHome, openStores } from '@weighbridge/server';
import { run, split, type Ran } from './support/shell.ts';

const DAY_MS = 86_400_000;
const dayAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
const BUYER = readFileSync(resolve(import.meta.dirname, '../../ledger/data/contracts/mid-size-buyer.yaml'), 'utf8');
const ID = 'northwind-models-2027';
const BY = { via: 'command' } as const;
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-as-of-'));
const say = (line: string): Promise<Ran> => run(split(line), { folder });
async function json<Answer>(line: string): Promise<Answer> {
  const done = await say(`${line} --json`);
  assert.equal(done.code, 0, `${line}\n${done.stderr}`);
  return JSON.parse(done.stdout) as Answer;
}

before(async () => {
  const home = openHome(join(folder, '.weighbridge'), 'live');
  const stores = await openStores({
    home,
    node: 'node-1',
    organisation: 'default',
    build: 'test',
    durability: 'disk',
  });
  try {
    let now = 0;
    const desk = openDealDesk({ ...stores, now: () => now });
    const on = async (days: number, work: () => Promise<unknown>): Promise<void> => {
      now = Date.now() - days * DAY_MS;
      await work();
    };
    await on(20, () => desk.contracts.enter({ file: 'one.yaml', text: BUYER }, BY));
    await on(12, () =>
      desk.attestations.attest({ fact: 'chargeback_published', value: true, proof: 'document:minutes.pdf' }, BY),
    );
    const second = BUYER.replace(/^title: .*$/m, 'title: As it was renegotiated');
    await on(8, () => desk.contracts.enter({ file: 'two.yaml', text: second }, BY));
    await on(4, () => desk.contracts.remove(ID, BY));
  } finally {
    await stores.close();
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  readonly title: string;
  readonly versions: number;
}

describe('as of a past day', () => {
  test('`deal list` has the version of that day, and says which day it is', async () => {
    const then = await say(`deal list --at ${dayAgo(9)}`);
    assert.match(then.stdout, new RegExp(`^As it was at the end of ${dayAgo(9)} \\(UTC\\)`));
    assert.match(then.stdout, new RegExp(ID));
    assert.doesNotMatch(then.stdout, /renegotiated/);
    const [row] = await json<Row[]>(`deal list --at ${dayAgo(5)}`);
    assert.deepEqual([row?.title, row?.versions], ['As it was renegotiated', 2]);
    assert.deepEqual(await json(`deal list --at ${dayAgo(4)}`), []);
    assert.match((await say(`deal list --at ${dayAgo(4)}`)).stdout, /^As it was at the end of .*\n\nNo contracts\./);
    assert.doesNotMatch((await say('deal list')).stdout, /As it was/);
  });

  test('`deal show` has the text of that day; one that did not stand then is said to', async () => {
    const { title, at } = await json<{ title: string; at: string }>(`deal show ${ID} --at ${dayAgo(9)}`);
    assert.deepEqual([title === 'As it was renegotiated', at], [false, dayAgo(9)]);
    assert.match((await say(`deal show ${ID} --at ${dayAgo(9)}`)).stdout, /^As it was at the end of /);
    const gone = await say(`deal show ${ID} --at ${dayAgo(4)}`);
    assert.equal(gone.code, 2);
    assert.match(gone.stderr, /CONTRACT_UNKNOWN|stood in the log at the end of that day/);
  });

  test('claims, duties, the playbook, the register and the brief say it above', async () => {
    for (const line of ['deal claims', 'deal duties', 'deal playbook', 'deal register show']) {
      const { stdout, code, stderr } = await say(`${line} --at ${dayAgo(9)}`);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^As it was at the end of /, line);
    }
    const attested = async (days: number) =>
      (
        await json<{ facts: readonly { name: string; value: unknown }[] }>(`deal playbook --at ${dayAgo(days)}`)
      ).facts.find(({ name }) => name === 'chargeback_published')?.value;
    assert.deepEqual([await attested(13), await attested(12)], [null, true]);
    const brief = async (days: number) =>
      (await json<{ contracts: readonly { title: string }[] }>(`brief --at ${dayAgo(days)}`)).contracts;
    assert.deepEqual([(await brief(9)).length, (await brief(4)).length], [1, 0]);
  });
});

describe('a day that nothing can be said of', () => {
  test('before the log began ends with 6, and the day on which it begins', async () => {
    const asked = [
      'deal list',
      `deal show ${ID}`,
      'deal claims',
      'deal duties',
      'deal playbook',
      'deal register show',
      'brief',
    ];
    for (const line of asked) {
      const { code, stderr, stdout } = await say(`${line} --at ${dayAgo(21)}`);
      assert.deepEqual([code, stdout], [6, ''], line);
      assert.match(stderr, new RegExp(`the log begins on ${dayAgo(20)}`), line);
    }
  });
  test('of the register that has not come, or that is none, ends with 2', async () => {
    const ahead = await say('deal register show --at 2150-01-01');
    assert.deepEqual([ahead.code, ahead.stdout], [2, '']);
    assert.match(ahead.stderr, /has not come yet/);
    for (const line of ['deal list', 'deal claims', 'deal register show', 'brief']) {
      const { code, stderr } = await say(`${line} --at 2026-02-30`);
      assert.equal(code, 2, line);
      assert.match(stderr, /is no day/, line);
    }
  });
});
