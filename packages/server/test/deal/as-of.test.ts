// Over the control API, as of a day that has passed: the version then in force, the evidence then brought, the incident as far as it
// had come, and nothing of what was entered later. A day before the log, or one of which nothing can be foretold, is refused in words.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { DAY_MS } from '@weighbridge/protocol';
import { openDealDesk, openHome, openStores, type DealDesk } from '@weighbridge/server';
import { openingOf } from '../../src/deal/duties.ts';
import { codeOf, openBrowser, type Browser } from '../support/console.ts';
import { openBench, type Bench } from '../support/server.ts';
import { BY } from '../support/written-log.ts';

const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const dayAgo = (days: number): string => new Date(TODAY - days * DAY_MS).toISOString().slice(0, 10);
const noon = (days: number): number => TODAY - days * DAY_MS + DAY_MS / 2;
const YEAR = new Date().getUTCFullYear();

const FIRST_TEXT = readFileSync(new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url), 'utf8')
  .replace('status: draft', 'status: signed')
  .replaceAll(/202[78]/g, (year) => String(YEAR + Number(year) - 2027));
const SECOND_TEXT = FIRST_TEXT.replace(/^title: .*$/m, 'title: As it was renegotiated');
const ID = /^id: (\S+)/m.exec(FIRST_TEXT)?.[1] ?? '';
const CLAIM = 'azure-compute-30bn';
const PROOF = { kind: 'ticket', ref: 'OPS-1' } as const;
const REGISTER = `version: 1
title: Ours
parties:
  our-reseller: { name: Our reseller, source: alliance-notes }
`;

/** Twenty days of a deal, each in its own moment. */
const HISTORY: readonly (readonly [daysAgo: number, does: (desk: DealDesk) => Promise<unknown>])[] = [
  [20, ({ contracts }) => contracts.enter({ file: 'first.yaml', text: FIRST_TEXT }, BY)],
  [
    18,
    ({ claims }) =>
      claims.add(
        CLAIM,
        {
          kind: 'independent_report',
          digest: 'a'.repeat(64),
          period: { from: dayAgo(60), until: dayAgo(40) },
          valid_until: dayAgo(10),
          result: 'supports',
          scope: {},
          repeats_vendor: false,
          author: { outsider: 'An auditor' },
          method: 'read',
        },
        BY,
      ),
  ],
  [
    15,
    (desk) => {
      const asked = {
        deployment: 'claude-foundry-on-azure',
        failure: 'latency',
        serious: false,
        proof: PROOF,
      } as const;
      return desk.incidents.open(openingOf(desk.reference(Infinity), [], asked), BY);
    },
  ],
  [12, ({ attestations }) => attestations.attest({ fact: 'chargeback_published', value: true, proof: 'first' }, BY)],
  [9, ({ register }) => register.enter({ file: 'ours.yaml', text: REGISTER }, BY)],
  [8, ({ contracts }) => contracts.enter({ file: 'second.yaml', text: SECOND_TEXT }, BY)],
  [7, ({ incidents }) => incidents.step(incidents.all()[0]?.incident.id ?? '', 'acknowledged', PROOF, BY)],
  [6, ({ attestations }) => attestations.attest({ fact: 'chargeback_published', value: false, proof: 'second' }, BY)],
  [4, ({ contracts }) => contracts.remove(ID, BY)],
];

let bench: Bench;
let browser: Browser;
before(async () => {
  bench = await openBench();
  const home = openHome(join(bench.folder, 'as-of'), 'lab');
  const stores = await openStores({ home, node: 'node-1', organisation: 'lab', build: 'test', durability: 'process' });
  let now = 0;
  const desk = openDealDesk({ ...stores, now: () => now });
  try {
    for (const [days, does] of HISTORY) {
      now = noon(days);
      await does(desk);
    }
  } finally {
    await stores.close();
  }
  browser = await openBrowser((await bench.start({ name: 'as-of' })).server);
});
after(() => bench.close());

