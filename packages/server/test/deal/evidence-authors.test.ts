// Whose word evidence is, in the log: asked for, looked up in the register of the day with the own one laid over it, judged anew when
// that changes, published with its reasons; and a log from before authors were asked for is read, shows nothing by it, and is mended.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { LIMITS } from '@weighbridge/kernel';
import { openJournal, verifyFolder } from '@weighbridge/journal';
import type { ClaimRow, ControlInput, EntryDraft } from '@weighbridge/protocol';
import { NO_LOG, openBlobs, openDealDesk, openStores } from '@weighbridge/server';
import { rowOf } from '../../src/deal/claims.ts';
import type { FoldStores } from '../../src/admin/entry-fold.ts';
import { codeOf, openBrowser, type Browser, type Reply } from '../support/console.ts';
import { openBench, until, type Bench, type Started } from '../support/server.ts';

const DAY_MS = 86_400_000;
const dayFrom = (days: number, from = Date.now()): string => new Date(from + days * DAY_MS).toISOString().slice(0, 10);
const OWN = (links: string): string => `version: 1
title: What we know
sources:
  letter: { title: A letter, outlet: our file, captured_at: 2026-11-02 }
parties:
  example-auditors: { name: Example Auditors, source: letter }
  example-holding: { name: Example Holding, source: letter }
${links}`;
const STAKE = `links:
  stake: { type: invests_in, from: microsoft, to: example-auditors, starts: 2025-11-18, status: in_force, source: letter }
`;
const CLAIM = 'dedicated-capacity-1gw';

let pieces = 0;
const report = (over: Partial<ControlInput<'addEvidence'>> = {}): ControlInput<'addEvidence'> => {
  pieces += 1;
  return {
    claim: CLAIM,
    kind: 'independent_report',
    author: { party: 'example-auditors' },
    digest: pieces.toString(16).padStart(64, '0'),
    period: { from: '2026-01-01', until: '2026-06-30' },
    valid_until: dayFrom(300),
    result: 'supports',
    method: 'read',
    ...over,
  };
};

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'authors' });
  browser = await openBrowser(started.server);
  await browser.client.ask('saveRegister', { text: OWN('') });
});
after(() => bench.close());

const claim = async (id = CLAIM): Promise<ClaimRow> => {
  const { rows } = await browser.client.ask('claims', {});
  return rows.find((row) => row.id === id) ?? assert.fail(id);
};
const told = (reply: Reply): string =>
  (JSON.parse(reply.text) as { readonly error: { readonly message: string } }).error.message;
const mustRefuse = async (over: Readonly<Record<string, unknown>>, says: RegExp): Promise<void> => {
  const refused = await browser.ask('addEvidence', { ...report(), ...over });
  assert.equal(codeOf(refused), 'BAD_REQUEST');
  assert.match(told(refused), says);
};

