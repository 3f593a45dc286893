// A few seconds of the soak: everything on, clients that send at a fixed rate. What holds in seconds is judged here, that
// each call has its receipt and stands in the tables; memory and delays need the whole run (npm run campaign -- soak).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runSoak } from '../campaign/soak/run-soak.ts';
import { byMinute } from '../campaign/soak/samples.ts';
import { exactly, judge, lag } from '../campaign/soak/verdicts.ts';

const SECONDS = 8;
const RATE = 40;
const LAG_SECONDS_MOST = 15;

describe('the soak', () => {
  test(`${SECONDS} seconds at ${RATE} calls a second: receipts are calls exactly, and the tables keep up`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'weighbridge-soak-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const soak = await runSoak({ folder, seed: 7, seconds: SECONDS, rate: RATE, lanes: 1, everyMs: 500, phases: [] });
    assert.deepEqual(soak.differences, []);
    assert.equal(soak.counts.sent, SECONDS * RATE);
    assert.equal(soak.counts.answered, SECONDS * RATE);
    assert.ok(soak.counts.streamed > RATE && soak.counts.streamed < soak.counts.sent - RATE, 'about half is streamed');
    assert.equal(exactly(soak).verdict, 'pass', exactly(soak).measured);
    // On a machine that does much else; the campaign wants less than two seconds.
    assert.ok(
      soak.samples.every(({ lagSeconds }) => lagSeconds < LAG_SECONDS_MOST),
      lag(soak).measured,
    );
    assert.ok(soak.samples.length > 2 && soak.samples.every(({ running }) => running));
    assert.ok(
      soak.samples.some(({ loop }) => loop.most > 0),
      'lanes say how late their event loops are',
    );
    assert.equal(judge(soak, SECONDS).find(({ claim }) => claim.startsWith('memory'))?.verdict, 'not measured');
    assert.equal(byMinute(soak.samples).length, 1);
  });
});
