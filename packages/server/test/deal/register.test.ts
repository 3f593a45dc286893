// The organisation's own register in the log: entered whole, laid over what ships in every answer, followed, refused, taken out, as
// of any day, and there after a restart.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openDealDesk, openBlobs, NO_LOG } from '@weighbridge/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryDraft } from '@weighbridge/protocol';
import { codeOf, openBrowser, type Browser } from '../support/console.ts';
import { openBench, type Bench, type Started } from '../support/server.ts';
import type { FoldStores } from '../../src/admin/entry-fold.ts';

const OWN = `version: 1
title: What we know of our sellers
sources:
  letter: { title: A letter of the reseller, outlet: our file, captured_at: 2026-11-02 }
parties:
  our-reseller: { name: Our reseller, parent: microsoft, source: letter }
links:
  reseller-distributes: { type: distributes, from: our-reseller, to: anthropic, status: in_force, source: letter }
watch:
  our-licence: { area: data_law, parties: [our-reseller], title: Our own licence, date_is: not_stated, source: letter, next_review: 2020-01-01 }
facts:
  licence_seen: { what: the licence of the reseller was seen, kind: flag }
steps:
  see-the-licence:
    group: months_0_6
    text: See the licence of the reseller
    needs: [{ fact: licence_seen, is: true }]
    next: ask for it
    who: procurement lead
`;

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'register' });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

const own = async () => (await browser.client.ask('register', {})).own;

describe('a register of ones own', () => {
  test('is looked at without being kept', async () => {
    const { problems, reading, replaces, changes } = await browser.client.ask('checkRegister', { text: OWN });
    assert.deepEqual([problems, reading?.parties, reading?.steps, replaces], [[], 1, 1, null]);
    assert.ok(changes?.some(({ path, change }) => path === 'parties.our-reseller.name' && change === 'added'));
    assert.equal(await own(), null);
  });

  test('is entered once, and stands in every answer next to what ships', async () => {
    const shipped = await browser.client.ask('register', {});
    const first = await browser.client.ask('saveRegister', { text: OWN, file: 'ours.yaml', follows: null });
    assert.deepEqual([first.changed, first.parties, first.links, first.watch, first.steps], [true, 1, 1, 1, 1]);
    assert.equal((await browser.client.ask('saveRegister', { text: OWN })).changed, false);
    const { parties, links, own: held, versions, counts } = await browser.client.ask('register', {});
    assert.equal(parties.length, shipped.parties.length + 1);
    assert.ok(shipped.parties.every(({ from }) => from === 'shipped'));
    assert.deepEqual(
      parties.filter(({ from }) => from === 'own').map(({ id, parent, source }) => [id, parent, source]),
      [['our-reseller', 'microsoft', 'A letter of the reseller']],
    );
    assert.equal(links.find(({ id }) => id === 'reseller-distributes')?.to_name, 'Anthropic');
    assert.deepEqual([held?.text, held?.by.via, versions.length], [OWN, 'console', 1]);
    assert.equal(counts.steps, shipped.counts.steps + 1);
    const duties = await browser.client.ask('duties', {});
    assert.ok(duties.watch.find(({ id }) => id === 'our-licence')?.overdue);
    assert.ok(duties.overdue.some(({ what }) => what.includes('Our own licence')));
    assert.equal((await browser.client.ask('claims', {})).register.parties, parties.length);
  });

  test('has steps that grade themselves by facts of its own', async () => {
    const grade = async (): Promise<string | undefined> =>
      (await browser.client.ask('playbook', {})).items.find(({ id }) => id === 'see-the-licence')?.grade;
    assert.equal(await grade(), 'cannot tell');
    await browser.client.ask('attest', { fact: 'licence_seen', value: true, proof: 'scan 12' });
    assert.equal(await grade(), 'done');
    // The same fact of another kind: what was attested of it says nothing any more, and the page is there.
    await browser.client.ask('saveRegister', {
      text: OWN.replace('kind: flag', 'kind: count').replace('is: true', 'at_least: 1'),
    });
    assert.equal(await grade(), 'cannot tell');
    await browser.client.ask('saveRegister', { text: OWN });
    assert.equal(await grade(), 'done');
  });

  test('that was seen otherwise, is broken, or would replace what ships, changes nothing', async () => {
    const before = await own();
    const taken = await browser.ask('saveRegister', { text: `${OWN}# again\n`, follows: null });
    assert.deepEqual([taken.status, codeOf(taken)], [409, 'REGISTER_CHANGED']);
    for (const text of [
      OWN.slice(0, OWN.indexOf('watch:') + 20),
      OWN.replace('  our-reseller:', '  nvidia:'),
      OWN.replace('parent: microsoft', 'parent: nobody'),
      'not: a register',
    ]) {
      const refused = await browser.ask('saveRegister', { text });
      assert.deepEqual([refused.status, codeOf(refused)], [400, 'DEAL_INVALID'], text.slice(0, 60));
    }
    const long = await browser.ask('saveRegister', { text: `${OWN}#${'x'.repeat(40_000)}` });
    assert.equal(codeOf(long), 'BAD_REQUEST');
    assert.deepEqual(await own(), before);
    const { problems, reading } = await browser.client.ask('checkRegister', {
      text: OWN.replace('  our-reseller:', '  nvidia:'),
    });
    assert.equal(reading, null);
    assert.deepEqual(
      problems.map(({ line, message }) => [line, message]),
      [[6, '"nvidia" is an id of the register that comes with Weighbridge, which is not replaced']],
    );
  });

  test('is there after a restart, with every version, who entered it, and what it changed', async () => {
    const before = await browser.client.ask('register', {});
    await started.server.stop();
    started = await bench.start({ name: 'register' });
    browser = await openBrowser(started.server);
    const after_ = await browser.client.ask('register', {});
    assert.deepEqual(after_.versions, before.versions);
    assert.deepEqual(
      after_.versions.map(({ changes }) => changes?.length),
      [2, 2, before.versions.at(-1)?.changes?.length],
    );
    assert.ok(after_.versions.every(({ by, digest }) => by.via === 'console' && digest !== null));
  });

  test('taken out leaves what ships, and its versions in the log', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    assert.equal(codeOf(await browser.ask('register', { at: yesterday })), 'DAY_BEFORE_LOG', 'no log was there then');
    assert.deepEqual(await browser.client.ask('removeRegister', {}), { removed: true });
    const again = await browser.ask('removeRegister', {});
    assert.deepEqual([again.status, codeOf(again)], [400, 'BAD_REQUEST']);
    const { own: none, versions, parties } = await browser.client.ask('register', {});
    assert.deepEqual([none, versions.length, versions[0]?.digest], [null, 4, null]);
    assert.ok(parties.every(({ from }) => from === 'shipped'));
    assert.ok(versions[0]?.changes?.every(({ change }) => change === 'removed'));
    assert.equal(
      (await browser.client.ask('playbook', {})).items.find(({ id }) => id === 'see-the-licence'),
      undefined,
    );
  });
});

