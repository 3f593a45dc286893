// The text of a contract lies beside the log. One that is gone, emptied or altered is one contract that says so: all others stand,
// every sum says that it misses it, and entering it again brings it back.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { briefSheet } from '@weighbridge/protocol';
import { codeOf, openBrowser, type Browser } from '../support/console.ts';
import { openBench, type Bench, type Started } from '../support/server.ts';

const MID_SIZE = readFileSync(
  new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url),
  'utf8',
).replace('status: draft', 'status: signed');
const SOUND = MID_SIZE.replace(/^id: .*$/m, 'id: sound');
const LOST = MID_SIZE.replace(/^id: .*$/m, 'id: lost').replace(/^title: .*$/m, 'title: The lost one');

let bench: Bench;
let started: Started;
let browser: Browser;
let digest = '';
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'texts' });
  browser = await openBrowser(started.server);
  await browser.client.ask('saveContract', { text: SOUND, file: 'sound.yaml' });
});
after(() => bench.close());
beforeEach(async () => {
  ({ digest } = await browser.client.ask('saveContract', { text: LOST, file: 'lost.yaml' }));
});

const blob = (): string => join(started.server.home.blobs, digest);

const SPOILT: readonly (readonly [string, () => void, RegExp])[] = [
  ['gone', () => rmSync(blob()), /is gone$/],
  ['emptied', () => writeFileSync(blob(), ''), /is empty, and had \d+ bytes$/],
  ['cut short', () => writeFileSync(blob(), LOST.slice(0, 900)), /has \d+ bytes, and had \d+$/],
  ['altered', () => writeFileSync(blob(), LOST.replace('"400000.00"', '"900000.00"')), /its SHA-256 is not its name$/],
];

describe('a text that is', () => {
  for (const [what, spoil, why] of SPOILT)
    test(`${what} takes no page with it, and is told by name`, async () => {
      spoil();
      const { rows, unreadable } = await browser.client.ask('contracts', {});
      assert.deepEqual([rows.map(({ id }) => id), unreadable.map(({ id }) => id)], [['sound'], ['lost']]);
      const [told] = unreadable;
      assert.deepEqual(
        [told?.title, told?.digest, told?.versions, told?.by.via],
        ['The lost one', digest, 1, 'console'],
      );
      assert.match(told?.why ?? '', why);
      assert.match(told?.next ?? '', /from a backup, or enter the contract again/);

      const commitments = await browser.client.ask('commitments', {});
      assert.deepEqual([...new Set(commitments.rows.map(({ contract }) => contract))], ['sound']);
      assert.deepEqual(commitments.unreadable, unreadable);

      const brief = await browser.client.ask('brief', {});
      assert.deepEqual([brief.contracts.map(({ id }) => id), brief.unreadable], [['sound'], unreadable]);
      const sheet = briefSheet(brief);
      assert.match(sheet.headline, /; 1 contract that can be read, and 1 that cannot; /);
      assert.match(sheet.about, /contracts: 1 signed, 1 that cannot be read/);
      const owed = sheet.sections.find(({ id }) => id === 'owed');
      assert.match(owed?.notes[0] ?? '', /^In no figure here: lost, which cannot be read: the blob /);

      const { facts } = await browser.client.ask('playbook', {});
      const clauses = facts.find(({ name }) => name === 'contract_clauses');
      assert.equal(clauses?.how, 'read in sound, and not in lost, which cannot be read');
    });

  test('gone is told where it is asked for itself, with what to do', async () => {
    rmSync(blob());
    const asked = [
      await browser.ask('contract', { id: 'lost' }),
      await browser.ask('questionnaire', { id: 'lost' }),
      await browser.ask('drawn', { contract: 'lost', instrument: 'spend', tranche: 'h1-2027' }),
      await browser.ask('enterAnswers', {
        contract: 'lost',
        answered_by: 'x',
        answers: [{ question: 'exit-right', answer: 'yes' }],
      }),
    ];
    for (const reply of asked) {
      assert.deepEqual([reply.status, codeOf(reply)], [500, 'CONTRACT_UNREADABLE'], reply.text);
      const { error } = JSON.parse(reply.text) as { error: { message: string; next: string } };
      assert.match(error.message, /contract lost stands in the log, and its text cannot be read: the blob .* is gone/);
      assert.match(error.next, /`weighbridge deal import FILE`; `weighbridge deal remove lost` takes it out/);
    }
    assert.ok((await browser.client.ask('contract', { id: 'sound' })).reading.obliges.obligations.length > 0);
  });

  test('gone is there again once the same text is entered, and the log is not written for it', async () => {
    writeFileSync(blob(), '');
    const standing = async (): Promise<number | undefined> =>
      (await browser.client.ask('contracts', {})).unreadable.find(({ id }) => id === 'lost')?.versions;
    const before = await standing();
    const { replaces } = await browser.client.ask('checkContract', { text: LOST });
    assert.deepEqual([replaces?.title, replaces?.digest], ['The lost one', digest]);
    const saved = await browser.client.ask('saveContract', { text: LOST, file: 'lost.yaml' });
    assert.deepEqual([saved.changed, saved.mended, saved.digest], [false, true, digest]);
    const held = await browser.client.ask('contract', { id: 'lost' });
    assert.deepEqual([held.text, held.versions.length], [LOST, before]);
    assert.equal((await browser.client.ask('saveContract', { text: LOST })).mended, false);
  });

  test('gone of an older version is that version alone', async () => {
    const first = blob();
    const next = LOST.replace('title: The lost one', 'title: Found');
    const saved = await browser.client.ask('saveContract', { text: next });
    rmSync(first);
    const { versions, text } = await browser.client.ask('contract', { id: 'lost' });
    assert.equal(text, next);
    assert.deepEqual([versions[0]?.digest, versions[0]?.unreadable, versions[0]?.changes], [saved.digest, null, null]);
    assert.match(versions[1]?.unreadable ?? '', /is gone$/);
    assert.equal((await browser.client.ask('contracts', {})).unreadable.length, 0);
  });

  test('gone does not keep the contract from being taken out', async () => {
    rmSync(blob());
    await browser.client.ask('removeContract', { id: 'lost' });
    const { rows, unreadable } = await browser.client.ask('contracts', {});
    assert.deepEqual([rows.map(({ id }) => id), unreadable], [['sound'], []]);
  });

  test('gone of every contract leaves pages that say that none can be read', async () => {
    const { digest: other } = await browser.client.ask('saveContract', { text: SOUND });
    rmSync(blob());
    rmSync(join(started.server.home.blobs, other));
    const brief = await browser.client.ask('brief', {});
    assert.equal(brief.contracts.length, 0);
    const owed = briefSheet(brief).sections.find(({ id }) => id === 'owed');
    assert.equal(owed?.lead, 'No contract that stands in the log can be read.');
    assert.deepEqual((await browser.client.ask('commitments', {})).rows, []);
    await browser.client.ask('saveContract', { text: SOUND });
  });
});

test('entering says which log it was, also before', async () => {
  const { into } = await browser.client.ask('checkContract', { text: SOUND });
  const { log, origin } = await browser.client.ask('saveContract', { text: SOUND });
  assert.deepEqual({ log, origin }, into);
  assert.equal(log, started.server.home.log);
  assert.match(origin, new RegExp(`/${log}/`));
});