describe('the author of a piece of evidence', () => {
  test('is asked for, and has to be somebody', async () => {
    await mustRefuse({ author: undefined }, /author: write whose word it is/);
    await mustRefuse(
      { author: { party: 'exmple-auditors' } },
      /no party of the register; did you mean "example-auditors"\?/,
    );
    await mustRefuse({ author: { party: 'power-suppliers' } }, /stands for many/);
    await mustRefuse({ author: { outsider: 'Microsoft Corporation' } }, /write `\{ party: microsoft \}`/);
    await mustRefuse({ author: 'ourselves' }, /what you saw yourselves is an own_measurement/);
    const row = await claim();
    assert.deepEqual([row.evidence, row.state], [[], 'reported']);
  });

  test('who is a party to the claim shows nothing, in whatever kind, and may only leave it in doubt', async () => {
    for (const kind of ['independent_report', 'contract_term'] as const) {
      const row = await browser.client.ask('addEvidence', report({ kind, author: { party: 'microsoft' } }));
      const last = row.evidence.at(-1);
      assert.deepEqual(
        [row.state, last?.weight, last?.rule, last?.relation],
        ['reported', 'nothing', 'party-word', 'party'],
      );
      assert.equal(last?.why, 'Microsoft is a side of microsoft-hosts-anthropic-capacity');
      assert.deepEqual(last.author, { kind: 'party', party: 'microsoft', name: 'Microsoft' });
    }
    const nvidia = await browser.client.ask(
      'addEvidence',
      report({ author: { party: 'nvidia' }, result: 'contradicts' }),
    );
    assert.deepEqual([nvidia.state, nvidia.evidence.at(-1)?.rule], ['reported', 'tied-word']);
    const denied = await browser.client.ask(
      'addEvidence',
      report({ author: { party: 'microsoft' }, claim: 'microsoft-invests-5bn', result: 'contradicts' }),
    );
    assert.deepEqual([denied.state, denied.rule], ['unverified', 'denied']);
    assert.deepEqual(denied.parties, ['Microsoft', 'Anthropic']);
  });

  test('who is tied to none verifies it; a register that ties them takes it back with the reason, and gives it back', async () => {
    const free = await browser.client.ask('addEvidence', report());
    assert.deepEqual([free.state, free.evidence.at(-1)?.relation], ['verified', 'independent']);
    await browser.client.ask('saveRegister', { text: OWN(STAKE) });
    const tied = await claim();
    assert.equal(tied.state, 'reported');
    assert.match(tied.says, /not independent: .*and 2 more like it/);
    assert.equal(tied.evidence.at(-1)?.why, 'Microsoft invests in Example Auditors since 2025-11-18');
    assert.deepEqual(
      tied.history.slice(-2).map(({ from, to }) => [from, to]),
      [
        ['reported', 'verified'],
        ['verified', 'reported'],
      ],
    );
    assert.equal(tied.stated?.state, 'verified', 'what the log said of it is out of date');
    assert.deepEqual((await browser.client.ask('stateClaims', {})).stated.includes(CLAIM), true);
    await browser.client.ask('saveRegister', { text: OWN('') });
    assert.equal((await claim()).state, 'verified');
    await browser.client.ask('removeRegister', {});
    const gone = await claim();
    assert.deepEqual([gone.state, gone.evidence.at(-1)?.relation], ['reported', 'unknown']);
    assert.equal(gone.evidence.at(-1)?.why, '"example-auditors" is no party of the register as it stands');
    await browser.client.ask('saveRegister', { text: OWN('') });
    assert.equal((await claim()).state, 'verified');
  });

  test('stands in the statement that is published, with the reason, and a log of it verifies', async () => {
    await browser.client.ask('saveRegister', { text: OWN(STAKE) });
    await browser.client.ask('stateClaims', {});
    const { journal: path } = started.server.home;
    const journal = openJournal(path, { vault: started.server.home.vault });
    const statement = await until('it is sealed', 5_000, () =>
      [...journal.entries({ kinds: ['claim'] })]
        .map(({ index }) => JSON.parse(journal.groups(index).public?.text ?? '{}') as Record<string, unknown>)
        .findLast(
          (one) =>
            (one['claim'] as { id?: string } | undefined)?.id === CLAIM &&
            one['state'] === 'reported' &&
            // An earlier test had the same claim stated.
            (one['findings'] as { why: string }[]).at(-1)?.why.includes('Example Auditors') === true,
        ),
    );
    const { vkey } = journal;
    const last = journal.checkpoint().text;
    journal.close();
    assert.equal(statement['v'], 2);
    const found = (statement['findings'] as { author: unknown; why: string }[]).at(-1);
    assert.deepEqual(
      [found?.author, found?.why],
      [{ party: 'example-auditors' }, 'Microsoft invests in Example Auditors since 2025-11-18'],
    );
    const { outcome } = verifyFolder(path, { vkey, last });
    assert.equal(outcome, 'ok');
    await browser.client.ask('saveRegister', { text: OWN('') });
  });

  test('stays named after a restart, where the same piece again is no news, and no key is passed over in silence', async () => {
    const piece = report({
      claim: 'all-three-clouds',
      author: { outsider: 'A laboratory' },
      scope: { cloud: ['all'] },
    });
    const row = await browser.client.ask('addEvidence', piece);
    assert.equal(row.state, 'verified');
    await started.server.stop();
    started = await bench.start({ name: 'authors' });
    browser = await openBrowser(started.server);
    const again = await browser.client.ask('addEvidence', piece);
    assert.deepEqual(again.evidence, row.evidence);
    const scope = JSON.parse('{"__proto__": ["azure"]}') as Record<string, string[]>;
    const hidden = await browser.ask('addEvidence', report({ scope }));
    assert.match(told(hidden), /`__proto__` is no key that a request may have/);
  });

  test(`comes with at most ${LIMITS.claim_evidence} pieces to one claim`, async () => {
    const about = { claim: 'valuation-350bn', author: { outsider: 'A paper' }, kind: 'vendor_assertion' } as const;
    const all = Array.from({ length: LIMITS.claim_evidence }, () => report(about));
    for (const piece of all) await browser.client.ask('addEvidence', piece);
    const more = await browser.ask('addEvidence', report(about));
    assert.deepEqual([more.status, codeOf(more)], [409, 'EVIDENCE_FULL']);
    assert.equal((await browser.client.ask('addEvidence', all[0] ?? report())).evidence.length, LIMITS.claim_evidence);
  });
});