test('a version that can no longer be read, or whose text is gone, adds nothing, says so, and stops nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-register-'));
  try {
    const blobs = openBlobs(folder);
    const text = blobs.keep(OWN.replace('version: 1', 'version: 9'));
    const after = { digest: text.blob, title: 'of a later form', file: 'ours.yaml', text };
    const drafts: readonly EntryDraft[] = [
      {
        kind: 'register',
        id: '01M8KQXNAE6V10X9ZY05FPSZ8S',
        at: 5,
        commercial: JSON.stringify({ action: 'enter', after, before: null, by: { via: 'command' } }),
      },
    ];
    const journal: FoldStores['journal'] = {
      ...NO_LOG,
      *entries({ kinds = [] } = {}) {
        for (const [index, { kind, id, at }] of drafts.entries())
          if (kinds.includes(kind)) yield { index, leaf: { id, at } } as never;
      },
      groups: (index) => ({ commercial: { text: drafts[index]?.commercial ?? '' } }) as never,
    };
    const never = (): never => assert.fail('nothing is written');
    const desk = openDealDesk({ journal, blobs, nextId: never, admin: { append: never } });
    const [version] = desk.register.versions();
    assert.ok(version !== undefined);
    assert.match(desk.register.reading(version).unread ?? '', /ours\.yaml:1:/);
    const { register: laid, ...others } = desk.reference(10);
    const { register: shipped, ...rest } = desk.reference(0);
    assert.deepEqual([laid, others], [{ ...shipped, unread: true }, rest], 'what ships is there, marked as not all');
    rmSync(join(folder, text.blob));
    const bare = openDealDesk({ journal, blobs, nextId: never, admin: { append: never } });
    assert.match(bare.register.reading(version).unread ?? '', /is gone$/);
    assert.equal(bare.register.text(version), null);
    assert.deepEqual(bare.reference(10), desk.reference(10), 'and where its text is gone');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('duties and claims of ones own', () => {
  test('go before those of the map, marked as own, and claims that evidence can be brought for', async () => {
    const { example } = await browser.client.ask('register', {});
    const saved = await browser.client.ask('saveRegister', { text: example });
    assert.deepEqual([saved.duties, saved.claims, saved.log, saved.origin !== ''], [1, 1, 'lab', true]);
    const duties = await browser.client.ask('duties', {});
    const rows = duties.kinds.find(({ kind }) => kind === 'cloud_sold')?.duties ?? [];
    const [own, other] = [
      rows.find(({ failure }) => failure === 'availability'),
      rows.find(({ failure }) => failure === 'latency'),
    ];
    assert.deepEqual(
      [own?.from, own?.owner, own?.party, own?.clock.resolve_h, own?.sources],
      ['own', 'service desk', 'Our reseller', 8, ['Offer 4711 of the reseller']],
    );
    assert.match(own?.usual ?? '', /^platform engineer leads, by /);
    assert.deepEqual([other?.from, other?.usual, other?.party], ['shipped', null, null]);
    assert.deepEqual(
      duties.watch.filter(({ from }) => from === 'own').map(({ id }) => id),
      ['monitoring-agreement'],
    );
    const { items } = await browser.client.ask('playbook', {});
    assert.deepEqual(
      items.filter(({ from }) => from === 'own').map(({ id }) => id),
      ['ask-the-works-council'],
    );
    const claim = async () =>
      (await browser.client.ask('claims', {})).rows.find(({ id }) => id === 'reseller-says-p95');
    const entered = await claim();
    assert.deepEqual(
      [entered?.from, entered?.text, entered?.metric, entered?.value, entered?.unit, entered?.state],
      [
        'entered',
        '95 of 100 answers begin within 800 milliseconds.',
        'time to first token, p95',
        '800',
        'ms',
        'unverified',
      ],
    );
    assert.match(entered?.source.snapshot_sha256 ?? '', /^[0-9a-f]{64}$/);
    assert.ok((await browser.client.ask('claims', {})).rows.some(({ from }) => from === 'register'));
    await browser.client.ask('removeRegister', {});
    assert.equal(await claim(), undefined);
    assert.ok(
      (await browser.client.ask('duties', {})).kinds.every(({ duties: all }) =>
        all.every(({ from }) => from === 'shipped'),
      ),
    );
  });
});
