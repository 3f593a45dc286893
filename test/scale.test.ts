// A small log by the campaign on millions of receipts: it is built, taken up again, and asked what the console asks. How
// long that takes is for the campaign to judge (npm run campaign -- scale).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { build } from '../campaign/scale/build.ts';
import { measure } from '../campaign/scale/measure.ts';
import { verdicts } from '../campaign/scale/verdicts.ts';

const RECEIPTS = 6_000;

describe('a log of many receipts', () => {
  test('is written, folded, gone on with, and answers every question of the console', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'weighbridge-scale-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const said: string[] = [];
    const { place, mark } = await build(folder, { seed: 1, receipts: RECEIPTS }, (line) => said.push(line));
    assert.deepEqual({ whole: mark.whole, receipts: mark.receipts }, { whole: true, receipts: RECEIPTS });
    assert.match(said.join('\n'), /"entries":60\d\d/);
    // A second run finds all of it there.
    const again: string[] = [];
    await build(folder, { seed: 1, receipts: RECEIPTS }, (line) => again.push(line));
    assert.match(again.join('\n'), /"entries":0/);
    const measured = await measure(place, { tries: 1, searchPages: 3, browser: false });
    assert.equal(measured.calls, RECEIPTS);
    assert.equal(measured.search.scanned, RECEIPTS);
    assert.ok(measured.questions.length >= 30);
    const judged = verdicts(measured);
    assert.ok(
      judged.some(({ verdict }) => verdict === 'not measured'),
      'pages without a browser are not passed',
    );
    assert.ok(judged.some(({ claim, verdict }) => claim.startsWith('free search') && verdict === 'pass'));
  });
});
