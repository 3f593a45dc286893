// The sample goes on: calls after its month as they would have been whenever they are written, each once, in the log of the
// sample alone; none when nobody looks, and none after its time.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import { acquireFolderLock, openJournal, verifyFolder } from '@weighbridge/journal';
import { makeSample, openSampleHome, removeSample, type Home } from '@weighbridge/server';
import { flowSample, flowsUntil } from '../../src/sample/flow.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-flow-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const HOUR = 3_600_000;
const END = Date.UTC(2026, 10, 27, 15);
const CALLS = 20_000;
const place = (name: string): Home => openSampleHome(join(folder, name));

/** Lets it run at these instants, one after the other, and ends it when it waits at the last. */
async function flow(home: Home, ...instants: readonly [number, ...number[]]): Promise<void> {
  const [first, ...rest] = instants;
  let now = first;
  const ending = new AbortController();
  const pause = async (): Promise<void> => {
    const next = rest.shift();
    if (next === undefined) ending.abort();
    else now = next;
  };
  await flowSample({ home, now: () => now, pause, signal: ending.signal });
}

interface Written {
  readonly kind: string;
  readonly id: string;
  readonly at: number;
}

/** What came after the month, in the order of the log. */
function added(home: Home): readonly Written[] {
  const journal = openJournal(home.journal);
  const all = [...journal.entries()].map(({ leaf }) => ({ kind: leaf.kind, id: leaf.id, at: leaf.at }));
  journal.close();
  return all.filter(({ at }) => at >= END);
}
const callsOf = (home: Home): readonly Written[] => added(home).filter(({ kind }) => kind === 'call');

const one = place('one');
const two = place('two');
before(async () => {
  for (const home of [one, two]) await makeSample({ home, now: END, calls: CALLS });
});

describe('calls after the month', () => {
  test('come up to now, in the order in which they end, at the rate of the month', async () => {
    await flow(one, END + 24 * HOUR);
    const calls = callsOf(one);
    assert.ok(calls.length > 150 && calls.length < CALLS / 20, `${calls.length} in a day`);
    assert.deepEqual(
      calls.map(({ at }) => at),
      calls.map(({ at }) => at).toSorted((a, b) => a - b),
    );
    assert.ok(calls.every(({ at }) => at <= END + 24 * HOUR));
    assert.equal(new Set(added(one).map(({ id }) => id)).size, added(one).length);
  });

  test('are the same ones however often it stopped and went on in between', async () => {
    const stops = [0.4, 0.4, 3, 3.2, 7.9, 8, 8.1, 23.99];
    for (const hours of stops) await flow(two, END + hours * HOUR);
    await flow(two, END + 23.995 * HOUR, END + 24 * HOUR);
    const ids = (home: Home): readonly string[] => callsOf(home).map(({ id }) => id);
    assert.deepEqual(ids(two), ids(one));
  });

  test('leave a log that verifies, decisions said once', () => {
    const journal = openJournal(two.journal, { vault: two.vault });
    const { vkey } = journal;
    const decided = [...journal.records({ kinds: ['decided'] }, ['commercial'])].map(({ groups }) => groups.commercial);
    journal.close();
    assert.equal(new Set(decided).size, decided.length);
    const { outcome, groups } = verifyFolder(two.journal, { vkey, vault: two.vault });
    assert.equal(outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.equal(groups.unchecked, 0);
  });

  test('end as long after the month as the month lasts, by themselves', async () => {
    const end = flowsUntil(END, 31);
    let paused = 0;
    await flowSample({
      home: one,
      now: () => end + 99 * HOUR,
      pause: () => Promise.resolve(void (paused += 1)),
      signal: new AbortController().signal,
    });
    assert.equal(paused, 0);
    const last = callsOf(one).at(-1)?.at ?? 0;
    assert.ok(last < end && last > end - 12 * HOUR, new Date(last).toISOString());
  });
});

describe('is refused', () => {
  const refused = (code: string) => (error: unknown) => isAppError(error) && error.code === code;

  test('while somebody else holds the sample', async () => {
    const lock = acquireFolderLock(two.root);
    await assert.rejects(flow(two, END + 30 * HOUR), refused('FOLDER_LOCKED'));
    lock.release();
  });

  test('where there is none', async () => {
    removeSample(two);
    await assert.rejects(flow(two, END + 30 * HOUR), (error: unknown) => isAppError(error));
  });
});
