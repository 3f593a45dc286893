// Claims in the log: moved by evidence alone, stated for anybody to read, and the same after a restart.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, mock, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import type { ControlInput } from '@weighbridge/protocol';
import { openDealDesk, openStores } from '@weighbridge/server';
import { startClaimClock } from '../../src/deal/claim-clock.ts';
import { codeOf, openBrowser, type Browser } from '../support/console.ts';
import { openBench, until, type Bench, type Started } from '../support/server.ts';

const MID_SIZE = readFileSync(new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url), 'utf8');
const DAY_MS = 86_400_000;
const dayFrom = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const CLAIM = 'azure-compute-30bn';

let pieces = 0;
const evidence = (over: Partial<ControlInput<'addEvidence'>> = {}): ControlInput<'addEvidence'> => {
  pieces += 1;
  return {
    claim: CLAIM,
    kind: 'contract_term',
    author: 'ourselves',
    digest: pieces.toString(16).padStart(64, '0'),
    period: { from: dayFrom(-60), until: dayFrom(-30) },
    valid_until: dayFrom(30),
    result: 'supports',
    method: 'read in the signed text',
    ...over,
  };
};

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'claims' });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

const stateOf = async (id = CLAIM, at?: string): Promise<string | undefined> =>
  (await browser.client.ask('claims', at === undefined ? {} : { at })).rows.find((row) => row.id === id)?.state;

