// A sample in its folder: written through the journal, gone on with after an interruption to the same entries, left alone
// when it is whole, removed without a trace, and never taken for a log of somebody's own.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { acquireFolderLock, openJournal, verifyFolder } from '@weighbridge/journal';
import { makeSample, openSampleHome, readMark, removeSample, startSample, type Home } from '@weighbridge/server';
import { makeHome, openHome } from '../../src/home.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-sample-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const NOW = Date.UTC(2026, 10, 27, 15, 25);
const CALLS = 3_000;
const place = (name: string): Home => openSampleHome(join(folder, name));
const refused = (code: string) => (error: unknown) => isAppError(error) && error.code === code;

/** Ids of all entries that a lane wrote, in order. */
function written(home: Home): readonly string[] {
  const journal = openJournal(home.journal);
  const ids = [...journal.entries()].filter(({ leaf }) => leaf.by.lane === 1).map(({ leaf }) => leaf.id);
  journal.close();
  return ids;
}

describe('making a sample', () => {
  const whole = place('whole');

  test('gives a log of its own that verifies, under its own origin', async () => {
    const { made, mark, entries } = await makeSample({ home: whole, now: NOW, calls: CALLS });
    assert.equal(made, true);
    assert.deepEqual([mark.end, mark.calls, mark.whole], [Date.UTC(2026, 10, 27, 15), CALLS, true]);
    const journal = openJournal(whole.journal);
    const { vkey } = journal;
    journal.close();
    const verified = verifyFolder(whole.journal, { vkey, vault: whole.vault });
    assert.equal(verified.outcome, 'TRUNCATION_NOT_EXCLUDED', JSON.stringify(verified));
    assert.equal(verified.origin, 'harbour-mutual/sample/sample-1');
    assert.equal(verified.size, entries);
    assert.equal(verified.groups.unchecked, 0);
    const plain = readdirSync(join(whole.journal, 'wal')).filter((name) => name.endsWith('.wal'));
    assert.deepEqual(plain, [], 'nothing is left that is not sealed');
  });

  test('does nothing where a whole one is there', async () => {
    const before = written(whole);
    const again = await makeSample({ home: whole, now: NOW + 86_400_000 });
    assert.equal(again.made, false);
    assert.equal(again.mark.end, Date.UTC(2026, 10, 27, 15));
    assert.deepEqual(written(whole), before);
  });

  test('goes on where it was interrupted, to the same entries', async () => {
    const home = place('interrupted');
    for (const stop of [0.2, 0.7]) {
      const ending = new AbortController();
      const progress = (done: number, total: number): void => (done > total * stop ? ending.abort() : undefined);
      const { made } = await makeSample({ home, now: NOW, calls: CALLS, signal: ending.signal, progress });
      assert.equal(made, false);
      assert.equal(readMark(home)?.whole, false);
    }
    const part = written(home).length;
    const { made } = await makeSample({ home, now: NOW + 3 * 3_600_000 });
    assert.equal(made, true);
    const ids = written(home);
    assert.ok(part > 0 && part < ids.length, `${part} of ${ids.length} entries before the last go`);
    assert.deepEqual(ids, written(whole));
  });

  test('begins anew where the scenario has changed since the interruption', async () => {
    const home = place('changed');
    const ending = new AbortController();
    await makeSample({ home, now: NOW, calls: CALLS, signal: ending.signal, progress: () => ending.abort() });
    const mark = readMark(home);
    writeFileSync(join(home.root, 'sample.json'), JSON.stringify({ ...mark, scenario: 'an older one' }));
    const { made } = await makeSample({ home, now: NOW, calls: CALLS });
    assert.equal(made, true);
    assert.deepEqual(written(home), written(whole));
  });

  test('is done by one at a time', async () => {
    const home = place('locked');
    makeHome(home);
    const lock = acquireFolderLock(home.root);
    await assert.rejects(makeSample({ home, now: NOW, calls: CALLS }), refused('FOLDER_LOCKED'));
    lock.release();
  });

  test('in a thread of its own ends when it is told to, and goes on the next time', async () => {
    const home = place('thread');
    const said: string[] = [];
    const setup = { home, now: NOW, calls: CALLS, say: (message: string): unknown => said.push(message) };
    const first = startSample(setup);
    await first.stop();
    const { made } = await startSample(setup).ended;
    assert.equal(made || (await first.ended).made, true);
    assert.deepEqual(written(home), written(whole));
    assert.deepEqual(said, []);
  });
});

describe('removing a sample', () => {
  test('leaves no trace, and says when there was none', async () => {
    const home = place('removed');
    await makeSample({ home, now: NOW, calls: 1_000 });
    assert.equal(removeSample(home), true);
    assert.deepEqual(readdirSync(join(folder, 'removed')), []);
    assert.equal(removeSample(home), false);
  });

  test('is refused while somebody has its tables open', async () => {
    const home = place('open');
    await makeSample({ home, now: NOW, calls: 1_000 });
    const lock = acquireFolderLock(home.projections);
    assert.throws(() => removeSample(home), refused('FOLDER_LOCKED'));
    lock.release();
    assert.equal(removeSample(home), true);
  });

  test("touches neither other logs nor a sample log of somebody's own", async () => {
    const own = openHome(join(folder, 'own'), 'sample');
    const lab = openHome(join(folder, 'own'), 'lab');
    for (const home of [own, lab]) {
      makeHome(home);
      makeHome({ ...home, root: home.journal });
    }
    assert.throws(() => removeSample(own), refused('SAMPLE_FOREIGN'));
    await assert.rejects(makeSample({ home: own, now: NOW }), refused('SAMPLE_FOREIGN'));
    assert.ok(existsSync(own.journal) && existsSync(lab.journal));
  });
});
