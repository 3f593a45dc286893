// A log of which a month's beginning was pruned, by the commands that people use: nothing is called corrupt, and no sum is
// smaller than it was without a word.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nextEpoch, openJournal, openRecorder } from '@weighbridge/journal';
import { openHome } from '@weighbridge/server';
import { run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-pruned-'));
const { journal, vault } = openHome(join(folder, '.weighbridge'), 'sample');
const cli = (...words: string[]): Promise<Ran> => run([...words, '--log', 'sample'], { folder });
let id = '';
let rest = '';
let whole = 0;

interface Spend {
  readonly rows: readonly { readonly calls: number }[];
}
const callsOf = (ran: Ran): number => (JSON.parse(ran.stdout) as Spend).rows.reduce((sum, { calls }) => sum + calls, 0);

before(async () => {
  const { code, stderr } = await run(['sample', 'make', '--calls', '20000'], { folder });
  assert.equal(code, 0, stderr);
  whole = callsOf(await cli('spend', '--since', '60d', '--json'));
  const base = { folder: journal, vault, epoch: nextEpoch(journal), node: 'node-1', build: 'test' };
  const recorder = openRecorder({ ...base, log: 'sample' });
  const order = { before: Date.now(), holds: [], policy: 'records: 10d', by: 'command' };
  assert.equal(recorder.prune(order).ranges[0]?.from, 0);
  recorder.close();
  const reader = openJournal(journal);
  const [first] = reader.entries({ kinds: ['call'] });
  const { to } = reader.pruned()[0] ?? { to: 0 };
  const [next] = reader.entries({ kinds: ['call'], from: to });
  reader.close();
  id = first?.leaf.id ?? '';
  rest = String(next?.leaf.at ?? 0);
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('a log of which records were pruned', () => {
  test('says so for a call, and for whatever reaches back so far', async () => {
    for (const words of [
      ['receipt', id],
      ['explain', id],
      ['spend', '--since', '60d'],
      ['calls', '--limit', '100000'],
    ]) {
      const { code, stdout, stderr } = await cli(...words);
      assert.match(
        `${code} ${stderr}`,
        /^3 .*was pruned on \d{4}-\d\d-\d\d by the policy "records: 10d"/,
        words.join(' '),
      );
      assert.equal(stdout, '');
    }
    const newest = await cli('calls', '--limit', '10', '--json');
    assert.equal((JSON.parse(newest.stdout) as unknown[]).length, 10);
  });

  test('sums the time after it as before', async () => {
    const day = new Date(Number(rest) + 86_400_000).toISOString().slice(0, 10);
    const ran = await cli('spend', '--since', day, '--json');
    assert.equal(ran.code, 0, ran.stderr);
    const after = callsOf(ran);
    assert.ok(after > 0 && after < whole, `${after} of ${whole}`);
  });

  test('is sound by `verify`, which says what was pruned', async () => {
    const { code, stdout, stderr } = await cli('verify');
    assert.equal(code, 6, stdout + stderr);
    assert.match(stdout, /Pruned +calls of entries 0 to \d\d,\d{3}, .*by "records: 10d"; the log says so/);
  });

  test('is folded into smaller tables only when that is wanted, and says which entries they lack', async () => {
    for (const words of [['rebuild'], ['rebuild', '--check']]) {
      const { code, stderr } = await cli(...words);
      assert.match(
        `${code} ${stderr}`,
        /^3 .*calls of entries 0 to [\d,]+ were pruned[^]*--without-pruned[^]*RECORD_PRUNED/,
      );
    }
    const wanted = await cli('rebuild', '--without-pruned');
    assert.equal(wanted.code, 0, wanted.stderr);
    assert.match(wanted.stderr, /lack the calls of entries 0 to \d+: pruned on/);
    const checked = await cli('rebuild', '--check', '--without-pruned');
    assert.equal(checked.code, 0, checked.stderr);
  });
});
