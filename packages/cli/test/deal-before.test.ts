// A contract signed long before the product was installed, as its owner meets it on the command line of a running instance: what was
// drawn before is nobody's zero, a statement is added in and marked, and what follows from either is said.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { begin, run, split, type Ran, type Running } from './support/shell.ts';

const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-before-'));
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const now = Date.now();
const today = dayOf(now);
const yesterday = dayOf(now - DAY_MS);
const year = Number(today.slice(0, 4));

/** Two milestones: one that is over, and one that is open since a hundred days. */
const contract = (more: string): string => `version: 1
id: old
title: Signed last year
status: signed
parties:
  us: { name: Us, roles: [buyer] }
  them: { name: Them, roles: [seller-of-record, biller], known_as: [anthropic] }
term: { from: ${year - 1}-01-01, until: ${year + 1}-12-31 }
currency: USD
instruments:
  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: first, from: ${year - 1}-01-01, until: ${dayOf(now - 101 * DAY_MS)}, amount: "90000.00" }
      - { id: second, from: ${dayOf(now - 100 * DAY_MS)}, until: ${year + 1}-12-31, amount: "70000.00" }
    eligibility: [{ when: { seller: [them] }, fraction: "1" }]
    shortfall: { rule: invoice-difference, automatic: false }
${more}  - { id: units, kind: capacity, provider: them, for: us, unit: PTU, ramp: [{ month: ${year + 1}-01, quantity: "10" }], until: ${year + 1}-12-31 }
`;
const STATED = `    drawn_before: { until: ${yesterday}, source: their statement, milestones: { first: "88000.00", second: "12345.67" } }\n`;

let instance: Running;
const say = (line: string): Promise<Ran> => run(split(line), { folder });
const enter = async (more: string): Promise<void> => {
  writeFileSync(join(folder, 'old.yaml'), contract(more));
  const done = await say('deal import old.yaml');
  assert.equal(done.code, 0, done.stderr);
};

before(async () => {
  instance = begin(['up', '--port', '0', '--latency', 'zero', '--no-sample'], { folder });
  await instance.said(/listens at (\S+)/);
  await enter('');
  // The tables are made at the first start.
  const deadline = Date.now() + 60_000;
  while (/not known now/.test((await say('deal draw')).stdout)) assert.ok(Date.now() < deadline, 'tables in a minute');
});
after(async () => {
  instance.interrupt();
  await instance.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** An amount of nothing, alone in its column. */
const NOTHING_DRAWN = /first +\S+ +ended +90,000\.00 USD +0\.00 USD/;

describe('a contract signed before metering began', () => {
  test('is not drawn by nothing: what was drawn, and what it costs, is not known', async () => {
    const { stdout, code } = await say('deal draw');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /\(old, spend, signed\): an unknown part of 160,000\.00 USD drawn; shortfall: invoice-difference/,
    );
    assert.match(
      stdout,
      new RegExp(
        `metered since ${today}; what was drawn from ${year - 1}-01-01 to \\S+ is not known: state it as \`drawn_before\``,
      ),
    );
    assert.match(stdout, /first +\S+ +ended +90,000\.00 USD +not known +0\.00 USD +≤ 90,000\.00 USD +not known/);
    assert.match(stdout, /second +\S+ +open +70,000\.00 USD +not known +≤ 70,000\.00 USD .* not known$/m);
    assert.doesNotMatch(stdout, NOTHING_DRAWN);
  });
  test('is on the brief as not known, with a decision to find it out', async () => {
    const { stdout } = await say('brief');
    assert.match(stdout, /Find out what was drawn of second before it was metered: Signed last year/);
    assert.match(stdout, /signed +spend, old +not known +160,000 USD/);
    assert.match(stdout, /Neither metered nor stated, so not known: what was drawn from/);
    assert.match(stdout, /old, spend, first +90,000 USD +not known/);
    assert.match(stdout, /Owed without a sum, in none above: units of old \(price not stated\)/);
  });
  test('is known once a statement is entered, which is marked wherever it is added in', async () => {
    await enter(STATED);
    const { stdout } = await say('deal draw');
    assert.match(stdout, /100,345\.67 USD of 160,000\.00 USD drawn/);
    assert.match(
      stdout,
      new RegExp(`100,345\\.67 USD of it stated, not metered: until ${yesterday}, by their statement`),
    );
    assert.match(stdout, /first +\S+ +ended +90,000\.00 USD +88,000\.00 USD +0\.00 USD +2,000\.00 USD +2,000\.00 USD/);
    const brief = await say('brief');
    assert.match(brief.stdout, /signed +spend, old +100,345\.67 USD \* +160,000 USD/);
    assert.match(brief.stdout, /\* stated, not metered: 100,345\.67 USD of spend/);
    assert.match(brief.stdout, /old, spend, first +90,000 USD +88,000 USD \*/);
  });
  test('in the list and by itself says what is owed without a sum', async () => {
    assert.match((await say('deal list')).stdout, /us 160,000\.00 USD; 1 obligation without a sum/);
    assert.match(
      (await say('deal lint old')).stdout,
      /missing: the price of the capacity, in units \(capacity-price\)/,
    );
  });
});