describe('answers of a seller', () => {
  const CONTRACT = `version: 1
id: deal
title: A deal
status: signed
parties:
  us: { name: Harbour Mutual, roles: [buyer] }
  seller: { name: "Example Cloud Inc", roles: [seller-of-record], known_as: [microsoft] }
term: { from: 2026-01-01, until: 2026-12-31 }
currency: USD
instruments: [{ id: data, kind: residency, owed_by: seller, regions: [eu], covers: [prompts] }]
`;
  test('name the parties of the contract: none of them is a witness of what was answered', async () => {
    await browser.client.ask('saveContract', { text: CONTRACT });
    const answers = [{ question: 'exit-right', answer: 'Yes.' }];
    await browser.client.ask('enterAnswers', { contract: 'deal', answered_by: 'Example Cloud Inc', answers });
    const about = { claim: 'deal:exit-right' } as const;
    for (const [author, relation] of [
      [{ party: 'microsoft' }, 'party'],
      [{ outsider: 'Example Cloud' }, 'party'],
      [{ outsider: 'Harbour Mutual' }, 'party'],
      [{ party: 'nvidia' }, 'tied'],
      [{ outsider: 'A lawyer of ours' }, 'independent'],
    ] as const) {
      const row = await browser.client.ask('addEvidence', report({ ...about, author }));
      assert.equal(row.evidence.at(-1)?.relation, relation, JSON.stringify(author));
      assert.equal(row.state, relation === 'independent' ? 'verified' : 'unverified');
    }
  });
});

