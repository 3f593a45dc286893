// Saved views: a fold over their entries, so that they are there after a restart, and every change of them says who and what.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import { openBench, until, type Bench, type Started } from '../support/server.ts';
import { codeOf, openBrowser, type Browser } from '../support/console.ts';

let bench: Bench;
let started: Started;
let browser: Browser;
const off = (raw: Record<string, unknown>): void => void (raw['projections'] = 'off');
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'views', change: off });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

const spikes = { name: 'Spikes', path: '/calls', query: 'q=cost:>1&t=7d' };

describe('a saved view', () => {
  test('has a name of its own', async () => {
    const saved = await browser.client.ask('saveView', spikes);
    const again = await browser.ask('saveView', spikes);
    assert.deepEqual([again.status, codeOf(again)], [400, 'BAD_REQUEST']);
    const same = await browser.client.ask('saveView', { ...spikes, id: saved.id, query: 'q=cost:>2' });
    assert.equal(same.query, 'q=cost:>2', 'it may keep its own');
    const both = await Promise.all([1, 2].map(() => browser.ask('saveView', { ...spikes, name: 'Twice' })));
    assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 400], 'two at once are still two');
  });

  test('is a page of the console, in one line', async () => {
    const wrong = [
      { name: '' },
      { name: 'a\nb' },
      { name: 'x'.repeat(81) },
      { path: 'https://evil.example/' },
      { path: '//evil.example' },
      { path: 'javascript:alert(1)' },
      { query: 'x'.repeat(2_001) },
    ];
    for (const over of wrong) {
      const reply = await browser.ask('saveView', { ...spikes, name: 'Other', ...over });
      assert.equal(codeOf(reply), 'BAD_REQUEST', JSON.stringify(over));
    }
  });

  test('that is gone cannot be changed or removed', async () => {
    const { id } = await browser.client.ask('saveView', { ...spikes, name: 'Gone' });
    await browser.client.ask('removeView', { id });
    for (const reply of [await browser.ask('removeView', { id }), await browser.ask('saveView', { ...spikes, id })])
      assert.deepEqual([reply.status, codeOf(reply)], [404, 'VIEW_UNKNOWN']);
  });

  test('stands in the journal with who, what, before and after, and is there after a restart', async () => {
    const { rows } = await browser.client.ask('views', {});
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['Spikes', 'Twice'],
    );
    const journal = openJournal(started.server.home.journal, { vault: started.server.home.vault });
    const entries = await until('all are sealed', 5_000, () => {
      const found = [...journal.entries({ kinds: ['view'] })].map(
        ({ index }) => JSON.parse(journal.groups(index).commercial?.text ?? '{}') as Record<string, unknown>,
      );
      return found.some(({ action }) => action === 'remove') ? found : undefined;
    });
    journal.close();
    const by = { via: 'console', session: browser.session };
    const changed = { ...spikes, query: 'q=cost:>2' };
    assert.deepEqual(entries.slice(0, 2), [
      { action: 'save', id: rows[0]?.id, before: null, after: spikes, by },
      { action: 'save', id: rows[0]?.id, before: spikes, after: changed, by },
    ]);
    const removed = entries.find(({ action }) => action === 'remove');
    assert.deepEqual([removed?.['after'], removed?.['before']], [null, { ...spikes, name: 'Gone' }]);
    await started.server.stop();
    const again = await bench.start({ name: 'views', change: off });
    const other = await openBrowser(again.server);
    assert.deepEqual((await other.client.ask('views', {})).rows, rows);
    assert.equal((await browser.send('/control/v1/status').catch(() => ({ status: 0 }))).status, 0);
  });
});
