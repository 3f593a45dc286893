// Contracts in the log: entered, followed, refused, taken out, and there after a restart; a broken file never takes the place of
// one that stands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { codeOf, openBrowser, type Browser } from '../support/console.ts';
import { openBench, type Bench, type Started } from '../support/server.ts';

const MID_SIZE = readFileSync(
  new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url),
  'utf8',
).replace('status: draft', 'status: signed');
const ID = /^id: (\S+)/m.exec(MID_SIZE)?.[1] ?? '';
const renamed = (id: string): string => MID_SIZE.replace(`id: ${ID}`, `id: ${id}`);

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'contracts' });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

describe('a contract', () => {
  test('is looked at without being kept', async () => {
    const { problems, reading, replaces } = await browser.client.ask('checkContract', { text: MID_SIZE });
    assert.deepEqual([problems, reading?.id, replaces], [[], ID, null]);
    assert.ok(Object.keys(reading?.obliges.owed ?? {}).length > 0);
    assert.deepEqual((await browser.client.ask('contracts', {})).rows, []);
  });

  test('is entered once, and again only where it says something else', async () => {
    const first = await browser.client.ask('saveContract', { text: MID_SIZE, file: 'mid.yaml', follows: null });
    assert.deepEqual([first.id, first.changed], [ID, true]);
    const again = await browser.client.ask('saveContract', { text: MID_SIZE });
    assert.deepEqual([again.changed, again.digest], [false, first.digest]);
    const { rows } = await browser.client.ask('contracts', {});
    assert.deepEqual(
      rows.map(({ id, versions, digest }) => [id, versions, digest]),
      [[ID, 1, first.digest]],
    );
    const signed = await browser.client.ask('contracts', { status: 'signed' });
    assert.deepEqual([signed.rows, (await browser.client.ask('contracts', { status: 'draft' })).rows], [rows, []]);
  });

  test('that was seen otherwise, or is broken, or half written, changes nothing', async () => {
    const before = await browser.client.ask('contract', { id: ID });
    const taken = await browser.ask('saveContract', { text: `${MID_SIZE}\n# again\n`, follows: null });
    assert.deepEqual([taken.status, codeOf(taken)], [409, 'CONTRACT_CHANGED']);
    const absent = await browser.ask('saveContract', { text: renamed('never-seen'), follows: 'a'.repeat(64) });
    assert.equal(codeOf(absent), 'CONTRACT_CHANGED');
    const half = MID_SIZE.slice(0, MID_SIZE.indexOf('instruments:') + 60);
    const broken = [
      half,
      MID_SIZE.replace(/^currency: .*$/m, 'currency: [USD, EUR]'),
      'not: a contract',
      `${MID_SIZE}\n\t- x`,
    ];
    for (const text of broken) {
      const reply = await browser.ask('saveContract', { text });
      assert.deepEqual([reply.status, codeOf(reply)], [400, 'DEAL_INVALID'], text.slice(-80));
      const { problems, reading } = await browser.client.ask('checkContract', { text });
      assert.equal(reading, null);
      assert.ok(problems.length > 0 && problems.every(({ message, mend }) => message !== '' && mend !== ''));
    }
    assert.deepEqual(await browser.client.ask('contract', { id: ID }), before);
  });

  test('that would make the deal too large is refused with its line, where it is looked at and where it is entered', async () => {
    const credit = { kind: 'credit', holder: 'us', issuer: 'them', prepaid: true, amount: '1', from: '2027-01-01' };
    const whole = { ...credit, until: '2027-06-30', eligibility: [{ when: {}, fraction: '1' }] };
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, at) => `  - ${JSON.stringify({ id: `c${at}`, ...whole })}`).join('\n');
    const large = (id: string, credits: number): string => `version: 1
id: ${id}
title: Large
status: draft
parties: { us: { name: Us, roles: [buyer] }, them: { name: Them, roles: [seller-of-record] } }
term: { from: 2027-01-01, until: 2028-12-31 }
currency: USD
instruments:
${lines(credits)}
`;
    const stand = (await browser.client.ask('commitments', {})).rows.length;
    for (const [id, credits] of [
      ['large-a', 200],
      ['large-b', 200],
      ['large-c', 99 - stand],
    ] as const)
      await browser.client.ask('saveContract', { text: large(id, credits), follows: null });
    const text = large('large-d', 3);
    const { problems, reading } = await browser.client.ask('checkContract', { text });
    assert.deepEqual([problems.length, reading, problems[0]?.line], [1, null, 8 + 2], 'the one that is too much');
    assert.match(
      problems[0]?.message ?? '',
      /at most 500 commitments and credits.* 499 of them in contracts that stand/,
    );
    const refused = await browser.ask('saveContract', { text });
    assert.deepEqual([refused.status, codeOf(refused)], [400, 'DEAL_INVALID']);
    // A new version of one that stands is counted in its place.
    assert.equal((await browser.client.ask('saveContract', { text: large('large-b', 199) })).changed, true);
    for (const id of ['large-a', 'large-b', 'large-c']) await browser.client.ask('removeContract', { id });
  });

  test('shows what each version changed, and who entered it', async () => {
    const { digest } = await browser.client.ask('contract', { id: ID });
    const text = MID_SIZE.replace(/^title: .*$/m, 'title: Another title');
    const saved = await browser.client.ask('saveContract', { text, file: 'second.yaml', follows: digest });
    const held = await browser.client.ask('contract', { id: ID });
    assert.deepEqual([held.digest, held.reading.title, held.text], [saved.digest, 'Another title', text]);
    const [newest, oldest] = held.versions;
    assert.deepEqual(
      newest?.changes?.map(({ path, change, after: now }) => [path, change, now]),
      [['title', 'changed', 'Another title']],
    );
    assert.deepEqual([oldest?.changes, oldest?.file, newest?.file], [null, 'mid.yaml', 'second.yaml']);
    assert.deepEqual(newest?.by, { via: 'console', session: browser.session });
  });

  test('is asked about on days that there are, and holds nothing that a terminal would obey', async () => {
    for (const at of ['2026-13-01', '2027-02-31', '9999-12-31', '1969-12-31', '0001-01-01'])
      for (const name of ['contracts', 'commitments', 'claims', 'duties', 'playbook', 'brief'] as const)
        assert.equal(codeOf(await browser.ask(name, { at })), 'BAD_REQUEST', `${name} at ${at}`);
    const text = MID_SIZE.replace(/^title: .*$/m, String.raw`title: "\u001b[31mred\u202e"`);
    assert.equal(codeOf(await browser.ask('saveContract', { text })), 'DEAL_INVALID');
    const early = renamed('early').replace('from: 2027-01-01', 'from: 1969-12-31');
    await browser.client.ask('saveContract', { text: early });
    assert.ok((await browser.client.ask('commitments', {})).rows.some(({ contract }) => contract === 'early'));
    await browser.client.ask('removeContract', { id: 'early' });
  });

  test('that nobody entered is unknown, also to what is asked about it', async () => {
    const asked = [
      await browser.ask('contract', { id: 'nobody' }),
      await browser.ask('removeContract', { id: 'nobody' }),
      await browser.ask('questionnaire', { id: 'nobody' }),
      await browser.ask('drawn', { contract: 'nobody', instrument: 'x', tranche: 'y' }),
    ];
    for (const reply of asked) assert.deepEqual([reply.status, codeOf(reply)], [404, 'CONTRACT_UNKNOWN']);
  });

  test('says what commits without tables, and that what was spent is not known', async () => {
    const past = MID_SIZE.replaceAll('2027-', '2025-').replaceAll('2028-', '2026-');
    const { digest } = await browser.client.ask('saveContract', { text: past });
    const { rows, charges } = await browser.client.ask('commitments', {});
    assert.ok(rows.length > 0);
    assert.ok(
      rows.every(({ drawn }) => drawn === '0'),
      JSON.stringify(rows.map(({ drawn }) => drawn)),
    );
    assert.match(charges.unknown ?? '', /projections/);
    await browser.client.ask('saveContract', { text: MID_SIZE, follows: digest });
  });

  test('is there after a restart with all its versions, until it is taken out', async () => {
    await browser.client.ask('saveContract', { text: renamed('second-one') });
    await browser.client.ask('removeContract', { id: 'second-one' });
    const before = await browser.client.ask('contract', { id: ID });
    await started.server.stop();
    started = await bench.start({ name: 'contracts' });
    browser = await openBrowser(started.server);
    const { rows } = await browser.client.ask('contracts', {});
    assert.deepEqual(
      rows.map(({ id }) => id),
      [ID],
    );
    assert.deepEqual(await browser.client.ask('contract', { id: ID }), before);
  });
});