describe('a log from before authors were asked for', () => {
  const AT = Date.UTC(2026, 6, 15, 12);
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-authors-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const old = {
    kind: 'independent_report',
    digest: 'e'.repeat(64),
    period: { from: '2026-01-01', until: '2026-06-30' },
    valid_until: '2027-06-30',
    scope: {},
    result: 'supports',
    repeats_vendor: false,
    method: 'read',
  };
  const change = {
    action: 'evidence',
    id: CLAIM,
    before: 'reported',
    after: 'verified',
    evidence: old,
    by: { via: 'command' },
  };
  const statement = `{"claim":{"id":"${CLAIM}"},"kind":"claim_statement","state":"verified","v":1}`;
  const draft: EntryDraft = {
    kind: 'claim',
    id: '01M8KQXNAE6V10X9ZY05FPSZ8S',
    at: AT,
    commercial: JSON.stringify(change),
    public: statement,
  };

  test('is read; its author is unknown and shows nothing; the same piece with its author is taken in its place', async () => {
    const drafts = [draft];
    let now = AT + DAY_MS;
    const journal: FoldStores['journal'] = {
      ...NO_LOG,
      *entries({ kinds = [] } = {}) {
        for (const [index, { kind, id, at }] of drafts.entries())
          if (kinds.includes(kind)) yield { index, leaf: { id, at } } as never;
      },
      groups: (index) => ({ commercial: { text: drafts[index]?.commercial ?? '' } }) as never,
    };
    let ids = 0;
    const stores = {
      journal,
      blobs: openBlobs(folder),
      nextId: () => `01M8KQXNAE6V10X9ZY05FPSZ${(ids += 1).toString().padStart(2, '0')}`,
      now: () => now,
      admin: { append: async (written: EntryDraft) => void drafts.push(written) },
    };
    const { claims, registers } = openDealDesk(stores);
    const before = rowOf(claims.held(CLAIM), registers, now);
    assert.deepEqual([before.state, before.evidence[0]?.rule], ['reported', 'author-unknown']);
    assert.deepEqual(before.evidence[0]?.author, { kind: 'unknown', party: null, name: 'not named' });
    assert.match(before.says, /not independent: its author is not named/);
    assert.deepEqual(await claims.state({ via: 'instance' }, 'known'), [CLAIM], 'the log says it anew');

    now += DAY_MS;
    const named = { ...old, author: { outsider: 'A laboratory' } };
    await assert.rejects(
      claims.add(CLAIM, { ...named, method: 'another' }, { via: 'command' }),
      /other evidence under/,
    );
    const mended = rowOf(await claims.add(CLAIM, named, { via: 'command' }), registers, now);
    assert.deepEqual([mended.state, mended.evidence.length], ['verified', 1]);
    assert.deepEqual(
      mended.history.map(({ to }) => to),
      ['reported', 'verified'],
    );
    const known = drafts.length;
    await claims.add(CLAIM, named, { via: 'command' });
    await assert.rejects(
      claims.add(CLAIM, { ...named, author: { outsider: 'Another' } }, { via: 'command' }),
      /other evidence under/,
    );
    assert.equal(drafts.length, known);
    const reopened = openDealDesk(stores);
    assert.equal(rowOf(reopened.claims.held(CLAIM), reopened.registers, now).state, 'verified');
    assert.equal(
      rowOf(reopened.claims.held(CLAIM), reopened.registers, now - DAY_MS).state,
      'reported',
      'nobody knew then',
    );
  });

  test('verifies still, its statements of the first form too', async () => {
    const running = await bench.start({ name: 'old-log' });
    await running.server.stop();
    const { home } = running.server;
    const stores = await openStores({
      home,
      node: 'node-1',
      organisation: 'lab',
      build: 'test',
      durability: 'process',
    });
    await stores.admin.append(draft);
    await stores.close();
    const again = await bench.start({ name: 'old-log' });
    const own = await openBrowser(again.server);
    const row = (await own.client.ask('claims', {})).rows.find(({ id }) => id === CLAIM);
    assert.deepEqual([row?.state, row?.stated?.state], ['reported', 'verified']);
    await own.client.ask('stateClaims', {});
    await again.server.stop();
    const journal = openJournal(home.journal, { vault: home.vault });
    const versions = [...journal.entries({ kinds: ['claim'] })].map(
      ({ index }) => (JSON.parse(journal.groups(index).public?.text ?? '{}') as { v: number }).v,
    );
    const { vkey } = journal;
    const last = journal.checkpoint().text;
    journal.close();
    assert.deepEqual([versions[0], versions.at(-1)], [1, 2]);
    assert.equal(verifyFolder(home.journal, { vkey, last }).outcome, 'ok');
  });
});