describe('as of a day that has passed', () => {
  test('the contract stands in the version of that day, or not at all', async () => {
    const { client } = browser;
    const titles = async (days: number) => (await client.ask('contracts', { at: dayAgo(days) })).rows;
    assert.deepEqual(
      (await titles(9)).map(({ id, versions }) => [id, versions]),
      [[ID, 1]],
    );
    assert.deepEqual(
      (await titles(5)).map(({ title, versions }) => [title, versions]),
      [['As it was renegotiated', 2]],
    );
    assert.deepEqual([(await titles(4)).length, (await client.ask('contracts', {})).rows.length], [0, 0]);
    const then = await client.ask('contract', { id: ID, at: dayAgo(9) });
    assert.deepEqual([then.text, then.versions.length, then.older], [FIRST_TEXT, 1, 0]);
    assert.equal(then.reading.at, dayAgo(9), 'days are counted from it');
    assert.doesNotMatch(JSON.stringify(then), /renegotiated|second\.yaml/);
    for (const at of [dayAgo(4), dayAgo(3), undefined]) {
      const gone = await browser.ask('contract', { id: ID, ...(at === undefined ? {} : { at }) });
      assert.deepEqual([gone.status, codeOf(gone)], [404, 'CONTRACT_UNKNOWN']);
    }
    const questions = await client.ask('questionnaire', { id: ID, at: dayAgo(9) });
    assert.notEqual(questions.title, 'As it was renegotiated');
    assert.equal(codeOf(await browser.ask('questionnaire', { id: ID })), 'CONTRACT_UNKNOWN');
  });

  test('a commitment is drawn by the version of that day; of one taken out later nothing is lost then', async () => {
    const rows = async (at?: string) => (await browser.client.ask('commitments', at === undefined ? {} : { at })).rows;
    const before = await rows(dayAgo(9));
    assert.ok(before.length > 0);
    assert.ok((await rows(dayAgo(5))).every(({ title }) => title === 'As it was renegotiated'));
    assert.ok(before.every(({ title }) => title !== 'As it was renegotiated'));
    assert.deepEqual([await rows(dayAgo(4)), await rows()], [[], []]);
    const [row] = before;
    const named = { contract: ID, instrument: row?.instrument ?? '', tranche: row?.tranches[0]?.tranche ?? '' };
    assert.equal(codeOf(await browser.ask('drawn', { ...named, at: dayAgo(9) })), 'DATABASE_UNAVAILABLE');
    assert.equal(codeOf(await browser.ask('drawn', { ...named, at: dayAgo(4) })), 'CONTRACT_UNKNOWN');
  });

  test('a claim is what the evidence of then makes of it, stated as it was stated then', async () => {
    const on = async (days: number) =>
      (await browser.client.ask('claims', { at: dayAgo(days) })).rows.find(({ id }) => id === CLAIM);
    const [untold, valid, expired] = [await on(19), await on(11), await on(5)];
    assert.deepEqual([untold?.state, untold?.evidence, untold?.stated], ['reported', [], null]);
    assert.deepEqual([valid?.evidence.length, expired?.state], [1, 'expired']);
    assert.notEqual(valid?.state, 'expired', 'what has run out since had not run out then');
    assert.equal(valid?.stated?.state, valid?.state);
  });

  test('incidents, attested facts and the register are as they were', async () => {
    const { client } = browser;
    const states = async (days: number) =>
      (await client.ask('duties', { at: dayAgo(days) })).incidents.map(({ state, steps }) => [state, steps.length]);
    assert.deepEqual(
      [await states(16), await states(15), await states(7)],
      [[], [['opened', 1]], [['acknowledged', 2]]],
    );
    const said = async (days: number) => {
      const { facts } = await client.ask('playbook', { at: dayAgo(days) });
      const fact = facts.find(({ name }) => name === 'chargeback_published');
      return [fact?.value, fact?.attested?.proof ?? null];
    };
    assert.deepEqual(
      [await said(13), await said(7), await said(6)],
      [
        [null, null],
        [true, 'first'],
        [false, 'second'],
      ],
    );
    const own = async (days: number) => (await client.ask('register', { at: dayAgo(days) })).own?.title ?? null;
    assert.deepEqual([await own(10), await own(9)], [null, 'Ours']);
    assert.deepEqual((await client.ask('register', { at: dayAgo(10) })).versions, []);
  });

  test('what is configured only now was not in force then', async () => {
    const own = async (at?: string) =>
      (await browser.client.ask('duties', at === undefined ? {} : { at })).deployments.filter(
        ({ from }) => from === 'configuration',
      );
    assert.ok((await own()).length > 0);
    assert.deepEqual(await own(dayAgo(5)), []);
    const policy = async (at?: string) =>
      (await browser.client.ask('playbook', at === undefined ? {} : { at })).facts.find(
        ({ name }) => name === 'routing_policy_in_force',
      )?.from;
    assert.deepEqual([await policy(dayAgo(5)), await policy()], ['unknown', 'product']);
  });

  test('the brief names the contract of that day and its standing, and nothing of later', async () => {
    const brief = async (at?: string) => browser.client.ask('brief', at === undefined ? {} : { at });
    const [early, late, now] = [await brief(dayAgo(9)), await brief(dayAgo(5)), await brief()];
    assert.deepEqual([early.contracts.length, late.contracts.length, now.contracts.length], [1, 1, 0]);
    assert.equal(late.contracts[0]?.title, 'As it was renegotiated');
    assert.doesNotMatch(JSON.stringify(early), /renegotiated/);
    assert.equal(early.organisation, null, 'nothing was configured then');
  });
});

describe('a day that nothing can be said of', () => {
  test('before the log began is refused by every question, with the day on which it begins', async () => {
    const asked = { at: dayAgo(21) };
    const questions = [
      browser.ask('contracts', asked),
      browser.ask('contract', { id: ID, ...asked }),
      browser.ask('commitments', asked),
      browser.ask('drawn', { contract: ID, instrument: 'spend', tranche: 'h1', ...asked }),
      browser.ask('claims', asked),
      browser.ask('duties', asked),
      browser.ask('playbook', asked),
      browser.ask('register', asked),
      browser.ask('questionnaire', { id: ID, ...asked }),
      browser.ask('brief', asked),
    ];
    for (const reply of await Promise.all(questions)) {
      assert.deepEqual([reply.status, codeOf(reply)], [400, 'DAY_BEFORE_LOG']);
      assert.match(reply.text, new RegExp(`begins on ${dayAgo(20)}`));
    }
  });

  test('that has not come is foretold where it can be, and refused where it cannot', async () => {
    const tomorrow = { at: dayAgo(-1) };
    const register = await browser.ask('register', tomorrow);
    assert.deepEqual([register.status, codeOf(register)], [400, 'BAD_REQUEST']);
    assert.equal((await browser.client.ask('claims', tomorrow)).rows.find(({ id }) => id === CLAIM)?.state, 'expired');
    assert.equal((await browser.client.ask('register', { at: dayAgo(0) })).own?.title, 'Ours');
    assert.equal((await browser.client.ask('duties', tomorrow)).incidents.length, 1);
  });
});