describe('claims', () => {
  test('are those of the register, every one unproven, with the arithmetic and the conflicts', async () => {
    const { rows, check, conflicts, owed, unstated } = await browser.client.ask('claims', {});
    assert.ok(rows.length >= 10 && rows.every(({ state }) => state === 'reported' || state === 'unverified'));
    assert.equal(unstated, rows.length);
    assert.match(check?.steps.at(-1)?.arithmetic ?? '', /= 1\.82 to 2\.71 gigawatt-years$/);
    assert.ok(conflicts.length > 0);
    const optional = new Set(owed.options.flatMap(({ claims }) => claims));
    assert.ok(owed.firm.every(({ claims }) => claims.every((id) => !optional.has(id))));
    assert.ok(
      rows.filter(({ up_to: upTo }) => upTo).every(({ id }) => !owed.firm.some(({ claims }) => claims.includes(id))),
    );
  });

  test("stay as they are on a vendor's word, however often it comes", async () => {
    const before = await stateOf();
    for (let times = 0; times < 3; times += 1) {
      const row = await browser.client.ask(
        'addEvidence',
        evidence({ kind: 'vendor_assertion', author: { party: 'microsoft' } }),
      );
      assert.equal(row.state, before);
      assert.equal(row.evidence.at(-1)?.rule, 'vendor-word');
    }
  });

  test('are verified by evidence that covers them, and are expired once it has run out', async () => {
    const piece = evidence({ scope: {} });
    const row = await browser.client.ask('addEvidence', piece);
    assert.ok(['verified', 'partially'].includes(row.state), row.state);
    assert.deepEqual([row.runs_out, row.history.at(-1)?.to], [piece.valid_until, row.state]);
    const again = await browser.client.ask('addEvidence', piece);
    assert.equal(again.evidence.length, row.evidence.length, 'the same piece counts once');
    assert.equal(await stateOf(CLAIM, dayFrom(31)), 'expired');
    assert.equal(await stateOf(CLAIM, dayFrom(30)), row.state);
    const contradicted = await browser.client.ask('addEvidence', evidence({ result: 'contradicts' }));
    assert.equal(contradicted.state, 'contradicted');
  });

  test('take no evidence of a time to come, under a digest that is taken, or for nothing', async () => {
    const later = evidence({ period: { from: dayFrom(-1), until: dayFrom(2) } });
    assert.equal(codeOf(await browser.ask('addEvidence', later)), 'BAD_REQUEST');
    const taken = evidence({ digest: (1).toString(16).padStart(64, '0'), method: 'another' });
    assert.equal(codeOf(await browser.ask('addEvidence', taken)), 'BAD_REQUEST');
    const unknown = await browser.ask('addEvidence', evidence({ claim: 'nothing' }));
    assert.deepEqual([unknown.status, codeOf(unknown)], [404, 'CLAIM_UNKNOWN']);
  });

  test('come back as answers to the questionnaire, as words and no more', async () => {
    const { id } = await browser.client.ask('saveContract', { text: MID_SIZE });
    const answers = [{ question: 'shortfall-stated', answer: 'It moves on.' }];
    const asked = { contract: id, answered_by: 'Contoso', answers };
    const first = await browser.client.ask('enterAnswers', asked);
    assert.deepEqual(first, { entered: [`${id}:shortfall-stated`], unchanged: [] });
    assert.deepEqual((await browser.client.ask('enterAnswers', asked)).entered, []);
    assert.equal(await stateOf(`${id}:shortfall-stated`), 'unverified');
    const twice = await browser.ask('enterAnswers', { ...asked, answers: [...answers, ...answers] });
    assert.match(twice.text, /"shortfall-stated\\" is answered twice, as answer 1 and as answer 2/);
    assert.equal(codeOf(twice), 'BAD_REQUEST');
    const wrong = { ...asked, answers: [...answers, { question: 'no-such-question', answer: 'x' }] };
    assert.equal(codeOf(await browser.ask('enterAnswers', wrong)), 'BAD_REQUEST');
  });

  test('are stated in the public part of the log, word for word, and the same after a restart', async () => {
    const { stated } = await browser.client.ask('stateClaims', {});
    assert.ok(stated.length > 0 && !stated.includes(CLAIM), 'evidence stated that one');
    assert.deepEqual((await browser.client.ask('stateClaims', {})).stated, []);
    const { rows, unstated } = await browser.client.ask('claims', { at: dayFrom(0) });
    assert.equal(unstated, 0);
    const journal = openJournal(started.server.home.journal, { vault: started.server.home.vault });
    const statements = await until('they are sealed', 5_000, () => {
      const found = [...journal.entries({ kinds: ['claim'] })].flatMap(({ index }) => {
        const text = journal.groups(index).public?.text;
        return text === undefined ? [] : [JSON.parse(text) as { claim: { id: string; text: string }; state: string }];
      });
      return new Set(found.map(({ claim }) => claim.id)).size === rows.length ? found : undefined;
    });
    journal.close();
    for (const row of rows) {
      const last = statements.findLast(({ claim }) => claim.id === row.id);
      assert.deepEqual([last?.claim.text, last?.state], [row.text, row.state]);
    }
    await started.server.stop();
    started = await bench.start({ name: 'claims' });
    browser = await openBrowser(started.server);
    assert.deepEqual((await browser.client.ask('claims', { at: dayFrom(0) })).rows, rows);
  });
});

describe('the clock of claims', () => {
  test('states anew, once, what has run out since it was stated, and leaves alone what nobody stated', async () => {
    const held = started.server;
    const id = 'nvidia-invests-10bn';
    const today = dayFrom(0);
    await browser.client.ask(
      'addEvidence',
      evidence({ claim: id, valid_until: today, period: { from: today, until: today } }),
    );
    assert.equal(await stateOf(id), 'verified');
    assert.equal(await stateOf(id, dayFrom(1)), 'expired');
    await held.stop();
    // The same log, two days later: nothing but the clock has moved.
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * DAY_MS });
    const stores = await openStores({
      home: held.home,
      node: 'node-1',
      organisation: 'lab',
      build: 'test',
      durability: 'process',
    });
    try {
      const { claims } = openDealDesk(stores);
      const said: string[] = [];
      const clock = startClaimClock(claims, (message) => said.push(message));
      await clock.look();
      await clock.look();
      clock.stop();
      assert.equal(said.length, 1);
      assert.ok(said[0]?.includes(id), said.join());
      assert.equal(claims.held(id).stated?.state, 'expired');
    } finally {
      await stores.close();
      mock.timers.reset();
    }
  });
});
