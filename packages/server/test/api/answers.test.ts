import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CONTROL } from '@weighbridge/protocol';
import { call, openBench, until, type Bench } from '../support/server.ts';
import type { Started } from '../support/server.ts';
import { openBrowser, type Browser } from '../support/console.ts';

let bench: Bench;
let started: Started;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ lanes: 2 });
  browser = await openBrowser(started.server);
});
after(() => bench.close());

describe('x', () => {
  test('y', async () => {
    const { key } = await started.server.administration.createKey({ name: 'lab' });
    const { receipt } = await call(started.server.origin, key);
    console.log(JSON.stringify(await browser.client.ask('status', {}), null, 1));
    const found = await until('the tables', 20000, async () => {
      const r = await browser.ask('calls', {});
      if (r.status !== 200) { console.log(r.text); return undefined; }
      const v = JSON.parse(r.text) as { rows: unknown[] };
      return v.rows.length > 0 ? v : undefined;
    });
    console.log(JSON.stringify(found));
    console.log(JSON.stringify(await browser.client.ask('receipt', { id: receipt ?? '' })).slice(0, 3000));
    console.log(JSON.stringify(await browser.client.ask('deployments', {})).slice(0, 1500));
    console.log(JSON.stringify(await browser.client.ask('foresee', { key: 'lab', model: 'claude-sonnet-4-5' })).slice(0, 1500));
    assert.ok(CONTROL.status);
  });
});
