// Real calls through the gateway draw a commitment by what their days came to; every drawn amount leads back to its calls. What was drawn
// before they were metered is stated or not known, and an eligibility that none of them matches is told.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { moneyFromDecimal } from '@weighbridge/kernel';
import { codeOf, openBrowser, type Browser } from '../support/console.ts';
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

const DAY_MS = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** From last year on, stated until yesterday. */
const statedContract = (eligibility: string): string =>
  contractOf('100.00')
    .replaceAll(`from: ${year}-01-01`, `from: ${year - 1}-01-01`)
    .replace('{ seller: [anthropic] }', eligibility)
    .concat(`    drawn_before: { until: ${dayOf(Date.now() - DAY_MS)}, amount: "60.25", source: their statement }\n`);

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
  // Metered since today: what was drawn since the first of January is nobody's zero.
  const [whole] = row.tranches;
  assert.equal(found.charges.metered_since, dayOf(Date.now()));
  if (dayOf(Date.now()) !== `${year}-01-01`) {
    assert.deepEqual(whole?.unknown, { from: `${year}-01-01`, until: dayOf(Date.now() - DAY_MS) });
    assert.equal(whole.forecast.verdict, 'not known');
  }
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

test('what a statement says of the time before is added in, and told apart; then all is known', async () => {
  const { digest } = await browser.client.ask('contract', { id: 'small' });
  await browser.client.ask('saveContract', { text: statedContract('{ seller: [anthropic] }'), follows: digest });
  const { rows, charges } = await browser.client.ask('commitments', {});
  const [row] = rows;
  const [sum] = charges.money;
  assert.deepEqual(
    [row?.stated?.amount, row?.stated?.source, row?.tranches[0]?.unknown],
    ['60.25', 'their statement', null],
  );
  assert.equal(moneyFromDecimal(row?.drawn ?? '0'), moneyFromDecimal('60.25') + moneyFromDecimal(sum?.drawn ?? '0'));
  assert.ok(moneyFromDecimal(sum?.drawn ?? '0') > 0n);
  assert.equal(row?.tranches[0]?.forecast.verdict, 'insufficient evidence');
  const behind = await browser.client.ask('drawn', { contract: 'small', instrument: 'spend', tranche: 'whole' });
  assert.equal(behind.stated, '60.25');
  const before = await browser.ask('commitments', { at: dayOf(Date.now() - 2 * DAY_MS) });
  assert.deepEqual([before.status, codeOf(before)], [400, 'DAY_BEFORE_LOG']);
});

test('a party of the contract stands for what receipts call it: by the register, or as the contract says', async () => {
  for (const [eligibility, party] of [
    ['{ seller: [them] }', 'them: { name: Anthropic,'],
    ['{ seller: [them] }', 'them: { name: Them, known_as: [anthropic],'],
  ] as const) {
    const { digest } = await browser.client.ask('contract', { id: 'small' });
    const text = statedContract(eligibility).replace('them: { name: Them,', party);
    await browser.client.ask('saveContract', { text, follows: digest });
    const { rows } = await browser.client.ask('commitments', {});
    assert.ok((rows[0]?.tranches[0]?.charges ?? 0) > 0, party);
  }
});

test('an eligibility that no receipt can match, or that none of late matches, is told with what to mend', async () => {
  const rulesOf = async (eligibility: string) => {
    const { reading } = await browser.client.ask('checkContract', { text: statedContract(eligibility) });
    return reading?.findings.filter(({ rule }) => rule.startsWith('eligibility-')) ?? [];
  };
  const [unmatched] = await rulesOf('{ seller: [them] }');
  assert.deepEqual([unmatched?.rule, unmatched?.severity], ['eligibility-unmatched', 'serious']);
  assert.match(unmatched?.mend ?? '', /known_as/);
  const unused = await until('the receipts of late are known', 30_000, async () => {
    const [found] = await rulesOf('{ seller: [openai] }');
    return found;
  });
  assert.equal(unused.rule, 'eligibility-unused');
  assert.match(
    unused.reason,
    new RegExp(`^Nothing in ${CALLS} receipts of the last 90 days matches; their sellers are “anthropic”`),
  );
  assert.deepEqual(await rulesOf('{ seller: [anthropic] }'), []);
});

test('of capacity in tokens the brief says what its deployments used at most, as the least that was there', async () => {
  const { rows } = await browser.client.ask('drawn', { contract: 'small', instrument: 'spend', tranche: 'whole' });
  const deployment = rows[0]?.deployment ?? assert.fail('a charge has a deployment');
  const { digest, text } = await browser.client.ask('contract', { id: 'small' });
  const ramp = `ramp: [{ month: ${year - 1}-01, quantity: "1000" }], until: ${year}-12-31`;
  const capacity = (id: string, unit: string, more: string): string =>
    `  - { id: ${id}, kind: capacity, provider: them, for: us, unit: ${unit}, ${ramp}${more} }\n`;
  const named = `, deployments: [${deployment}]`;
  const more = [capacity('out', 'TPM-out', named), capacity('units', 'PTU', named), capacity('silent', 'TPM-in', '')];
  await browser.client.ask('saveContract', { text: text + more.join(''), follows: digest });
  const { milestones, unpriced } = await browser.client.ask('brief', {});
  const [out, units, silent] = ['out', 'units', 'silent'].map(
    (id) => milestones.find(({ instrument }) => instrument === id) ?? assert.fail(id),
  );
  assert.ok(Number(out?.delivered) > 0, out?.why ?? 'not there');
  assert.match(out?.why ?? '', new RegExp(`^used by ${deployment}: .* tokens per minute in the hour of most, p95 `));
  assert.deepEqual([units?.delivered, silent?.delivered], [null, null]);
  assert.match(units?.why ?? '', /^not measured in PTU; used by /);
  assert.match(silent?.why ?? '', /^not measured: the contract names no deployments/);
  assert.deepEqual(unpriced.map(({ instrument }) => instrument).toSorted(), ['out', 'silent', 'units']);
});
