// Real calls through the gateway draw a commitment by what their days came to; every drawn amount leads back to its calls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { moneyFromDecimal } from '@weighbridge/kernel';
import { openBrowser, type Browser } from '../support/console.ts';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';

const CALLS = 3;
const today = new Date();
const year = today.getUTCFullYear();
const contractOf = (amount: string): string => `version: 1
id: small
title: A small commitment
status: signed
parties:
  us: { name: Us, roles: [buyer] }
  them: { name: Them, roles: [seller-of-record, biller] }
term: { from: ${year}-01-01, until: ${year}-12-31 }
currency: USD
instruments:
  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: whole, from: ${year}-01-01, until: ${year}-12-31, amount: "${amount}" }
    eligibility:
      - { when: { seller: [anthropic] }, fraction: "0.5" }
    shortfall: { rule: invoice-difference, automatic: true }
`;

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'draw', tables: true });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

test('what calls cost draws half of it, exactly, and opens the calls behind it', async () => {
  const { key } = await started.server.administration.createKey({ name: 'other', who: {} });
  for (let index = 0; index < CALLS; index += 1) assert.equal((await call(started.server.origin, key)).status, 200);
  await browser.client.ask('saveContract', { text: contractOf('100.00') });
  const found = await until('the calls are in the tables', 30_000, async () => {
    const answer = await browser.client.ask('commitments', {}).catch(() => undefined);
    const [sum] = answer?.charges.money ?? [];
    return answer !== undefined && sum !== undefined && sum.drawn !== '0' ? answer : undefined;
  });
  const all = await browser.client.ask('breakdown', {
    by: ['deployment'],
    since: Date.UTC(year, 0, 1),
    until: Date.UTC(year + 1, 0, 1),
  });
  const billed = all.total.spend.reduce((sum, { billed: each }) => sum + moneyFromDecimal(each), 0n);
  const [row] = found.rows;
  assert.ok(billed > 0n && row !== undefined);
  const drawn = moneyFromDecimal(row.drawn);
  const days = found.charges.days;
  // Each day's half is cut to whole units of 10^-12.
  assert.ok(drawn * 2n <= billed && drawn * 2n >= billed - 2n * BigInt(found.charges.count), `${drawn} of ${billed}`);
  assert.equal(
    moneyFromDecimal(row.committed),
    drawn + moneyFromDecimal(row.remaining) + moneyFromDecimal(row.expired),
  );
  assert.equal(row.tranches[0]?.forecast.verdict, 'insufficient evidence');
  assert.equal(row.burn.at(-1)?.drawn, row.drawn);
  assert.ok(days >= 1);

  const behind = await browser.client.ask('drawn', { contract: 'small', instrument: 'spend', tranche: 'whole' });
  assert.equal(
    behind.rows.reduce((sum, { drawn: each }) => sum + moneyFromDecimal(each), 0n),
    drawn,
  );
  const calls = await Promise.all(
    behind.rows.map(({ period, filters }) => browser.client.ask('behind', { ...period, filters })),
  );
  assert.equal(calls.flatMap(({ rows }) => rows).length, CALLS);
  assert.ok(behind.rows.every(({ seller }) => seller === 'anthropic'));
});

test('what is more than the commitment draws no more than it', async () => {
  const { digest } = await browser.client.ask('contract', { id: 'small' });
  const amount = '0.000001';
  await browser.client.ask('saveContract', { text: contractOf(amount), follows: digest });
  const { rows, charges } = await browser.client.ask('commitments', {});
  assert.deepEqual([rows[0]?.drawn, rows[0]?.remaining], [amount, '0']);
  const [sum] = charges.money;
  assert.equal(
    moneyFromDecimal(sum?.total ?? '0'),
    moneyFromDecimal(sum?.drawn ?? '0') + moneyFromDecimal(sum?.not_drawn ?? '0'),
  );
});
