// What waits, as files: sealed, in order, and gone with its subject; answers are kept for a day, and of whatever lane.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openVault, type Vault } from '@weighbridge/journal';
import type { WaitingRecord, WaitingStore } from '@weighbridge/gateway';
import { assignWaiting, openWaitingFiles } from '../src/lanes/waiting-files.ts';

let home: string;
let folder: string;
let vault: Vault;
const lost: string[] = [];
const sealed = new Set<string>();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weighbridge-waiting-'));
  folder = join(home, 'waiting');
  vault = openVault(join(home, 'vault'), { origin: 'acme/lab/one' });
  lost.length = 0;
  sealed.clear();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const store = (lane = 1): WaitingStore =>
  openWaitingFiles({
    folder,
    lane,
    vault,
    now: () => Date.now(),
    isSealed: (id) => sealed.has(id),
    unreadable: (id) => lost.push(id),
  });

const ID = '01K3CZ2NXG0000000000000001';
const record = (over: Partial<WaitingRecord> = {}): WaitingRecord => ({
  id: ID,
  started: 1,
  until: 2,
  leave: 2,
  deployment: 'd',
  key: 'k',
  who: { organisation: 'acme', principal: 'ada' },
  subject: 'ada',
  surface: 'anthropic-messages',
  alias: 'm',
  fidelity: 'default',
  priority: 'normal',
  digest: '',
  pass: {},
  body: Buffer.from('{"secret":"words"}').toString('base64'),
  batch: '',
  sent: 0,
  later: true,
  ...over,
});
const answer = { key: 'k', subject: 'ada', status: 200, headers: ['a', 'b'], body: Buffer.from('said') };

test('what is kept last is what the next start finds, and what is dropped is gone', async () => {
  const files = store();
  await Promise.all([files.keep(record()), files.keep(record({ batch: '?' })), files.keep(record({ batch: 'b1' }))]);
  assert.deepEqual(store().list(), [record({ batch: 'b1' })]);
  await Promise.all([files.keep(record({ batch: 'b2' })), files.drop(ID)]);
  assert.deepEqual(store().list(), []);
  assert.deepEqual(lost, []);
});

test('a call whose receipt is sealed waits for nothing', async () => {
  await store().keep(record());
  sealed.add(ID);
  assert.deepEqual(store().list(), []);
  assert.deepEqual(lost, []);
});

test('a call whose subject was erased, or whose file is damaged, is told of and dropped', async () => {
  await store().keep(record());
  vault.erase('ada', Date.now());
  assert.deepEqual(store().list(), []);
  assert.deepEqual(lost, [ID]);
  writeFileSync(join(folder, `1-${ID}.waiting`), 'nonsense');
  assert.deepEqual(store().list(), []);
  assert.deepEqual(lost, [ID, ID]);
});

test('a lane has its own calls, and those of lanes that are no more go to the first', async () => {
  await store(3).keep(record());
  assert.deepEqual(store(1).list(), []);
  assignWaiting(folder, 2);
  assert.deepEqual(store(1).list(), [record()]);
});

test('an answer of any lane is found while it is kept, and then no more', async () => {
  await store(2).keep(record());
  assert.deepEqual(store(1).look(ID), { state: 'waiting', key: 'k', until: 2 });
  await store(2).keepAnswer(ID, answer);
  assert.deepEqual(store(1).look(ID), { state: 'answered', answer });
  const name = readdirSync(folder).find((one) => one.endsWith('.answer')) ?? '';
  const before = Date.now() / 1000 - 25 * 3_600;
  utimesSync(join(folder, name), before, before);
  assert.equal(store(1).look(ID), null);
  assert.equal(store(1).look('01K3CZ2NXG0000000000000002'), null);
});

test('of a subject that was erased since the call began nothing is written any more', async () => {
  const files = store();
  await files.keep(record());
  assert.equal(files.isErased(ID, 'ada'), false);
  vault.erase('ada', Date.now());
  assert.equal(files.isErased(ID, 'ada'), true);
  assert.equal(files.isErased(ID, 'bob'), false);
  await assert.rejects(files.keep(record({ batch: 'b1' })), { code: 'SUBJECT_ERASED' });
  await files.keepAnswer(ID, answer);
  assert.equal(files.look(ID), null);
  const later = `7ZZZZZZZZZ${ID.slice(10)}`;
  assert.equal(files.isErased(later, 'ada'), false, 'a call that began afterwards is none of it');
});

test('what is too old or too much goes with the next start, and what was half written with it', async () => {
  const other = `${ID.slice(0, -1)}2`;
  await store().keepAnswer(ID, answer);
  await store().keepAnswer(other, answer);
  writeFileSync(join(folder, `1-${ID}.answer.new`), 'half');
  const before = Date.now() / 1000 - 25 * 3_600;
  utimesSync(join(folder, `1-${ID}.answer`), before, before);
  assignWaiting(folder, 1);
  const files = store();
  files.list();
  await files.settled();
  const gone = (): boolean => readdirSync(folder).length === 1;
  for (let turn = 0; turn < 1_000 && !gone(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(readdirSync(folder), [`1-${other}.answer`]);
});

test('a store is settled when all that was asked of it lies on the disk', async () => {
  const files = store();
  void files.keep(record());
  void files.keep(record({ batch: 'b1' }));
  await files.settled();
  assert.deepEqual(store().list(), [record({ batch: 'b1' })]);
});
