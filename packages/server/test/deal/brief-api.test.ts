// The brief through the control API: real calls are what concentration and draw-down are made of, and both files come as bytes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openBrowser, type Browser } from '../support/console.ts';
import { call, openBench, until, type Bench, type Started } from '../support/server.ts';

const MID_SIZE = readFileSync(new URL('../../../ledger/data/contracts/mid-size-buyer.yaml', import.meta.url), 'utf8');

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'brief', tables: true });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

test('calls that crossed make a concentration; one seller of the register is all of it', async () => {
  const empty = await browser.client.ask('brief', {});
  assert.match(empty.concentration.unknown ?? '', /^nothing measured/);
  const { key } = await started.server.administration.createKey({ name: 'batch', who: {} });
  assert.equal((await call(started.server.origin, key)).status, 200);
  assert.deepEqual(empty.sellers, { basis: 'nothing', standing: null, rows: [] });
  const { concentration, organisation, log, sellers } = await until('the call is in the tables', 30_000, async () => {
    const answer = await browser.client.ask('brief', {});
    return answer.concentration.rows.length > 0 ? answer : undefined;
  });
  assert.notEqual(organisation, null);
  assert.notEqual(log, null);
  const [row] = concentration.rows;
  assert.deepEqual(
    row?.axes.map(({ axis, hhi, n_eff: equals, unplaced_permille: unplaced, bands }) => ({
      axis,
      hhi,
      equals,
      unplaced,
      bands,
    })),
    (['ultimate_parent', 'linked_group'] as const).map((axis) => ({
      axis,
      hhi: { low: '10,000', high: '10,000' },
      equals: { low: '1.0', high: '1.0' },
      unplaced: 0,
      bands: ['high'],
    })),
  );
  assert.deepEqual(
    [sellers.basis, sellers.rows.map(({ seller, permille }) => [seller, permille])],
    ['charges', [['Anthropic', 1_000]]],
  );
  assert.match(row.axes[1]?.shares[0]?.name ?? '', /Anthropic.* \+ /, 'the linked group names its members');
});

test('a PDF and a page of HTML are prepared, and fetched once', async () => {
  await browser.client.ask('saveContract', { text: MID_SIZE });
  for (const [format, type, begins] of [
    ['pdf', 'application/pdf', '%PDF-'],
    ['html', 'text/html; charset=utf-8', '<!doctype html>'],
  ] as const) {
    const { path, file } = await browser.client.ask('prepareExport', { of: 'brief', format, at: '2027-11-15' });
    assert.equal(file, `weighbridge-brief-2027-11-15.${format}`);
    const fetched = await browser.send(path);
    assert.deepEqual([fetched.status, fetched.headers['content-type']], [200, type]);
    assert.ok(fetched.text.startsWith(begins));
    assert.match(fetched.headers['content-disposition'] ?? '', /^attachment; /);
    assert.equal((await browser.send(path)).status, 404);
  }
});
