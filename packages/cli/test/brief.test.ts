// `weighbridge brief`: every command of docs/brief.md, what it says while no instance runs, and that no file is written over unasked.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run, split, type Ran } from './support/shell.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/brief.md'), 'utf8');
const BUYER = join(ROOT, 'packages/ledger/data/contracts/mid-size-buyer.yaml');
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-brief-cli-'));
const say = (line: string): Promise<Ran> => run(split(line.replace(/^weighbridge /, '')), { folder });

describe('weighbridge brief', () => {
  before(async () => {
    const empty = await say('brief');
    assert.deepEqual([empty.code, empty.stderr], [0, '']);
    assert.match(empty.stdout, /there is no log yet · no contract stands in the log/);
    assert.match(empty.stdout, /enter one with `weighbridge deal import FILE`/);
    assert.equal((await say(`deal import ${BUYER}`)).code, 0);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('docs/brief.md does what it says, line by line', async () => {
    let ran = 0;
    for (const [, block = ''] of PAGE.matchAll(/```sh\n([\s\S]*?)```/g))
      for (const line of block.trim().split('\n')) {
        const done = await say(line);
        assert.equal(done.code, 0, `${line}\n${done.stderr}`);
        assert.notEqual(done.stdout, '', line);
        ran += 1;
      }
    assert.ok(ran >= 4, `${ran} commands`);
    assert.equal(readFileSync(join(folder, 'brief.pdf')).subarray(0, 5).toString(), '%PDF-');
  });
  test('as text: what is due, what is owed, what is only possible, and that nothing is known of what was spent', async () => {
    const { stdout } = await say('brief --at 2027-11-15');
    assert.match(
      stdout,
      /^Brief: organisation not known, since no instance runs\nas of 2027-11-15 23:59 UTC · live log/,
    );
    assert.match(
      stdout,
      /\n {2}2028-01-01 in.47.days: Leave or stay, last day for notice \(leave-at-half-time\): Northwind buys models .*\n/,
    );
    assert.match(stdout, /\nObligations still ahead: Shortfall at most: 2,100,000 EUR \(draft\)\n/);
    assert.match(stdout, /\nOnly possible: "up to": No obligation, and in no sum above\.\n/);
    assert.match(stdout, /\nDraw-down\n.*\n {2}draft +welcome-credit, .* +not drawn +120,000 EUR /);
    assert.match(stdout, /\nConcentration of spend: nothing measured: no instance runs/);
    assert.match(stdout, / not measured\n/);
  });
  test('for programs: the whole answer, amounts as decimals', async () => {
    const { stdout } = await say('brief --at 2027-11-15 --json');
    const { day, money, organisation } = JSON.parse(stdout) as {
      day: string;
      organisation: string | null;
      money: { currency: string; owed: { ahead: string }[] }[];
    };
    assert.deepEqual(
      [day, organisation, money[0]?.currency, money[0]?.owed[0]?.ahead],
      ['2027-11-15', null, 'EUR', '2776040'],
    );
  });
  test('a file that is there is not written over, and what to do is said', async () => {
    assert.equal((await say('brief --out sheet.txt')).code, 0);
    const before = readFileSync(join(folder, 'sheet.txt'), 'utf8');
    assert.match(before, /^Brief: /);
    const again = await say('brief --format pdf --out sheet.txt');
    assert.deepEqual([again.code, again.stdout], [2, '']);
    assert.match(again.stderr, /sheet\.txt is there already: nothing was written[^]*--force/);
    assert.equal(readFileSync(join(folder, 'sheet.txt'), 'utf8'), before);
    assert.equal((await say('brief --format pdf --out sheet.txt --force')).code, 0);
    assert.equal(readFileSync(join(folder, 'sheet.txt')).subarray(0, 5).toString(), '%PDF-');
  });
  test('what cannot be written, or is no day, is said as such', async () => {
    const nowhere = await say('brief --out nowhere/sheet.txt');
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /cannot be written: /);
    const wrong = await say('brief --at soon');
    assert.deepEqual([wrong.code, /--at "soon" is no day/.test(wrong.stderr)], [2, true]);
    assert.equal((await say('brief --format doc')).code, 2);
  });
});
