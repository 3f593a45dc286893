// A log whose beginning was pruned after its books were closed, by the commands that people use: tables come out of it as
// they did before, and `verify` says what was closed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openHome, openStores, type Digests } from '@weighbridge/server';
import { run, type Ran } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-closed-'));
const cli = (...words: string[]): Promise<Ran> => run([...words, '--log', 'sample'], { folder });

interface Rebuilt {
  readonly tables: Digests['tables'];
}

async function rebuilt(): Promise<Map<string, string>> {
  const ran = await cli('rebuild', '--json');
  assert.equal(ran.code, 0, ran.stderr);
  const { tables } = JSON.parse(ran.stdout) as Rebuilt;
  return new Map(tables.map(({ table, rows, digest }) => [table, `${rows} ${digest}`]));
}

before(async () => {
  const { code, stderr } = await run(['sample', 'make', '--calls', '20000'], { folder });
  assert.equal(code, 0, stderr);
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('a log of which records were pruned after their books were closed', () => {
  test('folds into the sums it had, and verifies', async () => {
    const whole = await rebuilt();
    const home = openHome(join(folder, '.weighbridge'), 'sample');
    const names = { node: 'node-1', organisation: 'acme', build: 'test', durability: 'process' } as const;
    const stores = await openStores({ home, ...names });
    const order = { before: Date.now(), holds: [], policy: 'records: 10d', by: 'command' };
    const { closed } = await stores.recorder.prune(order);
    await stores.close();
    assert.ok(closed.length > 0 && closed.every(({ calls }) => calls > 0));
    const left = await rebuilt();
    for (const [table, digest] of whole)
      if (/^(?:rollup|latency)_/.test(table)) assert.equal(left.get(table), digest, table);
    assert.notEqual(left.get('recent_call'), whole.get('recent_call'), 'rows of single calls are gone');
    const checked = await cli('rebuild', '--check');
    assert.equal(checked.code, 0, checked.stderr);
    const { code, stdout, stderr } = await cli('verify');
    assert.equal(code, 6, stdout + stderr);
    assert.match(stdout, /Closed +\d+ parts?, [\d,]+ calls: of the leaves that are there; the figures of 0 parts held/);
  });
});
